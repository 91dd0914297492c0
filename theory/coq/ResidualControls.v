(* Controls for stationary-points and beyond-interpolation: off interpolation the residual part of the
   Hessian can lower lambda_max, so that 1 + 2 |f|_S <= lambda_max is false without the curvature term
   nu (lambda_max - 1), and without the loss term.

   Instance: data 3/4, -12/5, f(z) = (6/5) relu(2 z), residuals -12/5 and 0.  Then |f|_S = 9/16,
   1 + 2 |f|_S = 17/8, and lambda_max(H) <= 2. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm SharpnessLowerBound Evaluation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Residual.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let x := @data1 R [:: 3 / 4; - (12 / 5)] 1.
Let p : parameters R 1 1 := net1 [:: 2] [:: 0] [:: 6 / 5] 1 0.
Let y (j : 'I_2) : R := nth 0 [:: 21 / 5; 0] j.
Let one : 'I_2 := lift ord0 ord0.
Let two : 0 < 2 :> R. Proof. exact: ltr0Sn. Qed.

Lemma residual_stability_norm : stability_norm x p = 9 / 16.
Proof. by rewrite /p one_stability_norm // oppr0 mul0r example_a_weight; rational_over R. Qed.
Lemma residual_off_kinks : differentiable_at_data x p.
Proof.
move=> j i; rewrite ord1 /preactivation !mkE dot1 /= /x /data1 !mxE /=.
case: j => [[|[|//]] /= _]; rational_over R.
Qed.

Lemma x0 : x ord0 0 0 = 3 / 4. Proof. by rewrite mxE. Qed.
Lemma x1 : x one 0 0 = - (12 / 5). Proof. by rewrite mxE. Qed.
Lemma pre0 : preactivation p (x ord0) ord0 = 3 / 2.
Proof. rewrite /preactivation !mkE dot1 x0 mxE /=; rational_over R. Qed.
Lemma pre1 : preactivation p (x one) ord0 = - (24 / 5).
Proof. rewrite /preactivation !mkE dot1 x1 mxE /=; rational_over R. Qed.
Lemma step0 : step (preactivation p (x ord0) ord0) = 1.
Proof. rewrite pre0 /step; rational_over R. Qed.
Lemma step1 : step (preactivation p (x one) ord0) = 0.
Proof. rewrite pre1 /step; rational_over R. Qed.
Lemma residual0 : residual x y p ord0 = - (12 / 5).
Proof. rewrite /residual /shallow_net big_ord1 !reluE step0 pre0 !mkE /y /=; rational_over R. Qed.
Lemma residual1 : residual x y p one = 0.
Proof. rewrite /residual /shallow_net big_ord1 !reluE step1 pre1 !mkE /y /=; rational_over R. Qed.

Lemma residual_sharpness q : hessian_form x y p q <= 2 * pdot q q.
Proof.
pose a := w1 q ord0 0 0; pose b := b1 q ord0; pose c := w2 q ord0; pose e := b2 q.
have f0 : pdot (feature x p ord0) q = 6 / 5 * (3 / 4 * a + b) + 3 / 2 * c + e.
  rewrite /pdot big_ord1 !mkE step0 !(ipZl (dot_ip R 1)) !dot1 x0 reluE step0 pre0 -/a -/b -/c -/e /=.
  by rewrite !mulr1 !mul1r mulrDr.
have f1 : pdot (feature x p one) q = e.
  rewrite /pdot big_ord1 !mkE step1 !(ipZl (dot_ip R 1)) reluE step1.
  by rewrite !mulr0 !mul0r !add0r mul1r.
have cu : curvature p (x ord0) q = c * (3 / 4 * a + b).
  by rewrite /curvature big_ord1 step0 mul1r /preactivation dot1 x0 [a * _]mulrC.
have qq : pdot q q = a * a + b * b + c * c + e * e by rewrite /pdot big_ord1 dot1.
rewrite /hessian_form /mean !big_ord_recl big_ord0 -/one f0 f1 cu residual0 residual1 qq.
rewrite mul0r mulr0 !addr0 ler_pdivr_mulr ?ltr0Sn //.
(* coordinates with integer coefficients *)
pose A := a / 4; pose T := (3 / 4 * a + b) / 5; pose D := c / 4.
have et : 3 / 4 * a + b = 5 * T by rewrite [RHS]mulrC divfK ?pnatr_eq0.
have ea : a = 4 * A by rewrite [RHS]mulrC divfK ?pnatr_eq0.
have ec : c = 4 * D by rewrite [RHS]mulrC divfK ?pnatr_eq0.
have eb : b = 5 * T - 3 * A.
  rewrite -et addrAC [X in X - _](_ : _ = 3 * A) ?subrr ?add0r //.
  by rewrite {1}ea mulrA; congr (_ * _); rational_over R.
rewrite et ec eb ea.
have -> : 6 / 5 * (5 * T) = 6 * T by rewrite mulrA; congr (_ * _); rational_over R.
have -> : 3 / 2 * (4 * D) = 6 * D by rewrite mulrA; congr (_ * _); rational_over R.
have -> : 4 * D * (5 * T) = 20 * (D * T) by rcf_ring.
have -> : - (12 / 5) * (20 * (D * T)) = - (48 * (D * T)).
  have k : - (12 / 5) * 20 = - 48%:R :> R by rational_over R.
  by rewrite -[RHS]mulNr -k [RHS]mulrC [RHS]mulrCA [(D * T) * _]mulrC.
clear f0 f1 cu qq et ea ec eb; move: A T D e => A T D e; rewrite -subr_ge0.
(* a sum of squares *)
have -> : 2 * (4 * A * (4 * A) + (5 * T - 3 * A) * (5 * T - 3 * A) + 4 * D * (4 * D) + e * e) * 2
    - ((6 * T + 6 * D + e) ^+ 2 + 2 * (- (48 * (D * T))) + e ^+ 2)
  = 2 * ((e - 3 * T - 3 * D) ^+ 2 + (T + D) ^+ 2 + 4 * (T - D) ^+ 2 + 2 * (5 * A - 3 * T) ^+ 2).
  by rcf_ring.
by rewrite mulr_ge0 ?ler0n // !addr_ge0 ?sqr_ge0 // mulr_ge0 ?sqr_ge0 ?ler0n.
Qed.

Theorem control_negative_curvature :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) lam,
     differentiable_at_data x p -> (forall q, hessian_form x y p q <= lam * pdot q q) ->
     1 + 2 * stability_norm x p <= lam).
Proof.
move=> h; have := h _ _ _ _ _ _ _ residual_off_kinks residual_sharpness.
by rewrite residual_stability_norm; apply/negP; rewrite -ltNge; rational_over R.
Qed.
Theorem control_no_loss_term :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) lam,
     differentiable_at_data x p -> (forall q, hessian_form x y p q <= lam * pdot q q) ->
     stability_norm x p <= lam / 2 - 2^-1).
Proof.
move=> h; have := h _ _ _ _ _ _ _ residual_off_kinks residual_sharpness.
by rewrite residual_stability_norm; apply/negP; rewrite -ltNge; rational_over R.
Qed.
End Residual.
