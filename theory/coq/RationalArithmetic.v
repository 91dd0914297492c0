(* Deciding equalities and inequalities between closed rational expressions in
   an arbitrary real closed field, by computation.

   The controls and the worked examples need facts such as
   (1/2 * 3/4) * sqrt(1/4 + 9/64) < 1/4 in every rcfType.  An expression is
   quoted as a tree [expr], evaluated in Coq's rationals, and the answer is
   carried back along the ring morphism from the rationals to R.  A square root
   is evaluated only where its argument is the square of a rational. *)
From Coq Require ZArith QArith QArith.Qreduction.
Import ZArith QArith_base Qreduction.
From mathcomp Require Import all_ssreflect ssralg ssrnum.
Require Import RingTactic.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Rationals.
Variable R : rcfType.
Local Notation of_Z := (@of_Z R).

Lemma of_Z_gt0 p : 0 < of_Z (Zpos p).
Proof. by rewrite -positive_nat_Z of_Z_nat ltr0n; apply/ssrnat.ltP/Pos2Nat.is_pos. Qed.
Lemma of_Z_neq0 p : of_Z (Zpos p) != 0. Proof. by rewrite gt_eqF ?of_Z_gt0. Qed.
Lemma of_Z_ge0 a : Z.le 0 a -> 0 <= of_Z a.
Proof. by case: a => [|p|p] //= _; apply/ltW/of_Z_gt0. Qed.
Lemma of_Z_le a b : Z.leb a b -> of_Z a <= of_Z b.
Proof.
move=> /Zle_is_le_bool h; rewrite -subr_ge0 -of_ZN -of_ZD; apply: of_Z_ge0.
exact: Zle_minus_le_0.
Qed.
Lemma of_Z_lt a b : Z.ltb a b -> of_Z a < of_Z b.
Proof.
move=> /Z.ltb_lt h; apply: (@lt_le_trans _ _ (of_Z (a + 1)%Z)).
  by rewrite of_ZD of_Z1 ltr_addl ltr01.
by apply/of_Z_le/Zle_is_le_bool; apply: Zlt_le_succ.
Qed.

(* the ring morphism from the rationals *)
Definition of_Q (q : Q) : R := of_Z (Qnum q) / of_Z (Zpos (Qden q)).

Lemma of_QD a b : of_Q (Qplus a b) = of_Q a + of_Q b.
Proof.
case: a b => [a m] [b r]; rewrite /of_Q /Qplus [Qnum _]/= [Qden _]/= Pos2Z.inj_mul.
by rewrite of_ZD !of_ZM addf_div ?of_Z_neq0.
Qed.
Lemma of_QM a b : of_Q (Qmult a b) = of_Q a * of_Q b.
Proof.
case: a b => [a m] [b r]; rewrite /of_Q /Qmult [Qnum _]/= [Qden _]/= Pos2Z.inj_mul.
by rewrite !of_ZM mulf_div.
Qed.
Lemma of_QN a : of_Q (Qopp a) = - of_Q a.
Proof. by rewrite /of_Q /= of_ZN mulNr. Qed.
Lemma of_QV a : of_Q (Qinv a) = (of_Q a)^-1.
Proof.
case: a => [[|p|p] q]; rewrite /of_Q /Qinv /= invf_div //.
  by rewrite of_Z0 invr0 mulr0 mul0r.
have N r : Z.neg r = (- Z.pos r)%Z by [].
by rewrite !N !of_ZN invrN mulrN mulNr.
Qed.
Lemma of_Q_eq a b : Qeq a b -> of_Q a = of_Q b.
Proof. by rewrite /Qeq => h; apply/eqP; rewrite /of_Q eqr_div ?of_Z_neq0 // -!of_ZM h. Qed.
Lemma of_Q_le a b : Qle_bool a b -> of_Q a <= of_Q b.
Proof.
move=> h; rewrite /of_Q ler_pdivr_mulr ?of_Z_gt0 // mulrAC ler_pdivl_mulr ?of_Z_gt0 //.
by rewrite -!of_ZM; apply: of_Z_le.
Qed.
Lemma of_Q_lt a b : ~~ Qle_bool b a -> of_Q a < of_Q b.
Proof.
move=> h; rewrite /of_Q ltr_pdivr_mulr ?of_Z_gt0 // mulrAC ltr_pdivl_mulr ?of_Z_gt0 //.
by rewrite -!of_ZM; apply: of_Z_lt; rewrite Z.ltb_antisym.
Qed.
Lemma of_Q_leE a b : (of_Q a <= of_Q b) = Qle_bool a b.
Proof.
by case h: (Qle_bool a b); [rewrite of_Q_le | apply/negbTE; rewrite -ltNge of_Q_lt ?h].
Qed.
Lemma of_Q_ltE a b : (of_Q a < of_Q b) = ~~ Qle_bool b a.
Proof. by rewrite -of_Q_leE -ltNge. Qed.

