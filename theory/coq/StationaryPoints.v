(* stationary-points, by the output-bias proof.

   Let e be the unit vector of the output bias b2, H the Hessian of the loss and q = E grad f(X).
   At every theta where f is differentiable at the data, interpolating or not, stationary or not,

     H e = q  and  <e, H e> = 1                                               [output_bias_curvature]

   because the residual part of H never touches b2.  If 0 <= H <= 2/eta then H^2 <= (2/eta) H, so
   |q|^2 = <e, H^2 e> <= 2/eta, and |q|^2 >= 1 + 2 |f|_S: the main theorem without interpolation
   [stationary_points].  In particular it holds at every differentiable local minimum, whatever its
   loss, where gradient descent is linearly stable [stable_local_minimum].

   If only -nu <= H <= lambda, then (H - lambda)(H + nu) <= 0 at e gives
     1 + 2 |f|_S <= lambda + nu (lambda - 1)                                  [negative_curvature]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* the argument in any inner product space *)
Section OutputBiasArgument.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (H : V -> V) (e : V).
Hypothesis ipP : inner_product ip.
Hypotheses (H_sym : forall u v, ip u (H v) = ip v (H u)).
Hypotheses (e_unit : ip e e = 1) (e_curvature : ip e (H e) = 1).
Add Ring the_ring : (rcf_ring_theory R).

Lemma output_bias_argument nu lam :
  (forall v, - nu * ip v v <= ip v (H v)) -> (forall v, ip v (H v) <= lam * ip v v) ->
  ip (H e) (H e) <= lam + nu * (lam - 1).
Proof.
move=> low up; pose A v := H v + nu *: v.      (* 0 <= A = H + nu <= lam + nu *)
have AE u v : ip u (A v) = ip u (H v) + nu * ip u v by rewrite (ipDr ipP) (ipZr ipP).
have psd : inner_product (fun u v => ip u (A v)).
  split=> [u v|u v w|c u v|u].
  - by rewrite !AE H_sym (ipC ipP u v).
  - exact: (ipDl ipP).
  - exact: (ipZl ipP).
  - by rewrite AE -[X in 0 <= _ + X]opprK subr_ge0 -mulNr.
have AA : ip (A e) (A e) = ip (H e) (H e) + (nu + nu) + nu * nu.
  rewrite AE (ipC ipP (A e)) (ipC ipP (A e) e) !AE (ipC ipP (H e) e) e_unit e_curvature.
  by move: (ip (H e) (H e)) => a; rcf_ring.
have up' v : ip v (A v) <= (lam + nu) * ip v v by rewrite AE mulrDl ler_add2r.
have := psd_square_le ipP psd up' e.
rewrite AA AE e_unit e_curvature -subr_ge0 => h; rewrite -subr_ge0.
by move: h; congr (0 <= _); move: (ip (H e) (H e)) => a; rcf_ring.
Qed.
End OutputBiasArgument.

Section StationaryPoints.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p : parameters.

(* The Hessian of the loss as a map *)
(* the second derivative of theta |-> f(z) off the kinks: blocks between w2_i and (w1_i, b1_i) *)
Definition net_hessian p z (v : parameters) : parameters :=
  mkparameters (fun i => (w2 v i * step (preactivation p z i)) *: z)
               (fun i => w2 v i * step (preactivation p z i))
               (fun i => step (preactivation p z i) * preactivation v z i) 0.
Definition hessian p (v : parameters) : parameters := n.+1%:R^-1 *:
  \sum_j (pdot (feature x p j) v *: feature x p j + residual x y p j *: net_hessian p (x j) v).

Lemma pdot_net_hessian p z (u v : parameters) : pdot u (net_hessian p z v) =
  \sum_i (w2 v i * (step (preactivation p z i) * preactivation u z i)
        + w2 u i * (step (preactivation p z i) * preactivation v z i)).
Proof.
rewrite /Network.pdot !mkE mulr0 addr0; apply: eq_bigr => i _; rewrite !mkE (ipZr D).
rewrite [preactivation u z i]/preactivation.
by move: (preactivation v z i) (step _) (dot _ _) (w2 v i) (w2 u i) (b1 u i) => a s c w w' b; rcf_ring.
Qed.
Lemma net_hessian_sym p z u v : pdot u (net_hessian p z v) = pdot v (net_hessian p z u).
Proof. by rewrite !pdot_net_hessian; apply: eq_bigr => i _; rewrite addrC. Qed.

