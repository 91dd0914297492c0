(* weights-from-data.

   The main theorem tests the Gram matrix K with the constant vector.  Any vector u on the N = n+1 data gives
   a lower bound, with what u sees of each side of a hyperplane,

     vector_weight u (v,b) = |sum_j u_j (<v,x_j> - b)_+| |sum_j u_j 1{<v,x_j> > b} (x_j,1)|,
     lambda_max |u|^2 >= (1/N) [ (sum_j u_j)^2 + 2 sum_i |a_i| vector_weight u (v_i,b_i) ]      [vector_bound]

   and, on shared hyperplanes, |a_H| times the smaller of the two sides [vector_bound_merged], for every net
   that computes the function [unit_vector_bound_function].

   - A law on the data (u >= 0, sum u = 1), with the stability norm |f|_u under the law:
       1 + 2 |f|_u <= N |u|^2 lambda_max                                                        [law_bound]
   - The uniform law on m of the data:  1 + 2 |f|_T <= (N/m) lambda_max            [subset_bound]
   - No unit vector but +-1/sqrt N is at least as good as this one for every net   [no_better_vector]

   The Rayleigh quotient of the Hessian at the mean gradient q, with the row sums s = K 1:

     lambda_max >= |q|^2 + Var(s)/|q|^2                                            [row_sum_bound]
                >= 1 + 2 |f|_S + Var(s)/|q|^2                                      [norm_and_variance]  *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm GramForm SharpnessLowerBound StabilityInequality FlattestImplementation.
Require Import Evaluation Controls.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* A vector on the data *)
Section Vector.
Variables (R : rcfType) (d n : nat).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (u : 'rV[R]_n.+1).
Let D := dot_ip R d.

Definition output_seen v b : R := \sum_j u 0 j * relu (dot v (x j) - b).
Definition lever_seen v b : R := Num.sqrt ((\sum_j u 0 j * indicator x v b j) ^+ 2
  + dot (\sum_j (u 0 j * indicator x v b j) *: x j) (\sum_j (u 0 j * indicator x v b j) *: x j)).
Definition vector_weight v b : R := `|output_seen v b| * lever_seen v b.
Definition even_vector_weight v b : R := Num.min (vector_weight v b) (vector_weight (- v) (- b)).

Lemma vector_weight_ge0 v b : 0 <= vector_weight v b.
Proof. by rewrite mulr_ge0 ?sqrtr_ge0. Qed.
Lemma even_vector_weight_ge0 v b : 0 <= even_vector_weight v b.
Proof. by rewrite le_minr !vector_weight_ge0. Qed.
Lemma even_vector_weightN v b : even_vector_weight (- v) (- b) = even_vector_weight v b.
Proof. by rewrite /even_vector_weight !opprK minC. Qed.

(* the certificate U = u u^T *)
Lemma single_certificate v b : certificate_weight x (fun _ : 'I_1 => u) v b = vector_weight v b.
Proof.
rewrite /certificate_weight /hidden_certificate /pattern_certificate !big_ord1 sqrtrM; last first.
  by rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 D).
by rewrite sqrtr_sqr mulrC.
Qed.

Section Net.
Variables (k : nat) (p : parameters R d k) (L : R).
Hypothesis bound : rayleigh_bound (@pdot R d k) (feature x p) L.

Theorem vector_bound : ((\sum_j u 0 j) ^+ 2 +
    2 * (\sum_i `|amplitude p i| * vector_weight (direction p i) (threshold p i))) / n.+1%:R <= L * dot u u.
Proof.
have P := pdot_ip R d k; have L0 : 0 <= L.
  apply: le_trans (sharpness_ge_mean_gradient bound); exact: ltW (mean_gradient_square_gt0 x p).
