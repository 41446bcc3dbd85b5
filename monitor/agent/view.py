"""What the agent's screen shows, as one value; every event turns it into the next."""

from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Literal

from audio.block import Speaker
from audio.values import Interruption, PartialWords, ToneSample, Turn, Utterance
from monitor.agent.gauge_metrics import GAUGES, PROMPTING
from monitor.agent.level_trace import SILENT_DBFS
from monitor.agent.snooze import next_snooze_min
from monitor.agent.speaker_view import SpeakerView
from monitor.agent.supervisors import NEWS_S, NOBODY, Supervisors
from monitor.call.events import (
    CallOver,
    Ended,
    Gap,
    Health,
    LiveEvent,
    Mark,
    Progress,
    PromptCleared,
    PromptShown,
    SessionNote,
    SessionState,
)
from monitor.call.feedback import LONG_TURN_S, earned
from monitor.call.supervision.supervisor_events import SupervisorEvent
from rules.model import Firing, Noticed, Prompt

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")
COMPARED_AFTER_S = 3.0
"""Seconds of speech that the gauges need for their first values, if there is a baseline."""
ANSWER_S = (5.0, 20.0)
"""From when to when after the customer's last word a silent microphone gets a card; who still waits asks again."""

LOUD_ACTIONS = frozenset(["lower_volume", "ease_off"])
"""Actions of the rules, shown or held back, for an agent who is louder than usual."""
BREAK_AFTER = 2
"""Loud calls in a row after which a break is suggested."""

ENDED, SESSION = "ended", "session"
"""Stand among the parts that are put away for the summary of the last call, and for a note between calls."""
_NOT_STARTED = Progress(0.0)


