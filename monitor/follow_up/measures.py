"""The measures by which an agreed action is watched: a strict list, so that none waits for what nobody measures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from monitor.base.errors import MonitorError
from rules.strict_toml import suggestion

RULE, SAID = "rule:", "said:"
"""Before the id of a rule, whose flags are counted, and of a report item, which the agent says."""


class MeasureError(MonitorError):
    """No call has this measure."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One measure of a call that an action may name."""

    name: str
    title: str
    """For people, in the middle of a sentence."""
    unit: str
    digits: int = 0
    signed: bool = False
    """Whether it is a difference from the agent's usual."""


MEASURES = (
    Watched("rate_over_usual_pct", "rate over the usual", "%", signed=True),
    Watched("level_over_usual_db", "volume over the usual", "dB", 1, signed=True),
    Watched("rate_after_complaints_pct", "rate in the 20 s after a complaint, over the usual", "%", signed=True),
    Watched("level_after_complaints_db", "volume in the 20 s after a complaint, over the usual", "dB", 1, signed=True),
    Watched("complaints_answered_pct", "complaints that were taken up within 20 s", "%"),
    Watched("fast_per_10_min", "times faster than usual", "in 10 min", 1),
    Watched("loud_per_10_min", "times louder than usual", "in 10 min", 1),
    Watched("rate_in_pct", "speech at the usual rate", "%"),
    Watched("level_in_pct", "speech at the usual volume", "%"),
    Watched("articulation_rate_sps", "articulation rate", "syll/s", 1),
    Watched("patience_s", "wait before answering", "s", 1),
    Watched("interruptions_per_10_min", "interruptions", "in 10 min", 1),
    Watched("dead_air_per_10_min", "dead air", "s in 10 min"),
    Watched("talk_share_pct", "share of the talk", "%"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}

PRACTISED = {
    "rate": "fast_per_10_min",
    "level": "loud_per_10_min",
    "interruption": "interruptions_per_10_min",
    "complaint": "complaints_answered_pct",
    "dead_air": "dead_air_per_10_min",
}
"""The measure of each kind of practice on the coaching sheet."""


def watched(name: str, rules: Collection[str] = (), items: Collection[str] = ()) -> Watched:
    """The measure of this name.

    Args:
        name: as an action has it.
        rules: ids of the rules there are; none for any.
        items: ids of the report items there are; none for any.

    Raises:
        MeasureError: there is none.
    """
    if name in BY_NAME:
        return BY_NAME[name]
    for prefix, ids, what in ((RULE, rules, "flags of"), (SAID, items, "times of")):
        id_ = name.removeprefix(prefix)
        if name.startswith(prefix) and id_ and (not ids or id_ in ids):
            return Watched(name, f"{what} “{id_}”", "in 10 min", 1)
    known = [*BY_NAME, *(RULE + one for one in rules), *(SAID + one for one in items)]
    raise MeasureError(
        f"No measure is named {name}{suggestion(name, known)} `tone-monitor action measures` lists them."
    )
