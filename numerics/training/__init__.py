"""Gradient descent on MNIST, one run and sweeps of step sizes."""
