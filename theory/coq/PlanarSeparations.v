(* exact-separation, on 17 and on five points: the shallow nets are out, the two hidden layers are stable.

   The 17 points are the grid {-1,0,1}^2 with (+-10,+-10), (+-10,0) and (0,+-10), the five are 0, +-e_1, +-e_2; the
   label is 1 at the origin and 0 elsewhere.  A datum is (x, y, mass).  By the certificates of PlanarCertificates.v
   every shallow net that interpolates has |f|_S >= 17.38 and |f|_S >= 0.2262; the least norms are
   9 sqrt 201/578 + 176 sqrt 251/289 + 9 sqrt 809/34 = 17.398... and 4 sqrt 2/25 = 0.22627...  So none of them is a
   stable minimum for eta >= 0.0559, and for eta >= 1.377, while the net with two hidden layers of
   DepthSeparationTheorem.v is one up to 68/(19 + sqrt 233) = 1.98457..., and 20/(7 + sqrt 17) = 1.79805... *)
From Coq Require ZArith QArith.
Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network.
Require Import StabilityNorm NondifferentiableMinima TwoLayers Evaluation.
Require Import DepthSeparationTheorem PlanarCertificates.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.

(* Measures and certificates, in whole numbers: each combination was found among those of three inequalities *)
Local Open Scope Z_scope.
Definition seventeen_points_measure : seq datum :=
  [:: (10,10,-243); (10,0,1319); (0,10,1319); (1,1,0); (1,0,-22813); (0,1,-22813); (10,-10,-243); (1,-1,0);
      (0,0,86948); (-1,1,0); (-10,10,-243); (0,-1,-22813); (-1,0,-22813); (-1,-1,0); (0,-10,1319); (-10,0,1319);
      (-10,-10,-243)].
