"""The second pass over a call: better words for its transcript, which no rule judges."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from audio.block import AudioBlock, Samples, Speaker
from audio.values import HeardAgain, SoundLost, Utterance
from audio.words.joined import JoinedSound, Piece, pieces
from audio.words.transcribe import Transcriber
from monitor.call.by_kind import by_kind
from monitor.call.events import CallEvent, Gap
from monitor.call.transcript import transcript
from monitor.privacy.event_words import masked_words
from monitor.privacy.redaction import secrets
from monitor.privacy.stretches import HiddenStretch, silenced
from rules.language.digits import MASK

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")


def heard_again(
    sound: Iterable[AudioBlock | SoundLost],
    events: Iterable[CallEvent],
    transcriber: Transcriber,
    *,
    guarded: bool,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[HeardAgain, ...]:
    """Transcribe a call once more.

    The pieces of a speaker are transcribed one after the other, each after the words of the one before, and those of
    both speakers at the same time.

    What must not be kept stays away: utterances of which words were masked are left out, sound that is not kept is not
    heard, and the new words pass the card guard together with everything that was said around them.

    Args:
        sound: of the call, from its start.
        events: of the call, as they are kept.
        transcriber: makes the words.
        guarded: whether the card guard masks numbers.
        go_on: asked before each piece of half a minute; it may wait. False to give up.

    Returns:
        New words for the utterances where some were recognised; none if it was given up, so that a later pass, which
        knows what was said before, makes all of them.
    """
    said = by_kind(events)
    spoken = said.of(Utterance)
    hidden = [HiddenStretch(gap.start_s, gap.end_s, "unknown") for gap in said.of(Gap) if gap.what == "sound"]
    words: list[Future[tuple[HeardAgain, ...]]] = []
    last: dict[Speaker, Future[tuple[HeardAgain, ...]]] = {}
    with ThreadPoolExecutor(len(SPEAKERS)) as pool:
        for piece, heard in _pieces(sound, spoken, hidden):
            before = _text(last[piece.speaker].result()) if piece.speaker in last else ""
            if not go_on():
                return ()
            last[piece.speaker] = pool.submit(transcriber.again, piece, heard, before)
            words.append(last[piece.speaker])
        found = [one for own in words for one in own.result() if one.words]
    return tuple(_masked(found, spoken) if guarded else found)


def _text(own: Iterable[HeardAgain]) -> str:
    return " ".join(word.text for one in own for word in one.words)


def _pieces(
    sound: Iterable[AudioBlock | SoundLost], spoken: Sequence[Utterance], hidden: Sequence[HiddenStretch]
) -> Iterator[tuple[Piece, Samples]]:
    """The utterances to be heard again, joined, and their sound without what is not kept."""
    kept = [one for one in spoken if MASK not in one.text]
    joined = JoinedSound({speaker: pieces(one for one in kept if one.speaker == speaker) for speaker in SPEAKERS})
    for block in sound:
        if isinstance(block, AudioBlock):
            yield from joined.feed(replace(block, samples=silenced(block.samples, block.start, hidden)))
    yield from joined.flush()


def _masked(found: Sequence[HeardAgain], spoken: Sequence[Utterance]) -> Iterator[HeardAgain]:
    """The new words without numbers that the first pass did not recognise as such."""
    hidden = set().union(*(secret.hidden for secret in secrets(transcript(spoken, found))))
    for one in found:
        yield replace(one, words=masked_words(one.speaker, one.words, hidden))
