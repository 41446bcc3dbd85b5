"""Rules: what they catch, how soon, and what they say of speech in which nothing happens."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from statistics import median

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.values import ToneSample, Usual
from bench.figures.table import Row
from bench.material import effort, manipulated, sentences
from bench.material.at_hand import recordings_for
from bench.material.manipulated import CALLS, Changed
from monitor.base.extras import has_meaning
from monitor.call.events import CallEvent, PromptShown
from monitor.live.sound_watch import Cause, SoundWatch
from monitor.pipeline.judge import JudgeStage
from monitor.pipeline.measure import Measured, MeasureStage
from monitor.pipeline.metrics import BY_NAME
from rules.cases import CASES, run
from rules.load import load
from rules.model import Firing
from tests.audio_files import recording
from tools.sample_call.voices import version

CATCH = {
    "tempo ×1.3": ("slow-down",),
    "effort +20 dB": ("lower-volume", "lower-volume-strong"),
    "effort +9 dB": ("lower-volume", "lower-volume-strong"),
}
"""What must be caught, and the rules that count for it."""
IGNORE = {
    "nothing": "calm speech",
    "pitch +4 st": "higher pitch alone",
    "gain +10 dB": "another gain alone",
    "noise +10 dB and gain +8 dB": "a voice raised because the room became loud",
}
"""What nobody must be prompted about."""
LOUD = ("lower-volume", "lower-volume-strong")
SOON_S = 4.0
LATE_S = 3.0
"""A window of speech may still hold the change for so long behind it."""
PIECE = 10 * SAMPLE_RATE_HZ
SOFTER_DB = -4.0
GAINED = 3
"""So many calls are judged again at other gains."""
ORDINARY_DB, CLIPPING_DB = 10.0, 12.0
"""To the level of an ordinary microphone, and from there into clipping."""
CLIPPED = 12
"""So many voices are clipped."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A call and what was said of it."""

    call: Changed
    events: tuple[CallEvent, ...]

    def fired_s(self, rules: Sequence[str]) -> list[float]:
        """When any of some rules fired."""
        return sorted(event.start_s for event in self.events if isinstance(event, Firing) and event.rule in rules)

    def prompted_s(self) -> list[float]:
        """When a prompt came up."""
        return [event.prompt.since_s for event in self.events if isinstance(event, PromptShown)]

    def caught_s(self, rules: Sequence[str]) -> float | None:
        """Seconds from the change to the first firing; None if it was missed."""
        return next((at - self.call.from_s for at in self.fired_s(rules) if self._changed(at)), None)

    def false(self, rules: Sequence[str]) -> int:
        """Firings where nothing had changed."""
        return sum(not self._changed(at) for at in self.fired_s(rules))

    def spoken_s(self) -> float:
        """Seconds of speech."""
        return sum(
            event.end_s - event.start_s for event in self.events if isinstance(event, ToneSample) and event.speaking
        )

    def _changed(self, at_s: float) -> bool:
        return self.call.from_s <= at_s <= self.call.to_s + LATE_S


def rows() -> Iterator[Row]:
    """Figures of the shipped rules."""
    yield from _case_rows()
    yield from _sentence_rows()
    if version():
        yield from _heard_rows()
    yield from _saying_back_rows()
    if recordings_for("calls and changed speech"):
        yield from _call_rows()
    if manipulated.available():
        yield from _caught_rows()
        yield from _ignored_rows()
        yield from _gain_rows()
        yield from _clipped_rows()
        yield from _profile_rows()


def _case_rows() -> Iterator[Row]:
    results = list(run(load(metrics=BY_NAME), sorted(CASES.glob("*.toml"))))
    yield Row(
        "cases that fire when they must, and only then",
        100 * np.mean([one.passed for one in results]),
        f"% of {len(results)}",
        "≥ 100",
    )


