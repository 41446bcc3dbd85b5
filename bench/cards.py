"""The card guard's ears: keys in the sound, numbers in the words that Whisper hears of them."""

import itertools
import re
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import tomli_w

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.files import open_recording
from audio.key_tones import HIGH_HZ, LOW_HZ, KeyTone, KeyTones
from audio.model import resolve
from bench import word_error
from bench.table import Row
from monitor.sample.voices import speak
from rules.card_words import CardWords, SaidWord
from rules.digits import mask
from tests import sounds

LABELLED = Path(__file__).with_name("labelled")
HEARD = LABELLED / "numbers-heard.toml"
"""What Whisper made of the lines, for tests that have no time to listen."""
TEST_AUDIO = Path(__file__).parents[2] / "shared" / "test-audio"
VOICES = ("slt", "rms", "awb", "en-us+m3")
"""Those with a dash are of espeak-ng, which Whisper mishears every third word of; the others are flite's."""
PAUSE_S = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """A few turns around one number, or an ordinary sentence with numbers."""

    turns: tuple[tuple[Speaker, tuple[SaidWord, ...]], ...]
    secret: tuple[bool, ...]
    """In which turns there is something that must not be kept."""
    ordinary: int
    """Digits beside it in these turns, as `word_error.words` writes them."""

    def text(self) -> str:
        """What was said in the turns with something secret, or in all of an ordinary line."""
        any_turn = not any(self.secret)
        told = zip(self.turns, self.secret, strict=True)
        return " ".join(word.text for (_, words), secret in told if secret or any_turn for word in words)

    def masked(self) -> "Line":
        """The line without what is found in it."""
        step, found = CardWords(), []
        for speaker, words in self.turns:
            found += [*step.pass_time(words[0].start_s if words else 0.0), *step.feed(speaker, words)]
        hidden = {(secret.speaker, word) for secret in (*found, *step.flush()) for word in secret.words}
        turns = tuple(
            (
                speaker,
                tuple(
                    SaidWord(word.start_s, word.end_s, mask(word.text)) if (speaker, word) in hidden else word
                    for word in words
                ),
            )
            for speaker, words in self.turns
        )
        return replace(self, turns=turns)

    def digits(self) -> int:
        """Digits in the words, in figures or in letters."""
        return sum(word.isdigit() for word in word_error.words(self.text()))

    def leaked(self) -> int:
        """Digits of the secret that are left when it is masked."""
        return min(self.digits(), max(0, self.masked().digits() - self.ordinary))

    def wronged(self) -> int:
        """Words that are masked in an ordinary line."""
        pairs = zip(self.turns, self.masked().turns, strict=True)
        return sum(word != other for (_, a), (_, b) in pairs for word, other in zip(a, b, strict=True))


def lines() -> tuple[list[list[str]], list[list[str]]]:
    """The labelled lines: with a secret, and ordinary ones; each a list of turns such as "agent: and the CVV?"."""
    told: dict[str, Any] = tomllib.loads((LABELLED / "numbers.toml").read_text("utf-8"))
    return told["secret"], [[turn] for turn in told["ordinary"]]


def heard() -> tuple[list[Line], list[Line]]:
    """The same as Whisper wrote them last."""
    kept: dict[str, list[list[str]]] = tomllib.loads(HEARD.read_text("utf-8"))
    return tuple(
        [_line(said, written) for said, written in zip(labelled, kept[name], strict=True)]
        for labelled, name in zip(lines(), ("secret", "ordinary"), strict=True)
    )  # type: ignore[return-value] # two


def by_telephone(labelled: Sequence[Sequence[str]]) -> list[list[str]]:
    """Have lines spoken by the voices in turn over a telephone, and write down what Whisper hears, a text a turn."""
    from audio.whisper import Whisper  # noqa: PLC0415 - half a second, and only here

    whisper = Whisper.load(resolve("default"))
    written = []
    for number, turns in enumerate(labelled):
        texts = []
        for place, turn in enumerate(turns):
            text = re.sub(r"[\[\]]", "", turn.partition(": ")[2])
            voice = VOICES[(number + place % 2 * turn.startswith("agent")) % len(VOICES)]
            sound = sounds.telephone(sounds.at_level(_spoken(text, voice), -22))
            texts.append(" ".join(word.text for word in whisper.final(sound)))
        written.append(texts)
    return written


def write_heard() -> None:
    """Listen to all lines again and keep what was heard."""
    names = ("secret", "ordinary")
    told = {name: by_telephone(labelled) for name, labelled in zip(names, lines(), strict=True)}
    HEARD.write_text(
        "# What Whisper (tiny.en) heard of numbers.toml; written by python -m bench.cards.\n" + tomli_w.dumps(told),
        "utf-8",
    )


