(* The statements, in one place.  R is any real closed field; d, k, n and the data are arbitrary; N = n+1.
   No axiom is used: [Print Assumptions] below answers "Closed under the global context".

   [archimedean R] is assumed only where boundedness for all times is a hypothesis: descent_boundedP,
   gd_boundedP, sgd_bounded_sharpness, sgd_stable_sharpness, stability_inequality_gd,
   stability_inequality_sgd, stable_local_minimum, mean_square_one_step, mean_square_stability,
   mean_square_stability_batches; and where 1/N has to become small: half_fails_below, best_possible.

   claim | file | theorem | statement

   linear-stability | LinearStability.v | descent_boundedP
     GD with H psd is bounded from every start iff lambda_max(H) <= 2/eta
   linear-stability | LinearStability.v | gd_boundedP
     the same at H = (1/N) sum_j g_j g_j^T
   linear-stability | LinearStability.v | sgd_mean_trajectory
     E<u, delta_t> for SGD is <u, delta_t> for GD
   linear-stability | LinearStability.v | sgd_bounded_sharpness
     SGD: E|delta_t| bounded from every start => lambda_max <= 2/eta
   linear-stability | LinearStability.v | sgd_stable_sharpness
     SGD: limsup E|delta_t| <= eps on an eps-ball => lambda_max <= 2/eta
   (setting) | Network.v | hessian_is_second_derivative
     off the kinks hessian_form is the second derivative of the loss
   (setting) | Network.v | second_derivative_unique
     and there is only one
   (setting) | GramForm.v | hessian_interpolating
     at an interpolating minimum H = Phi Phi^T / N
   (setting) | GramForm.v | sharpness_gram
     H and the N x N Gram matrix K have the same bounds L >= 0
   (setting) | GramForm.v | gram_entry
     N K = 1 1^T + Z Z^T + (M diag(w2^2) M^T) o (1 1^T + X X^T)
   gram-form | GramForm.v | eigenspace_isomorphism, eigenspace_isometry
     lam <> 0: u |-> Phi u maps the eigenspace of K isomorphically onto that of H, inner products times N lam
   gram-form | GramForm.v | hessian_eigenvector, hessian_isometry
     and v |-> Phi^T v back, the same way
   gram-form | GramForm.v | product_multiplicity
     lam <> 0: the eigenspaces of A B and B A have the same rank, for matrices over any field
   gram-form | GramForm.v | hessian_matrixE, gram_matrixE, gram_multiplicity
     with the parameters as rows: H = Phi Phi^T / N, K = Phi^T Phi / N, and each lam <> 0 has the same multiplicity
   (setting) | Weight.v | conditional_weightE
     the two forms of gt agree
   (setting) | StabilityNorm.v | stability_norm_function
     |f|_S depends on the function only
   sharpness-lower-bound | SharpnessLowerBound.v | mean_gradient_squareE
     |E grad f|^2 = 1 + sum (E relu_i)^2 + w2_i^2 (P_i^2 + |E X 1_i|^2)
   sharpness-lower-bound | SharpnessLowerBound.v | sharpness_ge_mean_gradient
     lambda_max >= |E grad f|^2
   sharpness-lower-bound | SharpnessLowerBound.v | sharpness_lower_bound
     lambda_max >= 1 + 2 sum |a_i| gt(v_i,b_i)
   sharpness-lower-bound | SharpnessLowerBound.v | sharpness_ge_stability_norm
     lambda_max >= 1 + 2 |f|_S
   sharpness-lower-bound | SharpnessLowerBound.v | neuron_bound_eq
     equality in AM-GM iff the neuron is balanced
   sharpness-lower-bound | SharpnessLowerBound.v | rayleigh_equality
     lambda_max = |q|^2 iff all row sums of K are lambda_max
   sharpness-lower-bound | SharpnessLowerBound.v | one_sided_equality
     |q|^2 = 1 + 2 sum |a_i| gt(v_i,b_i) iff every neuron is balanced, and relu(b1) = 0 for the constant ones
   sharpness-lower-bound | SharpnessLowerBound.v | merging_equality
     sum |a_i| gt(v_i,b_i) = |f|_S iff every neuron is on its cheaper side, one sign on each hyperplane with g > 0
   sharpness-lower-bound | SharpnessLowerBound.v | sharpness_equality
     lambda_max = 1 + 2 |f|_S iff all of these
   stability-inequality | StabilityInequality.v | stability_inequality
     |f|_S <= 1/eta - 1/2, by the Hessian
   stability-inequality | StabilityInequality.v | stability_inequality_gd
     the same, by linearised GD
   stability-inequality | StabilityInequality.v | stability_inequality_sgd
     the same, by linearised SGD
   stability-inequality | StabilityInequality.v | stability_inequality_function
     for every implementation of f
   stability-inequality | StabilityInequality.v | no_stable_minimum
     none for eta > 2
   univariate-case | UnivariateCase.v | slope_change_exists, slope_change_unique, kinks_finite
     d = 1: the change of the slope of f exists everywhere, is one number, and is 0 off a finite set
   univariate-case | UnivariateCase.v | weighted_curvature
     the integral of |f''| g, the sum of |a_t| g(t) over the kinks, is |f|_S
   univariate-case | UnivariateCase.v | univariate_inequality
     at a stable minimum it is at most 1/eta - 1/2
   univariate-case | UnivariateCase.v | right_weightE, left_weightE
     the weight of either side by conditional means
   univariate-case | UnivariateCase.v | right_weight_outside, left_weight_outside
     it is 0 where no datum lies on that side
   stationary-points | StationaryPoints.v | output_bias_curvature
     H e = q and <e, H e> = 1
   stationary-points | StationaryPoints.v | stationary_points
     0 <= H <= 2/eta => |f|_S <= 1/eta - 1/2, any loss
   stationary-points | StationaryPoints.v | negative_curvature
     1 + 2|f|_S <= lambda + nu (lambda - 1)
   stationary-points | StationaryPoints.v | stable_local_minimum
     every linearly stable differentiable local minimum
   beyond-interpolation | BeyondInterpolation.v | beyond_interpolation
     |f|_S <= lambda/2 - 1/2 + (1/2) sqrt(1+r^2) sqrt(2 loss)
   best-constant | BestConstant.v | upper_end
     with (1/2) sqrt(1 - 1/N) in place of the last 1/2
   best-constant | BestConstant.v | quarter_for_two
     with 1/4 for N = 2
   best-constant | OpposedClusters.v | opposed_clusters
     N >= 2: every constant below (1/2) sqrt(1 - 3/N + 3/N^2) fails at a net, data and labels that are written down
   best-constant | OpposedClusters.v | lower_end
     so no right constant for N data is below that
   best-constant | OpposedClusters.v | best_for_two
     a constant is right for N = 2 iff it is at least 1/4
   best-constant | OpposedClusters.v | half_fails_below
     every constant below 1/2 fails at such a net
   best-constant | OpposedClusters.v | best_possible
     a constant is right for all N iff it is at least 1/2
   nondifferentiable-minima | NondifferentiableMinima.v | nondifferentiable_minima
     strongly stable => |f|_S <= 1/eta - 1/2, kinks allowed
   nondifferentiable-minima | KinkModes.v | every_convention
     the same for strong stability to first order, whatever the update does on kinks
   nondifferentiable-minima | KinkModes.v | every_mode
     |q_m|^2 <= 2/eta in every mode m that a move of the hyperplanes reaches
   nondifferentiable-minima | KinkModes.v | strongly_stable_first_order
     strongly stable => strongly stable to first order
   nondifferentiable-minima | KinkModes.v | switching
     0 <= H_m <= 2/eta for all m => no product of I - eta H_m lengthens a vector
   nondifferentiable-minima | KinkModes.v | switching_modes
     the same at the modes of a net
   nondifferentiable-minima | KinkModes.v | mean_square_step
     SGD: E|delta_1|^2 <= |delta_0|^2 => (1-p)|q|^2 + p tr K <= 2/eta
   nondifferentiable-minima | KinkModes.v | mean_square_norm
     ... => |f|_S <= 1/eta - 1/2
   nondifferentiable-minima | KinkModes.v | mean_length_step
     SGD: E|delta_1| <= |delta_0| => |q|^2 <= 2/eta
   sharpness-upper-bound | SharpnessUpperBound.v | sharpness_upper_bound
     inf over rescalings <= 1 + 2 sum |a_i| gh(v_i,b_i)
   sharpness-upper-bound | SharpnessUpperBound.v | sharpness_upper_bound_attained
     attained if all w2_i <> 0
   mean-square-threshold | MeanSquare.v | mean_square_one_step
     E|delta_t|^2 bounded => E<v,delta_1>^2 <= <v,v>^2
   mean-square-threshold | MeanSquare.v | one_step_gain
     that inequality => (1 + p(kappa-1))(1 + 2|f|_S) <= 2/eta
   mean-square-threshold | MeanSquare.v | mean_square_stability
     E|delta_t|^2 bounded => (1 + p(kappa-1))(1 + 2|f|_S) <= 2/eta
   mean-square-threshold | MeanSquare.v | gain_ge1
     kappa >= 1
   mean-square-threshold | MeanSquare.v | single_second_moments
     batches of one datum: p = 1
   mean-square-threshold | MeanSquare.v | full_second_moments
     the full batch: p = 0
   mean-square-threshold | MeanSquare.v | uniform_second_moments
     uniform batches of b data without replacement: p = (N-b)/(b(N-1)), 1 <= b <= N, N >= 2
   mean-square-threshold | MeanSquare.v | batch_noise_single, batch_noise_full
     p = 1 for b = 1 and p = 0 for b = N
   mean-square-threshold | MeanSquare.v | mean_square_stability_batches
     E|delta_t|^2 bounded for these batches => (1 + p(kappa-1))(1 + 2|f|_S) <= 2/eta
   mean-square-threshold | MeanSquareLength.v | one_step_length
     E|delta_1|^2 = |delta_0|^2 - (eta/N) (2 |a|^2 - eta <a, W a>), a_j = <g_j, delta_0>, W = (1-p) K + p N diag K
   mean-square-threshold | MeanSquareLength.v | no_growth
     eta mu <= 2 and <a, W a> <= mu |a|^2 => E|delta_1|^2 <= |delta_0|^2
   mean-square-threshold | MeanSquareLength.v | largest_gradient
     K <= lambda and |g_j|^2 <= G => W <= (1-p) lambda + p G
   mean-square-threshold | MeanSquareLength.v | mean_square_bounded
     eta ((1-p) lambda + p G) <= 2 => E|delta_t|^2 <= |delta_0|^2 for all t, from every start
   mean-square-threshold | MeanSquareLength.v | eigenvector_level
     K u = lambda u, |u| = 1: the one-step inequality from sum_j u_j g_j => eta lambda (1 + p (N sum_j u_j^4 - 1)) <= 2
   mean-square-threshold | MeanSquareForms.v | trace_level
     a step shrinks all directions together only if eta ((1-p) |K|_F^2 + p N sum K_jj^2) <= 2 tr K
   mean-square-threshold | MeanSquareForms.v | one_step_form, certified_step
     E<delta_1, X delta_1> = <delta_0, X delta_0> - eta^2 <a, F(A) a> for X = Phi A Phi^T
   mean-square-threshold | MeanSquareForms.v | certified_bounded
     F(A) >= 0 and |delta|^2 <= c <delta, X delta> in the range of H => E|delta_t|^2 <= c <delta_0, X delta_0>
   laplacian-bound | LaplacianBound.v | laplacian_bound
     R rho <= g => sum |a_H| R rho(H) <= 1/eta - 1/2
   flattest-implementation | FlattestImplementation.v | weak_duality_net
     a certificate U bounds lambda_max of every rescaling
   flattest-implementation | FlattestImplementation.v | weak_duality_function
     ... and of every implementation of the function
   flattest-implementation | FlattestImplementation.v | weak_duality_rescaling
     the same with constant neurons, which are rescaled as all others
   flattest-implementation | FlattestImplementation.v | complementary_pairP
     D(U) = lambda_max iff U lives on the top eigenspace and every neuron is balanced
   flattest-implementation | FlattestImplementation.v | complementary_pair_optimal
     then no rescaling is flatter, and no certificate says more
   flattest-implementation | FlattestImplementation.v | complementary_pair_function
     with one neuron on each hyperplane, on its cheaper side, no implementation of the function is flatter
   flattest-implementation | FlattestImplementation.v | central_path_gap
     balanced and L - <K,U> <= eps: no rescaling is flatter, no certificate better, by more than eps
   flattest-implementation | FlattestImplementation.v | central_point
     (L - K) U = mu: L - <K,U> = N mu
   flattest-implementation | FlattestImplementation.v | sharpness_convex, sharpness_log_convex
     lambda_max is convex in the squared scales, and midpoint convex in their logarithms
   memorisation | Memorisation.v | memorising_interpolating, memorising_differentiable
     one balanced neuron for each datum cut off from the others: it interpolates, off all kinks
   memorisation | Memorisation.v | memorising_gram
     N K = 1 1^T + 2 diag(cost), cost j = |y_j - c| sqrt(1 + |x_j|^2)
   memorisation | Memorisation.v | memorising_sharpness
     lambda_max <= 1 + (2D/N) sqrt(1 + r^2)
   memorisation | Memorisation.v | memorising_lambda_max
     L = lambda_max iff all 2 cost j / N < L and mean_j 1/(L - 2 cost j / N) = 1
   memorisation | Memorisation.v | secular_eigenvector
     1/(L - 2 cost j / N) > 0 is an eigenvector
   memorisation | Memorisation.v | near_datum
     thresholds near their data: the side of each datum has the smaller weight
   memorisation | Memorisation.v | memorising_stability_norm
     then |f|_S = sum_j cost j / N^2
   memorisation | Memorisation.v | memorising_tight
     1 + 2 sum_j cost j / N^2 = lambda_max iff all costs are equal
   memorisation | Memorisation.v | stability_inequality_attained
     0 < eta < 2, N >= 2: costs (1/eta - 1/2) N attain |f|_S = 1/eta - 1/2
   memorisation | Memorisation.v | sphere_cut, attained_on_sphere
     all points of a sphere are cut off; equality there
   any-architecture | AnyArchitecture.v | output_bias_column
     any network with a trained output bias e: H e = E grad f and <e, H e> = 1
   any-architecture | AnyArchitecture.v | two_ends
     mu <= H <= lambda => |q|^2 - 1 <= (lambda - 1)(1 - mu), q = E grad f
   any-architecture | AnyArchitecture.v | sharpness_ge, operator_norm_ge
     lambda_max >= (|q|^2 + nu)/(1 + nu) where H >= -nu, and |H| >= |q|
   any-architecture | AnyArchitecture.v | flat_points
     0 <= H <= 2/eta => |q|^2 <= 2/eta
   weights-from-data | WeightsFromData.v | vector_bound, vector_bound_merged
     lambda_max |u|^2 >= (1/N) [(sum u)^2 + 2 sum |a_i| |sum u_j z_j| |sum u_j 1_j (x_j,1)|], and merged
   weights-from-data | WeightsFromData.v | unit_vector_bound, unit_vector_bound_merged
     the same for |u| = 1
   weights-from-data | WeightsFromData.v | unit_vector_bound_function
     ... for every implementation of the function
   weights-from-data | WeightsFromData.v | law_bound, subset_bound
     1 + 2|f|_u <= N |u|^2 lambda_max for a law u on the data; m of them: 1 + 2|f|_T <= (N/m) lambda_max
   weights-from-data | WeightsFromData.v | stable_subset
     1 + 2|f|_T <= (N/m) (2/eta)
   weights-from-data | WeightsFromData.v | no_better_vector
     a unit vector at least as good as the constant one for every net is constant
   weights-from-data | WeightsFromData.v | row_sum_bound, row_sum_varianceE
     lambda_max >= |q|^2 + Var(s)/|q|^2 = mean_j s_j^2 / |q|^2, s = K 1
   weights-from-data | WeightsFromData.v | norm_and_variance, stable_norm_and_variance
     lambda_max >= 1 + 2|f|_S + Var(s)/|q|^2, and |f|_S <= 1/eta - 1/2 - Var(s)/(2 |q|^2)
   momentum | Momentum.v | heavy_ball_boundedP
     heavy ball is bounded from every start iff 0 <= eta H <= 2 (1 + beta)
   momentum | Momentum.v | nesterov_boundedP
     Nesterov, H with an orthonormal eigenbasis: iff 0 <= eta (1 + 2 beta) H <= 2 (1 + beta)
   momentum | Momentum.v | averaged_gradient_boundedP
     averaged gradient: iff 0 <= eta (1 - beta) H <= 2 (1 + beta)
   momentum | Momentum.v | heavy_ball_stability_norm, nesterov_stability_norm, averaged_gradient_stability_norm
     then |f|_S <= threshold/(2 eta) - 1/2
   momentum | Momentum.v | mean_square_boundedP
     heavy ball in one dimension, curvature of mean lam and variance var > 0: bounded in mean square
     iff eta ((1 + beta) var + (1 - beta) lam^2) <= 2 (1 - beta) (1 + beta) lam
   layerwise-steps | LayerwiseSteps.v | layerwise_boundedP
     steps S = diag(s) > 0: bounded iff 0 <= <v, H v> <= 2 <v, S^-1 v>
   layerwise-steps | LayerwiseSteps.v | weighted_mean_gradient
     H >= 0 and <S v, H S v> <= 2 <v, S v> => <q, S q> <= 2
   layerwise-steps | LayerwiseSteps.v | layerwise_steps
     eta_0 + 2 sqrt eta_2 sum |a_H| g'_H <= 2, g' for the steps eta_w, eta_b of the first layer
   layerwise-steps | LayerwiseSteps.v | layerwise_stability_norm, layerwise_bounded_norm
     eta_w = eta_b = eta_1: |f|_S <= (2 - eta_0)/(2 sqrt(eta_1 eta_2))
   weight-decay | WeightDecay.v | penalty_on_all, penalty_on_all_norm
     0 <= H + mu <= s => |q|^2 <= s (1 + mu) - mu (2 + mu)
   weight-decay | WeightDecay.v | penalty_without_bias, penalty_without_bias_norm
     output bias not penalised => |q|^2 <= s
   weight-decay | WeightDecay.v | penalised_balanced
     stationary for the penalty on all: |w1|^2 + b1^2 = w2^2 > 0
   weight-decay | WeightDecay.v | penalised_stationary, penalised_stationary_norm
     ... and H + mu <= s => |q|^2 + mu/|q|^2 <= s
   other-losses | OtherLosses.v | tilted_column
     losses with second derivatives s: H e = sbar q_u and <e, H e> = sbar, q_u = E_u grad f, u_j = s_j/(N sbar)
   other-losses | OtherLosses.v | tilted_curvature, tilted_flat_points
     -nu <= H <= lambda => |q_u|^2 <= lambda/sbar + nu (lambda - sbar)/sbar^2, and 2/(eta sbar) for 0 <= H <= 2/eta
   other-losses | OtherLosses.v | second_derivative_of_loss
     H is the second derivative of E l(f) off the kinks
   other-losses | OtherLosses.v | law_gradient_square, tilted_curvature_norm, tilted_norm
     1 + 2|f|_u <= |q_u|^2 for a law u on the data, so |f|_u <= 1/(eta sbar) - 1/2
   other-losses | OtherLosses.v | square_loss_norm
     s = 1: |f|_u = |f|_S
   other-losses | OtherLosses.v | logistic_mean_second, poisson_mean_second, poisson_norm
     stationary: sbar = ybar (1 - ybar) - E (sigma - ybar)^2, and sbar = ybar
   other-losses | OtherLosses.v | separating_not_stationary
     l'_j f(x_j) < 0 at every datum: not stationary
   vector-outputs | VectorOutputs.v | vector_hessian_is_second_derivative, vector_hessian_interpolating
     m outputs: the second derivative of 1/(2N) sum |f(x_j) - y_j|^2 off the kinks, and at interpolation
   vector-outputs | VectorOutputs.v | bias_column, bias_curvature
     H e_u = Q u and <e_u, H e_u> = |u|^2 for the output biases e_u and the mean gradients Q
   vector-outputs | VectorOutputs.v | mean_gradients_gram, combined_gradient_square
     Q^T Q = (1 + sum (E relu_i)^2) I + sum F_i^2 w2_i w2_i^T
   vector-outputs | VectorOutputs.v | mean_gradients_bounded
     -nu <= H <= lambda => |Q u|^2 <= (lambda + nu (lambda - 1)) |u|^2
   vector-outputs | VectorOutputs.v | psd_factor
     every rho >= 0 is B^T B
   vector-outputs | VectorOutputs.v | every_state
     rho >= 0, tr rho = 1: 1 + 2 sum sqrt <a_H, rho a_H> g_H <= lambda + nu (lambda - 1)
   vector-outputs | VectorOutputs.v | stable_state, bounded_state
     0 <= H <= 2/eta => sum sqrt <a_H, rho a_H> g_H <= 1/eta - 1/2, and from bounded descent
   vector-outputs | VectorOutputs.v | stable_lengths
     ... => sum |a_H| g_H <= sqrt m (1/eta - 1/2)
   vector-outputs | VectorOutputs.v | state_upper_end, state_ends_meet
     sum sqrt <a_H, rho a_H> g_H <= (L + sum g_H / s_H) / 2 for s > 0, L >= lambda_max(sum s_H g_H a_H a_H^T)
   vector-outputs | VectorOutputs.v | state_of_direction
     rho = u u^T: the stability norm of <u, f>
   vector-outputs | VectorOutputs.v | state_norm_function
     it depends on the function only
   vector-outputs | VectorOutputs.v | vector_gram_entry
     the entries of the (N m) x (N m) Gram matrix
   depth-separation-shallow | DepthSeparation.v | certificate_weak_duality
     <phi,mu> <= C M + E |mu|
   depth-separation-shallow | DepthSeparation.v | interpolation_norm
     <y,mu> <= M |f|_S for interpolating f
   five-point-separation | FivePointCertificate.v | five_moment, five_moment_le
     8 |int relu(<v,.> - b) dmu| <= max(1 - sqrt 2 |b|, 0) on every line of the plane
   five-point-separation | FivePointCertificate.v | five_point_error
     a weight of at least g0 max(1 - sqrt 2 |b|, 0), norm at most C: an error of (1 - C/(4 g0))/2 at one of the points
   five-point-separation | FivePointCertificate.v | five_point_error_attained
     and no more than that under the least such weight
   exact-separation | PlanarLines.v | extreme_lines
     a linear inequality on the affine functions of one sign on A and the other off A, from those of lines through two data
   exact-separation | PlanarLines.v | lines_suffice, planar_certificate
     data of the plane not on one line: |<relu(<v,.> - b), mu>| <= M g on every line from the lines through two data, so
     <y,mu> <= M |f|_S for interpolating f
   exact-separation | LineCertificates.v | certificate_correct, certified_root, certified_rational
     a comparison of whole numbers that decides this for a list of data, and the bound that it proves
   exact-separation | LeastNorms.v | grid_least_root, cross_least_root
     |f|_S >= 8 sqrt 17 / 81 on the grid {-1,0,1}^2 and 4 sqrt 2 / 25 on the cross, by computation
   exact-separation | LeastNorms.v | seventeen_least_norm, five_by_five_least_norm, pyramid_grid_least_norm
     the same on three larger sets, 10^-9 below the least norm
   exact-separation | LeastNets.v | listed_net_correct, listed_net_rational
     a list of neurons in whole numbers that interpolates, and a rational number that its norm does not exceed
   exact-separation | LeastNorms.v | grid_least_net, cross_least_net, seventeen_least_net, five_by_five_least_net,
     pyramid_grid_least_net
     on each of the five sets a net that interpolates, with a norm at most 10^-9 above the lower end
   depth-separation-shallow | FiniteDepthSeparation.v | grid_norm
     on {-1,0,1}^2, label 1 at the origin and 0 elsewhere, every interpolating net has |f|_S >= 8 sqrt 17 / 81
   depth-separation-shallow | FiniteDepthSeparation.v | grid_no_stable_minimum
     a differentiable interpolating minimum there that is stable at eta has eta < 1.103
   depth-separation-shallow | FiniteDepthSeparation.v | grid_no_strongly_stable_minimum
     the same for strongly stable minima, kinks allowed
   two-layer-scales | TwoLayerScales.v | scaled_netE
     the scaled net is the pyramid, for beta, gamma > 0
   two-layer-scales | TwoLayerScales.v | scaled_gradient_square
     |grad f(z)|^2 <= 1 + 1{t < 1} ((1-t)^2/gamma^2 + gamma^2 + t^2/beta^2 + d gamma^2 beta^2 (1 + t^2)), t = |z|_1
   two-layer-scales | TwoLayerScales.v | flattest_scales_exist, explicit_scales
     2 d c^3 = 1, beta^2 = c, gamma^2 = (sqrt 3 - 1) c: lambda_max <= 1 + sqrt 3/c + (sqrt 3 - 1) c
   two-layer-scales | TwoLayerScales.v | explicit_scales_stable
     and gradient descent is stable up to 2 over it
   two-layer-scales | TwoLayerScales.v | scales_lower_end
     (1 - 1/sqrt 3) times the bound at t = 0 and 1/sqrt 3 times that at t = 1 are sqrt 3/c more than 1 at least
   finite-depth-separation | DepthSeparationTheorem.v | depth_separation_nine_points
     there, 1.103 <= eta <= 36/(11 + sqrt 57): no shallow net is a stable or a strongly stable minimum, of any width,
     and a net with two hidden layers is a stable one, off all kinks
   finite-depth-separation | DepthSeparationTheorem.v | nine_points_bumpP
     the net of that theorem is a stable minimum iff eta <= 36/(11 + sqrt 57)
   finite-depth-separation | DepthSeparationTheorem.v | bump_sharpness
     the same net, one datum at the origin and n others: lambda_max = (n + 3 + sqrt((n-1)^2 + 8)) / (2 (n+1))
   finite-depth-separation | PlanarCertificates.v | check_bound
     a certificate in whole numbers bounds sum m_j relu(<v,x_j> - t) by the weight on every line of 0 <= v_2 <= v_1
   finite-depth-separation | PlanarCertificates.v | certified_norm
     symmetric planar data with a certificate: <mu, y> <= T |f|_S for every interpolating net
   finite-depth-separation | PlanarSeparations.v | seventeen_points_norm
     the grid and (+-10,+-10), (+-10,0), (0,+-10), label 1 at the origin: |f|_S >= 17.38
   finite-depth-separation | PlanarSeparations.v | depth_separation_seventeen_points
     there, 0.0559 <= eta <= 68/(19 + sqrt 233): no shallow net is a stable or a strongly stable minimum, of any
     width, and a net with two hidden layers is a stable one, off all kinks
   finite-depth-separation | PlanarSeparations.v | depth_separation_five_points
     the same on 0, +-e_1, +-e_2 for 1.377 <= eta <= 20/(7 + sqrt 17)
   certified-minimum | CheckedMinima.v | certificate_bound
     c > 0 and B = c (L - G) - sum_r f_r f_r^T has B_jj >= sum_{l /= j} |B_jl| for all j => <u, G u> <= L <u, u>
   certified-minimum | CheckedMinima.v | checked_minimum
     rational numbers, checked by computation: off the kinks, interpolating, and such a B for K and 2/eta => H <= 2/eta,
     a stable minimum
   certified-minimum | CheckedMinima.v | checked_minimum_norm, checked_minimum_descent
     then |f|_S <= 1/eta - 1/2, and linearised GD is bounded from every start
   certified-minimum | CheckedMinima.v | checked_unstable
     a vector, checked by computation: <u, K u> > (2/eta) <u, u> => no stable minimum
   certified-minimum | CheckedMinima.v | six_neurons_stable, six_neurons_unstable
     six neurons on six points: a stable minimum for eta <= 0.1674, and none for eta >= 0.1676
   (setting) | DepthSeparationTheorem.v | deep_hessian
     two hidden layers, at interpolation off the kinks: the second derivative of the loss
   depth-separation-two-layers | TwoLayers.v | pyramid_netE
     (1 - |z|_1)_+ is a net with two hidden layers
   depth-separation-two-layers | TwoLayers.v | deep_net_expand
     its gradient
   depth-separation-two-layers | TwoLayers.v | two_layers
     lambda_max <= 2d + 3 for every data set
   depth-separation-two-layers | TwoLayers.v | two_layers_stable
     stable for eta <= 2/(2d+3)

   Controls: false neighbours, each refuted.  claim | theorem | what was changed

   stability-inequality | control_stability_constant | a constant above 1/2
   stability-inequality | control_eta_two | none for eta >= 2
   sharpness-lower-bound | control_lower_bound_one | a constant above 1
   sharpness-lower-bound | control_lower_bound_two | a factor above 2 of sum |a| gt
   sharpness-lower-bound | control_weight_root | P + |E X 1| for sqrt(P^2 + |E X 1|^2)
   sharpness-lower-bound | control_weight_square | P for P^2
   sharpness-lower-bound | control_weight_max | max for min
   stationary-points | control_stationary_constant | a constant above 1/2
   momentum | control_momentum_one | momentum 1
   nondifferentiable-minima | control_nondifferentiable_constant | a constant above 1/2
   linear-stability | control_linear_stability_strict | strict inequality is necessary
   linear-stability | control_linear_stability_three | 3/eta is enough
   univariate-case | control_univariate_max | max for min
   laplacian-bound | control_laplacian_max | R rho <= max for R rho <= g
   (setting) | control_unmerged_norm | the unmerged sum depends on the function only
   sharpness-upper-bound | control_upper_bound_constant_neuron | without w1 <> 0
   flattest-implementation | control_flattest_trace | without tr U = 1
   depth-separation-two-layers | control_two_layers | 2d + 2
   finite-depth-separation | control_separation_label | the label 1 at the corner (1,1)
   finite-depth-separation | control_separation_every_step | every eta > 0 for eta >= 1.103
   finite-depth-separation | control_separation_larger_step | 1.941 for 36/(11 + sqrt 57)
   finite-depth-separation | control_seventeen_label | the label 1 at (10,10)
   finite-depth-separation | control_seventeen_every_step | every eta > 0 for eta >= 0.0559
   finite-depth-separation | control_seventeen_larger_step | 1.985 for 68/(19 + sqrt 233)
   finite-depth-separation | control_five_larger_step | 1.799 for 20/(7 + sqrt 17)
   exact-separation | control_smaller_multiplier | M^2 = 6560/68 for 6561/68 on the grid
   exact-separation | control_lower_net | a smaller upper end on the grid
   exact-separation | control_data_on_a_line | data on one line
   certified-minimum | control_checked_larger_step | 0.1676 for 0.1674
   certified-minimum | control_check_entries | |B_jl| <= B_jj for each l, not for the sum
   certified-minimum | control_check_multiple | c need not be positive
   depth-separation-shallow | control_certificate_constants | mu need not annihilate affine functions
   two-layer-scales | control_scales_lower_end | 2 for sqrt 3
   five-point-separation | control_five_moment | 3/2 for sqrt 2
   five-point-separation | control_five_point_error | C/(5 g0) for C/(4 g0)
   mean-square-threshold | control_trace_constant | (3/2) tr K for 2 tr K
   mean-square-threshold | control_no_largest_gradient | W <= lambda, without G
   mean-square-threshold | control_gain_without_p | kappa for 1 + p (kappa - 1)
   stationary-points | control_negative_curvature | no curvature term: 1 + 2|f|_S <= lambda_max
   beyond-interpolation | control_no_loss_term | no loss term
   best-constant | control_constant_below_half | the constant 0.49 for all N
   best-constant | control_upper_end | sqrt(1 - 2/N) for sqrt(1 - 1/N)
   best-constant | control_constant_for_two | 0.24 for N = 2
   beyond-interpolation | control_no_radius | without |x_j| <= r
   any-architecture | control_no_curvature_below | lambda_max >= |q|^2 at any point
   other-losses | control_uniform_law | the uniform law for the tilted one
   gram-form | control_zero_eigenvalue | lam = 0
   sharpness-lower-bound | control_balanced_constant_neuron | constant neurons balanced, but relu(b1) <> 0
   weights-from-data | control_vector_length | u need not be a unit vector
   weights-from-data | control_variance_undivided | Var(s) for Var(s)/|q|^2

   Examples, Evaluation.v: the definitions, evaluated at three rational nets; values in the table there.
   net | lemmas example_<net>_<quantity>

   a | one_sided_weight, one_sided_weight_reflected, weight, stability_norm, preactivation0,
       preactivation1, gram00, gram01, gram11, mean_gradient_square, weight_square
   b | output0, output1, output2, gram00, gram01, gram02, gram11, gram12, gram22,
       mean_gradient_square, direction, threshold, amplitude, class, one_sided_weight0,
       one_sided_weight0_reflected, weight0, one_sided_weight2, one_sided_weight2_reflected,
       weight2, one_sided_weight3, one_sided_weight3_reflected, weight3, stability_norm
   c | output0, output1, gram00, gram01, gram11, mean_gradient_square, direction, threshold,
       amplitude, class, one_sided_weight0, one_sided_weight0_reflected, weight0,
       one_sided_weight2, weight2, stability_norm
*)
From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
Require Import RingTactic RationalArithmetic Preliminaries LinearStability Network.
Require Import GramForm Weight StabilityNorm SharpnessLowerBound StabilityInequality UnivariateCase.
Require Import StationaryPoints BeyondInterpolation NondifferentiableMinima SharpnessUpperBound.
Require Import MeanSquare MeanSquareLength MeanSquareForms KinkModes Momentum LayerwiseSteps WeightDecay.
Require Import LaplacianBound FlattestImplementation Memorisation DepthSeparation TwoLayers Evaluation.
Require Import TwoLayerScales FivePointCertificate FiniteDepthSeparation DepthSeparationTheorem CheckedMinima PlanarCertificates PlanarSeparations.
Require Import PlanarLines LineCertificates LeastNets LeastNorms.
Require Import BestConstant OpposedClusters.
Require Import Controls ResidualControls WeightsFromData AnyArchitecture OtherLosses.
Require Import VectorOutputs.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