def _sentence_rows() -> Iterator[Row]:
    held_out = [sentence for sentence in sentences.labelled() if sentence.held_out]
    ways = {"lists": False, "lists and meaning": True} if has_meaning() else {"lists": False}
    for label in sentences.labels(held_out):
        for way, meaning in ways.items():
            found = sentences.count(label, held_out, meaning=meaning)
            yield Row(f"{label}, {way}: precision", found.precision, f"of {found.right + found.false}", "≥ 0.9")
            yield Row(f"{label}, {way}: recall", found.recall, f"of {found.right + found.missed}", "≥ 0.7")


def _heard_rows() -> Iterator[Row]:
    """Every third held-out sentence, spoken, and heard by Whisper; all labels together."""
    written = [sentence for sentence in sentences.labelled() if sentence.held_out][::3]
    ways = {"written": written, "heard by Whisper": sentences.by_telephone(written)}
    for (name, told), meaning in product(ways.items(), (False, True) if has_meaning() else (False,)):
        found = sentences.pooled(told, meaning=meaning)
        by = "lists and meaning" if meaning else "lists"
        yield Row(f"all labels, {name}, {by}: precision", found.precision, f"of {len(told)}", "≥ 0.9")
        yield Row(f"all labels, {name}, {by}: recall", found.recall, f"of {len(told)}", "≥ 0.7")


def _saying_back_rows() -> Iterator[Row]:
    turns = tomllib.loads((sentences.LABELLED / "turns.toml").read_text("utf-8"))["turn"]
    worth = Counter(turn["worth"] for turn in turns)
    fine = len(turns) - worth["bad"]
    yield Row("said back: acceptable or nothing, judged by eye", 100 * fine / len(turns), f"% of {len(turns)}", "≥ 95")
    yield Row("said back: helpful", 100 * worth["helpful"] / len(turns), f"% of {len(turns)}")


def _call_rows() -> Iterator[Row]:
    """Agents of real calls, tone alone: nobody is known to have hurried or shouted."""
    judged = [_judged(Changed(speaker, "nothing", 0, 0, recording(path))) for path, speaker in CALLS.items()]
    prompts = sum(len(one.prompted_s()) for one in judged)
    minutes = sum(len(one.call.sound) for one in judged) / SAMPLE_RATE_HZ / 60
    yield Row(f"prompts in {minutes:.1f} min of agents' channels, per 10 min", 10 * prompts / minutes, "", "≤ 1")


def _caught_rows() -> Iterator[Row]:
    for change, rules in CATCH.items():
        judged = [_judged(call) for call in manipulated.calls(change)]
        for name, some in (("stable", rules[:1] if change.startswith("tempo") else rules), ("and on trial", rules)):
            if name == "and on trial" and some == LOUD:
                continue
            delays = [one.caught_s(some) for one in judged]
            caught = [delay for delay in delays if delay is not None]
            soon = sum(delay <= SOON_S for delay in caught)
            yield Row(
                f"{change}, {name}: caught within {SOON_S:.0f} s",
                100 * soon / len(delays),
                f"% of {len(delays)}",
                "≥ 95",
            )
            yield Row(f"{change}, {name}: caught at all", 100 * len(caught) / len(delays), f"% of {len(delays)}")
            yield Row(f"{change}, {name}: delay of the caught, p50", median(caught), "s")
            yield Row(
                f"{change}, {name}: false, per 10 min of speech",
                _per_ten(judged, sum(one.false(some) for one in judged)),
                "",
                "≤ 1",
            )


def _ignored_rows() -> Iterator[Row]:
    for change, what in IGNORE.items():
        judged = [_judged(call) for call in manipulated.calls(change)]
        if change.startswith("noise"):
            wrong = sum(one.caught_s(LOUD) is not None for one in judged)
            yield Row(f"{what}: told to lower the volume", 100 * wrong / len(judged), f"% of {len(judged)}", "≤ 0")
        else:
            prompts = sum(len(one.prompted_s()) for one in judged)
            yield Row(f"{what}: prompts per 10 min of speech", _per_ten(judged, prompts), "", "≤ 1")


