(* vector-outputs: shallow nets with m outputs, f(z) = sum_i w2_i relu(<w1_i, z> + b1_i) + b2 in R^m, for the loss
   1/(2N) sum_j |f(x_j) - y_j|^2.  All outputs share the first layer; output r is a shallow net of its own
   [output_net], and the loss is the sum of theirs.

   Let e_1, ..., e_m be the unit vectors of the output biases, q_r = E grad f_r, Q = (q_1, ..., q_m).

   - H sum_r u_r e_r = Q u                                                    [bias_column]
   - Q^T Q = (1 + sum_i (E relu_i)^2) I + sum_i F_i^2 w2_i w2_i^T             [mean_gradients_gram]
   - -nu <= H <= lambda gives |Q u|^2 <= (lambda + nu (lambda - 1)) |u|^2     [mean_gradients_bounded]
   - For every rho >= 0 of trace 1, with a_H in R^m the merged amplitudes,
       1 + 2 sum_H sqrt <a_H, rho a_H> g_H <= lambda + nu (lambda - 1)        [every_state]
     so 0 <= H <= 2/eta gives sum_H sqrt <a_H, rho a_H> g_H <= 1/eta - 1/2    [stable_state]
   - sum_H |a_H| g_H <= sqrt m (1/eta - 1/2)                                  [stable_lengths]
   - For all s_H > 0 and L >= lambda_max(sum_H s_H g_H a_H a_H^T)
       sum_H sqrt <a_H, rho a_H> g_H <= (L + sum_H g_H / s_H) / 2             [state_upper_end]
   - rho = u u^T: the stability norm of the net <u, f>                        [state_of_direction]

   That every rho >= 0 is B^T B [psd_factor] is all that is needed of the spectral theorem. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm SharpnessLowerBound StationaryPoints.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* the root of a semidefinite form is a seminorm *)
Section Seminorm.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Hypothesis ipP : inner_product ip.
Add Ring the_ring : (rcf_ring_theory R).

Definition root_size v : R := Num.sqrt (ip v v).

Lemma root_size_triangle u v : root_size (u + v) <= root_size u + root_size v.
Proof.
have s0 w : 0 <= root_size w := sqrtr_ge0 _.
rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?addr_ge0 // /root_size sqr_sqrtr ?(ip_ge0 ipP) //.
rewrite (ipDl ipP) !(ipDr ipP) (ipC ipP v u).
have cs : ip u v <= Num.sqrt (ip u u) * Num.sqrt (ip v v).
  apply: le_trans (ler_norm _) _; rewrite -sqrtr_sqr -sqrtrM ?(ip_ge0 ipP) //.
  by apply: ler_wsqrtr; apply: cauchy_schwarz.
rewrite -{1}(sqr_sqrtr (ip_ge0 ipP u)) -{1}(sqr_sqrtr (ip_ge0 ipP v)) -subr_ge0.
move: (Num.sqrt (ip u u)) (Num.sqrt (ip v v)) (ip u v) cs => a b c cs.
have -> : (a + b) ^+ 2 - (a ^+ 2 + c + (c + b ^+ 2)) = (a * b - c) *+ 2 by rcf_ring.
by rewrite mulrn_wge0 // subr_ge0.
Qed.

Lemma root_size_sum (I : Type) (s : seq I) (P : pred I) (F : I -> V) :
  root_size (\sum_(i <- s | P i) F i) <= \sum_(i <- s | P i) root_size (F i).
Proof.
elim/big_rec2: _ => [|i a v _ h]; first by rewrite /root_size (ip0l ipP) sqrtr0.
by apply: le_trans (root_size_triangle _ _) _; rewrite ler_add2l.
Qed.

Lemma root_sizeZ c v : 0 <= c -> root_size (c *: v) = c * root_size v.
Proof.
move=> c0; rewrite /root_size (ipZl ipP) (ipZr ipP) mulrA -expr2 sqrtrM ?sqr_ge0 //.
by rewrite sqrtr_sqr ger0_norm.
Qed.
End Seminorm.

(* rho >= 0, and its factor *)
Section States.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).

Definition state_form m (rho : 'M[R]_m) (a : 'rV[R]_m) : R := dot a (a *m rho).     (* <a, rho a> *)
Record psd m (rho : 'M[R]_m) : Prop := Psd {
  psd_sym : rho^T = rho; psd_form : forall a, 0 <= state_form rho a }.

