(* sharpness-lower-bound.  For every theta, with q = E grad f(X) the mean gradient,

     lambda_max(Phi Phi^T / (n+1)) >= |q|^2                                  (Rayleigh quotient at u = 1/sqrt(n+1))
       =  1 + sum_i (E relu_i)^2 + w2_i^2 (P_i^2 + |E[X 1_i]|^2)             [mean_gradient_square]
       >= 1 + 2 sum_i |a_i| gt(v_i, b_i)                                     (AM-GM, neuron by neuron)
       >= 1 + 2 |f|_S .

   The 1 comes from the trained output bias.  Constant neurons (w1 = 0) are allowed: their
   amplitude is 0 and their squares are not negative.

   When each step is an equality, and so when lambda_max = 1 + 2 |f|_S:        [sharpness_equality]
   the row sums of K are all lambda_max                                       [rayleigh_equality];
   every neuron is balanced, and relu(b1) = 0 for the constant ones           [one_sided_equality];
   every neuron is on the side of its hyperplane with the smaller weight, and the amplitudes on a
   hyperplane of positive weight have one sign                                [merging_equality]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section LowerBound.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Notation one_sided_weight := (one_sided_weight x).
Notation weight := (weight x).
Implicit Type p : parameters.

Let G p : parameters := mean_gradient (feature x p).      (* q = E grad f(X) *)

Lemma w1G p i : w1 (G p) i = w2 p i *: vmean (fun j => step (preactivation p (x j) i) *: x j).
Proof.
rewrite w1Z (big_morph (fun q => w1 q i) (fun q r => w1D q r i) (w10 R d i)).
rewrite /vmean scalerA [w2 p i * _]mulrC -scalerA !scaler_sumr.
by apply: eq_bigr => j _; congr (_ *: _); rewrite mkE scalerA.
Qed.
Lemma b1G p i : b1 (G p) i = w2 p i * mean (fun j => step (preactivation p (x j) i)).
Proof.
rewrite b1Z (big_morph (fun q => b1 q i) (fun q r => b1D q r i) (b10 R d i)) mulrC -meanZ.
by congr (_ / _); apply: eq_bigr => j _; rewrite mkE.
Qed.
Lemma w2G p i : w2 (G p) i = mean (fun j => relu (preactivation p (x j) i)).
Proof.
rewrite w2Z (big_morph (fun q => w2 q i) (fun q r => w2D q r i) (w20 R d i)) mulrC.
by congr (_ / _); apply: eq_bigr => j _; rewrite mkE.
Qed.
Lemma b2G p : b2 (G p) = 1.
Proof.
rewrite b2Z (big_morph (@b2 R d k) (@b2D R d k) (b20 R d k)) mulrC -[RHS](mean_const n).
by congr (_ / _); apply: eq_bigr => j _; rewrite mkE.
Qed.

(* |E grad f(X)|^2, neuron by neuron *)
Definition neuron_square p i : R := mean (fun j => relu (preactivation p (x j) i)) ^+ 2 +
  w2 p i ^+ 2 * (mean (fun j => step (preactivation p (x j) i)) ^+ 2
    + dot (vmean (fun j => step (preactivation p (x j) i) *: x j))
          (vmean (fun j => step (preactivation p (x j) i) *: x j))).
Definition mean_gradient_square p : R := 1 + \sum_i neuron_square p i.
Theorem mean_gradient_squareE p : pdot (G p) (G p) = mean_gradient_square p.
Proof.
rewrite /Network.pdot b2G mul1r addrC; congr (_ + _); apply: eq_bigr => i _.
rewrite w1G b1G w2G (ipZl D) (ipZr D) /neuron_square.
by move: (w2 p i) (mean _) (mean _) (dot _ _) => w a b m; rcf_ring.
Qed.

(* E relu_i and (P_i, E[X 1_i]) in canonical form *)
Lemma neuron_square_canonical p i : w1 p i != 0 -> neuron_square p i =
  (nrm (w1 p i) * mean_excess x (direction p i) (threshold p i)) ^+ 2 +
  (`|w2 p i| * Num.sqrt (probability x (direction p i) (threshold p i) ^+ 2 +
     dot (masked_mean x (direction p i) (threshold p i))
         (masked_mean x (direction p i) (threshold p i)))) ^+ 2.
Proof.
move=> w0; have c0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
have S j : step (preactivation p (x j) i) = indicator x (direction p i) (threshold p i) j.
  by rewrite pre_canon // stepZ // indicator_step.
rewrite /neuron_square exprMn [X in _ = _ + X]exprMn real_normK ?num_real // sqr_sqrtr; last first.
  by rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 D).
have -> : vmean (fun j => step (preactivation p (x j) i) *: x j) =
          masked_mean x (direction p i) (threshold p i).
  by congr (_ *: _); apply: eq_bigr => j _; rewrite S.
rewrite (@eq_mean _ _ (fun j => step _) _ S) -/(probability x _ _); congr (_ + _).
rewrite -exprMn -meanZ; congr (_ ^+ 2); apply: eq_mean => j.
by rewrite pre_canon // reluZ ?nrm_ge0.
Qed.

(* AM-GM for one neuron: 2 |a| gt <= (E relu)^2 + w2^2 (P^2 + |E X 1|^2) *)
Lemma neuron_bound p i :
  2 * (`|amplitude p i| * one_sided_weight (direction p i) (threshold p i)) <= neuron_square p i.
Proof.
have [w0|w0] := eqVneq (w1 p i) 0.
  rewrite amplitude_w10 // normr0 mul0r mulr0 addr_ge0 ?sqr_ge0 // mulr_ge0 ?sqr_ge0 //.
  by rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 D).
