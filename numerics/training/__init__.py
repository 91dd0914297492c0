"""Gradient descent on MNIST, one run and sweeps of step sizes."""

__all__ = ["descent", "idx", "mnist", "sweep", "train"]
