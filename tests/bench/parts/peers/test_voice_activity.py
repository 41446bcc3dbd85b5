"""The score of finding speech."""

import numpy as np
import pytest

from bench.comparisons import speech_detectors
from bench.parts.peers.voice_activity import Scene, shares
from tests import sounds


def flags(text: str) -> speech_detectors.Moments:
    return np.array([one == "1" for one in text])


def test_only_what_is_certain_counts_as_speech_or_as_none() -> None:
    scene = Scene(sounds.silence(0.06), flags("110000"), flags("000011"))
    assert shares([scene, scene], [flags("111110"), flags("010100")]) == (0.75, 0.25)


def test_every_detector_finds_none_in_silence() -> None:
    for detect in speech_detectors.detectors().values():
        found = detect(sounds.silence(2))
        assert len(found) == 200
        assert not found.any()


def test_webrtc_is_left_out_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_detectors, "find_spec", lambda _: None)
    assert list(speech_detectors.detectors()) == ["Silero alone (v6)", "Tone Monitor, turns"]
