"""The log of a call is torn, with garbage behind the tear.

The call opens as far as its lines are whole; `tone-monitor doctor` closes it without losing one of them.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.call.events import CallEvent, Ended, Gap, Mark, from_lines, to_line
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.upkeep import repair
from tests.broken_calls import broken_call

EVENTS: tuple[CallEvent, ...] = (Mark(1.0, "note", "größer"), Gap(1.0, 1.5, "words", "late"), Mark(2.0, "flag"))
LOG = b"".join(map(to_line, EVENTS))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = broken_call(tmp_path_factory.mktemp("broken"), 0.2)
    (folder / "audio.wav").unlink()
    return folder


def repaired(broken: Path, log: bytes) -> list[CallEvent]:
    """The events of a call with such a log after its repair."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "2026-03-01" / broken.name
        shutil.copytree(broken, folder)
        (folder / "events.jsonl").write_bytes(log)
        repair.repair(folder)
        assert read_info(folder).closed
        assert (folder / "events.jsonl").read_bytes().endswith(b"\n")
        again = (folder / "events.jsonl").read_bytes()
        repair.repair(folder)
        assert (folder / "events.jsonl").read_bytes() == again
        return list(read_events(folder))


def test_torn_at_every_byte_it_is_closed_with_all_whole_lines(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # which would take most of the time
    for at in range(len(LOG) + 1):
        kept = repaired(broken, LOG[:at])
        whole = LOG[:at].count(b"\n")
        assert kept[:whole] == list(EVENTS[:whole])
        assert [type(event) for event in kept[-2:]] == [Gap, Ended]
        assert len(kept) - 2 in {whole, whole + 1}, "a line may be whole but for its end"


@given(st.integers(0, len(LOG)), st.binary(max_size=60))
@settings(max_examples=40, deadline=None)
def test_garbage_behind_the_tear_is_passed_over(broken: Path, at: int, garbage: bytes) -> None:
    log = LOG[:at] + garbage
    kept = repaired(broken, log)
    assert kept[: LOG[:at].count(b"\n")] == list(EVENTS[: LOG[:at].count(b"\n")])
    assert isinstance(kept[-1], Ended)
    assert kept[:-2] == list(from_lines(log.splitlines(keepends=True)))
