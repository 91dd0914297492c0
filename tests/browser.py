"""Pages in a headless Chromium, at any width: what a script finds out about them there.

``python -m tests.browser PAGE ...`` runs axe-core on pages that were built, on a phone and, dark, on a wide screen;
exit code 1 if it finds anything.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

# a window cannot be as narrow as a phone, so the page is in a frame, and says what it found to the page around it
_AROUND = """<!DOCTYPE html><iframe src="{name}" style="width: {width}px; height: 900px; border: 0"></iframe><pre></pre>
<script>addEventListener("message", said => {{ document.querySelector("pre").textContent = said.data; }});</script>"""
_INSIDE = """<script>
const faults = [];
addEventListener("error", fault => faults.push(String(fault.message)));
addEventListener("load", async () => {{
  const found = await (async () => {{ {script} }})().catch(fault => faults.push(String(fault)));
  parent.postMessage(JSON.stringify({{ found, faults }}), "*");
}});
</script>"""


# contrast, which takes longest by far, is looked at part by part, with the other parts out of the page, and formulas in
# the colour of their line as text of it
_AXE = """
for (const fold of document.querySelectorAll("details")) fold.open = true;
const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], contrast = "color-contrast";
const run = async options => (await axe.run(document, { resultTypes: ["violations"], ...options })).violations;
const found = await run({ runOnly: levels, rules: { [contrast]: { enabled: false } } });
const colour = element => getComputedStyle(element).color;
for (const formula of document.querySelectorAll("main math")) {
  const plain = [...formula.querySelectorAll("*")].every(part => colour(part) === colour(formula.parentElement));
  if (plain) formula.replaceWith(formula.textContent);
}
const main = document.querySelector("main");
const parts = part => part.querySelector(":scope > section") ? [...part.children] : [part];
for (const part of [...main.children].flatMap(parts)) {
  main.replaceChildren(part);
  found.push(...await run({ runOnly: [contrast] }));
}
return found.map(({ id, nodes: [first] }) => [id, first.html.slice(0, 300), first.failureSummary].join(" "));
"""


def require_chromium() -> str:
    """The browser; skips the test where there is none."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUM)} is on the path")
    return found


def evaluated(
    page: str,
    script: str,
    folder: Path,
    *,
    width: int = 1000,
    axe: bool = False,
    dark: bool = False,
    patience: float = 120,
) -> Any:
    """What ``script`` (the body of a function, which may await) returns in the loaded page, as JSON.

    ``axe`` puts axe-core into the page. An error of the page's own scripts fails the test, and so does a page that says
    nothing for ``patience`` seconds.
    """
    browser = require_chromium()
    more = f"<script>{(files('axe_core_python') / 'axe.min.js').read_text('utf-8')}</script>" if axe else ""
    (folder / "inside.html").write_text(page.replace("<head>", "<head>" + more + _INSIDE.format(script=script), 1))
    (folder / "around.html").write_text(_AROUND.format(name="inside.html", width=width))
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        f"--user-data-dir={folder / 'browser'}",
        f"--window-size={max(width, 800)},1000",
        *(["--blink-settings=preferredColorScheme=0"] if dark else []),
        "--virtual-time-budget=60000",
        "--dump-dom",
        (folder / "around.html").as_uri(),
    ]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=patience)
    said = re.search(r"<pre>(.+?)</pre>", result.stdout, flags=re.DOTALL)
    assert said, f"the page said nothing: {result.stderr[-2000:]}"
    answer = json.loads(html.unescape(said[1]))
    assert answer["faults"] == [], answer["faults"]
    return answer["found"]


def violations(page: str, folder: Path, *, width: int, dark: bool = False) -> list[str]:
    """What axe-core finds in the page, unfolded, at the levels A and AA: a rule, the first that breaks it, and why."""
    found: list[str] = evaluated(page, _AXE, folder, width=width, axe=True, dark=dark, patience=600)
    return found


def main(pages: list[str]) -> int:
    """Run axe-core on built pages; returns the exit code."""
    wrong = False
    for name in pages:
        for width, dark in ((360, False), (1200, True)):
            with tempfile.TemporaryDirectory() as folder:
                found = violations(Path(name).read_text("utf-8"), Path(folder), width=width, dark=dark)
            print(f"{name} at {width} px{', dark' if dark else ''}:", *(found or ["nothing found"]), sep="\n  ")
            wrong = wrong or bool(found)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
