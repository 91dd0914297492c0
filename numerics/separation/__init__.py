"""Depth separation: certificates against all stable shallow nets, nets that come nearest, and deeper stable nets."""

__all__ = ["bracket", "exponential", "five_points", "planar", "pyramid", "smoothed", "two_layers"]
