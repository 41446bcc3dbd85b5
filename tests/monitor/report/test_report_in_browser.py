"""The pages in a real browser: no barrier that axe-core finds, light and dark, wide and narrow; two to four A4 pages.

Needs Chromium, and npm to fetch axe-core. Where they are missing the tests are skipped; where a build has them
(CI is set), they have to run.
"""

import json
import os
import re
import shutil
import subprocess
import tarfile
from html import unescape
from pathlib import Path

import pytest

from monitor.call import marks
from monitor.call.events import Mark
from monitor.report.own import write_own
from monitor.report.team import many
from monitor.report.write import calls
from tests.monitor.report.test_team import many_calls
from tests.report_calls import folder

pytestmark = pytest.mark.slow


AXE = "axe-core@4.10.3"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = {
    "call narrow": ("call", 400, "light"),
    "call dark": ("call", 1200, "dark"),
    "sheet narrow": ("sheet", 400, "light"),
    "team wide": ("team", 1200, "light"),
    "team narrow dark": ("team", 400, "dark"),
    "own narrow dark": ("own", 400, "dark"),
}
"""Which page, how wide in pixels, in what light."""


def missing(what: str) -> str:
    """Skip the tests for the want of a program; in a build that should have it, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing in this build.")
    pytest.skip(f"{what} is not here.")


@pytest.fixture(scope="module")
def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or missing("Chromium")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    if not (npm := shutil.which("npm")):
        pytest.skip("npm, which fetches axe-core, is not here.")
    place = tmp_path_factory.mktemp("axe")
    fetched = subprocess.run([npm, "pack", AXE, "--silent"], cwd=place, capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip("npm could not fetch axe-core.")
    with tarfile.open(next(place.glob("*.tgz"))) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("calls")
    (call,) = calls([folder(root / "one")], root / "call.html")
    (sheet,) = calls([folder(root / "two")], root / "sheet.html", coaching=True)
    many_calls(root / "many")
    note = Mark(30.0, "note", "Say it back first.", "Sue", "2026-03-03T08:00:00+00:00")
    marks.add(next((root / "many").glob("*/*")), note)
    team = many.page(root / "many", many.Wanted(), root / "team.html")
    own = write_own.page(root / "many", "Ada", root / "own.html")
    return {"call": call, "sheet": sheet, "team": team, "own": own}


@pytest.fixture(scope="module")
def found(pages: dict[str, Path], axe: str, browser: str) -> dict[str, list[str]]:
    """What axe-core has against each look, all in one page: a browser takes longer to start than to look."""
    place = pages["call"].with_name("looks")
    place.mkdir()
    (place / "axe.js").write_text(axe, "utf-8")
    frames = []
    for name, (page, width_px, scheme) in LOOKS.items():
        (place / f"{name}.html").write_text(asking(pages[page].read_text("utf-8"), name), "utf-8")
        frames.append(f'<iframe src="{name}.html" width="{width_px}" height="900" style="color-scheme: {scheme}">')
    gather = "onmessage = said => document.body.append(JSON.stringify(said.data) + '\\n')"
    (place / "all.html").write_text(f"<body><script>{gather}</script>{'</iframe>'.join(frames)}</iframe><pre>", "utf-8")
    options = ["--headless", "--no-sandbox", "--virtual-time-budget=20000", "--dump-dom"]
    done = subprocess.run(
        [browser, *options, (place / "all.html").as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    said = [json.loads(unescape(line)) for line in re.findall(r'\["[a-z ]+",.*\]', done.stdout)]
    return {
        look: [f"{one['id']}: {node['html'][:120]}" for one in broken for node in one["nodes"]]
        for look, scheme, broken in said
        if scheme == LOOKS[look][2]
    }


def asking(page: str, look: str) -> str:
    """A page with its tables shown that asks axe-core about itself; scripts are allowed in for that."""
    scheme = "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
    ask = (
        f"axe.run(document, {json.dumps(RULES)}).then(r => parent.postMessage(['{look}', {scheme}, r.violations], '*'))"
    )
    shown = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.replace("<details>", "<details open>"))
    return shown.replace("</body>", f'<script src="axe.js"></script><script>{ask}</script></body>')


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_barrier(look: str, found: dict[str, list[str]]) -> None:
    assert found[look] == []


@pytest.mark.parametrize("name", ["call", "team"])
def test_it_prints_on_two_to_four_pages(name: str, pages: dict[str, Path], browser: str, tmp_path: Path) -> None:
    printed = tmp_path / "printed.pdf"
    options = ["--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={printed}"]
    subprocess.run([browser, *options, pages[name].as_uri()], capture_output=True, check=True, timeout=120)
    sheets = re.findall(rb"/Type\s*/Page\b", printed.read_bytes())
    assert 2 <= len(sheets) <= 4
