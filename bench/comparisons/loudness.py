"""Whether a raised voice is told from a microphone: made effort, acted anger, gains, other voices, calm reading."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import chi2

from audio.block import SAMPLE_RATE_HZ, Samples
from bench.figures.table import Row
from bench.instruments.tone_call import judged, prompted_s, usual_of
from bench.material import effort, voices
from bench.material.at_hand import voices_for
from bench.material.voices import LEVEL_DBFS, Recorded
from monitor.call.events import CallEvent
from tests import sounds

READERS, NON_NATIVE = 16, 8
CALM_S, CHANGED_S, AFTER_S = 32.0, 8.0, 2.0
SOON_S = 6.0
STEPS_DB = (-12.0, -9.0, -6.0, 6.0, 9.0, 12.0)
CLIPPING_DB = 30.0
READING_S = 180.0
LEARNERS = 40
"""Of a language: about a minute of sentences each."""
TONE = ("lower_volume", "slow_down", "ease_off")


@dataclass(frozen=True, slots=True)
class Call:
    """Calm, then changed, then calm again."""

    calm: Samples
    other: Samples
    after: Samples
    how: effort.Raise
    """How this voice gets louder."""

    def raised(self, effort_db: float) -> Samples:
        """The sound with another effort in the middle."""
        return np.clip(
            voices.at_desk((self.calm, effort.with_effort(self.other, effort_db, self.how), self.after)), -1, 1
        )

    def gained(self, gain_db: float, from_s: float) -> Samples:
        """The sound with another gain from a moment on."""
        sound = voices.at_desk((self.calm, self.other, self.after))
        at = round(from_s * SAMPLE_RATE_HZ)
        return np.concatenate([sound[:at], effort.gained(sound[at:], gain_db)])

    @property
    def changes_s(self) -> float:
        """When the middle begins."""
        return len(self.calm) / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Group:
    """People of whom a figure is told."""

    name: str
    people: tuple[Recorded, ...]


def rows() -> Iterator[Row]:
    """Figures of loudness; none without the voices."""
    groups = groups_at_hand()
    if not (voices_for("loudness") and groups):
        return
    yield from _effort_rows(groups)
    yield from _gain_rows([one for group in groups for one in group.people])
    yield from _acted_rows()
    yield from _calm_rows()


def groups_at_hand() -> list[Group]:
    """Readers and people who learn English."""
    readers = voices.corpus("librispeech_test_clean")[:READERS]
    learners = voices.corpus("speechocean762", split="test")[:NON_NATIVE]
    found = [
        Group("women", tuple(one for one in readers if one.sex == "f")),
        Group("men", tuple(one for one in readers if one.sex == "m")),
        Group("non-native", tuple(learners)),
    ]
    return [group for group in found if group.people]


@cache
def call_of(person: Recorded) -> Call:
    """A call of their sentences."""
    sentences = person.sentences()
    half = len(sentences) // 2
    calm, other, after = (
        sounds.at_level(voices.joined(parts, seconds), LEVEL_DBFS)
        for parts, seconds in (
            (sentences[:half], CALM_S),
            (sentences[half:], CHANGED_S),
            (sentences[half - 1 :: -1], AFTER_S),
        )
    )
    return Call(calm, other, after, effort.Raise.of_voice(sum(map(ord, person.speaker))))


LINES = {
    "": lambda sound: sound,
    ", gain control": effort.gain_controlled,
    ", compressor": effort.compressed,
}
TARGETS = {
    ("shout", ""): "≥ 95",
    ("raised voice", ""): "≥ 85",
    ("shout", ", gain control"): "≥ 85",
    ("shout", ", compressor"): "≥ 85",
    ("raised voice", ", gain control"): "≥ 60",
    ("raised voice", ", compressor"): "≥ 60",
}


def _effort_rows(groups: Sequence[Group]) -> Iterator[Row]:
    for name, effort_db in (("shout", effort.SHOUTED_DB), ("raised voice", effort.RAISED_DB)):
        raised = {person: call_of(person).raised(effort_db) for group in groups for person in group.people}
        for line, through in LINES.items():
            soon = {
                person: caught_soon(judged(through(sound)), call_of(person).changes_s)
                for person, sound in raised.items()
            }
            series = f"{name} ({effort_db:+.0f} dB by resynthesis){line}"
            share = 100 * np.mean(list(soon.values()))
            yield Row(f"{series}: prompted within 6 s", share, f"% of {len(soon)}", TARGETS[name, line])
            for group in groups:
                of_group = [soon[person] for person in group.people]
                yield Row(f"{series}: {group.name}", 100 * np.mean(of_group), f"% of {len(of_group)}")


def caught_soon(events: tuple[CallEvent, ...], from_s: float) -> bool:
    """Whether a prompt to lower the volume came within 6 s of a moment."""
    return any(from_s <= at_s <= from_s + SOON_S for at_s in prompted_s(events, "lower_volume"))


def _gain_rows(people: Sequence[Recorded]) -> Iterator[Row]:
    """Nothing about the voice has changed in any of these calls."""
    calls = [call_of(person) for person in people]
    profiles = [usual_of(judged(voices.at_desk((call.calm,)))) for call in calls]
    steps = [STEPS_DB[at % len(STEPS_DB)] for at in range(len(calls))]
    made: dict[str, Callable[[], list[tuple[CallEvent, ...]]]] = {
        "gain step of ±6…12 dB in mid-call": lambda: [
            judged(call.gained(gain_db, call.changes_s)) for call, gain_db in zip(calls, steps, strict=True)
        ],
        "gain of ±6…12 dB against a profile": lambda: [
            judged(call.gained(gain_db, 0.0), usual)
            for call, gain_db, usual in zip(calls, steps, profiles, strict=True)
        ],
        "microphone that clips from mid-call on": lambda: [
            judged(call.gained(CLIPPING_DB, call.changes_s)) for call in calls
        ],
        "colleague at the desk, judged by another's profile": lambda: [
            judged(call.gained(0.0, 0.0), profiles[at - 1]) for at, call in enumerate(calls)
        ],
        "colleague of the same sex": lambda: [
            judged(call.gained(0.0, 0.0), profiles[at - 2]) for at, call in enumerate(calls)
        ],
    }
    for name, make in made.items():
        events = make()
        false = sum(bool(prompted_s(one, *TONE)) for one in events)
        yield Row(f"{name}: false prompts", 100 * false / len(events), f"in 100 ({len(events)})", "≤ 2")
    loud = [
        judged(call.raised(effort.RAISED_DB)[len(call.calm) :], usual)
        for call, usual in zip(calls, profiles, strict=True)
    ]
    caught = sum(bool(prompted_s(one, "lower_volume")) for one in loud)
    yield Row("raised from the first word, with a profile: caught", 100 * caught / len(loud), f"% of {len(loud)}")


def _acted_rows() -> Iterator[Row]:
    """Actors: their neutral sentences, again and again, then their angry ones, at the levels they had."""
    acted = {
        "emodb": (("neutral",), ("anger",)),
        "ravdess": (("neutral normal",), ("angry normal",)),
        "ravdess strong": (("neutral normal",), ("angry strong",)),
    }
    for name, (neutral, angry) in acted.items():
        folder = name.split()[0]
        calm = {one.speaker: one for one in voices.corpus(folder, emotion=neutral)}
        loud = {one.speaker: one for one in voices.corpus(folder, emotion=angry)}
        delays: list[float] = []
        for speaker in sorted(calm.keys() & loud.keys()):
            delay_s, over_db = _acted(calm[speaker], loud[speaker])
            delays.append(delay_s)
            if folder == "emodb":
                label = (
                    f"emodb, speaker {speaker} ({calm[speaker].sex}), angry {over_db:+.0f} dB: seconds until prompted"
                )
                yield Row(label, delay_s, "s")
        if delays:
            soon = 100 * np.mean(np.array(delays) <= SOON_S)
            yield Row(f"{name}, angry after neutral: prompted within 6 s", soon, f"% of {len(delays)}")


def _acted(neutral: Recorded, angry: Recorded) -> tuple[float, float]:
    """Seconds from the first angry word to the prompt, infinite without one, and how much louder anger is."""
    calm = voices.joined(neutral.sentences(), CALM_S)
    loud = voices.joined(angry.sentences(), CHANGED_S)
    gain = 10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(calm**2))
    over_db = 10 * float(np.log10(np.mean(loud**2) / np.mean(calm**2)))
    events = judged(np.clip(voices.at_desk((calm * gain, loud * gain)), -1, 1))
    from_s = len(calm) / SAMPLE_RATE_HZ
    return next((at_s - from_s for at_s in prompted_s(events, "lower_volume") if at_s > from_s), np.inf), over_db


def _calm_rows() -> Iterator[Row]:
    """Reading in which nobody has raised the voice for anybody: all readers, then women, men and non-native ones."""
    readers = voices.corpus("librispeech_test_clean")
    groups = {
        "women": [one for one in readers if one.sex == "f"],
        "men": [one for one in readers if one.sex == "m"],
        "non-native": voices.corpus("speechocean762", split="test")[:LEARNERS],
    }
    found = {name: [_prompts_of(person) for person in people] for name, people in groups.items() if people}
    if not found:
        return
    every = [one for group in found.values() for one in group]
    minutes = sum(minutes for minutes, _ in every)
    for action in (*TONE, "any"):
        name = f"calm reading, {minutes:.0f} min of {len(every)} voices: {action}"
        whole = _in_ten_minutes(every, action)
        count = round(whole * minutes / 10)
        bound = float(chi2.ppf(0.95, 2 * count + 2)) / 2 / (minutes / 10)
        yield Row(f"{name}, in 10 min", whole, "", "≤ 0.5" if action == "any" else "")
        yield Row(f"{name}, 95 % upper bound", bound, "", "≤ 1" if action == "any" else "")
    for name, group in found.items():
        of_group = sum(minutes for minutes, _ in group)
        yield Row(f"calm reading, {name}, {of_group:.0f} min: any, in 10 min", _in_ten_minutes(group, "any"), "")


def _prompts_of(person: Recorded) -> tuple[float, dict[str, int]]:
    """Minutes of calm reading, and how often each action was prompted in them."""
    parts = person.sentences(READING_S)
    once_s = min(READING_S, sum(map(len, parts)) / SAMPLE_RATE_HZ)
    sound = voices.at_desk((sounds.at_level(voices.joined(parts, once_s), LEVEL_DBFS),))
    events = judged(np.clip(sound, -1, 1))
    counts = {action: len(prompted_s(events, action)) for action in TONE}
    return len(sound) / SAMPLE_RATE_HZ / 60, counts | {"any": sum(counts.values())}


def _in_ten_minutes(group: Sequence[tuple[float, dict[str, int]]], action: str) -> float:
    return 10 * sum(counts[action] for _, counts in group) / sum(minutes for minutes, _ in group)
