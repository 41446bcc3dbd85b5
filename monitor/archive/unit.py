"""A unit of work: one recorded call into one row of the lake, done once whatever happens.

`work` is what every engine maps: the processes of `--jobs`, shards, Dask, Ray. It is a plain function of a value that
can be pickled, it starts well in a new process, and the rules and the model stay loaded for the next unit there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from audio.files.encoding import SoundError
from audio.files.recording import AgentChannel
from monitor.archive.columns import CALL
from monitor.archive.errors import LakeError
from monitor.archive.key import MEASURES, digest, figures_key
from monitor.archive.lake import Lake
from monitor.archive.row import Openness, details, figures
from monitor.base.failures import EXPECTED, told_as
from monitor.base.version import __version__
from monitor.call.consent import Consent
from monitor.call.info import CallInfo
from monitor.call.summary import analysed_call, analysis
from monitor.export.tables.column import Row
from monitor.live.call_wiring import CallWiring
from monitor.objects.errors import NoObjectError
from monitor.recordings.one import AnalysisOptions, OnProgress, Sound, events_of, open_call, shared_wiring
from monitor.recordings.patience import Patience
from monitor.recordings.plan import dated
from monitor.recordings.recorded_call import RecordedCall, fault_of_ours
from monitor.recordings.separation import AnySound, separate
from monitor.sealed import sealing
from monitor.store.copies import copies
from monitor.store.objects import StoredObject

How = Literal["worked", "rewritten", "known", "elsewhere", "too old"]
"""What was done: analysed; its metadata corrected; nothing, as it was there, as another worker is at it, or as it is
past its retention period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One recorded call of an archive, and all that is needed to work it anywhere."""

    call: RecordedCall
    name: str
    """Its place in the archive, the same on every machine: the path below the folder that was given."""
    revision: str
    """What changes when its files do: their sizes and times, or what an object store says."""
    options: AnalysisOptions
    lake: Path
    openness: Openness = field(default_factory=Openness)
    timeout_s: float | None = None
    """How long it may take; None to go by its length."""
    file_date: bool = False
    """Whether a recording that nobody knows a date of started when its file was last changed."""
    oldest: date | None = None
    """The first day of which anything may be kept."""
    objects: tuple[StoredObject, ...] = ()
    """What to fetch from an object store instead of reading the files of the call; all of them or none."""
    version: str = __version__
    """Of the program that planned it; a worker of another version refuses it."""


@dataclass(frozen=True, slots=True)
class Done:
    """A unit whose row is in the lake, or is being made by another worker."""

    name: str
    recording: str
    """Id of the recording: of its place in the archive."""
    call: str
    """Id of the call: of its sound."""
    how: How
    mark: str
    """By which the unit is found done without opening its files: see `mark_of`."""
    duration_s: float = 0.0
    remark: str = ""
    """What is to be said of it, such as that the file is truncated."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A unit without a row."""

    name: str
    recording: str
    sentence: str
    """What went wrong and what to do."""
    mark: str
    lasting: bool = True
    """Whether the same recording would fail again; not where the lake or the worker is to blame."""


def recording_id(secret: bytes, name: str) -> str:
    """The id of a recording by its place in the archive."""
    return digest(secret, "recording", name)


def mark_of(secret: bytes, unit: Unit) -> str:
    """A hash of all that is known of a unit before its files are opened; while it stays the same, so does its row.

    Raises:
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
    """
    options = unit.options
    known = (
        (unit.revision, unit.call.known, unit.call.customer_late_s, unit.openness, unit.file_date),
        (options.agent, options.separate, options.raw, options.engine, options.model),
        (_wiring(options).rulebook.fingerprint, MEASURES),
        (options.settings.privacy.card_guard, options.settings.calls.consent, options.settings.calls.consent_method),
    )
    return digest(secret, "unit", unit.name, msgspec.json.encode(known, order="sorted").decode())


def work(unit: Unit, progress: OnProgress | None = None) -> Done | Failed:
    """Put the row of a recorded call into the lake, unless it is there.

    It raises nothing: whatever goes wrong with one recording is its `Failed`, with a sentence. One that takes too long
    fails, too; one that hangs in a library has to be ended from outside, see `Patience.killed_after_s`.

    Args:
        unit: what to work.
        progress: as for `monitor.analyze`.
    """
    recording = mark = ""
    try:
        _check_version(unit.version)
        lake = Lake(unit.lake)
        recording, mark = recording_id(lake.secret, unit.name), mark_of(lake.secret, unit)
        patient = Patience(unit.timeout_s).gives_up(unit.name, progress or (lambda *_: None))
        with _files_here(unit) as here:
            return _done(here, lake, recording, mark, patient)
    except (SoundError, NoObjectError) as error:
        return Failed(unit.name, recording, told_as(error), mark)
    except EXPECTED as error:  # of the lake, the model, the rules: not the recording's fault
        return Failed(unit.name, recording, told_as(error), mark, lasting=False)
    except Exception as error:  # noqa: BLE001 - a fault of ours costs this recording, and not the others
        return Failed(unit.name, recording, fault_of_ours(unit.name, error), mark)


