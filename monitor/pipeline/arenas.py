"""Memory of the C library: what one thread has given back, the next one takes."""

import ctypes
import sys

_M_ARENA_MAX = -8
"""From glibc's malloc.h."""


def share_among_threads() -> None:
    """Have threads that start from now on take their memory from one place.

    glibc gives every thread an arena of its own, and each keeps what its busiest moment took: over two Whisper workers
    that is 30 MB and more that nobody uses. Other C libraries have nothing of the kind, and nothing is done.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_ARENA_MAX, 1)
