"""Play a recording of hours on the agent's screen, faster than real time; write how the program stands as JSON lines.

All is what `tone-monitor live` runs, but for three things that would take hours and keep nothing: voice activity is
taken from the level, the words are scripted, and the sound comes in pieces of a second. Run in a terminal of its own.
"""

import sys
from pathlib import Path
from typing import TextIO
from unittest.mock import patch

import msgspec

from audio.values import ToneSample
from audio.words.transcribe import Transcriber
from bench.instruments.standing import Standing
from monitor.agent.app import AgentApp
from monitor.call.events import LiveEvent, PromptShown
from monitor.live import wiring
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.run import run
from monitor.pipeline import whisper_model
from monitor.settings.config import settings
from tests.monitor.long_call import LevelModel, Scripted

PIECE_S = 1.0


class Looks:
    """Takes what the screen is shown, and looks at the program every so many seconds of the call."""

    def __init__(self, report: TextIO, every_s: float) -> None:
        self._report = report
        self._every_s = every_s
        self._count = self._prompts = 0

    def take(self, event: object) -> None:
        """Take an event."""
        if isinstance(event, PromptShown):
            self._prompts += 1
        if isinstance(event, ToneSample) and event.speaker == "agent" and event.end_s >= self._every_s * self._count:
            self._count += 1
            print(
                msgspec.json.encode(Standing.here(event.end_s, self._prompts)).decode(), file=self._report, flush=True
            )


def main(sound: Path, calls: Path, report: Path, speed: float, every_s: float) -> None:
    """Play it."""
    show = AgentApp.show
    with report.open("w", encoding="ascii") as file:
        looks = Looks(file, every_s)

        def watched(app: AgentApp, event: LiveEvent) -> None:
            looks.take(event)
            show(app, event)

        with (
            patch("audio.measure.speech.SpeechModel", LevelModel),
            patch.object(whisper_model.SharedModel, "__call__", lambda _: Transcriber(Scripted())),
            patch.object(wiring, "BLOCK_S", PIECE_S),
            patch.object(AgentApp, "show", watched),
        ):
            run(SessionOptions(source=PlayedFile(sound, speed=speed), settings=settings(), calls=calls))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
