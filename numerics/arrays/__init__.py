"""What rests on arrays alone: validation, files, pre-activations and moments, which neurons share a hyperplane."""

__all__ = ["checks", "files", "gram", "hyperplanes", "kinks", "moments", "shared_hyperplanes", "spectrum"]
