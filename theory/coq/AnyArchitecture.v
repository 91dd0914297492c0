(* any-architecture: a network of any kind that ends in a trained output bias.

   Let g_j be the gradients of f at the data in all parameters, S_j its second derivatives there and r_j
   the residuals, in any inner product space.  All that is asked of the network is that the unit vector e
   of the output bias has <g_j, e> = 1 and S_j e = 0: f is affine in it with slope 1.  Then the Hessian
   H v = 1/N sum_j (<g_j, v> g_j + r_j S_j v) of the loss has H e = q, the mean gradient, and
   <e, H e> = 1                                                             [output_bias_column]

   so that mu <= H <= lambda gives |q|^2 - 1 <= (lambda - 1)(1 - mu)        [two_ends]
   -nu <= H <= lambda gives lambda >= (|q|^2 + nu)/(1 + nu)                 [sharpness_ge]
   |H| >= |q|                                                               [operator_norm_ge]
   0 <= H <= 2/eta gives |q|^2 <= 2/eta                                     [flat_points]
   and without a bound from below lambda >= |q|^2 is false                  [control_no_curvature_below] *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries StationaryPoints.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section AnyArchitecture.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (n : nat).
Hypothesis ipP : inner_product ip.
Add Ring the_ring : (rcf_ring_theory R).
Variables (g : 'I_n.+1 -> V) (r : 'I_n.+1 -> R) (S : 'I_n.+1 -> V -> V) (e : V).

Definition loss_hessian v : V := n.+1%:R^-1 *: \sum_j (ip (g j) v *: g j + r j *: S j v).
Definition average_gradient : V := n.+1%:R^-1 *: \sum_j g j.
Local Notation q := average_gradient.
Local Notation H := loss_hessian.

(* f is affine in the output bias, with slope 1; second derivatives are symmetric *)
Record ends_in_bias : Prop := EndsInBias {
  bias_unit : ip e e = 1;
  bias_slope : forall j, ip (g j) e = 1;
  bias_affine : forall j, S j e = 0;
  second_sym : forall j u v, ip u (S j v) = ip v (S j u) }.
Hypothesis bias : ends_in_bias.

Theorem output_bias_column : H e = q /\ ip e (H e) = 1.
Proof.
have E : H e = q.
  congr (_ *: _); apply: eq_bigr => j _.
  by rewrite (bias_slope bias) (bias_affine bias) scale1r scaler0 addr0.
split=> //; rewrite E (ipZr ipP) (ipC ipP) (ip_suml ipP).
rewrite (eq_bigr (fun=> 1)) => [|j _]; last exact: bias_slope.
by rewrite sumr_const card_ord mulVf // pnatr_eq0.
Qed.

Lemma loss_hessian_sym u v : ip u (H v) = ip v (H u).
Proof.
rewrite !(ipZr ipP); congr (_ * _).
rewrite (ipC ipP u) (ipC ipP v) !(ip_suml ipP); apply: eq_bigr => j _.
rewrite !(ipDl ipP) !(ipZl ipP) (ipC ipP (S j v) u) (ipC ipP (S j u) v) (second_sym bias).
by rewrite [ip (g j) v * _]mulrC.
Qed.

Theorem two_ends mu lam : (forall v, mu * ip v v <= ip v (H v) <= lam * ip v v) ->
  ip q q - 1 <= (lam - 1) * (1 - mu).
Proof.
move=> h; have [E E1] := output_bias_column.
have low v : - - mu * ip v v <= ip v (H v) by rewrite opprK; case/andP: (h v).
have up v : ip v (H v) <= lam * ip v v by case/andP: (h v).
have := output_bias_argument ipP loss_hessian_sym (bias_unit bias) E1 low up.
rewrite E => le; have bound : 0 <= lam + - mu * (lam - 1) - ip q q by rewrite subr_ge0.
by rewrite -subr_ge0; move: bound; congr (0 <= _); move: (ip q q) => a; rcf_ring.
Qed.

Theorem sharpness_ge nu lam : 0 <= nu -> (forall v, - nu * ip v v <= ip v (H v) <= lam * ip v v) ->
  (ip q q + nu) / (1 + nu) <= lam.
Proof.
move=> nu0 /two_ends le.
have bound : 0 <= (lam - 1) * (1 - - nu) - (ip q q - 1) by rewrite subr_ge0.
rewrite ler_pdivr_mulr; last by rewrite ltr_paddr ?ltr01.
rewrite -subr_ge0; move: bound; congr (0 <= _).
by move: (ip q q) => a; rcf_ring.
Qed.

Theorem operator_norm_ge L : (forall v, ip (H v) (H v) <= L ^+ 2 * ip v v) -> ip q q <= L ^+ 2.
Proof.
by move=> /(_ e); have [-> _] := output_bias_column; rewrite (bias_unit bias) mulr1.
Qed.

Theorem flat_points eta : (forall v, 0 <= ip v (H v) <= 2 / eta * ip v v) -> ip q q <= 2 / eta.
Proof.
move=> h; have /two_ends : forall v, 0 * ip v v <= ip v (H v) <= 2 / eta * ip v v.
  by move=> v; rewrite mul0r.
by rewrite subr0 mulr1 ler_add2r.
Qed.
End AnyArchitecture.

(* One datum, gradient (1, 2), second derivative (0, 0; 0, 4) and residual -1: H = (1, 2; 2, 0) <= 3 *)
Section Control.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let V := [lmodType R of R^o * R^o].
Let ip (u v : V) : R := u.1 * v.1 + u.2 * v.2.
Let g (_ : 'I_1) : V := (1, 2).
Let S (_ : 'I_1) (v : V) : V := (0, 4 * v.2).
Let e : V := (1, 0).

Theorem control_no_curvature_below :
  ~ (forall (V : lmodType R) (ip : V -> V -> R) n (g : 'I_n.+1 -> V) r S e lam,
       inner_product ip -> ends_in_bias ip g S e ->
       (forall v, ip v (loss_hessian ip g r S v) <= lam * ip v v) ->
     ip (average_gradient g) (average_gradient g) <= lam).
Proof.
move=> /(_ V ip 0%N g (fun=> -1) S e 3) false_bound.
have ipP : inner_product ip.
  split=> [u v|u v w|c u v|u]; rewrite /ip /=; try by rcf_ring.
  - by rewrite /GRing.scale /=; rcf_ring.
  - by rewrite addr_ge0 // -expr2 sqr_ge0.
have E : average_gradient g = (1, 2) by rewrite /average_gradient big_ord1 invr1 scale1r.
have F v : loss_hessian ip g (fun=> -1) S v = (v.1 + 2 * v.2, 2 * v.1).
  rewrite /loss_hessian big_ord1 invr1 scale1r /ip /g /S !mul1r.
  by congr (_, _); rewrite /= /GRing.scale /=; rcf_ring.
have : ip (average_gradient g) (average_gradient g) <= 3.
  apply: false_bound => //.
  - split=> [|j|j|j u v]; rewrite /ip /g /S /e /= ?mulr1 ?mulr0 ?mul0r ?addr0 ?add0r //.
    by rcf_ring.
  - move=> v; rewrite F /ip /= -subr_ge0; move: (v.1) (v.2) => a b.
    have -> : 3 * (a * a + b * b) - (a * (a + 2 * b) + b * (2 * a)) = 2 * (a - b) ^+ 2 + b ^+ 2 by rcf_ring.
    by apply: addr_ge0 (sqr_ge0 b); apply: mulr_ge0 (sqr_ge0 _); rewrite ler0n.
rewrite E /ip /= !mulr1; apply/negP; rewrite -ltNge; rational_over R.
Qed.
End Control.
