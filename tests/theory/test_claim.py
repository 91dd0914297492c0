"""Claims and their registry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from theory.claim import Claim, Registry, Source, registry
from theory.stability.stability_inequality import CLAIM as MAIN

SOURCE = Source("nacson2023", "somewhere")


def claim(name: str, *rests_on: str) -> Claim:
    """A claim with nothing but a name and references."""
    return Claim(name, name, "$1 = 1$", (), SOURCE, rests_on)


def test_registry_orders_by_reference() -> None:
    """Every claim comes after what it rests on."""
    order = [c.name for c in Registry([claim("a", "b"), claim("b", "c"), claim("c")])]
    assert order == ["c", "b", "a"]


def test_dangling_cyclic_and_double() -> None:
    """Each is refused with the names concerned."""
    with pytest.raises(ValueError, match="a rests on nowhere"):
        Registry([claim("a", "nowhere")])
    with pytest.raises(ValueError, match=r"circle: .*a"):
        Registry([claim("a", "b"), claim("b", "a")])
    with pytest.raises(ValueError, match="circle"):
        Registry([claim("a", "a")])
    with pytest.raises(ValueError, match="more than one claim is called a"):
        Registry([claim("a"), claim("a")])


def test_claims_name_what_their_derivations_use() -> None:
    """A derivation that cites a claim which is not named, or that is no derivation, is refused."""
    with pytest.raises(ValueError, match="rests_on does not name"):
        replace(MAIN, rests_on=())
    with pytest.raises(TypeError, match="not a Derivation"):
        replace(MAIN, derivations=("proof by authority",))  # type: ignore[arg-type]


def test_the_suite() -> None:
    """The claims of the suite are found, and their ancestors known."""
    claims = registry()
    names = {c.name for c in claims}
    assert {
        "linear-stability",
        "gram-form",
        "sharpness-lower-bound",
        "stability-inequality",
        "univariate-case",
    } <= names
    assert claims.ancestors("univariate-case") >= {"stability-inequality", "linear-stability", "gram-form"}
    with pytest.raises(KeyError, match="no claim is called 'mian'"):
        claims["mian"]
