(* flattest-implementation, weak duality.

   A certificate is a matrix U = sum_r u_r u_r^T of trace 1 (every positive semidefinite U is of this
   form).  With z_j = (<v,x_j> - b)_+ and m_j = 1{<v,x_j> > b} put

     Q(v,b) = (z z^T),  P(v,b) = (m m^T) o (1 1^T + X X^T),
     <Q,U> = sum_r (u_r . z)^2,   <P,U> = sum_r (u_r . m)^2 + |sum_j u_r(j) m_j x_j|^2 ,
     weight_U(v,b) = sqrt( <P,U> <Q,U> )                                [certificate_weight].

   - Every net, hence every rescaling of it (amplitudes and hyperplanes do not change):
       lambda_max >= (1/(n+1)) [ 1^T U 1 + 2 sum_i |a_i| weight_U(v_i,b_i) ]     [weak_duality_net]
   - Every implementation of the same function, of any width:
       lambda_max >= (1/(n+1)) [ 1^T U 1 + 2 sum_H |a_H| min of weight_U over the two orientations ]
                                                                               [weak_duality_function]
   At U = 1 1^T/(n+1) this is sharpness-lower-bound [uniform_certificate]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm GramForm SharpnessLowerBound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Certificate.
Variables (R : rcfType) (d n m : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (u : 'I_m -> 'rV[R]_n.+1).
Let D := dot_ip R d.

Definition trace_certificate : R := \sum_r dot (u r) (u r).           (* tr U *)
Definition ones_certificate : R := \sum_r (\sum_j u r 0 j) ^+ 2.      (* 1^T U 1 *)
Definition hidden_certificate v b : R :=                               (* <Q(v,b),U> *)
  \sum_r (\sum_j u r 0 j * relu (dot v (x j) - b)) ^+ 2.
Definition pattern_certificate v b : R :=                              (* <P(v,b),U> *)
  \sum_r ((\sum_j u r 0 j * indicator x v b j) ^+ 2
    + dot (\sum_j (u r 0 j * indicator x v b j) *: x j) (\sum_j (u r 0 j * indicator x v b j) *: x j)).
Definition certificate_weight v b : R :=
  Num.sqrt (pattern_certificate v b * hidden_certificate v b).
Definition even_certificate_weight v b : R :=
  Num.min (certificate_weight v b) (certificate_weight (- v) (- b)).

Lemma hidden_certificate_ge0 v b : 0 <= hidden_certificate v b.
Proof. by apply: sumr_ge0 => r _; rewrite sqr_ge0. Qed.
Lemma pattern_certificate_ge0 v b : 0 <= pattern_certificate v b.
Proof. by apply: sumr_ge0 => r _; rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 D). Qed.
Lemma even_certificate_weight_ge0 v b : 0 <= even_certificate_weight v b.
Proof. by rewrite le_minr !sqrtr_ge0. Qed.
Lemma even_certificate_weightN v b :
  even_certificate_weight (- v) (- b) = even_certificate_weight v b.
Proof. by rewrite /even_certificate_weight !opprK minC. Qed.

Section Net.
Variable k : nat.
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let P := pdot_ip R d k.
Implicit Type p : parameters.

(* |Phi w|^2, neuron by neuron *)
Lemma combination_square p (w : 'rV[R]_n.+1) :
  pdot (combination (feature x p) w) (combination (feature x p) w) =
  (\sum_j w 0 j) ^+ 2 + \sum_i
   (w2 p i ^+ 2 * ((\sum_j w 0 j * step (preactivation p (x j) i)) ^+ 2
     + dot (\sum_j (w 0 j * step (preactivation p (x j) i)) *: x j)
           (\sum_j (w 0 j * step (preactivation p (x j) i)) *: x j))
    + (\sum_j w 0 j * relu (preactivation p (x j) i)) ^+ 2).
Proof.
have w1E i : w1 (combination (feature x p) w) i =
    w2 p i *: \sum_j (w 0 j * step (preactivation p (x j) i)) *: x j.
  rewrite (big_morph (fun q => w1 q i) (fun q r => w1D q r i) (w10 R d i)) scaler_sumr.
  by apply: eq_bigr => j _; rewrite w1Z mkE !scalerA mulrCA.
have b1E i : b1 (combination (feature x p) w) i =
    w2 p i * \sum_j w 0 j * step (preactivation p (x j) i).
  rewrite (big_morph (fun q => b1 q i) (fun q r => b1D q r i) (b10 R d i)) mulr_sumr.
  by apply: eq_bigr => j _; rewrite b1Z mkE mulrCA.
have w2E i : w2 (combination (feature x p) w) i = \sum_j w 0 j * relu (preactivation p (x j) i).
  rewrite (big_morph (fun q => w2 q i) (fun q r => w2D q r i) (w20 R d i)).
  by apply: eq_bigr => j _; rewrite w2Z mkE.
have b2E : b2 (combination (feature x p) w) = \sum_j w 0 j.
  rewrite (big_morph (@b2 R d k) (@b2D R d k) (b20 R d k)).
  by apply: eq_bigr => j _; rewrite b2Z mkE mulr1.
rewrite /Network.pdot b2E -expr2 addrC; congr (_ + _); apply: eq_bigr => i _.
rewrite w1E b1E w2E (ipZl D) (ipZr D).
by rcf_ring.
Qed.

(* AM-GM for one neuron *)
Lemma neuron_certificate p i :
  2 * (`|amplitude p i| * certificate_weight (direction p i) (threshold p i)) <=
  \sum_r (w2 p i ^+ 2 * ((\sum_j u r 0 j * step (preactivation p (x j) i)) ^+ 2
     + dot (\sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j)
           (\sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j))
    + (\sum_j u r 0 j * relu (preactivation p (x j) i)) ^+ 2).
Proof.
have [w0|w0] := eqVneq (w1 p i) 0.
  rewrite amplitude_w10 // normr0 mul0r mulr0; apply: sumr_ge0 => r _.
  by rewrite addr_ge0 ?sqr_ge0 // mulr_ge0 ?sqr_ge0 // addr_ge0 ?sqr_ge0 // (ip_ge0 D).
have c0 : 0 < nrm (w1 p i).
  by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
have S j : step (preactivation p (x j) i) = indicator x (direction p i) (threshold p i) j.
  by rewrite pre_canon // stepZ // indicator_step.
rewrite big_split /= -mulr_sumr.
have -> : \sum_r (\sum_j u r 0 j * relu (preactivation p (x j) i)) ^+ 2 =
    nrm (w1 p i) ^+ 2 * hidden_certificate (direction p i) (threshold p i).
  rewrite /hidden_certificate mulr_sumr; apply: eq_bigr => r _; rewrite -exprMn mulr_sumr.
  by congr (_ ^+ 2); apply: eq_bigr => j _; rewrite pre_canon // reluZ ?nrm_ge0 // mulrCA.
have -> : \sum_r ((\sum_j u r 0 j * step (preactivation p (x j) i)) ^+ 2
     + dot (\sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j)
           (\sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j)) =
    pattern_certificate (direction p i) (threshold p i).
  apply: eq_bigr => r _.
  rewrite (eq_bigr (fun j => u r 0 j * indicator x (direction p i) (threshold p i) j)); last first.
    by move=> j _; rewrite S.
  have -> // : \sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j =
     \sum_j (u r 0 j * indicator x (direction p i) (threshold p i) j) *: x j.
  by apply: eq_bigr => j _; rewrite S.
have p0 := pattern_certificate_ge0 (direction p i) (threshold p i).
have h0 := hidden_certificate_ge0 (direction p i) (threshold p i).
rewrite /certificate_weight /amplitude normrM (ger0_norm (nrm_ge0 _)).
move: (pattern_certificate _ _) (hidden_certificate _ _) p0 h0 => A B A0 B0.
move: (nrm (w1 p i)) c0 => c c0; have := am_gm (`|w2 p i| * Num.sqrt A) (c * Num.sqrt B).
rewrite !exprMn !sqr_sqrtr // real_normK ?num_real // sqrtrM //; apply: le_trans.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
by move: (Num.sqrt A) (Num.sqrt B) `|w2 p i| => a b e; rcf_ring.
Qed.

Hypothesis trace1 : trace_certificate = 1.

Theorem weak_duality_net p L : rayleigh_bound pdot (feature x p) L ->
  (ones_certificate +
    2 * (\sum_i `|amplitude p i| * certificate_weight (direction p i) (threshold p i))) / n.+1%:R <= L.
