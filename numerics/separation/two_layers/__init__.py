"""Two hidden layers: the net that computes the pyramid, its flattest scales, its sharpness, and descent at it."""

__all__ = ["descent", "network", "population", "scales"]
