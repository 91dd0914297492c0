(* Controls.  For each theorem a false neighbour is stated and refuted, from a concrete small instance
   over any real closed field: the statements proved elsewhere cannot be strengthened in these ways. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix mxalgebra.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm SharpnessLowerBound StabilityInequality UnivariateCase StationaryPoints.
Require Import BeyondInterpolation NondifferentiableMinima SharpnessUpperBound MeanSquare.
Require Import LaplacianBound FlattestImplementation DepthSeparation TwoLayers Evaluation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* The constant net *)
(* no neurons: f = b2, lambda_max = 1, |f|_S = 0, and eta = 2 is stable *)
Section ConstantNet.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Definition constant_net : parameters R 1 0 := mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 0.
Definition no_data (j : 'I_1) : 'rV[R]_1 := 0.
Let P := pdot_ip R 1 0.
Lemma constant_sharpness : rayleigh_bound (@pdot R 1 0) (feature no_data constant_net) 1.
Proof.
move=> q; apply: le_trans (sharpness_le_trace P (feature no_data constant_net) q) _.
by rewrite /mean big_ord1 /pdot !big_ord0 !add0r !mkE divr1 mulr1.
Qed.
Lemma constant_stability_norm : stability_norm no_data constant_net = 0.
Proof. by rewrite /stability_norm /reduced_norm big_ord0. Qed.
Lemma constant_minimum : differentiable_interpolating_minimum no_data (fun=> 0) constant_net.
Proof.
split=> [j [] //|j]; by rewrite /shallow_net big_ord0 mkE addr0.
Qed.
Lemma constant_hessian q :
  hessian_form no_data (fun=> 0) constant_net q <= 2 / 2 * pdot q q.
Proof.
have [_ hi] := constant_minimum; rewrite (hessian_interpolating q hi) mulfV ?pnatr_eq0 //.
exact: constant_sharpness.
Qed.

(* stability-inequality with a larger constant than 1/2 *)
Theorem control_stability_constant c : 2^-1 < c ->
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) eta, 0 < eta ->
     differentiable_interpolating_minimum x y p ->
     (forall q, hessian_form x y p q <= 2 / eta * pdot q q) -> stability_norm x p <= 1 / eta - c).
Proof.
move=> c2 h; have := h _ _ _ no_data (fun=> 0) constant_net 2 (ltr0Sn _ _) constant_minimum constant_hessian.
by rewrite constant_stability_norm mul1r subr_ge0 leNgt c2.
Qed.

(* no stable minimum "for eta >= 2" *)
Theorem control_eta_two :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) eta, 2 <= eta ->
     differentiable_interpolating_minimum x y p ->
     ~ (forall q, hessian_form x y p q <= 2 / eta * pdot q q)).
Proof.
by move=> h; apply: (h _ _ _ no_data (fun=> 0) constant_net 2 (lexx _) constant_minimum constant_hessian).
Qed.

(* sharpness-lower-bound with a larger constant than 1 *)
Theorem control_lower_bound_one c : 1 < c ->
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L -> c + 2 * stability_norm x p <= L).
Proof.
move=> c1 h; have := h _ _ _ _ _ _ constant_sharpness.
by rewrite constant_stability_norm mulr0 addr0 leNgt c1.
Qed.

(* stationary-points with a larger constant than 1/2 *)
Theorem control_stationary_constant c : 2^-1 < c ->
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) eta, 0 < eta ->
     differentiable_at_data x p ->
     (forall q, 0 <= hessian_form x y p q <= 2 / eta * pdot q q) ->
     stability_norm x p <= 1 / eta - c).
Proof.
move=> c2 h; have [off hi] := constant_minimum.
have := h _ _ _ no_data (fun=> 0) constant_net 2 (ltr0Sn _ _) off.
rewrite constant_stability_norm mul1r subr_ge0 leNgt c2; suff H : forall q : parameters R 1 0,
  0 <= hessian_form no_data (fun=> 0) constant_net q <= 2 / 2 * pdot q q by move=> /(_ H).
move=> q; rewrite constant_hessian andbT (hessian_interpolating q hi).
exact: feature_form_ge0.
Qed.

(* nondifferentiable-minima with a larger constant: at eta = 2 the error of the constant net
   changes its sign at every step and is never damped *)
Lemma constant_descent (p : parameters R 1 0) :
  gradient_descent no_data (fun=> 0) 2 p = - p.
