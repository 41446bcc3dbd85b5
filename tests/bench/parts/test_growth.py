"""The curves, with programs that are made up."""

from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
import soundfile

from audio.values import ToneSample, Utterance
from bench.comparisons import screen
from bench.figures.table import Row
from bench.instruments import sessions
from bench.instruments.terminal import REDRAW, Written
from bench.parts import growth
from monitor.call.events import Gap, Progress


def sessions_up_to(most: int) -> object:
    def figures(count: int, model: str) -> dict[str, float]:
        late = {"tone_p50_s": 0.1, "tone_p99_s": 0.4 if count <= most else 0.6, "cpu_share": count / 40}
        late |= {"worked": 0.2, "queued": 0.1}
        return late | {"memory_mb": 100.0 + count, "words_behind_s": 2.0, "given_up": 0.25 if model == "default" else 0}

    return figures


def test_live_calls_are_counted_until_their_tone_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_sessions", sessions_up_to(5))
    rows = list(growth.session_rows("default"))
    series = "live, with words, in one process"
    assert rows[-1] == Row(f"{series}: calls until the tone's p99 passes 0.5 s", 5, "")
    assert list(dict.fromkeys(row.at for row in rows[:-1])) == [f"{n} call{'s' * (n > 1)}" for n in (1, 2, 4, 5, 6, 8)]
    assert Row("tone delay, p99", 600, "ms", series=series, at="6 calls") in rows
    assert Row("utterances given up for now", 25, "%", series=series, at="6 calls") in rows


def test_recordings_give_a_row_of_figures_each_and_an_exponent(monkeypatch: pytest.MonkeyPatch) -> None:
    def analyze(folder: Path, calls: Path, jobs: int, _model: str) -> tuple[float, float]:
        found = list(folder.glob("*.wav"))
        assert all(soundfile.info(path).duration == growth.CALL_S for path in found)
        for path in found:
            call = calls / "2026-01-01" / path.stem
            call.mkdir(parents=True)
            (call / "call.toml").touch()
        (calls / "catalogue.sqlite").write_bytes(bytes(2048))
        return 0.5 * len(found) / jobs, 300.0

    monkeypatch.setattr(growth, "_analyze", analyze)
    rows = list(growth.recording_rows((1, 10, 20), 2, "none"))
    series = "analyze, tone only, 2 jobs"
    assert Row("wall time per call", 0.25, "s", series=series, at="20 calls") in rows
    assert Row("speed", 80.0, "× real time", series=series, at="1 call") in rows
    assert Row("catalogue", 2.0, "kB", series=series, at="10 calls") in rows
    assert rows[-1].name == f"{series}: exponent of time against calls, from 10 calls on"
    assert rows[-1].value == pytest.approx(1.0)


def test_recordings_that_became_no_calls_are_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_analyze", lambda *_: (1.0, 1.0))
    with pytest.raises(RuntimeError, match="not all became calls"):
        list(growth.recording_rows((1,), 1, "none"))


def test_a_session_is_as_late_as_what_it_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sessions.time, "monotonic", lambda: 107.25)
    session = sessions.Played(tmp_path / "a.wav", tmp_path, "none", Barrier(1), 0.0)
    session.began_s = 100.0
    session.show(ToneSample("agent", 6.9, 7.0, speaking=False))
    session.show(Progress(7.0, 0.1, words_behind_s=1.5))
    session.show(Utterance("agent", (), 1.0, 2.0, 2.5))
    session.show(Gap(1.0, 2.0, "words", "Whisper could not keep up."))
    session.show(Gap(1.0, 2.0, "sound", "The disk could not keep up."))
    assert session.tone_delays_s == [(107.25, pytest.approx(0.25))]
    assert session.words_behind_s == [(107.25, 1.5)]
    assert (session.heard, session.given_up) == (1, 1)


def test_each_session_plays_the_call_from_another_place(tmp_path: Path) -> None:
    one, other = (soundfile.read(path, dtype="int16")[0] for path in sessions.sources(tmp_path, 2, 3.0))
    assert one.shape == other.shape == (48_000, 2)
    assert not np.array_equal(one, other)


def test_what_a_screen_writes_is_counted_by_the_second() -> None:
    pieces = tuple(Written(at / 10, REDRAW + bytes(92)) for at in range(60))
    cost = screen.Cost(0.3, 0.01, pieces)
    assert cost.byte_rate == 60 * 100 / screen.COUNTED_S
    assert cost.redraws == 60 / screen.COUNTED_S
