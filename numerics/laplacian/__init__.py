"""The Laplacian of a predictor: densities below the weight, Radon transforms, and pictures."""

__all__ = ["bump_density", "largest_density", "line_bound", "norm_carriers", "picture"]
