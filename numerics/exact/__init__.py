"""Exact numbers and enclosures: dyadic rationals, balls, and a network on its data in them."""

__all__ = ["balls", "dyadic", "intervals", "mills", "network", "power_series", "root_sums", "rounded", "spectrum"]
