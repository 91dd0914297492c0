"""The Laplacian of a predictor: densities below the weight, Radon transforms, and pictures."""
