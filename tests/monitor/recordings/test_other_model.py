from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import soundfile

from audio.block import Samples
from audio.files.recording import open_recording
from audio.values import Word
from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from monitor.live.call_wiring import CallWiring
from monitor.recordings.one import analyze_sound
from monitor.settings.config import Settings
from monitor.whisper.choice import TOO_SLOW
from monitor.whisper.wire_format import Urgency

NOTE = "The model base is damaged. Until then, the built-in model is used."


class Smaller:
    """A model that took over from another."""

    because = ""

    def at(self, _urgency: Urgency) -> Self:
        return self

    def __call__(self) -> Transcriber:
        return Transcriber(self, note=NOTE)  # type: ignore[arg-type]

    def final(self, _samples: Samples, **_options: object) -> Sequence[Word]:
        return ()


class BuiltIn(Smaller):
    """The model that "auto" chose, although a better one is installed."""

    because = TOO_SLOW

    def __call__(self) -> Transcriber:
        return Transcriber(self)  # type: ignore[arg-type]


def test_an_analysis_says_that_another_model_made_its_words(tmp_path: Path) -> None:
    sound_of_nobody = np.random.default_rng(0).normal(0, 0.001, (16_000, 2))
    soundfile.write(tmp_path / "call.wav", sound_of_nobody, 16_000)
    wiring = CallWiring.of(Settings(), "none", ())
    sound = open_recording(tmp_path / "call.wav")
    for load, notes in ((None, ()), (Smaller(), (NOTE,)), (BuiltIn(), (TOO_SLOW,))):
        own = replace(wiring, model="default", load_model=load)  # type: ignore[arg-type]
        found = analyze_sound(sound, own, own.info("call.wav", sound.speakers, "recording"), None)
        assert found.call.notes == notes


def test_a_model_that_cant_be_loaded_is_no_other_model() -> None:
    class Missing(Smaller):
        def __call__(self) -> Transcriber:
            raise ModelError("There is no model.")

    wiring = replace(CallWiring.of(Settings(), "none", ()), model="default", load_model=Missing())  # type: ignore[arg-type]
    assert wiring.model_note(wiring.info("call.wav", ("agent", "customer"), "recording")) == ""
