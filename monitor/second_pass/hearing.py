"""The second pass over a call: better words for what was heard badly in its transcript, which no rule judges."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

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
WELL_HEARD = 0.88
"""Mean probability of a piece's words from which they stay.

Of learners of English (speechocean762, train speakers; as recorded, by telephone, in codecs with noise and losses),
hearing only the others again made as few errors as hearing all, and where Whisper was sure, as in clear calls, fewer.
"""


def heard_again(
    sound: Iterable[AudioBlock | SoundLost],
    events: Iterable[CallEvent],
    transcriber: Transcriber,
    *,
    guarded: bool,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[HeardAgain, ...]:
    """Transcribe what was heard badly in a call once more.

    The utterances of a speaker are joined to pieces of up to half a minute. Those of whose words Whisper is less sure
    than `WELL_HEARD` are transcribed one after the other, each after the words of the piece before, and those of both
    speakers at the same time.

    What must not be kept stays away: utterances of which words were masked are left out, sound that is not kept is not
    heard, and the new words pass the card guard together with everything that was said around them.

    Args:
        sound: of the call, from its start.
        events: of the call, as they are kept.
        transcriber: makes the words.
        guarded: whether the card guard masks numbers.
        go_on: asked before each piece; it may wait. False to give up.

    Returns:
        New words for the utterances where some were recognised; none if it was given up, so that a later pass, which
        knows what was said before, makes all of them.
    """
    said = by_kind(events)
    spoken = said.of(Utterance)
    hidden = [HiddenStretch(gap.start_s, gap.end_s, "unknown") for gap in said.of(Gap) if gap.what == "sound"]
    kept = [one for one in spoken if MASK not in one.text]
    joined = {speaker: pieces(one for one in kept if one.speaker == speaker) for speaker in SPEAKERS}
    before = {piece: earlier for own in joined.values() for earlier, piece in pairwise(own)}
    words: dict[Piece, Future[tuple[HeardAgain, ...]]] = {}
    with ThreadPoolExecutor(len(SPEAKERS)) as pool:
        for piece, heard in _badly_heard(sound, joined, hidden):
            context = _text(before[piece], words) if piece in before else ""
            if not go_on():
                return ()
            words[piece] = pool.submit(transcriber.again, piece, heard, context)
        found = [one for own in words.values() for one in own.result() if one.words]
    return tuple(_masked(found, spoken) if guarded else found)


def _text(piece: Piece, again: Mapping[Piece, Future[tuple[HeardAgain, ...]]]) -> str:
    """What was said in a piece, by the second pass if it heard it."""
    if piece not in again:
        return piece.text
    return " ".join(word.text for one in again[piece].result() for word in one.words)


def _badly_heard(
    sound: Iterable[AudioBlock | SoundLost],
    joined: Mapping[Speaker, Sequence[Piece]],
    hidden: Sequence[HiddenStretch],
) -> Iterator[tuple[Piece, Samples]]:
    """The pieces to be heard again, and their sound without what is not kept."""
    bad = {speaker: [one for one in own if one.probability < WELL_HEARD] for speaker, own in joined.items()}
    if not any(bad.values()):
        return
    cutter = JoinedSound(bad)
    for block in sound:
        if isinstance(block, AudioBlock):
            yield from cutter.feed(replace(block, samples=silenced(block.samples, block.start, hidden)))
    yield from cutter.flush()


def _masked(found: Sequence[HeardAgain], spoken: Sequence[Utterance]) -> Iterator[HeardAgain]:
    """The new words without numbers that the first pass did not recognise as such."""
    hidden = set().union(*(secret.hidden for secret in secrets(transcript(spoken, found))))
    for one in found:
        yield replace(one, words=masked_words(one.speaker, one.words, hidden))
