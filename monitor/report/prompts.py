"""The prompts of a call, what came after them, and flags without a prompt."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from monitor.call.events import Mark, PromptShown
from monitor.call.marks import disputes, verdicts
from monitor.call.outcomes import SILENT
from monitor.call.tone_arrays import STEP_S, Tone
from monitor.report.bands import mean
from monitor.report.evidence import evidence
from monitor.report.stored_call import StoredCall
from monitor.report.titles import Titles
from rules.model import Firing, Outcome, Prompt

NEXT_S = 10.0
"""Speech of the agent's next turns, for the figures after a prompt."""
LEAST_S = 3.0
"""With less of it there are no figures."""
LAST_S = 20.0
"""A measure from before is older than this: the agent was not speaking."""
SAME_S = 60.0
"""Longest time from a flag to its prompt."""

WORKED: dict[Outcome | None, str] = {
    "followed": "Followed",
    "partly": "Partly: halfway back to the usual",
    "not_yet": "Not yet: the call ended first",
    "no_change": "No change",
    "not_applicable": "–",
    None: "Unknown",
}
"""What the agent did next, as a quality of the prompt."""
ANYWAY: dict[Outcome | None, str] = WORKED | {
    "followed": "Done anyway",
    "partly": "Partly done anyway: halfway back to the usual",
}
"""The same where nobody saw the prompt: what happens without one."""


@dataclass(frozen=True, slots=True)
class Around:
    """The agent's tone when a prompt came, or in the agent's next turns; None if the agent did not speak."""

    level_over_db: float | None
    rate_sps: float | None


@dataclass(frozen=True, slots=True)
class PromptFact:
    """One prompt, and the agent's tone before and after it."""

    number: int
    prompt: Prompt
    delay_s: float
    worked: str
    before: Around
    after: Around


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that fired."""

    firing: Firing
    title: str
    evidence: str
    """What was measured or said."""
    prompted: bool
    """Whether a prompt came up for it, or would have; the budget holds some back."""
    verdict: Mark | None
    """A later mark that confirms or dismisses it."""
    dispute: Mark | None = None
    """The agent's, if nobody has judged the flag since."""


def prompts(kept: StoredCall) -> tuple[PromptFact, ...]:
    """Number the prompts of a call in the order they came."""
    delays_s = {(shown.prompt.rule, shown.prompt.since_s): shown.delay_s for shown in kept.of(PromptShown)}
    tone = kept.tone["agent"]
    in_order = sorted(kept.analysis.prompts, key=lambda prompt: prompt.since_s)
    return tuple(
        PromptFact(
            number=number,
            prompt=prompt,
            delay_s=delays_s.get((prompt.rule, prompt.since_s), 0.0),
            worked=_worked(prompt),
            before=_at(tone, prompt.since_s),
            after=_next(kept, prompt.since_s),
        )
        for number, prompt in enumerate(in_order, start=1)
    )


def flags(kept: StoredCall, titles: Titles) -> tuple[Flag, ...]:
    """Every flag of a call in the order they came."""
    judged, disputed = verdicts(kept.marks), disputes(kept.marks)
    shown = {prompt.rule: prompt.title for prompt in kept.analysis.prompts}
    return tuple(
        Flag(
            firing,
            shown.get(firing.rule) or titles.rule(firing.rule),
            evidence(firing, titles),
            _has_prompt(firing, kept.analysis.prompts),
            judged.get((firing.rule, firing.start_s)),
            disputed.get((firing.rule, firing.start_s)),
        )
        for firing in sorted(kept.of(Firing), key=lambda firing: (firing.start_s, firing.rule))
    )


def escalations(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Flags that ask for an escalation or have an owner in the escalation table."""
    return tuple(flag for flag in flags if flag.firing.action == "escalate" or flag.firing.owner)


def _worked(prompt: Prompt) -> str:
    if prompt.seen is False:
        said = f"{ANYWAY[prompt.after]} ({SILENT if prompt.silent else 'nobody saw it'})"
    else:
        said = WORKED.get(prompt.outcome, WORKED[None])
        said += " (not known whether it was seen)" if prompt.seen is None and prompt.outcome else ""
    return f"{said}; {prompt.taken_down}" if prompt.taken_down in {"dismissed", "snoozed"} else said


def _has_prompt(firing: Firing, prompts: Iterable[Prompt]) -> bool:
    return any(prompt.rule == firing.rule and 0 <= prompt.since_s - firing.start_s <= SAME_S for prompt in prompts)


def _at(tone: Tone, at_s: float) -> Around:
    """The measures of the last speech up to a moment: they are means themselves, so no speech from before mixes in."""
    last = int(np.searchsorted(tone.start_s, at_s)) - 1
    if last < 0 or at_s - tone.start_s[last] > LAST_S:
        return Around(None, None)
    return Around(mean(tone.level_over_baseline_db[[last]], 1), mean(tone.articulation_rate_sps[[last]], 2))


def _next(kept: StoredCall, at_s: float) -> Around:
    """The tone of the next 10 s of speech in turns that begin after a moment: what went on then does not mix in."""
    tone = kept.tone["agent"]
    later = next((turn.start_s for turn in kept.turns("agent") if turn.start_s > at_s), inf)
    first = int(np.searchsorted(tone.start_s, later))
    own = slice(first, first + round(NEXT_S / STEP_S))
    if len(tone.start_s[own]) * STEP_S < LEAST_S:
        return Around(None, None)
    return Around(mean(tone.level_over_baseline_db[own], 1), mean(tone.articulation_rate_sps[own], 2))