Lemma dot_mx m (u v : 'rV[R]_m) : dot u v = (u *m v^T) 0 0.
Proof. by rewrite mxE; apply: eq_bigr => l _; rewrite mxE. Qed.
Lemma dot_row_mx m (a b : 'M[R]_(1, 1)) (u v : 'rV[R]_m) :
  dot (row_mx a u) (row_mx b v) = a 0 0 * b 0 0 + dot u v.
Proof.
by rewrite dot_mx tr_row_mx mul_row_col mxE; congr (_ + _); rewrite ?dot_mx // mxE big_ord1 mxE.
Qed.
Lemma dot_mulmx m (u v : 'rV[R]_m) (A : 'M[R]_m) : dot u (v *m A) = dot (u *m A^T) v.
Proof. by rewrite !dot_mx trmx_mul mulmxA. Qed.

Lemma state_form_block m (t a : R) (w c : 'rV[R]_m) (A : 'M[R]_m) :
  state_form (block_mx a%:M c c^T A) (row_mx t%:M w) = t ^+ 2 * a + 2 * (t * dot c w) + state_form A w.
Proof.
rewrite /state_form mul_row_block dot_row_mx.
rewrite mul_scalar_mx !mxE (ipDr (dot_ip R m)) mul_scalar_mx (ipZr (dot_ip R m)).
have -> : \sum_l w 0 l * c^T l 0 = dot c w by apply: eq_bigr => l _; rewrite mxE mulrC.
rewrite eqxx !mulr1n (ipC (dot_ip R m) w c).
by move: (dot c w) (dot w _) => p q; rcf_ring.
Qed.

Lemma psd_block m (rho : 'M[R]_(1 + m)) : rho^T = rho ->
  rho = block_mx (rho 0 0)%:M (ursubmx rho) (ursubmx rho)^T (drsubmx rho).
Proof.
move=> sym; rewrite -{1}[rho]submxK; congr block_mx; last by rewrite trmx_ursub sym.
by rewrite [ulsubmx rho]mx11_scalar; congr (_%:M); rewrite !mxE; congr (rho _ _); apply/val_inj.
Qed.

(* elimination of the first coordinate *)
Theorem psd_factor m (rho : 'M[R]_m) : psd rho -> exists B : 'M[R]_m, rho = B^T *m B.
Proof.
elim: m rho => [|m IH] rho; first by exists 0; apply/matrixP => i; case: i.
move: rho; rewrite -[m.+1]/(1 + m)%N => rho [sym pos]; have D := dot_ip R m.
have := psd_block sym; set a := _ 0 0; set c := ursubmx _; set A := drsubmx _ => E.
have form t w : 0 <= t ^+ 2 * a + 2 * (t * dot c w) + state_form A w.
  by rewrite -state_form_block -E; apply: (pos (row_mx t%:M w)).
have a0 : 0 <= a.
  have := form 1 0; rewrite /state_form (ip0l D) (ipC D c) (ip0l D).
  by rewrite !mulr0 !addr0 expr1n mul1r.
have symA : A^T = A by rewrite /A trmx_drsub sym.
have [az|an] := eqVneq a 0.
  have c0 : c = 0.
    apply: dot_eq0; apply/eqP; apply/negPn/negP => s0.
    have := form (- (state_form A c + 1) / (2 * dot c c)) c; rewrite az mulr0 add0r mulrCA divfK; last first.
      by rewrite mulf_neq0 // pnatr_eq0.
    by rewrite opprD addrAC addNr add0r oppr_ge0 ler10.
  have [|B EB] := IH A; first by split=> // w; have := form 0 w; rewrite expr0n !mul0r mulr0 !add0r.
  exists (block_mx 0 0 0 B); rewrite E az c0 EB tr_block_mx mulmx_block.
  by rewrite !trmx0 !mul0mx !mulmx0 !addr0 !add0r raddf0.
have ap : 0 < a by rewrite lt_neqAle eq_sym an.
have s0 : Num.sqrt a != 0 by rewrite gt_eqF // sqrtr_gt0.
have ss : Num.sqrt a * Num.sqrt a = a by rewrite -expr2 sqr_sqrtr.
have [|B EB] := IH (A - a^-1 *: (c^T *m c)).
  split=> [|w]; first by rewrite linearB linearZ /= trmx_mul trmxK symA.
  have -> : state_form (A - a^-1 *: (c^T *m c)) w = state_form A w - a^-1 * dot c w ^+ 2.
    rewrite /state_form mulmxBr (ipBr D) -scalemxAr (ipZr D); congr (_ - _ * _).
    by rewrite mulmxA [w *m c^T]mx11_scalar -dot_mx mul_scalar_mx (ipZr D) (ipC D w).
  have := form (- (a^-1 * dot c w)) w; congr (0 <= _); move: (mulVf an) (dot c w) (state_form A w).
  move: (a^-1) => i ia t f; have -> : (- (i * t)) ^+ 2 * a = (i * a) * (i * t ^+ 2) by rcf_ring.
  by rewrite ia; rcf_ring.
exists (block_mx (Num.sqrt a)%:M ((Num.sqrt a)^-1 *: c) 0 B); rewrite E tr_block_mx mulmx_block.
rewrite !trmx0 !mul0mx !mulmx0 !addr0 tr_scalar_mx linearZ /= -EB -scalar_mxM ss.
have -> : ((Num.sqrt a)^-1 *: c)^T = (Num.sqrt a)^-1 *: c^T by rewrite linearZ.
rewrite mul_scalar_mx mul_mx_scalar !scalerA mulfV // mulVf // !scale1r.
congr block_mx; rewrite -scalemxAl -scalemxAr scalerA -invfM ss addrC; exact/esym/subrK.
Qed.

Lemma psd_forms m (rho : 'M[R]_m) : psd rho -> exists B : 'M[R]_m,
  (forall a, state_form rho a = \sum_l dot a (row l B) ^+ 2) /\ \tr rho = \sum_l dot (row l B) (row l B).
Proof.
case/psd_factor=> B ->; exists B; split=> [a|].
  rewrite /state_form mulmxA dot_mulmx /dot; apply: eq_bigr => l _; rewrite -expr2; congr (_ ^+ 2).
  by rewrite mxE; apply: eq_bigr => r _; rewrite !mxE.
rewrite /mxtrace (eq_bigr (fun r => \sum_l B l r ^+ 2)); last first.
  by move=> r _; rewrite mxE; apply: eq_bigr => l _; rewrite mxE expr2.
by rewrite exchange_big; apply: eq_bigr => l _; apply: eq_bigr => r _; rewrite mxE expr2.
Qed.
End States.

Section VectorNet.
Variables (R : rcfType) (d k m n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let M := dot_ip R m.
Let P := pdot_ip R d k.

(* parameters (W1, b1, W2, b2), W2 with a row for each output *)
Definition vector_parameters := ('M[R]_(k, d) * 'rV[R]_k * 'M[R]_(m, k) * 'rV[R]_m)%type.
Implicit Types p v : vector_parameters.
Definition output_net p r : parameters := (p.1.1.1, p.1.1.2, row r p.1.2, p.2 0 r).
Definition first_layer p : parameters := (p.1.1.1, p.1.1.2, 0, 0).
Definition output_weights p i : 'rV[R]_m := \row_r p.1.2 r i.
Definition vector_net p z : 'rV[R]_m := \row_r shallow_net (output_net p r) z.
Definition vdot p v : R :=
  \sum_i (dot (row i p.1.1.1) (row i v.1.1.1) + p.1.1.2 0 i * v.1.1.2 0 i)
  + \sum_r (\sum_i p.1.2 r i * v.1.2 r i + p.2 0 r * v.2 0 r).

Lemma vdot_ip : @inner_product R [lmodType R of vector_parameters] vdot.
Proof.
split=> [p v|p v w|c p v|p]; rewrite /vdot.
- congr (_ + _); apply: eq_bigr => i _; first by rewrite (ipC D) mulrC.
  by rewrite mulrC; congr (_ + _); apply: eq_bigr => r _; rewrite mulrC.
- rewrite [RHS]addrACA -!big_split; congr (_ + _); apply: eq_bigr => i _ /=.
    by rewrite linearD (ipDl D) mxE mulrDl addrACA.
  rewrite addrACA -big_split mxE mulrDl; congr (_ + _); apply: eq_bigr => r _.
  by rewrite mxE mulrDl.
- rewrite mulrDr !mulr_sumr; congr (_ + _); apply: eq_bigr => i _ /=.
    by rewrite linearZ (ipZl D) mxE -mulrA mulrDr.
  rewrite mxE mulrDr mulr_sumr -mulrA; congr (_ + _); apply: eq_bigr => r _.
  by rewrite mxE mulrA.
- apply: addr_ge0; apply: sumr_ge0 => i _; rewrite -expr2 addr_ge0 ?sqr_ge0 ?(ip_ge0 D) //.
  by apply: sumr_ge0 => r _; rewrite -expr2 sqr_ge0.
Qed.

(* a direction of output r alone *)
Definition inclusion r (u : parameters) : vector_parameters :=
  (u.1.1.1, u.1.1.2, \matrix_(s, i) (if s == r then w2 u i else 0), \row_s (if s == r then b2 u else 0)).
Lemma vdot_inclusion r u v : vdot (inclusion r u) v = pdot u (output_net v r).
Proof.
rewrite /vdot /Network.pdot (bigD1 r) //= addrA [X in _ + X]big1 => [|s /negbTE sr]; last first.
  by rewrite mxE sr mul0r addr0 big1 // => i _; rewrite mxE sr mul0r.
rewrite addr0 !mxE eqxx addrA -big_split; congr (_ + _); apply: eq_bigr => i _ /=.
by rewrite mxE eqxx; congr (_ + _ * _); rewrite /w2 /= mxE.
Qed.
Lemma output_net_lin p v t r : output_net (p + t *: v) r = output_net p r + t *: output_net v r.
Proof.
rewrite /output_net /=; congr (_, _, _, _); last by rewrite !mxE.
by apply/rowP => i; rewrite !mxE.
Qed.

(* Data *)
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_m -> 'I_n.+1 -> R).

Definition vector_loss p : R := mean (fun j => \sum_r (vector_net p (x j) 0 r - y r j) ^+ 2) / 2.
Definition vector_differentiable p := differentiable_at_data x (first_layer p).
(* the quadratic form and the map of the Hessian of the loss *)
Definition vector_hessian_form p v : R := \sum_r hessian_form x (y r) (output_net p r) (output_net v r).
Definition vector_hessian p v : vector_parameters :=
  \sum_r inclusion r (hessian x (y r) (output_net p r) (output_net v r)).

Lemma vector_lossE p : vector_loss p = \sum_r loss x (y r) (output_net p r).
Proof.
rewrite /vector_loss mean_sum mulr_suml; apply: eq_bigr => r _; congr (_ / 2).
by apply: eq_mean => j; rewrite mxE.
Qed.
Lemma vdot_vector_hessian p u v : vdot u (vector_hessian p v) =
  \sum_r pdot (output_net u r) (hessian x (y r) (output_net p r) (output_net v r)).
Proof.
rewrite (ipC vdot_ip) (ip_suml vdot_ip); apply: eq_bigr => r _.
by rewrite vdot_inclusion (ipC P).
Qed.
Lemma vector_hessian_sym p u v : vdot u (vector_hessian p v) = vdot v (vector_hessian p u).
Proof. by rewrite !vdot_vector_hessian; apply: eq_bigr => r _; rewrite hessian_sym. Qed.
Lemma vector_hessian_formE p v : vdot v (vector_hessian p v) = vector_hessian_form p v.
Proof. by rewrite vdot_vector_hessian; apply: eq_bigr => r _; rewrite hessian_formE. Qed.

(* off the kinks it is the second derivative of the loss, as a coefficient of Taylor's formula *)
Theorem vector_hessian_is_second_derivative p v : vector_differentiable p ->
  exists a, forall eps, 0 < eps -> exists2 e, 0 < e & forall t, `|t| < e ->
  `|vector_loss (p + t *: v) - vector_loss p - t * a - t ^+ 2 / 2 * vector_hessian_form p v| <= eps * t ^+ 2.
Proof.
move=> off; have /fin_all_exists[a ha] : forall r, exists a, forall eps, 0 < eps ->
    exists2 e, 0 < e & forall t, `|t| < e ->
    `|loss x (y r) (output_net p r + t *: output_net v r) - loss x (y r) (output_net p r) - t * a
      - t ^+ 2 / 2 * hessian_form x (y r) (output_net p r) (output_net v r)| <= eps * t ^+ 2.
  by move=> r; apply: (hessian_is_second_derivative (y r) (p := output_net p r)).
exists (\sum_r a r) => eps eps0; have m0 : 0 < eps / m.+1%:R by rewrite divr_gt0 ?ltr0Sn.
have [e e0 he] := fin_common_eps (fun r => ha r _ m0).
exists e => // t te; rewrite !vector_lossE !mulr_sumr -!sumrB; apply: le_trans (ler_norm_sum _ _ _) _.
apply: (@le_trans _ _ (\sum_(r < m) eps / m.+1%:R * t ^+ 2)).
  by apply: ler_sum => r _; rewrite output_net_lin; apply: he.
rewrite sumr_const card_ord -mulrnAl ler_wpmul2r ?sqr_ge0 // -mulr_natr -mulrA -[X in _ <= X]mulr1.
by rewrite ler_wpmul2l ?(ltW eps0) // ler_pdivr_mull ?ltr0Sn // mulr1 ler_nat.
Qed.

(* The output biases and the mean gradients, combined by u in R^m *)
Definition bias_direction (u : 'rV[R]_m) : vector_parameters := (0, 0, 0, u).
Definition output_gradient p r : vector_parameters := inclusion r (mean_gradient (feature x (output_net p r))).
Definition combined_gradient p (u : 'rV[R]_m) : vector_parameters := \sum_r u 0 r *: output_gradient p r.

Lemma output_net_bias u r : output_net (bias_direction u) r = u 0 r *: output_bias R d k.
Proof.
rewrite /output_net /bias_direction /output_bias /mkparameters; congr (_, _, _, _) => /=.
- by apply/matrixP => i l; rewrite !mxE mulr0.
- by apply/rowP => i; rewrite !mxE mulr0.
- by apply/rowP => i; rewrite !mxE mulr0.
- by rewrite /GRing.scale /= mulr1.
Qed.

Theorem bias_column p u t : vdot t (vector_hessian p (bias_direction u)) = vdot t (combined_gradient p u).
Proof.
rewrite vdot_vector_hessian (ipC vdot_ip t) (ip_suml vdot_ip); apply: eq_bigr => r _.
rewrite hessian_sym output_net_bias (ipZl P) (ipZl vdot_ip) vdot_inclusion; congr (_ * _).
by have [He _] := output_bias_curvature x (y r) (output_net p r); rewrite hessian_sym He (ipC P).
Qed.
Lemma bias_size u : vdot (bias_direction u) (bias_direction u) = dot u u.
Proof.
rewrite /vdot big1 => [|i _]; last by rewrite /= !mxE mul0r addr0 /dot big1 // => l _; rewrite !mxE mul0r.
by rewrite add0r; apply: eq_bigr => r _; rewrite big1 ?add0r // => i _; rewrite mxE mul0r.
Qed.
Theorem bias_curvature p u : vdot (bias_direction u) (vector_hessian p (bias_direction u)) = dot u u.
Proof.
rewrite vdot_vector_hessian; apply: eq_bigr => r _; rewrite output_net_bias (ipZl P) hessian_sym (ipZl P).
by have [_ ->] := output_bias_curvature x (y r) (output_net p r); rewrite mulr1.
Qed.

(* Q^T Q *)
Definition mean_output p i : R := mean (fun j => relu (preactivation (first_layer p) (x j) i)).
Definition lever_square p i : R := mean (fun j => step (preactivation (first_layer p) (x j) i)) ^+ 2 +
  dot (vmean (fun j => step (preactivation (first_layer p) (x j) i) *: x j))
      (vmean (fun j => step (preactivation (first_layer p) (x j) i) *: x j)).

Theorem mean_gradients_gram p r s : vdot (output_gradient p r) (output_gradient p s) =
  (r == s)%:R * (1 + \sum_i mean_output p i ^+ 2) + \sum_i lever_square p i * (p.1.2 r i * p.1.2 s i).
Proof.
rewrite vdot_inclusion /Network.pdot.
have W i : w1 (output_net (output_gradient p s) r) i = w1 (mean_gradient (feature x (output_net p s))) i by [].
have B i : b1 (output_net (output_gradient p s) r) i = b1 (mean_gradient (feature x (output_net p s))) i by [].
have C i : w2 (output_net (output_gradient p s) r) i = (r == s)%:R * mean_output p i.
  by rewrite /w2 /= !mxE; case: eqP => _; rewrite ?mul0r // mul1r; apply: (w2G x (output_net p s) i).
have E : b2 (output_net (output_gradient p s) r) = (r == s)%:R.
  by rewrite /b2 /= mxE; case: eqP => _ //; apply: (b2G x (output_net p s)).
rewrite E b2G mul1r mulrDr mulr1 addrC -addrA; congr (_ + _); rewrite mulr_sumr -big_split.
apply: eq_bigr => i _ /=; rewrite W B C !w1G !b1G w2G (ipZl D) (ipZr D) /w2 /= !mxE.
rewrite -/(mean_output p i) /lever_square.
move: (mean_output p i) (mean _) (dot _ _) (p.1.2 r i) (p.1.2 s i) => a b c w w'.
by case: eqP => _; rcf_ring.
Qed.

Theorem combined_gradient_square p u : vdot (combined_gradient p u) (combined_gradient p u) =
  dot u u * (1 + \sum_i mean_output p i ^+ 2) + \sum_i lever_square p i * dot u (output_weights p i) ^+ 2.
Proof.
rewrite (ip_suml vdot_ip).
transitivity (\sum_r \sum_s u 0 r * (u 0 s * vdot (output_gradient p s) (output_gradient p r))).
  apply: eq_bigr => r _; rewrite (ipZl vdot_ip) (ipC vdot_ip) (ip_suml vdot_ip) mulr_sumr.
  by apply: eq_bigr => s _; rewrite (ipZl vdot_ip).
transitivity (\sum_r \sum_s (u 0 r * u 0 s * (s == r)%:R * (1 + \sum_i mean_output p i ^+ 2)
    + \sum_i lever_square p i * ((u 0 r * p.1.2 r i) * (u 0 s * p.1.2 s i)))).
  apply: eq_bigr => r _; apply: eq_bigr => s _; rewrite mean_gradients_gram !mulrDr !mulrA; congr (_ + _).
  rewrite -mulrA !mulr_sumr; apply: eq_bigr => i _.
  by move: (lever_square p i) (u 0 r) (u 0 s) (p.1.2 r i) (p.1.2 s i) => a b c e f; rcf_ring.
move: (1 + _) => c; rewrite (eq_bigr _ (fun r _ => big_split _ _ _ _ _)) big_split /=; congr (_ + _).
  rewrite /dot mulr_suml; apply: eq_bigr => r _; rewrite (bigD1 r) //= eqxx mulr1 big1 ?addr0 // => s.
  by move=> /negbTE ->; rewrite mulr0 mul0r.
rewrite (eq_bigr _ (fun r _ => exchange_big _ _ _ _ _ _)) exchange_big; apply: eq_bigr => i _ /=.
rewrite (eq_bigr _ (fun r _ => esym (mulr_sumr _ _ _ _))) -mulr_sumr; congr (_ * _).
rewrite expr2 /dot mulr_suml; apply: eq_bigr => r _; rewrite mulr_sumr mxE.
by apply: eq_bigr => s _; rewrite mxE.
Qed.

(* from the two ends of the spectrum *)
Theorem mean_gradients_bounded p nu lam :
  (forall v, - nu * vdot v v <= vector_hessian_form p v <= lam * vdot v v) ->
  forall u, vdot (combined_gradient p u) (combined_gradient p u) <= (lam + nu * (lam - 1)) * dot u u.
Proof.
move=> h u; have scaled c a : combined_gradient p (c *: a) = c *: combined_gradient p a.
  by rewrite /combined_gradient scaler_sumr; apply: eq_bigr => r _; rewrite mxE scalerA.
have [u0|u0] := eqVneq u 0.
  have := scaled 0 0; rewrite u0 !scale0r => ->.
  by rewrite (ip0l vdot_ip) (ip0l M) mulr0.
have c0 : 0 < nrm u by rewrite lt_neqAle nrm_ge0 andbT eq_sym; apply: contraNneq u0 => /nrm_eq0 ->.
pose w := (nrm u)^-1 *: u; have uw : u = nrm u *: w by rewrite scalerA mulfV ?scale1r // gt_eqF.
have w1 : dot w w = 1.
  by rewrite (ipZl M) (ipZr M) -nrm_sqr expr2 mulKf ?mulVf // gt_eqF.
have := output_bias_argument vdot_ip (vector_hessian_sym p) (e := bias_direction w).
rewrite bias_size bias_curvature w1 => /(_ erefl erefl nu lam) arg.
have {arg} : vdot (combined_gradient p w) (combined_gradient p w) <= lam + nu * (lam - 1).
  rewrite -bias_column (ipC vdot_ip) -bias_column; apply: arg => v; rewrite vector_hessian_formE.
    by case/andP: (h v).
  by case/andP: (h v).
have -> : combined_gradient p u = nrm u *: combined_gradient p w by rewrite -scaled -uw.
rewrite (ipZl vdot_ip) (ipZr vdot_ip) mulrA -expr2 nrm_sqr [_ * dot u u]mulrC => le.
by apply: ler_wpmul2l => //; apply: (ip_ge0 M).
Qed.

(* The norm for a state rho *)
Definition vector_amplitude p i : 'rV[R]_m := nrm (w1 (first_layer p) i) *: output_weights p i.
Definition vector_merged p h : 'rV[R]_m :=
  \sum_(i | representative (first_layer p) i == h) vector_amplitude p i.
Definition plane_weight p i : R := weight x (direction (first_layer p) i) (threshold (first_layer p) i).
Definition state_size (rho : 'M[R]_m) (a : 'rV[R]_m) : R := Num.sqrt (state_form rho a).
Definition state_norm rho p : R := \sum_h state_size rho (vector_merged p h) * plane_weight p h.

Lemma state_ip rho : psd rho -> inner_product (fun a b : 'rV[R]_m => dot a (b *m rho)).
Proof.
case=> sym pos; split=> [a b|a b c|c a b|a].
- by rewrite dot_mulmx sym (ipC M).
- exact: (ipDl M).
- exact: (ipZl M).
- exact: pos.
Qed.

(* merging the neurons of each hyperplane never increases it *)
Lemma state_norm_le rho p : psd rho ->
  state_norm rho p <= \sum_i state_size rho (vector_amplitude p i) * plane_weight p i.
Proof.
move=> pos; rewrite (partition_big (representative (first_layer p)) predT) //=; apply: ler_sum => h _.
apply: (@le_trans _ _ (\sum_(i | representative (first_layer p) i == h)
    state_size rho (vector_amplitude p i) * plane_weight p h)).
  rewrite -mulr_suml ler_wpmul2r ?weight_ge0 //.
  exact: (@root_size_sum _ _ _ (state_ip pos)).
apply: ler_sum => i /eqP <-; rewrite /plane_weight.
by rewrite (@weight_representative _ _ _ (weight x)) // => v b; rewrite weightN.
Qed.

(* the net with one output whose weights are the sizes *)
Let sized rho p : parameters := (p.1.1.1, p.1.1.2, \row_i state_size rho (output_weights p i), 0).
Lemma sized_square rho p : psd rho ->
  mean_gradient_square x (sized rho p) =
  1 + \sum_i (mean_output p i ^+ 2 + state_form rho (output_weights p i) * lever_square p i).
Proof.
move=> pos; congr (_ + _); apply: eq_bigr => i _; rewrite /neuron_square /w2 /= mxE.
by rewrite sqr_sqrtr ?(psd_form pos).
Qed.

Theorem trace_ge_state_norm rho p : psd rho ->
  1 + 2 * state_norm rho p <=
  1 + \sum_i (mean_output p i ^+ 2 + state_form rho (output_weights p i) * lever_square p i).
Proof.
move=> pos; rewrite -sized_square //; apply: le_trans (mean_gradient_square_ge x (sized rho p)).
rewrite ler_add2l ler_wpmul2l ?ler0n //; apply: le_trans (state_norm_le p pos) _.
apply: ler_sum => i _.
have -> : state_size rho (vector_amplitude p i) = `|amplitude (sized rho p) i|.
  apply: etrans (@root_sizeZ _ _ _ (state_ip pos) _ _ (nrm_ge0 _)) _.
  by rewrite /amplitude /w2 /= mxE ger0_norm ?mulr_ge0 ?sqrtr_ge0 ?nrm_ge0 // mulrC.
by rewrite ler_wpmul2l // weight_le.
Qed.

(* the trace of rho Q^T Q *)
Lemma state_trace rho p L : psd rho -> \tr rho = 1 ->
  (forall u, vdot (combined_gradient p u) (combined_gradient p u) <= L * dot u u) ->
  1 + \sum_i (mean_output p i ^+ 2 + state_form rho (output_weights p i) * lever_square p i) <= L.
Proof.
move=> pos tr1 bound; have [B [form tr]] := psd_forms pos.
have : \sum_l vdot (combined_gradient p (row l B)) (combined_gradient p (row l B)) <= L.
  rewrite -[X in _ <= X]mulr1 -tr1 tr mulr_sumr; apply: ler_sum => l _; exact: bound.
congr (_ <= _); rewrite (eq_bigr _ (fun l _ => combined_gradient_square p (row l B))) big_split /=.
rewrite -mulr_suml -tr tr1 mul1r -addrA; congr (_ + _); rewrite big_split exchange_big; congr (_ + _).
apply: eq_bigr => i _; rewrite form mulr_suml; apply: eq_bigr => l _.
by rewrite (ipC M) mulrC.
Qed.

Theorem every_state rho p nu lam : psd rho -> \tr rho = 1 -> vector_differentiable p ->
  (forall v, - nu * vdot v v <= vector_hessian_form p v <= lam * vdot v v) ->
  1 + 2 * state_norm rho p <= lam + nu * (lam - 1).
Proof.
move=> pos tr1 _ h; apply: le_trans (trace_ge_state_norm p pos) _.
by apply: state_trace => // u; apply: mean_gradients_bounded.
Qed.

Theorem stable_state rho p eta : psd rho -> \tr rho = 1 -> 0 < eta -> vector_differentiable p ->
  (forall v, 0 <= vector_hessian_form p v <= 2 / eta * vdot v v) ->
  state_norm rho p <= 1 / eta - 2^-1.
Proof.
move=> pos tr1 eta0 off h; apply: half_bound => //.
have := @every_state rho p 0 (2 / eta) pos tr1 off; rewrite mul0r addr0; apply=> v.
by rewrite oppr0 mul0r.
Qed.

(* gradient descent linearised there, with the whole Hessian and no negative curvature *)
Theorem bounded_state rho p eta : archimedean R -> psd rho -> \tr rho = 1 -> 0 < eta ->
  vector_differentiable p -> (forall v, 0 <= vector_hessian_form p v) ->
  descent_bounded vdot (vector_hessian p) eta -> state_norm rho p <= 1 / eta - 2^-1.
Proof.
move=> ar pos tr1 eta0 off low st; apply: stable_state => // v.
rewrite low /= -vector_hessian_formE.
apply: (descent_bounded_sharpness vdot_ip _ ar eta0 st) => u w.
by rewrite (ipC vdot_ip) vector_hessian_sym.
Qed.

(* rho = I/m *)
Theorem stable_lengths p eta : (0 < m)%N -> 0 < eta -> vector_differentiable p ->
  (forall v, 0 <= vector_hessian_form p v <= 2 / eta * vdot v v) ->
  \sum_h nrm (vector_merged p h) * plane_weight p h <= Num.sqrt m%:R * (1 / eta - 2^-1).
Proof.
move=> m0 eta0 off h; have mR : 0 < m%:R :> R by rewrite ltr0n.
have form (a : 'rV[R]_m) : state_form (m%:R^-1)%:M a = m%:R^-1 * dot a a.
  by rewrite /state_form mul_mx_scalar (ipZr M).
have pos : psd ((m%:R^-1 : R)%:M : 'M_m).
  by split=> [|a]; rewrite ?tr_scalar_mx // form mulr_ge0 ?(ip_ge0 M) // invr_ge0 ltW.
have tr1 : \tr ((m%:R^-1 : R)%:M : 'M_m) = 1.
  by rewrite mxtrace_scalar -[_ *+ m]mulr_natr mulVf // gt_eqF.
have r0 : 0 < Num.sqrt (m%:R : R) by rewrite sqrtr_gt0.
apply: (@le_trans _ _ (Num.sqrt m%:R * state_norm (m%:R^-1)%:M p)); last first.
  by rewrite ler_pmul2l //; apply: (stable_state pos tr1 eta0 off h).
rewrite /state_norm mulr_sumr; apply: ler_sum => i _; rewrite mulrA ler_wpmul2r ?weight_ge0 //.
by rewrite /state_size form /nrm -sqrtrM ?ler0n // mulrA mulfV ?gt_eqF // mul1r.
Qed.

(* every family of positive numbers gives an upper end *)
Theorem state_upper_end rho p (s : 'I_k -> R) L : psd rho -> \tr rho = 1 -> (forall h, 0 < s h) ->
  (forall u, \sum_h s h * plane_weight p h * dot (vector_merged p h) u ^+ 2 <= L * dot u u) ->
  state_norm rho p <= (L + \sum_h plane_weight p h / s h) / 2.
Proof.
move=> pos tr1 s0 top; have [B [form tr]] := psd_forms pos.
rewrite ler_pdivl_mulr ?ltr0Sn // mulrC.
apply: (@le_trans _ _ (\sum_h s h * plane_weight p h * state_form rho (vector_merged p h)
    + \sum_h plane_weight p h / s h)); last first.
  rewrite ler_add2r -[X in _ <= X]mulr1 -tr1 tr mulr_sumr.
  rewrite (eq_bigr (fun h => \sum_l s h * plane_weight p h * dot (vector_merged p h) (row l B) ^+ 2)).
    by rewrite exchange_big; apply: ler_sum => l _; apply: top.
  by move=> h _; rewrite form mulr_sumr.
rewrite -big_split mulr_sumr; apply: ler_sum => h _ /=; rewrite /state_size.
have := psd_form pos (vector_merged p h); move: (state_form _ _) (weight_ge0 x _ _ : 0 <= plane_weight p h) (s0 h).
move=> f g0 sh f0; rewrite -{2}(sqr_sqrtr f0); move: (Num.sqrt f) => r.
rewrite -subr_ge0; have -> : s h * plane_weight p h * r ^+ 2 + plane_weight p h / s h - 2 * (r * plane_weight p h)
    = plane_weight p h * (s h)^-1 * (s h * r - 1) ^+ 2.
  move: (plane_weight p h) (mulVf (lt0r_neq0 sh)); move: (s h) => t; move: (t^-1) => i g it.
  have -> : g * i * (t * r - 1) ^+ 2 = g * ((i * t) * t * r ^+ 2 - (i * t) * r *+ 2 + i) by rcf_ring.
  by rewrite it; rcf_ring.
by apply: mulr_ge0; rewrite ?sqr_ge0 // mulr_ge0 // invr_ge0 ltW.
Qed.

(* ... and they meet where s H = 1/|a_H| and L is the norm *)
Theorem state_ends_meet rho p (s : 'I_k -> R) :
  (forall h, 0 < s h) -> (forall h, s h * state_size rho (vector_merged p h) = 1) ->
  (state_norm rho p + \sum_h plane_weight p h / s h) / 2 = state_norm rho p.
Proof.
move=> s0 e; have -> : \sum_h plane_weight p h / s h = state_norm rho p.
  apply: eq_bigr => h _; rewrite mulrC; congr (_ * _).
  by apply: (mulfI (lt0r_neq0 (s0 h))); rewrite e mulfV // lt0r_neq0.
have n2 : 2 != 0 :> R by rewrite pnatr_eq0.
by apply: (mulIf n2); rewrite divfK // mulr_natr mulr2n.
Qed.

(* rho = u u^T: one combination of the outputs *)
Definition combined_net p (u : 'rV[R]_m) : parameters :=
  (p.1.1.1, p.1.1.2, \row_i dot u (output_weights p i), dot u p.2).
Lemma combined_netE p u z : shallow_net (combined_net p u) z = dot u (vector_net p z).
Proof.
rewrite /shallow_net.
transitivity (\sum_i (\sum_r u 0 r * p.1.2 r i) * relu (preactivation (first_layer p) z i) + dot u p.2).
  congr (_ + _); apply: eq_bigr => i _; congr (_ * _); rewrite /w2 /= mxE.
  by apply: eq_bigr => r _; rewrite mxE.
transitivity (\sum_r u 0 r * (\sum_i p.1.2 r i * relu (preactivation (first_layer p) z i) + p.2 0 r)).
  rewrite (eq_bigr _ (fun r _ => mulrDr _ _ _)) big_split; congr (_ + _).
  rewrite (eq_bigr _ (fun i _ => mulr_suml _ _ _ _)) exchange_big; apply: eq_bigr => r _.
  by rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulrA.
apply: eq_bigr => r _; rewrite mxE; congr (_ * (_ + _)); apply: eq_bigr => i _.
by rewrite /w2 /= mxE.
Qed.
Theorem state_of_direction p u : state_norm (u^T *m u) p = stability_norm x (combined_net p u).
Proof.
apply: eq_bigr => h _; congr (_ * _); rewrite /state_size /state_form mulmxA.
rewrite [_ *m u^T]mx11_scalar -dot_mx mul_scalar_mx (ipZr M) -expr2 sqrtr_sqr; congr `|_|.
rewrite /vector_merged /merged_amplitude big_mkcond (ip_suml M) [RHS]big_mkcond; apply: eq_bigr => i _.
case: ifP => _; last by rewrite (ip0l M).
by rewrite (ipZl M) (ipC M) /amplitude mulrC; congr (_ * _); rewrite /w2 /= mxE.
Qed.

(* The Gram matrix: its entry for output r at datum j and output s at datum l *)
Definition output_feature p j r : vector_parameters := inclusion r (feature x (output_net p r) j).
Theorem vector_gram_entry p j l r s : vdot (output_feature p j r) (output_feature p l s) =
  (r == s)%:R * (1 + \sum_i relu (preactivation (first_layer p) (x j) i) * relu (preactivation (first_layer p) (x l) i))
  + \sum_i step (preactivation (first_layer p) (x j) i) * step (preactivation (first_layer p) (x l) i)
    * (1 + dot (x j) (x l)) * (p.1.2 r i * p.1.2 s i).
Proof.
rewrite vdot_inclusion /Network.pdot.
have C i : w2 (output_net (output_feature p l s) r) i =
    (r == s)%:R * relu (preactivation (first_layer p) (x l) i).
  by rewrite /w2 /= !mxE; case: eqP => _; rewrite ?mul0r // mul1r mkE.
have E : b2 (output_net (output_feature p l s) r) = (r == s)%:R.
  by rewrite /b2 /= mxE; case: eqP => _.
have W i : w1 (output_net (output_feature p l s) r) i = (p.1.2 s i * step (preactivation (first_layer p) (x l) i)) *: x l.
  by rewrite -[LHS]/(w1 (grad (output_net p s) (x l)) i) mkE /w2 /= mxE.
have B i : b1 (output_net (output_feature p l s) r) i = p.1.2 s i * step (preactivation (first_layer p) (x l) i).
  by rewrite -[LHS]/(b1 (grad (output_net p s) (x l)) i) mkE /w2 /= mxE.
rewrite E mkE mul1r mulrDr mulr1 addrC -addrA; congr (_ + _); rewrite mulr_sumr -big_split.
apply: eq_bigr => i _ /=; rewrite W B C !mkE (ipZl D) (ipZr D) {1 2}/w2 /= mxE.
rewrite -[preactivation (output_net p r) (x j) i]/(preactivation (first_layer p) (x j) i).
move: (preactivation _ (x j) i) (preactivation _ (x l) i) (dot _ _) (p.1.2 r i) (p.1.2 s i) => t t' e w w'.
by move: (step t) (step t') (relu t) (relu t') => a b c c'; case: eqP => _; rcf_ring.
Qed.
Theorem vector_hessian_interpolating p v : (forall j, vector_net p (x j) = \row_r y r j) ->
  vector_hessian_form p v = mean (fun j => \sum_r vdot (output_feature p j r) v ^+ 2).
Proof.
move=> fit; rewrite mean_sum; apply: eq_bigr => r _.
rewrite (@hessian_interpolating _ _ _ _ x (y r)) => [|j].
  by apply: eq_mean => j; rewrite vdot_inclusion.
by have /rowP/(_ r) := fit j; rewrite !mxE.
Qed.
End VectorNet.

(* The norm for a state depends on the function only *)
Section VectorFunction.
Variables (R : rcfType) (d m n : nat) (x : 'I_n.+1 -> 'rV[R]_d) (rho : 'M[R]_m).
Let g (Q : oriented_hyperplane R d) := weight x Q.1 Q.2.
Let g0 Q : 0 <= g Q := weight_ge0 x Q.1 Q.2.
Let g_same P Q : same_plane P Q -> g P = g Q.
Proof. by move=> /orP[]/eqP -> //; rewrite /g weightN. Qed.

Definition vector_coefficient k (p : vector_parameters R d k m) Q : 'rV[R]_m :=
  \row_r coefficient (output_net p r) Q.
Let plane k (p : vector_parameters R d k m) i := hyperplane (first_layer p) i.

Lemma vector_mergedE k (p : vector_parameters R d k m) h :
  vector_merged p h = \row_r merged_amplitude (output_net p r) h.
Proof.
apply/rowP => r; rewrite summxE mxE; apply: eq_bigr => i _.
by rewrite !mxE /amplitude /w2 /= mxE mulrC.
Qed.
Let vector_coefficient_plane k (p : vector_parameters R d k m) P Q :
  same_plane P Q -> vector_coefficient p P = vector_coefficient p Q.
Proof. by move=> h; apply/rowP => r; rewrite !mxE; apply: coefficient_hrel. Qed.

Lemma state_norm_classes k (p : vector_parameters R d k m) : state_norm x rho p =
  \sum_(h | representative (first_layer p) h == h) state_size rho (vector_coefficient p (plane p h)) * g (plane p h).
Proof.
rewrite [RHS]big_mkcond; apply: eq_bigr => h _; rewrite vector_mergedE; case: eqP => [rh|/eqP rh].
  by congr (state_size _ _ * _); apply/rowP => r; rewrite !mxE; apply: merged_coef.
have -> : \row_r merged_amplitude (output_net p r) h = 0 :> 'rV[R]_m.
  by apply/rowP => r; rewrite !mxE; apply: merged0.
by rewrite /state_size /state_form (ip0l (dot_ip R m)) sqrtr0 mul0r.
Qed.

Let state_norm_mono k k' (p : vector_parameters R d k m) (p' : vector_parameters R d k' m) :
  (forall z, vector_net p z = vector_net p' z) -> state_norm x rho p <= state_norm x rho p'.
Proof.
move=> same; rewrite !state_norm_classes.
have size0 a : 0 <= state_size rho a := sqrtr_ge0 _.
have sized0 : state_size rho (0 : 'rV_m) = 0 by rewrite /state_size /state_form (ip0l (dot_ip R m)) sqrtr0.
pose X (j : 'I_k') := state_size rho (vector_coefficient p' (plane p' j)) * g (plane p' j).
have X0 j : 0 <= X j by rewrite mulr_ge0.
apply: (@le_trans _ _ (\sum_(h | representative (first_layer p) h == h)
   \sum_(j | (representative (first_layer p') j == j) && same_plane (plane p h) (plane p' j)) X j)).
  apply: ler_sum => h rh.
  have [w0|w0] := eqVneq (w1 (first_layer p) h) 0.
    rewrite (_ : vector_coefficient p _ = 0) ?sized0 ?mul0r ?sumr_ge0 //.
    apply/rowP => r; rewrite !mxE /coefficient big1 // => i hi.
    apply/amplitude_w10/direction_eq0; move: hi; rewrite /same_plane /plane /hyperplane.
    have -> : direction (first_layer p) h = 0 by rewrite /direction w0 scaler0.
    by move=> /orP[]/eqP[-> _] //; rewrite oppr0.
  have cE : vector_coefficient p (plane p h) = vector_coefficient p' (plane p h).
    apply/rowP => r; rewrite !mxE; apply: coefficient_same => [z|]; last exact: direction_unit.
    by have /rowP/(_ r) := same z; rewrite !mxE.
  have [c0|c0] := eqVneq (vector_coefficient p' (plane p h)) 0.
    by rewrite cE c0 sized0 mul0r sumr_ge0.
  have [i hi] : exists i, same_plane (plane p' i) (plane p h).
    apply/existsP; apply: contraNT c0; rewrite negb_exists => /forallP hn.
    by apply/eqP/rowP => r; rewrite !mxE /coefficient big_pred0 // => i; apply/negbTE/hn.
  have hj : same_plane (plane p h) (plane p' (representative (first_layer p') i)).
    rewrite same_plane_sym; apply: same_plane_trans hi; exact: representative_same.
  rewrite (bigD1 (representative (first_layer p') i)) /=; last by rewrite representative_idem eqxx.
  apply: (@le_trans _ _ (X (representative (first_layer p') i))); last by rewrite ler_addl sumr_ge0.
  by rewrite /X cE (vector_coefficient_plane _ hj) (g_same hj).
rewrite (exchange_big_dep (fun j => representative (first_layer p') j == j)) /=; last by move=> h j _ /andP[].
apply: ler_sum => j rj; rewrite rj /=.
have [h /andP[rh hh]|no] := pickP (fun h => (representative (first_layer p) h == h) && same_plane (plane p h) (plane p' j)); last first.
  by rewrite big_pred0; [apply: X0 | apply: no].
rewrite (bigD1 h) /= ?rh ?hh // big_pred0 ?addr0 // => h'; apply/negbTE.
rewrite negb_and negbK -implybE; apply/implyP => /andP[rh' hh'].
rewrite -(eqP rh) -(eqP rh') representative_class same_hyperplaneE; apply: same_plane_trans hh' _.
by rewrite same_plane_sym.
Qed.

Theorem state_norm_function k k' (p : vector_parameters R d k m) (p' : vector_parameters R d k' m) :
  (forall z, vector_net p z = vector_net p' z) -> state_norm x rho p = state_norm x rho p'.
Proof. by move=> same; apply/eqP; rewrite eq_le !state_norm_mono. Qed.
End VectorFunction.
