"""The registry: imports what is asked for, orders by reference, and keeps failures apart."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import theory
from theory import registry
from theory.claim import Claim, Source, Statement
from theory.registry import BrokenClaimError, Registry

SOURCE = Source("nacson2023", "somewhere")
ROOT = Path(__file__).parents[2]


def claim(name: str, *rests_on: str, inner: dict[str, tuple[str, ...]] | None = None) -> Claim:
    """A claim with nothing but a name and references; ``inner`` are its statements with what each rests on."""
    inner = inner or {"one": ()}
    statements = tuple(Statement(each, "$1 = 1$", rests_on=grounds) for each, grounds in inner.items())
    return Claim(name, name, statements, SOURCE, rests_on)


def test_orders_by_reference() -> None:
    """Every claim comes after what it rests on, or one of its statements does."""
    claims = [claim("a", inner={"one": ("b.one",)}), claim("b", "c"), claim("c")]
    assert [each.name for each in Registry.of(claims)] == ["c", "b", "a"]
    assert Registry.of(claims).ancestors("a") == {"b", "c"}


@pytest.mark.parametrize(
    ("claims", "broken", "reason"),
    [
        ([claim("a", "nowhere")], "a", "rests on nowhere, which no module"),
        ([claim("a", "b.two"), claim("b")], "a", "rests on b.two, but b states no such thing"),
        ([claim("a", inner={"one": ("b.two",)}), claim("b")], "a", "rests on b.two, but b states no such thing"),
        ([claim("a", inner={"one": ("a.two",)})], "a", "rests on a.two, but a states no such thing"),
        ([claim("a", "b"), claim("b", "a")], "a", "circle: a, b"),
        ([claim("a", "b"), claim("b", "a")], "b", "circle: a, b"),
        ([claim("a", "b"), claim("b", "c"), claim("c", inner={"one": ("b.one",)})], "c", "circle: b, c"),
        ([claim("a", "a")], "a", "rests on itself"),
        ([claim("a", inner={"one": ("a.two",), "two": ("a.one",)})], "a", "circle: "),
    ],
)
def test_references_that_lead_nowhere_or_in_a_circle(claims: list[Claim], broken: str, reason: str) -> None:
    """They break the claim that has them."""
    found = Registry.of(claims)
    with pytest.raises(BrokenClaimError, match=reason) as error:
        found[broken]
    assert error.value.culprit == broken
    assert broken in found.broken
    assert broken not in {each.name for each in found}


def test_a_broken_claim_breaks_no_other() -> None:
    """Not even what rests on it: that is unsupported, which is for the evidence to say."""
    found = Registry.of([claim("a", "b"), claim("b", "nowhere"), claim("c")])
    assert found["a"].name == "a"
    assert {each.name for each in found} == {"a", "c"}
    assert found.broken.keys() == {"b"}
    in_circle = Registry.of([claim("a", "b"), claim("b", "c"), claim("c", "b")])
    assert {each.name for each in in_circle} == {"a"}


def test_names() -> None:
    """Two claims of one name, and a name that no claim has, are errors."""
    with pytest.raises(ValueError, match="more than one claim is called a"):
        Registry.of([claim("a"), claim("a")])
    with pytest.raises(KeyError, match="no claim is called 'b'; there are a"):
        Registry.of([claim("a")])["b"]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A room of theory of the test's own."""
    folder = tmp_path / "parlour"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.setattr(theory, "__path__", [*theory.__path__, str(tmp_path)])
    registry.cache_clear()
    yield folder
    registry.cache_clear()
    for name in [name for name in sys.modules if name.startswith("theory.parlour")]:
        del sys.modules[name]


def write(room: Path, name: str, head: str = "", rests_on: tuple[str, ...] = (), **more: Any) -> None:
    """A module with a claim of one statement."""
    called = more.get("called", name.replace("_", "-"))
    (room / f"{name}.py").write_text(
        f"{head}\nfrom theory import Claim, Source, Statement\n"
        f"CLAIM = Claim({called!r}, 'T', (Statement('one', 'x'),), Source('nacson2023', 'x'), {rests_on!r})\n"
    )


def test_imports_only_what_is_asked_for(room: Path) -> None:
    """The names are known before; a claim brings what it rests on, and nothing else."""
    write(room, "first_step")
    write(room, "second_step", rests_on=("first-step",))
    write(room, "third_step", head="raise ValueError('never asked for')")
    (room / "helper.py").write_text("raise ValueError('holds no claim')")
    names = registry().names
    assert {"first-step", "second-step", "third-step", "gram-form"} <= set(names)
    assert "helper" not in names
    assert registry()["second-step"].grounds == ("first-step",)
    loaded = {name for name in sys.modules if name.startswith("theory.parlour.")}
    assert loaded == {"theory.parlour.first_step", "theory.parlour.second_step"}


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError"),
        ("import no_such_module", "no_such"),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_a_module_that_cannot_be_imported(room: Path, head: str, reason: str) -> None:
    """It is the failure of its claim; what imports it is broken by it, the others are not."""
    write(room, "broken", head=head)
    write(room, "importing", head="import theory.parlour.broken", rests_on=("broken",))
    write(room, "resting", rests_on=("broken",))
    write(room, "sound")
    found = registry()
    assert found["sound"].name == "sound"
    assert found["resting"].name == "resting"
    with pytest.raises(BrokenClaimError, match=f"broken: theory.parlour.broken cannot be imported: .*{reason}") as own:
        found["broken"]
    assert own.value.culprit == "broken"
    with pytest.raises(BrokenClaimError, match="importing: ") as other:
        found["importing"]
    assert other.value.culprit == "broken"


def test_a_module_that_holds_another_claim(room: Path) -> None:
    """The name of the claim is that of the module."""
    write(room, "first_step", called="last-step")
    (room / "second_step.py").write_text("CLAIM: int = 7\n")
    with pytest.raises(BrokenClaimError, match="is called 'last-step', expected 'first-step'"):
        registry()["first-step"]
    with pytest.raises(BrokenClaimError, match="is 7, which is no Claim"):
        registry()["second-step"]


def test_two_modules_of_one_name(room: Path) -> None:
    """Neither is taken for the other."""
    write(room, "gram_form")
    with pytest.raises(BrokenClaimError, match=r"more than one module holds it: .*stability.*parlour"):
        registry()["gram-form"]


def test_names_cost_nothing() -> None:
    """To know the names of the claims imports no algebra."""
    program = "import sys, theory; print(len(theory.registry().names) > 20, 'sympy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "False"]


def test_the_public_face() -> None:
    """Every name of it is there, also after its module was imported; others are not."""
    assert all(getattr(theory, name) is not None for name in theory.__all__)
    assert theory.registry is registry
    with pytest.raises(AttributeError, match="no attribute 'Kernel'"):
        _ = theory.Kernel
