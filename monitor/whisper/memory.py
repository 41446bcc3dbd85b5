"""How much memory this process holds, and whom the system ends first when there is none left."""

import sys
from contextlib import suppress
from pathlib import Path

FIRST_TO_END = "500"
"""Of Linux's 1000: words are missed for seconds, a call could not be continued."""


def held_mb() -> float:
    """Memory of this process in MB: now on Linux, the highest so far on macOS, 0 where it is not known."""
    if sys.platform == "win32":
        return 0.0
    import resource  # not on Windows

    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return pages * resource.getpagesize() / 2**20


def keep_private() -> None:
    """Write no core dump of a crash, which would hold sound and words, and let the system end this process first."""
    if sys.platform != "win32":
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_END, encoding="ascii")
