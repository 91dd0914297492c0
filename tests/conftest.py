"""Settings of all tests: the same examples every time, and no test that fails because a machine is slow."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("tests", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("tests")
