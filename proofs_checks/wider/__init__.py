"""Checks of the claims beyond plain gradient descent on one output."""
