"""What clients do wrong, by mistake or on purpose, and that no other call feels it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from unittest.mock import patch

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from monitor.serve.front import connection, door, tcp_line
from monitor.serve.front.websocket import WebSocket
from monitor.serve.signals import Sound
from tests.monitor.serve.front.recording_desk import BASIC_ADMIN, KEY_SECRET, TOKEN, Desk, Running, running
from tools.platforms import platform_messages as messages
from tools.platforms.audiohook_client import AudioHookClient, signature

ASTERISK = f"/asterisk/{TOKEN}?call=1&role=agent"
START = "MEDIA_START format:ulaw"
UPGRADE = (
    f"GET {ASTERISK} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()


@asynccontextmanager
async def call(to: Running) -> AsyncIterator[ClientConnection]:
    """A call in progress, which nothing may disturb: its sound must be there at the end."""
    async with connect(to.url(f"/asterisk/{TOKEN}?call=good&role=customer"), proxy=None) as client:
        await client.send(START)
        await client.send(b"\x55" * 160)
        await to.until(lambda: to.desk.signals, "the call has begun")
        yield client
        before = len(to.desk.sound("good", "customer"))
        await client.send(b"\x55" * 160)
        await to.until(lambda: len(to.desk.sound("good", "customer")) == before + 320, "the call's sound has come")


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection ends, however it ends."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("path", "sent", "says"),
    [
        (ASTERISK, [b"\xff" * 160], "before MEDIA_START"),
        (ASTERISK, ["MEDIA_START format:slin", b"\0\0\0"], "half a sample"),
        (ASTERISK, ["MEDIA_START format:g722"], "codec 'g722'"),
        (ASTERISK, ["{" * 5000], "not valid JSON"),
        (f"/twilio/{TOKEN}", [b"\xff" * 160], "binary message"),
        (f"/twilio/{TOKEN}", ["hello"], "not the JSON of a media stream"),
        (f"/twilio/{TOKEN}", ['{"event":"media","media":{"payload":"AAAA"}}'], "before its start"),
        (f"/l16/{TOKEN}?call=1&rate=8000", [b"\0\0\0"], "half a sample"),
        (f"/l16/{TOKEN}?call=1", [b"\0\0"], "sample rate"),
    ],
)
async def test_a_bad_message_ends_its_connection_with_a_sentence(path: str, sent: list[str | bytes], says: str) -> None:
    async with running() as to, call(to), connect(to.url(path), proxy=None) as client:
        for message in sent:
            await client.send(message)
        with pytest.raises(ConnectionClosed, match=says):
            await client.recv()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x81\xfe\x01\x00\0\0\0\0" + b"a" * 20, None),
        (b"\x82\xff\0\0\0\0\0\1\0\1\0\0\0\0", 1009),
        (b"\x81\x82\0\0\0\0\xff\xfe", 1007),
        (b"\xf1\x80\0\0\0\0", 1002),
        (b"\x81\x01a", 1002),
    ],
    ids=["half a frame", "more than 64 KiB", "not UTF-8", "reserved bits", "not masked"],
)
async def test_what_breaks_the_websocket_ends_it(raw: bytes, code: int | None) -> None:
    async with running() as to, call(to):
        reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
        writer.write(UPGRADE)
        assert b"101 Switching" in await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        if code is None:
            writer.close()
        else:
            assert int.from_bytes((await reader.read(4))[2:4], "big") == code
            writer.close()


async def test_messages_of_64_kib_are_read_whole_and_in_pieces() -> None:
    async with running() as to, connect(to.url(ASTERISK), proxy=None) as client:
        await client.send("MEDIA_START format:slin16")
        await client.send(b"\1\0" * 32768)
        await client.send([b"\1\0" * 100] * 3)
        await to.until(lambda: len(to.desk.signals) == 2, "both have come")
        assert to.desk.sound("1", "agent") == b"\1\0" * (32768 + 300)


@pytest.mark.parametrize(
    "path",
    [
        "/asterisk?call=1",
        "/asterisk/wrong-token-of-a-pbx?call=1",
        "/twilio",
        "/twilio/wrong-token-of-a-pbx",
        "/l16/",
        "/audiohook",
        "/watch",
    ],
)
async def test_who_is_not_known_is_told_nothing_and_nothing_of_the_call_is_kept(path: str) -> None:
    async with running() as to:
        with pytest.raises(InvalidStatus, match="401"):
            async with connect(to.url(path), proxy=None):
                pass
        assert not to.desk.begun
        assert "wrong-token" not in "".join(to.said) + (await to.request("GET /metrics"))[1]


async def test_a_signed_request_cannot_be_replayed() -> None:
    async with running() as to, call(to):
        headers = AudioHookClient().headers("key")
        headers |= signature(headers, "/audiohook", f"127.0.0.1:{to.ports.web}", KEY_SECRET)
        async with connect(to.url("/audiohook"), additional_headers=headers, proxy=None):
            pass
        with pytest.raises(InvalidStatus, match="401"):
            async with connect(to.url("/audiohook"), additional_headers=headers, proxy=None):
                pass


async def test_a_token_is_in_no_log_even_when_libraries_log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running() as to:
        reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x82\x82\0\0\0\0ab")
        await reader.read(2)
        writer.close()
        page = (await to.request("GET /metrics", **BASIC_ADMIN))[1]
        assert TOKEN not in caplog.text + "".join(to.said) + page


async def test_500_idle_or_probing_connections_do_not_disturb_a_call() -> None:
    async with running() as to, call(to) as client, AsyncExitStack() as idle:
        for number in range(500):
            _, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
            idle.callback(writer.close)
            if number % 2:
                writer.write(b"GET /asterisk/guess HTTP/1.1\r\n")
        for _ in range(20):
            await client.send(b"\x55" * 160)
        await to.until(lambda: len(to.desk.sound("good", "customer")) == 21 * 320, "the call's sound has come")


async def test_more_than_64_that_wait_are_refused_at_once_and_have_room_again_later() -> None:
    async with running() as to:
        async with AsyncExitStack() as idle:
            for _ in range(door.MOST_WAITING):
                _, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
                idle.callback(writer.close)
            reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
            assert await all_of(reader) == b""
            writer.close()
        pages: list[str] = []
        for _ in range(1000):
            with suppress(OSError, IndexError):
                pages.append((await to.request("GET /metrics"))[1])
                break
            await asyncio.sleep(0.01)
        assert 'refused_total{why="busy"}' in pages[0]


async def test_a_client_that_never_sends_is_cut_off_and_a_head_without_end_too() -> None:
    with (
        patch.object(connection, "AUTHENTICATE_WITHIN_S", 0.2),
        patch.object(connection, "BEGIN_WITHIN_S", 0.2),
        patch.object(tcp_line, "IDENTIFY_WITHIN_S", 0.2),
    ):
        async with running() as to:
            for port, sent in ((to.ports.web, b""), (to.ports.web, b"GET / HTTP/1.1\r\n"), (to.ports.audiosocket, b"")):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(sent)
                assert await all_of(reader) == b""
                writer.close()
            async with connect(to.url(ASTERISK), proxy=None) as client:
                with pytest.raises(ConnectionClosed):
                    await client.recv()
            assert 'refused_total{why="no beginning"} 1.0' in (await to.request("GET /metrics"))[1]


async def test_a_side_that_sends_nothing_is_pinged_and_lives_while_it_answers() -> None:
    watched = patch.object(WebSocket, "ping", autospec=True, side_effect=WebSocket.ping)
    with patch.object(connection, "PING_AFTER_S", 0.02), watched as pings:
        async with running() as to, connect(to.url(ASTERISK), proxy=None) as client:
            await client.send(START)
            await to.until(lambda: pings.call_count >= 3, "two pings were answered")
            await client.send(b"\xff" * 160)
            await to.until(lambda: to.desk.signals, "its sound has come")
            assert isinstance(to.desk.signals[0][1], Sound)


async def test_a_side_that_answers_no_ping_is_cut_off_and_its_call_is_not_over() -> None:
    with patch.object(connection, "PING_AFTER_S", 0.05), patch.object(connection, "SILENT_FOR_S", 0.2):
        async with running() as to:
            reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
            writer.write(UPGRADE + bytes((0x81, 0x80 | len(START))) + bytes(4) + START.encode())
            await all_of(reader)
            writer.close()
            assert not to.desk.ends()[0].call_over


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 8200, b"431"),
        (b"\x16\x03\x01\0\0\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.0\r\n\r\n", b"400"),
        (b"GET /calls HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"413"),
        (b"GET /asterisk?" + b"&".join(b"a=1" for _ in range(70)) + b" HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", b"400"),
        (b"GET " + ASTERISK.encode() + b" HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", b"400"),
    ],
    ids=["8 KiB of headers", "TLS", "two hosts", "HTTP 1.0", "chunked", "70 parameters", "no WebSocket"],
)
async def test_a_bad_head_is_answered_and_the_connection_closed(head: bytes, status: bytes) -> None:
    async with running() as to, call(to):
        reader, writer = await asyncio.open_connection("127.0.0.1", to.ports.web)
        writer.write(head)
        got = await reader.read()
        assert got.split()[1] in {status, b"426"}
        writer.close()


async def test_sound_ahead_of_the_clock_is_no_call() -> None:
    async with running() as to, connect(to.url(ASTERISK), proxy=None) as client:
        await client.send(START)
        with suppress(ConnectionClosed):
            for _ in range(700):
                await client.send(b"\xff" * 160)
        with pytest.raises(ConnectionClosed, match="samples arrive in a second"):
            await client.recv()
        assert 'refused_total{why="rate"} 1.0' in (await to.request("GET /metrics"))[1]
        assert len(to.desk.ends()) == 1


async def test_half_a_packet_of_audiosocket_ends_with_its_connection() -> None:
    uuid = "00000000-0000-0000-0000-000000000001"
    async with running(Desk(announced={uuid})) as to, call(to):
        _, writer = await asyncio.open_connection("127.0.0.1", to.ports.audiosocket)
        writer.write(messages.packet(1, bytes(15) + b"\1") + messages.packet(0x10, bytes(320)) + b"\x10\1")
        await to.until(lambda: len(to.desk.begun) == 2, "its side has begun")
        writer.close()
        await to.until(to.desk.ends, "its side has ended")
        assert to.desk.sound(uuid, "") == bytes(320)


async def test_a_connection_that_is_lost_is_no_end_of_the_call() -> None:
    async with running() as to:
        client = await connect(to.url(ASTERISK), proxy=None)
        await client.send(START)
        await to.until(lambda: to.desk.begun, "the side has begun")
        client.transport.abort()
        await to.until(to.desk.ends, "the side has ended")
        assert not to.desk.ends()[0].call_over
        await client.close()
