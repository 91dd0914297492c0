(* best-constant, what the constant before the residual term is at least, for N = n+2 data.

   Opposed clusters: one datum at r, n+1 at -r, in one dimension; s = sqrt(1 + r^2), p_1 = 1/N and
   p_2 = 1 - 1/N.  Two neurons, each sees one cluster, with the pre-activation h_i there and the output
   weight h_i/s; the labels make the residuals -p_i.  With

     lambda eps = s (p_1^3 + p_2^3),   lambda >= 1 + eps + s,   2 p_i h_i^2 = lambda - 1 - eps + s p_i^2

   the Hessian is at most lambda  [clusters_hessian], 2L = p_1^3 + p_2^3  [clusters_loss] and
   1 + 2|f|_S = lambda + s (p_1^3 + p_2^3) - eps  [clusters_norm].  So for small eps every constant below
   (1/2) sqrt(p_1^3 + p_2^3) = (1/2) sqrt(1 - 3/N + 3/N^2) fails  [opposed_clusters, lower_end]; it is 1/4
   for N = 2  [best_for_two], and tends to 1/2  [half_fails_below, best_possible]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound BeyondInterpolation BestConstant Evaluation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* |w| gt(w/|w|, -b/|w|), for a neuron with weights w and bias b *)
Lemma one_sided_weightE (R : rcfType) d n (x : 'I_n.+1 -> 'rV[R]_d) (w : 'rV[R]_d) b : w != 0 ->
  nrm w * one_sided_weight x ((nrm w)^-1 *: w) (- b / nrm w) =
  mean (fun j => relu (dot w (x j) + b)) *
  Num.sqrt (mean (fun j => step (dot w (x j) + b)) ^+ 2 +
    dot (vmean (fun j => step (dot w (x j) + b) *: x j)) (vmean (fun j => step (dot w (x j) + b) *: x j))).
Proof.
move=> w0; have c0 : 0 < nrm w.
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
have E j : nrm w * (dot ((nrm w)^-1 *: w) (x j) - - b / nrm w) = dot w (x j) + b.
  by rewrite mulrBr (ipZl (dot_ip R d)) mulVKf ?gt_eqF // mulNr mulrN opprK mulrC divfK ?gt_eqF.
have S j : indicator x ((nrm w)^-1 *: w) (- b / nrm w) j = step (dot w (x j) + b).
  by rewrite -indicator_step -E stepZ.
rewrite /one_sided_weight mulrA -meanZ /probability (@eq_mean _ _ _ _ S); congr (_ * Num.sqrt (_ + _)).
  by apply: eq_mean => j; rewrite -reluZ ?E // ltW.
have -> // : masked_mean x ((nrm w)^-1 *: w) (- b / nrm w) = vmean (fun j => step (dot w (x j) + b) *: x j).
by congr (_ *: _); apply: eq_bigr => j _; rewrite S.
Qed.

(* twice the gap times 1 + eps, as a sum of squares *)
Section CompletedSquares.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Lemma completed_squares (lam eps s p0 p1 h0 h1 c0 c1 l0 l1 a0 a1 e : R) :
  0 < eps -> 0 <= lam -> s * p0 ^+ 2 <= lam -> s * p1 ^+ 2 <= lam -> p0 + p1 = 1 ->
  lam * eps = s * (p0 ^+ 3 + p1 ^+ 3) ->
  2 * p0 * h0 ^+ 2 = lam - 1 - eps + s * p0 ^+ 2 -> 2 * p1 * h1 ^+ 2 = lam - 1 - eps + s * p1 ^+ 2 ->
  p0 * ((h0 * c0 + h0 * l0 + e) ^+ 2 - 2 * p0 * (c0 * (s * l0))) +
  p1 * ((h1 * c1 + h1 * l1 + e) ^+ 2 - 2 * p1 * (c1 * (s * l1))) <=
  lam * (l0 ^+ 2 + a0 ^+ 2 + c0 ^+ 2 + (l1 ^+ 2 + a1 ^+ 2 + c1 ^+ 2) + e ^+ 2).
Proof.
move=> eps0 lam0 q0 q1 ss sc e0 e1; rewrite -subr_ge0; set gap := _ - _.
have m0 : 0 < 2 * (1 + eps) by rewrite mulr_gt0 ?ltr0n // addr_gt0 ?ltr01.
rewrite -(pmulr_rge0 _ m0).
have -> : 2 * (1 + eps) * gap =
  2 * (1 + eps) * lam * (a0 ^+ 2 + a1 ^+ 2) +
  ((1 + eps) * (c0 + l0) - 2 * p0 * h0 * e) ^+ 2 + ((1 + eps) * (c1 + l1) - 2 * p1 * h1 * e) ^+ 2 +
  (1 + eps) * ((lam - s * p0 ^+ 2) * (c0 - l0) ^+ 2 + (lam - s * p1 ^+ 2) * (c1 - l1) ^+ 2) -
  (1 + eps) * ((2 * p0 * h0 ^+ 2 - (lam - 1 - eps + s * p0 ^+ 2)) * (c0 + l0) ^+ 2 +
    (2 * p1 * h1 ^+ 2 - (lam - 1 - eps + s * p1 ^+ 2)) * (c1 + l1) ^+ 2) +
  2 * e ^+ 2 * ((lam * eps - s * (p0 ^+ 3 + p1 ^+ 3)) - lam * (p0 + p1 - 1)
    - p0 * (2 * p0 * h0 ^+ 2 - (lam - 1 - eps + s * p0 ^+ 2))
    - p1 * (2 * p1 * h1 ^+ 2 - (lam - 1 - eps + s * p1 ^+ 2))) by rewrite /gap; rcf_ring.
rewrite ss sc e0 e1 !subrr !(mul0r, mulr0, subr0, addr0).
have e00 : 0 <= 1 + eps by rewrite addr_ge0 ?ler01 // ltW.
apply: addr_ge0; last first.
  apply: mulr_ge0 => //; apply: addr_ge0; apply: mulr_ge0; rewrite ?subr_ge0 //; exact: sqr_ge0.
apply: addr_ge0; last exact: sqr_ge0.
apply: addr_ge0; last exact: sqr_ge0.
apply: mulr_ge0; last by apply: addr_ge0; exact: sqr_ge0.
by apply: mulr_ge0 lam0; apply: mulr_ge0; rewrite ?ler0n.
Qed.
End CompletedSquares.

Section OpposedClusters.
Variables (R : rcfType) (n : nat) (r lam eps : R).
Add Ring the_ring : (rcf_ring_theory R).
Let N : R := n.+2%:R.
Let N0 : 0 < N := n1_gt0 R n.+1.
Let one : 'I_2 := lift ord0 ord0.
Let s : R := Num.sqrt (1 + r ^+ 2).

(* the cluster of a datum, its place and its share of the data; the other cluster *)
Definition cluster (j : 'I_n.+2) : 'I_2 := if j == ord0 then ord0 else one.
Definition place (i : 'I_2) : R := if i == ord0 then r else - r.
Definition share (i : 'I_2) : R := if i == ord0 then N^-1 else 1 - N^-1.
Definition sum_of_cubes : R := share ord0 ^+ 3 + share one ^+ 3.
Let other (i : 'I_2) : 'I_2 := if i == ord0 then one else ord0.

Definition own_activation i : R := Num.sqrt ((lam - 1 - eps + s * share i ^+ 2) / (2 * share i)).
Let h := own_activation.
(* data, network, labels *)
Definition clusters_data (j : 'I_n.+2) : 'rV[R]_1 := const_mx (place (cluster j)).
Definition clusters_net : parameters R 1 2 :=
  net1 [:: h ord0 / r; - (N ^+ 2 * h one / r)] [:: 0; - ((N ^+ 2 - 1) * h one)] [:: h ord0 / s; h one / s] 2 0.
Definition clusters_labels j : R := shallow_net clusters_net (clusters_data j) + share (cluster j).
Let x := clusters_data.
Let p := clusters_net.
Let y := clusters_labels.

Hypothesis r0 : 0 < r.
Hypothesis eps0 : 0 < eps.
Hypothesis scale : lam * eps = s * sum_of_cubes.
Hypothesis large : 1 + eps + s <= lam.

Lemma s2 : s ^+ 2 = 1 + r ^+ 2.
Proof. by rewrite sqr_sqrtr // addr_ge0 ?ler01 ?sqr_ge0. Qed.
Lemma s_gt0 : 0 < s. Proof. by rewrite sqrtr_gt0 ltr_spaddl ?ltr01 ?sqr_ge0. Qed.
Lemma two_cases (Q : 'I_2 -> Prop) : Q ord0 -> Q one -> forall i, Q i.
Proof.
move=> q0 q1 i; have [->|i0] := eqVneq i ord0; first exact: q0.
by rewrite (_ : i = one) //; apply: val_inj; case: i i0 => [[|[|]]].
Qed.
Lemma share_gt0 i : 0 < share i.
Proof.
rewrite /share; case: ifP => _; first by rewrite invr_gt0.
by rewrite subr_gt0 invf_lt1 // ltr1n.
Qed.
Lemma share_sum : share ord0 + share one = 1. Proof. by rewrite /share /= addrC subrK. Qed.
Lemma share_le1 i : share i <= 1.
Proof.
move: i; apply: two_cases; rewrite -share_sum ?ler_addl ?ler_addr; exact/ltW/share_gt0.
Qed.
Lemma h_square i : 2 * share i * h i ^+ 2 = lam - 1 - eps + s * share i ^+ 2.
Proof.
have q0 : 0 < 2 * share i by rewrite mulr_gt0 ?ltr0n ?share_gt0.
rewrite sqr_sqrtr; first by rewrite mulrC divfK ?gt_eqF.
rewrite divr_ge0 ?(ltW q0) // addr_ge0 //; last by rewrite mulr_ge0 ?sqr_ge0 // ltW // s_gt0.
rewrite -addrA -opprD subr_ge0; apply: le_trans large; rewrite ler_addl ltW //; exact: s_gt0.
Qed.
Lemma h_gt0 i : 0 < h i.
Proof.
rewrite sqrtr_gt0 divr_gt0 ?mulr_gt0 ?ltr0n ?share_gt0 //.
rewrite ltr_spaddr ?mulr_gt0 ?exprn_gt0 ?share_gt0 ?s_gt0 //.
rewrite -addrA -opprD subr_ge0; apply: le_trans large; rewrite ler_addl ltW //; exact: s_gt0.
Qed.

Lemma share_one : share one = n.+1%:R / N.
Proof.
rewrite /share /= -[LHS](mulfK (lt0r_neq0 N0)) mulrBl mul1r mulVf ?gt_eqF //; congr (_ / _).
by rewrite /N -[n.+2]addn1 natrD addrK.
Qed.

(* means over the clusters *)
Lemma mean_clusters (F : 'I_2 -> R) :
  mean (fun j => F (cluster j)) = share ord0 * F ord0 + share one * F one.
Proof.
rewrite /mean big_ord_recl (eq_bigr (fun=> F one)) // sumr_const card_ord share_one mulrDl; congr (_ + _).
  by rewrite /share /= mulrC.
by rewrite -[F one *+ _]mulr_natl mulrAC.
Qed.
Lemma vmean_clusters (F : 'I_2 -> R) :
  vmean (fun j => F (cluster j) *: x j) =
  const_mx (share ord0 * (F ord0 * place ord0) + share one * (F one * place one)).
Proof.
rewrite -(mean_clusters (fun i => F i * place i)); apply/rowP => l; rewrite !mxE summxE /mean mulrC.
by congr (_ / _); apply: eq_bigr => j _; rewrite !mxE.
Qed.

(* a neuron is active at its own cluster only *)
Definition far (i : 'I_2) : R := if i == ord0 then h ord0 else (2 * N ^+ 2 - 1) * h one.
Lemma far_gt0 i : 0 < far i.
Proof.
rewrite /far; case: ifP => _; rewrite ?mulr_gt0 ?h_gt0 //.
have N1 : 1 <= N ^+ 2 by rewrite exprn_ege1 // ler1n.
by rewrite subr_gt0 (le_lt_trans N1) // ltr_pmull ?ltr1n // exprn_gt0.
Qed.
Lemma w1E i : w1 p i = const_mx (if i == ord0 then h ord0 / r else - (N ^+ 2 * h one / r)).
Proof. by move: i; apply: two_cases; apply: row1; rewrite !mkE !mxE. Qed.
Lemma b1E i : b1 p i = if i == ord0 then 0 else - ((N ^+ 2 - 1) * h one).
Proof. by move: i; apply: two_cases; rewrite mkE. Qed.
Lemma w2E i : w2 p i = h i / s.
Proof. by move: i; apply: two_cases; rewrite mkE. Qed.
Lemma preactivationE j i : preactivation p (x j) i = if cluster j == i then h i else - far i.
Proof.
rewrite /preactivation w1E b1E dot1 !mxE /far /place; have r1 := lt0r_neq0 r0.
move: i (cluster j); apply: two_cases; apply: two_cases; rewrite /= ?addr0 ?divfK //.
- by rewrite mulrN divfK.
- by rewrite mulNr divfK //; rcf_ring.
by rewrite mulrNN divfK //; rcf_ring.
Qed.
Lemma maskE j i : step (preactivation p (x j) i) = (cluster j == i)%:R.
Proof.
rewrite preactivationE /step; case: eqP => _; first by rewrite h_gt0.
by rewrite oppr_gt0 lt_gtF ?far_gt0.
Qed.
Lemma outputE j i : relu (preactivation p (x j) i) = (cluster j == i)%:R * h i.
Proof. by rewrite reluE maskE preactivationE; case: eqP; rewrite ?mul1r ?mul0r. Qed.

Theorem clusters_differentiable : differentiable_at_data x p.
Proof.
move=> j i; rewrite preactivationE; case: (cluster j == i); first by rewrite gt_eqF ?h_gt0.
by rewrite oppr_eq0 gt_eqF ?far_gt0.
Qed.
Lemma clusters_radius j : nrm (x j) = r.
Proof.
rewrite /nrm dot1 !mxE -expr2 sqrtr_sqr /place; case: ifP => _; rewrite ?normrN gtr0_norm //.
Qed.
Lemma clusters_residual j : residual x y p j = - share (cluster j).
Proof. by rewrite /residual /y /clusters_labels opprD addrA subrr add0r. Qed.
Lemma clusters_loss : 2 * loss x y p = sum_of_cubes.
Proof.
rewrite /loss mulrC divfK ?pnatr_eq0 //.
rewrite (@eq_mean _ _ _ (fun j => share (cluster j) ^+ 2)); last first.
  by move=> j; rewrite -/(residual x y p j) clusters_residual sqrrN.
by rewrite (mean_clusters (fun i => share i ^+ 2)) -!exprS.
Qed.

(* the Hessian *)
Lemma clusters_form q : hessian_form x y p q = \sum_i share i *
  ((h i * w2 q i + h i / s * (b1 q i + w1 q i 0 0 * place i) + b2 q) ^+ 2
   - 2 * share i * (w2 q i * (b1 q i + w1 q i 0 0 * place i))).
Proof.
pose F i := (h i * w2 q i + h i / s * (b1 q i + w1 q i 0 0 * place i) + b2 q) ^+ 2
   - 2 * share i * (w2 q i * (b1 q i + w1 q i 0 0 * place i)).
rewrite big_ord_recl big_ord1 -/(F ord0) -/(F one) -mean_clusters; apply: eq_mean => j.
have only (c : 'I_2) (f : 'I_2 -> R) : (forall i, i != c -> f i = 0) -> \sum_i f i = f c.
  by move=> f0; rewrite (bigD1 c) //= big1 ?addr0.
have xE : x j 0 0 = place (cluster j) by rewrite mxE.
rewrite clusters_residual /F; congr (_ ^+ 2 + _).
  have fw i : w1 (feature x p j) i = (h i / s * (cluster j == i)%:R) *: x j by rewrite w1_mk maskE w2E.
  have fb i : b1 (feature x p j) i = h i / s * (cluster j == i)%:R by rewrite b1_mk maskE w2E.
  have fa i : w2 (feature x p j) i = (cluster j == i)%:R * h i by rewrite w2_mk outputE.
  rewrite /pdot b2_mk mul1r; congr (_ + _); rewrite (only (cluster j)) => [|i ic]; rewrite fw fb fa.
    rewrite eqxx !mul1r !mulr1 (ipZl (dot_ip R 1)) dot1 xE -mulrDr addrC [place _ * _]mulrC.
    by rewrite [b1 _ _ + _]addrC.
  by rewrite eq_sym (negbTE ic) !mulr0 !mul0r scale0r (ip0l (dot_ip R 1)) !addr0.
rewrite /curvature (only (cluster j)) => [|i ic]; last by rewrite maskE eq_sym (negbTE ic) mul0r mulr0.
rewrite maskE eqxx mul1r /preactivation dot1 xE mulNr mulrN mulrA; congr (- (_ * (_ * _))).
by rewrite addrC.
Qed.

Theorem clusters_hessian q : hessian_form x y p q <= lam * pdot q q.
Proof.
rewrite clusters_form /pdot !big_ord_recl !big_ord0 !addr0 !dot1 -/one /place /=.
have sn := lt0r_neq0 s_gt0.
(* coordinates along the data and across *)
pose l i := (b1 q i + w1 q i 0 0 * place i) / s; pose a i := (b1 q i * place i - w1 q i 0 0) / s.
have lE i : b1 q i + w1 q i 0 0 * place i = s * l i by rewrite /l [s * _]mulrC divfK.
have laE i : w1 q i 0 0 * w1 q i 0 0 + b1 q i * b1 q i = l i ^+ 2 + a i ^+ 2.
  apply: (mulfI (expf_neq0 2 sn)); rewrite [RHS]mulrDr /l /a !expr_div_n.
  rewrite ![s ^+ 2 * (_ / _)]mulrC !divfK ?expf_neq0 // s2.
  have -> : r ^+ 2 = place i ^+ 2 by rewrite /place; case: ifP; rewrite ?sqrrN.
  by move: (place i) (w1 q i 0 0) (b1 q i) => c u b; rcf_ring.
have lE0 := lE ord0; have lE1 := lE one; rewrite /place /= in lE0 lE1.
have le0 i : s * share i ^+ 2 <= lam.
  apply: (@le_trans _ _ s); last by apply: le_trans large; rewrite ler_addr addr_ge0 ?ler01 // ltW.
  by rewrite -[X in _ <= X]mulr1 ler_wpmul2l ?(ltW s_gt0) // expr_le1 ?share_le1 // ltW ?share_gt0.
have lam0 : 0 <= lam by apply: le_trans (le0 ord0); rewrite mulr_ge0 ?sqr_ge0 // ltW ?s_gt0.
rewrite !laE lE0 lE1 !(mulrA (_ / s)) !divfK // -!expr2.
exact: completed_squares eps0 lam0 (le0 ord0) (le0 one) share_sum scale (h_square ord0) (h_square one).
Qed.

(* the stability norm: two hyperplanes, each neuron on the side with the smaller weight *)
Lemma w1_neq0 i : w1 p i != 0.
Proof.
have c0 i' : 0 < h i' / r by rewrite divr_gt0 ?h_gt0.
apply/eqP => /rowP /(_ 0); rewrite w1E !mxE; case: ifP => _ /eqP; first by rewrite gt_eqF.
by rewrite -mulrA oppr_eq0 gt_eqF // mulr_gt0 ?exprn_gt0.
Qed.
Lemma nrm_w1_gt0 i : 0 < nrm (w1 p i).
Proof. by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq (w1_neq0 i) => /nrm_eq0 ->. Qed.

(* means of a function that is positive at one cluster and negative at the other *)
Lemma side_weight (t : 'I_2 -> R) c : 0 < t c -> t (other c) < 0 ->
  mean (fun j => relu (t (cluster j))) *
  Num.sqrt (mean (fun j => step (t (cluster j))) ^+ 2 +
    dot (vmean (fun j => step (t (cluster j)) *: x j)) (vmean (fun j => step (t (cluster j)) *: x j))) =
  share c ^+ 2 * t c * s.
Proof.
move=> tc to.
have S i : step (t i) = (i == c)%:R.
  rewrite /step; have [->|ic] := eqVneq i c; first by rewrite tc.
  have -> : i = other c by move: i c ic {tc to}; apply: two_cases; apply: two_cases.
  by rewrite lt_gtF.
have only (F : 'I_2 -> R) : mean (fun j => (cluster j == c)%:R * F (cluster j)) = share c * F c.
  rewrite (mean_clusters (fun i => (i == c)%:R * F i)).
  by move: c {tc to S}; apply: two_cases; rewrite /= !mul0r !mul1r mulr0 ?addr0 ?add0r.
have -> : mean (fun j => relu (t (cluster j))) = share c * t c.
  by rewrite -only; apply: eq_mean => j; rewrite reluE S.
have -> : mean (fun j => step (t (cluster j))) = share c.
  by rewrite -[RHS]mulr1 -(only (fun=> 1)); apply: eq_mean => j; rewrite S mulr1.
have -> : vmean (fun j => step (t (cluster j)) *: x j) = const_mx (share c * place c).
  rewrite (vmean_clusters (fun i => step (t i))); apply: row1; rewrite !mxE !S.
  by move: c {tc to S only}; apply: two_cases; rewrite /= !mul0r !mul1r mulr0 ?addr0 ?add0r.
rewrite dot1 !mxE.
have -> : share c ^+ 2 + share c * place c * (share c * place c) = share c ^+ 2 * (1 + r ^+ 2).
  have -> : r ^+ 2 = place c ^+ 2 by rewrite /place; case: ifP; rewrite ?sqrrN.
  by move: (share c) (place c) => a b; rcf_ring.
rewrite sqrtrM ?sqr_ge0 // sqrtr_sqr gtr0_norm ?share_gt0 // -/s.
by move: (share c) (t c) s => a b e; rcf_ring.
Qed.

Lemma own_side i : nrm (w1 p i) * one_sided_weight x (direction p i) (threshold p i) =
  share i ^+ 2 * h i * s.
Proof.
rewrite /direction /threshold one_sided_weightE ?w1_neq0 //.
pose t c := if c == i then h i else - far i.
have E j : dot (w1 p i) (x j) + b1 p i = t (cluster j) by rewrite -/(preactivation _ _ _) preactivationE.
have oi : other i == i = false by move: i {t E}; apply: two_cases.
have := @side_weight t i; rewrite /t eqxx oi oppr_lt0 h_gt0 far_gt0 => /(_ isT isT) <-.
rewrite (@eq_mean _ _ _ _ (fun j => congr1 (@relu R) (E j))).
rewrite (@eq_mean _ _ _ _ (fun j => congr1 (@step R) (E j))).
rewrite (_ : vmean (fun j => step (dot _ _ + _) *: _) = vmean (fun j => step (t (cluster j)) *: x j)) //.
by congr (_ *: _); apply: eq_bigr => j _; rewrite E.
Qed.
Lemma other_side i : nrm (w1 p i) * one_sided_weight x (- direction p i) (- threshold p i) =
  share (other i) ^+ 2 * far i * s.
Proof.
have nN : nrm (- w1 p i) = nrm (w1 p i).
  by rewrite /nrm -scaleN1r (ipZl (dot_ip R 1)) (ipZr (dot_ip R 1)) !mulN1r opprK.
have -> : - direction p i = (nrm (- w1 p i))^-1 *: - w1 p i by rewrite nN scalerN.
have -> : - threshold p i = - - b1 p i / nrm (- w1 p i) by rewrite nN /threshold !mulNr.
rewrite -[X in X * _]nN one_sided_weightE ?oppr_eq0 ?w1_neq0 //.
pose t c := if c == i then - h i else far i.
have E j : dot (- w1 p i) (x j) + - b1 p i = t (cluster j).
  rewrite -scaleN1r (ipZl (dot_ip R 1)) mulN1r -opprD -/(preactivation _ _ _) preactivationE /t.
  by case: ifP; rewrite ?opprK.
have oi : other i == i = false by move: i {t E nN}; apply: two_cases.
have oo : other (other i) = i by move: i {t E nN oi}; apply: two_cases.
have := @side_weight t (other i); rewrite /t oo eqxx oi oppr_lt0 h_gt0 far_gt0 => /(_ isT isT) <-.
rewrite (@eq_mean _ _ _ _ (fun j => congr1 (@relu R) (E j))).
rewrite (@eq_mean _ _ _ _ (fun j => congr1 (@step R) (E j))).
rewrite (_ : vmean (fun j => step (dot _ _ + _) *: _) = vmean (fun j => step (t (cluster j)) *: x j)) //.
by congr (_ *: _); apply: eq_bigr => j _; rewrite E.
Qed.

Lemma smaller_side i : share i ^+ 2 * h i * s <= share (other i) ^+ 2 * far i * s.
Proof.
rewrite ler_pmul2r ?s_gt0 //; have i0 : 0 < N^-1 by rewrite invr_gt0.
move: i; apply: two_cases; rewrite /far /other /= ?share_one /share /=.
  rewrite ler_pmul2r ?h_gt0 // ler_sqr ?nnegrE ?(ltW i0) ?mulr_ge0 ?ler0n ?(ltW i0) //.
  by rewrite -[X in X <= _]mul1r ler_pmul2r // ler1n.
rewrite mulrA ler_pmul2r ?h_gt0 // expr_div_n exprVn mulrC ler_pmul2l ?invr_gt0 ?exprn_gt0 //.
have nN : n.+1%:R <= N by rewrite ler_nat.
have N1 : 1 <= N ^+ 2 by rewrite exprn_ege1 // ler1n.
apply: (@le_trans _ _ (N ^+ 2)); first by rewrite ler_sqr ?nnegrE ?ler0n.
by rewrite mulr_natl mulr2n -addrA ler_addl subr_ge0.
Qed.

Lemma two_hyperplanes i l : same_hyperplane p i l -> i = l.
Proof.
have t0 : threshold p ord0 = 0 by rewrite /threshold b1E /= oppr0 mul0r.
have t1 : threshold p one != 0.
  rewrite /threshold b1E /= opprK mulf_neq0 ?invr_neq0 ?gt_eqF ?nrm_w1_gt0 //.
  rewrite mulr_gt0 ?h_gt0 // subr_gt0 exprn_egt1 // ltr1n //.
rewrite /same_hyperplane; move: i l; apply: two_cases; apply: two_cases => //.
  by case/orP=> /andP[_]; rewrite t0 eq_sym ?oppr_eq0 (negbTE t1).
by case/orP=> /andP[_]; rewrite t0 ?oppr0 (negbTE t1).
Qed.

Theorem clusters_norm : 1 + 2 * stability_norm x p = lam + s * sum_of_cubes - eps.
Proof.
have own i : representative p i = i by apply: two_hyperplanes; apply: representative_same.
have merged i : merged_amplitude p i = amplitude p i.
  by rewrite /merged_amplitude (eq_bigl (pred1 i)) ?big_pred1_eq // => l; rewrite own.
have term i : `|merged_amplitude p i| * weight x (direction p i) (threshold p i) = share i ^+ 2 * h i ^+ 2.
  have -> : weight x (direction p i) (threshold p i) = one_sided_weight x (direction p i) (threshold p i).
    by apply: min_l; rewrite -(ler_pmul2l (nrm_w1_gt0 i)) own_side other_side smaller_side.
  rewrite merged /amplitude normrM (gtr0_norm (nrm_w1_gt0 i)) -mulrA own_side w2E.
  rewrite gtr0_norm ?divr_gt0 ?h_gt0 ?s_gt0 // [_ * s]mulrC mulrA divfK ?gt_eqF ?s_gt0 //.
  by rewrite mulrCA expr2.
rewrite /stability_norm /reduced_norm big_ord_recl big_ord1 !term -/one.
have e0 := h_square ord0; have e1 := h_square one; have ss := share_sum.
rewrite /sum_of_cubes; move: (share ord0) (share one) (h ord0) (h one) e0 e1 ss => p0 p1 h0 h1 e0 e1 ss.
have -> : 1 + 2 * (p0 ^+ 2 * h0 ^+ 2 + p1 ^+ 2 * h1 ^+ 2) =
  1 + p0 * (2 * p0 * h0 ^+ 2) + p1 * (2 * p1 * h1 ^+ 2) by rcf_ring.
rewrite e0 e1; apply/eqP; rewrite -subr_eq0; apply/eqP.
have -> : 1 + p0 * (lam - 1 - eps + s * p0 ^+ 2) + p1 * (lam - 1 - eps + s * p1 ^+ 2) -
  (lam + s * (p0 ^+ 3 + p1 ^+ 3) - eps) = (p0 + p1 - 1) * (lam - 1 - eps) by rcf_ring.
by rewrite ss subrr mul0r.
Qed.

(* so this bound with the constant c fails *)
Theorem clusters_fail c : eps < s * sum_of_cubes - 2 * c * s * Num.sqrt (2 * loss x y p) ->
  lam / 2 - 2^-1 + c * s * Num.sqrt (2 * loss x y p) < stability_norm x p.
Proof.
move=> hc; have h2 : (2 : R)^-1 * 2 = 1 by rewrite mulVf ?pnatr_eq0.
rewrite -(ltr_pmul2l (_ : 0 < 2)) ?ltr0n // -(ltr_add2l 1) clusters_norm.
move: hc; move: (Num.sqrt _) => t hc.
have -> : 1 + 2 * (lam / 2 - 2^-1 + c * s * t) = lam + 2 * c * s * t.
  transitivity (1 - (2^-1 * 2) + (2^-1 * 2) * lam + 2 * c * s * t); last by rewrite h2 subrr add0r mul1r.
  by move: (2^-1 : R) => i; rcf_ring.
by rewrite -addrA ltr_add2l ltr_subr_addr addrC -ltr_subr_addr.
Qed.
End OpposedClusters.

Section LowerEnd.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).

Lemma sum_of_cubesE n : sum_of_cubes R n = 1 - 3 / n.+2%:R + 3 / n.+2%:R ^+ 2.
Proof. by rewrite /sum_of_cubes /share /= -exprVn; move: (_^-1) => i; rcf_ring. Qed.
Lemma sum_of_cubes_gt0 n : 0 < sum_of_cubes R n.
Proof. by rewrite /sum_of_cubes addr_gt0 // exprn_gt0 // share_gt0. Qed.

(* every constant below half the root of the sum of cubes fails, at a net, data and labels that are written down *)
Theorem opposed_clusters n (r c : R) : 0 < r -> 2 * c < Num.sqrt (1 - 3 / n.+2%:R + 3 / n.+2%:R ^+ 2) ->
  exists lam eps, let x := @clusters_data R n r in let p := @clusters_net R n r lam eps in
  let y := @clusters_labels R n r lam eps in
  [/\ differentiable_at_data x p, forall j, nrm (x j) = r, forall q, hessian_form x y p q <= lam * pdot q q &
  lam / 2 - 2^-1 + c * Num.sqrt (1 + r ^+ 2) * Num.sqrt (2 * loss x y p) < stability_norm x p].
Proof.
move=> r0; rewrite -sum_of_cubesE => hc; set s := Num.sqrt (1 + r ^+ 2).
have s0 : 0 < s := s_gt0 r; set m := sum_of_cubes R n in hc; have m0 : 0 < m := sum_of_cubes_gt0 n.
set t := Num.sqrt m in hc; have t0 : 0 < t by rewrite sqrtr_gt0.
have tt : t ^+ 2 = m by rewrite sqr_sqrtr // ltW.
have gap0 : 0 < s * t * (t - 2 * c) by rewrite !mulr_gt0 // subr_gt0.
have s20 : 0 < 2 + s by rewrite addr_gt0 ?ltr0n.
pose eps := Num.min (s * m / (2 + s)) (s * t * (t - 2 * c) / 2).
have eps0 : 0 < eps by rewrite lt_minr !divr_gt0 ?mulr_gt0 ?ltr0n // subr_gt0.
have eps1 : eps <= s * m / (2 + s) by rewrite le_minl lexx.
have eps2 : eps < s * t * (t - 2 * c).
  apply: (@le_lt_trans _ _ (s * t * (t - 2 * c) / 2)); first by rewrite le_minl lexx orbT.
  by rewrite ltr_pdivr_mulr ?ltr0n // ltr_pmulr // ltr1n.
have m1 : m <= 1.
  have share0 := share_gt0 R n; have share1 := share_le1 R n; have ss := share_sum R n.
  rewrite /m /sum_of_cubes -ss ler_add //; rewrite -[X in _ <= X]mulr1 exprS ler_pmul2l //;
    by rewrite expr_le1 // ltW.
have eps3 : eps <= 1.
  apply: le_trans eps1 _; rewrite ler_pdivr_mulr // mul1r; apply: (@le_trans _ _ s).
    by rewrite -[X in _ <= X]mulr1 ler_pmul2l.
  by rewrite ler_addr ler0n.
pose lam := s * m / eps.
have scale : lam * eps = s * m by rewrite divfK ?gt_eqF.
have large : 1 + eps + s <= lam.
  rewrite ler_pdivl_mulr // mulrC; apply: (@le_trans _ _ (eps * (2 + s))).
    by rewrite ler_pmul2l // ler_add2r ler_add2l.
  by rewrite -ler_pdivl_mulr.
exists lam, eps => /=; split.
- exact: clusters_differentiable.
- exact: clusters_radius.
- exact: clusters_hessian.
apply: clusters_fail => //; rewrite clusters_loss -/m -/s -/t -tt.
by apply: lt_le_trans eps2 _; rewrite le_eqVlt; apply/orP; left; apply/eqP; rcf_ring.
Qed.

(* a constant that is right for n+2 data is not smaller than the lower end *)
Theorem lower_end n (c : R) : right_constant n.+1 c ->
  2^-1 * Num.sqrt (1 - 3 / n.+2%:R + 3 / n.+2%:R ^+ 2) <= c.
Proof.
move=> h; rewrite leNgt; apply/negP; rewrite [2^-1 * _]mulrC ltr_pdivl_mulr ?ltr0n // mulrC => hc.
have [lam [eps [off hr hlam]]] := opposed_clusters ltr01 hc.
have hr' j : nrm (@clusters_data R n 1 j) <= 1 by rewrite hr.
by have := h _ _ _ _ _ _ _ off hr' hlam; rewrite leNgt => /negP.
Qed.

(* no constant below 1/2 is right for all sizes: the net, the data and the labels in which it fails *)
Theorem half_fails_below (c : R) : archimedean R -> c < 2^-1 -> exists n lam eps,
  let x := @clusters_data R n 1 in let p := @clusters_net R n 1 lam eps in
  let y := @clusters_labels R n 1 lam eps in
  [/\ differentiable_at_data x p, forall j, nrm (x j) = 1, forall q, hessian_form x y p q <= lam * pdot q q &
  lam / 2 - 2^-1 + c * Num.sqrt (1 + 1 ^+ 2) * Num.sqrt (2 * loss x y p) < stability_norm x p].
Proof.
move=> arch hc; suff [n hn] : exists n, 2 * c < Num.sqrt (1 - 3 / n.+2%:R + 3 / n.+2%:R ^+ 2).
  by exists n; apply: opposed_clusters ltr01 hn.
have c1 : 2 * c < 1 by rewrite mulrC -ltr_pdivl_mulr ?ltr0n // mul1r.
have [c0|c0] := ltP c 0.
  exists 0%N; apply: (@lt_le_trans _ _ 0); last exact: sqrtr_ge0.
  by rewrite pmulr_rlt0 ?ltr0n.
have c20 : 0 <= 2 * c by rewrite mulr_ge0 ?ler0n.
have gap : 0 < 1 - (2 * c) ^+ 2 by rewrite subr_gt0 expr_lt1.
have [n hn] := arch (3 / (1 - (2 * c) ^+ 2)); exists n.
rewrite -[X in X < _]ger0_norm // -sqrtr_sqr ltr_sqrt; last first.
  by rewrite -sum_of_cubesE sum_of_cubes_gt0.
apply: (@lt_le_trans _ _ (1 - 3 / n.+2%:R)); last first.
  by rewrite ler_addl divr_ge0 ?ler0n // sqr_ge0.
rewrite ltr_subr_addr addrC -ltr_subr_addr ltr_pdivr_mulr ?ltr0Sn // mulrC -ltr_pdivr_mulr //.
by apply: lt_le_trans hn _; rewrite ler_nat -addn2 leq_addr.
Qed.

(* the best constant for two data *)
Theorem best_for_two (c : R) : right_constant 1 c <-> 1 / 4 <= c.
Proof.
have root : 2^-1 * Num.sqrt (1 - 3 / 2%:R + 3 / 2%:R ^+ 2) = 1 / 4 :> R by rational_over R.
split=> [/lower_end|hc]; first by rewrite root.
apply: right_constant_le hc _; exact: quarter_for_two.
Qed.

(* 1/2 is the best constant for data of any number *)
Theorem best_possible (c : R) : archimedean R -> (forall n, right_constant n c) <-> 1 / 2 <= c.
Proof.
move=> arch; split=> [h|hc n].
  rewrite mul1r leNgt; apply/negP => /(half_fails_below arch) [n [lam [eps [off hr hlam]]]].
  have hr' j : nrm (@clusters_data R n 1 j) <= 1 by rewrite hr.
  by have := h n.+1 _ _ _ _ _ _ _ off hr' hlam; rewrite leNgt => /negP.
move=> d k x y p lam r off hr hlam.
apply: le_trans (beyond_interpolation off hr hlam) _; rewrite ler_add2l -!mulrA ler_wpmul2r //.
  by rewrite mulr_ge0 ?sqrtr_ge0.
by rewrite -[X in X <= _]mul1r.
Qed.
End LowerEnd.

(* Controls: false neighbours *)
Section Controls.
Variable R : rcfType.
(* the constant moved: 0.49 for all sizes, 0.24 for two data, sqrt(1 - 2/N) in the upper end *)
Theorem control_constant_below_half : ~ (forall n, right_constant n (49 / 100 : R)).
Proof.
have below : 49 / 50 < Num.sqrt (1 - 3 / 100%:R + 3 / 100%:R ^+ 2) :> R.
  rewrite -[X in X < _]ger0_norm; last by rational_over R.
  by rewrite -sqrtr_sqr ltr_sqrt; rational_over R.
move=> /(_ 99%N) /lower_end; apply/negP; rewrite -ltNge.
apply: le_lt_trans (_ : 49 / 100 <= 2^-1 * (49 / 50)) _; first by rational_over R.
by rewrite ltr_pmul2l ?invr_gt0 ?ltr0n.
Qed.
Theorem control_constant_for_two : ~ right_constant 1 (6 / 25 : R).
Proof. by move=> /best_for_two; apply/negP; rewrite -ltNge; rational_over R. Qed.
Theorem control_upper_end : ~ (forall n, right_constant n (2^-1 * Num.sqrt (1 - 2 / n.+1%:R) : R)).
Proof. by move=> /(_ 1%N) /best_for_two; apply/negP; rewrite -ltNge; rational_over R. Qed.
(* a hypothesis dropped: data at any distance *)
Theorem control_no_radius :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) lam r,
     differentiable_at_data x p -> (forall q, hessian_form x y p q <= lam * pdot q q) ->
     stability_norm x p <= lam / 2 - 2^-1 + 2^-1 * Num.sqrt (1 + r ^+ 2) * Num.sqrt (2 * loss x y p)).
Proof.
move=> h; have r0 : 0 < 12 / 5 :> R by rational_over R.
have hc : 2 * (5 / 26) < Num.sqrt (1 - 3 / 2%:R + 3 / 2%:R ^+ 2) :> R by rational_over R.
have [lam [eps [off _ hlam]]] := opposed_clusters r0 hc.
have := h _ _ _ _ _ _ _ 0 off hlam; move: (Num.sqrt (2 * _)) (stability_norm _ _) => t norm.
have -> : 5 / 26 * Num.sqrt (1 + (12 / 5) ^+ 2) = 2^-1 :> R by rational_over R.
have -> : 2^-1 * Num.sqrt (1 + 0 ^+ 2) = 2^-1 :> R by rational_over R.
by rewrite leNgt => /negP.
Qed.
End Controls.
