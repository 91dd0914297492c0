(* two-layers.  phi(z) = (1 - |z|_1)_+ on R^d is a net with two hidden layers,

     phi(z) = relu( 1 - sum_l relu(z_l) - sum_l relu(-z_l) ),                    [pyramid_netE]

   and at these weights lambda_max <= 2d + 3 for every data set, so that (off the kinks, labels
   y_j = phi(x_j)) it is a stable minimum for every eta <= 2/(2d + 3).

   A net with one neuron in its second hidden layer is  w3 relu(f(z)) + b3  with f shallow:
   its parameters are those of f, with w3 and b3. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section DeepNet.
Variables (R : rcfType) (d m n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Local Notation pdot := (@pdot R d m).
Let P := pdot_ip R d m.

Definition deep_parameters := (parameters R d m * R^o * R^o)%type.     (* ((W1,b1,w2,b2), w3, b3) *)
Implicit Types p q : deep_parameters.
Definition inner p : parameters R d m := p.1.1.
Definition w3 p : R := p.1.2.
Definition b3 p : R := p.2.
Definition deep_dot p q : R := pdot (inner p) (inner q) + w3 p * w3 q + b3 p * b3 q.
Definition deep_net p z : R := w3 p * relu (shallow_net (inner p) z) + b3 p.
Definition deep_gradient p z : deep_parameters :=
  ((w3 p * step (shallow_net (inner p) z)) *: grad (inner p) z,
   relu (shallow_net (inner p) z) : R^o, 1 : R^o).
(* z lies on no kink of the two layers *)
Definition deep_off_kinks p z :=
  (forall i, preactivation (inner p) z i != 0) /\ shallow_net (inner p) z != 0.

Lemma innerD p q : inner (p + q) = inner p + inner q. Proof. by []. Qed.
Lemma innerZ (c : R) p : inner (c *: p) = c *: inner p. Proof. by []. Qed.
Lemma w3D p q : w3 (p + q) = w3 p + w3 q. Proof. by []. Qed.
Lemma w3Z (c : R) p : w3 (c *: p) = c * w3 p. Proof. by []. Qed.
Lemma b3D p q : b3 (p + q) = b3 p + b3 q. Proof. by []. Qed.
Lemma b3Z (c : R) p : b3 (c *: p) = c * b3 p. Proof. by []. Qed.

Lemma deep_dot_ip : inner_product deep_dot.
Proof.
split=> [p q|p q r|c p q|p]; rewrite /deep_dot.
- by rewrite (ipC P) [w3 p * _]mulrC [b3 p * _]mulrC.
- by rewrite innerD w3D b3D (ipDl P); rcf_ring.
- by rewrite innerZ w3Z b3Z (ipZl P); rcf_ring.
- by apply: addr_ge0; [apply: addr_ge0; [exact: (ip_ge0 P)|]|]; rewrite -expr2 sqr_ge0.
Qed.

(* [deep_gradient] is the gradient: along a segment the net is a cubic near t = 0 *)
Lemma deep_net_expand p z : deep_off_kinks p z -> forall q, exists c2 c3,
  exists2 e, 0 < e & forall t : R, `|t| < e ->
  deep_net (p + t *: q) z =
  deep_net p z + t * deep_dot (deep_gradient p z) q + t ^+ 2 * c2 + t ^+ 3 * c3.
Proof.
move=> [off off2] q; have [e e0 he] := net_expand off (inner q).
set f := shallow_net (inner p) z in off2 *; set a := pdot (grad (inner p) z) (inner q) in he.
set c := curvature (inner p) z (inner q) in he.
exists (step f * (w3 q * a + w3 p * c)); exists (step f * (w3 q * c)).
pose s := `|a| + `|c| + 1; have s0 : 0 < s by rewrite ltr_spaddr ?ltr01 ?addr_ge0.
exists (Num.min e (Num.min 1 (`|f| / s))).
  by rewrite !lt_minr e0 ltr01 divr_gt0 ?normr_gt0.
