"""Gradient descent on MNIST, one run and sweeps of step sizes."""

__all__ = ["along", "descent", "idx", "mnist", "modules", "sweep", "train"]