def rows() -> Iterator[Row]:
    """Print the figures."""
    yield from keys()
    secret, ordinary = heard()
    yield from words(secret, ordinary)


def words(secret: Sequence[Line], ordinary: Sequence[Line]) -> Iterator[Row]:
    """What is found in the words and what is masked for nothing."""
    digits = sum(line.digits() for line in secret)
    leaks = [line.leaked() for line in secret]
    yield Row("numbers of which no digit is left", 100 * leaks.count(0) / len(leaks), "%", "≥ 98")
    yield Row("digits masked, of those heard", 100 * (1 - sum(leaks) / digits), "%", "≥ 98")
    count = sum(len(words) for line in ordinary for _, words in line.turns)
    yield Row(
        "masked for nothing, of 1,000 words with many numbers",
        1e3 * sum(line.wronged() for line in ordinary) / count,
        "words",
    )


def keys() -> Iterator[Row]:
    """Keys that are heard, speech that is taken for one, and the cost."""
    speech = _spoken("I would like to know whether my order was sent, because nobody called me back on Monday.", "slt")
    chance = np.random.default_rng(5)
    for below_db in (15, 12, 9, 6):
        found = 0
        pressed = list(itertools.product(LOW_HZ, HIGH_HZ)) * 4
        for low, high in pressed:
            key = sounds.at_level(sounds.tone(low, 0.06) + sounds.tone(high, 0.06), -20)
            sound = np.concatenate([sounds.silence(0.15), key, sounds.silence(0.15)])
            at = int(chance.integers(0, len(speech) - len(sound)))
            voice = sounds.at_level(speech[at : at + len(sound)] + 1e-9, -20 - below_db)
            found += bool(_keys([sounds.telephone(sound + voice)]))
        yield Row(
            f"keys of 60 ms by telephone, speech {below_db} dB below",
            100 * found / len(pressed),
            "%",
            "≥ 98" if below_db >= 12 else "",
        )
    seconds = taken = 0.0
    for path in sorted(TEST_AUDIO.rglob("*")):
        if path.suffix in {".wav", ".mp3", ".flac", ".ogg"}:
            sound: dict[Speaker, list[Samples]] = {}
            for block in open_recording(path).blocks(0.5):
                sound.setdefault(block.speaker, []).append(block.samples)
            for parts in sound.values():
                seconds += sum(map(len, parts)) / SAMPLE_RATE_HZ
                taken += len(_keys(parts))
    if seconds:
        yield Row(f"taken for a key, in {seconds / 60:.0f} min of real speech", taken, "times", "≤ 0")
    began = time.process_time()
    _keys([speech[at : at + 512] for _ in range(20) for at in range(0, len(speech), 512)])
    yield Row(
        "CPU of a second of a channel",
        1e3 * (time.process_time() - began) / (20 * len(speech) / SAMPLE_RATE_HZ),
        "ms",
        "≤ 1",
    )


def _keys(parts: Iterable[Samples]) -> list[KeyTone]:
    step, start, found = KeyTones("agent"), 0, []
    for part in parts:
        found += step.feed(AudioBlock("agent", start, part))
        start += len(part)
    return [*found, *step.flush()]


def _spoken(text: str, voice: str) -> Samples:
    if "-" not in voice:
        return speak(text, voice, 1.0, 1.0).samples
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "130", "-w", path, text], check=True)  # noqa: S607 - on the path
        sound, rate_hz = soundfile.read(path, dtype="float32")
    made: Samples = soxr.resample(sound, rate_hz, SAMPLE_RATE_HZ)
    return made


def _line(said: Sequence[str], written: Sequence[str]) -> Line:
    """A line with the words that were heard, spread evenly over their turns."""
    turns, at_s = [], 0.0
    for turn, text in zip(said, written, strict=True):
        speaker: Speaker = "agent" if turn.startswith("agent") else "customer"
        words = text.split()
        turns.append(
            (speaker, tuple(SaidWord(at_s + 0.4 * n, at_s + 0.4 * n + 0.35, word) for n, word in enumerate(words)))
        )
        at_s += 0.4 * len(words) + PAUSE_S
    secret = tuple("[" in turn for turn in said)
    beside = " ".join(re.sub(r"\[.*?\]", " . ", turn) for turn, has in zip(said, secret, strict=True) if has)
    return Line(tuple(turns), secret, sum(word.isdigit() for word in word_error.words(beside)))


if __name__ == "__main__":
    write_heard()