Proof.
have E (u v : parameters R 1 0) : b2 u = b2 v -> u = v.
  case: u => [[[a b] c] e]; case: v => [[[a' b'] c'] e']; rewrite /b2 /= => ->.
  congr (_, _, _, _); [apply/matrixP|apply/rowP|apply/rowP] => i //; by case: i.
apply: E; rewrite -scaleN1r b2Z mulN1r /gradient_descent -scaleNr b2D b2Z /loss_gradient b2Z big_ord1.
rewrite b2Z mkE /residual /shallow_net big_ord0 add0r subr0 mulr1 invr1 mul1r.
by move: (b2 p) => b; rcf_ring.
Qed.
Lemma constant_strongly_stable : strongly_stable no_data (fun=> 0) 2 constant_net.
Proof.
have c0 : constant_net = 0.
  rewrite /constant_net /mkparameters; congr (_, _, _, _); [apply/matrixP|apply/rowP|apply/rowP];
    by case.
exists 1 => [|s hs t]; first exact: ltr01.
rewrite c0 subr0; rewrite c0 subr0 in hs.
have -> : pdot (iter t (gradient_descent no_data (fun=> 0) 2) s)
     (iter t (gradient_descent no_data (fun=> 0) 2) s) = pdot s s.
  elim: t => // t IH; rewrite iterS constant_descent -scaleN1r (ipZl P) (ipZr P) !mulN1r opprK.
  exact: IH.
exact: ltW.
Qed.
Theorem control_nondifferentiable_constant c : 2^-1 < c ->
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) eta, 0 < eta ->
     interpolating x y p -> strongly_stable x y eta p -> stability_norm x p <= 1 / eta - c).
Proof.
move=> c2 h; have [_ hi] := constant_minimum.
have := h _ _ _ no_data (fun=> 0) constant_net 2 (ltr0Sn _ _) hi constant_strongly_stable.
by rewrite constant_stability_norm mul1r subr_ge0 leNgt c2.
Qed.

(* flattest-implementation: without tr U = 1, here U = (2) *)
Theorem control_flattest_trace :
  ~ (forall d k n m (x : 'I_n.+1 -> 'rV[R]_d) (u : 'I_m -> 'rV[R]_n.+1) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     (ones_certificate u + 2 * reduced_norm (even_certificate_weight x u) p) / n.+1%:R <= L).
Proof.
move=> h; have := h _ _ _ 1%N _ (fun=> const_mx 2) _ _ constant_sharpness.
rewrite /ones_certificate /reduced_norm !big_ord1 big_ord0 mxE mulr0 addr0 divr1.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.
End ConstantNet.

