"""Which terminals get a screen."""

import sys

import pytest

from monitor.base.terminal import takes_screen


@pytest.fixture(autouse=True)
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)


@pytest.mark.parametrize("name", ["xterm-256color", "linux", "screen", "no-terminal-of-this-name"])
def test_a_terminal_that_places_text_takes_one_and_so_does_an_unknown_one(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TERM", name)
    assert takes_screen(keys=True)


@pytest.mark.skipif(sys.platform == "win32", reason="TERM says nothing there.")
@pytest.mark.parametrize("name", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot_place_text_does_not(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TERM", name)
    assert not takes_screen()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_file_or_a_pipe_does_not(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: False, raising=False)
    assert not takes_screen()


def test_without_a_keyboard_there_is_only_the_screen_that_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert takes_screen()
    assert not takes_screen(keys=True)
