"""Labelled numbers that people say on calls, what Whisper hears of them, and what of that is masked.

`python -m bench.material.spoken_numbers` has all of them spoken again and keeps what Whisper wrote, for tests
without time to listen.
"""

import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import soundfile
import soxr
import tomli_w

from audio.block import SAMPLE_RATE_HZ, Samples, Speaker
from audio.words.model import resolve
from bench.instruments import word_error
from monitor.privacy.card_words import CardWords, SaidWord
from rules.language.digits import mask
from tests import sounds
from tools.sample_call.voices import speak

LABELLED = Path(__file__).with_name("labelled")
LINES, HEARD = LABELLED / "numbers.toml", LABELLED / "numbers-heard.toml"
VOICES = ("slt", "rms", "awb", "en-us+m3")
"""Those with a dash are of espeak-ng, which Whisper mishears every third word of; the others are flite's."""
WORD_S, PAUSE_S = 0.4, 0.8
"""How far apart the words of a turn and the turns of a line are said to be."""

Turns = Sequence[str]
"""A line as it is labelled: "agent: And the CVV?", "customer: [one two three]"; in brackets what must not be kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """A few turns around one number, or an ordinary sentence with numbers."""

    turns: tuple[tuple[Speaker, tuple[SaidWord, ...]], ...]
    secret: tuple[bool, ...]
    """In which turns there is something that must not be kept."""
    beside: int
    """Digits beside it in these turns, as `word_error.words` writes them."""
    murmured: bool = False
    """Whether it is spoken by a voice that Whisper hears badly."""

    def text(self) -> str:
        """What was said in the turns with something secret, or in all of an ordinary line."""
        told = zip(self.turns, self.secret, strict=True)
        wanted = any(self.secret)
        return " ".join(word.text for (_, words), secret in told if secret == wanted for word in words)

    def masked(self) -> "Line":
        """The line without what is found in it."""
        step, found = CardWords(), []
        for speaker, words in self.turns:
            found += step.feed(speaker, words)
        hidden = {(secret.speaker, word) for secret in (*found, *step.flush()) for word in secret.words}
        masked = (
            (
                speaker,
                tuple(replace(word, text=mask(word.text)) if (speaker, word) in hidden else word for word in words),
            )
            for speaker, words in self.turns
        )
        return replace(self, turns=tuple(masked))

    def digits(self) -> int:
        """Digits in the words, in figures or in letters."""
        return sum(word.isdigit() for word in word_error.words(self.text()))

    def leaked(self) -> int:
        """Digits of the secret that are left when it is masked."""
        return min(self.digits(), max(0, self.masked().digits() - self.beside))

    def wronged(self) -> int:
        """Words that are masked, for an ordinary line."""
        return sum(a != b for a, b in zip(self.text().split(), self.masked().text().split(), strict=True))


def labelled() -> dict[str, list[Turns]]:
    """The lines, "secret" and "ordinary" ones."""
    return tomllib.loads(LINES.read_text("utf-8"))


def as_written(turns: Turns, texts: Sequence[str] | None = None, *, murmured: bool = False) -> Line:
    """A line in the words of its label, or in those that were heard, spread evenly over its turns."""
    said, at_s = [], 0.0
    for turn, text in zip(turns, texts or map(_text, turns), strict=True):
        words = tuple(
            SaidWord(at_s + WORD_S * place, at_s + WORD_S * (place + 0.9), word)
            for place, word in enumerate(text.split())
        )
        said.append((_speaker(turn), words))
        at_s += WORD_S * len(words) + PAUSE_S
    secret = tuple("[" in turn for turn in turns)
    beside = " ".join(re.sub(r"\[.*?\]", " . ", turn) for turn in turns if "[" in turn)
    return Line(tuple(said), secret, sum(word.isdigit() for word in word_error.words(beside)), murmured)


def heard() -> dict[str, list[Line]]:
    """The lines in the words that Whisper wrote last."""
    written: dict[str, list[list[str]]] = tomllib.loads(HEARD.read_text("utf-8"))
    return {
        name: [
            as_written(turns, texts, murmured=any("-" in _voice(number, turn) for turn in turns if "[" in turn))
            for number, (turns, texts) in enumerate(zip(lines, written[name], strict=True))
        ]
        for name, lines in labelled().items()
    }


def by_telephone(lines: Sequence[Turns]) -> Iterator[list[str]]:
    """Have lines spoken by the voices in turn over a telephone; what Whisper hears of each, a text a turn."""
    from audio.words.whisper import Whisper  # half a second, and only here

    whisper = Whisper.load(resolve("default"))
    for number, turns in enumerate(lines):
        voices = [spoken(_text(turn), _voice(number, turn)) for turn in turns]
        telephoned = [sounds.telephone(sounds.at_level(voice, -22)) for voice in voices]
        yield [" ".join(word.text for word in whisper.final(sound)) for sound in telephoned]


def spoken(text: str, voice: str) -> Samples:
    """A text in one of the voices, shape (n,)."""
    if "-" not in voice:
        return speak(text, voice, 1.0, 1.0).samples
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "130", "-w", path, text], check=True)  # noqa: S607 - on the path
        sound, rate_hz = soundfile.read(path, dtype="float32")
    made: Samples = soxr.resample(sound, rate_hz, SAMPLE_RATE_HZ)
    return made


def _speaker(turn: str) -> Speaker:
    return "agent" if turn.startswith("agent") else "customer"


def _text(turn: str) -> str:
    return re.sub(r"[\[\]]", "", turn.partition(": ")[2])


def _voice(number: int, turn: str) -> str:
    return VOICES[(number + (_speaker(turn) == "agent")) % len(VOICES)]


if __name__ == "__main__":
    told = {name: list(by_telephone(lines)) for name, lines in labelled().items()}
    HEARD.write_text(
        f"# What Whisper heard of {LINES.name}; see bench/material/spoken_numbers.py.\n" + tomli_w.dumps(told), "utf-8"
    )
