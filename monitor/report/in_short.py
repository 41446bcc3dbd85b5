"""The report in short: three sentences made from its numbers alone."""

from collections.abc import Iterator, Mapping, Sequence

from audio.block import Speaker
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.call.analysis import SpeakerFigures
from monitor.call.info import CallInfo
from monitor.report.bands import Bands
from monitor.report.exchange import Exchange
from monitor.report.prompts import Flag, PromptFact
from monitor.report.spoken_items import Promised
from rules.model import Outcome, Prompt

BECAME: dict[Outcome | None, str] = {
    "followed": "the agent did what it asked for",
    "partly": "the agent did part of what it asked for",
    "not_yet": "the call ended before the agent could respond to it",
    "no_change": "nothing changed after it",
    "not_applicable": "its outcome can’t be judged",
    None: "its outcome is unknown",
}
"""The outcome of a prompt, in a sentence."""


def not_told_apart(duration_s: float) -> tuple[str, ...]:
    """What is said of a call with two people on one track."""
    return (
        f"The call lasted {clock(duration_s)}.",
        "Two people on one track: their speech can’t be told apart.",
        "So nothing was measured, flagged or prompted, and the call counts in no team figure.",
    )


def who_spoke(duration_s: float, figures: Mapping[Speaker, SpeakerFigures]) -> str:
    """How long the call was, and the agent's share of the talk."""
    agent = figures.get("agent")
    if not any(own.talk_time_s for own in figures.values()):
        return f"The call lasted {clock(duration_s)}. No speech was heard."
    if agent is None or not agent.talk_time_s:
        return f"The call lasted {clock(duration_s)}. The agent was not heard."
    part = (
        f"did {100 * agent.talk_share:.0f} % of the talking"
        if len(figures) > 1
        else f"spoke {clock(agent.talk_time_s)}"
    )
    said = f"The call lasted {clock(duration_s)}; the agent {part}"
    if agent.articulation_rate_sps is None:
        return f"{said}."
    usual = agent.baseline.articulation_rate_sps
    held = f" (usually {usual:.1f})" if usual is not None else ""
    return f"{said}, at {agent.articulation_rate_sps:.1f} syllables a second{held}."


def own_bands(agent: Bands | None) -> str:
    """How much of the agent's speech stayed within the agent's usual range."""
    if agent is None or agent.level_in_pct is None or agent.highest_level_db is None:
        return "The agent spoke too little to learn what is usual for this voice."
    said = f"The volume stayed within the agent’s usual range for {agent.level_in_pct:.0f} % of the speech"
    if agent.rate_in_pct is not None:
        said += f", the speaking rate for {agent.rate_in_pct:.0f} %"
    at = clock(agent.highest_level_at_s or 0.0)
    return f"{said}. It peaked at {agent.highest_level_db:+.0f} dB over the usual, at {at}."


def what_happened(
    prompts: Sequence[PromptFact],
    escalations: Sequence[Flag],
    turns: Exchange,
    promised: Sequence[Promised],
    info: CallInfo,
) -> str:
    """What came up, or would have, what was signalled and promised; without a transcript, nothing about words."""
    nothing = (
        "no escalation signal, no interruption, no promise"
        if info.model != "none"
        else "no interruption; there is no transcript"
    )
    events = ", ".join(_events(escalations, turns, promised)) or nothing
    every = [fact.prompt for fact in prompts]
    return f"{_would_have(every) if info.kind == 'recording' else _came_up(every)}; {events}."


def _would_have(prompts: Sequence[Prompt]) -> str:
    if not prompts:
        return "No prompt would have come up"
    done = sum(prompt.after == "followed" for prompt in prompts)
    asked_for = "it asks" if len(prompts) == 1 and done else f"{_part(done, len(prompts))} of them ask"
    return f"{count(len(prompts), 'prompt')} would have come up, and the agent did what {asked_for} for anyway"


def _came_up(prompts: Sequence[Prompt]) -> str:
    seen = [prompt for prompt in prompts if prompt.seen]
    silent = sum(prompt.silent for prompt in prompts)
    unseen = sum(prompt.seen is False and not prompt.silent for prompt in prompts)
    unknown = len(prompts) - len(seen) - unseen - silent
    parts = [_shown(seen)] if seen or not prompts else []
    if unseen:
        parts.append(f"nobody saw {'it' if unseen == len(prompts) == 1 else f'{unseen} of the {len(prompts)} prompts'}")
    if silent:
        parts.append(f"{count(silent, 'prompt')} {'was' if silent == 1 else 'were'} kept silent in the experiment")
    if unknown:
        which = "the prompt" if unknown == len(prompts) == 1 else count(unknown, "prompt")
        parts.append(f"whether the agent saw {which} is not known")
    said = ", and ".join(parts)
    return said[0].upper() + said[1:]


def _shown(seen: Sequence[Prompt]) -> str:
    if not seen:
        return "no prompt was shown"
    if len(seen) == 1:
        return f"1 prompt was shown, and {BECAME.get(seen[0].outcome, BECAME[None])}"
    followed = sum(prompt.outcome == "followed" for prompt in seen)
    return f"{len(seen)} prompts were shown, and the agent did what {_part(followed, len(seen))} of them asked for"


def _part(number: int, of: int) -> str:
    return "all" if number == of else str(number or "none")


def _events(escalations: Sequence[Flag], turns: Exchange, promised: Sequence[Promised]) -> Iterator[str]:
    own = sum(overlap.by == "agent" for overlap in turns.interruptions)
    for number, one, several in (
        (len(escalations), "escalation signal", "escalation signals"),
        (own, "interruption by the agent", "interruptions by the agent"),
        (len(turns.dead_air), "silence of 3 s or more", "silences of 3 s or more"),
        (len(promised), "promise or follow-up", "promises and follow-ups"),
    ):
        if number:
            yield f"{number} {one if number == 1 else several}"
