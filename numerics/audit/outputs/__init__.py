"""Audits of shallow networks with several outputs on the square loss, in floats: the claim vector-outputs."""

__all__ = ["examination", "findings"]
