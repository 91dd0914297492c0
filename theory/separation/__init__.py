"""Depth separation beyond the paper: explicit constants, proved from both sides."""
