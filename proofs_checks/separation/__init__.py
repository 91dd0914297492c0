"""Checks of the claims on depth separation."""
