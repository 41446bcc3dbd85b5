"""The measuring of a call from the network: it stands still on hold, and begins again with another agent."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import cast

from audio.block import AudioBlock, Speaker, seconds
from audio.measure.frames import FRAME
from audio.values import Backchannel, DeadAir, Interruption, PartialWords, ToneSample, Turn, Usual, Utterance
from monitor.call.events import CallEvent
from monitor.pipeline.load_shedding import LoadStep
from monitor.pipeline.pipeline import Pipeline
from monitor.serve.worker.event_times import moved
from rules.budget import PromptChoice

SILENCE = 20 * FRAME
"""Samples: 0.64 s of silence before a hold, so that turns and utterances end with it."""
LEAST_DEAD_AIR_S = 3.0

Learn = Callable[[Usual, float], object]


class CallPipeline:
    """Takes blocks and gives events on the call's clock; the pipeline of each agent has a clock of its own.

    Args:
        pipeline: of the first agent.
        learn: takes what is usual for her, and how long she spoke, when her part is over.
        start: media index at which it begins: of a call that another worker had before.
    """

    def __init__(self, pipeline: Pipeline, learn: Learn, start: int = 0) -> None:
        self._part = _Part(pipeline, learn, start)
        self._ended: SimpleQueue[CallEvent] = SimpleQueue()
        self._ending: list[Thread] = []
        self._on_hold = False
        self._silent: dict[Speaker, int] = {}

    @property
    def now_s(self) -> float:
        """Media time up to which tone is judged."""
        return self._part.ends(self._part.pipeline.now_s)

    @property
    def words_behind_s(self) -> float:
        """Age of the oldest finished utterance whose words are not known."""
        return self._part.pipeline.words_behind_s

    @property
    def words_error(self) -> BaseException | None:
        """Why there are no words."""
        return self._part.pipeline.words_error

    @property
    def words_step(self) -> LoadStep:
        """Which words are given up."""
        return self._part.pipeline.words_step

    def feed(self, block: AudioBlock) -> Iterator[CallEvent]:
        """Take sound; on hold, nothing of it is measured."""
        with suppress(Empty):
            while True:
                yield self._ended.get_nowait()
        if self._on_hold:
            silent = self._silent.get(block.speaker, 0)
            cut = min(len(block.samples), SILENCE - silent)
            self._silent[block.speaker] = silent + cut
            if cut <= 0:
                return
            block = AudioBlock(block.speaker, block.start, 0 * block.samples[:cut])
        yield from self._part.feed(block)

    def hold(self, at: int) -> None:
        """The customer is on hold from this media index on."""
        if not self._on_hold:
            self._on_hold, self._silent = True, {}
            self._part.held_from = at

    def release(self, at: int) -> None:
        """The hold ends at this media index."""
        if self._on_hold:
            self._on_hold = False
            self._part.skip_to(at)

    def change(self, pipeline: Pipeline, learn: Learn, at: int) -> None:
        """Another agent has the call from this media index on; the words of the one before still come."""
        before, self._part = self._part, _Part(pipeline, learn, at)
        thread = Thread(target=self._end, args=(before,), name="agent's part", daemon=True)
        self._ending.append(thread)
        thread.start()

    def flush(self) -> Iterator[CallEvent]:
        """The call is over: the rest."""
        for thread in self._ending:
            thread.join()
        with suppress(Empty):
            while True:
                yield self._ended.get_nowait()
        yield from self._part.flush()

    def after_call(self) -> Iterator[Utterance]:
        """Words that were postponed."""
        for utterance in self._part.pipeline.after_call():
            yield moved(utterance, self._part.starts, self._part.ends)

    def partials(self) -> Iterator[PartialWords]:
        """New words of unfinished utterances."""
        for words in self._part.pipeline.partials():
            yield moved(words, self._part.starts, self._part.ends)

    def late(self, lag_s: float) -> None:
        """Say how late the sound is measured."""
        self._part.pipeline.late(lag_s)

    def dismiss(self) -> Iterator[CallEvent]:
        """Take the prompt down."""
        yield from self._part.on_the_call(self._part.pipeline.dismiss())

    def choose(self, choice: PromptChoice) -> Iterator[CallEvent]:
        """Show the prompts that the agent wants."""
        yield from self._part.on_the_call(self._part.pipeline.choose(choice))

    def snooze(self, until_s: float) -> Iterator[CallEvent]:
        """Show no prompts before that time."""
        yield from self._part.on_the_call(self._part.pipeline.snooze(until_s - self.now_s + self._part.pipeline.now_s))

    def close(self) -> None:
        """Stop the threads."""
        self._part.pipeline.close()

    def _end(self, part: "_Part") -> None:
        with suppress(Exception):  # her words are missing; the call continues with the next agent
            for event in part.flush():
                self._ended.put(event)
            for utterance in part.pipeline.after_call():
                self._ended.put(moved(utterance, part.starts, part.ends))
        part.pipeline.close()


class _Part:
    """One agent's part of a call, from its start on the call's clock, without the holds."""

    def __init__(self, pipeline: Pipeline, learn: Learn, start: int) -> None:
        self.pipeline = pipeline
        self.held_from = 0
        """Where the last hold began, on the call's clock."""
        self._learn = learn
        self._offset = start
        self._end = start
        """Where its sound ends, on the call's clock."""
        self._knots: deque[tuple[float, float]] = deque([(0.0, seconds(start))])
        """From each time of the pipeline, how much later it is on the call's clock."""
        self._holds: list[tuple[float, float]] = []
        self._spoke_s = 0.0
        self._usual: Usual | None = None

    def feed(self, block: AudioBlock) -> Iterator[CallEvent]:
        start = block.start - self._offset
        if start < 0:
            block = AudioBlock(block.speaker, self._offset, block.samples[-start:])
        self._end = max(self._end, block.end)
        yield from self.on_the_call(
            self.pipeline.feed(AudioBlock(block.speaker, block.start - self._offset, block.samples))
        )

    def flush(self) -> Iterator[CallEvent]:
        yield from self.on_the_call(self.pipeline.flush())
        if self._usual:
            self._learn(self._usual, self._spoke_s)

    def _after_hold(self, inner: CallEvent, event: CallEvent) -> CallEvent:
        """What begins in the silence before a hold and lasts longer begins when the hold ends."""
        if isinstance(inner, Turn | Utterance | Interruption | Backchannel):
            for knot_s, to_s in zip(self._knots_s, (to_s for _, to_s in self._holds), strict=True):
                if knot_s - seconds(SILENCE) <= inner.start_s < knot_s < inner.end_s:
                    return _begun(event, to_s)
        return event

    @property
    def _knots_s(self) -> list[float]:
        return [knot_s for knot_s, _ in self._knots][1:]

    def skip_to(self, at: int) -> None:
        """Nothing was measured up to this index of the call."""
        skipped = at - self._end
        if skipped > 0:
            self._holds.append((seconds(self.held_from), seconds(at)))
            self._knots.append((seconds(self._end - self._offset), seconds(self._offset + skipped)))
            self._offset += skipped

    def starts(self, at_s: float) -> float:
        return at_s + next(by_s for from_s, by_s in reversed(self._knots) if from_s <= max(at_s, 0.0))

    def ends(self, at_s: float) -> float:
        return at_s + next(by_s for from_s, by_s in reversed(self._knots) if from_s < at_s or not from_s)

    def on_the_call(self, events: Iterator[CallEvent]) -> Iterator[CallEvent]:
        for event in events:
            if isinstance(event, ToneSample) and event.speaker == "agent" and event.speaking:
                self._spoke_s += event.end_s - event.start_s
            elif isinstance(event, Usual) and event.speaker == "agent":
                self._usual = event
            if (placed := self._placed(event)) is not None:
                yield placed

    def _placed(self, event: CallEvent) -> CallEvent | None:
        if len(self._knots) == 1 and not self._knots[0][1]:
            return event
        event = self._after_hold(event, moved(event, self.starts, self.ends))
        if isinstance(event, DeadAir):
            for from_s, _ in self._holds:
                if event.start_s <= from_s < event.end_s:
                    event = DeadAir(event.start_s, from_s)
            if event.end_s - event.start_s < LEAST_DEAD_AIR_S:
                return None
        return event


def _begun(event: CallEvent, at_s: float) -> CallEvent:
    """The event, and the words in it, from this time on."""
    event = cast("CallEvent", replace(cast("Turn", event), start_s=at_s))
    if isinstance(event, Utterance):
        words = (replace(word, start_s=max(word.start_s, at_s), end_s=max(word.end_s, at_s)) for word in event.words)
        return replace(event, words=tuple(words))
    return event
