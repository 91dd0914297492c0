(* laplacian-bound, in its finite form.  For rho >= 0 on R^d let R rho(v,b) be its Radon transform, the
   integral over the hyperplane {<v,z> = b}.  Since Delta f is the sum of the surface measures of the
   hyperplanes times their amplitudes,  integral rho d|Delta f| = sum_H |a_H| R rho(H).

   Here Rrho is any function of (v,b) with Rrho <= g; that it is a Radon transform is not used:
     sum_H |a_H| Rrho(H) <= |f|_S <= 1/eta - 1/2 . *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm GramForm SharpnessLowerBound StabilityInequality.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section LaplacianBound.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p : parameters.

Theorem laplacian_le_stability_norm p (Rrho : 'rV[R]_d -> R -> R) :
  (forall v b, dot v v = 1 -> Rrho v b <= weight x v b) ->
  \sum_h `|merged_amplitude p h| * Rrho (direction p h) (threshold p h) <= stability_norm x p.
Proof.
move=> hr; apply: ler_sum => h _; have [w0|w0] := eqVneq (w1 p h) 0; last first.
  by rewrite ler_wpmul2l // hr // direction_unit.
by rewrite merged_amplitude_w10 // normr0 !mul0r.
Qed.

Theorem laplacian_bound p eta (Rrho : 'rV[R]_d -> R -> R) : 0 < eta ->
  differentiable_interpolating_minimum x y p ->
  (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->
  (forall v b, dot v v = 1 -> Rrho v b <= weight x v b) ->
  \sum_h `|merged_amplitude p h| * Rrho (direction p h) (threshold p h) <= 1 / eta - 2^-1.
Proof.
move=> eta0 hm hq hr; apply: le_trans (laplacian_le_stability_norm p hr) _.
exact: stability_inequality hm hq.
Qed.
End LaplacianBound.
