"""Gets everything ready that a session needs: sound, rules, model, folders."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from audio.block import Speaker
from audio.devices.capture import Capture
from audio.files.recording import AgentChannel, open_recording
from audio.values import Usual
from monitor.call import files
from monitor.call.analysis import Call
from monitor.call.consent import REFUSED, Consent
from monitor.call.folder import CallDetails, CallInfo, CallWriter, new_info, root_folder
from monitor.catalogue.live_rows import CallIndex
from monitor.live.parts import Begun, Opened
from monitor.notify.notify import Telling
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.whisper_model import NONE, loader
from monitor.privacy.guard import CardGuard, guarded
from monitor.settings.config import settings
from monitor.setup import profile
from rules.load import load

BLOCK_S = 0.032
"""A recording is heard in pieces as long as a frame, as a sound card would give it."""


def from_recording(  # noqa: PLR0913 - one argument an option of the command
    path: Path,
    *,
    speed: float,
    agent: AgentChannel,
    record: bool,
    calls: Path | None,
    model: str,
    rules: Sequence[Path],
    metrics: int | None = None,
) -> Opened:
    """Open a session that a recording plays; the arguments are those of `session.play`.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written; not before a call begins.
        WebhookError: the webhook cannot be used as it is set up.
        TelemetryError: the port for the metrics is taken.
    """
    rulebook = load(rules, metrics=BY_NAME)
    recording = open_recording(path, agent, storage=files.STORAGE)
    words = loader(model)
    about = Call(str(path), recording.duration_s, recording.speakers, model, rulebook.fingerprint, recording.notes)
    telling = Telling(settings().webhook, metrics)

    def begin(details: CallDetails, *, kept: bool = True) -> Begun:
        known = _known(about, path.name, details)
        writer = _keeper(calls, known, record=record) if kept else None
        pipeline = Pipeline(
            recording.speakers,
            rulebook,
            None if _refused(known) else words,
            live=speed > 0,
            gives_up=speed == 1,
            attributes=details.attributes,
        )
        tell = telling.of_call(writer.folder.name if writer else "not kept", known.started)
        return Begun(pipeline, writer, tell=tell, notes=_notes(known))

    return Opened(
        recording.blocks(BLOCK_S),
        begin,
        speed,
        recording.speakers,
        warm_up=words or (lambda: None),
        over=telling.close,
        begin_unkept=partial(begin, kept=False),
    )


def from_devices(  # noqa: PLR0913 - one argument an option of the command
    agent: str,
    customer: str,
    *,
    record: bool,
    calls: Path | None,
    model: str,
    rules: Sequence[Path],
    metrics: int | None = None,
) -> Opened:
    """Open a session on sound cards; the arguments are those of `session.listen`, the settings stand in for empty ones.

    Raises:
        DeviceError: a device is not there or cannot be opened.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
        CallFolderError: there is no key to seal calls with; or, when a call begins, its folder cannot be written.
        WebhookError: the webhook cannot be used as it is set up.
        TelemetryError: the port for the metrics is taken.
    """
    in_force = settings()
    files.check_key()
    rulebook, words = load(rules, metrics=BY_NAME), loader(model)
    with ExitStack() as unless_it_opens:
        capture = Capture(agent or in_force.devices.agent, customer or in_force.devices.customer)
        unless_it_opens.enter_context(capture)
        telling = Telling(in_force.webhook, metrics)
        while_open = unless_it_opens.pop_all()
    about = Call(capture.name, 0.0, capture.speakers, model, rulebook.fingerprint, capture.notes)

    def begin(details: CallDetails, *, kept: bool = True) -> Begun:
        known = replace(_known(about, capture.name, details), agent=in_force.agent.name)
        writer = _keeper(calls, known, record=record) if kept else None
        usual = profile.load(in_force.agent.name, capture.microphone, known.started.date())
        profiles: dict[Speaker, Usual] = {"agent": usual} if usual else {}
        pipeline = Pipeline(
            capture.speakers,
            rulebook,
            None if _refused(known) else words,
            live=True,
            gives_up=True,
            profiles=profiles,
            attributes=details.attributes,
        )
        tell = telling.of_call(writer.folder.name if writer else "not kept", known.started)
        learnt, notes = partial(learn, known.started.date()), (*capture.notes, *_notes(known))
        return Begun(pipeline, writer, learnt, tell, usual_known=usual is not None, notes=notes)

    def learn(day: date, heard: Usual, spoken_s: float) -> None:
        with suppress(profile.ProfileError):  # no call is less for it; `tone-monitor doctor` tells
            profile.refresh(in_force.agent.name, capture.microphone, heard, spoken_s, day)

    return Opened(
        capture.blocks(),
        begin,
        None,
        capture.speakers,
        lag_s=lambda: capture.lag_s,
        warm_up=words or (lambda: None),
        close=while_open.close,
        over=telling.close,
        begin_unkept=partial(begin, kept=False),
    )


def _keeper(calls: Path | None, known: CallInfo, *, record: bool) -> CardGuard:
    observer = CallIndex(settings().calls.catalogue)
    writer = CallWriter(root_folder(calls), known, record=record and not _refused(known), observer=observer)
    on, words = settings().privacy.card_guard, known.model != NONE
    return guarded(writer, known.speakers, on=on, live=True, words=words)


def _known(call: Call, source: str, details: CallDetails) -> CallInfo:
    begun, usual = new_info(call, source), settings().calls
    consent = (details.consent or Consent(usual.consent, method=usual.consent_method)).settled(begun.started)
    known = replace(begun, customer=details.customer, attributes=details.attributes, consent=consent)
    return replace(known, model=NONE) if _refused(known) else known


def _refused(known: CallInfo) -> bool:
    return known.consent.status == "refused"


def _notes(known: CallInfo) -> tuple[str, ...]:
    return (REFUSED,) if _refused(known) else ()
