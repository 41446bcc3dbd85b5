"""Why a rule fired, in the words of its own fact, told of the agent instead of to the agent."""

from collections.abc import Iterable, Iterator

from monitor.pipeline.metrics import BY_NAME
from monitor.report.titles import Titles
from monitor.report.wording import NOTHING, number
from rules.model import Firing
from rules.template import render, values_of

_OF_THE_AGENT = (
    ("You said", "The agent said"),
    ("You have talked", "The agent has talked"),
    ("from you", "from the agent"),
)
"""Facts are written for the card that the agent sees."""
_UNITS = {"st": "semitones", "1/min": "a minute"}
"""Units as people say them."""


def evidence(firing: Firing, titles: Titles) -> str:
    """What was measured or said, such as "Customer has talked for 20 s"; a dash where nothing is known."""
    return ", ".join(_parts(firing, titles)) or NOTHING


def _parts(firing: Firing, titles: Titles) -> Iterator[str]:
    fact = _told(render(titles.facts.get(firing.rule, ""), values_of(firing)))
    if fact:
        yield fact
    if words := [text for text in firing.evidence if text not in fact]:
        yield _quoted(words)
    if firing.because:
        yield f"because of {_quoted(firing.because)}"
    if not fact and firing.value is not None:
        yield _measured(firing)


def _measured(firing: Firing) -> str:
    metric = BY_NAME.get(firing.metric)
    unit = _UNITS.get(metric.unit, metric.unit) if metric else ""
    limit = "" if firing.limit is None else f" (limit {number(firing.limit, 1, unit)})"
    return f"{metric.title if metric else 'measured'} {number(firing.value, 1, unit)}{limit}"


def _told(fact: str) -> str:
    for to_agent, of_agent in _OF_THE_AGENT:
        fact = fact.replace(to_agent, of_agent)
    return fact


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)
