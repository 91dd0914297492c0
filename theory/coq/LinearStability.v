(* linear-stability.

   g_0, ..., g_n are the gradients of f at the data, and H = (1/n) sum_j g_j g_j^T, which is the
   Hessian of the loss at an interpolating minimum (GramForm.v).  lambda_max(H) enters as
   "every L with <q, H q> <= L <q, q> for all q" [rayleigh_bound]: lambda_max is the least such L.

   - Gradient descent  delta_{t+1} = (I - eta H) delta_t,  H psd, is bounded from every start
     iff lambda_max(H) <= 2/eta         [descent_boundedP; gd_boundedP at H = (1/n) sum g g^T]
   - For SGD with independent batches E[delta_t] obeys the same recursion     [sgd_mean_trajectory],
     so the condition is necessary for E|delta_t| to stay bounded             [sgd_bounded_sharpness],
     and for limsup_t E|delta_t| <= eps on a ball of radius eps               [sgd_stable_sharpness].

   No spectral theorem is used: a symmetric map with |<q, A q>| > <q, q> blows up geometrically
   by log-convexity of |A^t q|^2 [growth]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum.
Require Import RingTactic Preliminaries.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section FeatureOperator.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Add Ring the_ring : (rcf_ring_theory R).
(* the rules of Preliminaries, at this inner product *)
Let ipDr := @Preliminaries.ipDr _ _ _ ipP.
Let ipZr := @Preliminaries.ipZr _ _ _ ipP.
Let ipBr := @Preliminaries.ipBr _ _ _ ipP.
Let ipBl := @Preliminaries.ipBl _ _ _ ipP.
Let ip_sqrB := @Preliminaries.ip_sqrB _ _ _ ipP.
Let cauchy_schwarz := @Preliminaries.cauchy_schwarz _ _ _ ipP.
Let ip_suml I r F v := @Preliminaries.ip_suml _ _ _ ipP I r F v.

(* A self-adjoint map that increases |q| goes on doing so, geometrically *)
Section Growth.
Variables (A : V -> V) (A_sym : forall u v, ip (A u) v = ip u (A v)).
Let s q t := ip (iter t A q) (iter t A q).

Lemma growth_log_convex q t : (s q t.+1) ^+ 2 <= s q t * s q t.+2.
Proof. by rewrite {1}/s iterS A_sym; apply: cauchy_schwarz. Qed.

Lemma growth q : 0 < s q 0 -> s q 0 < s q 1 ->
  exists2 r, 1 < r & forall t, r ^+ t * s q 0 <= s q t.
Proof.
by apply: log_convex_growth => t; apply: growth_log_convex.
Qed.
End Growth.

(* Gradient descent with a symmetric Hessian H *)
Section SymmetricHessian.
Variable H : V -> V.
Hypothesis H_sym : forall u v, ip (H u) v = ip u (H v).

(* linearised gradient descent, centred at the minimum *)
Definition descent_step (eta : R) q : V := q - eta *: H q.
Definition descent_bounded eta := forall q, exists C, forall t,
  ip (iter t (descent_step eta) q) (iter t (descent_step eta) q) <= C.

Lemma descent_sym eta p q : ip (descent_step eta p) q = ip p (descent_step eta q).
Proof. by rewrite ipBl ipBr (ipZl ipP) ipZr H_sym. Qed.

(* where <q, H q> > 2/eta <q, q>, |delta_t|^2 grows geometrically from delta_0 = q *)
Lemma descent_blowup eta q : 0 < eta -> 2 / eta * ip q q < ip q (H q) -> 0 < ip q q /\
  exists2 r, 1 < r &
  forall t, r ^+ t * ip q q <= ip (iter t (descent_step eta) q) (iter t (descent_step eta) q).
Proof.
move=> eta0 hq; set s0 := ip q q.
have s0_gt0 : 0 < s0.
  (* if |q| = 0 then <q, H q> = 0 by Cauchy-Schwarz, against the hypothesis *)
  rewrite lt_neqAle (ip_ge0 ipP) andbT; apply/negP => /eqP s00.
  have := cauchy_schwarz q (H q); rewrite -/s0 -s00 mul0r.
  rewrite le_eqVlt ltNge sqr_ge0 orbF sqrf_eq0 => /eqP h0.
  by move: hq; rewrite h0 -/s0 -s00 mulr0 ltxx.
have ltA : ip q (descent_step eta q) < - s0.
  rewrite ipBr ipZr -/s0 ltr_subl_addr -ltr_subl_addl opprK.
  have -> : s0 + s0 = eta * (2 / eta * s0).
    by rewrite mulrA [eta * _]mulrC divfK ?gt_eqF // mulr_natl mulr2n.
  by rewrite ltr_pmul2l.
have s01 : s0 < ip (descent_step eta q) (descent_step eta q).
  rewrite -(ltr_pmul2l s0_gt0); apply: lt_le_trans (cauchy_schwarz q (descent_step eta q)).
  rewrite -expr2 -[X in _ < X]sqrrN ltr_sqr ?nnegrE ?ltW //.
    by rewrite ltr_oppr.
  by rewrite (lt_trans s0_gt0) // ltr_oppr.
have [r r1 hr] := growth (descent_sym eta) s0_gt0 s01.
by split=> //; exists r.
Qed.

(* geometric growth is unbounded in an Archimedean field *)
Theorem descent_bounded_sharpness eta : archimedean R -> 0 < eta -> descent_bounded eta ->
  forall q, ip q (H q) <= 2 / eta * ip q q.
Proof.
move=> arch eta0 st q; rewrite leNgt; apply/negP => /(descent_blowup eta0)[q0 [r r1 hr]].
have [C hC] := st q; have [m] := geometric_unbounded C arch r1 q0.
by rewrite ltNge (le_trans (hr m) (hC m)).
Qed.

(* conversely, if 0 <= H <= 2/eta a step never increases |delta| *)
Hypothesis H_psd : inner_product (fun u v => ip u (H v)).
Lemma descent_nonexpansive eta : 0 < eta -> (forall q, ip q (H q) <= 2 / eta * ip q q) ->
  forall q, ip (descent_step eta q) (descent_step eta q) <= ip q q.
Proof.
move=> eta0 hub q; have hsq := psd_square_le ipP H_psd hub q.
rewrite /descent_step ip_sqrB.
set a := ip q q; set h := ip q (H q) in hsq *; set m := ip (H q) (H q) in hsq *.
rewrite -subr_ge0.
have -> : a - (a - (eta * h) *+ 2 + eta ^+ 2 * m) = eta * (h *+ 2 - eta * m).
  by rcf_ring.
apply: mulr_ge0; first exact: ltW.
rewrite subr_ge0 mulrC -ler_pdivl_mulr //.
by rewrite -mulr_natl mulrAC.
Qed.
Lemma sharpness_descent_bounded eta : 0 < eta -> (forall q, ip q (H q) <= 2 / eta * ip q q) ->
  descent_bounded eta.
Proof.
move=> eta0 hub q; exists (ip q q); elim=> [|t IH] //=.
by apply: le_trans IH; apply: descent_nonexpansive.
Qed.
Theorem descent_boundedP eta : archimedean R -> 0 < eta ->
  descent_bounded eta <-> forall q, ip q (H q) <= 2 / eta * ip q q.
Proof.
by move=> ar eta0; split; [apply: descent_bounded_sharpness | apply: sharpness_descent_bounded].
Qed.
End SymmetricHessian.

(* H = (1/n) sum_j g_j g_j^T as a map and as a quadratic form *)
Variables (n : nat) (g : 'I_n.+1 -> V).    (* gradients of f at the data *)

Definition feature_operator q : V := n.+1%:R^-1 *: \sum_j ip (g j) q *: g j.
Definition feature_form q : R := mean (fun j => ip (g j) q ^+ 2).

Lemma ip_feature_operator p q : ip p (feature_operator q) = mean (fun j => ip (g j) p * ip (g j) q).
Proof.
rewrite ipZr (ipC ipP) ip_suml /mean mulrC; congr (_ / _).
by apply: eq_bigr => j _; rewrite (ipZl ipP) mulrC.
Qed.
Lemma feature_formE q : ip q (feature_operator q) = feature_form q. Proof. by rewrite ip_feature_operator. Qed.
Lemma feature_operator_sym p q : ip (feature_operator p) q = ip p (feature_operator q).
Proof. by rewrite (ipC ipP) !ip_feature_operator; apply: eq_mean => j; rewrite mulrC. Qed.
Lemma feature_form_ge0 q : 0 <= feature_form q.
Proof. by apply: mean_ge0 => j; rewrite sqr_ge0. Qed.

Lemma feature_operator_psd : inner_product (fun u v => ip u (feature_operator v)).
Proof.
split=> [u v|u v w|c u v|u]; rewrite ?(ipDl ipP) ?(ipZl ipP) ?feature_formE ?feature_form_ge0 //.
by rewrite -feature_operator_sym (ipC ipP).
Qed.

(* L bounds the spectrum of H from above (Courant-Fischer form) *)
Definition rayleigh_bound L := forall q, feature_form q <= L * ip q q.
Definition is_lambda_max L := rayleigh_bound L /\ forall L', rayleigh_bound L' -> L <= L'.

(* its trace bounds H, and its value at the mean gradient q = (1/n) sum_j g_j,
   which is Phi u for u = 1/sqrt(n), bounds lambda_max from below *)
Definition mean_gradient : V := n.+1%:R^-1 *: \sum_j g j.

Lemma ip_mean_gradient q : ip mean_gradient q = mean (fun j => ip (g j) q).
Proof. by rewrite (ipZl ipP) ip_suml mulrC. Qed.

Lemma sharpness_ge L : rayleigh_bound L -> 0 < ip mean_gradient mean_gradient -> ip mean_gradient mean_gradient <= L.
Proof.
move=> hL g0; rewrite -(ler_pmul2r g0); apply: le_trans (hL mean_gradient).
by rewrite -expr2 ip_mean_gradient; apply: mean_sqr.
Qed.

Lemma sharpness_le_trace : rayleigh_bound (mean (fun j => ip (g j) (g j))).
Proof.
move=> q; rewrite mulrC -meanZ; apply: ler_mean => j.
by rewrite mulrC; apply: cauchy_schwarz.
Qed.

(* Gradient descent at H = Phi Phi^T / n *)
Definition gd_step := descent_step feature_operator.
Definition gd_bounded := descent_bounded feature_operator.

Lemma gd_sym eta p q : ip (gd_step eta p) q = ip p (gd_step eta q).
Proof. by apply: descent_sym; apply: feature_operator_sym. Qed.
Lemma gd_blowup_at eta q : 0 < eta -> 2 / eta * ip q q < feature_form q -> 0 < ip q q /\
  exists2 r, 1 < r &
  forall t, r ^+ t * ip q q <= ip (iter t (gd_step eta) q) (iter t (gd_step eta) q).
Proof.
by rewrite -feature_formE => eta0; apply: descent_blowup => //; apply: feature_operator_sym.
Qed.
Lemma sharpness_gd_bounded eta : 0 < eta -> rayleigh_bound (2 / eta) -> gd_bounded eta.
Proof.
move=> eta0 hub; apply: sharpness_descent_bounded => //; first exact: feature_operator_psd.
by move=> q; rewrite feature_formE.
Qed.
Theorem gd_boundedP eta : archimedean R -> 0 < eta ->
  gd_bounded eta <-> rayleigh_bound (2 / eta).
Proof.
move=> ar eta0; split=> [st q|]; last exact: sharpness_gd_bounded.
by rewrite -feature_formE; apply: descent_bounded_sharpness => //; apply: feature_operator_sym.
Qed.
End FeatureOperator.

(* Stochastic gradient descent *)
Section Sgd.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Variables (n : nat) (g : 'I_n.+1 -> V).
Add Ring Rring : (rcf_ring_theory R).

(* an eigenvalue is below every Rayleigh bound; along its eigenvector GD is geometric *)
Lemma eigenvalue_le L lam q : rayleigh_bound ip g L -> 0 < ip q q ->
  feature_operator ip g q = lam *: q -> lam <= L.
Proof.
move=> hL q0 e; rewrite -(ler_pmul2r q0); apply: le_trans (hL q).
by rewrite -(feature_formE ipP) e (ipZr ipP).
Qed.
Lemma eigenvector_trajectory eta lam q t : feature_operator ip g q = lam *: q ->
  iter t (gd_step ip g eta) q = (1 - eta * lam) ^+ t *: q.
Proof.
move=> e; elim: t => [|t IH]; first by rewrite expr0 scale1r.
have HZ c : feature_operator ip g (c *: q) = c *: feature_operator ip g q.
  rewrite /feature_operator [RHS]scalerA mulrC -scalerA scaler_sumr; congr (_ *: _).
  by apply: eq_bigr => j _; rewrite (ipZr ipP) scalerA.
rewrite iterS IH /gd_step /descent_step HZ e !scalerA -scalerBl; congr (_ *: _); rcf_ring.
Qed.

(* T is the set of batches, pr their law, wt B j the weight of datum j in batch B.
   Unbiased: the mean weight of every datum is 1/(n+1). *)
Variables (T : finType) (pr : T -> R) (wt : T -> 'I_n.+1 -> R).
Hypotheses (pr_ge0 : forall B, 0 <= pr B) (pr_sum : \sum_B pr B = 1).
Hypothesis unbiased : forall j, \sum_B pr B * wt B j = n.+1%:R^-1.
Definition sgd_step eta B q : V := q - eta *: \sum_j wt B j *: (ip (g j) q *: g j).
(* E F(delta_t) for linearised SGD started at delta_0 = q, batches independent *)
Fixpoint sgd_expectation eta t (F : V -> R) q : R :=
  if t is t'.+1 then \sum_B pr B * sgd_expectation eta t' F (sgd_step eta B q) else F q.
Definition vnorm q : R := Num.sqrt (ip q q).
Definition sgd_bounded eta := forall q, exists C, forall t, sgd_expectation eta t vnorm q <= C.

Lemma sgd_mean_step eta q : \sum_B pr B *: sgd_step eta B q = gd_step ip g eta q.
Proof.
rewrite (eq_bigr (fun B => pr B *: q - eta *: (pr B *: \sum_j wt B j *: (ip (g j) q *: g j)))).
  rewrite sumrB -scaler_suml pr_sum scale1r -scaler_sumr; congr (_ - _ *: _).
  rewrite (eq_bigr (fun B => \sum_j (pr B * wt B j) *: (ip (g j) q *: g j))); last first.
    by move=> B _; rewrite scaler_sumr; apply: eq_bigr => j _; rewrite scalerA.
  rewrite exchange_big /= /feature_operator scaler_sumr; apply: eq_bigr => j _.
  by rewrite -scaler_suml unbiased.
by move=> B _; rewrite scalerBr !scalerA mulrC.
Qed.
Lemma sgd_mean_trajectory eta t u q : sgd_expectation eta t (ip u) q = ip u (iter t (gd_step ip g eta) q).
Proof.
have sym := gd_sym ipP g eta.
have symt m a b : ip (iter m (gd_step ip g eta) a) b = ip a (iter m (gd_step ip g eta) b).
  by elim: m a b => //= m IH a b; rewrite sym IH -iterSr.
elim: t q => //= t IH q; rewrite (eq_bigr (fun B =>
   ip (pr B *: sgd_step eta B q) (iter t (gd_step ip g eta) u))); last first.
  by move=> B _; rewrite IH -(symt t u) (ipZl ipP) (ipC ipP).
by rewrite -(ip_suml ipP) sgd_mean_step (ipC ipP) symt -iterSr.
Qed.
Lemma sgd_expectation_mono eta t F F' q : (forall v, F v <= F' v) ->
  sgd_expectation eta t F q <= sgd_expectation eta t F' q.
Proof.
move=> h; elim: t q => //= t IH q; apply: ler_sum => B _; exact: ler_wpmul2l.
Qed.
Lemma sgd_expectationZ eta t c F q : sgd_expectation eta t (fun v => c * F v) q = c * sgd_expectation eta t F q.
Proof.
by elim: t q => //= t IH q; rewrite mulr_sumr; apply: eq_bigr => B _; rewrite IH mulrCA.
Qed.
Lemma ip_le_vnorm u v : ip u v <= vnorm u * vnorm v.
Proof.
rewrite -sqrtrM ?(ip_ge0 ipP) //; apply: le_trans (ler_norm _) _.
by rewrite -sqrtr_sqr ler_wsqrtr // (cauchy_schwarz ipP).
Qed.
(* |E delta_t| <= E |delta_t| *)
Lemma sgd_ge_gd eta t q : vnorm (iter t (gd_step ip g eta) q) <= sgd_expectation eta t vnorm q.
Proof.
set u := iter _ _ _; have [u0|u0] := eqVneq (vnorm u) 0.
  rewrite u0; elim: t q {u u0} => [|t IH] q /=; first exact: sqrtr_ge0.
  by apply: sumr_ge0 => B _; rewrite mulr_ge0.
have up : 0 < vnorm u by rewrite lt_neqAle eq_sym u0 sqrtr_ge0.
rewrite -(ler_pmul2l up) -sgd_expectationZ -expr2 sqr_sqrtr ?(ip_ge0 ipP) //.
by rewrite {2}/u -sgd_mean_trajectory; apply: sgd_expectation_mono => v; apply: ip_le_vnorm.
Qed.
Theorem sgd_gd_bounded eta : sgd_bounded eta -> gd_bounded ip g eta.
Proof.
move=> h q; have [C hC] := h q; exists (C ^+ 2) => t.
have := le_trans (sgd_ge_gd eta t q) (hC t); set u := iter _ _ _ => hu.
have u0 : 0 <= vnorm u := sqrtr_ge0 _.
rewrite -[ip u u]sqr_sqrtr ?(ip_ge0 ipP) // -/(vnorm u) ler_sqr ?nnegrE //.
exact: le_trans hu.
Qed.

(* the necessary condition through the mean *)
Theorem sgd_bounded_sharpness eta : archimedean R -> 0 < eta ->
  sgd_bounded eta -> rayleigh_bound ip g (2 / eta).
Proof. by move=> ar eta0 /sgd_gd_bounded /(gd_boundedP ipP g ar eta0). Qed.

(* stable in the sense of the paper: for some eps > 0, limsup_t E|delta_t| <= eps from every
   start in the eps-ball *)
Definition limsup_le (u : nat -> R) c :=
  forall delta, 0 < delta -> exists m, forall t, (m <= t)%N -> u t <= c + delta.
Definition linearly_stable (F : nat -> V -> R) := exists2 eps, 0 < eps &
  forall q, vnorm q < eps -> limsup_le (fun t => F t q) eps.

Lemma feature_formZ c q : feature_form ip g (c *: q) = c ^+ 2 * feature_form ip g q.
Proof. by rewrite -meanZ; apply: eq_mean => j; rewrite (ipZr ipP) exprMn. Qed.

Lemma gd_stable_sharpness eta : archimedean R -> 0 < eta ->
  linearly_stable (fun t q => vnorm (iter t (gd_step ip g eta) q)) -> rayleigh_bound ip g (2 / eta).
Proof.
move=> ar eta0 [eps e0 st] q; rewrite leNgt; apply/negP => hq.
have N0 : 0 < vnorm q + 1 by rewrite ltr_spaddr ?ltr01 // /vnorm sqrtr_ge0.
pose c := eps / (vnorm q + 1); have c0 : 0 < c by rewrite divr_gt0.
have hq' : 2 / eta * ip (c *: q) (c *: q) < feature_form ip g (c *: q).
  rewrite feature_formZ (ipZl ipP) (ipZr ipP).
  rewrite [X in X < _](_ : _ = c ^+ 2 * (2 / eta * ip q q)); last by rcf_ring.
  by rewrite ltr_pmul2l // exprn_gt0.
have [s0 [r r1 hr]] := gd_blowup_at ipP eta0 hq'; set q' := c *: q in s0 hr.
have hv : vnorm q' < eps.
  have -> : vnorm q' = c * vnorm q.
    rewrite /vnorm (ipZl ipP) (ipZr ipP) mulrA -expr2 sqrtrM ?sqr_ge0 //.
    by rewrite sqrtr_sqr gtr0_norm.
  by rewrite /c mulrAC ltr_pdivr_mulr // ltr_pmul2l // ltr_addl ltr01.
have [m hm] := st q' hv 1 ltr01.
have re : 0 < r - 1 by rewrite subr_gt0.
have [m' hm'] := ar ((eps + 1) ^+ 2 / ip q' q' / (r - 1)).
have := hm (maxn m m') (leq_maxl _ _); apply/negP; rewrite -ltNge.
have vsq u : vnorm u ^+ 2 = ip u u by rewrite sqr_sqrtr ?(ip_ge0 ipP).
have eps1 : 0 <= eps + 1 by rewrite addr_ge0 ?ltW ?ltr01.
rewrite -ltr_sqr ?nnegrE ?sqrtr_ge0 // vsq.
apply: lt_le_trans (hr _); rewrite -ltr_pdivr_mulr //.
have ge : 1 + (r - 1) *+ maxn m m' <= r ^+ maxn m m'.
  have -> : r = 1 + (r - 1) by rewrite addrC subrK.
  by rewrite {1}[1 + _ - 1]addrC addKr; apply: bernoulli; apply: ltW.
apply: lt_le_trans ge; rewrite ltr_pdivr_mulr // in hm'.
apply: (lt_trans hm'); apply: (@le_lt_trans _ _ ((r - 1) *+ maxn m m')).
  by rewrite mulr_natl; apply: ler_wpmuln2l; [apply: ltW | apply: leq_maxr].
by rewrite ltr_addr ltr01.
Qed.

Theorem sgd_stable_sharpness eta : archimedean R -> 0 < eta ->
  linearly_stable (fun t q => sgd_expectation eta t vnorm q) -> rayleigh_bound ip g (2 / eta).
Proof.
move=> ar eta0 [eps e0 st]; apply: gd_stable_sharpness => //; exists eps => // q hq delta d0.
have [m hm] := st q hq delta d0; exists m => t mt; apply: le_trans (hm t mt).
exact: sgd_ge_gd.
Qed.
End Sgd.
