(* two-layer-scales: the pyramid's net with the layers scaled by alpha, -beta and gamma, alpha beta gamma = 1.

   With t = |z|_1 its gradient satisfies, at every point z,                        [scaled_gradient_square]

     |grad f(z)|^2 <= 1 + 1{t < 1} ((1-t)^2/gamma^2 + gamma^2 + t^2/beta^2 + d gamma^2 beta^2 (1 + t^2)) .

   The bracket is convex in t, so its ends decide.  At c = (2d)^(-1/3), beta^2 = c, gamma^2 = (sqrt 3 - 1) c both are
   sqrt 3 / c + (sqrt 3 - 1) c: lambda_max is at most 1 more for every data set, of order d^(1/3) and not 2d + 3
   [explicit_scales], and gradient descent is stable up to 2 over it               [explicit_scales_stable].
   No scales do better than 1 + sqrt 3 / c at both ends                            [scales_lower_end]. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix poly.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network TwoLayers.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Roots.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Lemma cube_root (a : R) : 0 < a -> exists2 c, 0 < c & c ^+ 3 = a.
Proof.
move=> a0; have b0 : 0 <= 1 + a by rewrite addr_ge0 ?ler01 ?ltW.
have [||c /andP[c0 _] /rootP] := @poly_ivt _ ('X^3 - a%:P) 0 (1 + a) => //.
  rewrite !(hornerD, hornerN, hornerC, hornerXn) expr0n sub0r oppr_le0 ltW //= subr_ge0.
  have -> : (1 + a) ^+ 3 = a + (1 + 2 * a + 3 * a ^+ 2 + a ^+ 3) by rcf_ring.
  by rewrite ler_addl !addr_ge0 ?mulr_ge0 ?exprn_ge0 ?ler0n ?ler01 // ltW.
rewrite hornerD hornerN hornerC hornerXn => /eqP; rewrite subr_eq0 => /eqP e; exists c => //.
by rewrite lt_neqAle c0 andbT eq_sym; apply: contraTneq a0 => z; rewrite -e z expr0n ltxx.
Qed.
Lemma means_of_three (u v w : R) : 0 <= u -> 0 <= v -> 0 <= w -> 3 * (u * v * w) <= u ^+ 3 + v ^+ 3 + w ^+ 3.
Proof.
move=> u0 v0 w0; rewrite -(@ler_pmul2l _ 2) ?ltr0n // -subr_ge0.
have -> : 2 * (u ^+ 3 + v ^+ 3 + w ^+ 3) - 2 * (3 * (u * v * w)) =
  (u + v + w) * ((u - v) ^+ 2 + (v - w) ^+ 2 + (w - u) ^+ 2) by rcf_ring.
by rewrite mulr_ge0 ?addr_ge0 ?sqr_ge0.
Qed.
(* what the square of the root of 3 tells *)
Lemma root3_sqr : Num.sqrt 3 ^+ 2 = 3 :> R. Proof. by rewrite sqr_sqrtr ?ler0n. Qed.
Lemma root3_gt1 : 1 < Num.sqrt 3 :> R.
Proof. by rewrite -(@ltr_pexpn2r _ 2) ?nnegrE ?ler01 ?sqrtr_ge0 // expr1n root3_sqr; rational_over R. Qed.
End Roots.

Section ScaledPyramid.
Variables (R : rcfType) (d : nat) (beta gamma : R).
Hypotheses (beta_gt0 : 0 < beta) (gamma_gt0 : 0 < gamma).
Add Ring the_ring : (rcf_ring_theory R).
Let D := dot_ip R d.
Let alpha := (beta * gamma)^-1.
Let alpha_gt0 : 0 < alpha. Proof. by rewrite invr_gt0 mulr_gt0. Qed.
Let scales : alpha * beta = gamma^-1.
Proof. by rewrite /alpha invfM mulrAC mulVf ?mul1r // gt_eqF. Qed.

Definition scaled_inner : parameters R d (d + d) :=
  mkparameters (fun i => match split i with inl l => alpha *: delta_mx 0 l | inr l => - (alpha *: delta_mx 0 l) end)
               (fun=> 0) (fun=> - beta) gamma^-1.
Definition scaled_net : deep_parameters R d (d + d) := (scaled_inner, gamma : R^o, 0 : R^o).

Let pre_left z l : preactivation scaled_inner z (lshift d l) = alpha * z 0 l.
Proof. by rewrite /preactivation !mkE addr0 (unsplitK (inl l)) (ipZl D) dot_delta. Qed.
Let pre_right z l : preactivation scaled_inner z (rshift d l) = alpha * - z 0 l.
Proof. by rewrite /preactivation !mkE addr0 (unsplitK (inr l)) -scaleN1r !(ipZl D) dot_delta mulrN mulN1r. Qed.

Lemma scaled_innerE z : shallow_net scaled_inner z = gamma^-1 * (1 - norm1 z).
Proof.
rewrite /shallow_net mkE addrC mulrBr mulr1; congr (_ + _); rewrite big_split_ord /= -big_split /norm1 mulr_sumr -sumrN.
apply: eq_bigr => l _; rewrite /= pre_left pre_right !mkE !reluZ ?ltW // -relu_norm -scales.
by move: (relu _) (relu _) => s t; rcf_ring.
Qed.
Theorem scaled_netE z : deep_net scaled_net z = pyramid z.
Proof.
by rewrite /deep_net /w3 /b3 /= addr0 scaled_innerE reluZ ?invr_ge0 ?ltW // mulVKf ?gt_eqF.
Qed.

(* the bracket *)
Definition at_distance (t : R) : R :=
  (1 - t) ^+ 2 / gamma ^+ 2 + gamma ^+ 2 + t ^+ 2 / beta ^+ 2 + d%:R * gamma ^+ 2 * beta ^+ 2 * (1 + t ^+ 2).

Let inner_gradient_square z : pdot (grad scaled_inner z) (grad scaled_inner z) <=
  d%:R * (beta ^+ 2 * (1 + dot z z)) + alpha ^+ 2 * dot z z + 1.
Proof.
rewrite /Network.pdot !mkE mulr1 ler_add2r big_split_ord /= -big_split /=.
have -> : d%:R * (beta ^+ 2 * (1 + dot z z)) + alpha ^+ 2 * dot z z =
    \sum_(l < d) (beta ^+ 2 * (1 + dot z z) + alpha ^+ 2 * z 0 l ^+ 2).
  have -> : dot z z = \sum_l z 0 l ^+ 2 by apply: eq_bigr => l _; rewrite expr2.
  by rewrite big_split /= sumr_const card_ord mulr_natl mulr_sumr.
apply: ler_sum => l _; rewrite !mkE pre_left pre_right !stepZ // !(reluZ _ (ltW alpha_gt0)) !(ipZl D) !(ipZr D).
have zz := ip_ge0 D z; have := step_sum (z 0 l); have := relu_square_sum (z 0 l).
have := step_sqr (z 0 l); have := step_sqr (- z 0 l); rewrite !expr2.
move: (step (z 0 l)) (step (- z 0 l)) (relu (z 0 l)) (relu (- z 0 l)) (dot z z) zz => s s' r r' w w0.
move=> ss' ss rr s1; rewrite -rr -subr_ge0.
have -> : beta * beta * (1 + w) + alpha * alpha * (r * r + r' * r') -
    (- beta * s * (- beta * s * w) + - beta * s * (- beta * s) + alpha * r * (alpha * r)
     + (- beta * s' * (- beta * s' * w) + - beta * s' * (- beta * s') + alpha * r' * (alpha * r')))
  = (1 - (s * s + s' * s')) * (beta ^+ 2 * (1 + w)) by rcf_ring.
