"""An agent's screen that follows her calls on a server."""

import asyncio
import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.values import PartialWords, ToneSample
from monitor.call.events import LiveEvent, Progress, PromptShown, SessionNote, SessionState
from monitor.live.errors import SessionError
from monitor.serve import screen_events
from monitor.serve.desk.desk import Desk
from monitor.serve.desk.screens import AgentScreen
from monitor.serve.watch.links import LinkError, LocalLink
from monitor.serve.watch.remote_session import RemoteSession
from monitor.serve.watch.run import at_desk, local
from monitor.serve.worker_options import WorkerOptions
from rules.model import Prompt

PROMPT = Prompt("too-fast", "slow_down", "prompt", "Slow down", "25 % faster than usual", "Pause", 3.2)


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


async def until(true: object) -> None:
    for _ in range(1000):
        if true():  # type: ignore[operator]
            return
        await asyncio.sleep(0.02)
    pytest.fail("It did not come about.")


def sockets(runtime: Path) -> list[Path]:
    return list(runtime.glob("*/watch-*.sock"))


def desk() -> Desk:
    return Desk(WorkerOptions(), 0, 1, print)


async def test_a_screen_gets_events_and_sends_keys_and_connects_again() -> None:
    events: list[LiveEvent] = []
    session = RemoteSession(local("Kim"))
    session.start(events.append)
    await until(lambda: any(isinstance(event, SessionNote) and event.title == "No connection" for event in events))
    for number in range(2):
        events.clear()
        async with desk() as served:
            await until(lambda: SessionState("waiting", remote=True) in events and SessionNote("", "") in events)
            await until(lambda served=served: served._screens.of("kim"))  # noqa: SLF001 - the server's end of it
            (screen,) = served._screens.of("kim")  # noqa: SLF001
            screen.show(screen_events.encoded(ToneSample("agent", 0.0, 0.1, speaking=True, level_dbfs=-20.5)))
            screen.show(screen_events.encoded(PromptShown(PROMPT, 0.25)))
            await until(lambda: PromptShown(PROMPT, 0.25) in events)
            assert ToneSample("agent", 0.0, 0.1, speaking=True, level_dbfs=-20.5) in events
            session.confirm_seen(PROMPT)
            session.flag()
            assert number in {0, 1}
        await until(lambda: any(isinstance(event, SessionNote) and event.title == "No connection" for event in events))
    await asyncio.to_thread(session.stop)
    assert events[-1] == SessionState("over")


async def test_a_prompt_counts_as_seen_only_within_a_second() -> None:
    class Told:
        def __init__(self) -> None:
            self.wishes: asyncio.Queue[str] = asyncio.Queue()

        async def send(self, message: str) -> None:
            self.sent = message

        async def receive(self) -> str:
            return await self.wishes.get()

    told = Told()
    screen = AgentScreen("kim", told)
    sending = asyncio.create_task(screen.send())
    seen = msgspec.json.encode({"do": "seen", "rule": PROMPT.rule, "since_s": PROMPT.since_s}).decode()
    told.wishes.put_nowait(seen)
    assert await screen.wish() is None
    screen.show(screen_events.encoded(PromptShown(PROMPT)))
    await until(lambda: "too-fast" in getattr(told, "sent", ""))
    told.wishes.put_nowait(seen)
    wish = await screen.wish()
    assert wish is not None
    assert (wish.do, wish.rule) == ("seen", PROMPT.rule)
    told.wishes.put_nowait('{"do": "delete everything"}')
    assert await screen.wish() is None
    sending.cancel()


async def test_only_the_owner_of_the_server_reaches_its_socket(runtime: Path) -> None:
    async with desk():
        (socket,) = sockets(runtime)
        assert socket.stat().st_mode & 0o777 == 0o600
        assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert not sockets(runtime)
    with pytest.raises(LinkError):
        LocalLink(socket, "kim")


def test_a_token_goes_nowhere_in_the_clear(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret-secret-secret\n")
    with pytest.raises(SessionError, match="not encrypted"):
        at_desk("ws://tone.example.com", token)
    with pytest.raises(SessionError, match="Can't read"):
        at_desk("wss://tone.example.com", tmp_path / "none")
    assert at_desk("wss://tone.example.com", token)


@given(
    st.sampled_from(
        [
            Progress(1.5, snoozed_until_s=math.inf),
            Progress(1.5, recording="paused"),
            PartialWords("agent", 1.0, "well", "then"),
            SessionState("call", usual_known=True, prompting=frozenset({"rate"})),
            PromptShown(PROMPT, 0.1),
        ]
    )
)
def test_events_come_out_of_the_connection_as_they_went_in(event: LiveEvent) -> None:
    assert screen_events.decoded(msgspec.json.decode(screen_events.encoded(event))) == event


def test_an_event_of_a_newer_server_is_skipped() -> None:
    assert screen_events.decoded({"event": "hologram", "at_s": 1.0}) is None