(* Linear stability *)
(* one parameter, one datum, gradient 1: H = 1, delta_{t+1} = (1 - eta) delta_t *)
Section OneParameter.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let ip (u v : R^o) : R := (u : R) * v.
Let ipP : inner_product ip.
Proof.
split=> [u v|u v w|c u v|u]; rewrite /ip.
- exact: mulrC. - exact: mulrDl. - by rewrite -[c *: u]/(c * (u : R)) mulrA.
- by rewrite -expr2 sqr_ge0.
Qed.
Let g (j : 'I_1) : R^o := 1.
Lemma one_form q : feature_form ip g q = ip q q.
Proof. by rewrite /feature_form /mean big_ord1 divr1 /ip /g mul1r expr2. Qed.
Lemma one_step_descent eta (q : R^o) : gd_step ip g eta q = (1 - eta) * (q : R) :> R.
Proof.
rewrite /gd_step /descent_step /feature_operator big_ord1 invr1 scale1r /ip /g mul1r.
by rewrite -[_ *: _]/(eta * ((q : R) * 1)) mulr1 mulrBl mul1r.
Qed.
Lemma one_trajectory eta t (q : R^o) : iter t (gd_step ip g eta) q = (1 - eta) ^+ t * (q : R) :> R.
Proof.
by elim: t => [|t IH]; rewrite ?expr0 ?mul1r // iterS one_step_descent IH exprS mulrA.
Qed.

(* "bounded implies lambda_max < 2/eta": false at eta = 2 *)
Theorem control_linear_stability_strict :
  ~ (forall (V : lmodType R) (ip : V -> V -> R) n (g : 'I_n.+1 -> V) eta, inner_product ip ->
     0 < eta -> gd_bounded ip g eta -> exists2 L, L < 2 / eta & rayleigh_bound ip g L).
Proof.
move=> h; have [q|L L1 hL] := h _ ip _ g 2 ipP (ltr0Sn _ _).
  exists (ip q q) => t; rewrite [iter t _ _]one_trajectory /ip mulrACA -expr2 -exprM mulnC exprM.
  have -> : (1 - 2 : R) ^+ 2 = 1 by rational_over R.
  by rewrite expr1n mul1r.
have := hL 1; rewrite one_form /ip mulr1 mulr1; apply/negP; rewrite -ltNge.
by move: L1; rewrite mulfV ?pnatr_eq0.
Qed.

(* "lambda_max <= 3/eta suffices": false at eta = 3, where delta_t = (-2)^t *)
Theorem control_linear_stability_three : archimedean R ->
  ~ (forall (V : lmodType R) (ip : V -> V -> R) n (g : 'I_n.+1 -> V) eta, inner_product ip ->
     0 < eta -> rayleigh_bound ip g (3 / eta) -> gd_bounded ip g eta).
Proof.
move=> ar h; have hL : rayleigh_bound ip g (3 / 3).
  by move=> q; rewrite one_form mulfV ?pnatr_eq0 // mul1r.
have := h _ ip _ g 3 ipP (ltr0Sn _ _) hL; move/(gd_boundedP ipP g ar (ltr0Sn _ _)).
move=> /(_ (1 : R^o)); rewrite one_form /ip mulr1 mulr1; apply/negP; rewrite -ltNge.
rational_over R.
Qed.
End OneParameter.

(* One neuron, one datum: equality *)
(* x = 3/4, f(z) = 3 relu(5 z): balanced, lambda_max = 1 + 2 |a| gt = 233/8 *)
Section Balanced.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let x := @data1 R [:: 3 / 4] 0.
Let p : parameters R 1 1 := net1 [:: 5] [:: 0] [:: 3] 1 0.
Lemma balanced_sharpness : rayleigh_bound (@pdot R 1 1) (feature x p) (233 / 8).
Proof.
suff <- : mean (fun j => pdot (feature x p j) (feature x p j)) = 233 / 8.
  exact: (sharpness_le_trace (pdot_ip R 1 1)).
have -> : mean (fun j => pdot (feature x p j) (feature x p j)) = gram (@pdot R 1 1) (feature x p) 0 0.
  by rewrite /mean big_ord1.
apply: (mulfI (n1_neq0 R 0)).
rewrite gram_entry !big_ord1 /preactivation !mkE !dot1 /x !mxE /= /relu /step; rational_over R.
Qed.
Lemma balanced_excess : mean_excess x (const_mx 1) 0 = 3 / 4.
Proof. rewrite /x; evaluate R. Qed.
Lemma balanced_probability : probability x (const_mx 1) 0 = 1.
Proof. rewrite /x; evaluate R. Qed.
Lemma balanced_masked : dot (masked_mean x (const_mx 1) 0) (masked_mean x (const_mx 1) 0) = 9 / 16.
Proof. rewrite /x; evaluate R. Qed.
Let five : 0 < 5 :> R. Proof. exact: ltr0Sn. Qed.
Lemma balanced_sum (F : 'rV[R]_1 -> R -> R) :
  \sum_i `|amplitude p i| * F (direction p i) (threshold p i) = 15 * F (const_mx 1) 0.
Proof.
rewrite big_ord1 one_amplitude one_direction // one_threshold // oppr0 mul0r; congr (_ * _).
rational_over R.
Qed.

(* a larger factor than 2 *)
Theorem control_lower_bound_two c : 2 < c ->
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     1 + c * (\sum_i `|amplitude p i| * one_sided_weight x (direction p i) (threshold p i)) <= L).
Proof.
move=> c2 h; have := h _ _ _ _ _ _ balanced_sharpness; rewrite balanced_sum.
rewrite /one_sided_weight balanced_excess balanced_probability balanced_masked.
have -> : 15 * (3 / 4 * Num.sqrt (1 ^+ 2 + 9 / 16)) = 225 / 16 :> R by rational_over R.
apply/negP; rewrite -ltNge (_ : 233 / 8 = 1 + 2 * (225 / 16)); last by rational_over R.
by rewrite ltr_add2l ltr_pmul2r //; rational_over R.
Qed.

(* P + |E[X 1_A]| in place of sqrt(P^2 + |E[X 1_A]|^2) *)
Theorem control_weight_root :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     1 + 2 * (\sum_i `|amplitude p i| * (mean_excess x (direction p i) (threshold p i) *
        (probability x (direction p i) (threshold p i)
         + nrm (masked_mean x (direction p i) (threshold p i))))) <= L).
Proof.
move=> h; have := h _ _ _ _ _ _ balanced_sharpness.
rewrite (balanced_sum (fun v b => mean_excess x v b * (probability x v b + nrm (masked_mean x v b)))).
rewrite /nrm balanced_excess balanced_probability balanced_masked.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.
End Balanced.

(* One neuron, two data *)
(* x = 3/4, -12/5, f = relu: lambda_max < 9/5, gt(1,0) = 15/64, gt(-1,0) = 39/25 *)
Section TwoData.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let x := @data1 R [:: 3 / 4; - (12 / 5)] 1.
Let p : parameters R 1 1 := net1 [:: 1] [:: 0] [:: 1] 1 0.
Lemma two_data_sharpness : rayleigh_bound (@pdot R 1 1) (feature x p) (9 / 5).
Proof.
have L0 : 0 <= 9 / 5 :> R by rational_over R.
apply/(sharpness_gram (feature x p) (pdot_ip R 1 1) L0) => u.
have g10 : gram (@pdot R 1 1) (feature x p) 1 0 = 1 / 2.
  by rewrite /gram (ipC (pdot_ip R 1 1)) -/(gram _ _ 0 1) example_a_gram01.
rewrite /gram_form /dot !big_ord_recl !big_ord0 !addr0.
have -> : lift ord0 ord0 = 1 :> 'I_2 by apply: val_inj.
rewrite [gram _ _ ord0 ord0]example_a_gram00 [gram _ _ ord0 1]example_a_gram01 g10 example_a_gram11.
move: (u 0 0) (u 0 1) => a b; rewrite -subr_ge0.
(* 9/5 (a^2 + b^2) - a K a - ... = 19/80 (a - 40/19 b)^2 + (13/10 - 1600/1520) b^2 *)
rewrite (_ : _ - _ = (9 / 5 - 25 / 16) * (a * a) - (1 / 2 + 1 / 2) * (a * b)
   + (9 / 5 - 1 / 2) * (b * b)); last first.
  by move: (9 / 5) (25 / 16) (1 / 2) => A B C; rcf_ring.
rewrite (_ : _ + _ = (19 / 80) * (a - 40 / 19 * b) ^+ 2 + (47 / 190) * b ^+ 2).
  by rewrite addr_ge0 // mulr_ge0 ?sqr_ge0 //; rational_over R.
have e1 : 9 / 5 - 25 / 16 = 19 / 80 :> R by rational_over R.
have e2 : 1 / 2 + 1 / 2 = (19 / 80) * (40 / 19) *+ 2 :> R by rational_over R.
have e3 : 9 / 5 - 1 / 2 = (19 / 80) * (40 / 19) ^+ 2 + 47 / 190 :> R by rational_over R.
rewrite e1 e2 e3; move: (19 / 80) (40 / 19) (47 / 190) => A B C; rcf_ring.
Qed.
Let one : 0 < 1 :> R. Proof. exact: ltr01. Qed.

(* P in place of P^2 in the conditional form of the weight *)
Definition weight_P (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d) v b := probability x v b
  * conditional_mean x v b (fun j => dot v (x j) - b)
  * Num.sqrt (1 + dot (conditional_vector_mean x v b) (conditional_vector_mean x v b)).
Theorem control_weight_square :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     1 + 2 * (\sum_i `|amplitude p i| * Num.min (weight_P x (direction p i) (threshold p i))
        (weight_P x (- direction p i) (- threshold p i))) <= L).
Proof.
move=> h; have := h _ _ _ _ _ _ two_data_sharpness.
rewrite big_ord1 one_amplitude one_direction // one_threshold // oppr0 mul0r.
have -> : weight_P x (const_mx 1) 0 = 15 / 32.
  rewrite /weight_P /conditional_mean /conditional_vector_mean /x; evaluate R.
have -> : weight_P x (- const_mx 1) (- 0) = 78 / 25.
  rewrite /weight_P /conditional_mean /conditional_vector_mean /x; evaluate R.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.

(* max in place of min *)
Theorem control_weight_max :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) L,
     rayleigh_bound (@pdot R d k) (feature x p) L ->
     1 + 2 * (\sum_i `|amplitude p i| * Num.max (one_sided_weight x (direction p i) (threshold p i))
        (one_sided_weight x (- direction p i) (- threshold p i))) <= L).
Proof.
move=> h; have := h _ _ _ _ _ _ two_data_sharpness.
rewrite big_ord1 one_amplitude one_direction // one_threshold // oppr0 mul0r.
rewrite example_a_one_sided_weight example_a_one_sided_weight_reflected.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.

Lemma two_data_minimum : differentiable_interpolating_minimum x (fun j => shallow_net p (x j)) p.
Proof.
split=> // j i; rewrite ord1 /preactivation !mkE dot1 /= /x /data1 !mxE /=.
case: j => [[|[|//]] /= _]; rational_over R.
Qed.

(* laplacian-bound with R rho <= max instead of g *)
Theorem control_laplacian_max :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) y (p : parameters R d k) eta (Rrho : 'rV[R]_d -> R -> R),
     0 < eta -> differentiable_interpolating_minimum x y p ->
     (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
     (forall v b, dot v v = 1 ->
        Rrho v b <= Num.max (one_sided_weight x v b) (one_sided_weight x (- v) (- b))) ->
     \sum_h `|merged_amplitude p h| * Rrho (direction p h) (threshold p h) <= 1 / eta - 2^-1).
