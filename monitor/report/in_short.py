"""The report in short: three sentences made from its numbers alone."""

from collections.abc import Iterator, Mapping, Sequence

from audio.block import Speaker
from monitor.base.clock import clock
from monitor.call.analysis import SpeakerFigures
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
    "unseen": "nobody saw it",
    None: "its outcome is unknown",
}
"""The outcome of a prompt, in a sentence."""


def who_spoke(duration_s: float, figures: Mapping[Speaker, SpeakerFigures]) -> str:
    """How long the call was, and the agent's share of the talk."""
    agent = figures.get("agent")
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
    *,
    words: bool = True,
) -> str:
    """What was shown, signalled and promised; without a transcript, nothing about words."""
    nothing = (
        "no escalation signal, no interruption, no promise" if words else "no interruption; there is no transcript"
    )
    events = ", ".join(_events(escalations, turns, promised)) or nothing
    if not prompts:
        return f"No prompt was shown; {events}."
    return f"{_shown([fact.prompt for fact in prompts])}; {events}."


def _shown(prompts: Sequence[Prompt]) -> str:
    followed = sum((prompt.after or prompt.outcome) == "followed" for prompt in prompts)
    if all(prompt.outcome == "unseen" for prompt in prompts):
        count = "1 prompt was" if len(prompts) == 1 else f"{len(prompts)} prompts were"
        return f"{count} due that nobody saw, and the agent did what {followed or 'none'} of them would have asked for"
    if len(prompts) == 1:
        return f"1 prompt was shown, and {BECAME[prompts[0].outcome]}"
    return f"{len(prompts)} prompts were shown, and the agent did what {followed or 'none'} of them asked for"


def _events(escalations: Sequence[Flag], turns: Exchange, promised: Sequence[Promised]) -> Iterator[str]:
    own = sum(overlap.by == "agent" for overlap in turns.interruptions)
    for count, one, several in (
        (len(escalations), "escalation signal", "escalation signals"),
        (own, "interruption by the agent", "interruptions by the agent"),
        (len(turns.dead_air), "silence of 3 s or more", "silences of 3 s or more"),
        (len(promised), "promise or follow-up", "promises and follow-ups"),
    ):
        if count:
            yield f"{count} {one if count == 1 else several}"
