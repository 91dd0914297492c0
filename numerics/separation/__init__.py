"""Depth separation: certificates against all stable shallow nets, nets that come nearest, and deeper stable nets."""
