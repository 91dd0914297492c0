"""The flattest rescaling of a network, and a bound on every implementation of its function."""
