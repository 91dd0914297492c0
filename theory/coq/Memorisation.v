(* memorisation, a converse of the main theorem.

   Data x_0, ..., x_n, each with y_j <> c cut off from the others by a hyperplane; one balanced neuron for
   each such datum, none for the others, output bias c.  With N = n+1 and
   cost j = |y_j - c| sqrt(1 + |x_j|^2):

   - it interpolates, off all kinks  [memorising_interpolating, memorising_differentiable]
   - N K = 1 1^T + 2 diag(cost)  [memorising_gram]
   - lambda_max <= 1 + (2D/N) sqrt(1 + r^2)  [memorising_sharpness]
   - L = lambda_max iff all 2 cost j / N < L and mean_j 1/(L - 2 cost j / N) = 1  [memorising_lambda_max]
   - |f|_S = sum_j cost j / N^2, if the side of each datum has the smaller weight  [memorising_stability_norm],
     as it has where the threshold is near the datum  [near_datum]
   - 1 + 2 sum_j cost j / N^2 = lambda_max iff all costs are equal  [memorising_tight]
   - for every eta in (0,2) and N >= 2, costs (1/eta - 1/2) N attain |f|_S = 1/eta - 1/2
     [stability_inequality_attained, attained_on_sphere] *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm SharpnessLowerBound StabilityInequality.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* The form  (sum_j u_j)^2 / N + sum_j a_j u_j^2  and its largest eigenvalue *)
