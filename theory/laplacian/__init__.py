"""The Laplacian of a shallow net: densities, the Radon transform, and the functions that stable nets approximate."""
