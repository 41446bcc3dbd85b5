"""One call in the few numbers that reports on many calls need; no words, so their retention is that of numbers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.report.facts import Facts
from rules.model import Outcome, TakenDown

ENOUGH_S = 20.0
"""Speech of the agent that a call needs to be measured; with less, it is only counted."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a call that is followed over calls."""

    name: str
    title: str
    unit: str
    digits: int
    of: Callable[[Facts], float | None]


@dataclass(frozen=True, slots=True)
class PromptNumbers:
    """One prompt."""

    rule: str
    seen: bool | None
    """Whether the agent saw it; None where that is not known."""
    after: Outcome | None
    """What the agent did next, whoever saw it."""
    taken_down: TakenDown | None


@dataclass(frozen=True, slots=True)
class CallNumbers:
    """One call."""

    duration_s: float
    talk_s: float
    """The agent's."""
    values: dict[str, float | None]
    """By the name of the measure."""
    prompts: tuple[PromptNumbers, ...]
    flags: tuple[str, ...]
    """The rule of each, prompted or not."""
    escalations: int
    items: dict[str, int]
    """How often the agent did each item, by the item's id."""
    steps: dict[str, tuple[int, int]]
    """Steps done and steps there are, by the checklist's title."""
    transcribed: bool = True
    """Whether there were words, in which items and steps could be heard."""
    further: dict[str, float | None] = field(default_factory=dict)
    """By name: the measures that an agreed action may name besides; see `report.own.further`."""


def _share_pct(facts: Facts) -> float | None:
    return 100 * facts.figures["agent"].talk_share if len(facts.figures) > 1 else None


def _per_10_min(facts: Facts, count: float | None) -> float | None:
    return round(600 * count / facts.duration_s, 2) if facts.duration_s and count is not None else None


MEASURES = (
    Measure("talk_share_pct", "Agent’s share of the talk", "%", 0, _share_pct),
    Measure("level_in_pct", "Volume in usual range", "% of speech", 0, lambda facts: facts.bands["agent"].level_in_pct),
    Measure("rate_in_pct", "Rate in usual range", "% of speech", 0, lambda facts: facts.bands["agent"].rate_in_pct),
    Measure(
        "articulation_rate_sps",
        "Articulation rate",
        "syll/s",
        1,
        lambda facts: facts.figures["agent"].articulation_rate_sps,
    ),
    Measure("patience_s", "Wait before answering", "s", 1, lambda facts: facts.exchange.patience_s),
    Measure(
        "interruptions_per_10_min",
        "Interruptions",
        "in 10 min",
        1,
        lambda facts: facts.exchange.agent_interruptions_per_10_min,
    ),
    Measure(
        "dead_air_per_10_min", "Dead air", "s in 10 min", 0, lambda facts: _per_10_min(facts, facts.exchange.dead_air_s)
    ),
    Measure("prompts_per_10_min", "Prompts due", "in 10 min", 1, lambda facts: _per_10_min(facts, len(facts.prompts))),
)


def _level(name: str) -> Callable[[Facts], float | None]:
    return lambda facts: getattr(facts.sheet.customer_level, name, None)


def _complaints(name: str) -> Callable[[Facts], float | None]:
    def number(facts: Facts) -> float | None:
        own = facts.sheet.customer_level
        return len(getattr(own, name)) if own and facts.info.model != "none" else None

    return number


CUSTOMER_MEASURES = (
    Measure("customer_peak_db", "Loudest 5 s, over the start of the call", "dB", 1, _level("peak_db")),
    Measure("customer_back_s", "From there until within 3 dB of the start", "s", 0, _level("back_s")),
    Measure("customer_end_db", "Volume at the end, over the start", "dB", 1, _level("end_db")),
    Measure("customer_end_rate_pct", "Rate at the end, over the start", "%", 0, _level("end_rate_pct")),
    Measure(
        *("complaints_before", "Sentences of complaint before the first acknowledgement", "in a call", 1),
        _complaints("complaints_before_s"),
    ),
    Measure(
        *("complaints_after", "Sentences of complaint after it", "in a call", 1), _complaints("complaints_after_s")
    ),
)
"""What is followed of the customers."""


def numbers(facts: Facts) -> CallNumbers:
    """Take the numbers out of a call's facts."""
    agent = facts.figures.get("agent")
    enough = agent is not None and agent.talk_time_s >= ENOUGH_S
    own: Counter[str] = Counter()
    for count in facts.counts:
        if count.speaker == "agent":
            own[count.item] += count.times
    return CallNumbers(
        duration_s=facts.duration_s,
        talk_s=agent.talk_time_s if agent else 0.0,
        values={measure.name: measure.of(facts) if enough else None for measure in (*MEASURES, *CUSTOMER_MEASURES)},
        prompts=tuple(
            PromptNumbers(fact.prompt.rule, fact.prompt.seen, fact.prompt.after, fact.prompt.taken_down)
            for fact in facts.prompts
        ),
        flags=tuple(flag.firing.rule for flag in facts.flags),
        escalations=len(facts.escalations),
        items=dict(own),
        steps={
            checklist.title: (
                sum(step.at_s is not None for step in checklist.steps),
                sum(not step.by_hand for step in checklist.steps),
            )
            for checklist in facts.checklists
        },
        transcribed=facts.info.model != "none",
    )
