(* What every file below uses: means over the data, inner products and the
   Cauchy-Schwarz inequality, the Euclidean space R^d, the ReLU and its
   derivative, and the AM-GM inequality.

   R is any real closed field.  There are n+1 data (n.+1 in mathcomp), so that
   a mean is never an empty one. *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* mean F = (1/(n+1)) sum_j F_j, the expectation E over the data *)
Section Mean.
Variables (R : rcfType) (n : nat).
Add Ring Rring : (rcf_ring_theory R).
Definition mean (F : 'I_n.+1 -> R) : R := (\sum_j F j) / n.+1%:R.

Lemma n1_gt0 : 0 < n.+1%:R :> R. Proof. by rewrite ltr0Sn. Qed.
Lemma n1_neq0 : n.+1%:R != 0 :> R. Proof. by rewrite pnatr_eq0. Qed.

Lemma mean_ge0 F : (forall j, 0 <= F j) -> 0 <= mean F.
Proof. by move=> h; rewrite divr_ge0 ?ler0n// sumr_ge0. Qed.
Lemma ler_mean F G : (forall j, F j <= G j) -> mean F <= mean G.
Proof. by move=> h; rewrite ler_pmul2r ?invr_gt0 ?n1_gt0// ler_sum. Qed.
Lemma eq_mean F G : F =1 G -> mean F = mean G.
Proof. by move=> h; rewrite /mean (eq_bigr _ (fun j _ => h j)). Qed.
Lemma mean_const c : mean (fun=> c) = c.
Proof. by rewrite /mean sumr_const card_ord -[c *+ _]mulr_natr mulfK ?n1_neq0. Qed.
Lemma meanD F G : mean (fun j => F j + G j) = mean F + mean G.
Proof. by rewrite /mean big_split mulrDl. Qed.
Lemma meanZ c F : mean (fun j => c * F j) = c * mean F.
Proof. by rewrite /mean -mulr_sumr mulrA. Qed.
Lemma mean_sum (I : finType) (F : I -> 'I_n.+1 -> R) :
  mean (fun j => \sum_i F i j) = \sum_i mean (F i).
Proof. by rewrite /mean exchange_big /= -mulr_suml. Qed.
(* Jensen for the square *)
Lemma mean_sqr F : (mean F) ^+ 2 <= mean (fun j => F j ^+ 2).
Proof.
set m := mean F.
have : 0 <= mean (fun j => (F j - m) ^+ 2) by apply: mean_ge0 => j; rewrite sqr_ge0.
rewrite (@eq_mean _ (fun j => F j ^+ 2 + ((- (m *+ 2)) * F j + m ^+ 2))); last first.
  by move=> j; rcf_ring.
rewrite !meanD meanZ mean_const -/m; move: (mean _) => a.
have -> : a + (- (m *+ 2) * m + m ^+ 2) = a - m ^+ 2 by rcf_ring.
by rewrite subr_ge0.
Qed.
End Mean.

(* Inner products *)
(* [inner_product] asks for a positive semidefinite symmetric form only, never for
   definiteness: so Cauchy-Schwarz below also holds for the form of a Hessian. *)
Section InnerProduct.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R).
Add Ring Rring : (rcf_ring_theory R).

Record inner_product : Prop := InnerProduct {
  ipC : forall u v, ip u v = ip v u;
  ipDl : forall u v w, ip (u + v) w = ip u w + ip v w;
  ipZl : forall c u v, ip (c *: u) v = c * ip u v;
  ip_ge0 : forall u, 0 <= ip u u }.

Hypothesis ipP : inner_product.

Lemma ipDr u v w : ip w (u + v) = ip w u + ip w v.
Proof. by rewrite ![ip w _](ipC ipP) (ipDl ipP). Qed.
Lemma ipZr c u v : ip u (c *: v) = c * ip u v.
Proof. by rewrite ![ip u _](ipC ipP) (ipZl ipP). Qed.
Lemma ip0l u : ip 0 u = 0.
Proof. by rewrite -(scale0r 0) (ipZl ipP) mul0r. Qed.
Lemma ipBr u v w : ip w (u - v) = ip w u - ip w v.
Proof. by rewrite ipDr -scaleN1r ipZr mulN1r. Qed.
Lemma ipBl u v w : ip (u - v) w = ip u w - ip v w.
Proof. by rewrite ![ip _ w](ipC ipP) ipBr. Qed.
Lemma ip_suml (I : Type) (r : seq I) (F : I -> V) v :
  ip (\sum_(i <- r) F i) v = \sum_(i <- r) ip (F i) v.
Proof.
elim: r => [|i r IH]; first by rewrite !big_nil ip0l.
by rewrite !big_cons (ipDl ipP) IH.
Qed.

Lemma ip_sqrB c u v :
  ip (u - c *: v) (u - c *: v) = ip u u - (c * ip u v) *+ 2 + c ^+ 2 * ip v v.
Proof. by rewrite ipBr !ipBl !(ipZl ipP) !ipZr (ipC ipP v u); rcf_ring. Qed.

Lemma cauchy_schwarz u v : (ip u v) ^+ 2 <= ip u u * ip v v.
Proof.
have hu := ip_ge0 ipP u; have hv := ip_ge0 ipP v.
have expand a b : 0 <= a ^+ 2 * ip u u - (a * b * ip u v) *+ 2 + b ^+ 2 * ip v v.
  have := ip_ge0 ipP (a *: u - b *: v).
  rewrite !ipBr !ipBl !ipZr !(ipZl ipP) (ipC ipP v u).
  set s := ip u u; set t := ip u v; set r := ip v v.
  have -> // : a * (a * s) - a * (b * t) - (b * (a * t) - b * (b * r)) =
             a ^+ 2 * s - (a * b * t) *+ 2 + b ^+ 2 * r.
  by rcf_ring.
move: hv; rewrite le_eqVlt => /orP[/eqP v0|v_gt0].
  (* |v| = 0 : then <u,v> = 0 *)
  rewrite -v0 mulr0.
  have [->|t0] := eqVneq (ip u v) 0; first by rewrite expr0n.
  have := expand 1 ((ip u u + 1) / (ip u v *+ 2)).
  rewrite -v0 mulr0 addr0 expr1n !mul1r -mulrnAr divfK; last first.
    by rewrite mulrn_eq0.
  by rewrite opprD addrA subrr add0r oppr_ge0 ler10.
have := expand (ip v v) (ip u v).
set s := ip u u; set t := ip u v; set r := ip v v.
have -> : r ^+ 2 * s - (r * t * t) *+ 2 + t ^+ 2 * r = r * (s * r - t ^+ 2).
  by rcf_ring.
by rewrite pmulr_rge0 // subr_ge0.
Qed.

End InnerProduct.

(* If A is symmetric and 0 <= A <= L then A^2 <= L A: Cauchy-Schwarz for the form <u, A v>. *)
Section PsdOperator.
Variables (R : rcfType) (V : lmodType R) (ip : V -> V -> R) (A : V -> V) (L : R).
Hypotheses (ipP : inner_product ip) (psd : inner_product (fun u v => ip u (A v))).
Hypothesis upper : forall v, ip v (A v) <= L * ip v v.
Lemma psd_square_le e : ip (A e) (A e) <= L * ip e (A e).
Proof.
set m := ip (A e) (A e); have h0 : 0 <= ip e (A e) := ip_ge0 psd e.
have Lh : 0 <= L * ip e (A e).
  have [L0|L0] := leP 0 L; first exact: mulr_ge0.
  have e0 : ip e (A e) <= 0.
    by apply: le_trans (upper e) _; rewrite nmulr_rle0 // (ip_ge0 ipP).
  by have -> : ip e (A e) = 0; [apply/eqP; rewrite eq_le e0 | rewrite mulr0].
have [m0|m0] := leP m 0; first exact: le_trans m0 Lh.
rewrite -(ler_pmul2l m0) -expr2; apply: le_trans (cauchy_schwarz psd (A e) e) _.
by rewrite mulrA [m * L]mulrC; apply: ler_wpmul2r => //; apply: upper.
Qed.
End PsdOperator.

Section Basics.
Variable R : rcfType.
Add Ring Rring : (rcf_ring_theory R).
(* step is the derivative of relu, with relu'(0) = 0 *)
Definition relu (t : R) : R := Num.max t 0.
Definition step (t : R) : R := (0 < t)%R%:R.

Lemma reluE t : relu t = step t * t.
Proof. by rewrite /relu /step; case: ltrP => h; rewrite ?mul1r ?mul0r. Qed.
Lemma relu_ge0 t : 0 <= relu t. Proof. by rewrite /relu le_maxr lexx orbT. Qed.
Lemma reluZ c t : 0 <= c -> relu (c * t) = c * relu t.
Proof. by move=> c0; rewrite /relu maxr_pmulr // mulr0. Qed.
Lemma stepZ c t : 0 < c -> step (c * t) = step t.
Proof. by move=> c0; rewrite /step pmulr_rgt0. Qed.
Lemma step_sqr t : step t ^+ 2 = step t.
Proof. by rewrite /step; case: (0 < t); rewrite /= ?mulr1n ?mulr0n ?expr1n ?expr0n. Qed.
Lemma step_ge0 t : 0 <= step t. Proof. by rewrite /step ler0n. Qed.
Lemma step_le1 t : step t <= 1. Proof. by rewrite /step lern1 leq_b1. Qed.

(* the derivative of relu does not change along short segments off the kink *)
Lemma step_stable (a c : R) : `|c| < `|a| -> step (a + c) = step a.
Proof.
rewrite /step; have [a0 h|a0 h] := ltP 0 a.
  by rewrite -ltr_subl_addl sub0r; move: h; rewrite (gtr0_norm a0) ltr_norml => /andP[->].
move: h; rewrite (ler0_norm a0) ltr_norml opprK => /andP[_ h].
by rewrite -ltr_subl_addl sub0r lt_gtF.
Qed.

(* AM-GM *)
Lemma am_gm (a b : R) : 2 * (a * b) <= a ^+ 2 + b ^+ 2.
Proof. by rewrite mulr_natl; exact: (leif_mean_square_scaled a b). Qed.

(* 1 + 2 s <= lambda_max and lambda_max <= 2/eta, solved for s *)
Lemma half_bound (eta s : R) : 0 < eta -> 1 + 2 * s <= 2 / eta -> s <= 1 / eta - 2^-1.
Proof.
move=> eta0; rewrite -ler_subr_addl -ler_pdivl_mull ?ltr0n // => h; apply: le_trans h _.
rewrite mulrBr mulr1 mulrA mulVf ?pnatr_eq0 //.
Qed.

(* finitely many positive numbers have a positive lower bound *)
Lemma fin_pos_lb (I : finType) (F : I -> R) :
  (forall i, 0 < F i) -> exists2 e, 0 < e & forall i, e <= F i.
Proof.
move=> F0; suff [e e0 he] : exists2 e, 0 < e & forall i, i \in enum I -> e <= F i.
  by exists e => // i; apply: he; rewrite mem_enum.
elim: (enum I) => [|i r [e e0 he]]; first by exists 1.
exists (Num.min e (F i)); first by rewrite lt_minr e0 F0.
by move=> h; rewrite inE le_minl => /orP[/eqP ->|/he ->]; rewrite ?lexx ?orbT.
Qed.

(* finitely many properties that hold near 0 hold near 0 together *)
Lemma fin_common_eps (I : finType) (P : I -> R -> Prop) :
  (forall i, exists2 e, 0 < e & forall t, `|t| < e -> P i t) ->
  exists2 e, 0 < e & forall t, `|t| < e -> forall i, P i t.
Proof.
move=> h; suff [e e0 he] : exists2 e, 0 < e &
    forall t, `|t| < e -> forall i, i \in enum I -> P i t.
  by exists e => // t te i; apply: he => //; rewrite mem_enum.
elim: (enum I) => [|i r [e e0 he]]; first by exists 1.
have [e' e'0 he'] := h i; exists (Num.min e e'); first by rewrite lt_minr e0.
move=> t; rewrite lt_minr => /andP[te te'] i'; rewrite inE => /orP[/eqP ->|]; first exact: he'.
exact: he.
Qed.
End Basics.

Section Dot.
Variables (R : rcfType) (d : nat).
(* <u,v> and the Euclidean norm *)
Definition dot (u v : 'rV[R]_d) : R := \sum_l u 0 l * v 0 l.
Definition nrm (u : 'rV[R]_d) : R := Num.sqrt (dot u u).

Lemma dot_ip : @inner_product R _ dot.
Proof.
split=> [u v|u v w|c u v|u].
- by apply: eq_bigr => l _; rewrite mulrC.
- by rewrite -big_split; apply: eq_bigr => l _; rewrite !mxE mulrDl.
- by rewrite /dot mulr_sumr; apply: eq_bigr => l _; rewrite !mxE mulrA.
- by rewrite sumr_ge0 // => l _; rewrite -expr2 sqr_ge0.
Qed.
Lemma nrm_ge0 u : 0 <= nrm u. Proof. exact: sqrtr_ge0. Qed.
Lemma nrm_sqr u : nrm u ^+ 2 = dot u u.
Proof. by rewrite sqr_sqrtr // (ip_ge0 dot_ip). Qed.
Lemma dot_eq0 u : dot u u = 0 -> u = 0.
Proof.
move=> /eqP; rewrite psumr_eq0 => [/allP h|l _]; last by rewrite -expr2 sqr_ge0.
apply/rowP => l; rewrite mxE; have := h l; rewrite mem_index_enum => /(_ isT).
by rewrite -expr2 sqrf_eq0 => /eqP.
Qed.
Lemma nrm_eq0 u : nrm u = 0 -> u = 0.
Proof. by move=> h; apply: dot_eq0; rewrite -nrm_sqr h expr0n. Qed.
Lemma dot_delta (l : 'I_d) z : dot (delta_mx 0 l : 'rV[R]_d) z = z 0 l.
Proof.
rewrite /dot (bigD1 l) //= mxE !eqxx mul1r big1 ?addr0 // => l' ne.
by rewrite mxE eqxx /= (negbTE ne) mul0r.
Qed.
End Dot.

(* In an Archimedean field (such as the real numbers) geometric growth is unbounded.
   This is needed, and assumed, only where boundedness for all times is used. *)
Section Archimedean.
Variable R : rcfType.
Definition archimedean := forall x : R, exists m : nat, x < m%:R.

Lemma bernoulli (e : R) t : 0 <= e -> 1 + e *+ t <= (1 + e) ^+ t.
Proof.
move=> e0; elim: t => [|t IH]; first by rewrite expr0 mulr0n addr0.
rewrite exprS mulrDl mul1r mulrS [e + _]addrC addrA ler_add //.
rewrite -{1}[e]mulr1 ler_wpmul2l // exprn_ege1 // ler_addl //.
Qed.

Lemma geometric_unbounded (r c C : R) : archimedean -> 1 < r -> 0 < c ->
  exists m, C < r ^+ m * c.
Proof.
move=> arch r1 c0; have e0 : 0 < r - 1 by rewrite subr_gt0.
have [m hm] := arch (C / c / (r - 1)); exists m.
rewrite -ltr_pdivr_mulr //; apply: (@lt_le_trans _ _ (1 + (r - 1) *+ m)).
  rewrite -mulr_natl (@lt_le_trans _ _ (m%:R * (r - 1))) //.
    by rewrite -ltr_pdivr_mulr.
  by rewrite ler_addr ler01.
by rewrite -[X in _ <= X ^+ _](subrK 1) [_ - 1 + 1]addrC; apply: bernoulli; apply: ltW.
Qed.
End Archimedean.

(* a log-convex sequence that increases once goes on increasing, geometrically *)
Lemma log_convex_growth (R : rcfType) (s : nat -> R) :
  (forall t, s t.+1 ^+ 2 <= s t * s t.+2) -> 0 < s 0%N -> s 0%N < s 1%N ->
  exists2 r, 1 < r & forall t, r ^+ t * s 0%N <= s t.
Proof.
move=> convex s0 s01; exists (s 1%N / s 0%N); first by rewrite ltr_pdivl_mulr ?mul1r.
set r := _ / _.
have r0 : 0 < r by rewrite divr_gt0 // (lt_trans s0).
have st t : (0 < s t) && (r * s t <= s t.+1).
  elim: t => [|t /andP[st rst]]; first by rewrite s0 /r divfK ?gt_eqF /=.
  have st1 : 0 < s t.+1 by rewrite (lt_le_trans _ rst) // mulr_gt0.
  rewrite st1 -(ler_pmul2l st); apply: le_trans (convex t).
  by rewrite mulrCA mulrA expr2 ler_pmul2r.
elim=> [|t IH]; first by rewrite expr0 mul1r.
case/andP: (st t) => _; apply: le_trans.
by rewrite exprS -mulrA ler_pmul2l.
Qed.
