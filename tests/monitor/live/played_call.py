"""The program of tests that end a live call from outside."""

PLAY = """
import os, sys, time
from pathlib import Path
from monitor.live import pace
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.run import run
from monitor.settings.config import settings

start = pace.Pace.start
def started(self):
    start(self)
    os.write(int(sys.argv[4]), f"{time.monotonic()}\\n".encode())
pace.Pace.start = started
options = dict(settings=settings(), plain=sys.argv[5] == "plain", calls=Path(sys.argv[2]), model=sys.argv[3])
run(SessionOptions(source=PlayedFile(Path(sys.argv[1])), **options))
"""
"""The program as it is, except that it reports when the first sound was heard, by a pipe of its own: on standard output
the report could run into a line that another thread prints.

Arguments: the recording, the calls folder, the model, the number of the pipe, and "plain" or "screen".
"""
