"""The tone of every speaker: a sample for each 0.1 s of media time, and the pitch once it is known."""

import math
import statistics
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from audio.block import SAMPLE_RATE_HZ, Speaker, seconds
from audio.measure.baseline import Baseline
from audio.measure.engine import ToneEngine, tone_engine
from audio.measure.frames import FRAME
from audio.measure.level import LevelMeter, Levels, power_db
from audio.measure.microphone import MicrophoneWatch, OverUsual
from audio.measure.pitch import HOP as PITCH_HOP
from audio.measure.pitch import PitchPiece, PitchTracker
from audio.measure.rate import LATELY, RateMeter
from audio.values import MicrophoneChange, PitchSample, SpeechFrame, ToneSample, Usual

STEP = SAMPLE_RATE_HZ // 10
"""Samples between two tone samples."""
SECOND_FRAMES = 31
"""Frames of speech that count as one second of it."""
LEAST_STEP_PITCHES = 3
"""A step has a pitch if half of it is voiced."""
PITCH_WINDOW = 78
"""Pitch values in 1.25 s of voiced speech, of which 2 s of speech usually have so much."""
LEAST_PITCHES = 31
"""0.5 s of voiced speech, before which its pitch is not judged."""
MOST_CLIPPED_PCT = 1.0
"""Speech that is clipping more than this has lost its level and its treble: neither is learnt as usual from it."""
DIGITS = 2
"""Decimals in every sample: finer than any measure is accurate."""

LEAST_LEVEL_SPREAD_DB = 1.5
LEAST_BALANCE_SPREAD_DB = 0.75
LEAST_PITCH_SPREAD_ST = 0.75
LEAST_RATE_SPREAD_SPS = 0.25
INAUDIBLE_UNDER_SPEECH_DB = 35
"""Noise this far below the speaker's usual speech makes nobody raise the voice; quieter noise counts as this level."""
QUIET_ROOM_DBFS = -65
"""The same, until the usual level of speech is known."""
PEOPLES_RATE_SPS = 4.5
"""Near the mean of 40 English readers as measured here (4.3 ± 11 %); a speaker's own is learnt from it."""


class ToneMeter:
    """The frames of all speakers in, tone samples and pitch samples out.

    A tone sample comes with the frame that completes its step, at most 16 ms after the step's end. It holds what is
    known then, for nothing waits: the syllables lag by 0.2 to 0.7 s, the pitch by up to 0.45 s.

    Args:
        speakers: who is in the call.
        profiles: what is usual for a speaker from earlier calls, where known.
        engine: what measures it; the default one if None.
    """

    def __init__(
        self,
        speakers: Sequence[Speaker],
        profiles: Mapping[Speaker, Usual] | None = None,
        engine: ToneEngine | None = None,
    ) -> None:
        known, engine = profiles or {}, engine or tone_engine()
        self._voices = {speaker: _Voice(speaker, known.get(speaker, _unknown(speaker)), engine) for speaker in speakers}

    def feed(self, frames: Sequence[SpeechFrame]) -> Iterator[ToneSample | PitchSample | MicrophoneChange]:
        """Take the frames of one moment, one of each speaker."""
        return iter([sample for frame in frames for sample in self._voices[frame.speaker].feed(frame)])

    def look_ahead(self, moments: Sequence[Sequence[SpeechFrame]]) -> None:
        """Prepare for the moments that will be fed next, if they are known already.

        Saves half the work on a recording, and changes no sample.
        """
        for frames in zip(*moments, strict=True):
            self._voices[frames[0].speaker].look_ahead(frames)

    def flush(self) -> Iterator[PitchSample | Usual]:
        """The sound has ended: return the remaining pitch, and what was usual."""
        for voice in self._voices.values():
            yield from voice.flush()
            yield voice.usual

    def usual(self, speaker: Speaker) -> Usual:
        """What is usual for the speaker so far, for a report or a profile."""
        return self._voices[speaker].usual


