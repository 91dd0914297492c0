"""Exact numbers and enclosures: dyadic rationals, balls, and a network on its data in them."""
