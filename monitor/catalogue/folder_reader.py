"""Reads from a call's folder what the catalogue lists, then only what is added to it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from audio.values import HeardAgain, Turn, Utterance, Word
from monitor.call import files, hold, marks
from monitor.call.events import CallEvent, Ended, Mark, PromptCleared, PromptShown, from_lines
from monitor.call.info import read_info
from monitor.call.log import LOG, LogReader, NoLogError, sort_lines
from monitor.call.wordless import without_words
from monitor.catalogue.call_rows import FilesState, rows
from monitor.catalogue.rows import Rows
from rules.model import Firing

FILES = (files.ABOUT, LOG, marks.FILE, hold.FILE)

_LISTED = (Turn, Utterance, HeardAgain, Firing, PromptShown, PromptCleared, Mark, Ended)


def seen(folder: Path) -> str:
    """Sizes and times of a call's files, which show whether it has changed, without reading them."""
    found = []
    for name in FILES:
        try:
            stat = (folder / name).stat()
            found.append(f"{stat.st_size}:{stat.st_mtime_ns}")
        except OSError:
            found.append("")
    return " ".join(found)


class FolderReader:
    """Reads one call's folder, repeatedly while the call is in progress.

    Args:
        folder: of the call, two levels below the folder of all calls.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = LogReader(folder)
        self._events: list[CallEvent] = []
        self._known_s = 0.0

    def read(self) -> Rows:
        """Read what is there now; of a damaged log, what is readable.

        Raises:
            CallFolderError: it is not the folder of a call.
        """
        state = seen(self._folder)
        info = read_info(self._folder)
        self._read_on(to_the_end=info.closed)
        events, made, held = self._events, marks.read(self._folder), hold.known(self._folder)
        sealed = files.is_sealed(self._folder / files.ABOUT)
        if sealed:  # the catalogue is not sealed, so it gets only what is left when words are purged
            info = replace(info, customer="", source="", attributes={})
            events = without_words(events)
            held = held and replace(held, reason="")
            made = tuple(mark for mark in without_words(made) if isinstance(mark, Mark))
        found = FilesState(self._known_s, self._log.damaged, held, sealed, state)
        return rows(f"{self._folder.parent.name}/{self._folder.name}", info, events, made, found)

    def _read_on(self, *, to_the_end: bool) -> None:
        if self._log.is_replaced:  # as when a call ended in silence
            self._log, self._events, self._known_s = LogReader(self._folder), [], 0.0
        with suppress(NoLogError):  # who and when is listed anyway
            found = self._log.lines()
            lines = sort_lines([*found, *self._log.rest()] if to_the_end else found)
            said = self._log.events(lines.others)
            self._events += [_brief(event) for event in said if isinstance(event, _LISTED)]
            newest = from_lines([*lines.tone[-1:], *lines.pitch[-1:]])
            self._known_s = max([self._known_s, *(getattr(event, "end_s", 0.0) for event in newest)])


def _brief(event: CallEvent) -> CallEvent:
    """What is kept in memory of an event during the call, perhaps for hours: of words, only the text."""
    if isinstance(event, Utterance | HeardAgain) and event.words:
        text = " ".join(word.text for word in event.words)
        return replace(event, words=(Word(event.start_s, event.end_s, text, 1.0),))
    return event
