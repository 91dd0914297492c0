(* stability-inequality, the main theorem of the paper:

   a differentiable interpolating minimum that is linearly stable at step size eta
   has  |f|_S <= 1/eta - 1/2 .

   Three readings of "linearly stable":
   - every Rayleigh quotient of the Hessian is at most 2/eta      [stability_inequality]
   - linearised gradient descent is bounded from every start      [stability_inequality_gd]
   - linearised SGD, any unbiased independent batches,
     limsup_t E|delta_t| <= eps on an eps-ball                    [stability_inequality_sgd]
   The last two speak of all times, and need R to be Archimedean.

   The bound is on the function: it holds for every implementation of f, of any width
   [stability_inequality_function].  There is no stable minimum for eta > 2 [no_stable_minimum]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm GramForm SharpnessLowerBound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section StabilityInequality.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Variable eta : R.
Hypothesis eta_gt0 : 0 < eta.
Implicit Type p : parameters.

(* the condition as a bound on the Hessian of the loss; [hessian_form] is the Hessian because f
   is differentiable at the data (Network.v) *)
Definition differentiable_interpolating_minimum p :=
  differentiable_at_data x p /\ interpolating x y p.

Theorem stability_inequality p : differentiable_interpolating_minimum p ->
  (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
  stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> [_ hi] hq; apply: half_bound => //; apply: sharpness_ge_stability_norm => q.
by rewrite -(hessian_interpolating q hi).
Qed.

(* linearised gradient descent around p; H = Phi Phi^T / (n+1) is the Hessian there *)
Theorem stability_inequality_gd p : archimedean R -> differentiable_interpolating_minimum p ->
  gd_bounded pdot (feature x p) eta -> stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> ar _ /(gd_boundedP P (feature x p) ar eta_gt0) hub.
by apply: half_bound => //; apply: sharpness_ge_stability_norm.
Qed.

(* linearised SGD *)
Section Sgd.
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = n.+1%:R^-1.
Theorem stability_inequality_sgd p : archimedean R -> differentiable_interpolating_minimum p ->
  linearly_stable pdot
    (fun t q => sgd_expectation pdot (feature x p) pr wt eta t (vnorm pdot) q) ->
  stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> ar _ st; apply: half_bound => //; apply: sharpness_ge_stability_norm.
exact: (sgd_stable_sharpness P pr_ge0 pr_sum unbiased ar eta_gt0 st).
Qed.
End Sgd.

(* every implementation of the same function obeys the bound *)
Theorem stability_inequality_function p : differentiable_interpolating_minimum p ->
  (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
  forall k' (p' : Network.parameters R d k'),
  (forall z, shallow_net p z = shallow_net p' z) -> stability_norm x p' <= 1 / eta - 2^-1.
Proof.
move=> hm hq k' p' same; rewrite -(stability_norm_function x same).
exact: stability_inequality hm hq.
Qed.

(* lambda_max >= 1 always, so there is none for eta > 2 *)
Theorem no_stable_minimum p : 2 < eta -> differentiable_interpolating_minimum p ->
  ~ (forall q, hessian_form x y p q <= 2 / eta * pdot q q).
Proof.
move=> eta2 hm /(stability_inequality hm); apply/negP; rewrite -ltNge.
apply: lt_le_trans (stability_norm_ge0 x p); rewrite subr_lt0 mul1r ltf_pinv //.
by rewrite posrE ltr0n.
Qed.
End StabilityInequality.
