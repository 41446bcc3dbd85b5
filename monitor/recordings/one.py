"""One recording through the whole pipeline."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Literal

from audio.block import AudioBlock, seconds
from audio.files.recording import LONGEST_H, AgentChannel, Recording, open_recording
from monitor.call.analysis import Analysis, Call
from monitor.call.events import CallEvent, Ended, Gap
from monitor.call.files import STORAGE
from monitor.call.folder import CallWriter, new_info
from monitor.call.summary import analysis
from monitor.catalogue.live_rows import CallIndex
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.whisper_model import loader
from monitor.privacy.guard import guarded
from monitor.sealed import sealing
from monitor.settings.config import Settings, settings
from rules.load import load

AHEAD_S = 10.0
"""A recording is measured in long stretches, which costs a fraction of doing it frame by frame and gives the same."""

Progress = Callable[[float, float], None]


def analyze(  # noqa: PLR0913 - one argument an option of the command
    path: Path | str,
    *,
    agent: AgentChannel = "left",
    model: str = "default",
    rules: Sequence[Path] = (),
    calls: Path | None = None,
    progress: Progress | None = None,
    longest_h: float = LONGEST_H,
    in_force: Settings | None = None,
) -> Analysis:
    """Measure, transcribe and judge a recording.

    Digits that must not be kept are masked, and their sound is silent, unless the settings switch the card guard off.

    Args:
        path: any file that libsndfile or FFmpeg reads.
        agent: the agent's channel; "mono" for a recording of one speaker.
        model: a faster-whisper name, a folder, "default" for the built-in one, "none" for tone without words.
        rules: a team's rule files, laid over the shipped rules.
        calls: where to keep the call as a folder; None to keep nothing.
        progress: told again and again how many seconds of the recording have gone through, and how many it has, as
            far as that is known; what it raises ends the work.
        longest_h: hours of sound that a recording may hold.
        in_force: the settings; those of this machine if None.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found or loaded.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written.
        ConfigError: the settings cannot be used.
    """
    known = in_force or settings()
    sealing.use(lambda: known.privacy)
    recording = open_recording(
        Path(path),
        agent,
        longest_h=longest_h,
        looked_through=lambda so_far_s: progress(0.0, so_far_s) if progress else None,
        storage=STORAGE,
    )
    rulebook = load(rules, metrics=BY_NAME)
    call = Call(str(path), recording.duration_s, recording.speakers, model, rulebook.fingerprint, recording.notes)
    with ExitStack() as stack:
        pipeline = stack.enter_context(closing(Pipeline(recording.speakers, rulebook, loader(model))))
        index = CallIndex(known.calls.catalogue)
        kept = _Kept(CallWriter(calls, new_info(call, recording.path.name), observer=index) if calls else None)
        guard = guarded(kept, call.speakers, on=known.privacy.card_guard, live=False)
        stack.enter_context(closing(guard))
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
    return analysis(call, kept.events)


class _Kept:
    """What may be kept of a recording: the events in memory and, if there is a writer, all of it on the disk."""

    recording: Literal["on"] = "on"

    def __init__(self, writer: CallWriter | None) -> None:
        self.folder = writer.folder if writer else Path()
        self.events: list[CallEvent] = []
        self._writer = writer

    def hear(self, block: AudioBlock) -> None:
        if self._writer:
            self._writer.hear(block)

    def note(self, event: CallEvent, place: int | None = None) -> None:
        self.events.append(event)
        if self._writer:
            self._writer.note(event, place)

    def sync(self) -> None:
        if self._writer:
            self._writer.sync()

    def close(self) -> None:
        if self._writer:
            self._writer.close()


def _heard(recording: Recording, pipeline: Pipeline, progress: Progress | None) -> Iterator[AudioBlock | CallEvent]:
    """The sound and what is said of it, in their order."""
    for number, block in enumerate(recording.blocks(AHEAD_S)):
        yield block
        yield from pipeline.feed(block)
        if number == 0:
            pipeline.wait_until_loaded()
        if progress:
            progress(seconds(block.end), recording.duration_s)
    yield from pipeline.flush()
