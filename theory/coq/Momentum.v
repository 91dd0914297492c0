(* momentum: methods with momentum, linearised at a point with the symmetric Hessian H.

   - Heavy ball   delta_{t+2} = delta_{t+1} - eta H delta_{t+1} + beta (delta_{t+1} - delta_t),
     0 <= beta < 1, is bounded from every start iff 0 <= eta H <= 2 (1 + beta)      [heavy_ball_boundedP]
   - Averaged gradient   m_{t+1} = beta m_t + (1 - beta) H delta_t,  delta_{t+1} = delta_t - eta m_{t+1},
     iff 0 <= eta (1 - beta) H <= 2 (1 + beta)                                [averaged_gradient_boundedP]
   - Nesterov   delta_{t+2} = (I - eta H) (delta_{t+1} + beta (delta_{t+1} - delta_t)), where H has an
     orthonormal basis of eigenvectors, iff 0 <= eta (1 + 2 beta) H <= 2 (1 + beta)    [nesterov_boundedP]
   - So |f|_S <= threshold/(2 eta) - 1/2 at every differentiable point where one of them is bounded.
   - In one dimension, with a random curvature of mean lam and variance var > 0, heavy ball is bounded
     in mean square iff eta (var + lam^2 (1 - beta)/(1 + beta)) <= 2 (1 - beta) lam  [mean_square_boundedP]

   Bounded below the threshold: for delta'' = A delta' - B delta with commuting A and B
     L = (1 + B^2) delta^2 + 2 delta'^2 - 2 A delta delta'
   falls by (1 - B) ((1 + B) (delta^2 + delta'^2) - 2 A delta delta') in a step.  Unbounded above it, for heavy
   ball: from delta_0 = q, delta_1 = X q / 2, X = 1 + beta - eta H, the numbers c_t = <q, delta_t> double like
   the polynomials of Chebyshev, <q, q> c_{2t} >= 2 c_t^2 - beta^t <q, q>^2.  No spectral theorem is used. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound StationaryPoints.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section SecondOrder.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Add Ring the_ring : (rcf_ring_theory R).

(* delta_0 = x, delta_1 = y, delta_{t+2} = next delta_t delta_{t+1} *)
Fixpoint trajectory (next : V -> V -> V) x y t : V :=
  if t is t'.+1 then trajectory next y (next x y) t' else x.
Definition second_order_bounded next := forall x y, exists C, forall t,
  ip (trajectory next x y t) (trajectory next x y t) <= C.

Lemma trajectory_step next x y t :
  trajectory next x y t.+2 = next (trajectory next x y t) (trajectory next x y t.+1).
Proof. by elim: t x y => // t IH x y; rewrite -[LHS]/(trajectory next y (next x y) t.+2) IH. Qed.

Lemma lyapunov_bounded next (L : V -> V -> R) c : 0 < c ->
  (forall x y, L y (next x y) <= L x y) -> (forall x y, c * ip y y <= L x y) ->
  second_order_bounded next.
Proof.
move=> c0 down below x y; exists (ip x x + L x y / c).
have L0 u v : 0 <= L u v by apply: le_trans (below u v); rewrite mulr_ge0 ?(ip_ge0 ipP) ?ltW.
case=> [|t] /=; first by rewrite ler_addl divr_ge0 // ltW.
apply: (@le_trans _ _ (L x y / c)); last by rewrite ler_addr (ip_ge0 ipP).
elim: t x y => [|t IH] x y /=; first by rewrite ler_pdivl_mulr // mulrC.
by apply: le_trans (IH y (next x y)) _; rewrite ler_pmul2r ?invr_gt0.
Qed.

(* a symmetric map is linear, seen by the inner product *)
Section Symmetric.
Variables (X : V -> V) (X_sym : forall u v, ip (X u) v = ip u (X v)).
Lemma symC u v : ip u (X v) = ip v (X u). Proof. by rewrite -X_sym (ipC ipP). Qed.
Lemma symD u v w : ip w (X (u + v)) = ip w (X u) + ip w (X v).
Proof. by rewrite -X_sym (ipDr ipP) !X_sym. Qed.
Lemma symB u v w : ip w (X (u - v)) = ip w (X u) - ip w (X v).
Proof. by rewrite -X_sym (ipBr ipP) !X_sym. Qed.
Lemma symZ c u w : ip w (X (c *: u)) = c * ip w (X u).
Proof. by rewrite -X_sym (ipZr ipP) X_sym. Qed.

Lemma sym_squareD u v : ip (u + v) (X (u + v)) = ip u (X u) + ip v (X v) + ip u (X v) *+ 2.
Proof.
by rewrite !(ipDl ipP) !symD (symC v u); move: (ip u _) (ip v _) => *; rcf_ring.
Qed.
Lemma sym_squareB u v : ip (u - v) (X (u - v)) = ip u (X u) + ip v (X v) - ip u (X v) *+ 2.
Proof.
by rewrite !(ipBl ipP) !symB (symC v u); move: (ip u _) (ip v _) => *; rcf_ring.
Qed.

Lemma polarised (m : R) : (forall q, `|ip q (X q)| <= m * ip q q) ->
  forall u v, 2 * ip u (X v) <= m * (ip u u + ip v v).
Proof.
move=> h u v; rewrite -subr_ge0 -(pmulrn_lge0 _ (ltn0Sn 1)).
have -> : (m * (ip u u + ip v v) - 2 * ip u (X v)) *+ 2 =
    (m * ip (u + v) (u + v) - ip (u + v) (X (u + v))) + (ip (u - v) (X (u - v)) + m * ip (u - v) (u - v)).
  rewrite sym_squareD sym_squareB !(ipBl ipP) !(ipBr ipP) !(ipDl ipP) !(ipDr ipP) (ipC ipP v u).
  by move: (ip u (X u)) (ip u (X v)) (ip v (X v)) (ip u u) (ip u v) (ip v v) => a b c e f g; rcf_ring.
have := h (u + v); have := h (u - v); rewrite !ler_norml => /andP[low _] /andP[_ up].
by rewrite addr_ge0 // ?subr_ge0 // -ler_subl_addr sub0r.
Qed.
End Symmetric.

(* delta_{t+2} = X delta_{t+1} - beta delta_t, X symmetric *)
Section ConstantProduct.
Variables (X : V -> V) (beta : R).
Hypothesis X_sym : forall u v, ip (X u) v = ip u (X v).
Hypothesis beta_range : 0 <= beta < 1.
Let beta0 : 0 <= beta. Proof. by case/andP: beta_range. Qed.
Let beta1 : 0 < 1 - beta. Proof. by rewrite subr_gt0; case/andP: beta_range. Qed.
Let next x y : V := X y - beta *: x.
Let m : R := 1 + beta.
Let k : R := 1 + beta ^+ 2.
Let m0 : 0 < m. Proof. by rewrite ltr_spaddl ?ltr01. Qed.
Let k0 : 0 < k. Proof. by rewrite ltr_spaddl ?ltr01 ?sqr_ge0. Qed.

(* the form that falls *)
Let form x y := k ^+ 2 * ip x x + (k * ip y y) *+ 2 - (k * ip x (X y)) *+ 2.

Lemma form_falls x y :
  form x y - form y (next x y) = k * (1 - beta) * (m * (ip x x + ip y y) - 2 * ip x (X y)).
Proof.
rewrite /form /next (ip_sqrB ipP) (symB X_sym) (symZ X_sym) -(X_sym y (X y)) -(X_sym y x) (ipC ipP x (X y)) /k /m.
by move: (ip (X y) (X y)) (ip (X y) x) (ip x x) (ip y y) => a b c e; rcf_ring.
Qed.

Lemma within_bounded : (forall q, `|ip q (X q)| <= m * ip q q) -> second_order_bounded next.
Proof.
move=> h; apply: (@lyapunov_bounded next form ((1 - beta) ^+ 2)) => [|x y|x y]; first by rewrite exprn_gt0.
  rewrite -subr_ge0 form_falls mulr_ge0 //; first by rewrite mulr_ge0 ?ltW.
  by rewrite subr_ge0; apply: polarised.
have := polarised X_sym h (k *: x) (m *: y).
rewrite !(ipZl ipP) !(ipZr ipP) (symZ X_sym) -subr_ge0.
have -> : m * (k * (k * ip x x) + m * (m * ip y y)) - 2 * (k * (m * ip x (X y))) =
  m * (form x y - (1 - beta) ^+ 2 * ip y y).
  by rewrite /form /k /m; move: (ip x x) (ip y y) (ip x (X y)) => a b c; rcf_ring.
by rewrite pmulr_rge0 // subr_ge0.
Qed.

(* the first kind: delta_0 = q, delta_1 = X q / 2 *)
Section Doubling.
Variable q : V.
Let delta t := trajectory next q (2^-1 *: X q) t.
Let c t := ip (delta t) q.
Let two_half : (2 : R) * 2^-1 = 1. Proof. by rewrite mulfV ?pnatr_eq0. Qed.

Lemma X_delta t : X (delta t.+1) = delta t.+2 + beta *: delta t.
Proof. by rewrite /delta trajectory_step subrK. Qed.

Lemma doubling t r : 2 * ip (delta (t + r)) (delta t) = c (t + t + r) + beta ^+ t * c r.
Proof.
pose P t := forall r, 2 * ip (delta (t + r)) (delta t) = c (t + t + r) + beta ^+ t * c r.
suff H s : P s /\ P s.+1 by case: (H t).
elim: s => [|s [IH IH1]].
  split=> u; first by rewrite add0n expr0 mul1r mulr_natl mulr2n.
  rewrite -[delta 1]/(2^-1 *: X q) (ipZr ipP) mulrA two_half mul1r add1n -X_sym X_delta.
  by rewrite (ipDl ipP) (ipZl ipP) expr1.
split=> // u; have E : delta s.+2 = X (delta s.+1) - beta *: delta s by rewrite X_delta addrK.
rewrite E (ipBr ipP) (ipZr ipP) -X_sym addSn X_delta (ipDl ipP) (ipZl ipP).
have i1 := IH1 u.+2; have i2 := IH1 u; have i3 := IH u.+2.
rewrite !addnS ?addSn in i1 i2 i3 *.
have -> : forall A B D : R, 2 * (A + beta * B - beta * D) = 2 * A + beta * (2 * B) - beta * (2 * D).
  by move=> A B D; rcf_ring.
rewrite i1 i2 i3 !exprS; move: (beta ^+ s) => b; rcf_ring.
Qed.

Hypothesis outside : m * ip q q < `|ip q (X q)|.
Lemma outside_gt0 : 0 < ip q q.
Proof.
rewrite lt_neqAle (ip_ge0 ipP) andbT; apply/negP => /eqP e; move: outside; rewrite -e mulr0 normr_gt0.
move/negP; apply; rewrite -sqrf_eq0 eq_le sqr_ge0 andbT.
by apply: le_trans (cauchy_schwarz ipP q (X q)) _; rewrite -e mul0r.
Qed.

Let excess := `|ip q (X q)| - m * ip q q.
Lemma growth_by_doubling s :
  (1 + beta ^+ (2 ^ s)) * ip q q + excess *+ (2 ^ s) <= 2 * `|c (2 ^ s)|.
Proof.
elim: s => [|s].
  have -> : c (2 ^ 0) = 2^-1 * ip q (X q) by rewrite /c /delta expn0 /= (ipZl ipP) X_sym.
  rewrite expn0 expr1 mulr1n normrM ger0_norm ?invr_ge0 ?ler0n // mulrA two_half mul1r /excess /m.
  by rewrite addrC subrK.
set T := (2 ^ s)%N; have e0 : 0 <= excess *+ T by rewrite mulrn_wge0 // subr_ge0 ltW.
have b0 : 0 <= beta ^+ T by rewrite exprn_ge0.
have -> : (2 ^ s.+1 = T + T)%N by rewrite expnS mul2n addnn.
have d2 := doubling T 0; rewrite !addn0 in d2.
rewrite exprD mulrnDr; move: (excess *+ T) e0 (beta ^+ T) b0 d2 => e e0 b b0 d2 IH.
have {}d2 : 2 * ip (delta T) (delta T) = c (T + T) + b * ip q q := d2.
apply: (@le_trans _ _ (2 * c (T + T))); last by rewrite ler_wpmul2l ?ler0n ?ler_norm.
have n0 := outside_gt0; rewrite -(ler_pmul2l n0).
have cs : c T ^+ 2 <= ip (delta T) (delta T) * ip q q by apply: cauchy_schwarz.
have sq : (`|c T| ^+ 2) *+ 4 <= (c (T + T) *+ 2 + (b * ip q q) *+ 2) * ip q q.
  rewrite real_normK ?num_real //.
  have -> : (c (T + T) *+ 2 + (b * ip q q) *+ 2) * ip q q = (ip (delta T) (delta T) * ip q q) *+ 4.
    by rewrite -mulrnDl -d2; move: (ip (delta T) (delta T)) (ip q q) => u v; rcf_ring.
  by rewrite ler_pmuln2r.
have low : ((1 + b) * ip q q + e) ^+ 2 <= (`|c T| ^+ 2) *+ 4.
  have -> : (`|c T| ^+ 2) *+ 4 = (2 * `|c T|) ^+ 2 by move: `|c T| => u; rcf_ring.
  by rewrite ler_sqr ?nnegrE ?mulr_ge0 ?ler0n // addr_ge0 // mulr_ge0 ?(ltW n0) // addr_ge0 ?ler01.
have {low sq} := le_trans low sq; move: (c (T + T)) (ip q q) n0 => u v v0.
rewrite -subr_ge0 => h; rewrite -subr_ge0.
have -> : v * (2 * u) - v * ((1 + b * b) * v + (e + e)) =
    ((u *+ 2 + (b * v) *+ 2) * v - ((1 + b) * v + e) ^+ 2) + ((b * v * e) *+ 2 + e ^+ 2).
  by rcf_ring.
by rewrite addr_ge0 // addr_ge0 ?sqr_ge0 // mulrn_wge0 // !mulr_ge0 // ltW.
Qed.

Lemma outside_unbounded : archimedean R -> ~ exists C, forall t, ip (delta t) (delta t) <= C.
Proof.
move=> arch [C hC]; have e0 : 0 < excess by rewrite subr_gt0.
have C0 : 0 <= C by apply: le_trans (hC 0%N); apply: (ip_ge0 ipP).
have n0 := outside_gt0; pose K := ip q q * C *+ 4 + 1.
have [s hs] := arch (K / excess).
have big : K < excess *+ (2 ^ s).
  rewrite ltr_pdivr_mulr // mulr_natl in hs; apply: lt_le_trans hs _.
  by apply: ler_wpmuln2l; [apply: ltW | apply: ltnW; apply: ltn_expl].
have := growth_by_doubling s; set T := (2 ^ s)%N in big *.
have b0 : 0 <= beta ^+ T by rewrite exprn_ge0.
move=> g; have {g} : excess *+ T <= 2 * `|c T|.
  apply: le_trans g; rewrite ler_addr mulr_ge0 ?(ltW n0) // addr_ge0 ?ler01 //.
have cs : c T ^+ 2 <= ip (delta T) (delta T) * ip q q by apply: cauchy_schwarz.
move: (excess *+ T) big => e big h.
have K1 : 1 <= K by rewrite ler_addr mulrn_wge0 // mulr_ge0 // ltW.
have e1 : 1 < e by apply: le_lt_trans K1 big.
have : e ^+ 2 <= ip q q * C *+ 4.
  apply: (@le_trans _ _ ((2 * `|c T|) ^+ 2)).
    by rewrite ler_sqr ?nnegrE ?mulr_ge0 ?ler0n // ltW // (lt_trans ltr01).
  have -> : (2 * `|c T|) ^+ 2 = (`|c T| ^+ 2) *+ 4 by move: `|c T| => u; rcf_ring.
  rewrite real_normK ?num_real // ler_pmuln2r //; apply: le_trans cs _.
  by rewrite mulrC ler_wpmul2l // ltW.
apply/negP; rewrite -ltNge; apply: (@lt_trans _ _ K); first by rewrite ltr_addl ltr01.
by apply: lt_trans big _; rewrite expr2 ltr_pmulr // (lt_trans ltr01).
Qed.
End Doubling.

Theorem constant_product_boundedP : archimedean R ->
  second_order_bounded next <-> forall q, `|ip q (X q)| <= m * ip q q.