def _gain_rows() -> Iterator[Row]:
    """The same calls 12 dB louder and softer throughout; all of them a little softer, so that little clips."""
    calls = [_gained(call, SOFTER_DB) for call in islice(manipulated.calls("effort +9 dB"), GAINED)]
    told = [_told(_judged(call)) for call in calls]
    for gain_db in (-12, 12):
        changed = sum(
            _told(_judged(_gained(call, gain_db))) != as_it_is for call, as_it_is in zip(calls, told, strict=True)
        )
        yield Row(f"calls with other advice at {gain_db:+} dB throughout", changed, f"of {len(calls)}", "≤ 0")


def _clipped_rows() -> Iterator[Row]:
    """Calm speech at an ordinary level whose input gain rises by 12 dB for a while, so that it clips."""
    calls = [_clipped(call) for call in islice(manipulated.calls("nothing"), CLIPPED)]
    clipped = "gain step of +12 dB into clipping"
    wrong = sum("lower_volume" in _told(_judged(call)) for call in calls)
    yield Row(f"{clipped}: told to lower the volume", 100 * wrong / len(calls), f"% of {len(calls)}", "≤ 2")
    once = sum(_sentences(call).count("clipped") == 1 for call in calls)
    yield Row(f"{clipped}: told once that the microphone clips", 100 * once / len(calls), f"% of {len(calls)}", "≥ 95")


def _profile_rows() -> Iterator[Row]:
    """Raised from the first word: the usual is known from a call before, or it is not."""
    calls = list(islice(manipulated.calls("effort +9 dB"), GAINED))
    for name, known in (("with a profile", True), ("without", False)):
        caught = 0
        for call in calls:
            calm, loud = np.split(call.sound, [round(call.from_s * SAMPLE_RATE_HZ)])
            usual = next(e for e in _measured(calm) if isinstance(e, Usual)) if known else None
            from_loud = replace(call, from_s=0.0, to_s=call.to_s - call.from_s, sound=loud)
            caught += _judged(from_loud, usual).caught_s(LOUD) is not None
        yield Row(
            f"raised from the first word, {name}: caught",
            100 * caught / len(calls),
            f"% of {len(calls)}",
            "≥ 100" if known else "",
        )


def _gained(call: Changed, gain_db: float) -> Changed:
    return replace(call, sound=(call.sound * 10 ** (gain_db / 20)).astype(np.float32))


def _clipped(call: Changed) -> Changed:
    start, end = (round(at_s * SAMPLE_RATE_HZ) for at_s in (call.from_s, call.to_s))
    sound = effort.gained(call.sound, ORDINARY_DB)
    sound[start:end] = effort.gained(call.sound[start:end], ORDINARY_DB + CLIPPING_DB)
    return replace(call, sound=sound)


def _sentences(call: Changed) -> list[Cause]:
    """What the agent reads about her microphone during a live call, by its cause."""
    watch, step = SoundWatch(), SAMPLE_RATE_HZ // 10
    heard = (AudioBlock("agent", start, call.sound[start : start + step]) for start in range(0, len(call.sound), step))
    return [health.cause for block in heard for health in watch.feed(block) if not health.fine]


def _told(judged: Judged) -> list[str]:
    """What the agent is advised to do; a reminder or a stronger form of the same advice counts once."""
    return list(dict.fromkeys(event.prompt.action for event in judged.events if isinstance(event, PromptShown)))


def _judged(call: Changed, usual: Usual | None = None) -> Judged:
    judging = JudgeStage(load(metrics=BY_NAME), words=False, wait=True)
    events = [event for item in _measured(call.sound, usual) for event in judging.feed(item)]
    return Judged(call, (*events, *judging.flush()))


def _measured(sound: Samples, usual: Usual | None = None) -> Iterator[Measured]:
    measuring = MeasureStage(("agent",), None, profiles={"agent": usual} if usual else None)
    for start in range(0, len(sound), PIECE):
        yield from measuring.feed(AudioBlock("agent", start, sound[start : start + PIECE]))
    yield from measuring.flush()


def _per_ten(judged: Sequence[Judged], count: int) -> float:
    return 600 * count / sum(one.spoken_s() for one in judged)
