(* five-point-separation: the moments of the five-point measure on every line, and the error they force.

   mu = delta_0 / 2 - (1/8) sum delta_(+-1/2, +-1/2).  For every unit vector v and every b

     8 |int relu(<v,z> - b) dmu| <= max(1 - sqrt 2 |b|, 0) ,

   so for every weight w of lines with w(v,b) >= g0 max(1 - sqrt 2 |b|, 0), that of the uniform
   distribution on a disc with g0 = g_R(0) among them, every shallow net of norm at most C misses the
   pyramid by (1 - C / (4 g0)) / 2 at one of the points. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm DepthSeparation Evaluation TwoLayers.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section FivePoints.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R 2.
Notation root2 := (Num.sqrt 2 : R).
Let root2_gt0 : 0 < root2. Proof. by rewrite sqrtr_gt0 ltr0n. Qed.
Let root2_sqr : root2 ^+ 2 = 2. Proof. by rewrite sqr_sqrtr ?ler0n. Qed.

Definition five_points : 'I_5 -> 'rV[R]_2 := @data R 2
  [:: [:: 0; 0]; [:: 2^-1; 2^-1]; [:: 2^-1; - 2^-1]; [:: - 2^-1; 2^-1]; [:: - 2^-1; - 2^-1]] 4.
Definition five_charges (r : 'I_5) : R := if r == 0 then 2^-1 else - 8^-1.

Lemma planar_dot (u v : 'rV[R]_2) : dot u v = u 0 0 * v 0 0 + u 0 1 * v 0 1.
Proof.
rewrite /dot !big_ord_recl big_ord0 addr0.
by rewrite (_ : lift ord0 ord0 = 1 :> 'I_2) //; apply: val_inj.
Qed.

Lemma planar_pyramid (z : 'rV[R]_2) : pyramid z = relu (1 - (`|z 0 0| + `|z 0 1|)).
Proof.
rewrite /pyramid /norm1 !big_ord_recl big_ord0 addr0.
by rewrite (_ : lift ord0 ord0 = 1 :> 'I_2) //; apply: val_inj.
Qed.

Lemma five_integralE (F : 'rV[R]_2 -> R) : integral five_points five_charges F =
  F (point 2 [:: 0; 0]) / 2 - (F (point 2 [:: 2^-1; 2^-1]) + F (point 2 [:: 2^-1; - 2^-1]) +
    F (point 2 [:: - 2^-1; 2^-1]) + F (point 2 [:: - 2^-1; - 2^-1])) / 8.
Proof.
rewrite /integral !big_ord_recl big_ord0 /five_charges /five_points /data /=.
move: (F _) (F _) (F _) (F _) (F _) => a b c e f; rcf_ring.
Qed.

Lemma five_affine : annihilates_affine five_points five_charges.
Proof.
split; first by rewrite !big_ord_recl big_ord0 /five_charges /=; rational_over R.
apply/rowP => l; rewrite summxE mxE !big_ord_recl big_ord0 /five_charges /five_points /data /=.
by case: l => [[|[|//]] l]; rewrite !mxE /=; rational_over R.
Qed.
Lemma five_variation : total_variation five_charges = 1.
Proof. by rewrite /total_variation !big_ord_recl big_ord0 /five_charges /=; rational_over R. Qed.

(* (t - b)_+ + (-t - b)_+ *)
Definition both_sides (b t : R) : R := relu (t - b) + relu (- t - b).

(* the moment of a line, oriented away from the centre *)
Lemma five_moment (v : 'rV[R]_2) b : 0 <= b -> - (8 * ridge_integral five_points five_charges v b) =
  both_sides b ((v 0 0 + v 0 1) / 2) + both_sides b ((v 0 0 - v 0 1) / 2).
Proof.
move=> b0; rewrite /ridge_integral five_integralE /both_sides.
have dotE s t : dot v (point 2 [:: s; t]) = v 0 0 * s + v 0 1 * t.
  by rewrite planar_dot !mxE.
rewrite !dotE !mulr0 addr0 sub0r.
have -> : relu (- b) = 0 by apply/max_idPr; rewrite oppr_le0.
have -> : v 0 0 / 2 + v 0 1 / 2 = (v 0 0 + v 0 1) / 2 by rcf_ring.
have -> : v 0 0 / 2 + v 0 1 * - 2^-1 = (v 0 0 - v 0 1) / 2 by rcf_ring.
have -> : v 0 0 * - 2^-1 + v 0 1 / 2 = - ((v 0 0 - v 0 1) / 2) by rcf_ring.
have -> : v 0 0 * - 2^-1 + v 0 1 * - 2^-1 = - ((v 0 0 + v 0 1) / 2) by rcf_ring.
move: (relu _) (relu _) (relu _) (relu _) => s t u w.
rewrite mul0r sub0r mulrN opprK mulrCA mulfV ?mulr1 ?pnatr_eq0 //; rcf_ring.
Qed.

Lemma both_sidesE b t : 0 <= b -> both_sides b t = relu (`|t| - b).
Proof.
move=> b0; rewrite /both_sides; have [t0|t0] := leP 0 t.
  have -> : relu (- t - b) = 0 by apply/max_idPr; rewrite -opprD oppr_le0 addr_ge0.
  by rewrite ger0_norm // addr0.
have -> : relu (t - b) = 0 by apply/max_idPr; rewrite subr_le0 (le_trans (ltW t0)).
by rewrite ltr0_norm // add0r.
Qed.

(* s and t are at most 1 / sqrt 2, and s + t at most 1 *)
Lemma sides_le (s t b : R) : 0 <= s -> 0 <= t -> s ^+ 2 + t ^+ 2 = 2^-1 -> 0 <= b ->
  relu (s - b) + relu (t - b) <= relu (1 - root2 * b).
Proof.
wlog ts : s t / t <= s => [hw s0 t0 st b0|s0 t0 st b0].
  have [ts|/ltW ts] := leP t s; first exact: hw.
  by rewrite addrC; apply: hw => //; rewrite addrC.
have R0 := ltW root2_gt0.
have pos u : b <= u -> relu (u - b) = u - b by rewrite -subr_ge0 => /max_idPl.
have neg u : u <= b -> relu (u - b) = 0 by rewrite -subr_le0 => /max_idPr.
have le_relu (u : R) : u <= relu u by rewrite /relu le_maxr lexx.
have root1 : 1 <= root2 by rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?ler01 // expr1n root2_sqr; rational_over R.
have root_le2 : root2 <= 2.
  by rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?ler0n // root2_sqr; rational_over R.
have square : 2 * (s ^+ 2 + t ^+ 2) = 1 by rewrite st mulfV ?pnatr_eq0.
have [sb|/ltW bs] := leP s b.
  by rewrite (neg _ sb) (neg _ (le_trans ts sb)) addr0 relu_ge0.
rewrite (pos s) //; have [tb|/ltW bt] := leP t b.
  rewrite neg // addr0; apply: le_trans (le_relu _); rewrite -subr_ge0.
  have -> : 1 - root2 * b - (s - b) = (1 - root2 * s) + (root2 - 1) * (s - b) by rcf_ring.
  rewrite addr_ge0 ?mulr_ge0 ?subr_ge0 //.
  rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?ler01 ?mulr_ge0 // expr1n exprMn root2_sqr -[X in _ <= X]square.
  by rewrite ler_wpmul2l ?ler0n // ler_addl sqr_ge0.
rewrite (pos t) //; apply: le_trans (le_relu _); rewrite -subr_ge0.
have -> : 1 - root2 * b - (s - b + (t - b)) = (1 - (s + t)) + (2 - root2) * b by rcf_ring.
rewrite addr_ge0 ?mulr_ge0 ?subr_ge0 //.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?ler01 ?addr_ge0 // expr1n -[X in _ <= X]square -subr_ge0.
have -> : 2 * (s ^+ 2 + t ^+ 2) - (s + t) ^+ 2 = (s - t) ^+ 2 by rcf_ring.
exact: sqr_ge0.
Qed.

(* on every line, in either orientation *)
Theorem five_moment_le (v : 'rV[R]_2) b : dot v v = 1 ->
  `|ridge_integral five_points five_charges v b| <= relu (1 - root2 * `|b|) / 8.
Proof.
wlog b0 : v b / 0 <= b => [hw vv|vv].
  have [b0|b0] := leP 0 b; first exact: hw.
  rewrite -(ridge_integralN five_affine) -[`|b|]normrN; apply: hw; first by rewrite oppr_ge0 ltW.
  by rewrite -scaleN1r (ipZl D) (ipZr D) mulrA mulN1r opprK mul1r.
rewrite (ger0_norm b0) ler_pdivl_mulr ?ltr0n // mulrC.
rewrite -[X in X * _]normr_nat -normrM -normrN five_moment // !both_sidesE //.
rewrite ger0_norm ?addr_ge0 ?relu_ge0 //; apply: sides_le => //; rewrite !real_normK ?num_real //.
move: vv; rewrite planar_dot; move: (v 0 0) (v 0 1) => p q pq; rewrite !expr_div_n -mulrDl.
have -> : (p + q) ^+ 2 + (p - q) ^+ 2 = 2 * (p * p + q * q) by rcf_ring.
by rewrite pq; rational_over R.
Qed.

Section AnyWeight.
Variables (w : 'rV[R]_2 -> R -> R) (g0 : R).
Hypotheses (g0_gt0 : 0 < g0) (weight_ge : forall v b, dot v v = 1 -> g0 * relu (1 - root2 * `|b|) <= w v b).

Lemma five_moment_weight v b : dot v v = 1 ->
  `|ridge_integral five_points five_charges v b| <= (8 * g0)^-1 * w v b.
Proof.
move=> vv; apply: le_trans (five_moment_le b vv) _.
rewrite invfM -mulrA [8^-1 * _]mulrC ler_pmul2r ?invr_gt0 ?ltr0n // ler_pdivl_mull //.
exact: weight_ge.
Qed.

Theorem five_point_error C E k (p : parameters R 2 k) : reduced_norm w p <= C ->
  (forall r, `|shallow_net p (five_points r) - pyramid (five_points r)| <= E) ->
  (1 - C / (4 * g0)) / 2 <= E.
Proof.
move=> hC hE.
have g8 : 0 <= (8 * g0)^-1 by rewrite invr_ge0 mulr_ge0 ?ler0n // ltW.
have := weak_duality five_affine five_moment_weight g8 hC hE.
rewrite five_variation mulr1 five_integralE.
have centre : relu (1 - (`|0 : R| + `|0 : R|)) = 1.
  by rewrite normr0 addr0 subr0; apply/max_idPl/ler01.
have corner (a b : R) : `|a| = 2^-1 -> `|b| = 2^-1 -> relu (1 - (`|a| + `|b|)) = 0 :> R.
  by move=> -> ->; rewrite /relu; rational_over R.
have half0 : `|2^-1| = 2^-1 :> R by rational_over R.
have half1 : `|- 2^-1| = 2^-1 :> R by rational_over R.
rewrite !planar_pyramid !mxE /= centre !corner // !addr0 mul0r subr0 -ler_subl_addl; apply: le_trans.
rewrite mulrBl -mulrA -invfM [4 * g0 * 2]mulrAC -natrM /= lexx //.
Qed.

End AnyWeight.

(* It is best possible: the net (1 + kappa) / 2 - kappa (|z_1| + |z_2|) attains it under the least such weight *)
Section BestNet.
Variables (g0 kappa : R).
Hypotheses (g0_gt0 : 0 < g0) (kappa_ge0 : 0 <= kappa) (kappa_le1 : kappa <= 1).
Definition least_weight (v : 'rV[R]_2) (b : R) := g0 * relu (1 - root2 * `|b|).
Definition best_net : parameters R 2 4 := @net R 2 [:: [:: 1; 0]; [:: -1; 0]; [:: 0; 1]; [:: 0; -1]]
  [::] [:: - kappa; - kappa; - kappa; - kappa] 4 ((1 + kappa) / 2).

Lemma best_netE z : shallow_net best_net z = (1 + kappa) / 2 - kappa * (`|z 0 0| + `|z 0 1|).
Proof.
rewrite /shallow_net /best_net /net /preactivation !big_ord_recl big_ord0 !mkE /=.
rewrite !planar_dot !mxE /= !mul1r !mul0r !mulN1r !addr0 !add0r -!relu_norm.
move: (relu _) (relu _) (relu _) (relu _) => a b c e; rcf_ring.
Qed.

Lemma best_net_norm : reduced_norm least_weight best_net <= 4 * kappa * g0.
Proof.
have least0 v b : 0 <= least_weight v b by rewrite mulr_ge0 ?relu_ge0 // ltW.
have leastN v b : least_weight (- v) (- b) = least_weight v b by rewrite /least_weight normrN.
apply: le_trans (reduced_norm_le least0 leastN best_net) _.
have unit i : nrm (w1 best_net i) = 1.
  rewrite /nrm planar_dot /best_net /net !mkE.
  by case: i => [[|[|[|[|//]]]] l]; rewrite !mxE /= ?mulrNN ?mulr1 ?mul0r ?addr0 ?add0r sqrtr1.
have b0 i : b1 best_net i = 0 by rewrite /best_net /net !mkE nth_nil.
have w2E i : w2 best_net i = - kappa by rewrite /best_net /net !mkE; case: i => [[|[|[|[|//]]]] l].
rewrite (eq_bigr (fun=> kappa * g0)) => [|i _].
  by rewrite sumr_const card_ord -mulr_natl mulrA.
rewrite /amplitude /threshold unit b0 w2E oppr0 mul0r mulr1 normrN ger0_norm //.
by rewrite /least_weight normr0 mulr0 subr0 (_ : relu 1 = 1) ?mulr1 //; last exact/max_idPl/ler01.
Qed.

Lemma best_net_error r : `|shallow_net best_net (five_points r) - pyramid (five_points r)| <= (1 - kappa) / 2.
Proof.
have half0 : `|2^-1| = 2^-1 :> R by rational_over R.
have half1 : `|- 2^-1| = 2^-1 :> R by rational_over R.
have two : 1 = 2 / 2 :> R by rewrite mulfV ?pnatr_eq0.
have gap : 0 <= (1 - kappa) / 2 by rewrite mulr_ge0 ?invr_ge0 ?ler0n // subr_ge0.
have centre : `|(1 + kappa) / 2 - kappa * (0 + 0) - relu (1 - (0 + 0))| <= (1 - kappa) / 2.
  rewrite addr0 mulr0 !subr0 (_ : relu 1 = 1); last exact/max_idPl/ler01.
  rewrite -normrN (_ : - _ = (1 - kappa) / 2 + (1 - 2 / 2)); last rcf_ring.
  by rewrite -two subrr addr0 ger0_norm.
have corner : `|(1 + kappa) / 2 - kappa * (2^-1 + 2^-1) - relu (1 - (2^-1 + 2^-1))| <= (1 - kappa) / 2.
  rewrite (_ : relu _ = 0); last by rewrite /relu; rational_over R.
  by rewrite subr0 (_ : _ - _ = (1 - kappa) / 2) ?ger0_norm //; rcf_ring.
rewrite best_netE planar_pyramid; case: r => [[|[|[|[|[|//]]]]] l]; rewrite /five_points /data /= !mxE /=;
  rewrite ?half0 ?half1 ?normr0 //.
Qed.
End BestNet.

Theorem five_point_error_attained (g0 kappa : R) : 0 < g0 -> 0 <= kappa -> kappa <= 1 ->
  exists2 p : parameters R 2 4, reduced_norm (least_weight g0) p <= 4 * kappa * g0 &
  forall r, `|shallow_net p (five_points r) - pyramid (five_points r)| <= (1 - kappa) / 2.
Proof.
by move=> g0_gt0 k0 k1; exists (best_net kappa); [apply: best_net_norm|apply: best_net_error].
Qed.

(* the same with a larger bound, and with lines of a larger moment *)
Theorem control_five_point_error : ~ (forall (w : 'rV[R]_2 -> R -> R) g0, 0 < g0 ->
  (forall v b, dot v v = 1 -> g0 * relu (1 - root2 * `|b|) <= w v b) ->
  forall C E k (p : parameters R 2 k), reduced_norm w p <= C ->
  (forall r, `|shallow_net p (five_points r) - pyramid (five_points r)| <= E) -> (1 - C / (5 * g0)) / 2 <= E).
Proof.
move=> h; have [p hC hE] := five_point_error_attained ltr01 ler01 (lexx 1).
have := h (least_weight 1) 1 ltr01 (fun v b _ => lexx _) _ _ _ p hC hE.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.
Theorem control_five_moment : ~ (forall (v : 'rV[R]_2) b, dot v v = 1 ->
  `|ridge_integral five_points five_charges v b| <= relu (1 - 3 / 2 * `|b|) / 8).
Proof.
move=> h; pose v : 'rV[R]_2 := point 2 [:: root2 / 2; root2 / 2].
have square : root2 * root2 = 2 by rewrite -expr2.
have vv : dot v v = 1.
  by rewrite planar_dot !mxE /= mulrACA square; rational_over R.
have := h v (3 / 5) vv.
rewrite (_ : relu (1 - _) = 10^-1); last by rewrite /relu; rational_over R.
apply/negP; rewrite -ltNge.
rewrite ltr_pdivr_mulr ?ltr0n // mulrC.
rewrite -[X in X * _]normr_nat -normrM -normrN five_moment; last by rational_over R.
apply: (@lt_le_trans _ _ (root2 / 2 - 3 / 5)); last first.
  rewrite !mxE /=; apply: le_trans (ler_norm _); rewrite /both_sides (_ : (root2 / 2 + root2 / 2) / 2 = root2 / 2); last first.
    by rewrite -mulrDl -mulr2n -[_ *+ 2]mulr_natr mulfK ?pnatr_eq0.
  by rewrite -!addrA /relu ler_paddr ?le_maxr ?lexx // !addr_ge0 // le_maxr lexx orbT.
rewrite -(@ltr_pmul2l _ 2) ?ltr0n // mulrBr mulrCA mulfV ?pnatr_eq0 // mulr1 ltr_subr_addr.
rewrite -(@ltr_pexpn2r _ 2) ?nnegrE ?root2_sqr //; last exact: ltW.
  by rational_over R.
by rational_over R.
Qed.
End FivePoints.
