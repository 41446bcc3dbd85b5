"""A call that ended in silence is the same as a call whose sound ends there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ
from monitor import sample
from monitor.call.events import CallEvent, Ended, PromptCleared, PromptShown
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.live import run as live
from monitor.live.call_end import KEPT_S
from monitor.live.options import PlayedFile, SessionOptions
from monitor.settings.config import Settings

pytestmark = pytest.mark.slow

SPOKEN_S = 54
"""Until then the built-in call is played: a prompt has been up for two seconds."""
SILENCE_S = 150


def played(sound: np.ndarray, place: Path, *, auto: bool) -> Path:
    """The folder of a session's only call."""
    place.mkdir()
    soundfile.write(place / "call.wav", sound, SAMPLE_RATE_HZ)
    source = PlayedFile(place / "call.wav", speed=0)
    calls = place / "calls"
    live.run(SessionOptions(source=source, settings=Settings(), auto=auto, plain=True, calls=calls, model="none"))
    (folder,) = (place / "calls").glob("*/*/")
    return folder


def timeless(event: CallEvent) -> CallEvent:
    """The event without what depends on the machine: how late a line is printed."""
    match event:
        case PromptShown():
            return replace(event, delay_s=0.0)
        case PromptCleared(prompt):
            return PromptCleared(replace(prompt, seen=None, outcome=None))
        case _:
            return event


def test_of_sound_and_events_nothing_is_kept_that_came_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    sound = soundfile.read(sample.CALL, dtype="int16", stop=SPOKEN_S * SAMPLE_RATE_HZ)[0]
    silence = np.zeros((SILENCE_S * SAMPLE_RATE_HZ, 2), np.int16)
    folder = played(np.concatenate([sound, silence]), tmp_path / "silent", auto=True)

    ended_s = read_info(folder).duration_s
    assert SPOKEN_S < ended_s <= SPOKEN_S + KEPT_S + 0.2
    kept = soundfile.read(folder / "audio.flac", dtype="int16")[0]
    assert len(kept) == round(ended_s * SAMPLE_RATE_HZ)
    events = [timeless(event) for event in read_events(folder)]
    assert events[-1] == Ended(ended_s, "end of sound")
    *_, cleared = [event.prompt for event in events if isinstance(event, PromptCleared)]
    assert (cleared.until_s, cleared.taken_down, cleared.after) == (ended_s, "call_ended", "not_yet")

    other = [timeless(event) for event in read_events(played(kept, tmp_path / "cut", auto=False))]
    assert other[-1] == events[-1]
    assert sorted(map(repr, other)) == sorted(map(repr, events))  # what became of a prompt is known sooner in a silence
