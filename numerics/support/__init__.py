"""What the numerics are built from: checked input, files, hyperplanes as exact objects, moments, descent."""
