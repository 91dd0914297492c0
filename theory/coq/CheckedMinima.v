(* certified-minimum: "this network is a stable minimum", decided by computation.

   The network, the data, the labels and the step size eta are rational numbers.  A certificate is a list of rows f_r
   of whole numbers and a whole number c > 0.  With the Gram matrix K of the gradients and

     B = c (2/eta - K) - sum_r f_r f_r^T ,

   u^T (2/eta - K) u >= 0 for all u if B_jj >= sum_{l /= j} |B_jl| for all j                     [certificate_bound].
   The check is that, the outputs, and that no datum is on a kink; it accepts stable minima only   [checked_minimum].
   A vector u with u^T K u > (2/eta) u^T u shows that the network is none                         [checked_unstable].

   Both are run, within Coq, on a network of six neurons that interpolates six points of the plane. *)
From Coq Require ZArith QArith.
Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm.
Require Import StabilityNorm StabilityInequality Evaluation DepthSeparationTheorem.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* Forms that are not negative *)
Section Dominance.
Variables (R : rcfType) (n : nat) (B : 'I_n -> 'I_n -> R).
Add Ring the_ring : (rcf_ring_theory R).
(* B_jj - sum_{l /= j} |B_jl| *)
Definition row_excess j : R := \sum_l (if l == j then B j l else - `|B j l|).
Lemma dominant_ge0 : (forall j l, B j l = B l j) -> (forall j, 0 <= row_excess j) ->
  forall u : 'I_n -> R, 0 <= \sum_j \sum_l u j * B j l * u l.
Proof.
move=> sym dom u; pose h j l := (if l == j then B j l else - `|B j l|) * u j ^+ 2.
have low j l : h j l + h l j <= (u j * B j l * u l) *+ 2.
  rewrite /h [j == l]eq_sym; have [->|_] := eqVneq l j.
    by rewrite le_eqVlt; apply/orP; left; apply/eqP; rcf_ring.
  rewrite [B l j]sym -mulrDr -subr_ge0 mulNr opprK.
  case: (ler0P (B j l)) => b0.
    have -> : u j * B j l * u l *+ 2 + - B j l * (u j ^+ 2 + u l ^+ 2) = - B j l * (u j - u l) ^+ 2 by rcf_ring.
    by rewrite mulr_ge0 ?sqr_ge0 // oppr_ge0.
  have -> : u j * B j l * u l *+ 2 + B j l * (u j ^+ 2 + u l ^+ 2) = B j l * (u j + u l) ^+ 2 by rcf_ring.
  by rewrite mulr_ge0 ?sqr_ge0 // ltW.
have pos : 0 <= \sum_j \sum_l h j l.
  by apply: sumr_ge0 => j _; rewrite -mulr_suml mulr_ge0 ?sqr_ge0 //; apply: dom.
rewrite -(pmulrn_lge0 _ (ltn0Sn 1)) -sumrMnl.
apply: (@le_trans _ _ (\sum_j \sum_l (h j l + h l j))); last first.
  by apply: ler_sum => j _; rewrite -sumrMnl; apply: ler_sum => l _.
have -> : \sum_j \sum_l (h j l + h l j) = \sum_j \sum_l h j l + \sum_j \sum_l h j l.
  rewrite -[X in _ = X + _]/(\sum_j \sum_l h j l) [X in _ = _ + X]exchange_big -big_split.
  by apply: eq_bigr => j _; rewrite -big_split.
by rewrite addr_ge0.
Qed.
End Dominance.

Section Certificate.
Variables (R : rcfType) (n m : nat) (G : 'I_n -> 'I_n -> R) (L c : R) (f : 'I_m -> 'I_n -> R).
Add Ring the_ring : (rcf_ring_theory R).
Definition certificate_remainder j l : R := c * ((if j == l then L else 0) - G j l) - \sum_r f r j * f r l.
Theorem certificate_bound : (forall j l, G j l = G l j) -> 0 < c ->
  (forall j, 0 <= row_excess certificate_remainder j) ->
  forall u : 'rV[R]_n, \sum_j \sum_l u 0 j * G j l * u 0 l <= L * dot u u.
Proof.
move=> sym c0 dom u; pose S r := \sum_j f r j * u 0 j.
have symB j l : certificate_remainder j l = certificate_remainder l j.
  by rewrite /certificate_remainder sym eq_sym; congr (_ - _); apply: eq_bigr => r _; rewrite mulrC.
