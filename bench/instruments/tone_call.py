"""One side of a call as the program hears and judges it, tone alone."""

from collections.abc import Iterator

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.values import Usual
from monitor.call.events import CallEvent, PromptShown
from monitor.pipeline.judge import JudgeStage
from monitor.pipeline.measure import Measured, MeasureStage
from monitor.pipeline.metrics import BY_NAME
from rules.load import load

PIECE = 10 * SAMPLE_RATE_HZ


def judged(sound: Samples, usual: Usual | None = None) -> tuple[CallEvent, ...]:
    """All events of a call in which only the agent is heard.

    Args:
        sound: the agent's, at 16 kHz.
        usual: their profile.
    """
    judging = JudgeStage(load(metrics=BY_NAME), words=False, wait=True)
    events = [event for item in _measured(sound, usual) for event in judging.feed(item)]
    return (*events, *judging.flush())


def prompted_s(events: tuple[CallEvent, ...], *actions: str) -> list[float]:
    """When prompts for any of these actions came up; for any action at all without one."""
    return [
        event.prompt.since_s
        for event in events
        if isinstance(event, PromptShown) and (not actions or event.prompt.action in actions)
    ]


def usual_of(events: tuple[CallEvent, ...]) -> Usual:
    """What a profile would hold after the call."""
    return next(event for event in events if isinstance(event, Usual))


def _measured(sound: Samples, usual: Usual | None) -> Iterator[Measured]:
    measuring = MeasureStage(("agent",), None, profiles={"agent": usual} if usual else None)
    for start in range(0, len(sound), PIECE):
        yield from measuring.feed(AudioBlock("agent", start, sound[start : start + PIECE]))
    yield from measuring.flush()
