"""Live sessions side by side in this process; print how late their tone was, and what they cost, as JSON.

A process of its own, so that its CPU time and memory are those of the sessions and nothing else. Each session is what
`live --from` runs: a session with its own pipeline, call folder and writer, in real time. Each plays the built-in call
from another place, so that not all speak at once.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, BrokenBarrierError
from threading import enumerate as enumerate_threads

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.values import ToneSample, Utterance
from bench.instruments.call import rss_mb
from bench.instruments.curve import percentile
from bench.instruments.processes import ThreadTime, thread_time
from monitor import sample
from monitor.call.events import Gap, Progress
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.parts import SessionParts
from monitor.live.session import Session
from monitor.live.sound_watch import SoundItem
from monitor.live.wiring import BLOCK_S, open_session
from monitor.settings.config import settings

WARM_UP_S = 4.0
"""Of each session, before anything counts: first calls into libraries, the first utterances."""
OPENING_S = 120.0
"""No session may take longer to get ready."""


class Played:
    """One live call on a recording, and when its tone was shown."""

    def __init__(self, source: Path, calls: Path, model: str, ready: Barrier, offset_s: float) -> None:
        self.tone_delays_s: list[tuple[float, float]] = []
        """When a tone sample was shown, on the monotonic clock, and how long after its last sound was due."""
        self.words_behind_s: list[tuple[float, float]] = []
        """When it was told, and how old the oldest utterance without its words was."""
        self.heard = self.given_up = 0
        """Utterances whose words came, and those whose words were given up."""
        self.session = Session(self._open)
        self.began_s = 0.0
        self._source, self._calls, self._model, self._ready, self._offset_s = source, calls, model, ready, offset_s

    def show(self, event: object) -> None:
        """Take an event as a screen would."""
        now_s = time.monotonic()
        match event:
            case ToneSample(end_s=end_s):
                self.tone_delays_s.append((now_s, now_s - self.began_s - end_s))
            case Progress(words_behind_s=behind_s):
                self.words_behind_s.append((now_s, behind_s))
            case Utterance():
                self.heard += 1
            case Gap(what="words"):
                self.given_up += 1
            case _:
                pass

    def _open(self) -> SessionParts:
        try:
            source = PlayedFile(self._source)
            parts = open_session(
                SessionOptions(source=source, settings=settings(), calls=self._calls, model=self._model)
            )
            parts.warm_up()
        except BaseException:
            self._ready.abort()
            raise
        self._ready.wait(OPENING_S)
        time.sleep(self._offset_s)
        return replace(parts, source=self._noting_its_beginning(parts))

    def _noting_its_beginning(self, parts: SessionParts) -> Iterator[SoundItem]:
        self.began_s = time.monotonic()
        yield from parts.source


def run(count: int, model: str, seconds: float) -> dict[str, object]:
    """Run so many sessions, and look at the last `seconds` of them."""
    with TemporaryDirectory() as temporary:
        ready = Barrier(count + 1)
        played = [
            Played(source, Path(temporary, f"calls-{number}"), model, ready, number * BLOCK_S / count)
            for number, source in enumerate(sources(Path(temporary), count, WARM_UP_S + seconds + 60))
        ]
        for one in played:
            one.session.start(one.show)
        with suppress(BrokenBarrierError):  # a session could not be opened; it is told below
            ready.wait(OPENING_S)
        time.sleep(WARM_UP_S)
        from_s, cpu_s, before = time.monotonic(), time.process_time(), _session_times()
        time.sleep(seconds)
        to_s, cpu_s, after = time.monotonic(), time.process_time() - cpu_s, _session_times()
        memory_mb = rss_mb()
        delays_s = [[delay for at_s, delay in s.tone_delays_s if from_s <= at_s <= to_s] for s in played]
        words_s = [max((b for at_s, b in s.words_behind_s if from_s <= at_s <= to_s), default=0.0) for s in played]
        given_up, heard = sum(s.given_up for s in played), sum(s.heard for s in played)
        with ThreadPoolExecutor(count) as stopping:
            list(stopping.map(lambda one: one.session.stop(), played))
    failures = [one.session.failure for one in played if one.session.failure]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, BrokenBarrierError)):
        raise failure
    flat = [delay for of_session in delays_s for delay in of_session]
    return {
        "tone_p50_s": percentile(flat, 0.5),
        "tone_p99_s": percentile(flat, 0.99),
        "words_behind_s": max(words_s),
        "given_up": given_up / max(1, given_up + heard),
        "worked": (after.worked_s - before.worked_s) / (to_s - from_s) / count,
        "queued": (after.queued_s - before.queued_s) / (to_s - from_s) / count,
        "cpu_share": cpu_s / (to_s - from_s) / (os.cpu_count() or 1),
        "memory_mb": memory_mb,
    }


def _session_times() -> ThreadTime:
    """Of the threads of all sessions together."""
    threads = [thread.native_id for thread in enumerate_threads() if thread.name == "session"]
    times = [thread_time(os.getpid(), thread) for thread in threads]
    return ThreadTime(sum(one.worked_s for one in times), sum(one.queued_s for one in times))


def sources(folder: Path, count: int, seconds: float) -> Iterator[Path]:
    """The built-in call, begun at so many places."""
    sound, _ = soundfile.read(sample.CALL, dtype="int16")
    for number in range(count):
        path = folder / f"{number}.wav"
        turned = _from(sound, len(sound) * number // count, round(seconds * SAMPLE_RATE_HZ))
        soundfile.write(path, turned, SAMPLE_RATE_HZ)
        yield path


def _from(sound: Samples, start: int, length: int) -> Samples:
    return np.take(sound, np.arange(start, start + length) % len(sound), axis=0)


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))))
