(* The weight functions of the paper.  X is a uniform draw from the data x_0, ..., x_n.

   one_sided_weight v b = gt(v,b) = E[(<v,X> - b)_+] sqrt( P(A)^2 + |E[X 1_A]|^2 ),  A = {<v,X> > b}
                        = P(A)^2 E[<v,X> - b | A] sqrt( 1 + |E[X | A]|^2 )      [conditional_weightE]
   weight v b           = g(v,b) = min( gt(v,b), gt(-v,-b) )

   gt = 0 where P(A) = 0; the conditional form agrees there because x / 0 = 0 in mathcomp. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic Preliminaries.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Weight.
Variables (R : rcfType) (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d).
Let D := dot_ip R d.

Definition vmean (F : 'I_n.+1 -> 'rV[R]_d) := n.+1%:R^-1 *: \sum_j F j.

Definition indicator (v : 'rV[R]_d) (b : R) j : R := (b < dot v (x j))%R%:R.   (* 1{<v,x_j> > b} *)
Definition probability v b : R := mean (indicator v b).                        (* P(A) *)
Definition mean_excess v b : R := mean (fun j => relu (dot v (x j) - b)).       (* E(<v,X> - b)_+ *)
Definition masked_mean v b := vmean (fun j => indicator v b j *: x j).         (* E[X 1_A] *)
Definition one_sided_weight v b : R :=
  mean_excess v b * Num.sqrt (probability v b ^+ 2 + dot (masked_mean v b) (masked_mean v b)).
Definition weight v b : R := Num.min (one_sided_weight v b) (one_sided_weight (- v) (- b)).

(* the form with conditional expectations *)
Definition conditional_mean v b (F : 'I_n.+1 -> R) : R := mean (fun j => F j * indicator v b j) / probability v b.
Definition conditional_vector_mean v b : 'rV[R]_d := (probability v b)^-1 *: masked_mean v b.   (* E[X|vX>b] *)
Definition conditional_weight v b : R :=
  probability v b ^+ 2 * conditional_mean v b (fun j => dot v (x j) - b)
  * Num.sqrt (1 + dot (conditional_vector_mean v b) (conditional_vector_mean v b)).

Lemma probability_ge0 v b : 0 <= probability v b.
Proof. by apply: mean_ge0 => j; rewrite /indicator ler0n. Qed.
Lemma mean_excess_ge0 v b : 0 <= mean_excess v b.
Proof. by apply: mean_ge0 => j; apply: relu_ge0. Qed.
Lemma indicator_step v b j : step (dot v (x j) - b) = indicator v b j.
Proof. by rewrite /step subr_gt0. Qed.
Lemma mean_excessE v b : mean_excess v b = mean (fun j => (dot v (x j) - b) * indicator v b j).
Proof. by apply: eq_mean => j; rewrite reluE indicator_step mulrC. Qed.

Lemma conditional_weightE v b : conditional_weight v b = one_sided_weight v b.
Proof.
have [P0|P0] := eqVneq (probability v b) 0.
  have I0 j : indicator v b j = 0.
    have /eqP := P0; rewrite mulf_eq0 invr_eq0 pnatr_eq0 orbF.
    rewrite psumr_eq0 => [/allP h|l _]; last by rewrite ler0n.
    by apply/eqP/h; rewrite mem_index_enum.
  rewrite /one_sided_weight mean_excessE (@eq_mean _ _ _ (fun=> 0)); last by move=> j; rewrite I0 mulr0.
  by rewrite mean_const mul0r /conditional_weight P0 expr0n /= !mul0r.
have Pgt : 0 < probability v b by rewrite lt_neqAle eq_sym P0 probability_ge0.
rewrite /conditional_weight /one_sided_weight mean_excessE /conditional_mean expr2; set E := mean _.
have -> : probability v b * probability v b * (E / probability v b) = E * probability v b.
  by rewrite [E / _]mulrC -mulrA mulVKf // mulrC.
rewrite -mulrA; congr (_ * _).
rewrite -[X in X * _]gtr0_norm // -sqrtr_sqr -sqrtrM ?sqr_ge0 //; congr Num.sqrt.
rewrite /conditional_vector_mean mulrDr mulr1 (ipZl (dot_ip R d)) (ipZr (dot_ip R d)); congr (_ + _).
by move: (dot _ _) (probability v b) P0 => m P P0; rewrite expr2 -mulrA !mulVKf.
Qed.

Lemma one_sided_weight_ge0 v b : 0 <= one_sided_weight v b.
Proof. by rewrite mulr_ge0 ?mean_excess_ge0 ?sqrtr_ge0. Qed.
Lemma weight_ge0 v b : 0 <= weight v b.
Proof. by rewrite le_minr !one_sided_weight_ge0. Qed.
Lemma weight_le v b : weight v b <= one_sided_weight v b. Proof. by rewrite le_minl lexx. Qed.
Lemma weightN v b : weight (- v) (- b) = weight v b.
Proof. by rewrite /weight !opprK minC. Qed.
End Weight.
