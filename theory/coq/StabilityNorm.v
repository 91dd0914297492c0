(* The stability norm |f|_S, and that it is a property of the function alone.

   Canonical neuron  a relu(<v,z> - b):  v = w1/|w1|, b = -b1/|w1|, a = w2 |w1|
   [direction], [threshold], [amplitude].  A neuron with w1 = 0 is a constant: it gets the
   direction 0 and the amplitude 0, so it adds nothing to the norm.

   (v,b) and (-v,-b) are the same hyperplane {<v,z> = b}.  Neurons on one hyperplane are merged,
   their amplitudes add:

     |f|_S = sum over distinct hyperplanes of | sum of the amplitudes on it | g(v,b) .

   [stability_norm] sums over the first neuron of every class.  [stability_norm_function]: two
   nets, of any widths, that are equal on R^d have the same stability norm.  The same holds with
   any non-negative even weight in place of g ([reduced_norm], used by flattest-implementation). *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries Network Weight.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section CanonicalForm.
Variables (R : rcfType) (d k : nat).
Add Ring the_ring : (rcf_ring_theory R).
Notation parameters := (parameters R d k).
Implicit Type p : parameters.
Let D := dot_ip R d.

Definition direction p i : 'rV[R]_d := (nrm (w1 p i))^-1 *: w1 p i.
Definition threshold p i : R := - b1 p i / nrm (w1 p i).
Definition amplitude p i : R := w2 p i * nrm (w1 p i).

Lemma pre_canon p z i : w1 p i != 0 -> preactivation p z i = nrm (w1 p i) * (dot (direction p i) z - threshold p i).
Proof.
move=> w0; have c0 : nrm (w1 p i) != 0 by apply: contraNneq w0 => /nrm_eq0 ->.
by rewrite mulrBr (ipZl (dot_ip R d)) mulVKf // /threshold mulNr mulrN opprK mulrC divfK.
Qed.

Lemma amplitude_w10 p i : w1 p i = 0 -> amplitude p i = 0.
Proof. by move=> w0; rewrite /amplitude w0 /nrm (ip0l D) sqrtr0 mulr0. Qed.
Lemma direction_unit p i : w1 p i != 0 -> dot (direction p i) (direction p i) = 1.
Proof.
move=> w0; have c0 : nrm (w1 p i) != 0 by apply: contraNneq w0 => /nrm_eq0 ->.
by rewrite (ipZl D) (ipZr D) -nrm_sqr expr2 mulKf // mulVf.
Qed.
Lemma direction_eq0 p i : direction p i = 0 -> w1 p i = 0.
Proof.
move=> e; apply/eqP; apply: contraT => /direction_unit; rewrite e (ip0l D) => /eqP.
by rewrite eq_sym oner_eq0.
Qed.

(* what the neurons with w1 = 0 add to the net *)
Definition constant_part p : R := \sum_(i | w1 p i == 0) w2 p i * relu (b1 p i) + b2 p.
Lemma net_canonical p z : shallow_net p z =
  \sum_i amplitude p i * relu (dot (direction p i) z - threshold p i) + constant_part p.
Proof.
rewrite /constant_part addrA; congr (_ + _).
rewrite [X in _ = _ + X]big_mkcond -big_split; apply: eq_bigr => i _ /=.
have [w0|w0] := eqVneq (w1 p i) 0; last by rewrite addr0 pre_canon // reluZ ?nrm_ge0 // mulrA.
by rewrite amplitude_w10 // mul0r add0r /preactivation w0 (ip0l D) add0r.
Qed.

(* Merged hyperplanes *)
(* neurons i and j lie on the same hyperplane { z | <v,z> = b }, in either orientation *)
Definition same_hyperplane p i j :=
  ((direction p i == direction p j) && (threshold p i == threshold p j)) ||
  ((direction p i == - direction p j) && (threshold p i == - threshold p j)).
(* the first neuron of the class of i, and the sum of the amplitudes over the class of h
   (zero unless h is its first neuron) *)
Definition representative p i : 'I_k := odflt i [pick h | same_hyperplane p h i].  (* first in class *)
Definition merged_amplitude p h : R := \sum_(i | representative p i == h) amplitude p i.

(* sum over hyperplanes of |sum of amplitudes| w, for a weight w on hyperplanes *)
Definition reduced_norm (w : 'rV[R]_d -> R -> R) p : R :=
  \sum_h `|merged_amplitude p h| * w (direction p h) (threshold p h).

Lemma same_hyperplane_refl p i : same_hyperplane p i i. Proof. by rewrite /same_hyperplane !eqxx. Qed.
Lemma same_hyperplane_sym p i j : same_hyperplane p i j = same_hyperplane p j i.
Proof.
rewrite /same_hyperplane [direction p i == direction p j]eq_sym [threshold p i == threshold p j]eq_sym; congr (_ || _).
by rewrite -[direction p i == _]eqr_opp -[threshold p i == _]eqr_opp !opprK eq_sym [_ == threshold p j]eq_sym.
Qed.
Lemma same_hyperplane_trans p h i j : same_hyperplane p i h -> same_hyperplane p h j -> same_hyperplane p i j.
Proof.
rewrite /same_hyperplane => /orP[]/andP[/eqP -> /eqP ->] // /orP[]/andP[/eqP -> /eqP ->];
  by rewrite ?opprK !eqxx ?orbT.
Qed.
Lemma representative_same p i : same_hyperplane p (representative p i) i.
Proof. by rewrite /representative; case: pickP => [h|/(_ i)]; rewrite ?same_hyperplane_refl. Qed.
Lemma representative_class p i j : (representative p i == representative p j) = same_hyperplane p i j.
Proof.
apply/eqP/idP => [e|s].
  apply: same_hyperplane_trans (representative_same p j); rewrite same_hyperplane_sym -e; exact: representative_same.
rewrite /representative (@eq_pick _ _ (fun h => same_hyperplane p h j)); last first.
  move=> h; apply/idP/idP => t; first exact: same_hyperplane_trans t s.
  by apply: same_hyperplane_trans t _; rewrite same_hyperplane_sym.
by case: pickP => // /(_ j); rewrite same_hyperplane_refl.
Qed.
Lemma representative_idem p i : representative p (representative p i) = representative p i.
Proof. by apply/eqP; rewrite representative_class representative_same. Qed.

(* a constant neuron lies on no hyperplane: its class has amplitude 0 *)
Lemma merged_amplitude_w10 p h : w1 p h = 0 -> merged_amplitude p h = 0.
Proof.
move=> w0; rewrite /merged_amplitude big1 // => i /eqP rh; apply/amplitude_w10/direction_eq0.
have := representative_same p i; rewrite rh /same_hyperplane.
have -> : direction p h = 0 by rewrite /direction w0 scaler0.
by case/orP=> /andP[/eqP h0 _]; [|apply/eqP; rewrite -oppr_eq0]; rewrite -h0.
Qed.

Section EvenWeight.
Variable w : 'rV[R]_d -> R -> R.
Hypotheses (w_ge0 : forall v b, 0 <= w v b) (wN : forall v b, w (- v) (- b) = w v b).
Lemma weight_representative p i : w (direction p (representative p i)) (threshold p (representative p i)) =
  w (direction p i) (threshold p i).
Proof.
by case/orP: (representative_same p i) => /andP[/eqP -> /eqP ->] //; rewrite wN.
Qed.
(* merging never increases the norm *)
Lemma reduced_norm_le p :
  reduced_norm w p <= \sum_i `|amplitude p i| * w (direction p i) (threshold p i).
Proof.
rewrite (partition_big (representative p) predT) //=; apply: ler_sum => h _.
apply: (@le_trans _ _ (\sum_(i | representative p i == h) `|amplitude p i| *
    w (direction p h) (threshold p h))).
  by rewrite -mulr_suml ler_wpmul2r ?w_ge0 // ler_norm_sum.
by apply: ler_sum => i /eqP <-; rewrite weight_representative.
Qed.
Lemma reduced_norm_ge0 p : 0 <= reduced_norm w p.
Proof. by apply: sumr_ge0 => h _; rewrite mulr_ge0. Qed.
End EvenWeight.
End CanonicalForm.

Definition stability_norm (R : rcfType) (d k n : nat) (x : 'I_n.+1 -> 'rV[R]_d)
  (p : parameters R d k) : R := reduced_norm (weight x) p.

Section StabilityNorm.
Variables (R : rcfType) (d k n : nat) (x : 'I_n.+1 -> 'rV[R]_d).
Lemma stability_norm_le (p : parameters R d k) :
  stability_norm x p <= \sum_i `|amplitude p i| * weight x (direction p i) (threshold p i).
Proof. by apply: reduced_norm_le => v b; [apply: weight_ge0 | apply: weightN]. Qed.
Lemma stability_norm_ge0 (p : parameters R d k) : 0 <= stability_norm x p.
Proof. by apply: reduced_norm_ge0 => v b; apply: weight_ge0. Qed.
End StabilityNorm.

(* The norm depends on the function only *)
(* At a point z of a hyperplane that lies on no other hyperplane of the two nets, the second
   difference of f along the normal v is t |sum of the amplitudes|: so the merged amplitudes are
   read off the function. *)
Section Hyperplanes.
Variables (R : rcfType) (d : nat).
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R d.
Definition oriented_hyperplane := ('rV[R]_d * R)%type.
Definition same_plane (P Q : oriented_hyperplane) := (P == Q) || (P == - Q).
Lemma same_plane_sym P Q : same_plane P Q = same_plane Q P.
Proof. by rewrite /same_plane eq_sym [P == - Q]eq_sym eqr_oppLR. Qed.
Lemma same_plane_trans Q P S : same_plane P Q -> same_plane Q S -> same_plane P S.
Proof.
by rewrite /same_plane => /orP[]/eqP -> // /orP[]/eqP ->; rewrite ?opprK ?eqxx ?orbT.
Qed.

Lemma small_seq (T : eqType) (s : seq T) (F H : T -> R) :
  exists2 e, 0 < e & forall t, `|t| < e -> forall Q, Q \in s -> F Q != 0 -> `|t * H Q| < `|F Q|.
Proof.
elim: s => [|P s [e e0 he]]; first by exists 1.
have c0 : 0 < `|H P| + 1 by rewrite ltr_spaddr ?normr_ge0.
have [F0|F0] := eqVneq (F P) 0.
  exists e => // t te Q; rewrite inE => /orP[/eqP ->|]; first by rewrite F0 eqxx.
  exact: he.
exists (Num.min e (`|F P| / (`|H P| + 1))).
  by rewrite lt_minr e0 divr_gt0 ?normr_gt0.
move=> t; rewrite lt_minr => /andP[te tf] Q; rewrite inE => /orP[/eqP ->|Qs] Q0; last exact: he.
rewrite normrM; apply: (@le_lt_trans _ _ (`|t| * (`|H P| + 1))).
  by rewrite ler_wpmul2l ?normr_ge0 // ler_addl.
by rewrite -ltr_pdivl_mulr.
Qed.

(* a point of the hyperplane (v,b) on no other hyperplane of a finite list *)
Lemma generic_point (v : 'rV[R]_d) b (s : seq oriented_hyperplane) : dot v v = 1 ->
  (forall P, P \in s -> dot P.1 P.1 = 1) ->
  exists2 z, dot v z = b & forall P, P \in s -> dot P.1 z = P.2 -> same_plane P (v, b).
Proof.
move=> v1; elim: s => [|P s IH] us.
  by exists (b *: v) => //; rewrite (ipZr D) v1 mulr1.
have [z zb hz] : exists2 z, dot v z = b & forall P, P \in s -> dot P.1 z = P.2 -> same_plane P (v, b).
  by apply: IH => Q Qs; apply: us; rewrite inE Qs orbT.
have [hP|hP] := boolP (same_plane P (v, b)).
  by exists z => // Q; rewrite inE => /orP[/eqP ->|] //; apply: hz.
have [zP|zP] := eqVneq (dot P.1 z) P.2; last first.
  exists z => // Q; rewrite inE => /orP[/eqP -> e|]; last exact: hz.
  by move: zP; rewrite e eqxx.
have P1 : dot P.1 P.1 = 1 by apply: us; rewrite inE eqxx.
pose c := dot P.1 v; pose w := P.1 - c *: v; pose m := dot P.1 w.
have vw : dot v w = 0 by rewrite (ipBr D) (ipZr D) v1 mulr1 /c (ipC D) subrr.
have mE : m = 1 - c * c by rewrite /m (ipBr D) (ipZr D) P1.
have m0 : m != 0.
  apply: contraNneq hP => m0.
  have /dot_eq0 /eqP : dot w w = 0 by rewrite {1}/w (ipBl D) (ipZl D) vw mulr0 subr0.
  rewrite subr_eq0 => /eqP Pc.
  have c1 : c ^+ 2 == 1 by rewrite expr2 -subr_eq0 -opprB -mE m0 oppr0.
  have P2 : P.2 = c * b by rewrite -zP Pc (ipZl D) zb.
  have PE : P = (c *: v, c * b) by rewrite (surjective_pairing P) {1}Pc P2.
  rewrite PE; move: c1; rewrite sqrf_eq1 => /orP[]/eqP ->.
    by rewrite scale1r mul1r /same_plane eqxx.
  by rewrite scaleN1r mulN1r /same_plane eqxx orbT.
have [e e0 he] := small_seq s (fun Q => dot Q.1 z - Q.2) (fun Q => dot Q.1 w).
have t0 : 0 < e / 2 by rewrite divr_gt0 ?ltr0Sn.
have te : `|e / 2| < e by rewrite gtr0_norm // ltr_pdivr_mulr ?ltr0Sn // ltr_pmulr // ltr1n.
exists (z + (e / 2) *: w); first by rewrite (ipDr D) (ipZr D) vw mulr0 addr0.
move=> Q; rewrite (ipDr D) (ipZr D) inE => /orP[/eqP ->|Qs].
  rewrite zP -/m => /eqP; rewrite -subr_eq0 addrC addKr mulf_eq0 (negbTE m0) orbF.
  by rewrite gt_eqF.
have [zQ _|zQ] := eqVneq (dot Q.1 z) Q.2; first exact: hz.
move=> h; have := he _ te Q Qs; rewrite subr_eq0 => /(_ zQ).
have -> : e / 2 * dot Q.1 w = - (dot Q.1 z - Q.2) by rewrite -h opprB addrC addKr.
by rewrite normrN ltxx.
Qed.

Lemma relu_sd0 (c : R) : relu c + relu (- c) = `|c|.
Proof.
rewrite !reluE /step oppr_gt0; have [c0|c0|<-] := ltgtP 0 c.
- by rewrite mul1r mul0r addr0 gtr0_norm.
- by rewrite mul1r mul0r add0r ltr0_norm.
- by rewrite mul0r oppr0 mulr0 addr0 normr0.
Qed.
Lemma relu_sd (s c : R) : `|c| < `|s| -> relu (s + c) + relu (s - c) = relu s + relu s.
Proof.
by move=> h; rewrite !reluE !step_stable ?normrN //; move: (step s) => a; rcf_ring.
Qed.
End Hyperplanes.

Section Function.
Variables (R : rcfType) (d : nat).
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R d.

Section One.
Variables (k : nat) (p : parameters R d k).
Definition hyperplane (i : 'I_k) : oriented_hyperplane R d := (direction p i, threshold p i).
Definition coefficient (P : oriented_hyperplane R d) : R := \sum_(i | same_plane (hyperplane i) P) amplitude p i.

(* second differences of the function across a hyperplane give its coefficient *)
Lemma net_sd v b z : dot v v = 1 -> dot v z = b ->
  (forall i, w1 p i != 0 -> dot (direction p i) z = threshold p i ->
     same_plane (hyperplane i) (v, b)) ->
  exists2 e, 0 < e & forall t, 0 < t -> t < e ->
  shallow_net p (z + t *: v) + shallow_net p (z - t *: v) - (shallow_net p z + shallow_net p z) = t * coefficient (v, b).
Proof.
move=> v1 zb gen.
have [e e0 he] := small_seq (enum 'I_k) (fun i => dot (direction p i) z - threshold p i)
  (fun i => dot (direction p i) v).
exists e => // t t0 te; rewrite !net_canonical.
set S1 := \sum_i _; set S2 := \sum_i _; set S3 := \sum_i _.
move: (constant_part p) => c0.
have -> : S1 + c0 + (S2 + c0) - (S3 + c0 + (S3 + c0)) = S1 + S2 - (S3 + S3) by rcf_ring.
rewrite /S1 /S2 /S3 -!big_split -sumrB /= /coefficient [in RHS]big_mkcond mulr_sumr.
apply: eq_bigr => i _; have [w0|w0] := eqVneq (w1 p i) 0.
  (* a constant neuron: its amplitude is 0 *)
  by rewrite amplitude_w10 // !mul0r addr0 subr0; case: ifP; rewrite mulr0.
rewrite !(ipDr D) -scaleNr !(ipZr D).
have hi : `|t| < e by rewrite gtr0_norm.
have := he t hi i; rewrite mem_enum => /(_ isT); set s := _ - threshold p i; set c := dot _ v.
have -> : dot (direction p i) z + t * c - threshold p i = s + t * c by rewrite addrAC.
have -> : dot (direction p i) z + - t * c - threshold p i = s - t * c by rewrite addrAC mulNr.
case: ifP => [/orP h|h] hs.
  have [s0 c1] : s = 0 /\ `|c| = 1.
    rewrite /s /c; case: h => /eqP[-> ->]; first by rewrite zb subrr v1 normr1.
    by rewrite -scaleN1r !(ipZl D) zb v1 mulr1 mulN1r subrr normrN1.
  rewrite s0 add0r sub0r -!mulrDr relu_sd0.
  have -> : relu (0 : R) = 0 by rewrite /relu maxxx.
  rewrite addr0 mulr0 subr0.
  by rewrite normrM c1 mulr1 gtr0_norm // mulrC.
have sn : s != 0 by rewrite subr_eq0; apply: contraFneq h; apply: gen.
by rewrite -!mulrDr -mulrBr relu_sd ?hs // subrr !mulr0.
Qed.

Lemma same_hyperplaneE i j : same_hyperplane p i j = same_plane (hyperplane i) (hyperplane j). Proof. by []. Qed.
Lemma merged_coef h : representative p h = h -> merged_amplitude p h = coefficient (hyperplane h).
Proof.
by move=> rh; apply: eq_bigl => i; rewrite -{1}rh representative_class same_hyperplaneE.
Qed.
Lemma merged0 h : representative p h != h -> merged_amplitude p h = 0.
Proof.
move=> rh; rewrite /merged_amplitude big_pred0 // => i; apply: contraNF rh => /eqP <-.
by rewrite representative_idem.
Qed.
Lemma coefficient_hrel P Q : same_plane P Q -> coefficient P = coefficient Q.
Proof.
move=> h; apply: eq_bigl => i; apply/idP/idP => h'; apply: same_plane_trans h' _ => //.
by rewrite same_plane_sym.
Qed.
End One.

Section Two.
Variables (k k' : nat) (p : parameters R d k) (p' : parameters R d k').
Hypothesis same : forall z, shallow_net p z = shallow_net p' z.

Lemma coefficient_same v b : dot v v = 1 -> coefficient p (v, b) = coefficient p' (v, b).
Proof.
move=> v1.
have [z zb gen] : exists2 z, dot v z = b & forall P : oriented_hyperplane R d,
    P \in map (hyperplane p) [seq i <- enum 'I_k | w1 p i != 0] ++
          map (hyperplane p') [seq i <- enum 'I_k' | w1 p' i != 0] -> dot P.1 z = P.2 -> same_plane P (v, b).
  apply: generic_point => // P; rewrite mem_cat => /orP[]/mapP[i];
    rewrite mem_filter => /andP[w0 _] ->; exact: direction_unit.
have [e e0 he] : exists2 e, 0 < e & forall t, 0 < t -> t < e ->
  shallow_net p (z + t *: v) + shallow_net p (z - t *: v) - (shallow_net p z + shallow_net p z) = t * coefficient p (v, b).
  apply: net_sd => // i w0 h; apply: gen => //.
  by rewrite mem_cat map_f // mem_filter w0 mem_enum.
have [e' e'0 he'] : exists2 e, 0 < e & forall t, 0 < t -> t < e ->
  shallow_net p' (z + t *: v) + shallow_net p' (z - t *: v) - (shallow_net p' z + shallow_net p' z) = t * coefficient p' (v, b).
  apply: net_sd => // i w0 h; apply: gen => //.
  by rewrite mem_cat orbC map_f // mem_filter w0 mem_enum.
have m0 : 0 < Num.min e e' by rewrite lt_minr e0.
have t0 : 0 < Num.min e e' / 2 by rewrite divr_gt0 ?ltr0Sn.
have : Num.min e e' / 2 < Num.min e e' by rewrite ltr_pdivr_mulr ?ltr0Sn // ltr_pmulr // ltr1n.
rewrite {2}/Num.min lt_minr => /andP[te te'].
by apply: (mulfI (lt0r_neq0 t0)); rewrite -he // -he' // !same.
Qed.
End Two.

Variable w : 'rV[R]_d -> R -> R.
Hypotheses (w_ge0 : forall v b, 0 <= w v b) (wN : forall v b, w (- v) (- b) = w v b).
Let g (P : oriented_hyperplane R d) := w P.1 P.2.
Lemma g_hrel P Q : same_plane P Q -> g P = g Q.
Proof. by move=> /orP[]/eqP -> //; rewrite /g wN. Qed.

Lemma reduced_norm_classes k (p : parameters R d k) :
  reduced_norm w p = \sum_(h | representative p h == h) `|coefficient p (hyperplane p h)| * g (hyperplane p h).
Proof.
rewrite [RHS]big_mkcond; apply: eq_bigr => h _; case: eqP => [rh|/eqP rh].
  by rewrite merged_coef.
by rewrite merged0 // normr0 mul0r.
Qed.

Lemma reduced_norm_mono k k' (p : parameters R d k) (p' : parameters R d k') :
  (forall z, shallow_net p z = shallow_net p' z) -> reduced_norm w p <= reduced_norm w p'.
Proof.
move=> same; rewrite !reduced_norm_classes.
pose X (j : 'I_k') := `|coefficient p' (hyperplane p' j)| * g (hyperplane p' j).
have X0 j : 0 <= X j by rewrite mulr_ge0 // w_ge0.
apply: (@le_trans _ _ (\sum_(h | representative p h == h)
   \sum_(j | (representative p' j == j) && same_plane (hyperplane p h) (hyperplane p' j)) X j)).
  apply: ler_sum => h rh.
  have [w0|w0] := eqVneq (w1 p h) 0.
    (* the class of the constant neurons: all its amplitudes are 0 *)
    rewrite (_ : coefficient p _ = 0) ?normr0 ?mul0r ?sumr_ge0 // /coefficient big1 // => i hi.
    apply/amplitude_w10/direction_eq0; move: hi; rewrite /same_plane /hyperplane.
    have -> : direction p h = 0 by rewrite /direction w0 scaler0.
    by move=> /orP[]/eqP[-> _] //; rewrite oppr0.
  have cE : coefficient p (hyperplane p h) = coefficient p' (hyperplane p h).
    by apply: coefficient_same => //; apply: direction_unit.
  have [c0|c0] := eqVneq (coefficient p' (hyperplane p h)) 0.
    by rewrite cE c0 normr0 mul0r sumr_ge0.
  have [i hi] : exists i, same_plane (hyperplane p' i) (hyperplane p h).
    apply/existsP; apply: contraNT c0; rewrite negb_exists => /forallP hn.
    by rewrite /coefficient big_pred0 // => i; apply/negbTE/hn.
  have hj : same_plane (hyperplane p h) (hyperplane p' (representative p' i)).
    rewrite same_plane_sym; apply: same_plane_trans hi; exact: representative_same.
  rewrite (bigD1 (representative p' i)) /=; last by rewrite representative_idem eqxx.
  apply: (@le_trans _ _ (X (representative p' i))); last by rewrite ler_addl sumr_ge0.
  by rewrite /X cE (coefficient_hrel _ hj) (g_hrel hj).
rewrite (exchange_big_dep (fun j => representative p' j == j)) /=; last by move=> h j _ /andP[].
apply: ler_sum => j rj; rewrite rj /=.
have [h /andP[rh hh]|no] := pickP (fun h => (representative p h == h) && same_plane (hyperplane p h) (hyperplane p' j)); last first.
  by rewrite big_pred0; [apply: X0 | apply: no].
rewrite (bigD1 h) /= ?rh ?hh // big_pred0 ?addr0 // => h'; apply/negbTE.
rewrite negb_and negbK -implybE; apply/implyP => /andP[rh' hh'].
rewrite -(eqP rh) -(eqP rh') representative_class same_hyperplaneE; apply: same_plane_trans hh' _.
by rewrite same_plane_sym.
Qed.

Theorem reduced_norm_function k k' (p : parameters R d k) (p' : parameters R d k') :
  (forall z, shallow_net p z = shallow_net p' z) -> reduced_norm w p = reduced_norm w p'.
Proof.
by move=> same; apply/eqP; rewrite eq_le !reduced_norm_mono.
Qed.
End Function.

Theorem stability_norm_function (R : rcfType) (d n k k' : nat) (x : 'I_n.+1 -> 'rV[R]_d)
    (p : parameters R d k) (p' : parameters R d k') :
  (forall z, shallow_net p z = shallow_net p' z) -> stability_norm x p = stability_norm x p'.
Proof. by apply: reduced_norm_function => v b; [apply: weight_ge0 | apply: weightN]. Qed.
