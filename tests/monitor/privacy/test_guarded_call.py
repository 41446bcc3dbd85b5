"""A spoken call with a card number, a security code and telephone keys, end to end: nothing of them is ever written."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from audio.block import SAMPLE_RATE_HZ
from audio.files.growing_file import GrowingFile
from audio.files.recorder import HEADER_BYTES
from monitor.call.events import Gap
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.cli import main
from monitor.privacy.spool_folder import spool_of
from monitor.privacy.stretches import SENTENCES
from monitor.recordings.one import analyze
from tests.sounds import at_level, dtmf
from tools.sample_call import voices

CAN_SPEAK = voices.version() is not None
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CAN_SPEAK and "CI" not in os.environ, reason="flite is not installed"),
]

LINES = (
    ("agent", "Thank you. May I have the number of your card?", False),
    ("customer", "Yes, it is four one one one, two two two two, three three three three, four four four four.", True),
    ("agent", "Thank you. And the security code, please?", False),
    ("customer", "Seven three nine.", True),
    ("agent", "Wonderful. The router will be with you on Monday.", False),
    ("customer", "That is great. I was worried about the old router.", False),
)
KEYS_S = 34.0
"""When keys are pressed, on the customer's side."""
LENGTH_S = 50.0
TEXTS = re.compile(rb'"(?:text|evidence|key_words|say_back|fact|advice|due)":("[^"]*"|\[[^]]*\])')
DIGITS = re.compile(rb"\b(one|two|three|four|seven|nine)\b|1111|2222|3333|4444|739|\d[ ,-]\d[ ,-]\d", re.IGNORECASE)
NUMBER = re.compile(
    rb"1111\W+2222|2222\W+3333|3333\W+4444|two,? two|three,? three|four,? four|seven,? three", re.IGNORECASE
)


@dataclass
class Spoken:
    """The call as a file, and where in it is what must not be kept."""

    path: Path
    secret_s: list[tuple[float, float]]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    sound = np.random.default_rng(3).normal(0, 2e-4, (round(LENGTH_S * SAMPLE_RATE_HZ), 2)).astype(np.float32)
    at_s, secret_s = 1.0, []
    for speaker, text, secret in LINES:
        speech = voices.speak(text, "slt" if speaker == "agent" else "rms", 1.0, 1.0)
        samples = at_level(speech.samples, -22)
        start = round(at_s * SAMPLE_RATE_HZ)
        sound[start : start + len(samples), ("agent", "customer").index(speaker)] += samples
        if secret:
            secret_s.append((at_s, at_s + len(samples) / SAMPLE_RATE_HZ))
        at_s += len(samples) / SAMPLE_RATE_HZ + 0.8
    assert at_s < KEYS_S
    for number, key in enumerate("1590"):
        start = round((KEYS_S + 0.3 * number) * SAMPLE_RATE_HZ)
        sound[start : start + 2_400, 1] += dtmf(key, 0.15, -18)
    secret_s.append((KEYS_S, KEYS_S + 0.9 + 0.15))
    path = tmp_path_factory.mktemp("spoken") / "call.wav"
    soundfile.write(path, sound, SAMPLE_RATE_HZ)
    return Spoken(path, secret_s)


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bytes]]:
    """All that is ever written to the files of a call, with its place in them, in its order."""
    seen: list[tuple[int, bytes]] = []
    grow = GrowingFile.grow

    def growing(file: GrowingFile, piece: bytes, head: bytes = b"") -> None:
        seen.append((file.size, piece))
        grow(file, piece, head)

    monkeypatch.setattr(GrowingFile, "grow", growing)
    return seen


@pytest.fixture(autouse=True)
def calls_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def kept_of(secret: tuple[float, float], sound: np.ndarray) -> float:
    """Share of the samples of a secret that are there, in either channel."""
    first, last = (round(at_s * SAMPLE_RATE_HZ) for at_s in secret)
    return float((sound[first:last] != 0).any(axis=1).mean())


def test_nothing_secret_of_a_live_call_is_ever_written(
    spoken: Spoken, pieces: list[tuple[int, bytes]], calls_folder: Path, tmp_path: Path
) -> None:
    printed = run("live", "--from", spoken.path, "--plain", "--speed", "8")
    (folder,) = calls_folder.glob("*/*/")
    sound = np.zeros((round(LENGTH_S * SAMPLE_RATE_HZ), 2), np.int16)
    for at, piece in pieces:
        if piece.startswith(b"{"):
            assert not [text for text in TEXTS.findall(piece) if DIGITS.search(text)]
        elif at:
            frames = np.frombuffer(piece, "<i2").reshape(-1, 2)
            sound[(at - HEADER_BYTES) // 4 :][: len(frames)] |= frames
    card, code, keys = (kept_of(secret, sound) for secret in spoken.secret_s)
    assert keys == 0.0
    assert card < 0.25, "but for the words before the number"
    assert code < 0.1
    packed, _ = soundfile.read(folder / "audio.flac", dtype="int16")
    assert np.array_equal(packed, sound)
    original, _ = soundfile.read(spoken.path, dtype="int16")
    kept = (sound != 0).any(axis=1)
    assert np.abs(sound[kept].astype(int) - original[kept]).max() <= 1
    assert kept.mean() > 0.6
    whys = {gap.why for gap in read_events(folder) if isinstance(gap, Gap)}
    assert {SENTENCES["card number"], SENTENCES["keys"]} <= whys <= set(SENTENCES.values())
    assert read_info(folder).closed
    assert spool_of(folder) is None

    (tmp_path / "out").mkdir()
    (tmp_path / "out/printed").write_text(printed)
    (tmp_path / "out/replayed").write_text(run("replay", "--plain", folder))
    for kind in ("json", "vtt", "contact-lens"):
        run("export", "--to", kind, folder, "-o", tmp_path / "out" / kind)
    run("report", folder, "-o", tmp_path / "out/page.html")
    for path in (tmp_path / "out").iterdir():
        assert not NUMBER.search(path.read_bytes()), path.name
    assert b"router" in (tmp_path / "out/json").read_bytes()
    run("reindex")
    content = b"".join(path.read_bytes() for path in calls_folder.glob("catalogue.sqlite*"))
    assert b"router" in content.lower()
    assert not NUMBER.search(content)


def test_a_file_is_masked_as_a_call_is(spoken: Spoken, tmp_path: Path) -> None:
    made = analyze(spoken.path, calls=tmp_path / "kept")
    assert not NUMBER.search(made.to_json())
    assert b"router" in made.to_json()
    (folder,) = (tmp_path / "kept").glob("*/*/")
    sound, _ = soundfile.read(folder / "audio.flac", dtype="int16")
    assert kept_of(spoken.secret_s[2], sound) == 0.0
    assert kept_of(spoken.secret_s[0], sound) < 0.25
