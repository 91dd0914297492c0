"""Certificates: files from which a small independent program proves what is claimed."""

__all__ = ["density", "disc", "entries", "write"]