by rewrite ss ss' mulr_ge0 ?subr_ge0 // mulr_ge0 ?sqr_ge0 // addr_ge0 ?ler01.
Qed.

Theorem scaled_gradient_square z :
  deep_dot (deep_gradient scaled_net z) (deep_gradient scaled_net z) <=
  1 + step (1 - norm1 z) * at_distance (norm1 z).
Proof.
rewrite /deep_dot /inner /w3 /b3 /= (ipZl (pdot_ip R d _)) (ipZr (pdot_ip R d _)) mulr1.
have i0 : 0 < gamma^-1 by rewrite invr_gt0.
rewrite scaled_innerE (stepZ _ i0) (reluZ _ (ltW i0)) reluE; set t := norm1 z.
have zt := dot_le_norm1 z; rewrite -/t in zt; have square := step_sqr (1 - t).
have s0 := step_ge0 (1 - t); have inner := inner_gradient_square z.
have e : gamma ^+ 2 * alpha ^+ 2 = (beta ^+ 2)^-1.
  by rewrite -exprMn /alpha invfM mulrCA mulfV ?gt_eqF // mulr1 exprVn.
move: (step (1 - t)) square s0 (pdot _ _) inner => s square s0 p inner.
have p_le : gamma ^+ 2 * p <= gamma ^+ 2 + t ^+ 2 / beta ^+ 2 + d%:R * gamma ^+ 2 * beta ^+ 2 * (1 + t ^+ 2).
  apply: le_trans (_ : gamma ^+ 2 * (d%:R * (beta ^+ 2 * (1 + t ^+ 2)) + alpha ^+ 2 * t ^+ 2 + 1) <= _).
    rewrite ler_wpmul2l ?sqr_ge0 //; apply: le_trans inner _; rewrite ler_add2r ler_add //.
      by rewrite ler_wpmul2l ?ler0n // ler_wpmul2l ?sqr_ge0 // ler_add2l.
    by rewrite ler_wpmul2l ?sqr_ge0.
  rewrite -e; move: (d%:R : R) (alpha) => a b.
  by rewrite le_eqVlt; apply/orP; left; apply/eqP; rcf_ring.
