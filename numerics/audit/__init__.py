"""What the theory says about anybody's network: `python -m numerics.audit --help`."""

from numerics.audit.examination import audit
from numerics.audit.findings import Audit
from numerics.loading import NotCoveredError

__all__ = ["Audit", "NotCoveredError", "audit"]
