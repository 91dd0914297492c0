"""Smooth functions as integrals over neurons, and the nets that sample them."""

__all__ = ["compact_bump", "growing_width", "laplacian_mass", "ridgelet", "sampling"]