rewrite addrC ler_add2l /at_distance.
apply: (@le_trans _ _ (s * ((1 - t) ^+ 2 / gamma ^+ 2 + gamma ^+ 2 * p))); last first.
  by rewrite ler_wpmul2l // -!addrA ler_add2l !addrA.
rewrite le_eqVlt -exprVn -[in X in _ == X]square -[w3 scaled_net]/gamma; apply/orP; left; apply/eqP; move: (gamma^-1) => i; rcf_ring.
Qed.

Lemma at_distance_ge0 t : 0 <= at_distance t.
Proof.
have s (y : R) : 0 <= y ^+ 2 := sqr_ge0 y; have q y z : 0 <= y ^+ 2 / z ^+ 2 :> R := divr_ge0 (s y) (s z).
apply: addr_ge0; first by rewrite (addr_ge0 (addr_ge0 (q _ _) (s _)) (q _ _)).
exact: mulr_ge0 (mulr_ge0 (mulr_ge0 (ler0n _ _) (s _)) (s _)) (addr_ge0 ler01 (s _)).
Qed.
(* a convex function is below its chord *)
Lemma at_distance_chord t : 0 <= t -> t <= 1 -> at_distance t <= (1 - t) * at_distance 0 + t * at_distance 1.
Proof.
move=> t0 t1; rewrite -subr_ge0 /at_distance.
have -> : forall i j, (1 - t) * ((1 - 0) ^+ 2 * i + gamma ^+ 2 + 0 ^+ 2 * j + d%:R * gamma ^+ 2 * beta ^+ 2 * (1 + 0 ^+ 2)) +
    t * ((1 - 1) ^+ 2 * i + gamma ^+ 2 + 1 ^+ 2 * j + d%:R * gamma ^+ 2 * beta ^+ 2 * (1 + 1 ^+ 2)) -
    ((1 - t) ^+ 2 * i + gamma ^+ 2 + t ^+ 2 * j + d%:R * gamma ^+ 2 * beta ^+ 2 * (1 + t ^+ 2)) =
    t * (1 - t) * (i + j + d%:R * (gamma ^+ 2 * beta ^+ 2)).
  by move: (d%:R : R) => a i j; rcf_ring.
rewrite mulr_ge0 ?mulr_ge0 ?subr_ge0 // !addr_ge0 ?invr_ge0 ?sqr_ge0 // mulr_ge0 ?ler0n // mulr_ge0 ?sqr_ge0 //.
Qed.

Section Data.
Variables (n : nat) (x : 'I_n.+1 -> 'rV[R]_d).
Theorem scaled_two_layers L : at_distance 0 <= L -> at_distance 1 <= L ->
  rayleigh_bound (@deep_dot R d (d + d)) (fun j => deep_gradient scaled_net (x j)) (1 + L).
