"""Checks of the claims on the Laplacian."""
