(* depth-separation-shallow, weak duality of the certificate.

   A certificate is a finite signed measure mu, masses m_r at points z_r, that annihilates affine
   functions.  If |int relu(<v,z> - b) dmu| <= M g(v,b) for every hyperplane, then for every shallow
   net f, of any width, with |f|_S <= C, and every target phi,

     max_r |f(z_r) - phi(z_r)| >= ( <phi, mu> - C M ) / |mu| .

   Stated without the division: if |f - phi| <= E at the points then <phi, mu> <= C M + E |mu|. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Certificate.
Variables (R : rcfType) (d n m : nat) (x : 'I_n.+1 -> 'rV[R]_d).
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R d.
(* the measure *)
Variables (point : 'I_m -> 'rV[R]_d) (charge : 'I_m -> R).
Definition integral (F : 'rV[R]_d -> R) : R := \sum_r charge r * F (point r).
Definition total_variation : R := \sum_r `|charge r|.
(* int relu(<v,z> - b) dmu *)
Definition ridge_integral v b : R := integral (fun z => relu (dot v z - b)).
Definition annihilates_affine := \sum_r charge r = 0 /\ \sum_r charge r *: point r = 0.

Hypothesis affine : annihilates_affine.

Lemma integral_affine v b : integral (fun z => dot v z - b) = 0.
Proof.
have [c0 c1] := affine; rewrite /integral.
rewrite (eq_bigr (fun r => dot v (charge r *: point r) - charge r * b)); last first.
  by move=> r _; rewrite (ipZr D) mulrBr.
rewrite sumrB -mulr_suml c0 mul0r subr0.
rewrite (eq_bigr (fun r => dot (charge r *: point r) v)); last by move=> r _; rewrite (ipC D).
by rewrite -(ip_suml D) c1 (ip0l D).
Qed.

(* both orientations of a hyperplane have the same integral: relu(t) = relu(-t) + t *)
Lemma ridge_integralN v b : ridge_integral (- v) (- b) = ridge_integral v b.
Proof.
apply/eqP; rewrite eq_sym -subr_eq0 -sumrB -[X in _ == X](integral_affine v b).
apply/eqP; apply: eq_bigr => r _; rewrite -mulrBr; congr (_ * _).
rewrite -scaleN1r (ipZl D) mulN1r opprK; move: (dot _ _) => t.
rewrite [- t + b]addrC -[b - t]opprB; move: (t - b) => s.
rewrite !reluE /step oppr_gt0; have [s0|s0|<-] := ltgtP 0 s.
- by rewrite mul1r mul0r subr0.
- by rewrite mul0r mul1r sub0r opprK.
- by rewrite oppr0 !mulr0 subrr.
Qed.

(* <f, mu> by the merged hyperplanes of f *)
Lemma integral_net k (p : parameters R d k) : integral (shallow_net p) =
  \sum_h merged_amplitude p h * ridge_integral (direction p h) (threshold p h).
Proof.
transitivity (\sum_i amplitude p i * ridge_integral (direction p i) (threshold p i)).
  rewrite /integral (eq_bigr (fun r => \sum_i charge r * (amplitude p i *
     relu (dot (direction p i) (point r) - threshold p i)) + charge r * constant_part p)).
    rewrite big_split /= -mulr_suml affine.1 mul0r addr0 exchange_big; apply: eq_bigr => i _ /=.
    by rewrite /ridge_integral /integral mulr_sumr; apply: eq_bigr => r _; rewrite mulrCA.
  by move=> r _; rewrite net_canonical mulrDr mulr_sumr.
rewrite (partition_big (representative p) predT) //=; apply: eq_bigr => h _.
rewrite /merged_amplitude mulr_suml; apply: eq_bigr => i /eqP <-; congr (_ * _).
by case/orP: (representative_same p i) => /andP[/eqP -> /eqP ->] //; rewrite ridge_integralN.
Qed.

(* any weight of hyperplanes, that of a population as well *)
Section AnyWeight.
Variables (w : 'rV[R]_d -> R -> R) (M : R).
Hypothesis M_bound : forall v b, dot v v = 1 -> `|ridge_integral v b| <= M * w v b.

Lemma integral_le_reduced_norm k (p : parameters R d k) :
  integral (shallow_net p) <= M * reduced_norm w p.
Proof.
rewrite integral_net /reduced_norm mulr_sumr; apply: ler_sum => h _.
have [w0|w0] := eqVneq (w1 p h) 0.
  (* the class of the constant neurons has amplitude 0 *)
  by rewrite merged_amplitude_w10 // normr0 !mul0r mulr0.
apply: le_trans (ler_norm _) _; rewrite normrM mulrCA ler_wpmul2l //.
by apply: M_bound; apply: direction_unit.
Qed.

Theorem weak_duality (phi : 'rV[R]_d -> R) C E k (p : parameters R d k) :
  0 <= M -> reduced_norm w p <= C ->
  (forall r, `|shallow_net p (point r) - phi (point r)| <= E) ->
  integral phi <= C * M + E * total_variation.
Proof.
move=> M0 hC hE.
have -> : integral phi = integral (shallow_net p) - integral (fun z => shallow_net p z - phi z).
  rewrite /integral -sumrB; apply: eq_bigr => r _; rewrite -mulrBr; congr (_ * _).
  by rewrite opprB addrC subrK.
apply: ler_add.
  by apply: le_trans (integral_le_reduced_norm p) _; rewrite mulrC ler_wpmul2r.
apply: le_trans (ler_norm _) _; rewrite normrN; apply: le_trans (ler_norm_sum _ _ _) _.
rewrite /total_variation mulr_sumr; apply: ler_sum => r _.
by rewrite normrM mulrC ler_wpmul2r.
Qed.
End AnyWeight.

(* the weight of the data *)
Variable M : R.
Hypothesis M_bound : forall v b, dot v v = 1 -> `|ridge_integral v b| <= M * weight x v b.

Lemma integral_le_norm k (p : parameters R d k) :
  integral (shallow_net p) <= M * stability_norm x p.
Proof. exact: integral_le_reduced_norm. Qed.

Theorem certificate_weak_duality (phi : 'rV[R]_d -> R) C E k (p : parameters R d k) :
  0 <= M -> stability_norm x p <= C ->
  (forall r, `|shallow_net p (point r) - phi (point r)| <= E) ->
  integral phi <= C * M + E * total_variation.
Proof. exact: weak_duality. Qed.

(* E = 0: the least stability norm of a net that takes the values phi at the points *)
Corollary interpolation_norm (phi : 'rV[R]_d -> R) k (p : parameters R d k) :
  (forall r, shallow_net p (point r) = phi (point r)) -> integral phi <= M * stability_norm x p.
Proof.
move=> h; apply: le_trans (integral_le_norm p).
by rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => r _; rewrite h.
Qed.
End Certificate.
