"""Audits of shallow networks trained on losses that are no squares, in floats: the claim other-losses."""

__all__ = ["command", "examination", "findings"]
