"""Calls over real sockets, from every platform to the desk."""

import asyncio
from collections.abc import Iterable

import numpy as np
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from monitor.serve.signals import Sound
from tests.monitor.serve.front.recording_desk import ADMIN, BASIC_ADMIN, KEY_SECRET, SAM, TOKEN, Desk, Running, running
from tools.platforms import platform_messages as messages
from tools.platforms.audiohook_client import AudioHookClient, signature
from tools.platforms.network import Network, frames
from tools.platforms.platform_messages import Timed

CALL = "3f0c2f6e-6a52-4b6a-9a53-0d5b2f6f8a11"
SENT = np.random.default_rng(3).integers(-9000, 9000, 8000, np.int16)
QUIET = Network()


async def say(to: Running, path: str, timed: Iterable[Timed], **headers: str) -> None:
    async with connect(to.url(path), additional_headers=headers, proxy=None) as client:
        for one in timed:
            await client.send(one.message)


async def test_both_sides_of_an_asterisk_call_come_over_sockets_of_their_own() -> None:
    async with running() as to:
        for role in ("customer", "agent"):
            path = f"/asterisk/{TOKEN}?call=17.9&role={role}&agent=sam"
            async with connect(to.url(path), subprotocols=["media"], proxy=None) as client:  # type: ignore[list-item]
                assert client.subprotocol == "media"
                for one in messages.asterisk(frames(SENT, 8000, QUIET), "slin"):
                    await client.send(one.message)
        await to.until(lambda: len(to.desk.ends()) == 2, "both sides have ended")

        assert [(one.call, one.role, one.agent) for one in to.desk.begun] == [
            ("17.9", "customer", "sam"),
            ("17.9", "agent", "sam"),
        ]
        assert all(end.call_over for end in to.desk.ends())
        sounds = [one for _, one in to.desk.signals if isinstance(one, Sound)]
        assert b"".join(one.samples for one in sounds) == 2 * SENT.tobytes()
        assert [one.at_ns for one in sounds] == sorted(one.at_ns for one in sounds)


async def test_a_side_over_audiosocket_needs_a_uuid_that_was_announced() -> None:
    async with running(Desk(announced={CALL})) as to:
        reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.audiosocket)
        for one in messages.audiosocket(frames(SENT, 8000, QUIET), CALL):
            writer.write(bytes(one.message))  # type: ignore[arg-type]
        writer.close()
        await to.until(to.desk.ends, "the side has ended")
        assert to.desk.sound(CALL, "") == SENT.tobytes()
        assert to.desk.ends()[0].call_over

        reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.audiosocket)
        unknown = messages.audiosocket(frames(SENT, 8000, QUIET), CALL.replace("3", "4"))
        writer.write(b"".join(bytes(one.message) for one in unknown))  # type: ignore[arg-type]
        assert await reader.read() == b""
        writer.close()
        assert len(to.desk.begun) == 1
        assert 'refused_total{why="unknown call"} 1.0' in (await to.request("GET /metrics"))[1]


async def test_both_tracks_of_a_media_stream_come_and_nothing_is_sent_back() -> None:
    legs = {"inbound": frames(SENT, 8000, QUIET), "outbound": frames(SENT, 8000, QUIET)}
    async with running() as to:
        async with connect(to.url(f"/twilio/{TOKEN}"), proxy=None) as client:
            for one in messages.media_stream(legs, "CA1", {"agent": "sam"}):
                await client.send(one.message)
            await to.until(lambda: len(to.desk.ends()) == 2, "both sides have ended")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.recv(), 0.05)
        assert [(one.call, one.role, one.agent) for one in to.desk.begun] == [
            ("CA1", "customer", "sam"),
            ("CA1", "agent", "sam"),
        ]
        assert len(to.desk.sound("CA1", "agent")) == 2 * len(SENT)


async def test_a_signed_audiohook_session_is_taken_paused_and_closed() -> None:
    client = AudioHookClient()
    async with running() as to:
        headers = client.headers("key")
        headers |= signature(headers, "/audiohook", f"127.0.0.1:{to.ports.web}", KEY_SECRET)
        async with connect(to.url("/audiohook"), additional_headers=headers, proxy=None) as socket:
            await socket.send(client.open())
            assert client.hear(str(await socket.recv()))["type"] == "opened"
            await socket.send(b"\xff" * 3200)
            await to.until(lambda: len(to.desk.signals) == 2, "the sound has come")
            (line,) = to.desk.lines.values()
            assert line.pause()
            assert client.hear(str(await socket.recv()))["type"] == "pause"
            await socket.send(client.say("close", {"reason": "end"}))
            assert client.hear(str(await socket.recv()))["type"] == "closed"
        await to.until(lambda: len(to.desk.ends()) == 2, "both sides have ended")
        assert all(end.call_over for end in to.desk.ends())


