(* exact-separation: certificates and nets for named data, checked by computation in Coq.

   Every shallow net that interpolates has at least the norm on the left, and one has at most that on the right.
   The points are to be divided by the number after the list of data, the labels by the next; the last two are M^2.

   - the grid {-1,0,1}^2, label 1 at the origin:  8 sqrt 17 / 81, 0.4072203088
                                                                  [grid_least_root, grid_least_net]
   - the cross {0, +-e_1, +-e_2}, label 1 at the origin:  4 sqrt 2 / 25, 0.2262741701
                                                                  [cross_least_root, cross_least_net]
   - the grid and 8 points ten times as far:  17.3980854395, 17.3980854397
                                                                  [seventeen_least_norm, seventeen_least_net]
   - the grid {-2,...,2}^2, label 1 at the origin:  1.4209973613, 1.4209973614
                                                                  [five_by_five_least_norm, five_by_five_least_net]
   - the grid {-1,-1/2,...,1}^2 with the values of the pyramid (1 - |x|_1)_+:  0.6593511583, 0.6593511585
                                                                  [pyramid_grid_least_norm, pyramid_grid_least_net] *)
From Coq Require ZArith QArith.
Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries Network Weight StabilityNorm DepthSeparation PlanarLines.
Require Import LineCertificates LeastNets.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Definition grid_certificate := (Certificate
  [:: Datum (-1) (-1) 0 0; Datum (-1) 0 0 (-1); Datum (-1) 1 0 0; Datum 0 (-1) 0 (-1); Datum 0 0 1 4; Datum 0
  1 0 (-1); Datum 1 (-1) 0 0; Datum 1 0 0 (-1); Datum 1 1 0 0] 1 1 6561 68)%Z.
