"""The report of a project with a false derivation and a module that cannot be imported: it is built, and says so."""

from __future__ import annotations

import re
from pathlib import Path

from tests.overlay import Claims, project


def test_the_report_is_built(tmp_path: Path) -> None:
    """Both stand in red with their reasons, what rests on them is unsupported, and everything else is as it was."""
    claims = Claims(project(tmp_path))
    claims("broken-step", theory="from theory import Nothing")
    claims("false-step", formal="x**3", why='Drop("not negative", x**3)')
    claims("resting-step", "false-step.square")
    claims("other-step")
    found = claims.project.run("reports.build", "--only", "html")
    assert found.returncode == 1, found.stderr
    assert "not clean: broken-step: its module cannot be imported" in found.stderr
    assert "not clean: false-step: check failed: 'false-step squared'" in found.stderr
    page = (tmp_path / "reports" / "out" / "report.html").read_text("utf-8")
    text = " ".join(re.sub("<[^>]*>", " ", page.split("<main")[1]).split())
    banner, rest = text.split("This report covers", 1)
    assert "cannot be imported" in banner
    assert "is false at x = -" in banner
    assert rest.startswith(" 4 claims: 1 tested, 2 failed and 1 unsupported.")
