(* The Hessian as a Gram matrix of features.

   Phi = [grad f(x_0) ... grad f(x_n)].
   - At an interpolating minimum the Hessian is Phi Phi^T / (n+1)            [hessian_interpolating]
   - Its sharpness is that of the (n+1) x (n+1) Gram matrix K = Phi^T Phi / (n+1)   [sharpness_gram]
   - (n+1) K = 1 1^T + Z Z^T + (M diag(w2^2) M^T) o (1 1^T + X X^T), Z the hidden layer and
     M its activation pattern                                                      [gram_entry] *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
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