class _Voice:
    """All meters and baselines of one speaker."""

    def __init__(self, speaker: Speaker, profile: Usual, engine: ToneEngine) -> None:
        self._speaker: Speaker = speaker
        self._engine = engine
        self._tracker = PitchTracker(engine.name)
        self._levels = LevelMeter(engine.power)
        self._pitches = _Pitches()
        self._rate = RateMeter(engine.spectra)
        self._first_noise_dbfs: float | None = None
        self._spoken_frames = 0
        self._step = 0
        self._step_frames: list[SpeechFrame] = []
        self._microphone = MicrophoneWatch(profiled=profile.pitch_hz is not None and profile.balance_db is not None)
        self._start_from(profile)

    def _start_from(self, profile: Usual) -> None:
        drifts = self._speaker == "agent"
        pitch_st = None if profile.pitch_hz is None else semitones(profile.pitch_hz)
        self._usual_level = Baseline(LEAST_LEVEL_SPREAD_DB, seed=profile.level_dbfs, drifts=drifts)
        self._usual_balance = Baseline(LEAST_BALANCE_SPREAD_DB, seed=profile.balance_db, drifts=drifts)
        self._usual_pitch = Baseline(LEAST_PITCH_SPREAD_ST, seed=pitch_st, drifts=drifts)
        self._usual_rate = Baseline(
            LEAST_RATE_SPREAD_SPS, prior=PEOPLES_RATE_SPS, seed=profile.articulation_rate_sps, drifts=drifts
        )

    @property
    def usual(self) -> Usual:
        pitch_st = self._usual_pitch.usual
        return Usual(
            speaker=self._speaker,
            level_dbfs=_rounded(self._usual_level.usual),
            balance_db=_rounded(self._usual_balance.usual),
            pitch_hz=_rounded(None if pitch_st is None else hertz(pitch_st)),
            articulation_rate_sps=_rounded(self._usual_rate.usual),
        )

    def look_ahead(self, frames: Iterable[SpeechFrame]) -> None:
        self._tracker.look_ahead(frames)

    def feed(self, frame: SpeechFrame) -> Iterator[ToneSample | PitchSample | MicrophoneChange]:
        pieces = list(self._tracker.feed(frame))
        self._levels.feed(frame)
        self._rate.feed(frame, self._usual_rate.usual)
        yield from self._pitch_samples(pieces)
        if frame.speech:
            self._spoken_frames += 1
            if self._spoken_frames % SECOND_FRAMES == 0:
                yield from self._hear_microphone(seconds(frame.start + FRAME))
                self._learn()
        self._step_frames.append(frame)
        if frame.start + FRAME + FRAME // 2 >= (self._step + 1) * STEP:
            yield self._tone_sample()
            self._step += 1
            self._step_frames.clear()

    def flush(self) -> Iterator[PitchSample]:
        yield from self._pitch_samples(self._tracker.flush())

    def _pitch_samples(self, pieces: Iterable[PitchPiece]) -> Iterator[PitchSample]:
        for step, hz in self._pitches.feed(pieces):
            start, end = step * STEP, (step + 1) * STEP
            yield PitchSample(self._speaker, seconds(start), seconds(end), round(hz, DIGITS))

    def _hear_microphone(self, at_s: float) -> Iterator[MicrophoneChange]:
        """Find out from one more second of speech what is not the voice's doing, and go by it from now on."""
        levels = self._levels.levels()
        level_db, balance_db, pitch_st = (
            _over(value, baseline)
            for value, baseline in (
                (levels.level_dbfs, self._usual_level),
                (levels.balance_db, self._usual_balance),
                (self._pitches.median_st(), self._usual_pitch),
            )
        )
        if level_db is None or balance_db is None or pitch_st is None:
            return
        for change in self._microphone.feed(OverUsual(level_db, balance_db, pitch_st)):
            match change.kind:
                case "gain":
                    self._usual_level.restart((self._usual_level.usual or 0.0) + change.by_db)
                    if self._first_noise_dbfs is not None:
                        self._first_noise_dbfs += change.by_db
                case "other voice":
                    self._start_from(_unknown(self._speaker))
            yield MicrophoneChange(self._speaker, round(at_s, 3), change.kind, round(change.by_db, DIGITS))

    def _learn(self) -> None:
        """Learn the usual from one more second of speech."""
        levels = self._levels.levels()
        whole = (levels.clipped_pct or 0.0) <= MOST_CLIPPED_PCT
        for baseline, value in (
            (self._usual_level, levels.level_dbfs if whole else None),
            (self._usual_balance, levels.balance_db if whole else None),
            (self._usual_pitch, self._pitches.median_st()),
            (self._usual_rate, self._rate.rate_sps()),
        ):
            if value is not None:
                baseline.feed(value)

    def _tone_sample(self) -> ToneSample:
        spoken = [frame for frame in self._step_frames if frame.speech]
        levels = self._levels.levels()
        rate = self._rate.rate_sps()
        usual_rate = self._usual_rate.usual
        balance_over_db = _over(levels.balance_db, self._usual_balance)
        return ToneSample(
            speaker=self._speaker,
            start_s=seconds(self._step * STEP),
            end_s=seconds((self._step + 1) * STEP),
            speaking=2 * len(spoken) >= len(self._step_frames),
            level_dbfs=_rounded(_level(spoken, self._engine)),
            level_over_baseline_db=_over(levels.level_dbfs, self._usual_level),
            balance_db=_rounded(levels.balance_db),
            balance_over_baseline_db=balance_over_db if self._microphone.sure else None,
            noise_floor_dbfs=_rounded(levels.noise_floor_dbfs),
            noise_over_start_db=self._noise_over_start(levels),
            articulation_rate_sps=_rounded(rate),
            rate_over_baseline_pct=_percent_over(rate, usual_rate),
            pitch_over_baseline_st=_over(self._pitches.median_st(), self._usual_pitch),
            clipped_pct=_rounded(levels.clipped_pct),
            rate_lately_over_baseline_pct=_percent_over(self._rate.rate_sps(LATELY), usual_rate),
            rate_ahead_s=None if usual_rate is None else round(self._rate.ahead_s, DIGITS),
        )

    def _noise_over_start(self, levels: Levels) -> float | None:
        if levels.noise_floor_dbfs is None:
            return None
        if self._first_noise_dbfs is None:
            self._first_noise_dbfs = levels.noise_floor_dbfs
        usual_dbfs = self._usual_level.usual
        inaudible_dbfs = QUIET_ROOM_DBFS if usual_dbfs is None else usual_dbfs - INAUDIBLE_UNDER_SPEECH_DB
        floor_dbfs, first_dbfs = (
            max(dbfs, inaudible_dbfs) for dbfs in (levels.noise_floor_dbfs, self._first_noise_dbfs)
        )
        return _rounded(floor_dbfs - first_dbfs)


