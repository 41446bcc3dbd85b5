"""The terminal sends bytes that are no keys, or goes away; the screen fails. No call ends with it.

Each program runs on a pseudo-terminal of its own and plays a recording at its own pace. Whatever becomes of the screen,
the call is measured and recorded to its end. A screen that fails is opened again; one that keeps failing is replaced by
plain lines. When the terminal is gone and no SIGHUP came, the session ends with the call. A terminal that can't place
text gets lines from the start.
"""

import sys
from pathlib import Path

import pytest
import soundfile

from monitor import sample
from monitor.call.events import Ended
from monitor.call.info import read_info
from monitor.call.log import read_events
from tests.made_conversations import made_call
from tests.pseudo_terminal import Terminal
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="It has no pseudo-terminals of this kind."),
]

NOISE = {
    "a paste that is not said to be one": b"please quit, e or q",
    "Latin-1": b"\xfc\xe9 \xff\xfe",
    "a character cut in the middle": b"\xc3",
    "NUL": b"\0\0\0",
    "a lone Esc": b"\x1b",
    "a sequence cut in the middle": b"\x1b[1;",
    "a mouse far away": b"\x1b[<99999;99999;99999M\x1b[<0;0;0m\x1b[M\xff\xff\xff",
    "a window of any size": b"\x1b[48;99999;99999;1;1t\x1b[48;0;0;0;0t",
    "a paste of anything": b"\x1b[200~q e \xff\0\x1b[A q\x1b[201~",
    "every byte": bytes(range(0x80, 0x100)),
}
FAILING = """
from itertools import count
from monitor.agent.{module} import {name}
real, calls = {name}.{method}, count()
def fails(*args):
    return {{}}["no such key"] if next(calls) < {times} else real(*args)
{name}.{method} = fails
from monitor.cli import main
main({arguments})
"""
LENGTH_S = 8


@pytest.fixture(autouse=True)
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


@pytest.fixture
def played(tmp_path: Path) -> list[str]:
    """The arguments that play some seconds of a call."""
    sound, rate = soundfile.read(sample.CALL, stop=LENGTH_S * 16_000)
    soundfile.write(tmp_path / "call.wav", sound, rate)
    return ["live", "--from", str(tmp_path / "call.wav"), "--model", "none"]


def whole_call(calls: Path) -> list[object]:
    """The events of the one call, which must be complete."""
    (folder,) = calls.glob("*/*/")
    assert read_info(folder).closed
    assert soundfile.info(folder / "audio.flac").duration == LENGTH_S
    events = list(read_events(folder))
    assert events[-1] == Ended(LENGTH_S, "end of sound")
    return events


def test_a_terminal_that_does_not_know_its_size_gets_a_screen_that_obeys() -> None:
    with Terminal("calls", size=(0, 0)) as terminal:
        terminal.until_shown("No calls have been saved yet.")
        terminal.send(b"q")
        assert terminal.wait() == 0


def test_no_bytes_from_the_terminal_end_a_call(calls: Path, played: list[str]) -> None:
    with Terminal(*played) as terminal:
        at = terminal.until_shown("● recording")
        for noise in NOISE.values():
            terminal.send(noise)
        at = terminal.until_shown("Call ended", after=at)
        while terminal.process.poll() is None:  # what the noise left unfinished may take a key with it
            terminal.send(b"q")
            terminal.give_time()
        assert terminal.wait() == 0
        assert terminal.restored()
    whole_call(calls)


@pytest.mark.parametrize(("command", "shown"), [("calls", "r reviewed"), ("replay", "space play")])
def test_none_ends_the_list_or_the_replay(calls: Path, command: str, shown: str) -> None:
    made_call(calls, 30)
    with Terminal(command, size=(110, 30)) as terminal:
        terminal.until_shown(shown)
        for noise in NOISE.values():
            terminal.send(noise)
        terminal.send(b"\x1b[201~")
        while terminal.process.poll() is None:  # what the noise left unfinished may take a key with it
            for key in (b"\x1b", b"q"):  # a Ctrl-C that came when the screen has closed would be a signal
                terminal.send(key)
                terminal.give_time()
        assert terminal.wait() == 0
        assert terminal.restored()
        assert "failed" not in terminal.shown


