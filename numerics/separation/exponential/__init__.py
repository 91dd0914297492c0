"""Certificates in closed form whose bound on the stability norm grows exponentially with the dimension."""

__all__ = ["certificate", "function", "profile", "radon_supremum", "weight_fall"]
