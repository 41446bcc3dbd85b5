"""Which words of a call are a card number, another long number or a security code."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Literal

from rules.digits import Reading, is_card_number, mask, plain, read, together
from rules.load import WORDS, read_list
from rules.model import Speaker, SpokenWord
from rules.phrases import PhraseList
from rules.tokens import Token, tokens

Why = Literal["card number", "long number", "security code"]

LONG = 8
"""Digits in a row from which on a number is secret; dates, times and most amounts have fewer."""
PAUSE_S = 15.0
"""A number goes on behind a pause so long, and so long after some digits more may follow with talk between."""
MOST_BETWEEN = 5
"""So many words in a row that connect, correct or confirm do not end a number."""
MOST_STRANGE = 2
"""And so many that do neither, in a row: digits that were misheard. A number with such is secret from a few more on."""
MISHEARD_LONG = 10
TOLD_S = 30.0
"""A number that goes on longer is told piece by piece."""
SOME = 3
"""Digits that tell something by themselves: fewer are forgotten at once."""
IN_PIECES = 12
"""Digits in pieces of three and more, with any talk between: "4111. Have you got that? 1111. Yes? 1111"."""
NAMED_IN_PIECES, NAMED_S = 4, 45.0
"""Digits in pieces within so many seconds of "card number" and the like."""
ECHO_S = 60.0
"""So long after a number either speaker may say it back piece by piece; a shorter pause long, also misheard."""
CODE_AT_MOST = 7
"""Digits of a security code or PIN: it has three to six, and Whisper hears one too many."""
FORMED_CODE_AFTER_S = 10.0
"""The same for a code that Whisper took for an amount or a time: "$5.40", "5:40"."""
FORMED_AFTER = 4
"""Digits directly behind which what looks like a date, a time or an amount is more of them: "4111 11:11"."""
CODE_AFTER_S, CODE_BEFORE_S = 30.0, 5.0
"""A code follows what it is called within this, or goes before: "it's 123, that's the CVV"."""
PHRASE_PAUSE_S = 3.0
"""A longer pause ends a phrase."""

_Span = tuple[float, float]
"""Start and end of a phrase, in seconds."""
_YEARS = re.compile(r"(?:(?:19[5-9]|20[0-4])\d)+")
_A_WORD_S = 0.3
_ENDS = re.compile(r"[.,;!?]$")


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word as the transcript has it."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Secret:
    """What must not be kept."""

    speaker: Speaker
    start_s: float
    end_s: float
    why: Why
    words: tuple[SaidWord, ...]
    """Those with digits; what was said between them is none of it."""


def masked(words: Sequence[str], spoken: Collection[str] = ()) -> list[str]:
    """Mask the secret digits of a text.

    Args:
        words: as Whisper wrote them, punctuation attached.
        spoken: how secret words of the call were written, as `plain` has it. A text that quotes only a piece of a
            number is masked by them: one with three digits, or two of them side by side.

    Returns:
        As many words; digits replaced one by one, digits in letters by one mask a word.
    """
    said = [SaidWord(place * _A_WORD_S, place * _A_WORD_S, word) for place, word in enumerate(words)]
    step, found = CardWords(), list[Secret]()
    for word in said:
        found += (*step.pass_time(word.start_s), *step.feed("customer", [word]))
    secret = {word.start_s for one in (*found, *step.flush()) for word in one.words}
    known = [plain(word) in spoken for word in words]
    beside = [any(known[max(place - 1, 0) : place]) or any(known[place + 1 : place + 2]) for place in range(len(words))]
    return [
        mask(word.text)
        if word.start_s in secret or (known[place] and (beside[place] or sum(map(str.isdigit, word.text)) >= SOME))
        else word.text
        for place, word in enumerate(said)
    ]


@dataclass(slots=True)
class _Run:
    """A number under way."""

    said: list[tuple[SaidWord, Reading]] = field(default_factory=list)
    """Its words with digits, and "double", that were not told yet."""
    waiting: list[tuple[SaidWord, Reading]] = field(default_factory=list)
    """What was said since, and may belong to it if more digits follow."""
    end_s: float = 0.0
    """Of its last word, also among those that wait."""
    told: str = ""
    """Its digits that were told."""
    behind_strange: list[int] = field(default_factory=list)
    """Which of the words not told yet stand behind strange ones."""

    @property
    def open_since_s(self) -> float | None:
        """Where that begins which may yet be told."""
        maybe = self.said or [pair for pair in self.waiting if pair[1].kind in {"alike", "repeat"}]
        return maybe[0][0].start_s if maybe else None

    @property
    def digits(self) -> str:
        """Those not told yet."""
        return _digits(self.said)

    def take(self, word: SaidWord, reading: Reading) -> bool:
        """Go on with a word; False if it ends the number."""
        going_on = bool(self.said or self.told)
        match reading.kind:
            case "digits" | "tens":
                self._add([*self._digits_waiting(), (word, reading)])
            case "repeat":
                self.waiting.append((word, reading))
            case "alike" | "between" if going_on:
                self.waiting.append((word, reading))
                if _ENDS.search(word.text) and all(before.kind == "alike" for _, before in self.waiting):
                    self._add(self.waiting)
            case "formed" if not self.waiting and len(self.told + self.digits) >= FORMED_AFTER:
                self._add([(word, reading)])
            case "formed" | "other" if going_on:
                self.waiting.append((word, reading))
            case "hesitation":
                pass
            case _:
                return False
        self.end_s = word.end_s
        kinds = [before.kind for _, before in self.waiting]
        strange = kinds.count("other") + kinds.count("formed")
        return strange <= MOST_STRANGE and len(kinds) - strange - kinds.count("repeat") <= MOST_BETWEEN

    def _add(self, words: list[tuple[SaidWord, Reading]]) -> None:
        if any(reading.kind in {"formed", "other"} for _, reading in self.waiting):
            self.behind_strange.append(len(self.said))
        self.said += words
        self.waiting = []

    @property
    def is_long(self) -> bool:
        """Whether it is secret by itself."""
        digits = self.told + self.digits
        if _YEARS.fullmatch(digits):
            return False
        return len(digits) >= MISHEARD_LONG or any(len(_digits(piece)) >= LONG for piece in self.pieces())

    def pieces(self) -> Iterator[list[tuple[SaidWord, Reading]]]:
        """What was not told yet, cut at strange words."""
        for start, end in pairwise([0, *self.behind_strange, len(self.said)]):
            if start < end:
                yield self.said[start:end]

    def _digits_waiting(self) -> list[tuple[SaidWord, Reading]]:
        """Of what waits, that which is digits now that digits follow."""
        if all(reading.kind in {"alike", "repeat"} for _, reading in self.waiting):
            return self.waiting
        return self.waiting[-1:] if self.waiting[-1][1].kind == "repeat" else []


@dataclass(slots=True, eq=False)
class _Piece:
    """A number that ended."""

    speaker: Speaker
    words: tuple[SaidWord, ...]
    digits: str
    formed: bool = False
    """Whether it looks like an amount, a time or a date; it may be a code all the same, and nothing else."""
    why: Why | None = None
    """Why it is secret, if it was told."""
    decided: bool = False

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return self.words[-1].end_s

    @property
    def links(self) -> bool:
        """Whether it may be a piece of a longer number."""
        return not (self.formed or _YEARS.fullmatch(self.digits))

    @property
    def secret(self) -> Secret:
        return Secret(self.speaker, self.start_s, self.end_s, self.why or "long number", self.words)


class CardWords:
    """Hears both speakers' final words of one call, each speaker's in the order they were spoken.

    A number is a run of digits, in figures or letters, that hesitations, corrections and confirmations do not end, nor
    anything that the other speaker says. It is secret from eight digits on, or in pieces from twelve on; so is what
    either speaker says back of it, and a few digits near the name of a security code.

    What is found depends on the words and their times alone, as long as `pass_time` is told no more than is true.
    """

    def __init__(self) -> None:
        self._runs: dict[Speaker, _Run] = {}
        self._named: dict[Speaker, tuple[_Named, _Named]] = {}
        self._codes: list[_Span] = []
        """Where a security code was named."""
        self._numbers: list[_Span] = []
        """The same for a number."""
        self._pieces: list[_Piece] = []

    @property
    def open_since_s(self) -> float | None:
        """From here on words that were fed may still turn out to be secret; None if none may."""
        since = [piece.start_s for piece in self._pieces if not piece.decided]
        since += [start_s for run in self._runs.values() if (start_s := run.open_since_s) is not None]
        return min(since, default=None)

    def feed(self, speaker: Speaker, words: Sequence[SaidWord]) -> Iterable[Secret]:
        """Take the next words of a speaker; what is now known to be secret, also of words before."""
        return [secret for word in words for secret in self._hear(speaker, word)]

    def pass_time(self, now_s: float) -> Iterable[Secret]:
        """Say that all words that begin before `now_s` were fed."""
        ended = [speaker for speaker, run in self._runs.items() if now_s - run.end_s > PAUSE_S]
        told = [secret for speaker in ended for secret in self._end(speaker)]
        self._decide(now_s)
        return told

    def flush(self) -> Iterable[Secret]:
        """Say that the call is over."""
        return self.pass_time(float("inf"))

    def _hear(self, speaker: Speaker, word: SaidWord) -> Iterator[Secret]:
        run = self._runs.get(speaker)
        if run and word.start_s - run.end_s > PAUSE_S:
            yield from self._end(speaker)
        yield from self._name(speaker, word)
        reading = read(word.text)
        run = self._runs.get(speaker)
        if run and not run.take(word, reading):
            yield from self._end(speaker, counted=reading.kind == "unit")
            run = None
        if run is None and reading.kind in {"digits", "tens", "repeat"}:
            run = self._runs[speaker] = _Run(end_s=word.end_s)
            run.take(word, reading)
        elif run is None and reading.kind == "formed" and SOME <= len(reading.digits) <= CODE_AT_MOST:
            self._pieces.append(_Piece(speaker, (word,), reading.digits, formed=True))
            yield from self._found()
        if run and run.said and word.end_s - run.said[0][0].start_s > TOLD_S and run.is_long:
            yield from self._tell(speaker, run)

    def _name(self, speaker: Speaker, word: SaidWord) -> Iterator[Secret]:
        """Hear whether a number or a code is named."""
        named = self._named.setdefault(speaker, (_Named("card-number"), _Named("security-code")))
        for spans, one in zip((self._numbers, self._codes), named, strict=True):
            if span := one.feed(word):
                spans.append(span)
                if speaker in self._runs:
                    yield from self._end(speaker)
                yield from self._found()

    def _end(self, speaker: Speaker, *, counted: bool = False) -> Iterator[Secret]:
        """End a number; `counted` if it was one of something, as "120 dollars"."""
        run = self._runs.pop(speaker)
        if run.said and (run.told or run.is_long):
            yield from self._tell(speaker, run)
        else:
            pieces = list(run.pieces())
            for piece in pieces[:-1] if counted else pieces:
                if len(digits := _digits(piece)) >= SOME:
                    self._pieces.append(_Piece(speaker, tuple(word for word, _ in piece), digits))
        yield from self._found()

    def _tell(self, speaker: Speaker, run: _Run) -> Iterator[Secret]:
        """Tell what is there of a long number, whether it goes on or not."""
        run.told += run.digits
        words = tuple(word for word, _ in run.said)
        piece = _Piece(speaker, words, run.told, why=_kind(run.told), decided=True)
        run.said, run.behind_strange = [], []
        self._pieces.append(piece)
        yield piece.secret

    def _found(self) -> Iterator[Secret]:
        """Tell the pieces that are secret for what was said around them; telling one may tell another."""
        self._pieces.sort(key=lambda piece: (piece.start_s, piece.speaker))
        found = True
        while found:
            found = False
            for piece in self._pieces:
                if not piece.decided and (why := self._why(piece)):
                    piece.why, piece.decided, found = why, True, True
                    yield piece.secret

    def _why(self, piece: _Piece) -> Why | None:
        after_s = FORMED_CODE_AFTER_S if piece.formed else CODE_AFTER_S
        if len(piece.digits) <= CODE_AT_MOST and any(
            0 <= piece.start_s - end_s <= after_s
            or 0 <= start_s - piece.end_s <= (0 if piece.formed else CODE_BEFORE_S)
            for start_s, end_s in self._codes
        ):
            return "security code"
        if piece.formed:
            return None
        if piece.links:
            chain = self._chain(piece)
            whole = "".join(one.digits for one in chain)
            named = any(0 <= one.start_s - end_s <= NAMED_S for one in chain for _, end_s in self._numbers)
            if len(whole) >= (NAMED_IN_PIECES if named else IN_PIECES):
                return _kind(whole)
        return next(
            (
                told.why
                for told in self._pieces
                if told.why not in {None, "security code"}
                and piece.start_s >= told.start_s
                and (
                    piece.digits in told.digits or (len(told.digits) >= LONG and piece.start_s - told.end_s <= PAUSE_S)
                )
                and piece.start_s - told.end_s <= ECHO_S
            ),
            None,
        )

    def _chain(self, piece: _Piece) -> list[_Piece]:
        """The pieces of the same speaker that this one is linked to, in order."""
        chain: list[_Piece] = []
        for one in self._pieces:
            if one.speaker == piece.speaker and one.links:
                if chain and one.start_s - chain[-1].end_s > PAUSE_S:
                    if piece in chain:
                        break
                    chain = []
                chain.append(one)
        return chain

    def _decide(self, now_s: float) -> None:
        """Let go of the pieces to which nothing can be added any more, oldest first."""
        under_way = [start_s for run in self._runs.values() if (start_s := run.open_since_s) is not None]
        for piece in self._pieces:
            if not piece.decided:
                end_s = self._chain(piece)[-1].end_s if piece.links else piece.end_s
                if now_s - end_s <= PAUSE_S or any(start_s - end_s <= PAUSE_S for start_s in under_way):
                    break
                piece.decided = True
        kept_s = min([now_s, *([] if self.open_since_s is None else [self.open_since_s])]) - 2 * ECHO_S
        self._pieces = [piece for piece in self._pieces if not piece.decided or piece.end_s >= kept_s]
        self._codes = [span for span in self._codes if span[1] >= kept_s]
        self._numbers = [span for span in self._numbers if span[1] >= kept_s]


class _Named:
    """Hears in one speaker's words the phrases of a list."""

    def __init__(self, name: str) -> None:
        self._phrases = _names(name)
        self._lately: list[Token] = []

    def feed(self, word: SaidWord) -> _Span | None:
        """Take the next word; the phrase that ends with it."""
        phrases = self._phrases
        if self._lately and word.start_s - self._lately[-1].end_s > PHRASE_PAUSE_S:
            self._lately = []
        heard = tokens((SpokenWord(word.start_s, word.end_s, word.text, 1.0),))
        if not heard:
            return None
        self._lately = [*self._lately, *heard][-phrases.longest :]
        for start, token in enumerate(self._lately):
            if phrases.length_at(self._lately, start) == len(self._lately) - start:
                return token.start_s, word.end_s
        return None


def _digits(said: Sequence[tuple[SaidWord, Reading]]) -> str:
    return together(reading for _, reading in said)


def _kind(digits: str) -> Why:
    cards = (digits, digits[:16], digits[-16:], digits[:15], digits[-15:])
    return "card number" if any(map(is_card_number, cards)) else "long number"


@cache
def _names(name: str) -> PhraseList:
    return PhraseList(read_list(name, [WORDS], "The card guard"))
