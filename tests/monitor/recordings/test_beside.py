"""What lies beside a recording, and what its own tags say."""

import json
import struct
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from monitor.recordings.errors import MetadataError
from monitor.recordings.known import Known
from monitor.recordings.sidecar import from_sidecar
from monitor.recordings.tags import from_tag_values, from_tags


@pytest.mark.parametrize("name", ["call.json", "call.wav.json", "call.toml", "call.wav.toml"])
def test_a_file_beside_the_recording_says_who_and_when(tmp_path: Path, name: str) -> None:
    said = {"agent": "Sam", "customer_id": 4711, "attributes": {"queue": "billing"}}
    toml = 'agent = "Sam"\ncustomer_id = 4711\nstarted = 2026-03-01T09:30:15Z\n[attributes]\nqueue = "billing"\n'
    text = toml if name.endswith("toml") else json.dumps({**said, "started": "2026-03-01T09:30:15Z"})
    (tmp_path / name).write_text(text, "utf-8")
    assert from_sidecar(tmp_path / "call.wav") == Known(
        agent="Sam",
        customer="4711",
        started=datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC),
        attributes={"queue": "billing"},
    )


def test_without_one_or_with_a_file_of_another_program_nothing_is_known(tmp_path: Path) -> None:
    assert from_sidecar(tmp_path / "call.wav") == Known()
    (tmp_path / "call.json").write_text('{"results": {"transcripts": []}, "jobName": "x"}', "utf-8")
    assert from_sidecar(tmp_path / "call.wav") == Known()
    (tmp_path / "call.json").write_text("[1, 2]", "utf-8")
    assert from_sidecar(tmp_path / "call.wav") == Known()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('{"agent": "Sam", "custommer": "C1"}', 'did you mean "customer"'),
        ('{"agent": "Sam", "started": "noon"}', 'started: "noon"'),
        ("{oops", "is not valid JSON"),
    ],
)
def test_a_file_beside_it_that_cannot_be_used_is_named(tmp_path: Path, written: str, why: str) -> None:
    (tmp_path / "call.json").write_text(written, "utf-8")
    with pytest.raises(MetadataError, match=why) as told:
        from_sidecar(tmp_path / "call.wav")
    assert "call.json" in str(told.value)


def test_the_tags_of_broadcast_wave_and_m4a_say_when_it_was_recorded(tmp_path: Path) -> None:
    sound = np.zeros(8_000, np.int16)
    soundfile.write(tmp_path / "plain.wav", sound, 8_000)
    assert from_tags(tmp_path / "plain.wav") == Known()
    plain = (tmp_path / "plain.wav").read_bytes()
    bext = bytearray(602)
    bext[320:338] = b"2026-03-0109:30:15"
    chunk = b"bext" + struct.pack("<I", len(bext)) + bytes(bext)
    (tmp_path / "bwf.wav").write_bytes(
        b"RIFF" + struct.pack("<I", len(plain) - 8 + len(chunk)) + b"WAVE" + chunk + plain[12:]
    )
    assert from_tags(tmp_path / "bwf.wav") == Known(started=datetime(2026, 3, 1, 9, 30, 15).astimezone())
    with av.open(str(tmp_path / "a.m4a"), "w") as container:
        container.metadata["creation_time"] = "2026-03-01T08:30:15Z"
        stream = container.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert from_tags(tmp_path / "a.m4a") == Known(started=datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC))


@pytest.mark.parametrize("tags", [{"date": "2021"}, {"creation_time": "1904-01-01T00:00:00Z"}, {"date": "0000-00-00"}])
def test_a_year_alone_or_a_recorder_without_a_clock_says_nothing(tags: dict[str, str]) -> None:
    assert from_tag_values(tags) == Known()


def test_a_file_that_is_no_sound_has_no_tags(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"nothing")
    assert from_tags(tmp_path / "a.wav") == from_tags(tmp_path / "none.wav") == Known()
