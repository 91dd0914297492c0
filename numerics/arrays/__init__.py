"""What rests on arrays alone: validation, files, processes and clusters, pre-activations, moments, hyperplanes that are shared."""

__all__ = [
    "checks",
    "cluster",
    "files",
    "gram",
    "hyperplanes",
    "kinks",
    "moments",
    "parallel",
    "processes",
    "shared_hyperplanes",
    "spectrum",
]
