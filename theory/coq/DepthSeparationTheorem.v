(* finite-depth-separation in one theorem: the same data, the same loss, the same step size, two depths.

   A minimum that is stable at eta is a point off the kinks at all data, where the net interpolates and
   the second derivative of the loss along q is at most (2/eta) <q, q> for every q     [stable_minimum].

   On R^d the net with two hidden layers

     relu( 1 - 3 sum_l relu(z_l - 1/2) - 3 sum_l relu(-z_l - 1/2) )

   is 1 at the origin and 0 where some |z_l| > 5/6.  At data of which one is the origin and the n others
   are such points its gradient is (b2, w3, b3) = (1, 1, 1) at the origin and (0, 0, 1) elsewhere.  So the
   Hessian is  ((b2 + w3 + b3)^2 + n b3^2) / (n+1),  whatever the points are, and with
   lambda = (n + 3 + sqrt((n-1)^2 + 8)) / 2,  (lambda - 2)(lambda - (n+1)) = 2,

     lambda_max = lambda / (n+1).                                              [bump_sharpness]

   On the nine points of the grid this is (11 + sqrt 57)/18, while shallow nets, of any width, are stable
   minima only for eta < 1.103                                              [depth_separation_nine_points]

   The controls need shallow nets that are stable: a net is where the trace of its Hessian is at most 2/eta,
   and this is decided for lists of rational numbers                                  [decided_stableP] *)
From Coq Require QArith.
Import QArith_base.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm StabilityInequality NondifferentiableMinima TwoLayers Evaluation.
Require Import FiniteDepthSeparation.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* One notion for both depths *)
Section Curvature.
Variables (R : rcfType) (V : lmodType R).
Add Ring the_ring : (rcf_ring_theory R).
Implicit Types (F : V -> R) (p q : V) (ip : V -> V -> R).
(* [second_derivative] of Network.v, on any space of parameters *)
Definition derivative_of_order_two F p q (c : R) :=
  exists a, forall eps, 0 < eps -> exists2 e, 0 < e & forall t, `|t| < e ->
  `|F (p + t *: q) - F p - t * a - t ^+ 2 / 2 * c| <= eps * t ^+ 2.
(* lambda_max of the Hessian of F at p is at most L *)
Definition curved_at_most ip F p L := forall q,
  exists2 c, derivative_of_order_two F p q c & c <= L * ip q q.

(* there is only one: along q it is the second derivative of a function of one parameter *)
Lemma derivative_of_order_two_unique F p q c c' :
  derivative_of_order_two F p q c -> derivative_of_order_two F p q c' -> c = c'.
Proof.
pose along (s : parameters R 0 0) := F (p + b2 s *: q).
pose unit : parameters R 0 0 := mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 1.
suff reduce e : derivative_of_order_two F p q e -> second_derivative along 0 unit e.
  by move=> /reduce h /reduce; apply: second_derivative_unique.
move=> [a ha]; exists a => eps eps0; have [r r0 hr] := ha _ eps0; exists r => // t tr.
have -> : along (0 + t *: unit) = F (p + t *: q) by rewrite /along add0r b2Z mkE mulr1.
by rewrite /along b20 scale0r addr0; apply: hr.
Qed.
End Curvature.

Section Minima.
Variables (R : rcfType) (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R) (eta : R).
Add Ring the_ring : (rcf_ring_theory R).
Definition stable_shallow_minimum k (p : parameters R d k) :=
  [/\ forall j i, preactivation p (x j) i != 0, forall j, shallow_net p (x j) = y j
    & curved_at_most (@pdot R d k) (loss x y) p (2 / eta)].
Definition stable_two_layer_minimum k (p : deep_parameters R d k) :=
  [/\ forall j, deep_off_kinks p (x j), forall j, deep_net p (x j) = y j
    & curved_at_most (@deep_dot R d k) (deep_loss x y) p (2 / eta)].

Lemma stable_shallow_minimumE k (p : parameters R d k) : stable_shallow_minimum p ->
  differentiable_interpolating_minimum x y p /\
  forall q, hessian_form x y p q <= 2 / eta * pdot q q.
Proof.
move=> [off hi h]; split=> // q; have [c hc cL] := h q.
by rewrite (second_derivative_unique (hessian_is_second_derivative y off q) hc).
Qed.

(* at an interpolating point the second derivative of the loss is the form of the gradients *)
Theorem deep_hessian k (p : deep_parameters R d k) : (forall j, deep_off_kinks p (x j)) ->
  (forall j, deep_net p (x j) = y j) -> forall q, derivative_of_order_two (deep_loss x y) p q
    (feature_form (@deep_dot R d k) (fun j => deep_gradient p (x j)) q).
