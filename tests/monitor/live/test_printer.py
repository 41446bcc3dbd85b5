"""Lines printed on a thread of their own."""

import errno
import io
import os
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from monitor.live.printer import Printer, unbuffered

PATIENCE_S = 10.0


class Output:
    """Keeps what is printed; it takes a line only while it is read."""

    def __init__(self, *, is_read: bool = True) -> None:
        self.lines: list[str] = []
        self.begun = Event()
        self.read = Event()
        if is_read:
            self.read.set()

    def write(self, line: str) -> None:
        self.begun.set()
        assert self.read.wait(PATIENCE_S)
        self.lines.append(line)


def test_lines_are_printed_in_their_order_and_the_last_ones_come_last() -> None:
    output = Output()
    printer = Printer(output.write, most_waiting=None)
    for number in range(500):
        printer.put(str(number))
    printer.close(["the end"])
    assert output.lines == [*map(str, range(500)), "the end"]


def test_a_line_is_confirmed_when_it_is_printed_and_not_when_that_fails() -> None:
    output, confirmed = Output(), []

    def write(line: str) -> None:
        if line == "lost":
            raise OSError(errno.EIO, "broken on purpose")
        output.write(line)

    printer = Printer(write)
    printer.put("lost", lambda: confirmed.append("lost"))
    printer.put("a prompt", lambda: confirmed.append(*output.lines))
    printer.close()
    assert confirmed == ["a prompt"]


def test_nobody_waits_for_a_reader_and_the_oldest_lines_are_dropped() -> None:
    output = Output(is_read=False)
    printer = Printer(output.write, most_waiting=3)
    printer.put("first")
    assert output.begun.wait(PATIENCE_S)
    for number in range(10):
        printer.put(str(number))
    assert output.lines == []
    output.read.set()
    printer.close(["a", "summary", "of", "four"])
    assert output.lines == [
        "first",
        "        monitor   7 lines were dropped because nobody read the output.",
        *["7", "8", "9"],
        *["a", "summary", "of", "four"],
    ]


def test_one_line_that_was_dropped_is_one_line() -> None:
    output = Output(is_read=False)
    printer = Printer(output.write, most_waiting=1)
    printer.put("first")
    assert output.begun.wait(PATIENCE_S)
    printer.put("late")
    printer.put("last")
    output.read.set()
    printer.close()
    assert output.lines == ["first", "        monitor   1 line was dropped because nobody read the output.", "last"]


def test_lines_that_are_all_wanted_wait_for_a_reader() -> None:
    output = Output(is_read=False)
    printer = Printer(output.write, most_waiting=None)
    for number in range(10_000):
        printer.put(str(number))
    output.read.set()
    printer.close()
    assert output.lines == list(map(str, range(10_000)))


def test_an_output_that_fails_loses_lines_until_it_works_again() -> None:
    printed: list[str] = []

    def write(line: str) -> None:
        if line.startswith("lost"):
            raise OSError(errno.ENOSPC, line)
        printed.append(line)

    printer = Printer(write)
    for line in ("first", "lost", "lost too", "last"):
        printer.put(line)
    printer.close()
    assert printed == ["first", "last"]
    assert str(printer.failure) == f"[Errno {errno.ENOSPC}] lost"


def test_a_file_gets_a_line_at_once_and_what_it_cannot_show_is_a_question_mark(tmp_path: Path) -> None:
    with (tmp_path / "lines").open("w", encoding="cp1252") as stream:
        stream.write("before\n")
        unbuffered(stream)("5.4 – \x1b[2J 好")
        assert (tmp_path / "lines").read_text("cp1252") == "before\n5.4 – ?[2J ?\n"


def test_what_is_no_file_gets_the_lines_too() -> None:
    stream = io.StringIO()
    unbuffered(stream)("a line")
    assert stream.getvalue() == "a line\n"
    unbuffered(None)("a line")


@pytest.mark.skipif(sys.platform == "win32", reason="Its pipes always block.")
def test_an_output_that_another_program_made_non_blocking_gets_every_byte() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    line = "line " * 50_000
    with os.fdopen(reading, encoding="utf-8") as output, os.fdopen(writing, "w", encoding="utf-8") as stream:
        printing = Thread(target=unbuffered(stream), args=(line,))
        printing.start()
        assert output.readline() == f"{line}\n"
        printing.join(PATIENCE_S)
        assert not printing.is_alive()