(* Expressions *)
Inductive expr :=
  | Natural of nat | Plus of expr & expr | Times of expr & expr | Minus of expr
  | Multiple of expr & nat | Inverse of expr | Power of expr & nat | Maximum of expr & expr | Minimum of expr & expr
  | Less of expr & expr           (* (a < b)%:R, an indicator *)
  | Absolute of expr | Root of expr.

Fixpoint value (e : expr) : R := match e with
  | Natural n => n%:R
  | Plus a b => value a + value b
  | Times a b => value a * value b
  | Minus a => - value a
  | Multiple a n => value a *+ n
  | Inverse a => (value a)^-1
  | Power a n => value a ^+ n
  | Maximum a b => Num.max (value a) (value b)
  | Minimum a b => Num.min (value a) (value b)
  | Less a b => (value a < value b)%R%:R
  | Absolute a => `|value a|
  | Root a => Num.sqrt (value a) end.

Definition map1 (f : Q -> Q) (a : option Q) := if a is Some p then Some (Qred (f p)) else None.
Definition map2 (f : Q -> Q -> Q) (a b : option Q) :=
  if a is Some p then map1 (f p) b else None.
(* the root of a reduced fraction that is a square; [None] otherwise *)
Definition root (q : Q) : option Q :=
  let s := Z.sqrt (Qnum q) in let t := Z.sqrt (Zpos (Qden q)) in
  if t is Zpos u then
    if Z.leb 0 s && Z.eqb (s * s) (Qnum q) && Z.eqb (t * t) (Zpos (Qden q)) then Some (Qmake s u)
    else None
  else None.
Fixpoint computed (e : expr) : option Q := match e with
  | Natural n => Some (Qmake (Z.of_nat n) 1)
  | Plus a b => map2 Qplus (computed a) (computed b)
  | Times a b => map2 Qmult (computed a) (computed b)
  | Minus a => map1 Qopp (computed a)
  | Multiple a n => map1 (Qmult (Qmake (Z.of_nat n) 1)) (computed a)
  | Inverse a => map1 Qinv (computed a)
  | Power a n => if computed a is Some p then Some (iter n (fun r => Qred (Qmult p r)) (Qmake 1 1))
                 else None
  | Maximum a b => map2 (fun p q => if Qle_bool q p then p else q) (computed a) (computed b)
  | Minimum a b => map2 (fun p q => if Qle_bool p q then p else q) (computed a) (computed b)
  | Less a b => map2 (fun p q => if Qle_bool q p then Qmake 0 1 else Qmake 1 1)
                  (computed a) (computed b)
  | Absolute a => map1 (fun p => if Qle_bool (Qmake 0 1) p then p else Qopp p) (computed a)
  | Root a => if computed a is Some p then root p else None end.

Lemma of_Qred q : of_Q (Qred q) = of_Q q.
Proof. by apply: of_Q_eq; apply: Qred_correct. Qed.
Lemma of_Q0 : of_Q (Qmake 0 1) = 0. Proof. by rewrite /of_Q mul0r. Qed.
Lemma of_Q1 : of_Q (Qmake 1 1) = 1. Proof. by rewrite /of_Q divr1. Qed.

Lemma root_correct p q : root p = Some q -> Num.sqrt (of_Q p) = of_Q q.
Proof.
case: p => a b; rewrite /root [Qnum _]/= [Qden _]/=; move: (Z.sqrt a) => s.
case: (Z.sqrt (Zpos b)) => // u.
case: ifP => // /andP[/andP[s0 /Z.eqb_eq sa] /Z.eqb_eq tb] [<-]; rewrite /of_Q.
rewrite [Qnum _]/= [Qden _]/= [Qnum _]/= [Qden _]/= -sa -tb !of_ZM -mulf_div -expr2 sqrtr_sqr ger0_norm //.
by apply: divr_ge0; [apply/of_Z_ge0/Zle_is_le_bool | apply/ltW/of_Z_gt0].
Qed.

Lemma some_Qred p q : Some (Qred p) = Some q -> of_Q q = of_Q p.
Proof.
move=> e; have -> : q = Qred p by apply: Some_inj; rewrite e.
exact: of_Qred.
Qed.

Lemma computed_correct e q : computed e = Some q -> value e = of_Q q.
Proof.
elim: e q => [m|a IHa b IHb|a IHa b IHb|a IHa|a IHa m|a IHa|a IHa m|a IHa b IHb|a IHa b IHb
             |a IHa b IHb|a IHa|a IHa] q /=.
- by move=> [<-]; rewrite /of_Q /= divr1 of_Z_nat.
- case: (computed a) IHa => // p /(_ _ erefl) ->; case: (computed b) IHb => // r /(_ _ erefl) ->.
  by move/some_Qred ->; rewrite of_QD.
- case: (computed a) IHa => // p /(_ _ erefl) ->; case: (computed b) IHb => // r /(_ _ erefl) ->.
  by move/some_Qred ->; rewrite of_QM.
- by case: (computed a) IHa => // p /(_ _ erefl) -> /some_Qred ->; rewrite of_QN.
- case: (computed a) IHa => // p /(_ _ erefl) -> /some_Qred ->.
  by rewrite of_QM /of_Q [Qnum _]/= [Qden _]/= of_Z_nat of_Z1 divr1 mulr_natl.
- by case: (computed a) IHa => // p /(_ _ erefl) -> /some_Qred ->; rewrite of_QV.
- case: (computed a) IHa => // p /(_ _ erefl) -> e.
  have {e} <- : iter m (fun r => Qred (Qmult p r)) (Qmake 1 1) = q by apply: Some_inj.
  elim: m => [|m IH]; first by rewrite expr0 [iter 0 _ _]/= of_Q1.
  by rewrite exprS IH iterS of_Qred of_QM.
- case: (computed a) IHa => // p /(_ _ erefl) ->; case: (computed b) IHb => // r /(_ _ erefl) ->.
  by move/some_Qred ->; rewrite maxEle of_Q_leE; case: (boolP (Qle_bool r p)) => h;
     case: (boolP (Qle_bool p r)) => h' //; apply/eqP; rewrite eq_le !of_Q_leE ?h ?h' //;
     move: h h'; rewrite -!of_Q_leE -!ltNge => h1 h2; have := lt_trans h1 h2; rewrite ltxx.
- case: (computed a) IHa => // p /(_ _ erefl) ->; case: (computed b) IHb => // r /(_ _ erefl) ->.
  by move/some_Qred ->; rewrite minEle of_Q_leE; case: ifP.
- case: (computed a) IHa => // p /(_ _ erefl) ->; case: (computed b) IHb => // r /(_ _ erefl) ->.
  by move/some_Qred ->; rewrite of_Q_ltE; case: (Qle_bool r p); rewrite ?of_Q0 ?of_Q1.
- case: (computed a) IHa => // p /(_ _ erefl) -> /some_Qred ->.
  case h: (Qle_bool _ p); move: h; rewrite -of_Q_leE of_Q0 ?of_QN => h.
    by rewrite ger0_norm.
  by rewrite ltr0_norm // ltNge h.
- by case: (computed a) IHa => // p /(_ _ erefl) ->; apply: root_correct.
Qed.

Definition compare (f : Q -> Q -> bool) a b :=
  if computed a is Some p then (if computed b is Some q then f p q else false) else false.
Lemma decide_le a b : compare Qle_bool a b -> value a <= value b.
Proof.
rewrite /compare; case ha: (computed a) => [p|//]; case hb: (computed b) => [q|//].
by rewrite (computed_correct ha) (computed_correct hb); apply: of_Q_le.
Qed.
Lemma decide_lt a b : compare (fun p q => ~~ Qle_bool q p) a b -> value a < value b.
Proof.
rewrite /compare; case ha: (computed a) => [p|//]; case hb: (computed b) => [q|//].
by rewrite (computed_correct ha) (computed_correct hb); apply: of_Q_lt.
Qed.
Lemma decide_eq a b : compare (fun p q => Qle_bool p q && Qle_bool q p) a b -> value a = value b.
Proof.
rewrite /compare; case ha: (computed a) => [p|//]; case hb: (computed b) => [q|//].
rewrite (computed_correct ha) (computed_correct hb) => /andP[h h'].
by apply/eqP; rewrite eq_le !of_Q_le.
Qed.
Lemma decide_neq a b :
  compare (fun p q => ~~ (Qle_bool p q && Qle_bool q p)) a b -> value a != value b.
Proof.
rewrite /compare; case ha: (computed a) => [p|//]; case hb: (computed b) => [q|//].
by rewrite (computed_correct ha) (computed_correct hb) eq_le !of_Q_leE.
Qed.
End Rationals.

(* Rational numbers as expressions, by their binary digits: a unary numeral of nine digits would not fit *)
Section Numbers.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Local Notation V := (@value R).
Fixpoint Binary (p : positive) : expr := match p with
  | xH => Natural 1 | xO p => Times (Natural 2) (Binary p)
  | xI p => Plus (Times (Natural 2) (Binary p)) (Natural 1) end.
Definition Integer (z : Z) : expr := match z with
  | Z0 => Natural 0 | Zpos p => Binary p | Zneg p => Minus (Binary p) end.
Definition Rational (q : Q) : expr := Times (Integer (Qnum q)) (Inverse (Binary (Qden q))).
Lemma value_binary p : V (Binary p) = of_Z (Zpos p).
Proof.
have two : of_Z 2%Z = 2 :> R := of_Z_nat R 2.
have double r : of_Z (Zpos (xO r)) = 2 * of_Z (Zpos r) :> R.
  by rewrite -two; apply: (of_ZM R 2%Z (Zpos r)).
have odd r : of_Z (Zpos (xI r)) = 2 * of_Z (Zpos r) + 1 :> R.
  by rewrite -double -(of_Z1 R); apply: (of_ZD R (Zpos (xO r)) 1%Z).
elim: p => [p IH|p IH|]; last by rewrite of_Z1.
  by rewrite odd -IH.
by rewrite double -IH.
Qed.
Lemma value_integer z : V (Integer z) = of_Z z.
Proof. by case: z => [|p|p] //=; rewrite value_binary // -[Zneg p]/(Z.opp (Zpos p)) of_ZN. Qed.
Lemma value_rational q : V (Rational q) = of_Q R q.
Proof. by rewrite -[LHS]/(V (Integer (Qnum q)) / V (Binary (Qden q))) value_integer value_binary. Qed.
End Numbers.

Ltac quote t := match t with
  | (@GRing.add _ ?a ?b) => let u := quote a in let v := quote b in constr:(Plus u v)
  | (@GRing.mul _ ?a ?b) => let u := quote a in let v := quote b in constr:(Times u v)
  | (@GRing.opp _ ?a) => let u := quote a in constr:(Minus u)
  | (@GRing.inv _ ?a) => let u := quote a in constr:(Inverse u)
  | (@GRing.exp _ ?a ?n) => let u := quote a in constr:(Power u n)
  | (@Order.max _ _ ?a ?b) => let u := quote a in let v := quote b in constr:(Maximum u v)
  | (@Order.min _ _ ?a ?b) => let u := quote a in let v := quote b in constr:(Minimum u v)
  | (@GRing.natmul _ (@GRing.one _) (nat_of_bool (@Order.lt _ _ ?a ?b))) =>
      let u := quote a in let v := quote b in constr:(Less u v)
  | (@GRing.natmul _ (@GRing.one _) ?n) => constr:(Natural n)
  | (@GRing.natmul _ ?a ?n) => let u := quote a in constr:(Multiple u n)
  | (@Num.Def.normr _ _ ?a) => let u := quote a in constr:(Absolute u)
  | (@Num.ExtraDef.sqrtr _ ?a) => let u := quote a in constr:(Root u)
  | (@GRing.zero _) => constr:(Natural 0)
  | (@GRing.one _) => constr:(Natural 1)
  end.

(* [rational] closes a goal  a <= b,  a < b,  a = b,  a == b  or  a != b  between closed
   rational expressions over R; an uninterpreted term makes it fail *)
Ltac rational_over R := match goal with
  | |- is_true (@Order.le _ _ ?a ?b) => let u := quote a in let v := quote b in
      refine (@decide_le R u v _); vm_compute; reflexivity
  | |- is_true (@Order.lt _ _ ?a ?b) => let u := quote a in let v := quote b in
      refine (@decide_lt R u v _); vm_compute; reflexivity
  | |- is_true (~~ (@eq_op _ ?a ?b)) => let u := quote a in let v := quote b in
      refine (@decide_neq R u v _); vm_compute; reflexivity
  | |- is_true (@eq_op _ ?a ?b) => let u := quote a in let v := quote b in
      apply/eqP; refine (@decide_eq R u v _); vm_compute; reflexivity
  | |- @eq _ ?a ?b => let u := quote a in let v := quote b in
      refine (@decide_eq R u v _); vm_compute; reflexivity
  end.

Section Examples.
Variable R : rcfType.
Example rational_root : Num.max 0 (3 / 4) * Num.sqrt (1 + (3 / 4) ^+ 2) = 15 / 16 :> R.
Proof. rational_over R. Qed.
Example rational_less : - 2^-1 < `|- (1 : R)| *+ 3 * ((1 / 2 < 1 / 3 :> R)%R%:R + 1).
Proof. rational_over R. Qed.
End Examples.