Lemma pdot_hessian p (u v : parameters) : pdot u (hessian p v) =
  mean (fun j => pdot (feature x p j) u * pdot (feature x p j) v
               + residual x y p j * pdot u (net_hessian p (x j) v)).
Proof.
rewrite (ipZr P) (ipC P) (ip_suml P) /mean mulrC; congr (_ / _); apply: eq_bigr => j _.
by rewrite (ipDl P) !(ipZl P) (ipC P (net_hessian _ _ _)) mulrC.
Qed.
Lemma hessian_sym p u v : pdot u (hessian p v) = pdot v (hessian p u).
Proof.
rewrite !pdot_hessian; apply: eq_mean => j; rewrite net_hessian_sym.
by congr (_ + _); rewrite mulrC.
Qed.
(* its quadratic form is [hessian_form], the second derivative of the loss *)
Lemma hessian_formE p v : pdot v (hessian p v) = hessian_form x y p v.
Proof.
rewrite pdot_hessian; apply: eq_mean => j; rewrite -expr2; congr (_ + _).
rewrite [RHS]mulrCA; congr (_ * _); rewrite pdot_net_hessian mulr_natl mulr2n -big_split.
by [].
Qed.

(* The output bias *)
Definition output_bias : parameters := mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 1.
Lemma pdot_output_bias v : pdot v output_bias = b2 v.
Proof.
rewrite /Network.pdot !mkE mulr1 big1 ?add0r // => i _.
by rewrite !mkE (ipC D) (ip0l D) !mulr0 !addr0.
Qed.
Lemma net_hessian_output_bias p z : net_hessian p z output_bias = 0.
Proof.
have w2e i : w2 output_bias i = 0 by rewrite mkE.
have pre0 i : preactivation output_bias z i = 0 by rewrite /preactivation !mkE (ip0l D) addr0.
rewrite /net_hessian /mkparameters; congr (_, _, _, _).
- by apply/matrixP => i l; rewrite mxE w2e mul0r scale0r mxE [RHS]mxE.
- by apply/rowP => i; rewrite mxE w2e mul0r mxE.
- by apply/rowP => i; rewrite mxE pre0 mulr0 mxE.
Qed.

Theorem output_bias_curvature p :
  hessian p output_bias = mean_gradient (feature x p) /\
  pdot output_bias (hessian p output_bias) = 1.
Proof.
have E : hessian p output_bias = mean_gradient (feature x p).
  congr (_ *: _); apply: eq_bigr => j _.
  by rewrite net_hessian_output_bias scaler0 addr0 pdot_output_bias mkE scale1r.
by split=> //; rewrite E (ipC P) pdot_output_bias b2G.
Qed.

Lemma mean_gradient_curvature p nu lam :
  (forall v, - nu * pdot v v <= hessian_form x y p v <= lam * pdot v v) ->
  mean_gradient_square x p <= lam + nu * (lam - 1).
Proof.
move=> h; have [He He1] := output_bias_curvature p.
rewrite -mean_gradient_squareE -He; apply: (output_bias_argument P (hessian_sym p)) => //.
- by rewrite pdot_output_bias.
- by move=> v; rewrite hessian_formE; case/andP: (h v).
- by move=> v; rewrite hessian_formE; case/andP: (h v).
Qed.

Theorem negative_curvature p nu lam : differentiable_at_data x p ->
  (forall v, - nu * pdot v v <= hessian_form x y p v <= lam * pdot v v) ->
  1 + 2 * stability_norm x p <= lam + nu * (lam - 1).
Proof. by move=> _ /mean_gradient_curvature; apply: le_trans (mean_gradient_square_ge_norm x p). Qed.

Theorem stationary_points p eta : 0 < eta -> differentiable_at_data x p ->
  (forall v, 0 <= hessian_form x y p v <= 2 / eta * pdot v v) ->
  stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> eta0 off h; apply: half_bound => //.
have := @negative_curvature p 0 (2 / eta) off; rewrite mul0r addr0; apply=> v.
by rewrite oppr0 mul0r.
Qed.

