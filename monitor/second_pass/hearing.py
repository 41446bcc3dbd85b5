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
"""Mean probability of the words of a piece that are kept as they are.

Chosen with the built-in model on learners of English (speechocean762, train speakers; as recorded, by telephone, in
codecs with noise and losses): hearing only the other pieces again made as few errors as hearing all.
"""


def heard_again(
    sound: Iterable[AudioBlock | SoundLost],
    events: Iterable[CallEvent],
    load: Callable[[], Transcriber],
    *,
    guarded: bool,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[HeardAgain, ...]:
    """Transcribe once more what was heard badly in a call.

    The utterances of a speaker are joined to pieces of up to half a minute. Pieces whose words have a mean probability
    below `WELL_HEARD` are transcribed again, each after the words of the piece before, and those of both speakers at
    the same time.

    What must not be kept stays away: utterances of which words were masked are left out, sound that is not kept is not
    heard, and the new words pass the card guard together with everything that was said around them.

    Args:
        sound: of the call, from its start; read as far as it is needed.
        events: of the call, as they are kept.
        load: gives what makes the words; called if there is anything to be heard.
        guarded: whether the card guard masks numbers.
        go_on: asked before each piece; it may wait. False to give up.

    Returns:
        New words for the utterances where some were recognised, and masked ones for those that turn out to hold a part
        of a number; none if it was given up, so that a later pass, which knows what was said before, makes all of them.
    """
    said = by_kind(events)
    spoken = said.of(Utterance)
    hidden = [HiddenStretch(gap.start_s, gap.end_s, "unknown") for gap in said.of(Gap) if gap.what == "sound"]
    kept = [one for one in spoken if MASK not in one.text]
    joined = {speaker: pieces(one for one in kept if one.speaker == speaker) for speaker in SPEAKERS}
    before = {piece: earlier for own in joined.values() for earlier, piece in pairwise(own)}
    bad = {speaker: [one for one in own if one.probability < WELL_HEARD] for speaker, own in joined.items()}
    words: dict[Piece, Future[tuple[HeardAgain, ...]]] = {}
    if any(bad.values()):
        transcriber = load()
        with ThreadPoolExecutor(len(SPEAKERS)) as pool:
            for piece, heard in _cut(sound, bad, hidden):
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


def _cut(
    sound: Iterable[AudioBlock | SoundLost],
    bad: Mapping[Speaker, Sequence[Piece]],
    hidden: Sequence[HiddenStretch],
) -> Iterator[tuple[Piece, Samples]]:
    """Each piece with its sound, without what is not kept."""
    cutter = JoinedSound(bad)
    for block in sound:
        if isinstance(block, AudioBlock):
            yield from cutter.feed(replace(block, samples=silenced(block.samples, block.start, hidden)))
        if cutter.is_complete:
            return
    yield from cutter.flush()


def _masked(found: Sequence[HeardAgain], spoken: Sequence[Utterance]) -> Iterator[HeardAgain]:
    """The new words without numbers that the first pass did not recognise as such, wherever these begin and end."""
    said = transcript(spoken, found)
    hidden = set().union(*(secret.hidden for secret in secrets(said)))
    new = {(one.speaker, one.start_s) for one in found}
    for one in said:
        words = masked_words(one.speaker, one.words, hidden)
        if words != one.words or (one.speaker, one.start_s) in new:
            yield HeardAgain(one.speaker, one.start_s, one.end_s, words)