(* the main theorem, spelled out *)
Theorem main (R : rcfType) (d k n : nat) (x : 'I_n.+1 -> 'rV[R]_d) (y : 'I_n.+1 -> R)
    (p : parameters R d k) (eta : R) :
  0 < eta ->
  (forall j i, preactivation p (x j) i != 0) ->   (* no datum on a kink *)
  (forall j, shallow_net p (x j) = y j) ->   (* interpolating *)
  (forall q, hessian_form x y p q <= 2 / eta * pdot q q) ->   (* lambda_max(H) <= 2/eta *)
  stability_norm x p <= 1 / eta - 2^-1.
Proof. by move=> eta0 off hi; apply: stability_inequality. Qed.

(* every theorem, control and example of the tables: a tuple is closed iff each of its members is;
   several short ones, because the type of a tuple grows with the square of its length *)
Definition statements_1 :=
  (@main,
   @descent_boundedP,
   @gd_boundedP,
   @sgd_mean_trajectory,
   @sgd_bounded_sharpness,
   @sgd_stable_sharpness,
   @hessian_is_second_derivative,
   @second_derivative_unique,
   @hessian_interpolating,
   @sharpness_gram,
   @gram_entry,
   @conditional_weightE,
   @stability_norm_function,
   @mean_gradient_squareE,
   @sharpness_ge_mean_gradient,
   @sharpness_lower_bound,
   @sharpness_ge_stability_norm,
   @neuron_bound_eq,
   @stability_inequality,
   @stability_inequality_gd,
   @stability_inequality_sgd,
   @stability_inequality_function,
   @no_stable_minimum,
   @output_bias_curvature,
   @stationary_points).
Definition statements_of_spectra :=
  (@eigenspace_isomorphism,
   @eigenspace_isometry,
   @hessian_eigenvector,
   @hessian_isometry,
   @product_multiplicity,
   @hessian_matrixE,
   @gram_matrixE,
   @gram_multiplicity,
   @rayleigh_equality,
   @one_sided_equality,
   @merging_equality,
   @sharpness_equality,
   @control_zero_eigenvalue,
   @control_balanced_constant_neuron).
Definition statements_of_the_line :=
  (@slope_change_exists,
   @slope_change_unique,
   @kinks_finite,
   @weighted_curvature,
   @univariate_inequality,
   @right_weightE,
   @left_weightE,
   @right_weight_outside,
   @left_weight_outside,
   @control_univariate_max).
Definition statements_of_the_plane :=
  (@extreme_lines,
   @lines_suffice,
   @planar_certificate,
   @certificate_correct,
   @certified_root,
   @certified_rational,
   @grid_least_root,
   @grid_least_norm,
   @cross_least_root,
   @cross_least_norm,
   @seventeen_least_norm,
   @five_by_five_least_norm,
   @pyramid_grid_least_norm,
   @listed_net_correct,
   @listed_net_rational,
   @grid_least_net,
   @cross_least_net,
   @seventeen_least_net,
   @five_by_five_least_net,
   @pyramid_grid_least_net,
   @control_smaller_multiplier,
   @control_lower_net,
   @control_data_on_a_line).
Definition statements_2 :=
  (@negative_curvature,
   @stable_local_minimum,
   @beyond_interpolation,
   @nondifferentiable_minima,
   @every_convention,
   @every_mode,
   @strongly_stable_first_order,
   @switching,
   @switching_modes,
   @mean_square_step,
   @mean_square_norm,
   @mean_length_step,
   @sharpness_upper_bound,
   @sharpness_upper_bound_attained,
   @mean_square_one_step,
   @one_step_gain,
   @mean_square_stability,
   @gain_ge1,
   @single_second_moments,
   @full_second_moments,
   @uniform_second_moments,
   @batch_noise_single,
   @batch_noise_full,
   @mean_square_stability_batches,
   @laplacian_bound,
   @weak_duality_net,
   @weak_duality_function,
   @certificate_weak_duality,
   @interpolation_norm,
   @grid_norm,
   @grid_no_stable_minimum,
   @grid_no_strongly_stable_minimum,
   @pyramid_netE,
   @deep_net_expand,
   @two_layers,
   @two_layers_stable).
Definition statements_3 :=
  (@weak_duality_rescaling,
   @complementary_pairP,
   @complementary_pair_optimal,
   @complementary_pair_function,
   @central_path_gap,
   @central_point,
   @sharpness_convex,
   @sharpness_log_convex,
   @memorising_interpolating,
   @memorising_differentiable,
   @memorising_gram,
   @memorising_sharpness,
   @memorising_lambda_max,
   @secular_eigenvector,
   @near_datum,
   @memorising_stability_norm,
   @memorising_tight,
   @stability_inequality_attained,
   @sphere_cut,
   @attained_on_sphere).
Definition statements_of_architectures :=
  (@output_bias_column,
   @two_ends,
   @sharpness_ge,
   @operator_norm_ge,
   @flat_points,
   @control_no_curvature_below).
Definition statements_of_losses :=
  (@tilted_column,
   @tilted_curvature,
   @tilted_flat_points,
   @second_derivative_of_loss,
   @law_gradient_square,
   @tilted_curvature_norm,
   @tilted_norm,
   @square_loss_norm,
   @logistic_mean_second,
   @poisson_mean_second,
   @poisson_norm,
   @separating_not_stationary,
   @control_uniform_law).
Definition statements_of_weights :=
  (@vector_bound,
   @vector_bound_merged,
   @unit_vector_bound,
   @unit_vector_bound_merged,
   @unit_vector_bound_function,
   @law_bound,
   @subset_bound,
   @stable_subset,
   @no_better_vector,
   @row_sum_bound,
   @row_sum_varianceE,
   @norm_and_variance,
   @stable_norm_and_variance).
Definition statements_of_constants :=
  (@upper_end,
   @quarter_for_two,
   @opposed_clusters,
   @lower_end,
   @best_for_two,
   @half_fails_below,
   @best_possible).
Definition statements_of_optimisers :=
  (@heavy_ball_boundedP,
   @nesterov_boundedP,
   @averaged_gradient_boundedP,
   @heavy_ball_stability_norm,
   @nesterov_stability_norm,
   @averaged_gradient_stability_norm,
   @mean_square_boundedP,
   @layerwise_boundedP,
   @weighted_mean_gradient,
   @layerwise_steps,
   @layerwise_stability_norm,
   @layerwise_bounded_norm,
   @penalty_on_all,
   @penalty_on_all_norm,
   @penalty_without_bias,
   @penalty_without_bias_norm,
   @penalised_balanced,
   @penalised_stationary,
   @penalised_stationary_norm,
   @control_momentum_one).
Definition statements_of_outputs :=
  (@vector_hessian_is_second_derivative,
   @vector_hessian_interpolating,
   @bias_column,
   @bias_curvature,
   @mean_gradients_gram,
   @combined_gradient_square,
   @mean_gradients_bounded,
   @psd_factor,
   @every_state,
   @stable_state,
   @bounded_state,
   @stable_lengths,
   @state_upper_end,
   @state_ends_meet,
   @state_of_direction,
   @state_norm_function,
   @vector_gram_entry).
Definition statements_of_depths :=
  (@deep_hessian,
   @bump_sharpness,
   @nine_points_bumpP,
   @depth_separation_nine_points,
   @control_separation_label,
   @control_separation_every_step,
   @control_separation_larger_step,
   @check_bound,
   @certified_norm,
   @seventeen_points_norm,
   @depth_separation_seventeen_points,
   @depth_separation_five_points,
   @control_seventeen_label,
   @control_seventeen_every_step,
   @control_seventeen_larger_step,
   @control_five_larger_step).
Definition statements_of_checked_minima :=
  (@certificate_bound,
   @checked_minimum,
   @checked_minimum_norm,
   @checked_minimum_descent,
   @checked_unstable,
   @six_neurons_stable,
   @six_neurons_unstable,
   @control_checked_larger_step,
   @control_check_entries,
   @control_check_multiple).
Definition statements_of_lengths :=
  (@one_step_length,
   @no_growth,
   @largest_gradient,
   @mean_square_bounded,
   @eigenvector_level,
   @trace_level,
   @one_step_form,
   @certified_step,
   @certified_bounded,
   @control_no_largest_gradient,
   @control_trace_constant).
Definition statements_of_scales :=
  (@scaled_netE,
   @scaled_gradient_square,
   @flattest_scales_exist,
   @explicit_scales,
   @explicit_scales_stable,
   @scales_lower_end,
   @control_scales_lower_end).
Definition statements_of_five_points :=
  (@five_moment,
   @five_moment_le,
   @five_point_error,
   @five_point_error_attained,
   @control_five_moment,
   @control_five_point_error).
Definition controls :=
  (@control_stability_constant,
   @control_eta_two,
   @control_lower_bound_one,
   @control_lower_bound_two,
   @control_weight_root,
   @control_weight_square,
   @control_weight_max,
   @control_stationary_constant,
   @control_nondifferentiable_constant,
   @control_linear_stability_strict,
   @control_linear_stability_three,
   @control_laplacian_max,
   @control_unmerged_norm,
   @control_upper_bound_constant_neuron,
   @control_flattest_trace,
   @control_two_layers,
   @control_certificate_constants,
   @control_gain_without_p,
   @control_negative_curvature,
   @control_no_loss_term,
   @control_constant_below_half,
   @control_upper_end,
   @control_constant_for_two,
   @control_no_radius,
   @control_vector_length,
   @control_variance_undivided).
Definition examples_a :=
  (@example_a_one_sided_weight,
   @example_a_one_sided_weight_reflected,
   @example_a_weight,
   @example_a_stability_norm,
   @example_a_gram00,
   @example_a_gram01,
   @example_a_gram11,
   @example_a_mean_gradient_square,
   @example_a_weight_square).
Definition examples_b :=
  (@example_b_output0,
   @example_b_output1,
   @example_b_output2,
   @example_b_gram00,
   @example_b_gram01,
   @example_b_gram02,
   @example_b_gram11,
   @example_b_gram12,
   @example_b_gram22,
   @example_b_mean_gradient_square,
   @example_b_direction,
   @example_b_threshold,
   @example_b_amplitude,
   @example_b_class,
   @example_b_one_sided_weight0,
   @example_b_one_sided_weight0_reflected,
   @example_b_weight0,
   @example_b_one_sided_weight2,
   @example_b_one_sided_weight2_reflected,
   @example_b_weight2,
   @example_b_one_sided_weight3,
   @example_b_one_sided_weight3_reflected,
   @example_b_weight3,
   @example_b_stability_norm).
Definition examples_c :=
  (@example_c_output0,
   @example_c_output1,
   @example_c_gram00,
   @example_c_gram01,
   @example_c_gram11,
   @example_c_mean_gradient_square,
   @example_c_direction,
   @example_c_threshold,
   @example_c_amplitude,
   @example_c_class,
   @example_c_one_sided_weight0,
   @example_c_one_sided_weight0_reflected,
   @example_c_weight0,
   @example_c_one_sided_weight2,
   @example_c_weight2,
   @example_c_stability_norm).
Definition every_statement :=
  (statements_1, statements_of_spectra, statements_of_the_line, statements_of_the_plane, statements_2, statements_3,
   statements_of_architectures, statements_of_losses, statements_of_weights,
   statements_of_constants, statements_of_optimisers, statements_of_outputs, statements_of_depths,
   statements_of_checked_minima, statements_of_lengths, statements_of_scales, statements_of_five_points,
   controls,
   examples_a, examples_b, examples_c).
Print Assumptions every_statement.

(* the headline statements one by one *)
Print Assumptions main.
Print Assumptions gd_boundedP.
Print Assumptions stability_inequality_gd.
Print Assumptions sharpness_ge_stability_norm.
Print Assumptions sharpness_equality.
Print Assumptions gram_multiplicity.
Print Assumptions stability_norm_function.
Print Assumptions univariate_inequality.
Print Assumptions stationary_points.
Print Assumptions negative_curvature.
Print Assumptions beyond_interpolation.
Print Assumptions best_possible.
Print Assumptions nondifferentiable_minima.
Print Assumptions every_convention.
Print Assumptions sharpness_upper_bound.
Print Assumptions mean_square_stability.
Print Assumptions mean_square_stability_batches.
Print Assumptions laplacian_bound.
Print Assumptions weak_duality_function.
Print Assumptions stability_inequality_attained.
Print Assumptions certificate_weak_duality.
Print Assumptions planar_certificate.
Print Assumptions certified_rational.
Print Assumptions seventeen_least_norm.
Print Assumptions seventeen_least_net.
Print Assumptions grid_norm.
Print Assumptions two_layers.
Print Assumptions depth_separation_nine_points.
Print Assumptions depth_separation_seventeen_points.
Print Assumptions checked_minimum.
Print Assumptions heavy_ball_boundedP.
Print Assumptions layerwise_stability_norm.
Print Assumptions penalised_stationary.
