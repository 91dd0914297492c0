"""Interpolating minima with data on kinks: their modes, and the piecewise linear iteration there."""

__all__ = ["growing", "invariant_body", "modes"]
