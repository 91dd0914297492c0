"""The trusted kernel: derivations as immutable data, and the one judge of them.

`data` holds what a derivation is made of, `check` proves it. What `check` uses: `forms` (what expressions may be made of), `binders` and
`instances` (nothing captured, kinds and ranges kept), `normal_form` (identities), `sign`, `elementary` and `integral` (analysis).
"""

from theory.kernel.chain import Chain
from theory.kernel.check import check
from theory.kernel.data import (
    ByDerivation,
    ByHypothesis,
    Derivation,
    Differentiate,
    Drop,
    Elementary,
    Evaluate,
    FalseStep,
    Hypothesis,
    Identity,
    Justification,
    OnInterval,
    Rewrite,
    Squares,
    Step,
)

__all__ = [
    "ByDerivation",
    "ByHypothesis",
    "Chain",
    "Derivation",
    "Differentiate",
    "Drop",
    "Elementary",
    "Evaluate",
    "FalseStep",
    "Hypothesis",
    "Identity",
    "Justification",
    "OnInterval",
    "Rewrite",
    "Squares",
    "Step",
    "check",
]
