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
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from monitor.report import many
from monitor.report.writing import calls
from tests.monitor.report_calls import folder
from tests.monitor.test_report_many import many_calls

AXE = "axe-core@4.10.3"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = {
    "wide": ["--window-size=1200,900"],
    "narrow": ["--window-size=400,900"],
    "dark": ["--window-size=1200,900", "--blink-settings=preferredColorScheme=0"],
}


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
    many_calls(root / "many")
    return {"call": call, "team": many.page(root / "many", many.Wanted(), root / "team.html")}


def violations(page: Path, axe: str, run: Callable[[Path], str]) -> list[str]:
    """What axe-core has against a page, opened with its tables shown; scripts are allowed in for that."""
    ask = f"axe.run(document, {json.dumps(RULES)}).then(r => document.title = JSON.stringify(r.violations))"
    written = page.read_text("utf-8").replace("<details>", "<details open>")
    written = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", written)
    asked = page.with_name(f"asked-{page.name}")
    asked.write_text(written.replace("</body>", f"<script>{axe}</script><script>{ask}</script></body>"), "utf-8")
    answer = re.search(r"<title>(\[.*?\])</title>", run(asked), re.DOTALL)
    assert answer, "axe-core did not answer"
    found = json.loads(unescape(answer[1]))
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("name", "look"), [("call", "narrow"), ("call", "dark"), ("team", "wide")])
def test_axe_finds_no_barrier(name: str, look: str, pages: dict[str, Path], axe: str, browser: str) -> None:
    def run(page: Path) -> str:
        options = ["--headless", "--no-sandbox", "--virtual-time-budget=20000", *LOOKS[look]]
        done = subprocess.run(
            [browser, *options, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout

    assert violations(pages[name], axe, run) == []


@pytest.mark.parametrize("name", ["call", "team"])
def test_it_prints_on_two_to_four_pages(name: str, pages: dict[str, Path], browser: str, tmp_path: Path) -> None:
    printed = tmp_path / "printed.pdf"
    options = ["--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={printed}"]
    subprocess.run([browser, *options, pages[name].as_uri()], capture_output=True, check=True, timeout=120)
    sheets = re.findall(rb"/Type\s*/Page\b", printed.read_bytes())
    assert 2 <= len(sheets) <= 4
