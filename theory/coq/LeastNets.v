(* exact-separation: nets that interpolate planar data, with an upper bound on their stability norm by computation.

   A net is a list of neurons a/F (p x + q y - c/D)_+ and an output bias z/F in whole numbers.  Each neuron costs
   at most |a/F| E h_+ sqrt (P^2 + |E X 1|^2) on either side h of its line, the root of a rational number; the list
   says which side                                                                      [listed_net_correct].
   Their sum is compared with a rational number, each root with a number of twelve digits [listed_net_rational]. *)
From Coq Require ZArith QArith.
Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound DepthSeparation PlanarLines LineCertificates.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.

Record neuron := Neuron { zp : Z; zq : Z; zthreshold : Z; zamplitude : Z; reversed : bool }.
Record listed_net := ListedNet { neurons_of : seq neuron; zbias : Z; zunit : Z }.
Definition no_neuron := Neuron 0 0 0 0 false.

Section Checker.
Local Open Scope Z_scope.
Variables (c : certificate) (f : listed_net).
Definition height (i : neuron) (t : datum) := zp i * zx t + zq i * zy t - zthreshold i.
Definition chosen_height i t := if reversed i then - height i t else height i t.
Definition neuron_sum (t : datum) := foldr (fun i s => zamplitude i * Z.max (height i t) 0 + s) 0 (neurons_of f).
Definition interpolates_ok := all (fun t => label_scale c * (neuron_sum t + zbias f * scale_of c) =?
   zlabel t * scale_of c * zunit f) (data_of c).
Definition cost_num i :=
  let s := zsum (data_of c) (fun t => Z.max (chosen_height i t) 0) in
  let A t := 0 <? chosen_height i t in
  let p := zmasked (data_of c) A (fun=> 1) * scale_of c in
  let u := zmasked (data_of c) A zx in let v := zmasked (data_of c) A zy in
  zamplitude i * zamplitude i * (s * s) * (p * p + (u * u + v * v)).
Definition cost_den := let n := zsize (data_of c) in let e := zunit f * n * n * scale_of c * scale_of c in e * e.
Definition net_ok := [&& 0 <? scale_of c, 0 <? label_scale c, 0 <? zunit f & interpolates_ok].
End Checker.

