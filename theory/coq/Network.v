(* Shallow ReLU networks, their gradient, the loss and its Hessian.

   f(z) = sum_{i<k} w2_i relu(<w1_i, z> + b1_i) + b2,   theta = (W1, b1, w2, b2),
   loss(theta) = 1/(2(n+1)) sum_j (f(x_j) - y_j)^2 .

   [grad] and [hessian_form] are given by their formulas, with relu'(0) = 0.  They are the
   gradient and the Hessian wherever f is differentiable at the data: [net_expand] and
   [loss_expand] expand net and loss along every segment off the kinks, exactly, and
   [hessian_is_second_derivative], [second_derivative_unique] say that the coefficient of
   t^2/2 so found is the second derivative. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Network.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).

(* parameters (W1, b1, w2, b2) of a net with k neurons on R^d *)
Definition parameters := ('M[R]_(k, d) * 'rV[R]_k * 'rV[R]_k * R^o)%type.
Definition w1 (p : parameters) i : 'rV[R]_d := row i p.1.1.1.
Definition b1 (p : parameters) i : R := p.1.1.2 0 i.
Definition w2 (p : parameters) i : R := p.1.2 0 i.
Definition b2 (p : parameters) : R := p.2.
Definition mkparameters (f : 'I_k -> 'rV[R]_d) (g h : 'I_k -> R) (c : R) : parameters :=
  (\matrix_(i, l) f i 0 l, \row_i g i, \row_i h i, c).

Definition pdot (p q : parameters) : R :=
  \sum_i (dot (w1 p i) (w1 q i) + b1 p i * b1 q i + w2 p i * w2 q i) + b2 p * b2 q.

Definition preactivation (p : parameters) (x : 'rV[R]_d) i : R := dot (w1 p i) x + b1 p i.
Definition shallow_net (p : parameters) (x : 'rV[R]_d) : R :=
  \sum_i w2 p i * relu (preactivation p x i) + b2 p.
(* the gradient of  theta |-> f(x) off the kinks: see [net_expand] *)
Definition grad (p : parameters) (x : 'rV[R]_d) : parameters :=
  mkparameters (fun i => (w2 p i * step (preactivation p x i)) *: x)
          (fun i => w2 p i * step (preactivation p x i)) (fun i => relu (preactivation p x i)) 1.

Lemma w1_mk f g h c i : w1 (mkparameters f g h c) i = f i.
Proof. by apply/rowP => l; rewrite !mxE. Qed.
Lemma b1_mk f g h c i : b1 (mkparameters f g h c) i = g i. Proof. by rewrite /b1 mxE. Qed.
Lemma w2_mk f g h c i : w2 (mkparameters f g h c) i = h i. Proof. by rewrite /w2 mxE. Qed.
Lemma b2_mk f g h c : b2 (mkparameters f g h c) = c. Proof. by []. Qed.
Definition mkE := (w1_mk, b1_mk, w2_mk, b2_mk).

Lemma w1D p q i : w1 (p + q) i = w1 p i + w1 q i.
Proof. by apply/rowP => l; rewrite !mxE. Qed.
Lemma b1D p q i : b1 (p + q) i = b1 p i + b1 q i. Proof. by rewrite /b1 mxE. Qed.
Lemma w2D p q i : w2 (p + q) i = w2 p i + w2 q i. Proof. by rewrite /w2 mxE. Qed.
Lemma b2D p q : b2 (p + q) = b2 p + b2 q. Proof. by []. Qed.
Lemma w1Z c p i : w1 (c *: p) i = c *: w1 p i.
Proof. by apply/rowP => l; rewrite !mxE. Qed.
Lemma b1Z c p i : b1 (c *: p) i = c * b1 p i. Proof. by rewrite /b1 mxE. Qed.
Lemma w2Z c p i : w2 (c *: p) i = c * w2 p i. Proof. by rewrite /w2 mxE. Qed.
Lemma b2Z c p : b2 (c *: p) = c * b2 p. Proof. by []. Qed.
Lemma w10 i : w1 0 i = 0. Proof. by apply/rowP => l; rewrite !mxE. Qed.
Lemma b10 i : b1 0 i = 0. Proof. by rewrite /b1 mxE. Qed.
Lemma w20 i : w2 0 i = 0. Proof. by rewrite /w2 mxE. Qed.
Lemma b20 : b2 0 = 0. Proof. by []. Qed.

Lemma pdot_ip : @inner_product R _ pdot.
Proof.
have D := dot_ip R d.
split=> [p q|p q r|c p q|p].
- rewrite /pdot [b2 p * _]mulrC; congr (_ + _); apply: eq_bigr => i _.
  by rewrite (ipC D) [b1 p i * _]mulrC [w2 p i * _]mulrC.
- rewrite /pdot b2D mulrDl [RHS]addrACA -big_split /=; congr (_ + _).
  by apply: eq_bigr => i _; rewrite w1D b1D w2D (ipDl D); rcf_ring.
- rewrite /pdot b2Z mulrDr mulr_sumr mulrA; congr (_ + _).
  by apply: eq_bigr => i _; rewrite w1Z b1Z w2Z (ipZl D); rcf_ring.
- rewrite /pdot -expr2 addr_ge0 ?sqr_ge0 // sumr_ge0 // => i _.
  by rewrite -!expr2 !addr_ge0 ?sqr_ge0 // (ip_ge0 D).
Qed.

(* Data *)
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).

Definition differentiable_at_data p := forall j i, preactivation p (x j) i != 0.
Definition interpolating p := forall j, shallow_net p (x j) = y j.
Definition loss p : R := mean (fun j => (shallow_net p (x j) - y j) ^+ 2) / 2.
Definition residual p j : R := shallow_net p (x j) - y j.
Definition feature p j : parameters := grad p (x j).
Definition curvature (p : parameters) (z : 'rV[R]_d) (q : parameters) : R :=
  \sum_i w2 q i * (step (preactivation p z i) * preactivation q z i).
(* the quadratic form of the Hessian of the loss: see [loss_expand] *)
Definition hessian_form p q : R :=
  mean (fun j => pdot (feature p j) q ^+ 2 + 2 * (residual p j * curvature p (x j) q)).

Lemma pre_lin p q z i t : preactivation (p + t *: q) z i = preactivation p z i + t * preactivation q z i.
Proof.
by rewrite /preactivation w1D b1D w1Z b1Z (ipDl (dot_ip R d)) (ipZl (dot_ip R d)); rcf_ring.
Qed.

(* grad is the gradient; moreover the net is exactly quadratic on a segment *)
Lemma net_expand p z : (forall i, preactivation p z i != 0) -> forall q : parameters,
  exists2 e, 0 < e & forall t, `|t| < e ->
  shallow_net (p + t *: q) z = shallow_net p z + t * pdot (grad p z) q + t ^+ 2 * curvature p z q.
Proof.
move=> off q.
have [e e0 he] : exists2 e, 0 < e & forall i, e <= `|preactivation p z i| / (`|preactivation q z i| + 1).
  apply: fin_pos_lb => i; rewrite divr_gt0 ?normr_gt0 //.
  by rewrite ltr_spaddr ?normr_ge0.
exists e => // t te.
have st i : step (preactivation (p + t *: q) z i) = step (preactivation p z i).
  rewrite pre_lin; apply: step_stable; rewrite normrM.
  have c0 : 0 < `|preactivation q z i| + 1 by rewrite ltr_spaddr ?normr_ge0.
  apply: (@le_lt_trans _ _ (`|t| * (`|preactivation q z i| + 1))).
    by rewrite ler_wpmul2l ?normr_ge0 // ler_addl.
  by rewrite -ltr_pdivl_mulr //; apply: lt_le_trans te (he i).
rewrite /shallow_net b2D b2Z (eq_bigr (fun i => w2 p i * relu (preactivation p z i) +
   t * (dot (w1 (grad p z) i) (w1 q i) + b1 (grad p z) i * b1 q i
        + w2 (grad p z) i * w2 q i)
   + t ^+ 2 * (w2 q i * (step (preactivation p z i) * preactivation q z i)))); last first.
  move=> i _; rewrite reluE st pre_lin w2D w2Z !mkE (ipZl (dot_ip R d)) !reluE.
  have -> : dot z (w1 q i) = preactivation q z i - b1 q i by rewrite /preactivation addrK (ipC (dot_ip R d)).
  move: (preactivation p z i) (preactivation q z i) (step _) => a c s.
  by move: (w2 p i) (w2 q i) (b1 q i) => w v b; rcf_ring.
rewrite !big_split /= -!mulr_sumr /pdot b2_mk /curvature !big_split /=.
set A := \sum_i w2 p i * _; set C := \sum_i w2 q i * _.
by rcf_ring.
Qed.

(* [hessian_form] is the Hessian of the loss: the coefficient of t^2/2 *)
Theorem loss_expand p : differentiable_at_data p -> forall q : parameters, exists c3 c4,
  exists2 e, 0 < e & forall t, `|t| < e -> loss (p + t *: q) =
    loss p + t * mean (fun j => residual p j * pdot (feature p j) q) + t ^+ 2 / 2 * hessian_form p q
    + t ^+ 3 * c3 + t ^+ 4 * c4.
Proof.
move=> off q.
exists (mean (fun j => pdot (feature p j) q * curvature p (x j) q)).
exists (mean (fun j => 2^-1 * curvature p (x j) q ^+ 2)).
have [e e0 he] := fin_common_eps (fun j => net_expand (off j) q).
exists e => // t te.
have h2 : (2 : R)^-1 *+ 2 = 1 by rewrite -[_ *+ 2]mulr_natr mulVf // pnatr_eq0.
have E F : mean F / 2 = mean (fun j : 'I_n.+1 => 2^-1 * F j) by rewrite meanZ mulrC.
rewrite /loss !E /hessian_form -!meanZ -!meanD; apply: eq_mean => j.
rewrite he // -/(residual p j) -/(feature p j).
set f := shallow_net _ _; set a := pdot _ _; set c := curvature _ _ _.
have -> : f + t * a + t ^+ 2 * c - y j = residual p j + t * a + t ^+ 2 * c.
  by rewrite /residual -/f; rcf_ring.
move: (residual p j) => r; move: h2; move: (2^-1 : R) => h h2; rewrite [t ^+ 2 * h]mulrC.
have -> : 2 * (r * c) = (r * c) *+ 2 by rewrite mulr_natl.
have h2' u : h * u + h * u = u by rewrite -mulrDl -mulr2n h2 mul1r.
transitivity (h * r ^+ 2 + (h * (t * (r * a)) + h * (t * (r * a)))
   + h * t ^+ 2 * (a ^+ 2 + (r * c) *+ 2)
   + (h * (t ^+ 3 * (a * c)) + h * (t ^+ 3 * (a * c))) + t ^+ 4 * (h * c ^+ 2)); first by rcf_ring.
by rewrite !h2'.
Qed.

(* the second derivative of F along q at p, as a coefficient of Taylor's formula *)
Definition second_derivative (F : parameters -> R) p (q : parameters) (c : R) :=
  exists a, forall eps, 0 < eps -> exists2 e, 0 < e & forall t, `|t| < e ->
  `|F (p + t *: q) - F p - t * a - t ^+ 2 / 2 * c| <= eps * t ^+ 2.

Theorem hessian_is_second_derivative p : differentiable_at_data p ->
  forall q, second_derivative loss p q (hessian_form p q).
Proof.
move=> off q; have [c3 [c4 [e e0 he]]] := loss_expand off q.
exists (mean (fun j => residual p j * pdot (feature p j) q)) => eps eps0.
pose m := `|c3| + `|c4| + 1; have m0 : 0 < m by rewrite ltr_spaddr ?ltr01 ?addr_ge0.
exists (Num.min e (Num.min 1 (eps / m))); first by rewrite !lt_minr e0 ltr01 divr_gt0.
move=> t; rewrite !lt_minr => /and3P[te t1 tm]; rewrite he //.
set a := mean _; set h := hessian_form p q.
have -> : loss p + t * a + t ^+ 2 / 2 * h + t ^+ 3 * c3 + t ^+ 4 * c4 - loss p - t * a
   - t ^+ 2 / 2 * h = (t * (c3 + t * c4)) * t ^+ 2.
  by move: (t ^+ 2 / 2) => u; rcf_ring.
rewrite normrM [`|t ^+ 2|]ger0_norm ?sqr_ge0 // ler_wpmul2r ?sqr_ge0 // normrM.
apply: (@le_trans _ _ (`|t| * m)); last by rewrite -ler_pdivl_mulr // ltW.
rewrite ler_wpmul2l // (le_trans (ler_norm_add _ _)) // /m -addrA ler_add2l.
rewrite normrM -[X in X <= _]addr0 ler_add ?ler01 //.
by rewrite -[X in _ <= X]mul1r ler_wpmul2r // ltW.
Qed.

Theorem second_derivative_unique F p q c c' :
  second_derivative F p q c -> second_derivative F p q c' -> c = c'.
Proof.
(* the difference of the two expansions is  t (a - a') + t^2/2 (c - c') = o(t^2), for t and -t *)
move=> [a ha] [a' ha']; apply/eqP; rewrite -subr_eq0; apply/negPn/negP => ne.
have eps0 : 0 < `|c - c'| / 8 by rewrite divr_gt0 ?normr_gt0 ?ltr0n.
set eps := _ / 8 in eps0.
have [e e0 he] := ha _ eps0; have [e' e'0 he'] := ha' _ eps0.
pose t := Num.min e e' / 2.
have m0 : 0 < Num.min e e' by rewrite lt_minr e0.
have t0 : 0 < t by rewrite divr_gt0 ?ltr0n.
have tm : t < Num.min e e' by rewrite ltr_pdivr_mulr ?ltr0n // ltr_pmulr // ltr1n.
move: (tm); rewrite lt_minr => /andP[te te'].
have D s : `|s| = t -> `|s * (a' - a) + s ^+ 2 / 2 * (c' - c)| <= (eps + eps) * t ^+ 2.
  move=> st; have := he s; have := he' s; rewrite st => /(_ te') h' /(_ te) h.
  have s2 : s ^+ 2 = t ^+ 2 by rewrite -st real_normK ?num_real.
  rewrite -s2 mulrDl; apply: le_trans (ler_add h h').
  rewrite -[X in _ <= X + _]normrN addrC; apply: le_trans (ler_norm_add _ _).
  rewrite -normrN le_eqVlt; apply/orP; left; apply/eqP.
  congr `|_|; move: (s ^+ 2 / 2) (F (p + s *: q)) (F p) => u F1 F0; rcf_ring.
have h1 := D t (gtr0_norm t0); have h2 : `|t ^+ 2 / 2 * (c' - c)| <= (eps + eps) * t ^+ 2.
  have h3 := D (- t); rewrite normrN gtr0_norm // sqrrN in h3; have {}h3 := h3 erefl.
  have h4 := le_trans (ler_norm_add _ _) (ler_add h1 h3).
  have e2 : t * (a' - a) + t ^+ 2 / 2 * (c' - c) + (- t * (a' - a) + t ^+ 2 / 2 * (c' - c)) =
     (t ^+ 2 / 2 * (c' - c)) *+ 2 by move: (t ^+ 2 / 2) => u; rcf_ring.
  by move: h4; rewrite e2 -[X in _ <= X]mulr2n normrMn ler_pmuln2r.
move: h2; rewrite normrM gtr0_norm ?divr_gt0 ?exprn_gt0 ?ltr0n // [_ * t ^+ 2]mulrC -mulrA.
rewrite ler_pmul2l ?exprn_gt0 // distrC; apply/negP; rewrite -ltNge /eps -mulr2n.
rewrite -mulrnAr mulrC ltr_pmul2r ?normr_gt0 //; rational_over R.
Qed.
End Network.
