(* weight-decay: the penalty (mu/2) |theta|^2, H the Hessian of the loss without it.

   (a) all parameters penalised, any architecture with a trained output bias: 0 <= H + mu <= s implies
         |q|^2 <= s (1 + mu) - mu (2 + mu)                                       [penalty_on_all]
       and, for the nets of Network.v, 2 |f|_S <= (1 + mu) (s - (1 + mu))        [penalty_on_all_norm]
   (b) all but the output bias: 0 <= H + mu A <= s, A e = 0, implies |q|^2 <= s  [penalty_without_bias]
       and |f|_S <= (s - 1)/2                                                    [penalty_without_bias_norm]
   (c) all parameters, at a differentiable stationary point of the penalised loss of a shallow net:
       neurons are balanced, |w1|^2 + b1^2 = w2^2 > 0                            [penalised_balanced]
       and  H + mu <= s  alone implies  |q|^2 + mu/|q|^2 <= s                    [penalised_stationary]
       so that |f|_S <= (s - 1)/2                                                [penalised_stationary_norm]

   s stands for 2/eta. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network Weight.
Require Import StabilityNorm SharpnessLowerBound StationaryPoints.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* any architecture: H e = q and <e, H e> = 1 are all that is known of it *)
Section AnyArchitecture.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (H : V -> V) (e : V).
Hypothesis ipP : inner_product ip.
Hypotheses (H_sym : forall u v, ip u (H v) = ip v (H u)).
Hypotheses (e_unit : ip e e = 1) (e_curvature : ip e (H e) = 1).
Add Ring the_ring : (rcf_ring_theory R).

Theorem penalty_on_all mu s : (forall v, 0 <= ip v (H v) + mu * ip v v <= s * ip v v) ->
  ip (H e) (H e) <= s * (1 + mu) - mu * (2 + mu).
Proof.
move=> h; have low v : - mu * ip v v <= ip v (H v).
  by rewrite mulNr ler_oppl -subr_ge0 opprK addrC; case/andP: (h v).
have up v : ip v (H v) <= (s - mu) * ip v v.
  by rewrite mulrBl ler_subr_addr; case/andP: (h v).
have := output_bias_argument ipP H_sym e_unit e_curvature low up.
by rewrite (_ : s - mu + mu * (s - mu - 1) = s * (1 + mu) - mu * (2 + mu)) //; rcf_ring.
Qed.

(* a quadratic penalty mu/2 <v, A v> that does not see the output bias *)
Theorem penalty_without_bias (A : V -> V) mu s :
  (forall u v, ip u (A v) = ip v (A u)) -> (forall v, ip v (A e) = 0) ->
  (forall v, 0 <= ip v (H v) + mu * ip v (A v) <= s * ip v v) ->
  ip (H e) (H e) <= s.
Proof.
move=> A_sym Ae h; pose B v := H v + mu *: A v.
have BE u v : ip u (B v) = ip u (H v) + mu * ip u (A v) by rewrite (ipDr ipP) (ipZr ipP).
have B_sym u v : ip u (B v) = ip v (B u) by rewrite !BE H_sym A_sym.
have Be u : ip u (B e) = ip u (H e) by rewrite BE Ae mulr0 addr0.
have low v : - 0 * ip v v <= ip v (B v) by rewrite oppr0 mul0r BE; case/andP: (h v).
have up v : ip v (B v) <= s * ip v v by rewrite BE; case/andP: (h v).
have eB : ip e (B e) = 1 by rewrite Be.
have := output_bias_argument ipP B_sym e_unit eB low up.
by rewrite mul0r addr0 Be (ipC ipP) Be.
Qed.
End AnyArchitecture.

Section ShallowNets.
Variables (R : rcfType) (d k n : nat).
Add Ring the_ring : (rcf_ring_theory R).
Variables (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R).
Notation parameters := (parameters R d k).
Local Notation pdot := (@pdot R d k).
Let D := dot_ip R d.
Let P := pdot_ip R d k.
Implicit Type p : parameters.
Variables (mu s : R).

Lemma half_of_gradient p c : mean_gradient_square x p <= c -> stability_norm x p <= (c - 1) / 2.
Proof.
move=> h; rewrite ler_pdivl_mulr ?ltr0n // ler_subr_addl mulrC.
exact: le_trans (mean_gradient_square_ge_norm x p) h.
Qed.

Theorem penalty_on_all_norm p : differentiable_at_data x p ->
  (forall v, 0 <= hessian_form x y p v + mu * pdot v v <= s * pdot v v) ->
  stability_norm x p <= (1 + mu) * (s - (1 + mu)) / 2.
