"""Checks of the claims that say what the bound does not forbid."""
