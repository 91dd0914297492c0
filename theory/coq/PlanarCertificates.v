(* exact-separation and finite-depth-separation: lower bounds of the norm of every shallow net that
   interpolates planar data with whole coordinates, by certificates that Coq checks in whole numbers.

   A datum is (x, y, m): a point and the mass of a measure mu there.  The data, with their masses, are those
   of a measure that annihilates affine functions; they are symmetric about both axes and the diagonal.
   With k_j = p x_j + q y_j - t, N data, S = sum relu(k_j) and Q = (#A)^2 + |sum_A x_j|^2, A = {k_j > 0}, the
   bound of <mu, f> by T |f|_S needs, for all p, q, t,

     N^2 |sum_j m_j relu(k_j)| <= T S sqrt Q .

   By symmetry 0 <= q <= p.  A tree decides one datum after the other to be in A or not.  A branch that no
   (p,q,t) has is refuted by a combination of its inequalities with weights >= 0 that is 0, the weight of some
   k_j > 0 in it not being 0.  In a leaf A is known, so that S and sum_j m_j relu(k_j) are linear: for a whole number g with
   g^2 <= G^2 Q, the two forms  T g S -+ N^2 G sum_A m_j k_j  are combinations of the inequalities with
   weights >= 0 up to a factor D > 0.                                              [check, check_bound] *)
From Coq Require ZArith.
Import ZArith.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm StabilityInequality NondifferentiableMinima DepthSeparation TwoLayers Evaluation.
Require Import FiniteDepthSeparation DepthSeparationTheorem.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Lemma whole_eqP : Equality.axiom Z.eqb.
Proof. by move=> a b; apply: (iffP idP) => /Z.eqb_eq. Qed.
Canonical whole_eqType := EqType Z (EqMixin whole_eqP).

(* Certificates, in whole numbers *)
(* a p + b q + c t *)
Definition form := (Z * Z * Z)%type.
Definition datum := (Z * Z * Z)%type.
Definition no_form : form := (0, 0, 0)%Z.
Definition form_add (f g : form) : form := (f.1.1 + g.1.1, f.1.2 + g.1.2, f.2 + g.2)%Z.
Definition form_scale c (f : form) : form := (c * f.1.1, c * f.1.2, c * f.2)%Z.
Definition line (z : datum) : form := (z.1.1, z.1.2, -1)%Z.

(* an inequality: form >= 0, or > 0 if true *)
Definition nothing : form * bool := (no_form, false).
Definition inequality (known : seq (form * bool)) i := nth nothing known (Z.to_nat i).
Definition weighted_sum known (c : seq (Z * Z)) : form :=
  foldr (fun e => form_add (form_scale e.2 (inequality known e.1).1)) no_form c.
Definition nonnegative (c : seq (Z * Z)) := all (fun e => Z.leb 0 e.2) c.

Inductive certificate :=
  | Branch of certificate & certificate     (* the next datum is in A; it is not *)
  | Absurd of seq (Z * Z)
  | Leaf of Z & Z & seq (Z * Z) & Z & seq (Z * Z).       (* g; D and weights for -; D and weights for + *)

Section Check.
Variables (square T G : Z).       (* N^2, T, G *)
Fixpoint check (e : certificate) (rest : seq datum) known (S m : form) (n s1 s2 : Z) : bool := match e, rest with
  | Branch u v, z :: rest' =>
      check u rest' ((line z, true) :: known) (form_add S (line z)) (form_add m (form_scale z.2 (line z)))
        (n + 1) (s1 + z.1.1) (s2 + z.1.2)
      && check v rest' ((form_scale (-1) (line z), false) :: known) S m n s1 s2
  | Absurd c, _ => if c is (i, a) :: _ then
      [&& nonnegative c, (inequality known i).2, Z.ltb 0 a & weighted_sum known c == no_form] else false
  | Leaf g D c D' c', [::] =>
      [&& [&& Z.leb 0 g & Z.leb (g * g) (G * G * (n * n + (s1 * s1 + s2 * s2)))],
          [&& Z.ltb 0 D, nonnegative c
            & form_scale D (form_add (form_scale (T * g) S) (form_scale (- (square * G)) m)) == weighted_sum known c]
        & [&& Z.ltb 0 D', nonnegative c'
            & form_scale D' (form_add (form_scale (T * g) S) (form_scale (square * G) m)) == weighted_sum known c']]
  | _, _ => false end%Z.
Definition ordered : seq (form * bool) := [:: ((1, -1, 0), false); ((0, 1, 0), false)]%Z.
Definition checked e data := check e data ordered no_form no_form 0 0 0.
End Check.

Section Sound.
Variables (R : rcfType).
Add Ring the_ring : (rcf_ring_theory R).
Local Notation of_Z := (@of_Z R).

Lemma of_Z_minus1 : of_Z (-1)%Z = -1. Proof. by rewrite -[(-1)%Z]/(Z.opp 1) of_ZN of_Z1. Qed.

Section Sums.
Variables (p q t : R).
Definition form_value (f : form) : R := of_Z f.1.1 * p + of_Z f.1.2 * q + of_Z f.2 * t.
Lemma form_valueD f g : form_value (form_add f g) = form_value f + form_value g.
Proof. by rewrite /form_value /= !of_ZD; rcf_ring. Qed.
Lemma form_valueZ c f : form_value (form_scale c f) = of_Z c * form_value f.
Proof. by rewrite /form_value /= !of_ZM; rcf_ring. Qed.
Lemma form_value0 : form_value no_form = 0.
Proof. by rewrite /form_value /= of_Z0 !mul0r !addr0. Qed.

Variable data : seq datum.
Let k z := form_value (line z).
Definition data_excess : R := \sum_(z <- data) relu (k z).
Definition data_moment : R := \sum_(z <- data) of_Z z.2 * relu (k z).
Definition data_count : R := \sum_(z <- data) step (k z).
Definition data_sum1 : R := \sum_(z <- data) step (k z) * of_Z z.1.1.
Definition data_sum2 : R := \sum_(z <- data) step (k z) * of_Z z.1.2.
Definition data_square : R := data_count ^+ 2 + (data_sum1 ^+ 2 + data_sum2 ^+ 2).
End Sums.

Section Tree.
Variables (square T G : Z) (p q t : R).
Hypotheses (T_ge0 : Z.leb 0 T) (G_gt0 : Z.ltb 0 G) (square_ge0 : Z.leb 0 square).
Let value := form_value p q t.
Definition holds known := forall i, 0 <= value (nth nothing known i).1 /\
  ((nth nothing known i).2 -> 0 < value (nth nothing known i).1).

Lemma holds_cons (f : form) (strict : bool) known : 0 <= value f -> (strict -> 0 < value f) -> holds known ->
  holds ((f, strict) :: known).
Proof. by move=> f0 f1 h [|i]; [split | apply: h]. Qed.
Lemma weighted_sum_ge0 known c : holds known -> nonnegative c -> 0 <= value (weighted_sum known c).
Proof.
move=> h; elim: c => [|e c IH] /=; first by rewrite /value form_value0.
move=> /andP[e0 c0]; rewrite /value form_valueD form_valueZ addr_ge0 ?IH // mulr_ge0 ?of_Z_ge0 //.
  exact/Zle_is_le_bool.
by have [] := h (Z.to_nat e.1).
Qed.

Theorem check_bound e rest known S m n s1 s2 : check square T G e rest known S m n s1 s2 ->
  holds known -> 0 <= value S ->
  of_Z square * `|value m + data_moment p q t rest| <=
  of_Z T * ((value S + data_excess p q t rest) * Num.sqrt ((of_Z n + data_count p q t rest) ^+ 2 +
    ((of_Z s1 + data_sum1 p q t rest) ^+ 2 + (of_Z s2 + data_sum2 p q t rest) ^+ 2))).
Proof.
have T0 : 0 <= of_Z T by apply/of_Z_ge0/Zle_is_le_bool.
have G0 : 0 < of_Z G by rewrite -(of_Z0 R) of_Z_lt.
elim: e rest known S m n s1 s2 => [u IHu v IHv|c|g D c D' c'] [|z rest] known S m n s1 s2 //=.
- move=> /andP[hu hv] h S0; rewrite /data_moment /data_excess /data_count /data_sum1 /data_sum2 !big_cons.
  have [k0|k0] := ltP 0 (value (line z)).
    have -> : relu (form_value p q t (line z)) = value (line z) by apply/max_idPl/ltW.
    have -> : step (form_value p q t (line z)) = 1 by rewrite /step -/value k0.
    have h' : holds ((line z, true) :: known) by apply: holds_cons => //; apply: ltW.
    have S1 : 0 <= value (form_add S (line z)) by rewrite /value form_valueD addr_ge0 // ltW.
    have := IHu _ _ _ _ _ _ _ hu h' S1.
    by rewrite /value !form_valueD form_valueZ !of_ZD of_Z1 !mul1r -!addrA.
  have -> : relu (form_value p q t (line z)) = 0 by apply/max_idPr.
  have -> : step (form_value p q t (line z)) = 0 by rewrite /step -/value ltNge k0.
  rewrite !mul0r mulr0 !add0r; apply: (IHv _ _ _ _ _ _ _ hv) => //; apply: holds_cons => //.
  by rewrite /value form_valueZ of_Z_minus1 mulN1r oppr_ge0.
- case: c => // -[i a] c /and4P[c0 strict a0 /eqP e0] h _.
  have : 0 < value (weighted_sum known ((i, a) :: c)).
    rewrite /value form_valueD form_valueZ ltr_spaddl //; last first.
      by apply: weighted_sum_ge0 => //; case/andP: c0.
    rewrite mulr_gt0 //; first by rewrite -(of_Z0 R) of_Z_lt.
    by have [_] := h (Z.to_nat i); apply.
  by rewrite e0 /value form_value0 ltxx.
- case: c => // -[i a] c /and4P[c0 strict a0 /eqP e0] h _.
  have : 0 < value (weighted_sum known ((i, a) :: c)).
    rewrite /value form_valueD form_valueZ ltr_spaddl //; last first.
      by apply: weighted_sum_ge0 => //; case/andP: c0.
    rewrite mulr_gt0 //; first by rewrite -(of_Z0 R) of_Z_lt.
    by have [_] := h (Z.to_nat i); apply.
  by rewrite e0 /value form_value0 ltxx.
move=> /and3P[/andP[g0 gQ] /and3P[D0 c0 /eqP e] /and3P[D'0 c'0 /eqP e']] h S0.
rewrite /data_moment /data_excess /data_count /data_sum1 /data_sum2 !big_nil !addr0.
set Q := _ + _.
have pos d f b : Z.ltb 0 d -> nonnegative b -> form_scale d f = weighted_sum known b -> 0 <= value f.
  move=> d0 b0 eb; have := weighted_sum_ge0 h b0; rewrite -eb /value form_valueZ pmulr_rge0 //.
  by rewrite -(of_Z0 R) of_Z_lt.
have := pos _ _ _ D0 c0 e; have := pos _ _ _ D'0 c'0 e'.
rewrite /value !form_valueD !form_valueZ of_ZN !of_ZM -/value; move: (value S) (value m) S0 => F M F0 plus minus.
have bound : of_Z square * of_Z G * `|M| <= of_Z T * of_Z g * F.
  have s0 : 0 <= of_Z square * of_Z G by apply: mulr_ge0; [apply/of_Z_ge0/Zle_is_le_bool | apply: ltW].
  rewrite -[X in X * `|M|](ger0_norm s0) -normrM ler_norml -subr_ge0 opprK addrC plus /=.
  by rewrite -subr_ge0 -mulNr.
have root : of_Z g <= of_Z G * Num.sqrt Q.
  have gE : 0 <= of_Z g by apply/of_Z_ge0/Zle_is_le_bool.
  rewrite -[of_Z G](ger0_norm (ltW G0)) -[of_Z g](ger0_norm gE) -!sqrtr_sqr -sqrtrM ?sqr_ge0 // ler_wsqrtr //.
  by rewrite /Q !expr2 -!of_ZM -!of_ZD -!of_ZM; apply: of_Z_le.
rewrite -(ler_pmul2l G0); apply: (@le_trans _ _ (of_Z T * of_Z g * F)).
  by apply: le_trans bound; rewrite mulrCA mulrA.
rewrite -mulrA [X in _ <= X]mulrCA ler_wpmul2l // [X in _ <= X]mulrCA [X in X <= _]mulrC.
by rewrite ler_wpmul2l.
Qed.

Corollary checked_bound e data : checked square T G e data -> 0 <= q -> q <= p ->
  of_Z square * `|data_moment p q t data| <=
  of_Z T * (data_excess p q t data * Num.sqrt (data_square p q t data)).
Proof.
move=> he q0 qp; have := check_bound he.
rewrite /value form_value0 of_Z0 !add0r; apply=> // -[|[|i]] /=; rewrite /value; last by rewrite nth_nil form_value0.
  by rewrite /form_value /= of_Z_minus1 of_Z1 of_Z0 mul1r mulN1r mul0r addr0 subr_ge0.
by rewrite /form_value /= of_Z1 of_Z0 mul1r !mul0r addr0 add0r.
Qed.
End Tree.

(* The symmetries *)
Definition mirror (z : datum) : datum := (- z.1.1, z.1.2, z.2)%Z.
Definition exchange (z : datum) : datum := (z.1.2, z.1.1, z.2).
Definition symmetric (data : seq datum) := perm_eq (map mirror data) data && perm_eq (map exchange data) data.
Section Symmetries.
Variables (t : R) (data : seq datum).
Hypothesis sym : symmetric data.
Let over_reflect (F : datum -> R) : \sum_(z <- data) F z = \sum_(z <- data) F (mirror z).
Proof. by have /andP[h _] := sym; rewrite -(perm_big _ h) big_map. Qed.
Let over_exchange (F : datum -> R) : \sum_(z <- data) F z = \sum_(z <- data) F (exchange z).
Proof. by have /andP[_ h] := sym; rewrite -(perm_big _ h) big_map. Qed.
Let reflected p q z : form_value p q t (line (mirror z)) = form_value (- p) q t (line z).
Proof. by rewrite /form_value /= of_ZN; rcf_ring. Qed.
Let exchanged p q z : form_value p q t (line (exchange z)) = form_value q p t (line z).
Proof. by rewrite /form_value /=; rcf_ring. Qed.

Lemma data_reflect p q : [/\ data_excess (- p) q t data = data_excess p q t data,
  data_moment (- p) q t data = data_moment p q t data & data_square (- p) q t data = data_square p q t data].
Proof.
rewrite /data_square /data_excess /data_moment; split.
- by rewrite [RHS]over_reflect; apply: eq_bigr => z _; rewrite reflected.
- by rewrite [RHS]over_reflect; apply: eq_bigr => z _; rewrite reflected.
have -> : data_count p q t data = data_count (- p) q t data.
  by rewrite /data_count /data_sum2 [LHS]over_reflect; apply: eq_bigr => z _; rewrite reflected.
have -> : data_sum1 p q t data = - data_sum1 (- p) q t data.
  rewrite /data_sum1 [LHS]over_reflect -sumrN; apply: eq_bigr => z _; rewrite reflected /= of_ZN.
  by rewrite mulrN.
have -> : data_sum2 p q t data = data_sum2 (- p) q t data.
  by rewrite /data_count /data_sum2 [LHS]over_reflect; apply: eq_bigr => z _; rewrite reflected.
by rewrite sqrrN.
Qed.
Lemma data_exchange p q : [/\ data_excess q p t data = data_excess p q t data,
  data_moment q p t data = data_moment p q t data & data_square q p t data = data_square p q t data].
Proof.
rewrite /data_square /data_excess /data_moment; split.
- by rewrite [RHS]over_exchange; apply: eq_bigr => z _; rewrite exchanged.
- by rewrite [RHS]over_exchange; apply: eq_bigr => z _; rewrite exchanged.
have -> : data_count p q t data = data_count q p t data.
  by rewrite /data_count /data_sum1 /data_sum2 [LHS]over_exchange; apply: eq_bigr => z _; rewrite exchanged.
have -> : data_sum1 p q t data = data_sum2 q p t data.
  by rewrite /data_count /data_sum1 /data_sum2 [LHS]over_exchange; apply: eq_bigr => z _; rewrite exchanged.
have -> : data_sum2 p q t data = data_sum1 q p t data.
  by rewrite /data_count /data_sum1 /data_sum2 [LHS]over_exchange; apply: eq_bigr => z _; rewrite exchanged.
by congr (_ + _); rewrite addrC.
Qed.

Variables (square T G : Z) (e : certificate).
Hypotheses (T_ge0 : Z.leb 0 T) (G_gt0 : Z.ltb 0 G) (square_ge0 : Z.leb 0 square).
Hypothesis valid : checked square T G e data.
Lemma symmetric_bound p q : of_Z square * `|data_moment p q t data| <=
  of_Z T * (data_excess p q t data * Num.sqrt (data_square p q t data)).
Proof.
wlog q0 : p q / 0 <= q.
  move=> h; case: (leP 0 q) => q0; first exact: h.
  have [<- <- <-] := data_exchange p q; have [<- <- <-] := data_reflect q p.
  by have [<- <- <-] := data_exchange (- q) p; apply: h; rewrite oppr_ge0 ltW.
wlog p0 : p q q0 / 0 <= p.
  move=> h; case: (leP 0 p) => p0; first exact: h.
  by have [<- <- <-] := data_reflect p q; apply: h => //; rewrite oppr_ge0 ltW.
case: (leP q p) => [|/ltW] qp; first exact: checked_bound valid q0 qp.
by have [<- <- <-] := data_exchange p q; apply: checked_bound valid p0 qp.
Qed.
End Symmetries.

(* The norm of nets that interpolate *)
Section Norm.
Variables (data : seq datum) (n : nat) (T G : Z) (e : certificate).
Hypothesis size_data : size data = n.+1.
Definition whole_points : seq (seq R) := [seq [:: of_Z z.1.1; of_Z z.1.2] | z <- data].
Definition planar : 'I_n.+1 -> 'rV[R]_2 := @Evaluation.data R 2 whole_points n.
Definition planar_charge (j : 'I_n.+1) : R := of_Z (nth (0, 0, 0)%Z data j).2.
Let nth_datum j := nth (0, 0, 0)%Z data j.
(* the points as expressions of RationalArithmetic.v *)
Definition whole_expressions := [seq [:: Integer z.1.1; Integer z.1.2] | z <- data].
Lemma whole_pointsE : whole_points = map (map (value R)) whole_expressions.
Proof. by rewrite -map_comp; apply: eq_map => z; rewrite /= !value_integer. Qed.

Let over_data (F : datum -> R) : \sum_(z <- data) F z = \sum_(j < n.+1) F (nth_datum j).
Proof. by rewrite (big_nth (0, 0, 0)%Z) size_data big_mkord. Qed.
Lemma nth_point (j : 'I_n.+1) :
  nth [::] whole_points j = [:: of_Z (nth_datum j).1.1; of_Z (nth_datum j).1.2].
Proof. by rewrite (nth_map (0, 0, 0)%Z) // size_data. Qed.
Lemma whole_excess p q t (j : 'I_n.+1) :
  list_excess 2 whole_points [:: p; q] t j = form_value p q t (line (nth_datum j)).
Proof.
rewrite /list_excess !big_ord_recl big_ord0 nth_point /form_value /= of_Z_minus1 addr0 mulN1r.
by rewrite [p * _]mulrC [q * _]mulrC.
Qed.
Let N : R := n.+1%:R.
Lemma planar_weight p q t : one_sided_weight planar (point 2 [:: p; q]) t =
  data_excess p q t data * Num.sqrt (data_square p q t data) / N ^+ 2.
Proof.
rewrite /planar one_sided_weight_lists [X in Num.sqrt (_ + X)]big_ord_recl big_ord1 /=.
under [X in X / _ * _]eq_bigr => j _ do rewrite whole_excess.
under [X in _ * Num.sqrt ((X / _) ^+ 2 + _)]eq_bigr => j _ do rewrite whole_excess.
under [X in _ * Num.sqrt (_ + ((X / _) ^+ 2 + _))]eq_bigr => j _ do rewrite whole_excess nth_point /=.
under [X in _ * Num.sqrt (_ + (_ + (X / _) ^+ 2))]eq_bigr => j _ do rewrite whole_excess nth_point /=.
rewrite /data_square /data_excess /data_count /data_sum1 /data_sum2 !over_data -/N.
rewrite !expr_div_n -!mulrDl -[X in Num.sqrt (X / _)]/(_ + (_ + _)).
have N0 : 0 < N := n1_gt0 R n.
rewrite [Num.sqrt (_ / _)]sqrtrM ?addr_ge0 ?sqr_ge0 // -exprVn sqrtr_sqr ger0_norm ?invr_ge0 ?ltW //.
by rewrite mulrACA exprVn expr2 invfM.
Qed.
Lemma planar_ridge p q t : ridge_integral planar planar_charge (point 2 [:: p; q]) t = data_moment p q t data.
Proof.
rewrite /ridge_integral /integral /data_moment over_data; apply: eq_bigr => j _.
by rewrite dot_point -/(list_excess 2 whole_points [:: p; q] t j) whole_excess.
Qed.

Let total F : Z := foldr (fun z a => Z.add (F z) a) Z0 data.
Lemma of_Z_total F : of_Z (total F) = \sum_(j < n.+1) of_Z (F (nth_datum j)).
Proof.
rewrite -(over_data (fun z => of_Z (F z))) /total; elim: (data) => [|z r IH]; first by rewrite big_nil of_Z0.
by rewrite big_cons /= of_ZD IH.
Qed.
Definition annihilating := [&& total (fun z => z.2) == 0%Z, total (fun z => z.2 * z.1.1)%Z == 0%Z
  & total (fun z => z.2 * z.1.2)%Z == 0%Z].
Lemma planar_affine : annihilating -> annihilates_affine planar planar_charge.
Proof.
move=> /and3P[/eqP t0 /eqP t1 /eqP t2].
split; first by rewrite -[RHS](of_Z0 R) -t0 of_Z_total.
apply/rowP => l; rewrite summxE mxE.
transitivity (of_Z (total (fun z => z.2 * (if val l == 0%N then z.1.1 else z.1.2))%Z)).
  rewrite of_Z_total; apply: eq_bigr => j _; rewrite !mxE nth_point of_ZM.
  by case: l => [[|[|//]] hl].
by case: l => [[|[|//]] hl] /=; rewrite ?t1 ?t2 of_Z0.
Qed.

Definition certified (o : nat) := [&& [&& Z.ltb 0 T, Z.ltb 0 G & symmetric data], annihilating,
  all (fun i => (i == o) == (((nth_datum i).1.1 == 0%Z) && ((nth_datum i).1.2 == 0%Z))) (iota 0 n.+1)
  & checked (Z.of_nat (n.+1 ^ 2)) T G e data].
Variables (o : 'I_n.+1).
Hypothesis valid : certified o.
(* mu/T, with the bound <mu, y>/T *)
Theorem certified_norm k (p : parameters R 2 k) : (forall j, shallow_net p (planar j) = spike R o j) ->
  planar_charge o / of_Z T <= stability_norm planar p.
Proof.
have /and4P[/and3P[T0 G0 sym] bal _ he] := valid => hi.
have Tp : 0 < of_Z T by rewrite -(of_Z0 R) of_Z_lt.
have one v t : `|ridge_integral planar planar_charge v t| <= of_Z T * one_sided_weight planar v t.
  rewrite (row2 v) planar_ridge planar_weight; move: (v 0 0) (v 0 _) => a b.
  have N0 : 0 < N ^+ 2 by rewrite exprn_gt0 // n1_gt0.
  rewrite mulrA ler_pdivl_mulr // mulrC.
  have -> : N ^+ 2 = of_Z (Z.of_nat (n.+1 ^ 2)) by rewrite of_Z_nat natrX.
  apply: (@symmetric_bound t data sym _ T G e _ G0 _ he); last by case: (_ ^ 2)%N.
  by apply/Z.leb_le/Z.lt_le_incl/Z.ltb_lt.
have both v t : dot v v = 1 -> `|ridge_integral planar planar_charge v t| <= of_Z T * weight planar v t.
  move=> _; rewrite /weight minEle; case: ifP => _; first exact: one.
  by rewrite -(ridge_integralN (planar_affine bal) v t); apply: one.
have := integral_le_norm (planar_affine bal) both p.
rewrite (_ : integral _ _ _ = planar_charge o); last first.
  rewrite /integral (bigD1 o) //= hi /spike eqxx mulr1 big1 ?addr0 // => j /negbTE jo.
  by rewrite hi /spike jo mulr0.
by rewrite ler_pdivr_mulr // mulrC.
Qed.

Lemma of_Z_size a : a != 0%Z -> 1 <= `|of_Z a|.
Proof.
move=> a0; have -> : `|of_Z a| = of_Z (Z.abs a).
  case: a {a0} => [|a|a] /=; first by rewrite of_Z0 normr0.
    by rewrite ger0_norm //; apply/ltW/of_Z_gt0.
  by rewrite -[Z.neg a]/(Z.opp (Z.pos a)) of_ZN normrN ger0_norm //; apply/ltW/of_Z_gt0.
by rewrite -(of_Z1 R); apply: of_Z_le; case: a a0 => [|[a|a|]|[a|a|]].
Qed.
Let isolated (j : 'I_n.+1) : (j == o) = ((nth_datum j).1.1 == 0%Z) && ((nth_datum j).1.2 == 0%Z).
Proof.
have /and4P[_ _ /allP h _] := valid.
by have := h (val j); rewrite mem_iota /= add0n ltn_ord => /(_ isT) /eqP <-.
Qed.
Lemma planar_entry j (l : 'I_2) :
  planar j 0 l = of_Z (if val l == 0%N then (nth_datum j).1.1 else (nth_datum j).1.2).
Proof. by rewrite !mxE nth_point; case: l => [[|[|//]] hl]. Qed.
Lemma planar_origin : planar o = 0.
Proof.
have := isolated o; rewrite eqxx => /esym/andP[/eqP x0 /eqP y0].
by apply/rowP => l; rewrite planar_entry mxE x0 y0; case: ifP; rewrite of_Z0.
Qed.
Lemma planar_elsewhere j : j != o ->
  (forall l, `|planar j 0 l| != 2^-1) /\ exists l, 5 / 6 < `|planar j 0 l|.
Proof.
have half : 2^-1 < 1 :> R by rational_over R.
have far a : a != 0%Z -> 5 / 6 < `|of_Z a|.
  by move=> /of_Z_size; apply: lt_le_trans; rational_over R.
move=> jo; split=> [l|].
  rewrite planar_entry; set a := (if _ then _ else _); have [->|/of_Z_size a0] := eqVneq a 0%Z.
    by rewrite of_Z0 normr0 eq_sym gt_eqF // invr_gt0 ltr0n.
  by rewrite gt_eqF // (lt_le_trans half).
move: jo; rewrite isolated negb_and => /orP[x0|y0].
  by exists 0; rewrite planar_entry; apply: far.
by exists (lift ord0 ord0); rewrite planar_entry; apply: far.
Qed.

(* beyond the norm that every net needs no shallow net is stable; two hidden layers are *)
Theorem certified_separation eta : 0 < eta -> 1 / eta - 2^-1 < planar_charge o / of_Z T ->
  eta <= 2 * N / bump_eigenvalue R n ->
  [/\ forall k (p : parameters R 2 k), ~ stable_shallow_minimum planar (spike R o) eta p,
      forall k (p : parameters R 2 k), interpolating planar (spike R o) p ->
        ~ strongly_stable planar (spike R o) eta p
    & exists k, exists p : deep_parameters R 2 k, stable_two_layer_minimum planar (spike R o) eta p].
Proof.
move=> e0 low high; split=> [k p /stable_shallow_minimumE[hm hq]|k p hi st|].
- have := le_trans (certified_norm hm.2) (stability_inequality e0 hm hq).
  by rewrite leNgt low.
- have := le_trans (certified_norm hi) (nondifferentiable_minima e0 hi st).
  by rewrite leNgt low.
exists 4%N, (bump R 2); apply/(bump_stableP planar_origin planar_elsewhere e0); exact: high.
Qed.
End Norm.
End Sound.
