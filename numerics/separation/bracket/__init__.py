"""The best stable shallow error from both sides: certificates, explicit nets, their proofs and their search."""

__all__ = [
    "dihedral",
    "ends",
    "explicit_nets",
    "files",
    "hyperplane_supremum",
    "hyperplane_weight",
    "measures",
    "relu_sums",
    "rounding",
    "search",
    "table",
    "violations",
]
