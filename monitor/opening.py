"""Gets everything ready that a call needs: sound, rules, model, folder."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from audio.files import AgentChannel, open_recording
from monitor.analysis import Call
from monitor.calls import CallDetails, CallWriter, root_folder
from monitor.metrics import BY_NAME
from monitor.pipeline import Pipeline
from monitor.pump import Begun, Opened
from monitor.recordings import info
from monitor.words import loader
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
) -> Opened:
    """Open a session that a recording plays; the arguments are those of `session.play`.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written; not before a call begins.
    """
    rulebook = load(rules, metrics=BY_NAME)
    recording = open_recording(path, agent)
    words = loader(model)
    about = Call(str(path), recording.duration_s, recording.speakers, model, rulebook.fingerprint, recording.notes)

    def begin(details: CallDetails) -> Begun:
        known = replace(info(about, path.name), customer=details.customer, attributes=details.attributes)
        writer = CallWriter(root_folder(calls), known, record=record)
        return Begun(Pipeline(recording.speakers, rulebook, words, live=speed > 0), writer)

    return Opened(recording.blocks(BLOCK_S), begin, speed, recording.speakers, warm_up=words or (lambda: None))
