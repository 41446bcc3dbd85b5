"""How the two took turns: waits, overlaps and silences."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from audio.block import Speaker
from audio.values import Backchannel, DeadAir, Interruption, Turn
from monitor.report.stored_call import StoredCall

MONOLOGUE_S = 45.0
OTHER: dict[Speaker, Speaker] = {"agent": "customer", "customer": "agent"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """The turns of a call in numbers; rates are None where there was no time to count over."""

    turns: dict[Speaker, int]
    median_turn_s: dict[Speaker, float | None]
    longest_turn_s: dict[Speaker, float]
    monologues: tuple[Turn, ...]
    """The agent's turns of 45 s and more."""
    patience_s: float | None
    """Median wait from the end of the customer's turn to the start of the agent's; negative if the agent began before
    the end."""
    early_starts: int
    """Turns of the agent that began before the customer's ended."""
    answers: int
    """Turns of the agent that followed one of the customer."""
    overlap_s: float
    """How long both spoke at once."""
    interruptions: tuple[Interruption, ...]
    agent_interruptions_per_10_min: float | None
    agent_backchannels_per_min: float | None
    """Per minute of the customer's talk."""
    dead_air: tuple[DeadAir, ...]
    """Empty with only one speaker: the other may have spoken unheard."""
    dead_air_s: float | None


def exchange(kept: StoredCall) -> Exchange:
    """Count turns, waits, overlaps and silences."""
    lengths = {speaker: [turn.end_s - turn.start_s for turn in kept.turns(speaker)] for speaker in kept.info.speakers}
    waits = patience(kept.analysis.turns)
    interruptions = tuple(kept.of(Interruption))
    own = sum(overlap.by == "agent" for overlap in interruptions)
    customer_min = sum(lengths.get("customer", ())) / 60
    backchannels = sum(short.by == "agent" for short in kept.of(Backchannel))
    together = len(lengths) > 1
    dead_air = tuple(kept.of(DeadAir)) if together else ()
    return Exchange(
        turns={speaker: len(turns) for speaker, turns in lengths.items()},
        median_turn_s={speaker: round(median(turns), 1) if turns else None for speaker, turns in lengths.items()},
        longest_turn_s={speaker: round(max(turns, default=0.0), 1) for speaker, turns in lengths.items()},
        monologues=tuple(turn for turn in kept.turns("agent") if turn.end_s - turn.start_s >= MONOLOGUE_S),
        patience_s=round(median(waits), 2) if waits else None,
        early_starts=sum(wait < 0 for wait in waits),
        answers=len(waits),
        overlap_s=round(overlap_s(kept.analysis.turns), 1),
        interruptions=interruptions,
        agent_interruptions_per_10_min=round(600 * own / kept.duration_s, 1) if kept.duration_s and together else None,
        agent_backchannels_per_min=round(backchannels / customer_min, 1) if customer_min else None,
        dead_air=dead_air,
        dead_air_s=round(sum(silence.end_s - silence.start_s for silence in dead_air), 1) if together else None,
    )


def patience(turns: Sequence[Turn]) -> list[float]:
    """How long the agent waited at each turn that followed one of the customer, in seconds.

    Args:
        turns: of both, in the order they begin.
    """
    return [
        after.start_s - before.end_s
        for before, after in pairwise(turns)
        if (before.speaker, after.speaker) == ("customer", "agent")
    ]


def overlap_s(turns: Sequence[Turn]) -> float:
    """How long both spoke at once.

    Args:
        turns: of both, in the order they begin; those of one speaker do not overlap.
    """
    total_s = 0.0
    ends_s = dict.fromkeys(OTHER, 0.0)
    for turn in turns:
        total_s += max(0.0, min(turn.end_s, ends_s[OTHER[turn.speaker]]) - turn.start_s)
        ends_s[turn.speaker] = turn.end_s
    return total_s
