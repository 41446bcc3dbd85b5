import platform
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.call.lock import HeldError
from monitor.whisper import process

ARENAS_OF_BUSY_THREADS = """
import ctypes, re, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from monitor.whisper.arenas import share_among_threads

if sys.argv[1] == "shared":
    share_among_threads()
together = Barrier(4)
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda size: (together.wait(), bytearray(size)), [100_000] * 4))
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(len(re.findall(rb"<heap nr=", told.read())))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_threads_share_one_arena() -> None:
    assert arenas("shared") == 1
    assert arenas("apart") > 1


def test_the_whisper_process_has_its_threads_share_one_before_any_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[str] = []

    def held(*_lock: object, **_patience: object) -> None:
        done.append("lock")
        raise HeldError

    monkeypatch.setattr(process, "keep_private", lambda: None)
    monkeypatch.setattr(process, "share_among_threads", lambda: done.append("shared"))
    monkeypatch.setattr(process, "hold_file", held)
    monkeypatch.setattr(process, "written", lambda _files: "another process serves")
    assert process.main(str(tmp_path)) == 0
    assert done == ["shared", "lock"]


def arenas(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", ARENAS_OF_BUSY_THREADS, how], check=True, capture_output=True, text=True
    )
    return int(done.stdout)
