(* beyond-interpolation.  For |x_j| <= r, any theta differentiable at the data, in terms of the
   loss only:

     |f|_S <= lambda_max/2 - 1/2 + (1/2) sqrt(1 + r^2) sqrt(2 loss) .

   The residual part of the Hessian is at most sqrt(1 + r^2) E|residual| in norm
   [feature_form_hessian], by |w2 <w1 + b1>| <= (|w2|^2 + |(w1,b1)|^2) sqrt(1 + r^2)/2. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section BeyondInterpolation.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p : parameters.
(* Cauchy-Schwarz for (u,b) and (z,1) *)
Lemma affine_cs (u z : 'rV[R]_d) (b : R) :
  (dot u z + b) ^+ 2 <= (dot u u + b ^+ 2) * (1 + dot z z).
Proof.
have h1 := cauchy_schwarz D u z; have h2 := ip_ge0 D (u - b *: z).
rewrite (ip_sqrB D) in h2.
rewrite -subr_ge0; move: h1 h2; rewrite -subr_ge0.
move: (dot u u) (dot u z) (dot z z) => a c m h1 h2.
have -> : (a + b ^+ 2) * (1 + m) - (c + b) ^+ 2 =
  (a * m - c ^+ 2) + (a - (b * c) *+ 2 + b ^+ 2 * m) by rcf_ring.
exact: addr_ge0.
Qed.

(* what one neuron has of a direction *)
Definition neuron_part (q : parameters) i : R :=
  dot (w1 q i) (w1 q i) + b1 q i * b1 q i + w2 q i * w2 q i.
Lemma neuron_part_ge0 q i : 0 <= neuron_part q i.
Proof. by rewrite /neuron_part -!expr2 !addr_ge0 ?sqr_ge0 // (ip_ge0 D). Qed.
Lemma neuron_parts_le q : \sum_i neuron_part q i <= pdot q q.
Proof. by rewrite /Network.pdot ler_addl -expr2 sqr_ge0. Qed.

Lemma neuron_curvature_bound (q : parameters) z s i : 0 <= s -> 1 + dot z z <= s ^+ 2 ->
  2 * `|w2 q i * preactivation q z i| <= s * neuron_part q i.
Proof.
move=> s0 hs; rewrite /neuron_part; set N := dot _ _ + b1 q i * b1 q i.
have N0 : 0 <= N by rewrite addr_ge0 ?(ip_ge0 D) // -expr2 sqr_ge0.
have oriented_hyperplane : `|preactivation q z i| <= s * Num.sqrt N.
  rewrite -sqrtr_sqr -[s in s * _](ger0_norm s0) -[`|s|]sqrtr_sqr -sqrtrM ?sqr_ge0 //.
  rewrite ler_wsqrtr //; apply: le_trans (affine_cs (w1 q i) z (b1 q i)) _.
  by rewrite mulrC expr2 -/N ler_wpmul2r.
apply: (@le_trans _ _ (2 * (`|w2 q i| * (s * Num.sqrt N)))).
  by rewrite ler_wpmul2l ?ler0n // normrM ler_wpmul2l ?normr_ge0.