Proof.
move=> h; have := h _ _ _ x _ p (10 / 9)
  (fun v b => Num.max (one_sided_weight x v b) (one_sided_weight x (- v) (- b))) _ two_data_minimum.
have e : 2 / (10 / 9) = 9 / 5 :> R by rational_over R.
rewrite e big_ord1 one_direction // one_threshold // oppr0 mul0r.
rewrite example_a_one_sided_weight example_a_one_sided_weight_reflected.
have -> : merged_amplitude p ord0 = 1.
  rewrite /merged_amplitude (big_pred1 ord0); last by move=> i; rewrite !ord1 eqxx.
  by rewrite one_amplitude normr1 mulr1.
have e0 : 0 < 10 / 9 :> R by rational_over R.
move=> /(_ e0); suff H q : hessian_form x (fun j => shallow_net p (x j)) p q <= 9 / 5 * pdot q q.
  move=> /(_ H) H2; have /negP[] : ~~ (`|1| * Num.max (15 / 64) (39 / 25) <= 1 / (10 / 9) - 2^-1 :> R).
    by rewrite -ltNge; rational_over R.
  by apply: H2 => v b _; apply: lexx.
by rewrite (hessian_interpolating q two_data_minimum.2); apply: two_data_sharpness.
Qed.

(* univariate-case with max in place of min *)
Theorem control_univariate_max :
  ~ (forall n (x : 'I_n.+1 -> 'rV[R]_1) k (p : parameters R 1 k) y eta a kinks, 0 < eta ->
     differentiable_interpolating_minimum x y p ->
     (forall q, hessian_form x y p q <= 2 / eta * pdot q q) -> uniq kinks ->
     (forall t, slope_change (on_line p) t (a t)) -> (forall t, a t != 0 -> t \in kinks) ->
     \sum_(t <- kinks) `|a t| * Num.max (right_weight x t) (left_weight x t) <= 1 / eta - 2^-1).
