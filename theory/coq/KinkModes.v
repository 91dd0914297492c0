(* nondifferentiable-minima, whatever is done on kinks.

   A mode gives every pair of datum and neuron a derivative of the ReLU.  Off kinks it is the step of the
   pre-activation; on kinks a small move of the hyperplanes decides it [directional_mode].

   - An update that is gradient descent off kinks, and anything on kinks, to which the minimum is strongly
     stable to first order, has |q_m|^2 <= 2/eta for every such mode m              [every_mode],
     hence |f|_S <= 1/eta - 1/2                                                     [every_convention].
   - If 0 <= H_m <= 2/eta for all modes m that have the step off kinks and any derivative in [0,1] on them,
     no product of the steps I - eta H_m, in whatever order and however chosen, lengthens a deviation
                                                                                    [switching, switching_modes].
   - SGD: E|delta_1|^2 <= |delta_0|^2 gives (1-p) |q|^2 + p tr K <= 2/eta           [mean_square_step],
     and E|delta_1| <= |delta_0| gives |q|^2 <= 2/eta                               [mean_length_step]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound StationaryPoints NondifferentiableMinima MeanSquare.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* Modes may be switched in any way *)
Section Switching.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (M : Type) (H : M -> V -> V).
Hypothesis ipP : inner_product ip.
Hypothesis H_psd : forall m, inner_product (fun u v => ip u (H m v)).

(* the mode of a step may depend on the time and on the deviation *)
Fixpoint switched_path eta (mode : nat -> V -> M) t q : V :=
  if t is t'.+1 then
    let r := switched_path eta mode t' q in descent_step (H (mode t' r)) eta r
  else q.

Theorem switching eta (allowed : M -> Prop) mode : 0 < eta -> (forall t q, allowed (mode t q)) ->
  (forall m, allowed m -> forall q, ip q (H m q) <= 2 / eta * ip q q) ->
  forall t q, ip (switched_path eta mode t q) (switched_path eta mode t q) <= ip q q.
Proof.
move=> eta0 chosen hub; elim=> [|t IH] q //=.
by apply: le_trans (IH q); apply: descent_nonexpansive => //; apply/hub/chosen.
Qed.
End Switching.

Section Modes.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p v : parameters.
Local Notation e := (output_bias R d k).

(* the derivative of the ReLU at every datum and neuron *)
Definition mode := 'I_n.+1 -> 'I_k -> R.
Implicit Type m : mode.
Definition mode_feature m p j : parameters :=
  mkparameters (fun i => (w2 p i * m j i) *: x j) (fun i => w2 p i * m j i)
               (fun i => m j i * preactivation p (x j) i) 1.
Definition mode_of p : mode := fun j i => step (preactivation p (x j) i).

Lemma mode_featureE p j : mode_feature (mode_of p) p j = feature x p j.
Proof.
rewrite /mode_feature /feature /grad /mkparameters; congr (_, _, _, _).
by apply/rowP => i; rewrite !mxE reluE.
Qed.

(* the step off kinks, and any derivative between 0 and 1 on them *)
Definition mode_at p m := forall j i,
  if preactivation p (x j) i == 0 then 0 <= m j i <= 1 else m j i == mode_of p j i.

Lemma mode_of_at p : mode_at p (mode_of p).
Proof. by move=> j i; case: ifP => // _; rewrite step_ge0 step_le1. Qed.

(* the piecewise linear iteration does not lengthen a deviation, if no mode at the minimum does *)
Theorem switching_modes p eta (choice : nat -> parameters -> mode) : 0 < eta ->
  (forall t q, mode_at p (choice t q)) ->
  (forall m, mode_at p m -> rayleigh_bound pdot (mode_feature m p) (2 / eta)) ->
  forall t q, pdot (switched_path (fun m => feature_operator pdot (mode_feature m p)) eta choice t q)
                   (switched_path (fun m => feature_operator pdot (mode_feature m p)) eta choice t q)
              <= pdot q q.
