"""Runs other rules on saved calls and compares their prompts with those that were shown.

A saved call has everything its rules were judged by, so the judging of a live call runs on it unchanged.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import msgspec

from audio.block import SAMPLE_RATE_HZ
from audio.measure.frames import FRAME
from audio.values import EchoHeard, Measure, ToneSample, Utterance
from audio.words.utterances import ONSET_FRAMES, PRE_ROLL_FRAMES
from monitor.base.clock import clock
from monitor.call.events import CallEvent, Health, PromptCleared, PromptShown
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.pipeline.judge import JudgeStage
from monitor.pipeline.measure import Measured, Tick
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.whisper_model import NONE
from rules.load import load
from rules.model import Prompt
from rules.rulebook import Rulebook

SAME_WITHIN_S = 0.2
"""The log of a live call gives the arrival of late words only to a step of 0.1 s."""
MOVED_WITHIN_S = 30.0
"""A prompt of the same rule up to this much sooner or later has moved; further away, it is another one."""
AWAITED = (PRE_ROLL_FRAMES + ONSET_FRAMES) * FRAME
"""How far back the next utterance can begin if none is in progress."""


@dataclass(frozen=True, slots=True)
class Change:
    """A prompt of the call, of the other rules, or of both."""

    rule: str
    before: Prompt | None
    after: Prompt | None

    @property
    def since_s(self) -> float:
        """When it came, or would have come."""
        return min(prompt.since_s for prompt in (self.before, self.after) if prompt)

    @property
    def what(self) -> str:
        """What happened to it, in a word."""
        match self.before, self.after:
            case None, _:
                return "new"
            case _, None:
                return "gone"
            case Prompt() as before, Prompt() as after if (
                abs(moved_s := after.since_s - before.since_s) > SAME_WITHIN_S
            ):
                return f"{abs(moved_s):.1f} s {'later' if moved_s > 0 else 'earlier'}"
            case Prompt() as before, Prompt() as after if _texts(before) != _texts(after):
                return "reworded"
        return "same"


@dataclass(frozen=True, slots=True)
class Tried:
    """What other rules change in one call."""

    call: str
    """Day and name of its folder."""
    changes: tuple[Change, ...]

    def to_json(self) -> bytes:
        """One JSON object."""
        return msgspec.json.encode(self)


def try_rules(files: Sequence[Path], folders: Iterable[Path]) -> Iterator[Tried]:
    """Judge saved calls by other rules.

    Args:
        files: the rule files to try, laid over the shipped rules.
        folders: folders of calls, or folders with such folders in them.

    Raises:
        RuleError: a rule file is wrong.
        CallFolderError: a folder holds no call.
    """
    rulebook = load(files, metrics=BY_NAME)
    for call in calls_in(folders):
        yield try_call(call, read_info(call), rulebook)


def try_call(call: Path, info: CallInfo, rulebook: Rulebook) -> Tried:
    """Judge one saved call by other rules.

    Where the words of a call are past their retention period, rules that read words can't be judged again: they are
    left out, before and after.

    Args:
        call: its folder.
        info: of the call.
        rulebook: the rules to try.

    Raises:
        CallFolderError: the folder holds no readable call.
    """
    name, events = f"{call.parent.name}/{call.name}", list(read_events(call))
    return try_events(name, events, rulebook, words=has_words(info), attributes=info.attributes)


def has_words(info: CallInfo) -> bool | None:
    """Whether a call was transcribed; None if it was, and its words are deleted."""
    return None if info.words_deleted else info.model != NONE


def try_events(
    call: str, events: Sequence[CallEvent], rulebook: Rulebook, *, words: bool | None, attributes: Mapping[str, str]
) -> Tried:
    """Judge the events of a call by other rules.

    Args:
        call: its name.
        events: all of it, in the order of its log.
        rulebook: the rules to try.
        words: whether it was transcribed; None if its words are gone: rules that read words are then left out.
        attributes: what was known about it before it began.
    """
    again = judged_again(events, rulebook, words=bool(words), attributes=attributes)
    changes = _changes(prompts(events), prompts(again))
    if words is None:
        read_words = {rule.id for rule in rulebook.rules if rule.reads_words}
        changes = [change for change in changes if change.rule not in read_words]
    return Tried(call, tuple(changes))


def judged_again(
    events: Sequence[CallEvent], rulebook: Rulebook, *, words: bool, attributes: Mapping[str, str] | None = None
) -> Iterator[CallEvent]:
    """Judge a saved call again, without its old flags and prompts.

    Args:
        events: all of the call, in the order of its log.
        rulebook: what to judge by.
        words: whether it was transcribed.
        attributes: what was known about it before it began.
    """
    judging = JudgeStage(rulebook, words=words, wait=True, attributes=attributes)
    for item in _measured(events):
        yield from judging.feed(item)
    yield from judging.flush()


def prompts(events: Iterable[CallEvent]) -> tuple[Prompt, ...]:
    """The prompts of a call in their final state, in the order in which they came."""
    last = {(e.prompt.rule, e.prompt.since_s): e.prompt for e in events if isinstance(e, PromptShown | PromptCleared)}
    return tuple(sorted(last.values(), key=lambda prompt: prompt.since_s))


def lines(tried: Tried) -> Iterator[str]:
    """The comparison of one call, as lines."""
    old, new = (sum(1 for change in tried.changes if getattr(change, side)) for side in ("before", "after"))
    same = sum(1 for change in tried.changes if change.what == "same")
    yield f"{tried.call}: {summary(old, new, same)}"
    for change in tried.changes:
        before, after = (prompt.title if prompt else "–" for prompt in (change.before, change.after))
        yield f"  {clock(change.since_s):>6}  {before:<20} → {after:<20}  {change.rule:<22}  {change.what}"


def summary(before: int, after: int, same: int) -> str:
    """Half a sentence about numbers of prompts."""
    return f"{before} before, {after} with these rules, {same} the same"


def calls_in(folders: Iterable[Path]) -> list[Path]:
    """The folders of single calls: those given, and those in folders of calls."""
    return [call for folder in folders for call in _calls(folder)]


def _calls(folder: Path) -> list[Path]:
    found = [path.parent for path in sorted(folder.glob("*/*/call.toml"))]
    if found and not (folder / "call.toml").exists():
        return found
    return [folder]


def _measured(events: Sequence[CallEvent]) -> Iterator[Measured]:
    """The measures of a call with a tick for every frame of its sound, as they were live."""
    heard, agent_speaks = 0, False
    for event, awaited in zip(events, _awaited(events), strict=True):
        for tick in range(heard + FRAME, _known(event, heard), FRAME):
            heard = tick
            yield Tick(heard, int(min(heard - AWAITED, awaited)), agent_speaks)
        if isinstance(event, ToneSample) and event.speaker == "agent":
            agent_speaks = event.speaking
        if isinstance(event, Measure):
            yield event
        elif isinstance(event, Health) and event.part == "echo":
            yield EchoHeard(event.at_s, heard=not event.fine)
    yield Tick(heard + FRAME, heard + FRAME - AWAITED, agent_speaks)


def _awaited(events: Sequence[CallEvent]) -> list[float]:
    """For every event, the start of the first utterance whose words come with it or later."""
    starts = (_sample(e.start_s) if isinstance(e, Utterance) else math.inf for e in reversed(events))
    return list(accumulate(starts, min))[::-1]


def _known(event: CallEvent, heard: int) -> int:
    """The sample up to which sound was heard when an event became known; `heard` if it does not say."""
    if isinstance(event, ToneSample):
        return _sample(event.end_s) - FRAME // 2
    return _sample(event.known_s) if isinstance(event, Utterance) else heard


def _sample(time_s: float) -> int:
    return round(time_s * SAMPLE_RATE_HZ)


def _changes(before: Sequence[Prompt], after: Sequence[Prompt]) -> list[Change]:
    changes, left = [], list(after)
    for shown in before:
        near = [one for one in left if one.rule == shown.rule and abs(one.since_s - shown.since_s) <= MOVED_WITHIN_S]
        nearest = min(near, key=lambda one: abs(one.since_s - shown.since_s), default=None)
        if nearest:
            left.remove(nearest)
        changes.append(Change(shown.rule, shown, nearest))
    changes += [Change(prompt.rule, None, prompt) for prompt in left]
    return sorted(changes, key=lambda change: change.since_s)


def _texts(prompt: Prompt) -> tuple[str, str, str]:
    return prompt.title, prompt.fact, prompt.advice
