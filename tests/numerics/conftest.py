"""A cluster for the tests of what runs on one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.numerics.clusters import Cluster, cluster


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="needs distributed, the extra cluster")
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as started:
        yield started


@pytest.fixture
def two_workers(_started: Cluster) -> Cluster:
    """A scheduler with two workers, started once, and again those that a test ended."""
    _started.require(2)
    return _started