Proof.
move=> eta0 chosen hub.
have psd m : inner_product (fun u v => pdot u (feature_operator pdot (mode_feature m p) v)).
  exact: feature_operator_psd.
by apply: (switching P psd eta0 chosen) => m hm q; rewrite (feature_formE P); apply: hub.
Qed.

(* The mode into which a direction leads *)
Definition directional_mode p v : mode := fun j i =>
  if preactivation p (x j) i == 0 then step (preactivation v (x j) i)
  else step (preactivation p (x j) i).
Definition leaves_kinks p v := forall j i,
  preactivation p (x j) i = 0 -> preactivation v (x j) i != 0.
(* a move of the hyperplanes alone *)
Definition moves_hyperplanes v := (forall i, w2 v i = 0) /\ b2 v = 0.

Lemma near_mode p v : leaves_kinks p v -> exists2 r, 0 < r & forall t, 0 < t -> t < r ->
  differentiable_at_data x (p + t *: v) /\
  forall j i, mode_of (p + t *: v) j i = directional_mode p v j i.
Proof.
move=> lv.
have [r r0 hr] : exists2 r, 0 < r & forall ji : 'I_n.+1 * 'I_k,
    r <= (if preactivation p (x ji.1) ji.2 == 0 then 1
          else `|preactivation p (x ji.1) ji.2| / (`|preactivation v (x ji.1) ji.2| + 1)).
  apply: fin_pos_lb => ji; case: eqP => [_|/eqP h]; first exact: ltr01.
  by rewrite divr_gt0 ?normr_gt0 // ltr_spaddr ?normr_ge0.
exists r => // t t0 tr.
have main j i : preactivation (p + t *: v) (x j) i != 0 /\
                mode_of (p + t *: v) j i = directional_mode p v j i.
  rewrite /mode_of /directional_mode !pre_lin; have /= := hr (j, i).
  have [z _|nz h] := eqVneq (preactivation p (x j) i) 0.
    rewrite z add0r stepZ //; split=> //.
    by apply: mulf_neq0; [rewrite gt_eqF | apply: lv].
  have small : `|t * preactivation v (x j) i| < `|preactivation p (x j) i|.
    have c0 : 0 < `|preactivation v (x j) i| + 1 by rewrite ltr_spaddr ?normr_ge0.
    rewrite normrM (gtr0_norm t0); apply: (@le_lt_trans _ _ (t * (`|preactivation v (x j) i| + 1))).
      by rewrite ler_wpmul2l ?ler_addl ?ltW.
    by rewrite -ltr_pdivl_mulr //; apply: lt_le_trans h.
  split; last exact: step_stable.
  apply: contraTneq small => /eqP; rewrite addr_eq0 => /eqP ->.
  by rewrite normrN ltxx.
by split=> j i; have [] := main j i.
Qed.

(* net and gradients along a move of the hyperplanes and of the output bias *)
Section AlongMove.
Variables (p v : parameters) (m : mode).
Hypothesis moves : moves_hyperplanes v.
Definition mode_slope j : parameters :=
  mkparameters (fun=> 0) (fun=> 0) (fun i => m j i * preactivation v (x j) i) 0.
Definition residual_slope j : R := \sum_i w2 p i * (m j i * preactivation v (x j) i).
Let start t c := p + t *: v + c *: e.

Lemma pre_start t c j i :
  preactivation (start t c) (x j) i = preactivation p (x j) i + t * preactivation v (x j) i.
Proof.
rewrite /start !pre_lin [preactivation e _ _]/preactivation !mkE (ip0l D) addr0 mulr0 addr0.
by [].
Qed.
Lemma w2_start t c i : w2 (start t c) i = w2 p i.
Proof. by rewrite /start !w2D !w2Z mkE (proj1 moves) !mulr0 !addr0. Qed.

Lemma feature_start t c j : (forall i, mode_of (p + t *: v) j i = m j i) ->
  feature x (start t c) j = mode_feature m p j + t *: mode_slope j.