Lemma grid_checked : certificate_ok grid_certificate. Proof. by vm_compute. Qed.
Lemma grid_usable : certificate_ok grid_certificate && Z.leb 0 (pairing grid_certificate) && Z.ltb 0 (num_of grid_certificate).
Proof. by vm_compute. Qed.
Theorem grid_least_root (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 8 grid_certificate) (@certified_label R 8 grid_certificate) p ->
  Num.sqrt (of_Q R (1088 # 6561)) <= stability_norm (@certified_point R 8 grid_certificate) p.
Proof. by move=> hi; have := certified_root grid_usable erefl hi. Qed.
Theorem grid_least_norm (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 8 grid_certificate) (@certified_label R 8 grid_certificate) p ->
  of_Q R 0.4072203087 <= stability_norm (@certified_point R 8 grid_certificate) p.
Proof. by apply: certified_rational grid_checked _ _ k p; vm_compute. Qed.

Definition cross_certificate := (Certificate
  [:: Datum 0 0 1 4; Datum (-1) 0 0 (-1); Datum 0 (-1) 0 (-1); Datum 0 1 0 (-1); Datum 1 0 0 (-1)] 1 1 625
  2)%Z.
Lemma cross_checked : certificate_ok cross_certificate. Proof. by vm_compute. Qed.
Lemma cross_usable : certificate_ok cross_certificate && Z.leb 0 (pairing cross_certificate) && Z.ltb 0 (num_of cross_certificate).
Proof. by vm_compute. Qed.
Theorem cross_least_root (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 4 cross_certificate) (@certified_label R 4 cross_certificate) p ->
  Num.sqrt (of_Q R (32 # 625)) <= stability_norm (@certified_point R 4 cross_certificate) p.
Proof. by move=> hi; have := certified_root cross_usable erefl hi. Qed.
Theorem cross_least_norm (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 4 cross_certificate) (@certified_label R 4 cross_certificate) p ->
  of_Q R 0.2262741699 <= stability_norm (@certified_point R 4 cross_certificate) p.
Proof. by apply: certified_rational cross_checked _ _ k p; vm_compute. Qed.

Definition seventeen_certificate := (Certificate
  [:: Datum (-1) (-1) 0 0; Datum (-1) 0 0 (-77294253431892000); Datum (-1) 1 0 0; Datum 0 (-1) 0
  (-51193236497341600); Datum 0 0 1 244856284695780000; Datum 0 1 0 (-51193236497341600); Datum 1 (-1) 0 0;
  Datum 1 0 0 (-77294253431892000); Datum 1 1 0 0; Datum (-10) (-10) 0 (-690414624570400); Datum (-10) 0 0
  3720088415242000; Datum (-10) 10 0 (-690414624570000); Datum 0 (-10) 0 3720088415242000; Datum 0 10 0
  3720088415242000; Datum 10 (-10) 0 (-690414624570000); Datum 10 0 0 3720088415242000; Datum 10 10 0
  (-690414624570400)] 1 1 198070406285858467565008476712041 1)%Z.
Lemma seventeen_checked : certificate_ok seventeen_certificate. Proof. by vm_compute. Qed.
Theorem seventeen_least_norm (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 16 seventeen_certificate) (@certified_label R 16 seventeen_certificate) p ->
  of_Q R 17.3980854395 <= stability_norm (@certified_point R 16 seventeen_certificate) p.
Proof. by apply: certified_rational seventeen_checked _ _ k p; vm_compute. Qed.

Definition five_by_five_certificate := (Certificate
  [:: Datum (-2) (-2) 0 (-43234556422752); Datum (-2) (-1) 0 287379872929696; Datum (-2) 0 0 172128125136512;
  Datum (-2) 1 0 287379872929696; Datum (-2) 2 0 (-43234556422760); Datum (-1) (-2) 0 241877145552672; Datum
  (-1) (-1) 0 (-2921711467326400); Datum (-1) 0 0 (-2130257747955088); Datum (-1) 1 0 (-71590009036368); Datum
  (-1) 2 0 241877145552672; Datum 0 (-2) 0 263133579890576; Datum 0 (-1) 0 166770866520720; Datum 0 0 1
  12799206373881728; Datum 0 1 0 (-5533472050059344); Datum 0 2 0 263133579890576; Datum 1 (-2) 0
  241877145552672; Datum 1 (-1) 0 (-2368618623512192); Datum 1 0 0 (-3236443435583536); Datum 1 1 0
  481502834777840; Datum 1 2 0 241877145552672; Datum 2 (-2) 0 (-43234556422752); Datum 2 (-1) 0
  287379872929696; Datum 2 0 0 172128125136512; Datum 2 1 0 287379872929696; Datum 2 2 0 (-43234556422744)] 1
  1 81129638414618841414782905938889 1)%Z.
Lemma five_by_five_checked : certificate_ok five_by_five_certificate. Proof. by vm_compute. Qed.
Theorem five_by_five_least_norm (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 24 five_by_five_certificate) (@certified_label R 24 five_by_five_certificate) p ->
  of_Q R 1.4209973613 <= stability_norm (@certified_point R 24 five_by_five_certificate) p.
Proof. by apply: certified_rational five_by_five_checked _ _ k p; vm_compute. Qed.

Definition pyramid_grid_certificate := (Certificate
  [:: Datum (-2) (-2) 0 9542381400768; Datum (-2) (-1) 0 257751473323632; Datum (-2) 0 0 0; Datum (-2) 1 0
  257751473323632; Datum (-2) 2 0 9542381400800; Datum (-1) (-2) 0 257751473323632; Datum (-1) (-1) 0
  (-3436441608266928); Datum (-1) 0 1 (-116114701855680); Datum (-1) 1 0 (-3436441608266928); Datum (-1) 2 0
  257751473323632; Datum 0 (-2) 0 0; Datum 0 (-1) 1 (-116114701855680); Datum 0 0 2 12110043928298240; Datum 0
  1 1 (-116114701855680); Datum 0 2 0 0; Datum 1 (-2) 0 257751473323632; Datum 1 (-1) 0 (-3436441608266928);
  Datum 1 0 1 (-116114701855680); Datum 1 1 0 (-3436441608266928); Datum 1 2 0 257751473323632; Datum 2 (-2) 0
  9542381400800; Datum 2 (-1) 0 257751473323632; Datum 2 0 0 0; Datum 2 1 0 257751473323632; Datum 2 2 0
  9542381400768] 2 2 324518553658473960536047884057025 1)%Z.
Lemma pyramid_grid_checked : certificate_ok pyramid_grid_certificate. Proof. by vm_compute. Qed.
Theorem pyramid_grid_least_norm (R : rcfType) k (p : parameters R 2 k) :
  interpolating (@certified_point R 24 pyramid_grid_certificate) (@certified_label R 24 pyramid_grid_certificate) p ->
  of_Q R 0.6593511583 <= stability_norm (@certified_point R 24 pyramid_grid_certificate) p.
Proof. by apply: certified_rational pyramid_grid_checked _ _ k p; vm_compute. Qed.

(* Nets that interpolate, with a norm that is larger by less than 10^-9 *)
Definition grid_net := (ListedNet
  [:: Neuron 1 0 (-2) 1 true; Neuron 1 (-1) 0 (-1) false; Neuron 1 1 0 (-1) false] (-1) 1)%Z.
Theorem grid_least_net (R : rcfType) : exists p : parameters R 2 3,
  interpolating (@certified_point R 8 grid_certificate) (@certified_label R 8 grid_certificate) p /\
  stability_norm (@certified_point R 8 grid_certificate) p <= of_Q R 0.4072203088.
Proof. by apply: (@listed_net_rational R 8 _ grid_net); vm_compute. Qed.

Definition cross_net := (ListedNet
  [:: Neuron 1 1 (-2) 1 true; Neuron 0 1 0 (-2) false; Neuron 1 0 0 (-2) false] (-1) 1)%Z.
Theorem cross_least_net (R : rcfType) : exists p : parameters R 2 3,
  interpolating (@certified_point R 4 cross_certificate) (@certified_label R 4 cross_certificate) p /\
  stability_norm (@certified_point R 4 cross_certificate) p <= of_Q R 0.2262741701.
Proof. by apply: (@listed_net_rational R 4 _ cross_net); vm_compute. Qed.

Definition seventeen_net := (ListedNet
  [:: Neuron 8 (-9) (-171) 2 true; Neuron 1 (-1) 0 (-160) false; Neuron 1 1 0 (-160) false; Neuron 9 11 (-20)
  9 true; Neuron 9 11 20 9 false; Neuron 11 (-9) (-20) 9 true; Neuron 11 (-9) 20 9 false; Neuron 1 1 (-10)
  (-18) true; Neuron 1 1 10 (-18) false; Neuron 1 (-1) (-10) (-18) true; Neuron 1 (-1) 10 (-18) false] (-182)
  160)%Z.
Theorem seventeen_least_net (R : rcfType) : exists p : parameters R 2 11,
  interpolating (@certified_point R 16 seventeen_certificate) (@certified_label R 16 seventeen_certificate) p /\
  stability_norm (@certified_point R 16 seventeen_certificate) p <= of_Q R 17.3980854397.
Proof. by apply: (@listed_net_rational R 16 _ seventeen_net); vm_compute. Qed.

Definition five_by_five_net := (ListedNet
  [:: Neuron 1 0 (-3) 2 true; Neuron 1 (-1) 0 (-4) false; Neuron 1 1 0 (-4) false; Neuron 4 (-1) (-6) 1 true;
  Neuron 1 (-4) (-6) 1 true; Neuron 1 (-4) 6 1 false; Neuron 4 (-1) 6 1 false; Neuron 1 4 (-6) 1 true; Neuron
  4 1 6 1 false; Neuron 1 4 6 1 false; Neuron 4 1 (-6) 1 true; Neuron 1 (-1) (-3) (-4) true; Neuron 1 (-1) 3
  (-4) false; Neuron 1 1 3 (-4) false; Neuron 1 1 (-3) (-4) true] (-2) 4)%Z.
Theorem five_by_five_least_net (R : rcfType) : exists p : parameters R 2 15,
  interpolating (@certified_point R 24 five_by_five_certificate) (@certified_label R 24 five_by_five_certificate) p /\
  stability_norm (@certified_point R 24 five_by_five_certificate) p <= of_Q R 1.4209973614.
Proof. by apply: (@listed_net_rational R 24 _ five_by_five_net); vm_compute. Qed.

Definition pyramid_grid_net := (ListedNet
  [:: Neuron (-1) 1 (-6) 1 true; Neuron 0 1 0 (-2) false; Neuron 1 0 0 (-2) false; Neuron 1 1 (-2) 1 true;
  Neuron 1 (-1) (-2) 1 true; Neuron 1 (-1) 2 1 false; Neuron 1 1 2 1 false] (-4) 1)%Z.
Theorem pyramid_grid_least_net (R : rcfType) : exists p : parameters R 2 7,
  interpolating (@certified_point R 24 pyramid_grid_certificate) (@certified_label R 24 pyramid_grid_certificate) p /\
  stability_norm (@certified_point R 24 pyramid_grid_certificate) p <= of_Q R 0.6593511585.
Proof. by apply: (@listed_net_rational R 24 _ pyramid_grid_net); vm_compute. Qed.

(* Controls *)
(* a smaller M is refused *)
Theorem control_smaller_multiplier : ~ certificate_ok (Certificate (data_of grid_certificate) 1 1 6560 68).
Proof. by vm_compute. Qed.

(* data on one line: three of them, where the lines through two of them say nothing, and nothing bounds the integral *)
Theorem control_data_on_a_line (R : rcfType) :
  ~ (forall n (x : 'I_n.+1 -> 'rV[R]_2) charge M, 0 <= M -> annihilates_affine x charge ->
     every_line_checked x charge M ->
     forall v b, `|ridge_integral x charge v b| <= M * one_sided_weight x v b).
Proof.
pose x (l : 'I_3) : 'rV[R]_2 := \row_i if i == 0 then (val l)%:R else 0.
pose charge (l : 'I_3) : R := nth 0 [:: - 1; 2; - 1] l.
have area0 i j l : area (abscissa x) (ordinate x) i j l = 0.
  by rewrite /area /ordinate !mxE /= !subrr mulr0 mul0r subrr.
have relu0 : relu (0 : R) = 0 by rewrite /relu maxxx.
have affine : annihilates_affine x charge.
  split; first by rewrite !big_ord_recl big_ord0 /charge /=; rational_over R.
  by apply/rowP => i; rewrite summxE !mxE !big_ord_recl big_ord0 !mxE /charge /=; case: (i == 0); rational_over R.
have zero i j A : line_constraint x charge 0 i j A.
  by rewrite /line_constraint mul0r big1 ?normr0 // => l _; rewrite area0 relu0 mulr0.
have checked : every_line_checked x charge 0 by move=> i j _; split=> // m _.
move=> h; have := h _ x charge 0 (lexx _) affine checked (\row_i (i == 0)%:R) 1.
rewrite mul0r /ridge_integral /integral !big_ord_recl big_ord0 /charge /= /dot !big_ord_recl !big_ord0 !mxE /=.
by apply/negP; rewrite -ltNge /relu; rational_over R.
Qed.

(* the upper end of the grid, lowered in the tenth digit, is refused for its net *)
Theorem control_lower_net : ~ upper_ok grid_certificate grid_net 0.4072203087.
Proof. by vm_compute. Qed.
