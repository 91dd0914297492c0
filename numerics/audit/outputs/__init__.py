"""Audits of shallow networks with several outputs on the square loss: the claim vector-outputs."""

__all__ = ["command", "examination", "findings", "in_floats"]
