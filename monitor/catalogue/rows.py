"""The rows of the catalogue: what it holds about one call."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.call.info import CallKind

SEVERITIES = ("", "note", "prompt", "urgent")
DISPUTED = "disputed"
"""Stands among the tags of a call in which the agent disputes a flag that nobody has judged since."""
"""The index of a severity is its number in the catalogue."""
SHORTEST_S = 180.0
"""No call counts as shorter when calls are ranked by how often flags came: one flag in ten seconds says little."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in the list."""

    folder: str
    """Within the folder of all calls, as 2026-03-01/093015-a1b2c3."""
    started: str
    """ISO 8601 with the offset from UTC."""
    started_s: float
    """Seconds since 1970, to sort by."""
    day: str
    """The local date at the call's place, as 2026-03-01."""
    agent: str
    customer: str
    source: str
    kind: CallKind
    """Whether the agent could see the prompts."""
    mixed: bool
    """Whether two people are on its one track, so that nothing is known of either."""
    separated: bool
    """Whether they were told apart by their voices, so that everything is estimated."""
    closed: bool
    """Whether the call has ended."""
    duration_s: float
    agent_talk_s: float
    """Sum of the agent's turns."""
    customer_talk_s: float
    flags: int
    """How often rules fired, and how many bookmarks the agent set."""
    prompts: int
    shown: int
    """Prompts that the agent is known to have seen."""
    followed: int
    """Those of them after which the agent did what they asked for."""
    worst: int
    """Number of the severest flag that was not dismissed; 0 for none."""
    worst_count: int
    """How many flags have that severity."""
    worst_rule: str
    """The rule of the first of them; empty for the agent's bookmark."""
    worst_at_s: float | None
    flagged: bool
    """Whether the agent set a bookmark."""
    reviewed: bool
    reviewed_by: str
    tags: str
    """Separated by spaces, each once."""
    damaged: int
    """Lines of the log that cannot be read."""
    hold_until: str = ""
    """The last day on which it must not be deleted, as 2026-12-31; empty for any day."""
    hold_reason: str = ""
    hold_by: str = ""
    """Name of the person who decided it."""
    sealed: bool = False
    """Whether it is encrypted on the disk; then neither its words nor the customer are listed."""
    seen: str = ""
    """Sizes and times of the files that this was read from."""
    sound_hash: str = ""
    """Of the recording that was analysed; empty for a call from sound cards."""
    site: str = field(default="", compare=False)
    """The id of the calls folder that it is in, as the catalogue has it; empty in what was read from that folder."""

    @property
    def worst_rate(self) -> float:
        """How often its severest flag came in ten minutes; a short call counts as one of three, as luck does not."""
        return round(self.worst_count * 600 / max(self.duration_s, SHORTEST_S), 3)


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A rule that fired, or the agent's bookmark (then `rule` is empty)."""

    at_s: float
    rule: str
    speaker: str
    severity: int
    value: float | None
    baseline: float | None
    limit: float | None
    verdict: str
    """"confirm", "dismiss", "dispute" for one that the agent disputes, or empty if nobody has judged it yet."""


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A prompt without its text."""

    since_s: float
    until_s: float | None
    rule: str
    action: str
    severity: int
    delay_s: float
    outcome: str
    after: str
    taken_down: str
    seen: bool | None
    """Whether the agent saw it; None where that is not known."""
    silent: bool | None
    """Whether the experiment kept it silent; None where it was in none."""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark that somebody made."""

    at_s: float
    kind: str
    text: str
    made_by: str
    made: str
    rule: str
    end_s: float | None


@dataclass(frozen=True, slots=True)
class PartRow:
    """What a call is to one of several agents who had it: the fields of `CallRow`, of her part alone."""

    agent: str
    duration_s: float
    agent_talk_s: float
    customer_talk_s: float
    flags: int
    prompts: int
    shown: int
    followed: int
    worst: int
    worst_count: int
    worst_rule: str
    worst_at_s: float | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """All that the catalogue holds about one call."""

    call: CallRow
    flags: tuple[FlagRow, ...]
    prompts: tuple[PromptRow, ...]
    marks: tuple[MarkRow, ...]
    words: str
    """What was said, in the form that `searchable` gives it."""
    tags: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    """What was known at the start, as "queue=billing"."""
    parts: tuple[PartRow, ...] = ()
    """A row for each agent; none where one agent had the whole call."""
