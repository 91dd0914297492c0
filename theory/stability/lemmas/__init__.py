"""Lemmas of the claims about stability, and what they speak of."""
