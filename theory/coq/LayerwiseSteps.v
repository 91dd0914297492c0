(* layerwise-steps: gradient descent with a step size of its own for each parameter.

   S = diag(s), s > 0:  delta_{t+1} = delta_t - S H delta_t, H symmetric.

   - It is bounded from every start iff 0 <= <v, H v> <= 2 <v, S^-1 v> for all v, that is iff H >= 0 and
     lambda_max(S^(1/2) H S^(1/2)) <= 2                                       [layerwise_boundedP]
   - Then <q, S q> <= 2 for the mean gradient q                               [weighted_mean_gradient]
   - For the steps eta_w, eta_b of the first layer, eta_2 of the output weights, eta_0 of the output bias
       eta_0 + 2 sqrt(eta_2) sum_H |a_H| g'_H <= 2,
       g' = min over both sides of E(<v,X> - b)_+ sqrt(eta_b P^2 + eta_w |E X 1|^2)   [layerwise_steps]
   - and for eta_w = eta_b = eta_1,  |f|_S <= (2 - eta_0) / (2 sqrt(eta_1 eta_2))     [layerwise_stability_norm]

   S^-1 makes an inner product, in which S H is symmetric: the argument is that of gradient descent. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound StationaryPoints MeanSquare.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* gradient descent with any symmetric Hessian: both bounds at once *)
Section SymmetricDescent.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Variables (H : V -> V) (H_sym : forall u v, ip (H u) v = ip u (H v)).
Add Ring the_ring : (rcf_ring_theory R).

Lemma negative_curvature_unbounded eta q : archimedean R -> 0 < eta -> ip q (H q) < 0 ->
  ~ descent_bounded ip H eta.
Proof.
move=> arch eta0 neg st; have s0 : 0 < ip q q.
  rewrite lt_neqAle (ip_ge0 ipP) andbT; apply/negP => /eqP e.
  have := cauchy_schwarz ipP q (H q); rewrite -e mul0r leNgt => /negP; apply.
  by rewrite exprn_even_gt0 //= lt_eqF.
have s1 : ip q q < ip (descent_step H eta q) (descent_step H eta q).
  have gain : 0 < - ((eta * ip q (H q)) *+ 2) by rewrite oppr_gt0 pmulrn_llt0 // pmulr_rlt0.
  rewrite /descent_step (ip_sqrB ipP) -addrA ltr_addl; apply: (ltr_spaddl gain).
  by rewrite mulr_ge0 ?sqr_ge0 ?(ip_ge0 ipP).
have [r r1 hr] := growth ipP (descent_sym ipP H_sym eta) s0 s1.
have [C hC] := st q; have [t] := geometric_unbounded C arch r1 s0.
by rewrite ltNge (le_trans (hr t) (hC t)).
Qed.

Theorem symmetric_descent_boundedP eta : archimedean R -> 0 < eta ->
  descent_bounded ip H eta <-> forall q, 0 <= ip q (H q) <= 2 / eta * ip q q.
Proof.
move=> arch eta0; split=> [st q|h].
  rewrite (descent_bounded_sharpness ipP H_sym arch eta0 st) andbT leNgt; apply/negP => neg.
  exact: (negative_curvature_unbounded arch eta0 neg st).
have psd : inner_product (fun u v => ip u (H v)).
  split=> [u v|u v w|c u v|u]; rewrite ?(ipDl ipP) ?(ipZl ipP) //; last by case/andP: (h u).
  by rewrite -H_sym (ipC ipP).
by apply: sharpness_descent_bounded => // q; case/andP: (h q).
Qed.
End SymmetricDescent.

