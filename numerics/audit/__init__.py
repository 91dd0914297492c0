"""What the theory says about anybody's network: `python -m numerics.audit --help`.

A name is imported from its module when it is first asked for, so that the command line can be interrupted in words
while it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.audit.examination import audit
    from numerics.audit.findings import Audit
    from numerics.audit.losses.examination import other_loss
    from numerics.audit.losses.findings import LossAudit
    from numerics.audit.methods.method import Method, method
    from numerics.audit.modules.any_network import any_network
    from numerics.audit.outputs.examination import several_outputs
    from numerics.audit.outputs.findings import OutputsAudit
    from numerics.loading.layers import NotCoveredError

__all__ = [
    "Audit",
    "LossAudit",
    "Method",
    "NotCoveredError",
    "OutputsAudit",
    "any_network",
    "audit",
    "method",
    "other_loss",
    "several_outputs",
]

_HOMES = {
    "Audit": "numerics.audit.findings",
    "LossAudit": "numerics.audit.losses.findings",
    "Method": "numerics.audit.methods.method",
    "NotCoveredError": "numerics.loading.layers",
    "OutputsAudit": "numerics.audit.outputs.findings",
    "any_network": "numerics.audit.modules.any_network",
    "audit": "numerics.audit.examination",
    "method": "numerics.audit.methods.method",
    "other_loss": "numerics.audit.losses.examination",
    "several_outputs": "numerics.audit.outputs.examination",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'numerics.audit' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
