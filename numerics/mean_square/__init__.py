"""Mean-square stability of stochastic gradient descent at an interpolating minimum: how large the step size may be."""

__all__ = ["bounds", "enclosure", "lyapunov", "minima", "threshold"]
