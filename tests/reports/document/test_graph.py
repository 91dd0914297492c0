"""reports.document.graph: a box for every claim, a line for every ground."""

from __future__ import annotations

from xml.etree import ElementTree

from reports.document.graph import WIDTH, graph
from reports.document.shown import grounds
from tests.reports.conftest import Record
from tests.reports.document.test_front import TOLD
from tests.reports.document.test_shown import parts

SVG = "{http://www.w3.org/2000/svg}"


def test_boxes_and_lines(record: Record) -> None:
    """Inside the picture, no two in one place, each a link; one line for each ground that is shown."""
    found = parts(record, {"sharpness-lower-bound": TOLD})
    claims = {claim.claim.name: claim.claim for part in found for claim in part.claims}
    root = ElementTree.fromstring(graph(found, themed=True))
    boxes = [(float(box.attrib["x"]), float(box.attrib["y"])) for box in root.iter(f"{SVG}rect")]
    height = float(root.attrib["viewBox"].split()[3])
    assert len(boxes) == len(set(boxes)) == len(claims)
    assert all(0 <= x < WIDTH and 0 <= y < height for x, y in boxes)
    assert {link.attrib["href"] for link in root.iter(f"{SVG}a")} == {f"#claim-{name}" for name in claims}
    lines = sum(len(grounds(claim) & set(claims)) for claim in claims.values())
    assert len(list(root.iter(f"{SVG}path"))) == lines > 0


def test_colours_of_the_page(record: Record) -> None:
    """Only on a page, since print knows no variables."""
    found = parts(record, {})
    assert "var(--soft" in graph(found, themed=True)
    assert "var(" not in graph(found, themed=False)