rewrite neuron_square_canonical //; apply: le_trans (am_gm _ _).
rewrite /amplitude normrM (ger0_norm (nrm_ge0 _)) /Weight.one_sided_weight.
move: (mean_excess _ _ _) (Num.sqrt (_ + _)) (nrm _) => e r c.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; move: `|w2 p i| => w; rcf_ring.
Qed.

(* ... with equality exactly for a balanced neuron *)
Lemma neuron_bound_eq p i : w1 p i != 0 ->
  2 * (`|amplitude p i| * one_sided_weight (direction p i) (threshold p i)) = neuron_square p i <->
  mean (fun j => relu (preactivation p (x j) i)) =
  `|w2 p i| * Num.sqrt (mean (fun j => step (preactivation p (x j) i)) ^+ 2
    + dot (vmean (fun j => step (preactivation p (x j) i) *: x j))
          (vmean (fun j => step (preactivation p (x j) i) *: x j))).
Proof.
move=> w0; have c0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
rewrite neuron_square_canonical // /amplitude normrM (ger0_norm (nrm_ge0 _)) /Weight.one_sided_weight.
have S j : step (preactivation p (x j) i) = indicator x (direction p i) (threshold p i) j.
  by rewrite pre_canon // stepZ // indicator_step.
have -> : vmean (fun j => step (preactivation p (x j) i) *: x j) =
          masked_mean x (direction p i) (threshold p i).
  by congr (_ *: _); apply: eq_bigr => j _; rewrite S.
rewrite (@eq_mean _ _ (fun j => step _) _ S) -/(probability x _ _).
have -> : mean (fun j => relu (preactivation p (x j) i)) =
          nrm (w1 p i) * mean_excess x (direction p i) (threshold p i).
  by rewrite -meanZ; apply: eq_mean => j; rewrite pre_canon // reluZ ?nrm_ge0.
move: (mean_excess _ _ _) (Num.sqrt _) (nrm _) `|w2 p i| => e r c w.
have E : (c * e) ^+ 2 + (w * r) ^+ 2 - 2 * (w * c * (e * r)) = (c * e - w * r) ^+ 2 by rcf_ring.
split=> [h|h]; last by apply/esym/eqP; rewrite -subr_eq0 E h subrr expr0n.
by apply/eqP; rewrite -subr_eq0 -sqrf_eq0 -E -h subrr.
Qed.

Theorem mean_gradient_square_ge p :
  1 + 2 * (\sum_i `|amplitude p i| * one_sided_weight (direction p i) (threshold p i))
  <= mean_gradient_square p.
Proof. by rewrite ler_add2l mulr_sumr; apply: ler_sum => i _; apply: neuron_bound. Qed.

Theorem mean_gradient_square_ge_norm p : 1 + 2 * stability_norm x p <= mean_gradient_square p.
Proof.
apply: le_trans (mean_gradient_square_ge p); rewrite ler_add2l ler_wpmul2l ?ler0n //.
apply: le_trans (stability_norm_le x p) _; apply: ler_sum => i _.
by rewrite ler_wpmul2l // weight_le.
Qed.

Lemma mean_gradient_square_gt0 p : 0 < mean_gradient_square p.
Proof.
apply: lt_le_trans (mean_gradient_square_ge_norm p).
by rewrite ltr_spaddl ?ltr01 // mulr_ge0 ?ler0n // stability_norm_ge0.
Qed.

(* lambda_max(Phi Phi^T / (n+1)) >= |E grad f(X)|^2 *)
Theorem sharpness_ge_mean_gradient p L : rayleigh_bound pdot (feature x p) L ->
  mean_gradient_square p <= L.
Proof.
move=> hL; rewrite -mean_gradient_squareE; apply: (sharpness_ge P hL).
by rewrite mean_gradient_squareE mean_gradient_square_gt0.
Qed.

Theorem sharpness_lower_bound p L : rayleigh_bound pdot (feature x p) L ->
  1 + 2 * (\sum_i `|amplitude p i| * one_sided_weight (direction p i) (threshold p i)) <= L.
