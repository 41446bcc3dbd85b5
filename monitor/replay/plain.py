"""A call in lines of plain text, in the order in which it happened: for pipes and screen readers."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from audio.values import Utterance
from monitor.base.clock import clock
from monitor.call import hold, marks
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown
from monitor.call.info import CallInfo
from monitor.call.marks import kind_text
from monitor.call.outcomes import prompt_outcome_text
from monitor.call.scorecard import card_files
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from monitor.call.text import instruction, line
from monitor.pipeline.one_track import ESTIMATED, TWO_PEOPLE
from monitor.replay.call_log import CallReader, notes
from monitor.replay.playback import sound_s
from monitor.report.scorecards import FORGOTTEN, score_sentence
from rules.model import Firing


def lines(folder: Path) -> Iterator[str]:
    """Print a call: what was said, flagged, prompted and marked, and what is missing.

    Raises:
        CallFolderError: the folder holds no log.
    """
    log = CallReader(folder).catch_up()
    file = f", {log.info.source}" if log.info and log.info.kind == "recording" else ""
    yield f"{log.folder.name}, {clock(log.duration_s)} long{file}"
    yield from _about(log.info) if log.info else ()
    yield from notes(log, sound_s(log))
    if held := hold.in_force(folder, datetime.now().astimezone().date()):
        yield f"The call is {held}."
    for card in card_files.read(folder):
        yield f"{card.title}, by {card.by or FORGOTTEN}: {score_sentence(card)}"
    for one in marks.edits(folder):
        yield f"Corrected by {one.by or 'somebody'} on {one.made[:16].replace('T', ' ')}: {one.field}."
    logged = [event for event in log.events if not isinstance(event, Mark | Utterance)]
    recording = log.kind == "recording"
    for event in sorted((*logged, *log.utterances, *log.marks), key=_at_s):
        if isinstance(event, PromptCleared):
            prompt = event.prompt.seen_as(seen=False) if recording else event.prompt
            if prompt.outcome:
                yield f"{clock(_at_s(event)):>6}  {'outcome':<8}  {prompt.title}: {prompt_outcome_text(prompt)}"
        elif isinstance(event, PromptShown) and (recording or event.prompt.silent):
            yield f"{clock(event.prompt.since_s):>6}  {'due':<8}  {instruction(event.prompt)}"
        elif isinstance(event, Mark):
            noted = " ".join(filter(None, (kind_text(event.kind), event.rule, event.text)))
            yield f"{clock(event.at_s):>6}  {'mark':<8}  {noted}"
        elif said := line(event):
            yield said


def _about(info: CallInfo) -> Iterator[str]:
    if info.mixed:
        yield f"{TWO_PEOPLE}: nothing was measured or prompted."
    if info.separated:
        yield ESTIMATED
    if info.consent.status != "unknown":
        yield f"Consent: {info.consent}."


def _at_s(event: CallEvent) -> float:
    match event:
        case PromptShown():
            return event.prompt.since_s + event.delay_s
        case PromptCleared():
            return event.prompt.until_s if event.prompt.until_s is not None else event.prompt.since_s
        case Utterance() | Firing() | Gap():
            return event.start_s
        case Mark() | Health() | Ended() | Hold() | AgentChanged() | KeysPressed():
            return event.at_s
        case HelpRequest() | SupervisorAction() | WordsShared():
            return event.at_s
        case _:
            return 0.0
