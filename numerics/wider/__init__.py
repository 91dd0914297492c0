"""What other optimisers than plain gradient descent, and other losses than the square, allow."""

__all__ = ["loss_curvature", "losses", "optimisers"]
