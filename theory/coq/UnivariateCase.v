(* univariate-case.  One input dimension, data s_0, ..., s_n on the line: the rows x_j with one entry.

   The second derivative of f is the sum of the point masses a_t at its kinks t, the changes of its slope;
   so the integral of |f''| g is the finite sum of |a_t| g(t):

     sum_t |a_t| g(t)  =  |f|_S                                            [weighted_curvature]
                      <=  1/eta - 1/2 at a stable minimum                   [univariate_inequality]

   with g = min(g-, g+), g+(t) = E(X - t)_+ sqrt(P(X > t)^2 + (E X 1{X > t})^2), and g- on the other side.
   The change of slope is that of the function, by its second differences        [slope_change_exists, slope_change_unique];
   g+ = P^2 E[X - t | X > t] sqrt(1 + E[X | X > t]^2), and g- likewise          [right_weightE, left_weightE];
   both vanish where no datum lies on their side                               [right_weight_outside, left_weight_outside]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm StabilityInequality.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* a function that vanishes off two lists has the same sum over both *)
Lemma sum_support (R : zmodType) (T : eqType) (K L : seq T) (F : T -> R) : uniq K -> uniq L ->
  (forall t, F t != 0 -> t \in K) -> (forall t, F t != 0 -> t \in L) -> \sum_(t <- K) F t = \sum_(t <- L) F t.
Proof.
have support (r : seq T) : \sum_(t <- r) F t = \sum_(t <- [seq t <- r | F t != 0]) F t.
  by rewrite big_filter [RHS]big_mkcond; apply: eq_bigr => t _; case: eqP.
move=> uK uL hK hL; rewrite [LHS]support [RHS]support; apply: perm_big.
apply: uniq_perm; rewrite ?filter_uniq // => t; rewrite !mem_filter.
by case: (boolP (F t != 0)) => // F0; rewrite hK ?hL.
Qed.

Section Line.
Variables (R : rcfType) (n : nat) (x : 'I_n.+1 -> 'rV[R]_1).
Add Ring the_ring : (rcf_ring_theory R).
Local Notation s j := (x j 0 0).      (* the data as numbers *)
Let D := dot_ip R 1.

Definition right_weight t : R := mean (fun j => relu (s j - t)) *
  Num.sqrt (mean (fun j => (t < s j)%R%:R) ^+ 2 + mean (fun j => (t < s j)%R%:R * s j) ^+ 2).
Definition left_weight t : R := mean (fun j => relu (t - s j)) *
  Num.sqrt (mean (fun j => (s j < t)%R%:R) ^+ 2 + mean (fun j => (s j < t)%R%:R * s j) ^+ 2).
Definition line_weight t : R := Num.min (right_weight t) (left_weight t).