Section SecularEquation.
Variables (R : rcfType) (n : nat) (a : 'I_n.+1 -> R).
Add Ring the_ring : (rcf_ring_theory R).
Let N : R := n.+1%:R.
Let N0 : 0 < N := n1_gt0 R n.
Let Nn0 : N != 0 := n1_neq0 R n.
Definition ones_and_diagonal (u : 'I_n.+1 -> R) : R :=
  (\sum_j u j) ^+ 2 / N + \sum_j a j * u j ^+ 2.
Definition below L := forall u, ones_and_diagonal u <= L * \sum_j u j ^+ 2.
Definition poles_mean L := mean (fun j => (L - a j)^-1).

Lemma below_pole L j : below L -> a j < L.
Proof.
move=> /(_ (fun l => (l == j)%:R)); rewrite /ones_and_diagonal.
have E (F : 'I_n.+1 -> R) : \sum_l F l * (l == j)%:R ^+ 2 = F j.
  rewrite (bigD1 j) //= eqxx expr1n mulr1 big1 ?addr0 // => l /negbTE ->.
  by rewrite expr0n mulr0.
have S1 : \sum_l (l == j)%:R = 1 :> R.
  by rewrite (bigD1 j) //= eqxx big1 ?addr0 // => l /negbTE ->.
have S2 : \sum_l (l == j)%:R ^+ 2 = 1 :> R.
  by rewrite -[RHS](E (fun=> 1)); apply: eq_bigr => l _; rewrite mul1r.
by rewrite S1 E S2 mulr1 expr1n; apply: lt_le_trans; rewrite ltr_addr divr_gt0 ?ltr01.
Qed.

Lemma secular_below L : below L <-> (forall j, a j < L) /\ poles_mean L <= 1.
Proof.
split=> [h|[pole m1] u].
  have pole j : a j < L by apply: below_pole.
  split=> //; have h0 j : L - a j != 0 by rewrite subr_eq0 gt_eqF.
  set S := \sum_j (L - a j)^-1.
  have S0 : 0 < S.
    rewrite /S (bigD1 ord0) //= ltr_spaddl ?invr_gt0 ?subr_gt0 // sumr_ge0 // => j _.
    by rewrite invr_ge0 subr_ge0 ltW.
  have := h (fun j => (L - a j)^-1); rewrite /ones_and_diagonal -/S mulr_sumr -ler_subr_addr -sumrB.
  have -> : \sum_j (L * (L - a j)^-1 ^+ 2 - a j * (L - a j)^-1 ^+ 2) = S.
    by apply: eq_bigr => j _; rewrite -mulrBl expr2 mulrA mulfV // mul1r.
  by rewrite expr2 -mulrA ger_pmulr.
have h0 j : 0 < L - a j by rewrite subr_gt0.
have cs : (\sum_j u j) ^+ 2 <= (\sum_j (L - a j) * u j ^+ 2) * (\sum_j (L - a j)^-1).
  have := cauchy_schwarz (dot_ip R n.+1) (\row_j (Num.sqrt (L - a j) * u j)) (\row_j (Num.sqrt (L - a j))^-1).
  have -> : dot (\row_j (Num.sqrt (L - a j) * u j)) (\row_j (Num.sqrt (L - a j))^-1) = \sum_j u j.
    by apply: eq_bigr => j _; rewrite !mxE mulrAC mulfV ?mul1r // gt_eqF // sqrtr_gt0.
  have -> : dot (\row_j (Num.sqrt (L - a j) * u j)) (\row_j (Num.sqrt (L - a j) * u j)) =
      \sum_j (L - a j) * u j ^+ 2.
    by apply: eq_bigr => j _; rewrite !mxE -expr2 exprMn sqr_sqrtr // ltW.
  have -> // : dot (\row_j (Num.sqrt (L - a j))^-1) (\row_j (Num.sqrt (L - a j))^-1) =
      \sum_j (L - a j)^-1.
  by apply: eq_bigr => j _; rewrite !mxE -invfM -expr2 sqr_sqrtr // ltW.
rewrite /ones_and_diagonal mulr_sumr -ler_subr_addr -sumrB.
have -> : \sum_j (L * u j ^+ 2 - a j * u j ^+ 2) = \sum_j (L - a j) * u j ^+ 2.
  by apply: eq_bigr => j _; rewrite mulrBl.
rewrite ler_pdivr_mulr //; apply: le_trans cs _; apply: ler_wpmul2l.
  by apply: sumr_ge0 => j _; rewrite mulr_ge0 ?sqr_ge0 // ltW.
by rewrite -[X in _ <= X]mul1r -ler_pdivr_mulr.
Qed.

(* the smallest of the bounds is where the mean is 1 *)
Theorem secular_smallest L : (forall j, 0 <= a j) ->
  (below L /\ forall L', below L' -> L <= L') <-> (forall j, a j < L) /\ poles_mean L = 1.
Proof.
move=> a0; split=> [[/secular_below [pole m1] least]|[pole m1]].
  split=> //; apply/eqP; rewrite eq_le m1 leNgt; apply/negP => lt1.
  have h0 j : 0 < L - a j by rewrite subr_gt0.
  have [e e0 he] := fin_pos_lb h0; set m := poles_mean L in m1 lt1.
  have m0 : 0 < m.
    rewrite divr_gt0 // (bigD1 ord0) //= ltr_spaddl ?invr_gt0 // sumr_ge0 // => j _.
    by rewrite invr_ge0 ltW.
  have key j : (L - a j) * m <= L - e * (1 - m) - a j.
    rewrite -subr_ge0 (_ : _ - _ = (L - a j - e) * (1 - m)); last by rcf_ring.
    by rewrite mulr_ge0 ?subr_ge0 // ltW.
  have key0 j : 0 < L - e * (1 - m) - a j by rewrite (lt_le_trans _ (key j)) // mulr_gt0.
  have : below (L - e * (1 - m)).
    apply/secular_below; split=> [j|]; first by rewrite -subr_gt0.
    apply: (@le_trans _ _ (mean (fun j => m^-1 * (L - a j)^-1))).
      apply: ler_mean => j; rewrite -invfM lef_pinv ?posrE ?(mulr_gt0 m0 (h0 j)) ?key0 //.
      by rewrite mulrC; apply: key.
    by rewrite meanZ -/(poles_mean L) -/m mulVf ?gt_eqF.
  move=> /least; rewrite -subr_ge0 (_ : L - e * (1 - m) - L = - (e * (1 - m))); last by rcf_ring.
  by rewrite oppr_ge0 leNgt mulr_gt0 // subr_gt0.
split=> [|L' /secular_below [pole' m1']]; first by apply/secular_below; rewrite m1.
rewrite leNgt; apply/negP => lt; move: m1'; rewrite leNgt -[X in X < _]m1 => /negP; apply.
rewrite /poles_mean /mean ltr_pmul2r ?invr_gt0 // (bigD1 ord0) //= [X in _ < X](bigD1 ord0) //=.
have inv j : (L - a j)^-1 < (L' - a j)^-1.
  by rewrite ltf_pinv ?posrE ?subr_gt0 // ltr_add2r.
by apply: ltr_le_add => //; apply: ler_sum => j _; apply: ltW.
Qed.

(* the vector 1/(L - a_j) with positive entries is an eigenvector *)
Theorem secular_eigenvector L : (forall j, a j < L) -> poles_mean L = 1 ->
  forall j, (\sum_l (L - a l)^-1) / N + a j * (L - a j)^-1 = L * (L - a j)^-1.
Proof.
move=> pole m1 j; rewrite -/(mean _) -/(poles_mean L) m1.
have h0 : L - a j != 0 by rewrite subr_eq0 gt_eqF.
by rewrite -(mulfV h0) -mulrDl subrK.
Qed.

(* its distance from 1 + mean a *)
Theorem secular_tight L : (forall j, a j < L) -> poles_mean L = 1 ->
  1 + mean a <= L /\ (1 + mean a = L <-> forall j, a j = a ord0).
Proof.
move=> pole m1; have h0 j : 0 < L - a j by rewrite subr_gt0.
have gap : mean (fun j => (L - a j - 1) ^+ 2 / (L - a j)) = L - (1 + mean a).
  transitivity (mean (fun j => L + - 1 * a j + ((L - a j)^-1 + - (1 + 1)))).
    apply: eq_mean => j; have := mulfV (lt0r_neq0 (h0 j)); set h := L - a j => hh.
    have -> : L + - 1 * a j = h by rewrite /h; rcf_ring.
    rewrite (_ : (h - 1) ^+ 2 / h = h * (h / h) - (1 + 1) * (h / h) + h^-1); last first.
      by move: (h^-1) => i; rcf_ring.
    by rewrite hh; move: (h^-1) => i; rcf_ring.
  rewrite !meanD meanZ !mean_const -/(poles_mean L) m1; move: (mean a) => m; rcf_ring.
have nonneg j : 0 <= (L - a j - 1) ^+ 2 / (L - a j) by rewrite mulr_ge0 ?sqr_ge0 // invr_ge0 ltW.
split; first by rewrite -subr_ge0 -gap; apply: mean_ge0.
split=> [e|e].
  have : \sum_j (L - a j - 1) ^+ 2 / (L - a j) == 0.
    by move: gap; rewrite -e subrr => /eqP; rewrite mulf_eq0 invr_eq0 (negbTE Nn0) orbF.
  rewrite psumr_eq0 // => /allP h.
  have one j : L - a j = 1.
    have := h j; rewrite mem_index_enum => /(_ isT); rewrite /= mulf_eq0 sqrf_eq0 invr_eq0.
    by rewrite (gt_eqF (h0 j)) orbF subr_eq0 => /eqP.
  by move=> j; apply: (addrI (- L)); apply: oppr_inj; rewrite !opprD !opprK one one.
have E : poles_mean L = (L - a ord0)^-1.
  by rewrite -[RHS](mean_const n); apply: eq_mean => j; rewrite e.
have : L - a ord0 = 1 by apply: invr_inj; rewrite -E m1 invr1.
have -> : mean a = a ord0 by rewrite -[RHS](mean_const n); apply: eq_mean.
by move=> <-; rewrite subrK.
Qed.
End SecularEquation.

(* The net *)
Section MemorisingNet.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R) (c : R).
(* neuron i belongs to datum s i, has the direction v i and the threshold b i *)
Variables (s : 'I_k -> 'I_n.+1) (v : 'I_k -> 'rV[R]_d) (b : 'I_k -> R).
Hypothesis one_each : injective s.
Hypothesis where_needed : forall j, (j \in codom s) = (y j != c).
Hypothesis own_side : forall i, b i < dot (v i) (x (s i)).
Hypothesis other_side : forall i j, j != s i -> dot (v i) (x j) < b i.
Local Notation pdot := (@pdot R d k).
Let N : R := n.+1%:R.
Let N0 : 0 < N := n1_gt0 R n.
Let D := dot_ip R d.

Definition size_of_datum j : R := Num.sqrt (1 + dot (x j) (x j)).
Definition cost j : R := `|y j - c| * size_of_datum j.
Definition inside i : R := dot (v i) (x (s i)) - b i.
Definition own_output i : R := Num.sqrt (cost (s i)).
Definition scale i : R := own_output i / inside i.
Definition memorising_net : parameters R d k :=
  mkparameters (fun i => scale i *: v i) (fun i => - (scale i * b i))
               (fun i => (y (s i) - c) / own_output i) c.
Let p := memorising_net.

Lemma size_square j : size_of_datum j ^+ 2 = 1 + dot (x j) (x j).
Proof. by rewrite sqr_sqrtr // addr_ge0 ?ler01 // (ip_ge0 D). Qed.
Lemma size_gt0 j : 0 < size_of_datum j.
Proof. by rewrite sqrtr_gt0 ltr_spaddl ?ltr01 // (ip_ge0 D). Qed.
Lemma cost_ge0 j : 0 <= cost j.
Proof. by rewrite mulr_ge0 // ltW // size_gt0. Qed.
Lemma needed i : y (s i) != c.
Proof. by rewrite -where_needed codom_f. Qed.
Lemma cost_gt0 i : 0 < cost (s i).
Proof. by rewrite mulr_gt0 ?size_gt0 // normr_gt0 subr_eq0 needed. Qed.
Lemma own_output_gt0 i : 0 < own_output i. Proof. by rewrite sqrtr_gt0 cost_gt0. Qed.
Lemma own_output_square i : own_output i ^+ 2 = cost (s i).
Proof. by rewrite sqr_sqrtr // cost_ge0. Qed.
Lemma inside_gt0 i : 0 < inside i. Proof. by rewrite subr_gt0. Qed.
Lemma scale_gt0 i : 0 < scale i.
Proof. by rewrite divr_gt0 ?own_output_gt0 ?inside_gt0. Qed.

Lemma preactivationE z i : preactivation p z i = scale i * (dot (v i) z - b i).
Proof. by rewrite /preactivation !mkE (ipZl D) mulrBr. Qed.
Lemma preactivation_own i : preactivation p (x (s i)) i = own_output i.
Proof. by rewrite preactivationE divfK // gt_eqF // inside_gt0. Qed.
Lemma preactivation_other i j : j != s i -> preactivation p (x j) i < 0.
Proof. by move=> js; rewrite preactivationE pmulr_rlt0 ?scale_gt0 // subr_lt0 other_side. Qed.
Lemma stepE j i : step (preactivation p (x j) i) = (j == s i)%:R.
Proof.
rewrite /step; have [->|js] := eqVneq j (s i); first by rewrite preactivation_own own_output_gt0.
by rewrite lt_gtF // preactivation_other.
Qed.
Lemma relu_preactivation j i : relu (preactivation p (x j) i) = (j == s i)%:R * own_output i.
Proof.
by rewrite reluE stepE; have [->|_] := eqVneq j (s i); rewrite ?preactivation_own // !mul0r.
Qed.

(* a sum over the neurons sees the datum's own one only *)
Lemma sum_own (F : 'I_n.+1 -> R) j : \sum_i (j == s i)%:R * F (s i) = (y j != c)%:R * F j.
Proof.
rewrite -where_needed; have [/codomP [i ->]|no] := boolP (j \in codom s).
  rewrite (bigD1 i) //= eqxx mul1r big1 ?addr0 // => l li.
  by rewrite (inj_eq one_each) eq_sym (negbTE li) mul0r.
rewrite mul0r big1 // => i _; have [e|_] := eqVneq j (s i); last by rewrite mul0r.
by rewrite e codom_f in no.
Qed.
Lemma cost_needed j : (y j != c)%:R * cost j = cost j.
Proof. by rewrite /cost; have [->|_] := eqVneq (y j) c; rewrite ?subrr ?normr0 ?mul0r ?mulr0 ?mul1r. Qed.

Theorem memorising_differentiable : differentiable_at_data x p.
Proof.
move=> j i; have [->|js] := eqVneq j (s i); last by rewrite lt_eqF // preactivation_other.
by rewrite preactivation_own gt_eqF // own_output_gt0.
Qed.

Theorem memorising_interpolating : interpolating x y p.
Proof.
move=> j; rewrite /shallow_net (eq_bigr (fun i => (j == s i)%:R * (y (s i) - c))) => [|i _]; last first.
  by rewrite relu_preactivation !mkE mulrCA divfK // gt_eqF // own_output_gt0.
rewrite (sum_own (fun l => y l - c)) !mkE.
by have [->|_] := eqVneq (y j) c; rewrite ?mul0r ?add0r // mul1r subrK.
Qed.

(* N K = 1 1^T + 2 diag(cost) *)
Theorem memorising_gram j l :
  n.+1%:R * gram pdot (feature x p) j l = 1 + (j == l)%:R * (2 * cost j).
Proof.
rewrite gram_entry -addrA; congr (_ + _); have [<-|jl] := eqVneq j l; last first.
  have zero i : (j == s i)%:R * (l == s i)%:R = 0 :> R.
    have [ji|_] := eqVneq j (s i); last by rewrite mul0r.
    by rewrite -ji eq_sym (negbTE jl) mulr0.
  rewrite !big1 ?mul0r ?addr0 // => i _; rewrite ?stepE ?zero ?mulr0 //.
  by rewrite !relu_preactivation mulrACA zero mul0r.
have same i : (j == s i)%:R * (j == s i)%:R = (j == s i)%:R :> R.
  by case: (j == s i); rewrite ?mulr1 ?mulr0.
rewrite (eq_bigr (fun i => (j == s i)%:R * cost (s i))) => [|i _]; last first.
  by rewrite !relu_preactivation mulrACA same -expr2 own_output_square.
rewrite (sum_own cost) cost_needed (eq_bigr (fun i => (j == s i)%:R * ((y (s i) - c) ^+ 2 / cost (s i)))); last first.
  by move=> i _; rewrite !stepE same mkE mulrC expr_div_n own_output_square.
rewrite (sum_own (fun l => (y l - c) ^+ 2 / cost l)) -size_square [RHS]mul1r [RHS]mulr_natl mulr2n; congr (_ + _).
rewrite -[RHS]cost_needed; have [_|ne] := eqVneq (y j) c; first by rewrite !mul0r.
have c0 : `|y j - c| != 0 by rewrite normr_eq0 subr_eq0.
have l0 : size_of_datum j != 0 by rewrite gt_eqF // size_gt0.
rewrite !mul1r -(real_normK (num_real (y j - c))) /cost invfM.
move: `|y j - c| (size_of_datum j) c0 l0 => e f e0 f0.
transitivity ((e * e^-1) * (f * f^-1) * (e * f)); last by rewrite !mulfV // !mul1r.
by move: (e^-1) (f^-1) => e' f'; rcf_ring.
Qed.

Definition shift_of_datum j : R := 2 * cost j / N.
Lemma shift_ge0 j : 0 <= shift_of_datum j.
Proof. by rewrite divr_ge0 ?ler0n // mulr_ge0 ?ler0n ?cost_ge0. Qed.

Lemma memorising_form (u : 'rV[R]_n.+1) :
  gram_form pdot (feature x p) u = ones_and_diagonal shift_of_datum (fun j => u 0 j).
Proof.
have E j l : gram pdot (feature x p) j l = N^-1 + (j == l)%:R * shift_of_datum j.
  apply: (mulfI (lt0r_neq0 N0)); rewrite memorising_gram mulrDr (mulfV (lt0r_neq0 N0)); congr (_ + _).
  by rewrite [RHS]mulrCA; congr (_ * _); rewrite [RHS]mulrC (divfK (lt0r_neq0 N0)).
rewrite /gram_form /ones_and_diagonal expr2 -mulrA mulr_suml -big_split; apply: eq_bigr => j _ /=.
rewrite (eq_bigr (fun l => u 0 j * N^-1 * u 0 l + (j == l)%:R * (u 0 j * shift_of_datum j * u 0 l))); last first.
  by move=> l _; rewrite E; move: (N^-1) (shift_of_datum j) (_%:R) => m a e; rcf_ring.
rewrite big_split -mulr_sumr /=; congr (_ + _); first by rewrite mulrAC mulrA.
rewrite (bigD1 j) //= eqxx mul1r big1 ?addr0 => [|l]; last by rewrite eq_sym => /negbTE ->; rewrite mul0r.
by rewrite expr2 mulrAC mulrC.
Qed.

Lemma rayleigh_below L : rayleigh_bound pdot (feature x p) L <-> below shift_of_datum L.
Proof.
have sq (u : 'rV[R]_n.+1) : dot u u = \sum_j u 0 j ^+ 2 by apply: eq_bigr => j _; rewrite expr2.
split=> [h u|h].
  have L0 : 0 <= L.
    apply: ltW; apply: lt_le_trans (sharpness_ge_mean_gradient h); exact: mean_gradient_square_gt0.
  have := (sharpness_gram (feature x p) (pdot_ip R d k) L0).1 h (\row_j u j).
  rewrite memorising_form sq /ones_and_diagonal.
  have e j : (\row_l u l) 0 j = u j :> R by rewrite mxE.
  rewrite (eq_bigr _ (fun j _ => e j)) [X in _ + X <= _](eq_bigr (fun j => shift_of_datum j * u j ^+ 2)).
    by rewrite [X in _ <= L * X](eq_bigr (fun j => u j ^+ 2)) // => j _; rewrite e.
  by move=> j _; rewrite e.
have L0 : 0 <= L by apply: ltW; apply: le_lt_trans (shift_ge0 ord0) (below_pole ord0 h).
by apply/(sharpness_gram (feature x p) (pdot_ip R d k) L0) => u; rewrite memorising_form sq.
Qed.

(* lambda_max is the solution of the secular equation above all 2 cost j / N *)
Theorem memorising_lambda_max L : is_lambda_max pdot (feature x p) L <->
  (forall j, 2 * cost j / n.+1%:R < L) /\ mean (fun j => (L - 2 * cost j / n.+1%:R)^-1) = 1.
Proof.
rewrite -/(poles_mean shift_of_datum L) -(secular_smallest L shift_ge0) /is_lambda_max.
by split=> -[/rayleigh_below h least]; split=> // L' /rayleigh_below; apply: least.
Qed.

Theorem memorising_sharpness largest r : (forall j, `|y j - c| <= largest) -> (forall j, nrm (x j) <= r) ->
  rayleigh_bound pdot (feature x p) (1 + 2 * largest / n.+1%:R * Num.sqrt (1 + r ^+ 2)).
Proof.
move=> hl hr; apply/rayleigh_below; set a := 2 * largest / N * _.
have ha j : shift_of_datum j <= a.
  have size_le : size_of_datum j <= Num.sqrt (1 + r ^+ 2).
    rewrite ler_wsqrtr // ler_add2l -nrm_sqr ler_sqr ?nnegrE ?nrm_ge0 //.
    exact: le_trans (nrm_ge0 _) (hr j).
  have -> : a = 2 * (largest * Num.sqrt (1 + r ^+ 2)) / N by rewrite /a mulrAC mulrA.
  rewrite ler_pmul2r ?invr_gt0 // ler_pmul2l ?ltr0n // ler_pmul //.
  exact: ltW (size_gt0 j).
apply/secular_below; split=> [j|]; first by apply: le_lt_trans (ha j) _; rewrite ltr_addr ltr01.
rewrite -[X in _ <= X](mean_const n); apply: ler_mean => j.
by rewrite -[X in _ <= X]invr1 lef_pinv ?posrE ?ltr01 ?subr_gt0 ?ler_subr_addr;
  rewrite ?(le_lt_trans (ha j)) ?ltr_addr ?ltr01 // ler_add2l.
Qed.

Theorem memorising_tight L : is_lambda_max pdot (feature x p) L ->
  1 + 2 * ((\sum_j cost j) / n.+1%:R ^+ 2) <= L /\
  (1 + 2 * ((\sum_j cost j) / n.+1%:R ^+ 2) = L <-> forall j, cost j = cost ord0).
Proof.
move=> /memorising_lambda_max [pole m1].
have E : mean shift_of_datum = 2 * ((\sum_j cost j) / n.+1%:R ^+ 2).
  rewrite /mean /shift_of_datum -mulr_suml -mulr_sumr expr2 invfM -/N.
  by move: (N^-1) (\sum_j _) => m S; rcf_ring.
have [le eq] := secular_tight pole m1; rewrite E in le eq; split=> //; rewrite eq.
have inj j l : shift_of_datum j = shift_of_datum l -> cost j = cost l.
  have n0 : (2 : R) != 0 by rewrite pnatr_eq0.
  by move/(mulIf (invr_neq0 (lt0r_neq0 N0)))/(mulfI n0).
by split=> h j; [apply: inj; apply: h | rewrite /shift_of_datum h].
Qed.

(* The stability norm.  The side of the datum has the smaller weight: *)
Definition smaller_side := forall i,
  one_sided_weight x (direction p i) (threshold p i) <
  one_sided_weight x (- direction p i) (- threshold p i).

Let mean_own (F : 'I_n.+1 -> R) i : mean (fun j => (j == s i)%:R * F j) = F (s i) / N.
Proof.
rewrite /mean (bigD1 (s i)) //= eqxx mul1r big1 ?addr0 // => j /negbTE ->.
by rewrite mul0r.
Qed.
Let indicatorE i j : w1 p i != 0 -> indicator x (direction p i) (threshold p i) j = (j == s i)%:R.
Proof.
move=> w0; rewrite -stepE -indicator_step pre_canon // stepZ //.
by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
Qed.

(* |w1| gt  is what the neuron makes of its datum *)
Lemma own_weight i : w1 p i != 0 ->
  nrm (w1 p i) * one_sided_weight x (direction p i) (threshold p i) =
  own_output i * size_of_datum (s i) / N ^+ 2.
Proof.
move=> w0; rewrite /one_sided_weight mulrA.
have -> : nrm (w1 p i) * mean_excess x (direction p i) (threshold p i) = own_output i / N.
  rewrite -meanZ -(mean_own (fun=> own_output i) i); apply: eq_mean => j.
  by rewrite -reluZ ?nrm_ge0 // -pre_canon // relu_preactivation.
have -> : probability x (direction p i) (threshold p i) = N^-1.
  rewrite -[RHS]mul1r -(mean_own (fun=> 1) i); apply: eq_mean => j.
  by rewrite mulr1 indicatorE.
have -> : masked_mean x (direction p i) (threshold p i) = N^-1 *: x (s i).
  congr (_ *: _); rewrite (bigD1 (s i)) //= indicatorE // eqxx scale1r big1 ?addr0 // => j.
  by rewrite indicatorE // => /negbTE ->; rewrite scale0r.
rewrite (ipZl D) (ipZr D) mulrA -expr2 -[X in X + _]mulr1 -mulrDr sqrtrM ?sqr_ge0 //.
rewrite sqrtr_sqr ger0_norm ?invr_ge0 ?ler0n // -/(size_of_datum _) expr2 invfM.
by move: (N^-1) (own_output i) (size_of_datum _) => m o e; rcf_ring.
Qed.

Lemma amplitude_weight i : w1 p i != 0 ->
  `|amplitude p i| * one_sided_weight x (direction p i) (threshold p i) = cost (s i) / N ^+ 2.
Proof.
move=> w0; rewrite normrM (ger0_norm (nrm_ge0 _)) -mulrA own_weight // mkE normrM.
rewrite normfV (gtr0_norm (own_output_gt0 i)) !mulrA divfK ?gt_eqF ?own_output_gt0 //.
Qed.

Theorem memorising_stability_norm : smaller_side ->
  stability_norm x p = (\sum_j cost j) / n.+1%:R ^+ 2.
Proof.
move=> near.
have w0 i : w1 p i != 0.
  apply: contraTneq (near i) => w0; rewrite -leNgt /direction /threshold w0 scaler0 oppr0.
  have -> : nrm (0 : 'rV[R]_d) = 0 by rewrite /nrm (ip0l D) sqrtr0.
  by rewrite invr0 mulr0 oppr0.
have alone i h : same_hyperplane p i h -> i = h.
  case/orP=> /andP[/eqP ed /eqP et].
    have := indicatorE (s i) (w0 i); rewrite ed et indicatorE // eqxx.
    by have [/one_each -> //|_ /eqP] := eqVneq (s i) (s h); rewrite eq_sym oner_eq0.
  have := near i; have := near h; rewrite ed et !opprK => a b'.
  by have := lt_trans a b'; rewrite ltxx.
have own h : representative p h = h by apply: alone; apply: representative_same.
have merged h : merged_amplitude p h = amplitude p h.
  rewrite /merged_amplitude (eq_bigl (pred1 h)) ?big_pred1_eq // => i; by rewrite own.
rewrite /stability_norm /reduced_norm (eq_bigr (fun i => cost (s i) / N ^+ 2)) => [|i _]; last first.
  by rewrite merged /weight min_l ?amplitude_weight // ltW.
rewrite -mulr_suml; congr (_ / _).
transitivity (\sum_i \sum_j (j == s i)%:R * cost j).
  apply: eq_bigr => i _; rewrite (bigD1 (s i)) //= eqxx mul1r big1 ?addr0 // => j /negbTE ->.
  by rewrite mul0r.
rewrite exchange_big /=; apply: eq_bigr => j _; rewrite -[RHS]cost_needed -sum_own.
by apply: eq_bigr => i _; have [->|_] := eqVneq j (s i); rewrite ?mul0r.
Qed.

(* a threshold near the datum: t (1 + sqrt(1 + |x|^2)) < m, where m is how far the datum leads *)
Lemma near_datum : (0 < n)%N ->
  (forall i l, l != s i -> inside i * (1 + size_of_datum (s i)) < dot (v i) (x (s i)) - dot (v i) (x l)) ->
  smaller_side.
Proof.
move=> n0 lead i.
have [l li] : exists l, l != s i.
  by have [->|?] := eqVneq (s i) ord0; [exists ord_max; rewrite -val_eqE /= -lt0n | exists ord0; rewrite eq_sym].
have w0 : w1 p i != 0.
  apply: contraTneq (preactivation_other li) => w0; rewrite -leNgt.
  have e z : preactivation p z i = b1 p i by rewrite /preactivation w0 (ip0l D) add0r.
  by rewrite e -(e (x (s i))) preactivation_own ltW // own_output_gt0.
have c0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
rewrite -(ltr_pmul2l c0) own_weight // /one_sided_weight mulrA.
set P' := probability x _ _; set M' := masked_mean x _ _.
have other j : nrm (w1 p i) * relu (dot (- direction p i) (x j) - - threshold p i) =
    relu (- preactivation p (x j) i).
  rewrite -reluZ ?nrm_ge0 // pre_canon //; congr relu.
  by rewrite -scaleN1r (ipZl D) mulN1r opprK -mulrN opprB addrC.
have e1 : scale i * (dot (v i) (x (s i)) - dot (v i) (x l) - inside i) / N <=
    nrm (w1 p i) * mean_excess x (- direction p i) (- threshold p i).
  rewrite -meanZ /mean ler_pmul2r ?invr_gt0 // (bigD1 l) //= other.
  apply: ler_paddr; first by apply: sumr_ge0 => j _; rewrite other relu_ge0.
  rewrite /relu le_maxr preactivationE -mulrN opprB /inside opprB.
  by rewrite (_ : _ - _ + _ = b i - dot (v i) (x l)) ?lexx //; rcf_ring.
have p1 : N^-1 <= P'.
  rewrite /P' /probability /mean (bigD1 l) //= -[X in X <= _]mul1r ler_pmul2r ?invr_gt0 //.
  rewrite /indicator (_ : (_ < _) = true) ?ler_addl ?sumr_ge0 // => [j _|]; first by rewrite ler0n.
  have := preactivation_other li; rewrite pre_canon // pmulr_rlt0 // subr_lt0 => lt.
  by rewrite -scaleN1r (ipZl D) mulN1r ltr_opp2.
have e2 : N^-1 <= Num.sqrt (P' ^+ 2 + dot M' M').
  apply: le_trans p1 _; rewrite -[X in X <= _]ger0_norm ?probability_ge0 // -sqrtr_sqr ler_wsqrtr //.
  by rewrite ler_addl (ip_ge0 D).
have m0 : 0 <= N^-1 by rewrite invr_ge0 ltW.
apply: lt_le_trans (ler_pmul _ m0 e1 e2); last first.
  rewrite mulr_ge0 // mulr_ge0 ?(ltW (scale_gt0 i)) // subr_ge0 ltW // (le_lt_trans _ (lead i l li)) //.
  by rewrite mulrDr mulr1 ler_addl mulr_ge0 // ltW ?inside_gt0 ?size_gt0.
have -> : own_output i = scale i * inside i by rewrite divfK // gt_eqF // inside_gt0.
rewrite expr2 invfM mulrA ltr_pmul2r ?invr_gt0 // ltr_pmul2r ?invr_gt0 //.
rewrite -mulrA ltr_pmul2l ?scale_gt0 // ltr_subr_addr.
by have := lead i l li; rewrite mulrDr mulr1 addrC.
Qed.
End MemorisingNet.

(* Equality in the main theorem, for every step size below 2 *)
Section Attained.
Variables (R : rcfType) (d n : nat).
Add Ring the_ring : (rcf_ring_theory R).
(* at least two data, each cut off from the others by a hyperplane *)
Variables (x : 'I_n.+2 -> 'rV[R]_d) (y : 'I_n.+2 -> R) (c eta : R).
Let D := dot_ip R d.
Local Notation pdot := (@pdot R d n.+2).

Theorem stability_inequality_attained : 0 < eta -> eta < 2 ->
  (forall j, exists v, forall l, l != j -> dot v (x l) < dot v (x j)) ->
  (forall j, `|y j - c| * Num.sqrt (1 + dot (x j) (x j)) = (1 / eta - 2^-1) * n.+2%:R) ->
  exists p : parameters R d n.+2, [/\ differentiable_interpolating_minimum x y p,
    forall q, hessian_form x y p q <= 2 / eta * pdot q q,
    is_lambda_max pdot (feature x p) (2 / eta) &
    stability_norm x p = 1 / eta - 2^-1].
Proof.
move=> eta0 eta2 cut costs.
have N0 : 0 < n.+2%:R :> R by rewrite ltr0Sn.
have k0 : 0 < 1 / eta - 2^-1 by rewrite subr_gt0 mul1r ltf_pinv // posrE ltr0n.
have L0 j : 0 < Num.sqrt (1 + dot (x j) (x j)) by exact: size_gt0.
have [v hv] : exists v : 'I_n.+2 -> 'rV[R]_d, forall j l, l != j -> dot (v j) (x l) < dot (v j) (x j).
  exact: fin_all_exists cut.
have [e e0 he] : exists2 e, 0 < e & forall i : 'I_n.+2 * 'I_n.+2,
    e <= if i.2 != i.1 then
           (dot (v i.1) (x i.1) - dot (v i.1) (x i.2)) / (2 + Num.sqrt (1 + dot (x i.1) (x i.1)))
         else 1.
  apply: fin_pos_lb => -[j l] /=; have [lj|lj] := boolP (l != j); last by rewrite ltr01.
  by rewrite divr_gt0 ?subr_gt0 ?hv // ltr_spaddl ?ltr0n // ltW.
pose b j := dot (v j) (x j) - e.
have lead j l : l != j -> e * (2 + Num.sqrt (1 + dot (x j) (x j))) <= dot (v j) (x j) - dot (v j) (x l).
  by move=> lj; have := he (j, l); rewrite /= lj ler_pdivl_mulr // ltr_spaddl ?ltr0n // ltW.
have inside_e j : inside x id v b j = e by rewrite /inside /b opprB addrC subrK.
have y0 j : y j != c.
  apply/eqP => e1; have /esym/eqP := costs j; rewrite e1 subrr normr0 mul0r mulf_eq0.
  by rewrite !gt_eqF.
have onto j : (j \in codom (id : 'I_n.+2 -> 'I_n.+2)) = (y j != c).
  by rewrite y0; apply/codomP; exists j.
have own j : b j < dot (v j) (x j) by rewrite /b ltr_subl_addr ltr_addl.
have other j l : l != j -> dot (v j) (x l) < b j.
  move=> /lead h; rewrite /b ltr_subr_addr -ltr_subr_addl; apply: lt_le_trans _ h.
  by rewrite -[X in X < _]mulr1 ltr_pmul2l // ltr_spaddr ?L0 ?ler1n.
have one : injective (id : 'I_n.+2 -> 'I_n.+2) by [].
exists (memorising_net x y c id v b).
have int := memorising_interpolating one onto own other.
have dif := memorising_differentiable onto own other.
have cE j : cost x y c j = (1 / eta - 2^-1) * n.+2%:R := costs j.
have gap j : 2 / eta - 2 * cost x y c j / n.+2%:R = 1.
  rewrite cE mulrA mulfK ?gt_eqF // mulrBr mulfV ?pnatr_eq0 // mulrA mulr1 opprB addrC subrK //.
have top : is_lambda_max pdot (feature x (memorising_net x y c id v b)) (2 / eta).
  apply/(memorising_lambda_max one onto own other); split=> [j|].
    by rewrite -subr_gt0 gap ltr01.
  by rewrite -[RHS](mean_const n.+1); apply: eq_mean => j; rewrite gap invr1.
split=> //; first by move=> q; rewrite (hessian_interpolating q int); case: top => h _; apply: h.
rewrite (memorising_stability_norm one onto own other).
  rewrite (eq_bigr (fun=> (1 / eta - 2^-1) * n.+2%:R)) => [|j _]; last by rewrite cE.
  rewrite sumr_const card_ord -mulr_natl mulrCA -expr2 mulfK // gt_eqF // exprn_gt0 //.
apply: near_datum => // j l lj; rewrite inside_e /size_of_datum.
by apply: lt_le_trans _ (lead j l lj); rewrite ltr_pmul2l // ltr_add2r ltr1n.
Qed.

(* every point of a sphere is cut off, by the plane through it that touches the sphere *)
Lemma sphere_cut (z : 'rV[R]_d) r : injective x -> (forall j, dot (x j - z) (x j - z) = r) ->
  forall j, exists v, forall l, l != j -> dot v (x l) < dot v (x j).
Proof.
move=> inj hr j; exists (x j - z) => l lj; rewrite -subr_gt0 -(ipBr D).
have lt : 0 < dot (x j - x l) (x j - x l).
  rewrite lt_neqAle (ip_ge0 D) andbT eq_sym; apply: contraNneq lj => /dot_eq0 /eqP.
  by rewrite subr_eq0 => /eqP /inj ->.
have -> : x j - x l = (x j - z) - (x l - z) by rewrite opprB addrA subrK.
have := hr l; have := hr j; move: lt; rewrite (_ : x j - x l = (x j - z) - (x l - z)); last first.
  by rewrite opprB addrA subrK.
move: (x j - z) (x l - z) => u w; rewrite !(ipBr D) !(ipBl D) (ipC D w u).
move: (dot u u) (dot w w) (dot u w) => a a' m lt e e'; rewrite e e' in lt *.
move: lt; have -> : r - m - (m - r) = (r - m) *+ 2 by rcf_ring.
by rewrite pmulrn_lgt0.
Qed.

Theorem attained_on_sphere r sigma : 0 < eta -> eta < 2 -> injective x -> (forall j, dot (x j) (x j) = r) ->
  (forall j, `|sigma j| = 1) ->
  (forall j, y j = c + sigma j * ((1 / eta - 2^-1) * n.+2%:R / Num.sqrt (1 + r))) ->
  exists p : parameters R d n.+2, [/\ differentiable_interpolating_minimum x y p,
    forall q, hessian_form x y p q <= 2 / eta * pdot q q,
    is_lambda_max pdot (feature x p) (2 / eta) &
    stability_norm x p = 1 / eta - 2^-1].
Proof.
move=> eta0 eta2 inj hr s1 hy; apply: stability_inequality_attained => // [|j].
  by apply: (@sphere_cut 0 r) => // j; rewrite subr0.
have r0 : 0 < Num.sqrt (1 + r) by rewrite -(hr ord0) size_gt0.
have k0 : 0 < 1 / eta - 2^-1 by rewrite subr_gt0 mul1r ltf_pinv // posrE ltr0n.
rewrite hy addrC addKr normrM s1 mul1r hr ger0_norm ?divfK ?gt_eqF //.
by rewrite divr_ge0 ?mulr_ge0 ?ler0n // ltW.
Qed.
End Attained.