@dataclass(frozen=True, slots=True)
class AgentView:
    """All that the agent's screen shows."""

    agent: SpeakerView = field(default_factory=SpeakerView)
    customer: SpeakerView = field(default_factory=SpeakerView)
    usual_known: bool = False
    """Whether there is a baseline: a saved profile, or one learnt from the agent's first words."""
    prompting: frozenset[str] = PROMPTING
    """The metrics of the agent on which a rule may prompt."""
    prompt: Prompt | None = field(default=None, repr=False)
    progress: Progress = _NOT_STARTED
    troubles: tuple[Health, ...] = ()
    """Parts that have a problem, oldest first."""
    put_away: frozenset[str] = frozenset()
    """Parts whose trouble the agent has taken from the card; it is back when the trouble comes again."""
    news: Health | None = None
    """What is fine or known again, until the card has shown it for long enough."""
    session_note: SessionNote | None = None
    supervisors: Supervisors = NOBODY
    call_over: CallOver | None = None
    """Asks whether the call is over; None while it is not asked."""
    shown: int = 0
    """Prompts shown so far."""
    gone: tuple[Prompt, ...] = field(default=(), repr=False)
    """The prompts that were shown and have disappeared, as they are last known."""
    turns: tuple[Turn, ...] = ()
    """Of the customer's, those in which something was explained."""
    interruptions: tuple[Interruption, ...] = ()
    paraphrases: tuple[Noticed, ...] = field(default=(), repr=False)
    flags: int = 0
    loud: bool = False
    """Whether a rule found the agent louder than usual in this call."""
    loud_before: int = 0
    """How many calls in a row before this one were loud."""
    quitting: bool = False
    ended: Ended | None = None
    session: Literal["", "call", "ending", "waiting", "over", "failed"] = ""
    """State of the session; empty before its first call."""
    auto: bool = False
    remote: bool = False
    """Whether the customer's speech, or the telephone system, starts the next call."""

    @property
    def baseline_missing(self) -> bool:
        """Whether the agent has spoken long enough and there is no baseline to compare with."""
        return not self.usual_known and self.agent.spoken_s >= COMPARED_AFTER_S

    @property
    def measured_s(self) -> float:
        """Media time up to which it is known who spoke."""
        tones = (self.agent.tone, self.customer.tone)
        return max((tone.end_s for tone in tones if tone), default=self.progress.heard_s)

    @property
    def muted(self) -> bool:
        """Whether the microphone gives digital silence, as a muted headset does."""
        return any(trouble.part == "microphone" and trouble.cause == "silent" for trouble in self.troubles)

    @property
    def unanswered(self) -> bool:
        """Whether the customer spoke last and is waiting for an answer."""
        spoke_s, (least_s, most_s) = self.customer.spoke_until_s, ANSWER_S
        return 0 < spoke_s >= self.agent.spoke_until_s and least_s <= self.measured_s - spoke_s < most_s

    @property
    def break_due(self) -> bool:
        """Whether to suggest a break, once the call is over."""
        return self.loud and self.loud_before + 1 >= BREAK_AFTER

    @property
    def followed(self) -> int:
        """How many prompts the agent has followed."""
        return sum(prompt.outcome == "followed" for prompt in self.gone)

    @property
    def earned(self) -> str:
        """What the agent did right, in one sentence; empty if nothing is shown."""
        return earned(self.gone, self.turns, self.interruptions, self.paraphrases)

    @property
    def between_calls(self) -> bool:
        """Whether a call may be started."""
        return self.session in {"ending", "waiting"}

    def after(self, event: LiveEvent) -> "AgentView":
        """Apply an event; kinds that the screen does not show change nothing."""
        return _after(event, self)

    def speaker(self, speaker: Speaker) -> SpeakerView:
        """View of one of the two speakers."""
        return self.agent if speaker == "agent" else self.customer

    def next_snooze_min(self) -> float | None:
        """Minutes of the next snooze; None brings prompts back."""
        return next_snooze_min(self.progress)

    def without(self, part: str) -> "AgentView":
        """Take a card from the screen: a notice, the news of the recording, a part until its trouble comes again."""
        note = self.session_note
        if part == SESSION and not (note and note.between_calls):  # such a note is back after the next call
            return replace(self, session_note=None)
        if part == "supervisors":
            return replace(self, supervisors=replace(self.supervisors, news=None))
        return replace(self, news=None) if part == "news" else replace(self, put_away=self.put_away | {part})

    def is_news(self, health: Health) -> bool:
        """Whether it was said only now."""
        return self.progress.heard_s - health.at_s < NEWS_S

    def snoozed(self, minutes: float | None) -> "AgentView":
        """Show a snooze that was just requested, before the call confirms it."""
        until_s = None if minutes is None else self.progress.heard_s + minutes * 60
        return replace(self, progress=replace(self.progress, snoozed_until_s=until_s))


def _with(view: AgentView, speaker: Speaker, seen: SpeakerView) -> AgentView:
    return replace(view, agent=seen) if speaker == "agent" else replace(view, customer=seen)


@singledispatch
def _after(event: object, view: AgentView) -> AgentView:  # noqa: ARG001  # one kind per function: others change nothing
    return view


@_after.register
def _(event: ToneSample, view: AgentView) -> AgentView:
    seen = view.speaker(event.speaker)
    level_dbfs = event.level_dbfs if event.speaking and event.level_dbfs is not None else SILENT_DBFS
    spoken_s = seen.spoken_s + (event.end_s - event.start_s if event.speaking else 0.0)
    spoke_until_s = event.end_s if event.speaking else seen.spoke_until_s
    trace = seen.trace.write(int(event.start_s), level_dbfs)
    seen = replace(seen, tone=event, trace=trace, spoken_s=spoken_s, spoke_until_s=spoke_until_s)
    compared = event.speaker == "agent" and any(getattr(event, gauge.name) is not None for gauge in GAUGES)
    return replace(_with(view, event.speaker, seen), usual_known=view.usual_known or compared)


@_after.register
def _(event: PartialWords, view: AgentView) -> AgentView:
    return _with(view, event.speaker, view.speaker(event.speaker).with_partial(event))


@_after.register
def _(event: Utterance, view: AgentView) -> AgentView:
    return _with(view, event.speaker, view.speaker(event.speaker).with_utterance(event))


