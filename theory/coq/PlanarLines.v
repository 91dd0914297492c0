(* exact-separation: in the plane finitely many lines suffice.

   A certificate is a measure c on the data x_0, ..., x_n.  That |int relu(<v,.> - b) dc| <= M g(v,b) on every
   line follows from the same on the lines through two data points, where of the data on the line itself the
   first few or the last few in their order along it count as active, none or all:        [lines_suffice]

   For the set A of active data both sides are linear in the affine function h = <v,.> - b, which is not
   negative on A and not positive off A.  Suppose the difference is negative at h.  If h vanishes at two
   distinct data it is a multiple of the function of the line through them.  If not, there is an affine g that
   vanishes where h does at the data, does not change the difference, and is not 0 on the data, since these are
   not on one line; so h + t g, for the first t at which a further datum is reached, is another such function
   with fewer data off its line                                                           [extreme_lines]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm DepthSeparation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Cone.
Variables (R : rcfType) (n : nat) (X Y : 'I_n.+1 -> R).
Add Ring the_ring : (rcf_ring_theory R).
(* twice the area of the triangle of three data; the place of l along the line through i and j *)
Definition area i j l : R := (X j - X i) * (Y l - Y i) - (Y j - Y i) * (X l - X i).
Definition place i j l : R := (X j - X i) * (X l - X i) + (Y j - Y i) * (Y l - Y i).
Definition distinct i j := (X i != X j) || (Y i != Y j).
Definition not_on_a_line := exists i j l, area i j l != 0.
Definition affine_at (w : R * R * R) l : R := w.1.1 * X l + w.1.2 * Y l - w.2.

Lemma length_gt0 i j : distinct i j -> 0 < (X j - X i) ^+ 2 + (Y j - Y i) ^+ 2.
Proof.
rewrite /distinct => h; rewrite lt_neqAle addr_ge0 ?sqr_ge0 // andbT eq_sym paddr_eq0 ?sqr_ge0 //.
by rewrite !sqrf_eq0 !subr_eq0 negb_and [X j == _]eq_sym [Y j == _]eq_sym.
Qed.
Lemma two_zeros w i j : distinct i j -> affine_at w i = 0 -> affine_at w j = 0 ->
  exists s, forall l, affine_at w l = s * area i j l.
Proof.
move=> /length_gt0 d0 zi zj; case: w zi zj => [[p q] r]; rewrite /affine_at /=.
set a := X j - X i; set b := Y j - Y i; move=> zi zj.
exists ((q * a - p * b) / (a ^+ 2 + b ^+ 2)) => l.
have pq : p * a + q * b = 0.
  by rewrite /a /b -[RHS](subrr 0) -{1}zj -zi; rcf_ring.
have -> : p * X l + q * Y l - r = p * (X l - X i) + q * (Y l - Y i).
  by rewrite -[RHS]addr0 -zi; rcf_ring.
apply: (mulfI (lt0r_neq0 d0)); rewrite [in RHS]mulrA [_ * (_ / _)]mulrC divfK ?gt_eqF // /area -/a -/b.
move: (X l - X i) (Y l - Y i) => u w; apply/eqP; rewrite -subr_eq0.
have -> : (a ^+ 2 + b ^+ 2) * (p * u + q * w) - (q * a - p * b) * (a * w - b * u) =
   (p * a + q * b) * (a * u + b * w) by rcf_ring.
by rewrite pq mul0r.
Qed.

Section Half.
Variables (A : pred 'I_n.+1) (c : 'I_n.+1 -> R).
Let F (h : 'I_n.+1 -> R) : R := \sum_l c l * h l.
Definition in_cone (h : 'I_n.+1 -> R) := forall l, if A l then 0 <= h l else h l <= 0.
Hypothesis spanning : not_on_a_line.
Hypothesis checked : forall i j, distinct i j -> in_cone (area i j) -> 0 <= F (area i j).

Let F_ext g h : g =1 h -> F g = F h. Proof. by move=> e; apply: eq_bigr => l _; rewrite e. Qed.
Let F_lin s t g h : F (fun l => s * g l + t * h l) = s * F g + t * F h.
Proof.
rewrite /F !mulr_sumr -big_split; apply: eq_bigr => l _ /=.
by move: (c l) (g l) (h l) => a b d; rcf_ring.
Qed.

Lemma checked_multiple s i j : distinct i j -> in_cone (fun l => s * area i j l) -> 0 <= s * F (area i j).
Proof.
move=> dij hc; have [s0|s0|<-] := ltgtP 0 s; last by rewrite mul0r.
  apply: mulr_ge0; first exact: ltW.
  by apply: checked => // l; have := hc l; case: (A l); rewrite ?pmulr_rge0 ?pmulr_rle0.
have dji : distinct j i by rewrite /distinct eq_sym [Y j == _]eq_sym.
have swap l : area j i l = - area i j l.
  rewrite /area; move: (X i) (X j) (X l) (Y i) (Y j) (Y l) => *; rcf_ring.
have E : F (area j i) = - F (area i j).
  by rewrite /F -sumrN; apply: eq_bigr => l _; rewrite swap mulrN.
rewrite -mulrNN -E; apply: mulr_ge0; first by rewrite oppr_ge0 ltW.
apply: checked => // l; rewrite swap; have := hc l.
by case: (A l); rewrite ?nmulr_rge0 ?nmulr_rle0 // ?oppr_ge0 ?oppr_le0.
Qed.

(* an affine function that vanishes where h does, with F = 0, and not 0 on the data *)
Lemma free_direction w : F (affine_at w) < 0 ->
  (forall i j, affine_at w i = 0 -> affine_at w j = 0 -> ~~ distinct i j) ->
  exists2 u, F (affine_at u) = 0 &
    (forall l, affine_at w l = 0 -> affine_at u l = 0) /\ exists l, affine_at u l != 0.
Proof.
move=> Fw one.
have [a [b ab]] : exists a b, forall l, affine_at w l = 0 -> X l = a /\ Y l = b.
  have [i /eqP zi|none] := pickP (fun l => affine_at w l == 0).
    exists (X i), (Y i) => l zl; have := one l i zl zi; rewrite /distinct negb_or !negbK.
    by case/andP=> /eqP -> /eqP ->.
  by exists 0, 0 => l /eqP; rewrite none.
set f := F (affine_at w) in Fw; have f0 : f != 0 by rewrite lt_eqF.
pose g1 : R * R * R := (1, 0, a); pose g2 : R * R * R := (0, 1, b).
pose mix (g : R * R * R) : R * R * R := let t := F (affine_at g) in
  (f * g.1.1 - t * w.1.1, f * g.1.2 - t * w.1.2, f * g.2 - t * w.2).
have mixE g l : affine_at (mix g) l = f * affine_at g l + (- F (affine_at g)) * affine_at w l.
  by rewrite /affine_at /mix /=; move: (F _) => t; rcf_ring.
have F0 g : F (affine_at (mix g)) = 0.
  by rewrite (F_ext (mixE g)) F_lin -/f mulNr mulrC subrr.
have zero g l : affine_at w l = 0 -> affine_at g l = 0 -> affine_at (mix g) l = 0.
  by move=> z1 z2; rewrite mixE z1 z2 !mulr0 addr0.
have [l1 h1|none1] := pickP (fun l => affine_at (mix g1) l != 0).
  exists (mix g1) => //; split; last by exists l1.
  by move=> l zl; apply: zero => //; rewrite /affine_at /= (ab l zl).1; rcf_ring.
have [l2 h2|none2] := pickP (fun l => affine_at (mix g2) l != 0).
  exists (mix g2) => //; split; last by exists l2.
  by move=> l zl; apply: zero => //; rewrite /affine_at /= (ab l zl).2; rcf_ring.
(* all data are on one line *)
pose t1 := F (affine_at g1) / f; pose t2 := F (affine_at g2) / f.
have e1 l : X l = a + t1 * affine_at w l.
  have /eqP := negbFE (none1 l); rewrite mixE mulNr => /eqP; rewrite subr_eq0 => /eqP e.
  apply: (mulfI f0); rewrite mulrDr mulrA /t1 [f * (_ / f)]mulrC divfK // -e /affine_at /=; rcf_ring.
have e2 l : Y l = b + t2 * affine_at w l.
  have /eqP := negbFE (none2 l); rewrite mixE mulNr => /eqP; rewrite subr_eq0 => /eqP e.
  apply: (mulfI f0); rewrite mulrDr mulrA /t2 [f * (_ / f)]mulrC divfK // -e /affine_at /=; rcf_ring.
have [i [j [l /eqP[]]]] := spanning; rewrite /area (e1 i) (e1 j) (e1 l) (e2 i) (e2 j) (e2 l).
move: (affine_at w i) (affine_at w j) (affine_at w l) => *; rcf_ring.
Qed.

Theorem extreme_lines w : in_cone (affine_at w) -> 0 <= F (affine_at w).
Proof.
have [m] := ubnP #|[pred l | affine_at w l != 0]|; elim: m w => // m IH w card hc.
rewrite leNgt; apply/negP => Fw.
have [/existsP[i /existsP[j /and3P[/eqP zi /eqP zj dij]]]|one] :=
    boolP [exists i, exists j, [&& affine_at w i == 0, affine_at w j == 0 & distinct i j]].
  have [s ws] := two_zeros dij zi zj.
  have : 0 <= s * F (area i j).
    by apply: checked_multiple => // l; have := hc l; rewrite -ws.
  have -> : s * F (area i j) = F (affine_at w).
    by rewrite (F_ext ws) /F mulr_sumr; apply: eq_bigr => l _; rewrite mulrCA.
  by rewrite leNgt Fw.
have {}one i j : affine_at w i = 0 -> affine_at w j = 0 -> ~~ distinct i j.
  move=> zi zj; apply: contraNN one => dij.
  by apply/existsP; exists i; apply/existsP; exists j; rewrite zi zj eqxx.
have [u Fu [uz [l0 ul0]]] := free_direction Fw one.
pose ratio l := `|affine_at w l / affine_at u l|.
pose best := [arg min_(l < l0 | affine_at u l != 0%R) ratio l]%O.
have [bu bmin] : affine_at u best != 0 /\ forall l, affine_at u l != 0 -> ratio best <= ratio l.
  by rewrite /best; case: arg_minP => // i ui imin.
pose t := - (affine_at w best / affine_at u best).
pose k : R * R * R := (w.1.1 + t * u.1.1, w.1.2 + t * u.1.2, w.2 + t * u.2).
have kE l : affine_at k l = affine_at w l + t * affine_at u l by rewrite /affine_at /k /=; rcf_ring.
have small l : `|t * affine_at u l| <= `|affine_at w l|.
  have [->|ul] := eqVneq (affine_at u l) 0; first by rewrite mulr0 normr0.
  have := bmin l ul; rewrite /ratio [X in _ <= X]normf_div ler_pdivl_mulr ?normr_gt0 //.
  by rewrite [`|t * _|]normrM /t normrN.
have kc : in_cone (affine_at k).
  move=> l; have := hc l; have := small l; rewrite kE ler_norml; case: (A l) => /andP[lo hi] s.
    by move: lo; rewrite ger0_norm // -subr_ge0 opprK addrC.
  by move: hi; rewrite ler0_norm // -subr_le0 opprK addrC.
have : 0 <= F (affine_at k).
  rewrite ltnS in card; apply: IH kc; apply: (leq_trans _ card); apply: proper_card; apply/properP; split.
    apply/subsetP => l; rewrite !inE kE; apply: contraNN => /eqP wl.
    by rewrite wl (uz l wl) mulr0 addr0.
  exists best; rewrite !inE; first by apply: contraNN bu => /eqP/uz ->.
  by rewrite negbK kE /t mulNr divfK // subrr.
have -> : F (affine_at k) = F (affine_at w).
  have e l : affine_at k l = 1 * affine_at w l + t * affine_at u l by rewrite kE mul1r.
  by rewrite (F_ext e) F_lin Fu mulr0 addr0 mul1r.
by rewrite leNgt Fw.
Qed.
End Half.

(* the data on the line through i and j that an affine function makes active: none, or those on one side of
   one of them *)
Definition active_on_line i j (B : pred 'I_n.+1) l := (0 < area i j l) || ((area i j l == 0) && B l).
Lemma along_line w i j l m : area i j l = 0 -> area i j m = 0 ->
  ((X j - X i) ^+ 2 + (Y j - Y i) ^+ 2) * (affine_at w l - affine_at w m) =
  (place i j l - place i j m) * (w.1.1 * (X j - X i) + w.1.2 * (Y j - Y i)).
Proof.
rewrite /area /place /affine_at; set a := X j - X i; set b := Y j - Y i => hl hm.
apply/eqP; rewrite -subr_eq0.
have -> : (a ^+ 2 + b ^+ 2) * (w.1.1 * X l + w.1.2 * Y l - w.2 - (w.1.1 * X m + w.1.2 * Y m - w.2))
   - (a * (X l - X i) + b * (Y l - Y i) - (a * (X m - X i) + b * (Y m - Y i))) * (w.1.1 * a + w.1.2 * b)
   = (a * w.1.2 - b * w.1.1) * (a * (Y l - Y i) - b * (X l - X i) - (a * (Y m - Y i) - b * (X m - X i))).
  by move: w.1.1 w.1.2 w.2 => *; rcf_ring.
by rewrite hl hm subrr mulr0.
Qed.
Definition one_of_the_sets i j (P : pred 'I_n.+1 -> Prop) :=
  P (active_on_line i j pred0) /\ forall m, area i j m = 0 ->
    P (active_on_line i j (fun l => place i j m <= place i j l)) /\
    P (active_on_line i j (fun l => place i j l <= place i j m)).
Lemma prefixes w i j (P : pred 'I_n.+1 -> Prop) : distinct i j ->
  (forall A B, A =1 B -> P A -> P B) -> one_of_the_sets i j P ->
  in_cone (fun l => 0 < affine_at w l) (area i j) -> P (fun l => 0 < affine_at w l).
Proof.
move=> dij P_ext [none some] hc; set h := affine_at w in hc *; have d0 := length_gt0 dij.
have split B : (forall l, area i j l = 0 -> B l = (0 < h l)) -> active_on_line i j B =1 (fun l => 0 < h l).
  move=> on l; rewrite /active_on_line; have := hc l; have [a0|a0|/esym a0] := ltgtP 0 (area i j l) => /=.
  - by case: (0 < h l) => //; rewrite leNgt a0.
  - by case: (0 < h l) => //; rewrite leNgt a0.
  - by rewrite (on l a0).
have [m0 /andP[/eqP zm0 pm0]|no] := pickP (fun l => (area i j l == 0) && (0 < h l)); last first.
  by apply: P_ext none; apply: split => l al; have := no l; rewrite al eqxx.
pose slope := w.1.1 * (X j - X i) + w.1.2 * (Y j - Y i).
have cmp l m : area i j l = 0 -> area i j m = 0 -> 0 <= (place i j l - place i j m) * slope -> h m <= h l.
  move=> al am; rewrite -along_line // pmulr_rge0 // subr_ge0 //.
have [s0|s0] := leP 0 slope.
- pose best := [arg min_(l < m0 | (area i j l == 0%R) && (0%R < h l)%R) place i j l]%O.
  have [/andP[/eqP bz bp] bmin] : (area i j best == 0) && (0 < h best) /\
      forall l, (area i j l == 0) && (0 < h l) -> place i j best <= place i j l.
    by rewrite /best; case: arg_minP => [|l hl lmin]; rewrite ?zm0 ?eqxx.
  apply: P_ext (some best bz).1; apply: split => l al; apply/idP/idP => hl; last by apply: bmin; rewrite al eqxx.
  by apply: lt_le_trans bp _; apply: cmp => //; rewrite mulr_ge0 ?subr_ge0.
pose best := [arg max_(l > m0 | (area i j l == 0%R) && (0%R < h l)%R) place i j l]%O.
have [/andP[/eqP bz bp] bmax] : (area i j best == 0) && (0 < h best) /\
    forall l, (area i j l == 0) && (0 < h l) -> place i j l <= place i j best.
  by rewrite /best; case: arg_maxP => [|l hl lmax]; rewrite ?zm0 ?eqxx.
apply: P_ext (some best bz).2; apply: split => l al; apply/idP/idP => hl; last by apply: bmax; rewrite al eqxx.
by apply: lt_le_trans bp _; apply: cmp => //; rewrite mulr_le0 ?subr_le0 // ltW.
Qed.
End Cone.

(* the coordinates of planar data *)
Definition abscissa (R : rcfType) (n : nat) (x : 'I_n.+1 -> 'rV[R]_2) l : R := x l 0 0.
Definition ordinate (R : rcfType) (n : nat) (x : 'I_n.+1 -> 'rV[R]_2) l : R := x l 0 1.

Section Certificate.
Variables (R : rcfType) (n : nat) (x : 'I_n.+1 -> 'rV[R]_2) (charge : 'I_n.+1 -> R) (M : R).
Add Ring the_ring : (rcf_ring_theory R).
Local Notation X := (abscissa x).
Local Notation Y := (ordinate x).
(* sqrt (P^2 + |E X 1_A|^2) for a set A of data *)
Definition lever (A : pred 'I_n.+1) : R := Num.sqrt (mean (fun l => (A l)%:R) ^+ 2 +
  (mean (fun l => (A l)%:R * X l) ^+ 2 + mean (fun l => (A l)%:R * Y l) ^+ 2)).
(* the constraint of the line through i and j where the data A are active *)
Definition line_constraint i j (A : pred 'I_n.+1) :=
  `|\sum_l charge l * relu (area X Y i j l)| <= M * (mean (fun l => relu (area X Y i j l)) * lever A).
Definition every_line_checked :=
  forall i j, distinct X Y i j -> one_of_the_sets X Y i j (line_constraint i j).

Let dot2 (u w : 'rV[R]_2) : dot u w = u 0 0 * w 0 0 + u 0 1 * w 0 1.
Proof. by rewrite /dot !big_ord_recl big_ord0 addr0; congr (_ + u 0 _ * w 0 _); apply: val_inj. Qed.
Let lever_ext A B : A =1 B -> lever A = lever B.
Proof.
by move=> e; rewrite /lever; congr (Num.sqrt (_ ^+ 2 + (_ ^+ 2 + _ ^+ 2))); apply: eq_mean => l; rewrite e.
Qed.

Lemma one_sided_lever v b : one_sided_weight x v b =
  mean (fun l => relu (dot v (x l) - b)) * lever (fun l => b < dot v (x l)).
Proof.
rewrite /one_sided_weight dot2 -!expr2 /masked_mean /vmean; congr (_ * Num.sqrt (_ ^+ 2 + (_ ^+ 2 + _ ^+ 2))).
- by rewrite mxE summxE mulrC; congr (_ / _); apply: eq_bigr => l _; rewrite mxE.
by rewrite mxE summxE mulrC; congr (_ / _); apply: eq_bigr => l _; rewrite mxE.
Qed.

Lemma half_sum (A : pred 'I_n.+1) e (h : 'I_n.+1 -> R) : (forall l, (A l)%:R * h l = relu (h l)) ->
  \sum_l ((A l)%:R * (M * lever A / n.+1%:R - e * charge l)) * h l =
  M * (mean (fun l => relu (h l)) * lever A) - e * \sum_l charge l * relu (h l).
Proof.
move=> hA; rewrite /mean mulr_sumr mulr_suml mulr_suml mulr_sumr -sumrB; apply: eq_bigr => l _.
rewrite mulrAC hA; move: (relu _) (lever A) (n.+1%:R^-1) (charge l) => a g N d; rcf_ring.
Qed.

Theorem lines_suffice : not_on_a_line X Y -> every_line_checked ->
  forall v b, `|ridge_integral x charge v b| <= M * one_sided_weight x v b.
Proof.
move=> spanning checked v b; pose w : R * R * R := (v 0 0, v 0 1, b); pose h := affine_at X Y w.
pose A : pred 'I_n.+1 := fun l => 0 < h l.
have hE l : dot v (x l) - b = h l by rewrite dot2.
have -> : one_sided_weight x v b = mean (fun l => relu (h l)) * lever A.
  rewrite one_sided_lever (eq_mean (fun l => congr1 (@relu R) (hE l))); congr (_ * _); apply: lever_ext => l.
  by rewrite /A -hE subr_gt0.
have -> : ridge_integral x charge v b = \sum_l charge l * relu (h l) by apply: eq_bigr => l _; rewrite hE.
have maskE l : (A l)%:R * h l = relu (h l) by rewrite reluE.
(* either sign of the integral *)
have half (e : R) : `|e| = 1 -> e * (\sum_l charge l * relu (h l)) <= M * (mean (fun l => relu (h l)) * lever A).
  move=> e1; rewrite -subr_ge0 -(half_sum e maskE); apply: (@extreme_lines _ _ X Y A) => //; last first.
    by move=> l; rewrite /A -/h; case: ltP => // /ltW.
  move=> i j dij cone.
  have aE l : (A l)%:R * area X Y i j l = relu (area X Y i j l).
    by have := cone l; rewrite /relu; case: (A l) => a; rewrite ?mul1r ?mul0r;
       [rewrite (max_idPl a) | rewrite (max_idPr a)].
  rewrite (half_sum e aE) subr_ge0.
  have : line_constraint i j A.
    apply: (prefixes dij _ (checked i j dij)) => // B B' eB; rewrite /line_constraint.
    by rewrite (lever_ext eB).
  by apply: le_trans; apply: le_trans (ler_norm _) _; rewrite normrM e1 mul1r.
rewrite ler_norml; apply/andP; split; last by have := half 1 (normr1 _); rewrite mul1r.
by have := half (-1) (normrN1 _); rewrite mulN1r ler_oppl.
Qed.

(* the least norm: every net that interpolates y has sum_l c_l y_l <= M |f|_S *)
Theorem planar_certificate : 0 <= M -> not_on_a_line X Y -> annihilates_affine x charge -> every_line_checked ->
  forall k (p : parameters R 2 k) (y : 'I_n.+1 -> R), interpolating x y p ->
  \sum_l charge l * y l <= M * stability_norm x p.
Proof.
move=> M0 spanning affine checked k p y hi; have side := lines_suffice spanning checked.
rewrite (eq_bigr (fun l => charge l * shallow_net p (x l))); last by move=> l _; rewrite hi.
apply: (integral_le_norm affine) => v b _; rewrite /weight minr_pmulr // le_minr side /=.
by rewrite -(ridge_integralN affine) side.
Qed.
End Certificate.
