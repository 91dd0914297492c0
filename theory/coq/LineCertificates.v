(* exact-separation: certificates of the least interpolating norm, checked by computation.

   A certificate is a list of data (x, y, label, charge) in whole numbers, the points to be divided by D and the
   labels by E, and num / den = M^2.  [certificate_ok] compares whole numbers only, and by PlanarLines.v it looks at
   the lines through two data only; where it is true every shallow net that interpolates, of any width, has
   sum charge label <= M |f|_S                                                          [certificate_correct],
   that is |f|_S >= sqrt (bound_num / bound_den)                                              [certified_root]
   and so every rational number whose square is below it                                  [certified_rational]. *)
From Coq Require ZArith QArith.
Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm DepthSeparation PlanarLines.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.

Record datum := Datum { zx : Z; zy : Z; zlabel : Z; zcharge : Z }.
Record certificate := Certificate { data_of : seq datum; scale_of : Z; label_scale : Z; num_of : Z; den_of : Z }.
Definition no_datum := Datum 0 0 0 0.

Section Checker.
Local Open Scope Z_scope.
Variables (data : seq datum) (D num den : Z).
Definition zsum (f : datum -> Z) : Z := foldr (fun t s => f t + s) 0 data.
Definition zarea a b t := (zx b - zx a) * (zy t - zy a) - (zy b - zy a) * (zx t - zx a).
Definition zplace a b t := (zx b - zx a) * (zx t - zx a) + (zy b - zy a) * (zy t - zy a).
Definition zsize := zsum (fun=> 1).
Definition zactive a b (B : datum -> bool) t := (0 <? zarea a b t) || ((zarea a b t =? 0) && B t).
Definition zmasked (A : datum -> bool) (f : datum -> Z) := zsum (fun t => if A t then f t else 0).
Definition set_ok a b B :=
  let m := zsum (fun t => zcharge t * Z.max (zarea a b t) 0) in
  let s := zsum (fun t => Z.max (zarea a b t) 0) in
  let A := zactive a b B in
  let p := zmasked A (fun=> 1) * D in let u := zmasked A zx in let v := zmasked A zy in
  den * ((zsize * zsize * D * m) * (zsize * zsize * D * m)) <=? num * (s * s) * (p * p + (u * u + v * v)).
(* [if] rather than [&&] and [||]: by [vm_compute] only one branch is evaluated *)
Definition pair_ok a b := if (zx a =? zx b) && (zy a =? zy b) then true else
  if set_ok a b (fun=> false) then all (fun m => if zarea a b m =? 0 then
     (if set_ok a b (fun t => zplace a b m <=? zplace a b t) then set_ok a b (fun t => zplace a b t <=? zplace a b m)
      else false) else true) data else false.
Definition lines_ok := all (fun a => all (pair_ok a) data) data.
Definition affine_ok := [&& zsum zcharge =? 0, zsum (fun t => zcharge t * zx t) =? 0 & zsum (fun t => zcharge t * zy t) =? 0].
Definition spanning_ok := has (fun a => has (fun b => has (fun t => ~~ (zarea a b t =? 0)) data) data) data.
End Checker.
Definition certificate_ok c := [&& Z.ltb 0 (scale_of c), Z.ltb 0 (label_scale c), Z.leb 0 (num_of c), Z.ltb 0 (den_of c),
  affine_ok (data_of c), spanning_ok (data_of c) & lines_ok (data_of c) (scale_of c) (num_of c) (den_of c)].
(* sum charge label *)
Definition pairing c := zsum (data_of c) (fun t => Z.mul (zcharge t) (zlabel t)).

