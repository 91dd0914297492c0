"""Lemmas on networks with several outputs."""

__all__ = ["losses", "network", "states", "upper_ends"]