move=> t; rewrite !lt_minr => /and3P[te t1 tf].
rewrite /deep_net innerD innerZ he //.
rewrite w3D w3Z b3D b3Z.
(* the second layer keeps its activation *)
have st : step (f + (t * a + t ^+ 2 * c)) = step f.
  apply: step_stable; have -> : t * a + t ^+ 2 * c = t * (a + t * c) by rcf_ring.
  rewrite normrM; apply: (@le_lt_trans _ _ (`|t| * s)); last by rewrite -ltr_pdivl_mulr.
  rewrite ler_wpmul2l // (le_trans (ler_norm_add _ _)) // /s -addrA ler_add2l normrM.
  rewrite -[X in X <= _]addr0 ler_add ?ler01 // -[X in _ <= X]mul1r ler_wpmul2r //.
  exact: ltW.
rewrite -/f -addrA !reluE st /deep_dot.
have -> : inner (deep_gradient p z) = (w3 p * step f) *: grad (inner p) z by [].
have -> : w3 (deep_gradient p z) = relu f by [].
have -> : b3 (deep_gradient p z) = 1 by [].
by rewrite (ipZl P) -/a reluE; rcf_ring.
Qed.

(* at an interpolating minimum the loss near p is t^2/2 times a mean of squares that tends to
   (1/(n+1)) sum_j <grad f(x_j), q>^2 : the Hessian is the Gram matrix of the gradients *)
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Definition deep_loss p : R := mean (fun j => (deep_net p (x j) - y j) ^+ 2) / 2.
Lemma deep_loss_expand p : (forall j, deep_off_kinks p (x j)) ->
  (forall j, deep_net p (x j) = y j) -> forall q, exists (c2 c3 : 'I_n.+1 -> R),
  exists2 e, 0 < e & forall t : R, `|t| < e -> deep_loss (p + t *: q) =
  t ^+ 2 / 2 * mean (fun j => (deep_dot (deep_gradient p (x j)) q + t * c2 j + t ^+ 2 * c3 j) ^+ 2).
Proof.
move=> off hi q.
have [c2 h2] := fin_all_exists (fun j => deep_net_expand (off j) q).
have [c3 h3] := fin_all_exists h2; exists c2, c3.
have [e e0 he] := fin_common_eps h3; exists e => // t te; rewrite /deep_loss [RHS]mulrAC -meanZ.
congr (_ / _); apply: eq_mean => j; rewrite he // hi.
by move: (deep_dot _ _) (y j) (c2 j) (c3 j) => a r u v; rcf_ring.
Qed.
End DeepNet.

(* The pyramid *)
Section Pyramid.
Variables (R : rcfType) (d n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R d.

Definition norm1 (z : 'rV[R]_d) : R := \sum_l `|z 0 l|.
Definition pyramid (z : 'rV[R]_d) : R := relu (1 - norm1 z).
(* first layer: relu(z_l), relu(-z_l); second: 1 - their sum; all scales 1 *)
Definition pyramid_inner : parameters R d (d + d) :=
  mkparameters (fun i => match split i with inl l => delta_mx 0 l | inr l => - delta_mx 0 l end)
               (fun=> 0) (fun=> -1) 1.
Definition pyramid_net : deep_parameters R d (d + d) := (pyramid_inner, 1 : R^o, 0 : R^o).

Lemma pre_left z l : preactivation pyramid_inner z (lshift d l) = z 0 l.
Proof. by rewrite /preactivation !mkE addr0 (unsplitK (inl l)) dot_delta. Qed.
Lemma pre_right z l : preactivation pyramid_inner z (rshift d l) = - z 0 l.
Proof.
by rewrite /preactivation !mkE addr0 (unsplitK (inr l)) -scaleN1r (ipZl D) dot_delta mulN1r.
Qed.

Lemma relu_norm (t : R) : relu t + relu (- t) = `|t|.
Proof.
rewrite !reluE /step oppr_gt0; have [t0|t0|<-] := ltgtP 0 t.
- by rewrite mul1r mul0r addr0 gtr0_norm.
- by rewrite mul1r mul0r add0r ltr0_norm.
- by rewrite mul0r oppr0 mulr0 addr0 normr0.
Qed.
Lemma relu_square_sum (t : R) : relu t ^+ 2 + relu (- t) ^+ 2 = t ^+ 2.
Proof.
rewrite !reluE /step oppr_gt0; have [t0|t0|<-] := ltgtP 0 t.
- by rewrite mul1r mul0r expr0n addr0.
- by rewrite mul1r mul0r expr0n add0r sqrrN.
- by rewrite oppr0 !mulr0 expr0n addr0.
Qed.
Lemma step_sum (t : R) : step t + step (- t) <= 1.
Proof.
by rewrite /step oppr_gt0; have [t0|t0|_] := ltgtP 0 t; rewrite ?addr0 ?add0r ?lexx ?ler01.
Qed.

Lemma pyramid_innerE z : shallow_net pyramid_inner z = 1 - norm1 z.
Proof.
rewrite /shallow_net mkE addrC; congr (_ + _); rewrite big_split_ord /= -big_split /norm1 -sumrN.
apply: eq_bigr => l _; rewrite /= pre_left pre_right !mkE -mulrDr relu_norm.
by rewrite mulN1r.
Qed.
Theorem pyramid_netE z : deep_net pyramid_net z = pyramid z.
Proof. by rewrite /deep_net /w3 /b3 /= mul1r addr0 pyramid_innerE. Qed.

Lemma norm1_ge0 z : 0 <= norm1 z. Proof. by apply: sumr_ge0 => l _. Qed.
Lemma dot_le_norm1 z : dot z z <= norm1 z ^+ 2.
Proof.
rewrite expr2 /norm1 mulr_suml; apply: ler_sum => l _.
rewrite -expr2 -[X in X <= _]real_normK ?num_real // expr2 ler_wpmul2l //.
by rewrite (bigD1 l) //= ler_addl sumr_ge0.
Qed.

(* |grad f(z)|^2 <= 2d + 3 at every point *)
Lemma pyramid_gradient_square z :
  deep_dot (deep_gradient pyramid_net z) (deep_gradient pyramid_net z) <= 2 * d%:R + 3.
Proof.
rewrite /deep_dot /inner /w3 /b3 /= mul1r (ipZl (pdot_ip R d _)) (ipZr (pdot_ip R d _)) mulr1.
rewrite pyramid_innerE mulrA -expr2 step_sqr; set t := norm1 z.
have t0 : 0 <= t := norm1_ge0 z; have d0 : 0 <= d%:R :> R := ler0n _ _.
have [t1|t1] := leP 1 t.
  (* outside: only the output bias *)
  have -> : relu (1 - t) = 0 by rewrite reluE /step subr_gt0 ltNge t1 mul0r.
  have -> : step (1 - t) = 0 by rewrite /step subr_gt0 ltNge t1.
  rewrite !mul0r !add0r -subr_ge0 (_ : _ - 1 = 2 * d%:R + 2); last by move: (d%:R : R) => e; rcf_ring.
  by rewrite addr_ge0 ?mulr_ge0 ?ler0n.
have -> : relu (1 - t) = 1 - t by rewrite reluE /step subr_gt0 t1 mul1r.
have -> : step (1 - t) = 1 by rewrite /step subr_gt0 t1.
rewrite mul1r.
have inner : pdot (grad pyramid_inner z) (grad pyramid_inner z) <=
    d%:R * (1 + dot z z) + dot z z + 1.
  rewrite /Network.pdot !mkE mulr1 ler_add2r big_split_ord /= -big_split /=.
  have -> : d%:R * (1 + dot z z) + dot z z = \sum_(l < d) ((1 + dot z z) + z 0 l ^+ 2).
    have -> : dot z z = \sum_l z 0 l ^+ 2 by apply: eq_bigr => l _; rewrite expr2.
    by rewrite big_split /= sumr_const card_ord mulr_natl.
  apply: ler_sum => l _; rewrite !mkE pre_left pre_right !(ipZl D) !(ipZr D).
  have zz := ip_ge0 D z; have := step_sum (z 0 l); have := relu_square_sum (z 0 l).
  have := step_sqr (z 0 l); have := step_sqr (- z 0 l); rewrite !expr2.
  move: (step (z 0 l)) (step (- z 0 l)) (relu (z 0 l)) (relu (- z 0 l)) (dot z z) zz => s s' r r' w w0.
  move=> ss' ss rr s1; rewrite -rr -subr_ge0.
  have -> : 1 + w + (r * r + r' * r') - (-1 * s * (-1 * s * w) + -1 * s * (-1 * s) + r * r
       + (-1 * s' * (-1 * s' * w) + -1 * s' * (-1 * s') + r' * r'))
    = (1 - (s * s + s' * s')) * (1 + w) by rcf_ring.
  by rewrite ss ss' mulr_ge0 ?subr_ge0 // addr_ge0 ?ler01.
apply: (@le_trans _ _ (d%:R * (1 + dot z z) + dot z z + 1 + (1 - t) * (1 - t) + 1)).
  by rewrite !ler_add2r.
have zt := dot_le_norm1 z; rewrite -/t in zt; rewrite -subr_ge0.
have -> : 2 * d%:R + 3 - (d%:R * (1 + dot z z) + dot z z + 1 + (1 - t) * (1 - t) + 1) =
  (d%:R + 1) * (t ^+ 2 - dot z z) + d%:R * ((1 - t) * (1 + t)) + 2 * (t * (1 - t)).
  by move: (d%:R : R) (dot z z) => e w; rcf_ring.
have u0 : 0 <= 1 - t by rewrite subr_ge0 ltW.
apply: addr_ge0; last by rewrite !mulr_ge0 ?ler0n.
apply: addr_ge0; last by rewrite !mulr_ge0 // addr_ge0 ?ler01.
by rewrite mulr_ge0 ?subr_ge0 // addr_ge0 ?ler01.
Qed.

Variable x : 'I_n.+1 -> 'rV[R]_d.
Theorem two_layers :
  rayleigh_bound (@deep_dot R d (d + d)) (fun j => deep_gradient pyramid_net (x j)) (2 * d%:R + 3).
Proof.
move=> q; have I := deep_dot_ip R d (d + d).
apply: le_trans (sharpness_le_trace I (fun j => deep_gradient pyramid_net (x j)) q) _.
apply: ler_wpmul2r; first exact: (ip_ge0 I).
rewrite -[X in _ <= X](mean_const n); apply: ler_mean => j; exact: pyramid_gradient_square.
Qed.

(* the kinks are where some z_l = 0 or |z|_1 = 1 *)
Lemma pyramid_off_kinks (z : 'rV[R]_d) : (forall l, z 0 l != 0) -> norm1 z != 1 -> deep_off_kinks pyramid_net z.
Proof.
move=> z0 z1; split; last by rewrite /= pyramid_innerE subr_eq0 eq_sym.
move=> i /=; rewrite -(@splitK d d i); case: (split i) => l /=; first by rewrite pre_left.
by rewrite pre_right oppr_eq0.
Qed.

(* with labels phi(x_j) it is an interpolating minimum, whose Hessian is the Gram matrix by
   [deep_loss_expand]; gradient descent linearised there is bounded for eta <= 2/(2d+3) *)
Corollary two_layers_stable eta : 0 < eta -> eta <= 2 / (2 * d%:R + 3) ->
  gd_bounded (@deep_dot R d (d + d)) (fun j => deep_gradient pyramid_net (x j)) eta.
Proof.
move=> eta0 he; have I := deep_dot_ip R d (d + d).
apply: (sharpness_gd_bounded I) => // q; apply: le_trans (two_layers q) _.
apply: ler_wpmul2r; first exact: (ip_ge0 I).
have s0 : 0 < 2 * d%:R + 3 :> R by rewrite ltr_spaddr ?ltr0n // mulr_ge0 ?ler0n.
by rewrite ler_pdivl_mulr // mulrC -ler_pdivl_mulr.
Qed.
End Pyramid.