Proof.
move=> hm.
have stepE i : step (preactivation (start t c) (x j) i) = m j i.
  by rewrite pre_start -hm /mode_of pre_lin.
rewrite /feature /grad /mode_feature /mode_slope /mkparameters.
congr (_, _, _, _) => /=; last by rewrite scaler0 addr0.
- by apply/matrixP => i l; rewrite !mxE stepE w2_start mulr0 addr0.
- by apply/rowP => i; rewrite !mxE stepE w2_start mulr0 addr0.
- by apply/rowP => i; rewrite !mxE reluE stepE pre_start; rcf_ring.
Qed.

Lemma residual_start t c j : interpolating x y p ->
  (forall i, mode_of (p + t *: v) j i = m j i) ->
  (forall i, preactivation p (x j) i != 0 -> m j i = mode_of p j i) ->
  residual x y (start t c) j = c + t * residual_slope j.
Proof.
move=> hi hm hp; rewrite /residual -(hi j) /shallow_net /residual_slope.
have b2E : b2 (start t c) = b2 p + c.
  by rewrite /start !b2D !b2Z mkE (proj2 moves) mulr0 addr0 mulr1.
rewrite b2E mulr_sumr.
have -> : \sum_i w2 (start t c) i * relu (preactivation (start t c) (x j) i) =
   \sum_i w2 p i * relu (preactivation p (x j) i)
   + \sum_i t * (w2 p i * (m j i * preactivation v (x j) i)).
  rewrite -big_split /=; apply: eq_bigr => i _.
  have stepE : step (preactivation (start t c) (x j) i) = m j i.
    by rewrite pre_start -hm /mode_of pre_lin.
  rewrite w2_start !reluE stepE pre_start.
  have [z|nz] := eqVneq (preactivation p (x j) i) 0; first by rewrite z; rcf_ring.
  by rewrite (hp i nz) /mode_of; rcf_ring.
by move: (\sum_i _) (\sum_i _) (b2 p) => a b b0; rcf_ring.
Qed.
End AlongMove.

(* Off kinks the update is a step of gradient descent; on kinks it may be anything *)
Definition descends_off_kinks eta (update : parameters -> parameters) :=
  forall p, differentiable_at_data x p -> update p = gradient_descent x y eta p.
(* strongly stable to first order: no step leads out of a ball, but for a factor that tends to 1 *)
Definition first_order_stable (update : parameters -> parameters) p :=
  forall kappa, 0 < kappa -> exists2 eps, 0 < eps & forall start,
  pdot (start - p) (start - p) < eps ^+ 2 ->
  pdot (update start - p) (update start - p) <= (1 + kappa) * eps ^+ 2.

(* strongly stable, with the same ball for all times, is more *)
Lemma strongly_stable_first_order eta p :
  strongly_stable x y eta p -> first_order_stable (gradient_descent x y eta) p.
Proof.
move=> [eps eps0 st] kappa k0; exists eps => // start /st /(_ 1%N) /= h.
apply: le_trans h _; rewrite -[X in X <= _]mul1r ler_wpmul2r ?sqr_ge0 //.
by rewrite ler_addl ltW.
Qed.

Theorem every_mode eta update p v : 0 < eta -> interpolating x y p ->
  descends_off_kinks eta update -> first_order_stable update p ->
  moves_hyperplanes v -> leaves_kinks p v ->
  pdot (mean_gradient (mode_feature (directional_mode p v) p))
       (mean_gradient (mode_feature (directional_mode p v) p)) <= 2 / eta.
Proof.
move=> eta0 hi hu st mv lv; set m := directional_mode p v; set q := mean_gradient _.
rewrite leNgt; apply/negP => hq.
pose growth := 1 - eta *+ 2 + eta ^+ 2 * pdot q q.
have g1 : 1 < growth.
  rewrite /growth -subr_gt0.
  have -> : 1 - eta *+ 2 + eta ^+ 2 * pdot q q - 1 = eta * (eta * pdot q q - 2) by rcf_ring.
  by rewrite mulr_gt0 // subr_gt0 mulrC -ltr_pdivr_mulr.
