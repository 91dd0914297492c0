"""Every symbol in every format, self-contained pages, and what the pages say."""

from __future__ import annotations

import base64
import html.parser
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from proofs_checks.evidence.file import parse_evidence
from reports.document import compose
from reports.figures import Drawing
from reports.typeset import Typesetter
from tests.latex import require_latex
from theory.exposition import read

Record = dict[str, Any]

SYMBOLS = [
    r"\alpha",
    r"\beta",
    r"\gamma",
    r"\Gamma",
    r"\delta",
    r"\Delta",
    r"\epsilon",
    r"\varepsilon",
    r"\zeta",
    r"\eta",
    r"\theta",
    r"\Theta",
    r"\kappa",
    r"\lambda",
    r"\mu",
    r"\nu",
    r"\xi",
    r"\pi",
    r"\Pi",
    r"\rho",
    r"\sigma",
    r"\Sigma",
    r"\tau",
    r"\phi",
    r"\varphi",
    r"\Phi",
    r"\psi",
    r"\Psi",
    r"\omega",
    r"\Omega",
    r"\ell",
    r"\nabla",
    r"\partial",
    r"\infty",
    r"\emptyset",
    r"\forall",
    r"\exists",
    r"\le",
    r"\ge",
    r"\leq",
    r"\geq",
    r"\neq",
    r"\approx",
    r"\sim",
    r"\equiv",
    r"\propto",
    r"\ll",
    r"\gg",
    r"\in",
    r"\notin",
    r"\subset",
    r"\subseteq",
    r"\cup",
    r"\cap",
    r"\setminus",
    r"\succeq",
    r"\preceq",
    r"\to",
    r"\mapsto",
    r"\Rightarrow",
    r"\iff",
    r"\Longrightarrow",
    r"\cdot",
    r"\cdots",
    r"\dots",
    r"\ldots",
    r"\vdots",
    r"\times",
    r"\otimes",
    r"\odot",
    r"\oplus",
    r"\circ",
    r"\pm",
    r"\mp",
    r"\ast",
    r"\langle",
    r"\rangle",
    r"\lVert",
    r"\rVert",
    r"\lvert",
    r"\rvert",
    r"\lceil",
    r"\rceil",
    r"\lfloor",
    r"\rfloor",
    r"\mid",
    r"\parallel",
    r"\perp",
    r"\top",
    r"\dagger",
    r"\prime",
]

