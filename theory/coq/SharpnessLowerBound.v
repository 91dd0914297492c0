(* sharpness-lower-bound.  For every theta, with q = E grad f(X) the mean gradient,

     lambda_max(Phi Phi^T / (n+1)) >= |q|^2                                  (Rayleigh quotient at u = 1/sqrt(n+1))
       =  1 + sum_i (E relu_i)^2 + w2_i^2 (P_i^2 + |E[X 1_i]|^2)             [mean_gradient_square]
       >= 1 + 2 sum_i |a_i| gt(v_i, b_i)                                     (AM-GM, neuron by neuron)
       >= 1 + 2 |f|_S .

   The 1 comes from the trained output bias.  Constant neurons (w1 = 0) are allowed: their
   amplitude is 0 and their squares are not negative. *)
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
