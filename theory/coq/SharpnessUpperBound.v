(* sharpness-upper-bound.  The rescalings  (w1_i, b1_i, w2_i) -> (w1_i/c_i, b1_i/c_i, c_i w2_i), c_i > 0,
   do not change f.  If w1_i != 0 for all i, the flattest of them has

     inf over c of lambda_max <= 1 + 2 sum_i |a_i| gh(v_i, b_i),
     gh(v,b) = sqrt( E[(<v,X> - b)_+^2] E[(1 + |X|^2) 1_A] )                  [rescaling_weight]

   by the trace, with the scales that minimise it.  It is an infimum: attained if all w2_i != 0
   [sharpness_upper_bound_attained], otherwise approached [sharpness_upper_bound].
   With constant neurons (w1_i = 0) the bound is false: fold them into b2 first. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section UpperBound.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p : parameters.

(* E[(1 + |X|^2) 1_A],  E[(<v,X> - b)_+^2]  and gh *)
Definition mass v b : R := mean (fun j => indicator x v b j * (1 + dot (x j) (x j))).
Definition mean_square_excess v b : R := mean (fun j => relu (dot v (x j) - b) ^+ 2).
Definition rescaling_weight v b : R := Num.sqrt (mean_square_excess v b * mass v b).

Definition rescale (c : 'I_k -> R) p : parameters :=
  mkparameters (fun i => (c i)^-1 *: w1 p i) (fun i => (c i)^-1 * b1 p i)
               (fun i => c i * w2 p i) (b2 p).
Lemma pre_rescale c p z i : preactivation (rescale c p) z i = (c i)^-1 * preactivation p z i.
Proof. by rewrite /preactivation !mkE (ipZl D) mulrDr. Qed.
Lemma net_rescale c p : (forall i, 0 < c i) -> forall z, shallow_net (rescale c p) z = shallow_net p z.
Proof.
move=> c0 z; rewrite /shallow_net mkE; congr (_ + _); apply: eq_bigr => i _.
rewrite pre_rescale mkE reluZ ?invr_ge0 ?ltW // mulrACA mulfV ?mul1r //.
by rewrite gt_eqF.
Qed.

Definition relu_square (p : parameters) i : R := mean (fun j => relu (preactivation p (x j) i) ^+ 2).
Definition active_mass (p : parameters) i : R := mean (fun j => step (preactivation p (x j) i) * (1 + dot (x j) (x j))).

Lemma trace_rescale c (p : parameters) : (forall i, 0 < c i) ->
  mean (fun j => pdot (feature x (rescale c p) j) (feature x (rescale c p) j)) =
  1 + \sum_i (c i ^+ 2 * (w2 p i ^+ 2 * active_mass p i) + relu_square p i / c i ^+ 2).
Proof.
move=> c0; rewrite (@eq_mean _ _ _ (fun j => 1 + \sum_i
  (c i ^+ 2 * w2 p i ^+ 2 * (step (preactivation p (x j) i) * (1 + dot (x j) (x j)))
   + (c i ^+ 2)^-1 * relu (preactivation p (x j) i) ^+ 2))).
  rewrite meanD mean_const mean_sum; congr (_ + _); apply: eq_bigr => i _.
  by rewrite meanD !meanZ -mulrA [X in _ + X]mulrC.
move=> j; rewrite /Network.pdot addrC !mkE mulr1; congr (_ + _); apply: eq_bigr => i _.
rewrite !mkE (ipZl D) (ipZr D) pre_rescale stepZ ?invr_gt0 // reluZ ?invr_ge0 ?ltW //.
rewrite -exprVn; have := step_sqr (preactivation p (x j) i).
move: (step _) (relu _) (dot _ _) (w2 _ _) (c i) => a r m w f hs.
by rewrite -[in RHS]hs; move: (f^-1) => g; rcf_ring.
Qed.

Lemma active_eq0 (p : parameters) i : (active_mass p i == 0) = (relu_square p i == 0).
Proof.
rewrite /active_mass /relu_square /mean !mulf_eq0 invr_eq0 pnatr_eq0 !orbF !psumr_eq0; first last.
- by move=> j _; rewrite mulr_ge0 ?step_ge0 // addr_ge0 ?ler01 // (ip_ge0 D).
- by move=> j _; rewrite sqr_ge0.
apply: eq_all => j /=; rewrite reluE sqrf_eq0 !mulf_eq0 /step.
have -> : (1 + dot (x j) (x j) == 0) = false.
  by rewrite gt_eqF // ltr_spaddl ?ltr01 // (ip_ge0 D).
by case: (ltgtP 0 (preactivation p (x j) i)) => _ /=; rewrite ?mulr0n ?eqxx ?orbF ?orbT.
Qed.

Lemma relu_square_ge0 (p : parameters) i : 0 <= relu_square p i.
Proof. by apply: mean_ge0 => j; rewrite sqr_ge0. Qed.
Lemma active_mass_ge0 (p : parameters) i : 0 <= active_mass p i.
Proof. by apply: mean_ge0 => j; rewrite mulr_ge0 ?step_ge0 // addr_ge0 ?ler01 // (ip_ge0 D). Qed.

Lemma rescale_differentiable c p : (forall i, 0 < c i) ->
  differentiable_at_data x p -> differentiable_at_data x (rescale c p).
Proof. by move=> c0 off j i; rewrite pre_rescale mulf_neq0 // invr_eq0 gt_eqF. Qed.

Let A p i := relu_square p i.
Let B p i := w2 p i ^+ 2 * active_mass p i.
Lemma B_ge0 p i : 0 <= B p i. Proof. exact: mulr_ge0 (sqr_ge0 _) (active_mass_ge0 p i). Qed.

(* |a_i| gh_i = sqrt(A_i B_i) *)
Lemma amplitude_rescaling_weight p i : w1 p i != 0 ->
  `|amplitude p i| * rescaling_weight (direction p i) (threshold p i) =
  Num.sqrt (A p i) * Num.sqrt (B p i).
Proof.
move=> h1; have n0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq h1 => /nrm_eq0 ->.
have -> : A p i = nrm (w1 p i) ^+ 2 * mean_square_excess (direction p i) (threshold p i).
  rewrite -meanZ; apply: eq_mean => j.
  by rewrite pre_canon // reluZ ?nrm_ge0 // exprMn.
have -> : B p i = w2 p i ^+ 2 * mass (direction p i) (threshold p i).
  congr (_ * _); apply: eq_mean => j.
  by rewrite pre_canon // stepZ // indicator_step.
have e0 : 0 <= mean_square_excess (direction p i) (threshold p i).
  by apply: mean_ge0 => j; rewrite sqr_ge0.
rewrite /amplitude normrM (gtr0_norm n0) /rescaling_weight.
move: (mean_square_excess _ _) (mass _ _) e0 => e m e0.
rewrite [Num.sqrt (e * m)]sqrtrM // [Num.sqrt (nrm _ ^+ 2 * _)]sqrtrM ?sqr_ge0 //.
rewrite [Num.sqrt (w2 p i ^+ 2 * _)]sqrtrM ?sqr_ge0 // !sqrtr_sqr.
rewrite (gtr0_norm n0).
by move: `|w2 p i| (nrm _) (Num.sqrt _) (Num.sqrt _) => a b f g; rcf_ring.
Qed.

(* the scale of one neuron that minimises its part of the trace *)
Lemma optimal_scale p i : w2 p i != 0 -> exists2 c, 0 < c &
  c ^+ 2 * B p i + A p i / c ^+ 2 <= 2 * (Num.sqrt (A p i) * Num.sqrt (B p i)).
Proof.
move=> h2; have hB : 0 <= B p i := B_ge0 p i; have hA : 0 <= A p i := relu_square_ge0 p i.
have [A0|A0] := eqVneq (A p i) 0.
  (* a neuron that is nowhere active: any scale *)
  have -> : B p i = 0.
    by rewrite /B; have /eqP -> : active_mass p i == 0; rewrite ?mulr0 // active_eq0 -/(A p i) A0.
  by exists 1; rewrite ?ltr01 // A0 mulr0 mul0r addr0 sqrtr0 mul0r mulr0.
have a0 : 0 < Num.sqrt (A p i) by rewrite sqrtr_gt0 lt_neqAle eq_sym A0.
have b0 : 0 < Num.sqrt (B p i).
  rewrite sqrtr_gt0 mulr_gt0 // lt_neqAle eq_sym ?sqrf_eq0 ?h2 ?sqr_ge0 //.
  by rewrite active_eq0 A0 active_mass_ge0.
exists (Num.sqrt (Num.sqrt (A p i) / Num.sqrt (B p i))); first by rewrite sqrtr_gt0 divr_gt0.
rewrite sqr_sqrtr ?divr_ge0 ?sqrtr_ge0 // -{2}(sqr_sqrtr hB) -{2}(sqr_sqrtr hA) invf_div.
move: (Num.sqrt (A p i)) (Num.sqrt (B p i)) a0 b0 => a b a0 b0.
have -> : a / b * b ^+ 2 = a * b by rewrite expr2 mulrA divfK ?gt_eqF.
have -> : a ^+ 2 * (b / a) = a * b by rewrite expr2 -mulrA [a * (b / a)]mulrC divfK ?gt_eqF.
by rewrite mulr_natl mulr2n.
Qed.
(* ... up to any delta > 0 where w2_i = 0: a large scale *)
Lemma almost_optimal_scale p i delta : 0 < delta -> exists2 c, 0 < c &
  c ^+ 2 * B p i + A p i / c ^+ 2 <= 2 * (Num.sqrt (A p i) * Num.sqrt (B p i)) + delta.
Proof.
move=> d0; have [w0|w0] := eqVneq (w2 p i) 0; last first.
  have [c c0 hc] := optimal_scale w0; exists c => //; apply: le_trans hc _.
  by rewrite ler_addl ltW.
have -> : B p i = 0 by rewrite /B w0 expr0n mul0r.
rewrite sqrtr0 !mulr0 add0r; have hA : 0 <= A p i := relu_square_ge0 p i.
have r0 : 0 < (A p i + 1) / delta by rewrite divr_gt0 // ltr_spaddr ?ltr01.
exists (Num.sqrt ((A p i + 1) / delta)); first by rewrite sqrtr_gt0.
rewrite mulr0 add0r sqr_sqrtr ?(ltW r0) // invf_div mulrCA ler_pimulr ?(ltW d0) //.
by rewrite ler_pdivr_mulr ?ltr_spaddr ?ltr01 // mul1r ler_addl ler01.
Qed.

(* scales that are good neuron by neuron are good for the trace, hence for lambda_max *)
Lemma sharpness_rescaled c p delta : (forall i, w1 p i != 0) -> (forall i, 0 < c i) ->
  (forall i, c i ^+ 2 * B p i + A p i / c i ^+ 2 <=
             2 * (Num.sqrt (A p i) * Num.sqrt (B p i)) + delta) ->
  rayleigh_bound pdot (feature x (rescale c p))
    (1 + 2 * (\sum_i `|amplitude p i| * rescaling_weight (direction p i) (threshold p i))
       + delta * k%:R).
Proof.
move=> h1 c0 hc q; apply: le_trans (sharpness_le_trace P (feature x (rescale c p)) q) _.
rewrite ler_wpmul2r ?(ip_ge0 P) // trace_rescale // -addrA ler_add2l mulr_sumr.
have -> : delta * k%:R = \sum_(i < k) delta by rewrite sumr_const card_ord mulr_natr.
rewrite -big_split; apply: ler_sum => i _ /=.
by rewrite amplitude_rescaling_weight //; apply: hc.
Qed.

Theorem sharpness_upper_bound p : (forall i, w1 p i != 0) -> forall eps, 0 < eps ->
  exists2 c, forall i, 0 < c i & rayleigh_bound pdot (feature x (rescale c p))
    (1 + 2 * (\sum_i `|amplitude p i| * rescaling_weight (direction p i) (threshold p i)) + eps).
Proof.
move=> h1 eps eps0; pose delta := eps / k.+1%:R.
have d0 : 0 < delta by rewrite divr_gt0 ?ltr0Sn.
have [c c0 hc] := fin_all_exists2 (fun i => almost_optimal_scale p i d0).
exists c => // q; apply: le_trans (sharpness_rescaled h1 c0 hc q) _.
rewrite ler_wpmul2r ?(ip_ge0 P) // ler_add2l /delta mulrAC ler_pdivr_mulr ?ltr0Sn //.
by rewrite ler_wpmul2l ?(ltW eps0) // ler_nat.
Qed.

Theorem sharpness_upper_bound_attained p : (forall i, w1 p i != 0) -> (forall i, w2 p i != 0) ->
  exists2 c, forall i, 0 < c i & rayleigh_bound pdot (feature x (rescale c p))
    (1 + 2 * (\sum_i `|amplitude p i| * rescaling_weight (direction p i) (threshold p i))).
Proof.
move=> h1 h2; have [c c0 hc] := fin_all_exists2 (fun i => optimal_scale (h2 i)).
exists c => //; have := @sharpness_rescaled c p 0 h1 c0; rewrite mul0r addr0; apply=> i.
by rewrite addr0; apply: hc.
Qed.
End UpperBound.