have := dominant_ge0 symB dom (u 0).
have -> : \sum_j \sum_l u 0 j * certificate_remainder j l * u 0 l =
    c * (L * dot u u - \sum_j \sum_l u 0 j * G j l * u 0 l) - \sum_r S r ^+ 2.
  have -> : \sum_r S r ^+ 2 = \sum_j \sum_l \sum_r (f r j * u 0 j) * (f r l * u 0 l).
    rewrite (eq_bigr (fun r => \sum_j \sum_l (f r j * u 0 j) * (f r l * u 0 l))); last first.
      by move=> r _; rewrite expr2 mulr_suml; apply: eq_bigr => j _; rewrite mulr_sumr.
    by rewrite exchange_big; apply: eq_bigr => j _; rewrite exchange_big.
  rewrite /dot mulr_sumr -sumrB mulr_sumr -sumrB; apply: eq_bigr => j _.
  have -> : L * (u 0 j * u 0 j) = \sum_l (if j == l then L else 0) * (u 0 j * u 0 l).
    by rewrite (bigD1 j) //= eqxx big1 ?addr0 // => l; rewrite eq_sym => /negbTE ->; rewrite mul0r.
  rewrite -sumrB mulr_sumr -sumrB; apply: eq_bigr => l _; rewrite /certificate_remainder.
  have -> : \sum_r f r j * u 0 j * (f r l * u 0 l) = (u 0 j * u 0 l) * \sum_r f r j * f r l.
    by rewrite mulr_sumr; apply: eq_bigr => r _; rcf_ring.
  by move: (if _ then _ else _) (\sum_r _) => e t; rcf_ring.
rewrite subr_ge0 => h; rewrite -subr_ge0 -(pmulr_rge0 _ c0); apply: le_trans h.
by apply: sumr_ge0 => r _; apply: sqr_ge0.
Qed.
End Certificate.

(* The check *)
(* sum_i w2_i relu(<w1_i, z> + b1_i) + b2 *)
Record rational_network := RationalNetwork {
  input_weights : seq (seq Q); input_biases : seq Q; output_weights : seq Q; output_bias : Q }.
Record bound_certificate := BoundCertificate { multiple : Z; factors : seq (seq Z) }.

Section Check.
Variables (d : nat) (N : rational_network) (points : seq (seq Q)) (labels : seq Q) (eta : Q).
Let k := size (output_weights N).
Let n := (size points).-1.
Let s := map (map Rational) points.
Let w := map (map Rational) (input_weights N).
Let b := map Rational (input_biases N).
Let a := map Rational (output_weights N).
Let o := Rational (output_bias N).
Definition check_off_kinks := all (fun j => all (fun i =>
  compare (fun p q => ~~ equal_Q p q) (Preactivation d s w b j i) (Natural 0)) (iota 0 k)) (iota 0 n.+1).
Definition check_interpolates := all (fun j =>
  compare equal_Q (Output d s w b a k o j) (entry (map Rational labels) j)) (iota 0 n.+1).
Definition check_step_size := compare (fun p q => ~~ Qle_bool q p) (Natural 0) (Rational eta).
Definition Threshold := Times (Natural 2) (Inverse (Rational eta)).       (* 2/eta *)
Definition Entry j l := Gram d s w b a k n j l.
Definition Remainder (e : bound_certificate) j l : expr :=
  let f r j := Integer (nth Z0 (nth [::] (factors e) r) j) in
  Plus (Times (Integer (multiple e)) (Plus (if j == l then Threshold else Natural 0) (Minus (Entry j l))))
       (Minus (Sum (size (factors e)) (fun r => Times (f r j) (f r l)))).
Definition RowExcess e j : expr :=
  Sum n.+1 (fun l => if l == j then Remainder e j l else Minus (Absolute (Remainder e j l))).
Definition check_multiple e := compare (fun p q => ~~ Qle_bool q p) (Natural 0) (Integer (multiple e)).
Definition check_rows e := all (fun j => compare Qle_bool (Natural 0) (RowExcess e j)) (iota 0 n.+1).
Definition check_minimum (e : bound_certificate) : bool :=
  [&& check_off_kinks, check_interpolates, check_step_size, check_multiple e & check_rows e].

(* (2/eta) u^T u < u^T K u *)
Definition check_unstable (u : seq Q) : bool :=
  let v j := entry (map Rational u) j in
  check_step_size && compare (fun p q => ~~ Qle_bool q p)
    (Times Threshold (Sum n.+1 (fun j => Times (v j) (v j))))
    (Sum n.+1 (fun j => Sum n.+1 (fun l => Times (Times (v j) (Entry j l)) (v l)))).

