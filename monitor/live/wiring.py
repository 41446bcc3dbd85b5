"""The composition root of a session: its sound, its notices, and how its calls get their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Literal

from audio.block import Speaker
from audio.devices.capture import Capture
from audio.files.names import text_of
from audio.files.recording import open_recording
from audio.values import Usual
from monitor.agent.gauge_metrics import prompting
from monitor.call import files
from monitor.call.consent import REFUSED
from monitor.call.folder import root_folder
from monitor.call.info import NOTHING_KNOWN, CallDetails, CallInfo, CallKind
from monitor.catalogue.live_rows import CallIndex
from monitor.live import own_prompts
from monitor.live.call_wiring import CallWiring, is_refused
from monitor.live.latest_wiring import LatestWiring
from monitor.live.options import PlayedFile, SessionOptions, SoundCards
from monitor.live.parts import CallParts, SessionParts
from monitor.live.sound_watch import SoundItem
from monitor.live.writer_thread import WritingThread
from monitor.notify.notify import Notifier, tell_both
from monitor.pipeline.one_track import TWO_PEOPLE
from monitor.privacy.spool_folder import remove_spools_without_call
from monitor.second_pass.catch_up import candidates
from monitor.second_pass.saved_call import harmless, improve
from monitor.settings import config
from monitor.settings.prompt_choices import PromptChoices
from monitor.setup import profile, wrong_prompts
from monitor.setup.wrong_prompts import WrongPrompt
from monitor.shipping.after_calls import AfterCalls
from monitor.wall.desk_calls import DeskCalls
from rules.model import Prompt

BLOCK_S = 0.032
"""A recording is played in pieces as long as a frame, as a sound card would deliver it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sound:
    """The sound of a session, and what its calls need to know about it."""

    blocks: Iterable[SoundItem]
    speakers: tuple[Speaker, ...]
    name: str
    """Of the file or of the devices, for call.toml."""
    kind: CallKind
    speed: float | None = None
    """See `SessionParts`."""
    agent: str = ""
    """The agent's name."""
    known: CallDetails = NOTHING_KNOWN
    """What is known of its calls, unless who starts one knows more."""
    agent_channel: Literal["", "left", "right", "mono"] = ""
    """The agent's channel in a recording."""
    mixed: bool = False
    """Whether a recording holds two people on one track."""
    microphone: str = ""
    """The device whose profile is used; empty for none."""
    notes: tuple[str, ...] = ()
    devices: Mapping[Speaker, str] = field(default_factory=dict)
    """The name of each speaker's sound card; empty for a recording."""
    lag_s: Callable[[], float] = lambda: 0.0
    close: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True, eq=False)
class SessionWiring:
    """What the calls of a session share, and how the parts of each are created."""

    options: SessionOptions
    wiring: CallWiring
    sound: Sound
    notices: Notifier
    supervised: DeskCalls
    choices: PromptChoices
    """The prompts that the agent wants."""
    latest: LatestWiring
    """The wiring of the next call."""
    shipping: AfterCalls

    @property
    def parts(self) -> SessionParts:
        """What the session runs on."""
        options = self.options
        return SessionParts(
            self.sound.blocks,
            self.prepare_call,
            self.sound.speed,
            self.sound.speakers,
            devices=self.sound.devices,
            lag_s=self.sound.lag_s,
            warm_up=self.wiring.load_model or (lambda: None),
            close_source=self.sound.close,
            close_notices=self.close,
            choices=self.choices,
            save_choices=partial(own_prompts.save, config.file()),
            second_pass=self.second_pass,
            catch_up=self.catch_up if self.sound.kind == "live" else lambda _: None,
            prepare_unkept_call=partial(self.prepare_call, kept=False),
            follow_team=self.follow_team if options.settings.team.rollout_key else None,
        )

    def close(self) -> None:
        """Close the connections to other systems."""
        self.notices.close()
        self.supervised.close()
        self.shipping.close()

    def second_pass(self, folder: Path, go_on: Callable[[], bool]) -> None:
        """Add better words to a saved call that is over, and list it with them."""
        with harmless():
            if improve(folder, partial(self.wiring.second_pass, go_on=go_on)):
                CallIndex(self.options.settings.calls.catalogue).marked(folder)
                self.shipping.wake()

    def follow_team(self, is_between_calls: Callable[[], bool], stopped: Event) -> None:
        """Take the team's roll-outs until the session ends."""
        from monitor.rollout.look import follow  # loads an object store, which few machines have

        follow(self.options.settings, root_folder(self.options.calls), is_between_calls, stopped)

    def catch_up(self, go_on: Callable[[], bool]) -> None:
        """Do the same for the agent's calls of the last days whose program ended before it was done."""
        if not self.wiring.settings.words.second_pass or self.wiring.load_model is None:
            return
        now = datetime.now().astimezone()
        for folder in list(candidates(root_folder(self.options.calls), self.sound.agent, now)):
            if not go_on():
                break
            self.second_pass(folder, go_on)

    def prepare_call(self, details: CallDetails, *, kept: bool = True) -> CallParts:
        """Create the parts of a call.

        Raises:
            CallFolderError: its folder can't be created.
        """
        sound, options, wiring = self.sound, self.options, self.latest.of_next_call()
        if details == NOTHING_KNOWN:
            details = sound.known
        details = replace(details, agent=details.agent or sound.agent)
        info = wiring.info_with(wiring.info(sound.name, sound.speakers, sound.kind), details)
        info = replace(info, agent_channel=sound.agent_channel, mixed=sound.mixed)
        profiles = _profiles(info, sound.microphone)
        known = "agent" in profiles and profiles["agent"].level_dbfs is not None
        with ExitStack() as unless_complete:
            writer = None
            if kept:
                index = self.shipping.observer(CallIndex(options.settings.calls.catalogue))
                folder = wiring.writer(root_folder(options.calls), info, record=self.latest.record, index=index)
                writer = WritingThread(wiring.guard(folder, info, live=True))
                unless_complete.callback(writer.close)
            pipeline = wiring.pipeline(
                info, live=sound.speed != 0, gives_up=sound.speed in {None, 1.0}, profiles=profiles
            )
            unless_complete.callback(pipeline.close)
            notice = self.notices.of_call(info, writer.folder.name if writer else "")
            supervision = self.supervised.of_call(info, wiring.rulebook)
            parts = CallParts(
                pipeline,
                writer,
                partial(_learn, info, sound.microphone),
                tell_both(notice, supervision.tell),
                supervision=supervision,
                keep_wrong=partial(_keep_wrong, options.settings.agent.name, writer.folder)
                if writer
                else lambda _: None,
                usual_known=known,
                prompting=prompting(wiring.rulebook.rules),
                notes=(*sound.notes, *_notes(info, sound.microphone, known=known)),
            )
            unless_complete.pop_all()
        return parts