Section Layerwise.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Local Notation coordinate := (@parameter_coordinate R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p s : parameters.

(* the product of S = diag(s) and a vector of parameters *)
Definition scaled s (v : parameters) : parameters :=
  mkparameters (fun i => \row_l (w1 s i 0 l * w1 v i 0 l)) (fun i => b1 s i * b1 v i)
               (fun i => w2 s i * w2 v i) (b2 s * b2 v).
Definition inverse s : parameters :=
  mkparameters (fun i => \row_l (w1 s i 0 l)^-1) (fun i => (b1 s i)^-1) (fun i => (w2 s i)^-1) (b2 s)^-1.
Definition positive_steps s := forall c, 0 < coordinate c s.

Lemma coordinate_scaled s v c : coordinate c (scaled s v) = coordinate c s * coordinate c v.
Proof. by rewrite /scaled; case: c => [[[i l]|[i|i]]|u]; rewrite /= ?mkE ?mxE. Qed.
Lemma coordinate_inverse s c : coordinate c (inverse s) = (coordinate c s)^-1.
Proof. by rewrite /inverse; case: c => [[[i l]|[i|i]]|u]; rewrite /= ?mkE ?mxE. Qed.
Lemma pdot_scaled s u v : pdot u (scaled s v) = pdot (scaled s u) v.
Proof.
by rewrite !pdot_coordinates; apply: eq_bigr => c _; rewrite !coordinate_scaled mulrCA mulrA.
Qed.
Lemma pdot_inverse s u v : positive_steps s -> pdot (scaled s u) (scaled (inverse s) v) = pdot u v.
Proof.
move=> s0; rewrite !pdot_coordinates; apply: eq_bigr => c _.
by rewrite !coordinate_scaled coordinate_inverse mulrACA divff ?mul1r // gt_eqF.
Qed.

(* the inner product in which S H is symmetric *)
Definition step_dot s u v := pdot u (scaled (inverse s) v).
Lemma step_dot_ip s : positive_steps s -> inner_product (step_dot s).
Proof.
move=> s0; split=> [u v|u v w|c u v|u]; rewrite /step_dot ?(ipDl P) ?(ipZl P) //.
  by rewrite pdot_scaled (ipC P).
rewrite pdot_coordinates; apply: sumr_ge0 => c _.
rewrite coordinate_scaled coordinate_inverse mulrCA; apply: mulr_ge0; first by rewrite invr_ge0 ltW.
by rewrite -expr2 sqr_ge0.
Qed.

(* both inner products have the same bounded sets *)
Lemma step_dot_le s v M : positive_steps s -> (forall c, (coordinate c s)^-1 <= M) ->
  step_dot s v v <= M * pdot v v.
Proof.
move=> s0 hM; rewrite /step_dot !pdot_coordinates mulr_sumr; apply: ler_sum => c _.
rewrite coordinate_scaled coordinate_inverse mulrCA.
by apply: ler_wpmul2r => //; rewrite -expr2 sqr_ge0.
Qed.
Lemma pdot_le_step_dot s v M : positive_steps s -> (forall c, coordinate c s <= M) ->
  pdot v v <= M * step_dot s v v.
Proof.
move=> s0 hM; rewrite /step_dot !pdot_coordinates mulr_sumr; apply: ler_sum => c _.
rewrite coordinate_scaled coordinate_inverse [coordinate c v * (_ * _)]mulrCA [M * _]mulrA.
apply: (@le_trans _ _ (1 * (coordinate c v * coordinate c v))); first by rewrite mul1r.
by apply: ler_wpmul2r; [rewrite -expr2 sqr_ge0 | rewrite ler_pdivl_mulr // mul1r].
Qed.
Lemma fin_upper (I : finType) (F : I -> R) : exists M, forall i, F i <= M.
Proof.
exists (\sum_i `|F i|) => i; rewrite (bigD1 i) //=; apply: le_trans (ler_norm _) _.
by rewrite ler_addl sumr_ge0.
Qed.

(* linearised gradient descent with these steps *)
Definition layerwise_step s (H : parameters -> parameters) v := v - scaled s (H v).
Definition layerwise_bounded s H := forall v, exists C, forall t,
  pdot (iter t (layerwise_step s H) v) (iter t (layerwise_step s H) v) <= C.

Theorem layerwise_boundedP s H : archimedean R -> positive_steps s ->
  (forall u v, pdot (H u) v = pdot u (H v)) ->
  layerwise_bounded s H <-> forall v, 0 <= pdot v (H v) <= 2 * step_dot s v v.
Proof.
move=> arch s0 sym; have S := step_dot_ip s0; pose T v := scaled s (H v).
have T_form u v : step_dot s u (T v) = pdot u (H v).
  by rewrite /step_dot pdot_scaled (ipC P) pdot_inverse // (ipC P).
have T_sym u v : step_dot s (T u) v = step_dot s u (T v) by rewrite (ipC S) !T_form (ipC P) sym.
have E : descent_bounded (step_dot s) T 1 <-> layerwise_bounded s H.
  have same t v : iter t (descent_step T 1) v = iter t (layerwise_step s H) v.
    by elim: t => //= t ->; rewrite /descent_step scale1r.
  have [M hM] := fin_upper (fun c => (coordinate c s)^-1); have [N hN] := fin_upper (fun c => coordinate c s).
  split=> st v; have [C hC] := st v.
    exists (`|N| * C) => t; rewrite -same; apply: le_trans (pdot_le_step_dot _ s0 hN) _.
    apply: (@le_trans _ _ (`|N| * step_dot s (iter t (descent_step T 1) v) (iter t (descent_step T 1) v))).
      by apply: ler_wpmul2r; [apply: (ip_ge0 S) | apply: ler_norm].
    by apply: ler_wpmul2l.
  exists (`|M| * C) => t; rewrite same; apply: le_trans (step_dot_le _ s0 hM) _.
  apply: (@le_trans _ _ (`|M| * pdot (iter t (layerwise_step s H) v) (iter t (layerwise_step s H) v))).
    by apply: ler_wpmul2r; [apply: (ip_ge0 P) | apply: ler_norm].
  by apply: ler_wpmul2l.
apply: iff_trans (iff_sym E) _; apply: iff_trans (symmetric_descent_boundedP S T_sym arch ltr01) _.
by split=> h v; move: (h v); rewrite T_form divr1.
Qed.

(* <q, S q> <= 2: what is used is H >= 0 and the bound at S q; s need not be positive, so a frozen
   output bias is no exception *)
Theorem weighted_mean_gradient p s : 0 <= pdot (mean_gradient (feature x p)) (scaled s (mean_gradient (feature x p))) ->
  (forall v, 0 <= hessian_form x y p v) ->
  (forall v, hessian_form x y p (scaled s v) <= 2 * pdot v (scaled s v)) ->
  pdot (mean_gradient (feature x p)) (scaled s (mean_gradient (feature x p))) <= 2.
Proof.
set q := mean_gradient _; move=> a0 low up; have [He He1] := output_bias_curvature x y p.
have psd : inner_product (fun u v => pdot u (hessian x y p v)).
  split=> [u v|u v w|c u v|u]; first exact: hessian_sym.
  - exact: (ipDl P).
  - exact: (ipZl P).
  - by rewrite hessian_formE.
have := cauchy_schwarz psd (scaled s q) (output_bias R d k).
rewrite /= He1 mulr1 He hessian_formE -/q (ipC P) => h.
have := le_trans h (up q); move: a0; set a := pdot _ _ => a0.
have [a1|a1] := leP a 0; first by move=> _; apply: le_trans a1 _; rewrite ler0n.
by rewrite expr2 ler_pmul2r.
Qed.

(* a step size for each layer, in the first one also for weights and biases *)
Definition layer_steps etaw etab eta2 eta0 : parameters :=
  mkparameters (fun=> const_mx etaw) (fun=> etab) (fun=> eta2) eta0.
Lemma layer_gradient_square etaw etab eta2 eta0 p :
  pdot (mean_gradient (feature x p)) (scaled (layer_steps etaw etab eta2 eta0) (mean_gradient (feature x p))) =
  eta0 + \sum_i (eta2 * mean (fun j => relu (preactivation p (x j) i)) ^+ 2 + w2 p i ^+ 2 *
    (etab * mean (fun j => step (preactivation p (x j) i)) ^+ 2
     + etaw * dot (vmean (fun j => step (preactivation p (x j) i) *: x j))
                  (vmean (fun j => step (preactivation p (x j) i) *: x j)))).
Proof.
rewrite /Network.pdot !mkE b2G !mulr1 mul1r addrC; congr (_ + _); apply: eq_bigr => i _; rewrite !mkE.
have -> v : dot v (\row_l ((const_mx etaw : 'rV[R]_d) 0 l * v 0 l)) = etaw * dot v v.
  by rewrite /dot mulr_sumr; apply: eq_bigr => l _; rewrite !mxE mulrCA.
rewrite w1G b1G w2G (ipZl D) (ipZr D).
by move: (w2 p i) (mean _) (mean _) (dot _ _) => w a b c; rcf_ring.
Qed.

(* the weight for these steps, and that of the smaller side *)
Definition one_sided_step_weight etaw etab v b : R := mean_excess x v b *
  Num.sqrt (etab * probability x v b ^+ 2 + etaw * dot (masked_mean x v b) (masked_mean x v b)).
Definition step_weight etaw etab v b : R :=
  Num.min (one_sided_step_weight etaw etab v b) (one_sided_step_weight etaw etab (- v) (- b)).
Definition step_norm etaw etab p : R := reduced_norm (step_weight etaw etab) p.

Section Steps.
Variables (etaw etab eta2 eta0 : R).
Hypotheses (etaw0 : 0 <= etaw) (etab0 : 0 <= etab) (eta20 : 0 <= eta2).

Lemma one_sided_step_weight_ge0 v b : 0 <= one_sided_step_weight etaw etab v b.
Proof. by rewrite mulr_ge0 ?sqrtr_ge0 // mean_excess_ge0. Qed.
Lemma step_weight_ge0 v b : 0 <= step_weight etaw etab v b.
Proof. by rewrite le_minr !one_sided_step_weight_ge0. Qed.
Lemma step_weightN v b : step_weight etaw etab (- v) (- b) = step_weight etaw etab v b.
Proof. by rewrite /step_weight !opprK minC. Qed.

Lemma step_neuron_bound p i : 2 * Num.sqrt eta2 * (`|amplitude p i| *
    one_sided_step_weight etaw etab (direction p i) (threshold p i)) <=
  eta2 * mean (fun j => relu (preactivation p (x j) i)) ^+ 2 + w2 p i ^+ 2 *
    (etab * mean (fun j => step (preactivation p (x j) i)) ^+ 2
     + etaw * dot (vmean (fun j => step (preactivation p (x j) i) *: x j))
                  (vmean (fun j => step (preactivation p (x j) i) *: x j))).
Proof.
have inner0 a (v : 'rV[R]_d) : 0 <= etab * a ^+ 2 + etaw * dot v v.
  by apply: addr_ge0; apply: mulr_ge0 => //; [apply: sqr_ge0 | apply: (ip_ge0 D)].
have [w0|w0] := eqVneq (w1 p i) 0.
  rewrite amplitude_w10 // normr0 mul0r mulr0; apply: addr_ge0; apply: mulr_ge0 => //; exact: sqr_ge0.
have c0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
have S j : step (preactivation p (x j) i) = indicator x (direction p i) (threshold p i) j.
  by rewrite pre_canon // stepZ // indicator_step.
have -> : vmean (fun j => step (preactivation p (x j) i) *: x j) =
          masked_mean x (direction p i) (threshold p i).
  by congr (_ *: _); apply: eq_bigr => j _; rewrite S.
rewrite (@eq_mean _ _ (fun j => step _) _ S) -/(probability x _ _).
have -> : mean (fun j => relu (preactivation p (x j) i)) =
          nrm (w1 p i) * mean_excess x (direction p i) (threshold p i).
  by rewrite -meanZ; apply: eq_mean => j; rewrite pre_canon // reluZ ?nrm_ge0.
rewrite -[w2 p i ^+ 2]real_normK ?num_real // /amplitude normrM (ger0_norm (nrm_ge0 _)) /one_sided_step_weight.
have := inner0 (probability x (direction p i) (threshold p i)) (masked_mean x (direction p i) (threshold p i)).
move: (_ + _) (mean_excess _ _ _) (nrm _) `|w2 p i| => r e c w r0.
rewrite -{2}[r](sqr_sqrtr r0) -{2}[eta2](sqr_sqrtr eta20).
move: (Num.sqrt r) (Num.sqrt eta2) => u g; rewrite -subr_ge0.
by rewrite (_ : _ - _ = (g * (c * e) - w * u) ^+ 2) ?sqr_ge0 //; rcf_ring.
Qed.

Theorem layerwise_steps p : (forall v, 0 <= hessian_form x y p v) -> 0 <= eta0 ->
  (forall v, let s := layer_steps etaw etab eta2 eta0 in
     hessian_form x y p (scaled s v) <= 2 * pdot v (scaled s v)) ->
  eta0 + 2 * Num.sqrt eta2 * step_norm etaw etab p <= 2.
Proof.
move=> low e0 up; pose s := layer_steps etaw etab eta2 eta0.
have sum0 : eta0 + 2 * Num.sqrt eta2 * step_norm etaw etab p <=
    pdot (mean_gradient (feature x p)) (scaled s (mean_gradient (feature x p))).
  rewrite layer_gradient_square ler_add2l; apply: (@le_trans _ _ (\sum_i 2 * Num.sqrt eta2 * (`|amplitude p i| *
     one_sided_step_weight etaw etab (direction p i) (threshold p i)))); last first.
    by apply: ler_sum => i _; apply: step_neuron_bound.
  rewrite -mulr_sumr ler_wpmul2l ?mulr_ge0 ?ler0n ?sqrtr_ge0 //.
  apply: le_trans (reduced_norm_le step_weight_ge0 step_weightN p) _; apply: ler_sum => i _.
  by rewrite ler_wpmul2l // le_minl lexx.
apply: le_trans sum0 _; apply: (@weighted_mean_gradient p s) => //.
rewrite layer_gradient_square addr_ge0 // sumr_ge0 // => i _.
apply: addr_ge0; apply: mulr_ge0 => //; try exact: sqr_ge0.
by apply: addr_ge0; apply: mulr_ge0 => //; [apply: sqr_ge0 | apply: (ip_ge0 D)].
Qed.
End Steps.

(* one step size for the first layer: the norm is |f|_S itself *)
Lemma step_norm_equal eta1 p : 0 <= eta1 -> step_norm eta1 eta1 p = Num.sqrt eta1 * stability_norm x p.
Proof.
move=> h; rewrite /step_norm /stability_norm /reduced_norm mulr_sumr; apply: eq_bigr => i _; rewrite mulrCA.
congr (_ * _); have E v b : one_sided_step_weight eta1 eta1 v b = Num.sqrt eta1 * one_sided_weight x v b.
  by rewrite /one_sided_step_weight -mulrDr sqrtrM // mulrCA.
by rewrite /step_weight !E -minr_pmulr ?sqrtr_ge0.
Qed.

Theorem layerwise_stability_norm p eta1 eta2 eta0 : 0 < eta1 -> 0 < eta2 -> 0 <= eta0 ->
  (forall v, 0 <= hessian_form x y p v) ->
  (forall v, let s := layer_steps eta1 eta1 eta2 eta0 in
     hessian_form x y p (scaled s v) <= 2 * pdot v (scaled s v)) ->
  stability_norm x p <= (2 - eta0) / (2 * Num.sqrt (eta1 * eta2)).
Proof.
move=> h1 h2 h0 low up; have g0 : 0 < Num.sqrt (eta1 * eta2) by rewrite sqrtr_gt0 mulr_gt0.
rewrite ler_pdivl_mulr ?mulr_gt0 ?ltr0n // ler_subr_addl.
have := layerwise_steps (ltW h1) (ltW h1) (ltW h2) low h0 up; rewrite step_norm_equal ?(ltW h1) //.
apply: le_trans; rewrite ler_add2l sqrtrM ?(ltW h1) // le_eqVlt; apply/orP; left; apply/eqP.
by move: (Num.sqrt eta1) (Num.sqrt eta2) (stability_norm x p) => a b c; rcf_ring.
Qed.

(* from the boundedness of the iteration, all steps positive *)
Theorem layerwise_bounded_norm p eta1 eta2 eta0 : archimedean R -> 0 < eta1 -> 0 < eta2 -> 0 < eta0 ->
  differentiable_at_data x p -> layerwise_bounded (layer_steps eta1 eta1 eta2 eta0) (hessian x y p) ->
  stability_norm x p <= (2 - eta0) / (2 * Num.sqrt (eta1 * eta2)).
Proof.
move=> arch h1 h2 h0 _ st; pose s := layer_steps eta1 eta1 eta2 eta0.
have s0 : positive_steps s by rewrite /s /layer_steps; case=> [[[i l]|[i|i]]|u]; rewrite /= ?mkE ?mxE.
have sym u v : pdot (hessian x y p u) v = pdot u (hessian x y p v) by rewrite (ipC P) hessian_sym.
have h := (layerwise_boundedP arch s0 sym).1 st.
apply: layerwise_stability_norm => // [||v /=]; first exact: ltW.
  by move=> v; have /andP[] := h v; rewrite hessian_formE.
have /andP[_] := h (scaled s v); rewrite hessian_formE -/s => bound; apply: le_trans bound _.
by rewrite /step_dot pdot_inverse.
Qed.
End Layerwise.
