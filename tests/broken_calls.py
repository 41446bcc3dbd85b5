"""Calls whose program was killed."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from audio.block import AudioBlock, Samples
from audio.files.recorder import HEADER_BYTES, Recorder, header
from audio.values import ToneSample
from monitor.call.events import Mark, to_line
from monitor.call.info import CallInfo, write_info

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")


def broken_call(root: Path, duration_s: float = 3.4) -> Path:
    """A call that nothing of is closed; the last fraction of a second is behind what the WAV's header counts."""
    folder = root / "2026-03-01" / f"000000-{secrets.token_hex(3)}"
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    write_info(folder, INFO)
    recorder = Recorder(folder / "audio.wav", INFO.speakers)
    events = [to_line(Mark(1.0, "flag"))]
    for number in range(round(duration_s * 10)):
        for seed, speaker in enumerate(INFO.speakers):
            recorder.feed(AudioBlock(speaker, number * 1_600, _sound(2 * number + seed)))
        events.append(to_line(ToneSample("agent", number / 10, number / 10 + 0.1, speaking=False)))
    recorder.close()
    for part in recorder.paths:
        _tell_less(part)
    (folder / "events.jsonl").touch(mode=0o600)
    (folder / "events.jsonl").write_bytes(b"".join(events))
    return folder


def _tell_less(part: Path) -> None:
    """Have the header count whole seconds alone, as if the program had been killed before it could tell of the rest."""
    whole = (part.stat().st_size - HEADER_BYTES) // 64_000 * 64_000
    with part.open("r+b") as file:
        file.write(header(whole, len(INFO.speakers)))


def _sound(seed: int) -> Samples:
    return np.random.default_rng(seed).integers(-30_000, 30_000, 1_600).astype(np.float32) / 32767