Local Open Scope ring_scope.
Section Correct.
Variables (R : rcfType) (n : nat) (c : certificate).
Add Ring the_ring : (rcf_ring_theory R).
Local Notation of_Z := (@of_Z R).
Let data := data_of c.
Let D : R := of_Z (scale_of c).
Let E : R := of_Z (label_scale c).
Definition datum_at (l : 'I_n.+1) : datum := nth no_datum (data_of c) l.
(* the data and the labels *)
Definition certified_point l : 'rV[R]_2 := \row_i ((if i == 0 then of_Z (zx (datum_at l)) else of_Z (zy (datum_at l))) / D).
Definition certified_label l : R := of_Z (zlabel (datum_at l)) / E.
Hypothesis size_data : size data = n.+1.

Lemma of_Z_leE a b : (of_Z a <= of_Z b) = Z.leb a b.
Proof.
by case h: (Z.leb a b); [rewrite of_Z_le | apply/negbTE; rewrite -ltNge of_Z_lt // Z.ltb_antisym h].
Qed.
Lemma of_Z_ltE a b : (of_Z a < of_Z b) = Z.ltb a b.
Proof. by rewrite ltNge of_Z_leE Z.ltb_antisym. Qed.
Lemma of_Z_eqE a b : (of_Z a == of_Z b) = Z.eqb a b.
Proof.
rewrite eq_le !of_Z_leE; apply/idP/idP => [/andP[/Z.leb_le h /Z.leb_le h']|/Z.eqb_eq ->]; last by rewrite Z.leb_refl.
by apply/Z.eqb_eq; apply: Z.le_antisymm.
Qed.
Lemma of_Z_relu a : of_Z (Z.max a 0) = relu (of_Z a).
Proof.
rewrite /relu -of_Z0; case: (Z.leb_spec a 0) => h.
  by rewrite Z.max_r //; apply/esym/max_idPr; rewrite of_Z_leE; apply/Z.leb_le.
by rewrite Z.max_l; [apply/esym/max_idPl; rewrite of_Z_leE; apply/Z.leb_le|]; apply: Z.lt_le_incl.
Qed.
Lemma of_zsum f : of_Z (zsum data f) = \sum_l of_Z (f (datum_at l)).
Proof.
rewrite /datum_at -size_data -(big_mkord xpredT (fun l => of_Z (f (nth no_datum data l)))) -(big_nth _ xpredT (fun t => of_Z (f t))).
rewrite /zsum; elim: data => [|t r IH] /=; first by rewrite big_nil of_Z0.
by rewrite big_cons of_ZD IH.
Qed.
Lemma of_zmasked A f : of_Z (zmasked data A f) = \sum_l (A (datum_at l))%:R * of_Z (f (datum_at l)).
Proof.
rewrite of_zsum; apply: eq_bigr => l _; case: (A _); first by rewrite mul1r.
by rewrite mul0r of_Z0.
Qed.
Lemma of_zsize : of_Z (zsize data) = n.+1%:R.
Proof. by rewrite of_zsum (eq_bigr (fun=> 1)) ?sumr_const ?card_ord // => l _; rewrite of_Z1. Qed.

Hypotheses (D0 : 0 < D) (E0 : 0 < E) (num0 : 0 <= of_Z (num_of c)) (den0 : 0 < of_Z (den_of c)).
Local Notation X := (abscissa certified_point).
Local Notation Y := (ordinate certified_point).
Let XE l : X l = of_Z (zx (datum_at l)) / D. Proof. by rewrite /abscissa mxE. Qed.
Let YE l : Y l = of_Z (zy (datum_at l)) / D. Proof. by rewrite /ordinate mxE. Qed.
Let D2 : 0 < D^-1 ^+ 2. Proof. by rewrite exprn_gt0 // invr_gt0. Qed.
Let of_ZB a b : of_Z (Z.sub a b) = of_Z a - of_Z b. Proof. by rewrite /Z.sub of_ZD of_ZN. Qed.

Lemma areaE i j l : area X Y i j l = D^-1 ^+ 2 * of_Z (zarea (datum_at i) (datum_at j) (datum_at l)).
Proof.
rewrite /area !XE !YE /zarea of_ZB !of_ZM !of_ZB; move: (D^-1) => e.
by move: (of_Z _) (of_Z _) (of_Z _) (of_Z _) (of_Z _) (of_Z _) => *; rcf_ring.
Qed.
Lemma placeE i j l : place X Y i j l = D^-1 ^+ 2 * of_Z (zplace (datum_at i) (datum_at j) (datum_at l)).
Proof.
rewrite /place !XE !YE /zplace of_ZD !of_ZM !of_ZB; move: (D^-1) => e.
by move: (of_Z _) (of_Z _) (of_Z _) (of_Z _) (of_Z _) (of_Z _) => *; rcf_ring.
Qed.
Let M : R := Num.sqrt (of_Z (num_of c) / of_Z (den_of c)).
Let charge l : R := of_Z (zcharge (datum_at l)).

Lemma active_onE i j B (C : datum -> bool) : (forall l, B l = C (datum_at l)) ->
  active_on_line X Y i j B =1 (fun l => zactive (datum_at i) (datum_at j) C (datum_at l)).
Proof.
move=> BC l; rewrite /active_on_line /zactive areaE pmulr_rgt0 // mulf_eq0 (gt_eqF D2) /= -(of_Z0 R).
by rewrite of_Z_ltE of_Z_eqE BC.
Qed.

Let lever_algebra (a b e N q : R) : q != 0 ->
  (a / N) ^+ 2 + ((b / q / N) ^+ 2 + (e / q / N) ^+ 2) = ((a * q) ^+ 2 + (b ^+ 2 + e ^+ 2)) / (N * q) ^+ 2.
Proof.
move=> q0; have qq : q * q^-1 = 1 by rewrite mulfV.
rewrite [(N * q) ^+ 2]exprMn invfM -!exprVn; move: qq; move: (q^-1) (N^-1) => r M' qq.
transitivity ((a * M') ^+ 2 * (q * r) ^+ 2 + ((b * r * M') ^+ 2 + (e * r * M') ^+ 2)); last by rcf_ring.
by rewrite qq expr1n mulr1.
Qed.

Lemma lever_correct (B : pred 'I_n.+1) (A : datum -> bool) : (forall l, B l = A (datum_at l)) ->
  lever certified_point B = Num.sqrt ((of_Z (Z.mul (zmasked data A (fun=> 1%Z)) (scale_of c)) ^+ 2 +
    (of_Z (zmasked data A zx) ^+ 2 + of_Z (zmasked data A zy) ^+ 2)) / (n.+1%:R * D) ^+ 2).
Proof.
move=> AE; rewrite /lever; congr Num.sqrt; rewrite /mean.
have -> : of_Z (Z.mul (zmasked data A (fun=> 1%Z)) (scale_of c)) = (\sum_l (A (datum_at l))%:R) * D.
  by rewrite of_ZM of_zmasked; congr (_ * _); apply: eq_bigr => l _; rewrite of_Z1 mulr1.
rewrite !of_zmasked (eq_bigr (fun l => (A (datum_at l))%:R)); last by move=> l _; rewrite AE.
have part (F : 'I_n.+1 -> R) (f : datum -> Z) : (forall l, F l = of_Z (f (datum_at l)) / D) ->
    \sum_l (B l)%:R * F l = (\sum_l (A (datum_at l))%:R * of_Z (f (datum_at l))) / D.
  by move=> FE; rewrite mulr_suml; apply: eq_bigr => l _; rewrite AE FE mulrA.
rewrite (part _ _ XE) (part _ _ YE); by apply: lever_algebra; rewrite gt_eqF.
Qed.

Let square_algebra (a b e q N r : R) : b != 0 -> N != 0 -> r != 0 ->
  b * (N ^+ 2 * r) ^+ 2 * (a / b * ((e / N) ^+ 2 * (q / (N * r) ^+ 2))) = a * e ^+ 2 * q.
Proof.
move=> b0 N0 r0; have bb : b * b^-1 = 1 by rewrite mulfV.
have nn : N * N^-1 = 1 by rewrite mulfV.
have rr : r * r^-1 = 1 by rewrite mulfV.
rewrite [(N * r) ^+ 2]exprMn invfM -!exprVn; move: bb nn rr; move: (b^-1) (N^-1) (r^-1) => b' N' r' bb nn rr.
transitivity (b * b' * (N * N') ^+ 4 * (r * r') ^+ 2 * (a * e ^+ 2 * q)); first by rcf_ring.
by rewrite bb nn rr !expr1n !mul1r.
Qed.

Lemma set_correct i j B C : (forall l, B l = C (datum_at l)) ->
  set_ok data (scale_of c) (num_of c) (den_of c) (datum_at i) (datum_at j) C ->
  line_constraint certified_point charge M i j (active_on_line X Y i j B).
Proof.
move=> BC; rewrite /set_ok; set m := zsum _ _; set s := zsum _ _; set A := zactive _ _ _.
set p := Z.mul (zmasked _ _ _) _; set u := zmasked _ _ zx; set v := zmasked _ _ zy.
have AE := active_onE i j BC; rewrite -/A in AE.
rewrite -of_Z_leE !(of_ZM, of_ZD) of_zsize => ok; set N : R := n.+1%:R in ok.
have N0 : 0 < N by apply: n1_gt0.
rewrite /line_constraint.
have relE l : relu (area X Y i j l) = D^-1 ^+ 2 * of_Z (Z.max (zarea (datum_at i) (datum_at j) (datum_at l)) 0).
  by rewrite areaE reluZ ?of_Z_relu // ltW.
have -> : \sum_l charge l * relu (area X Y i j l) = D^-1 ^+ 2 * of_Z m.
  by rewrite of_zsum mulr_sumr; apply: eq_bigr => l _; rewrite relE of_ZM mulrCA.
have -> : mean (fun l => relu (area X Y i j l)) = D^-1 ^+ 2 * (of_Z s / N).
  by rewrite of_zsum -meanZ; apply: eq_mean => l; rewrite relE.
have out (a b e f : R) : a * (b * e * f) = b * (a * (e * f)) by rcf_ring.
rewrite normrM (gtr0_norm D2) out ler_pmul2l // /M.
rewrite (lever_correct AE) -/p -/u -/v.
have s0 : 0 <= of_Z s.
  by rewrite of_zsum sumr_ge0 // => l _; rewrite of_Z_relu relu_ge0.
set Q := of_Z p ^+ 2 + _; have Q0 : 0 <= Q by rewrite !addr_ge0 ?sqr_ge0.
rewrite -(ler_pexpn2r (ltn0Sn 1)) ?nnegrE ?mulr_ge0 ?divr_ge0 ?sqrtr_ge0 ?invr_ge0 ?(ltW N0) //.
rewrite real_normK ?num_real // exprMn [X in _ <= _ * X]exprMn !sqr_sqrtr ?divr_ge0 ?sqr_ge0 // ?(ltW den0) //.
have dn : D != 0 by rewrite gt_eqF.
have nn : N != 0 by rewrite gt_eqF.
have en : of_Z (den_of c) != 0 by rewrite gt_eqF.
have k0 : 0 < of_Z (den_of c) * (N * N * D) ^+ 2 by rewrite mulr_gt0 ?exprn_gt0 ?mulr_gt0.
rewrite -(ler_pmul2l k0).
have -> : of_Z (den_of c) * (N * N * D) ^+ 2 * of_Z m ^+ 2 = of_Z (den_of c) * (N * N * D * of_Z m * (N * N * D * of_Z m)).
  by move: (of_Z _) (of_Z m) => *; rcf_ring.
apply: le_trans ok _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
by rewrite -!expr2 -[_ * of_Z (scale_of c)]of_ZM -/p -/Q [RHS]square_algebra.
Qed.

Let all_at (P : pred datum) : all P data -> forall l, P (datum_at l).
Proof. by move=> /(all_nthP no_datum) h l; apply: h; rewrite size_data. Qed.
Let has_at (P : pred datum) : has P data -> exists l, P (datum_at l).
Proof. by move=> /(has_nthP no_datum)[l]; rewrite size_data => ls h; exists (Ordinal ls). Qed.
Lemma distinctE i j : distinct X Y i j ->
  ~~ (Z.eqb (zx (datum_at i)) (zx (datum_at j)) && Z.eqb (zy (datum_at i)) (zy (datum_at j))).
Proof.
rewrite /distinct !XE !YE => h; apply/negP => /andP[/Z.eqb_eq ex /Z.eqb_eq ey].
by move: h; rewrite ex ey !eqxx.
Qed.
Lemma lines_correct : lines_ok data (scale_of c) (num_of c) (den_of c) -> every_line_checked certified_point charge M.
Proof.
move=> ok i j dij; have := all_at (all_at ok i) j.
rewrite /pair_ok (negbTE (distinctE dij)); case: ifP => // none some; split.
  by apply: set_correct none.
move=> m am; have := all_at some m.
have -> : Z.eqb (zarea (datum_at i) (datum_at j) (datum_at m)) 0.
  by move/eqP: am; rewrite areaE mulf_eq0 (gt_eqF D2) /= -(of_Z0 R) of_Z_eqE.
case: ifP => // s1 s2; split.
  by apply: set_correct s1 => l; rewrite !placeE ler_pmul2l // of_Z_leE.
by apply: set_correct s2 => l; rewrite !placeE ler_pmul2l // of_Z_leE.
Qed.
Lemma affine_correct : affine_ok data -> annihilates_affine certified_point charge.
Proof.
move=> /and3P[/Z.eqb_eq c0 /Z.eqb_eq cx /Z.eqb_eq cy]; split.
  by have := of_zsum zcharge; rewrite c0 of_Z0.
have sum0 (f : datum -> Z) : zsum data (fun t => Z.mul (zcharge t) (f t)) = Z0 ->
    \sum_l charge l * (of_Z (f (datum_at l)) / D) = 0.
  move=> f0; rewrite (eq_bigr (fun l => of_Z (Z.mul (zcharge (datum_at l)) (f (datum_at l))) / D)).
    by rewrite -mulr_suml -(of_zsum (fun t => Z.mul (zcharge t) (f t))) f0 of_Z0 mul0r.
  by move=> l _; rewrite of_ZM mulrA.
apply/rowP => i; rewrite summxE mxE; have [-> | ->] : i = 0 \/ i = 1.
  by case: i => [[|[|//]]] ?; [left|right]; apply: val_inj.
- by rewrite -[RHS](sum0 _ cx); apply: eq_bigr => l _; rewrite !mxE.
by rewrite -[RHS](sum0 _ cy); apply: eq_bigr => l _; rewrite !mxE.
Qed.
Lemma spanning_correct : spanning_ok data -> not_on_a_line X Y.
Proof.
move=> /has_at[i /has_at[j /has_at[l no]]]; exists i, j, l.
by rewrite areaE mulf_neq0 ?(gt_eqF D2) // -(of_Z0 R) of_Z_eqE.
Qed.
End Correct.

Theorem certificate_correct (R : rcfType) n c : certificate_ok c -> size (data_of c) = n.+1 ->
  forall k (p : parameters R 2 k), interpolating (@certified_point R n c) (@certified_label R n c) p ->
  @of_Z R (pairing c) / @of_Z R (label_scale c) <=
    Num.sqrt (@of_Z R (num_of c) / @of_Z R (den_of c)) * stability_norm (@certified_point R n c) p.
Proof.
move=> /and5P[D0 E0 num0 den0 /and3P[aff span lines]] size_data k p hi.
have pos a : Z.ltb 0 a -> 0 < @of_Z R a by rewrite -(of_Z_ltE R) of_Z0.
rewrite -(of_Z_leE R) of_Z0 in num0.
have {D0 den0} [D0 den0] := (pos _ D0, pos _ den0).
have := planar_certificate (sqrtr_ge0 _) (spanning_correct size_data D0 span) (affine_correct R size_data aff)
  (lines_correct size_data D0 num0 den0 lines) hi.
apply: le_trans; rewrite (of_zsum R size_data) mulr_suml le_eqVlt; apply/orP; left; apply/eqP.
by apply: eq_bigr => l _; rewrite of_ZM mulrA.
Qed.

(* the bound as one root, (sum charge label)^2 den / (E^2 num) under it *)
Definition bound_num c := Z.mul (Z.mul (pairing c) (pairing c)) (den_of c).
Definition bound_den c := Z.mul (Z.mul (label_scale c) (label_scale c)) (num_of c).
Theorem certified_root (R : rcfType) n c : certificate_ok c && Z.leb 0 (pairing c) && Z.ltb 0 (num_of c) ->
  size (data_of c) = n.+1 ->
  forall k (p : parameters R 2 k), interpolating (@certified_point R n c) (@certified_label R n c) p ->
  Num.sqrt (@of_Z R (bound_num c) / @of_Z R (bound_den c)) <= stability_norm (@certified_point R n c) p.
Proof.
move=> /andP[/andP[ok pair0] num0] size_data k p hi; have := certificate_correct ok size_data hi.
have /and5P[_ E0 _ den0 _] := ok.
have pos a : Z.ltb 0 a -> 0 < @of_Z R a by rewrite -(of_Z_ltE R) of_Z0.
have {}E0 := pos _ E0; have {}num0 := pos _ num0; have {}den0 := pos _ den0.
rewrite -(of_Z_leE R) of_Z0 in pair0.
have q0 : 0 < Num.sqrt (@of_Z R (num_of c) / @of_Z R (den_of c)) by rewrite sqrtr_gt0 divr_gt0.
move=> le; rewrite -(ler_pmul2l q0); apply: le_trans le; rewrite -sqrtrM; last by rewrite ltW // divr_gt0.
rewrite /bound_num /bound_den !of_ZM.
have root (a b u e : R) : a != 0 -> b != 0 -> a / b * (u * u * b / (e * e * a)) = (u / e) ^+ 2.
  move=> a0 b0; have aa : a * a^-1 = 1 by rewrite mulfV.
  have bb : b * b^-1 = 1 by rewrite mulfV.
  rewrite !invfM; move: aa bb; move: (a^-1) (b^-1) (e^-1) => a' b' e' aa bb.
  transitivity ((a * a') * (b * b') * (u * e') ^+ 2); first by rcf_ring.
  by rewrite aa bb !mul1r.
by rewrite root ?gt_eqF // sqrtr_sqr ger0_norm // divr_ge0 // ltW.
Qed.

(* ... and any rational number below it *)
Definition rational_ok c (q : Q) := [&& Z.leb 0 (pairing c), Z.ltb 0 (num_of c), Z.leb 0 (Qnum q) &
  Z.leb (Z.mul (Z.mul (Qnum q) (Qnum q)) (bound_den c)) (Z.mul (bound_num c) (Z.mul (Zpos (Qden q)) (Zpos (Qden q))))].
Theorem certified_rational (R : rcfType) n c q : certificate_ok c -> size (data_of c) = n.+1 -> rational_ok c q ->
  forall k (p : parameters R 2 k), interpolating (@certified_point R n c) (@certified_label R n c) p ->
  of_Q R q <= stability_norm (@certified_point R n c) p.
Proof.
move=> ok size_data /and4P[pair0 num0 q0 le] k p hi.
have h : certificate_ok c && Z.leb 0 (pairing c) && Z.ltb 0 (num_of c) by rewrite ok pair0 num0.
apply: le_trans (certified_root h size_data hi).
have pos a : Z.ltb 0 a -> 0 < @of_Z R a by rewrite -(of_Z_ltE R) of_Z0.
have /and5P[_ /pos E0 _ _ _] := ok; have {}num0 := pos _ num0.
have qd : 0 < @of_Z R (Zpos (Qden q)) := of_Z_gt0 R _.
rewrite -(of_Z_leE R) of_Z0 in q0.
have r0 : 0 <= of_Q R q by rewrite /of_Q divr_ge0 // ltW.
rewrite -[of_Q R q]ger0_norm // -sqrtr_sqr; apply: ler_wsqrtr.
have b0 : 0 < @of_Z R (bound_den c) by rewrite /bound_den !of_ZM !mulr_gt0.
rewrite ler_pdivl_mulr // /of_Q expr_div_n mulrAC ler_pdivr_mulr ?exprn_gt0 // !expr2 -!of_ZM.
by rewrite of_Z_leE.
Qed.
