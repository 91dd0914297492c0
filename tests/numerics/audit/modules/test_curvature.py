"""Products with the Hessian and its Gauss-Newton part."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.audit.modules.curvature import Curvature
from numerics.audit.modules.subject import subject
from tests.numerics.audit.modules.nets import KINDS, data, full, made


@pytest.mark.parametrize("kind", KINDS)
def test_products_and_gradients(kind: str) -> None:
    outputs = 1 if kind == "own bias" else 3
    net, (x, y) = made(kind, 5, outputs), data(5, 7, outputs)
    passes: list[None] = []
    curvature = Curvature(subject(net, x, y), 3, lambda: passes.append(None))
    hessian, gram, mean = full(net, x, y)
    v = np.random.default_rng(0).standard_normal(len(hessian))
    np.testing.assert_allclose(curvature.hessian() @ v, hessian @ v, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(curvature.gauss_newton() @ v, gram @ v, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(curvature.mean_gradients(), mean, rtol=1e-9, atol=1e-12)
    assert len(passes) == 3
    values = net.double()(x.double()).detach().numpy().reshape(7, -1)
    assert curvature.loss() == pytest.approx(float(((values - y.numpy()) ** 2).sum()) / 14)
