(* nondifferentiable-minima.

   Gradient descent often ends with data on kinks, where the loss has no Hessian.  Here f may have
   data on kinks; the update uses relu'(0) = 0 (the mode of the usual implementations).

   A minimum is strongly stable at step size eta if for some eps > 0 gradient descent itself, not
   linearised, stays in the closed eps-ball for all times from every start in the open eps-ball
   [strongly_stable].  (A definition with the closed ball of starts assumes more.)

   Start at theta + c e, e the unit vector of the output bias.  No pre-activation moves and every
   residual is c, so one exact step gives delta_1 = c (e - eta q)  [one_step], hence
   |delta_1|^2 / c^2 = 1 - 2 eta + eta^2 |q|^2, which must be <= 1: |q|^2 <= 2/eta. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound StationaryPoints.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section NondifferentiableMinima.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p : parameters.
Local Notation e := (output_bias R d k).

(* the update of gradient descent on the loss, with relu'(0) = 0 *)
Definition loss_gradient p : parameters :=
  n.+1%:R^-1 *: \sum_j residual x y p j *: feature x p j.
Definition gradient_descent (eta : R) p : parameters := p - eta *: loss_gradient p.

(* it is the gradient of the loss wherever the loss is differentiable *)
Lemma loss_gradient_expand p : differentiable_at_data x p -> forall q : parameters, exists c2 c3 c4,
  exists2 r, 0 < r & forall t, `|t| < r -> loss x y (p + t *: q) =
    loss x y p + t * pdot (loss_gradient p) q + t ^+ 2 * c2 + t ^+ 3 * c3 + t ^+ 4 * c4.
Proof.
move=> off q; have [c3 [c4 [r r0 h]]] := loss_expand y off q.
exists (hessian_form x y p q / 2), c3, c4; exists r => // t tr; rewrite h //.
have -> : pdot (loss_gradient p) q = mean (fun j => residual x y p j * pdot (feature x p j) q).
  rewrite (ipZl P) (ip_suml P) /mean mulrC; congr (_ / _); apply: eq_bigr => j _.
  by rewrite (ipZl P).
by rewrite -[t ^+ 2 / 2 * _]mulrA [2^-1 * _]mulrC.
Qed.

Definition strongly_stable eta p := exists2 eps, 0 < eps & forall start : parameters,
  pdot (start - p) (start - p) < eps ^+ 2 ->
  forall t, pdot (iter t (gradient_descent eta) start - p) (iter t (gradient_descent eta) start - p)
            <= eps ^+ 2.

(* shifting the output bias changes no pre-activation *)
Lemma feature_output_bias p c j : feature x (p + c *: e) j = feature x p j.
Proof.
have pre i : preactivation (p + c *: e) (x j) i = preactivation p (x j) i.
  by rewrite pre_lin /preactivation !mkE (ip0l D) addr0 mulr0 addr0.
have w2E i : w2 (p + c *: e) i = w2 p i by rewrite w2D w2Z mkE mulr0 addr0.
rewrite /feature /grad /mkparameters; congr (_, _, _, _).
- by apply/matrixP => i l; rewrite !mxE -!/(preactivation _ _ _) pre w2E.
- by apply/rowP => i; rewrite !mxE pre w2E.
- by apply/rowP => i; rewrite !mxE pre.
Qed.
Lemma net_output_bias p c z : shallow_net (p + c *: e) z = shallow_net p z + c.
Proof.
rewrite /shallow_net b2D b2Z mkE mulr1 addrA; congr (_ + _ + _); apply: eq_bigr => i _.
by rewrite w2D w2Z mkE mulr0 addr0 pre_lin /preactivation !mkE (ip0l D) addr0 mulr0 addr0.
Qed.

Lemma one_step eta p c : interpolating x y p ->
  gradient_descent eta (p + c *: e) - p = c *: (e - eta *: mean_gradient (feature x p)).
Proof.
move=> hi; rewrite /gradient_descent.
have -> : loss_gradient (p + c *: e) = c *: mean_gradient (feature x p).
  rewrite /loss_gradient /mean_gradient scalerA mulrC -scalerA; congr (_ *: _).
  rewrite scaler_sumr; apply: eq_bigr => j _; rewrite feature_output_bias; congr (_ *: _).
  by rewrite /residual net_output_bias hi addrC addKr.
by rewrite addrAC [p + _]addrC addrK scalerBr !scalerA [eta * c]mulrC.
Qed.

Lemma one_step_square eta p c : interpolating x y p ->
  pdot (gradient_descent eta (p + c *: e) - p) (gradient_descent eta (p + c *: e) - p) =
  c ^+ 2 * (1 - eta *+ 2 + eta ^+ 2 * mean_gradient_square x p).
Proof.
move=> hi; rewrite one_step // (ipZl P) (ipZr P) (ip_sqrB P) (ipC P e) !pdot_output_bias b2G.
by rewrite mkE mean_gradient_squareE mulrA -expr2 mulr1.
Qed.

Theorem strongly_stable_gradient p eta : 0 < eta -> interpolating x y p ->
  strongly_stable eta p -> mean_gradient_square x p <= 2 / eta.
Proof.
move=> eta0 hi [eps eps0 st]; set m := 1 - eta *+ 2 + eta ^+ 2 * mean_gradient_square x p.
have step c : 0 < c -> c < eps -> c ^+ 2 * m <= eps ^+ 2.
  move=> c0 ce; have := st (p + c *: e); rewrite addrAC subrr add0r (ipZl P) (ipZr P).
  rewrite pdot_output_bias mkE mulr1 -expr2 ltr_sqr ?nnegrE ?(ltW c0) ?(ltW eps0) //.
  by move=> /(_ ce 1%N); rewrite /= one_step_square.
(* m <= 1, by starts c < eps close enough to eps *)
have m1 : m <= 1.
  rewrite leNgt; apply/negP => m1; have m0 : 0 < m := lt_trans ltr01 m1.
  pose c := eps * ((1 + m) / (2 * m)).
  have d0 : 0 < 2 * m by rewrite mulr_gt0 ?ltr0n.
  have c0 : 0 < c by rewrite mulr_gt0 // divr_gt0 // addr_gt0 ?ltr01.
  have ce : c < eps.
    by rewrite /c gtr_pmulr // ltr_pdivr_mulr // mul1r mulr_natl mulr2n ltr_add2r.
  have := step c c0 ce; apply/negP; rewrite -ltNge /c exprMn -mulrA ltr_pmulr ?exprn_gt0 //.
  rewrite expr_div_n mulrAC ltr_pdivl_mulr ?exprn_gt0 // mul1r -subr_gt0.
  have -> : (1 + m) ^+ 2 * m - (2 * m) ^+ 2 = m * (m - 1) ^+ 2 by rcf_ring.
  by rewrite mulr_gt0 // exprn_gt0 // subr_gt0.
move: m1; rewrite /m -subr_ge0 => h; rewrite ler_pdivl_mulr // -subr_ge0.
rewrite -(pmulr_rge0 _ eta0); move: h; congr (0 <= _).
by move: (mean_gradient_square x p) => q; rcf_ring.
Qed.

Theorem nondifferentiable_minima p eta : 0 < eta -> interpolating x y p ->
  strongly_stable eta p -> stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> eta0 hi st; apply: half_bound => //.
exact: le_trans (mean_gradient_square_ge_norm x p) (strongly_stable_gradient eta0 hi st).
Qed.
End NondifferentiableMinima.