Proof.
move=> L0 L1 q; have I := deep_dot_ip R d (d + d).
apply: le_trans (sharpness_le_trace I (fun j => deep_gradient scaled_net (x j)) q) _.
apply: ler_wpmul2r; first exact: (ip_ge0 I).
rewrite -[X in _ <= X](mean_const n); apply: ler_mean => j; apply: le_trans (scaled_gradient_square (x j)) _.
rewrite ler_add2l /step subr_gt0; have t0 := norm1_ge0 (x j); have [t1|t1] := ltP (norm1 (x j)) 1; last first.
  by rewrite mul0r; apply: le_trans L0; apply: at_distance_ge0.
rewrite mul1r; apply: le_trans (at_distance_chord t0 (ltW t1)) _.
apply: (@le_trans _ _ ((1 - norm1 (x j)) * L + norm1 (x j) * L)); last first.
  by rewrite -mulrDl subrK mul1r.
apply: ler_add; last exact: ler_wpmul2l.
by apply: ler_wpmul2l => //; rewrite subr_ge0 ltW.
Qed.
End Data.
End ScaledPyramid.

(* the explicit scales: c = (2d)^(-1/3) *)
Section ExplicitScales.
Variables (R : rcfType) (d n : nat) (x : 'I_n.+1 -> 'rV[R]_d).
Add Ring the_ring : (rcf_ring_theory R).
Notation root3 := (Num.sqrt 3 : R).
Let above1 := root3_gt1 R.
Definition flattest_scales (c beta gamma : R) := [/\ [&& 0 < c, 0 < beta & 0 < gamma],
  2 * d%:R * c ^+ 3 = 1, beta ^+ 2 = c & gamma ^+ 2 = (root3 - 1) * c].
Lemma flattest_scales_exist : (0 < d)%N -> exists c beta gamma, flattest_scales c beta gamma.
Proof.
move=> d0; have d2 : 0 < (2 * d%:R)^-1 :> R by rewrite invr_gt0 mulr_gt0 ?ltr0n.
have [c c0 ec] := cube_root d2; have r0 : 0 < (root3 - 1) * c by rewrite mulr_gt0 ?subr_gt0.
exists c, (Num.sqrt c), (Num.sqrt ((root3 - 1) * c)).
split; rewrite ?sqr_sqrtr ?ltW //; first by rewrite c0 !sqrtr_gt0 c0.
by rewrite ec mulfV // gt_eqF // mulr_gt0 ?ltr0n.
Qed.

Definition flattest_level (c : R) := 1 + (root3 / c + (root3 - 1) * c).
Variables (c beta gamma : R).
Hypothesis flattest : flattest_scales c beta gamma.

Lemma flattest_ends : at_distance d beta gamma 0 = root3 / c + (root3 - 1) * c /\
  at_distance d beta gamma 1 = root3 / c + (root3 - 1) * c.
Proof.
have [/and3P[c0 _ _] dc eb eg] := flattest; have cn : c != 0 by rewrite gt_eqF.
have rn : root3 - 1 != 0 by rewrite gt_eqF // subr_gt0.
have inverse : ((root3 - 1) * c)^-1 = (root3 + 1) / 2 / c.
  apply: (mulfI (_ : (root3 - 1) * c != 0)); first by rewrite mulf_neq0.
  rewrite mulfV ?mulf_neq0 // mulrACA mulfV // mulr1 mulrA -subr_sqr root3_sqr expr1n.
  rational_over R.
have square : d%:R * c ^+ 2 = 2^-1 / c.
  apply: (mulfI (_ : 2 * c != 0)); first by rewrite mulf_neq0 ?pnatr_eq0.
  rewrite [RHS]mulrACA mulfV ?pnatr_eq0 // mul1r mulfV // -[RHS]dc; move: (d%:R : R) => a; rcf_ring.
rewrite /at_distance eb eg inverse; split.
- transitivity ((root3 + 1) / 2 / c + (root3 - 1) * c + (root3 - 1) * (d%:R * c ^+ 2)).
    by move: (d%:R : R) (c^-1) => a i; rcf_ring.
  rewrite square; transitivity (root3 / c * (2 / 2) + (root3 - 1) * c); last by rewrite mulfV ?pnatr_eq0 // mulr1.
  by move: (2^-1) (c^-1) => h i; rcf_ring.
