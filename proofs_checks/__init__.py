"""Checks of every claim, one file per claim: ``pytest proofs_checks``. They record the evidence."""

__all__ = ["evidence", "instances", "verify"]