async def test_two_channels_after_a_line_of_json_are_two_sides() -> None:
    legs = zip(frames(SENT, 8000, QUIET), frames(SENT, 8000, QUIET), strict=True)
    first = {"callSid": "1", "sampleRate": 8000, "mixType": "stereo"}
    async with running() as to:
        path = f"/l16/{TOKEN}"
        async with connect(to.url(path), subprotocols=["audio.jambonz.org"], proxy=None) as client:  # type: ignore[list-item]
            assert client.subprotocol == "audio.jambonz.org"
            for one in messages.l16(legs, first):
                await client.send(one.message)
        await to.until(lambda: len(to.desk.ends()) == 2, "both sides have ended")
        assert to.desk.sound("1", "customer") == SENT.tobytes() == to.desk.sound("1", "agent")


async def test_at_the_maximum_each_platform_is_refused_in_its_own_way_and_a_running_call_gets_its_second_side() -> None:
    async with running(Desk(announced={CALL})) as to:
        async with connect(to.url(f"/asterisk/{TOKEN}?call=17.9&role=customer"), proxy=None) as client:
            await client.send("MEDIA_START format:ulaw")
            await to.until(lambda: to.desk.begun, "the first side has begun")
            to.desk.full = True
            await say(to, f"/asterisk/{TOKEN}?call=17.9&role=agent", [Timed(0, "MEDIA_START format:ulaw")])
            await to.until(lambda: len(to.desk.begun) == 2, "the second side has begun")
            for path in (f"/asterisk/{TOKEN}?call=18.1", f"/twilio/{TOKEN}"):
                with pytest.raises(InvalidStatus, match="503"):
                    await say(to, path, [])
            reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.audiosocket)
            writer.write(messages.packet(1, bytes.fromhex(CALL.replace("-", ""))) + messages.packet(0x10, bytes(320)))
            assert await reader.read() == b""
            writer.close()
        assert 'refused_total{why="full"} 3.0' in (await to.request("GET /metrics"))[1]


async def test_an_audiohook_session_that_finds_no_place_after_its_open_is_disconnected() -> None:
    client = AudioHookClient()
    async with (
        running() as to,
        connect(to.url("/audiohook"), additional_headers=client.headers("unsigned"), proxy=None) as socket,
    ):
        to.desk.full = True
        await socket.send(client.open())
        answer = client.hear(str(await socket.recv()))
        assert (answer["type"], answer["parameters"]) == (
            "disconnect",
            {"reason": "error", "info": "All 8 places are taken."},
        )


async def test_a_second_connection_of_a_side_is_refused_and_the_first_continues() -> None:
    path = f"/asterisk/{TOKEN}?call=17.9&role=agent"
    async with running() as to, connect(to.url(path), proxy=None) as first:
        await first.send("MEDIA_START format:ulaw")
        async with connect(to.url(path), proxy=None) as second:
            await second.send("MEDIA_START format:ulaw")
            with pytest.raises(ConnectionClosed, match="has a connection already"):
                await second.recv()
        await first.send(b"\xff" * 160)
        await to.until(lambda: to.desk.signals, "the first connection's sound has come")


async def test_calls_are_changed_with_the_admin_s_token_only() -> None:
    async with running() as to:
        assert (await to.request("POST /calls/17.9", b'{"agent":"kim"}'))[0] == 401
        assert (await to.request("GET /calls", Authorization="Bearer wrong"))[0] == 401
        assert await to.request("POST /calls/17%2E9", b'{"agent":"kim"}', **BASIC_ADMIN) == (200, "{}")
        assert await to.request("GET /calls", **BASIC_ADMIN) == (200, "[]")
        assert (await to.request("POST /calls/1", b"x" * 16385, **BASIC_ADMIN))[0] == 413
        assert (await to.request("PUT /calls/1", **BASIC_ADMIN))[0] == 405
        assert (await to.request("GET /", **BASIC_ADMIN))[0] == 404
        assert to.desk.changes == [("17.9", b'{"agent":"kim"}')]


async def test_health_and_metrics_are_pages() -> None:
    async with running() as to:
        assert await to.request("GET /healthz") == (200, '{"ready":true,"calls":0,"max":8}')
        status, page = await to.request("GET /metrics")
        assert status == 200
        assert "tone_monitor_serve_waiting 1.0" in page
        assert page.startswith("# HELP calls")
        assert (await to.request("GET /metrics", Host="attacker.example"))[0] == 401
        assert (await to.request("GET /metrics", Host="attacker.example", Authorization=f"Bearer {ADMIN}"))[0] == 200


async def test_an_agent_s_screen_is_served_with_her_token() -> None:
    async with running() as to:
        with pytest.raises(InvalidStatus, match="401"):
            await say(to, "/watch", [], Authorization=f"Bearer {TOKEN}")
        async with connect(
            to.url("/watch"), additional_headers={"Authorization": f"Bearer {SAM}"}, proxy=None
        ) as socket:
            assert await socket.recv() == "hello sam"
            await socket.send("space")
            await to.until(lambda: to.desk.screens == [("sam", "space")], "the key has come")


async def test_the_end_of_the_server_ends_every_side() -> None:
    desk = Desk()
    async with running(desk) as to, connect(to.url(f"/asterisk/{TOKEN}?call=1&role=agent"), proxy=None) as client:
        await client.send("MEDIA_START format:ulaw")
        await to.until(lambda: desk.begun, "the side has begun")
        ends = asyncio.create_task(client.wait_closed())
        await asyncio.sleep(0)
    await ends
    assert len(desk.ends()) == 1
