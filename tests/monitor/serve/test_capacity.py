"""How many calls a server takes, as the doctor measured it."""

import os
from pathlib import Path

import pytest

from monitor.doctor.server import told
from monitor.serve import capacity
from monitor.serve.capacity import Capacity


def test_what_was_measured_is_known_later_on_the_same_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert capacity.known() is None
    here = Capacity(tone_only=12, with_words=4, cores=os.cpu_count() or 1)
    capacity.save(here)
    assert capacity.known() == here
    assert (here.calls(words=True), here.calls(words=False)) == (4, 12)
    capacity.save(Capacity(12, 4, 999))
    assert capacity.known() is None, "it was measured with other cores"


def test_the_doctor_says_how_many_calls_fit() -> None:
    assert told(Capacity(12, 4, 2)) == (
        "tone-monitor serve takes 4 calls at a time with words, 12 with tone only (2 cores)."
    )
    assert told(Capacity(3, 0, 1)) == "tone-monitor serve takes 3 calls at a time with tone only (1 core)."
