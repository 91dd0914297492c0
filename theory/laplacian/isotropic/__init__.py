"""Laws that are invariant under rotations: their weights, transforms and norms."""
