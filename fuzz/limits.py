"""Limits on reading an input, and on the error message for one that is refused."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_S = 5.0
"""CPU limit for one small input."""
MOST_MB = 500
"""Memory limit beyond what the program has before it reads."""
_WRITES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate"}
_NEVER = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.getaddrinfo"}


class ForbiddenError(BaseException):
    """Reading did something forbidden; a reader that catches every Exception cannot hide it."""


def confine(folder: Path, *others: Path) -> None:
    """For the rest of this process: limit memory, allow writing only in these folders, forbid connections."""
    import resource  # noqa: PLC0415 - not on Windows, where the limits of memory are left out

    used = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmData"))
    limit = (int(used.split()[1]) << 10) + (MOST_MB << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
    homes = tuple(str(home.resolve()) for home in (folder, *others))

    def look(event: str, args: tuple[object, ...]) -> None:
        if event in _NEVER:
            raise ForbiddenError(f"Reading called {event}.")
        path = args[0] if args else None
        opened_to_write = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        if (event in _WRITES or opened_to_write) and isinstance(path, str | bytes | os.PathLike):
            place = os.path.realpath(os.fsdecode(path))
            if not place.startswith((*homes, "/dev/")):
                raise ForbiddenError(f"Reading wrote outside its folder ({event}).")

    sys.dont_write_bytecode = True
    sys.addaudithook(look)


@contextmanager
def in_time() -> Iterator[None]:
    """Raise TimeoutError after something that took too long."""
    began_s = time.process_time()
    yield
    took_s = time.process_time() - began_s
    if took_s > LONGEST_S:
        raise TimeoutError(f"Reading took {took_s:.1f} s of CPU.")


def must_be_sentence(text: str) -> None:
    """Raise ValueError unless a refusal is one line with a full stop, or so long that it was cut off."""
    if not text.endswith((".", "?", "…")) or len(text.splitlines()) > 1:
        raise ValueError(f"This is not a sentence: {text!r}")
