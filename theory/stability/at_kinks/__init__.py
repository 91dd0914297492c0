"""Gradient descent near interpolating minima with data on kinks."""
