"""Smooth functions as integrals over neurons, and the nets that sample them."""