Proof.
move=> hL; have L0 : 0 <= L.
  apply: le_trans (sharpness_ge_mean_gradient hL); exact: ltW (mean_gradient_square_gt0 x p).
have hg := (sharpness_gram (feature x p) P L0).1 hL.
have : \sum_r gram_form pdot (feature x p) (u r) <= L.
  rewrite -[X in _ <= X]mulr1 -trace1 /trace_certificate mulr_sumr.
  by apply: ler_sum => r _; apply: hg.
apply: le_trans; rewrite (eq_bigr _ (fun r _ => gram_formE _ P (u r))) -mulr_suml.
rewrite ler_pmul2r ?invr_gt0 ?n1_gt0 // (eq_bigr _ (fun r _ => combination_square p (u r))).
rewrite big_split /= ler_add2l exchange_big /= mulr_sumr; apply: ler_sum => i _.
exact: neuron_certificate.
Qed.

Theorem weak_duality_reduced p L : rayleigh_bound pdot (feature x p) L ->
  (ones_certificate + 2 * reduced_norm even_certificate_weight p) / n.+1%:R <= L.
Proof.
move/weak_duality_net; apply: le_trans; rewrite ler_pmul2r ?invr_gt0 ?n1_gt0 //.
rewrite ler_add2l ler_wpmul2l ?ler0n //.
apply: le_trans (reduced_norm_le even_certificate_weight_ge0 even_certificate_weightN p) _.
by apply: ler_sum => i _; rewrite ler_wpmul2l // le_minl lexx.
Qed.
End Net.

