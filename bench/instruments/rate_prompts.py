"""When "Slow down" comes, by speech detection, rate and rule alone: no words, no pitch, a third of the work."""

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.baseline import Baseline
from audio.measure.frames import FRAME
from audio.measure.rate import RateMeter
from audio.measure.speech import speech_frames
from audio.measure.tone import LEAST_RATE_SPREAD_SPS, PEOPLES_RATE_SPS, SECOND_FRAMES
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.readings import SHORT_TURN_STEPS, STEPS_PER_S
from rules.load import load
from rules.metric_rule import MetricRule
from rules.model import Firing, Reading

FRAMES_A_READING = 3
SETTLED_FRAMES = round(SHORT_TURN_STEPS / STEPS_PER_S * SAMPLE_RATE_HZ / FRAME)


def prompted_s(sound: Samples) -> list[float]:
    """Seconds at which the agent whose sound this is would be told to slow down."""
    rule = MetricRule(next(rule for rule in load(metrics=BY_NAME).rules if rule.id == "slow-down"))
    meter, usual = RateMeter(), Baseline(LEAST_RATE_SPREAD_SPS, prior=PEOPLES_RATE_SPS)
    spoken, found = 0, []
    for number, frame in enumerate(speech_frames(sound)):
        meter.feed(frame, usual.usual)
        rate_sps = meter.rate_sps()
        spoken += frame.speech
        if frame.speech and spoken % SECOND_FRAMES == 0 and rate_sps is not None:
            usual.feed(rate_sps)
        if not frame.speech or number % FRAMES_A_READING or spoken < SETTLED_FRAMES:
            continue
        if rate_sps is not None and usual.usual is not None:
            metrics = {
                "articulation_rate_sps": rate_sps,
                "rate_over_baseline_pct": 100 * (rate_sps / usual.usual - 1),
                "rate_lately_over_baseline_pct": 100 * (rate_sps / usual.usual - 1),
                "rate_ahead_s": meter.ahead_s,
            }
            end_s = (number + 1) * FRAME / SAMPLE_RATE_HZ
            start_s = end_s - FRAMES_A_READING * FRAME / SAMPLE_RATE_HZ
            for metric, value in metrics.items():
                reading = Reading("agent", metric, start_s, end_s, value)
                found += [end_s for verdict in rule.feed(reading) if isinstance(verdict, Firing)]
    return found