Proof.
have kink0 : kink p 0 = 0 by rewrite /kink !mkE oppr0 mul0r.
have w0 : w1 p 0 != 0 by rewrite mkE; apply/eqP => /rowP/(_ 0); rewrite !mxE /= => /eqP; rewrite oner_eq0.
have jumpE t : jump p t = (0 == t)%:R.
  rewrite /jump big_mkcond big_ord1 w0 kink0 one_amplitude normr1 mulr1 /=.
  by case: eqP.
move=> h; have := h _ x _ p _ (10 / 9) (jump p) [:: 0] _ two_data_minimum.
have e : 2 / (10 / 9) = 9 / 5 :> R by rational_over R.
have e0 : 0 < 10 / 9 :> R by rational_over R.
move=> /(_ e0); rewrite e => H; have {}H := H _ isT (@slope_change_exists _ _ _).
have bound q : hessian_form x (fun j => shallow_net p (x j)) p q <= 9 / 5 * pdot q q.
  by rewrite (hessian_interpolating q two_data_minimum.2); apply: two_data_sharpness.
have := H bound _; rewrite big_seq1 jumpE eqxx -(one_sided_right x) -(one_sided_left x).
rewrite example_a_one_sided_weight example_a_one_sided_weight_reflected => {}H.
have /negP[] : ~~ (`|1| * Num.max (15 / 64) (39 / 25) <= 1 / (10 / 9) - 2^-1 :> R).
  by rewrite -ltNge; rational_over R.
apply: H => t; rewrite jumpE pnatr_eq0 eqb0 negbK => /eqP <-; exact: mem_head.
Qed.

(* the sum over neurons, not merged, depends on more than the function: relu - relu = 0 *)
Theorem control_unmerged_norm :
  ~ (forall d k k' n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) (p' : parameters R d k'),
     (forall z, shallow_net p z = shallow_net p' z) ->
     \sum_i `|amplitude p i| * weight x (direction p i) (threshold p i) =
     \sum_i `|amplitude p' i| * weight x (direction p' i) (threshold p' i)).
Proof.
pose pair : parameters R 1 2 := mkparameters (fun=> const_mx 1) (fun=> 0)
  (fun i => if i == ord0 then 1 else -1) 0.
move=> h; have := h _ _ _ _ x pair (constant_net R) _; rewrite big_ord0.
have same z : shallow_net pair z = shallow_net (constant_net R) z.
  rewrite /shallow_net big_ord0 !big_ord_recl big_ord0 /preactivation !mkE /=.
  by move: (relu _) => r; rcf_ring.
have n1 (i : 'I_2) : nrm (w1 pair i) = 1.
  by rewrite mkE /nrm dot1 mxE mulr1 sqrtr1.
have di (i : 'I_2) : direction pair i = const_mx 1 by rewrite /direction n1 invr1 scale1r mkE.
have th (i : 'I_2) : threshold pair i = 0 by rewrite /threshold mkE oppr0 mul0r.
move=> /(_ same); rewrite !big_ord_recl big_ord0 !di !th !example_a_weight /amplitude !n1 !mkE /=.
apply/eqP; rational_over R.
Qed.
End TwoData.

(* Sharpness-upper-bound needs w1 <> 0 *)
(* one constant neuron relu(1): the trace of every rescaling is 1 + c^2 + 1/c^2 *)
Section ConstantNeuron.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let x := @data1 R [:: 0] 0.
Let p : parameters R 1 1 := net1 [:: 0] [:: 1] [:: 1] 1 0.
Theorem control_upper_bound_constant_neuron :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k) eps, 0 < eps ->
     exists2 c, forall i, 0 < c i & rayleigh_bound (@pdot R d k) (feature x (rescale c p))
       (1 + 2 * (\sum_i `|amplitude p i| * rescaling_weight x (direction p i) (threshold p i)) + eps)).