Proof.
move=> off hi q; have [c2 [c3 [e e0 he]]] := deep_loss_expand off hi q.
have start : deep_loss x y p = 0.
  by rewrite /deep_loss (@eq_mean _ _ _ (fun=> 0)) ?mean_const ?mul0r // => j; rewrite hi subrr expr0n.
set g := fun j => deep_dot (deep_gradient p (x j)) q; pose rest j := `|c2 j| + `|c3 j|.
have rest0 j : 0 <= rest j by rewrite addr_ge0.
pose m : R := mean (fun j => rest j * (2 * `|g j| + rest j)) + 1.
have m0 : 0 < m by rewrite ltr_spaddr ?ltr01 ?mean_ge0 // => j; rewrite mulr_ge0 ?addr_ge0 ?mulr_ge0.
exists 0 => eps eps0; exists (Num.min e (Num.min 1 (eps / m))).
  by rewrite !lt_minr e0 ltr01 divr_gt0.
move=> t; rewrite !lt_minr => /and3P[te t1 tm]; rewrite he // start mulr0 !subr0 -mulrBr.
rewrite normrM ger0_norm ?divr_ge0 ?sqr_ge0 ?ler0n //.
set D := `|_|; have : D <= eps; last first.
  move=> hD; apply: (@le_trans _ _ (t ^+ 2 / 2 * eps)).
    by rewrite ler_wpmul2l // divr_ge0 ?sqr_ge0 ?ler0n.
  rewrite [X in _ <= X]mulrC -mulrA ler_wpmul2l ?sqr_ge0 // ler_pdivr_mull ?ltr0n //.
  by rewrite mulr_natl mulr2n ler_addl ltW.
have step j : `|(g j + t * c2 j + t ^+ 2 * c3 j) ^+ 2 - g j ^+ 2| <=
    `|t| * (rest j * (2 * `|g j| + rest j)).
  have small : `|t * c2 j + t ^+ 2 * c3 j| <= `|t| * rest j.
    apply: le_trans (ler_norm_add _ _) _; rewrite /rest mulrDr expr2 !normrM ler_add2l.
    by rewrite -mulrA ler_wpmul2l // -[X in _ <= X]mul1r ler_wpmul2r // ltW.
  have -> : (g j + t * c2 j + t ^+ 2 * c3 j) ^+ 2 - g j ^+ 2 =
      (t * c2 j + t ^+ 2 * c3 j) * (2 * g j + (t * c2 j + t ^+ 2 * c3 j)).
    by rcf_ring.
  rewrite normrM mulrA; apply: ler_pmul => //.
  rewrite (le_trans (ler_norm_add _ _)) // normrM [`|2|]ger0_norm ?ler0n // ler_add2l.
  by apply: le_trans small _; rewrite -[X in _ <= X]mul1r ler_wpmul2r // ltW.
apply: (@le_trans _ _ (`|t| * m)); last by rewrite -ler_pdivl_mulr // ltW.
have -> : D = `|mean (fun j => (g j + t * c2 j + t ^+ 2 * c3 j) ^+ 2 - g j ^+ 2)|.
  rewrite /D /feature_form meanD; congr `|_ + _|.
  by rewrite -[LHS]mulN1r -meanZ; apply: eq_mean => j; rewrite mulN1r.
apply: (@le_trans _ _ (mean (fun j => `|t| * (rest j * (2 * `|g j| + rest j))))).
  rewrite /mean normrM [`|_^-1|]ger0_norm ?invr_ge0 ?ler0n // ler_wpmul2r ?invr_ge0 ?ler0n //.
  by apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => j _; apply: step.
by rewrite meanZ ler_wpmul2l // /m ler_addl ler01.
Qed.

Corollary stable_two_layer_minimum_by_form k (p : deep_parameters R d k) :
  (forall j, deep_off_kinks p (x j)) -> (forall j, deep_net p (x j) = y j) ->
  rayleigh_bound (@deep_dot R d k) (fun j => deep_gradient p (x j)) (2 / eta) ->
  stable_two_layer_minimum p.
Proof.
move=> off hi hL; split=> // q; exists (feature_form (@deep_dot R d k) (fun j => deep_gradient p (x j)) q).
  exact: deep_hessian.
exact: hL.
Qed.
End Minima.
Lemma stable_two_layer_minimum_labels (R : rcfType) d n (x : 'I_n.+1 -> 'rV[R]_d) y y' eta k
    (p : deep_parameters R d k) : y =1 y' ->
  stable_two_layer_minimum x y eta p <-> stable_two_layer_minimum x y' eta p.
Proof.
suff one u v : u =1 v -> stable_two_layer_minimum x u eta p -> stable_two_layer_minimum x v eta p.
  by move=> e; split; apply: one => // j; rewrite e.
move=> e [off hi h]; split=> [//|j|q]; first by rewrite hi e.
have same : @deep_loss R d k n x v =1 deep_loss x u.
  by move=> t; rewrite /deep_loss; congr (_ / _); apply: eq_mean => j; rewrite e.
have [c [a hc] cL] := h q; exists c => //; exists a => eps eps0.
by have [r ? hr] := hc _ eps0; exists r => // t tr; rewrite !same; apply: hr.
Qed.

(* The bump at the origin *)
Section Bump.
Variables (R : rcfType) (d : nat).
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R d.
Implicit Type z : 'rV[R]_d.
Definition bump_inner : parameters R d (d + d) :=
  mkparameters (fun i => match split i with inl l => delta_mx 0 l | inr l => - delta_mx 0 l end)
               (fun=> - 2^-1) (fun=> - (3)) 1.
Definition bump : deep_parameters R d (d + d) := (bump_inner, 1 : R^o, 0 : R^o).

Lemma bump_left z l : preactivation bump_inner z (lshift d l) = z 0 l - 2^-1.
Proof. by rewrite /preactivation !mkE (unsplitK (inl l)) dot_delta. Qed.
Lemma bump_right z l : preactivation bump_inner z (rshift d l) = - z 0 l - 2^-1.
Proof. by rewrite /preactivation !mkE (unsplitK (inr l)) -scaleN1r (ipZl D) dot_delta mulN1r. Qed.
Let half_gt0 : 0 < 2^-1 :> R. Proof. by rewrite invr_gt0 ltr0n. Qed.
Let inactive t : t <= 0 -> relu t = 0 :> R. Proof. by move=> t0; apply/max_idPr. Qed.

Lemma bump_innerE z : shallow_net bump_inner z =
  1 - 3 * \sum_l (relu (z 0 l - 2^-1) + relu (- z 0 l - 2^-1)).
Proof.
rewrite /shallow_net mkE addrC -mulNr mulr_sumr; congr (_ + _); rewrite big_split_ord -big_split /=.
by apply: eq_bigr => l _; rewrite bump_left bump_right !mkE mulrDr.
Qed.
Lemma bump_inner_origin : shallow_net bump_inner 0 = 1.
Proof.
rewrite bump_innerE big1 ?mulr0 ?subr0 // => l _.
by rewrite !mxE oppr0 sub0r inactive ?addr0 // oppr_le0 ltW.
Qed.
Lemma bump_inner_far z l : 5 / 6 < `|z 0 l| -> shallow_net bump_inner z < 0.
Proof.
move=> far; rewrite bump_innerE subr_lt0 (bigD1 l) //= mulrDr.
apply: (@lt_le_trans _ _ (3 * (`|z 0 l| - 2^-1))).
  rewrite -ltr_pdivr_mull ?ltr0n // mulr1 ltr_subr_addr; apply: le_lt_trans far; rational_over R.
rewrite -[X in X <= _]addr0; apply: ler_add; last first.
  by rewrite mulr_ge0 ?ler0n // sumr_ge0 // => i _; rewrite addr_ge0 ?relu_ge0.
have ge t : t <= relu t :> R by rewrite /relu le_maxr lexx.
rewrite ler_wpmul2l ?ler0n //; case: (ler0P (z 0 l)) => _.
  by rewrite -[X in X <= _]add0r ler_add ?relu_ge0 ?ge.
by rewrite -[X in X <= _]addr0 ler_add ?relu_ge0 ?ge.
Qed.

Lemma bump_off_kinks_inner z : (forall l, `|z 0 l| != 2^-1) ->
  forall i, preactivation bump_inner z i != 0.
Proof.
move=> off i; rewrite -(@splitK d d i); case: (split i) => l /=.
  rewrite bump_left subr_eq0; apply: contra (off l) => /eqP ->.
  by rewrite gtr0_norm.
rewrite bump_right subr_eq0; apply: contra (off l) => /eqP h.
by rewrite -normrN h gtr0_norm.
Qed.
Lemma bump_origin : deep_off_kinks bump 0 /\ deep_net bump 0 = 1.
Proof.
have h := bump_inner_origin; rewrite /deep_off_kinks /deep_net /w3 /b3 /= h /relu.
rewrite (max_idPl ler01) mulr1 addr0; split=> //; split; last exact: oner_neq0.
by apply: bump_off_kinks_inner => l; rewrite mxE normr0 eq_sym gt_eqF.
Qed.
Lemma bump_far z l : (forall l', `|z 0 l'| != 2^-1) -> 5 / 6 < `|z 0 l| ->
  deep_off_kinks bump z /\ deep_net bump z = 0.
Proof.
move=> off /bump_inner_far h; rewrite /deep_off_kinks /deep_net /w3 /b3 /= inactive ?ltW //.
rewrite mulr0 addr0; split=> //; split; [exact: bump_off_kinks_inner | by rewrite lt_eqF].
Qed.

(* the derivative along q *)
Lemma bump_gradient_origin q : deep_dot (deep_gradient bump 0) q = b2 (inner q) + w3 q + b3 q.
Proof.
rewrite /deep_dot /inner /w3 /b3 /= bump_inner_origin {1}/relu (max_idPl ler01) !mul1r /step ltr01.
congr (_ + _ + _); rewrite scale1r /Network.pdot !mkE mul1r big1 ?add0r // => i _.
rewrite !mkE.
have -> : preactivation bump_inner 0 i = - 2^-1.
  rewrite -(@splitK d d i); case: (split i) => l /=; rewrite ?bump_left ?bump_right mxE.
    by rewrite sub0r.
  by rewrite oppr0 sub0r.
rewrite inactive ?oppr_le0 ?ltW // /step oppr_gt0 ltNge (ltW half_gt0).
by rewrite !mulr0 scale0r (ip0l D) !mul0r !addr0.
Qed.
Lemma bump_gradient_far z l q : 5 / 6 < `|z 0 l| -> deep_dot (deep_gradient bump z) q = b3 q.
Proof.
move/bump_inner_far => h; rewrite /deep_dot /inner /w3 /b3 /= inactive ?ltW // /step ltNge (ltW h).
by rewrite mulr0 scale0r (ip0l (pdot_ip R d _)) mul0r !add0r mul1r.
Qed.
End Bump.

(* One datum at the origin, n elsewhere *)
Section Spike.
Variables (R : rcfType) (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d) (origin : 'I_n.+1).
Add Ring the_ring : (rcf_ring_theory R).
Hypothesis at_origin : x origin = 0.
Hypothesis elsewhere : forall j, j != origin ->
  (forall l, `|x j 0 l| != 2^-1) /\ exists l, 5 / 6 < `|x j 0 l|.
Definition spike (j : 'I_n.+1) : R := (j == origin)%:R.
Let I := deep_dot_ip R d (d + d).
Notation features := (fun j => deep_gradient (bump R d) (x j)).

Lemma bump_off_kinks j : deep_off_kinks (bump R d) (x j).
Proof.
have [->|/elsewhere[off [l far]]] := eqVneq j origin.
  by rewrite at_origin; have [] := bump_origin R d.
by have [] := bump_far off far.
Qed.
Lemma bump_interpolates j : deep_net (bump R d) (x j) = spike j.
Proof.
rewrite /spike; have [->|/elsewhere[off [l far]]] := eqVneq j origin.
  by rewrite at_origin; have [] := bump_origin R d.
by have [] := bump_far off far.
Qed.
Lemma bump_form q : feature_form (@deep_dot R d (d + d)) features q =
  ((b2 (inner q) + w3 q + b3 q) ^+ 2 + n%:R * b3 q ^+ 2) / n.+1%:R.
Proof.
rewrite /feature_form /mean (bigD1 origin) //= at_origin bump_gradient_origin.
congr ((_ + _) / _); rewrite (eq_bigr (fun=> b3 q ^+ 2)); last first.
  by move=> j /elsewhere[_ [l far]]; rewrite (bump_gradient_far _ far).
by rewrite sumr_const cardC1 card_ord mulr_natl.
Qed.

Definition bump_root : R := Num.sqrt ((n%:R - 1) ^+ 2 + 8).
Definition bump_eigenvalue : R := (n%:R + 3 + bump_root) / 2.   (* (n+1) lambda_max *)
Let lam := bump_eigenvalue.
Let N1 : n.+1%:R = n%:R + 1 :> R. Proof. by rewrite -addn1 natrD. Qed.
Lemma bump_eigenvalueE : (lam - 2) * (lam - n.+1%:R) = 2.
Proof.
have h : bump_root ^+ 2 = (n%:R - 1) ^+ 2 + 8.
  by rewrite sqr_sqrtr // addr_ge0 ?sqr_ge0 ?ler0n.
have lE : lam + lam = n%:R + 3 + bump_root by rewrite -mulr2n -[lam *+ 2]mulr_natr divfK ?pnatr_eq0.
apply: (mulfI (_ : 4 != 0 :> R)); first by rewrite pnatr_eq0.
rewrite N1; move: (n%:R : R) bump_root lam h lE => N r l h lE.
have -> : 4 * ((l - 2) * (l - (N + 1))) = (l + l - 4) * (l + l - (2 * N + 2)) by rcf_ring.
by rewrite lE (_ : _ * _ = r ^+ 2 - (N - 1) ^+ 2); [rewrite h|]; rcf_ring.
Qed.
Lemma bump_eigenvalue_gt2 : 0 < lam - 2.
Proof.
have r : `|n%:R - 1| < bump_root.
  by rewrite -sqrtr_sqr ltr_sqrt ?ltr_addl ?ltr0n // ltr_spaddr ?ltr0n ?sqr_ge0.
have {}r : 1 - n%:R < bump_root by apply: le_lt_trans r; rewrite -normrN opprB ler_norm.
rewrite subr_gt0 /lam /bump_eigenvalue ltr_pdivl_mulr ?ltr0n // -subr_gt0.
by rewrite (_ : _ - _ = bump_root - (1 - n%:R)) ?subr_gt0 //; rcf_ring.
Qed.

(* the largest eigenvalue of the Hessian, exactly *)
Theorem bump_sharpness : is_lambda_max (@deep_dot R d (d + d)) features (lam / n.+1%:R).
Proof.
have l0 := bump_eigenvalue_gt2; have lE := bump_eigenvalueE; have N0 := n1_gt0 R n; split=> [q|L hL].
  rewrite bump_form mulrAC ler_pmul2r ?invr_gt0 //.
  apply: (@le_trans _ _ (lam * (b2 (inner q) ^+ 2 + w3 q ^+ 2 + b3 q ^+ 2))); last first.
    rewrite ler_wpmul2l; first by [].
      by rewrite ltW // -(subr_gt0 0) subr0 (lt_trans l0) // ltr_subl_addr ltr_addl ltr0n.
    rewrite /deep_dot -!expr2 !ler_add2r /Network.pdot -expr2 ler_addr sumr_ge0 // => i _.
    by rewrite -!expr2 !addr_ge0 ?sqr_ge0 // (ip_ge0 (dot_ip R d)).
  move: (b2 _) (w3 q) (b3 q) => a b c; rewrite -subr_ge0.
  rewrite -(pmulr_rge0 _ l0) -(pmulr_rge0 _ (ltr0n R 2 : 0 < 2)).
  have -> : 2 * ((lam - 2) * (lam * (a ^+ 2 + b ^+ 2 + c ^+ 2) - ((a + b + c) ^+ 2 + n%:R * c ^+ 2))) =
     ((lam - 2) * (a + b) - 2 * c) ^+ 2 + lam * (lam - 2) * (a - b) ^+ 2
     + 2 * ((lam - 2) * (lam - (n%:R + 1)) - 2) * c ^+ 2.
    by move: (n%:R : R) lam => N l; rcf_ring.
  rewrite -N1 lE subrr mulr0 mul0r addr0 addr_ge0 ?sqr_ge0 // mulr_ge0 ?sqr_ge0 //.
  by rewrite mulr_ge0 ?ltW // -(subr_gt0 0) subr0 (lt_trans l0) // ltr_subl_addr ltr_addl ltr0n.
(* its eigenvector *)
pose q : deep_parameters R d (d + d) := ((mkparameters (fun=> 0) (fun=> 0) (fun=> 0) 1, 1 : R^o), lam - 2 : R^o).
have q2 : deep_dot q q = 2 + (lam - 2) ^+ 2.
  rewrite /deep_dot /= /w3 /b3 /= mul1r /Network.pdot !mkE mul1r big1 ?add0r ?expr2 //.
  by move=> i _; rewrite !mkE (ip0l (dot_ip R d)) !mul0r !addr0.
have q0 : 0 < deep_dot q q by rewrite q2 ltr_spaddl ?ltr0n ?sqr_ge0.
rewrite -(ler_pmul2r q0); apply: le_trans (hL q); rewrite bump_form /w3 /b3 /= mulrAC.
rewrite ler_pmul2r ?invr_gt0 // q2 le_eqVlt; apply/orP; left; apply/eqP.
move: lE; rewrite N1; move: (n%:R : R) lam => N l lE.
apply/eqP; rewrite -subr_eq0 (_ : _ - _ = (l - 2) * ((l - 2) * (l - (N + 1)) - 2)); last by rcf_ring.
by rewrite lE subrr mulr0.
Qed.

Corollary bump_stableP eta : 0 < eta ->
  stable_two_layer_minimum x spike eta (bump R d) <-> eta <= 2 * n.+1%:R / lam.
Proof.
move=> eta0; have [hL least] := bump_sharpness.
have l0 : 0 < lam.
  by rewrite -(subr_gt0 0) subr0 (lt_trans bump_eigenvalue_gt2) // ltr_subl_addr ltr_addl ltr0n.
have -> : (eta <= 2 * n.+1%:R / lam) = (lam / n.+1%:R <= 2 / eta).
  by rewrite ler_pdivl_mulr // ler_pdivr_mulr ?ltr0Sn // mulrAC ler_pdivl_mulr // [eta * _]mulrC.
split=> [[off hi h]|he].
  apply: least => q; have [c hc cL] := h q.
  by rewrite (derivative_of_order_two_unique (deep_hessian off hi q) hc).
apply: stable_two_layer_minimum_by_form; [exact: bump_off_kinks | exact: bump_interpolates|].
by move=> q; apply: le_trans (hL q) _; apply: ler_wpmul2r; first exact: (ip_ge0 I).
Qed.
End Spike.

(* Shallow nets that are stable by the trace of the Hessian, decided from lists of numbers *)
Section Trace.
Variables (R : rcfType) (n : nat) (s : seq (seq expr)).
Notation V := (@value R).
Notation x := (@data R 2 (map (map V) s) n).
Lemma shallow_stable_by_trace k (p : parameters R 2 k) y eta :
  (forall j i, preactivation p (x j) i != 0) -> (forall j, shallow_net p (x j) = y j) ->
  \sum_j gram (@pdot R 2 k) (feature x p) j j <= 2 / eta -> stable_shallow_minimum x y eta p.
Proof.
have P := pdot_ip R 2 k => off hi tr; split=> // q; exists (hessian_form x y p q).
  exact: hessian_is_second_derivative.
rewrite (hessian_interpolating q hi); apply: le_trans (sharpness_le_trace P (feature x p) q) _.
by rewrite ler_wpmul2r ?(ip_ge0 P) // /mean mulr_suml.
Qed.
Definition list_net w b a k : parameters R 2 k := net 2 (map (map V) w) (map V b) (map V a) k (V (Natural 0)).
Definition equal_Q p q := Qle_bool p q && Qle_bool q p.
(* w, b and a are the neurons, c = 2/eta *)
Definition decided_stable w b a k labels c :=
  [&& all (fun j => all (fun i => compare (fun p q => ~~ equal_Q p q) (Preactivation 2 s w b j i) (Natural 0))
          (iota 0 k)) (iota 0 n.+1),
      all (fun j => compare equal_Q (Output 2 s w b a k (Natural 0) j) (entry labels j)) (iota 0 n.+1)
    & compare Qle_bool (Sum n.+1 (fun j => Gram 2 s w b a k n j j)) c].
Lemma decided_stableP w b a k labels c (y : 'I_n.+1 -> R) eta : decided_stable w b a k labels c ->
  (forall j, y j = V (entry labels j)) -> 2 / eta = V c ->
  stable_shallow_minimum x y eta (list_net w b a k).
Proof.
move=> /and3P[/allP off /allP out trace] hy eta_c; apply: shallow_stable_by_trace => [j i|j|].
- rewrite /list_net preactivation_net -value_preactivation; apply: (@decide_neq R _ (Natural 0)).
  have := off (val j); rewrite mem_iota /= add0n ltn_ord => /(_ isT) /allP /(_ (val i)).
  by rewrite mem_iota /= add0n ltn_ord; apply.
- by rewrite /list_net value_output hy; apply: decide_eq; apply: out; rewrite mem_iota /= add0n ltn_ord.
have -> : \sum_j gram (@pdot R 2 k) (feature x (list_net w b a k)) j j =
    V (Sum n.+1 (fun j => Gram 2 s w b a k n j j)).
  by rewrite value_sum; apply: eq_bigr => j _; apply: value_gram.
by rewrite eta_c; apply: decide_le.
Qed.
End Trace.
(* across the direction (3,1): 2 (relu(s + 3/4) - relu(s + 1/4) - relu(s - 1/4) + relu(s - 3/4)), s = 3 z_1 + z_2,
   is 1 for |s| <= 1/4 and 0 for |s| >= 3/4 *)
Definition ratio a b := Times (Natural a) (Inverse (Natural b)).
Definition trapezoid_directions := nseq 4 [:: Natural 3; Natural 1].
Definition trapezoid_biases := [:: ratio 3 4; ratio 1 4; Minus (ratio 1 4); Minus (ratio 3 4)].
Definition trapezoid_weights := [:: Natural 2; Minus (Natural 2); Minus (Natural 2); Natural 2].

(* The nine points *)
Section NinePoints.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let centre : 'I_9 := inord 4.
Lemma grid_centre : grid R centre = 0.
Proof. by apply/rowP => l; rewrite !mxE inordK //; case: l => [[|[|//]]]. Qed.
Lemma grid_elsewhere j : j != centre ->
  (forall l, `|grid R j 0 l| != 2^-1) /\ exists l, 5 / 6 < `|grid R j 0 l|.
Proof.
have one l : `|grid R j 0 l| = 1 -> exists l, 5 / 6 < `|grid R j 0 l|.
  by move=> h; exists l; rewrite h; rational_over R.
move=> ne; split=> [l|].
  rewrite !mxE; case: j {one ne} => [[|[|[|[|[|[|[|[|[|//]]]]]]]]] hj];
    by case: l => [[|[|//]]] hl /=; rational_over R.
move: one ne; rewrite -val_eqE /= inordK //.
case: j => [[|[|[|[|[|[|[|[|[|//]]]]]]]]] hj] one // _.
all: by [apply: (one 0); rewrite !mxE /=; rational_over R
        | apply: (one (lift ord0 ord0)); rewrite !mxE /=; rational_over R].
Qed.
Lemma grid_spike : spike R centre =1 grid_label R.
Proof. by move=> j; rewrite /spike /grid_label -val_eqE /= inordK. Qed.

Lemma nine_points_step : 2 * 9%:R / bump_eigenvalue R 8 = 36 / (11 + Num.sqrt 57).
Proof.
have -> : 57 = (8%:R - 1) ^+ 2 + 8 :> R by rational_over R.
have s0 : 0 <= bump_root R 8 := sqrtr_ge0 _; rewrite -/(bump_root R 8) /bump_eigenvalue.
have p0 : 11 + bump_root R 8 != 0 by rewrite gt_eqF // ltr_spaddl ?ltr0n.
have -> : 8%:R + 3 + bump_root R 8 = 11 + bump_root R 8 by rewrite -natrD.
by rewrite invf_div mulrA -!natrM.
Qed.
Lemma nine_points_step_ge : 194 / 100 < 36 / (11 + Num.sqrt 57) :> R.
Proof.
have s : Num.sqrt 57 < 7551 / 1000 :> R.
  have -> : 7551 / 1000 = Num.sqrt ((7551 / 1000) ^+ 2) :> R by rational_over R.
  by rewrite ltr_sqrt; rational_over R.
have p : 0 < 11 + Num.sqrt 57 :> R by rewrite ltr_spaddl ?ltr0n ?sqrtr_ge0.
rewrite ltr_pdivl_mulr // -ltr_pdivl_mull; last by rational_over R.
rewrite -ltr_subr_addl; apply: lt_le_trans s _; rational_over R.
Qed.

Lemma nine_points_bumpP (eta : R) : 0 < eta ->
  stable_two_layer_minimum (@grid R) (@grid_label R) eta (bump R 2) <-> eta <= 36 / (11 + Num.sqrt 57).
Proof.
move=> e0; rewrite -nine_points_step -(bump_stableP grid_centre grid_elsewhere e0).
exact: stable_two_layer_minimum_labels (fun j => esym (grid_spike j)).
Qed.

(* For step sizes from 1.103 to 36/(11 + sqrt 57) = 1.9407... no shallow net is a stable minimum, of
   any width, on kinks or off, and a net with two hidden layers is one, off all kinks. *)
Theorem depth_separation_nine_points (eta : R) :
  1103 / 1000 <= eta -> eta <= 36 / (11 + Num.sqrt 57) ->
  [/\ forall k (p : parameters R 2 k), ~ stable_shallow_minimum (@grid R) (@grid_label R) eta p,
      forall k (p : parameters R 2 k), interpolating (@grid R) (@grid_label R) p ->
        ~ strongly_stable (@grid R) (@grid_label R) eta p
    & exists k, exists p : deep_parameters R 2 k,
        stable_two_layer_minimum (@grid R) (@grid_label R) eta p].
Proof.
move=> low high; have e0 : 0 < eta by apply: lt_le_trans low; rational_over R.
split=> [k p /stable_shallow_minimumE[hm hq]|k p hi st|].
- by move: (grid_no_stable_minimum e0 hm hq); rewrite ltNge low.
- by move: (grid_no_strongly_stable_minimum e0 hi st); rewrite ltNge low.
by exists 4%N, (bump R 2); apply/nine_points_bumpP.
Qed.

(* Controls *)
(* the two-layer net at a larger step size: 36/(11 + sqrt 57) < 1.941 *)
Theorem control_separation_larger_step : ~ (forall eta : R, 1103 / 1000 <= eta -> eta <= 1941 / 1000 ->
  stable_two_layer_minimum (@grid R) (@grid_label R) eta (bump R 2)).
Proof.
have e0 : 0 < 1941 / 1000 :> R by rational_over R.
have low : 1103 / 1000 <= 1941 / 1000 :> R by rational_over R.
move=> h; have /nine_points_bumpP := h _ low (lexx _); move=> /(_ e0); apply/negP; rewrite -ltNge.
have p : 0 < 11 + Num.sqrt 57 :> R by rewrite ltr_spaddl ?ltr0n ?sqrtr_ge0.
have s : 7548 / 1000 < Num.sqrt 57 :> R.
  have -> : 7548 / 1000 = Num.sqrt ((7548 / 1000) ^+ 2) :> R by rational_over R.
  by rewrite ltr_sqrt; rational_over R.
rewrite ltr_pdivr_mulr // -ltr_pdivr_mull //.
by rewrite -ltr_subl_addl; apply: le_lt_trans s; rational_over R.
Qed.

Let grid_expressions : seq (seq expr) := let o := Natural 0 in let i := Natural 1 in let j := Minus (Natural 1) in
  [:: [:: i; i]; [:: i; o]; [:: i; j]; [:: o; i]; [:: o; o]; [:: o; j]; [:: j; i]; [:: j; o]; [:: j; j]].

(* the label 1 at the corner (1,1) and not at the origin: one neuron is a stable minimum *)
Definition corner_label (j : 'I_9) : R := (val j == 0)%N%:R.
Theorem control_separation_label : ~ (forall eta : R, 1103 / 1000 <= eta -> eta <= 36 / (11 + Num.sqrt 57) ->
  forall k (p : parameters R 2 k), ~ stable_shallow_minimum (@grid R) corner_label eta p).
Proof.
move=> h; apply: (h (1103 / 1000) (lexx _) _ 1%N
  (list_net R [:: [:: ratio 5 2; ratio 5 2]] [:: Minus (ratio 15 4)] [:: ratio 4 5] 1)).
  by apply: ltW; apply: lt_trans nine_points_step_ge; rational_over R.
refine (@decided_stableP R 8 grid_expressions _ _ _ _ [:: Natural 1] (ratio 2000 1103) corner_label _ _ _ _).
- by vm_compute.
- by move=> j; case: j => [[|[|[|[|[|[|[|[|[|//]]]]]]]]] hj].
by rewrite /=; rational_over R.
Qed.

(* the trapezoid, of width 4, is a stable minimum at 1/50 *)
Theorem control_separation_every_step : ~ (forall eta : R, 0 < eta -> eta <= 36 / (11 + Num.sqrt 57) ->
  forall k (p : parameters R 2 k), ~ stable_shallow_minimum (@grid R) (@grid_label R) eta p).
Proof.
move=> h; apply: (h (1 / 50) _ _ 4%N (list_net R trapezoid_directions trapezoid_biases trapezoid_weights 4)).
- by rational_over R.
- by apply: ltW; apply: lt_trans nine_points_step_ge; rational_over R.
refine (@decided_stableP R 8 grid_expressions _ _ _ _
  [:: Natural 0; Natural 0; Natural 0; Natural 0; Natural 1] (Natural 100) (@grid_label R) _ _ _ _).
- by vm_compute.
- by move=> j; case: j => [[|[|[|[|[|[|[|[|[|//]]]]]]]]] hj].
by rewrite /=; rational_over R.
Qed.
End NinePoints.