Definition seventeen_points_certificate : certificate :=
  Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch (Branch
  (Branch (Branch (Branch (Leaf 17000 1 [:: (8,1445000000)] 1 [:: (8,1445000000)]) (Leaf 21354 1 [:: (0,176997000);
  (8,1815090000)] 1 [:: (0,36543000); (8,1815090000)])) (Branch (Absurd [:: (0,1); (1,2); (6,1)]) (Leaf 26925 1 [::
  (6,818966000); (10,695683000); (13,815690000)] 1 [:: (2,571487000); (11,556710000); (16,580214000)]))) (Branch
  (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,2); (6,1)]) (Leaf 31559 1 [:: (0,327505000);
  (3,3228790000)] 1 [:: (0,626554000); (8,2143529000)])))) (Branch (Absurd [:: (0,2); (1,10); (4,1); (6,7)]) (Branch
  (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,2); (6,1)]) (Leaf 32419 1 [:: (0,29435500);
  (8,2828825500)] 1 [:: (0,651363500); (8,2066443500)]))))) (Branch (Absurd [:: (0,1); (1,2); (4,1)]) (Branch (Absurd
  [:: (0,1); (2,6); (4,1); (10,4)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,2);
  (6,1)]) (Leaf 32695 1 [:: (3,3178485000); (4,1046132000); (10,285515000)] 1 [:: (6,2428051050); (10,2106576950);
  (13,3327874000)])))))) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,2); (4,1)]) (Branch
  (Absurd [:: (0,1); (3,10); (6,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,2);
  (6,1)]) (Leaf 33000 1 [:: (3,3547875000); (4,3565442000); (5,3565442000)] 1 [:: (0,14668300);
  (8,14323427300)]))))))) (Branch (Branch (Branch (Branch (Branch (Absurd [:: (0,1); (5,1); (17,10)]) (Branch (Absurd
  [:: (0,1); (1,1); (18,10)]) (Leaf 33105 1 [:: (1,255838000); (8,2813925000)] 1 [:: (1,737312000); (8,2813925000)])))
  (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 34190 1 [::
  (3,1146870500); (10,241177000); (13,1456230500)] 1 [:: (13,368367500); (14,515304250); (15,716750250)])))) (Branch
  (Branch (Absurd [:: (0,1); (5,1); (17,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 33630 1 [::
  (2,1064672000); (14,1081487000); (15,280528000)] 1 [:: (2,690434000); (12,547530000); (16,707249000)]))) (Branch
  (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 35014 1 [:: (8,1287128000);
  (10,301980000); (11,1133660000)] 1 [:: (5,695458000); (15,140140200); (16,643313800)]))))) (Branch (Absurd [::
  (0,1); (1,2); (4,1)]) (Branch (Branch (Absurd [:: (0,1); (3,10); (7,9)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)])
  (Leaf 34190 1 [:: (3,2848533500); (4,4129870000); (9,2677583500)] 1 [:: (7,3559403500); (9,3388453500);
  (12,1455763000)]))) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf
  35580 1 [:: (2,524343625); (4,2779940750); (6,709844625)] 1 [:: (7,3210358000); (12,2159119000);
  (13,2558452000)])))))) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,2); (4,1)]) (Branch
  (Absurd [:: (0,1); (3,10); (6,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1);
  (18,10)]) (Leaf 35608 1 [:: (1,446312000); (4,5419747000); (5,4917527000)] 1 [:: (7,6416346500); (9,7060913500);
  (12,867126000)])))))))) (Branch (Absurd [:: (0,1); (1,10); (2,9)]) (Branch (Branch (Absurd [:: (0,1); (3,1);
  (14,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Branch (Absurd [:: (0,1); (3,10); (7,9)]) (Branch
  (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 34785 1 [:: (1,609563000); (4,3829482000)] 1 [:: (1,155393800);
  (8,8420788800)]))) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf
  35902 1 [:: (2,809260700); (6,749194300); (7,2617474000)] 1 [:: (8,2159119000); (11,3868767000);
  (13,1738243000)])))))) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch
  (Absurd [:: (0,1); (3,10); (6,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1);
  (18,10)]) (Leaf 35930 1 [:: (3,3924098000); (4,6189939000); (5,833099000)] 1 [:: (8,11500007000); (9,1742863000);
  (11,937966000)]))))))))) (Branch (Absurd [:: (0,1); (1,2); (2,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)])
  (Branch (Absurd [:: (0,1); (3,2); (6,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1);
  (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch
  (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 35693 1 [:: (9,4623772000); (11,3916774000); (13,5451160000)] 1 [::
  (5,885826000); (7,1703758000); (8,8546682000)])))))))))) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd
  [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,2); (6,1)])
  (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1);
  (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 34885
  1 [:: (7,856373000); (11,5730520000); (12,8910814000)] 1 [:: (4,708066000); (7,5661446000);
  (9,4973499000)]))))))))))) (Branch (Absurd [:: (0,1); (1,1); (8,9)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)])
  (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1);
  (3,2); (6,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd
  [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)])
  (Leaf 31685 1 [:: (11,6475642000); (12,6475642000); (13,493025000)] 1 [:: (0,203300); (8,11543005700)]))))))))))))
  (Branch (Branch (Branch (Absurd [:: (0,1); (3,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,2); (2,1)]) (Branch (Absurd
  [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)])
  (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1);
  (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 35185 1 [:: (9,3233278000); (13,3969226000);
  (17,2788608000)] 1 [:: (2,719109800); (7,1619938000); (8,2400506200)])))))))))) (Branch (Absurd [:: (0,1); (1,1);
  (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [::
  (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch
  (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1);
  (18,10)]) (Leaf 34365 1 [:: (12,6241806000); (13,760173000); (17,2682008000)] 1 [:: (0,350739900); (8,2394753100);
  (9,2194586000)]))))))))))) (Branch (Absurd [:: (0,1); (1,1); (8,9)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)])
  (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1);
  (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch
  (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1);
  (18,10)]) (Leaf 30822 1 [:: (12,6342297000); (13,329055000); (17,202385000)] 1 [:: (2,625305300); (6,2247828500);
  (10,2257118200)]))))))))))))) (Branch (Absurd [:: (0,1); (1,1); (6,1)]) (Branch (Branch (Absurd [:: (0,1); (3,2);
  (4,1)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [::
  (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1);
  (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 33271 1 [:: (6,32558250); (10,165642250); (15,76763000)]
  1 [:: (10,133084000); (14,697265500); (15,623353500)]))))))))))) (Branch (Absurd [:: (0,1); (1,1); (8,9)]) (Branch
  (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1);
  (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [::
  (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)])
  (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 29966 1 [:: (0,3679000); (8,89156000)] 1 [:: (3,2482297500);
  (13,3773772500)])))))))))))))) (Branch (Absurd [:: (0,1); (1,1); (6,1)]) (Branch (Absurd [:: (0,1); (1,1); (6,1)])
  (Branch (Branch (Absurd [:: (0,1); (3,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [::
  (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1);
  (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 31874 1 [::
  (14,15552000); (17,2373730000)] 1 [:: (14,540561000); (15,718847000)]))))))))))) (Branch (Absurd [:: (0,1); (1,1);
  (8,9)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [::
  (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1);
  (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 28442 1 [:: (3,42500); (13,265482500)] 1 [::
  (14,523401000); (15,523401000); (16,71983000)]))))))))))))))) (Branch (Branch (Branch (Absurd [:: (0,1); (3,1);
  (7,9)]) (Branch (Branch (Branch (Absurd [:: (0,1); (3,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,2); (2,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1);
  (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [::
  (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 33541 1 [:: (4,1180701000);
  (12,8539151000)] 1 [:: (1,134867800); (8,5211122200)])))))))))) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1);
  (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [::
  (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf
  32403 1 [:: (10,245308000); (12,4301892000); (13,2615095000)] 1 [:: (4,1160908000); (7,2109611000);
  (9,2271626000)]))))))))))) (Absurd [:: (2,10); (0,9); (4,9); (5,8)]))) (Branch (Absurd [:: (0,1); (1,1); (6,1)])
  (Branch (Branch (Absurd [:: (0,1); (3,2); (4,1)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [::
  (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1);
  (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 31272 1 [::
  (13,156360000); (15,228343000)] 1 [:: (13,156360000); (15,709817000)]))))))))))) (Absurd [:: (3,10); (0,8); (4,9);
  (5,7)])))) (Branch (Absurd [:: (0,1); (1,1); (6,1)]) (Branch (Absurd [:: (0,1); (1,1); (6,1)]) (Branch (Branch
  (Absurd [:: (0,1); (3,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1);
  (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [::
  (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch
  (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 30149 1 [:: (15,211498000)] 1
  [:: (15,692972000)]))))))))))) (Branch (Absurd [:: (0,1); (1,1); (8,9)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)])
  (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1);
  (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch
  (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1);
  (18,10)]) (Leaf 22449 1 [:: (10,182472000); (15,95998000)] 1 [:: (10,42018000); (15,577472000)]))))))))))))))))
  (Branch (Absurd [:: (0,1); (1,1); (3,10)]) (Branch (Absurd [:: (0,1); (2,1); (4,9); (5,8)]) (Branch (Absurd [::
  (0,1); (1,1); (6,1)]) (Branch (Absurd [:: (0,1); (1,1); (6,1)]) (Branch (Absurd [:: (0,1); (5,2); (6,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (8,9)]) (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1);
  (10,1)]) (Branch (Absurd [:: (0,1); (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [::
  (0,1); (1,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch
  (Absurd [:: (0,1); (1,1); (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 14177 1 [:: (16,141112000)] 1
  [:: (16,658000)]))))))))))))))))) (Branch (Absurd [:: (0,1); (1,1); (3,10)]) (Branch (Absurd [:: (0,1); (1,1);
  (3,10)]) (Branch (Absurd [:: (0,1); (2,1); (4,9); (5,8)]) (Branch (Absurd [:: (0,1); (1,1); (6,1)]) (Branch (Absurd
  [:: (0,1); (1,1); (6,1)]) (Branch (Absurd [:: (0,1); (5,1); (8,10)]) (Branch (Absurd [:: (0,1); (1,1); (8,9)])
  (Branch (Absurd [:: (0,1); (1,1); (9,1)]) (Branch (Absurd [:: (0,1); (1,1); (10,1)]) (Branch (Absurd [:: (0,1);
  (1,1); (11,9)]) (Branch (Absurd [:: (0,1); (3,1); (13,1)]) (Branch (Absurd [:: (0,1); (1,1); (13,1)]) (Branch
  (Absurd [:: (0,1); (1,1); (15,1)]) (Branch (Absurd [:: (0,1); (3,1); (16,9)]) (Branch (Absurd [:: (0,1); (1,1);
  (16,10)]) (Branch (Absurd [:: (0,1); (1,1); (18,10)]) (Leaf 0 1 [::] 1 [::]))))))))))))))))).
