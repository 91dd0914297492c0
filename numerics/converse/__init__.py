"""What the stability bound does not forbid: networks that attain it, and atoms at the edge of a ball."""

__all__ = ["edge_weight", "enclosed_memorisation", "memorisation", "perturbed_descent", "shattered_net", "spike"]