FORMULAS = (
    r"\lVert x\rVert_1 + \lvert x\rvert \le \left\lVert \frac ab \right\rVert^2 + \left\lvert \frac ab \right\rvert",
    r"\|x\|_1 + |x|",
    r"\frac{1}{n}\sum_{j=1}^{n} a_j \prod_{i} b_i \int_0^\infty f\,\mathrm{d}x",
    r"\hat x \tilde g \bar y \dot z \vec v \widehat{xy} \widetilde{xy} \overline{ab} \underline{ab}",
    r"\sqrt{x} + \sqrt[3]{y} + x^{\mathsf T} + \mathbb{R}^d + \mathcal{N}(0, I) + \mathbf{1}\{x > 0\} + \mathfrak{S}",
    r"\min(a, b) + \max_i a_i + \sup_x f + \inf_x f + \lim_{x\to 0} f + \log x + \exp x + \det A + \Pr(A)",
    r"\operatorname{diag}(w) + \operatorname*{argmin}_x f(x) + \mathrm{tr} A + \lambda_{\max}",
    r"\begin{cases} a, & \quad x > 0\\ b, & \quad \text{otherwise} \end{cases}",
    r"\begin{pmatrix} a & b\\ c & d \end{pmatrix} \begin{bmatrix} 1 \end{bmatrix}",
    r"\begin{aligned} a &= b && \text{by definition}\\ &\le c && \text{since $b \le c$ holds}\\ &\ge 2 \end{aligned}",
    r"\underbrace{a + b}_{c} \overset{!}{=} \stackrel{d}{=} \binom{n}{k} \tfrac12 \dfrac12",
    r"\bigl( \Bigl[ a \Bigr] \bigr) \left\{ \frac{a}{b} \,\middle|\, c \right\} a\;b\:c\,d\quad e\qquad f\!g",
    r"\textstyle\sum_B \pi_B = 1 \displaystyle\sum_B",
    r"f'(x) + f''(x) + {u'}_i + x_{i,j}^{(1)} + \left(x\right)_{+} + \mathbf 1_A + a \bmod b",
    r"\stabilitynorm{f} \le \E\,\norm{x} + \Prob(A) + \abs{a}\,\onesidedweight(v, b) + \sharpness(H)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One output folder, so that fonts are cut once."""
    return tmp_path_factory.mktemp("out")


class Documents:
    """The report and the supplement of some evidence, set in one folder."""

    def __init__(self, record: Record, folder: Path, **more: Any) -> None:
        more.setdefault("told", {})  # what the suite tells of its claims does not fit the sample's
        self.document = compose(parse_evidence(record), more.pop("figures", {}), profile="quick", **more)
        self.setter = Typesetter(folder)
        (folder / "figures").mkdir(exist_ok=True)
        for name, content in self.setter.drawing(self.document.graph).items():
            (folder / "figures" / name).write_bytes(content)

    def html(self) -> str:
        return self.setter.html(self.document.screen).decode()

    def pdf(self) -> bytes:
        return self.setter.pdf(self.document.printed)

    def tex(self) -> str:
        return self.setter.tex(self.document.printed).decode()

    def supplement(self, kind: str = "html") -> bytes:
        content: bytes = getattr(self.setter, kind)(self.document.supplement, "supplement")
        return content


def typesetter(record: Record, folder: Path, **more: Any) -> Documents:
    return Documents(record, folder, **more)


def with_formulas(record: Record) -> Record:
    """The sample with every symbol and formula of the lists in a lemma, a hypothesis and a control."""
    everything = [rf"{symbol} x" for symbol in SYMBOLS] + list(FORMULAS)
    statement = record["claims"][0]["statements"][0]
    use = {"name": "x", "kind": "definition"}
    uses = [use | {"latex": formula, "formal": formula} for formula in FORMULAS if "begin" not in formula]
    lemma = {"title": "", "uses": uses, "inherits": []}
    record["claims"][0]["lemmas"] = [lemma | {"latex": formula} for formula in everything]
    statement["formal"] = FORMULAS[0]
    statement["hypotheses"] = [f"where ${formula}$" for formula in everything]
    record["claims"][0]["controls"][0]["variant"] = "with $\\sharpness(H) | \\norm{x}$"
    return record


def test_every_symbol_converts_to_mathml(record: Record, folder: Path) -> None:
    documents = typesetter(with_formulas(record), folder)
    pages = documents.html() + documents.supplement().decode()
    assert documents.setter.warnings == []
    assert 'class="math' not in pages  # pandoc's mark of a formula left as TeX
    assert pages.count("<math") > 2 * len(SYMBOLS)


def test_every_symbol_is_set_by_typst(record: Record, folder: Path) -> None:
    documents = typesetter(with_formulas(record), folder)
    assert documents.pdf().startswith(b"%PDF-")
    assert documents.supplement("pdf").startswith(b"%PDF-")
    assert documents.setter.warnings == []


@pytest.mark.parametrize("document", ["report", "supplement"])
def test_every_symbol_is_set_by_latex(record: Record, folder: Path, document: str) -> None:
    documents = typesetter(with_formulas(record), folder)
    source = documents.tex() if document == "report" else documents.supplement("tex").decode()
    require_latex(source)
    (folder / f"{document}.tex").write_text(source)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{document}.tex"]
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert result.returncode == 0, result.stdout.decode(errors="replace")[-2000:]


class References(html.parser.HTMLParser):
    """Collects what a page refers to, and the tags it uses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.identifiers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "data", "poster", "srcset", "action"):
                self.found.append(value or "")
            if name == "id":
                self.identifiers.append(value or "")


@pytest.fixture
def one_figure(folder: Path) -> dict[str, Any]:
    """A figure whose caption and origin hold what could break out of them."""
    (folder / "figures").mkdir(exist_ok=True)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle id="c" r="4"/><use href="#c"/></svg>'
    (folder / "figures" / "dot.svg").write_text(svg)
    drawing = Drawing("dot", "A dot, where $a \\le b$.", 'the "dot"', "0", (("a_b", "0" * 64),))
    told = read(write_told(folder, figures=["dot"], finding=True))
    return {"figures": {"dot": drawing}, "told": {"linear-stability": told}}


def write_told(folder: Path, *, figures: list[str], finding: bool) -> Path:
    """An exposition of linear-stability."""
    text = f"""
part = "main"
order = 1
gist = 'It is so for $x \\le 1$.'
novelty = "new"
novel = 'Nothing is known.'
headline = ["main"]
sketch = ['First $a$.', 'Then $b$.']
limits = ['Not $c$.']
figures = {figures}
"""
    if finding:
        text += """
[finding]
rank = 1
text = 'with {instances} instances and {margin}'
figure = "dot"
numbers = { margin = "smallest relative margin" }
"""
    path = folder / "linear_stability.toml"
    path.write_text(text)
    return path


@pytest.mark.usefixtures("real_fonts")
def test_page_is_self_contained(record: Record, folder: Path, one_figure: dict[str, Any]) -> None:
    page = typesetter(with_formulas(record), folder, **one_figure).html()
    references = References(page)
    inside = ("data:", "#", "supplement.html#")
    assert [found[:80] for found in references.found if not found.startswith(inside)] == []
    assert all(url.startswith("data:") for url in re.findall(r"url\(\s*['\"]?([^)]{,40})", page))
    assert "@import" not in page
    assert references.tags.isdisjoint({"link", "iframe", "object"})
    assert page.count("<script") == 1
    assert page.count('id="drawing-dot"') == 1
    assert '<use href="#drawing-dot"/>' in page
    assert '<circle r="4" id="m1" /><use href="#m1" />' in page
    assert len(references.identifiers) == len(set(references.identifiers))
    targets = {found[1:] for found in references.found if found.startswith("#")}
    assert targets <= set(references.identifiers)


def test_figure_reaches_the_pdf(record: Record, folder: Path, one_figure: dict[str, Any]) -> None:
    assert typesetter(record, folder, **one_figure).pdf().startswith(b"%PDF-")


@pytest.mark.usefixtures("real_fonts")
def test_embedded_fonts_hold_every_character_of_the_page(record: Record, folder: Path) -> None:
    page = typesetter(with_formulas(record), folder).html()
    fonts = [TTFont(io.BytesIO(base64.b64decode(data))) for data in re.findall(r"font/woff2;base64,([^)]*)\)", page)]
    held = set().union(*(font.getBestCmap() for font in fonts))
    math = "".join(re.findall("<math.*?</math>", page, flags=re.DOTALL))
    text = re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", math, flags=re.DOTALL)
    used = {ord(character) for character in html.unescape(text) if not character.isspace()}
    invisible = {0x2061, 0x2062, 0x2063, 0x2064}
    assert {chr(code) for code in used - held - invisible} == set()
    assert {0x221A, 0x1D465, 0x210E} <= held  # drawn without being named: the radical, the italics of x and h


def test_hostile_text_is_shown_and_not_obeyed(record: Record, folder: Path) -> None:
    hostile = (
        "</p><script>alert(1)</script> [x](javascript:1) `#evil()`{=typst} \\input{x} ::: {.banner} $5 _a_ | b\n> c"
    )
    claim = record["claims"][0]
    claim["controls"][0]["counterexample"] = hostile
    claim["controls"][0]["variant"] = claim["checks"][0]["description"] = claim["title"] = claim["source"] = hostile
    claim["controls"][0]["because"] = claim["statements"][0]["cited"] = hostile
    claim["checks"][0] |= {"figures": {hostile: hostile}, "outcome": "failed", "reason": hostile}
    claim["crashes"] = [{"node": hostile, "reason": hostile, "culprit": ""}]
    claim["checks"][0]["node"] = claim["controls"][0]["node"] = "test_a.py::t[`|$<#}]"
    theorem = {"name": "F.t", "statement": hostile, "context": hostile, "assumptions": hostile}
    claim["statements"][0]["theorems"] = [theorem]
    claim["statements"][0] |= {"theorems": [theorem], "instances": [hostile], "assumes": [hostile]}
    claim["statements"][0]["given"] = [{"name": hostile, "latex": "x", "source": hostile}]
    claim["controls"][1] |= {"theorem": theorem, "negated": [theorem]}
    record["environment"] = {hostile: hostile}
    documents = typesetter(record, folder)
    for page in (documents.html(), documents.supplement().decode()):
        references = References(page)
        assert page.count("<script") == 1
        assert not any(found.startswith("javascript") for found in references.found)
        assert "&lt;script&gt;alert(1)" in page
    assert documents.pdf().startswith(b"%PDF-")
    assert documents.supplement("pdf").startswith(b"%PDF-")
    assert r"\input{x}" not in documents.tex() + documents.supplement("tex").decode()


def test_what_a_relation_holds_for_is_shown_with_it(record: Record, folder: Path) -> None:
    """Ranges beside the level on every page, definitions beside the relation; neither where nothing is restricted."""
    claim = next(each for each in record["claims"] if each["name"] == "sharpness-lower-bound")
    statement = next(each for each in claim["statements"] if each["formal"])
    before = typesetter(record, folder)
    statement |= {"within": ["2 < q < 7"], "where": ["q = u + v^{3}"]}
    after = typesetter(record, folder)
    for pages in ((before.html(), after.html()), (before.supplement().decode(), after.supplement().decode())):
        assert ["2 &lt; q &lt; 7" in page for page in pages] == [False, True]
    supplement = after.supplement().decode()
    assert ", <em>where</em>" in supplement
    assert "q = u + v^{3}" in supplement
    assert "<em>where</em>" not in before.supplement().decode()
    assert after.supplement("pdf").startswith(b"%PDF-")
    assert "v^{3}" in after.supplement("tex").decode()


def test_only_what_passed_is_shown_in_the_colour_of_its_level(record: Record, folder: Path) -> None:
    page = typesetter(record, folder).supplement().decode()
    row = page.split("rigorous enclosure for one trained network")[0].rsplit("<tr", 1)[1]
    assert '<span class="missed">certified</span>' in row
    assert "chip certified" not in row


def test_problems_stand_in_red_at_the_top(record: Record, folder: Path) -> None:
    record["claims"][1]["checks"][2] |= {"outcome": "failed", "reason": "false at W1 = [[1]]"}
    record["outcome"] = "failed"
    setter = typesetter(record, folder)
    body = setter.html().split("<main")[1]
    assert body.index('class="banner"') < body.index('class="summary"')
    banner = body[: body.index('class="summary"')]
    assert "check failed" in banner
    assert "test_random_networks[badly-scaled]" in re.sub("<[^>]*>", "", banner)
    assert "false at W1 = [[1]]" in banner
    assert "(main)" in banner
    assert r"\begin{banner}" in setter.tex()


def test_clean_report_has_no_banner(record: Record, folder: Path) -> None:
    setter = typesetter(record, folder)
    assert 'class="banner"' not in setter.html()
    assert r"\begin{banner}" not in setter.tex()


def test_new_claim_appears_by_itself(record: Record, folder: Path) -> None:
    new = record["claims"][2] | {"name": "a-new-claim", "title": "Something new", "rests_on": ["stability-inequality"]}
    record["claims"].append(new)
    page = typesetter(record, folder).html()
    assert 'id="claim-a-new-claim"' in page
    assert "covers 7 claims" in page


def test_summary_is_counted(record: Record, folder: Path) -> None:
    text = re.sub(r"<math.*?</math>", "#", typesetter(record, folder).html(), flags=re.DOTALL)
    summary = " ".join(re.sub("<[^>]*>", "", text.split('class="summary">')[1].split("</div>")[0]).split())
    assert summary.startswith(
        "This report covers 6 claims: 1 machine-checked, 2 derived, 1 certified, 1 tested and 1 observed. "
        "They consist of 7 statements: 1 machine-checked, 3 derived, 1 certified, 1 tested and 1 observed. "
        "The checks tried 43,648 instances. "
        "Of 18 false variants set beside the claims, to show that the checks can fail, all were refuted."
    )
    assert summary.endswith("Of 11 checks, 1 did not run here.")


def test_statements_are_shown_with_what_they_rest_on(record: Record, folder: Path) -> None:
    """Each with its standing, what it is given, and Coq's theorem beside the formal relation."""
    page = typesetter(record, folder).supplement().decode()
    section = page.split('id="claim-linear-stability"')[1].split('id="claim-sharpness-lower-bound"')[0]
    assert section.index("(without Coq") < section.index('class="beside"') < section.index("gd_boundedP")
    assert section.count('class="half"') == 4
    assert "Controls.control_linear_stability_strict" in section
    text = " ".join(re.sub("<[^>]*>", "", page).split())
    assert "given spectral theorem (Horn and Johnson, theorem 2.5.6)" in text
    assert "Speaks of the ball of radius 1.5" in text
    assert re.search(r"I\.\d\.2 weight derived", text)


def test_failed_statement_is_shown_with_its_reason(record: Record, folder: Path) -> None:
    """What rests on it says so."""
    record["claims"][1]["checks"][0] |= {"outcome": "failed", "reason": "step 2 does not hold"}
    record["claims"][1]["checks"][0]["statements"] = ["weight"]
    text = " ".join(re.sub("<[^>]*>", "", typesetter(record, folder).supplement().decode()).split())
    assert re.search(r"\.2 weight failed", text)
    assert text.count("step 2 does not hold") == 2
    assert "unsupported sharpness-lower-bound failed" in text


def test_tables_are_set_in_every_format(record: Record, folder: Path) -> None:
    """With a head, and numbers as readers want them; not that of a check that failed."""
    checks = [check for claim in record["claims"] for check in claim["checks"] if check["outcome"] == "passed"]
    checks[0]["table"] = {"head": ["a net | x", "|f|_S"], "rows": [["eta = 0.1", 1.234567], ["eta = 0.2", None]]}
    checks[1] |= {"outcome": "failed", "table": {"head": ["of a failure", "b"], "rows": [["c", 1]]}}
    documents = typesetter(record, folder)
    page = documents.supplement().decode()
    (table,) = re.findall(r'<div class="measured">(.*?)</div>', page, flags=re.DOTALL)
    assert [table.count(f"</{tag}>") for tag in ("thead", "th", "tbody", "td")] == [1, 2, 1, 4]
    assert "a net | x" in table
    assert "1.235" in table
    assert "of a failure" not in page
    assert r"\begin{measured}" in documents.supplement("tex").decode()
    assert documents.supplement("pdf").startswith(b"%PDF-")


def test_sources_are_cited_and_listed(record: Record, folder: Path) -> None:
    setter = typesetter(record, folder)
    assert "References" not in setter.html()
    record["claims"][0]["source"] = "nacson2023: the theorem"
    setter = typesetter(record, folder)
    page = setter.html()
    assert "Nacson et al." in page
    assert page.index("References") < page.index("Multivariate Shallow")
    assert setter.pdf().startswith(b"%PDF-")
    assert setter.setter.warnings == []


def test_bad_latex_is_shown_as_a_problem(record: Record, folder: Path) -> None:
    record["claims"][0]["statements"][0]["text"] = r"Let \unheardof{x} be given."
    documents = typesetter(record, folder)
    assert [problem.text for problem in documents.document.problems if "unheardof" in problem.text]
    assert "unheardof" in documents.html()


def test_pdf_is_accessible(record: Record, folder: Path, one_figure: dict[str, Any]) -> None:
    """Tagged, with the TeX of formulas and what figures show; an image without words is refused."""
    documents = typesetter(record, folder, **one_figure)
    pdf = documents.pdf()
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid:part" in pdf
    with pytest.raises(RuntimeError, match="alt text"):
        documents.setter.pdf("![](figures/dot)\n")
