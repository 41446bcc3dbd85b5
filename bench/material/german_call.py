"""The German call with known moments: how long after it is due each prompt comes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import soundfile

from audio.block import SAMPLE_RATE_HZ
from bench.figures.table import Row
from monitor.recordings.one import analyze
from tools.german_call import SCRIPT
from tools.german_call.make import GermanCall, available, make
from tools.german_call.script import Script
from tools.scripted_call.parts import load


def rows(model: str) -> Iterator[Row]:
    """A row a prompt; nothing where no synthesizer for German is installed."""
    if not available():
        return
    call = make(load(SCRIPT, Script))
    shown = _shown(call, model)
    for moment in call.moments:
        after = [at_s - moment.from_s for action, at_s in shown if action == moment.action]
        first = min((at_s for at_s in after if at_s >= 0), default=float("inf"))
        name = moment.action.replace("_", " ")
        yield Row(f"German call, {name}: prompt after it is due", first, "s", f"≤ {moment.to_s - moment.from_s:g}")
    due = {moment.action for moment in call.moments}
    extra = [action for number, (action, _) in enumerate(shown) if action not in due or action in dict(shown[:number])]
    yield Row("German call: further prompts", len(extra), "")


def _shown(call: GermanCall, model: str) -> list[tuple[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "call.flac")
        soundfile.write(path, call.samples, SAMPLE_RATE_HZ, subtype="PCM_16")
        return [(prompt.action, prompt.since_s) for prompt in analyze(path, model=model).prompts]