Local Open Scope ring_scope.
Section Net.
Variables (R : rcfType) (n k : nat) (c : certificate) (f : listed_net).
Add Ring the_ring : (rcf_ring_theory R).
Local Notation of_Z := (@of_Z R).
Let D : R := of_Z (scale_of c).
Let F : R := of_Z (zunit f).
Definition neuron_at (i : 'I_k) := nth no_neuron (neurons_of f) i.
Local Notation x := (@certified_point R n c).
Local Notation y := (@certified_label R n c).
Definition listed_parameters : parameters R 2 k :=
  mkparameters (fun i => \row_l (if l == 0 then of_Z (zp (neuron_at i)) else of_Z (zq (neuron_at i))))
    (fun i => - (of_Z (zthreshold (neuron_at i)) / D)) (fun i => of_Z (zamplitude (neuron_at i)) / F) (of_Z (zbias f) / F).
Local Notation p := listed_parameters.
Hypotheses (size_data : size (data_of c) = n.+1) (size_net : size (neurons_of f) = k).
Hypotheses (D0 : 0 < D) (F0 : 0 < F) (E0 : 0 < of_Z (label_scale c)).
Let DV0 : 0 < D^-1. Proof. by rewrite invr_gt0. Qed.

Lemma listed_height i j : preactivation p (x j) i = D^-1 * of_Z (height (neuron_at i) (datum_at c j)).
Proof.
rewrite /preactivation !mkE /dot !big_ord_recl big_ord0 !mxE /= /height /Z.sub !of_ZD of_ZN !of_ZM.
by move: (D^-1) => e; move: (of_Z _) (of_Z _) (of_Z _) (of_Z _) (of_Z _) => *; rcf_ring.
Qed.
Lemma of_neuron_sum t : of_Z (neuron_sum f t) =
  \sum_i of_Z (zamplitude (neuron_at i)) * relu (of_Z (height (neuron_at i) t)).
Proof.
pose g s := of_Z (zamplitude s) * relu (of_Z (height s t)).
rewrite /neuron_at -size_net -(big_mkord xpredT (fun l => g (nth no_neuron (neurons_of f) l))) -(big_nth _ xpredT g).
rewrite /neuron_sum; elim: (neurons_of f) => [|s r IH] /=; first by rewrite big_nil of_Z0.
by rewrite big_cons of_ZD of_ZM of_Z_relu IH.
Qed.
Lemma listed_interpolates : interpolates_ok c f -> interpolating x y p.
Proof.
move=> /(all_nthP no_datum) ok j; have {ok} := ok j; rewrite size_data => /(_ (ltn_ord j)) /Z.eqb_eq.
rewrite -/(datum_at c j) => /(congr1 of_Z); rewrite !(of_ZM, of_ZD) of_neuron_sum -/D -/F => ok.
rewrite /shallow_net (eq_bigr (fun i => (F^-1 * D^-1) * (of_Z (zamplitude (neuron_at i)) *
   relu (of_Z (height (neuron_at i) (datum_at c j)))))); last first.
  move=> i _; rewrite listed_height reluZ ?ltW // !mkE; move: (relu _) (F^-1) (D^-1) => a b e.
  by move: (of_Z _) => *; rcf_ring.
rewrite -mulr_sumr b2_mk /certified_label; move: ok; set s := \sum_i _; move: (of_Z (zbias f)) (of_Z (zlabel _)) => b l.
move: (of_Z (label_scale c)) E0 F D F0 D0 => e e0 g d g0 d0 ok.
have en : e != 0 by rewrite gt_eqF.
have gn : g != 0 by rewrite gt_eqF.
have dn : d != 0 by rewrite gt_eqF.
apply: (mulfI en); apply: (mulfI gn); apply: (mulfI dn).
rewrite [e * (l / e)]mulrC divfK //; transitivity (l * d * g); last by rcf_ring.
rewrite -ok; have gg : g / g = 1 by rewrite mulfV.
have dd : d / d = 1 by rewrite mulfV.
move: gg dd; move: (g^-1) (d^-1) => g' d' gg dd.
transitivity (e * ((g * g') * (d * d') * s + (g * g') * (b * d))); first by rcf_ring.
by rewrite gg dd !mul1r.
Qed.

Let cost_algebra (b g t N e s q r : R) : t != 0 -> r ^+ 2 = q / (N * e) ^+ 2 ->
  (b / g * t * (t^-1 * (e^-1 * (s / N)) * r)) ^+ 2 = b ^+ 2 * s ^+ 2 * q / (g * N * N * e * e) ^+ 2.
Proof.
move=> t0 rE; have tt : t * t^-1 = 1 by rewrite mulfV.
have -> : (b / g * t * (t^-1 * (e^-1 * (s / N)) * r)) ^+ 2 =
    (t * t^-1) ^+ 2 * (b * g^-1 * (e^-1 * (s * N^-1))) ^+ 2 * r ^+ 2.
  by move: (t^-1) (g^-1) (e^-1) (N^-1) => *; rcf_ring.
rewrite tt expr1n mul1r rE -!exprVn !invfM.
by move: (g^-1) (e^-1) (N^-1) => *; rcf_ring.
Qed.

Lemma neuron_cost i : `|amplitude p i| * weight x (direction p i) (threshold p i) <=
  Num.sqrt (of_Z (cost_num c (neuron_at i)) / of_Z (cost_den c f)).
Proof.
have [w0|w0] := eqVneq (w1 p i) 0; first by rewrite amplitude_w10 // normr0 mul0r sqrtr_ge0.
have t0 : 0 < nrm (w1 p i) by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
set s := if reversed (neuron_at i) then -1 else 1 : R.
have side : weight x (direction p i) (threshold p i) <= one_sided_weight x (s *: direction p i) (s * threshold p i).
  rewrite /weight le_minl /s; case: (reversed _); last by rewrite scale1r mul1r lexx.
  by rewrite scaleN1r mulN1r lexx orbT.
apply: le_trans (ler_wpmul2l (normr_ge0 _) side) _.
have hE l : dot (s *: direction p i) (x l) - s * threshold p i =
    (nrm (w1 p i))^-1 * (D^-1 * of_Z (chosen_height (neuron_at i) (datum_at c l))).
  rewrite (ipZl (dot_ip R 2)) -mulrBr; apply: (mulfI (lt0r_neq0 t0)); rewrite mulVKf ?gt_eqF // mulrCA -pre_canon //.
  rewrite listed_height /s /chosen_height; case: (reversed _); last by rewrite mul1r.
  by rewrite of_ZN mulN1r mulrN.
rewrite one_sided_lever.
have -> : mean (fun l => relu (dot (s *: direction p i) (x l) - s * threshold p i)) =
    (nrm (w1 p i))^-1 * (D^-1 * (of_Z (zsum (data_of c) (fun t => Z.max (chosen_height (neuron_at i) t) 0)) / n.+1%:R)).
  rewrite (of_zsum R size_data) -/(mean _) -!meanZ; apply: eq_mean => l.
  by rewrite hE !reluZ ?invr_ge0 ?ltW // of_Z_relu.
rewrite (@lever_correct R n c size_data D0 _ (fun t => Z.ltb 0 (chosen_height (neuron_at i) t))); last first.
  by move=> l; rewrite -subr_gt0 hE !pmulr_rgt0 ?invr_gt0 // -(of_Z0 R) of_Z_ltE.
rewrite /amplitude normrM (gtr0_norm t0) w2_mk normrM normfV (gtr0_norm F0).
set S := of_Z (zsum _ _); set Q := _ ^+ 2 + (_ ^+ 2 + _ ^+ 2); set a := of_Z (zamplitude _); set N : R := n.+1%:R.
have S0 : 0 <= S by rewrite /S (of_zsum R size_data) sumr_ge0 // => l _; rewrite of_Z_relu relu_ge0.
have N0 : 0 < N := n1_gt0 R n.
have Q0 : 0 <= Q by rewrite !addr_ge0 ?sqr_ge0.
set L := _ * _; have L0 : 0 <= L.
  by rewrite !mulr_ge0 ?sqrtr_ge0 ?normr_ge0 ?invr_ge0 ?(ltW F0) ?(ltW D0) ?(ltW N0) ?(ltW t0).
rewrite -[L]ger0_norm // -sqrtr_sqr; apply: ler_wsqrtr; rewrite le_eqVlt; apply/orP; left; apply/eqP.
have -> : of_Z (cost_num c (neuron_at i)) = a ^+ 2 * S ^+ 2 * Q.
  by rewrite /cost_num !(of_ZM, of_ZD) -!expr2 /Q !of_ZM.
have -> : of_Z (cost_den c f) = (F * N * N * D * D) ^+ 2.
  by rewrite /cost_den !of_ZM (of_zsize R size_data) expr2.
have rE : Num.sqrt (Q / (N * D) ^+ 2) ^+ 2 = Q / (N * D) ^+ 2 by rewrite sqr_sqrtr ?divr_ge0 ?sqr_ge0.
by rewrite -[a ^+ 2]real_normK ?num_real // /L (@cost_algebra _ _ _ _ _ _ _ _ (lt0r_neq0 t0) rE).
Qed.

Lemma listed_norm : stability_norm x p <=
  \sum_(i < k) Num.sqrt (of_Z (cost_num c (neuron_at i)) / of_Z (cost_den c f)).
Proof. by apply: le_trans (stability_norm_le x p) _; apply: ler_sum => i _; apply: neuron_cost. Qed.
End Net.

Theorem listed_net_correct (R : rcfType) n c f : net_ok c f -> size (data_of c) = n.+1 ->
  exists p : parameters R 2 (size (neurons_of f)),
  interpolating (@certified_point R n c) (@certified_label R n c) p /\
  stability_norm (@certified_point R n c) p <=
    \sum_(i <- neurons_of f) Num.sqrt (@of_Z R (cost_num c i) / @of_Z R (cost_den c f)).
Proof.
move=> /and4P[D0 E0 F0 ok] size_data; exists (listed_parameters R (size (neurons_of f)) c f).
have pos a : Z.ltb 0 a -> 0 < @of_Z R a by rewrite -(of_Z_ltE R) of_Z0.
split; first exact: listed_interpolates (pos _ D0) (pos _ F0) (pos _ E0) ok.
rewrite (big_nth no_neuron) big_mkord.
exact: (@listed_norm R n (size (neurons_of f)) c f size_data (pos _ D0) (pos _ F0)).
Qed.

Section Digits.
Local Open Scope Z_scope.
Definition ten_to_12 : Z := 1000000000000.
Definition above c f i : Z := Z.sqrt (cost_num c i * (ten_to_12 * ten_to_12) / cost_den c f) + 1.
Definition upper_ok c f (q : Q) := [&& net_ok c f, 0 <? cost_den c f,
  all (fun i => (0 <=? above c f i) && (cost_num c i * (ten_to_12 * ten_to_12) <=? above c f i * above c f i * cost_den c f))
    (neurons_of f) &
  foldr (fun i s => above c f i + s) 0 (neurons_of f) * Zpos (Qden q) <=? Qnum q * ten_to_12].
End Digits.

Theorem listed_net_rational (R : rcfType) n c f q : upper_ok c f q -> size (data_of c) = n.+1 ->
  exists p : parameters R 2 (size (neurons_of f)),
  interpolating (@certified_point R n c) (@certified_label R n c) p /\
  stability_norm (@certified_point R n c) p <= of_Q R q.
Proof.
move=> /and4P[ok d0 roots total] size_data; have [p [hi norm]] := listed_net_correct R ok size_data.
exists p; split=> //; apply: le_trans norm _.
have pos a : Z.ltb 0 a -> 0 < @of_Z R a by rewrite -(of_Z_ltE R) of_Z0.
have T0 : 0 < @of_Z R ten_to_12 by apply: pos.
have {}d0 := pos _ d0.
apply: (@le_trans _ _ (@of_Z R (foldr (fun i s => Z.add (above c f i) s) Z0 (neurons_of f)) / @of_Z R ten_to_12)); last first.
  rewrite /of_Q ler_pdivr_mulr // mulrAC ler_pdivl_mulr ?of_Z_gt0 // -!of_ZM of_Z_leE; exact: total.
elim: (neurons_of f) roots {total} => [_|i r IH /= /andP[/andP[u0 le] rest]].
  by rewrite big_nil /= of_Z0 mul0r.
rewrite big_cons of_ZD mulrDl; apply: ler_add; last exact: IH.
rewrite -(of_Z_leE R) of_Z0 in u0.
have r0 : 0 <= @of_Z R (above c f i) / @of_Z R ten_to_12 by rewrite divr_ge0 // ltW.
rewrite -[X in _ <= X]ger0_norm // -sqrtr_sqr; apply: ler_wsqrtr.
rewrite ler_pdivr_mulr // expr_div_n mulrAC ler_pdivl_mulr ?exprn_gt0 // !expr2 -!of_ZM of_Z_leE.
exact: le.
Qed.