@pytest.mark.parametrize(
    ("module", "name", "method"),
    [("gauges", "Gauges", "draw"), ("screen", "AgentScreen", "compose"), ("view", "AgentView", "after")],
    ids=["a widget", "the making of the screen", "an event"],
)
def test_a_screen_that_fails_is_opened_again(
    calls: Path, played: list[str], module: str, name: str, method: str
) -> None:
    program = FAILING.format(module=module, name=name, method=method, times=1, arguments=played)
    with Terminal(program=program) as terminal:
        terminal.until_shown("Screen restarted")
        terminal.until_shown("Call ended")
        terminal.send(b"q")
        assert terminal.wait() == 0
        assert terminal.restored()
        assert "The screen failed (KeyError in " in terminal.shown
        assert "no such key" not in terminal.shown
    whole_call(calls)


def test_a_screen_that_keeps_failing_is_replaced_by_plain_lines(calls: Path, played: list[str]) -> None:
    program = FAILING.format(module="gauges", name="Gauges", method="draw", times=10**9, arguments=played)
    with Terminal(program=program) as terminal:
        at = terminal.until_shown("The screen keeps failing")
        terminal.until_shown("Saved in", after=at)
        assert terminal.wait() == 0
        assert terminal.restored()
        assert "The screen failed 3 times (KeyError in " in terminal.shown
        assert "Traceback" not in terminal.shown
    whole_call(calls)


@pytest.mark.parametrize("command", ["calls", "replay"])
def test_a_list_or_replay_that_fails_says_so_in_one_sentence(calls: Path, command: str) -> None:
    made_call(calls, 30)
    where = {"calls": "monitor.supervisor.call_list", "replay": "monitor.replay.timeline"}[command]
    program = (
        f"import {where} as part\nfrom monitor.base.lines import Inked\n"
        f"Inked.render_line = lambda *_: {{}}['no such key']\nfrom monitor.cli import main\nmain(['{command}'])"
    )
    with Terminal(program=program, size=(110, 30)) as terminal:
        assert terminal.wait() == 1
        assert terminal.restored()
        assert "The screen failed (KeyError in __main__:3). Calls are not affected." in terminal.shown
        assert "Traceback" not in terminal.shown
        assert "no such key" not in terminal.shown


def test_a_session_whose_terminal_is_gone_ends_with_the_call(calls: Path, played: list[str]) -> None:
    with Terminal(*played, controlling=False) as terminal:
        terminal.until_shown("● recording")
        terminal.close()
        terminal.wait()
    whole_call(calls)


@pytest.mark.parametrize("command", ["live", "demo", "calls", "replay"])
def test_a_dumb_terminal_gets_plain_lines(calls: Path, played: list[str], command: str) -> None:
    made_call(calls, 30)
    arguments = {"live": played, "demo": ["demo", "--model", "none"]}.get(command, [command])
    first = {"live": "call      started", "demo": "call      started"}.get(command, "0:30")
    with Terminal(*arguments, environment={"TERM": "dumb"}) as terminal:
        terminal.until_shown(first)
        if command == "demo":
            terminal.send(b"\x03")
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.output


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_another_encoding_gets_signs_that_it_has(played: list[str], encoding: str) -> None:
    with Terminal(*played, environment={"PYTHONIOENCODING": encoding}) as terminal:
        terminal.until_shown("* recording")
        terminal.until_shown("Call ended")
        terminal.send(b"q")
        assert terminal.wait() == 0
        assert "????" not in terminal.shown


def test_a_screen_whose_input_has_ended_shows_the_call_to_its_end(calls: Path, played: list[str]) -> None:
    program = (
        f"import os; null = os.open(os.devnull, 0); os.dup2(null, 0)\nfrom monitor.cli import main\nmain({played})"
    )
    with Terminal(program=program, controlling=False):
        until(lambda: any(read_info(info.parent).closed for info in calls.glob("*/*/call.toml")), "the call is closed")
    whole_call(calls)
