"""Audits of any torch module that ends in a trained bias: the claim any-architecture, and the Hessian in floats."""

__all__ = ["any_network", "curvature", "eigenvalues", "findings", "subject"]
