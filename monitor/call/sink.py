"""Where a call goes: what takes its sound and its events, whether to disk, to memory or on to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from audio.block import AudioBlock
    from monitor.call.events import CallEvent


class CallSink(Protocol):
    """Takes one call from its first block to its last event."""

    @property
    def folder(self) -> Path:
        """Of the call."""

    @property
    def recording(self) -> Literal["on", "off", "paused"]:
        """Whether sound is being kept."""

    def hear(self, block: AudioBlock) -> None:
        """Take sound, if it is to be kept."""

    def note(self, event: CallEvent) -> None:
        """Take an event."""

    def sync(self) -> None:
        """Bring to the disk what is still on its way there."""

    def close(self) -> None:
        """The call is over: bring all of it to the disk."""


class LateEventSink(CallSink, Protocol):
    """A sink that takes events also later than they were said."""

    def note(self, event: CallEvent, place: int | None = None) -> None:
        """Take an event; `place` is its number among all events of the call, if it comes later than it was said."""


class MemorySink:
    """Keeps a call in memory.

    Args:
        copy_to: takes all of it as well, and says which folder it is; None for memory alone.
        sound: whether the sound is kept, too.
    """

    recording: Literal["on"] = "on"

    def __init__(self, copy_to: LateEventSink | None = None, *, sound: bool = True) -> None:
        self.folder = copy_to.folder if copy_to else Path()
        self.blocks: list[AudioBlock] = []
        """In the order in which they came."""
        self.noted: list[tuple[CallEvent, int | None]] = []
        """Events and their places, in the order in which they came."""
        self._copy_to = copy_to
        self._sound = sound

    @property
    def events(self) -> list[CallEvent]:
        """The events without their places."""
        return [event for event, _ in self.noted]

    def hear(self, block: AudioBlock) -> None:
        """Take sound."""
        if self._sound:
            self.blocks.append(block)
        if self._copy_to:
            self._copy_to.hear(block)

    def note(self, event: CallEvent, place: int | None = None) -> None:
        """Take an event."""
        self.noted.append((event, place))
        if self._copy_to:
            self._copy_to.note(event, place)

    def sync(self) -> None:
        """Bring the copy to the disk."""
        if self._copy_to:
            self._copy_to.sync()

    def close(self) -> None:
        """Close the copy."""
        if self._copy_to:
            self._copy_to.close()