transitivity ((root3 - 1) * c + c^-1 + 2 * (root3 - 1) * (d%:R * c ^+ 2)).
  by move: (d%:R : R) (c^-1) => a i; rcf_ring.
rewrite square; transitivity ((root3 - 1) * c + c^-1 + (root3 - 1) * (2 / 2) / c).
  by move: (2^-1) (c^-1) => h i; rcf_ring.
by rewrite mulfV ?pnatr_eq0 //; move: (c^-1) => i; rcf_ring.
Qed.

Theorem explicit_scales :
  rayleigh_bound (@deep_dot R d (d + d)) (fun j => deep_gradient (scaled_net d beta gamma) (x j)) (flattest_level c).
Proof.
have [/and3P[_ b0 g0] _ _ _] := flattest; have [e0 e1] := flattest_ends.
by apply: scaled_two_layers; rewrite ?e0 ?e1.
Qed.

Corollary explicit_scales_stable eta : 0 < eta -> eta * flattest_level c <= 2 ->
  gd_bounded (@deep_dot R d (d + d)) (fun j => deep_gradient (scaled_net d beta gamma) (x j)) eta.
Proof.
move=> eta0 he; apply: (sharpness_gd_bounded (deep_dot_ip R d (d + d))) => // q.
apply: le_trans (explicit_scales q) _; apply: ler_wpmul2r; first exact: (ip_ge0 (deep_dot_ip R d (d + d))).
by rewrite ler_pdivl_mulr // mulrC.
Qed.
End ExplicitScales.

(* no scales do better at both ends, by the means of three numbers; G = gamma^2, B = beta^2 *)
Section LowerEnd.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Notation root3 := (Num.sqrt 3 : R).
Let above1 := root3_gt1 R.
Let root3_gt0 : 0 < root3 := lt_trans ltr01 above1.
Definition at_centre (d : nat) (G B : R) := G^-1 + G + d%:R * (G * B).
Definition at_edge (d : nat) (G B : R) := G + B^-1 + 2 * d%:R * (G * B).
Definition weighted_ends d G B := (1 - root3^-1) * at_centre d G B + root3^-1 * at_edge d G B.

Theorem scales_lower_end (d : nat) (c G B : R) : 0 < c -> 0 < G -> 0 < B -> 2 * d%:R * c ^+ 3 = 1 ->
  root3 / c <= weighted_ends d G B.
Proof.
move=> c0 G0 B0 dc; set q := root3^-1.
have q0 : 0 < q by rewrite invr_gt0.
have q1 : 0 < 1 - q by rewrite subr_gt0 invf_lt1.
have [u u0 eu] := cube_root (divr_gt0 q1 G0); have [v v0 ev] := cube_root (divr_gt0 q0 B0).
have qr : q * root3 = 1 by rewrite mulVf // gt_eqF.
have q3 : 3 * q ^+ 2 = 1 by rewrite -root3_sqr -exprMn mulrC qr expr1n.
have [n0 [cn un vn]] : c * root3 * (u * v) != 0 /\ [/\ c != 0, u != 0 & v != 0].
  by split; [|split]; rewrite gt_eqF // !mulr_gt0.
pose w := (c * root3 * (u * v))^-1; have w0 : 0 < w by rewrite invr_gt0 !mulr_gt0.
have uvw : u * v * w = q / c.
  rewrite /w; apply: (mulfI n0); rewrite mulrCA mulfV // mulr1.
  transitivity (c / c * (q * root3) * (u * v)); first by rewrite qr mulfV // !mul1r.
  by move: (c^-1) => i; rcf_ring.
