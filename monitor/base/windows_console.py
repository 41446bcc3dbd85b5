"""What Windows does when its console closes: it calls the program, and ends it when that call returns."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CLOSING = frozenset({2, 5, 6})
"""The window is closed, the user logs off, the machine shuts down; Ctrl-C and Ctrl-Break come as signals."""
END_WITHIN_S = 30.0
"""How long to hold up the end: Windows itself waits for 5 s, or for as long as the machine's settings say."""


@contextmanager
def closing(tell: Callable[[], object]) -> Iterator[None]:
    """While open, call `tell` on a thread of the system when the console closes, and hold up the end of the program.

    It is held up until the main thread has come to its end.
    """
    import ctypes  # no other system needs it

    def handle(kind: int) -> bool:
        if kind not in CLOSING:
            return False
        tell()
        threading.main_thread().join(END_WITHIN_S)
        return True

    handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)(handle)  # type: ignore[attr-defined, unused-ignore]
    console = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined, unused-ignore]
    console.SetConsoleCtrlHandler(handler, True)  # noqa: FBT003 - as Windows has it
    try:
        yield
    finally:
        console.SetConsoleCtrlHandler(handler, False)  # noqa: FBT003