class _Pitches:
    """Pieces of pitch in, the pitch of each step out; remembers the last 1.25 s of voiced speech."""

    def __init__(self) -> None:
        self._step = 0
        self._step_hz: list[float] = []
        self._recent: deque[float] = deque(maxlen=PITCH_WINDOW)

    def feed(self, pieces: Iterable[PitchPiece]) -> Iterator[tuple[int, float]]:
        """Step and median pitch of every step that is voiced."""
        for piece in pieces:
            for at, hz in enumerate(piece.hz.tolist()):
                if piece.start + at * PITCH_HOP >= (self._step + 1) * STEP:
                    yield from self._end_step()
                if not math.isnan(hz):
                    self._step_hz.append(hz)
                    self._recent.append(hz)

    def median_st(self) -> float | None:
        """Median of the last 1.25 s of voiced speech in semitones; None if there was less than 0.5 s."""
        return semitones(statistics.median(self._recent)) if len(self._recent) >= LEAST_PITCHES else None

    def _end_step(self) -> Iterator[tuple[int, float]]:
        if len(self._step_hz) >= LEAST_STEP_PITCHES:
            yield self._step, statistics.median(self._step_hz)
        self._step_hz.clear()
        self._step += 1


def _unknown(speaker: Speaker) -> Usual:
    return Usual(speaker, level_dbfs=None, articulation_rate_sps=None, pitch_hz=None, balance_db=None)


def semitones(hz: float) -> float:
    """A pitch in semitones over 1 Hz, so that a difference is an interval."""
    return 12 * math.log2(hz)


def hertz(st: float) -> float:
    """A pitch in semitones over 1 Hz as hertz."""
    return float(2 ** (st / 12))


def _level(frames: Sequence[SpeechFrame], engine: ToneEngine) -> float | None:
    if not frames:
        return None
    return power_db(sum(engine.power(frame.samples) for frame in frames) / len(frames))


def _over(value: float | None, baseline: Baseline) -> float | None:
    usual = baseline.usual
    return None if value is None or usual is None else _rounded(value - usual)


def _percent_over(value: float | None, usual: float | None) -> float | None:
    return _rounded(100 * (value / usual - 1) if value and usual else None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