Proof.
move=> arch; split=> [st q|]; last exact: within_bounded.
rewrite leNgt; apply/negP => out; apply: (outside_unbounded out arch); exact: st.
Qed.
End ConstantProduct.

Section Methods.
Variables (H : V -> V) (H_sym : forall u v, ip (H u) v = ip u (H v)).
Variables (eta beta : R) (eta_gt0 : 0 < eta) (beta_range : 0 <= beta < 1).
Let beta0 : 0 <= beta. Proof. by case/andP: beta_range. Qed.
Let beta1 : 0 < 1 - beta. Proof. by rewrite subr_gt0; case/andP: beta_range. Qed.

(* heavy ball: delta_{t+2} from delta_t and delta_{t+1} *)
Definition heavy_ball (rate : R) x y : V := (1 + beta) *: y - rate *: H y - beta *: x.
Definition heavy_ball_bounded := second_order_bounded (heavy_ball eta).

Lemma heavy_ball_within rate :
  archimedean R -> second_order_bounded (heavy_ball rate) <->
  forall q, 0 <= rate * ip q (H q) <= 2 * (1 + beta) * ip q q.
Proof.
move=> arch; pose X y := (1 + beta) *: y - rate *: H y.
have X_sym u v : ip (X u) v = ip u (X v).
  by rewrite (ipBl ipP) (ipBr ipP) !(ipZl ipP) !(ipZr ipP) H_sym.
