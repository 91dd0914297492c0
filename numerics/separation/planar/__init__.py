"""Finite planar data: the least norm of an interpolating shallow net, exactly, and deeper nets that are stable."""

__all__ = [
    "descent",
    "dichotomies",
    "differentiable_nets",
    "exact_norm",
    "norm_basis",
    "norm_search",
    "planar_sets",
    "rational_bound",
    "rational_network",
    "two_layers",
]
