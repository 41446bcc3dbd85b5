"""Words in the background: utterances are transcribed on threads of their own while the sound goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from audio.block import Speaker
from audio.measures import PartialWords, Utterance
from audio.transcribe import Transcriber
from audio.utterances import Cut, Growing, Pausing, Resumed

WORKERS = 2


@dataclass(eq=False)
class _Open:
    """What is under way for the utterance a speaker is in."""

    partial: Future[PartialWords] | None = None
    early: dict[tuple[int, int], Future[Utterance]] = field(default_factory=dict)
    """Finals begun in a pause, in case the pause turns out to be the end."""


class Background:
    """Two workers over one model; never blocks the thread that feeds it.

    Finals are all done, in the order they come. Of the partials, one a speaker is under way at a time and the
    others are passed over, so that words on the screen get rarer, not later, when the machine is slow.

    Args:
        load: makes the transcriber; called once, on a worker, so that the sound need not wait for the model.
        partials: whether words of unfinished utterances are wanted.
        early: whether a final is begun in the pause before the end of an utterance is certain. Its result is
            the same; it is there sooner, at the price of some work in vain.
    """

    def __init__(self, load: Callable[[], Transcriber], *, partials: bool = False, early: bool = False) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="words")
        self._transcriber = self._pool.submit(load)
        self._partials = partials
        self._early = early
        self._open: dict[Speaker, _Open] = {}
        self._finals: set[Future[Utterance]] = set()

    def wait_until_loaded(self) -> None:
        """Wait for the model; raises what loading it raised."""
        self._transcriber.result()

    @property
    def load_error(self) -> BaseException | None:
        """What kept the model from loading, once that is known."""
        return self._transcriber.exception() if self._transcriber.done() else None

    def feed(self, item: Cut | Pausing | Resumed | Growing) -> Future[Utterance] | None:
        """Take what the cutter says; for an utterance that is complete, return its words to come."""
        speaker = item.cut.speaker if isinstance(item, Pausing) else item.speaker
        under_way = self._open.setdefault(speaker, _Open())
        match item:
            case Growing():
                self._begin_partial(under_way, item)
            case Pausing():
                if self._early:
                    under_way.early[_span(item.cut)] = self._pool.submit(self._utterance, item.cut)
            case Resumed():
                _cancel(under_way.early)
            case Cut():
                final = under_way.early.pop(_span(item), None) or self._pool.submit(self._utterance, item)
                _cancel(under_way.early)
                self._open[speaker] = _Open()
                self._finals.add(final)
                final.add_done_callback(self._finals.discard)
                return final
        return None

    def partials(self) -> Iterator[PartialWords]:
        """Words of unfinished utterances that have become known since the last time."""
        for under_way in self._open.values():
            if under_way.partial is not None and under_way.partial.done():
                if not under_way.partial.cancelled() and under_way.partial.exception() is None:
                    yield under_way.partial.result()
                under_way.partial = None

    def close(self) -> None:
        """Give up what has not begun, wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _begin_partial(self, under_way: _Open, growing: Growing) -> None:
        if self._partials and self._transcriber.done() and under_way.partial is None and not self._finals:
            under_way.partial = self._pool.submit(self._partial, growing)

    def _utterance(self, cut: Cut) -> Utterance:
        return self._transcriber.result().utterance(cut)

    def _partial(self, growing: Growing) -> PartialWords:
        return self._transcriber.result().partial(growing)


def _span(cut: Cut) -> tuple[int, int]:
    return cut.start, cut.end


def _cancel(early: dict[tuple[int, int], Future[Utterance]]) -> None:
    for future in early.values():
        future.cancel()
    early.clear()
