"""One recording through the whole pipeline."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from audio.block import AudioBlock, seconds
from audio.files.recording import LONGEST_H, AgentChannel, Recording, open_recording
from monitor.call.analysis import Analysis
from monitor.call.events import CallEvent, Ended, Gap
from monitor.call.files import STORAGE
from monitor.call.sink import MemorySink
from monitor.call.summary import analysed_call, analysis
from monitor.live.call_wiring import CallWiring
from monitor.pipeline.pipeline import Pipeline
from monitor.sealed import sealing
from monitor.settings import config

AHEAD_S = 10.0
"""A recording is measured in long pieces: the result is the same as frame by frame, at a fraction of the cost."""

OnProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """How a recording is analysed; see `analyze`."""

    settings: config.Settings
    """Read once, by the command or `monitor.analyze`."""
    agent: AgentChannel = "left"
    model: str = "default"
    rules: tuple[Path, ...] = ()
    calls: Path | None = None
    longest_h: float = LONGEST_H


def analyze(  # noqa: PLR0913 - the Python API: one argument an option of the command
    path: Path | str,
    *,
    agent: AgentChannel = "left",
    model: str = "default",
    rules: Sequence[Path] = (),
    calls: Path | None = None,
    progress: OnProgress | None = None,
    longest_h: float = LONGEST_H,
) -> Analysis:
    """Measure and transcribe a recording, and apply the rules.

    Digits that must not be kept are masked and silenced, unless the settings turn the card guard off.

    Args:
        path: any file that libsndfile or FFmpeg reads.
        agent: the agent's channel; "mono" for a recording of one speaker.
        model: a faster-whisper name, a folder, "default" for the built-in one, "none" for tone without words.
        rules: a team's rule files, which extend and override the shipped rules.
        calls: the folder to save the call in; None to save nothing.
        progress: called repeatedly with the seconds done and the length of the recording, as far as it is known; an
            exception from it ends the work.
        longest_h: the longest recording accepted, in hours.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found or loaded.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder can't be written to.
        ConfigError: the settings cannot be used.
    """
    options = AnalysisOptions(
        settings=config.settings(), agent=agent, model=model, rules=tuple(rules), calls=calls, longest_h=longest_h
    )
    return analyze_recording(Path(path), options, progress)


def analyze_recording(path: Path, options: AnalysisOptions, progress: OnProgress | None = None) -> Analysis:
    """Measure and transcribe a recording, and apply the rules; raises as `analyze` does."""
    sealing.use(lambda: options.settings.privacy)
    recording = open_recording(
        path,
        options.agent,
        longest_h=options.longest_h,
        looked_through=lambda so_far_s: progress(0.0, so_far_s) if progress else None,
        storage=STORAGE,
    )
    wiring = CallWiring.of(options.settings, options.model, options.rules)
    info = wiring.info(recording.path.name, recording.speakers, "recording")
    with ExitStack() as stack:
        pipeline = stack.enter_context(closing(wiring.pipeline(info, live=False)))
        kept = MemorySink(wiring.writer(options.calls, info) if options.calls else None, sound=False)
        guard = stack.enter_context(closing(wiring.guard(kept, info, live=False)))
        heard_s = 0.0
        try:
            for heard in _heard(recording, pipeline, progress):
                if isinstance(heard, AudioBlock):
                    heard_s = round(seconds(heard.end), 3)
                    guard.hear(heard)
                else:
                    guard.note(heard)
        except (Exception, KeyboardInterrupt) as error:
            guard.note(Ended(heard_s, "stopped" if isinstance(error, KeyboardInterrupt) else "error"))
            raise
        if recording.broken:
            guard.note(Gap(recording.duration_s, recording.duration_s, "sound", recording.broken))
        guard.note(Ended(heard_s, "end of sound"))
    call = analysed_call(info, recording.duration_s, kept.folder.name)
    return analysis(replace(call, source=str(path), notes=recording.notes), kept.events)


def _heard(recording: Recording, pipeline: Pipeline, progress: OnProgress | None) -> Iterator[AudioBlock | CallEvent]:
    """The sound and the events found in it, in order."""
    for number, block in enumerate(recording.blocks(AHEAD_S)):
        yield block
        yield from pipeline.feed(block)
        if number == 0:
            pipeline.wait_until_loaded()
        if progress:
            progress(seconds(block.end), recording.duration_s)
    yield from pipeline.flush()