Definition five_points_measure : seq datum :=
  [:: (1,0,-100); (0,1,-100); (0,0,400); (0,-1,-100); (-1,0,-100)].
Definition five_points_certificate : certificate :=
  Branch (Branch (Branch (Branch (Branch (Leaf 50000 1 [:: (2,442000000)] 1 [:: (2,442000000)]) (Leaf 41231 1 [::
  (0,97896408); (2,364482040)] 1 [:: (0,47896408); (2,364482040)])) (Branch (Absurd [:: (0,1); (1,1); (5,1)]) (Leaf
  33166 1 [:: (0,20681256); (3,83637488); (4,62956232)] 1 [:: (2,158637488); (3,33637488); (4,33637488)]))) (Branch
  (Absurd [:: (0,1); (1,2); (2,1)]) (Branch (Absurd [:: (0,1); (1,1); (5,1)]) (Leaf 24494 1 [:: (3,68305392);
  (4,68305392)] 1 [:: (3,18305392); (4,18305392)])))) (Branch (Absurd [:: (0,1); (1,1); (4,1)]) (Branch (Absurd [::
  (0,1); (1,1); (5,1)]) (Branch (Absurd [:: (0,1); (1,1); (5,1)]) (Leaf 14142 1 [:: (4,50003056)] 1 [:: (4,3056)])))))
  (Branch (Absurd [:: (0,1); (1,1); (2,1)]) (Branch (Absurd [:: (0,1); (1,1); (4,1)]) (Branch (Absurd [:: (0,1);
  (1,1); (5,1)]) (Branch (Absurd [:: (0,1); (1,1); (5,1)]) (Leaf 0 1 [::] 1 [::]))))).