@contextmanager
def _files_here(unit: Unit) -> Iterator[Unit]:
    """The unit with files of this machine: its own, or copies of its objects for as long as it is worked."""
    if not unit.objects:
        yield unit
        return
    with copies(unit.objects) as files:
        try:
            yield replace(unit, call=replace(unit.call, files=files))
        except SoundError as error:
            text = str(error)
            for path, one in zip(files, unit.objects, strict=True):
                text = text.replace(str(path), one.url)
            raise SoundError(text) from error


def _check_version(planned_by: str) -> None:
    if planned_by != __version__:
        raise LakeError(f"This worker has Tone Monitor {__version__}, and the run {planned_by}. Install one version.")


def _wiring(options: AnalysisOptions) -> CallWiring:
    return shared_wiring(options.settings, options.model, options.rules, options.engine)


def _done(unit: Unit, lake: Lake, recording: str, mark: str, progress: OnProgress) -> Done:
    # Here, and not when the run was planned, as a file may hang or crash whatever reads its tags.
    unit = replace(unit, call=dated(unit.call, file_date=unit.file_date))
    started = unit.call.known.started
    if started and unit.oldest and started.date() < unit.oldest:
        return Done(unit.name, recording, "", "too old", mark)
    options, secret = unit.options, lake.secret
    sealing.use(lambda: options.settings.privacy)
    agent = unit.call.known.agent_channel or options.agent
    sound = open_call(unit.call, agent, options, progress)
    call = digest(secret, "call", sound.sound_hash)
    done = Done(unit.name, recording, call, "worked", mark, sound.duration_s, _remark(sound))
    with lake.working_on(call) as ours:
        if not ours:
            return replace(done, how="elsewhere")
        info = _info(unit, sound, agent)
        key = figures_key(secret, options, _wiring(options).rulebook, info, unit.call)
        about = details(secret, info, unit.openness, dated=started is not None)
        origin: Row = {
            CALL.name: call,
            "recording": recording,
            "key": key,
            "about": digest(secret, "about", msgspec.json.encode(about, order="sorted").decode()),
            "measures": MEASURES,
        }
        there = None if options.again else lake.row(call, (*origin, "rules", "model"))
        match _needed(there, origin, info):
            case "known":
                return replace(done, how="known")
            case "rewritten":
                lake.put((lake.row(call) or {}) | about | origin)
                return replace(done, how="rewritten")
        heard, info = _heard(unit, sound, info)
        noted = events_of(heard, _wiring(options), info, None, progress)
        found = analysis(analysed_call(info, heard.duration_s), noted.events)
        lake.put(figures(info, found, noted.noted) | about | origin)
    return done


def _info(unit: Unit, sound: Sound, agent: AgentChannel) -> CallInfo:
    """With what a sound is analysed, and what is known of it."""
    wiring, known = _wiring(unit.options), unit.call.known.details
    info = replace(
        wiring.info(unit.call.name, sound.speakers, "recording"),
        agent_channel=agent,
        sound_hash=sound.sound_hash,
    )
    return wiring.info_with(info, replace(known, consent=known.consent or Consent()))


def _heard(unit: Unit, sound: Sound, info: CallInfo) -> tuple[AnySound, CallInfo]:
    """The sound as it is measured, with its voices told apart if that is wanted."""
    wiring = _wiring(unit.options)
    if unit.options.separate:
        return separate(sound, wiring, info, unit.call.known.agent_channel)
    return sound, replace(info, mixed=wiring.is_mixed(sound))


def _needed(there: Row | None, origin: Row, info: CallInfo) -> How:
    """What has to be done for a call of which a row is there.

    Of two recordings with the same sound, the one whose id comes first counts, so that their order does not matter.

    Raises:
        LakeError: a newer version has made the row.
    """
    if there is None:
        return "worked"
    if there["measures"] > MEASURES:
        raise LakeError("A newer version of Tone Monitor has analysed this recording. Install that version here, too.")
    stale = (there["measures"], there["rules"], there["model"]) != (MEASURES, info.rules, info.model)
    if stale:
        return "worked"
    if there["recording"] < origin["recording"]:
        return "known"
    if there["key"] != origin["key"]:
        return "worked"
    same = (there["recording"], there["about"]) == (origin["recording"], origin["about"])
    return "known" if same else "rewritten"


def _remark(sound: Sound) -> str:
    return next((gap.why for gap in sound.gaps if gap.start_s == gap.end_s), "")