(* Differentiable local minima *)
Definition local_minimum p := exists2 r, 0 < r & forall q : parameters,
  pdot q q < r ^+ 2 -> loss x y p <= loss x y (p + q).

(* no interpolation, no stationarity assumed: the second derivative at a minimum is >= 0 *)
Lemma local_minimum_hessian p : differentiable_at_data x p -> local_minimum p ->
  forall v, 0 <= hessian_form x y p v.
Proof.
move=> off [r r0 hmin] v; rewrite leNgt; apply/negP => h0.
set h := hessian_form x y p v in h0.
have eps0 : 0 < - h / 4 by rewrite divr_gt0 ?oppr_gt0 ?ltr0n.
have [a /(_ _ eps0)[e e0 he]] := hessian_is_second_derivative y off v.
have v1 : 0 < pdot v v + 1 by rewrite ltr_spaddr ?ltr01 // (ip_ge0 P).
pose m := Num.min e (r / (pdot v v + 1)); have m0 : 0 < m by rewrite lt_minr e0 divr_gt0.
pose t := m / 2; have t0 : 0 < t by rewrite divr_gt0 ?ltr0n.
have : t < m by rewrite ltr_pdivr_mulr ?ltr0n // ltr_pmulr // ltr1n.
rewrite lt_minr => /andP[te tr].
have low s : `|s| = t -> 0 <= loss x y (p + s *: v) - loss x y p.
  move=> st; rewrite subr_ge0; apply: hmin; rewrite (ipZl P) (ipZr P) mulrA -expr2.
  have -> : s ^+ 2 = t ^+ 2 by rewrite -st real_normK ?num_real.
  rewrite ltr_pdivl_mulr // in tr; have tv0 : 0 <= t * (pdot v v + 1) by rewrite mulr_ge0 ?ltW.
  have : (t * (pdot v v + 1)) ^+ 2 < r ^+ 2 by rewrite ltr_sqr ?nnegrE // ltW.
  apply: le_lt_trans; rewrite [X in _ <= X]exprMn ler_wpmul2l ?sqr_ge0 //.
  move: (pdot v v) (ip_ge0 P v) => w w0; rewrite expr2 -[X in X <= _]mulr1.
  by rewrite ler_pmul ?ler01 // ?ler_addl ?ler_addr ?ler01.
have up s : `|s| = t -> - s * a <= t ^+ 2 * (h / 4).
  move=> st; have := he s; rewrite st => /(_ te); rewrite ler_norml => /andP[_].
  have s2 : s ^+ 2 = t ^+ 2 by rewrite -st real_normK ?num_real.
  rewrite s2 => le1.
  have : 0 <= - h / 4 * t ^+ 2 - (0 - s * a - t ^+ 2 / 2 * h).
    by rewrite subr_ge0; apply: le_trans le1; rewrite !ler_add2r; apply: low.
  rewrite -[- s * a <= _]subr_ge0; have q2 : 2^-1 = 4^-1 *+ 2 :> R by rational_over R.
  rewrite q2; congr (0 <= _); move: (4^-1 : R) (t ^+ 2) => f u; rcf_ring.
have := ler_add (up t (gtr0_norm t0)) (up (- t) _); rewrite normrN (gtr0_norm t0) => /(_ erefl).
rewrite opprK mulNr addNr; apply/negP; rewrite -ltNge.
have neg : t ^+ 2 * (h / 4) < 0.
  by rewrite pmulr_rlt0 ?exprn_gt0 // pmulr_llt0 ?invr_gt0 ?ltr0n.
by rewrite -[X in _ < X]addr0 ltr_add.
Qed.

(* gradient descent linearised at p, with the whole Hessian *)
Theorem stable_local_minimum p eta : archimedean R -> 0 < eta ->
  differentiable_at_data x p -> local_minimum p ->
  descent_bounded pdot (hessian p) eta -> stability_norm x p <= 1 / eta - 2^-1.
Proof.
move=> ar eta0 off hmin st; apply: stationary_points => // v.
rewrite local_minimum_hessian //= -hessian_formE.
apply: (descent_bounded_sharpness P _ ar eta0 st) => u w.
by rewrite (ipC P) hessian_sym.
Qed.
End StationaryPoints.
