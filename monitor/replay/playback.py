"""Listening to a call: its player, and the view that follows it."""

from dataclasses import replace

from audio.block import SAMPLE_RATE_HZ
from audio.files.stored_sound import NoSound, RecordedSound
from audio.playback.output import Output, OutputError
from audio.playback.player import Player
from monitor.access.visit import NotePart, unnoted
from monitor.call.files import STORAGE
from monitor.replay.call_log import CallLog
from monitor.replay.view import ReplayView


class Playback:
    """Plays a call as its view says; without sound, its time passes all the same.

    Args:
        log: of the call.
        output: the sound output.
        noted: notes each part that was played.
    """

    def __init__(self, log: CallLog, output: Output, noted: NotePart = unnoted) -> None:
        self.output = output
        self._noted = noted
        self._part_s: tuple[float, float] | None = None
        """From where to where the sound has played that is playing now."""
        self.player = _player(log, output)
        """Another one when the recording has been packed."""

    def play(self, view: ReplayView) -> ReplayView:
        """Play from the cursor, instead of what is playing now."""
        self._end_part()
        try:
            self.player.play(round(view.at_s * SAMPLE_RATE_HZ), speed=view.speed, mix=view.mix)
        except OutputError as error:
            return replace(view, playing=False, said=str(error))
        self._part_s = view.at_s, view.at_s
        return replace(view, playing=True)

    def pause(self, view: ReplayView) -> ReplayView:
        """Play nothing."""
        self.player.pause()
        self._end_part()
        return replace(view, playing=False)

    def kept_up(self, view: ReplayView) -> ReplayView:
        """Move the cursor to the sound that is playing, and stop at its end."""
        position = self.player.position
        heard = view if position is None else view.at(position / SAMPLE_RATE_HZ)
        if self._part_s:
            self._part_s = self._part_s[0], heard.at_s
        if self.player.playing and not self.output.alive:
            return replace(self.pause(heard), said=f"{self.output.name} was disconnected. Connect it again.")
        return heard if self.player.playing else self.pause(heard)

    def renewed(self, view: ReplayView) -> ReplayView:
        """Continue with the compressed recording, which replaces the first one when a call ends."""
        self.player.pause()
        self.player = _player(view.log, self.output)
        return self.play(view) if view.playing else view

    def close(self) -> None:
        """Release the recording and the output."""
        self.player.pause()
        self._end_part()

    def _end_part(self) -> None:
        if self._part_s and self._part_s[1] > self._part_s[0]:
            self._noted("played", *self._part_s)
        self._part_s = None


def sound_s(log: CallLog) -> float:
    """How many seconds of a call have sound."""
    recorded = RecordedSound(log.sound, STORAGE)
    try:
        return recorded.duration_s
    finally:
        recorded.close()


def _player(log: CallLog, output: Output) -> Player:
    recorded = RecordedSound(log.sound, STORAGE)
    growing = not log.closed and bool(log.sound)
    if recorded.frames or growing:
        return Player(recorded, output, log.speakers, growing=growing)
    return Player(NoSound(round(log.duration_s * SAMPLE_RATE_HZ)), output, ())