Let dot1 (u v : 'rV[R]_1) : dot u v = u 0 0 * v 0 0.
Proof. by rewrite /dot big_ord1. Qed.
Let vmean1 (F : 'I_n.+1 -> 'rV[R]_1) : vmean F 0 0 = mean (fun j => F j 0 0).
Proof. by rewrite /vmean mxE summxE mulrC. Qed.

Lemma one_sided_right t : one_sided_weight x (const_mx 1) t = right_weight t.
Proof.
have X j : dot (const_mx 1) (x j) = s j by rewrite dot1 !mxE mul1r.
rewrite /one_sided_weight /mean_excess /probability /masked_mean dot1 !vmean1 -expr2; congr (_ * Num.sqrt _).
  by apply: eq_mean => j; rewrite X.
by congr (_ ^+ 2 + _ ^+ 2); apply: eq_mean => j; rewrite /indicator X // !mxE.
Qed.
Lemma one_sided_left t : one_sided_weight x (- const_mx 1) (- t) = left_weight t.
Proof.
have X j : dot (- const_mx 1) (x j) = - s j by rewrite dot1 !mxE mulN1r.
rewrite /one_sided_weight /mean_excess /probability /masked_mean dot1 !vmean1 -expr2; congr (_ * Num.sqrt _).
  by apply: eq_mean => j; rewrite X opprK addrC.
by congr (_ ^+ 2 + _ ^+ 2); apply: eq_mean => j; rewrite /indicator X ltr_opp2 // !mxE.
Qed.
Lemma line_weightE t : weight x (const_mx 1) t = line_weight t.
Proof. by rewrite /weight one_sided_right one_sided_left. Qed.

(* by conditional means *)
Let common_probability (P e m : R) : 0 < P ->
  e * Num.sqrt (P ^+ 2 + m ^+ 2) = P ^+ 2 * (e / P) * Num.sqrt (1 + (m / P) ^+ 2).
Proof.
move=> P0; have PN : P != 0 by rewrite gt_eqF.
have -> : P ^+ 2 * (e / P) = e * P by rewrite expr2 -mulrA [P * (e / P)]mulrC divfK // mulrC.
rewrite -mulrA; congr (_ * _); rewrite -[X in X * _](gtr0_norm P0) -sqrtr_sqr -sqrtrM ?sqr_ge0 //; congr Num.sqrt.
by rewrite mulrDr mulr1 exprMn exprVn mulrCA mulfV ?expf_neq0 // mulr1.
Qed.
Theorem right_weightE t : let P := mean (fun j => (t < s j)%R%:R) in P != 0 ->
  right_weight t = P ^+ 2 * (mean (fun j => (t < s j)%R%:R * (s j - t)) / P)
    * Num.sqrt (1 + (mean (fun j => (t < s j)%R%:R * s j) / P) ^+ 2).
Proof.
move=> P P0; have Pgt : 0 < P.
  by rewrite lt_neqAle eq_sym P0; apply: mean_ge0 => j; rewrite ler0n.
rewrite /right_weight -/P (@eq_mean _ _ _ (fun j => (t < s j)%R%:R * (s j - t))); last first.
  by move=> j; rewrite reluE /step subr_gt0.
exact: common_probability.
Qed.
Theorem left_weightE t : let P := mean (fun j => (s j < t)%R%:R) in P != 0 ->
  left_weight t = P ^+ 2 * (mean (fun j => (s j < t)%R%:R * (t - s j)) / P)
    * Num.sqrt (1 + (mean (fun j => (s j < t)%R%:R * s j) / P) ^+ 2).
Proof.
move=> P P0; have Pgt : 0 < P.
  by rewrite lt_neqAle eq_sym P0; apply: mean_ge0 => j; rewrite ler0n.
rewrite /left_weight -/P (@eq_mean _ _ _ (fun j => (s j < t)%R%:R * (t - s j))); last first.
  by move=> j; rewrite reluE /step subr_gt0.
exact: common_probability.
Qed.
Theorem right_weight_outside t : (forall j, s j <= t) -> right_weight t = 0.
Proof.
move=> h; rewrite /right_weight (@eq_mean _ _ _ (fun=> 0)) ?mean_const ?mul0r // => j.
by rewrite /relu; apply/max_idPr; rewrite subr_le0.
Qed.
Theorem left_weight_outside t : (forall j, t <= s j) -> left_weight t = 0.
Proof.
move=> h; rewrite /left_weight (@eq_mean _ _ _ (fun=> 0)) ?mean_const ?mul0r // => j.
by rewrite /relu; apply/max_idPr; rewrite subr_le0.
Qed.

(* the change of the slope of F at t *)
Definition slope_change (F : R -> R) t a := exists2 e, 0 < e &
  forall h, 0 < h -> h < e -> F (t + h) + F (t - h) - (F t + F t) = h * a.
Theorem slope_change_unique F t a a' : slope_change F t a -> slope_change F t a' -> a = a'.
Proof.
move=> [e e0 he] [e' e'0 he']; pose h := Num.min e e' / 2.
have m0 : 0 < Num.min e e' by rewrite lt_minr e0.
have h0 : 0 < h by rewrite divr_gt0 ?ltr0n.
have : h < Num.min e e' by rewrite ltr_pdivr_mulr ?ltr0n // ltr_pmulr // ltr1n.
rewrite lt_minr => /andP[he1 he2].
by apply: (mulfI (lt0r_neq0 h0)); rewrite -he // -he'.
Qed.

Section Net.
Variables (k : nat) (p : parameters R 1 k).
(* f on the line, its kinks and the changes of its slope *)
Definition on_line t : R := shallow_net p (const_mx t).
Definition kink i : R := - b1 p i / w1 p i 0 0.
Definition jump t : R := \sum_(i | (w1 p i != 0) && (kink i == t)) amplitude p i.

Let one : 'rV[R]_1 := const_mx 1.
Let one_unit : dot one one = 1. Proof. by rewrite dot1 !mxE mulr1. Qed.
Let one_neq : one != - one.
Proof.
apply/eqP => /rowP/(_ 0); rewrite !mxE => /eqP; rewrite -subr_eq0 opprK -mulr2n pnatr_eq0.
by [].
Qed.
Let w_neq0 i : w1 p i != 0 -> w1 p i 0 0 != 0.
Proof. by apply: contraNneq => h; apply/eqP/rowP => l; rewrite ord1 h mxE. Qed.
Let nrm1 i : nrm (w1 p i) = `|w1 p i 0 0|.
Proof. by rewrite /nrm dot1 -expr2 sqrtr_sqr. Qed.

Lemma hyperplane_kink i : w1 p i != 0 -> same_plane (hyperplane p i) (one, kink i).
Proof.
move=> w0; have := w_neq0 w0; rewrite /same_plane /hyperplane /direction /threshold /kink nrm1.
set w := w1 p i 0 0 => {}w0; have [wp|wn|w00] := ltgtP 0 w; last by rewrite -w00 eqxx in w0.
  rewrite gtr0_norm //; apply/orP; left; apply/eqP; congr pair; apply/rowP => l.
  by rewrite ord1 mxE -/w mulVf // mxE.
rewrite ltr0_norm // invrN mulrN; apply/orP; right; apply/eqP; congr pair; apply/rowP => l.
by rewrite ord1 mxE -/w mulNr mulVf // !mxE.
Qed.
Lemma same_kink i t : same_plane (hyperplane p i) (one, t) = (w1 p i != 0) && (kink i == t).
Proof.
have [w0|w0] /= := eqVneq (w1 p i) 0.
  apply/negP; rewrite /same_plane /hyperplane /direction w0 scaler0 => /orP[] /eqP[e _].
    by move: one_unit; rewrite -e (ip0l D) => /eqP; rewrite eq_sym oner_eq0.
  by move: one_unit; rewrite -[one]opprK -e oppr0 (ip0l D) => /eqP; rewrite eq_sym oner_eq0.
apply/idP/eqP => [h|<-]; last exact: hyperplane_kink.
have := hyperplane_kink w0; rewrite same_plane_sym => /same_plane_trans/(_ h).
by rewrite /same_plane => /orP[/eqP[]//|/eqP[e _]]; case/eqP: one_neq.
Qed.
Lemma coefficient_jump t : coefficient p (one, t) = jump t.
Proof. by apply: eq_bigl => i; rewrite same_kink. Qed.
Lemma weight_kink i : w1 p i != 0 -> weight x (direction p i) (threshold p i) = line_weight (kink i).
Proof.
move/hyperplane_kink; rewrite -line_weightE /same_plane /hyperplane => /orP[]/eqP[-> ->] //.
exact: weightN.
Qed.

(* the change of the slope of f exists everywhere *)
Theorem slope_change_exists t : slope_change on_line t (jump t).
Proof.
have dir i : w1 p i != 0 -> dot (direction p i) (const_mx t) = threshold p i -> same_plane (hyperplane p i) (one, t).
  move=> w0 e; have := hyperplane_kink w0; rewrite /same_plane /hyperplane => /orP[]/eqP[d1 t1];
    rewrite d1 t1 ?xpair_eqE; move: e; rewrite d1 t1 dot1 !mxE ?mulN1r ?mul1r.
    by move=> ->; rewrite !eqxx.
  by move=> /oppr_inj ->; rewrite !eqxx orbT.
have z : dot one (const_mx t) = t by rewrite dot1 !mxE mul1r.
have [e e0 he] := net_sd one_unit z dir.
exists e => // h h0 hh; have := he h h0 hh; rewrite coefficient_jump => <-; rewrite /on_line.
by congr (shallow_net p _ + shallow_net p _ - _); apply/rowP => l; rewrite !mxE mulr1.
Qed.

(* there are finitely many kinks *)
Theorem kinks_finite : exists2 kinks : seq R, uniq kinks & forall t, jump t != 0 -> t \in kinks.
Proof.
exists (undup [seq kink i | i <- enum 'I_k]) => [|t jt]; first exact: undup_uniq.
have [i /andP[_ /eqP <-]] : exists i, (w1 p i != 0) && (kink i == t).
  by apply/existsP; apply: contraNT jt; rewrite negb_exists => /forallP no; rewrite /jump big_pred0 // => i; apply/negbTE.
by rewrite mem_undup map_f // mem_enum.
Qed.

(* sum_t |a_t| g(t) over the kinks of f is the stability norm *)
Theorem weighted_curvature (a : R -> R) (kinks : seq R) : uniq kinks ->
  (forall t, slope_change on_line t (a t)) -> (forall t, a t != 0 -> t \in kinks) ->
  \sum_(t <- kinks) `|a t| * line_weight t = stability_norm x p.
Proof.
move=> uk ha hk; have {ha} aE t : a t = jump t := slope_change_unique (ha t) (slope_change_exists t).
pose first h := (w1 p h != 0) && (representative p h == h).
pose all_kinks := [seq kink h | h <- index_enum (ordinal_finType k) & first h].
have inj : {in [seq h <- index_enum (ordinal_finType k) | first h] &, injective kink}.
  move=> i j; rewrite !mem_filter => /andP[/andP[wi /eqP ri] _] /andP[/andP[wj /eqP rj] _] e.
  rewrite -ri -rj; apply/eqP; rewrite representative_class same_hyperplaneE.
  apply: same_plane_trans (hyperplane_kink wi) _; rewrite e same_plane_sym; exact: hyperplane_kink.
transitivity (\sum_(t <- all_kinks) `|a t| * line_weight t).
  apply: sum_support => // [|t|t].
  - by rewrite map_inj_in_uniq // filter_uniq // index_enum_uniq.
  - by rewrite mulf_eq0 negb_or normr_eq0 => /andP[/hk].
  rewrite mulf_eq0 negb_or normr_eq0 aE => /andP[jt _].
  have [i /andP[wi /eqP ki]] : exists i, (w1 p i != 0) && (kink i == t).
    by apply/existsP; apply: contraNT jt; rewrite negb_exists => /forallP no; rewrite /jump big_pred0 // => i; apply/negbTE.
  have same := hyperplane_kink wi; rewrite ki in same.
  have := representative_same p i; rewrite same_hyperplaneE => /same_plane_trans/(_ same).
  rewrite same_kink => /andP[wr /eqP <-]; apply: map_f; rewrite mem_filter /first wr representative_idem eqxx.
  exact: mem_index_enum.
rewrite big_map big_filter /stability_norm /reduced_norm big_mkcond; apply: eq_bigr => h _.
rewrite /first; have [w0|w0] := eqVneq (w1 p h) 0; first by rewrite merged_amplitude_w10 // normr0 mul0r.
have [rh|rh] /= := eqVneq (representative p h) h; last by rewrite merged0 // normr0 mul0r.
rewrite weight_kink // aE merged_coef // -coefficient_jump; congr (`|_| * _).
by apply/esym/coefficient_hrel/hyperplane_kink.
Qed.

Variables (y : 'I_n.+1 -> R) (eta : R).
(* at a stable interpolating minimum off the kinks *)
Theorem univariate_inequality (a : R -> R) (kinks : seq R) : 0 < eta ->
  differentiable_interpolating_minimum x y p -> (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
  uniq kinks -> (forall t, slope_change on_line t (a t)) -> (forall t, a t != 0 -> t \in kinks) ->
  \sum_(t <- kinks) `|a t| * line_weight t <= 1 / eta - 2^-1.
Proof.
by move=> eta0 hm hq uk ha hk; rewrite weighted_curvature //; apply: stability_inequality hm hq.
Qed.
End Net.
End Line.