have third : w ^+ 3 = (1 + q) * d%:R * (G * B).
  have g3 : G = (1 - q) * (u ^+ 3)^-1 by rewrite eu invf_div mulrCA mulfV ?mulr1 // gt_eqF.
  have b3 : B = q * (v ^+ 3)^-1 by rewrite ev invf_div mulrCA mulfV ?mulr1 // gt_eqF.
  rewrite g3 b3 /w; apply: (mulfI (_ : (c * root3 * (u * v)) ^+ 3 != 0)); first by rewrite expf_neq0.
  rewrite -exprMn mulfV // expr1n.
  transitivity ((2 * d%:R * c ^+ 3) * (q * root3) * (3 * q ^+ 2) * (u ^+ 3 / u ^+ 3) * (v ^+ 3 / v ^+ 3)).
    by rewrite dc qr q3 !mulfV ?expf_neq0 // !mulr1.
  have k : (1 + q) * (1 - q) = 2 * q ^+ 2.
    transitivity (1 - q ^+ 2); first by rcf_ring.
    by rewrite -{1}q3; rcf_ring.
  move: (u ^+ 3)^-1 (v ^+ 3)^-1 (d%:R : R) => i j a.
  transitivity (c ^+ 3 * (root3 ^+ 2 * root3) * a * ((1 + q) * (1 - q)) * q * (u ^+ 3 * i) * (v ^+ 3 * j)).
    by rewrite root3_sqr k; rcf_ring.
  by rcf_ring.
have := means_of_three (ltW u0) (ltW v0) (ltW w0); rewrite uvw eu ev third.
have -> : 3 * (q / c) = root3 / c by rewrite mulrA; congr (_ / _); rewrite -[X in X * q]root3_sqr expr2 -mulrA [root3 * q]mulrC qr mulr1.
move/le_trans; apply; rewrite /weighted_ends /at_centre /at_edge -/q -subr_ge0.
have -> : (1 - q) * (G^-1 + G + d%:R * (G * B)) + q * (G + B^-1 + 2 * d%:R * (G * B)) -
  ((1 - q) / G + q / B + (1 + q) * d%:R * (G * B)) = G.
  by move: (G^-1) (B^-1) (d%:R : R) => i j a; rcf_ring.
exact: ltW.
Qed.

(* Control: 2 for sqrt 3, at d = 4 and the flattest scales there *)
Theorem control_scales_lower_end : ~ (forall (d : nat) (c G B : R), 0 < c -> 0 < G -> 0 < B ->
  2 * d%:R * c ^+ 3 = 1 -> 2 / c <= weighted_ends d G B).
Proof.
move=> h; have G0 : 0 < (root3 - 1) / 2 by rewrite divr_gt0 ?ltr0n // subr_gt0.
have h0 : 0 < 2^-1 :> R by rewrite invr_gt0 ltr0n.
have inverse : ((root3 - 1) / 2)^-1 = root3 + 1.
  apply: (mulfI (lt0r_neq0 G0)); rewrite mulfV ?gt_eqF // mulrAC -subr_sqr root3_sqr expr1n; rational_over R.
have centre : at_centre 4 ((root3 - 1) / 2) 2^-1 = 2 * root3 + (root3 - 1) / 2.
  rewrite /at_centre inverse; transitivity (root3 + 1 + (root3 - 1) / 2 + (root3 - 1) * (4 * (2^-1 * 2^-1))).
    by rewrite -!mulrA; move: (2^-1) => i; rcf_ring.
  by rewrite (_ : 4 * _ = 1); [move: (2^-1) => i; rcf_ring | rational_over R].
have edge : at_edge 4 ((root3 - 1) / 2) 2^-1 = 2 * root3 + (root3 - 1) / 2.
  rewrite /at_edge invrK; transitivity ((root3 - 1) / 2 + 2 + 2 * (root3 - 1) * (4 * (2^-1 * 2^-1))).
    by move: (2^-1) => i; rcf_ring.
  by rewrite (_ : 4 * _ = 1); [move: (2^-1) => i; rcf_ring | rational_over R].
have d4 : 2 * 4%:R * 2^-1 ^+ 3 = 1 :> R by rational_over R.
have := h 4%N 2^-1 ((root3 - 1) / 2) 2^-1 h0 G0 h0 d4.
rewrite /weighted_ends centre edge -mulrDl subrK mul1r invrK; apply/negP; rewrite -ltNge.
have small : root3 < 9 / 5.
  rewrite -(@ltr_pexpn2r _ 2) ?nnegrE ?root3_sqr //; [rational_over R | exact: ltW | rational_over R].
apply: (@lt_le_trans _ _ (2 * (9 / 5) + (9 / 5 - 1) / 2)); last by rational_over R.
by rewrite ltr_add ?ltr_pmul2l ?ltr_pmul2r ?ltr0n ?invr_gt0 ?ltr0n ?ltr_add2r.
Qed.
End LowerEnd.
