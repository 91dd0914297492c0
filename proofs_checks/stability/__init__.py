"""Checks of the claims on stability."""
