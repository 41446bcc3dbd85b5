"""What the calls of a worker share, and how each gets its parts."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast, get_args

from audio.block import Speaker, seconds
from audio.values import Usual
from monitor.agent.gauge_metrics import prompting
from monitor.call.consent import Consent
from monitor.call.events import Gap
from monitor.call.folder import CallWriter, root_folder
from monitor.call.info import CallDetails, CallInfo
from monitor.call.telephone.agent_parts import current_agent
from monitor.catalogue.live_rows import CallIndex
from monitor.live.call_wiring import CallWiring, is_refused
from monitor.live.latest_wiring import LatestWiring
from monitor.live.parts import CallParts
from monitor.live.writer_thread import WritingThread
from monitor.notify.notify import Notifier, tell_both
from monitor.pipeline.pipeline import Pipeline
from monitor.serve.orders import CallBegins
from monitor.serve.worker.call_pipeline import CallPipeline, Learn
from monitor.serve.worker.next_wiring import NextWiring
from monitor.serve.worker.worker_wall import WorkerWall
from monitor.serve.worker_options import WorkerOptions
from monitor.settings.config import Settings
from monitor.settings.consent import ConsentStatus
from monitor.setup import profile
from monitor.upkeep.reopen import reopened

TELEPHONE = "telephone"
"""The device under which the profiles of agents are kept whose calls come from the telephone system."""
SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")


@dataclass(frozen=True, slots=True, eq=False)
class OpenCall:
    """The parts of a call that begins or continues."""

    info: CallInfo
    parts: CallParts
    pipeline: CallPipeline
    folder: CallWriter | None
    """None if it is not kept."""
    wiring: CallWiring
    """By which it is measured and judged until it is over."""
    on_hold: bool = False
    """Whether the customer was on hold where another worker lost it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shop:
    """What the calls of a worker share."""

    settings: Settings
    next: NextWiring
    load_model: Callable[[], object] | None
    """Loads the Whisper model; None for tone without words."""
    notices: Notifier
    calls: Path | None
    wall: WorkerWall

    @classmethod
    def of(cls, options: WorkerOptions) -> "Shop":
        """Load rules and find the model; raises what `CallWiring.of` does."""
        settings, rules = options.settings, tuple(map(Path, options.rules))
        wiring = CallWiring.of(settings, options.model, rules, options.engine)
        latest = LatestWiring(wiring, rules, record=options.record, version=options.version)
        calls = Path(options.calls) if options.calls else None
        notices = Notifier(settings.webhook, None)
        return cls(settings, NextWiring(latest), wiring.load_model, notices, calls, WorkerWall(settings))

    def open(self, begins: CallBegins, start: int) -> OpenCall:
        """Create the parts of a call, or take them up where another worker lost them.

        Args:
            begins: what is known of it.
            start: media index of the first sample that this worker has.

        Raises:
            CallFolderError: its folder can't be created or continued.
        """
        with self.next.of_call() as wiring:
            if begins.folder:
                return self._continued(wiring, begins, start)
            info = wiring.info_with(
                wiring.info(begins.dialect, SPEAKERS, "live"),
                CallDetails(
                    customer=begins.customer_id,
                    attributes={**begins.attributes, "call_id": begins.id},
                    consent=consent_of(begins.consent),
                    agent=begins.agent,
                    started=datetime.now(UTC).astimezone(),
                ),
            )
            folder = wiring.writer(root_folder(self.calls), info, record=self.next.record)
            return self._parts(wiring, begins.id, info, folder, start)

    def unkept(self, begins: CallBegins, start: int) -> OpenCall:
        """The parts of a call whose folder can't be created."""
        details = CallDetails(customer=begins.customer_id, agent=begins.agent, consent=consent_of(begins.consent))
        with self.next.of_call() as wiring:
            info = wiring.info_with(wiring.info(begins.dialect, SPEAKERS, "live"), details)
            return self._parts(wiring, begins.id, info, None, start)

    def part(self, wiring: CallWiring, info: CallInfo, agent: str) -> tuple[Pipeline, Learn]:
        """What measures an agent's part of a call, and what takes her usual values at its end."""
        own = replace(info, agent=agent)
        pipeline = wiring.pipeline(own, live=True, gives_up=True, profiles=_profiles(own))
        return pipeline, partial(_learn, own)

    def _continued(self, wiring: CallWiring, begins: CallBegins, start: int) -> OpenCall:
        found = reopened(Path(begins.folder))
        kept = self.next.record and not is_refused(found.info)
        index = CallIndex(self.settings.calls.catalogue)
        root = found.before.folder.parents[1]
        folder = CallWriter(root, found.info, record=kept, observer=index, before=found.before)
        opened = self._parts(wiring, begins.id, found.info, folder, start, found.written)
        if opened.parts.writer:
            why = "The program that measured the call broke off. Another one has continued it."
            until_s = max(found.heard_s, seconds(start))
            opened.parts.writer.note(Gap(round(found.heard_s, 3), round(until_s, 3), "sound", why))
        return replace(opened, on_hold=found.on_hold)

    def _parts(  # noqa: PLR0913, PLR0917 - what a call is made of
        self, wiring: CallWiring, id_: str, info: CallInfo, folder: CallWriter | None, start: int, written: int = 0
    ) -> OpenCall:
        own = replace(info, agent=current_agent(info))
        pipeline = CallPipeline(*self.part(wiring, info, own.agent), start)
        writer = None
        if folder:
            guard = wiring.guard(folder, info, live=True)
            if written:
                guard.take_up((), (), written)
            writer = WritingThread(guard)
        supervision = self.wall.of_call(id_, own, wiring.rulebook)
        parts = CallParts(
            pipeline,
            writer,
            notify=tell_both(self.notices.of_call(info, writer.folder.name if writer else ""), supervision.tell),
            supervision=supervision,
            usual_known="agent" in _profiles(own),
            prompting=prompting(wiring.rulebook.rules),
        )
        return OpenCall(info, parts, pipeline, folder, wiring)


def consent_of(status: str) -> Consent | None:
    """What a platform says of consent; None if it says nothing that the settings know."""
    return Consent(cast("ConsentStatus", status)) if status in get_args(ConsentStatus) else None


def _profiles(info: CallInfo) -> Mapping[Speaker, Usual]:
    usual = profile.load(info.agent, TELEPHONE, info.started.date(), engine=info.engine) if info.agent else None
    return {"agent": usual} if usual else {}


def _learn(info: CallInfo, heard: Usual, spoken_s: float) -> None:
    if info.agent:
        with suppress(profile.ProfileError):
            profile.refresh(info.agent, TELEPHONE, heard, spoken_s, info.started.date(), engine=info.engine)
