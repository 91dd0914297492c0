"""Lemmas of the claims that separate shallow nets from deep ones."""
