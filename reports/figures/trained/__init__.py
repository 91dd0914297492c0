"""Figures of nets that are trained on MNIST."""
