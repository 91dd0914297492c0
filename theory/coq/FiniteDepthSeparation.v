(* depth-separation on finite data: the 3 x 3 grid {-1,0,1}^2 with label 1 at the origin and 0 elsewhere.

   Every shallow net that interpolates these nine data, of any width, has

     |f|_S >= 8 sqrt 17 / 81                                                  [grid_norm]

   so that none of them is a stable minimum for eta >= 1.103 [grid_no_stable_minimum] (above
   1/(8 sqrt 17 / 81 + 1/2) = 1.1022...).  The certificate is mu = delta_0 - (1/4) sum delta_{+-e_i}.

   For v = (p,q), with r = -4 <relu(<v,.> - b), mu>, S = sum_j (<v,x_j> - b)_+ and
   Q = (#A)^2 + |sum_A x_j|^2, the inequality |<relu(<v,.> - b), mu>| <= M g(v,b), M = 81/(8 sqrt 17), is

     2 sqrt 17 r <= S sqrt Q .

   By the symmetries of the grid p >= q >= 0.  For b >= p: r = 0.  For q <= b < p: S >= 3r and Q >= 9.
   For b < q: S >= 2r and Q >= 17.  The bounds of Q are Cauchy-Schwarz against (2,2,1) and (3,2,2). *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm StabilityInequality NondifferentiableMinima DepthSeparation Evaluation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* One half plane *)
Section HalfPlane.
Variables (R : rcfType) (b : R).
Add Ring the_ring : (rcf_ring_theory R).
Let f t := relu (t - b).
Let g t := step (t - b).
Definition grid_excess p q : R := f (p + q) + f p + f (p - q) + f q + f 0 + f (- q)
  + f (- p + q) + f (- p) + f (- p - q).
Definition grid_count p q : R := g (p + q) + g p + g (p - q) + g q + g 0 + g (- q)
  + g (- p + q) + g (- p) + g (- p - q).
Definition grid_sum1 p q : R := g (p + q) + g p + g (p - q) - g (- p + q) - g (- p) - g (- p - q).
Definition grid_sum2 p q : R := g (p + q) + g q + g (- p + q) - g (p - q) - g (- q) - g (- p - q).
Definition grid_square p q : R := grid_count p q ^+ 2 + (grid_sum1 p q ^+ 2 + grid_sum2 p q ^+ 2).
Definition cross_excess p q : R := f p + f q + f (- p) + f (- q) - 4 * f 0.

(* the symmetries of the grid *)
Lemma grid_reflect p q : [/\ grid_excess (- p) q = grid_excess p q,
  grid_square (- p) q = grid_square p q & cross_excess (- p) q = cross_excess p q].
Proof.
rewrite /grid_square /grid_excess /grid_count /grid_sum1 /grid_sum2 /cross_excess !opprK.
by split; rcf_ring.
Qed.
Lemma grid_swap p q : [/\ grid_excess q p = grid_excess p q,
  grid_square q p = grid_square p q & cross_excess q p = cross_excess p q].
Proof.
rewrite /grid_square /grid_excess /grid_count /grid_sum1 /grid_sum2 /cross_excess.
rewrite [q + p]addrC [- q + p]addrC [- q - p]addrC [q - p]addrC.
by split; rcf_ring.
Qed.

Let f_ge t : t - b <= f t. Proof. by rewrite /f /relu le_maxr lexx. Qed.
Let f_ge0 t : 0 <= f t. Proof. exact: relu_ge0. Qed.
Let f_pos t : b <= t -> f t = t - b.
Proof. by rewrite -subr_ge0 => h; rewrite /f /relu; apply/max_idPl. Qed.
Let f_neg t : t <= b -> f t = 0.
Proof. by rewrite -subr_le0 => h; rewrite /f /relu; apply/max_idPr. Qed.
Let g_ge0 t : 0 <= g t. Proof. exact: step_ge0. Qed.
Let g1 t : b < t -> g t = 1. Proof. by move=> h; rewrite /g /step subr_gt0 h. Qed.
Let g_mono s t : s <= t -> g s <= g t.
Proof.
move=> st; rewrite /g /step !subr_gt0; case: (ltP b s) => h; last exact: ler0n.
by rewrite (lt_le_trans h st).
Qed.

(* Jensen for relu *)
Lemma cross_excess_ge0 p q : 0 <= cross_excess p q.
Proof.
have J t : 2 * f 0 <= f t + f (- t).
  case: (leP 0 b) => b0; first by rewrite f_neg // mulr0 addr_ge0.
  rewrite (f_pos (ltW b0)); apply: le_trans (ler_add (f_ge t) (f_ge (- t))).
  by rewrite le_eqVlt; apply/orP; left; apply/eqP; rcf_ring.
rewrite subr_ge0; have := ler_add (J p) (J q); congr (_ <= _); rcf_ring.
Qed.

(* Cauchy-Schwarz *)
Lemma grid_square_ge c0 c1 c2 p q :
  (c0 * grid_count p q + c1 * grid_sum1 p q + c2 * grid_sum2 p q) ^+ 2 <=
  (c0 ^+ 2 + c1 ^+ 2 + c2 ^+ 2) * grid_square p q.
Proof.
rewrite /grid_square; move: (grid_count p q) (grid_sum1 p q) (grid_sum2 p q) => x y z.
rewrite -subr_ge0 (_ : _ - _ = (c0 * y - c1 * x) ^+ 2 + (c0 * z - c2 * x) ^+ 2
  + (c1 * z - c2 * y) ^+ 2); last by rcf_ring.
by rewrite !addr_ge0 ?sqr_ge0.
Qed.

Section Ordered.
Variables p q : R.
Hypotheses (q0 : 0 <= q) (qp : q <= p).
Let p0 : 0 <= p. Proof. exact: le_trans qp. Qed.
Let pq_p : p <= p + q. Proof. by rewrite ler_addl. Qed.

(* q <= b < p *)
Lemma grid_square_ge9 : b < p -> 9 <= grid_square p q.
Proof.
move=> bp; have := grid_square_ge 2 2 1 p q.
have -> : 2 ^+ 2 + 2 ^+ 2 + 1 ^+ 2 = 9 :> R by rcf_ring.
have L : 9 <= 2 * grid_count p q + 2 * grid_sum1 p q + 1 * grid_sum2 p q.
  rewrite /grid_count /grid_sum1 /grid_sum2 (g1 bp) (g1 (lt_le_trans bp pq_p)) -subr_ge0.
  have m : g (- p - q) <= g (- q) by apply: g_mono; rewrite ger_addr oppr_le0.
  rewrite (_ : _ - _ = 3 * g (p - q) + 3 * g q + 2 * g 0 + g (- p + q) + (g (- q) - g (- p - q)));
    last by rcf_ring.
  rewrite -subr_ge0 in m; apply: (addr_ge0 _ m).
  by rewrite !addr_ge0 ?mulr_ge0 ?ler0n ?g_ge0.
move=> h; have L0 : 0 <= 2 * grid_count p q + 2 * grid_sum1 p q + 1 * grid_sum2 p q.
  by apply: le_trans L; rewrite ler0n.
have := le_trans (ler_pmul (ler0n R 9) (ler0n R 9) L L).
rewrite -expr2 => /(_ _ h); rewrite ler_pmul2l ?ltr0n //.
Qed.
Lemma grid_excess_ge3 : 3 * (p - b) <= grid_excess p q.
Proof.
rewrite /grid_excess; have := ler_add (ler_add (f_ge (p + q)) (f_ge p)) (f_ge (p - q)).
rewrite (_ : _ + _ + _ = 3 * (p - b)); last by rcf_ring.
move=> h; apply: le_trans h _; rewrite -!addrA !ler_add2l ler_addl.
by rewrite !addr_ge0 ?f_ge0.
Qed.
Lemma cross_excess_middle : q <= b -> b < p -> cross_excess p q = p - b.
Proof.
move=> qb bp; have b0 : 0 <= b := le_trans q0 qb.
rewrite /cross_excess (f_pos (ltW bp)) (f_neg qb) (f_neg b0) !f_neg; first by rcf_ring.
- by apply: le_trans b0; rewrite oppr_le0.
- by apply: le_trans b0; rewrite oppr_le0.
Qed.

(* b < q *)
Lemma grid_square_ge17 : b < q -> 17 <= grid_square p q.
Proof.
move=> bq; have bp := lt_le_trans bq qp; have := grid_square_ge 3 2 2 p q.
have -> : 3 ^+ 2 + 2 ^+ 2 + 2 ^+ 2 = 17 :> R by rcf_ring.
have L : 17 <= 3 * grid_count p q + 2 * grid_sum1 p q + 2 * grid_sum2 p q.
  rewrite /grid_count /grid_sum1 /grid_sum2 (g1 bp) (g1 bq) (g1 (lt_le_trans bp pq_p)) -subr_ge0.
  have m : g (- p - q) <= g (- p) by apply: g_mono; rewrite ler_subl_addr ler_addl.
  rewrite (_ : _ - _ = 3 * g (p - q) + 3 * g 0 + g (- q) + 3 * g (- p + q)
    + (g (- p) - g (- p - q))); last by rcf_ring.
  rewrite -subr_ge0 in m; apply: (addr_ge0 _ m).
  by rewrite !addr_ge0 ?mulr_ge0 ?ler0n ?g_ge0.
move=> h; have := le_trans (ler_pmul (ler0n R 17) (ler0n R 17) L L).
rewrite -expr2 => /(_ _ h); rewrite ler_pmul2l ?ltr0n //.
Qed.
Lemma cross_excess_le : b < q -> 2 * cross_excess p q <= grid_excess p q.
Proof.
move=> bq; have bp := lt_le_trans bq qp.
have S : 3 * p + q - 4 * b <= grid_excess p q.
  have := ler_add (ler_add (ler_add (f_ge (p + q)) (f_ge p)) (f_ge (p - q))) (f_ge q).
  rewrite (_ : _ + _ + _ + _ = 3 * p + q - 4 * b); last by rcf_ring.
  move=> h; apply: le_trans h _; rewrite /grid_excess -!addrA !ler_add2l ler_addl.
  by rewrite !addr_ge0 ?f_ge0.
apply: le_trans S; rewrite /cross_excess (f_pos (ltW bp)) (f_pos (ltW bq)) -subr_ge0.
case: (leP 0 b) => b0.
  rewrite !f_neg //; first last.
  - by apply: le_trans b0; rewrite oppr_le0.
  - by apply: le_trans b0; rewrite oppr_le0.
  rewrite (_ : _ - _ = p - q) ?subr_ge0 //; rcf_ring.
have N t : 0 <= t -> f (- t) <= - b.
  move=> t0; rewrite /f /relu le_maxl oppr_ge0 (ltW b0) andbT.
  by rewrite ger_addr oppr_le0.
rewrite (f_pos (ltW b0)).
rewrite (_ : _ - _ = (p - q) + 4 * (- b) + 2 * (- b - f (- p)) + 2 * (- b - f (- q)));
  last by rcf_ring.
have := N _ p0; have := N _ q0; rewrite -!(subr_ge0 (f _)); move: (- b - f (- q)) => u u0 w0.
rewrite addr_ge0 ?mulr_ge0 ?ler0n // addr_ge0 ?mulr_ge0 ?ler0n //.
by rewrite addr_ge0 ?subr_ge0 // mulr_ge0 ?ler0n // oppr_ge0 ltW.
Qed.

Lemma grid_ordered : 2 * Num.sqrt 17 * cross_excess p q <= grid_excess p q * Num.sqrt (grid_square p q).
Proof.
have S0 : 0 <= grid_excess p q by rewrite /grid_excess !addr_ge0.
have [bq|qb] := ltP b q.
  rewrite mulrAC; apply: ler_pmul; rewrite ?sqrtr_ge0 ?mulr_ge0 ?ler0n ?cross_excess_ge0 //.
    exact: cross_excess_le.
  by rewrite ler_wsqrtr // grid_square_ge17.
have [bp|pb] := ltP b p; last first.
  have b0 : 0 <= b := le_trans p0 pb; have nb t : 0 <= t -> - t <= b.
    by move=> t0; apply: le_trans b0; rewrite oppr_le0.
  by rewrite /cross_excess !f_neg ?nb // mulr0 subr0 !addr0 mulr0 mulr_ge0 ?sqrtr_ge0.
rewrite cross_excess_middle //.
have r17 : 2 * Num.sqrt 17 <= 9 :> R.
  have -> : 9 = 2 * Num.sqrt (81 / 4) :> R by rational_over R.
  by rewrite ler_pmul2l ?ltr0n // ler_wsqrtr //; rational_over R.
apply: (@le_trans _ _ (3 * (p - b) * 3)).
  rewrite [X in _ <= X](_ : _ = 9 * (p - b)); last by rcf_ring.
  by rewrite ler_wpmul2r // subr_ge0 ltW.
apply: ler_pmul; rewrite ?ler0n ?mulr_ge0 ?ler0n ?subr_ge0 ?(ltW bp) // ?grid_excess_ge3 //.
have -> : 3 = Num.sqrt 9 :> R by rational_over R.
by rewrite ler_wsqrtr // grid_square_ge9.
Qed.
End Ordered.

Lemma grid_half_plane p q :
  2 * Num.sqrt 17 * cross_excess p q <= grid_excess p q * Num.sqrt (grid_square p q).
Proof.
have H p' q' : 0 <= p' -> 0 <= q' -> 2 * Num.sqrt 17 * cross_excess p' q' <=
    grid_excess p' q' * Num.sqrt (grid_square p' q').
  move=> p0 q0; case: (leP q' p') => [|/ltW] h; first exact: grid_ordered.
  have [<- <- <-] := grid_swap p' q'; exact: grid_ordered.
have H' p' q' : 0 <= q' -> 2 * Num.sqrt 17 * cross_excess p' q' <=
    grid_excess p' q' * Num.sqrt (grid_square p' q').
  move=> q0; case: (leP 0 p') => h; first exact: H.
  have [<- <- <-] := grid_reflect p' q'; apply: H => //; by rewrite oppr_ge0 ltW.
case: (leP 0 q) => h; first exact: H'.
have [<- <- <-] := grid_swap p q; have [<- <- <-] := grid_reflect q p.
have [<- <- <-] := grid_swap (- q) p; apply: H'; by rewrite oppr_ge0 ltW.
Qed.
End HalfPlane.

(* The certificate *)
Section Grid.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Definition grid_points : seq (seq R) :=
  [:: [:: 1; 1]; [:: 1; 0]; [:: 1; -1]; [:: 0; 1]; [:: 0; 0]; [:: 0; -1];
      [:: -1; 1]; [:: -1; 0]; [:: -1; -1]].
Definition grid : 'I_9 -> 'rV[R]_2 := @data R 2 grid_points 8.
Definition grid_label (j : 'I_9) : R := (val j == 4)%N%:R.
(* 4 mu *)
Definition grid_charge (j : 'I_9) : R := nth 0 [:: 0; -1; 0; -1; 4; -1; 0; -1; 0] j.

(* <v, x_j> *)
Let products (p q : R) := [:: p + q; p; p - q; q; 0; - q; - p + q; - p; - p - q].
Lemma grid_product p q b (j : 'I_9) :
  list_excess 2 grid_points [:: p; q] b j = nth 0 (products p q) j - b.
Proof.
rewrite /list_excess !big_ord_recl big_ord0.
by case: j => [[|[|[|[|[|[|[|[|[|//]]]]]]]]] hj]; congr (_ - _); rewrite /=; rcf_ring.
Qed.
Lemma row2 (v : 'rV[R]_2) : v = point 2 [:: v 0 0; v 0 (lift ord0 ord0)].
Proof.
apply/rowP => l; rewrite mxE; case: l => [[|[|//]] hl] /=; congr (v _ _); exact: val_inj.
Qed.

Lemma grid_weight p q b : one_sided_weight grid (point 2 [:: p; q]) b =
  grid_excess b p q * Num.sqrt (grid_square b p q) / 81.
Proof.
rewrite /grid one_sided_weight_lists.
under [X in X / _ * _]eq_bigr => j _ do rewrite grid_product.
under [X in _ * Num.sqrt ((X / _) ^+ 2 + _)]eq_bigr => j _ do rewrite grid_product.
under [X in _ * Num.sqrt (_ + X)]eq_bigr => l _ do under eq_bigr => j _ do rewrite grid_product.
rewrite !(big_ord_recl, big_ord0) /=.
rewrite [X in X / 9 * _](_ : _ = grid_excess b p q); last by rewrite /grid_excess; rcf_ring.
rewrite [X in Num.sqrt ((X / 9) ^+ 2 + _)](_ : _ = grid_count b p q); last by rewrite /grid_count; rcf_ring.
rewrite [X in Num.sqrt (_ + ((X / 9) ^+ 2 + _))](_ : _ = grid_sum1 b p q);
  last by rewrite /grid_sum1; rcf_ring.
rewrite [X in Num.sqrt (_ + (_ + ((X / 9) ^+ 2 + 0)))](_ : _ = grid_sum2 b p q);
  last by rewrite /grid_sum2; rcf_ring.
rewrite addr0 !expr_div_n -!mulrDl -/(grid_square b p q).
have Q0 : 0 <= grid_square b p q by rewrite /grid_square !addr_ge0 ?sqr_ge0.
rewrite -exprVn sqrtrM // sqrtr_sqr ger0_norm ?invr_ge0 ?ler0n //.
rewrite mulf_div -natrM //.
Qed.

Lemma grid_ridge p q b :
  ridge_integral grid grid_charge (point 2 [:: p; q]) b = - cross_excess b p q.
Proof.
rewrite /ridge_integral /integral.
under eq_bigr => j _ do rewrite dot_point -/(list_excess 2 grid_points [:: p; q] b j) grid_product.
rewrite !(big_ord_recl, big_ord0) /grid_charge /= /cross_excess; rcf_ring.
Qed.
Lemma grid_affine : annihilates_affine grid grid_charge.
Proof.
split; first by rewrite !(big_ord_recl, big_ord0) /grid_charge /=; rational_over R.
apply/rowP => l; rewrite summxE !(big_ord_recl, big_ord0) /grid_charge !mxE.
by case: l => [[|[|//]] hl] /=; rational_over R.
Qed.

Lemma grid_certificate v b :
  `|ridge_integral grid grid_charge v b| <= 81 / (2 * Num.sqrt 17) * weight grid v b.
Proof.
have s0 : 0 < 2 * Num.sqrt 17 :> R by rewrite mulr_gt0 ?sqrtr_gt0 ?ltr0n.
have one w c : `|ridge_integral grid grid_charge w c| <=
    81 / (2 * Num.sqrt 17) * one_sided_weight grid w c.
  rewrite (row2 w); move: (w 0 0) (w 0 _) => p q.
  rewrite grid_ridge normrN ger0_norm ?cross_excess_ge0 // grid_weight.
  rewrite mulrAC ler_pdivl_mulr // [81 * _]mulrC divfK ?pnatr_eq0 // mulrC.
  exact: grid_half_plane.
rewrite /weight minEle; case: ifP => _; first exact: one.
by rewrite -(ridge_integralN grid_affine v b); apply: one.
Qed.

(* every interpolating net, of any width *)
Theorem grid_norm k (p : parameters R 2 k) :
  (forall j, shallow_net p (grid j) = grid_label j) -> 8 * Num.sqrt 17 / 81 <= stability_norm grid p.
Proof.
move=> h; have s0 : 0 < 2 * Num.sqrt 17 :> R by rewrite mulr_gt0 ?sqrtr_gt0 ?ltr0n.
have := integral_le_norm grid_affine (fun v b _ => grid_certificate v b) p.
rewrite (_ : integral _ _ _ = 4); last first.
  rewrite /integral; under eq_bigr => j _ do rewrite h.
  by rewrite !(big_ord_recl, big_ord0) /grid_charge /grid_label /=; rational_over R.
rewrite mulrAC ler_pdivl_mulr // => h4; rewrite ler_pdivr_mulr ?ltr0n // [X in _ <= X]mulrC.
by apply: le_trans h4; rewrite mulrA -natrM.
Qed.
End Grid.

(* none of them is a minimum that is stable at a larger step size: differentiable ... *)
Section Stable.
Variables (R : rcfType) (k : nat) (p : parameters R 2 k) (eta : R).
Hypothesis eta_gt0 : 0 < eta.
Let bound : stability_norm (@grid R) p <= 1 / eta - 2^-1 ->
  8 * Num.sqrt 17 / 81 <= stability_norm (@grid R) p -> eta < 1103 / 1000.
Proof.
move=> h1 h2; have := le_trans h2 h1; rewrite ler_subr_addr mul1r => h.
have e : 1000 / 1103 < eta^-1.
  apply: lt_le_trans h; rewrite -ltr_subl_addr ltr_pdivl_mulr ?ltr0n //.
  have r : 103 / 25 <= Num.sqrt 17 :> R.
    have -> : 103 / 25 = Num.sqrt ((103 / 25) ^+ 2) :> R by rational_over R.
    by rewrite ler_wsqrtr //; rational_over R.
  apply: (@lt_le_trans _ _ (8 * (103 / 25))); first by rational_over R.
  by rewrite ler_pmul2l ?ltr0n.
have -> : 1103 / 1000 = (1000 / 1103)^-1 :> R by rational_over R.
by rewrite -[eta]invrK ltf_pinv // posrE ?invr_gt0 // divr_gt0 ?ltr0n.
Qed.
Theorem grid_no_stable_minimum :
  differentiable_interpolating_minimum (@grid R) (@grid_label R) p ->
  (forall q, hessian_form (@grid R) (@grid_label R) p q <= 2 / eta * pdot q q) -> eta < 1103 / 1000.
Proof.
move=> hm hq; apply: bound; first exact: stability_inequality hm hq.
by apply: grid_norm; case: hm.
Qed.
(* ... or strongly stable *)
Theorem grid_no_strongly_stable_minimum :
  interpolating (@grid R) (@grid_label R) p ->
  strongly_stable (@grid R) (@grid_label R) eta p -> eta < 1103 / 1000.
Proof.
by move=> hi st; apply: bound; [exact: nondifferentiable_minima hi st | exact: grid_norm].
Qed.
End Stable.
