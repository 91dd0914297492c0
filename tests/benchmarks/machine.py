"""The machine that measures: what it is, what its linear algebra is, and how fast that multiplies matrices."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch

RIVALS = ("curvlinops-for-pytorch", "hessian-eigenthings", "PyHessian")
_LIBRARIES = ("numpy", "scipy", "torch", "mpmath", "python-flint", "joblib", *RIVALS)
_SQUARE = 1536
_ROOT = Path(__file__).parents[2]


def description() -> dict[str, Any]:
    """The processor, the system, Python and the libraries, the BLAS of each with its kernel and threads."""
    try:
        from threadpoolctl import threadpool_info
    except ModuleNotFoundError:
        loaded = []
    else:
        loaded = threadpool_info()
    pools = [
        {name: pool.get(name) for name in ("internal_api", "version", "architecture", "threading_layer", "num_threads")}
        | {"library": Path(pool["filepath"]).parent.name}
        for pool in loaded
        if pool["user_api"] == "blas"
    ]
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "blas": pools,
        "torch": {
            "blas": "MKL" if torch._C.has_mkl else "other",
            "kernel": torch.backends.cpu.get_cpu_capability(),
            "threads": torch.get_num_threads(),
        },
        "code": _code_digest(),
    }


def sentence(machine: Mapping[str, Any]) -> str:
    """The machine in one line."""
    pools = {
        f"{pool['internal_api']} {pool['version']} ({pool['architecture']}, {pool['num_threads']} threads)"
        for pool in machine["blas"]
    }
    libraries, own = machine["libraries"], machine["torch"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}; NumPy"
        f" {libraries['numpy']} with {', '.join(sorted(pools)) or 'no BLAS that threadpoolctl knows'}; PyTorch"
        f" {libraries['torch']} with {own['blas']} ({own['kernel']}, {own['threads']} threads)"
    )


def gemm_rates() -> dict[str, float]:
    """Floating-point operations a second of a matrix product of 1,536 rows and columns in float64: the best of three.

    By NumPy and by PyTorch with all their threads, and by PyTorch with one; 2 m^3 operations a product.
    """
    factor = np.random.default_rng(0).standard_normal((_SQUARE, _SQUARE))
    tensor, threads = torch.from_numpy(factor), torch.get_num_threads()
    best = {"numpy": np.inf, "torch": np.inf, "torch, one thread": np.inf}
    for _ in range(3):
        best["numpy"] = min(best["numpy"], _seconds(lambda: factor @ factor))
        best["torch"] = min(best["torch"], _seconds(lambda: tensor @ tensor))
        torch.set_num_threads(1)
        try:
            best["torch, one thread"] = min(best["torch, one thread"], _seconds(lambda: tensor @ tensor))
        finally:
            torch.set_num_threads(threads)
    return {name: 2 * _SQUARE**3 / seconds for name, seconds in best.items()}


def load() -> float | None:
    """The mean number of processes that ran or waited in the last minute; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _seconds(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _code_digest() -> str:
    """SHA-256 of the sources that are measured and of those that measure."""
    content = hashlib.sha256()
    for folder in ("numerics", "tests/benchmarks"):
        for file in sorted((_ROOT / folder).rglob("*.py")):
            content.update(f"{file.relative_to(_ROOT)}\n".encode() + file.read_bytes())
    return content.hexdigest()
