(* mean-square-threshold: the length of linearised SGD, in the coordinates of the Gram matrix.

   With a_j = <g_j, delta_0>, batches as in MeanSquare.v and W = (1-p) K + p N diag K,

     E|delta_1|^2 = |delta_0|^2 - (eta/N) (2 |a|^2 - eta <a, W a>)                          [one_step_length].

   So the length does not grow in the mean if eta W <= 2 [no_growth], and W <= (1-p) lambda_max + p G for all
   |g_j|^2 <= G [largest_gradient]: for eta ((1-p) lambda_max + p G) <= 2 no start grows, at any time
   [mean_square_bounded].  From the eigenvector u of K the second-moment inequality of MeanSquare.v gives
   eta lambda (1 + p (N sum_j u_j^4 - 1)) <= 2                                             [eigenvector_level]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability GramForm MeanSquare Evaluation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Length.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Variables (n : nat) (g : 'I_n.+1 -> V).
Add Ring the_ring : (rcf_ring_theory R).
Let N : R := n.+1%:R.
Local Notation K := (gram ip g).
(* <a, W a> *)
Definition batch_form p (a : 'rV[R]_n.+1) : R :=
  (1 - p) * gram_form ip g a + p * N * \sum_j K j j * a 0 j ^+ 2.
Local Notation slopes := (feature_products ip g).

Section OneStep.
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R) (p : R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = N^-1.
Hypothesis second_moments : batch_second_moments pr wt p.

Theorem one_step_length eta v :
  \sum_B pr B * ip (sgd_step ip g wt eta B v) (sgd_step ip g wt eta B v) =
  ip v v - eta / N * (2 * dot (slopes v) (slopes v) - eta * batch_form p (slopes v)).
Proof.
have N0 : N != 0 := n1_neq0 R n; pose a j := ip (g j) v.
pose z B : V := \sum_j wt B j *: (a j *: g j).
have first : \sum_B pr B * ip v (z B) = dot (slopes v) (slopes v) / N.
  rewrite (eq_bigr (fun B => pr B * \sum_j wt B j * (a j * a j))) => [|B _]; last first.
    by rewrite (ipC ipP) (ip_suml ipP); congr (_ * _); apply: eq_bigr => j _; rewrite !(ipZl ipP).
  by rewrite (batch_linear unbiased); congr (_ / _); apply: eq_bigr => j _; rewrite !mxE.
have second : \sum_B pr B * ip (z B) (z B) = batch_form p (slopes v) / N.
  rewrite (eq_bigr (fun B => pr B * \sum_j \sum_l (wt B j * wt B l) * (N * (a j * K j l * a l)))) => [|B _]; last first.
    rewrite (ip_suml ipP); congr (_ * _); apply: eq_bigr => j _; rewrite !(ipZl ipP) (ipC ipP) (ip_suml ipP) !mulr_sumr.
    apply: eq_bigr => l _; rewrite !(ipZl ipP) (ipC ipP (g l)) /gram -/N; move: (ip (g j) (g l)) => c.
    transitivity (wt B j * wt B l * (a j * c * a l) * (N / N)); first by rewrite mulfV // mulr1; rcf_ring.
    by move: (N^-1) => i; rcf_ring.
  rewrite (batch_bilinear second_moments) /batch_form /gram_form.
  have -> : mean (fun j => mean (fun l => N * (a j * K j l * a l))) = (\sum_j \sum_l slopes v 0 j * K j l * slopes v 0 l) / N.
    rewrite /mean; congr (_ / _); apply: eq_bigr => j _; rewrite -mulr_sumr mulrC mulKf //.
    by apply: eq_bigr => l _; rewrite !mxE.
  have -> : mean (fun j => N * (a j * K j j * a j)) = N * (\sum_j K j j * slopes v 0 j ^+ 2) / N.
    rewrite /mean -mulr_sumr; congr (_ * _ / _); apply: eq_bigr => j _; rewrite !mxE -/(a j); rcf_ring.
  by move: (\sum_j _) (\sum_j _) => s t; rcf_ring.
rewrite (eq_bigr (fun B => ip v v * pr B + (- (2 * eta)) * (pr B * ip v (z B)) + eta ^+ 2 * (pr B * ip (z B) (z B)))).
  rewrite !big_split /= -!mulr_sumr pr_sum first second.
  by move: (N^-1) => i; rcf_ring.
by move=> B _; rewrite /sgd_step -/(z B) (ip_sqrB ipP); rcf_ring.
Qed.

Theorem no_growth eta mu v : 0 <= eta -> eta * mu <= 2 ->
  batch_form p (slopes v) <= mu * dot (slopes v) (slopes v) ->
  \sum_B pr B * ip (sgd_step ip g wt eta B v) (sgd_step ip g wt eta B v) <= ip v v.
Proof.
move=> eta0 small level; rewrite one_step_length ler_subl_addr ler_addl.
rewrite mulr_ge0 ?divr_ge0 ?ler0n // subr_ge0.
apply: (@le_trans _ _ (eta * (mu * dot (slopes v) (slopes v)))); first by rewrite ler_wpmul2l.
by rewrite mulrA ler_wpmul2r // (ip_ge0 (dot_ip R n.+1)).
Qed.

(* at the eigenvector of K: lambda* >= lambda (1 + p (N sum u_j^4 - 1)) *)
Theorem eigenvector_level eta u lam : 0 < eta -> 0 < lam -> dot u u = 1 ->
  (forall j, \sum_l K j l * u 0 l = lam * u 0 j) ->
  \sum_B pr B * ip (combination g u) (sgd_step ip g wt eta B (combination g u)) ^+ 2 <=
    ip (combination g u) (combination g u) ^+ 2 ->
  eta * lam * (1 + p * (N * (\sum_j u 0 j ^+ 4) - 1)) <= 2.
Proof.
move=> eta0 lam0 unit eigen /(one_step_solved ipP pr_sum unbiased second_moments eta0).
have N0 : N != 0 := n1_neq0 R n; have Npos : 0 < N := n1_gt0 R n.
have slope j : ip (g j) (combination g u) = N * lam * u 0 j.
  rewrite (ipC ipP) (ip_suml ipP) -mulrA -eigen mulr_sumr; apply: eq_bigr => l _.
  by rewrite (ipZl ipP) (ipC ipP (g l)) /gram -/N; rewrite mulrA [N * _]mulrC divfK // mulrC.
have length : ip (combination g u) (combination g u) = N * lam.
  rewrite {1}/combination (ip_suml ipP) -[RHS]mulr1 -unit /dot mulr_sumr; apply: eq_bigr => j _.
  by rewrite (ipZl ipP) slope; rcf_ring.
have square : feature_form ip g (combination g u) = N * lam ^+ 2.
  rewrite /feature_form /mean -/N (eq_bigr (fun j => (N * lam) ^+ 2 * (u 0 j * u 0 j))); last first.
    by move=> j _; rewrite slope; rcf_ring.
  rewrite -mulr_sumr -/(dot u u) unit; apply: (mulIf N0); rewrite divfK //; rcf_ring.
have fourth : mean (fun j => ip (g j) (combination g u) ^+ 4) = N ^+ 3 * lam ^+ 4 * \sum_j u 0 j ^+ 4.
  rewrite /mean -/N (eq_bigr (fun j => (N * lam) ^+ 4 * u 0 j ^+ 4)); last first.
    by move=> j _; rewrite slope exprMn.
  rewrite -mulr_sumr; move: (\sum_j _) => s; apply: (mulIf N0); rewrite divfK //; rcf_ring.
rewrite length square fourth => h.
have c0 : 0 < N ^+ 2 * lam ^+ 3 by rewrite mulr_gt0 ?exprn_gt0.
rewrite -(ler_pmul2l c0); move: h; congr (_ <= _); first by move: (\sum_j _) => s; rcf_ring.
by rcf_ring.
Qed.
End OneStep.

Theorem largest_gradient p lam G : 0 <= p -> p <= 1 ->
  (forall a, gram_form ip g a <= lam * dot a a) -> (forall j, ip (g j) (g j) <= G) ->
  forall a, batch_form p a <= ((1 - p) * lam + p * G) * dot a a.
Proof.
move=> p0 p1 hlam hG a; rewrite /batch_form [X in _ <= X]mulrDl; apply: ler_add.
  by rewrite -mulrA ler_wpmul2l // subr_ge0.
rewrite -!mulrA ler_wpmul2l // !mulr_sumr; apply: ler_sum => j _.
rewrite /gram mulrA [N * _]mulrC divfK ?n1_neq0 // -expr2.
by rewrite ler_wpmul2r ?sqr_ge0.
Qed.

Section AllTimes.
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R) (p : R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = N^-1.
Hypothesis second_moments : batch_second_moments pr wt p.
Theorem mean_square_bounded eta lam G : 0 <= eta -> 0 <= lam -> 0 <= p -> p <= 1 ->
  rayleigh_bound ip g lam -> (forall j, ip (g j) (g j) <= G) -> eta * ((1 - p) * lam + p * G) <= 2 ->
  forall t v, sgd_expectation ip g pr wt eta t (fun u => ip u u) v <= ip v v.
Proof.
move=> eta0 lam0 p0 p1 /(sharpness_gram g ipP lam0) hlam hG small.
elim=> [|t IH] v //=; apply: (@le_trans _ _ (\sum_B pr B *
    ip (sgd_step ip g wt eta B v) (sgd_step ip g wt eta B v))).
  by apply: ler_sum => B _; rewrite ler_wpmul2l.
apply: (no_growth pr_sum unbiased second_moments eta0 small).
exact: largest_gradient.
Qed.
End AllTimes.
End Length.

(* Control: the share p G of the largest gradient; one of two data has a gradient *)
Theorem control_no_largest_gradient (R : rcfType) :
  ~ (forall (V : lmodType R) (ip : V -> V -> R) n (g : 'I_n.+1 -> V) p lam, inner_product ip -> 0 <= p -> p <= 1 ->
     (forall a, gram_form ip g a <= lam * dot a a) -> forall a, batch_form ip g p a <= lam * dot a a).
Proof.
pose g (j : 'I_2) : 'rV[R]_1 := if j == 0 then const_mx 1 else 0.
have D := dot_ip R 1; have one : dot (const_mx 1 : 'rV[R]_1) (const_mx 1) = 1 by rewrite dot1 mxE mulr1.
have K j l : gram (@dot R 1) g j l = if (j == 0) && (l == 0) then 1 / 2 else 0.
  rewrite /gram /g; case: (j == 0); last by rewrite (ip0l D) mul0r.
  by case: (l == 0); [rewrite one | rewrite (ipC D) (ip0l D) mul0r].
have form a : gram_form (@dot R 1) g a = 1 / 2 * a 0 ord0 ^+ 2.
  rewrite /gram_form !big_ord_recl !big_ord0 !K /=; move: (a 0 ord0) (a 0 _) (1 / 2) => u w c; rcf_ring.
move=> h; have := h _ _ _ g 1 (1 / 2) D ler01 (lexx _) _ (delta_mx 0 0).
rewrite /batch_form form /dot !big_ord_recl !big_ord0 !K !mxE /= => H.
have /negP[] : ~~ ((1 - 1) * (1 / 2 * 1 ^+ 2) + 1 * 2 * (1 / 2 * 1 ^+ 2 + (0 * 0 ^+ 2 + 0)) <=
  1 / 2 * (1 * 1 + (0 * 0 + 0)) :> R) by rewrite -ltNge; rational_over R.
apply: H => a; rewrite form /dot !big_ord_recl big_ord0.
rewrite ler_wpmul2l //; first by rational_over R.
by rewrite -expr2 ler_addl addr0 -expr2 sqr_ge0.
Qed.
