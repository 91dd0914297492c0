"""Stability of minima of shallow ReLU networks in floats: networks, weights, norms, sharpness, training."""