have g0 : 0 < growth := lt_trans ltr01 g1.
have gg : 0 < growth * 8 by rewrite mulr_gt0 ?ltr0n.
pose kappa := (growth - 1) ^+ 2 / (growth * 8).
have kappa0 : 0 < kappa by rewrite divr_gt0 // exprn_gt0 // subr_gt0.
have [eps eps0 stay] := st _ kappa0.
pose rho := (1 + growth) / (growth * 2).
have g20 : 0 < growth * 2 by rewrite mulr_gt0 ?ltr0n.
have rho0 : 0 < rho by rewrite divr_gt0 // addr_gt0 ?ltr01.
have rho1 : rho < 1.
  by rewrite ltr_pdivr_mulr // mul1r mulr_natr mulr2n ltr_add2r.
have rhog : rho ^+ 2 * growth = 1 + kappa *+ 2.
  have four : growth * 2 != 0 by rewrite gt_eqF.
  apply: (mulfI (expf_neq0 2 four)).
  rewrite /rho /kappa mulrA expr_div_n [(growth * 2) ^+ 2 * _]mulrC divfK ?expf_neq0 //.
  have -> : (growth * 2) ^+ 2 * (1 + (growth - 1) ^+ 2 / (growth * 8) *+ 2) =
     (growth * 2) ^+ 2 + (growth - 1) ^+ 2 * (growth * ((growth * 8) / (growth * 8))).
    by move: ((growth * 8)^-1) => i; rcf_ring.
  by rewrite divff ?gt_eqF // mulr1; rcf_ring.
pose c := eps * rho; have c0 : 0 < c by rewrite mulr_gt0.
pose a := c *: (e - eta *: q).
have ce : c ^+ 2 < eps ^+ 2.
  by rewrite ltr_sqr ?nnegrE ?ltW // /c -[X in _ < X]mulr1 ltr_pmul2l.
have [r r0 near] := near_mode lv.
have shiftE t : p + t *: v + c *: e - p = t *: v + c *: e.
  by rewrite -[p + t *: v + c *: e]addrA addrC addKr.
