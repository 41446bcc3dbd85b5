import sys

from bench.instruments.terminal import HAS_SYNC, REDRAW, open_screen

DRAW = (
    "import os, sys, tty; tty.setraw(0);"
    "print(os.get_terminal_size(), end='\\x1b[?2026$p', flush=True);"
    "answer = os.read(0, 100);"
    "print('\\x1b[?2026h' + repr(answer), end='', flush=True)"
)


def test_a_program_finds_a_terminal_of_its_size_that_knows_redraws() -> None:
    screen = open_screen([sys.executable, "-c", DRAW], 46, 10)
    screen.process.wait()
    screen.end()
    text = b"".join(piece.text for piece in screen.written)
    assert b"columns=46, lines=10" in text
    assert text.count(REDRAW) == 1
    assert repr(HAS_SYNC).encode() in text
