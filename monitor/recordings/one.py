"""One recording through the whole pipeline."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from audio.block import AudioBlock, seconds
from audio.engines import DEFAULT, Engine
from audio.files.headerless import RawFormat
from audio.files.names import text_of
from audio.files.pair import PairedRecording, open_pair
from audio.files.recording import LONGEST_H, ONE_SPEAKER, AgentChannel, Recording, open_recording
from audio.files.storage import Storage
from audio.values import SoundLost
from monitor.call import hold
from monitor.call.analysis import Analysis
from monitor.call.consent import Consent
from monitor.call.events import CallEvent, Ended, Gap
from monitor.call.files import STORAGE
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, readable_info
from monitor.call.sink import MemorySink
from monitor.call.summary import analysed_call, analysis
from monitor.catalogue.live_rows import ImportIndex
from monitor.live.call_wiring import AHEAD_S, CallWiring
from monitor.pipeline.one_track import TWO_PEOPLE
from monitor.pipeline.pipeline import Pipeline
from monitor.recordings.recorded_call import RecordedCall
from monitor.recordings.same_sound import drop, earlier_call, one_at_a_time
from monitor.recordings.separation import AnySound, separate
from monitor.sealed import sealing
from monitor.second_pass.saved_call import harmless
from monitor.settings import config

IMPORTED_LATE = "imported after its retention period"
"""Why such a call is on hold."""

OnProgress = Callable[[float, float], None]
Sound = Recording | PairedRecording


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """How a recording is analysed; see `analyze`."""

    settings: config.Settings
    """Read once, by the command or `monitor.analyze`."""
    agent: AgentChannel = "left"
    """The agent's channel, unless it is known of the recording."""
    model: str = "default"
    rules: tuple[Path, ...] = ()
    calls: Path | None = None
    longest_h: float = LONGEST_H
    again: bool = False
    """Whether sound that is saved already is saved once more."""
    skip_known: bool = False
    """Whether sound that is saved already is not analysed at all."""
    separate: bool = False
    """Whether two people on one track are told apart by their voices."""
    keep_until: date | None = None
    """Keep the call until this day, whatever its age."""
    raw: RawFormat | None = None
    """How recordings are read that have no header and no suffix that says so."""
    storage: Storage = STORAGE
    """How recordings are opened."""
    engine: Engine = DEFAULT
    """What measures tone."""


@dataclass(frozen=True, slots=True)
class Analyzed:
    """What became of a recording."""

    analysis: Analysis | None
    """None if it was skipped."""
    folder: Path | None = None
    """Where the call is saved."""
    earlier: str = ""
    """The call that has the same sound, as day and folder name; then no other is saved."""
    unlike: tuple[str, ...] = ()
    """What is known of the recording now and not in that call: the names of the fields."""
    past: bool = False
    """Whether it was skipped as it is past its retention period."""


def analyze(  # noqa: PLR0913 - the Python API: one argument an option of the command
    path: Path | str,
    *,
    agent: AgentChannel = "left",
    model: str = "default",
    rules: Sequence[Path] = (),
    calls: Path | None = None,
    progress: OnProgress | None = None,
    longest_h: float = LONGEST_H,
    engine: Engine = DEFAULT,
) -> Analysis:
    """Measure and transcribe a recording, and apply the rules.

    Digits that must not be kept are masked and silenced, unless the settings turn the card guard off.

    Args:
        path: any file that libsndfile or FFmpeg reads.
        agent: the agent's channel; "mono" for a recording of one speaker.
        model: a faster-whisper name, a folder, "default" for the built-in one, "none" for tone without words.
        rules: a team's rule files, which extend and override the shipped rules.
        calls: the folder to save the call in, unless it holds a call with the same sound; None to save nothing.
        progress: called repeatedly with the seconds done and the length of the recording, as far as it is known; an
            exception from it ends the work.
        longest_h: the longest recording accepted, in hours.
        engine: what measures tone: "swift", or "librosa" for microphones with a wide band.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found or loaded.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder can't be written to.
        ConfigError: the settings cannot be used.
    """
    options = AnalysisOptions(
        settings=config.settings(),
        agent=agent,
        model=model,
        rules=tuple(rules),
        calls=calls,
        longest_h=longest_h,
        engine=engine,
    )
    found = analyze_recording(RecordedCall((Path(path),)), options, progress).analysis
    assert found  # noqa: S101 - nothing was to be skipped
    return found


def analyze_one_of_many(call: RecordedCall, options: AnalysisOptions, progress: OnProgress | None = None) -> Analyzed:
    """The same as `analyze_recording`, with rules that are read once for all recordings of a program."""
    return analyze_recording(
        call, options, progress, shared_wiring(options.settings, options.model, options.rules, options.engine)
    )