Local Close Scope Z_scope.
Local Open Scope ring_scope.

Lemma seventeen_points_valid : certified seventeen_points_measure 16 5000 1000 seventeen_points_certificate 8.
Proof. by vm_compute. Qed.
Lemma five_points_valid : certified five_points_measure 4 1768 10000 five_points_certificate 2.
Proof. by vm_compute. Qed.

Section Numbers.
Variable R : rcfType.
(* a rational expression below a quotient of whole numbers *)
Lemma below_quotient (e : expr) a b : (if computed e is Some p then ~~ Qle_bool (Qmake a b) p else false) ->
  value R e < @of_Z R a / @of_Z R (Zpos b).
Proof. by case h: (computed e) => [p|//] lt; rewrite (computed_correct R h); apply: (@of_Q_lt R _ (Qmake a b)). Qed.
Lemma smaller_step (low eta bound : R) : 0 < low -> low <= eta -> 1 / low - 2^-1 < bound -> 1 / eta - 2^-1 < bound.
Proof.
move=> l0 le; apply: le_lt_trans; rewrite ler_add2r !div1r lef_pinv ?posrE //.
exact: lt_le_trans le.
Qed.
Lemma below_root a b c : (if (computed a, computed b) is (Some p, Some q) then
    Qle_bool (Qmake 0 1) p && ~~ Qle_bool q (Qmult p p) else false) -> value R b = c -> value R a < Num.sqrt c.
Proof.
case ha: (computed a) => [p|//]; case hb: (computed b) => [q|//] /andP[p0 lt] <-.
rewrite (computed_correct R ha) (computed_correct R hb).
have P0 : 0 <= of_Q R p by rewrite -(of_Q0 R); apply: of_Q_le.
rewrite -[X in X < _]ger0_norm // -sqrtr_sqr ltr_sqrt; last first.
  by apply: le_lt_trans (of_Q_lt R lt); rewrite of_QM -expr2 sqr_ge0.
by rewrite expr2 -of_QM; apply: of_Q_lt.
Qed.
End Numbers.

(* 17 points *)
Section SeventeenPoints.
Variable R : rcfType.
Definition seventeen_points : 'I_17 -> 'rV[R]_2 := @planar R seventeen_points_measure 16.
Definition seventeen_labels : 'I_17 -> R := spike R (inord 8).
Let valid : certified seventeen_points_measure 16 5000 1000 seventeen_points_certificate (inord 8 : 'I_17).
Proof. by rewrite inordK //; exact: seventeen_points_valid. Qed.
Let size_measure : size seventeen_points_measure = 17%N. Proof. by []. Qed.
Let charge : planar_charge R seventeen_points_measure (inord 8 : 'I_17) = @of_Z R 86948.
Proof. by rewrite /planar_charge inordK. Qed.

Theorem seventeen_points_norm k (p : parameters R 2 k) :
  (forall j, shallow_net p (seventeen_points j) = seventeen_labels j) ->
  869 / 50 <= stability_norm seventeen_points p.
Proof.
move=> /(certified_norm size_measure valid); rewrite charge; apply: le_trans; apply: ltW.
by apply: (@below_quotient R (ratio 869 50)); vm_compute.
Qed.
Lemma seventeen_points_step : 2 * 17%:R / bump_eigenvalue R 16 = 68 / (19 + Num.sqrt 233).
Proof.
have -> : 233 = (16%:R - 1) ^+ 2 + 8 :> R by rational_over R.
rewrite -/(bump_root R 16) /bump_eigenvalue -natrD.
by rewrite invf_div mulrA -!natrM.
Qed.
Lemma seventeen_points_bumpP (eta : R) : 0 < eta ->
  stable_two_layer_minimum seventeen_points seventeen_labels eta (bump R 2) <-> eta <= 68 / (19 + Num.sqrt 233).
Proof.
move=> e0; rewrite -seventeen_points_step; apply: bump_stableP => //.
- exact: (planar_origin R size_measure valid).
- exact: (planar_elsewhere R size_measure valid).
Qed.

(* step sizes from 0.0559 to 1.98457... *)
Theorem depth_separation_seventeen_points (eta : R) : 559 / 10000 <= eta -> eta <= 68 / (19 + Num.sqrt 233) ->
  [/\ forall k (p : parameters R 2 k), ~ stable_shallow_minimum seventeen_points seventeen_labels eta p,
      forall k (p : parameters R 2 k), interpolating seventeen_points seventeen_labels p ->
        ~ strongly_stable seventeen_points seventeen_labels eta p
    & exists k, exists p : deep_parameters R 2 k, stable_two_layer_minimum seventeen_points seventeen_labels eta p].
Proof.
move=> low; rewrite -seventeen_points_step => high.
have l0 : 0 < 559 / 10000 :> R by rational_over R.
apply: (certified_separation size_measure valid (lt_le_trans l0 low) _ high).
apply: smaller_step l0 low _; rewrite charge.
apply: (@below_quotient R (Plus (Times (Natural 1) (Inverse (ratio 559 10000))) (Minus (Inverse (Natural 2))))).
by vm_compute.
Qed.

(* Controls *)
(* the two-layer net at a larger step size: 68/(19 + sqrt 233) < 1.985 *)
Theorem control_seventeen_larger_step : ~ (forall eta : R, 559 / 10000 <= eta -> eta <= 1985 / 1000 ->
  stable_two_layer_minimum seventeen_points seventeen_labels eta (bump R 2)).
Proof.
have e0 : 0 < 1985 / 1000 :> R by rational_over R.
have low : 559 / 10000 <= 1985 / 1000 :> R by rational_over R.
move=> h; have /seventeen_points_bumpP := h _ low (lexx _); move=> /(_ e0); apply/negP; rewrite -ltNge.
have s : 763 / 50 < Num.sqrt 233 :> R.
  by apply: (@below_root R (ratio 763 50) (Natural 233)); vm_compute.
have p : 0 < 19 + Num.sqrt 233 :> R by rewrite ltr_spaddl ?ltr0n ?sqrtr_ge0.
rewrite ltr_pdivr_mulr // -ltr_pdivr_mull //.
by rewrite -ltr_subl_addl; apply: le_lt_trans s; rational_over R.
Qed.
Let expressions : seventeen_points = @data R 2 (map (map (@value R)) (whole_expressions seventeen_points_measure)) 16.
Proof. by rewrite -whole_pointsE. Qed.
Let high : 1 < 68 / (19 + Num.sqrt 233) :> R.
Proof.
have p : 0 < 19 + Num.sqrt 233 :> R by rewrite ltr_spaddl ?ltr0n ?sqrtr_ge0.
rewrite ltr_pdivl_mulr // mul1r -ltr_subr_addl.
have -> : 68 - 19 = Num.sqrt (49 ^+ 2) :> R by rational_over R.
by rewrite ltr_sqrt; rational_over R.
Qed.

(* the trapezoid, of width 4, is a stable minimum at 1/1000 *)
Theorem control_seventeen_every_step : ~ (forall eta : R, 0 < eta -> eta <= 68 / (19 + Num.sqrt 233) ->
  forall k (p : parameters R 2 k), ~ stable_shallow_minimum seventeen_points seventeen_labels eta p).
Proof.
move=> h; apply: (h (1 / 1000) _ _ 4%N (list_net R trapezoid_directions trapezoid_biases trapezoid_weights 4)).
- by rational_over R.
- by apply: ltW; apply: lt_trans high; rational_over R.
rewrite expressions.
refine (@decided_stableP R 16 _ _ _ _ _ (rcons (nseq 8 (Natural 0)) (Natural 1)) (Natural 2000)
  seventeen_labels _ _ _ _).
- by vm_compute.
- move=> j; rewrite /seventeen_labels /spike -val_eqE /= inordK //.
  by case: j => [[|[|[|[|[|[|[|[|[|j]]]]]]]]] hj] //=; rewrite /entry nth_nil.
by rewrite /=; rational_over R.
Qed.
(* the label 1 at (10,10) and not at the origin: one neuron is a stable minimum *)
Theorem control_seventeen_label : ~ (forall eta : R, 559 / 10000 <= eta -> eta <= 68 / (19 + Num.sqrt 233) ->
  forall k (p : parameters R 2 k), ~ stable_shallow_minimum seventeen_points (spike R ord0) eta p).
Proof.
move=> h; apply: (h (559 / 10000) (lexx _) _ 1%N
  (list_net R [:: [:: Natural 1; Natural 1]] [:: Minus (Natural 15)] [:: ratio 1 5] 1)).
  by apply: ltW; apply: lt_trans high; rational_over R.
rewrite expressions.
refine (@decided_stableP R 16 _ _ _ _ _ [:: Natural 1] (ratio 20000 559) (spike R ord0) _ _ _ _).
- by vm_compute.
- by move=> j; rewrite /spike -val_eqE; case: j => [[|j] hj] //=; rewrite /entry nth_nil.
by rewrite /=; rational_over R.
Qed.
End SeventeenPoints.

(* Five points *)
Section FivePoints.
Variable R : rcfType.
Definition five_points : 'I_5 -> 'rV[R]_2 := @planar R five_points_measure 4.
Definition five_labels : 'I_5 -> R := spike R (inord 2).
Let valid : certified five_points_measure 4 1768 10000 five_points_certificate (inord 2 : 'I_5).
Proof. by rewrite inordK //; exact: five_points_valid. Qed.
Let size_measure : size five_points_measure = 5%N. Proof. by []. Qed.
Lemma five_points_step : 2 * 5%:R / bump_eigenvalue R 4 = 20 / (7 + Num.sqrt 17).
Proof.
have -> : 17 = (4%:R - 1) ^+ 2 + 8 :> R by rational_over R.
rewrite -/(bump_root R 4) /bump_eigenvalue -natrD.
by rewrite invf_div mulrA -!natrM.
Qed.
Lemma five_points_bumpP (eta : R) : 0 < eta ->
  stable_two_layer_minimum five_points five_labels eta (bump R 2) <-> eta <= 20 / (7 + Num.sqrt 17).
Proof.
move=> e0; rewrite -five_points_step; apply: bump_stableP => //.
- exact: (planar_origin R size_measure valid).
- exact: (planar_elsewhere R size_measure valid).
Qed.

(* step sizes from 1.377 to 1.79805... *)
Theorem depth_separation_five_points (eta : R) : 1377 / 1000 <= eta -> eta <= 20 / (7 + Num.sqrt 17) ->
  [/\ forall k (p : parameters R 2 k), ~ stable_shallow_minimum five_points five_labels eta p,
      forall k (p : parameters R 2 k), interpolating five_points five_labels p ->
        ~ strongly_stable five_points five_labels eta p
    & exists k, exists p : deep_parameters R 2 k, stable_two_layer_minimum five_points five_labels eta p].
Proof.
move=> low; rewrite -five_points_step => high.
have l0 : 0 < 1377 / 1000 :> R by rational_over R.
apply: (certified_separation size_measure valid (lt_le_trans l0 low) _ high).
apply: smaller_step l0 low _; rewrite /planar_charge inordK //.
apply: (@below_quotient R (Plus (Times (Natural 1) (Inverse (ratio 1377 1000))) (Minus (Inverse (Natural 2))))).
by vm_compute.
Qed.
(* the two-layer net at a larger step size: 20/(7 + sqrt 17) < 1.799 *)
Theorem control_five_larger_step : ~ (forall eta : R, 1377 / 1000 <= eta -> eta <= 1799 / 1000 ->
  stable_two_layer_minimum five_points five_labels eta (bump R 2)).
Proof.
have e0 : 0 < 1799 / 1000 :> R by rational_over R.
have low : 1377 / 1000 <= 1799 / 1000 :> R by rational_over R.
move=> h; have /five_points_bumpP := h _ low (lexx _); move=> /(_ e0); apply/negP; rewrite -ltNge.
have s : 103 / 25 < Num.sqrt 17 :> R.
  by apply: (@below_root R (ratio 103 25) (Natural 17)); vm_compute.
have p : 0 < 7 + Num.sqrt 17 :> R by rewrite ltr_spaddl ?ltr0n ?sqrtr_ge0.
rewrite ltr_pdivr_mulr // -ltr_pdivr_mull //.
by rewrite -ltr_subl_addl; apply: le_lt_trans s; rational_over R.
Qed.
End FivePoints.
