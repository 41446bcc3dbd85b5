"""No name leads out of the folders it belongs to, and deleting never goes through a link."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.call import find, marks
from monitor.call.events import Mark
from monitor.call.info import write_info
from monitor.cli import main
from monitor.settings.config import Retention
from monitor.setup import profile
from monitor.upkeep import retention
from tests.made_calls import info, make, said

NOW = datetime(2028, 1, 1, tzinfo=UTC)
"""When every made call is older than anything is kept."""
NAMES = (
    "../elsewhere",
    "..",
    ".",
    "/",
    "//",
    "a\0b",
    "x" * 5_000,
    "a/" * 3_000,
    "C:\\calls",
    "nul",
    "\udcff",
    "…",
    " ",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make(tmp_path / "calls", [said("nothing to hide")])
    return tmp_path / "calls"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A call of somebody else, outside of the calls folder."""
    return make(tmp_path / "elsewhere", [said("not yours")])


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_call_costs_a_sentence(root: Path, elsewhere: Path, name: str) -> None:
    before = everything(elsewhere)
    with pytest.raises(CallFolderError):
        find.find(name, root)
    for command in (["replay", "--plain"], ["report", "--text"], ["export", "--to", "json"], ["forget", "--yes"]):
        done = CliRunner().invoke(main, [*command, "--calls", str(root), "--", name])
        assert done.exit_code == 1, done.output
        assert done.stderr.count("\n") == 1
        assert isinstance(done.exception, SystemExit)
    assert everything(elsewhere) == before


@pytest.mark.parametrize("path", ["../elsewhere/2026-03-02/093015-a1b2c3", "{elsewhere}"])
def test_forget_deletes_nothing_outside_of_the_calls_folder(
    root: Path, elsewhere: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    before = everything(elsewhere)
    with pytest.raises(CallFolderError, match="is not in the calls folder"):
        retention.of_call(root, path.format(elsewhere=elsewhere), NOW)
    assert everything(elsewhere) == before


def links(root: Path, elsewhere: Path) -> Iterator[Path]:
    """Links in the calls folder to a call, to a day and to the folder of all of somebody else's calls."""
    call = root / "2026-03-02" / "101010-d4e5f6"
    call.symlink_to(elsewhere, target_is_directory=True)
    yield call
    day = root / "2026-03-03"
    day.symlink_to(elsewhere.parent, target_is_directory=True)
    yield day


def test_purge_goes_through_no_link(root: Path, elsewhere: Path) -> None:
    laid = list(links(root, elsewhere))
    before = everything(elsewhere)
    for one in list(retention.due(root, Retention(), NOW)):
        retention.delete(root, one)
    for one in retention.of_agent(root, "Sam Porter", NOW):
        retention.delete(root, one)
    assert everything(elsewhere) == before
    assert all(link.is_symlink() for link in laid)
    assert not (root / "2026-03-02" / "093015-a1b2c3").exists(), "its own call is gone"


def test_forget_goes_through_no_link(root: Path, elsewhere: Path) -> None:
    call, day = links(root, elsewhere)
    before = everything(elsewhere)
    for named in (call, day / elsewhere.name):
        with pytest.raises(CallFolderError, match=r"is a link to a folder|is not in the calls folder"):
            retention.of_call(root, str(named), NOW)
    assert everything(elsewhere) == before


def test_what_is_in_a_call_folder_by_link_is_unlinked_and_stays_where_it_is(root: Path, tmp_path: Path) -> None:
    call = root / "2026-03-02" / "093015-a1b2c3"
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "too.txt").write_text("mine", "utf-8")
    (call / "audio.flac").symlink_to(tmp_path / "mine.txt")
    (call / "clips").symlink_to(tmp_path / "mine", target_is_directory=True)
    (call / "notes.txt").symlink_to(tmp_path / "mine.txt")
    for one in list(retention.due(root, Retention(audio_days=0, transcript_days=0, numbers_days=3650), NOW)):
        retention.delete(root, one)
    assert sorted(path.name for path in call.iterdir()) == ["call.toml", "events.jsonl", "marks.jsonl"]
    assert (tmp_path / "mine.txt").read_text("utf-8") == (tmp_path / "mine" / "too.txt").read_text("utf-8") == "mine"


def test_nothing_is_written_through_a_link(root: Path, tmp_path: Path) -> None:
    call = root / "2026-03-02" / "093015-a1b2c3"
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    (call / "call.toml").unlink()
    (call / "call.toml").symlink_to(victim)
    write_info(call, info())
    assert not (call / "call.toml").is_symlink(), "the link itself is replaced"
    (call / marks.FILE).unlink()
    (call / marks.FILE).symlink_to(victim)
    with pytest.raises(CallFolderError):
        marks.add(call, Mark(1.0, "note", "text"))
    (root / retention.LOG).symlink_to(victim)
    with pytest.raises(CallFolderError):
        retention.delete(root, retention.of_call(root, str(call), NOW))
    assert victim.read_text("utf-8") == "mine"


def test_names_in_a_call_are_no_paths(tmp_path: Path) -> None:
    name = "../../../escaped/<x>"
    about = replace(info(), agent=name, customer=name, source=name, attributes={"file": name})
    call = make(tmp_path / "calls", [said("hello")], about)
    out = tmp_path / "out"
    out.mkdir()
    kinds = ("json", "contact-lens", "vcon", "vtt", "srt", "csv", "parquet")
    for command in (
        *(["export", str(call), "--to", kind, "-o", str(out)] for kind in kinds),
        ["report", str(call), "-o", str(out)],
        ["replay", str(call), "--clip", "0", "2", "-o", str(out / "clip.zip")],
    ):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
    made = {path.resolve().parent for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {call.resolve(), out.resolve()}


@given(agent=st.text(min_size=1, max_size=300), device=st.text(max_size=300))
def test_a_voice_profile_is_a_file_of_its_folder(agent: str, device: str) -> None:
    path = profile.path_of(agent, device)
    assert path.parent == profile.folder()
    assert re.fullmatch(r"[a-z0-9-]{0,60}-en-[0-9a-f]{8}\.toml", path.name)
    assert path.stem not in {"con", "prn", "aux", "nul"}


def test_folders_above_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        atomic.write(tmp_path / "a" / "b" / "c.txt", b"")
    finally:
        os.umask(umask)
    assert {(tmp_path / one).stat().st_mode & 0o777 for one in ("a", "a/b")} == {0o700}
    assert (tmp_path / "a" / "b" / "c.txt").stat().st_mode & 0o777 == 0o600
