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
"""A recording is measured in long stretches, which costs a fraction of doing it frame by frame and gives the same."""

OnProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """How a recording is analysed; see `analyze`."""

    settings: config.Settings
    """Read once, by the command or by `monitor.analyze`."""
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
    """Measure, transcribe and judge a recording.

    Digits that must not be kept are masked, and their sound is silent, unless the settings switch the card guard off.

    Args:
        path: any file that libsndfile or FFmpeg reads.
        agent: the agent's channel; "mono" for a recording of one speaker.
        model: a faster-whisper name, a folder, "default" for the built-in one, "none" for tone without words.
        rules: a team's rule files, laid over the shipped rules.
        calls: where to keep the call as a folder; None to keep nothing.
        progress: called again and again with the seconds of the recording that have gone through, and those it has,
            as far as they are known; what it raises ends the work.
        longest_h: hours of sound that a recording may hold.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found or loaded.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written.
        ConfigError: the settings cannot be used.
    """
    options = AnalysisOptions(
        settings=config.settings(), agent=agent, model=model, rules=tuple(rules), calls=calls, longest_h=longest_h
    )
    return analyze_recording(Path(path), options, progress)


def analyze_recording(path: Path, options: AnalysisOptions, progress: OnProgress | None = None) -> Analysis:
    """Measure, transcribe and judge a recording; raises as `analyze` does."""
    sealing.use(lambda: options.settings.privacy)
    recording = open_recording(
        path,
        options.agent,
        longest_h=options.longest_h,
        looked_through=lambda so_far_s: progress(0.0, so_far_s) if progress else None,
        storage=STORAGE,
    )
    wiring = CallWiring.of(options.settings, options.model, options.rules)
    info = wiring.info(recording.path.name, recording.speakers)
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
    call = analysed_call(info, recording.duration_s)
    return analysis(replace(call, source=str(path), notes=recording.notes), kept.events)


def _heard(recording: Recording, pipeline: Pipeline, progress: OnProgress | None) -> Iterator[AudioBlock | CallEvent]:
    """The sound and what is said of it, in their order."""
    for number, block in enumerate(recording.blocks(AHEAD_S)):
        yield block
        yield from pipeline.feed(block)
        if number == 0:
            pipeline.wait_until_loaded()
        if progress:
            progress(seconds(block.end), recording.duration_s)
    yield from pipeline.flush()