def analyze_recording(
    call: RecordedCall,
    options: AnalysisOptions,
    progress: OnProgress | None = None,
    wiring: CallWiring | None = None,
) -> Analyzed:
    """Measure and transcribe a recording, apply the rules, and save it as a call; raises as `analyze` does.

    A call whose analysis fails is not saved; one that is stopped by Ctrl-C is kept as far as it goes, and replaced when
    the recording is analysed again.
    """
    sealing.use(lambda: options.settings.privacy)
    agent = call.known.agent_channel or options.agent
    sound: AnySound = open_call(call, agent, options, progress)
    wiring = wiring or CallWiring.of(options.settings, options.model, options.rules, options.engine)
    info = replace(
        wiring.info(call.name, sound.speakers, "recording"),
        agent_channel=agent,
        sound_hash=sound.sound_hash,
    )
    details = call.known.details
    info = wiring.info_with(info, replace(details, consent=details.consent or Consent()))
    if options.separate:
        sound, info = separate(sound, wiring, info, call.known.agent_channel)
    else:
        info = replace(info, mixed=wiring.is_mixed(sound))
    url = options.settings.calls.catalogue
    earlier, writer = "", None
    unlike: tuple[str, ...] = ()
    if root := options.calls:
        with one_at_a_time(root):
            earlier = "" if options.again else earlier_call(root, url, sound.sound_hash)
            unlike = _unlike(call, root / earlier) if earlier else ()
            if earlier and options.skip_known:
                return Analyzed(None, root / earlier, earlier, unlike)
            writer = None if earlier else wiring.writer(root, info, index=ImportIndex(url))
    try:
        if writer and options.keep_until:
            made = datetime.now().astimezone().isoformat(timespec="seconds")
            hold.put(writer.folder, hold.Hold(options.keep_until, IMPORTED_LATE, "", made))
        found = analyze_sound(sound, wiring, info, writer, progress)
    except Exception:
        if root and writer:
            drop(root, url, writer.folder)
        raise
    call_source = " + ".join(map(text_of, call.files))
    found = replace(found, call=replace(found.call, source=call_source))
    return Analyzed(found, writer.folder if writer else None, earlier, unlike)


def _unlike(call: RecordedCall, folder: Path) -> tuple[str, ...]:
    info = readable_info(folder)
    return call.known.unlike(info) if info else ()


@lru_cache(maxsize=1)
def shared_wiring(settings: config.Settings, model: str, rules: tuple[Path, ...], engine: Engine) -> CallWiring:
    """What all calls of a process share: the rules are read once, and the model stays loaded."""
    return CallWiring.of(settings, model, rules, engine)


def analyze_sound(
    sound: AnySound, wiring: CallWiring, info: CallInfo, writer: CallWriter | None, progress: OnProgress | None = None
) -> Analysis:
    """Measure and transcribe a sound and apply the rules.

    Args:
        sound: of the call.
        wiring: gives the call its parts.
        info: who, when and with what.
        writer: saves the call, and is closed; None to save nothing.
        progress: as for `analyze`.
    """
    kept = events_of(sound, wiring, info, writer, progress, again=True)
    call = analysed_call(info, sound.duration_s, kept.folder.name)
    notes = (*_notes(sound, mixed=info.mixed), wiring.model_note(info))
    return analysis(replace(call, notes=tuple(filter(None, notes))), kept.events)


def events_of(  # noqa: PLR0913 - those of `analyze_sound`
    sound: AnySound,
    wiring: CallWiring,
    info: CallInfo,
    writer: CallWriter | None,
    progress: OnProgress | None = None,
    *,
    again: bool = False,
) -> MemorySink:
    """The events that `analyze_sound` sums up; its arguments are the same.

    `again` tells whether what was heard badly is transcribed once more, for the transcript.
    """
    with ExitStack() as stack:
        kept = MemorySink(writer, sound=False)
        guard = stack.enter_context(closing(wiring.guard(kept, info, live=False)))
        pipeline = stack.enter_context(closing(wiring.pipeline(info, live=False)))
        heard_s = 0.0
        try:
            for heard in _heard(sound, pipeline, progress):
                if isinstance(heard, AudioBlock):
                    heard_s = round(seconds(heard.end), 3)
                    guard.hear(heard)
                else:
                    guard.note(heard)
        except (Exception, KeyboardInterrupt) as error:
            guard.note(Ended(heard_s, "stopped" if isinstance(error, KeyboardInterrupt) else "error"))
            raise
        guard.note(Ended(heard_s, "end of sound"))
        with harmless():
            for better in wiring.second_pass(sound.sound(AHEAD_S), info, kept.events) if again else ():
                kept.note(better)
    return kept


def _notes(sound: AnySound, *, mixed: bool) -> tuple[str, ...]:
    if not mixed:
        return sound.notes
    return (f"{TWO_PEOPLE}: nothing is measured or prompted.", *(one for one in sound.notes if ONE_SPEAKER not in one))


def open_call(call: RecordedCall, agent: AgentChannel, options: AnalysisOptions, progress: OnProgress | None) -> Sound:
    """The sound of a recorded call; arguments and errors are those of `analyze_recording`."""

    def looked_through(so_far_s: float) -> None:
        if progress:
            progress(0.0, so_far_s)

    if len(call.files) == 1:
        return open_recording(
            call.files[0],
            agent,
            longest_h=options.longest_h,
            looked_through=looked_through,
            storage=options.storage,
            raw=options.raw,
        )
    return open_pair(
        *call.sides(agent),
        longest_h=options.longest_h,
        looked_through=looked_through,
        storage=options.storage,
        raw=options.raw,
    )


def _heard(sound: AnySound, pipeline: Pipeline, progress: OnProgress | None) -> Iterator[AudioBlock | CallEvent]:
    """The sound and the events found in it, in order."""
    for number, block in enumerate(sound.sound(AHEAD_S)):
        if isinstance(block, SoundLost):
            yield Gap(block.start_s, block.end_s, "sound", block.why, block.speaker)
            continue
        yield block
        yield from pipeline.feed(block)
        if number == 0:
            pipeline.wait_until_loaded()
        if progress:
            progress(seconds(block.end), sound.duration_s)
    yield from pipeline.flush()
