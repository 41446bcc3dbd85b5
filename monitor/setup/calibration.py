"""Half a minute of normal speech to a profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from audio.block import AudioBlock, Speaker, seconds
from audio.engines import DEFAULT, Engine
from audio.measure.echo_watch import EchoWatch
from audio.measure.engine import tone_engine
from audio.measure.frames import FRAME, Framer
from audio.measure.level import FULL_SCALE, power_db
from audio.measure.speech import VoiceActivity
from audio.measure.tone import ToneMeter
from audio.values import SpeechFrame, ToneSample, Usual
from monitor.setup.calibration_findings import LEAST_SPEECH_S, SPEECH_S, Finding, VoiceSound, findings
from monitor.setup.profile import Norms, Profile

SILENT_S = 10.0
"""Seconds without any sound after which more waiting will not help."""
SPEECHLESS_S = 45.0
"""Seconds without any speech after which it will not."""
LONGEST_S = 240.0
"""Seconds without enough speech after which it will not."""


@dataclass(frozen=True, slots=True)
class CalibrationProgress:
    """The progress of a calibration, frame by frame."""

    heard_s: float
    speech_s: float
    level_dbfs: float
    """Level of this frame, speech or not."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration found."""

    usual: Usual
    speech_s: float
    noise_floor_dbfs: float | None
    findings: tuple[Finding, ...]
    engine: Engine = DEFAULT
    """What measured it."""

    @property
    def good(self) -> bool:
        """Whether the profile may be saved."""
        return not any(finding.bad for finding in self.findings)

    def profile(self, agent: str, device: str, day: date, language: str = "en") -> Profile | None:
        """The profile of an agent at the device in use; None if there was too little speech for one."""
        usual = self.usual
        if usual.level_dbfs is None or usual.articulation_rate_sps is None:
            return None
        norms = Norms(
            level_dbfs=usual.level_dbfs,
            articulation_rate_sps=usual.articulation_rate_sps,
            pitch_hz=usual.pitch_hz,
            balance_db=usual.balance_db,
        )
        return Profile(
            agent=agent,
            device=device,
            language=language,
            confirmed=day,
            usual=norms,
            calibrated=norms,
            noise_floor_dbfs=self.noise_floor_dbfs,
            engine=self.engine,
        )


class Calibration:
    """Feed it the sound of one microphone until there is `enough` or it is `hopeless`; then get the result.

    Args:
        loopback: whether the device delivers what an output plays.
        speakers: whose sound comes, the agent first; with the customer's, his voice in the microphone is left out.
        engine: what measures tone.
    """

    def __init__(
        self, *, loopback: bool = False, speakers: Sequence[Speaker] = ("agent",), engine: Engine = DEFAULT
    ) -> None:
        self._loopback = loopback
        self._engine: Engine = engine
        self._framer = Framer(speakers)
        self._voice = VoiceActivity(speakers)
        self._watch = EchoWatch()
        self._echo = False
        self._tone = ToneMeter(["agent"], engine=tone_engine(engine))
        self._noise_floor_dbfs: float | None = None
        self._frames = 0
        self._peak = 0.0
        self._speech_frames = 0
        self._speech_power = 0.0
        self._clipped = 0

    @property
    def enough(self) -> bool:
        """Whether there has been enough speech."""
        return self._speech_s >= SPEECH_S

    @property
    def hopeless(self) -> bool:
        """Whether more waiting will not help."""
        longest_s = SILENT_S if self._sound.silent else SPEECHLESS_S if self._speech_s < LEAST_SPEECH_S else LONGEST_S
        return self._heard_s >= longest_s

    @property
    def _heard_s(self) -> float:
        return seconds(self._frames * FRAME)

    @property
    def _speech_s(self) -> float:
        return seconds(self._speech_frames * FRAME)

    def feed(self, block: AudioBlock) -> Iterator[CalibrationProgress]:
        """Take sound; anything after enough speech is ignored."""
        moments = [tuple(self._voice.feed(frame)) for frame in self._framer.feed(block)]
        if len(moments) > 1:
            self._tone.look_ahead([moment[:1] for moment in moments])
        for moment in moments:
            if self.enough:
                return
            self._echo = self._echo or any(echo.heard for echo in self._watch.feed(moment))
            for measure in self._tone.feed(moment[:1]):
                if isinstance(measure, ToneSample) and measure.noise_floor_dbfs is not None:
                    self._noise_floor_dbfs = measure.noise_floor_dbfs
            yield self._count(moment[0])

    def result(self) -> Calibrated:
        """Judge what has been heard so far."""
        return Calibrated(
            usual=self._tone.usual("agent"),
            speech_s=round(self._speech_s, 1),
            noise_floor_dbfs=self._noise_floor_dbfs,
            findings=tuple(findings(self._sound)),
            engine=self._engine,
        )

    @property
    def _sound(self) -> VoiceSound:
        spoken = max(self._speech_frames, 1)
        return VoiceSound(
            peak_dbfs=power_db(self._peak**2),
            speech_s=self._speech_s,
            level_dbfs=power_db(self._speech_power / spoken),
            clipped_pct=100 * self._clipped / (spoken * FRAME),
            between_s=self._heard_s - self._speech_s,
            noise_floor_dbfs=self._noise_floor_dbfs,
            loopback=self._loopback,
            echo=self._echo,
        )

    def _count(self, frame: SpeechFrame) -> CalibrationProgress:
        self._frames += 1
        power = float(np.mean(np.square(frame.samples, dtype=np.float64)))
        level = np.abs(frame.samples)
        self._peak = max(self._peak, float(level.max()))
        if frame.speech:
            self._speech_frames += 1
            self._speech_power += power
            self._clipped += int(np.count_nonzero(level >= FULL_SCALE))
        return CalibrationProgress(self._heard_s, self._speech_s, power_db(power))
