"""The weight of infinite populations: isotropic ones, densities on the disc, the normal law."""

__all__ = ["density", "gaussian_moments", "isotropic"]
