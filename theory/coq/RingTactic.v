(* A ring tactic for the real closed fields of mathcomp.

   mathcomp 1.15 has no [ring], and Coq's [ring] does not see through the
   canonical structures of mathcomp.  [rcf_ring] quotes both sides of an
   equation as trees over a list of atoms, and compares their
   normal forms, which Coq's library computes for polynomials over Z.  What is
   neither sum, product, opposite, literal multiple nor literal power is an
   atom; so are inverses.  Two atoms are one if they are written alike. *)
From Coq Require ZArith Ring_polynom setoid_ring.InitialRing setoid_ring.BinList.
From mathcomp Require Import all_ssreflect ssralg ssrnum.
From Coq Require Export Ring.
Import ZArith Ring_polynom.
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
End Operations.

Module Tree.
Inductive tree :=
  | Zero | One | Whole of nat | Atom of positive | Add of tree & tree | Mul of tree & tree
  | Opp of tree | Times of tree & nat | Exp of tree & nat.
End Tree.

Section Trees.
Variable R : rcfType.
Notation S := (Num.RealClosedField.sort R).

(* the ring morphism from the integers; its laws come with Coq's [ring] *)
Definition of_Z : Z -> R :=
  @InitialRing.gen_phiZ S (ring_zero R) (ring_one R) (@ring_add R) (@ring_mul R) (@ring_opp R).

Arguments of_Z : simpl never.

Let extensionality : ring_eq_ext (@ring_add R) (@ring_mul R) (@ring_opp R) (@eq S).
Proof. by split=> [a b -> c e ->|a b -> c e ->|a b ->]. Qed.
Let morphism := InitialRing.gen_phiZ_morph (Eqsth S) extensionality (rcf_ring_theory R).

Lemma of_ZD a b : of_Z (a + b)%Z = of_Z a + of_Z b. Proof. exact: (morph_add morphism). Qed.
Lemma of_ZM a b : of_Z (a * b)%Z = of_Z a * of_Z b. Proof. exact: (morph_mul morphism). Qed.
Lemma of_ZN a : of_Z (- a)%Z = - of_Z a. Proof. exact: (morph_opp morphism). Qed.
Lemma of_Z0 : of_Z 0%Z = 0. Proof. by []. Qed.
Lemma of_Z1 : of_Z 1%Z = 1. Proof. by []. Qed.
Lemma of_Z_nat n : of_Z (Z.of_nat n) = n%:R.
Proof. by elim: n => // n IH; rewrite Nat2Z.inj_succ -Z.add_1_r of_ZD IH of_Z1 -[in RHS]addn1 natrD. Qed.

Variable atoms : seq R.
Fixpoint tree_value (e : Tree.tree) : R := match e with
  | Tree.Zero => 0 | Tree.One => 1 | Tree.Whole n => n%:R | Tree.Atom p => BinList.nth 0 p atoms
  | Tree.Add a b => tree_value a + tree_value b
  | Tree.Mul a b => tree_value a * tree_value b
  | Tree.Opp a => - tree_value a
  | Tree.Times a n => tree_value a *+ n
  | Tree.Exp a n => tree_value a ^+ n end.

Fixpoint quoted (e : Tree.tree) : PExpr Z := match e with
  | Tree.Zero => PEc 0%Z | Tree.One => PEc 1%Z | Tree.Whole n => PEc (Z.of_nat n) | Tree.Atom p => PEX Z p
  | Tree.Add a b => PEadd (quoted a) (quoted b)
  | Tree.Mul a b => PEmul (quoted a) (quoted b)
  | Tree.Opp a => PEopp (quoted a)
  | Tree.Times a n => PEmul (PEc (Z.of_nat n)) (quoted a)
  | Tree.Exp a n => PEpow (quoted a) (N.of_nat n) end.

Definition tree_normal_form (e : Tree.tree) : Pol Z :=
  norm_subst 0%Z 1%Z Z.add Z.mul Z.sub Z.opp Zbool.Zeq_bool Z.quotrem 0 [::] (quoted e).

Let evaluated := PEeval (ring_zero R) (ring_one R) (@ring_add R) (@ring_mul R) (@ring_sub R) (@ring_opp R)
  of_Z id (pow_N (ring_one R) (@ring_mul R)) atoms.

Let powerE a n : pow_N (ring_one R) (@ring_mul R) a (N.of_nat n) = a ^+ n.
Proof.
case: n => [|n] //=; rewrite -[n.+1]SuccNat2Pos.id_succ; elim/Pos.peano_ind: (Pos.of_succ_nat n) => [|p IH] /=.
  by rewrite expr1.
rewrite Pos2Nat.inj_succ exprS -IH.
by apply: (@pow_pos_succ _ _ _ (Eqsth S)); exact: mulrA.
Qed.

Lemma quoted_value e : tree_value e = evaluated (quoted e).
Proof.
rewrite /evaluated; elim: e => [| |n|p|a IHa b IHb|a IHa b IHb|a IHa|a IHa n|a IHa n] //=.
- by rewrite of_Z_nat.
- by rewrite IHa IHb.
- by rewrite IHa IHb.
- by rewrite IHa.
- by rewrite -IHa of_Z_nat /ring_mul mulr_natl.
- by rewrite -IHa powerE.
Qed.

Lemma equal_trees a b :
  Peq Zbool.Zeq_bool (tree_normal_form a) (tree_normal_form b) -> tree_value a = tree_value b.
Proof.
move=> same; rewrite !quoted_value.
exact: (@ring_correct _ _ _ _ _ _ _ _ (Eqsth S) extensionality
  (Rth_ARth (Eqsth S) extensionality (rcf_ring_theory R)) _ _ _ _ _ _ _ _ _ morphism
  _ _ _ (pow_N_th _ _ (Eqsth S)) _ (InitialRing.Ztriv_div_th (Eqsth S) of_Z) 0 atoms [::] _ _ I same).
Qed.
End Trees.
Arguments of_Z {R} _ : simpl never.

(* whether a natural number is written out *)
Ltac literal n := lazymatch n with O => constr:(true) | S ?m => literal m | _ => constr:(false) end.
(* the place of an atom in a list that has it *)
Ltac place t atoms := lazymatch atoms with @cons _ ?a ?others =>
  match goal with
  | _ => let same := match goal with _ => constr_eq a t end in constr:(xH)
  | _ => let p := place t others in eval compute in (Pos.succ p)
  end end.
Ltac with_atom t atoms :=
  match goal with
  | _ => let found := place t atoms in atoms
  | _ => constr:(cons t atoms)
  end.
Ltac atoms_of t atoms := lazymatch t with
  | @GRing.zero _ => atoms
  | @GRing.one _ => atoms
  | @GRing.add _ ?a ?b => let found := atoms_of a atoms in atoms_of b found
  | @GRing.mul _ ?a ?b => let found := atoms_of a atoms in atoms_of b found
  | @GRing.opp _ ?a => atoms_of a atoms
  | @GRing.natmul _ ?a ?n =>
      lazymatch literal n with true => atoms_of a atoms | false => with_atom t atoms end
  | @GRing.exp _ ?a ?n =>
      lazymatch literal n with true => atoms_of a atoms | false => with_atom t atoms end
  | _ => with_atom t atoms
  end.
Ltac tree_of t atoms := lazymatch t with
  | @GRing.zero _ => constr:(Tree.Zero)
  | @GRing.one _ => constr:(Tree.One)
  | @GRing.add _ ?a ?b =>
      let u := tree_of a atoms in let v := tree_of b atoms in constr:(Tree.Add u v)
  | @GRing.mul _ ?a ?b =>
      let u := tree_of a atoms in let v := tree_of b atoms in constr:(Tree.Mul u v)
  | @GRing.opp _ ?a => let u := tree_of a atoms in constr:(Tree.Opp u)
  | @GRing.natmul _ ?a ?n => lazymatch literal n with
      | true => lazymatch a with
          | @GRing.one _ => constr:(Tree.Whole n)
          | _ => let u := tree_of a atoms in constr:(Tree.Times u n) end
      | false => let p := place t atoms in constr:(Tree.Atom p) end
  | @GRing.exp _ ?a ?n => lazymatch literal n with
      | true => let u := tree_of a atoms in constr:(Tree.Exp u n)
      | false => let p := place t atoms in constr:(Tree.Atom p) end
  | _ => let p := place t atoms in constr:(Tree.Atom p)
  end.
Ltac quoted_ring := lazymatch goal with |- @eq _ ?a ?b =>
  lazymatch type of (ring_add a b) with Num.RealClosedField.sort ?R =>
    let found := atoms_of a (@nil (Num.RealClosedField.sort R)) in
    let atoms := atoms_of b found in
    let u := tree_of a atoms in
    let v := tree_of b atoms in
    refine (@equal_trees R atoms u v _); vm_compute; reflexivity
  end end.

(* powers and multiples of n.+1 with a variable n are unrolled once *)
Ltac rcf_ring := first [quoted_ring | rewrite ?exprS ?mulrS; quoted_ring].
