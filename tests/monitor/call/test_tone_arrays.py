"""Tone and pitch as columns: the same from a log as from the samples themselves, whatever happened to the log."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.values import PitchSample, ToneSample
from monitor.base.errors import CallFolderError
from monitor.call import tone_arrays
from monitor.call.analysis import Call
from monitor.call.events import Ended, Mark, to_line
from monitor.call.summary import analysis
from monitor.call.tone_arrays import PitchRow, ToneRow
from tests.report_calls import INFO, events, folder

CALL = Call("made.wav", INFO.duration_s, INFO.speakers, "default", "abc")


def test_a_log_read_into_rows_says_what_its_events_say(tmp_path: Path) -> None:
    rows = tone_arrays.read(folder(tmp_path))
    assert analysis(CALL, rows) == analysis(CALL, events())
    assert not any(isinstance(row, ToneSample | PitchSample) for row in rows)


@given(
    st.lists(
        st.builds(
            ToneSample,
            speaker=st.sampled_from(["agent", "customer"]),
            start_s=st.floats(0, 1e4),
            end_s=st.floats(0, 1e4),
            speaking=st.booleans(),
            level_dbfs=st.none() | st.floats(-100, 0),
            rate_over_baseline_pct=st.none() | st.floats(-100, 100),
        )
    )
)
def test_columns_hold_what_was_measured_while_the_speaker_spoke(samples: list[ToneSample]) -> None:
    own = [sample for sample in samples if sample.speaker == "agent" and sample.speaking]
    tone = tone_arrays.tone(samples, "agent")
    assert tone.start_s.tolist() == [sample.start_s for sample in own]
    for name in ("level_dbfs", "rate_over_baseline_pct"):
        told = [None if np.isnan(value) else value for value in getattr(tone, name).tolist()]
        assert told == [getattr(sample, name) for sample in own]


DAMAGE = (
    b'{"event":"tone","speaker":"agent","start_s":1.0,"end_s":1.1,"speaking":true,"level_dbfs":"loud"}',
    b'{"event":"tone","speaker":"nobody","start_s":1.0,"end_s":1.1,"speaking":true}',
    b'{"event":"tone","speaker":"agent","start_s":1e300,"end_s":1.1,"speaking":true}',
    b'{"event":"tone","speaker":"agent","start_s":1.0,"end_s":1.1,"speaking":true,"level_dbfs":-1e9}',
    b'{"event":"pitch","speaker":"agent","start_s":1.0,"end_s":1.1,"pitch_hz":0.0}',
    b'{"event":"pitch","speaker":"agent","start_s":-1.0,"end_s":1.1,"pitch_hz":100.0}',
    b'{"event":"tone","spea\xff',
    b'{"event":"tone","spea',
    b'{"event":"tone","speaker":' + b"[" * 10_000,
    b'{"event":"pitch","x":' + b"[" * 10_000,
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_line_costs_that_line_alone(damage: bytes, tmp_path: Path) -> None:
    samples = [ToneSample("agent", 0.0, 0.1, speaking=True), PitchSample("agent", 0.0, 0.1, 100.0), Mark(0.5, "flag")]
    fine = b"".join(map(to_line, samples))
    (tmp_path / "events.jsonl").write_bytes(fine + damage + b"\n" + fine + to_line(Ended(1.0, "stopped")))
    rows = tone_arrays.read(tmp_path)
    assert rows == [
        *[ToneRow("agent", 0.0, 0.1, speaking=True)] * 2,
        *[PitchRow("agent", 0.0, 0.1, 100.0)] * 2,
        *[Mark(0.5, "flag")] * 2,
        Ended(1.0, "stopped"),
    ]


def test_a_folder_without_a_log_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match=r"^Can't read events\.jsonl in .*\. Choose the folder"):
        tone_arrays.read(tmp_path)
