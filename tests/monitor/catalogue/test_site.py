"""The id of a calls folder: one, whoever makes it, and never a wrong one in silence."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.catalogue import site
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.site import FILE, site_of

ASK = """
import sys
from pathlib import Path
from monitor.catalogue.site import site_of
print(site_of(Path(sys.argv[1])))
"""


def ask(root: Path) -> str:
    done = subprocess.run([sys.executable, "-c", ASK, str(root)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_folder_keeps_the_id_that_it_was_given(tmp_path: Path) -> None:
    root = tmp_path / "calls"
    found = site_of(root)
    assert len(found) == 32
    assert site_of(root) == found
    assert site_of(tmp_path / "others") != found
    if os.name != "nt":
        assert stat.S_IMODE((root / FILE).stat().st_mode) == 0o600
    assert [path.name for path in root.iterdir()] == [FILE]


def test_of_several_programs_one_makes_the_id(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, [tmp_path] * 6))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.fixture
def _no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("_no_links")
def test_a_file_system_without_links_does_as_well(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(site_of, [tmp_path] * 8))) == 1


def test_a_damaged_id_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "PATIENCE_S", 0.02)
    for content in (b"", b"calls", b"\xff" * 32, b"0" * 31):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(CatalogueError, match=r"site.*(is damaged|not text)"):
            site_of(tmp_path)


def test_an_id_that_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "calls").write_bytes(b"")
    with pytest.raises(CatalogueError, match=r"Can't read or write .*site.*Change its permissions"):
        site_of(tmp_path / "calls")