Proof.
move=> h; have [c c0 hL] := h _ _ _ x p 1 ltr01; move: hL; rewrite big_ord1 one_amplitude.
rewrite normr0 mulr0 normr0 mul0r mulr0 addr0 => hL.
set w := c ord0; have w0 : 0 < w := c0 _; pose q := feature x (rescale c p) ord0.
have qq : pdot q q = 1 + w ^+ 2 + (w^-1) ^+ 2.
  rewrite /q /pdot big_ord1 !mkE !(ipZl (dot_ip R 1)) (ipZr (dot_ip R 1)) /preactivation !mkE.
  rewrite !dot1 !mxE /= -/w !mulr0 !mulr1 !add0r !reluE.
  have -> : step w^-1 = 1 by rewrite /step invr_gt0 w0.
  by move: (w^-1) => r; rcf_ring.
have := hL q; rewrite /feature_form /mean big_ord1 divr1 -/q qq expr2.
have pos : 0 < 1 + w ^+ 2 + w^-1 ^+ 2 by rewrite !addr_gt0 ?exprn_gt0 ?invr_gt0 ?ltr01.
rewrite ler_pmul2r // -addrA ler_add2l; apply/negP; rewrite -ltNge.
apply: (@lt_le_trans _ _ (2 * (w * w^-1))); last exact: am_gm.
by rewrite mulfV ?gt_eqF // mulr1 ltr1n.
Qed.
End ConstantNeuron.

(* Two-layers: 2d + 2 *)
Section Pyramid.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let z : 'rV[R]_1 := const_mx (9 / 10).
Theorem control_two_layers :
  ~ (forall d n (x : 'I_n.+1 -> 'rV[R]_d), rayleigh_bound (@deep_dot R d (d + d))
     (fun j => deep_gradient (pyramid_net R d) (x j)) (2 * d%:R + 2)).
Proof.
move=> h; have := h 1%N 0%N (fun=> z) (deep_gradient (pyramid_net R 1) z).
rewrite /feature_form /mean big_ord1 divr1.
have -> : deep_dot (deep_gradient (pyramid_net R 1) z) (deep_gradient (pyramid_net R 1) z) = 463 / 100.
  have n1 : norm1 z = 9 / 10 by rewrite /norm1 big_ord1 mxE; rational_over R.
  rewrite /deep_dot /inner /w3 /b3 /= mul1r (ipZl (pdot_ip R 1 _)) (ipZr (pdot_ip R 1 _)).
  rewrite pyramid_innerE n1 /Network.pdot big_split_ord /= !big_ord1 !mkE.
  rewrite !(pre_left z ord0) !(pre_right z ord0) !(ipZl (dot_ip R 1)) !(ipZr (dot_ip R 1)) !dot1 !mxE.
  rewrite /relu /step; rational_over R.
by apply/negP; rewrite -ltNge; rational_over R.
Qed.
End Pyramid.

(* Mean-square-threshold: p is needed *)
(* full batch, p = 0: four data, one of them seen by a neuron of output 2 and w2 = 0.
   lambda_max = 3/2, kappa = 76/49 *)