pose al j := pdot (mode_feature m p j) a; pose be j := pdot (mode_slope v m j) a.
pose A j := residual_slope p v m j.
pose C := `|pdot a v| + eta * mean (fun j => `|A j * al j + c * be j| + `|A j * be j|).
have C0 : 0 <= C.
  by rewrite addr_ge0 // mulr_ge0 ?(ltW eta0) // mean_ge0 // => j; rewrite addr_ge0.
have sq u : pdot a u + pdot a u - pdot a a <= pdot u u.
  rewrite -subr_ge0; have := ip_ge0 P (u - a).
  rewrite (ipBr P) !(ipBl P) (ipC P u a); congr (0 <= _).
  by move: (pdot a a) (pdot a u) (pdot u u) => r1 r2 r3; rcf_ring.
(* at least aa - 2 t C of the squared length is left after the step from p + t v + c e *)
have left_over t : 0 < t -> t < r -> t <= 1 ->
  pdot a a - t * (C + C) <= pdot (update (p + t *: v + c *: e) - p) (update (p + t *: v + c *: e) - p).
  move=> t0 tr t1; have [off modeE] := near t t0 tr.
  have off' : differentiable_at_data x (p + t *: v + c *: e).
    by move=> j i; rewrite pre_start -pre_lin.
  rewrite (hu _ off'); set z := gradient_descent _ _ _ _ - p.
  have gradE : pdot a (loss_gradient x y (p + t *: v + c *: e)) =
      mean (fun j => (c + t * A j) * (al j + t * be j)).
    rewrite (ipZr P) (ipC P) (ip_suml P) /mean mulrC; congr (_ / _); apply: eq_bigr => j _.
    rewrite (ipZl P) (@feature_start p v m mv) // (ipDl P) (ipZl P); congr (_ * _).
    by rewrite (@residual_start p v m mv) // => i nz; rewrite /m /directional_mode (negbTE nz).
  have zE : pdot a z = c * pdot a e + t * pdot a v
      - eta * mean (fun j => (c + t * A j) * (al j + t * be j)).
    rewrite /z /gradient_descent addrAC (ipBr P) (ipZr P) gradE; congr (_ - _).
    by rewrite shiftE (ipDr P) !(ipZr P) addrC.
  have split_mean : mean (fun j => (c + t * A j) * (al j + t * be j)) =
      c * mean al + t * mean (fun j => A j * al j + c * be j + t * (A j * be j)).
    by rewrite -!meanZ -meanD; apply: eq_mean => j; rcf_ring.
  have aaE : pdot a a = c * pdot a e - eta * (c * mean al).
    rewrite {1}/a (ipZl P) (ipBl P) (ipZl P) (ip_mean_gradient P) (ipC P e a) -/al.
    by rcf_ring.
  have low : - C <= pdot a v - eta * mean (fun j => A j * al j + c * be j + t * (A j * be j)).
    rewrite /C opprD ler_add //; first by rewrite ler_oppl -normrN ler_norm.
    rewrite ler_opp2 ler_wpmul2l ?(ltW eta0) //; apply: ler_mean => j.
    apply: ler_add; first exact: ler_norm.
    apply: le_trans (ler_norm _) _; rewrite normrM (gtr0_norm t0).
    by rewrite -[X in _ <= X]mul1r ler_wpmul2r.
  apply: le_trans (sq z); rewrite zE split_mean.
  move: low aaE; set Z := pdot a v - _ => low aaE.
  have -> : c * pdot a e + t * pdot a v - eta * (c * mean al + t * mean
      (fun j => A j * al j + c * be j + t * (A j * be j))) = pdot a a + t * Z.
    by rewrite /Z aaE; move: (mean _) (mean _) => u u'; rcf_ring.
  have -> : pdot a a + t * Z + (pdot a a + t * Z) - pdot a a = pdot a a + t * (Z + Z) by rcf_ring.
  by rewrite ler_add2l -mulrN ler_wpmul2l ?(ltW t0) // opprD ler_add.
(* a t for which that is too much *)
have qe : pdot e q = 1.
  rewrite (ipC P) (ip_mean_gradient P) -[RHS](mean_const n); apply: eq_mean => j.
  by rewrite pdot_output_bias mkE.
have aaE : pdot a a = (1 + kappa *+ 2) * eps ^+ 2.
  rewrite /a (ipZl P) (ipZr P) (ip_sqrB P) qe pdot_output_bias mkE -rhog /growth /c.
  by rcf_ring.
have e2 : 0 < eps ^+ 2 by rewrite exprn_gt0.
have ke : 0 < kappa * eps ^+ 2 by rewrite mulr_gt0.
have C1 : 0 < C + C + 1 by rewrite ltr_spaddr ?ltr01 // addr_ge0.
have v1 : 0 < pdot v v + 1 by rewrite ltr_spaddr ?ltr01 // (ip_ge0 P).
have room : 0 < eps ^+ 2 - c ^+ 2 by rewrite subr_gt0.
pose t0 := Num.min (Num.min r 1) (Num.min (kappa * eps ^+ 2 / (C + C + 1)) ((eps ^+ 2 - c ^+ 2) / (pdot v v + 1))).
have t00 : 0 < t0 by rewrite !lt_minr r0 ltr01 !divr_gt0.
pose t := t0 / 2; have tpos : 0 < t by rewrite divr_gt0 ?ltr0n.
have : t < t0 by rewrite ltr_pdivr_mulr ?ltr0n // ltr_pmulr // ltr1n.
rewrite !lt_minr => /andP[/andP[tr t1] /andP[tk tv]].
have start_in : pdot (p + t *: v + c *: e - p) (p + t *: v + c *: e - p) < eps ^+ 2.
  rewrite shiftE !(ipDl P) !(ipDr P) !(ipZl P) !(ipZr P) (ipC P e v) !pdot_output_bias (proj2 mv) mkE.
  rewrite !mulr0 !addr0 add0r !mulr1 -expr2 -ltr_subr_addr.
  rewrite ltr_pdivl_mulr // in tv; apply: le_lt_trans tv.
  rewrite ler_wpmul2l ?(ltW tpos) //; apply: (@le_trans _ _ (pdot v v)); last by rewrite ler_addl ler01.
  by rewrite -[X in _ <= X]mul1r ler_wpmul2r ?(ip_ge0 P) ?(ltW t1).
have := le_trans (left_over t tpos tr (ltW t1)) (stay _ start_in); apply/negP; rewrite -ltNge aaE.
have -> : (1 + kappa *+ 2) * eps ^+ 2 = (1 + kappa) * eps ^+ 2 + kappa * eps ^+ 2 by rcf_ring.
rewrite -addrA ltr_spaddr // subr_gt0.
rewrite ltr_pdivl_mulr // in tk; apply: le_lt_trans tk.
by rewrite ler_wpmul2l ?(ltW tpos) // ler_addl ler01.
Qed.

(* all hyperplanes moved so that the data on them become inactive: the strict masks *)
Lemma strict_direction p : let v : parameters := mkparameters (fun=> 0) (fun=> - 1) (fun=> 0) 0 in
  [/\ moves_hyperplanes v, leaves_kinks p v & forall j i, directional_mode p v j i = mode_of p j i].
Proof.
have pre j i : preactivation (mkparameters (fun=> 0) (fun=> - 1) (fun=> 0) 0 : parameters) (x j) i = - 1.
  by rewrite /preactivation !mkE (ip0l D) add0r.
split=> [|j i _|j i]; first by split=> [i|]; rewrite mkE.
  by rewrite pre oppr_eq0 oner_neq0.
rewrite /directional_mode /mode_of; case: eqP => // ->.
by rewrite pre /step ltxx ltr0N1.
Qed.

(* |f|_S at every strongly stable interpolating minimum, whatever is done on kinks *)
Theorem every_convention eta update p : 0 < eta -> interpolating x y p ->
  descends_off_kinks eta update -> first_order_stable update p ->
  stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> eta0 hi hu st; have [mv lv modeE] := strict_direction p.
apply: half_bound => //; apply: le_trans (mean_gradient_square_ge_norm x p) _.
rewrite -mean_gradient_squareE; have := every_mode eta0 hi hu st mv lv.
set v := mkparameters _ _ _ _ in modeE *.
have -> // : mean_gradient (mode_feature (directional_mode p v) p) = mean_gradient (feature x p).
congr (_ *: _); apply: eq_bigr => j _; rewrite -mode_featureE /mode_feature /mkparameters.
congr (_, _, _, _).
- by apply/matrixP => i l; rewrite !mxE modeE.
- by apply/rowP => i; rewrite !mxE modeE.
- by apply/rowP => i; rewrite !mxE modeE.
Qed.

(* Stochastic gradient descent, one exact step from a shifted output bias *)
Section Batches.
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R) (share : R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = n.+1%:R^-1.

Definition stochastic_descent eta B p : parameters :=
  p - eta *: \sum_j wt B j *: (residual x y p j *: feature x p j).
Let moved eta p c B : parameters := stochastic_descent eta B (p + c *: e) - p.

Lemma stochastic_step eta p c B : interpolating x y p ->
  moved eta p c B = c *: (e - eta *: \sum_j wt B j *: feature x p j).
Proof.
move=> hi; rewrite /moved /stochastic_descent.
have -> : \sum_j wt B j *: (residual x y (p + c *: e) j *: feature x (p + c *: e) j) =
    c *: \sum_j wt B j *: feature x p j.
  rewrite scaler_sumr; apply: eq_bigr => j _; rewrite feature_output_bias.
  by rewrite /residual net_output_bias hi addrAC subrr add0r !scalerA mulrC.
by rewrite addrAC [p + _]addrC addrK scalerBr !scalerA [eta * c]mulrC.
Qed.

Definition trace p : R := mean (fun j => pdot (feature x p j) (feature x p j)).
Lemma mean_gradient_le_trace p : mean_gradient_square x p <= trace p.
Proof. exact: (sharpness_ge_mean_gradient (sharpness_le_trace P (feature x p))). Qed.

Theorem mean_square_step eta p c : 0 < eta -> c != 0 -> interpolating x y p ->
  batch_second_moments pr wt share ->
  \sum_B pr B * pdot (moved eta p c B) (moved eta p c B) <= c ^+ 2 ->
  (1 - share) * mean_gradient_square x p + share * trace p <= 2 / eta.
Proof.
move=> eta0 cn hi moments.
have c2 : 0 < c ^+ 2 by rewrite exprn_even_gt0.
have pairs : \sum_B pr B * pdot (\sum_j wt B j *: feature x p j) (\sum_j wt B j *: feature x p j) =
    (1 - share) * mean_gradient_square x p + share * trace p.
  rewrite -mean_gradient_squareE.
  rewrite (eq_bigr (fun B => \sum_j \sum_l
    pr B * (wt B j * wt B l) * pdot (feature x p j) (feature x p l))); last first.
    move=> B _; rewrite (ip_suml P) mulr_sumr; apply: eq_bigr => j _.
    rewrite (ipZl P) (ipC P) (ip_suml P) !mulr_sumr; apply: eq_bigr => l _.
    by rewrite (ipZl P) (ipC P); rcf_ring.
  rewrite exchange_big /=.
  rewrite (eq_bigr (fun j => (1 - share) / n.+1%:R ^+ 2 * (\sum_l pdot (feature x p j) (feature x p l))
     + share / n.+1%:R * pdot (feature x p j) (feature x p j))); last first.
    move=> j _; rewrite exchange_big /=.
    rewrite (eq_bigr (fun l => (1 - share) / n.+1%:R ^+ 2 * pdot (feature x p j) (feature x p l)
       + (j == l)%:R * (share / n.+1%:R * pdot (feature x p j) (feature x p l)))); last first.
      by move=> l _; rewrite -mulr_suml moments; rcf_ring.
    rewrite big_split /= -mulr_sumr; congr (_ + _).
    rewrite (bigD1 j) //= eqxx mul1r big1 ?addr0 // => l lj.
    by rewrite eq_sym (negbTE lj) mul0r.
  rewrite big_split /= -!mulr_sumr; congr (_ + _).
    rewrite /mean_gradient (ipZl P) (ipZr P) (ip_suml P) -mulrA; congr (_ * _).
    rewrite mulrA -invfM -expr2; congr (_ * _); apply: eq_bigr => j _.
    by rewrite (ipC P) (ip_suml P); apply: eq_bigr => l _; rewrite (ipC P).
  by rewrite /trace /mean -mulrA [n.+1%:R^-1 * _]mulrC.
have along : \sum_B pr B * pdot e (\sum_j wt B j *: feature x p j) = 1.
  rewrite (eq_bigr (fun B => \sum_j pr B * wt B j)); last first.
    move=> B _; rewrite (ipC P) (ip_suml P) mulr_sumr; apply: eq_bigr => j _.
    by rewrite (ipZl P) pdot_output_bias mkE mulr1.
  rewrite exchange_big /= (eq_bigr (fun=> n.+1%:R^-1)); last by move=> j _; apply: unbiased.
  by rewrite sumr_const card_ord -[_^-1 *+ _]mulr_natr mulVf ?n1_neq0.
rewrite (eq_bigr (fun B => c ^+ 2 * (pr B
   - (eta *+ 2) * (pr B * pdot e (\sum_j wt B j *: feature x p j))
   + eta ^+ 2 * (pr B * pdot (\sum_j wt B j *: feature x p j) (\sum_j wt B j *: feature x p j))))); last first.
  move=> B _; rewrite stochastic_step // (ipZl P) (ipZr P) (ip_sqrB P) !pdot_output_bias mkE.
  by rewrite (ipC P e) pdot_output_bias; rcf_ring.
rewrite -mulr_sumr !big_split /= sumrN -!mulr_sumr pr_sum along pairs.
rewrite -[X in _ <= X]mulr1 ler_pmul2l // -subr_ge0 => h.
rewrite ler_pdivl_mulr // -subr_ge0 -(pmulr_rge0 _ eta0); move: h; congr (0 <= _).
by move: (_ + share * _) => s; rcf_ring.
Qed.

Theorem mean_square_norm eta p c : 0 < eta -> c != 0 -> interpolating x y p ->
  batch_second_moments pr wt share -> 0 <= share ->
  \sum_B pr B * pdot (moved eta p c B) (moved eta p c B) <= c ^+ 2 ->
  stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> eta0 cn hi moments s0 /(mean_square_step eta0 cn hi moments) h.
apply: half_bound => //; apply: le_trans (mean_gradient_square_ge_norm x p) _.
apply: le_trans h; rewrite -subr_ge0.
have -> : (1 - share) * mean_gradient_square x p + share * trace p - mean_gradient_square x p =
   share * (trace p - mean_gradient_square x p) by rcf_ring.
by rewrite mulr_ge0 // subr_ge0 mean_gradient_le_trace.
Qed.

(* in mean length: |E delta_1| <= E |delta_1| *)
Theorem mean_length_step eta p c : 0 < eta -> 0 < c -> interpolating x y p ->
  \sum_B pr B * vnorm pdot (moved eta p c B) <= c ->
  mean_gradient_square x p <= 2 / eta.
Proof.
move=> eta0 c0 hi h.
pose mu : parameters := \sum_B pr B *: moved eta p c B.
have muE : mu = c *: (e - eta *: mean_gradient (feature x p)).
  rewrite /mu (eq_bigr (fun B => c *: (pr B *: e - eta *: \sum_j (pr B * wt B j) *: feature x p j))); last first.
    move=> B _; rewrite stochastic_step // scalerA mulrC -scalerA scalerBr !scalerA; congr (_ *: (_ - _)).
    by rewrite mulrC -scalerA scaler_sumr; congr (_ *: _); apply: eq_bigr => j _; rewrite scalerA.
  rewrite -scaler_sumr sumrB -scaler_suml pr_sum scale1r -scaler_sumr exchange_big /=.
  congr (_ *: (_ - _ *: _)); rewrite /mean_gradient scaler_sumr; apply: eq_bigr => j _.
  by rewrite -scaler_suml unbiased.
have short : pdot mu mu <= c ^+ 2.
  have [z|nz] := eqVneq (vnorm pdot mu) 0.
    have -> : pdot mu mu = 0 by rewrite -[pdot mu mu]sqr_sqrtr ?(ip_ge0 P) // -/(vnorm pdot mu) z expr0n.
    by rewrite sqr_ge0.
  have mp : 0 < vnorm pdot mu by rewrite lt_neqAle eq_sym nz sqrtr_ge0.
  rewrite -[pdot mu mu]sqr_sqrtr ?(ip_ge0 P) // -/(vnorm pdot mu) ler_sqr ?nnegrE ?(ltW mp) ?(ltW c0) //.
  rewrite -(ler_pmul2l mp); apply: le_trans (ler_wpmul2l (ltW mp) h).
  rewrite -expr2 sqr_sqrtr ?(ip_ge0 P) // {1}/mu (ip_suml P) mulr_sumr; apply: ler_sum => B _.
  rewrite (ipZl P) mulrCA ler_wpmul2l // (ipC P); exact: (ip_le_vnorm P).
move: short; rewrite muE -(one_step eta c hi) one_step_square // -[X in _ <= X]mulr1.
rewrite ler_pmul2l ?exprn_gt0 // -subr_ge0 => g.
rewrite ler_pdivl_mulr // -subr_ge0 -(pmulr_rge0 _ eta0); move: g; congr (0 <= _).
by move: (mean_gradient_square x p) => s; rcf_ring.
Qed.
End Batches.
End Modes.
