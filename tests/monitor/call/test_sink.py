"""Whatever takes a call takes the same call: the folder, the guard, the writer's thread and the memory."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from audio.block import AudioBlock
from monitor.call.events import Ended, Mark
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.call.sink import CallSink, LateEventSink, MemorySink
from monitor.live.writer_thread import WritingThread
from monitor.privacy.guard import CardGuard

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent",), "none", "abc", "0.1.0")
EVENTS = [Mark(0.1, "flag"), Ended(0.3, "end of sound")]

ROUTES: dict[str, Callable[[LateEventSink], CallSink]] = {
    "as it is": lambda sink: sink,
    "through the guard": CardGuard,
    "through the thread": WritingThread,
    "through both": lambda sink: WritingThread(CardGuard(sink)),
    "with a twin in memory": MemorySink,
}


def blocks() -> list[AudioBlock]:
    return [AudioBlock("agent", 1_600 * number, np.full(1_600, 0.25, np.float32)) for number in range(3)]


def put(sink: CallSink) -> None:
    for block in blocks():
        sink.hear(block)
    for event in EVENTS:
        sink.note(event)
    sink.sync()
    sink.close()


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_a_folder_gets_the_call_by_every_route(route: Callable[[LateEventSink], CallSink], tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO)
    sink = route(writer)
    assert (sink.folder, sink.recording) == (writer.folder, "on")
    put(sink)
    assert list(read_events(writer.folder)) == EVENTS
    assert (read_info(writer.folder).closed, read_info(writer.folder).duration_s) == (True, 0.3)


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_the_memory_gets_the_same(route: Callable[[LateEventSink], CallSink]) -> None:
    memory = MemorySink()
    put(route(memory))
    assert memory.events == EVENTS
    assert [(block.start, len(block.samples)) for block in memory.blocks] == [
        (0, 1_600),
        (1_600, 1_600),
        (3_200, 1_600),
    ]


def test_the_memory_holds_places_and_passes_them_on_and_no_sound_unless_it_is_to() -> None:
    behind = MemorySink()
    memory = MemorySink(behind, sound=False)
    memory.note(EVENTS[1])
    memory.note(EVENTS[0], 0)
    memory.hear(blocks()[0])
    assert memory.noted == behind.noted == [(EVENTS[1], None), (EVENTS[0], 0)]
    assert (len(memory.blocks), len(behind.blocks)) == (0, 1)
