"""What other optimisers than plain gradient descent allow."""

__all__ = ["optimisers"]
