(* mean-square-threshold, the corollary with its batch-size gain.

   Linearised SGD delta_{t+1} = (I - eta H_B) delta_t, H_B = sum_j wt(B,j) g_j g_j^T, with independent
   batches B whose weights have the second moments

     E[wt_i wt_j] = (1-p)/N^2 (i <> j),   E[wt_j^2] = (1-p)/N^2 + p/N,   N = n+1;

   batches of size b drawn without replacement have p = (N-b)/(b(N-1)) [uniform_second_moments].
   If E|delta_t|^2 is bounded from every start, then for every v the first step from delta_0 = v
   satisfies the one-step second-moment inequality
     E <v, delta_1>^2 <= <v, v>^2                                       [mean_square_one_step]
   (the map M -> E[(I - eta H_B) M (I - eta H_B)] is self-adjoint for the Frobenius product, so that
   <M_0, M_1> > <M_0, M_0> would make |M_t| grow geometrically, as in LinearStability.v).
   At v = q = E grad f(X), with s_j = <g_j, q> = (K 1)_j, it says

     (1 + p (kappa - 1)) (1 + 2 |f|_S) <= 2/eta,   kappa = N sum_j s_j^4 / (sum_j s_j^2)^2 >= 1 . *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm GramForm SharpnessLowerBound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* The one-step inequality at the mean gradient *)
