"""Lemmas of the claims about measures and approximation."""
