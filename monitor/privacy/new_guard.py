"""The guard of a call that begins."""

from collections.abc import Sequence

from audio.block import Speaker
from audio.measure.key_tones import KeyTones
from monitor.call.sink import LateEventSink
from monitor.privacy.guard import HOLD_BACK_S, LONGEST_S, CardGuard
from monitor.privacy.numbers import CardWords
from monitor.privacy.spool import Spool, place


def guarded(
    writer: LateEventSink, speakers: Sequence[Speaker], *, on: bool, live: bool, words: bool = True
) -> CardGuard:
    """Put the guard before the writer of a call.

    Args:
        writer: of the call.
        speakers: in the call.
        on: whether it guards; else it only keeps nothing of pauses.
        live: whether the call is heard once and never again, so that a kill must lose nothing of what waits.
        words: whether words will come; else nothing waits for them longer than for `p`.
    """
    if not on:
        return CardGuard(writer)
    held = Spool(writer.folder, tuple(speakers), place()) if live else None
    keys = {speaker: KeyTones(speaker) for speaker in speakers}
    return CardGuard(writer, CardWords(), keys, held, LONGEST_S if words else HOLD_BACK_S)
