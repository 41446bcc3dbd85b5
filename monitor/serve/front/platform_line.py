"""A connection of a platform, between its dialect and the desk, whatever carries its bytes."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from monitor.serve.call_desk import CallDesk, Refusal, WhyRefused
from monitor.serve.dialects.codecs import SAMPLE_BYTES
from monitor.serve.dialects.dialect import Close, Dialect, DialectError, Send, Step, UnknownCallError
from monitor.serve.front.front_metrics import FrontMetrics
from monitor.serve.front.rate_check import RateCheck, rate_near
from monitor.serve.signals import SideBegins, SideEnds, Signal, Sound

State = Literal["open", "deaf", "closed"]


class PlatformLine:
    """Hands over what a platform says, and says to the platform what the desk wants.

    Args:
        name: of the connection.
        dialect: that the platform speaks.
        desk: takes the sides.
        send: sends a message or closes; never waits and never fails.
        metrics: count refusals.
        report: takes a sentence for the log.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a connection lies between
        self,
        name: str,
        dialect: Dialect,
        desk: CallDesk,
        send: Callable[[Send | Close], None],
        metrics: FrontMetrics,
        report: Callable[[str], None],
    ) -> None:
        self.name = name
        self.dialect = dialect
        self.began = False
        """Whether a side of it was ever taken."""
        self._desk, self._send, self._metrics, self._report = desk, send, metrics, report
        self._counted = metrics.messages(dialect.name)
        self._sides: dict[int, RateCheck] = {}
        self._begun: dict[int, SideBegins] = {}
        """How each side began, as long as its rate is the announced one."""
        self._state: State = "open"

    def text(self, message: str, at_ns: int) -> None:
        """Take a text message."""
        self._hear(self.dialect.text, message, at_ns)

    def binary(self, message: bytes, at_ns: int) -> None:
        """Take a binary message or a piece of a stream."""
        self._hear(self.dialect.binary, message, at_ns)

    def closed(self, at_ns: int, *, clean: bool) -> None:
        """End the sides that have not ended: the connection is gone.

        Args:
            at_ns: when.
            clean: whether the platform closed it as it should.
        """
        self._state = "closed"
        over = clean and self.dialect.close_is_end
        for side in list(self._sides):
            self._end_side(SideEnds(side, at_ns, over, "closed" if clean else "connection lost"))

    def pause(self) -> bool:
        """Ask the platform to stop sending."""
        return self._ask(self.dialect.pause())

    def resume(self) -> bool:
        """Ask the platform to send again."""
        return self._ask(self.dialect.resume())

    def end(self, why: str) -> None:
        """End the connection in the platform's own way."""
        if self._state == "open":
            self._ask(self.dialect.end(why))

    def refuse(self, refusal: Refusal) -> None:
        """Take nothing more of this connection, and tell the platform."""
        self._metrics.refused(refusal.why)
        self._report(f"{self.name}: {refusal.sentence}")
        if self._state == "open":
            self._state = "deaf"
            self._ask(self.dialect.refuse(refusal.sentence, later=refusal.why in {"full", "stopping"}))

    def _hear(self, read: Callable[..., Iterable[Step]], message: str | bytes, at_ns: int) -> None:
        self._counted.inc()
        try:
            for step in read(message, at_ns):
                if isinstance(step, Send | Close):
                    self._send(step)
                elif self._state == "open" and not self._take(step):
                    break  # what else this message means, such as an answer that all is well, is void
        except DialectError as error:
            if self._state == "open":
                why: WhyRefused = "unknown call" if isinstance(error, UnknownCallError) else "bad request"
                self._give_up(Refusal(why, str(error)), at_ns)

    @property
    def deaf(self) -> bool:
        """Whether nothing more is taken, so that the platform is only expected to close."""
        return self._state != "open"

    def _take(self, signal: Signal) -> bool:
        match signal:
            case Sound(side=side) if side in self._sides:
                self._desk.take(self, signal)
                measured_hz = self._sides[side].feed(len(signal.samples) // SAMPLE_BYTES, signal.at_ns)
                if measured_hz is not None:
                    self._correct(side, measured_hz, signal.at_ns)
            case SideBegins():
                refusal = self._desk.begin(self, signal)
                if refusal:
                    self._give_up(refusal, signal.at_ns)
                else:
                    self.began = True
                    self._begun[signal.side] = signal
                    self._sides[signal.side] = RateCheck(signal.rate_hz, signal.at_ns)
            case SideEnds(side=side) if side in self._sides:
                self._end_side(signal)
            case _ if signal.side in self._sides:
                self._desk.take(self, signal)
            case _:
                pass
        return self._state == "open"

    def _correct(self, side: int, measured_hz: float, at_ns: int) -> None:
        """Take a side at its true rate: its call is live, and nobody corrects the platform before it is over."""
        sentence = f"{measured_hz:.0f} samples arrive in a second, which is not the rate that was announced."
        begins = self._begun.pop(side, None)
        rate_hz = rate_near(measured_hz)
        if begins and rate_hz:
            self._metrics.wrong_rates.inc()
            self._report(f"{self.name}: {sentence} The sound is now taken at {rate_hz} Hz. Correct it on the platform.")
            self._desk.take(self, SideEnds(side, at_ns, call_over=False, why="rate"))
            self._sides[side] = RateCheck(rate_hz, at_ns)
            if refusal := self._desk.begin(self, replace(begins, rate_hz=rate_hz, at_ns=at_ns)):
                self._give_up(refusal, at_ns)
        elif self._sides[side].ahead:
            self._give_up(Refusal("rate", f"{sentence} Correct the rate on the platform."), at_ns)
        else:
            self._metrics.wrong_rates.inc()
            self._report(f"{self.name}: {sentence} What is too much is dropped, what is missing is silence.")

    def _give_up(self, refusal: Refusal, at_ns: int) -> None:
        self.refuse(refusal)
        for side in list(self._sides):
            self._end_side(SideEnds(side, at_ns, call_over=False, why=refusal.why))

    def _end_side(self, signal: SideEnds) -> None:
        del self._sides[signal.side]
        self._desk.take(self, signal)

    def _ask(self, steps: Iterable[Step]) -> bool:
        messages = [step for step in steps if isinstance(step, Send | Close)]
        for message in messages:
            self._send(message)
        return bool(messages)
