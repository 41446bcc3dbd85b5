"""Languages: whether another one is noticed, whether accented English is taken for one, and German phrase lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples, seconds
from audio.measure.speech import speech_frames
from audio.words.model import DEFAULT, ModelError, resolve
from audio.words.spoken_language import ENGLISH, SpokenLanguage
from audio.words.utterances import Cut, UtteranceCutter
from audio.words.whisper import Whisper
from bench.figures.table import Row
from bench.material import german, german_call
from bench.material.voices import FOLDER, Recorded, at_desk, corpus
from monitor.whisper import base_model
from tests.sounds import telephone

HEARD_S = 15.0
"""Of speech, within which another language must be noticed."""
CALL_S = 26.0
FOREIGN = {"emodb": "de", "nemo_pl": "pl", "emovo_it": "it", "prompts": ""}
"""Corpora of other languages; those of `prompts` are in the name of the speaker."""
STORIES = {
    "silero_de.wav": "de",
    "aeneas_de.mp3": "de",
    "silero_es.wav": "es",
    "aeneas_es.mp3": "es",
    "azure_es1.wav": "es",
    "silero_ru.wav": "ru",
}
"""Recordings of the corpus `lang`, which no limit was chosen on."""
CALLS_A_VOICE = {"emodb": 2, "nemo_pl": 2, "emovo_it": 2, "prompts": 4}
MODELS = ("base", "tiny.en")
TARGETS = {"base": "≥ 95", "tiny.en": "≥ 80"}
EVERY = 3
"""So many readers of the large corpora for each one that is taken."""
KNOWN = ("de", ENGLISH)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The beginning of one side of a call."""

    language: str
    cuts: tuple[Cut, ...]


def rows() -> Iterator[Row]:
    """The figures.

    Each voice says the sentences at the end of its list: the limits were chosen on those at its beginning.
    """
    abroad = [*(call for name in FOREIGN for call in _foreign(name)), *_stories()]
    accented = [_spoken(ENGLISH, one, 0, 1) for one in corpus("speechocean762", split="test")[::EVERY]]
    native = [_spoken(ENGLISH, one, 0, 1) for one in corpus("librispeech_test_clean")[::EVERY]]
    for name in MODELS:
        try:
            whisper = Whisper.load(base_model.joined() if name == "base" else resolve(DEFAULT), workers=1)
        except ModelError:
            continue
        heard = [(call.language, *_heard(whisper, call)) for call in abroad]
        unknown = [one for one in heard if one[0] != "de" or name != "base"]
        noticed = [sure == language or (sure not in KNOWN) for language, sure, _ in heard]
        right = [sure == language for language, sure, _ in heard]
        yield Row(f"calls not in English, {name}", len(heard), "")
        yield Row(f"noticed within 15 s of speech, {name}", 100 * float(np.mean(noticed)), "%", TARGETS[name])
        if name == "base":
            yield Row("named right, base", 100 * float(np.mean(right)), "%")
        at_s = sorted(at_s for _, sure, at_s in unknown if sure != ENGLISH)
        yield Row(f"speech until it is noticed, {name}, p50", at_s[len(at_s) // 2], "s")
        for what, calls in (("accented", accented), ("native", native)):
            wrong = [_heard(whisper, call)[0] != ENGLISH for call in calls]
            target = "≤ 1" if what == "accented" else ""
            yield Row(f"{what} English taken for foreign, {name}, of {len(calls)} calls", sum(wrong), "", target)
    yield from german.rows()
    yield from german_call.rows(base_model.NAME)


def _foreign(name: str) -> Iterator[Spoken]:
    for one in corpus(name):
        for number in range(calls := CALLS_A_VOICE.get(name, 1)):
            yield _spoken(FOREIGN[name] or one.speaker[:2], one, number, calls)


def _stories() -> Iterator[Spoken]:
    for name, language in STORIES.items():
        path = FOLDER / "lang" / name
        if path.exists():
            yield _spoken(language, Recorded(path.stem, "", (path,)), 0, 1)


def _spoken(language: str, voice: Recorded, number: int, calls: int) -> Spoken:
    """One of so many calls by a voice, every second over a telephone."""
    paths = sorted(voice.paths, key=_order, reverse=True)[number::calls]
    sound = at_desk(Recorded(voice.speaker, voice.sex, tuple(paths)).sentences(CALL_S))
    return Spoken(language, tuple(_cuts(telephone(sound) if number % 2 else sound)))


def _order(path: Path) -> int:
    """An order in which neighbours of a corpus are apart, the same in every run."""
    return sum(ord(letter) * (place + 1) ** 3 for place, letter in enumerate(path.name)) % 10_007


def _cuts(sound: Samples) -> Iterator[Cut]:
    cutter, heard = UtteranceCutter("agent"), 0.0
    for frame in speech_frames(sound[: int(3 * CALL_S * SAMPLE_RATE_HZ)]):
        for item in cutter.feed(frame):
            if isinstance(item, Cut):
                yield item
                heard += seconds(len(item.samples))
        if heard > HEARD_S:
            return
    yield from cutter.flush()


def _heard(whisper: Whisper, call: Spoken) -> tuple[str, float]:
    """The language that a call is taken for, and after how much speech."""
    spoken, heard_s = SpokenLanguage(KNOWN), 0.0
    for cut in call.cuts:
        heard_s += seconds(len(cut.samples))
        spoken.feed(seconds(len(cut.samples)), whisper.languages(cut.samples))
        if spoken.sure:
            return spoken.sure, heard_s
    spoken.decide()
    return spoken.sure or ENGLISH, heard_s