Proof. by move/sharpness_ge_mean_gradient; apply: le_trans (mean_gradient_square_ge p). Qed.

Theorem sharpness_ge_stability_norm p L : rayleigh_bound pdot (feature x p) L ->
  1 + 2 * stability_norm x p <= L.
Proof. by move/sharpness_ge_mean_gradient; apply: le_trans (mean_gradient_square_ge_norm p). Qed.
End LowerBound.

(* When the chain is an equality *)
(* a sum of gaps vanishes iff each gap does *)
Lemma sum_gap_eq (R : numDomainType) (I : finType) (P : pred I) (F G : I -> R) :
  (forall i, P i -> F i <= G i) -> \sum_(i | P i) F i = \sum_(i | P i) G i <-> (forall i, P i -> F i = G i).
Proof.
move=> le; split=> [/eqP|h]; last exact: eq_bigr.
rewrite eq_sym -subr_eq0 -sumrB psumr_eq0 => [/allP h i Pi|i Pi]; last by rewrite subr_ge0 le.
have := h i; rewrite mem_index_enum Pi => /(_ isT) /=.
by rewrite subr_eq0 => /eqP ->.
Qed.
(* the triangle inequality is an equality iff all terms have one sign *)
Lemma norm_sum_eq (R : realDomainType) (I : finType) (P : pred I) (a : I -> R) :
  `|\sum_(i | P i) a i| = \sum_(i | P i) `|a i| <->
  (forall i, P i -> 0 <= a i) \/ (forall i, P i -> a i <= 0).
Proof.
split=> [|[h|h]].
- have [s0|s0] := leP 0 (\sum_(i | P i) a i) => /esym E.
    left=> i Pi; have le j : P j -> a j <= `|a j| by rewrite ler_norm.
    by rewrite ((sum_gap_eq le).1 _ i Pi) // E ger0_norm.
  right=> i Pi; have le j : P j -> - a j <= `|a j| by rewrite -normrN ler_norm.
  by rewrite -oppr_ge0 ((sum_gap_eq le).1 _ i Pi) // E ltr0_norm // sumrN.
- by rewrite ger0_norm ?sumr_ge0 //; apply: eq_bigr => i /h /ger0_norm.
rewrite ler0_norm; last by rewrite -oppr_ge0 -sumrN sumr_ge0 // => i /h; rewrite oppr_ge0.
by rewrite -sumrN; apply: eq_bigr => i /h /ler0_norm.
Qed.

Section Equality.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Notation one_sided_weight := (one_sided_weight x).
Notation weight := (weight x).
Implicit Type p : parameters.

(* E relu_i = |w2_i| sqrt (P_i^2 + |E X 1_i|^2), and both are 0 for a constant neuron *)
Definition balanced p i :=
  mean (fun j => relu (preactivation p (x j) i)) =
  `|w2 p i| * Num.sqrt (mean (fun j => step (preactivation p (x j) i)) ^+ 2
    + dot (vmean (fun j => step (preactivation p (x j) i) *: x j))
          (vmean (fun j => step (preactivation p (x j) i) *: x j)))
  /\ (w1 p i = 0 -> mean (fun j => relu (preactivation p (x j) i)) = 0).

Lemma neuron_equality p i :
  2 * (`|amplitude p i| * one_sided_weight (direction p i) (threshold p i)) = neuron_square x p i <->
  balanced p i.
