(* Small networks with rational weights, evaluated in any real closed field.

   [evaluate R] unfolds the definitions of the weights, features and forms at a network given by
   literal numbers and computes; square roots only where they are rational.  The instances are those
   of Controls.v, and are to be compared with an independent numerical implementation. *)
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
  rewrite ?(big_ord_recl, big_ord0) /=; rewrite ?mxE /=; rewrite ?(big_ord_recl, big_ord0) /= ?mxE /=; rewrite /relu /step; rational_over R.

Section Examples.
Variable R : rcfType.
Let x := @data1 R [:: 3 / 4; - (12 / 5)] 1.
Let v : 'rV[R]_1 := const_mx 1.
Let p : parameters R 1 1 := net1 [:: 1] [:: 0] [:: 1] 1 0.

(* gt(1,0) = 15/64, gt(-1,0) = 39/25, and their minimum *)
Lemma example_one_sided_weight : one_sided_weight x v 0 = 15 / 64.
Proof. rewrite /v /x; evaluate R. Qed.
Lemma example_one_sided_weight_reflected : one_sided_weight x (- v) (- 0) = 39 / 25.
Proof. rewrite /v /x; evaluate R. Qed.
Lemma example_weight : weight x v 0 = 15 / 64.
Proof.
by rewrite /weight example_one_sided_weight example_one_sided_weight_reflected; rational_over R.
Qed.
Lemma example_stability_norm : stability_norm x p = 15 / 64.
Proof. by rewrite /p one_stability_norm ?ltr01 // oppr0 mul0r example_weight; rational_over R. Qed.
(* the Gram matrix, entry by entry; its trace *)
Lemma example_preactivation0 : preactivation p (x 0) ord0 = 3 / 4.
Proof. rewrite /preactivation !mkE dot1 /x !mxE /=; rational_over R. Qed.
Lemma example_preactivation1 : preactivation p (x 1) ord0 = - (12 / 5).
Proof. rewrite /preactivation !mkE dot1 /x !mxE /=; rational_over R. Qed.
Let by_entries j l c :
  2%:R * gram (@pdot R 1 1) (feature x p) j l = 2 * c -> gram (@pdot R 1 1) (feature x p) j l = c.
Proof. by apply: mulfI; rewrite pnatr_eq0. Qed.
Lemma example_gram00 : gram (@pdot R 1 1) (feature x p) 0 0 = 25 / 16.
Proof.
apply: by_entries; rewrite gram_entry !big_ord1 example_preactivation0 !mkE dot1 /x !mxE /=.
rewrite /relu /step; rational_over R.
Qed.
Lemma example_gram01 : gram (@pdot R 1 1) (feature x p) 0 1 = 1 / 2.
Proof.
apply: by_entries; rewrite gram_entry !big_ord1 example_preactivation0 example_preactivation1.
rewrite !mkE dot1 /x !mxE /= /relu /step; rational_over R.
Qed.
Lemma example_gram11 : gram (@pdot R 1 1) (feature x p) 1 1 = 1 / 2.
Proof.
apply: by_entries; rewrite gram_entry !big_ord1 example_preactivation1 !mkE dot1 /x !mxE /=.
rewrite /relu /step; rational_over R.
Qed.
(* |E grad f|^2 = 1 + (3/8)^2 + (1/2)^2 + (3/8)^2 *)
Lemma example_mean_gradient_square : mean_gradient_square x p = 49 / 32.
Proof. rewrite /mean_gradient_square /neuron_square /p /x; evaluate R. Qed.

(* data 1, -1, where the weight has a root: its square *)
Let x' := @data1 R [:: 1; -1] 1.
Lemma example_weight_square : one_sided_weight x' v 0 ^+ 2 = 1 / 8.
Proof.
rewrite /one_sided_weight exprMn sqr_sqrtr; last first.
  by rewrite addr_ge0 ?sqr_ge0 // (ip_ge0 (dot_ip R 1)).
rewrite /v /x'; evaluate R.
Qed.
End Examples.
