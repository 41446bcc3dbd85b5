"""Start the program on the built-in call as a person would; print when the first meter moved and words became possible.

Run in a terminal of its own; the first argument is when the process was started, on the monotonic clock.
"""

import sys
import time
from pathlib import Path

from audio.words.transcribe import Transcriber
from monitor import sample
from monitor.agent.app import AgentApp
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.run import run
from monitor.pipeline import whisper_model
from monitor.settings.config import settings

BEGAN_S = float(sys.argv[1])
seen: dict[str, float] = {}
show, load = AgentApp.show, whisper_model.SharedModel.__call__


def noting_show(app: AgentApp, event: object) -> None:
    """Show as ever; note the first meter, and leave when both are there."""
    show(app, event)
    if type(event).__name__ == "ToneSample":
        seen.setdefault("meter", time.monotonic() - BEGAN_S)
    if len(seen) == 2 and "left" not in seen:
        seen["left"] = time.monotonic() - BEGAN_S
        app.call_from_thread(app.exit)


def noting_load(model: whisper_model.SharedModel) -> Transcriber:
    """Load as ever; note when it was done."""
    transcriber = load(model)
    seen["word"] = time.monotonic() - BEGAN_S
    return transcriber


AgentApp.show = noting_show  # type: ignore[method-assign]
whisper_model.SharedModel.__call__ = noting_load  # type: ignore[method-assign]
run(SessionOptions(source=PlayedFile(sample.CALL), settings=settings(), calls=Path(sys.argv[2])))
print(f"\nMETER {seen['meter']:.3f} WORD {seen['word']:.3f}")
