"""Keys from the bytes that a terminal sends, whatever these are."""

import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

PASTE: Final = 8
"""So many different characters at once were pasted rather than typed: they are no keys."""
PASTE_ENDS_S: Final = 1.0
"""A paste whose end does not come is over when nothing has been sent for so long."""
LONGEST_PASTE: Final = 1_000_000
"""Characters; what is longer is dropped."""
_ESCAPE = "\x1b"
_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"


class Keyboard:
    """Turns bytes into messages of Textual, on one thread; no bytes make it fail.

    Pastes are taken out before Textual's parser, which takes some of what is pasted for keys.

    Args:
        encoding: of the terminal; what is not in it becomes a replacement character, and no key.
        debug: as Textual's parser has it.
        now_s: a monotonic clock.
    """

    def __init__(self, encoding: str, *, debug: bool = False, now_s: Callable[[], float] = time.monotonic) -> None:
        self._decode = getincrementaldecoder(encoding)("replace").decode
        self._debug = debug
        self._now_s = now_s
        self._parser = XTermParser(debug)
        self._sent_s = now_s()
        self._text = ""
        """What was sent and is neither parsed nor pasted yet."""
        self._pasting = False

    def feed(self, sent: bytes) -> list[Message]:
        """Take bytes, and give the keys, pastes and reports in them."""
        self._sent_s = self._now_s()
        text = self._decode(sent)
        typed, escape, rest = text.partition(_ESCAPE)
        if not self._text and len(set(typed)) >= PASTE:
            self._text = escape + rest
            return [events.Paste(typed.replace("\0", "")), *self._messages()]
        self._text += text
        return list(self._messages())

    def tick(self) -> list[Message]:
        """Give what waits no longer for further bytes, such as a lone Esc; called when nothing was sent for a while."""
        if self._pasting:
            if self._now_s() - self._sent_s >= PASTE_ENDS_S:
                self._text, self._pasting = "", False
            return []
        text, self._text = self._text, ""
        return [*self._parsed(text), *self._parsed(None)]

    def _messages(self) -> Iterator[Message]:
        while True:
            before, mark, after = self._text.partition(_PASTE_END if self._pasting else _PASTE_START)
            if not mark:
                break
            if self._pasting:
                yield events.Paste(before.replace("\0", ""))
            else:
                yield from self._parsed(before)
            self._text, self._pasting = after, not self._pasting
        if self._pasting:
            self._text = self._text[-LONGEST_PASTE:]
        else:
            at = len(self._text) - _begun(self._text)
            text, self._text = self._text[:at], self._text[at:]
            yield from self._parsed(text)

    def _parsed(self, text: str | None) -> Iterator[Message]:
        """Give the messages in a text; for None, those that the parser has held back until now."""
        try:
            if text is None:
                yield from self._parser.tick()
            elif text:
                yield from self._parser.feed(text)
        except Exception:  # noqa: BLE001 - the parser can't be used any more, but the keyboard has to
            self._parser = XTermParser(self._debug)


def _begun(text: str) -> int:
    """How many characters at the end of a text may begin the start of a paste."""
    lengths = range(len(_PASTE_START) - 1, 0, -1)
    return next((length for length in lengths if text.endswith(_PASTE_START[:length])), 0)
