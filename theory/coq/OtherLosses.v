(* other-losses: L = E l_j(f(x_j)) for losses l_j with the slopes r_j and the second derivatives s_j at f(x_j).

   Let sbar = mean s > 0, u_j = s_j/(N sbar) the tilted law and q_u = sum_j u_j grad f(x_j).  For any network
   that ends in a trained output bias e, with the Hessian H v = 1/N sum_j (s_j <g_j, v> g_j + r_j S_j v) of L:

     H e = sbar q_u  and  <e, H e> = sbar                                               [tilted_column]
     -nu <= H <= lambda  implies  |q_u|^2 <= lambda/sbar + nu (lambda - sbar)/sbar^2    [tilted_curvature]
     0 <= H <= 2/eta     implies  |q_u|^2 <= 2/(eta sbar)                               [tilted_flat_points]

   For a shallow ReLU net off the kinks H is the second derivative of L             [second_derivative_of_loss]
   and, with the stability norm |f|_u under u (s >= 0),

     1 + 2 |f|_u <= |q_u|^2                                                             [law_gradient_square]
                 <= lambda/sbar + nu (lambda - sbar)/sbar^2                             [tilted_curvature_norm]
     0 <= H <= 2/eta     implies  |f|_u <= 1/(eta sbar) - 1/2                           [tilted_norm]

   For s = 1 this is |f|_S                                                              [square_loss_norm]
   A net with r_j f(x_j) < 0 at every datum is not stationary                           [separating_not_stationary]
   Logistic loss, stationary: sbar = ybar (1 - ybar) - E (sigma - ybar)^2               [logistic_mean_second]
   Poisson loss, stationary: sbar = ybar                                                [poisson_mean_second]
     so |f|_u <= 1/(eta ybar) - 1/2                                                     [poisson_norm]
   The mean gradient under the uniform law obeys no such bound                          [control_uniform_law] *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight StabilityNorm.
Require Import GramForm SharpnessLowerBound StationaryPoints FlattestImplementation WeightsFromData.
Require Import AnyArchitecture.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section AnyArchitecture.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (n : nat).
Hypothesis ipP : inner_product ip.
Add Ring the_ring : (rcf_ring_theory R).
Variables (g : 'I_n.+1 -> V) (r s : 'I_n.+1 -> R) (S : 'I_n.+1 -> V -> V) (e : V).

Definition hessian_of_loss v : V := n.+1%:R^-1 *: \sum_j ((s j * ip (g j) v) *: g j + r j *: S j v).
Definition tilted_law : 'rV[R]_n.+1 := \row_j (s j / (n.+1%:R * mean s)).
Definition tilted_gradient : V := combination g tilted_law.
Local Notation H := hessian_of_loss.
Local Notation q := tilted_gradient.
Local Notation sbar := (mean s).

Hypothesis bias : ends_in_bias ip g S e.
Hypothesis sbar_gt0 : 0 < sbar.

Lemma tilted_total : \sum_j tilted_law 0 j = 1.
Proof.
rewrite (eq_bigr (fun j => s j / (n.+1%:R * sbar))); last by move=> j _; rewrite mxE.
by rewrite -mulr_suml invfM mulrA -/(mean s) divff ?gt_eqF.
Qed.
Lemma tilted_law_is_law : (forall j, 0 <= s j) -> is_law tilted_law.
Proof.
move=> s0; split=> [j|]; last exact: tilted_total.
by rewrite mxE divr_ge0 // mulr_ge0 ?ler0n // ltW.
Qed.

Theorem tilted_column : H e = sbar *: q /\ ip e (H e) = sbar.
Proof.
have E : H e = sbar *: q.
  rewrite /H /q /combination !scaler_sumr; apply: eq_bigr => j _.
  rewrite (bias_slope bias) (bias_affine bias) mulr1 scaler0 addr0 !scalerA mxE.
  congr (_ *: _); rewrite invfM mulrCA [_^-1 / _]mulrC [sbar * _]mulrA divff ?gt_eqF //.
  by rewrite mul1r mulrC.
split=> //; rewrite E (ipZr ipP) (ipC ipP) (ip_suml ipP) (eq_bigr (fun j => tilted_law 0 j)) => [|j _].
  by rewrite tilted_total mulr1.
by rewrite (ipZl ipP) (bias_slope bias) mulr1.
Qed.

Lemma hessian_of_loss_sym u v : ip u (H v) = ip v (H u).
Proof.
rewrite !(ipZr ipP); congr (_ * _).
rewrite (ipC ipP u) (ipC ipP v) !(ip_suml ipP); apply: eq_bigr => j _.
rewrite !(ipDl ipP) !(ipZl ipP) (ipC ipP (S j v) u) (ipC ipP (S j u) v) (second_sym bias).
by congr (_ + _); rewrite mulrAC.
Qed.

Theorem tilted_curvature nu lam : (forall v, - nu * ip v v <= ip v (H v) <= lam * ip v v) ->
  ip q q <= lam / sbar + nu * (lam - sbar) / sbar ^+ 2.
Proof.
move=> h; have [E E1] := tilted_column; have sn : sbar != 0 by rewrite gt_eqF.
pose B v := sbar^-1 *: H v.
have BE u v : ip u (B v) = sbar^-1 * ip u (H v) by rewrite (ipZr ipP).
have B_sym u v : ip u (B v) = ip v (B u) by rewrite !BE hessian_of_loss_sym.
have Be : B e = q by rewrite /B E scalerA mulVf // scale1r.
have B1 : ip e (B e) = 1 by rewrite BE E1 mulVf.
have low v : - (nu / sbar) * ip v v <= ip v (B v).
  by rewrite BE -mulNr mulrAC [_ * sbar^-1]mulrC ler_pmul2l ?invr_gt0 //; case/andP: (h v).
have up v : ip v (B v) <= lam / sbar * ip v v.
  by rewrite BE mulrAC [_ * sbar^-1]mulrC ler_pmul2l ?invr_gt0 //; case/andP: (h v).
have := output_bias_argument ipP B_sym (bias_unit bias) B1 low up; rewrite Be.
rewrite (_ : lam / sbar + nu / sbar * (lam / sbar - 1) = lam / sbar + nu * (lam - sbar) / sbar ^+ 2) //.
move: sbar sn => m m0; congr (_ + _); have one : m / m = 1 by exact: divff.
rewrite expr2 invfM; transitivity (nu / m * (lam / m - m / m)); first by rewrite one.
by move: (m^-1) => a; rcf_ring.
Qed.

Theorem tilted_flat_points eta : (forall v, 0 <= ip v (H v) <= 2 / eta * ip v v) ->
  ip q q <= 2 / (eta * sbar).
Proof.
move=> h; have /tilted_curvature : forall v, - 0 * ip v v <= ip v (H v) <= 2 / eta * ip v v.
  by move=> v; rewrite oppr0 mul0r.
by rewrite !mul0r addr0; move: sbar => m; rewrite invfM mulrA.
Qed.
End AnyArchitecture.

(* l(u + h) = l(u) + a h + s h^2/2 + o(h^2): what a second derivative s of l at u gives *)
Definition second_order_at (R : rcfType) (l : R -> R) u a s :=
  forall eps, 0 < eps -> exists2 e, 0 < e & forall h, `|h| < e ->
  `|l (u + h) - l u - a * h - s / 2 * h ^+ 2| <= eps * h ^+ 2.

Section ShallowNets.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k).
Local Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let P := pdot_ip R d k.

(* the mean gradient under a law on the data *)
Theorem law_gradient_square u : is_law u ->
  1 + 2 * law_norm x u p <= pdot (combination (feature x p) u) (combination (feature x p) u).
Proof.
move=> law; have [_ u1] := law.
rewrite combination_square u1 expr1n ler_add2l.
apply: (@le_trans _ _ (2 * reduced_norm (even_vector_weight x u) p)).
  rewrite ler_wpmul2l ?ler0n //; apply: ler_sum => i _.
  by rewrite /even_law_weight !(law_weightE _ _ _ law).
apply: (@le_trans _ _ (\sum_i 2 * (`|amplitude p i| * vector_weight x u (direction p i) (threshold p i)))).
  rewrite -mulr_sumr ler_wpmul2l ?ler0n //.
  apply: le_trans (reduced_norm_le (even_vector_weight_ge0 x u) (even_vector_weightN x u) p) _.
  by apply: ler_sum => i _; rewrite ler_wpmul2l // le_minl lexx.
apply: ler_sum => i _.
by have := neuron_certificate x (fun _ : 'I_1 => u) p i; rewrite single_certificate big_ord1.
Qed.

Variables (r s : 'I_n.+1 -> R).
Let H : parameters -> parameters := hessian_of_loss pdot (feature x p) r s (fun j => net_hessian p (x j)).
Local Notation sbar := (mean s).
Local Notation f_u := (law_norm x (tilted_law s) p).

Lemma shallow_ends_in_bias : ends_in_bias pdot (feature x p) (fun j => net_hessian p (x j)) (output_bias R d k).
Proof.
split=> [|j|j|j u v]; first by rewrite pdot_output_bias mkE.
- by rewrite pdot_output_bias mkE.
- exact: net_hessian_output_bias.
- exact: net_hessian_sym.
Qed.

(* the square loss: s = 1, and the law is uniform *)
Theorem square_loss_norm : law_norm x (tilted_law (fun=> 1)) p = stability_norm x p.
Proof.
rewrite -subset_norm_all /subset_norm; congr (law_norm x _ p); apply/rowP => j.
by rewrite !mxE inE cardsT card_ord mean_const mulr1.
Qed.

Section Bounds.
Hypotheses (s_ge0 : forall j, 0 <= s j) (sbar_gt0 : 0 < sbar).

Lemma tilted_gradient_square :
  1 + 2 * f_u <= pdot (tilted_gradient (feature x p) s) (tilted_gradient (feature x p) s).
Proof. exact/law_gradient_square/tilted_law_is_law. Qed.

Theorem tilted_curvature_norm nu lam : differentiable_at_data x p ->
  (forall v, - nu * pdot v v <= pdot v (H v) <= lam * pdot v v) ->
  1 + 2 * f_u <= lam / sbar + nu * (lam - sbar) / sbar ^+ 2.
Proof.
move=> _ h; apply: le_trans tilted_gradient_square _.
exact: (tilted_curvature P shallow_ends_in_bias sbar_gt0 h).
Qed.

Theorem tilted_norm eta : differentiable_at_data x p ->
  (forall v, 0 <= pdot v (H v) <= 2 / eta * pdot v v) ->
  f_u <= 1 / (eta * sbar) - 2^-1.
Proof.
move=> _ h; have le := tilted_flat_points P shallow_ends_in_bias sbar_gt0 h.
have := le_trans tilted_gradient_square le.
rewrite -ler_subr_addl -ler_pdivl_mull ?ltr0n // mulrBr mulr1 mulrA mulVf ?pnatr_eq0 //.
Qed.
End Bounds.

(* H is the Hessian of the loss *)
Variable l : 'I_n.+1 -> R -> R.
Definition loss_of (q : parameters) : R := mean (fun j => l j (shallow_net q (x j))).
Hypothesis smooth : forall j, second_order_at (l j) (shallow_net p (x j)) (r j) (s j).

Lemma pdot_hessian_of_loss v : pdot v (H v) =
  mean (fun j => s j * pdot (feature x p j) v ^+ 2 + r j * (2 * curvature p (x j) v)).
Proof.
rewrite /H /hessian_of_loss (ipZr P) (ipC P) (ip_suml P) /mean mulrC; congr (_ / _); apply: eq_bigr => j _.
rewrite (ipDl P) !(ipZl P) (ipC P (net_hessian _ _ _)) -mulrA -expr2; congr (_ + r j * _).
by rewrite pdot_net_hessian mulr_natl mulr2n -big_split.
Qed.

Let expand j v : differentiable_at_data x p -> forall eps, 0 < eps -> exists2 e, 0 < e & forall t, `|t| < e ->
  `|l j (shallow_net (p + t *: v) (x j)) - l j (shallow_net p (x j)) - t * (r j * pdot (feature x p j) v)
    - t ^+ 2 / 2 * (s j * pdot (feature x p j) v ^+ 2 + r j * (2 * curvature p (x j) v))| <= eps * t ^+ 2.
Proof.
move=> off eps eps0; have [e1 e10 h1] := net_expand (off j) v.
rewrite -/(feature x p j) in h1; move: (pdot _ _) (curvature _ _ _) h1 => a c h1.
pose m := `|a| + `|c| + 1; have m0 : 0 < m by rewrite ltr_spaddr ?ltr01 ?addr_ge0.
pose K := `|s j| * m ^+ 2 + 1; have K0 : 0 < K.
  by rewrite ltr_spaddr ?ltr01 // mulr_ge0 // sqr_ge0.
have eps2 : 0 < eps / 2 / m ^+ 2 by rewrite !divr_gt0 ?exprn_gt0 ?ltr0n.
have [e2 e20 h2] := smooth j eps2.
exists (Num.min (Num.min 1 e1) (Num.min (e2 / m) (eps / 2 / K))).
  by rewrite !lt_minr ltr01 e10 !divr_gt0 ?ltr0n.
move=> t; rewrite !lt_minr => /andP[/andP[t1 te1] /andP[te2 teK]].
rewrite h1 //; set u := shallow_net p (x j); pose h := t * (a + t * c).
have hm : `|a + t * c| <= m.
  apply: le_trans (ler_norm_add _ _) _; rewrite /m -addrA ler_add2l normrM.
  by apply: le_trans (_ : `|c| <= _); [rewrite -[X in _ <= X]mul1r ler_wpmul2r // ltW | rewrite ler_addl].
have he : `|h| < e2.
  rewrite normrM; apply: le_lt_trans (_ : `|t| * m < e2); first by rewrite ler_wpmul2l.
  by rewrite -ltr_pdivl_mulr.
have uh : u + t * a + t ^+ 2 * c = u + h by rewrite /h; rcf_ring.
rewrite uh.
have -> : l j (u + h) - l j u - t * (r j * a) - t ^+ 2 / 2 * (s j * a ^+ 2 + r j * (2 * c)) =
   (l j (u + h) - l j u - r j * h - s j / 2 * h ^+ 2) + t ^+ 2 * (s j / 2 * (t * (2 * (a * c) + t * c ^+ 2))).
  have h21 : 2^-1 * 2 = 1 :> R by rewrite mulVf // pnatr_eq0.
  rewrite /h; move: (l j _) (l j u) (r j) (s j) h21 => l1 l0 r0 s0; move: (2^-1 : R) => i2 h21.
  have -> : t ^+ 2 * i2 * (s0 * a ^+ 2 + r0 * (2 * c)) = t ^+ 2 * i2 * s0 * a ^+ 2 + t ^+ 2 * r0 * c * (i2 * 2).
    by rcf_ring.
  by rewrite h21; rcf_ring.
apply: le_trans (ler_norm_add _ _) _.
have -> : eps * t ^+ 2 = eps / 2 * t ^+ 2 + eps / 2 * t ^+ 2.
  by rewrite -mulrDl -mulrDr -div1r -mulr2n -[_ *+ 2]mulr_natr divfK ?pnatr_eq0 // mulr1.
have t2 : `|t| ^+ 2 = t ^+ 2 by rewrite real_normK ?num_real.
apply: ler_add.
  apply: le_trans (h2 h he) _.
  have hh : h ^+ 2 <= m ^+ 2 * t ^+ 2.
    rewrite /h exprMn mulrC ler_wpmul2r ?sqr_ge0 //.
    by rewrite -[X in X <= _]real_normK ?num_real // ler_sqr ?nnegrE // ltW.
  apply: le_trans (ler_wpmul2l (ltW eps2) hh) _.
  by rewrite mulrA divfK // gt_eqF // exprn_gt0.
rewrite normrM ger0_norm ?sqr_ge0 // mulrC ler_wpmul2r ?sqr_ge0 //.
have s2 : `|s j / 2 * (t * (2 * (a * c) + t * c ^+ 2))| <= `|t| * (`|s j| * m ^+ 2).
  rewrite mulrCA normrM ler_wpmul2l // normrM normrM [`|2^-1|]ger0_norm ?invr_ge0 ?ler0n //.
  rewrite -mulrA ler_wpmul2l // ler_pdivr_mull ?ltr0n //.
  have ac : `|2 * (a * c)| = 2 * (`|a| * `|c|) by rewrite normrM [`|2|]ger0_norm ?ler0n // normrM.
  have cc : `|t * c ^+ 2| = `|t| * `|c| ^+ 2 by rewrite normrM normrX.
  apply: le_trans (ler_norm_add _ _) _; rewrite ac cc.
  have tc : `|t| * `|c| ^+ 2 <= `|c| ^+ 2 by rewrite -[X in _ <= X]mul1r ler_wpmul2r ?sqr_ge0 // ltW.
  apply: le_trans (ler_add (lexx _) tc) _; rewrite /m; move: `|a| `|c| (normr_ge0 a) (normr_ge0 c) => A C A0 C0.
  rewrite -subr_ge0.
  have -> : 2 * (A + C + 1) ^+ 2 - (2 * (A * C) + C ^+ 2) =
    2 * A ^+ 2 + C ^+ 2 + 2 * (A * C) + 4 * A + 4 * C + 2 by rcf_ring.
  by rewrite !addr_ge0 ?mulr_ge0 ?sqr_ge0 ?ler0n.
apply: le_trans s2 _; apply: le_trans (_ : `|t| * K <= _); first by rewrite ler_wpmul2l // /K ler_addl.
by rewrite -ler_pdivl_mulr // ltW.
Qed.

Theorem second_derivative_of_loss : differentiable_at_data x p ->
  forall v, second_derivative loss_of p v (pdot v (H v)).
Proof.
move=> off v; exists (mean (fun j => r j * pdot (feature x p j) v)) => eps eps0.
have [e e0 he] := fin_common_eps (fun j => expand j v off eps0).
have meanB F G : mean (fun j : 'I_n.+1 => F j - G j) = mean F - mean G :> R.
  by rewrite meanD; congr (_ + _); rewrite /mean sumrN mulNr.
exists e => // t te; rewrite pdot_hessian_of_loss /loss_of.
set A := mean _; set B := mean (fun j => l j (shallow_net p (x j))); set C := mean (fun j => r j * _); set D := mean _.
have -> : A - B - t * C - t ^+ 2 / 2 * D = mean (fun j => l j (shallow_net (p + t *: v) (x j))
    - l j (shallow_net p (x j)) - t * (r j * pdot (feature x p j) v)
    - t ^+ 2 / 2 * (s j * pdot (feature x p j) v ^+ 2 + r j * (2 * curvature p (x j) v))).
  by rewrite !meanB !meanZ.
rewrite /mean normrM [`|_^-1|]ger0_norm ?invr_ge0 ?ler0n // ler_pdivr_mulr ?n1_gt0 //.
apply: le_trans (ler_norm_sum _ _ _) _; apply: le_trans (ler_sum _ (fun j _ => he t te j)) _.
by rewrite sumr_const card_ord mulr_natr.
Qed.
End ShallowNets.

(* Losses of labels *)
Section Labels.
Variables (R : rcfType) (n : nat) (y r s : 'I_n.+1 -> R).
Add Ring the_ring : (rcf_ring_theory R).

(* r = sigma - y and s = sigma (1 - sigma) *)
Theorem logistic_mean_second (sigma : 'I_n.+1 -> R) :
  (forall j, r j = sigma j - y j) -> (forall j, s j = sigma j * (1 - sigma j)) -> mean r = 0 ->
  mean s = mean y * (1 - mean y) - mean (fun j => (sigma j - mean y) ^+ 2).
Proof.
move=> rE sE r0; set Y := mean y.
have sy : mean sigma = Y.
  by apply/eqP; rewrite -subr_eq0 -r0 (eq_mean rE) meanD /mean sumrN mulNr.
have -> : mean (fun j => (sigma j - Y) ^+ 2) = mean (fun j => - 1 * s j + ((1 - 2 * Y) * sigma j + Y ^+ 2)).
  by apply: eq_mean => j; rewrite sE; move: (sigma j) => a; rcf_ring.
rewrite meanD (meanZ (- 1) s) meanD (meanZ _ sigma) mean_const sy.
by move: (mean s) => m; rcf_ring.
Qed.

(* r = s - y, where s = exp f *)
Theorem poisson_mean_second : (forall j, r j = s j - y j) -> mean r = 0 -> mean s = mean y.
Proof.
move=> rE r0; apply/eqP; rewrite -subr_eq0 -r0 (eq_mean rE) meanD; apply/eqP.
by rewrite /mean sumrN mulNr.
Qed.

Variables (d k : nat) (x : 'I_n.+1 -> 'rV[R]_d) (p : parameters R d k).
Local Notation pdot := (@pdot R d k).

Definition stationary_of_loss := forall v, mean (fun j => r j * pdot (feature x p j) v) = 0.

Lemma stationary_slopes : stationary_of_loss -> mean r = 0.
Proof.
move=> /(_ (output_bias R d k)) <-; apply: eq_mean => j.
by rewrite pdot_output_bias mkE mulr1.
Qed.

Theorem poisson_norm eta : (forall j, r j = s j - y j) -> (forall j, 0 < s j) ->
  stationary_of_loss -> differentiable_at_data x p ->
  (forall v, 0 <= pdot v (hessian_of_loss pdot (feature x p) r s (fun j => net_hessian p (x j)) v)
             <= 2 / eta * pdot v v) ->
  law_norm x (tilted_law s) p <= 1 / (eta * mean y) - 2^-1.
Proof.
move=> rE s0 /stationary_slopes /(poisson_mean_second rE) <- off h.
apply: (tilted_norm _ _ off h) => [j|]; first exact: ltW.
by rewrite divr_gt0 ?n1_gt0 // (bigD1 ord0) //= ltr_spaddl // sumr_ge0 // => j _; apply: ltW.
Qed.

(* scaling the head of a net that is on the right side at every datum lowers the loss *)
Theorem separating_not_stationary :
  (forall j, r j * shallow_net p (x j) < 0) -> ~ stationary_of_loss.
Proof.
move=> neg /(_ (mkparameters (fun=> 0) (fun=> 0) (fun i => w2 p i) (b2 p))).
rewrite (eq_mean (G := fun j => r j * shallow_net p (x j))) => [|j].
  apply/eqP; rewrite lt_eqF // /mean pmulr_llt0 ?invr_gt0 ?n1_gt0 //.
  rewrite -oppr_gt0 -sumrN (bigD1 ord0) //= ltr_spaddl ?oppr_gt0 // sumr_ge0 // => j _.
  by rewrite oppr_ge0 ltW.
congr (_ * _); rewrite /Network.pdot !mkE mul1r /shallow_net; congr (_ + _); apply: eq_bigr => i _.
by rewrite !mkE (ipC (dot_ip R d)) (ip0l (dot_ip R d)) mulr0 !add0r mulrC.
Qed.
End Labels.

(* Two data with the gradients (1, 0) and (1, 10), of which the loss sees the first: H = (1/2, 0; 0, 0) *)
Section Control.
Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Let V := [lmodType R of R^o * R^o].
Let ip (u v : V) : R := u.1 * v.1 + u.2 * v.2.
Let g (j : 'I_2) : V := (1, 10 * (j : nat)%:R).
Let s (j : 'I_2) : R := 1 - (j : nat)%:R.
Let S (_ : 'I_2) (v : V) : V := 0.
Let e : V := (1, 0).

Theorem control_uniform_law :
  ~ (forall (V : lmodType R) (ip : V -> V -> R) n (g : 'I_n.+1 -> V) r s S e lam,
       inner_product ip -> ends_in_bias ip g S e -> (forall j, 0 <= s j) -> 0 < mean s ->
       (forall v, 0 <= ip v (hessian_of_loss ip g r s S v) <= lam * ip v v) ->
     ip (average_gradient g) (average_gradient g) <= lam / mean s).
Proof.
move=> /(_ V ip 1%N g (fun=> 0) s S e 2^-1) false_bound.
have ipP : inner_product ip.
  split=> [u v|u v w|c u v|u]; rewrite /ip /=; try by rcf_ring.
  - by rewrite /GRing.scale /=; rcf_ring.
  - by rewrite addr_ge0 // -expr2 sqr_ge0.
have sE : mean s = 2^-1.
  by rewrite /mean big_ord_recl big_ord1 /s /= subr0 subrr addr0 mul1r.
have half0 : 0 < 2^-1 :> R by rewrite invr_gt0 ltr0n.
have qE : average_gradient g = (1, 5).
  rewrite /average_gradient big_ord_recl big_ord1 /g /= mulr0 mulr1; congr (_, _); rewrite /GRing.scale /=.
    by rational_over R.
  by rational_over R.
have F v : ip v (hessian_of_loss ip g (fun=> 0) s S v) = 2^-1 * v.1 ^+ 2.
  rewrite /hessian_of_loss big_ord_recl big_ord1 /s /= subrr !mul0r !scale0r !addr0 subr0 mul1r /ip /g /=.
  rewrite /GRing.scale /= mulr0 mulr0 mul0r !addr0 mul1r mulr1 mulr0 mulr0 addr0 expr2.
  by rewrite mulrCA.
have : ip (average_gradient g) (average_gradient g) <= 2^-1 / mean s.
  apply: false_bound => //.
  - split=> [|j|j|j u v]; rewrite /ip /g /S /e /= ?mulr1 ?mulr0 ?mul0r ?addr0 ?add0r //.
  - by move=> j; rewrite /s; case: j => -[|[|//]] ? /=; rewrite ?subr0 ?ler01 // subrr.
  - by rewrite sE.
  - move=> v; rewrite F mulr_ge0 ?sqr_ge0 ?invr_ge0 ?ler0n //= ler_pmul2l // /ip -!expr2.
    by rewrite ler_addl sqr_ge0.
rewrite sE qE /ip /= divff ?gt_eqF // mulr1; apply/negP; rewrite -ltNge; rational_over R.
Qed.
End Control.
