"""What rests on arrays alone: validation, files, processes, pre-activations, moments, hyperplanes that are shared."""

__all__ = ["checks", "files", "gram", "hyperplanes", "kinks", "moments", "processes", "shared_hyperplanes", "spectrum"]