@_after.register
def _(event: Progress, view: AgentView) -> AgentView:
    return replace(view, progress=event)


@_after.register
def _(event: PromptShown, view: AgentView) -> AgentView:
    return replace(view, prompt=event.prompt, shown=view.shown + 1)


@_after.register
def _(event: PromptCleared, view: AgentView) -> AgentView:
    key = (event.prompt.rule, event.prompt.since_s)
    on_show = view.prompt and (view.prompt.rule, view.prompt.since_s) != key
    others = tuple(prompt for prompt in view.gone if (prompt.rule, prompt.since_s) != key)
    gone = tuple(sorted((*others, event.prompt), key=lambda prompt: prompt.since_s))
    return replace(view, prompt=view.prompt if on_show else None, gone=gone)


@_after.register
def _(event: Turn, view: AgentView) -> AgentView:
    explains = event.speaker == "customer" and event.end_s - event.start_s >= LONG_TURN_S
    return replace(view, turns=(*view.turns, event)) if explains else view


@_after.register
def _(event: Interruption, view: AgentView) -> AgentView:
    return replace(view, interruptions=(*view.interruptions, event))


@_after.register
def _(event: Noticed, view: AgentView) -> AgentView:
    return replace(view, paraphrases=(*view.paraphrases, event)) if event.item == "paraphrase" else view


@_after.register
def _(event: Firing, view: AgentView) -> AgentView:
    loud = event.speaker == "agent" and event.action in LOUD_ACTIONS
    return replace(view, loud=True) if loud else view


@_after.register
def _(event: Health, view: AgentView) -> AgentView:
    others = tuple(trouble for trouble in view.troubles if trouble.part != event.part)
    known = next((trouble for trouble in view.troubles if trouble.part == event.part), None)
    if known is None or event.fine or event.note != known.note:
        view = replace(view, put_away=view.put_away - {event.part})
    if event.part in {"recording", "voice"}:
        view = replace(view, news=event if event.fine and (known or event.cause) else None)
    return replace(view, troubles=others if event.fine else (*others, event))


@_after.register
def _(event: CallOver, view: AgentView) -> AgentView:
    return replace(view, call_over=event if event.ends_s is not None else None)


@_after.register
def _(event: SupervisorEvent, view: AgentView) -> AgentView:
    return replace(view, supervisors=view.supervisors.after(event))


@_after.register
def _(event: SessionNote, view: AgentView) -> AgentView:
    return replace(view, session_note=event if event.note else None)


@_after.register
def _(event: Gap, view: AgentView) -> AgentView:
    if event.what != "sound":
        return view
    for speaker in SPEAKERS if event.speaker is None else (event.speaker,):
        trace = view.speaker(speaker).trace.lost(event.start_s, event.end_s)
        view = _with(view, speaker, replace(view.speaker(speaker), trace=trace))
    return view


@_after.register
def _(event: Mark, view: AgentView) -> AgentView:
    return replace(view, flags=view.flags + 1) if event.kind == "flag" else view


@_after.register
def _(event: Ended, view: AgentView) -> AgentView:
    progress = replace(view.progress, heard_s=event.at_s)
    agent, customer = replace(view.agent, tone=None), replace(view.customer, tone=None)
    return replace(view, agent=agent, customer=customer, progress=progress, prompt=None, call_over=None, ended=event)


@_after.register
def _(event: SessionState, view: AgentView) -> AgentView:
    if event.state == "call":
        loud_before = view.loud_before + 1 if view.loud else 0
        return AgentView(
            usual_known=event.usual_known,
            prompting=view.prompting if event.prompting is None else event.prompting,
            troubles=view.troubles,
            put_away=view.put_away - {ENDED, SESSION},
            session_note=view.session_note,
            quitting=view.quitting,
            session="call",
            loud_before=loud_before,
        )
    return replace(view, session=event.state, auto=event.auto, remote=event.remote)
