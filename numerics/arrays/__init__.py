"""What rests on arrays alone: validation, files, processes, clusters, pre-activations, moments, shared hyperplanes."""

__all__ = [
    "checks",
    "cluster",
    "files",
    "gradients",
    "gram",
    "hyperplanes",
    "kinks",
    "moments",
    "parallel",
    "processes",
    "shared_hyperplanes",
    "spectrum",
]
