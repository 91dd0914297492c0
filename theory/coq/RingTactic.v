(* A ring tactic for the real closed fields of mathcomp.

   mathcomp 1.15 has no [ring], and Coq's [ring] does not see through the
   canonical structures of mathcomp.  Names for the six operations at the type
   [R : rcfType] remove that obstacle: [rcf_ring] rewrites the goal into them
   and then calls Coq's [ring].

   Use:  Add Ring the_ring : (rcf_ring_theory R).   in a section with
   [Variable R : rcfType], and then  [rcf_ring].  Inverses are opaque to it;
   generalise them first. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum.
From Coq Require Export Ring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Operations.
Variable R : rcfType.
Definition ring_add (a b : R) : R := a + b.
Definition ring_mul (a b : R) : R := a * b.
Definition ring_opp (a : R) : R := - a.
Definition ring_sub (a b : R) : R := a - b.
Definition ring_zero : R := 0.
Definition ring_one : R := 1.

Lemma rcf_ring_theory : @ring_theory (Num.RealClosedField.sort R)
  ring_zero ring_one ring_add ring_mul ring_sub ring_opp eq.
Proof.
split; rewrite /ring_zero /ring_one /ring_add /ring_mul /ring_sub /ring_opp;
  [exact: add0r | exact: addrC | exact: addrA | exact: mul1r | exact: mulrC
  | exact: mulrA | exact: mulrDl | by [] | exact: subrr].
Qed.

Lemma ring_addE (a b : R) : a + b = ring_add a b. Proof. by []. Qed.
Lemma ring_mulE (a b : R) : a * b = ring_mul a b. Proof. by []. Qed.
Lemma ring_oppE (a : R) : - a = ring_opp a. Proof. by []. Qed.
Lemma ring_zeroE : 0 = ring_zero. Proof. by []. Qed.
Lemma ring_oneE : 1 = ring_one. Proof. by []. Qed.
End Operations.

(* Powers and multiples with literal exponents are unrolled before [ring].
   The last [change] gives the equality the type at which [ring] was declared. *)
Ltac rcf_ring :=
  rewrite ?exprS ?expr0 ?mulrS ?mulr0n
          ?(@ring_addE, @ring_mulE, @ring_oppE, @ring_zeroE, @ring_oneE);
  match goal with |- @eq _ ?a ?b =>
    match type of (ring_add a a) with ?T => change (@eq T a b) end end;
  ring.
