"""Which words of a call are a card number, another long number or a security code."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.privacy.number_run import LONG, PAUSE_S, YEARS, NumberRun, SaidWord, digits_of
from monitor.privacy.phrase_ends import PhraseEnds, Span
from rules.language.digits import is_card_number, mask, plain, read
from rules.model import Speaker

__all__ = ["CardWords", "Hidden", "SaidWord", "Secret", "Why", "masked"]

Why = Literal["card number", "long number", "security code"]
Hidden = tuple[Speaker, float, float]
"""A word that must not be kept: whose it is, where it starts and where it ends."""

TOLD_S = 30.0
"""A number that goes on longer is told piece by piece."""
SOME = 3
"""Digits that tell something by themselves: fewer are forgotten at once."""
IN_PIECES = 12
"""Digits in pieces of three and more, with any talk between: "4111. Have you got that? 1111. Yes? 1111"."""
NAMED_IN_PIECES, NAMED_S = 4, 45.0
"""Digits in pieces within so many seconds of "card number" and the like."""
ECHO_S = 60.0
"""So long after a number either speaker may say it back piece by piece; for `PAUSE_S` also pieces that differ."""
CODE_AT_MOST = 7
"""Digits of a security code or PIN: it has three to six, and Whisper hears one too many."""
CODE_AFTER_S, CODE_BEFORE_S = 30.0, 5.0
"""A code follows what it is called within this, or goes before: "it's 123, that's the CVV"."""
FORMED_CODE_AFTER_S = 10.0
"""The same for a code that Whisper took for an amount or a time: "$5.40", "5:40"."""
_A_WORD_S = 0.3


@dataclass(frozen=True, slots=True)
class Secret:
    """What must not be kept."""

    speaker: Speaker
    start_s: float
    end_s: float
    why: Why
    words: tuple[SaidWord, ...]
    """Those with digits; what was said between them is none of it."""

    @property
    def hidden(self) -> set[Hidden]:
        """Its words, as they are found in the utterances of a call."""
        return {(self.speaker, word.start_s, word.end_s) for word in self.words}

    @property
    def spoken(self) -> set[str]:
        """How its words were written, as `plain` has it; nothing of those that are masked already."""
        return {text for word in self.words if (text := plain(word.text))}


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
        return not (self.formed or YEARS.fullmatch(self.digits))

    @property
    def secret(self) -> Secret:
        return Secret(self.speaker, self.start_s, self.end_s, self.why or "long number", self.words)


class CardWords:
    """Hears both speakers' final words of one call, each speaker's in the order they were spoken.

    A number is a run of digits, in figures or letters, that hesitations, corrections and confirmations do not end, nor
    anything that the other speaker says. It is secret from eight digits on, or in pieces from twelve on, or from four
    on after somebody named a card number; so is what either speaker says back of it, and a few digits near the name of
    a security code. A word or two that make no sense may be digits misheard, and do not end a number either.

    What is found depends on the words and their times alone, as long as `pass_time` is told no more than is true.
    """

    def __init__(self) -> None:
        self._runs: dict[Speaker, NumberRun] = {}
        self._named: dict[Speaker, tuple[PhraseEnds, PhraseEnds]] = {}
        self._codes: list[Span] = []
        """Where a security code was named."""
        self._numbers: list[Span] = []
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
            run = self._runs[speaker] = NumberRun(end_s=word.end_s)
            run.take(word, reading)
        elif run is None and reading.kind == "formed" and SOME <= len(reading.digits) <= CODE_AT_MOST:
            self._pieces.append(_Piece(speaker, (word,), reading.digits, formed=True))
            yield from self._found()
        if run and run.said and word.end_s - run.said[0][0].start_s > TOLD_S and run.is_long:
            yield from self._tell(speaker, run)
            yield from self._found()

    def _name(self, speaker: Speaker, word: SaidWord) -> Iterator[Secret]:
        """Hear whether a number or a code is named."""
        named = self._named.setdefault(speaker, (PhraseEnds("card-number"), PhraseEnds("security-code")))
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
                if len(digits := digits_of(piece)) >= SOME:
                    self._pieces.append(_Piece(speaker, tuple(word for word, _ in piece), digits))
        yield from self._found()

    def _tell(self, speaker: Speaker, run: NumberRun) -> Iterator[Secret]:
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


def _kind(digits: str) -> Why:
    cards = (digits, digits[:16], digits[-16:], digits[:15], digits[-15:])
    return "card number" if any(map(is_card_number, cards)) else "long number"
