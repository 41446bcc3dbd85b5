"""The moments of a call worth hearing: flags, their prompts, and the outcomes."""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.agent.card import Card, card_of
from monitor.agent.speaker_view import SpeakerView
from monitor.agent.view import AgentView
from monitor.call.events import Health, Mark, Progress
from monitor.call.marks import disputes, verdicts
from monitor.call.prompts import prompt_records
from monitor.replay.call_log import CallLog
from rules.model import Firing, Prompt

BEFORE_S = 10.0
"""The chosen moment stays chosen while the seconds before it play."""


@dataclass(frozen=True, slots=True)
class ShownPrompt:
    """A prompt as it came up, or would have come up."""

    prompt: Prompt = field(repr=False)
    """In its last known state, with its outcome."""
    delay_s: float

    @property
    def from_s(self) -> float:
        """When it came up: its time plus the delay until it reached the screen."""
        return self.prompt.since_s + self.delay_s

    def is_up(self, at_s: float) -> bool:
        """Whether it was up at this time of the call."""
        return self.from_s <= at_s < (math.inf if self.prompt.until_s is None else self.prompt.until_s)


@dataclass(frozen=True, slots=True)
class Moment:
    """A rule's flag, or the agent's bookmark."""

    start_s: float
    firing: Firing | None = field(default=None, repr=False)
    """None for a bookmark, and for a prompt whose flag is missing from the log."""
    shown: ShownPrompt | None = field(default=None, repr=False)
    """None if no prompt came up: a note for the report, or held back by the budget."""
    verdict: Mark | None = field(default=None, repr=False)
    """The latest mark that confirms, dismisses or disputes it."""

    @property
    def rule(self) -> str:
        """The rule behind it; empty for a bookmark."""
        return self.firing.rule if self.firing else self.shown.prompt.rule if self.shown else ""


def prompts_shown(log: CallLog) -> tuple[ShownPrompt, ...]:
    """The prompts that came up, or would have, in their order, with their outcomes."""
    shown = [
        ShownPrompt(one.prompt, one.delay_s) for one in prompt_records(log.by_kind, log.kind) if one.delay_s is not None
    ]
    return tuple(sorted(shown, key=lambda seen: seen.from_s))


def moments(log: CallLog) -> tuple[Moment, ...]:
    """All moments of a call by their time."""
    ruled = verdicts(log.marks) | disputes(log.marks)
    shown = list(prompts_shown(log))
    found: list[Moment] = []
    for firing in sorted(log.of(Firing), key=lambda firing: firing.start_s):
        own = next((seen for seen in shown if _belongs(seen.prompt, firing, log)), None)
        if own:
            shown.remove(own)
        found.append(Moment(firing.start_s, firing, own, ruled.get((firing.rule, firing.start_s))))
    found += [
        Moment(seen.prompt.since_s, None, seen, ruled.get((seen.prompt.rule, seen.prompt.since_s))) for seen in shown
    ]
    found += [Moment(mark.at_s) for mark in log.marks if mark.kind == "flag"]
    return tuple(sorted(found, key=lambda moment: moment.start_s))


def moment_at(all_of_them: Sequence[Moment], at_s: float, chosen: Moment | None = None) -> Moment | None:
    """Find the current moment: the chosen one while near it, else that of the visible prompt, else the last.

    Args:
        all_of_them: by their time.
        at_s: where the cursor is.
        chosen: the moment that was last gone to.
    """
    begun = all_of_them[: bisect.bisect_right([moment.start_s for moment in all_of_them], at_s + 0.05)]
    on_show = (moment for moment in reversed(begun) if moment.shown and moment.shown.is_up(at_s))
    last = next(on_show, begun[-1] if begun else None)
    if chosen and chosen.start_s - BEFORE_S <= at_s and (last is None or last.start_s <= chosen.start_s):
        return chosen
    return last


def card_at(log: CallLog, shown: Sequence[ShownPrompt], at_s: float) -> Card:
    """Rebuild the card on the agent's screen from the prompts and the monitor's own troubles.

    Snoozes, pauses and what the agent took down are not logged, so such a screen appears idle, or with its trouble.
    """
    up = [seen for seen in shown if seen.is_up(at_s)]
    troubles = {event.part: event for event in log.of(Health) if event.at_s <= at_s}
    known_s = log.curves["agent"].usual_known_s
    return card_of(
        AgentView(
            agent=SpeakerView(spoke_until_s=at_s),
            prompt=up[-1].prompt if up else None,
            progress=Progress(max(at_s, 0.001)),
            troubles=tuple(event for event in troubles.values() if not event.fine),
            usual_known=known_s is not None and known_s <= at_s,
        )
    )


def _belongs(prompt: Prompt, firing: Firing, log: CallLog) -> bool:
    """Whether a prompt belongs to a flag: the first of its rule since then, before the rule fired again."""
    if prompt.rule != firing.rule or prompt.since_s < firing.start_s - 0.05:
        return False
    return not any(
        other.rule == firing.rule and firing.start_s < other.start_s <= prompt.since_s for other in log.of(Firing)
    )
