"""The flattest rescaling of a network, and a bound on every implementation of its function."""

__all__ = ["family", "implementation", "interior_point", "orientation", "rebalancing", "rescaling", "search"]
