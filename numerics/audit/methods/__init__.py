"""Audits by other optimisers than plain gradient descent, with a penalty, and for other scales of the square loss."""

__all__ = ["adam", "bounds", "curvature", "method", "options", "penalty", "words"]
