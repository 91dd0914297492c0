(* The Hessian as a Gram matrix of features.

   Phi = [grad f(x_0) ... grad f(x_n)].
   - At an interpolating minimum the Hessian is Phi Phi^T / (n+1)            [hessian_interpolating]
   - Its sharpness is that of the (n+1) x (n+1) Gram matrix K = Phi^T Phi / (n+1)   [sharpness_gram]
   - For lam <> 0, u |-> Phi u is an isomorphism of the eigenspace of K onto that of H  [eigenspace_isomorphism],
     and q |-> Phi^T q goes back                                 [hessian_eigenvector, hessian_isometry],
     so that lam has the same multiplicity in both               [product_multiplicity, gram_multiplicity]
   - (n+1) K = 1 1^T + Z Z^T + (M diag(w2^2) M^T) o (1 1^T + X X^T), Z the hidden layer and
     M its activation pattern                                                      [gram_entry] *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix mxalgebra.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Gram.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (n : nat) (g : 'I_n.+1 -> V).
Hypothesis ipP : inner_product ip.
Let N : R := n.+1%:R.
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R n.+1.

Definition gram j l : R := ip (g j) (g l) / N.
(* u^T K u *)
Definition gram_form (u : 'rV[R]_n.+1) : R := \sum_j \sum_l u 0 j * gram j l * u 0 l.
(* Phi u *)
Definition combination (u : 'rV[R]_n.+1) : V := \sum_j u 0 j *: g j.

Lemma gram_formE u : gram_form u = ip (combination u) (combination u) / N.
Proof.
rewrite /combination (ip_suml ipP) mulr_suml; apply: eq_bigr => j _.
rewrite (ipZl ipP) (ipC ipP) (ip_suml ipP) -mulrA mulr_suml mulr_sumr; apply: eq_bigr => l _.
by rewrite (ipZl ipP) /gram (ipC ipP (g l)) -!mulrA; congr (_ * _); rewrite [RHS]mulrC -mulrA [N^-1 * _]mulrC.
Qed.
Let phi q : 'rV[R]_n.+1 := \row_j ip (g j) q.     (* Phi^T q *)
Let dot_phi u q : dot u (phi q) = ip (combination u) q.
Proof.
by rewrite (ip_suml ipP); apply: eq_bigr => j _; rewrite mxE (ipZl ipP).
Qed.
Let phi_form q : dot (phi q) (phi q) = N * feature_form ip g q.
Proof.
rewrite mulrC divfK ?n1_neq0 //; apply: eq_bigr => j _; by rewrite mxE expr2.
Qed.

(* K and H = Phi Phi^T / (n+1) have the same upper bounds, L >= 0: each form is bounded by the
   other through Cauchy-Schwarz *)
Theorem sharpness_gram L : 0 <= L ->
  rayleigh_bound ip g L <-> forall u, gram_form u <= L * dot u u.
Proof.
move=> L0; have N0 : 0 < N := n1_gt0 R n; split=> [h u|h q].
  rewrite gram_formE ler_pdivr_mulr //; set m := ip _ _.
  have [m0|m0] := leP m 0.
    by apply: le_trans m0 _; rewrite !mulr_ge0 ?(ip_ge0 D) // ltW.
  rewrite -(ler_pmul2l m0) -expr2 {1}/m -dot_phi.
  apply: le_trans (cauchy_schwarz D _ _) _; rewrite phi_form.
  have -> : m * (L * dot u u * N) = dot u u * (N * (L * m)).
    by move: (dot u u) => a; rcf_ring.
  apply: ler_wpmul2l; first exact: (ip_ge0 D).
  by apply: ler_wpmul2l; [apply: ltW | apply: h].
have := cauchy_schwarz ipP (combination (phi q)) q; rewrite -dot_phi.
set s := dot _ _ => cs.
have hs : ip (combination (phi q)) (combination (phi q)) <= L * s * N.
  by rewrite -ler_pdivr_mulr // -gram_formE; apply: h.
have s0 : 0 <= s := ip_ge0 D _.
have [s00|sp] := leP s 0.
  have : N * feature_form ip g q <= 0 by rewrite -phi_form.
  by rewrite pmulr_rle0 // => f0; apply: le_trans f0 _; rewrite mulr_ge0 ?(ip_ge0 ipP).
rewrite -(ler_pmul2l N0) -phi_form -/s -(ler_pmul2l sp) -expr2; apply: le_trans cs _.
have -> : s * (N * (L * ip q q)) = (L * s * N) * ip q q.
  by rcf_ring.
by apply: ler_wpmul2r; rewrite ?(ip_ge0 ipP).
Qed.
End Gram.

Section NetworkGram.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.

(* at an interpolating minimum the residual part of the Hessian vanishes *)
Theorem hessian_interpolating (p q : parameters) : interpolating x y p ->
  hessian_form x y p q = feature_form pdot (feature x p) q.
Proof.
by move=> hi; apply: eq_mean => j; rewrite /residual hi subrr mul0r mulr0 addr0.
Qed.

(* the Gram matrix without any gradient *)
Theorem gram_entry (p : parameters) j l :
  n.+1%:R * gram pdot (feature x p) j l =
  1 + \sum_i relu (preactivation p (x j) i) * relu (preactivation p (x l) i)
    + (\sum_i w2 p i ^+ 2 * (step (preactivation p (x j) i) * step (preactivation p (x l) i)))
      * (1 + dot (x j) (x l)).
Proof.
rewrite mulrC divfK ?n1_neq0 // /Network.pdot !mkE mulr1 addrC -addrA; congr (_ + _).
rewrite mulr_suml -big_split; apply: eq_bigr => i _ /=; rewrite !mkE (ipZl D) (ipZr D).
by move: (relu _) (relu _) (step _) (step _) (dot _ _) (w2 p i) => a b c e s w; rcf_ring.
Qed.
End NetworkGram.

(* Nonzero eigenvalues and their multiplicities *)
(* The eigenspace of A for lam are the row vectors v with v A = lam v; its rank is the multiplicity of lam,
   for symmetric A in every sense. *)
Section Products.
Variables (F : fieldType) (p n : nat) (A : 'M[F]_(p, n)) (B : 'M[F]_(n, p)) (lam : F).
Lemma eigenspace_product_le : lam != 0 -> (\rank (eigenspace (A *m B) lam) <= \rank (eigenspace (B *m A) lam))%N.
Proof.
move=> lam0; have E : eigenspace (A *m B) lam *m (A *m B) = lam *: eigenspace (A *m B) lam.
  by apply/eigenspaceP.
have sub : (eigenspace (A *m B) lam *m A <= eigenspace (B *m A) lam)%MS.
  by apply/eigenspaceP; rewrite mulmxA -[_ *m A *m B]mulmxA E scalemxAl.
apply: leq_trans (mxrankS sub).
rewrite -(mxrank_scale_nz (eigenspace (A *m B) lam) lam0) -E mulmxA.
exact: mxrankM_maxl.
Qed.
End Products.

(* Phi Phi^T / N and Phi^T Phi / N have the same nonzero eigenvalues with the same multiplicities *)
Theorem product_multiplicity (F : fieldType) (p n : nat) (A : 'M[F]_(p, n)) (B : 'M[F]_(n, p)) (lam : F) :
  lam != 0 -> \rank (eigenspace (A *m B) lam) = \rank (eigenspace (B *m A) lam).
Proof.
by move=> lam0; apply/eqP; rewrite eqn_leq !eigenspace_product_le.
Qed.

Section GramSpectrum.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (n : nat) (g : 'I_n.+1 -> V).
Hypothesis ipP : inner_product ip.
Let N : R := n.+1%:R.
Add Ring the_ring : (rcf_ring_theory R).
Local Notation gram := (gram ip g).
Local Notation combination := (combination g).
(* Phi^T q *)
Definition feature_products q : 'rV[R]_n.+1 := \row_j ip (g j) q.
Local Notation phi := feature_products.

Definition gram_matrix : 'M[R]_n.+1 := \matrix_(j, l) gram j l.
Lemma gram_mulE u l : (u *m gram_matrix) 0 l = ip (combination u) (g l) / N.
Proof.
rewrite mxE (ip_suml ipP) mulr_suml; apply: eq_bigr => j _.
by rewrite mxE (ipZl ipP) /GramForm.gram mulrA.
Qed.
Lemma combination_linear c u v : combination (c *: u + v) = c *: combination u + combination v.
Proof.
rewrite /GramForm.combination scaler_sumr -big_split; apply: eq_bigr => j _ /=.
by rewrite !mxE scalerDl scalerA.
Qed.
Lemma combination_phi q : combination (phi q) = N *: feature_operator ip g q.
Proof.
by rewrite /feature_operator scalerA mulfV ?n1_neq0 // scale1r; apply: eq_bigr => j _; rewrite mxE.
Qed.

(* u |-> Phi u is a linear isomorphism of the eigenspace of K for lam <> 0 onto that of H *)
Theorem eigenspace_isomorphism lam : lam != 0 ->
  [/\ forall c u v, combination (c *: u + v) = c *: combination u + combination v,
      forall u, u *m gram_matrix = lam *: u -> feature_operator ip g (combination u) = lam *: combination u,
      forall u, u *m gram_matrix = lam *: u -> combination u = 0 -> u = 0 &
      forall q, feature_operator ip g q = lam *: q ->
        exists2 u, u *m gram_matrix = lam *: u & combination u = q].
Proof.
move=> lam0; have N0 : N != 0 := n1_neq0 R n; split=> [||u eu c0|q eq].
- exact: combination_linear.
- move=> u eu; rewrite /feature_operator (eq_bigr (fun j => (N * (lam * u 0 j)) *: g j)); last first.
    move=> j _; have := gram_mulE u j; rewrite eu mxE => ->.
    by rewrite (ipC ipP) mulrC divfK.
  rewrite /GramForm.combination !scaler_sumr; apply: eq_bigr => j _; rewrite !scalerA; congr (_ *: _).
  by rewrite mulKf.
- apply/rowP => l; have := gram_mulE u l; rewrite eu c0 (ip0l ipP) mul0r !mxE => /eqP.
  by rewrite mulf_eq0 (negbTE lam0) => /eqP.
exists ((N * lam)^-1 *: phi q); last first.
  have := combination_linear ((N * lam)^-1) (phi q) 0.
  rewrite addr0 => ->; rewrite combination_phi eq !scalerA.
  have -> : combination 0 = 0 by rewrite /GramForm.combination big1 // => j _; rewrite mxE scale0r.
  by rewrite addr0 -mulrA mulVf ?mulf_neq0 // scale1r.
apply/rowP => l; rewrite -scalemxAl mxE gram_mulE combination_phi eq (ipZl ipP) (ipZl ipP) !mxE (ipC ipP q).
by rewrite -[N * _ / N]mulrAC mulfV // mul1r mulrCA.
Qed.

(* it multiplies inner products by N lam *)
Theorem eigenspace_isometry lam u v : u *m gram_matrix = lam *: u ->
  ip (combination u) (combination v) = N * lam * dot u v.
Proof.
move=> eu; rewrite (ipC ipP) (ip_suml ipP) /dot mulr_sumr; apply: eq_bigr => j _.
rewrite (ipZl ipP) (ipC ipP); have := gram_mulE u j; rewrite eu mxE => h.
have -> : ip (combination u) (g j) = N * (lam * u 0 j) by rewrite h mulrC divfK ?n1_neq0.
by move: (v 0 j) (u 0 j) => a b; rcf_ring.
Qed.
(* and back: q |-> Phi^T q *)
Theorem hessian_eigenvector lam q : feature_operator ip g q = lam *: q -> phi q *m gram_matrix = lam *: phi q.
Proof.
move=> eq; apply/rowP => l; rewrite gram_mulE combination_phi eq !(ipZl ipP) !mxE (ipC ipP q).
by rewrite mulrAC mulfV ?n1_neq0 // mul1r.
Qed.
Theorem hessian_isometry lam q r : feature_operator ip g q = lam *: q -> dot (phi q) (phi r) = N * lam * ip q r.
Proof.
move=> eq; rewrite -mulrA -(ipZl ipP) -eq (ipC ipP) (ip_feature_operator ipP) /mean mulrC divfK ?n1_neq0 //.
by apply: eq_bigr => j _; rewrite !mxE mulrC.
Qed.
End GramSpectrum.

Section NetworkSpectrum.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let N : R := n.+1%:R.

(* the parameters as one row of k d + k + k + 1 numbers *)
Definition coordinates (p : parameters) : 'rV[R]_(k * d + k + k + 1) :=
  row_mx (row_mx (row_mx (mxvec p.1.1.1) p.1.1.2) p.1.2) (const_mx p.2).
Lemma coordinates_bij : bijective coordinates.
Proof.
exists (fun r => (vec_mx (lsubmx (lsubmx (lsubmx r))), rsubmx (lsubmx (lsubmx r)), rsubmx (lsubmx r), rsubmx r 0 0)).
  by case=> [[[W b] w] c]; rewrite /coordinates /= !(row_mxKl, row_mxKr) mxvecK mxE.
move=> r; rewrite /coordinates /= vec_mxK !hsubmxK.
have -> : const_mx (rsubmx r 0 0) = rsubmx r by apply/matrixP => i j; rewrite !ord1 mxE.
exact: hsubmxK.
Qed.
Lemma dot_row_mx m1 m2 (a a' : 'rV[R]_m1) (b b' : 'rV[R]_m2) :
  dot (row_mx a b) (row_mx a' b') = dot a a' + dot b b'.
Proof.
by rewrite /dot big_split_ord; congr (_ + _); apply: eq_bigr => i _; rewrite ?(row_mxEl, row_mxEr).
Qed.
Lemma pdot_coordinates p q : pdot p q = dot (coordinates p) (coordinates q).
Proof.
rewrite !dot_row_mx /Network.pdot; congr (_ + _); last by rewrite /dot big_ord1 !mxE.
rewrite !big_split /=; congr (_ + _ + _).
rewrite [RHS](reindex _ (curry_mxvec_bij k d)) /=.
rewrite pair_big; apply: eq_bigr => [[i l]] _ /=.
by rewrite /w1 !mxvecE !mxE.
Qed.

Definition feature_matrix (p : parameters) : 'M[R]_(k * d + k + k + 1, n.+1) :=
  \matrix_(i, j) coordinates (feature x p j) 0 i.
Definition hessian_matrix p := N^-1 *: (feature_matrix p *m (feature_matrix p)^T).

(* the Hessian of the loss at interpolation *)
Theorem hessian_matrixE p q : interpolating x y p ->
  hessian_form x y p q = (coordinates q *m hessian_matrix p *m (coordinates q)^T) 0 0.
Proof.
move=> hi; rewrite (hessian_interpolating q hi) /feature_form /mean mulrC.
rewrite /hessian_matrix -scalemxAr -scalemxAl mxE; congr (_ * _).
rewrite (mulmxA _ (feature_matrix p)) -(mulmxA (_ *m _)) -trmx_mul mxE; apply: eq_bigr => j _.
rewrite [_^T j 0]mxE -expr2; congr (_ ^+ 2); rewrite pdot_coordinates [RHS]mxE.
by apply: eq_bigr => i _; rewrite [feature_matrix p i j]mxE mulrC.
Qed.
Theorem gram_matrixE p : gram_matrix pdot (feature x p) = N^-1 *: ((feature_matrix p)^T *m feature_matrix p).
Proof.
apply/matrixP => j l; rewrite !mxE /gram mulrC pdot_coordinates; congr (_ * _).
by apply: eq_bigr => i _; rewrite !mxE.
Qed.

Theorem gram_multiplicity p lam : lam != 0 ->
  \rank (eigenspace (hessian_matrix p) lam) = \rank (eigenspace (gram_matrix pdot (feature x p)) lam).
Proof.
by move=> lam0; rewrite gram_matrixE /hessian_matrix scalemxAl scalemxAr; apply: product_multiplicity.
Qed.
End NetworkSpectrum.
