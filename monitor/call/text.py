"""Events and figures as lines of plain text: for pipes, screen readers and the end of a call."""

from collections.abc import Iterator, Mapping

from audio.block import Speaker
from audio.values import Utterance
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.call.analysis import Analysis, SpeakerFigures
from monitor.call.events import CallOver, Ended, Gap, Health, Mark, PromptShown, SessionNote, SessionState
from monitor.call.feedback import earned, to_try
from monitor.call.marks import kind_text
from monitor.call.outcomes import prompt_outcome_text
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared, supervisor_text
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed, TelephoneEvent
from monitor.call.transcript import shown
from rules.model import Firing, Prompt

KEEP = "To keep it going, speak or enter `tone-monitor call keep`."
"""What to do when a call without a screen is about to end."""


def line(event: object) -> str | None:
    """Describe an event in one line; None for those that nobody wants read out."""
    match event:
        case PromptShown(prompt):
            said = prompt.since_s, "PROMPT", instruction(prompt)
        case Utterance(words=words) if words:
            said = event.start_s, event.speaker, shown(words)
        case Firing():
            said = event.start_s, "flag", f"{event.rule} ({event.severity}, {event.speaker})"
        case Mark():
            said = event.at_s, "mark", kind_text(event.kind)
        case Health(note=note) if note:
            said = event.at_s, "monitor", note
        case CallOver(since_s=since_s, ends_s=float(ends_s)):
            said = since_s, "over?", f"Nobody has spoken since. The call ends at {clock(ends_s)}. {KEEP}"
        case Ended():
            said = event.at_s, "ended", event.why
        case Gap():
            said = event.start_s, "gap", f"{event.what} missing until {clock(event.end_s)}: {event.why}"
        case Hold() | AgentChanged() | KeysPressed():
            said = event.at_s, "call", telephone_text(event)
        case _:
            return _supervisor_line(event) or _session_line(event)
    at_s, kind, text = said
    return f"{clock(at_s):>6}  {kind:<8}  {text}"


def telephone_text(event: TelephoneEvent) -> str:
    """Say in a sentence what the telephone system said of a call."""
    match event:
        case Hold(on=on):
            return "The customer is on hold." if on else "The customer is off hold."
        case AgentChanged(agent=agent):
            return f"{agent or 'Another agent'} has the call now."
        case KeysPressed(speaker=speaker):
            return f"Keys were pressed on the {speaker}'s telephone."


def _supervisor_line(event: object) -> str | None:
    match event:
        case HelpRequest() | SupervisorAction() | WordsShared():
            return f"{clock(event.at_s):>6}  {'help':<8}  {supervisor_text(event)}"
        case _:
            return None


def _session_line(event: object) -> str | None:
    """The same for what belongs to no second of a call."""
    match event:
        case SessionNote(note=note) if note:
            title = f"{event.title}: " if event.between_calls else ""
            return f"{'':>6}  monitor   {title}{note} {event.advice}".rstrip()
        case SessionState(state="call"):
            return f"{'':>6}  call      started"
        case SessionState(state="waiting"):
            return f"{'':>6}  waiting   for a call"
        case _:
            return None


def instruction(prompt: Prompt) -> str:
    """Say a prompt in sentences."""
    fact = f" – {prompt.fact}" if prompt.fact else ""
    return f"{prompt.title}{fact}. {prompt.advice}."


def listening(devices: Mapping[Speaker, str]) -> str:
    """Say which device is listened to for whom."""
    return f"{'':>6}  listening to {' and '.join(f'{name} ({speaker})' for speaker, name in devices.items())}"


def dropped(number: int) -> str:
    """Say that lines are missing here."""
    lines = "1 line was" if number == 1 else f"{number} lines were"
    return f"{'':>6}  monitor   {lines} dropped because nobody read the output."


def summary(analysis: Analysis) -> Iterator[str]:
    """Sum a call up in a few lines."""
    yield f"{analysis.call.source}: {clock(analysis.call.duration_s)}, {count(len(analysis.utterances), 'utterance')}"
    yield from analysis.call.notes
    if analysis.call.mixed:
        return
    yield f"{'':<10}{'talk':>7}{'share':>8}{'syll/s':>8}{'words/min':>11}{'level':>11}{'pitch':>9}"
    for speaker, figures in analysis.speakers.items():
        yield _figures(speaker, figures)
    yield f"Interruptions {len(analysis.interruptions)}, dead air {len(analysis.dead_air)}, gaps {len(analysis.gaps)}."
    yield f"{_prompts(analysis)}, {count(len(analysis.firings), 'flag')}."
    for prompt in analysis.prompts:
        yield f"{clock(prompt.since_s)}  {instruction(prompt)} [{prompt_outcome_text(prompt)}]"


def feedback(analysis: Analysis) -> Iterator[str]:
    """What the agent did right in a live call, and one thing to try next: at most two lines, or none."""
    did = earned(analysis.prompts, analysis.turns, analysis.interruptions, analysis.noticed)
    yield from filter(None, (did, to_try(analysis.prompts)))


def _prompts(analysis: Analysis) -> str:
    prompts = count(len(analysis.prompts), "prompt").capitalize()
    return f"{prompts} would have come up" if analysis.call.kind == "recording" else prompts


def _figures(speaker: str, figures: SpeakerFigures) -> str:
    return (
        f"{speaker:<10}{clock(figures.talk_time_s):>7}{figures.talk_share:>8.0%}"
        f"{_number(figures.articulation_rate_sps, '.1f'):>8}{_number(figures.speech_rate_wpm, '.0f'):>11}"
        f"{_number(figures.level_dbfs, '.1f', ' dBFS'):>11}{_number(figures.pitch_hz, '.0f', ' Hz'):>9}"
    )


def _number(value: float | None, form: str, unit: str = "") -> str:
    return "–" if value is None else f"{value:{form}}{unit}"
