(* flattest-implementation: weak duality, and the pairs at which it is an equality.

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
Require Import StabilityNorm GramForm SharpnessLowerBound SharpnessUpperBound.
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

(* All rescalings of one net, and the certificates for them.  Here a neuron keeps the parameters that
   it has, so that constant neurons are rescaled as all others:

     <Q_i,U> = sum_r (u_r . z_i)^2,  <P_i,U> = sum_r (u_r . m_i)^2 + |sum_j u_r(j) m_ij x_j|^2,
     n K = 1 1^T + sum_i (w2_i^2 P_i + Q_i),   D(U) = (1/n) [1^T U 1 + 2 sum_i |w2_i| sqrt(<P_i,U><Q_i,U>)].

   - D(U) is the same at all rescalings [dual_value_rescale], and bounds them     [weak_duality_rescaling]
   - D(U) = lambda_max iff U lives on the top eigenspace and is balanced           [complementary_pairP];
     then no rescaling is flatter, and no certificate says more            [complementary_pair_optimal]
   - with one neuron on each hyperplane, on its cheaper side, no implementation is flatter
                                                                           [complementary_pair_function]
   - at a point of the central path, (lambda - K) U = mu, the two ends are n mu apart  [central_path_gap]
   - lambda_max is convex in the squared scales [sharpness_convex] and in their logarithms
     [sharpness_log_convex]. *)
Section Rescalings.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variable x : 'I_n.+1 -> 'rV[R]_d.
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Let N0 : 0 < n.+1%:R :> R := n1_gt0 R n.
Implicit Types (p : parameters) (c : 'I_k -> R).

Section OneCertificate.
Variables (m : nat) (u : 'I_m -> 'rV[R]_n.+1).

Definition output_term p i : R :=                                       (* <Q_i,U> *)
  \sum_r (\sum_j u r 0 j * relu (preactivation p (x j) i)) ^+ 2.
Definition lever_term p i : R :=                                        (* <P_i,U> *)
  \sum_r ((\sum_j u r 0 j * step (preactivation p (x j) i)) ^+ 2
    + dot (\sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j)
          (\sum_j (u r 0 j * step (preactivation p (x j) i)) *: x j)).
Definition gram_certificate p : R := \sum_r gram_form pdot (feature x p) (u r).    (* <K,U> *)
Definition dual_value p : R :=                                          (* D(U) *)
  (ones_certificate u + 2 * (\sum_i `|w2 p i| * Num.sqrt (lever_term p i * output_term p i))) / n.+1%:R.
(* w2_i^2 <P_i,U> = <Q_i,U>: no scale of a neuron makes <K,U> smaller *)
Definition balanced p := forall i, w2 p i ^+ 2 * lever_term p i = output_term p i.
(* U lives on the eigenspace of K at L *)
Definition on_top p L := forall r, gram_form pdot (feature x p) (u r) = L * dot (u r) (u r).

Lemma output_term_ge0 p i : 0 <= output_term p i.
Proof. by apply: sumr_ge0 => r _; rewrite sqr_ge0. Qed.
Lemma lever_term_ge0 p i : 0 <= lever_term p i.
Proof. by apply: sumr_ge0 => r _; rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 D). Qed.

Lemma gram_certificateE p : gram_certificate p =
  (ones_certificate u + \sum_i (w2 p i ^+ 2 * lever_term p i + output_term p i)) / n.+1%:R.
Proof.
rewrite /gram_certificate (eq_bigr _ (fun r _ => gram_formE _ P (u r))) -mulr_suml.
rewrite (eq_bigr _ (fun r _ => combination_square x p (u r))) big_split /= exchange_big /=.
by congr ((_ + _) / _); apply: eq_bigr => i _; rewrite big_split /= -mulr_sumr.
Qed.

(* what a certificate leaves open at a net: the squares of AM-GM *)
Lemma gram_certificate_gap p : gram_certificate p - dual_value p =
  (\sum_i (`|w2 p i| * Num.sqrt (lever_term p i) - Num.sqrt (output_term p i)) ^+ 2) / n.+1%:R.
Proof.
rewrite gram_certificateE /dual_value -mulrBl; congr (_ / _).
rewrite opprD addrACA subrr add0r mulr_sumr -sumrB; apply: eq_bigr => i _.
have l0 := lever_term_ge0 p i; have q0 := output_term_ge0 p i.
rewrite sqrtrM // -[w2 p i ^+ 2]real_normK ?num_real //.
rewrite -[in LHS](sqr_sqrtr q0) -{1}(sqr_sqrtr l0) sqrtr_sqr (ger0_norm (sqrtr_ge0 _)).
by move: `|w2 p i| (Num.sqrt _) (Num.sqrt _) => a l q; rcf_ring.
Qed.
Lemma dual_value_le p : dual_value p <= gram_certificate p.
Proof.
rewrite -subr_ge0 gram_certificate_gap divr_ge0 ?(ltW N0) //.
by apply: sumr_ge0 => i _; rewrite sqr_ge0.
Qed.
Lemma balancedP p : balanced p <-> gram_certificate p = dual_value p.
Proof.
have root i : `|w2 p i| * Num.sqrt (lever_term p i) = Num.sqrt (w2 p i ^+ 2 * lever_term p i).
  by rewrite sqrtrM ?sqr_ge0 // sqrtr_sqr.
split=> [b|/eqP].
  apply/eqP; rewrite -subr_eq0 gram_certificate_gap big1 ?mul0r // => i _.
  by rewrite root b subrr expr0n.
rewrite -subr_eq0 gram_certificate_gap mulf_eq0 invr_eq0 (gt_eqF N0) orbF psumr_eq0; last first.
  by move=> i _; rewrite sqr_ge0.
move/allP => h i; have := h i; rewrite mem_index_enum => /(_ isT); rewrite sqrf_eq0 subr_eq0 root => /eqP e.
have l0 : 0 <= w2 p i ^+ 2 * lever_term p i by rewrite mulr_ge0 ?sqr_ge0 ?lever_term_ge0.
by rewrite -[LHS]sqr_sqrtr // e sqr_sqrtr ?output_term_ge0.
Qed.

Lemma lever_term_rescale c p i : 0 < c i -> lever_term (rescale c p) i = lever_term p i.
Proof.
move=> c0; have S j : step (preactivation (rescale c p) (x j) i) = step (preactivation p (x j) i).
  by rewrite pre_rescale stepZ // invr_gt0.
apply: eq_bigr => r _; rewrite (eq_bigr _ (fun j _ => congr1 (fun s => u r 0 j * s) (S j))).
by rewrite (eq_bigr _ (fun j _ => congr1 (fun s => (u r 0 j * s) *: x j) (S j))).
Qed.
Lemma output_term_rescale c p i : 0 < c i -> output_term (rescale c p) i = output_term p i / c i ^+ 2.
Proof.
move=> c0; rewrite /output_term mulr_suml; apply: eq_bigr => r _; rewrite -exprVn -exprMn; congr (_ ^+ 2).
rewrite mulr_suml; apply: eq_bigr => j _; rewrite pre_rescale reluZ ?invr_ge0 ?ltW //.
by rewrite [_^-1 * _]mulrC mulrA.
Qed.
Lemma w2_rescale c p i : w2 (rescale c p) i = c i * w2 p i. Proof. by rewrite mkE. Qed.
Theorem dual_value_rescale c p : (forall i, 0 < c i) -> dual_value (rescale c p) = dual_value p.
Proof.
move=> c0; congr ((_ + 2 * _) / _); apply: eq_bigr => i _.
rewrite lever_term_rescale // output_term_rescale // w2_rescale normrM (gtr0_norm (c0 i)) mulrA.
rewrite [Num.sqrt (_ / _)]sqrtrM; last by rewrite mulr_ge0 ?lever_term_ge0 ?output_term_ge0.
rewrite -exprVn sqrtr_sqr [`|(c i)^-1|]ger0_norm ?invr_ge0 ?(ltW (c0 i)) //.
have := mulfV (lt0r_neq0 (c0 i)); move: (c i) (c i)^-1 `|w2 p i| (Num.sqrt _) => e f a s ef.
by transitivity (e * f * (a * s)); [rcf_ring | rewrite ef mul1r].
Qed.

Hypothesis trace1 : trace_certificate u = 1.

(* <K,U> <= lambda_max, term by term *)
Lemma top_gap p L : L - gram_certificate p = \sum_r (L * dot (u r) (u r) - gram_form pdot (feature x p) (u r)).
Proof. by rewrite sumrB -mulr_sumr -/(trace_certificate u) trace1 mulr1. Qed.
Lemma sharpness_ge0 p L : rayleigh_bound pdot (feature x p) L -> 0 <= L.
Proof.
by move=> hL; apply: le_trans (sharpness_ge_mean_gradient hL); exact: ltW (mean_gradient_square_gt0 x p).
Qed.
Lemma top_gap_ge0 p L r : rayleigh_bound pdot (feature x p) L ->
  0 <= L * dot (u r) (u r) - gram_form pdot (feature x p) (u r).
Proof. by move=> hL; rewrite subr_ge0; apply: (sharpness_gram (feature x p) P (sharpness_ge0 hL)).1. Qed.
Lemma gram_certificate_le p L : rayleigh_bound pdot (feature x p) L -> gram_certificate p <= L.
Proof. by move=> hL; rewrite -subr_ge0 top_gap; apply: sumr_ge0 => r _; apply: top_gap_ge0. Qed.
Lemma on_topP p L : rayleigh_bound pdot (feature x p) L -> on_top p L <-> gram_certificate p = L.
Proof.
move=> hL; split=> [top|/eqP].
  by apply/eqP; rewrite eq_sym -subr_eq0 top_gap big1 // => r _; rewrite top subrr.
rewrite eq_sym -subr_eq0 top_gap psumr_eq0; last by move=> r _; apply: top_gap_ge0.
move/allP => h r; have := h r; rewrite mem_index_enum => /(_ isT); rewrite subr_eq0 => /eqP e.
by rewrite e.
Qed.

Theorem weak_duality_rescaling c p L : (forall i, 0 < c i) ->
  rayleigh_bound pdot (feature x (rescale c p)) L -> dual_value p <= L.
Proof.
move=> c0 hL; rewrite -(dual_value_rescale p c0).
exact: le_trans (dual_value_le _) (gram_certificate_le hL).
Qed.
Lemma weak_duality_here p L : rayleigh_bound pdot (feature x p) L -> dual_value p <= L.
Proof. by move=> hL; apply: le_trans (dual_value_le p) (gram_certificate_le hL). Qed.

Theorem complementary_pairP p L : rayleigh_bound pdot (feature x p) L ->
  dual_value p = L <-> on_top p L /\ balanced p.
Proof.
move=> hL; split=> [e|[/(on_topP hL) t /balancedP b]]; last by rewrite -b.
have g : gram_certificate p = L.
  by apply/eqP; rewrite eq_le gram_certificate_le // -{1}e dual_value_le.
by split; [apply/on_topP | apply/balancedP; rewrite g e].
Qed.
End OneCertificate.

Theorem central_path_gap m (u : 'I_m -> 'rV[R]_n.+1) p L eps : trace_certificate u = 1 ->
  rayleigh_bound pdot (feature x p) L -> balanced u p -> L - gram_certificate u p <= eps ->
  (forall c L', (forall i, 0 < c i) -> rayleigh_bound pdot (feature x (rescale c p)) L' -> L <= L' + eps) /\
  (forall m' (u' : 'I_m' -> 'rV[R]_n.+1), trace_certificate u' = 1 -> dual_value u' p <= dual_value u p + eps).
Proof.
move=> t1 hL /balancedP b gap; have {}gap : L <= dual_value u p + eps by rewrite -ler_subl_addl -b.
split=> [c L' c0 hL'|m' u' t1'].
  by apply: le_trans gap _; rewrite ler_add2r; apply: weak_duality_rescaling c0 hL'.
by apply: le_trans gap; apply: weak_duality_here.
Qed.

Theorem complementary_pair_optimal m (u : 'I_m -> 'rV[R]_n.+1) p L : trace_certificate u = 1 ->
  rayleigh_bound pdot (feature x p) L -> on_top u p L -> balanced u p ->
  dual_value u p = L /\
  (forall c L', (forall i, 0 < c i) -> rayleigh_bound pdot (feature x (rescale c p)) L' -> L <= L') /\
  (forall m' (u' : 'I_m' -> 'rV[R]_n.+1), trace_certificate u' = 1 -> dual_value u' p <= L).
Proof.
move=> t1 hL top b; have e : dual_value u p = L by apply/(complementary_pairP t1 hL).
have g : L - gram_certificate u p <= 0 by rewrite (on_topP t1 hL).1 // subrr.
have [flattest best] := central_path_gap t1 hL b g; split=> //; split=> [c L' c0 /(flattest _ _ c0)|m' u' /best].
  by rewrite addr0.
by rewrite addr0 e.
Qed.

(* of a neuron with w1 <> 0, by its hyperplane *)
Lemma certificate_of_neuron m (u : 'I_m -> 'rV[R]_n.+1) p i : w1 p i != 0 ->
  `|w2 p i| * Num.sqrt (lever_term u p i * output_term u p i) =
  `|amplitude p i| * certificate_weight x u (direction p i) (threshold p i).
Proof.
move=> w0; have S j : step (preactivation p (x j) i) = indicator x (direction p i) (threshold p i) j.
  have c0 : 0 < nrm (w1 p i).
    by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq w0 => /nrm_eq0 ->.
  by rewrite pre_canon // stepZ // indicator_step.
have -> : output_term u p i = nrm (w1 p i) ^+ 2 * hidden_certificate x u (direction p i) (threshold p i).
  rewrite /hidden_certificate mulr_sumr; apply: eq_bigr => r _; rewrite -exprMn mulr_sumr.
  by congr (_ ^+ 2); apply: eq_bigr => j _; rewrite pre_canon // reluZ ?nrm_ge0 // mulrCA.
have -> : lever_term u p i = pattern_certificate x u (direction p i) (threshold p i).
  apply: eq_bigr => r _; rewrite (eq_bigr _ (fun j _ => congr1 (fun s => u r 0 j * s) (S j))).
  by rewrite (eq_bigr _ (fun j _ => congr1 (fun s => (u r 0 j * s) *: x j) (S j))).
rewrite /amplitude normrM (ger0_norm (nrm_ge0 _)) /certificate_weight.
rewrite [X in Num.sqrt X]mulrCA [Num.sqrt (nrm _ ^+ 2 * _)]sqrtrM ?sqr_ge0 //.
rewrite [Num.sqrt (nrm _ ^+ 2)]sqrtr_sqr (ger0_norm (nrm_ge0 _)).
by rewrite mulrA.
Qed.

(* each neuron alone on its hyperplane, on the side that costs less: then no other way to write the
   function is flatter, of whatever width *)
Theorem complementary_pair_function m (u : 'I_m -> 'rV[R]_n.+1) p L : trace_certificate u = 1 ->
  rayleigh_bound pdot (feature x p) L -> on_top u p L -> balanced u p ->
  (forall i, w1 p i != 0) -> (forall i h, same_hyperplane p i h -> i = h) ->
  (forall i, certificate_weight x u (direction p i) (threshold p i) <=
             certificate_weight x u (- direction p i) (- threshold p i)) ->
  forall k' (p' : Network.parameters R d k') L', (forall z, shallow_net p z = shallow_net p' z) ->
  rayleigh_bound (@Network.pdot R d k') (feature x p') L' -> L <= L'.
Proof.
move=> t1 hL top b w0 alone side k' p' L' same hL'.
have own h : representative p h = h by apply: alone; apply: representative_same.
have merged h : merged_amplitude p h = amplitude p h.
  rewrite /merged_amplitude (eq_bigl (pred1 h)) ?big_pred1_eq // => i; by rewrite own.
have <- : dual_value u p = L by apply/(complementary_pairP t1 hL).
suff -> : dual_value u p = (ones_certificate u + 2 * reduced_norm (even_certificate_weight x u) p) / n.+1%:R.
  exact: weak_duality_function t1 same hL'.
congr ((_ + 2 * _) / _); apply: eq_bigr => i _.
by rewrite certificate_of_neuron // merged /even_certificate_weight min_l.
Qed.

(* (L - K) U = mu on the diagonal: the central path of the barrier L / mu - log det (L - K) *)
Theorem central_point m (u : 'I_m -> 'rV[R]_n.+1) p L mu : trace_certificate u = 1 ->
  (forall j, L * (\sum_r u r 0 j * u r 0 j) -
     \sum_l gram pdot (feature x p) j l * (\sum_r u r 0 l * u r 0 j) = mu) ->
  L - gram_certificate u p = n.+1%:R * mu.
Proof.
move=> t1 central; have -> : n.+1%:R * mu = \sum_(j < n.+1) mu by rewrite sumr_const card_ord mulr_natl.
rewrite -(eq_bigr _ (fun j _ => central j)) sumrB; congr (_ - _).
  rewrite -mulr_sumr exchange_big /=.
  by rewrite -[L in LHS]mulr1 -t1.
rewrite /gram_certificate /gram_form exchange_big; apply: eq_bigr => j _ /=.
rewrite exchange_big; apply: eq_bigr => l _ /=; rewrite mulr_sumr; apply: eq_bigr => r _.
by move: (gram _ _ _ _) (u r 0 j) (u r 0 l) => a b e; rcf_ring.
Qed.

(* scales between two others, both they and their inverses *)
Theorem sharpness_between c c' c'' p L L' h : 0 <= h -> h <= 1 ->
  (forall i, 0 < c i) -> (forall i, 0 < c' i) -> (forall i, 0 < c'' i) ->
  (forall i, c'' i ^+ 2 <= (1 - h) * c i ^+ 2 + h * c' i ^+ 2) ->
  (forall i, (c'' i ^+ 2)^-1 <= (1 - h) / c i ^+ 2 + h / c' i ^+ 2) ->
  rayleigh_bound pdot (feature x (rescale c p)) L -> rayleigh_bound pdot (feature x (rescale c' p)) L' ->
  rayleigh_bound pdot (feature x (rescale c'' p)) ((1 - h) * L + h * L').
Proof.
move=> h0 h1 c0 c'0 c''0 above below hL hL'; have h10 : 0 <= 1 - h by rewrite subr_ge0.
have L0 := sharpness_ge0 hL; have L'0 := sharpness_ge0 hL'.
apply/(sharpness_gram _ P); first by rewrite addr_ge0 // mulr_ge0.
move=> w; have a := (sharpness_gram _ P L0).1 hL w; have b := (sharpness_gram _ P L'0).1 hL' w.
rewrite mulrDl -!mulrA; apply: le_trans (ler_add (ler_wpmul2l h10 a) (ler_wpmul2l h0 b)).
pose v (r : 'I_1) := w; have one q : gram_form pdot (feature x q) w = gram_certificate v q.
  by rewrite /gram_certificate big_ord1.
rewrite !one !gram_certificateE !mulrA -mulrDl ler_pmul2r ?invr_gt0 //.
rewrite !mulrDr addrACA -mulrDl subrK mul1r ler_add2l !mulr_sumr -big_split; apply: ler_sum => i _ /=.
rewrite !lever_term_rescale // !output_term_rescale // !w2_rescale !exprMn.
have l0 := mulr_ge0 (sqr_ge0 (w2 p i)) (lever_term_ge0 v p i); have q0 := output_term_ge0 v p i.
have := ler_add (ler_wpmul2r l0 (above i)) (ler_wpmul2l q0 (below i)).
rewrite -[X in _ = X -> _]/_ => H.
apply: le_trans (le_trans _ H) _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
  by rewrite mulrA.
by move: (c i ^+ 2) (c' i ^+ 2)^-1 => e f; rcf_ring.
Qed.

Lemma between_gt0 (a b h : R) : 0 <= h -> h <= 1 -> 0 < a -> 0 < b -> 0 < (1 - h) * a + h * b.
Proof.
move=> h0 h1 a0 b0; have [h00|hp] := eqVneq h 0; first by rewrite h00 subr0 mul1r mul0r addr0.
by rewrite ltr_spaddr ?mulr_gt0 ?mulr_ge0 ?subr_ge0 ?(ltW a0) // lt_neqAle eq_sym hp.
Qed.
Lemma harmonic (a b h : R) : 0 <= h -> h <= 1 -> 0 < a -> 0 < b ->
  ((1 - h) * a + h * b)^-1 <= (1 - h) / a + h / b.
Proof.
move=> h0 h1 a0 b0; have h10 : 0 <= 1 - h by rewrite subr_ge0.
have s0 : 0 < (1 - h) * a + h * b := between_gt0 h0 h1 a0 b0.
rewrite -(ler_pmul2l s0) mulfV ?gt_eqF // -subr_ge0.
have -> : ((1 - h) * a + h * b) * ((1 - h) / a + h / b) - 1 = h * (1 - h) * ((a - b) ^+ 2 * (a^-1 * b^-1)).
  have := mulfV (lt0r_neq0 b0); have := mulfV (lt0r_neq0 a0); move: (a^-1) (b^-1) => e f ae bf.
  transitivity ((1 - h) ^+ 2 * (a * e) + h ^+ 2 * (b * f) + h * (1 - h) * (a * f + b * e) - 1); first by rcf_ring.
  transitivity (h * (1 - h) * (a * e * (a * f) - (a * e * (b * f)) *+ 2 + b * f * (b * e))); last by rcf_ring.
  by rewrite ae bf; rcf_ring.
apply: mulr_ge0; first exact: mulr_ge0.
by apply: mulr_ge0; rewrite ?sqr_ge0 // mulr_ge0 // invr_ge0 ltW.
Qed.

Theorem sharpness_convex c c' p L L' h : 0 <= h -> h <= 1 -> (forall i, 0 < c i) -> (forall i, 0 < c' i) ->
  rayleigh_bound pdot (feature x (rescale c p)) L -> rayleigh_bound pdot (feature x (rescale c' p)) L' ->
  rayleigh_bound pdot (feature x (rescale (fun i => Num.sqrt ((1 - h) * c i ^+ 2 + h * c' i ^+ 2)) p))
    ((1 - h) * L + h * L').
Proof.
move=> h0 h1 c0 c'0.
have s0 i : 0 < (1 - h) * c i ^+ 2 + h * c' i ^+ 2 by rewrite between_gt0 ?exprn_gt0.
have e i : Num.sqrt ((1 - h) * c i ^+ 2 + h * c' i ^+ 2) ^+ 2 = (1 - h) * c i ^+ 2 + h * c' i ^+ 2.
  by rewrite sqr_sqrtr // ltW.
apply: sharpness_between => //; first by move=> i; rewrite sqrtr_gt0.
  by move=> i; rewrite e.
by move=> i; rewrite e harmonic ?exprn_gt0.
Qed.

(* convex in log c: the midpoint *)
Theorem sharpness_log_convex c c' p L L' : (forall i, 0 < c i) -> (forall i, 0 < c' i) ->
  rayleigh_bound pdot (feature x (rescale c p)) L -> rayleigh_bound pdot (feature x (rescale c' p)) L' ->
  rayleigh_bound pdot (feature x (rescale (fun i => Num.sqrt (c i * c' i)) p)) ((L + L') / 2).
Proof.
move=> c0 c'0 hL hL'; have two : (2 : R) != 0 by rewrite pnatr_eq0.
have half : 1 - 2^-1 = 2^-1 :> R by apply: (mulfI two); rewrite mulrBr mulr1 mulfV //; rational_over R.
have -> : (L + L') / 2 = (1 - 2^-1) * L + 2^-1 * L' by rewrite half mulrC mulrDr.
have e i : Num.sqrt (c i * c' i) ^+ 2 = c i * c' i by rewrite sqr_sqrtr // mulr_ge0 ?ltW.
have mid (a b : R) : a * b <= (1 - 2^-1) * a ^+ 2 + 2^-1 * b ^+ 2.
  by rewrite half -mulrDr [2^-1 * _]mulrC ler_pdivl_mulr ?ltr0n // [_ * 2]mulrC; apply: am_gm.
apply: sharpness_between hL hL' => //; rewrite ?invr_ge0 ?ler0n //.
- by rewrite -subr_ge0 half invr_ge0 ler0n.
- by move=> i; rewrite sqrtr_gt0 mulr_gt0.
- by move=> i; rewrite e; apply: mid.
by move=> i; rewrite e invfM -!exprVn; apply: mid.
Qed.
End Rescalings.

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