Proof.
move=> _ h; have [He He1] := output_bias_curvature x y p.
have e1 : pdot (output_bias R d k) (output_bias R d k) = 1 by rewrite pdot_output_bias.
have hv v : 0 <= pdot v (hessian x y p v) + mu * pdot v v <= s * pdot v v by rewrite hessian_formE.
have := penalty_on_all P (hessian_sym x y p) e1 He1 hv; rewrite He mean_gradient_squareE => /half_of_gradient.
by rewrite (_ : s * (1 + mu) - mu * (2 + mu) - 1 = (1 + mu) * (s - (1 + mu))) //; rcf_ring.
Qed.

(* the squared length of all parameters but the output bias *)
Definition without_bias (v : parameters) : parameters := v - b2 v *: output_bias R d k.

Theorem penalty_without_bias_norm p : differentiable_at_data x p ->
  (forall v, 0 <= hessian_form x y p v + mu * (pdot v v - b2 v ^+ 2) <= s * pdot v v) ->
  stability_norm x p <= (s - 1) / 2.
Proof.
move=> _ h; have [He He1] := output_bias_curvature x y p.
have e1 : pdot (output_bias R d k) (output_bias R d k) = 1 by rewrite pdot_output_bias.
have AE u v : pdot u (without_bias v) = pdot u v - b2 v * b2 u.
  by rewrite (ipBr P) (ipZr P) pdot_output_bias.
have A_sym u v : pdot u (without_bias v) = pdot v (without_bias u).
  by rewrite !AE (ipC P) mulrC.
have Ae v : pdot v (without_bias (output_bias R d k)) = 0.
  by rewrite AE pdot_output_bias mkE mul1r subrr.
apply: half_of_gradient; rewrite -mean_gradient_squareE -He.
apply: (penalty_without_bias P (hessian_sym x y p) e1 He1 (mu := mu) A_sym Ae) => v.
by rewrite hessian_formE AE -expr2.
Qed.

(* (c): the gradient of the penalised loss vanishes *)
Definition penalised_stationary_point p := forall v,
  mean (fun j => residual x y p j * pdot (feature x p j) v) + mu * pdot p v = 0.