Section OneStep.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Variables (n : nat) (g : 'I_n.+1 -> V).
Add Ring the_ring : (rcf_ring_theory R).
Let N : R := n.+1%:R.
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R) (p : R).
Hypotheses (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = N^-1.
Definition batch_second_moments := forall i j,
  \sum_B pr B * (wt B i * wt B j) = (1 - p) / N ^+ 2 + (i == j)%:R * (p / N).
Hypothesis second_moments : batch_second_moments.

Lemma batch_linear (F : 'I_n.+1 -> R) : \sum_B pr B * (\sum_j wt B j * F j) = mean F.
Proof.
rewrite (eq_bigr (fun B => \sum_j (pr B * wt B j) * F j)) => [|B _]; last first.
  by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrA.
rewrite exchange_big /mean mulr_suml; apply: eq_bigr => j _ /=.
by rewrite -mulr_suml unbiased mulrC.
Qed.
Lemma batch_bilinear (F : 'I_n.+1 -> 'I_n.+1 -> R) :
  \sum_B pr B * (\sum_i \sum_j (wt B i * wt B j) * F i j) =
  (1 - p) * mean (fun i => mean (F i)) + p * mean (fun j => F j j).
Proof.
rewrite (eq_bigr (fun B => \sum_i \sum_j (pr B * (wt B i * wt B j)) * F i j)) => [|B _]; last first.
  rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => j _; exact: mulrA.
rewrite -!meanZ -meanD exchange_big /= /mean mulr_suml; apply: eq_bigr => i _ /=; rewrite exchange_big /=.
rewrite (eq_bigr (fun j => (1 - p) / N ^+ 2 * F i j + (i == j)%:R * (p / N * F i j))) => [|j _]; last first.
  by rewrite -mulr_suml second_moments mulrDl -!mulrA.
rewrite big_split /= -mulr_sumr [X in _ + X = _](bigD1 i) //= eqxx mul1r [X in _ + (_ + X) = _]big1 ?addr0 => [|j ji]; last first.
  by rewrite eq_sym (negbTE ji) mul0r.
by rewrite expr2 invfM -/N; move: (N^-1) (\sum_j _) (F i i) => c s t; rcf_ring.
Qed.

(* E (sum_j wt_j a_j)^2 = (1 - p) (E a)^2 + p E a^2 *)
Lemma batch_square a : \sum_B pr B * (\sum_j wt B j * a j) ^+ 2 =
  (1 - p) * mean a ^+ 2 + p * mean (fun j => a j ^+ 2).
Proof.
rewrite (eq_bigr (fun B => pr B * \sum_i \sum_j (wt B i * wt B j) * (a i * a j))) => [|B _]; last first.
  rewrite expr2 mulr_suml; congr (_ * _); apply: eq_bigr => i _.
  by rewrite mulr_sumr; apply: eq_bigr => j _; rcf_ring.
rewrite batch_bilinear; congr (_ * _ + _ * _).
by rewrite expr2 -meanZ; apply: eq_mean => i; rewrite meanZ mulrC.
Qed.

(* the one-step second-moment inequality, solved: eta E<v, H_B v>^2 <= 2 <v,v> <v,Hv> *)
Lemma one_step_solved eta v : 0 < eta ->
  \sum_B pr B * ip v (sgd_step ip g wt eta B v) ^+ 2 <= ip v v ^+ 2 ->
  eta * ((1 - p) * feature_form ip g v ^+ 2 + p * mean (fun j => ip (g j) v ^+ 4)) <=
  2 * ip v v * feature_form ip g v.
Proof.
move=> eta0 h; pose a j := ip (g j) v ^+ 2.
have step B : ip v (sgd_step ip g wt eta B v) = ip v v - eta * \sum_j wt B j * a j.
  rewrite (ipBr ipP) (ipZr ipP); congr (_ - eta * _).
  rewrite (ipC ipP) (ip_suml ipP); apply: eq_bigr => j _.
  by rewrite (ipZl ipP) (ipZl ipP) /a expr2.
have mean_a : \sum_B pr B * (\sum_j wt B j * a j) = feature_form ip g v.
  rewrite /feature_form /mean mulr_suml (eq_bigr (fun B => \sum_j (pr B * wt B j) * a j)).
    by rewrite exchange_big /=; apply: eq_bigr => j _; rewrite -mulr_suml unbiased mulrC.
  by move=> B _; rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrA.
have E : \sum_B pr B * ip v (sgd_step ip g wt eta B v) ^+ 2 = ip v v ^+ 2
    - 2 * eta * ip v v * feature_form ip g v
    + eta ^+ 2 * ((1 - p) * feature_form ip g v ^+ 2 + p * mean (fun j => ip (g j) v ^+ 4)).
  rewrite (eq_bigr (fun B => ip v v ^+ 2 * pr B
     + (- (2 * eta * ip v v)) * (pr B * (\sum_j wt B j * a j))
     + eta ^+ 2 * (pr B * (\sum_j wt B j * a j) ^+ 2))); last first.
    by move=> B _; rewrite step; rcf_ring.
  rewrite !big_split /= -!mulr_sumr pr_sum mean_a batch_square mulr1 mulNr.
  congr (_ + eta ^+ 2 * (_ + p * _)).
  by apply: eq_mean => j; rewrite /a -exprM.
move: h; rewrite E -subr_ge0 => h; rewrite -subr_ge0 -(pmulr_rge0 _ eta0).
move: h; congr (0 <= _).
by move: (ip v v) (feature_form ip g v) (mean _) => u f m; rcf_ring.
Qed.

(* kappa = N sum s^4 / (sum s^2)^2, s_j = <g_j, q> *)
Definition gain : R := let s j := ip (g j) (mean_gradient g) in
  N * (\sum_j s j ^+ 4) / (\sum_j s j ^+ 2) ^+ 2.

Let q := mean_gradient g.
Hypothesis q_gt0 : 0 < ip q q.
Lemma form_ge : ip q q ^+ 2 <= feature_form ip g q.
Proof. by rewrite (ip_mean_gradient ipP); apply: mean_sqr. Qed.
Lemma form_gt0 : 0 < feature_form ip g q.
Proof. by apply: lt_le_trans form_ge; rewrite exprn_gt0. Qed.
Lemma gainE : gain * feature_form ip g q ^+ 2 = mean (fun j => ip (g j) q ^+ 4).
Proof.
have N0 : N != 0 := n1_neq0 R n.
have f0 : \sum_j ip (g j) q ^+ 2 != 0.
  by apply: contraTneq form_gt0 => e; rewrite /feature_form /mean e mul0r ltxx.
rewrite /gain /feature_form /mean -/q expr_div_n.
move: (\sum_j ip (g j) q ^+ 4) => s4; move: (\sum_j _) f0 => s2 f0.
by rewrite mulrA divfK ?expf_neq0 // [_ * s4]mulrC expr2 invfM mulrA mulfK.
Qed.
Lemma gain_ge1 : 1 <= gain.
Proof.
rewrite -(ler_pmul2r (exprn_gt0 2 form_gt0)) mul1r gainE.
apply: le_trans (mean_sqr _) _; apply: ler_mean => j; by rewrite -exprM.
Qed.

Lemma mean_gradient_gain eta : 0 < eta -> 0 <= p ->
  \sum_B pr B * ip q (sgd_step ip g wt eta B q) ^+ 2 <= ip q q ^+ 2 ->
  (1 + p * (gain - 1)) * ip q q <= 2 / eta.
Proof.
move=> eta0 p0 /(one_step_solved eta0); rewrite -gainE.
have c0 : 0 <= 1 + p * (gain - 1) by rewrite addr_ge0 ?ler01 // mulr_ge0 // subr_ge0 gain_ge1.
have -> : (1 - p) * feature_form ip g q ^+ 2 + p * (gain * feature_form ip g q ^+ 2) =
  (1 + p * (gain - 1)) * feature_form ip g q * feature_form ip g q.
  by move: (feature_form ip g q) gain => f k; rcf_ring.
rewrite mulrA (ler_pmul2r form_gt0) => h; rewrite ler_pdivl_mulr // -(ler_pmul2r q_gt0).
apply: le_trans h; move: form_ge c0; rewrite -/q.
move: (ip q q) (feature_form ip g q) (1 + _) => Q f c fQ c0.
have -> : c * Q * eta * Q = eta * (c * Q ^+ 2) by rcf_ring.
by rewrite ler_wpmul2l ?(ltW eta0) // ler_wpmul2l.
Qed.
End OneStep.

(* From bounded second moments to the one-step inequality *)
Section CauchySchwarzSum.
Variables (R : rcfType) (I : finType).
Let ip (f g : {ffun I -> R^o}) : R := \sum_i (f i : R) * g i.
Lemma sum_cauchy_schwarz (f g : I -> R) :
  (\sum_i f i * g i) ^+ 2 <= (\sum_i f i ^+ 2) * (\sum_i g i ^+ 2).
Proof.
have ipP : inner_product ip.
  split=> [u v|u v w|c u v|u].
  - by apply: eq_bigr => i _; rewrite mulrC.
  - by rewrite -big_split; apply: eq_bigr => i _; rewrite ffunE mulrDl.
  - by rewrite /ip mulr_sumr; apply: eq_bigr => i _; rewrite ffunE mulrA.
  - by rewrite sumr_ge0 // => i _; rewrite -expr2 sqr_ge0.
have := cauchy_schwarz ipP [ffun i => f i : R^o] [ffun i => g i : R^o].
have E (a b : I -> R) : ip [ffun i => a i : R^o] [ffun i => b i : R^o] = \sum_i a i * b i.
  by apply: eq_bigr => i _; rewrite !ffunE.
by rewrite !E; congr (_ <= _ * _); apply: eq_bigr => i _; rewrite expr2.
Qed.
End CauchySchwarzSum.

Section SecondMoments.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
(* finitely many coordinates *)
Variables (I : finType) (coordinate : I -> V -> R).
Hypothesis coordinateE : forall u v, ip u v = \sum_i coordinate i u * coordinate i v.
Variables (n : nat) (g : 'I_n.+1 -> V) (eta : R).
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B).
Let step := sgd_step ip g wt eta.
Let expectation := sgd_expectation ip g pr wt eta.

Definition mean_square_bounded :=
  forall start, exists C, forall t, expectation t (fun v => ip v v) start <= C.

Lemma step_sym B u v : ip (step B u) v = ip u (step B v).
Proof.
rewrite (ipBl ipP) (ipBr ipP) (ipZl ipP) (ipZr ipP); congr (_ - eta * _).
rewrite [RHS](ipC ipP) !(ip_suml ipP); apply: eq_bigr => j _.
by rewrite !(ipZl ipP) [ip (g j) u * _]mulrC.
Qed.
Lemma eq_expectation t F F' q : F =1 F' -> expectation t F q = expectation t F' q.
Proof. by move=> e; elim: t q => //= t IH q; apply: eq_bigr => B _; congr (_ * _); apply: IH. Qed.
Lemma expectation_sum t (J : finType) (c : J -> R) (F : J -> V -> R) q :
  expectation t (fun v => \sum_j c j * F j v) q = \sum_j c j * expectation t (F j) q.
Proof.
elim: t q => //= t IH q.
transitivity (\sum_B \sum_j c j * (pr B * expectation t (F j) (step B q))).
  apply: eq_bigr => B _; transitivity (pr B * \sum_j c j * expectation t (F j) (step B q)).
    by congr (_ * _); apply: IH.
  by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrCA.
by rewrite exchange_big; apply: eq_bigr => j _; rewrite -mulr_sumr.
Qed.

(* kernel t u w = E <u, delta_t>^2 with delta_0 = w; the last batch may be moved to u, because the
   batches are independent and every step is symmetric *)
Let kernel t u w := expectation t (fun v => ip u v ^+ 2) w.
Lemma kernel_last t u w : kernel t.+1 u w = \sum_B pr B * kernel t (step B u) w.
Proof.
elim: t w => [|t IH] w; first by apply: eq_bigr => B _; rewrite -[RHS]/(pr B * ip (step B u) w ^+ 2) step_sym.
transitivity (\sum_B pr B * \sum_B' pr B' * kernel t (step B' u) (step B w)).
  by apply: eq_bigr => B _; rewrite -IH.
rewrite (eq_bigr (fun B => \sum_B' pr B' * (pr B * kernel t (step B' u) (step B w)))).
  by rewrite exchange_big; apply: eq_bigr => B _; rewrite -mulr_sumr.
by move=> B _; rewrite mulr_sumr; apply: eq_bigr => B' _; rewrite mulrCA.
Qed.
Lemma kernel_add s t u w : kernel (s + t) u w = expectation s (fun u' => kernel t u' w) u.
Proof.
elim: s u => // s IH u; rewrite addSn kernel_last.
by apply: eq_bigr => B _; rewrite IH.
Qed.

(* the second moment matrix of delta_t *)
Let moment q t (ij : I * I) := expectation t (fun v => coordinate ij.1 v * coordinate ij.2 v) q.
Lemma ip_square u v :
  ip u v ^+ 2 = \sum_(ij : I * I) (coordinate ij.1 u * coordinate ij.2 u)
                                * (coordinate ij.1 v * coordinate ij.2 v).
Proof.
rewrite coordinateE expr2 mulr_suml.
rewrite (eq_bigr (fun i => \sum_j (coordinate i u * coordinate j u) * (coordinate i v * coordinate j v))).
  by rewrite pair_bigA.
by move=> i _; rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrACA.
Qed.
Lemma kernel_moment q s t : kernel (s + t) q q = \sum_ij moment q s ij * moment q t ij.
Proof.
rewrite kernel_add (@eq_expectation s _ (fun u =>
  \sum_ij moment q t ij * (coordinate ij.1 u * coordinate ij.2 u))).
  by rewrite expectation_sum; apply: eq_bigr => ij _; rewrite mulrC.
move=> u; rewrite /kernel (@eq_expectation t _ (fun v => \sum_(ij : I * I)
   (coordinate ij.1 u * coordinate ij.2 u) * (coordinate ij.1 v * coordinate ij.2 v))).
  by rewrite expectation_sum; apply: eq_bigr => ij _; rewrite mulrC.
by move=> v; apply: ip_square.
Qed.
Lemma kernel_log_convex q s t :
  kernel (s + t) q q ^+ 2 <= kernel (s + s) q q * kernel (t + t) q q.
Proof.
rewrite !kernel_moment; apply: le_trans (sum_cauchy_schwarz _ _) _.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; congr (_ * _); apply: eq_bigr => ij _; rewrite expr2.
Qed.

Theorem mean_square_one_step : archimedean R -> mean_square_bounded ->
  forall v, \sum_B pr B * ip v (step B v) ^+ 2 <= ip v v ^+ 2.
Proof.
move=> arch bounded v; rewrite leNgt; apply/negP; set a1 := \sum_B _ => a01.
have k0 : kernel 0 v v = ip v v ^+ 2 by [].
have k1 : kernel 1 v v = a1 by [].
have lc := @kernel_log_convex v 0 1; rewrite !add0n k0 k1 in lc.
have v0 : 0 < ip v v ^+ 2.
  rewrite lt_neqAle sqr_ge0 andbT; apply/negP => /eqP e; move: lc; rewrite -e mul0r => a2.
  have : a1 = 0 by apply/eqP; rewrite -sqrf_eq0 eq_le a2 sqr_ge0.
  by move=> z; move: a01; rewrite z -e ltxx.
pose c m := kernel (m + m) v v.
have c01 : c 0%N < c 1%N.
  rewrite /c -(ltr_pmul2l v0) /=; apply: lt_le_trans lc; rewrite -expr2 ltr_sqr ?nnegrE ?(ltW v0) //.
  by apply: ltW; apply: lt_trans a01.
have convex m : c m.+1 ^+ 2 <= c m * c m.+2.
  have e : (m + m.+2 = m.+1 + m.+1)%N by rewrite addnS addSn.
  by have := kernel_log_convex v m m.+2; rewrite e.
have [r r1 hr] := log_convex_growth convex v0 c01.
have [C hC] := bounded v; have [m] := geometric_unbounded (ip v v * C) arch r1 v0.
rewrite ltNge; apply/negP/negPn; apply: le_trans (hr m) _.
apply: (@le_trans _ _ (expectation (m + m) (fun w => ip v v * ip w w) v)).
  by apply: sgd_expectation_mono => // w; apply: cauchy_schwarz.
by rewrite /expectation sgd_expectationZ ler_wpmul2l ?(ip_ge0 ipP).
Qed.
End SecondMoments.

(* Networks *)
Section MeanSquare.
Variables (R : rcfType) (d k n : nat).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (theta : parameters R d k) (eta p : R).
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R).
Local Notation pdot := (@pdot R d k).
Let P := pdot_ip R d k.
Hypotheses (eta_gt0 : 0 < eta) (p_ge0 : 0 <= p).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = n.+1%:R^-1.
Hypothesis second_moments : batch_second_moments pr wt p.

(* the hypothesis is used at v = E grad f only *)
Theorem one_step_gain :
  (forall v, \sum_B pr B * pdot v (sgd_step pdot (feature x theta) wt eta B v) ^+ 2
             <= pdot v v ^+ 2) ->
  (1 + p * (gain pdot (feature x theta) - 1)) * (1 + 2 * stability_norm x theta) <= 2 / eta.
Proof.
move=> h; have q0 : 0 < pdot (mean_gradient (feature x theta)) (mean_gradient (feature x theta)).
  by rewrite mean_gradient_squareE mean_gradient_square_gt0.
have := mean_gradient_gain P pr_sum unbiased second_moments q0 eta_gt0 p_ge0 (h _).
apply: le_trans; apply: ler_wpmul2l.
  by rewrite addr_ge0 ?ler01 // mulr_ge0 // subr_ge0 (gain_ge1 P).
by rewrite mean_gradient_squareE mean_gradient_square_ge_norm.
Qed.

(* the coordinates of a parameter vector *)
Let coordinates : finType := [finType of ('I_k * 'I_d) + ('I_k + 'I_k) + unit].
Definition parameter_coordinate (c : coordinates) (v : parameters R d k) : R := match c with
  | inl (inl il) => w1 v il.1 0 il.2
  | inl (inr (inl i)) => b1 v i
  | inl (inr (inr i)) => w2 v i
  | inr _ => b2 v end.
Lemma pdot_coordinates u v :
  pdot u v = \sum_c parameter_coordinate c u * parameter_coordinate c v.
Proof.
rewrite !big_sumType /= (big_pred1 tt); last by case.
congr (_ + _); rewrite -(pair_bigA _ (fun i l => w1 u i 0 l * w1 v i 0 l)) /=.
by rewrite -!big_split; apply: eq_bigr => i _; rewrite /= addrA.
Qed.

(* mean-square stability: E|delta_t|^2 is bounded from every start *)
Theorem mean_square_stability : archimedean R ->
  mean_square_bounded pdot (feature x theta) eta pr wt ->
  (1 + p * (gain pdot (feature x theta) - 1)) * (1 + 2 * stability_norm x theta) <= 2 / eta.
Proof.
move=> ar bounded; apply: one_step_gain.
exact: (mean_square_one_step P pdot_coordinates pr_ge0 ar bounded).
Qed.
End MeanSquare.

(* Batches of one datum, drawn uniformly, have p = 1; the full batch has p = 0.  Batches of b data
   without replacement: [uniform_second_moments] below. *)
Section BatchLaws.
Variables (R : rcfType) (n : nat).
Let N : R := n.+1%:R.
Let N0 : N != 0. Proof. exact: n1_neq0. Qed.
Let single (B j : 'I_n.+1) : R := (B == j)%:R.
Let sum_single (F : 'I_n.+1 -> R) i : \sum_B N^-1 * (single B i * F B) = N^-1 * F i.
Proof.
rewrite (bigD1 i) //= /single eqxx mul1r big1 ?addr0 // => B ne.
by rewrite (negbTE ne) mul0r mulr0.
Qed.
Lemma single_unbiased j : \sum_B N^-1 * single B j = N^-1.
Proof.
rewrite -[RHS]mulr1 -(sum_single (fun=> 1) j).
by apply: eq_bigr => B _; rewrite mulr1.
Qed.
Lemma single_second_moments : batch_second_moments (fun=> N^-1) single 1.
Proof.
by move=> i j; rewrite sum_single subrr mul0r add0r mul1r /single mulrC.
Qed.
Lemma full_second_moments : batch_second_moments (fun _ : unit => 1) (fun (_ : unit) (_ : 'I_n.+1) => N^-1) 0.
Proof.
move=> i j; rewrite (big_pred1 tt); last by case.
by rewrite subr0 mul0r mulr0 addr0 !mul1r expr2 invfM.
Qed.
End BatchLaws.

(* Uniform batches of b data, drawn without replacement: p = (N-b)/(b(N-1)), for 1 <= b <= N, N >= 2 *)
(* the b-subsets that contain a given set S: S may be removed and put back *)
Lemma card_supersets (T : finType) (S : {set T}) b :
  #|[set B : {set T} | (S \subset B) && (#|B| == b + #|S|)%N]| = 'C(#|T| - #|S|, b).
Proof.
have K (A : {set T}) : A \subset ~: S -> (A :|: S) :\: S = A.
  by move=> AS; rewrite setDUl setDv setU0 setDE; apply/setIidPl.
rewrite -cardsT -cardsDS ?subsetT // setTD -cards_draws.
rewrite -[RHS](card_in_imset (f := fun A => A :|: S)); last first.
  by move=> A A'; rewrite !inE => /andP[/K AS _] /andP[/K AS' _] e; rewrite -AS e AS'.
apply: eq_card => B; rewrite inE; apply/idP/imsetP => [/andP[SB /eqP cB]|[A]].
  exists (B :\: S); first by rewrite inE cardsDS // cB addnK eqxx setDE subsetIr.
  apply/setP => z; rewrite !inE; have := subsetP SB z.
  by case: (z \in S) => [->|_] //; rewrite orbF.
rewrite inE => /andP[AS /eqP cA] ->; rewrite subsetUr /= cardsU cA.
by rewrite (_ : A :&: S = set0) ?cards0 ?subn0 // -[S]setCK -setDE; apply/eqP; rewrite setD_eq0.
Qed.

Section UniformBatches.
Variables (R : rcfType) (n b : nat).
Add Ring the_ring : (rcf_ring_theory R).
Hypotheses (n_gt0 : (0 < n)%N) (b_gt0 : (0 < b)%N) (b_le : (b <= n.+1)%N).
Let N : R := n.+1%:R.
Let batch := {set 'I_n.+1}.
Definition batch_law (B : batch) : R := (#|B| == b)%:R / 'C(n.+1, b)%:R.
Definition batch_weight (B : batch) (j : 'I_n.+1) : R := (j \in B)%:R / b%:R.
Definition batch_noise : R := (n.+1 - b)%:R / (b%:R * n%:R).

Let C_neq0 : 'C(n.+1, b)%:R != 0 :> R. Proof. by rewrite pnatr_eq0 -lt0n bin_gt0. Qed.
Let b_neq0 : b%:R != 0 :> R. Proof. by rewrite pnatr_eq0 -lt0n. Qed.
Let m_neq0 : n%:R != 0 :> R. Proof. by rewrite pnatr_eq0 -lt0n. Qed.
Let N_neq0 : N != 0. Proof. exact: n1_neq0. Qed.

(* P(S in B) *)
Let containing (S : batch) : R := \sum_B batch_law B * (S \subset B)%:R.
Let containingE (S : batch) c : (c + #|S| = b)%N -> containing S = 'C(n.+1 - #|S|, c)%:R / 'C(n.+1, b)%:R.
Proof.
move=> e; rewrite -{1}[n.+1]card_ord -card_supersets e -sum1_card natr_sum mulr_suml.
rewrite [RHS]big_mkcond; apply: eq_bigr => B _; rewrite inE /batch_law.
by case: (S \subset B); case: (_ == b); rewrite ?mulr0 ?mul0r ?mulr1 ?mul1r.
Qed.
Lemma batch_law_ge0 B : 0 <= batch_law B.
Proof. by rewrite divr_ge0 ?ler0n. Qed.
Lemma batch_law_sum : \sum_B batch_law B = 1.
Proof.
have := containingE (S := set0 : batch) (c := b); rewrite cards0 addn0 subn0 divff // => <- //.
by apply: eq_bigr => B _; rewrite sub0set mulr1.
Qed.
(* one datum: 'C(N-1,b-1) / 'C(N,b) = b / N *)
Lemma batch_containing1 i : \sum_B batch_law B * (i \in B)%:R = b%:R / N.
Proof.
transitivity (containing [set i]); first by apply: eq_bigr => B _; rewrite sub1set.
rewrite (containingE (c := b.-1)) cards1 ?addn1 ?prednK // subn1 /=.
apply/eqP; rewrite eqr_div // -!natrM; apply/eqP; congr _%:R.
by rewrite mulnC (mul_bin_diag n.+1 b.-1) prednK.
Qed.
(* two data: 'C(N-2,b-2) / 'C(N,b) = b (b-1) / (N (N-1)) *)
Lemma batch_containing2 i j : i != j ->
  \sum_B batch_law B * ((i \in B)%:R * (j \in B)%:R) = (b%:R * b.-1%:R) / (N * n%:R).
Proof.
move=> ij; have [b1|b1] := leqP b 1.
  (* b = 1: no batch contains both *)
  have -> : b.-1 = 0%N by case: b b1 => [|[]].
  rewrite mulr0 mul0r big1 // => B _; rewrite /batch_law.
  case: eqP => [cB|_]; last by rewrite !mul0r.
  have /cards1P[l ->] : #|B| == 1%N by rewrite cB eqn_leq b1 b_gt0.
  rewrite !inE; have [il|il] := eqVneq i l; last by rewrite mul0r mulr0.
  by rewrite eq_sym -il (negbTE ij) !mulr0.
transitivity (containing [set i; j]).
  by apply: eq_bigr => B _; rewrite subUset !sub1set -natrM mulnb.
rewrite (containingE (c := b.-2)) cards2 ij; last by case: b b1 => [|[|c]] //= _; rewrite addn2.
apply/eqP; rewrite eqr_div ?mulf_neq0 // -!natrM; apply/eqP; congr _%:R.
rewrite subSS subn1.
(* N (N-1) C(N-2,b-2) = N (b-1) C(N-1,b-1) = b (b-1) C(N,b) *)
have e1 := mul_bin_diag n.+1 b.-1; have e2 := mul_bin_diag n b.-2.
have h : b.-2.+1 = b.-1 by case: b b1 => [|[|]].
rewrite h /= in e2; rewrite prednK //= in e1.
by rewrite mulnC -mulnA e2 mulnCA e1 mulnA [(b.-1 * b)%N]mulnC.
Qed.

Lemma batch_unbiased j : \sum_B batch_law B * batch_weight B j = N^-1.
Proof.
rewrite (eq_bigr (fun B => batch_law B * (j \in B)%:R / b%:R)); last by move=> B _; rewrite mulrA.
by rewrite -mulr_suml batch_containing1 mulrAC divff // mul1r.
Qed.
(* 1 - p = N (b-1) / (b (N-1)) *)
Let noiseC : 1 - batch_noise = N * b.-1%:R / (b%:R * n%:R).
Proof.
have d0 : b%:R * n%:R != 0 :> R by rewrite mulf_neq0.
apply: (mulIf d0); rewrite mulrBl mul1r /batch_noise !divfK // natrB // /N -[b in b%:R * _]prednK //.
rewrite -[b in _ - (_ - b%:R)]prednK // !mulrSr.
by move: (n%:R : R) (b.-1%:R : R) => m c; rcf_ring.
Qed.
Lemma uniform_second_moments : batch_second_moments batch_law batch_weight batch_noise.
Proof.
move=> i j; rewrite noiseC -/N (eq_bigr (fun B => batch_law B * ((i \in B)%:R * (j \in B)%:R) / b%:R ^+ 2)).
  have d0 : b%:R * n%:R != 0 :> R by rewrite mulf_neq0.
  rewrite -mulr_suml; have [->|ij] := eqVneq i j; last first.
    rewrite batch_containing2 // mul0r addr0 !expr2 -!mulf_div !invfM !mulrA.
    move: (b.-1%:R : R) => c; have eb := mulfV b_neq0; have eN := mulfV N_neq0.
    move: eb eN m_neq0; move: (b%:R : R) N (n%:R : R) => B M m; move: B^-1 M^-1 m^-1 => B' M' m' eb eN _.
    transitivity ((B * B') * (c * M' * m' * B')); first by rcf_ring.
    by rewrite eb mul1r -[LHS]mul1r -eN; rcf_ring.
  rewrite mul1r (eq_bigr (fun B => batch_law B * (j \in B)%:R)); last first.
    by move=> B _; rewrite -natrM mulnb andbb.
  rewrite batch_containing1 /batch_noise natrB // -/N -[b in N - b%:R]prednK // [b.-1.+1%:R]mulrSr.
  have eb := mulfV b_neq0; have eN := mulfV N_neq0; have em := mulfV m_neq0.
  have NE : N = n%:R + 1 by rewrite /N mulrSr.
  rewrite !expr2 !invfM; move: (b.-1%:R : R) NE eb eN em => c.
  move: (b%:R : R) N (n%:R : R) => B M m; move: B^-1 M^-1 m^-1 => B' M' m' NE eb eN em.
  transitivity ((B * B') * (B' * M')); first by rcf_ring.
  transitivity ((M * M') * (c * B' * m' * M') + (M - (c + 1)) * B' * m' * M'); last by rcf_ring.
  rewrite eb eN !mul1r NE; transitivity ((m * m') * (B' * M')); first by rewrite em mul1r.
  by rcf_ring.
by move=> B _; rewrite /batch_weight mulf_div -expr2 !mulrA.
Qed.
Lemma batch_noise_ge0 : 0 <= batch_noise.
Proof. by rewrite divr_ge0 ?mulr_ge0 ?ler0n. Qed.

(* mean-square stability of SGD with these batches *)
Theorem mean_square_stability_batches d k (x : 'I_n.+1 -> 'rV[R]_d) (theta : parameters R d k) eta :
  0 < eta -> archimedean R ->
  mean_square_bounded (@pdot R d k) (feature x theta) eta batch_law batch_weight ->
  (1 + batch_noise * (gain (@pdot R d k) (feature x theta) - 1)) * (1 + 2 * stability_norm x theta)
    <= 2 / eta.
Proof.
move=> eta0; apply: mean_square_stability => //.
- exact: batch_noise_ge0.
- exact: batch_law_ge0.
- exact: batch_law_sum.
- exact: batch_unbiased.
- exact: uniform_second_moments.
Qed.
End UniformBatches.

(* the two ends: one datum has p = 1, all data have p = 0 *)
Lemma batch_noise_single (R : rcfType) n : (0 < n)%N -> batch_noise R n 1 = 1.
Proof. by move=> n0; rewrite /batch_noise subn1 mul1r divff // pnatr_eq0 -lt0n. Qed.
Lemma batch_noise_full (R : rcfType) n : batch_noise R n n.+1 = 0.
Proof. by rewrite /batch_noise subnn mul0r. Qed.