def open_session(options: SessionOptions) -> SessionParts:
    """Get everything ready that a session needs.

    Raises:
        SoundError: the recording cannot be used.
        DeviceError: a device is missing or cannot be opened.
        RuleError: a rule file is wrong.
        ConfigError: the settings switch off a kind of prompt that there is not.
        CallFolderError: there is no key to seal calls with; or, when a call starts, its folder can't be written to.
        WebhookError: the settings of the webhook are wrong.
        TelemetryError: the port for Prometheus is taken.
    """
    if isinstance(options.source, SoundCards):
        files.check_key()  # before the devices are opened
    remove_spools_without_call()
    wiring = CallWiring.of_session(options.settings, options.model, options.rules, options.engine)
    choices = own_prompts.choices_in(options.settings, wiring.rulebook, config.file())
    with ExitStack() as unless_it_opens:
        match options.source:
            case PlayedFile():
                sound = _of_recording(options.source, wiring)
            case SoundCards():
                sound = _of_devices(options.source, wiring)
        unless_it_opens.callback(sound.close)
        notices = Notifier(options.settings.webhook, options.prometheus_port)
        shipping = AfterCalls(options.settings, root_folder(options.calls))
        unless_it_opens.pop_all()
    supervised = DeskCalls(options.settings, shown=sound.speed in {None, 1.0})
    if sound.kind == "recording":
        choices = replace(choices, silent=0.0)  # whoever watches it being played can't change what the agent does
    latest = LatestWiring(wiring, options.rules, record=options.record)
    return SessionWiring(options, wiring, sound, notices, supervised, choices, latest, shipping).parts


def _of_recording(played: PlayedFile, wiring: CallWiring) -> Sound:
    recording = open_recording(played.path, played.agent, storage=played.storage or files.STORAGE, raw=played.raw)
    blocks = recording.sound(BLOCK_S)
    mixed = wiring.is_mixed(recording)
    return Sound(
        blocks=blocks,
        speakers=recording.speakers,
        name=text_of(played.path.name),
        kind="recording",
        speed=played.speed,
        known=played.known,
        mixed=mixed,
        notes=(f"{TWO_PEOPLE}: nothing is prompted.",) if mixed else (),
        agent_channel=played.agent,
    )


def _of_devices(cards: SoundCards, wiring: CallWiring) -> Sound:
    usual = wiring.settings.devices
    capture = Capture(cards.agent or usual.agent, cards.customer or usual.customer)
    while_open = ExitStack()
    while_open.enter_context(capture)
    return Sound(
        blocks=capture.blocks(),
        speakers=capture.speakers,
        name=capture.name,
        kind="live",
        agent=wiring.settings.agent.name,
        microphone=capture.microphone,
        notes=capture.notes,
        devices=capture.devices,
        lag_s=lambda: capture.lag_s,
        close=while_open.close,
    )


def _profiles(info: CallInfo, microphone: str) -> dict[Speaker, Usual]:
    if not microphone:
        return {}
    whose = (info.agent, microphone, info.started.date())
    usual = profile.load(*whose, engine=info.engine)
    if usual is None and (other := profile.elsewhere(*whose)) and other.engine == info.engine:
        usual = other.at_another_device()
    return {"agent": usual} if usual else {}


def _notes(info: CallInfo, microphone: str, *, known: bool) -> Iterator[str]:
    """What a call has to do without, besides sound."""
    if is_refused(info):
        yield REFUSED
    if microphone and not known and (engine := profile.other_engine(info.agent, microphone, info.engine)):
        yield (
            f"The voice profile was measured by {engine}, and this call is by {info.engine}: prompts start after 20 s "
            "of speech. Run tone-monitor calibrate."
        )
    elif microphone and not known and (other := profile.elsewhere(info.agent, microphone, info.started.date())):
        yield (
            f"The voice profile is for {other.device}, not for {microphone}: "
            "your volume is judged after 20 s of speech. Run tone-monitor calibrate."
        )


def _keep_wrong(agent: str, folder: Path, prompt: Prompt) -> None:
    with suppress(OSError):  # the prompt goes all the same, and the call is complete without it
        wrong_prompts.add(agent, WrongPrompt(f"{folder.parent.name}/{folder.name}", prompt.rule, prompt.since_s))


def _learn(info: CallInfo, microphone: str, heard: Usual, spoken_s: float) -> None:
    if microphone:
        with suppress(profile.ProfileError):  # the call is complete without it; `tone-monitor doctor` reports it
            profile.refresh(info.agent, microphone, heard, spoken_s, info.started.date(), engine=info.engine)
