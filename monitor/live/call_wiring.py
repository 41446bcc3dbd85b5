"""The composition root of a call: the one place where its parts are put together, live or from a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from audio.block import AudioBlock, Speaker
from audio.engines import DEFAULT, Engine
from audio.values import HeardAgain, SoundLost, Usual
from audio.words.model import ModelError
from monitor.call.consent import Consent
from monitor.call.events import CallEvent
from monitor.call.folder import CallObserver, CallWriter
from monitor.call.info import CallDetails, CallInfo, CallKind, new_info
from monitor.call.sink import LateEventSink
from monitor.catalogue.live_rows import CallIndex
from monitor.pipeline import one_track
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.one_track import OneTrack
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.whisper_model import NONE, SharedModel, UnusableModel, loader
from monitor.privacy.guard import CardGuard, guarded
from monitor.second_pass.hearing import heard_again
from monitor.settings.config import Settings
from monitor.whisper.wire_format import Urgency
from rules.load import load
from rules.rulebook import Rulebook

AHEAD_S = 10.0
"""A recording is measured in long pieces: the result is the same as frame by frame, at a fraction of the cost."""


class Recorded(Protocol):
    """Sound that can be read more than once."""

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Who is in it."""

    def sound(self, piece_s: float, /) -> Iterator[AudioBlock | SoundLost]:
        """Read it."""


@dataclass(frozen=True, slots=True, eq=False)
class CallWiring:
    """What all calls of a session or recording share, and how each gets its parts."""

    settings: Settings
    rulebook: Rulebook
    model: str
    load_model: SharedModel | UnusableModel | None
    """None for tone without words."""
    engine: Engine = DEFAULT
    """What measures tone."""

    @classmethod
    def of(cls, settings: Settings, model: str, rules: Sequence[Path], engine: Engine = DEFAULT) -> Self:
        """Load the shipped rules and a team's rule files, and find the Whisper model.

        Raises:
            RuleError: a rule file is wrong.
            ModelError: the model cannot be found.
        """
        words = settings.words
        found = loader(model, device=words.device, compute_type=words.compute_type)
        return cls(settings, load(rules, metrics=BY_NAME, damage_ok=True), found.name if found else NONE, found, engine)

    @classmethod
    def of_session(cls, settings: Settings, model: str, rules: Sequence[Path], engine: Engine = DEFAULT) -> Self:
        """The same for a session, which does without words if the model cannot be found, and says why.

        Raises:
            RuleError: a rule file is wrong.
        """
        try:
            return cls.of(settings, model, rules, engine)
        except ModelError as error:
            wordless = cls.of(settings, NONE, rules, engine)
            return replace(wordless, model=model, load_model=UnusableModel(error, model))

    def info(self, source: str, speakers: tuple[Speaker, ...], kind: CallKind) -> CallInfo:
        """What call.toml says of a call that starts now, before anything is known of the people in it.

        Args:
            source: name of the file or of the devices.
            speakers: in the call.
            kind: whether its agent can see prompts.
        """
        info = new_info(source, speakers, self.model, self.rulebook.fingerprint, kind)
        return replace(info, engine=self.engine)

    def is_mixed(self, recording: Recorded) -> bool:
        """Whether a recording holds two people on one track, of whom neither can be judged."""
        alone = len(recording.speakers) == 1
        return alone and one_track.is_mixed(recording.sound(AHEAD_S), self.rulebook.one_track)

    def one_track(self, recording: Recorded) -> OneTrack:
        """The same, with who speaks when if the two voices can be told apart."""
        return one_track.told_apart(recording.sound(AHEAD_S), self.rulebook.one_track)

    def info_with(self, info: CallInfo, details: CallDetails) -> CallInfo:
        """The same with what whoever starts the call knows of it; after a refusal the call has no words.

        Where consent is not known, the settings stand in.
        """
        usual = self.settings.calls
        started = details.started or info.started
        consent = (details.consent or Consent(usual.consent, method=usual.consent_method)).settled(started)
        info = replace(
            info,
            started=started,
            agent=details.agent,
            customer=details.customer,
            attributes=details.attributes,
            consent=consent,
        )
        return replace(info, model=NONE) if is_refused(info) else info

    def writer(
        self, root: Path, info: CallInfo, *, record: bool = True, index: CallObserver | None = None
    ) -> CallWriter:
        """Create the folder of a call and list it in the catalogue; without sound if consent was refused.

        Args:
            root: the folder of all calls.
            info: who and when.
            record: whether the sound is kept.
            index: lists it; by default, it is kept listed while the call lasts.

        Raises:
            CallFolderError: the folder cannot be made.
        """
        index = index or CallIndex(self.settings.calls.catalogue)
        return CallWriter(root, info, record=record and not is_refused(info), observer=index)

    def guard(self, sink: LateEventSink, info: CallInfo, *, live: bool) -> CardGuard:
        """Put the card guard in front of the sink of a call."""
        # A recording without words is guarded as if words came: the log stays the same, and nobody has to wait.
        words = not live or info.model != NONE
        return guarded(sink, info.speakers, on=self.settings.privacy.card_guard, live=live, words=words)

    def pipeline(
        self,
        info: CallInfo,
        *,
        live: bool,
        gives_up: bool = False,
        profiles: Mapping[Speaker, Usual] | None = None,
    ) -> Pipeline:
        """Create the pipeline of a call; the arguments are those of `Pipeline`."""
        return Pipeline(
            info.speakers,
            replace(self.rulebook, rules=(), items=(), checklists=()) if info.mixed else self.rulebook,
            self._load_model(info, urgency=Urgency.LIVE if gives_up else Urgency.RECORDING),
            live=live,
            gives_up=gives_up,
            profiles=profiles,
            attributes=info.attributes,
            engine=self.engine,
            language=self.settings.words.language,
        )

    def second_pass(
        self,
        sound: Iterable[AudioBlock | SoundLost],
        info: CallInfo,
        events: Iterable[CallEvent],
        go_on: Callable[[], bool] = lambda: True,
    ) -> tuple[HeardAgain, ...]:
        """Transcribe once more what was heard badly in a call that is over, if the settings want it.

        Args:
            sound: of the call, from its start.
            info: of the call.
            events: of the call, as they are kept.
            go_on: see `heard_again`.

        Raises:
            ModelError: the model cannot be loaded.
        """
        load = self._load_model(info, Urgency.AGAIN) if self.settings.words.second_pass else None
        guarded = self.settings.privacy.card_guard
        return heard_again(sound, events, load, guarded=guarded, go_on=go_on) if load else ()

    def model_note(self, info: CallInfo) -> str:
        """Why the words of a call are not by the best model that there is; empty if they are, or if there are none."""
        load = self._load_model(info, Urgency.RECORDING)
        try:
            return (load().note or load.because) if load else ""
        except ModelError:
            return ""

    def _load_model(self, info: CallInfo, urgency: Urgency) -> SharedModel | UnusableModel | None:
        return None if info.model == NONE or self.load_model is None else self.load_model.at(urgency)


def is_refused(info: CallInfo) -> bool:
    """Whether the customer refused to be recorded."""
    return info.consent.status == "refused"