Variable R : rcfType.
Add Ring the_ring : (rcf_ring_theory R).
Local Notation V := (@value R).
Local Notation numbers := (map (of_Q R)).
Definition rational_data : 'I_n.+1 -> 'rV[R]_d := @data R d (map numbers points) n.
Definition rational_labels (j : 'I_n.+1) : R := nth 0 (numbers labels) j.
Definition real_network : parameters R d k := net d (map numbers (input_weights N)) (numbers (input_biases N))
  (numbers (output_weights N)) k (of_Q R (output_bias N)).
Local Notation x := rational_data.
Local Notation y := rational_labels.
Local Notation p := real_network.
Let P := pdot_ip R d k.

Let numbersE t : numbers t = map V (map Rational t).
Proof. by rewrite -map_comp; apply: eq_map => q; apply: esym (value_rational R q). Qed.
Let tableE t : map numbers t = map (map V) (map (map Rational) t).
Proof. by rewrite -[RHS]map_comp; apply: eq_map => r; apply: numbersE. Qed.
Let dataE : x = @data R d (map (map V) s) n. Proof. by rewrite /rational_data tableE. Qed.
Let networkE : p = net d (map (map V) w) (map V b) (map V a) k (V o).
Proof. by rewrite /real_network tableE !numbersE -value_rational. Qed.
Let nth_map_V t j : V (entry (map Rational t) j) = nth 0 (numbers t) j.
Proof. by rewrite numbersE value_entry. Qed.
Let in_range (m : nat) (j : 'I_m) : (j : nat) \in iota 0 m. Proof. by rewrite mem_iota ltn_ord. Qed.
Let value_threshold : V Threshold = 2 / of_Q R eta.
Proof. by rewrite /Threshold value_times value_inverse value_rational. Qed.
Let entryE (j l : 'I_n.+1) : gram (@pdot R d k) (feature x p) j l = V (Entry j l).
Proof. by rewrite dataE networkE value_gram. Qed.

Lemma off_kinksP : check_off_kinks -> differentiable_at_data x p.
Proof.
move=> /allP off j i; rewrite dataE networkE preactivation_net -value_preactivation.
by apply: (@decide_neq R _ (Natural 0)); have /allP := off j (in_range j); apply; apply: in_range.
Qed.
Lemma interpolatesP : check_interpolates -> interpolating x y p.
Proof.
move=> /allP out j; rewrite /rational_labels -nth_map_V dataE networkE value_output.
by apply: decide_eq; apply: out; apply: in_range.
Qed.
Lemma step_sizeP : check_step_size -> 0 < of_Q R eta.
Proof. by move=> h; rewrite -value_rational; apply: (@decide_lt R (Natural 0) (Rational eta) h). Qed.

Lemma rowsP e : check_multiple e -> check_rows e ->
  forall u, gram_form (@pdot R d k) (feature x p) u <= 2 / of_Q R eta * dot u u.
Proof.
move=> positive /allP rows u.
have c0 : 0 < of_Z (multiple e) :> R.
  by rewrite -value_integer; apply: (@decide_lt R (Natural 0) (Integer (multiple e)) positive).
pose f (r : 'I_(size (factors e))) (j : 'I_n.+1) : R := of_Z (nth Z0 (nth [::] (factors e) r) j).
apply: (certificate_bound (f := f) _ c0) => [j l|j]; first by rewrite /gram (ipC P).
have := @decide_le R (Natural 0) (RowExcess e j) (rows j (in_range j)); rewrite /RowExcess value_sum.
rewrite (eq_bigr (fun l => if l == j then certificate_remainder (gram (@pdot R d k) (feature x p)) (2 / of_Q R eta)
    (of_Z (multiple e)) f j l else - `|certificate_remainder (gram (@pdot R d k) (feature x p)) (2 / of_Q R eta)
    (of_Z (multiple e)) f j l|)) // => l _.
have -> : certificate_remainder (gram (@pdot R d k) (feature x p)) (2 / of_Q R eta) (of_Z (multiple e)) f j l =
    V (Remainder e j l).
  rewrite /certificate_remainder entryE /Remainder value_plus value_times value_plus !value_minus value_sum value_integer.
  congr (_ * (_ - _) - _); first by rewrite -val_eqE; case: eqP => _ //; rewrite value_threshold.
  by apply: eq_bigr => r _; rewrite value_times !value_integer.
by rewrite -val_eqE; case: eqP.
Qed.

(* what the check accepts is a stable minimum, and lambda_max of its Hessian is at most 2/eta *)
Theorem checked_minimum e : check_minimum e ->
  [/\ differentiable_at_data x p, interpolating x y p,
      forall q, hessian_form x y p q <= 2 / of_Q R eta * pdot q q
    & stable_shallow_minimum x y (of_Q R eta) p].
Proof.
move=> /and5P[/off_kinksP off /interpolatesP hi /step_sizeP eta0 mult rows].
have hq q : hessian_form x y p q <= 2 / of_Q R eta * pdot q q.
  rewrite (hessian_interpolating q hi); move: q; apply/(sharpness_gram (feature x p) P).
    by rewrite divr_ge0 ?ler0n // ltW.
  exact: rowsP mult rows.
split=> //; split=> // q; exists (hessian_form x y p q) => //.
exact: hessian_is_second_derivative.
Qed.
Corollary checked_minimum_norm e : check_minimum e -> stability_norm x p <= 1 / of_Q R eta - 2^-1.
Proof.
move=> h; have [off hi hq _] := checked_minimum h; have /and5P[_ _ /step_sizeP eta0 _ _] := h.
by apply: (stability_inequality eta0 _ hq); split.
Qed.
(* linearised gradient descent from every start stays bounded *)
Corollary checked_minimum_descent e : check_minimum e -> gd_bounded (@pdot R d k) (feature x p) (of_Q R eta).
Proof.
move=> h; have [_ hi hq _] := checked_minimum h; have /and5P[_ _ /step_sizeP eta0 _ _] := h.
by apply: (sharpness_gd_bounded P eta0) => q; rewrite -(hessian_interpolating q hi).
Qed.

Theorem checked_unstable u : check_unstable u -> ~ stable_shallow_minimum x y (of_Q R eta) p.
Proof.
move=> /andP[/step_sizeP eta0 /(@decide_lt R (Times _ _) (Sum _ _)) vector] /stable_shallow_minimumE[[_ hi] hq].
pose v : 'rV[R]_n.+1 := \row_j nth 0 (numbers u) j.
have L0 : 0 <= 2 / of_Q R eta by rewrite divr_ge0 ?ler0n // ltW.
have bound : rayleigh_bound (@pdot R d k) (feature x p) (2 / of_Q R eta).
  by move=> q; rewrite -(hessian_interpolating q hi).
have := (sharpness_gram (feature x p) P L0).1 bound v; apply/negP; rewrite -ltNge.
move: vector; rewrite value_times value_threshold !value_sum => vector.
apply: (@le_lt_trans _ _ (2 / of_Q R eta * \sum_(j < n.+1) V (Times (entry (map Rational u) j) (entry (map Rational u) j)))).
  rewrite ler_wpmul2l // /dot le_eqVlt; apply/orP; left; apply/eqP.
  by apply: eq_bigr => j _; rewrite !mxE value_times nth_map_V.
apply: lt_le_trans vector _; rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => j _.
by rewrite value_sum; apply: eq_bigr => l _; rewrite !mxE entryE !value_times !nth_map_V.
Qed.
End Check.

(* Six neurons that interpolate six points with labels 1, -1, 1, -1, 1, -1 *)
Definition whole_row (t : seq Z) : seq Q := [seq Qmake z 1 | z <- t].
Definition six_points : seq (seq Q) := map whole_row
  [:: [:: 2; 0]; [:: 1; 2]; [:: -1; 2]; [:: -2; 0]; [:: -1; -2]; [:: 1; -2]]%Z.
Definition six_labels : seq Q := whole_row [:: 1; -1; 1; -1; 1; -1]%Z.
Definition six_neurons : rational_network := {|
  input_weights := map whole_row [:: [:: -3; 2]; [:: 2; 0]; [:: -1; 3]; [:: -1; -3]; [:: 2; -2]; [:: 1; 3]]%Z;
  input_biases := [:: Qmake (-3) 1; Qmake (-3) 2; Qmake (-5) 2; Qmake (-1) 1; Qmake (-3) 1; Qmake (-3) 1];
  output_weights := [:: Qmake (-1) 9; Qmake 22 21; Qmake 682 819; Qmake 1 3; Qmake (-13) 21; Qmake (-1067) 1638];
  output_bias := Qmake (-1) 1 |}.
Definition six_certificate : bound_certificate := {|
  multiple := 268435456;
  factors := [:: [:: 50058; -4954; -894; -894; -894; -8662]; [:: 0; 39187; -28337; -1255; -1255; -16];
    [:: 0; 0; 15922; -38915; -5093; -3325]; [:: 0; 0; 0; 34200; -15458; -10406];
    [:: 0; 0; 0; 0; 35408; -37390]; [:: 0; 0; 0; 0; 0; 3470]]%Z |}.
Definition six_vector : seq Q := whole_row [:: 12; 52; 70; 22; 30; 28]%Z.

Lemma six_checked : check_minimum 2 six_neurons six_points six_labels 0.1674 six_certificate.
Proof. by vm_compute. Qed.
Lemma six_refuted : check_unstable 2 six_neurons six_points 0.1676 six_vector.
Proof. by vm_compute. Qed.

Section SixNeurons.
Variable R : rcfType.
Notation stable := (stable_shallow_minimum (@rational_data 2 six_points R) (@rational_labels six_points six_labels R)).
Notation network := (real_network 2 six_neurons R).

Lemma stable_of_smaller_step d n (x : 'I_n.+1 -> 'rV[R]_d) y eta eta' k (p : parameters R d k) :
  0 < eta' -> eta' <= eta -> stable_shallow_minimum x y eta p -> stable_shallow_minimum x y eta' p.
Proof.
move=> e0 le [off hi h]; split=> // q; have [c hc cL] := h q; exists c => //; apply: le_trans cL _.
rewrite ler_wpmul2r ?(ip_ge0 (pdot_ip R d k)) // ler_wpmul2l ?ler0n // lef_pinv ?posrE //.
exact: lt_le_trans e0 le.
Qed.

(* it is a stable minimum at the step sizes up to 0.1674, and at none from 0.1676 on *)
Theorem six_neurons_stable eta : 0 < eta -> eta <= of_Q R 0.1674 -> stable eta network.
Proof.
move=> e0 le; apply: (stable_of_smaller_step e0 le).
by have [] := checked_minimum R six_checked.
Qed.
Theorem six_neurons_unstable eta : of_Q R 0.1676 <= eta -> ~ stable eta network.
Proof.
have e0 : 0 < of_Q R 0.1676 by rewrite /of_Q divr_gt0 ?of_Z_gt0.
by move=> le /(stable_of_smaller_step e0 le); apply: (checked_unstable six_refuted).
Qed.
End SixNeurons.

(* Controls *)
(* |B_jl| <= B_jj for every l, in place of the sum *)
Definition check_entries d N points eta e := let n := (size points).-1 in
  all (fun j => all (fun l => compare Qle_bool (Absolute (Remainder d N points eta e j l)) (Remainder d N points eta e j j))
    (iota 0 n.+1)) (iota 0 n.+1).
Definition entries_certificate : bound_certificate := {|
  multiple := 1048576;
  factors := [:: [:: 3118; -295; -41; -41; -41; -528]; [:: 0; 2438; -1758; -57; -57; 23];
    [:: 0; 0; 987; -2363; -233; -110]; [:: 0; 0; 0; 2200; -813; -494]; [:: 0; 0; 0; 0; 2271; -2135];
    [:: 0; 0; 0; 0; 0; 1054]]%Z |}.

Section Refuted.
Variable R : rcfType.
Notation stable d N points labels eta :=
  (stable_shallow_minimum (@rational_data d points R) (@rational_labels points labels R) (of_Q R eta) (real_network d N R)).

Theorem control_checked_larger_step : ~ (forall eta : R, 0 < eta -> eta <= of_Q R 0.1676 ->
  stable_shallow_minimum (@rational_data 2 six_points R) (@rational_labels six_points six_labels R) eta
    (real_network 2 six_neurons R)).
Proof.
have e0 : 0 < of_Q R 0.1676 by rewrite /of_Q divr_gt0 ?of_Z_gt0.
by move=> h; apply: (@six_neurons_unstable R _ (lexx _)); apply: h (lexx _).
Qed.
(* the check by entries accepts six neurons at 0.1676 *)
Theorem control_check_entries : ~ (forall d N points labels eta e,
  [&& check_off_kinks d N points, check_interpolates d N points labels, check_step_size eta, check_multiple e
    & check_entries d N points eta e] -> stable d N points labels eta).
Proof.
move=> h; apply: (checked_unstable six_refuted).
by apply: (h 2%N six_neurons six_points six_labels (Qmake 1676 10000) entries_certificate); vm_compute.
Qed.
(* without c > 0 the empty certificate is accepted at every step size *)
Theorem control_check_multiple : ~ (forall d N points labels eta e,
  [&& check_off_kinks d N points, check_interpolates d N points labels, check_step_size eta
    & check_rows d N points eta e] -> stable d N points labels eta).
Proof.
move=> h; apply: (checked_unstable six_refuted).
by apply: (h 2%N six_neurons six_points six_labels (Qmake 1676 10000) (BoundCertificate 0 [::])); vm_compute.
Qed.
End Refuted.