apply: le_trans ((sharpness_gram (feature x p) P L0).1 bound u); rewrite (gram_formE _ P).
rewrite ler_pmul2r ?invr_gt0 ?n1_gt0 // combination_square ler_add2l mulr_sumr; apply: ler_sum => i _.
by have := neuron_certificate x (fun _ : 'I_1 => u) p i; rewrite single_certificate big_ord1.
Qed.

Theorem vector_bound_merged :
  ((\sum_j u 0 j) ^+ 2 + 2 * reduced_norm even_vector_weight p) / n.+1%:R <= L * dot u u.
Proof.
apply: le_trans vector_bound; rewrite ler_pmul2r ?invr_gt0 ?n1_gt0 // ler_add2l ler_wpmul2l ?ler0n //.
apply: le_trans (reduced_norm_le even_vector_weight_ge0 even_vector_weightN p) _.
by apply: ler_sum => i _; rewrite ler_wpmul2l // le_minl lexx.
Qed.

Theorem unit_vector_bound : dot u u = 1 -> ((\sum_j u 0 j) ^+ 2 +
    2 * (\sum_i `|amplitude p i| * vector_weight (direction p i) (threshold p i))) / n.+1%:R <= L.
Proof. by move=> u1; have := vector_bound; rewrite u1 mulr1. Qed.
Theorem unit_vector_bound_merged : dot u u = 1 ->
  ((\sum_j u 0 j) ^+ 2 + 2 * reduced_norm even_vector_weight p) / n.+1%:R <= L.
Proof. by move=> u1; have := vector_bound_merged; rewrite u1 mulr1. Qed.
End Net.

(* p' is any implementation, of any width, of the function of p *)
Theorem unit_vector_bound_function k k' (p : parameters R d k) (p' : parameters R d k') L :
  dot u u = 1 -> (forall z, shallow_net p z = shallow_net p' z) ->
  rayleigh_bound (@pdot R d k') (feature x p') L ->
  ((\sum_j u 0 j) ^+ 2 + 2 * reduced_norm even_vector_weight p) / n.+1%:R <= L.
Proof.
move=> u1 same hL.
rewrite (reduced_norm_function even_vector_weight_ge0 even_vector_weightN same).
exact: unit_vector_bound_merged.
Qed.
End Vector.

(* Laws on the data *)
Section Law.
Variables (R : rcfType) (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d).

(* gt, g and |f|_S with the mean under the law u in place of the mean over all data *)
Definition law_weight (u : 'rV[R]_n.+1) v b : R := output_seen x u v b * lever_seen x u v b.
Definition even_law_weight u v b : R := Num.min (law_weight u v b) (law_weight u (- v) (- b)).
Definition law_norm k u (p : parameters R d k) : R := reduced_norm (even_law_weight u) p.
Definition is_law (u : 'rV[R]_n.+1) := (forall j, 0 <= u 0 j) /\ \sum_j u 0 j = 1.

Lemma law_weightE u v b : is_law u -> law_weight u v b = vector_weight x u v b.
Proof.
move=> [u0 _]; rewrite /vector_weight ger0_norm //.
by apply: sumr_ge0 => j _; rewrite mulr_ge0 ?relu_ge0.
Qed.

Theorem law_bound k u (p : parameters R d k) L : is_law u ->
  rayleigh_bound (@pdot R d k) (feature x p) L -> 1 + 2 * law_norm u p <= n.+1%:R * dot u u * L.
Proof.
move=> law hL; have [_ u1] := law.
have -> : n.+1%:R * dot u u * L = L * dot u u * n.+1%:R :> R.
  by rewrite mulrC [n.+1%:R * _]mulrC mulrA.
have := vector_bound_merged u hL; rewrite u1 expr1n ler_pdivr_mulr ?n1_gt0 //.
apply: le_trans; rewrite ler_add2l ler_wpmul2l ?ler0n //.
by apply: ler_sum => i _; rewrite /even_law_weight !law_weightE.
Qed.

(* the uniform law on a subset *)
Definition uniform_law (T : {set 'I_n.+1}) : 'rV[R]_n.+1 := \row_j ((j \in T)%:R / #|T|%:R).
Definition subset_norm k T (p : parameters R d k) : R := law_norm (uniform_law T) p.

Lemma sum_members (T : {set 'I_n.+1}) : \sum_j (j \in T)%:R = #|T|%:R :> R.
Proof. by rewrite -sum1_card natr_sum [RHS]big_mkcond; apply: eq_bigr => j _; case: (j \in T). Qed.

Section Subset.
Variable T : {set 'I_n.+1}.
Hypothesis some : T != set0.
Let m0 : #|T|%:R != 0 :> R. Proof. by rewrite pnatr_eq0 cards_eq0. Qed.
Lemma uniform_is_law : is_law (uniform_law T).
Proof.
split=> [j|]; first by rewrite mxE divr_ge0 ?ler0n.
rewrite (eq_bigr (fun j => (j \in T)%:R / #|T|%:R)); last by move=> j _; rewrite mxE.
by rewrite -mulr_suml sum_members divff.
Qed.
Lemma uniform_square : dot (uniform_law T) (uniform_law T) = #|T|%:R^-1.
Proof.
rewrite /dot (eq_bigr (fun j => (j \in T)%:R / #|T|%:R / #|T|%:R)).
  by rewrite -!mulr_suml sum_members divff // mul1r.
move=> j _; rewrite !mxE mulrA; congr (_ / _).
by case: (j \in T); rewrite ?mul0r ?mulr0 // mul1r mulr1.
Qed.

Theorem subset_bound k (p : parameters R d k) L :
  rayleigh_bound (@pdot R d k) (feature x p) L -> 1 + 2 * subset_norm T p <= n.+1%:R / #|T|%:R * L.
Proof. by move=> hL; rewrite -uniform_square; apply: law_bound => //; apply: uniform_is_law. Qed.

Theorem stable_subset k y (p : parameters R d k) eta : 0 < eta ->
  differentiable_interpolating_minimum x y p ->
  (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
  1 + 2 * subset_norm T p <= n.+1%:R / #|T|%:R * (2 / eta).
Proof.
move=> eta0 [_ hi] hq; apply: subset_bound => q.
by rewrite -(hessian_interpolating q hi).
Qed.
End Subset.

(* all data: the stability norm *)
Lemma subset_norm_all k (p : parameters R d k) : subset_norm setT p = stability_norm x p.
Proof.
have E v b : law_weight (uniform_law setT) v b = one_sided_weight x v b.
  have U j : uniform_law setT 0 j = n.+1%:R^-1 by rewrite mxE inE cardsT card_ord mul1r.
  have S F : \sum_j uniform_law setT 0 j * F j = mean F.
    by rewrite /mean mulr_suml; apply: eq_bigr => j _; rewrite U mulrC.
  rewrite /law_weight /output_seen /lever_seen !S.
  have -> // : \sum_j (uniform_law setT 0 j * indicator x v b j) *: x j = masked_mean x v b.
  by rewrite /masked_mean /vmean scaler_sumr; apply: eq_bigr => j _; rewrite scalerA U.
by apply: eq_bigr => h _; rewrite /even_law_weight !E.
Qed.

(* a vector that is at least as good as the constant one for all nets is constant *)
Theorem no_better_vector u : dot u u = 1 ->
  (forall k (p : parameters R d k),
     1 + 2 * (\sum_i `|amplitude p i| * one_sided_weight x (direction p i) (threshold p i)) <=
     ((\sum_j u 0 j) ^+ 2 + 2 * (\sum_i `|amplitude p i| * vector_weight x u (direction p i) (threshold p i)))
     / n.+1%:R) ->
  forall j l, u 0 j = u 0 l.
Proof.
move=> u1 h; have := h 0%N 0; rewrite !big_ord0 !mulr0 !addr0 ler_pdivl_mulr ?n1_gt0 // mul1r.
set S := \sum_j _ => hS; pose m := S / n.+1%:R.
have mS : m * n.+1%:R = S by rewrite divfK ?n1_neq0.
have E : \sum_j (u 0 j - m) ^+ 2 = 1 - S * m.
  rewrite (eq_bigr (fun j => u 0 j * u 0 j + (- (m *+ 2) * u 0 j + m ^+ 2))); last first.
    move=> j _; rewrite sqrrB !expr2 -addrA; congr (_ + (_ + _)).
    by rewrite mulNr mulrnAl [m * _]mulrC.
  rewrite !big_split /= -mulr_sumr sumr_const card_ord -[m ^+ 2 *+ _]mulr_natr expr2 -mulrA mS.
  have -> : \sum_j u 0 j * u 0 j = 1 by [].
  by rewrite -/S mulNr mulrnAl [m * S]mulrC mulr2n opprD -addrA addNr addr0.
have Z : \sum_j (u 0 j - m) ^+ 2 == 0.
  rewrite eq_le sumr_ge0 ?andbT => [|j _]; last exact: sqr_ge0.
  by rewrite E subr_le0 /m mulrA -expr2 ler_pdivl_mulr ?n1_gt0 // mul1r.
have C j : u 0 j = m.
  move: Z; rewrite psumr_eq0 => [/allP Z|l _]; last exact: sqr_ge0.
  have := Z j; rewrite mem_index_enum => /(_ isT).
  by rewrite sqrf_eq0 subr_eq0 => /eqP.
by move=> j l; rewrite !C.
Qed.
End Law.

(* The row sums of the Gram matrix *)
Section RowSums.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (n : nat) (g : 'I_n.+1 -> V).
Add Ring the_ring : (rcf_ring_theory R).
Hypothesis ipP : inner_product ip.
Let q := mean_gradient g.
Definition row_sum j : R := \sum_l gram ip g j l.
Definition row_sum_variance : R := mean (fun j => (row_sum j - ip q q) ^+ 2).

Lemma row_sumE j : row_sum j = ip (g j) q.
Proof.
rewrite /q /mean_gradient (ipZr ipP) (ipC ipP) (ip_suml ipP) mulrC mulr_suml; apply: eq_bigr => l _.
by rewrite /gram (ipC ipP).
Qed.
Lemma mean_row_sum : mean row_sum = ip q q.
Proof. by rewrite (ip_mean_gradient ipP); apply: eq_mean => j; rewrite row_sumE. Qed.

Theorem row_sum_varianceE : mean (fun j => row_sum j ^+ 2) = ip q q ^+ 2 + row_sum_variance.
Proof.
rewrite /row_sum_variance; set Q := ip q q.
rewrite [in RHS](@eq_mean _ _ _ (fun j => row_sum j ^+ 2 + ((- (Q *+ 2)) * row_sum j + Q ^+ 2))).
  by rewrite !meanD meanZ mean_const mean_row_sum -/Q; move: (mean _) => a; rcf_ring.
by move=> j; move: (row_sum j) => a; rcf_ring.
Qed.

Theorem row_sum_bound L : 0 < ip q q -> rayleigh_bound ip g L ->
  ip q q + row_sum_variance / ip q q <= L.
Proof.
move=> q0 hL; rewrite -(ler_pmul2r q0) mulrDl divfK ?gt_eqF // -expr2 -row_sum_varianceE.
apply: le_trans (hL q); rewrite le_eqVlt; apply/orP; left; apply/eqP.
by apply: eq_mean => j; rewrite row_sumE.
Qed.
End RowSums.

Section NormAndVariance.
Variables (R : rcfType) (d k n : nat) (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k).
Let variance := row_sum_variance (@pdot R d k) (feature x p).
Let P := pdot_ip R d k.

Theorem norm_and_variance L : rayleigh_bound (@pdot R d k) (feature x p) L ->
  1 + 2 * stability_norm x p + variance / mean_gradient_square x p <= L.
Proof.
move=> hL; have q0 := mean_gradient_square_gt0 x p.
rewrite -mean_gradient_squareE in q0; apply: le_trans (row_sum_bound P q0 hL).
by rewrite mean_gradient_squareE ler_add2r mean_gradient_square_ge_norm.
Qed.

Theorem stable_norm_and_variance y eta : 0 < eta -> differentiable_interpolating_minimum x y p ->
  (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
  stability_norm x p <= 1 / eta - 2^-1 - variance / mean_gradient_square x p / 2.
Proof.
move=> eta0 [_ hi] hq; set r := variance / _.
have : 1 + 2 * (stability_norm x p + r / 2) <= 2 / eta.
  rewrite mulrDr [2 * (r / 2)]mulrC divfK ?pnatr_eq0 // addrA; apply: norm_and_variance => q.
  by rewrite -(hessian_interpolating q hi).
by move/(half_bound eta0); rewrite -ler_subr_addr.
Qed.
End NormAndVariance.

(* False neighbours *)
Section FalseNeighbours.
Variable R : rcfType.

(* u need not be a unit vector *)
Theorem control_vector_length :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (u : 'rV[R]_n.+1) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     ((\sum_j u 0 j) ^+ 2 + 2 * reduced_norm (even_vector_weight x u) p) / n.+1%:R <= L).
Proof.
move=> h; have := h _ _ _ _ (const_mx 2) _ _ (@constant_sharpness R).
rewrite /reduced_norm !big_ord1 big_ord0 mxE mulr0 addr0 divr1.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.

(* the variance is not divided by |q|^2: at net a of Evaluation.v, |q|^2 = 49/32 and Var(s) = (17/32)^2 *)
Theorem control_variance_undivided :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     mean_gradient_square x p + row_sum_variance (@pdot R d k) (feature x p) <= L).
Proof.
move=> h; have := h _ _ _ _ _ _ (@two_data_sharpness R).
have P := pdot_ip R 1 1.
rewrite /row_sum_variance mean_gradient_squareE example_a_mean_gradient_square /mean /row_sum.
rewrite !big_ord_recl !big_ord0 !addr0 (_ : lift ord0 ord0 = 1 :> 'I_2); last exact: val_inj.
rewrite [gram _ _ ord0 ord0]example_a_gram00 [gram _ _ ord0 1]example_a_gram01.
rewrite [gram _ _ 1 ord0]/gram (ipC P) -/(gram _ _ ord0 1) [gram _ _ ord0 1]example_a_gram01.
rewrite [gram _ _ 1 1]example_a_gram11.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.
End FalseNeighbours.
