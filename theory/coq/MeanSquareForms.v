(* mean-square-threshold: the trace bound, and certificates.

   For a symmetric matrix A let <delta, X delta> = <a, A a> with the slopes a_j = <g_j, delta>, and

     F(A) = (K A + A K)/eta - (1-p) K A K - p N diag(K A K).

   One step of linearised SGD: E<delta_1, X delta_1> = <delta_0, X delta_0> - eta^2 <a, F(A) a>   [one_step_form].
   So a certificate, F(A) >= 0, gives a form that no start increases, at any time, and where it bounds the length
   E|delta_t|^2 is bounded                                                                        [certified_bounded].
   Added up over all directions a step shrinks only if eta ((1-p) |K|_F^2 + p N sum_j K_jj^2) <= 2 tr K [trace_level]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability GramForm MeanSquare Evaluation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section QuadraticForms.
Variables (R : rcfType) (n : nat).
(* <a, M a> *)
Definition quadratic_form (M : 'M[R]_n) (a : 'rV[R]_n) : R := (a *m M *m a^T) 0 0.
Lemma quadratic_formE M a : quadratic_form M a = \sum_j \sum_l a 0 j * M j l * a 0 l.
Proof.
rewrite /quadratic_form mxE exchange_big; apply: eq_bigr => l _ /=.
by rewrite !mxE mulr_suml.
Qed.
Lemma quadratic_form_tr M a : quadratic_form M^T a = quadratic_form M a.
Proof. by rewrite /quadratic_form -[in RHS](trmxK (a *m M *m a^T)) [RHS]mxE !trmx_mul trmxK mulmxA. Qed.
End QuadraticForms.

Section Certificates.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Variables (n : nat) (g : 'I_n.+1 -> V).
Add Ring the_ring : (rcf_ring_theory R).
Let N : R := n.+1%:R.
Local Notation K := (gram_matrix ip g).
Local Notation slopes := (feature_products ip g).
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R) (p : R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = N^-1.
Hypothesis second_moments : batch_second_moments pr wt p.
Variables (eta : R) (A : 'M[R]_n.+1).
Hypotheses (eta_gt0 : 0 < eta) (symmetric : A^T = A).

(* F(A) *)
Definition certified_matrix : 'M[R]_n.+1 :=
  eta^-1 *: (K *m A + A *m K) - (1 - p) *: (K *m A *m K) - (p * N) *: diag_mx (\row_j (K *m A *m K) j j).

Lemma gram_matrix_tr : K^T = K.
Proof. by apply/matrixP => j l; rewrite !mxE /gram (ipC ipP). Qed.

Let weighted B v : 'rV[R]_n.+1 := \row_j (wt B j * slopes v 0 j).
Let weightedE B v j : weighted B v 0 j = wt B j * slopes v 0 j. Proof. by rewrite mxE. Qed.
Lemma slopes_step B v : slopes (sgd_step ip g wt eta B v) = slopes v - (eta * N) *: (weighted B v *m K).
Proof.
apply/rowP => l; rewrite !mxE /sgd_step (ipBr ipP) (ipZr ipP) -mulrA; congr (_ - eta * _).
rewrite (ipC ipP) (ip_suml ipP) mulr_sumr; apply: eq_bigr => j _.
rewrite !mxE !(ipZl ipP) /gram -/N; move: (ip (g j) v) (ip (g j) (g l)) (wt B j) => a k w.
transitivity (w * a * k * (N / N)); first by rewrite mulfV ?n1_neq0 // mulr1 mulrA.
by move: (N^-1) => i; rcf_ring.
Qed.

(* <z, M a> *)
Let pairing (M : 'M[R]_n.+1) (z a : 'rV[R]_n.+1) : R := (z *m M *m a^T) 0 0.
Lemma moved_form s z a : quadratic_form A (a - s *: (z *m K)) =
  quadratic_form A a - 2 * s * pairing (K *m A) z a + s ^+ 2 * quadratic_form (K *m A *m K) z.
Proof.
have turned : pairing (A *m K) a z = pairing (K *m A) z a.
  by rewrite /pairing -[in RHS](trmxK (z *m _ *m a^T)) [RHS]mxE !trmx_mul trmxK gram_matrix_tr symmetric !mulmxA.
have -> : quadratic_form A (a - s *: (z *m K)) = quadratic_form A a - s * pairing (A *m K) a z -
    s * (pairing (K *m A) z a - s * quadratic_form (K *m A *m K) z).
  have turn : (a - s *: (z *m K))^T = a^T - s *: (K *m z^T).
    by rewrite -[in RHS]gram_matrix_tr -trmx_mul; apply/matrixP => i j; rewrite !mxE.
  rewrite /quadratic_form /pairing turn !mulmxBl !mulmxBr.
  by rewrite -!scalemxAl -!scalemxAr !mulmxA !mxE; rcf_ring.
by rewrite turned; move: (pairing _ _ _) (quadratic_form _ _) (quadratic_form _ _) => u v w; rcf_ring.
Qed.

Lemma pairing_turned a : quadratic_form (A *m K) a = quadratic_form (K *m A) a.
Proof. by rewrite -quadratic_form_tr trmx_mul gram_matrix_tr symmetric. Qed.

Lemma certified_formE a : quadratic_form certified_matrix a = 2 / eta * quadratic_form (K *m A) a -
  (1 - p) * quadratic_form (K *m A *m K) a - p * N * \sum_j (K *m A *m K) j j * a 0 j ^+ 2.
Proof.
have diagonal (M : 'M[R]_n.+1) : quadratic_form (diag_mx (\row_j M j j)) a = \sum_j M j j * a 0 j ^+ 2.
  rewrite quadratic_formE; apply: eq_bigr => j _; rewrite (bigD1 j) //= big1 ?addr0 => [|l lj].
    by rewrite !mxE eqxx mulr1n; rcf_ring.
  by rewrite !mxE eq_sym (negbTE lj) mulr0n mulr0 mul0r.
have linear (c1 c2 c3 : R) (M1 M2 M3 : 'M[R]_n.+1) : quadratic_form (c1 *: M1 - c2 *: M2 - c3 *: M3) a =
    c1 * quadratic_form M1 a - c2 * quadratic_form M2 a - c3 * quadratic_form M3 a.
  by rewrite /quadratic_form !mulmxBr !mulmxBl -!scalemxAr -!scalemxAl !mxE.
rewrite linear diagonal (_ : quadratic_form (_ + _) a = 2 * quadratic_form (K *m A) a).
  by rewrite mulrA [_^-1 * _]mulrC.
by rewrite mulr_natl mulr2n -{2}pairing_turned /quadratic_form mulmxDr mulmxDl mxE.
Qed.

Theorem one_step_form v :
  \sum_B pr B * quadratic_form A (slopes (sgd_step ip g wt eta B v)) =
  quadratic_form A (slopes v) - eta ^+ 2 * quadratic_form certified_matrix (slopes v).
Proof.
have N0 : N != 0 := n1_neq0 R n; have eta0 : eta != 0 by rewrite gt_eqF.
set a := slopes v; pose turned j := a 0 j * (K *m A *m a^T) j 0.
pose pair j l := a 0 j * (K *m A *m K) j l * a 0 l.
rewrite (eq_bigr (fun B => quadratic_form A a * pr B + (- (2 * (eta * N))) * (pr B * \sum_j wt B j * turned j)
   + (eta * N) ^+ 2 * (pr B * \sum_j \sum_l (wt B j * wt B l) * pair j l))) => [|B _]; last first.
  rewrite slopes_step moved_form -/a.
  have -> : pairing (K *m A) (weighted B v) a = \sum_j wt B j * turned j.
    rewrite /pairing -mulmxA mxE; apply: eq_bigr => j _; by rewrite weightedE -mulrA.
  have -> : quadratic_form (K *m A *m K) (weighted B v) = \sum_j \sum_l (wt B j * wt B l) * pair j l.
    rewrite quadratic_formE; apply: eq_bigr => j _; apply: eq_bigr => l _.
    by rewrite /pair !weightedE -/a; move: ((K *m A *m K) j l) => c; rcf_ring.
  by move: (quadratic_form A a) (\sum_j _) (\sum_j _) => u w z; rcf_ring.
rewrite !big_split /= -!mulr_sumr pr_sum (batch_linear unbiased) (batch_bilinear second_moments) certified_formE.
have -> : mean turned = quadratic_form (K *m A) a / N.
  by rewrite /mean /quadratic_form -mulmxA mxE.
have -> : mean (fun j => mean (pair j)) = quadratic_form (K *m A *m K) a / N / N.
  by rewrite quadratic_formE /mean -mulr_suml.
have -> : mean (fun j => pair j j) = (\sum_j (K *m A *m K) j j * a 0 j ^+ 2) / N.
  rewrite /mean; congr (_ / _); apply: eq_bigr => j _; rewrite /pair.
  by move: ((K *m A *m K) j j) => c; rcf_ring.
move: (quadratic_form A a) (quadratic_form (K *m A) a) (quadratic_form (K *m A *m K) a) (\sum_j _) => f s t u.
move: (mulfV N0) (mulfV eta0); move: (N^-1) (eta^-1) => i e iN ee.
transitivity (f - 2 * eta * s * (N * i) + eta ^+ 2 * ((1 - p) * t * (N * i) ^+ 2 + p * N * u * (N * i))).
  by rcf_ring.
rewrite iN expr1n !mulr1; transitivity (f - 2 * eta * s * (eta * e) + eta ^+ 2 * ((1 - p) * t + p * N * u)).
  by rewrite ee mulr1.
by rcf_ring.
Qed.

(* what a certificate says of one step, and of all *)
Corollary certified_step v : 0 <= quadratic_form certified_matrix (slopes v) ->
  \sum_B pr B * quadratic_form A (slopes (sgd_step ip g wt eta B v)) <= quadratic_form A (slopes v).
Proof. by move=> h; rewrite one_step_form ler_subl_addr ler_addl mulr_ge0 ?sqr_ge0. Qed.

(* a step stays in the range of H *)
Lemma sgd_step_range B u : sgd_step ip g wt eta B (combination g u) =
  combination g (u - eta *: weighted B (combination g u)).
Proof.
rewrite /sgd_step /combination scaler_sumr -sumrB; apply: eq_bigr => j _.
by rewrite !mxE scalerBl !scalerA mulrA.
Qed.

Theorem certified_bounded c : 0 < c -> (forall a, 0 <= quadratic_form certified_matrix a) ->
  (forall u, ip (combination g u) (combination g u) <= c * quadratic_form A (slopes (combination g u))) ->
  forall t u, sgd_expectation ip g pr wt eta t (fun v => ip v v) (combination g u) <=
    c * quadratic_form A (slopes (combination g u)).
Proof.
move=> c0 certified long; elim=> [|t IH] u /=; first exact: long.
apply: (@le_trans _ _ (\sum_B pr B * (c * quadratic_form A (slopes (sgd_step ip g wt eta B (combination g u)))))).
  by apply: ler_sum => B _; rewrite ler_wpmul2l // sgd_step_range.
rewrite (eq_bigr (fun B => c * (pr B * quadratic_form A (slopes (sgd_step ip g wt eta B (combination g u)))))) => [|B _].
  by rewrite -mulr_sumr ler_pmul2l //; apply: certified_step.
by rewrite mulrCA.
Qed.
End Certificates.

Section Trace.
Variables (R : rcfType) (D n : nat) (g : 'I_n.+1 -> 'rV[R]_D).
Add Ring the_ring : (rcf_ring_theory R).
Let N : R := n.+1%:R.
Local Notation K := (gram (@dot R D) g).
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R) (p : R).
Hypothesis pr_sum : \sum_B pr B = 1.
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = N^-1.
Hypothesis second_moments : batch_second_moments pr wt p.

(* H_B *)
Definition batch_hessian B : 'M[R]_D := \sum_j wt B j *: ((g j)^T *m g j).
Lemma trace_outer (u v : 'rV[R]_D) : \tr (u^T *m v) = dot v u.
Proof. by rewrite mxtrace_mulC /mxtrace big_ord1 mxE; apply: eq_bigr => l _; rewrite mxE. Qed.
Lemma trace_batch B : \tr (batch_hessian B) = \sum_j wt B j * dot (g j) (g j).
Proof. by rewrite linear_sum; apply: eq_bigr => j _; rewrite linearZ /= trace_outer. Qed.
Lemma trace_batch_square B :
  \tr (batch_hessian B *m batch_hessian B) = \sum_j \sum_l (wt B j * wt B l) * dot (g j) (g l) ^+ 2.
Proof.
rewrite mulmx_suml linear_sum; apply: eq_bigr => j _; rewrite mulmx_sumr linear_sum; apply: eq_bigr => l _ /=.
rewrite -scalemxAl -scalemxAr scalerA linearZ /=; congr (_ * _).
have -> : (g j)^T *m g j *m ((g l)^T *m g l) = dot (g j) (g l) *: ((g j)^T *m g l).
  rewrite -!mulmxA [g j *m _]mulmxA [g j *m (g l)^T]mx11_scalar mul_scalar_mx -scalemxAr mxE; congr (_ *: _).
  by apply: eq_bigr => i _; rewrite mxE.
by rewrite linearZ /= trace_outer (ipC (dot_ip R D)) expr2.
Qed.

Theorem trace_level eta : 0 < eta ->
  \sum_B pr B * \tr ((1%:M - eta *: batch_hessian B) *m (1%:M - eta *: batch_hessian B)) <= \tr (1%:M : 'M[R]_D) ->
  eta * ((1 - p) * (\sum_j \sum_l K j l ^+ 2) + p * N * \sum_j K j j ^+ 2) <= 2 * \sum_j K j j.
Proof.
move=> eta0; have N0 : N != 0 := n1_neq0 R n.
have dotE j l : dot (g j) (g l) = N * K j l by rewrite /gram mulrC divfK.
rewrite (eq_bigr (fun B => \tr (1%:M : 'M[R]_D) * pr B + (- (2 * eta)) * (pr B * \sum_j wt B j * dot (g j) (g j))
   + eta ^+ 2 * (pr B * \sum_j \sum_l (wt B j * wt B l) * dot (g j) (g l) ^+ 2))) => [|B _]; last first.
  rewrite -trace_batch -trace_batch_square mulmxBl mulmxBr mulmxBr !mul1mx !mulmx1 -scalemxAl -scalemxAr scalerA.
  by rewrite !linearB !linearZ /=; move: (\tr _) (\tr _) (\tr _) => t u w; rcf_ring.
rewrite !big_split /= -!mulr_sumr pr_sum (batch_linear unbiased) (batch_bilinear second_moments) mulr1.
have -> : mean (fun j => dot (g j) (g j)) = \sum_j K j j by rewrite /mean mulr_suml; apply: eq_bigr.
have -> : mean (fun j => mean (fun l => dot (g j) (g l) ^+ 2)) = \sum_j \sum_l K j l ^+ 2.
  rewrite /mean mulr_suml; apply: eq_bigr => j _; rewrite !mulr_suml; apply: eq_bigr => l _.
  by rewrite /gram -/N expr_div_n expr2 [N ^+ 2]expr2 invfM !mulrA.
have -> : mean (fun j => dot (g j) (g j) ^+ 2) = N * \sum_j K j j ^+ 2.
  rewrite /mean mulr_sumr mulr_suml; apply: eq_bigr => j _; rewrite dotE -/N; apply: (mulIf N0).
  by rewrite divfK //; rcf_ring.
move: (\tr _) (\sum_j K j j) (\sum_j \sum_l _) (\sum_j K j j ^+ 2) => t s u w.
rewrite -addrA ger_addl => h; rewrite -(ler_pmul2l eta0) -subr_ge0 -oppr_le0; move: h; congr (_ <= _); rcf_ring.
Qed.
End Trace.

(* Control: the trace bound with a smaller constant than 2; one datum with the gradient 1, eta = 2 *)
Theorem control_trace_constant (R : rcfType) : ~ (forall D n (g : 'I_n.+1 -> 'rV[R]_D) (T : finType) (pr : T -> R)
  (wt : T -> 'I_n.+1 -> R) p eta, \sum_B pr B = 1 -> (forall j, \sum_B pr B * wt B j = n.+1%:R^-1) ->
  batch_second_moments pr wt p -> 0 < eta ->
  \sum_B pr B * \tr ((1%:M - eta *: batch_hessian g wt B) *m (1%:M - eta *: batch_hessian g wt B)) <= \tr (1%:M : 'M[R]_D) ->
  eta * ((1 - p) * (\sum_j \sum_l gram (@dot R D) g j l ^+ 2) + p * n.+1%:R * \sum_j gram (@dot R D) g j j ^+ 2) <=
  3 / 2 * \sum_j gram (@dot R D) g j j).
Proof.
pose g (j : 'I_1) : 'rV[R]_1 := const_mx 1; pose one (_ : unit) : R := 1; pose all (_ : unit) (_ : 'I_1) : R := 1%:R^-1.
have K j l : gram (@dot R 1) g j l = 1 by rewrite /gram dot1 !mxE divr1 mulr1.
have H B : batch_hessian g all B = 1.
  apply/matrixP => i j; rewrite /batch_hessian big_ord1 !ord1 !mxE big_ord1 !mxE /all; rational_over R.
move=> h; have := h 1%N 0%N g _ one all 0 2; rewrite !(big_pred1 tt); try by case.
rewrite !big_ord1 !K H /one => false.
suff: 2 * ((1 - 0) * 1 ^+ 2 + 0 * 1 * 1 ^+ 2) <= 3 / 2 * 1 :> R by apply/negP; rewrite -ltNge; rational_over R.
apply: false => //.
- by move=> j; rewrite (big_pred1 tt) ?mul1r //; case.
- by move=> i j; rewrite (big_pred1 tt); [rewrite /all !ord1; rational_over R | case].
by rewrite mul1r /mxtrace !big_ord1 !mxE big_ord1 !mxE; rational_over R.
Qed.