Section FullBatch.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let x := @data1 R [:: 0; - 5%:R; - 5%:R; - 5%:R] 3.
Let p : parameters R 1 1 := net1 [:: 1] [:: 2] [:: 0] 1 0.
Let P := pdot_ip R 1 1.
Let r (j : 'I_4) : R := nth 0 [:: 2] j.
Lemma full_batch_relu j : relu (preactivation p (x j) ord0) = r j.
Proof.
rewrite /preactivation !mkE dot1 /x /data1 !mxE /r.
by case: j => [[|[|[|[|//]]]] /= _]; rewrite /relu; rational_over R.
Qed.
Lemma full_batch_feature j q : pdot (feature x p j) q = r j * w2 q ord0 + b2 q.
Proof.
rewrite /pdot big_ord1 !mkE full_batch_relu (ipZl (dot_ip R 1)) /=.
by rewrite !mul0r !add0r mul1r.
Qed.
Lemma full_batch_sharpness : rayleigh_bound (@pdot R 1 1) (feature x p) (2 / (4 / 3)).
Proof.
move=> q; have -> : 2 / (4 / 3) = 3 / 2 :> R by rational_over R.
apply: (@le_trans _ _ (3 / 2 * (w2 q ord0 ^+ 2 + b2 q ^+ 2))); last first.
  apply: ler_wpmul2l; first by rational_over R.
  rewrite /pdot big_ord1 -!expr2 ler_add2r ler_addr addr_ge0 ?sqr_ge0 //.
  exact: (ip_ge0 (dot_ip R 1)).
rewrite /feature_form /mean !big_ord_recl big_ord0 !full_batch_feature /r /=.
rewrite ler_pdivr_mulr ?ltr0Sn //; move: (w2 q ord0) (b2 q) => w e.
have -> : 3 / 2 * (w ^+ 2 + e ^+ 2) * 4 = 6 * (w ^+ 2 + e ^+ 2).
  by rewrite mulrAC; congr (_ * _); rational_over R.
rewrite -subr_ge0 (_ : _ - _ = 2 * (w - e) ^+ 2); last by rcf_ring.
by rewrite mulr_ge0 ?sqr_ge0 ?ler0n.
Qed.
Lemma full_batch_gain : gain (@pdot R 1 1) (feature x p) = 76 / 49.
Proof.
have s j : pdot (feature x p j) (mean_gradient (feature x p)) = r j / 2 + 1.
  rewrite (ipC P) (ip_mean_gradient P) /mean !big_ord_recl big_ord0 !full_batch_feature.
  rewrite !mkE full_batch_relu /r /=; case: j => [[|[|[|[|//]]]] /= _]; rational_over R.
rewrite /gain !big_ord_recl !big_ord0 !s /r /=; rational_over R.
Qed.
(* the gain without its factor p *)
Theorem control_gain_without_p :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (theta : parameters R d k) eta p (T : finType) pr
     (wt : T -> 'I_n.+1 -> R), 0 < eta -> 0 <= p -> (forall B, 0 <= pr B) -> \sum_B pr B = 1 ->
     (forall j, \sum_B pr B * wt B j = n.+1%:R^-1) -> batch_second_moments pr wt p ->
     (forall v, \sum_B pr B * pdot v (sgd_step (@pdot R d k) (feature x theta) wt eta B v) ^+ 2
                <= pdot v v ^+ 2) ->
     (1 + (gain (@pdot R d k) (feature x theta) - 1)) * (1 + 2 * stability_norm x theta) <= 2 / eta).
Proof.
pose wt (B : unit) (j : 'I_4) : R := 4^-1; pose pr (B : unit) : R := 1.
have sum1 (F : unit -> R) : \sum_B pr B * F B = F tt.
  by rewrite (big_pred1 tt) ?mul1r //; case.
have eta0 : 0 < 4 / 3 :> R by rational_over R.
move=> h; have := h _ _ _ x p (4 / 3) 0 _ pr wt eta0 (lexx _) (fun=> ler01).
rewrite full_batch_gain; have -> : \sum_B pr B = 1 by rewrite (big_pred1 tt) //; case.
move=> /(_ erefl) {}h; have {}h := h (fun j => sum1 (fun B => wt B j)).
have second : batch_second_moments pr wt 0.
  move=> i j; rewrite sum1 /wt mul0r mulr0 addr0; rational_over R.
have step v : \sum_B pr B * pdot v (sgd_step (@pdot R 1 1) (feature x p) wt (4 / 3) B v) ^+ 2
    <= pdot v v ^+ 2.
  rewrite sum1; have -> : sgd_step (@pdot R 1 1) (feature x p) wt (4 / 3) tt v =
     gd_step (@pdot R 1 1) (feature x p) (4 / 3) v.
    by rewrite /sgd_step /gd_step /descent_step /feature_operator -scaler_sumr.
  apply: le_trans (cauchy_schwarz P _ _) _; rewrite expr2 ler_wpmul2l ?(ip_ge0 P) //.
  have F := feature_formE P (feature x p).
  apply: (descent_nonexpansive P (feature_operator_psd P (feature x p)) eta0) => q.
  by rewrite F; apply: full_batch_sharpness.
have := h second step; apply/negP; rewrite -ltNge.
apply: (@lt_le_trans _ _ ((1 + (76 / 49 - 1)) * 1)); first by rational_over R.
rewrite ler_wpmul2l ?ler_addl ?mulr_ge0 ?ler0n ?stability_norm_ge0 //; rational_over R.
Qed.
End FullBatch.

(* depth-separation-shallow: a certificate that does not annihilate the constants.  In dimension d >= 1 the
   bound by M g forces mu to annihilate affine functions, because g vanishes off the data; so the
   instance has d = 0, where there is no hyperplane. *)
Section Depth.
Variable R : rcfType.
Let one_net : parameters R 0 0 := mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 1.
Theorem control_certificate_constants :
  ~ (forall d k n m (x : 'I_n.+1 -> 'rV[R]_d) (point : 'I_m -> 'rV[R]_d) (charge : 'I_m -> R) M
     (phi : 'rV[R]_d -> R) C E (p : parameters R d k),
     (forall v b, dot v v = 1 -> `|ridge_integral point charge v b| <= M * weight x v b) ->
     0 <= M -> stability_norm x p <= C ->
     (forall r, `|shallow_net p (point r) - phi (point r)| <= E) ->
     integral point charge phi <= C * M + E * total_variation charge).
Proof.
move=> h; have := h 0%N 0%N 0%N 1%N (fun=> 0) (fun=> 0) (fun=> 1) 0 (fun=> 1) 0 0 one_net.
have no_unit (v : 'rV[R]_0) b : dot v v = 1 ->
    `|ridge_integral (fun _ : 'I_1 => 0) (fun=> 1) v b| <= 0 * weight (fun _ : 'I_1 => 0) v b.
  by rewrite /dot big_ord0 => /eqP; rewrite eq_sym oner_eq0.
move=> /(_ no_unit (lexx _)); rewrite /stability_norm /reduced_norm big_ord0 => /(_ (lexx _)).
have net1 (r : 'I_1) : `|shallow_net one_net (0 : 'rV[R]_0) - 1| <= 0.
  by rewrite /shallow_net big_ord0 add0r mkE subrr normr0.
move=> /(_ net1); rewrite /integral big_ord1 mulr1 mul0r add0r mul0r; apply/negP.
by rewrite -ltNge ltr01.
Qed.
End Depth.

(* gram-form: the eigenvalue 0 *)
(* one datum and two parameters: H has the kernel of one row, K = 2 has none *)
Theorem control_zero_eigenvalue (R : rcfType) :
  ~ (forall p n (Phi : 'M[R]_(p, n)) lam,
     \rank (eigenspace (Phi *m Phi^T) lam) = \rank (eigenspace (Phi^T *m Phi) lam)).
Proof.
move=> h; have := h 2%N 1%N (const_mx 1) 0; set Phi := const_mx 1.
have -> : \rank (eigenspace (Phi^T *m Phi) 0) = 0%N.
  apply/eqP; rewrite mxrank_eq0; apply/eqP/row_matrixP => i; rewrite row0.
  have : row i (eigenspace (Phi^T *m Phi) 0) *m (Phi^T *m Phi) = 0 *: row i (eigenspace (Phi^T *m Phi) 0).
    by apply/eigenspaceP; apply: row_sub.
  rewrite scale0r; move: (row _ _) => v; rewrite [Phi^T *m Phi]mx11_scalar mul_mx_scalar => /eqP.
  rewrite scaler_eq0 => /orP[|/eqP //]; rewrite !mxE !big_ord_recl big_ord0 !mxE !mulr1 addr0 -mulr2n.
  by rewrite pnatr_eq0.
apply/eqP; rewrite mxrank_eq0; apply/negP => /eqP E.
have : (\row_j (if j == 0 then 1 else - 1) <= eigenspace (Phi *m Phi^T) 0)%MS.
  apply/eigenspaceP; rewrite scale0r; apply/rowP => j.
  rewrite mxE big_ord_recl big_ord1 !mxE /= !big_ord1 !mxE !mulr1.
  exact: subrr.
rewrite E submx0 => /eqP/rowP/(_ 0); rewrite !mxE eqxx => /eqP; apply/negP; exact: oner_neq0.
Qed.

(* sharpness-lower-bound: a constant neuron that has E relu = |w2| F and is not 0 *)
Section ConstantNeuronEquality.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let x := @data1 R [:: 0] 0.
Let p : parameters R 1 1 := net1 [:: 0] [:: 1] [:: 1] 1 0.
Theorem control_balanced_constant_neuron :
  ~ (forall d k n (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k),
     (forall i, mean (fun j => relu (preactivation p (x j) i)) =
       `|w2 p i| * Num.sqrt (mean (fun j => step (preactivation p (x j) i)) ^+ 2
         + dot (vmean (fun j => step (preactivation p (x j) i) *: x j))
               (vmean (fun j => step (preactivation p (x j) i) *: x j)))) ->
     mean_gradient_square x p =
       1 + 2 * (\sum_i `|amplitude p i| * one_sided_weight x (direction p i) (threshold p i))).
Proof.
move=> h; have := h _ _ _ x p _; rewrite big_ord1 one_amplitude normr0 mulr0 normr0 mul0r mulr0 addr0.
have r : preactivation p (x ord0) ord0 = 1.
  rewrite /preactivation !mkE dot1 /= /x /data1 !mxE /=; rational_over R.
have m0 : x ord0 = 0 by apply/rowP => l; rewrite /x /data1 !mxE.
have v0 : vmean (fun j => step (preactivation p (x j) ord0) *: x j) = 0.
  by rewrite /vmean big_ord1 m0 !scaler0.
rewrite /mean_gradient_square big_ord1 /neuron_square v0 /mean !big_ord1 r (ip0l (dot_ip R 1)) !mkE /=.
have r1 : relu 1 = 1 :> R by rewrite /relu; rational_over R.
have s1 : step 1 = 1 :> R by rewrite /step ltr01.
rewrite r1 s1 => /(_ _)/eqP H; have /negP[] : ~~ (1 + ((1 / 1) ^+ 2 + 1 ^+ 2 * ((1 / 1) ^+ 2 + 0)) == 1 :> R).
  by rational_over R.
apply: H => i; rewrite ord1 v0 !big_ord1 r r1 s1 (ip0l (dot_ip R 1)) mkE /=; rational_over R.
Qed.
End ConstantNeuronEquality.