(* p' is any implementation, of any width, of the function of p *)
Theorem weak_duality_function k k' (p : parameters R d k) (p' : parameters R d k') L :
  trace_certificate = 1 -> (forall z, shallow_net p z = shallow_net p' z) ->
  rayleigh_bound (@pdot R d k') (feature x p') L ->
  (ones_certificate + 2 * reduced_norm even_certificate_weight p) / n.+1%:R <= L.
Proof.
move=> t1 same hL.
rewrite (reduced_norm_function even_certificate_weight_ge0 even_certificate_weightN same).
exact: weak_duality_reduced.
Qed.
End Certificate.

(* at U = 1 1^T/(n+1), weight_U = (n+1) gt *)
Section Uniform.
Variables (R : rcfType) (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d).
Let u (r : 'I_1) : 'rV[R]_n.+1 := \row_j (Num.sqrt n.+1%:R)^-1.
Let N0 : 0 < n.+1%:R :> R := n1_gt0 R n.
Let s : R := (Num.sqrt n.+1%:R)^-1.
Let s2 : s ^+ 2 * n.+1%:R = 1.
Proof. by rewrite exprVn sqr_sqrtr ?mulVf ?gt_eqF // ltW. Qed.
Lemma uniform_trace : trace_certificate u = 1.
Proof.
rewrite /trace_certificate big_ord1 /dot (eq_bigr (fun=> s ^+ 2)).
  by rewrite sumr_const card_ord -mulr_natr s2.
by move=> j _; rewrite !mxE expr2.
Qed.
Lemma uniform_certificate v b :
  certificate_weight x u v b = n.+1%:R * one_sided_weight x v b.
Proof.
have S F : \sum_j u ord0 0 j * F j = s * n.+1%:R * mean F.
  rewrite -mulrA [n.+1%:R * _]mulrC divfK ?gt_eqF // mulr_sumr; apply: eq_bigr => j _.
  by rewrite mxE.
rewrite /certificate_weight /hidden_certificate /pattern_certificate !big_ord1 !S.
have -> : \sum_j (u ord0 0 j * indicator x v b j) *: x j = (s * n.+1%:R) *: masked_mean x v b.
  rewrite /masked_mean /vmean scalerA mulrK ?unitfE ?gt_eqF // scaler_sumr; apply: eq_bigr => j _.
  by rewrite scalerA mxE.
rewrite (ipZl (dot_ip R d)) (ipZr (dot_ip R d)) mulrA -expr2 exprMn -mulrDr [X in _ * X]exprMn.
have e0 := mean_excess_ge0 x v b.
rewrite -/(mean_excess x v b) -/(probability x v b) /one_sided_weight.
have sN : (s * n.+1%:R) ^+ 2 = n.+1%:R by rewrite exprMn expr2 -expr2 [X in _ * X]expr2 mulrA s2 mul1r.
rewrite sN mulrACA -expr2 sqrtrM ?sqr_ge0 // sqrtr_sqr (gtr0_norm N0) mulrC; congr (_ * _).
by rewrite sqrtrM ?sqr_ge0 // sqrtr_sqr ger0_norm.
Qed.
End Uniform.
