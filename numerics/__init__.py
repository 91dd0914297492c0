"""Networks on data in floats and in balls: the weight g, the stability norm, sharpness, training, the audit.

The names below are the public face; a name is imported from its module when it is first asked for, so that
``import numerics`` costs nothing. Where a function has the name of its module (``audit``, ``sharpness``, ``weight``),
the attribute of the package is the function, whichever was imported first; what else such a module holds is had by
``from numerics.sharpness import ...``.

>>> from numerics import ShallowNetwork, stability_norm
>>> network = ShallowNetwork(W1=[[1.0]], b1=[0.0], w2=[2.0], b2=0.0)
>>> stability_norm(network, [[0.75], [-0.75]])
0.46875
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.audit.examination import audit
    from numerics.enclosure import enclose
    from numerics.flattest.rebalancing import rebalance
    from numerics.gram import gram_sharpness
    from numerics.loading.data import load_data
    from numerics.loading.networks import load_network
    from numerics.measurement import measure
    from numerics.network import ShallowNetwork
    from numerics.norm import stability_norm
    from numerics.problem import Problem
    from numerics.sharpness import sharpness
    from numerics.weight import weight

__all__ = [
    "Problem",
    "ShallowNetwork",
    "audit",
    "enclose",
    "gram_sharpness",
    "load_data",
    "load_network",
    "measure",
    "rebalance",
    "sharpness",
    "stability_norm",
    "weight",
]

_HOMES = {
    "Problem": "numerics.problem",
    "ShallowNetwork": "numerics.network",
    "audit": "numerics.audit.examination",
    "enclose": "numerics.enclosure",
    "gram_sharpness": "numerics.gram",
    "load_data": "numerics.loading.data",
    "load_network": "numerics.loading.networks",
    "measure": "numerics.measurement",
    "rebalance": "numerics.flattest.rebalancing",
    "sharpness": "numerics.sharpness",
    "stability_norm": "numerics.norm",
    "weight": "numerics.weight",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'numerics' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Face(ModuleType):
    """The package, with its functions kept from the modules of the same name.

    Python sets a module as an attribute of its package when it is imported, which would replace the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
