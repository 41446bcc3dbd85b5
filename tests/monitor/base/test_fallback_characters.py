"""What stands in for characters that a terminal cannot be given."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitor
from monitor.base.fallback_characters import ERRORS

SCREENS = "┌─┐│└┘┏╍┓╏┗┛━┃╔═╗║╚╝▛▀▜▌▐▙▄▟├┼┤●◆▲▼■►‖▏▁▂▃▄▅▆▇█·×–−…“”‘’→←↑↓○"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_every_sign_of_the_screens_has_a_stand_in_of_one_cell(encoding: str) -> None:
    shown = SCREENS.encode(encoding, ERRORS)
    assert len(shown) == len(SCREENS)
    assert b"?" not in shown


def test_signs_that_look_different_stay_different() -> None:
    assert "● inside ◆ outside, ▲ above ▼ below".encode("ascii", ERRORS) == b"* inside # outside, ^ above v below"


def test_accents_go_and_letters_stay() -> None:
    assert "Zoë – 5 €".encode("ascii", ERRORS) == b"Zoe - 5 ?"
    assert "Zoë – 5 €".encode("latin-1", ERRORS) == b"Zo\xeb - 5 ?"


@given(text=st.text())
def test_any_text_can_be_encoded_and_nothing_moves(text: str) -> None:
    assert len(text.encode("ascii", ERRORS)) == len(text)


@given(sent=st.binary())
def test_any_bytes_can_be_decoded(sent: bytes) -> None:
    assert sent.decode("utf-8", ERRORS) == sent.decode("utf-8", "replace")


def test_no_sign_of_a_screen_is_left_out() -> None:
    folder = Path(monitor.__file__).parent
    signs = {sign for path in (folder / "agent").glob("*.py") for sign in path.read_text("utf-8") if not sign.isascii()}
    assert not [sign for sign in signs if b"?" in sign.encode("ascii", ERRORS)]


@pytest.mark.slow
def test_a_pipe_of_another_encoding_gets_readable_lines() -> None:
    command = [sys.executable, "-X", "utf8=0", "-m", "monitor", "rules", "list"]
    done = subprocess.run(command, env={"PYTHONIOENCODING": "ascii"}, check=True, capture_output=True, timeout=60)
    assert b"?" not in done.stdout
