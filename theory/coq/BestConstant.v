(* best-constant, the constant before the residual term, for N = n+1 data.

   [right_constant n c]: for all nets and all data of that size, off kinks, with |x_j| <= r,

     |f|_S <= lambda_max/2 - 1/2 + c sqrt(1 + r^2) sqrt(2 loss) .

   Here the upper ends: (1/2) sqrt(1 - 1/N) is right for N data  [upper_end], and 1/4 for two
   [quarter_for_two].  A neuron that sees all data or none adds nothing to the norm; the Hessian is
   tested at the mean gradient without the components of these neurons, and a neuron that misses a
   datum has E[|residual| 1_i] <= sqrt(1 - 1/N) sqrt(2 loss).  OpposedClusters.v has the lower ends. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound BeyondInterpolation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Definition right_constant (R : rcfType) (n : nat) (c : R) :=
  forall d k (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R) (p : parameters R d k) lam r,
  differentiable_at_data x p -> (forall j, nrm (x j) <= r) ->
  (forall q, hessian_form x y p q <= lam * pdot q q) ->
  stability_norm x p <= lam / 2 - 2^-1 + c * Num.sqrt (1 + r ^+ 2) * Num.sqrt (2 * loss x y p).

(* a larger constant is right as well *)
Lemma right_constant_le (R : rcfType) n (c c' : R) : c <= c' -> right_constant n c -> right_constant n c'.
Proof.
move=> cc h d k x y p lam r off hr hlam; apply: le_trans (h _ _ _ _ _ _ _ off hr hlam) _.
by rewrite ler_add2l -!mulrA ler_wpmul2r // mulr_ge0 ?sqrtr_ge0.
Qed.

(* from the squared test vector, whose length is at least 1 + 2 |f|_S *)
Section Solved.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Lemma solved_for_norm (norm square lam c s t : R) :
  1 + 2 * norm <= square -> square <= lam + 2 * c * s * t ->
  norm <= lam / 2 - 2^-1 + c * s * t.
Proof.
move=> h /(le_trans h); rewrite -ler_subr_addl -ler_pdivl_mull ?ltr0n // => {h}h.
apply: le_trans h _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
have h2 : (2 : R)^-1 * 2 = 1 by rewrite mulVf ?pnatr_eq0.
transitivity (2^-1 * lam - 2^-1 + (2^-1 * 2) * (c * s * t)); last by rewrite h2 mul1r mulrC.
by move: (2^-1 : R) h2 => h _; rcf_ring.
Qed.
End Solved.

Section SplittingNeurons.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R) (p : parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Let G : parameters R d k := mean_gradient (feature x p).
Let mask i j : R := step (preactivation p (x j) i).

(* neuron i sees datum j; it sees some data, and not all *)
Definition sees (j : 'I_n.+1) (i : 'I_k) := 0 < preactivation p (x j) i.
Definition splits i := [exists j, sees j i] && [exists j, ~~ sees j i].

(* a direction that leaves other neurons alone, with the component 1 at the output bias *)
Definition restricted (K : 'I_k -> bool) (q : parameters R d k) : parameters R d k :=
  mkparameters (fun i => (K i)%:R *: w1 q i) (fun i => (K i)%:R * b1 q i)
    (fun i => (K i)%:R * w2 q i) 1.

Lemma maskE i j : mask i j = (sees j i)%:R. Proof. by []. Qed.
Lemma bool_square (b : bool) : b%:R * b%:R = b%:R :> R.
Proof. by case: b; rewrite ?mulr1 ?mulr0. Qed.

Lemma neuron_part_mean i : neuron_part G i = neuron_square x p i.
Proof.
rewrite /neuron_part /neuron_square w1G b1G w2G (ipZl D) (ipZr D).
by move: (w2 p i) (mean _) (mean _) (dot _ _) => w a b m; rcf_ring.
Qed.
Lemma neuron_part_restricted K q i : neuron_part (restricted K q) i = (K i)%:R * neuron_part q i.
Proof.
rewrite /neuron_part !mkE (ipZl D) (ipZr D).
have := bool_square (K i); move: ((K i)%:R : R) => m m2.
move: (dot _ _) (b1 q i) (w2 q i) => a b c.
transitivity (m * m * (a + b * b + c * c)); first by rcf_ring.
by rewrite m2.
Qed.
Lemma restricted_square K : pdot (restricted K G) (restricted K G) =
  1 + \sum_i (K i)%:R * neuron_square x p i.
Proof.
rewrite /Network.pdot b2_mk mul1r addrC; congr (_ + _); apply: eq_bigr => i _.
by rewrite -/(neuron_part _ _) neuron_part_restricted neuron_part_mean.
Qed.
Lemma restricted_along K : mean (fun j => pdot (feature x p j) (restricted K G)) =
  pdot (restricted K G) (restricted K G).
Proof.
rewrite -ip_mean_gradient // -/G restricted_square /Network.pdot b2_mk b2G mul1r addrC; congr (_ + _).
apply: eq_bigr => i _; rewrite -neuron_part_mean /neuron_part !mkE (ipZr D).
by move: (dot _ _) (b1 G i) (w2 G i) ((K i)%:R : R) => a b c m; rcf_ring.
Qed.

(* a neuron that sees all data or none lies on a hyperplane with weight 0 *)
Lemma no_excess v b : (forall j, dot v (x j) <= b) -> weight x v b = 0.
Proof.
move=> h; apply/eqP; rewrite eq_le weight_ge0 andbT; apply: le_trans (weight_le _ _ _) _.
rewrite /one_sided_weight /mean_excess (@eq_mean _ _ _ (fun=> 0)) ?mean_const ?mul0r // => j.
by rewrite /relu; apply/eqP; rewrite eq_maxr subr_le0.
Qed.
Lemma one_side_weight i : w1 p i != 0 -> ~~ splits i -> weight x (direction p i) (threshold p i) = 0.
Proof.
move=> w0; have c0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
have seesE j : sees j i = (threshold p i < dot (direction p i) (x j)).
  by rewrite /sees pre_canon // pmulr_rgt0 // subr_gt0.
rewrite negb_and => /orP[] /existsPn h.
  by apply: no_excess => j; rewrite leNgt -seesE; apply: h.
rewrite -weightN; apply: no_excess => j; rewrite -scaleN1r (ipZl D) mulN1r ler_opp2 ltW //.
by rewrite -seesE; apply/negPn/h.
Qed.
Lemma norm_le_splitting : 2 * stability_norm x p <= \sum_i (splits i)%:R * neuron_square x p i.
Proof.
apply: (@le_trans _ _ (2 * \sum_i `|amplitude p i| * weight x (direction p i) (threshold p i))).
  by rewrite ler_wpmul2l ?ler0n // stability_norm_le.
rewrite mulr_sumr; apply: ler_sum => i _; have [s|s] := boolP (splits i).
  rewrite mul1r; apply: le_trans (neuron_bound x p i).
  by rewrite ler_wpmul2l ?ler0n // ler_wpmul2l ?normr_ge0 // weight_le.
rewrite mul0r; have [w0|w0] := eqVneq (w1 p i) 0.
  by rewrite amplitude_w10 // normr0 mul0r mulr0.
by rewrite one_side_weight // !mulr0.
Qed.

(* what the residuals take away, neuron by neuron *)
Lemma residual_part_bound q s : 0 <= s -> (forall j, 1 + dot (x j) (x j) <= s ^+ 2) ->
  - mean (fun j => 2 * (residual x y p j * curvature p (x j) q)) <=
  s * \sum_i neuron_part q i * mean (fun j => `|residual x y p j| * mask i j).
Proof.
move=> s0 hs; rewrite -mulN1r -meanZ.
apply: (@le_trans _ _ (mean (fun j => s * \sum_i neuron_part q i * (`|residual x y p j| * mask i j)))).
  apply: ler_mean => j; rewrite mulN1r; apply: le_trans (ler_norm _) _.
  rewrite normrN !normrM [`|2|]gtr0_norm ?ltr0n // mulrCA.
  apply: (@le_trans _ _ (`|residual x y p j| * (s * \sum_i mask i j * neuron_part q i))).
    by rewrite ler_wpmul2l // curvature_bound_masked.
  rewrite mulrCA le_eqVlt; apply/orP; left; apply/eqP; congr (_ * _); rewrite mulr_sumr.
  by apply: eq_bigr => i _; rewrite [mask i j * _]mulrC mulrCA.
rewrite meanZ ler_wpmul2l // mean_sum le_eqVlt; apply/orP; left; apply/eqP.
by apply: eq_bigr => i _; rewrite meanZ.
Qed.

Lemma hessian_form_parts q : hessian_form x y p q = feature_form pdot (feature x p) q +
  mean (fun j => 2 * (residual x y p j * curvature p (x j) q)).
Proof. by rewrite /hessian_form meanD. Qed.

(* the mean residual where a neuron is active, if it misses a datum *)
Lemma root_mean_square (F : 'I_n.+1 -> R) i : (exists j, ~~ sees j i) ->
  mean (fun j => `|F j| * mask i j) <= Num.sqrt (1 - n.+1%:R^-1) * Num.sqrt (mean (fun j => F j ^+ 2)).
Proof.
move=> [l hl]; have N0 := n1_gt0 R n.
have share : mean (mask i) <= 1 - n.+1%:R^-1.
  rewrite ler_subr_addl -ler_subr_addr.
  have -> : 1 - mean (mask i) = mean (fun j => 1 + -1 * mask i j).
    by rewrite meanD meanZ mean_const mulN1r.
  rewrite /mean (bigD1 l) //= maskE (negbTE hl) mulr0 addr0 mulrDl mul1r ler_addl.
  apply: divr_ge0; last exact: ltW.
  by apply: sumr_ge0 => j _; rewrite mulN1r subr_ge0 step_le1.
have square_ge0 : 0 <= mean (fun j => F j ^+ 2) by apply: mean_ge0 => j; rewrite sqr_ge0.
have mask_ge0 : 0 <= mean (mask i) by apply: mean_ge0 => j; apply: step_ge0.
rewrite -sqrtrM ?(le_trans mask_ge0) //.
rewrite -[X in X <= _]ger0_norm; last first.
  by apply: mean_ge0 => j; rewrite mulr_ge0 ?step_ge0.
rewrite -sqrtr_sqr ler_wsqrtr //.
apply: (@le_trans _ _ (mean (mask i) * mean (fun j => F j ^+ 2))); last by rewrite ler_wpmul2r.
have := cauchy_schwarz (dot_ip R n.+1) (\row_j mask i j) (\row_j `|F j|).
have -> : dot (\row_j mask i j) (\row_j `|F j|) = \sum_j `|F j| * mask i j.
  by apply: eq_bigr => j _; rewrite !mxE mulrC.
have -> : dot (\row_j mask i j) (\row_j mask i j) = \sum_j mask i j.
  by apply: eq_bigr => j _; rewrite !mxE -expr2 step_sqr.
have -> : dot (\row_j `|F j|) (\row_j `|F j|) = \sum_j F j ^+ 2.
  by apply: eq_bigr => j _; rewrite !mxE -expr2 real_normK ?num_real.
by rewrite /mean expr_div_n mulf_div -expr2 ler_pmul2r // invr_gt0 exprn_gt0.
Qed.
End SplittingNeurons.

Section UpperEnd.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).

Lemma reach_bound d n (x : 'I_n.+1 -> 'rV[R]_d) r : (forall j, nrm (x j) <= r) ->
  forall j, 1 + dot (x j) (x j) <= Num.sqrt (1 + r ^+ 2) ^+ 2.
Proof.
move=> hr j; rewrite sqr_sqrtr; last by rewrite addr_ge0 ?ler01 ?sqr_ge0.
rewrite ler_add2l -nrm_sqr ler_sqr ?nnegrE ?nrm_ge0 //.
exact: le_trans (nrm_ge0 _) (hr j).
Qed.

Theorem upper_end n : right_constant n (2^-1 * Num.sqrt (1 - n.+1%:R^-1) : R).
Proof.
move=> d k x y p lam r off hr hlam; set s := Num.sqrt (1 + r ^+ 2); set t := Num.sqrt (2 * _).
set kappa := Num.sqrt (1 - _).
have s0 : 0 <= s := sqrtr_ge0 _; have hs := reach_bound hr.
pose v := restricted (splits x p) (mean_gradient (feature x p)).
have square : pdot v v = 1 + \sum_i (splits x p i)%:R * neuron_square x p i by apply: restricted_square.
have v1 : 1 + 2 * stability_norm x p <= pdot v v by rewrite square ler_add2l norm_le_splitting.
have v0 : 0 < pdot v v.
  by apply: lt_le_trans v1; rewrite ltr_spaddl ?ltr01 // mulr_ge0 ?ler0n // stability_norm_ge0.
apply: solved_for_norm v1 _; rewrite -(ler_pmul2r v0).
have h2 : 2 * (2^-1 * kappa) * s * t = s * (kappa * t).
  by rewrite mulrA mulfV ?pnatr_eq0 // mul1r [kappa * s]mulrC mulrA.
rewrite h2 [(lam + _) * _]mulrDl.
apply: (@le_trans _ _ (hessian_form x y p v + s * (kappa * t) * pdot v v)); last first.
  by rewrite ler_add2r hlam.
rewrite hessian_form_parts -addrA.
apply: ler_paddr; last first.
  apply: le_trans (mean_sqr _); rewrite -expr2.
  by rewrite /v restricted_along.
rewrite -ler_subl_addl sub0r.
apply: le_trans (residual_part_bound y p v s0 hs) _; rewrite -mulrA ler_wpmul2l //.
apply: (@le_trans _ _ (\sum_i neuron_part v i * (kappa * t))).
  apply: ler_sum => i _; rewrite /v neuron_part_restricted.
  have [/andP[_ /existsP miss]|_] := boolP (splits x p i); last by rewrite !mul0r.
  rewrite !mul1r ler_wpmul2l ?neuron_part_ge0 //.
  apply: le_trans (root_mean_square (residual x y p) miss) _.
  rewrite ler_wpmul2l ?sqrtr_ge0 // ler_wsqrtr // /loss mulrC divfK ?pnatr_eq0 //.
by rewrite -mulr_suml mulrC ler_wpmul2l ?neuron_parts_le // mulr_ge0 ?sqrtr_ge0.
Qed.
End UpperEnd.

Lemma sum_two (R : rcfType) (F : 'I_2 -> R) : \sum_j F j = F ord0 + F (lift ord0 ord0).
Proof. by rewrite !big_ord_recl big_ord0 addr0. Qed.

(* Two data: the neurons that count see one of them alone *)
Section TwoData.
Variables (R : rcfType) (d k : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_2 -> 'rV[R]_d) (y : 'I_2 -> R) (p : parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let G : parameters R d k := mean_gradient (feature x p).
Let h2 : (2 : R)^-1 * 2 = 1. Proof. by rewrite mulVf ?pnatr_eq0. Qed.

Definition alone j i := sees x p j i && ~~ sees x p (rev_ord j) i.
(* what the neurons that see datum j alone have of the squared mean gradient *)
Definition own_square j : R := \sum_i (alone j i)%:R * neuron_square x p i.

Lemma mean_two (F : 'I_2 -> R) j : mean F = 2^-1 * (F j + F (rev_ord j)).
Proof.
rewrite /mean sum_two mulrC; congr (_ * _).
have e0 : rev_ord ord0 = lift ord0 ord0 :> 'I_2 by apply: val_inj.
have e1 : rev_ord (lift ord0 ord0) = ord0 :> 'I_2 by apply: val_inj.
have [->|j0] := eqVneq j ord0; first by rewrite e0.
have -> : j = lift ord0 ord0 by apply: val_inj; case: j j0 => [[|[|]]].
by rewrite e1 addrC.
Qed.
Lemma vmean_two (F : 'I_2 -> 'rV[R]_d) j : vmean F = 2^-1 *: (F j + F (rev_ord j)).
Proof.
apply/rowP => l; rewrite !mxE summxE; have := mean_two (fun j => F j 0 l) j.
by rewrite /mean mulrC.
Qed.

Lemma splits_alone i : (splits x p i)%:R = \sum_j (alone j i)%:R :> R.
Proof.
rewrite sum_two.
have e0 : rev_ord ord0 = lift ord0 ord0 :> 'I_2 by apply: val_inj.
have e1 : rev_ord (lift ord0 ord0) = ord0 :> 'I_2 by apply: val_inj.
have any (f : 'I_2 -> bool) : [exists j, f j] = f ord0 || f (lift ord0 ord0).
  apply/existsP/orP => [[j fj]|[h|h]]; [|by exists ord0|by exists (lift ord0 ord0)].
  have [j0|j0] := eqVneq j ord0; first by left; rewrite -j0.
  right; rewrite (_ : lift ord0 ord0 = j) //; apply: val_inj; case: j j0 {fj} => [[|[|]]] //.
rewrite /splits !any /alone e0 e1.
by case: (sees x p ord0 i); case: (sees x p _ i); rewrite /= ?addr0 ?add0r.
Qed.

(* the mean gradient with the neurons alone that see one datum *)
Let v := restricted (splits x p) G.
Lemma two_square : pdot v v = 1 + \sum_j own_square j.
Proof.
rewrite /v restricted_square; congr (_ + _); rewrite exchange_big; apply: eq_bigr => i _.
by rewrite splits_alone mulr_suml.
Qed.

Lemma two_along j : pdot (feature x p j) v = 1 + 2 * own_square j.
Proof.
rewrite /Network.pdot !b2_mk mul1r addrC mulr_sumr; congr (_ + _); apply: eq_bigr => i _.
rewrite !mkE w1G b1G w2G /neuron_square !(mean_two _ j) !(vmean_two _ j).
have -> : splits x p i = alone j i || alone (rev_ord j) i.
  have := splits_alone i; rewrite (_ : \sum_l _ = (alone j i)%:R + (alone (rev_ord j) i)%:R :> R).
    rewrite /alone rev_ordK; case: (sees x p j i); case: (sees x p _ i); case: (splits x p i) => //= /eqP;
      rewrite ?addr0 ?add0r ?oner_eq0 // eq_sym oner_eq0 //.
  have := mean_two (fun l => (alone l i)%:R) j; rewrite /mean mulrC => /mulfI; apply.
  by rewrite invr_eq0 pnatr_eq0.
rewrite /alone rev_ordK !reluE.
rewrite -![step (preactivation p (x j) i)]/((sees x p j i)%:R).
rewrite -![step (preactivation p (x (rev_ord j)) i)]/((sees x p (rev_ord j) i)%:R).
case: (sees x p j i); case: (sees x p (rev_ord j) i) => /=;
  rewrite ?mulr1n ?mulr0n ?scale0r ?mul0r ?mulr0 ?addr0 ?add0r ?(ip0l D) ?mul0r ?mulr0 ?addr0 //.
- by rewrite (ipC D) (ip0l D).
- rewrite !scale1r !mul1r !mulr1 !(ipZl D) !(ipZr D).
  move: (dot _ _) (preactivation _ _ _) (w2 p i) h2; move: (2^-1 : R) => m a b c m2.
  transitivity (m * 2 * (m * (c * (c * a)) + m * (c * c) + m * (b * b))); last by rcf_ring.
  by rewrite m2 mul1r; rcf_ring.
- by rewrite scale0r (ip0l D).
by rewrite scale0r (ip0l D).
Qed.

Lemma own_square_ge0 j : 0 <= own_square j.
Proof.
apply: sumr_ge0 => i _; rewrite mulr_ge0 ?ler0n // -neuron_part_mean; exact: neuron_part_ge0.
Qed.

(* half the neurons of a datum pay for its residual *)
Lemma two_residuals s : 0 <= s -> (forall j, 1 + dot (x j) (x j) <= s ^+ 2) ->
  - mean (fun j => 2 * (residual x y p j * curvature p (x j) v)) <=
  2^-1 * s * \sum_j `|residual x y p j| * own_square j.
Proof.
move=> s0 hs; apply: le_trans (residual_part_bound y p v s0 hs) _.
rewrite -mulrA mulrCA ler_wpmul2l // le_eqVlt; apply/orP; left; apply/eqP.
rewrite sum_two !mulr_sumr -big_split mulr_sumr; apply: eq_bigr => i _ /=.
rewrite neuron_part_restricted neuron_part_mean (mean_two _ ord0).
have e0 : rev_ord ord0 = lift ord0 ord0 :> 'I_2 by apply: val_inj.
have e1 : rev_ord (lift ord0 ord0) = ord0 :> 'I_2 by apply: val_inj.
rewrite splits_alone sum_two /alone e0 e1.
rewrite -![step (preactivation p (x _) i)]/((sees x p _ i)%:R).
move: (neuron_square x p i) (residual x y p ord0) (residual x y p _) (2^-1 : R) => a b c m.
by case: (sees x p ord0 i); case: (sees x p _ i) => /=; rcf_ring.
Qed.

Lemma loss_two : 2 * loss x y p = 2^-1 * \sum_j `|residual x y p j| ^+ 2.
Proof.
rewrite /loss mulrC divfK ?pnatr_eq0 // /mean mulrC; congr (_ * _).
by apply: eq_bigr => j _; rewrite real_normK ?num_real.
Qed.
Lemma form_two : feature_form pdot (feature x p) v = 2^-1 * \sum_j (1 + 2 * own_square j) ^+ 2.
Proof.
by rewrite /feature_form /mean mulrC; congr (_ * _); apply: eq_bigr => j _; rewrite two_along.
Qed.

(* the output bias as a test vector *)
Lemma bias_eigenvalue lam : (forall q, hessian_form x y p q <= lam * pdot q q) -> 1 <= lam.
Proof.
move=> /(_ (mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 1)).
rewrite /hessian_form (@eq_mean _ _ _ (fun=> 1)) ?mean_const => [|j].
  rewrite /Network.pdot b2_mk mulr1 big1 ?add0r ?mulr1 // => i _.
  by rewrite !mkE (ip0l D) !mulr0 !addr0.
have -> : curvature p (x j) (mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 1) = 0.
  by rewrite /curvature big1 // => i _; rewrite mkE mul0r.
rewrite !mulr0 addr0 /Network.pdot !b2_mk mulr1 big1 ?add0r ?expr1n // => i _.
by rewrite !mkE (ipC D) (ip0l D) !mulr0 !addr0.
Qed.
End TwoData.

Section QuarterForTwo.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
(* the two Rayleigh quotients, solved *)
Lemma two_quotients (lam s t a b A B : R) :
  0 <= s -> 0 <= t -> 0 <= A -> 0 <= B -> 2 * t ^+ 2 = a ^+ 2 + b ^+ 2 -> 1 <= lam ->
  (1 + 2 * A) ^+ 2 + (1 + 2 * B) ^+ 2 <= 2 * lam * (1 + (A + B)) + s * (a * A + b * B) ->
  2 * (1 + (A + B)) <= 2 * lam + s * t.
Proof.
move=> s0 t0 A0 B0 tt lam1 h; have [small|big] := leP (2 * (A + B)) (s * t).
  by rewrite mulrDr ler_add // ler_wpmul2l ?ler0n.
have Q0 : 0 < 1 + (A + B) by rewrite ltr_spaddl ?ltr01 // addr_ge0.
have m_t : a + b <= 2 * t.
  have [neg|m0] := leP (a + b) 0; first by apply: le_trans neg _; rewrite mulr_ge0 ?ler0n.
  rewrite -ler_sqr ?nnegrE ?mulr_ge0 ?ler0n ?(ltW m0) //.
  rewrite -subr_ge0 (_ : _ - _ = (a - b) ^+ 2 + 2 * (2 * t ^+ 2 - (a ^+ 2 + b ^+ 2))); last by rcf_ring.
  by rewrite tt subrr mulr0 addr0 sqr_ge0.
rewrite -(ler_pmul2r Q0); set gap := s * t * (1 + (A + B)) - s * (a * A + b * B) + 2 * (A - B) ^+ 2.
suff gap0 : 0 <= gap.
  have {}h := ler_add h gap0; rewrite addr0 in h.
  move: h; rewrite -subr_ge0 => h; rewrite -subr_ge0; move: h.
  by congr (0 <= _); rewrite /gap; rcf_ring.
have key : s ^+ 2 * (a - b) ^+ 2 <= 16 * s * (2 * t - (a + b)) * (A + B).
  apply: (@le_trans _ _ (8 * s * (2 * t - (a + b)) * (s * t))).
    rewrite -subr_ge0.
    have -> : 8 * s * (2 * t - (a + b)) * (s * t) - s ^+ 2 * (a - b) ^+ 2 =
      2 * s ^+ 2 * (2 * t - (a + b)) ^+ 2 + s ^+ 2 * (a - b) ^+ 2
      + 4 * s ^+ 2 * (2 * t ^+ 2 - (a ^+ 2 + b ^+ 2)) by rcf_ring.
    rewrite tt subrr mulr0 addr0; apply: addr_ge0; last by apply: mulr_ge0; exact: sqr_ge0.
    by apply: mulr_ge0; [apply: mulr_ge0; rewrite ?ler0n ?sqr_ge0 | exact: sqr_ge0].
  have -> : 16 * s * (2 * t - (a + b)) * (A + B) = 8 * s * (2 * t - (a + b)) * (2 * (A + B)) by rcf_ring.
  apply: ler_wpmul2l (ltW big); apply: mulr_ge0; last by rewrite subr_ge0.
  by apply: mulr_ge0; rewrite ?ler0n.
have c0 : 0 < 32 :> R by rewrite ltr0n.
rewrite -(pmulr_rge0 _ c0); have -> : 32 * gap = (8 * (A - B) - s * (a - b)) ^+ 2 + 32 * (s * t) +
  (16 * s * (2 * t - (a + b)) * (A + B) - s ^+ 2 * (a - b) ^+ 2) by rewrite /gap; rcf_ring.
apply: addr_ge0; last by rewrite subr_ge0.
apply: addr_ge0; first exact: sqr_ge0.
by apply: mulr_ge0; rewrite ?ler0n // mulr_ge0.
Qed.

Theorem quarter_for_two : right_constant 1 (1 / 4 : R).
Proof.
move=> d k x y p lam r off hr hlam; set s := Num.sqrt (1 + r ^+ 2); set t := Num.sqrt (2 * _).
have s0 : 0 <= s := sqrtr_ge0 _; have hs := reach_bound hr.
pose v := restricted (splits x p) (mean_gradient (feature x p)).
have square : pdot v v = 1 + \sum_j own_square x p j by apply: two_square.
have v1 : 1 + 2 * stability_norm x p <= pdot v v.
  by rewrite /v restricted_square ler_add2l norm_le_splitting.
apply: solved_for_norm v1 _.
have two : 0 < (2 : R) by rewrite ltr0n.
rewrite -(ler_pmul2l two).
have -> : 2 * (lam + 2 * (1 / 4) * s * t) = 2 * lam + s * t.
  have q : 2 * (2 * (1 / 4)) = 1 :> R by rational_over R.
  transitivity (2 * lam + 2 * (2 * (1 / 4)) * (s * t)); last by rewrite q mul1r.
  by move: (1 / 4 : R) => i; rcf_ring.
rewrite square sum_two.
apply: (@two_quotients _ _ _ `|residual x y p ord0| `|residual x y p (lift ord0 ord0)|) => //.
- exact: sqrtr_ge0.
- exact: own_square_ge0.
- exact: own_square_ge0.
- rewrite sqr_sqrtr; last first.
    rewrite loss_two mulr_ge0 ?invr_ge0 ?ler0n // sumr_ge0 // => j _; exact: sqr_ge0.
  by rewrite loss_two mulVKf ?pnatr_eq0 // sum_two.
- exact: bias_eigenvalue hlam.
have := hlam v; rewrite hessian_form_parts form_two square !sum_two => h.
have := ler_add h (two_residuals y p s0 hs); rewrite addrK sum_two => {}h.
rewrite -(ler_pmul2l (_ : 0 < 2^-1)) ?invr_gt0 //; apply: le_trans h _.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
have i2 : (2 : R)^-1 * 2 = 1 by rewrite mulVf ?pnatr_eq0.
move: i2; move: (2^-1 : R) => m m2.
set X := 1 + _; set Y := `|_| * _ + _.
by transitivity (m * 2 * (lam * X) + m * s * Y); [rewrite m2 mul1r | rcf_ring].
Qed.
End QuarterForTwo.
