import contextlib
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.call.info import CallDetails
from monitor.live import control
from monitor.live.control import Control, ControlError, Request, ask, details
from monitor.live.errors import SessionError
from monitor.live.session import Status


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
    with Control(fake.obey, tmp_path):
        yield fake


def say(folder: Path, line: bytes) -> bytes:
    """Send bytes as they are, and return what is answered."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(folder / "control.sock"))
        connection.sendall(line)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        return answer


def test_a_request_reaches_the_session_and_its_answer_comes_back(session: FakeSession, tmp_path: Path) -> None:
    status = ask("start", CallDetails("4711", {"contacts_30d": "3"}), tmp_path)
    assert session.asked == [("start", "4711", {"contacts_30d": "3"})]
    assert status == Status("call", 12.5, "4711")


def test_a_refusal_is_told_in_the_words_of_the_session(session: FakeSession, tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"^No call is in progress\.$"):
        ask("flag", folder=tmp_path)
    assert session.asked


def test_nobody_else_can_reach_it(session: FakeSession, tmp_path: Path) -> None:
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("control.json", "control.sock")} == {0o600}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    refused = json.loads(say(tmp_path, b'{"token": "guessed", "do": "stop"}\n'))
    assert refused["error"] == "The token is wrong. Read control.json again."
    assert session.asked == []


def test_without_a_session_asking_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"^No session is running\. Start one with `tone-monitor live`\.$"):
        ask("status", folder=tmp_path)


def test_when_the_session_is_over_nothing_of_it_is_left(tmp_path: Path) -> None:
    with Control(FakeSession().obey, tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_second_session_leaves_the_channel_to_the_first(session: FakeSession, tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="Another session"), Control(FakeSession().obey, tmp_path):
        pass
    assert ask("status", folder=tmp_path).state == "call"
    assert session.asked


def test_what_a_killed_session_left_behind_is_taken_over(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "control.sock"))
    (tmp_path / "control.json").write_text(json.dumps({"token": "old", "path": str(tmp_path / "control.sock")}))
    fake = FakeSession()
    with Control(fake.obey, tmp_path):
        ask("status", folder=tmp_path)
    assert fake.asked


def test_where_there_are_no_such_sockets_a_loopback_port_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    fake = FakeSession()
    with Control(fake.obey, tmp_path):
        assert json.loads((tmp_path / "control.json").read_text())["port"] > 0
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
        idle.connect(str(tmp_path / "control.sock"))
        answered = threading.Event()
        threading.Thread(target=lambda: (ask("status", folder=tmp_path), answered.set()), daemon=True).start()
        assert answered.wait(10)
    assert session.asked


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