apply: iff_trans (constant_product_boundedP X_sym beta_range arch) _.
suff E q : (`|ip q (X q)| <= (1 + beta) * ip q q) =
   (0 <= rate * ip q (H q) <= 2 * (1 + beta) * ip q q) by split=> h q; move: (h q); rewrite E.
rewrite (ipBr ipP) !(ipZr ipP) ler_norml ler_subl_addr ler_addl andbC; congr (_ && _).
rewrite ler_subr_addr -ler_subr_addl opprK -subr_ge0 -[RHS]subr_ge0; congr (0 <= _).
by move: (ip q q) (ip q (H q)) => a h; rcf_ring.
Qed.

Theorem heavy_ball_boundedP : archimedean R ->
  heavy_ball_bounded <-> forall q, 0 <= eta * ip q (H q) <= 2 * (1 + beta) * ip q q.
Proof. exact: heavy_ball_within. Qed.

(* averaged gradient: the state is (m_t, delta_t) *)
Definition averaged_step (s : V * V) : V * V :=
  let m := beta *: s.1 + (1 - beta) *: H s.2 in (m, s.2 - eta *: m).
Definition averaged_gradient_bounded := forall m x, exists C, forall t,
  ip (iter t averaged_step (m, x)).2 (iter t averaged_step (m, x)).2 <= C.

Lemma averaged_heavy_ball m x t : (iter t averaged_step (m, x)).2 =
  trajectory (heavy_ball (eta * (1 - beta))) (x + eta *: m) x t.+1.
Proof.
elim: t m x => [//|t IH] m x; rewrite iterSr {1}/averaged_step /= IH /=.
set y := x - _; have -> : heavy_ball (eta * (1 - beta)) (x + eta *: m) x = y.
  rewrite /heavy_ball /y scalerDl scale1r !scalerDr !scalerA [beta * eta]mulrC.
  move: (beta *: x) ((eta * (1 - beta)) *: H x) ((eta * beta) *: m) => a h g.
  by rewrite !opprD !addrA [x + a - h - a]addrAC addrK addrAC.
by rewrite /y subrK.
Qed.

Theorem averaged_gradient_boundedP : archimedean R ->
  averaged_gradient_bounded <-> forall q, 0 <= eta * (1 - beta) * ip q (H q) <= 2 * (1 + beta) * ip q q.
Proof.
move=> arch; apply: iff_trans (heavy_ball_within (eta * (1 - beta)) arch); split=> st.
  move=> x y; have [C hC] := st (eta^-1 *: (x - y)) y; exists (Num.max C (ip x x)) => -[|t].
    by rewrite le_maxr lexx orbT.
  rewrite le_maxr; apply/orP; left; have := hC t; rewrite averaged_heavy_ball.
  by rewrite scalerA divff ?gt_eqF // scale1r [y + _]addrC subrK.
move=> m x; have [C hC] := st (x + eta *: m) x; exists C => t; rewrite averaged_heavy_ball; exact: hC.
Qed.
End Methods.

(* a quadratic polynomial that is negative at 1 has a root beyond it *)
Lemma root_beyond_one (a b : R) : 1 + a + b < 0 -> exists2 z, 1 < z & z ^+ 2 + a * z + b = 0.
Proof.
move=> neg; pose disc := a ^+ 2 - b *+ 4; pose s := Num.sqrt disc.
have gap : (2 + a) ^+ 2 < disc.
  rewrite -subr_gt0 (_ : _ - _ = (- (1 + a + b)) *+ 4); last by rewrite /disc; rcf_ring.
  by rewrite pmulrn_lgt0 // oppr_gt0.
have d0 : 0 <= disc by apply: ltW; apply: le_lt_trans gap; apply: sqr_ge0.
have s2 : s ^+ 2 = disc by rewrite sqr_sqrtr.
have big : 2 + a < s.
  apply: le_lt_trans (ler_norm _) _; rewrite -ltr_sqr ?nnegrE ?normr_ge0 ?sqrtr_ge0 //.
  by rewrite real_normK ?num_real // s2.
have half : (2 : R) * 2^-1 = 1 by rewrite mulfV ?pnatr_eq0.
exists (2^-1 * (s - a)).
  by rewrite ltr_pdivl_mull ?ltr0n // mulr1 ltr_subr_addr.
set z := _ * _; have z2 : z *+ 2 = s - a by rewrite -mulr_natl /z mulrA half mul1r.
suff : (z ^+ 2 + a * z + b) *+ 4 = 0 by move/eqP; rewrite mulrn_eq0 => /eqP.
rewrite (_ : _ *+ 4 = (z *+ 2) ^+ 2 + (a * (z *+ 2)) *+ 2 + b *+ 4); last by rcf_ring.
rewrite z2 (_ : _ + _ = s ^+ 2 - disc); last by rewrite /disc; rcf_ring.
by rewrite s2 subrr.
Qed.

(* Nesterov: the gradient is taken ahead, at delta_{t+1} + beta (delta_{t+1} - delta_t) *)
Section Nesterov.
Variables (H : V -> V) (H_sym : forall u v, ip (H u) v = ip u (H v)).
Variables (eta beta : R) (eta_gt0 : 0 < eta) (beta_range : 0 <= beta < 1).
Let beta0 : 0 <= beta. Proof. by case/andP: beta_range. Qed.
Let beta1 : 0 < 1 - beta. Proof. by rewrite subr_gt0; case/andP: beta_range. Qed.
Let m : R := 1 + beta.
Let k : R := 1 + beta ^+ 2.
Let k0 : 0 < k. Proof. by rewrite ltr_spaddl ?ltr01 ?sqr_ge0. Qed.
Let w : R := 1 + 2 * beta.
Let w0 : 0 < w. Proof. by rewrite ltr_spaddl ?ltr01 // mulr_ge0 ?ler0n. Qed.

Definition nesterov x y : V := let ahead := (1 + beta) *: y - beta *: x in ahead - eta *: H ahead.
Definition nesterov_bounded := second_order_bounded nesterov.

Let G v : V := eta *: H v.
Let C v : V := v - G v.
Let G_sym u v : ip (G u) v = ip u (G v). Proof. by rewrite (ipZl ipP) (ipZr ipP) H_sym. Qed.
Let C_sym u v : ip (C u) v = ip u (C v). Proof. by rewrite (ipBl ipP) (ipBr ipP) G_sym. Qed.

Let form x y := k * (ip x x + beta ^+ 2 * ip (C x) (C x) + ip y y *+ 2 - (m * ip x (C y)) *+ 2).
Let fall x y := ip x x - beta ^+ 2 * ip (C x) (C x) + (ip y y - beta ^+ 2 * ip (C y) (C y))
  - (m * ip x (C y)) *+ 2 + (m * beta * ip (C x) (C y)) *+ 2.

Lemma nesterov_falls x y : form x y - form y (nesterov x y) = k * fall x y.
Proof.
rewrite -[nesterov x y]/(C (m *: y - beta *: x)) /form.
have Cz u : ip u (C (m *: y - beta *: x)) = m * ip u (C y) - beta * ip u (C x).
  by rewrite (symB C_sym) !(symZ C_sym).
rewrite -(C_sym y) !Cz !(ipC ipP (C (_ - _))) !Cz (ipC ipP (C y) (C x)) /fall /k.
by move: (ip x x) (ip y y) (ip x (C y)) (ip (C x) (C x)) (ip (C x) (C y)) (ip (C y) (C y)) => a b s p t r; rcf_ring.
Qed.

Section Below.
Hypotheses (low : forall q, 0 <= eta * ip q (H q)).
Hypothesis up : forall q, eta * w * ip q (H q) <= 2 * m * ip q q.
Let G0 q : 0 <= ip q (G q). Proof. by rewrite (ipZr ipP). Qed.
Let G1 q : w * ip q (G q) <= 2 * m * ip q q. Proof. by rewrite (ipZr ipP) mulrCA mulrA. Qed.
Let G2 q : w * ip (G q) (G q) <= 2 * m * ip q (G q).
Proof.
have psd : inner_product (fun u v => ip u (G v)).
  split=> [u v|u v z|c u v|u]; rewrite ?(ipDl ipP) ?(ipZl ipP) //.
  by rewrite -G_sym (ipC ipP).
have upper v : ip v (G v) <= 2 * m / w * ip v v by rewrite mulrAC ler_pdivl_mulr // [_ * w]mulrC G1.
have := psd_square_le ipP psd upper q; rewrite mulrAC ler_pdivl_mulr //.
by rewrite [_ * w]mulrC.
Qed.
Let C1 q : ip q (C q) = ip q q - ip q (G q). Proof. by rewrite (ipBr ipP). Qed.
Let C2 q : ip (C q) (C q) = ip q q - ip q (G q) *+ 2 + ip (G q) (G q).
Proof. by rewrite (ipBr ipP) !(ipBl ipP) G_sym; rcf_ring. Qed.

Lemma fall_ge0 x y : 0 <= fall x y.
Proof.
have CC_sym u v : ip (C (C u)) v = ip u (C (C v)) by rewrite !C_sym.
have sq u v : ip (C u) (C v) = ip u (C (C v)) by rewrite C_sym.
have id_sym u v : ip (idfun u) v = ip u (idfun v) by [].
rewrite -(pmulrn_lge0 _ (ltn0Sn 1)); set s := x + y; set d := x - y.
have -> : fall x y *+ 2 =
    (ip s s - m * ip s (C s) + beta * ip (C s) (C s))
    + (ip d d + m * ip d (C d) - beta * w * ip (C d) (C d)).
  rewrite /fall /s /d !sq -[ip (x + y) (x + y)]/(ip (x + y) (idfun (x + y))).
  rewrite -[ip (x - y) (x - y)]/(ip (x - y) (idfun (x - y))) (sym_squareB id_sym) (sym_squareD id_sym) /=.
  rewrite !(sym_squareB C_sym) !(sym_squareB CC_sym) !(sym_squareD C_sym) !(sym_squareD CC_sym) /w /m.
  move: (ip x x) (ip x y) (ip y y) (ip x (C x)) (ip x (C y)) (ip y (C y)) => a1 a2 a3 b1 b2 b3.
  by move: (ip x (C (C x))) (ip x (C (C y))) (ip y (C (C y))) => c1 c2 c3; rcf_ring.
have e0 : 0 <= 1 - beta by apply: ltW.
rewrite !C1 !C2 addr_ge0 //.
  rewrite (_ : _ + _ = (1 - beta) * ip s (G s) + beta * ip (G s) (G s)); last first.
    by rewrite /m; move: (ip s s) (ip s (G s)) (ip (G s) (G s)) => a b c; rcf_ring.
  by rewrite addr_ge0 // mulr_ge0 // (ip_ge0 ipP).
rewrite (_ : _ - _ = (1 - beta) * (2 * m * ip d d - w * ip d (G d))
    + beta * (2 * m * ip d (G d) - w * ip (G d) (G d))).
  by rewrite addr_ge0 // mulr_ge0 // subr_ge0.
by rewrite /m /w; move: (ip d d) (ip d (G d)) (ip (G d) (G d)) => a b c; rcf_ring.
Qed.

Lemma nesterov_below_bounded : nesterov_bounded.
Proof.
apply: (@lyapunov_bounded nesterov form ((1 - beta) ^+ 2)) => [|x y|x y]; first by rewrite exprn_gt0.
  by rewrite -subr_ge0 nesterov_falls mulr_ge0 ?fall_ge0 ?ltW.
have shorter : ip (C x) (C x) <= ip x x.
  rewrite C2 -addrA ger_addl addrC subr_le0 -(ler_pmul2l w0); apply: le_trans (G2 x) _.
  rewrite -[ip x (G x) *+ 2]mulr_natl mulrA; apply: ler_wpmul2r => //; rewrite /w /m -subr_ge0.
  by rewrite (_ : _ - _ = beta *+ 2) ?mulrn_wge0 //; rcf_ring.
have := ip_ge0 ipP (k *: C x - m *: y).
rewrite (ipBl ipP) !(ipBr ipP) !(ipZl ipP) !(ipZr ipP) (ipC ipP y) /form => h.
rewrite -subr_ge0 (_ : _ - _ = k * (ip x x - ip (C x) (C x)) +
  (k * (k * ip (C x) (C x)) - k * (m * ip x (C y)) - (m * (k * ip x (C y)) - m * (m * ip y y)))); last first.
  by rewrite /k /m; move: (ip x x) (ip (C x) (C x)) (ip x (C y)) (ip y y) => a b c e; rcf_ring.
apply: addr_ge0; first by rewrite mulr_ge0 ?(ltW k0) ?subr_ge0.
by rewrite -(C_sym x y).
Qed.
End Below.

(* along an eigenvector the recursion is one of numbers *)
Section Eigenvector.
Variables (v : V) (h : R).
Hypotheses (H_linear : forall c, H (c *: v) = c *: H v) (eigen : H v = h *: v).

Lemma nesterov_eigenvector z : z ^+ 2 = (1 - eta * h) * (m * z - beta) ->
  forall t, trajectory nesterov v (z *: v) t = z ^+ t *: v.
Proof.
move=> root t; suff [//] : trajectory nesterov v (z *: v) t = z ^+ t *: v /\
  trajectory nesterov v (z *: v) t.+1 = z ^+ t.+1 *: v.
elim: t => [|t [IH IH1]]; first by rewrite expr0 expr1 scale1r.
split=> //; rewrite trajectory_step IH IH1 /nesterov !scalerA -scalerBl H_linear eigen !scalerA -scalerBl.
congr (_ *: v); rewrite -[t.+2]addn2 exprD root exprS; move: (z ^+ t) => u; rewrite /m; rcf_ring.
Qed.

Lemma nesterov_eigenvalue : archimedean R -> nesterov_bounded -> 0 < ip v v ->
  0 <= eta * h /\ eta * w * h <= 2 * m.
Proof.
move=> arch st v0; pose c := 1 - eta * h.
have unbounded z : 1 < z ^+ 2 -> z ^+ 2 = c * (m * z - beta) -> False.
  move=> z1 /nesterov_eigenvector path; have [K hK] := st v (z *: v).
  have [t] := geometric_unbounded K arch z1 v0; rewrite ltNge; apply/negP/negPn.
  by have := hK t; rewrite path (ipZl ipP) (ipZr ipP) mulrA -expr2 -exprM mulnC exprM.
split; rewrite leNgt; apply/negP => bad.
  have at_one : 1 + - (m * c) + beta * c = eta * h by rewrite /m /c; rcf_ring.
  have [|z z1 root] := @root_beyond_one (- (m * c)) (beta * c); first by rewrite at_one.
  apply: (unbounded z); first by rewrite exprn_egt1.
  by apply/eqP; rewrite -subr_eq0 -root; apply/eqP; rcf_ring.
have at_one : 1 + m * c + beta * c = 2 * m - eta * w * h by rewrite /m /c /w; rcf_ring.
have [|z z1 root] := @root_beyond_one (m * c) (beta * c); first by rewrite at_one subr_lt0.
apply: (unbounded (- z)); first by rewrite sqrrN exprn_egt1.
by apply/eqP; rewrite -subr_eq0 -root; apply/eqP; rcf_ring.
Qed.
End Eigenvector.

(* H has an orthonormal basis of eigenvectors; it is enough that every vector is what the basis sees of it *)
Section Eigenbasis.
Variables (I : finType) (v : I -> V) (h : I -> R).
Hypothesis H_linear : forall c u, H (c *: u) = c *: H u.
Hypothesis eigen : forall i, H (v i) = h i *: v i.
Hypothesis basis : forall u, u = \sum_i ip (v i) u *: v i.

Let square u : ip u u = \sum_i ip (v i) u ^+ 2.
Proof. by rewrite {1}(basis u) (ip_suml ipP); apply: eq_bigr => i _; rewrite (ipZl ipP) expr2. Qed.
Let curvature u : ip u (H u) = \sum_i h i * ip (v i) u ^+ 2.
Proof.
rewrite {1}(basis u) (ip_suml ipP); apply: eq_bigr => i _.
by rewrite (ipZl ipP) -H_sym eigen (ipZl ipP) mulrCA expr2.
Qed.

Theorem nesterov_boundedP : archimedean R ->
  nesterov_bounded <-> forall u, 0 <= eta * ip u (H u) /\
    eta * (1 + 2 * beta) * ip u (H u) <= 2 * (1 + beta) * ip u u.
Proof.
move=> arch; split=> [st u|both]; last by apply: nesterov_below_bounded => u; case: (both u).
have each i : 0 <= eta * h i * ip (v i) u ^+ 2 /\ eta * w * h i * ip (v i) u ^+ 2 <= 2 * m * ip (v i) u ^+ 2.
  have [v0|v0] := ltP 0 (ip (v i) (v i)).
    have [low up] := nesterov_eigenvalue (H_linear^~ (v i)) (eigen i) arch st v0.
    by split; [rewrite mulr_ge0 ?sqr_ge0 | rewrite ler_wpmul2r ?sqr_ge0].
  have -> : ip (v i) u ^+ 2 = 0.
    apply/eqP; rewrite eq_le sqr_ge0 andbT; apply: le_trans (cauchy_schwarz ipP _ _) _.
    by rewrite mulr_le0_ge0 ?(ip_ge0 ipP).
  by rewrite !mulr0.
rewrite curvature square !mulr_sumr; split.
  by apply: sumr_ge0 => i _; rewrite mulrA; case: (each i).
by apply: ler_sum => i _; rewrite mulrA; case: (each i).
Qed.
End Eigenbasis.
End Nesterov.

(* momentum 1: a flat direction drifts *)
Theorem control_momentum_one (H : V -> V) eta q : archimedean R -> H q = 0 -> 0 < ip q q ->
  (forall c, H (c *: q) = c *: H q) ->
  ~ (forall x y, exists C, forall t, let s := trajectory (heavy_ball H 1 eta) x y t in ip s s <= C).
Proof.
move=> arch flat q0 lin /(_ 0 q) [C hC].
have path t : trajectory (heavy_ball H 1 eta) 0 q t = t%:R *: q.
  suff [//] : trajectory (heavy_ball H 1 eta) 0 q t = t%:R *: q /\
    trajectory (heavy_ball H 1 eta) 0 q t.+1 = t.+1%:R *: q.
  elim: t => [|t [IH IH1]]; first by rewrite scale0r scale1r.
  split=> //; rewrite trajectory_step IH IH1 /heavy_ball lin flat !scaler0 subr0 !scalerA -scalerBl.
  by congr (_ *: q); rewrite -[t.+2]addn2 -[t.+1]addn1 !natrD; move: (t%:R : R) => u; rcf_ring.
have [t ht] := arch (C / ip q q + 1).
have := hC t; rewrite /= path (ipZl ipP) (ipZr ipP) mulrA -ler_pdivl_mulr //; apply/negP; rewrite -ltNge.
have t1 : 1 <= (t%:R : R).
  rewrite ler1n lt0n; apply: contraTneq ht => ->; rewrite -leNgt.
  have C0 : 0 <= C := le_trans (ip_ge0 ipP _) (hC 0%N).
  by rewrite addr_ge0 ?ler01 // divr_ge0 // ltW.
apply: (@lt_le_trans _ _ t%:R); first by apply: lt_trans ht; rewrite ltr_addl ltr01.
by rewrite ler_pmulr // (lt_le_trans ltr01).
Qed.
End SecondOrder.

(* Heavy ball in one dimension, with a random curvature h_B drawn independently at every step *)
Section MeanSquare.
Variables (R : rcfType) (T : finType) (pr h : T -> R) (eta beta : R).
Add Ring the_ring : (rcf_ring_theory R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypotheses (eta_gt0 : 0 < eta) (beta_range : 0 <= beta < 1).
Let beta0 : 0 <= beta. Proof. by case/andP: beta_range. Qed.
Let beta1 : 0 < 1 - beta. Proof. by rewrite subr_gt0; case/andP: beta_range. Qed.
Definition mean_curvature : R := \sum_B pr B * h B.
Definition curvature_variance : R := \sum_B pr B * (h B - mean_curvature) ^+ 2.
Let lam := mean_curvature.
Let var := curvature_variance.
Let m : R := 1 + beta.
Let m0 : 0 < m. Proof. by rewrite ltr_spaddl ?ltr01. Qed.

(* E F(delta_t, delta_{t+1}) with delta_0 = x, delta_1 = y *)
Fixpoint ball_expectation t (F : R -> R -> R) x y : R :=
  if t is t'.+1 then \sum_B pr B * ball_expectation t' F y ((1 + beta - eta * h B) * y - beta * x)
  else F x y.
Definition ball_mean_square_bounded := forall x y, exists C, forall t,
  ball_expectation t (fun _ y' => y' ^+ 2) x y <= C.

Let mean_of F x y := \sum_B pr B * F y ((1 + beta - eta * h B) * y - beta * x).
Lemma ball_expectation_last t F x y : ball_expectation t.+1 F x y = ball_expectation t (mean_of F) x y.
Proof. by elim: t x y => // t IH x y; apply: eq_bigr => B _; congr (_ * _); apply: IH. Qed.
Lemma ball_expectation_mono t F F' x y : (forall u v, F u v <= F' u v) ->
  ball_expectation t F x y <= ball_expectation t F' x y.
Proof. by move=> le; elim: t x y => //= t IH x y; apply: ler_sum => B _; apply: ler_wpmul2l. Qed.
Lemma ball_expectation_lin t a b F G x y :
  ball_expectation t (fun u v => a * F u v + b * G u v) x y =
  a * ball_expectation t F x y + b * ball_expectation t G x y.
Proof.
elim: t x y => //= t IH x y; rewrite !mulr_sumr -big_split; apply: eq_bigr => B _ /=.
by rewrite IH mulrDr mulrCA [pr B * (b * _)]mulrCA.
Qed.

Lemma ball_expectation_scale t a F x y :
  ball_expectation t (fun u v => a * F u v) x y = a * ball_expectation t F x y.
Proof.
elim: t x y => //= t IH x y; rewrite mulr_sumr; apply: eq_bigr => B _.
by rewrite IH mulrCA.
Qed.

Let mu : R := m - eta * lam.
Let form x y : R := m * y ^+ 2 - (beta * mu * x * y) *+ 2 + m * beta ^+ 2 * x ^+ 2.
Let drop : R := eta * (2 * (1 - beta) * m * lam - eta * (m * var + (1 - beta) * lam ^+ 2)).

Lemma second_moment : \sum_B pr B * h B ^+ 2 = lam ^+ 2 + var.
Proof.
rewrite /var /curvature_variance -/lam.
rewrite [in RHS](eq_bigr (fun B => pr B * h B ^+ 2 + ((- (lam *+ 2)) * (pr B * h B) + lam ^+ 2 * pr B))).
  rewrite !big_split /= -!mulr_sumr pr_sum -/mean_curvature -/lam.
  by move: (\sum_B pr B * h B ^+ 2 : R) lam => s l; rcf_ring.
by move=> B _; move: (pr B) (h B) lam => a b l; rcf_ring.
Qed.

Lemma mean_of_form x y : mean_of form x y = form x y - drop * y ^+ 2.
Proof.
pose a := m * y - beta * x.
rewrite /mean_of (eq_bigr (fun B => form y a * pr B
    + (- (m * eta * y * a) *+ 2 + (beta * mu * eta * y ^+ 2) *+ 2) * (pr B * h B)
    + (m * eta ^+ 2 * y ^+ 2) * (pr B * h B ^+ 2))); last first.
  by move=> B _; rewrite /form /a /m; move: mu (pr B) (h B) => u q k; rcf_ring.
rewrite !big_split /= -!mulr_sumr pr_sum second_moment -/mean_curvature -/lam.
by rewrite /form /drop /a /mu /m; move: lam var => l v; rcf_ring.
Qed.

Let second t x y := ball_expectation t (fun _ y' => y' ^+ 2) x y.
Lemma expected_form t x y : ball_expectation t.+1 form x y = ball_expectation t form x y - drop * second t x y.
Proof.
rewrite ball_expectation_last /second -[_ - _]/(_ + _) -[ball_expectation t form x y]mul1r -mulNr.
rewrite -ball_expectation_lin.
elim: t x y => [|t IH] x y /=; first by rewrite mean_of_form mul1r mulNr.
by apply: eq_bigr => B _; rewrite IH.
Qed.

Hypothesis noise : 0 < curvature_variance.
Theorem mean_square_boundedP : archimedean R -> ball_mean_square_bounded <->
  eta * ((1 + beta) * curvature_variance + (1 - beta) * mean_curvature ^+ 2) <=
  2 * (1 - beta) * (1 + beta) * mean_curvature.
Proof.
move=> arch.
change (ball_mean_square_bounded <-> eta * (m * var + (1 - beta) * lam ^+ 2) <= 2 * (1 - beta) * m * lam).
rewrite -subr_ge0 -(pmulr_rge0 _ eta_gt0) -/drop.
have second0 t x y : 0 <= second t x y.
  by rewrite /second; elim: t x y => [|t IH] x y /=; [apply: sqr_ge0 | apply: sumr_ge0 => B _; apply: mulr_ge0].
split=> [st|drop0 x y]; last first.
  (* the form is positive definite there, and its mean never grows *)
  have gap : 0 < m ^+ 2 - mu ^+ 2.
    rewrite -(pmulr_rgt0 _ beta1) (_ : _ * _ = drop + m * eta ^+ 2 * var).
      by rewrite ltr_spaddr // mulr_gt0 // mulr_gt0 // exprn_gt0.
    by rewrite /drop /mu /m; move: lam var => l v; rcf_ring.
  exists (m * form x y / (m ^+ 2 - mu ^+ 2)) => t; rewrite ler_pdivl_mulr //.
  have falls : ball_expectation t form x y <= form x y.
    elim: t => // t; apply: le_trans; rewrite expected_form ler_subl_addr ler_addl.
    by rewrite mulr_ge0 ?second0.
  apply: le_trans (ler_wpmul2l (ltW m0) falls).
  rewrite mulrC -!ball_expectation_scale; apply: ball_expectation_mono => u v; rewrite -subr_ge0.
  suff -> : m * form u v - (m ^+ 2 - mu ^+ 2) * v ^+ 2 = (beta * m * u - mu * v) ^+ 2 by rewrite sqr_ge0.
  by rewrite /form; move: mu m => a b; rcf_ring.
rewrite leNgt; apply/negP => neg; have [C hC] := st 0 1.
pose K := m + `|beta * mu| + m * beta ^+ 2; pose f t := ball_expectation t form 0 1.
have K0 : 0 < K by rewrite /K -addrA ltr_spaddl // addr_ge0 ?normr_ge0 // mulr_ge0 ?sqr_ge0 ?ltW.
have f0 : 0 < f 0%N by rewrite /f /= /form !(mulr0, mul0r, mul0rn, expr1n, mulr1, subr0) expr0n /= mulr0 addr0.
have up t : f t <= f t.+1 by rewrite /f expected_form ler_addl oppr_ge0 mulr_le0_ge0 ?(ltW neg) ?second0.
have below u v : form u v <= K * v ^+ 2 + K * u ^+ 2.
  have cross : - ((beta * mu * u * v) *+ 2) <= `|beta * mu| * (u ^+ 2 + v ^+ 2).
    apply: le_trans (ler_norm _) _; rewrite normrN normrMn -mulrA normrM [`|u * v|]normrM -mulrnAr.
    rewrite ler_wpmul2l ?normr_ge0 // -[u ^+ 2]real_normK ?num_real // -[v ^+ 2]real_normK ?num_real //.
    by move: `|u| `|v| => a b; rewrite -subr_ge0 (_ : _ - _ = (a - b) ^+ 2) ?sqr_ge0 //; rcf_ring.
  apply: (@le_trans _ _ (m * v ^+ 2 + `|beta * mu| * (u ^+ 2 + v ^+ 2) + m * beta ^+ 2 * u ^+ 2)).
    by rewrite /form ler_add2r ler_add2l.
  rewrite -subr_ge0 (_ : _ - _ = m * beta ^+ 2 * v ^+ 2 + m * u ^+ 2).
    by rewrite addr_ge0 // mulr_ge0 ?sqr_ge0 ?(ltW m0) // mulr_ge0 ?sqr_ge0 ?(ltW m0).
  by rewrite /K; move: `|beta * mu| m => a b; rcf_ring.
have prev t : ball_expectation t.+1 (fun u _ => u ^+ 2) 0 1 = second t 0 1.
  rewrite ball_expectation_last /second; move: (0 : R) (1 : R) => u v.
  elim: t u v => [|t IH] u v /=; last by apply: eq_bigr => B _; rewrite IH.
  by rewrite /mean_of -mulr_suml pr_sum mul1r.
have le_f t : f t.+1 <= K * (second t.+1 0 1 + second t 0 1).
  rewrite mulrDr -(prev t) /second -ball_expectation_lin /f; apply: ball_expectation_mono => u v; exact: below.
pose r := - drop / K; have r0 : 0 < r by rewrite divr_gt0 ?oppr_gt0.
have two t : (1 + r) * f t <= f t.+2.
  have e : f t.+2 = f t + - drop * (second t.+1 0 1 + second t 0 1).
    by rewrite /f !expected_form; move: (ball_expectation _ _ _ _) (second _ _ _) (second _ _ _) drop => *; rcf_ring.
  rewrite mulrDl mul1r e ler_add2l; apply: (@le_trans _ _ (r * f t.+1)).
    by rewrite ler_wpmul2l ?(ltW r0) ?up.
  by rewrite /r mulrAC ler_pdivr_mulr // -mulrA ler_wpmul2l ?oppr_ge0 ?(ltW neg) // mulrC le_f.
have grow s : (1 + r) ^+ s * f 0%N <= f (s + s)%N.
  elim: s => [|s IH]; first by rewrite expr0 mul1r.
  rewrite exprS -mulrA addSn addnS; apply: le_trans (two _); rewrite ler_wpmul2l // addr_ge0 ?ler01 ?ltW //.
have r1 : 1 < 1 + r by rewrite ltr_addl.
have [s] := geometric_unbounded (K * (C + C)) arch r1 f0; apply/negP; rewrite -leNgt.
apply: le_trans (grow s) _; apply: le_trans (up _) _; apply: le_trans (le_f _) _.
by rewrite ler_wpmul2l ?(ltW K0) // ler_add ?hC.
Qed.
End MeanSquare.

(* what the thresholds say of the function *)
Section Networks.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let P := pdot_ip R d k.
Variables (p : parameters) (eta beta : R).
Hypotheses (arch : archimedean R) (eta_gt0 : 0 < eta) (beta_range : 0 <= beta < 1).
Hypothesis off : differentiable_at_data x p.
Let H_sym u v : pdot (hessian x y p u) v = pdot u (hessian x y p v).
Proof. by rewrite (ipC P) hessian_sym. Qed.

(* 0 <= eta H <= 2 c *)
Lemma threshold_stability_norm c :
  (forall v, 0 <= eta * pdot v (hessian x y p v) <= 2 * c * pdot v v) ->
  stability_norm x p <= c / eta - 2^-1.
Proof.
move=> h; have := @negative_curvature R d k n x y p 0 (2 * (c / eta)) off.
rewrite mul0r addr0 => bound; suff b : 1 + 2 * stability_norm x p <= 2 * (c / eta).
  by rewrite ler_subr_addl -(ler_pmul2l (ltr0Sn R 1)) mulrDr mulfV ?pnatr_eq0.
apply: bound => v; rewrite oppr0 mul0r -hessian_formE; case/andP: (h v) => low up.
rewrite -(pmulr_rge0 _ eta_gt0) low /= mulrA mulrAC ler_pdivl_mulr // [_ * eta]mulrC; exact: up.
Qed.

Theorem heavy_ball_stability_norm : heavy_ball_bounded pdot (hessian x y p) eta beta ->
  stability_norm x p <= (1 + beta) / eta - 2^-1.
Proof. by move=> st; apply: threshold_stability_norm; apply/(heavy_ball_boundedP P H_sym _ beta_range arch). Qed.

Theorem averaged_gradient_stability_norm : averaged_gradient_bounded pdot (hessian x y p) eta beta ->
  stability_norm x p <= (1 + beta) / (1 - beta) / eta - 2^-1.
Proof.
have b1 : 0 < 1 - beta by rewrite subr_gt0; case/andP: beta_range.
move=> st; apply: threshold_stability_norm => v.
have /andP[low up] := (averaged_gradient_boundedP P H_sym eta_gt0 beta_range arch).1 st v.
move: low up; rewrite [eta * _ * _]mulrAC => low up; rewrite -(pmulr_lge0 _ b1) low /=.
by rewrite !mulrA mulrAC ler_pdivl_mulr.
Qed.

(* the Hessian has an orthonormal basis of eigenvectors, as every symmetric matrix has *)
Theorem nesterov_stability_norm (I : finType) (v : I -> parameters) (h : I -> R) :
  (forall i, hessian x y p (v i) = h i *: v i) -> (forall u, u = \sum_i pdot (v i) u *: v i) ->
  nesterov_bounded pdot (hessian x y p) eta beta ->
  stability_norm x p <= (1 + beta) / (1 + 2 * beta) / eta - 2^-1.
Proof.
have b0 : 0 <= beta by case/andP: beta_range.
have w0 : 0 < 1 + 2 * beta by rewrite ltr_spaddl ?ltr01 // mulr_ge0 ?ler0n.
have lin c u : hessian x y p (c *: u) = c *: hessian x y p u.
  rewrite /hessian scalerA [c * _]mulrC -scalerA; congr (_ *: _); rewrite scaler_sumr; apply: eq_bigr => j _.
  rewrite scalerDr (ipZr P) -scalerA; congr (_ + _); rewrite scalerA [c * _]mulrC -scalerA; congr (_ *: _).
  have preZ i : preactivation (c *: u) (x j) i = c * preactivation u (x j) i.
    by rewrite /preactivation w1Z b1Z (ipZl (dot_ip R d)) mulrDr.
  rewrite /net_hessian /mkparameters; congr (_, _, _, _); last by rewrite [RHS]scaler0.
  - by apply/matrixP => i l; rewrite !mxE w2Z -!mulrA.
  - by apply/rowP => i; rewrite !mxE w2Z mulrA.
  - by apply/rowP => i; rewrite !mxE preZ mulrCA.
move=> eigen basis st; apply: threshold_stability_norm => u.
have [low up] := (nesterov_boundedP P H_sym eta beta_range lin eigen basis arch).1 st u.
rewrite low /= !mulrA mulrAC ler_pdivl_mulr //.
by move: up; rewrite [eta * _ * _]mulrAC.
Qed.
End Networks.
