(* Small networks with rational weights, evaluated in any real closed field: the definitions compute what
   an independent numerical implementation computes.

   Three nets.  a: one neuron on the line.  b: four neurons on three lines of the plane, two of them on one
   line with opposite orientations.  c: an ordinary, a constant (w1 = 0) and a dead neuron.
   Data and parameters are rows of numbers; neurons and data are counted from 0; gram jl is
   <grad f(x_j), grad f(x_l)> / N; class i is the first neuron on the hyperplane of neuron i; the weights
   carry the number of that neuron.  Every line below with a scalar is the lemma example_<net>_<quantity>;
   one_sided_weight_reflected is gt(-v,-b).  A test in another language can read this table.

   [evaluate_net R] quotes the literal lists, and [decide_eq] computes in the rationals; square roots
   only where they are rational.  [evaluate R] does the same by unfolding, for very small nets. *)
(* net a: x = [[3/4], [-12/5]] *)
(* net a: w1 = [[1]] *)
(* net a: b1 = [0] *)
(* net a: w2 = [1] *)
(* net a: b2 = 0 *)
(* net a: gram00 = 25/16 *)
(* net a: gram01 = 1/2 *)
(* net a: gram11 = 1/2 *)
(* net a: mean_gradient_square = 49/32 *)
(* net a: direction = [[1]] *)
(* net a: threshold = [0] *)
(* net a: amplitude = [1] *)
(* net a: one_sided_weight = 15/64 *)
(* net a: one_sided_weight_reflected = 39/25 *)
(* net a: weight = 15/64 *)
(* net a: stability_norm = 15/64 *)
(* net b: x = [[0, 0], [-4/3, 0], [2, 1]] *)
(* net b: w1 = [[3, 4], [-6, -8], [-3, 0], [-5, 12]] *)
(* net b: b1 = [2, -4, -1, -1] *)
(* net b: w2 = [1/2, -1/2, 1, -1/2] *)
(* net b: b2 = -3/2 *)
(* net b: output0 = -1/2 *)
(* net b: output1 = -10/3 *)
(* net b: output2 = 4 *)
(* net b: gram00 = 7/4 *)
(* net b: gram01 = 1/3 *)
(* net b: gram02 = 101/12 *)
(* net b: gram11 = 1121/54 *)
(* net b: gram12 = 25/12 *)
(* net b: gram22 = 149/3 *)
(* net b: mean_gradient_square = 10135/324 *)
(* net b: direction = [[3/5, 4/5], [-3/5, -4/5], [-1, 0], [-5/13, 12/13]] *)
(* net b: threshold = [-2/5, 2/5, 1/3, 1/13] *)
(* net b: amplitude = [5/2, -5, 3, -13/2] *)
(* net b: class = [0, 0, 2, 3] *)
(* net b: one_sided_weight0 = 14/15 *)
(* net b: one_sided_weight0_reflected = 2/27 *)
(* net b: weight0 = 2/27 *)
(* net b: one_sided_weight2 = 5/27 *)
(* net b: one_sided_weight2_reflected = 8/9 *)
(* net b: weight2 = 5/27 *)
(* net b: one_sided_weight3 = 140/1053 *)
(* net b: one_sided_weight3_reflected = 1/117 *)
(* net b: weight3 = 1/117 *)
(* net b: stability_norm = 43/54 *)
(* net c: x = [[0, 0], [4/3, 0]] *)
(* net c: w1 = [[3, 4], [0, 0], [-3, 4]] *)
(* net c: b1 = [-2, 1/2, -1] *)
(* net c: w2 = [3/2, -2, 1] *)
(* net c: b2 = 5/2 *)
(* net c: output0 = 3/2 *)
(* net c: output1 = 9/2 *)
(* net c: gram00 = 21/8 *)
(* net c: gram01 = 21/8 *)
(* net c: gram11 = 407/36 *)
(* net c: mean_gradient_square = 1381/144 *)
(* net c: direction = [[3/5, 4/5], [0, 0], [-3/5, 4/5]] *)
(* net c: threshold = [2/5, 0, 1/5] *)
(* net c: amplitude = [15/2, 0, 5] *)
(* net c: class = [0, 1, 2] *)
(* net c: one_sided_weight0 = 1/6 *)
(* net c: one_sided_weight0_reflected = 1/10 *)
(* net c: weight0 = 1/10 *)
(* net c: one_sided_weight2 = 0 *)
(* net c: weight2 = 0 *)
(* net c: stability_norm = 3/4 *)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network GramForm Weight.
Require Import StabilityNorm SharpnessLowerBound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* data and nets in one dimension, from lists of numbers *)
Definition data1 (R : rcfType) (s : seq R) n (j : 'I_n.+1) : 'rV[R]_1 := \row_l nth 0 s j.
(* sum_i a_i relu(w_i z + b_i) + c *)
Definition net1 (R : rcfType) (w b a : seq R) k (c : R) : parameters R 1 k :=
  mkparameters (fun i => \row_l nth 0 w i) (fun i => nth 0 b i) (fun i => nth 0 a i) c.

Lemma dot1 (R : rcfType) (u v : 'rV[R]_1) : dot u v = u 0 0 * v 0 0.
Proof. by rewrite /dot big_ord1. Qed.
Lemma row1 (R : rcfType) (u v : 'rV[R]_1) : u 0 0 = v 0 0 -> u = v.
Proof. by move=> h; apply/rowP => l; rewrite ord1. Qed.

Section OneNeuron.
Variables (R : rcfType) (n : nat) (s : seq R) (w b a c : R).
Let x := @data1 R s n.
Let p := net1 [:: w] [:: b] [:: a] 1 c.
Lemma one_amplitude : amplitude p 0 = a * `|w|.
Proof. by rewrite /amplitude mkE /nrm mkE dot1 mxE -expr2 sqrtr_sqr. Qed.
Lemma one_direction : 0 < w -> direction p 0 = const_mx 1.
Proof.
move=> w0; apply: row1; rewrite /direction /nrm !mkE dot1 !mxE /= -expr2 sqrtr_sqr gtr0_norm //.
by rewrite mulVf ?gt_eqF.
Qed.
Lemma one_threshold : 0 < w -> threshold p 0 = - b / w.
Proof. by move=> w0; rewrite /threshold /nrm !mkE dot1 !mxE -expr2 sqrtr_sqr gtr0_norm. Qed.
Lemma one_stability_norm : 0 < w -> stability_norm x p = `|a * w| * weight x (const_mx 1) (- b / w).
Proof.
move=> w0; rewrite /stability_norm /reduced_norm big_ord1 one_direction // one_threshold //.
congr (`|_| * _); rewrite /merged_amplitude (big_pred1 ord0).
  by rewrite one_amplitude gtr0_norm.
by move=> i; rewrite !ord1 eqxx.
Qed.
End OneNeuron.

Ltac evaluate R :=
  rewrite /one_sided_weight /mean_excess /probability /masked_mean /vmean /indicator /mean
    /pdot /feature /grad /preactivation /shallow_net /w1 /b1 /w2 /b2 /net1 /mkparameters /data1 /nrm /dot;
  rewrite ?(big_ord_recl, big_ord0) /=; rewrite ?mxE /=; rewrite ?(big_ord_recl, big_ord0) /= ?mxE /=;
  rewrite /relu /step; rational_over R.

(* Data and nets in d dimensions from lists, and the quantities as sums over the lists *)
Section Lists.
Variables (R : rcfType) (d : nat).
Let D := dot_ip R d.
Definition point (s : seq R) : 'rV[R]_d := \row_l nth 0 s l.
Definition data (s : seq (seq R)) n (j : 'I_n.+1) : 'rV[R]_d := point (nth [::] s j).
(* sum_i a_i relu(<w_i, z> + b_i) + c *)
Definition net (w : seq (seq R)) (b a : seq R) k (c : R) : parameters R d k :=
  mkparameters (fun i => point (nth [::] w i)) (fun i => nth 0 b i) (fun i => nth 0 a i) c.

Lemma dot_point s t : dot (point s) (point t) = \sum_(l < d) nth 0 s l * nth 0 t l.
Proof. by apply: eq_bigr => l _; rewrite !mxE. Qed.

(* <w_i, x_j> + b_i *)
Definition list_preactivation (s w : seq (seq R)) (b : seq R) j i : R :=
  \sum_(l < d) nth 0 (nth [::] w i) l * nth 0 (nth [::] s j) l + nth 0 b i.
Lemma preactivation_net s w b a k c n (j : 'I_n.+1) (i : 'I_k) :
  preactivation (net w b a k c) (data s j) i = list_preactivation s w b j i.
Proof. by rewrite /preactivation !mkE dot_point. Qed.
Lemma shallow_net_lists s w b a k c n (j : 'I_n.+1) : shallow_net (net w b a k c) (data s j) =
  \sum_(i < k) nth 0 a i * relu (list_preactivation s w b j i) + c.
Proof.
by rewrite /shallow_net mkE; congr (_ + _); apply: eq_bigr => i _; rewrite preactivation_net mkE.
Qed.

Lemma gram_lists s w b a k c n (j l : 'I_n.+1) :
  gram (@pdot R d k) (feature (@data s n) (net w b a k c)) j l =
  (1 + \sum_(i < k) relu (list_preactivation s w b j i) * relu (list_preactivation s w b l i)
   + (\sum_(i < k) nth 0 a i ^+ 2 *
       (step (list_preactivation s w b j i) * step (list_preactivation s w b l i)))
     * (1 + \sum_(m < d) nth 0 (nth [::] s j) m * nth 0 (nth [::] s l) m)) / n.+1%:R.
Proof.
apply: (mulfI (n1_neq0 R n)); rewrite gram_entry [RHS]mulrC divfK ?n1_neq0 // dot_point.
congr (1 + _ + _ * _); apply: eq_bigr => i _; by rewrite !preactivation_net ?mkE.
Qed.

(* |E F(X)|^2 for weights F_j on the data, entry by entry *)
Lemma vmean_lists (F : nat -> R) s n :
  dot (vmean (fun j : 'I_n.+1 => F j *: data s j)) (vmean (fun j : 'I_n.+1 => F j *: data s j)) =
  \sum_(l < d) ((\sum_(j < n.+1) F j * nth 0 (nth [::] s j) l) / n.+1%:R) ^+ 2.
Proof.
apply: eq_bigr => l _; rewrite -expr2; congr (_ ^+ 2); rewrite !mxE summxE mulrC; congr (_ / _).
by apply: eq_bigr => j _; rewrite !mxE.
Qed.

Lemma mean_gradient_square_lists s w b a k c n :
  mean_gradient_square (@data s n) (net w b a k c) =
  1 + \sum_(i < k) (((\sum_(j < n.+1) relu (list_preactivation s w b j i)) / n.+1%:R) ^+ 2
    + nth 0 a i ^+ 2 * (((\sum_(j < n.+1) step (list_preactivation s w b j i)) / n.+1%:R) ^+ 2
      + \sum_(l < d) ((\sum_(j < n.+1) step (list_preactivation s w b j i) * nth 0 (nth [::] s j) l)
                      / n.+1%:R) ^+ 2)).
Proof.
congr (1 + _); apply: eq_bigr => i _; rewrite /neuron_square mkE.
have E (j : 'I_n.+1) := preactivation_net s w b a c j i.
rewrite (@eq_mean _ _ _ _ (fun j : 'I_n.+1 => congr1 (@relu R) (E j))).
have S (j : 'I_n.+1) := congr1 (@step R) (E j).
have V := vmean_lists (fun j => step (list_preactivation s w b j i)) s n; cbv beta in V.
rewrite (@eq_mean _ _ (fun j => step _) _ S) -V.
rewrite (_ : vmean (fun j => step (preactivation _ _ _) *: _) =
  vmean (fun j : 'I_n.+1 => step (list_preactivation s w b j i) *: data s j)) //.
by congr (_ *: _); apply: eq_bigr => j _; rewrite S.
Qed.

(* <v, x_j> - b *)
Definition list_excess (s : seq (seq R)) (v : seq R) (b : R) j : R :=
  \sum_(l < d) nth 0 v l * nth 0 (nth [::] s j) l - b.
Lemma one_sided_weight_lists s v b n : one_sided_weight (@data s n) (point v) b =
  (\sum_(j < n.+1) relu (list_excess s v b j)) / n.+1%:R *
  Num.sqrt (((\sum_(j < n.+1) step (list_excess s v b j)) / n.+1%:R) ^+ 2 +
    \sum_(l < d) ((\sum_(j < n.+1) step (list_excess s v b j) * nth 0 (nth [::] s j) l)
                  / n.+1%:R) ^+ 2).
Proof.
have E (j : 'I_n.+1) : dot (point v) (data s j) - b = list_excess s v b j by rewrite dot_point.
have I (j : 'I_n.+1) : indicator (@data s n) (point v) b j = step (list_excess s v b j).
  by rewrite -indicator_step E.
have V := vmean_lists (fun j => step (list_excess s v b j)) s n; cbv beta in V.
rewrite /one_sided_weight /mean_excess /probability (@eq_mean _ _ _ _ I).
rewrite (@eq_mean _ _ _ _ (fun j : 'I_n.+1 => congr1 (@relu R) (E j))) -V /masked_mean.
rewrite (_ : vmean (fun j => indicator _ _ _ j *: _) =
  vmean (fun j : 'I_n.+1 => step (list_excess s v b j) *: data s j)) //.
by congr (_ *: _); apply: eq_bigr => j _; rewrite I.
Qed.

(* a half space without data has weight 0, whatever the other side *)
Lemma weight_dead n (x : 'I_n.+1 -> 'rV[R]_d) v b : one_sided_weight x v b = 0 -> weight x v b = 0.
Proof. by move=> e; apply/eqP; rewrite eq_le weight_ge0 andbT -e weight_le. Qed.
End Lists.

(* The merged norm by any list of the classes: c i is the chosen member of the class of neuron i *)
Section Classes.
Variables (R : rcfType) (d k : nat) (p : parameters R d k) (c : 'I_k -> 'I_k).
Hypothesis classes : forall i j, same_hyperplane p i j = (c i == c j).
Hypothesis c_idem : forall i, c (c i) = c i.
Lemma reduced_norm_by_classes w :
  (forall v b, 0 <= w v b) -> (forall v b, w (- v) (- b) = w v b) ->
  reduced_norm w p = \sum_h `|\sum_(i | c i == h) amplitude p i| * w (direction p h) (threshold p h).
Proof.
move=> w0 wN.
rewrite reduced_norm_classes (reindex_onto (representative p) c); last first.
  move=> i /eqP ri; rewrite -[RHS]ri; apply/eqP.
  by rewrite representative_class classes c_idem.
rewrite big_mkcond; apply: eq_bigr => h _; rewrite representative_idem eqxx /=.
have -> : c (representative p h) = c h.
  by apply/eqP; rewrite -classes representative_same.
case: eqP => ch; last first.
  (* no neuron chose h: the sum is empty *)
  rewrite big_pred0 ?normr0 ?mul0r // => i; apply/eqP => ih; apply: ch.
  by rewrite -ih c_idem.
rewrite weight_representative //; congr (`|_| * _); apply: eq_bigl => i.
rewrite -[same_plane _ _]/(same_hyperplane p i (representative p h)) classes.
have -> : c (representative p h) = c h by apply/eqP; rewrite -classes representative_same.
by rewrite ch.
Qed.
End Classes.

(* The same sums as expressions of RationalArithmetic.v: a quantity of a net given by literal lists is
   then computed without any expansion of the sums in the goal *)
Section Expressions.
Variables (R : rcfType) (d : nat).
Notation V := (@value R).
Notation values := (map V).
Notation table := (map values).
Definition Sum n (f : nat -> expr) : expr := foldr (fun i e => Plus (f i) e) (Natural 0) (iota 0 n).
Definition Relu e := Maximum e (Natural 0).
Definition Step e := Less (Natural 0) e.
Definition Mean n f := Times (Sum n f) (Inverse (Natural n)).
Definition entry (s : seq expr) i := nth (Natural 0) s i.
Definition entry2 (s : seq (seq expr)) i l := entry (nth [::] s i) l.

Lemma value_sum n f : V (Sum n f) = \sum_(i < n) V (f i).
Proof.
rewrite -(big_mkord predT (fun i => V (f i))) /Sum /index_iota subn0.
by elim: (iota 0 n) => [|i r IH]; rewrite ?big_nil ?big_cons //= IH.
Qed.
Lemma value_entry s i : V (entry s i) = nth 0 (values s) i.
Proof. by elim: s i => [|e s IH] [|i] //=; apply: IH. Qed.
Lemma value_entry2 s i l : V (entry2 s i l) = nth 0 (nth [::] (table s) i) l.
Proof. by rewrite /entry2 value_entry; congr nth; elim: s i => [|e s IH] [|i] //=. Qed.
(* one constructor at a time; [/=] would also unfold the sums *)
Lemma value_plus e f : V (Plus e f) = V e + V f. Proof. by []. Qed.
Lemma value_times e f : V (Times e f) = V e * V f. Proof. by []. Qed.
Lemma value_minus e : V (Minus e) = - V e. Proof. by []. Qed.
Lemma value_inverse e : V (Inverse e) = (V e)^-1. Proof. by []. Qed.
Lemma value_power e m : V (Power e m) = V e ^+ m. Proof. by []. Qed.
Lemma value_root e : V (Root e) = Num.sqrt (V e). Proof. by []. Qed.
Lemma value_natural m : V (Natural m) = m%:R. Proof. by []. Qed.
Definition valueE := (value_plus, value_times, value_minus, value_inverse, value_power, value_root,
                      value_natural, value_sum).

Section NetExpressions.
Variables (s w : seq (seq expr)) (b a : seq expr) (k : nat) (c : expr) (n : nat).
Notation x := (@data R d (table s) n).
Notation p := (net d (table w) (values b) (values a) k (V c)).
Definition Preactivation j i : expr :=
  Plus (Sum d (fun l => Times (entry2 w i l) (entry2 s j l))) (entry b i).
Lemma value_preactivation j i :
  V (Preactivation j i) = list_preactivation d (table s) (table w) (values b) j i.
Proof.
rewrite /Preactivation !valueE value_entry; congr (_ + _).
by apply: eq_bigr => l _; rewrite -!value_entry2.
Qed.
Lemma value_relu j i : V (Relu (Preactivation j i)) =
  relu (list_preactivation d (table s) (table w) (values b) j i).
Proof. by rewrite -value_preactivation. Qed.
Lemma value_step j i : V (Step (Preactivation j i)) =
  step (list_preactivation d (table s) (table w) (values b) j i).
Proof. by rewrite -value_preactivation. Qed.

Definition Output j : expr := Plus (Sum k (fun i => Times (entry a i) (Relu (Preactivation j i)))) c.
Lemma value_output (j : 'I_n.+1) : shallow_net p (x j) = V (Output j).
Proof.
rewrite shallow_net_lists !valueE; congr (_ + _); apply: eq_bigr => i _.
by rewrite -value_entry -value_relu.
Qed.
Definition Gram j l : expr :=
  Times (Plus (Plus (Natural 1)
       (Sum k (fun i => Times (Relu (Preactivation j i)) (Relu (Preactivation l i)))))
     (Times (Sum k (fun i => Times (Power (entry a i) 2)
                               (Times (Step (Preactivation j i)) (Step (Preactivation l i)))))
            (Plus (Natural 1) (Sum d (fun m => Times (entry2 s j m) (entry2 s l m))))))
    (Inverse (Natural n.+1)).
Lemma value_gram (j l : 'I_n.+1) : gram (@pdot R d k) (feature x p) j l = V (Gram j l).
Proof.
rewrite gram_lists !valueE; congr ((1 + _ + _ * (1 + _)) / _); apply: eq_bigr => i _.
- by rewrite -!value_relu.
- by rewrite -value_entry -!value_step.
- by rewrite -!value_entry2.
Qed.
Definition MeanGradientSquare : expr :=
  Plus (Natural 1) (Sum k (fun i => Plus (Power (Mean n.+1 (fun j => Relu (Preactivation j i))) 2)
    (Times (Power (entry a i) 2) (Plus (Power (Mean n.+1 (fun j => Step (Preactivation j i))) 2)
      (Sum d (fun l => Power (Mean n.+1 (fun j => Times (Step (Preactivation j i)) (entry2 s j l))) 2)))))).
Lemma value_mean_gradient_square : mean_gradient_square x p = V MeanGradientSquare.
Proof.
rewrite mean_gradient_square_lists !valueE; congr (1 + _); apply: eq_bigr => i _.
rewrite -value_entry !valueE; congr ((_ / _) ^+ 2 + _ * ((_ / _) ^+ 2 + _)).
- by apply: eq_bigr => j _; rewrite -value_relu.
- by apply: eq_bigr => j _; rewrite -value_step.
apply: eq_bigr => l _; rewrite !valueE; congr ((_ / _) ^+ 2).
by apply: eq_bigr => j _; rewrite -value_entry2 -value_step.
Qed.
End NetExpressions.

Section WeightExpressions.
Variables (s : seq (seq expr)) (v : seq expr) (b : expr) (n : nat).
Definition Excess j : expr := Plus (Sum d (fun l => Times (entry v l) (entry2 s j l))) (Minus b).
Definition OneSidedWeight : expr := Times (Mean n.+1 (fun j => Relu (Excess j)))
  (Root (Plus (Power (Mean n.+1 (fun j => Step (Excess j))) 2)
    (Sum d (fun l => Power (Mean n.+1 (fun j => Times (Step (Excess j)) (entry2 s j l))) 2)))).
Lemma value_excess j : V (Excess j) = list_excess d (table s) (values v) (V b) j.
Proof.
rewrite /Excess !valueE; congr (_ - _).
by apply: eq_bigr => l _; rewrite -value_entry2 -value_entry.
Qed.
Lemma value_one_sided_weight :
  one_sided_weight (@data R d (table s) n) (point d (values v)) (V b) = V OneSidedWeight.
Proof.
rewrite one_sided_weight_lists !valueE.
congr (_ / _ * Num.sqrt ((_ / _) ^+ 2 + _)).
- by apply: eq_bigr => j _; rewrite -value_excess.
- by apply: eq_bigr => j _; rewrite -value_excess.
apply: eq_bigr => l _; rewrite !valueE; congr ((_ / _) ^+ 2).
by apply: eq_bigr => j _; rewrite -value_entry2 -value_excess.
Qed.
End WeightExpressions.
End Expressions.

(* lists of literal numbers as lists of expressions *)
Ltac quote_row s := match s with
  | nil => constr:(@nil expr)
  | ?a :: ?t => let u := quote a in let v := quote_row t in constr:(u :: v) end.
Ltac quote_table s := match s with
  | nil => constr:(@nil (seq expr))
  | ?a :: ?t => let u := quote_row a in let v := quote_table t in constr:(u :: v) end.

(* evaluates outputs, Gram entries, |E grad f|^2 and one-sided weights at nets given by literal lists *)
Ltac evaluate_net R :=
  match goal with |- @eq _ ?q ?r =>
    let r' := quote r in
    let e := match q with
      | one_sided_weight (@data _ ?d ?s ?n) (point _ ?v) ?b =>
          let s' := quote_table s in let v' := quote_row v in let b' := quote b in
          constr:(@value_one_sided_weight R d s' v' b' n)
      | context [@data _ ?d ?s ?n] => match q with context [@net _ _ ?w ?b ?a ?k ?c] =>
          let s' := quote_table s in let w' := quote_table w in
          let b' := quote_row b in let a' := quote_row a in let c' := quote c in
          match q with
          | shallow_net _ (_ ?j) => constr:(@value_output R d s' w' b' a' k c' n j)
          | gram _ _ ?j ?l => constr:(@value_gram R d s' w' b' a' k c' n j l)
          | mean_gradient_square _ _ => constr:(@value_mean_gradient_square R d s' w' b' a' k c' n)
          end end
      end in
    refine (eq_trans e _); refine (@decide_eq R _ r' _); vm_compute; reflexivity
  end.

(* in the plane, rows are compared entry by entry *)
Section Plane.
Variable R : rcfType.
Lemma opp_point (a b : R) : - point 2 [:: a; b] = point 2 [:: - a; - b].
Proof. by apply/rowP => l; rewrite !mxE; case: l => [[|[|//]]] /=. Qed.
Lemma point_eq (a b c e : R) : (point 2 [:: a; b] == point 2 [:: c; e]) = (a == c) && (b == e).
Proof.
apply/eqP/andP => [/rowP h|[/eqP -> /eqP ->] //].
by have := h 0; have := h (lift ord0 ord0); rewrite !mxE /= => -> ->; rewrite !eqxx.
Qed.
End Plane.

(* replaces equations between closed rational expressions by their truth values *)
Ltac decide_equalities R := repeat match goal with |- context [@eq_op ?T ?a ?b] =>
  first [ rewrite (_ : @eq_op T a b = true); last (apply/eqP; rational_over R)
        | rewrite (_ : @eq_op T a b = false); last (apply/negbTE; rational_over R)] end.

(* expands the sums over literal lists and computes *)
Ltac evaluate_lists R :=
  rewrite /list_preactivation /list_excess ?(big_ord_recl, big_ord0) /=; rewrite /relu /step;
  rational_over R.

(* Net a: x = (3/4, -12/5), f(z) = relu(z), and the one root that is not rational *)
Section Examples.
Variable R : rcfType.
Let x := @data1 R [:: 3 / 4; - (12 / 5)] 1.
Let v : 'rV[R]_1 := const_mx 1.
Let p : parameters R 1 1 := net1 [:: 1] [:: 0] [:: 1] 1 0.

(* gt(1,0) = 15/64, gt(-1,0) = 39/25, and their minimum *)
Lemma example_a_one_sided_weight : one_sided_weight x v 0 = 15 / 64.
Proof. rewrite /v /x; evaluate R. Qed.
Lemma example_a_one_sided_weight_reflected : one_sided_weight x (- v) (- 0) = 39 / 25.
Proof. rewrite /v /x; evaluate R. Qed.
Lemma example_a_weight : weight x v 0 = 15 / 64.
Proof.
by rewrite /weight example_a_one_sided_weight example_a_one_sided_weight_reflected; rational_over R.
Qed.
Lemma example_a_stability_norm : stability_norm x p = 15 / 64.
Proof. by rewrite /p one_stability_norm ?ltr01 // oppr0 mul0r example_a_weight; rational_over R. Qed.
(* the Gram matrix, entry by entry; its trace *)
Lemma example_a_preactivation0 : preactivation p (x 0) ord0 = 3 / 4.
Proof. rewrite /preactivation !mkE dot1 /x !mxE /=; rational_over R. Qed.
Lemma example_a_preactivation1 : preactivation p (x 1) ord0 = - (12 / 5).
Proof. rewrite /preactivation !mkE dot1 /x !mxE /=; rational_over R. Qed.
Let by_entries j l c :
  2%:R * gram (@pdot R 1 1) (feature x p) j l = 2 * c -> gram (@pdot R 1 1) (feature x p) j l = c.
Proof. by apply: mulfI; rewrite pnatr_eq0. Qed.
Lemma example_a_gram00 : gram (@pdot R 1 1) (feature x p) 0 0 = 25 / 16.
Proof.
apply: by_entries; rewrite gram_entry !big_ord1 example_a_preactivation0 !mkE dot1 /x !mxE /=.
rewrite /relu /step; rational_over R.
Qed.
Lemma example_a_gram01 : gram (@pdot R 1 1) (feature x p) 0 1 = 1 / 2.
Proof.
apply: by_entries; rewrite gram_entry !big_ord1 example_a_preactivation0 example_a_preactivation1.
rewrite !mkE dot1 /x !mxE /= /relu /step; rational_over R.
Qed.
Lemma example_a_gram11 : gram (@pdot R 1 1) (feature x p) 1 1 = 1 / 2.
Proof.
apply: by_entries; rewrite gram_entry !big_ord1 example_a_preactivation1 !mkE dot1 /x !mxE /=.
rewrite /relu /step; rational_over R.
Qed.
(* |E grad f|^2 = 1 + (3/8)^2 + (1/2)^2 + (3/8)^2 *)
Lemma example_a_mean_gradient_square : mean_gradient_square x p = 49 / 32.
Proof. rewrite /mean_gradient_square /neuron_square /p /x; evaluate R. Qed.

(* data 1, -1, where the weight has a root: its square *)
Let x' := @data1 R [:: 1; -1] 1.
Lemma example_a_weight_square : one_sided_weight x' v 0 ^+ 2 = 1 / 8.
Proof.
rewrite /one_sided_weight exprMn sqr_sqrtr; last first.
  by rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 (dot_ip R 1)).
rewrite /v /x'; evaluate R.
Qed.
End Examples.

(* Net b: four neurons on three lines of the plane; neurons 0 and 1 lie on one line, with opposite
   orientations.  Every root is rational. *)
Definition points_b (R : rcfType) : seq (seq R) :=
  [:: [:: 0; 0]; [:: - (4 / 3); 0]; [:: 2; 1]].
Definition net_b (R : rcfType) : parameters R 2 4 :=
  net 2 [:: [:: 3; 4]; [:: - (6); - (8)]; [:: - (3); 0]; [:: - (5); 12]]
    [:: 2; - (4); -1; -1] [:: 1 / 2; - (1 / 2); 1; - (1 / 2)] 4 (- (3 / 2)).
Section NetB.
Variable R : rcfType.
Let x := @data R 2 (points_b R) 2.
Let p := net_b R.
Lemma example_b_output0 : shallow_net p (x ord0) = - (1 / 2).
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_output1 : shallow_net p (x (lift ord0 ord0)) = - (10 / 3).
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_output2 : shallow_net p (x (lift ord0 (lift ord0 ord0))) = 4.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_gram00 : gram (@pdot R 2 4) (feature x p) ord0 ord0 = 7 / 4.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_gram01 : gram (@pdot R 2 4) (feature x p) ord0 (lift ord0 ord0) = 1 / 3.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_gram02 : gram (@pdot R 2 4) (feature x p) ord0 (lift ord0 (lift ord0 ord0)) = 101 / 12.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_gram11 : gram (@pdot R 2 4) (feature x p) (lift ord0 ord0) (lift ord0 ord0) = 1121 / 54.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_gram12 :
  gram (@pdot R 2 4) (feature x p) (lift ord0 ord0) (lift ord0 (lift ord0 ord0)) = 25 / 12.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_gram22 :
  gram (@pdot R 2 4) (feature x p) (lift ord0 (lift ord0 ord0)) (lift ord0 (lift ord0 ord0)) = 149 / 3.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
Lemma example_b_mean_gradient_square : mean_gradient_square x p = 10135 / 324.
Proof. rewrite /p /x /points_b /net_b; evaluate_net R. Qed.
(* canonical form *)
Lemma example_b_direction i :
  direction p i = 
  point 2 (nth [::]
    [:: [:: 3 / 5; 4 / 5]; [:: - (3 / 5); - (4 / 5)]; [:: -1; 0]; [:: - (5 / 13); 12 / 13]] i).
Proof.
apply/rowP => l; rewrite /direction !mkE /nrm dot_point !mxE.
by case: i => [[|[|[|[|//]]]] hi]; case: l => [[|[|//]] hl]; evaluate_lists R.
Qed.
Lemma example_b_threshold i : threshold p i = nth 0 [:: - (2 / 5); 2 / 5; 1 / 3; 1 / 13] i.
Proof.
by rewrite /threshold !mkE /nrm dot_point; case: i => [[|[|[|[|//]]]] hi]; evaluate_lists R.
Qed.
Lemma example_b_amplitude i : amplitude p i = nth 0 [:: 5 / 2; - (5); 3; - (13 / 2)] i.
Proof.
by rewrite /amplitude !mkE /nrm dot_point; case: i => [[|[|[|[|//]]]] hi]; evaluate_lists R.
Qed.
Let class (i : 'I_4) : 'I_4 := if val i == 1%N then ord0 else i.
Lemma example_b_class i j : same_hyperplane p i j = (class i == class j).
Proof.
rewrite /same_hyperplane !example_b_direction !example_b_threshold -[class i == _]val_eqE.
by case: i => [[|[|[|[|//]]]] hi]; case: j => [[|[|[|[|//]]]] hj];
  rewrite /= ?opp_point ?point_eq /=; decide_equalities R.
Qed.
(* weights *)
Lemma example_b_one_sided_weight0 : one_sided_weight x (point 2 [:: 3 / 5; 4 / 5]) (- (2 / 5)) = 14 / 15.
Proof. rewrite /x /points_b; evaluate_net R. Qed.
Lemma example_b_one_sided_weight0_reflected :
  one_sided_weight x (- point 2 [:: 3 / 5; 4 / 5]) (- (- (2 / 5))) = 2 / 27.
Proof. rewrite opp_point /x /points_b; evaluate_net R. Qed.
Lemma example_b_weight0 : weight x (point 2 [:: 3 / 5; 4 / 5]) (- (2 / 5)) = 2 / 27.
Proof.
by rewrite /weight example_b_one_sided_weight0 example_b_one_sided_weight0_reflected; rational_over R.
Qed.
Lemma example_b_one_sided_weight2 : one_sided_weight x (point 2 [:: -1; 0]) (1 / 3) = 5 / 27.
Proof. rewrite /x /points_b; evaluate_net R. Qed.
Lemma example_b_one_sided_weight2_reflected : one_sided_weight x (- point 2 [:: -1; 0]) (- (1 / 3)) = 8 / 9.
Proof. rewrite opp_point /x /points_b; evaluate_net R. Qed.
Lemma example_b_weight2 : weight x (point 2 [:: -1; 0]) (1 / 3) = 5 / 27.
Proof.
by rewrite /weight example_b_one_sided_weight2 example_b_one_sided_weight2_reflected; rational_over R.
Qed.
Lemma example_b_one_sided_weight3 :
  one_sided_weight x (point 2 [:: - (5 / 13); 12 / 13]) (1 / 13) = 140 / 1053.
Proof. rewrite /x /points_b; evaluate_net R. Qed.
Lemma example_b_one_sided_weight3_reflected :
  one_sided_weight x (- point 2 [:: - (5 / 13); 12 / 13]) (- (1 / 13)) = 1 / 117.
Proof. rewrite opp_point /x /points_b; evaluate_net R. Qed.
Lemma example_b_weight3 : weight x (point 2 [:: - (5 / 13); 12 / 13]) (1 / 13) = 1 / 117.
Proof.
by rewrite /weight example_b_one_sided_weight3 example_b_one_sided_weight3_reflected; rational_over R.
Qed.
Lemma example_b_stability_norm : stability_norm x p = 43 / 54.
Proof.
rewrite /stability_norm (reduced_norm_by_classes example_b_class) //; last first.
- exact: weightN.
- exact: weight_ge0.
- by move=> i; apply: val_inj; case: i => [[|[|[|[|//]]]] hi].
under eq_bigr => h _ do rewrite big_mkcond example_b_direction example_b_threshold.
rewrite !(big_ord_recl, big_ord0) /= !example_b_amplitude /=.
(* a neuron that represents no class has the empty sum *)
rewrite ?(addr0, add0r, normr0, mul0r) example_b_weight0 example_b_weight2 example_b_weight3.
rational_over R.
Qed.
End NetB.

(* Net c: an ordinary neuron, a constant one (w1 = 0) and a dead one, inactive at every datum *)
Definition points_c (R : rcfType) : seq (seq R) :=
  [:: [:: 0; 0]; [:: 4 / 3; 0]].
Definition net_c (R : rcfType) : parameters R 2 3 :=
  net 2 [:: [:: 3; 4]; [:: 0; 0]; [:: - (3); 4]]
    [:: - (2); 1 / 2; -1] [:: 3 / 2; - (2); 1] 3 (5 / 2).
Section NetC.
Variable R : rcfType.
Let x := @data R 2 (points_c R) 1.
Let p := net_c R.
Lemma example_c_output0 : shallow_net p (x ord0) = 3 / 2.
Proof. rewrite /p /x /points_c /net_c; evaluate_net R. Qed.
Lemma example_c_output1 : shallow_net p (x (lift ord0 ord0)) = 9 / 2.
Proof. rewrite /p /x /points_c /net_c; evaluate_net R. Qed.
Lemma example_c_gram00 : gram (@pdot R 2 3) (feature x p) ord0 ord0 = 21 / 8.
Proof. rewrite /p /x /points_c /net_c; evaluate_net R. Qed.
Lemma example_c_gram01 : gram (@pdot R 2 3) (feature x p) ord0 (lift ord0 ord0) = 21 / 8.
Proof. rewrite /p /x /points_c /net_c; evaluate_net R. Qed.
Lemma example_c_gram11 : gram (@pdot R 2 3) (feature x p) (lift ord0 ord0) (lift ord0 ord0) = 407 / 36.
Proof. rewrite /p /x /points_c /net_c; evaluate_net R. Qed.
Lemma example_c_mean_gradient_square : mean_gradient_square x p = 1381 / 144.
Proof. rewrite /p /x /points_c /net_c; evaluate_net R. Qed.
(* canonical form *)
Lemma example_c_direction i :
  direction p i = 
  point 2 (nth [::]
    [:: [:: 3 / 5; 4 / 5]; [:: 0; 0]; [:: - (3 / 5); 4 / 5]] i).
Proof.
apply/rowP => l; rewrite /direction !mkE /nrm dot_point !mxE.
by case: i => [[|[|[|//]]] hi]; case: l => [[|[|//]] hl]; evaluate_lists R.
Qed.
Lemma example_c_threshold i : threshold p i = nth 0 [:: 2 / 5; 0; 1 / 5] i.
Proof.
by rewrite /threshold !mkE /nrm dot_point; case: i => [[|[|[|//]]] hi]; evaluate_lists R.
Qed.
Lemma example_c_amplitude i : amplitude p i = nth 0 [:: 15 / 2; 0; 5] i.
Proof.
by rewrite /amplitude !mkE /nrm dot_point; case: i => [[|[|[|//]]] hi]; evaluate_lists R.
Qed.
Let class (i : 'I_3) : 'I_3 := i.
Lemma example_c_class i j : same_hyperplane p i j = (class i == class j).
Proof.
rewrite /same_hyperplane !example_c_direction !example_c_threshold -[class i == _]val_eqE.
by case: i => [[|[|[|//]]] hi]; case: j => [[|[|[|//]]] hj];
  rewrite /= ?opp_point ?point_eq /=; decide_equalities R.
Qed.
(* weights *)
Lemma example_c_one_sided_weight0 : one_sided_weight x (point 2 [:: 3 / 5; 4 / 5]) (2 / 5) = 1 / 6.
Proof. rewrite /x /points_c; evaluate_net R. Qed.
Lemma example_c_one_sided_weight0_reflected :
  one_sided_weight x (- point 2 [:: 3 / 5; 4 / 5]) (- (2 / 5)) = 1 / 10.
Proof. rewrite opp_point /x /points_c; evaluate_net R. Qed.
Lemma example_c_weight0 : weight x (point 2 [:: 3 / 5; 4 / 5]) (2 / 5) = 1 / 10.
Proof.
by rewrite /weight example_c_one_sided_weight0 example_c_one_sided_weight0_reflected; rational_over R.
Qed.
Lemma example_c_one_sided_weight2 : one_sided_weight x (point 2 [:: - (3 / 5); 4 / 5]) (1 / 5) = 0.
Proof. rewrite /x /points_c; evaluate_net R. Qed.
(* the root on the other side is irrational, and not needed *)
Lemma example_c_weight2 : weight x (point 2 [:: - (3 / 5); 4 / 5]) (1 / 5) = 0.
Proof. exact/weight_dead/example_c_one_sided_weight2. Qed.
Lemma example_c_stability_norm : stability_norm x p = 3 / 4.
Proof.
rewrite /stability_norm (reduced_norm_by_classes example_c_class) //; last first.
- exact: weightN.
- exact: weight_ge0.
under eq_bigr => h _ do rewrite big_mkcond example_c_direction example_c_threshold.
rewrite !(big_ord_recl, big_ord0) /= !example_c_amplitude /=.
(* a neuron that represents no class has the empty sum *)
rewrite ?(addr0, add0r, normr0, mul0r) example_c_weight0 example_c_weight2.
rational_over R.
Qed.
End NetC.
