"""Certificates: files from which a small independent program proves what is claimed."""

__all__ = ["disc", "entries", "write"]