Proof.
have [w0|w0] := eqVneq (w1 p i) 0; last first.
  by rewrite (neuron_bound_eq x w0); split=> [h|[]//]; split=> // e; rewrite e eqxx in w0.
rewrite amplitude_w10 // normr0 mul0r mulr0 /balanced /neuron_square.
set r := mean (fun j => relu _); set s := mean (fun j => step _); set m := vmean _; clearbody r s m.
have F0 : 0 <= s ^+ 2 + dot m m by rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 D).
have wE : w2 p i ^+ 2 * (s ^+ 2 + dot m m) = (`|w2 p i| * Num.sqrt (s ^+ 2 + dot m m)) ^+ 2.
  by rewrite exprMn sqr_sqrtr // real_normK ?num_real.
rewrite wE; move: (`|w2 p i| * _) => f; split=> [/esym/eqP|[-> /(_ w0) ->]]; last by rewrite expr0n addr0.
rewrite paddr_eq0 ?sqr_ge0 // !sqrf_eq0 => /andP[/eqP -> /eqP ->]; by split.
Qed.

(* |q|^2 = 1 + 2 sum |a| gt iff every neuron is balanced *)
Theorem one_sided_equality p :
  mean_gradient_square x p = 1 + 2 * (\sum_i `|amplitude p i| * one_sided_weight (direction p i) (threshold p i))
  <-> forall i, balanced p i.
Proof.
rewrite mulr_sumr; split=> [/addrI/esym|h].
  by move/(sum_gap_eq (fun i _ => neuron_bound x p i)) => h i; apply/neuron_equality/h.
by congr (_ + _); apply/eq_bigr => i _; apply/esym/neuron_equality.
Qed.

(* sum |a| gt = |f|_S iff every neuron is on its cheaper side and the amplitudes on a hyperplane of positive
   weight have one sign *)
Theorem merging_equality p :
  \sum_i `|amplitude p i| * one_sided_weight (direction p i) (threshold p i) = stability_norm x p <->
  (forall i, amplitude p i != 0 ->
     one_sided_weight (direction p i) (threshold p i) = weight (direction p i) (threshold p i)) /\
  (forall h, weight (direction p h) (threshold p h) != 0 ->
     (forall i, same_hyperplane p i h -> 0 <= amplitude p i) \/
     (forall i, same_hyperplane p i h -> amplitude p i <= 0)).
Proof.
pose W i := weight (direction p i) (threshold p i).
have W0 i : 0 <= W i by apply: weight_ge0.
pose middle := \sum_i `|amplitude p i| * W i.
have le1 i : true -> `|amplitude p i| * W i <= `|amplitude p i| * one_sided_weight (direction p i) (threshold p i).
  by move=> _; rewrite ler_wpmul2l // weight_le.
have le2 : stability_norm x p <= middle by apply: stability_norm_le.
(* first step: the cheaper side *)
have first : middle = \sum_i `|amplitude p i| * one_sided_weight (direction p i) (threshold p i) <->
    forall i, amplitude p i != 0 -> one_sided_weight (direction p i) (threshold p i) = W i.
  rewrite /middle (sum_gap_eq le1); split=> h i; last first.
    by move=> _; have [->|/h ->//] := eqVneq (amplitude p i) 0; rewrite normr0 !mul0r.
  by move=> a0; have /mulfI/esym := h i isT; apply; rewrite normr_eq0.
(* second step: one sign on each hyperplane *)
have middleE : middle = \sum_h (\sum_(i | representative p i == h) `|amplitude p i|) * W h.
  rewrite /middle (partition_big (representative p) predT) //=; apply: eq_bigr => h _.
  rewrite mulr_suml; apply: eq_bigr => i /eqP <-; rewrite /W weight_representative //; exact: weightN.
have le3 h : true -> `|merged_amplitude p h| * W h <= (\sum_(i | representative p i == h) `|amplitude p i|) * W h.
  by move=> _; rewrite ler_wpmul2r // ler_norm_sum.
have second : stability_norm x p = middle <->
    forall h, W h != 0 -> (forall i, same_hyperplane p i h -> 0 <= amplitude p i) \/
                          (forall i, same_hyperplane p i h -> amplitude p i <= 0).
  rewrite middleE /stability_norm /reduced_norm (sum_gap_eq le3); split=> hyp h; last first.
    move=> _; have [->|Wh] := eqVneq (W h) 0; first by rewrite !mulr0.
    congr (_ * _); apply/norm_sum_eq.
    have same i : representative p i == h -> same_hyperplane p i h.
      by move/eqP <-; rewrite same_hyperplane_sym representative_same.
    by case: (hyp h Wh) => s; [left|right] => i /same/s.
  move=> Wh; have Wr : W (representative p h) = W h by apply: weight_representative => v b; apply: weightN.
  have := hyp (representative p h) isT; rewrite Wr => /(mulIf Wh)/norm_sum_eq.
  by case=> s; [left|right] => i; rewrite -representative_class => /s.
split=> [E|[/first E1 /second E2]]; last by rewrite -E1 -E2.
have m : middle = stability_norm x p.
  by apply/eqP; rewrite eq_le le2 andbT -E; apply: ler_sum => i _; apply: le1.
by split; [apply/first; rewrite E m | apply/second; rewrite m].
Qed.

(* L = |q|^2 iff the constant vector is an eigenvector of K for L: all row sums are L *)
Theorem rayleigh_equality p L : rayleigh_bound pdot (feature x p) L ->
  L = mean_gradient_square x p <-> forall j, pdot (feature x p j) (mean_gradient (feature x p)) = L.
Proof.
move=> hL; set q := mean_gradient _; pose s j := pdot (feature x p j) q.
have qE : mean_gradient_square x p = mean s by rewrite -mean_gradient_squareE -/q (ip_mean_gradient P).
rewrite qE; split=> [LE|h]; last by rewrite (eq_mean h) mean_const.
have qL : pdot q q = L by rewrite LE (ip_mean_gradient P).
have := hL q; rewrite /feature_form qL -/s => le.
(* the variance of the row sums is at most 0 *)
have var : mean (fun j => (s j - L) ^+ 2) <= 0.
  rewrite (@eq_mean _ _ _ (fun j => s j ^+ 2 + ((- (L *+ 2)) * s j + L ^+ 2))); last by move=> j; rcf_ring.
  rewrite !meanD meanZ mean_const -LE; move: (mean _) le => a le.
  have -> : a + (- (L *+ 2) * L + L ^+ 2) = a - L * L by rcf_ring.
  by rewrite subr_le0.
have {}var : \sum_j (s j - L) ^+ 2 == 0.
  rewrite eq_le sumr_ge0 ?andbT => [|j _]; last exact: sqr_ge0.
  by move: var; rewrite /mean ler_pdivr_mulr ?n1_gt0 // mul0r.
move: var; rewrite psumr_eq0 => [/allP h j|j _]; last exact: sqr_ge0.
have := h j; rewrite mem_index_enum => /(_ isT) /=.
by rewrite sqrf_eq0 subr_eq0 => /eqP.
Qed.

(* the whole chain: lambda_max = 1 + 2 |f|_S iff each of its steps is an equality *)
Theorem sharpness_equality p L : rayleigh_bound pdot (feature x p) L ->
  L = 1 + 2 * stability_norm x p <->
  [/\ forall j, pdot (feature x p j) (mean_gradient (feature x p)) = L,
      forall i, balanced p i,
      forall i, amplitude p i != 0 ->
        one_sided_weight (direction p i) (threshold p i) = weight (direction p i) (threshold p i) &
      forall h, weight (direction p h) (threshold p h) != 0 ->
        (forall i, same_hyperplane p i h -> 0 <= amplitude p i) \/
        (forall i, same_hyperplane p i h -> amplitude p i <= 0)].
Proof.
move=> hL; set A := \sum_i `|amplitude p i| * one_sided_weight (direction p i) (threshold p i).
have l1 := sharpness_ge_mean_gradient hL; have l2 : 1 + 2 * A <= _ := mean_gradient_square_ge x p.
have l3 : stability_norm x p <= A.
  by apply: le_trans (stability_norm_le x p) _; apply: ler_sum => i _; rewrite ler_wpmul2l // weight_le.
split=> [E|[/(rayleigh_equality hL) E1 /one_sided_equality E2 s1 s2]]; last first.
  by have /merging_equality <- := conj s1 s2; rewrite E1 E2.
have l4 : 1 + 2 * stability_norm x p <= 1 + 2 * A by rewrite ler_add2l ler_wpmul2l ?ler0n.
have e1 : L = mean_gradient_square x p.
  by apply/eqP; rewrite eq_le l1 andbT E; apply: le_trans l4 l2.
have e2 : mean_gradient_square x p = 1 + 2 * A.
  by apply/eqP; rewrite eq_le l2 andbT -e1 E.
have e3 : A = stability_norm x p.
  have two : 2 != 0 :> R by rewrite pnatr_eq0.
  by apply: (mulfI two); apply: (addrI 1); rewrite -e2 -e1.
have [s1 s2] := (merging_equality p).1 e3.
by split=> //; [apply/(rayleigh_equality hL) | apply/one_sided_equality].
Qed.
End Equality.
