"""Pages in a headless Chromium, at any width: what a script finds out about them there."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
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


def require_chromium() -> str:
    """The browser; skips the test where there is none."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUM)} is on the path")
    return found


def evaluated(page: str, script: str, folder: Path, *, width: int = 1000, axe: bool = False, dark: bool = False) -> Any:
    """What ``script`` (the body of a function, which may await) returns in the loaded page, as JSON.

    ``axe`` puts axe-core into the page. An error of the page's own scripts fails the test.
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
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
    said = re.search(r"<pre>(.+?)</pre>", result.stdout, flags=re.DOTALL)
    assert said, f"the page said nothing: {result.stderr[-2000:]}"
    answer = json.loads(html.unescape(said[1]))
    assert answer["faults"] == [], answer["faults"]
    return answer["found"]
