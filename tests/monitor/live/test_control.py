import contextlib
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.call.info import CallDetails
from monitor.cli import main
from monitor.live import control, control_socket
from monitor.live.control import Control, ControlError, Request, ask, details
from monitor.live.errors import SessionError
from monitor.live.session import Status
from monitor.wall.care import Reach
from monitor.wall.published_call import PublishedCall
from monitor.wall.supervision import Supervision


class FakeSession:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def obey(self, request: Request) -> Status:
        self.asked.append((request.do, request.customer_id, request.attributes))
        if request.do == "flag":
            raise SessionError("No call is in progress.")
        return Status("call", 12.5, request.customer_id)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FakeSession]:
    fake = FakeSession()
    with Control(fake.obey, tmp_path, session="1"):
        yield fake


def say(folder: Path, line: bytes) -> bytes:
    """Send bytes as they are, and return what is answered."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(folder / "control-1.sock"))
        connection.sendall(line)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        return answer


def test_a_request_reaches_the_session_and_its_answer_comes_back(session: FakeSession, tmp_path: Path) -> None:
    status = ask("start", CallDetails("4711", {"contacts_30d": "3"}), tmp_path)
    assert session.asked == [("start", "4711", {"contacts_30d": "3"})]
    assert status == Status("call", 12.5, "4711", session="1", started=status.started)
    assert datetime.fromisoformat(status.started) <= datetime.now(UTC)


def test_a_refusal_is_told_in_the_words_of_the_session(session: FakeSession, tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"^No call is in progress\.$"):
        ask("flag", folder=tmp_path)
    assert session.asked


def test_nobody_else_can_reach_it(session: FakeSession, tmp_path: Path) -> None:
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("control-1.json", "control-1.sock")} == {0o600}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    refused = json.loads(say(tmp_path, b'{"token": "guessed", "do": "stop"}\n'))
    assert refused["error"] == "The token is wrong. Read the session's address again."
    assert session.asked == []


def test_without_a_session_asking_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"^No session is running\. Start one with `tone-monitor live`\.$"):
        ask("status", folder=tmp_path)


def test_when_the_session_is_over_nothing_of_it_is_left(tmp_path: Path) -> None:
    with Control(FakeSession().obey, tmp_path, session="1"):
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_a_session_runs_on_when_it_is_over(session: FakeSession, tmp_path: Path) -> None:
    before = threading.active_count()
    for _ in range(100):
        with Control(session.obey, tmp_path, session="2"):
            assert ask("status", folder=tmp_path, session="2").session == "2"
        assert threading.active_count() == before


@pytest.mark.usefixtures("session")
def test_the_oldest_session_answers_what_names_none_and_each_what_names_it(tmp_path: Path) -> None:
    second, told = FakeSession(), []
    with Control(second.obey, tmp_path, told.append, session="2"):
        assert told == [True]
        assert ask("status", folder=tmp_path).session == "1"
        assert second.asked == []
        assert ask("stop", folder=tmp_path, session="2").session == "2"
        assert [do for do, _, _ in second.asked] == ["stop"]
        with pytest.raises(ControlError, match=r"^There is no session 3\. Sessions: 1, 2\.$"):
            ask("status", folder=tmp_path, session="3")
    assert ask("status", folder=tmp_path).session == "1"


def test_the_second_session_answers_when_the_first_is_gone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "LOOK_EVERY_S", 0.0)
    told: SimpleQueue[bool] = SimpleQueue()
    with contextlib.ExitStack() as stack:
        with Control(FakeSession().obey, tmp_path, session="1"):
            stack.enter_context(Control(FakeSession().obey, tmp_path, told.put, session="2"))
            ask("status", folder=tmp_path, session="2")
            assert told.get(timeout=10)
            assert told.empty()
        assert ask("status", folder=tmp_path).session == "2"
        assert not told.get(timeout=10)


def test_a_session_that_is_too_busy_to_answer_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: object) -> socket.socket:
        raise BlockingIOError

    with Control(FakeSession().obey, tmp_path, session="1"):
        with monkeypatch.context() as patch:
            patch.setattr(control_socket, "_connected", busy)
            assert [address.session for address in control_socket.sessions_in(tmp_path)] == ["1"]
        assert ask("status", folder=tmp_path).session == "1"


def test_a_session_alone_has_nothing_to_say(tmp_path: Path) -> None:
    told: list[bool] = []
    with Control(FakeSession().obey, tmp_path, told.append):
        assert ask("status", folder=tmp_path).session == str(os.getpid())
    assert told == []


def test_what_killed_sessions_left_behind_is_removed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "control-7.sock"))
    address = {"token": "old", "path": str(tmp_path / "control-7.sock"), "session": "7", "started": "2026-01-01"}
    (tmp_path / "control-7.json").write_text(json.dumps(address))
    (tmp_path / "control-8.json").write_text("{")
    fake, told = FakeSession(), []
    with Control(fake.obey, tmp_path, told.append, session="9"):
        assert ask("status", folder=tmp_path).session == "9"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["control-9.json", "control-9.sock"]
    assert told == []


def test_where_there_are_no_such_sockets_a_loopback_port_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    fake = FakeSession()
    with Control(fake.obey, tmp_path):
        (address,) = tmp_path.glob("control-*.json")
        assert json.loads(address.read_text())["port"] > 0
        assert ask("status", folder=tmp_path).state == "call"
    assert fake.asked


def test_a_folder_whose_path_is_too_long_for_a_socket_does(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    with Control(FakeSession().obey, deep):
        assert ask("status", folder=deep).state == "call"


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="needs to give a folder away")
def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(ControlError, match="belongs to somebody else"), Control(FakeSession().obey, tmp_path):
        pass


GARBAGE = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: text.encode() + b"\n"),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
        max_leaves=20,
    ).map(lambda value: json.dumps(value).encode() + b"\n"),
    st.fixed_dictionaries(
        {"token": st.text(max_size=5), "do": st.sampled_from(["start", "stop", "dance", 3])},
        optional={"customer_id": st.text(max_size=300), "attributes": st.dictionaries(st.text(), st.text())},
    ).map(lambda value: json.dumps(value).encode() + b"\n"),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GARBAGE)
def test_no_garbage_ends_it_or_reaches_the_session(session: FakeSession, tmp_path: Path, garbage: bytes) -> None:
    answered = say(tmp_path, garbage)
    assert answered == b"" or json.loads(answered)["error"]
    assert session.asked == []
    assert ask("status", folder=tmp_path).state == "call"
    session.asked.clear()


@pytest.mark.parametrize(
    "line",
    [b"x" * 100_000, b"[" * 16_000 + b"\n", b'{"token": "' + b"\xff" * 9 + b'"}\n', b"\n", b'{"token":"a","do":"stop"'],
    ids=["too long", "too deep", "no text", "empty", "torn"],
)
def test_neither_does_what_is_too_long_too_deep_or_torn(session: FakeSession, tmp_path: Path, line: bytes) -> None:
    with contextlib.suppress(OSError):  # it hangs up in the midst of too much
        say(tmp_path, line)
    assert ask("status", folder=tmp_path).state == "call"
    assert [do for do, _, _ in session.asked] == ["status"]


def test_one_who_says_nothing_does_not_keep_the_others_waiting_long(
    session: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "PATIENCE_S", 0.05)
    with socket.socket(socket.AF_UNIX) as idle:
        idle.connect(str(tmp_path / "control-1.sock"))
        answered = threading.Event()
        threading.Thread(target=lambda: (ask("status", folder=tmp_path), answered.set()), daemon=True).start()
        assert answered.wait(10)
    assert session.asked


def test_a_supervisor_is_asked_for_without_a_screen_and_the_answer_says_what_came_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "runtime_folder", lambda: tmp_path)
    call = Supervision(PublishedCall("Sam"), None, lambda: reach)

    def obey(request: Request) -> Status:
        if request.do == "supervisor":
            list(call.ask(1.0))
        return Status("call", waits_for_help=call.waits)

    reach = Reach(webhook=True)
    with Control(obey, tmp_path):
        said = [CliRunner().invoke(main, ["call", "supervisor"]).output for _ in range(2)]
        reach = Reach()
        said.append(CliRunner().invoke(main, ["call", "supervisor"]).output)
    assert [line.partition(" (")[0] for line in said[:2]] == [
        "Asked for a supervisor",
        "Took the request for a supervisor back",
    ]
    assert said[2] == "Nobody can be asked: the settings have neither a wall nor a webhook.\n"


def test_what_is_known_of_a_call_has_a_form() -> None:
    assert details("4711", {"contacts_30d": "3"}) == CallDetails("4711", {"contacts_30d": "3"})
    for customer_id, attributes in (
        ("x" * 257, {}),
        ("two\nlines", {}),
        ("", {"no spaces": "x"}),
        ("", {f"a{number}": "x" for number in range(33)}),
    ):
        with pytest.raises(ControlError, match="at most 256 characters"):
            details(customer_id, attributes)