have := am_gm (`|w2 q i|) (Num.sqrt N); rewrite real_normK ?num_real // sqr_sqrtr // => h.
have -> : 2 * (`|w2 q i| * (s * Num.sqrt N)) = s * (2 * (`|w2 q i| * Num.sqrt N)).
  by rewrite !mulrA; congr (_ * _); rewrite mulrAC [s * 2]mulrC -!mulrA [s * _]mulrC.
by rewrite ler_wpmul2l // addrC -expr2.
Qed.

Lemma curvature_bound_masked (p q : parameters) z s : 0 <= s -> 1 + dot z z <= s ^+ 2 ->
  2 * `|curvature p z q| <= s * \sum_i step (preactivation p z i) * neuron_part q i.
Proof.
move=> s0 hs.
apply: (@le_trans _ _ (\sum_i 2 * `|w2 q i * (step (preactivation p z i) * preactivation q z i)|)).
  by rewrite -mulr_sumr ler_wpmul2l ?ler0n // ler_norm_sum.
rewrite mulr_sumr; apply: ler_sum => i _.
rewrite mulrCA normrM (ger0_norm (step_ge0 _)) mulrCA [X in _ <= X]mulrCA.
by rewrite ler_wpmul2l ?step_ge0 // neuron_curvature_bound.
Qed.

Lemma curvature_bound (p q : parameters) z s : 0 <= s -> 1 + dot z z <= s ^+ 2 ->
  2 * `|curvature p z q| <= s * pdot q q.
Proof.
move=> s0 hs; apply: le_trans (curvature_bound_masked p q s0 hs) _; rewrite ler_wpmul2l //.
apply: le_trans (neuron_parts_le q); apply: ler_sum => i _.
by rewrite -[X in _ <= X]mul1r ler_wpmul2r ?neuron_part_ge0 // step_le1.
Qed.

Lemma feature_form_hessian (p : parameters) s : 0 <= s -> (forall j, 1 + dot (x j) (x j) <= s ^+ 2) ->
  forall q, feature_form pdot (feature x p) q <=
    hessian_form x y p q + s * Num.sqrt (2 * loss x y p) * pdot q q.
Proof.
move=> s0 hs q; rewrite /hessian_form meanD -/(feature_form _ _ _) -addrA ler_addl.
rewrite -[mean _]opprK addrC subr_ge0; apply: le_trans (ler_norm _) _; rewrite normrN.
apply: (@le_trans _ _ (mean (fun j => s * pdot q q * `|residual x y p j|))).
  rewrite normrM [X in _ * X]gtr0_norm ?invr_gt0 ?ltr0Sn //.
  rewrite ler_pmul2r ?invr_gt0 ?ltr0Sn //; apply: le_trans (ler_norm_sum _ _ _) _.
  apply: ler_sum => j _; rewrite !normrM [`|2|]gtr0_norm ?ltr0Sn //.
  by rewrite mulrCA mulrC ler_wpmul2r ?normr_ge0 // curvature_bound.
rewrite meanZ mulrAC ler_wpmul2r ?(ip_ge0 (pdot_ip R d k)) // ler_wpmul2l //.
have m0 : 0 <= mean (fun j => `|residual x y p j|) by apply: mean_ge0 => j; apply: normr_ge0.
rewrite -[X in X <= _]ger0_norm // -sqrtr_sqr ler_wsqrtr //.
apply: le_trans (mean_sqr _) _; rewrite /loss mulrC divfK ?pnatr_eq0 //.
by apply: ler_mean => j; rewrite real_normK ?num_real.
Qed.

Theorem beyond_interpolation p lam r : differentiable_at_data x p ->
  (forall j, nrm (x j) <= r) -> (forall q, hessian_form x y p q <= lam * pdot q q) ->
  stability_norm x p <= lam / 2 - 2^-1 + 2^-1 * Num.sqrt (1 + r ^+ 2) * Num.sqrt (2 * loss x y p).
Proof.
move=> _ hr hlam; set s := Num.sqrt (1 + r ^+ 2).
have s2 : s ^+ 2 = 1 + r ^+ 2 by rewrite sqr_sqrtr // addr_ge0 ?ler01 ?sqr_ge0.
have hs j : 1 + dot (x j) (x j) <= s ^+ 2.
  rewrite s2 ler_add2l -nrm_sqr ler_sqr ?nnegrE ?nrm_ge0 //.
  exact: le_trans (nrm_ge0 _) (hr j).
have : 1 + 2 * stability_norm x p <= lam + s * Num.sqrt (2 * loss x y p).
  apply: sharpness_ge_stability_norm => q.
  apply: le_trans (feature_form_hessian p (sqrtr_ge0 _) hs q) _.
  by rewrite mulrDl ler_add2r.
rewrite -ler_subr_addl -ler_pdivl_mull ?ltr0n // => h; apply: le_trans h _.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; move: (2^-1 : R) (Num.sqrt _) => h u; rcf_ring.
Qed.
End BeyondInterpolation.