(* the residuals against the activations of neuron i, along (w, b) *)
Definition residual_block p i (w : 'rV[R]_d) (b : R) : R :=
  mean (fun j => residual x y p j * (step (preactivation p (x j) i) * (dot w (x j) + b))).

Section Stationary.
Variable p : parameters.
Hypotheses (mu_gt0 : 0 < mu) (off : differentiable_at_data x p) (stationary : penalised_stationary_point p).

Let only i (w : 'rV[R]_d) (b a : R) : parameters :=
  mkparameters (fun h => (h == i)%:R *: w) (fun h => (h == i)%:R * b) (fun h => (h == i)%:R * a) 0.

Lemma pdot_only i w b a v : pdot v (only i w b a) = dot (w1 v i) w + b1 v i * b + w2 v i * a.
Proof.
rewrite /Network.pdot !mkE mulr0 addr0 (bigD1 i) //= !mkE eqxx scale1r !mul1r big1 ?addr0 // => h hi.
by rewrite !mkE (negbTE hi) scale0r !mul0r (ipC D) (ip0l D) !mulr0 !addr0.
Qed.

(* along the weights and the bias of neuron i *)
Lemma stationary_block i w b : w2 p i * residual_block p i w b = - (mu * (dot (w1 p i) w + b1 p i * b)).
Proof.
have := stationary (only i w b 0); rewrite pdot_only mulr0 addr0 => /eqP; rewrite addr_eq0 => /eqP <-.
rewrite /residual_block -meanZ; apply: eq_mean => j; rewrite pdot_only mulr0 addr0 !mkE (ipZl D).
by rewrite (ipC D (x j)); move: (residual _ _ _ _) (step _) (dot _ _) (w2 p i) => r t c a; rcf_ring.
Qed.

(* along its output weight *)
Lemma stationary_output i : residual_block p i (w1 p i) (b1 p i) = - (mu * w2 p i).
Proof.
have dot0 (v : 'rV[R]_d) : dot v 0 = 0 by rewrite (ipC D) (ip0l D).
have := stationary (only i 0 0 1); rewrite pdot_only dot0 !mulr0 !add0r mulr1 => /eqP.
rewrite addr_eq0 => /eqP <-; apply: eq_mean => j; rewrite pdot_only dot0 !mulr0 !add0r mulr1 !mkE.
by rewrite reluE /preactivation.
Qed.

Theorem penalised_balanced i : dot (w1 p i) (w1 p i) + b1 p i ^+ 2 = w2 p i ^+ 2 /\ w2 p i != 0.
Proof.
have mun : mu != 0 by rewrite gt_eqF.
have E : dot (w1 p i) (w1 p i) + b1 p i ^+ 2 = w2 p i ^+ 2.
  apply: (mulfI mun); apply: oppr_inj; rewrite [b1 p i ^+ 2]expr2 -stationary_block stationary_output.
  by rewrite mulrN expr2 mulrCA.
split=> //; apply: contraTneq (off ord0 i) => w0; rewrite negbK.
move: E; rewrite w0 expr0n /= => /eqP; rewrite paddr_eq0 ?sqr_ge0 ?(ip_ge0 D) // => /andP[/eqP u0].
by rewrite sqrf_eq0 => /eqP b0; rewrite /preactivation b0 (dot_eq0 u0) (ip0l D) addr0.
Qed.

Lemma curvature_blocks v : mean (fun j => residual x y p j * curvature p (x j) v) =
  \sum_i w2 v i * residual_block p i (w1 v i) (b1 v i).
Proof.
rewrite (eq_mean (G := fun j => \sum_i w2 v i * (residual x y p j * (step (preactivation p (x j) i) *
  (dot (w1 v i) (x j) + b1 v i))))); last first.
  move=> j; rewrite mulr_sumr; apply: eq_bigr => i _; rewrite -[dot _ _ + _]/(preactivation v (x j) i).
  by rewrite mulrCA.
by rewrite mean_sum; apply: eq_bigr => i _; rewrite meanZ.
Qed.

(* the residual part of the Hessian is at least -mu, and does not see the output bias *)
Lemma residual_part v : - (mu * (pdot v v - b2 v ^+ 2)) <=
  2 * mean (fun j => residual x y p j * curvature p (x j) v).
Proof.
rewrite curvature_blocks /Network.pdot -[b2 v * b2 v]expr2 addrK !mulr_sumr -sumrN; apply: ler_sum => i _.
have [E w0] := penalised_balanced i; have w2_gt0 : 0 < w2 p i ^+ 2 by rewrite exprn_even_gt0.
have block := stationary_block i (w1 v i) (b1 v i).
have cs : (dot (w1 p i) (w1 v i) + b1 p i * b1 v i) ^+ 2 <= w2 p i ^+ 2 * (dot (w1 v i) (w1 v i) + b1 v i ^+ 2).
  have := cauchy_schwarz P (only i (w1 p i) (b1 p i) 0) (only i (w1 v i) (b1 v i) 0).
  by rewrite !pdot_only !mkE eqxx !scale1r !mul1r !mulr0 !addr0 -!expr2 E.
rewrite -subr_ge0 opprK -(pmulr_rge0 _ w2_gt0); move: block cs.
move: (b1 v i) (dot (w1 v i) (w1 v i)) (w2 v i) (w2 p i) (residual_block p i (w1 v i) (b1 v i))
  (dot (w1 p i) (w1 v i) + b1 p i * b1 v i) => b a c w r t block cs.
rewrite [X in 0 <= X](_ : _ = mu * ((w * c - t) ^+ 2 + (w ^+ 2 * (a + b ^+ 2) - t ^+ 2))).
  apply: mulr_ge0; first exact: ltW.
  apply: addr_ge0; first exact: sqr_ge0.
  by rewrite subr_ge0.
transitivity (2 * (w * c * (w * r)) + mu * (w ^+ 2 * (a + b * b + c * c))); first by rcf_ring.
by rewrite block; rcf_ring.
Qed.

Theorem penalised_stationary : (forall v, hessian_form x y p v + mu * pdot v v <= s * pdot v v) ->
  mean_gradient_square x p + mu / mean_gradient_square x p <= s.
Proof.
move=> up; have q0 := mean_gradient_square_gt0 x p.
rewrite -(ler_pmul2r q0) mulrDl divfK ?gt_eqF // -mean_gradient_squareE; set q := mean_gradient _.
apply: le_trans (up q); rewrite /hessian_form meanD meanZ.
have res := residual_part q; rewrite b2G expr1n in res.
have jensen : pdot q q * pdot q q <= mean (fun j => pdot (feature x p j) q ^+ 2).
  by rewrite -expr2 {1}(_ : pdot q q = mean (fun j => pdot (feature x p j) q)) ?mean_sqr // (ip_mean_gradient P).
rewrite -addrA ler_add // -ler_subl_addr; apply: le_trans res.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; move: (pdot q q) => a; rcf_ring.
Qed.

Theorem penalised_stationary_norm : (forall v, hessian_form x y p v + mu * pdot v v <= s * pdot v v) ->
  stability_norm x p <= (s - 1) / 2.
Proof.
move=> up; apply: half_of_gradient; apply: le_trans (penalised_stationary up).
by rewrite ler_addl divr_ge0 ?(ltW mu_gt0) // ltW // mean_gradient_square_gt0.
Qed.
End Stationary.
End ShallowNets.
