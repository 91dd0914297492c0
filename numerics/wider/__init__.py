"""What other optimisers than plain gradient descent, other losses than the square and several outputs allow."""

__all__ = ["loss_curvature", "losses", "optimisers", "outputs"]
