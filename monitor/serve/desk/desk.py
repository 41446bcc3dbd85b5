"""The desk: pairs sides to calls, gives calls to workers, and answers what is asked of them."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from typing import Any, Self

from monitor.live.control import ControlError, runtime_folder
from monitor.serve.call_desk import Answer, Line, Refusal, Screen
from monitor.serve.desk import changes
from monitor.serve.desk.announced import Announced
from monitor.serve.desk.clock import now_ns
from monitor.serve.desk.crew import Crew
from monitor.serve.desk.front_call import AGENT, CUSTOMER, FrontCall, FrontSide
from monitor.serve.desk.local_screens import LocalScreens
from monitor.serve.desk.numbers import Numbers
from monitor.serve.desk.screens import AgentScreen, Screens, ScreenWish, same
from monitor.serve.desk.team_link import TeamLink
from monitor.serve.desk.wall_link import WallLink
from monitor.serve.desk.worker_handle import WorkerHandle
from monitor.serve.orders import Alive, CallBegins, CallChanges, CallClosed, CallOpen, Report, ScreenSays, Shown
from monitor.serve.signals import SideBegins, SideEnds, Signal
from monitor.serve.worker_options import WorkerOptions

TICK_S = 0.1
"""How often the workers get what has come."""
RECONNECT_S = 60.0
"""How long a call without a connection waits for the next one, if nobody said that it is over."""
JOIN_S = 0.5
"""The same for a call whose sides are all over."""
OWN_CALL = "no id"


class Desk:
    """See `monitor.serve.call_desk.CallDesk`.

    Args:
        options: of the workers.
        workers: how many.
        most: calls at the same time.
        report: takes a sentence for the log.
    """

    def __init__(self, options: WorkerOptions, workers: int, most: int, report: Callable[[str], None]) -> None:
        self.numbers = Numbers()
        self.numbers.most.set(most)
        self._most, self._say = most, report
        self._numbered = count(1)
        self.crew = Crew(options, workers, self._take_report, self._move_calls, self.numbers)
        self._calls: dict[str, FrontCall] = {}
        self._by_number: dict[int, FrontCall] = {}
        self._sides: dict[tuple[str, int], tuple[FrontCall, int]] = {}
        """The call and the side of each connection's side."""
        self._announced = Announced()
        self._screens = Screens()
        self._wall = WallLink(options.settings, self._by_number.values, report, now_ns)
        self._team = TeamLink(options)
        self._local = LocalScreens(self.watch, runtime_folder())
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def __aenter__(self) -> Self:
        """Start the workers."""
        await self.crew.start()
        self._wall.open()
        self._team.open()
        self._spawn(self._tick())
        try:
            await self._local.open()
        except (OSError, NotImplementedError, ControlError) as error:
            self._say(f"`tone-monitor watch --agent` does not work on this machine: {error}")
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all calls, and the workers when these are written."""
        self._stopping = True
        await self._local.close()
        for call in list(self._calls.values()):
            self._end(call, now_ns(), broken=False)
        await self.crew.close()
        await self._wall.close()
        await self._team.close()
        for task in self._tasks:
            task.cancel()

    def room(self, call: str) -> Refusal | None:
        """Whether a call may begin."""
        if self._stopping:
            return Refusal("stopping", "The server is stopping.")
        if self._announced.call_of(call) in self._calls or len(self._calls) < self._most:
            return None
        return Refusal("full", f"All {self._most} calls that this server measures at a time are in progress.")

    def expects(self, call: str) -> bool:
        """Whether a call was announced."""
        return call in self._announced or call in self._calls

    def begin(self, line: Line, side: SideBegins) -> Refusal | None:
        """Take a side."""
        told = self._announced.of(side.call)
        id_ = (told.call if told else "") or side.call or f"{OWN_CALL} {line.name}"
        if refusal := self.room(id_):
            return refusal
        call = self._calls.get(id_)
        number = self._number_of(call, side, told.role if told else None)
        if number is None:
            return Refusal("second connection", "This side of the call is connected already.")
        call = call or self._begin_call(id_, side, told)
        call.sides[number] = FrontSide(line, side)
        call.alone_since_s = None
        self._sides[line.name, side.side] = call, number
        call.put(number, side)
        if side.agent and not same(side.agent, call.begins.agent):
            self._change(call, CallChanges(side.at_ns, agent=side.agent))
        return None

    def take(self, line: Line, signal: Signal) -> None:
        """Take what follows on a side."""
        key = line.name, signal.side
        if (found := self._sides.get(key)) is None:
            return
        call, number = found
        if not call.ended:
            call.put(number, signal)
        if isinstance(signal, SideEnds):
            del self._sides[key]
            side = call.sides.get(number)
            if side and side.line is line:
                side.connected, side.over = False, signal.call_over
                call.alone_since_s = None if call.is_connected else asyncio.get_running_loop().time()

    def change(self, call: str, body: bytes) -> Answer:
        """Answer `POST /calls/ID`."""
        try:
            change = changes.read(body)
        except ValueError as error:
            return changes.answer(HTTPStatus.BAD_REQUEST, error=str(error))
        found = self._calls.get(self._announced.call_of(call))
        if found is None or change.role or change.call:
            self._announced.put(call, change)
        if found is None:
            if change.end:
                return changes.answer(HTTPStatus.NOT_FOUND, error="There is no such call in progress.")
            return changes.answer(HTTPStatus.ACCEPTED, call=call, state="announced")
        at_ns = now_ns()
        self._change(found, CallChanges(at_ns, change.agent, change.customer_id, change.consent, change.hold))
        if change.end:
            self._end(found, at_ns, broken=False)
        return changes.answer(HTTPStatus.OK, call=found.begins.id, state="over" if change.end else "call")

    def calls(self) -> Answer:
        """Answer `GET /calls`."""
        listed = [call.told for call in self._calls.values()]
        return changes.answer(HTTPStatus.OK, calls=listed, max=self._most)

    def health(self) -> tuple[bool, int, int]:
        """Whether a worker is ready, the number of calls, and the greatest number."""
        return any(worker.ready for worker in self.crew.workers), len(self._calls), self._most

    def metrics(self) -> bytes:
        """The figures of the calls."""
        self.numbers.calls.set(len(self._calls))
        return self.numbers.page()

    async def watch(self, agent: str, screen: Screen) -> None:
        """Serve an agent's screen until it is gone."""
        shown = AgentScreen(agent, screen)
        self._screens.add(shown)
        for call in self._of(agent):
            call.watched = False  # so that the state of the call is reported again
            call.watch(now_ns(), on=True)
        sending = asyncio.create_task(shown.send())
        try:
            while not sending.done():
                if (wish := await shown.wish()) and (calls := self._of(agent)):
                    self._obey(calls[0], wish)
        finally:
            self._screens.remove(shown)
            sending.cancel()
            with suppress(ConnectionError, asyncio.CancelledError):
                await sending

    def _of(self, agent: str) -> list[FrontCall]:
        """The calls of an agent, the newest first."""
        return [call for call in reversed(self._calls.values()) if same(call.begins.agent, agent)]

    def _obey(self, call: FrontCall, wish: ScreenWish) -> None:
        if wish.do == "end":
            self._end(call, now_ns(), broken=False)
            return
        if wish.do == "pause":
            for side in call.sides.values():
                side.line.pause()
        call.put(0, ScreenSays(now_ns(), wish.do, wish.rule, wish.since_s, wish.minutes))

    def _number_of(self, call: FrontCall | None, side: SideBegins, role: str | None) -> int | None:
        """Which side of the call it is; None if that side is connected already."""
        taken = {number for number, one in call.sides.items() if one.connected} if call else set()
        if role or side.role:
            wanted = AGENT if (role or side.role) == "agent" else CUSTOMER
            return None if wanted in taken else wanted
        return next((number for number in (CUSTOMER, AGENT) if number not in taken), None)

    def _begin_call(self, id_: str, side: SideBegins, told: changes.Change | None) -> FrontCall:
        begins = CallBegins(
            side.at_ns,
            id_,
            side.at_ns,
            side.dialect,
            (told and told.agent) or side.agent,
            (told and told.customer_id) or side.customer_id,
            (told and told.consent) or side.consent,
            side.attributes,
        )
        call = FrontCall(next(self._numbered), begins, self._least_busy())
        self._calls[id_] = self._by_number[call.number] = call
        self.numbers.begun.labels(side.dialect).inc()
        call.put(0, begins)
        call.watch(side.at_ns, on=bool(self._screens.of(begins.agent)))
        return call

    def _least_busy(self) -> WorkerHandle:
        return self.crew.least_busy(call.worker for call in self._by_number.values() if not call.ended)

    def _change(self, call: FrontCall, change: CallChanges) -> None:
        if change.agent is not None and not same(change.agent, call.begins.agent):
            for screen in self._screens.of(call.begins.agent):
                screen.show_state("waiting")
            call.change(change)
            call.watched = False
            call.watch(change.at_ns, on=bool(self._screens.of(change.agent)))
        else:
            call.change(change)

    def _end(self, call: FrontCall, at_ns: int, *, broken: bool) -> None:
        self._calls.pop(call.begins.id, None)
        self._announced.forget(call.begins.id)
        if not call.ended:
            call.end(at_ns, broken=broken)
        for side in call.sides.values():
            if side.connected:
                side.line.end("The call is over.")

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_S)
            at_ns, now_s = now_ns(), loop.time()
            for call in list(self._calls.values()):
                if call.alone_since_s is not None:
                    patience_s = JOIN_S if call.is_over else RECONNECT_S
                    if now_s - call.alone_since_s > patience_s:
                        self._end(call, at_ns, broken=not call.is_over)
            self._wall.look(self.crew.workers)
            self.crew.flush(at_ns, now_s)

    def _take_report(self, worker: WorkerHandle, report: Report) -> None:
        self._wall.take(worker, report)
        match report:
            case Alive():
                self.numbers.feed(worker.number, report)
            case CallOpen(call=number, folder=folder):
                if call := self._by_number.get(number):
                    call.begins = replace(call.begins, folder=folder)
            case CallClosed():
                self._closed(report)
            case Shown(call=number, event=event):
                shown = self._by_number.get(number)
                for screen in self._screens.of(shown.begins.agent) if shown else ():
                    screen.show(bytes(event))
            case _:
                pass

    def _closed(self, closed: CallClosed) -> None:
        self._team.call_closed()
        if closed.failure:
            self._say(closed.failure)
        if (call := self._by_number.pop(closed.call, None)) and not self._of(call.begins.agent):
            for screen in self._screens.of(call.begins.agent):
                screen.show_state("waiting")

    def _move_calls(self, gone: WorkerHandle) -> None:
        """A worker is gone: others continue its calls."""
        self._say(f"Worker {gone.number} ended. Its calls are continued by another one.")
        at_ns = now_ns()
        for call in list(self._by_number.values()):
            if call.worker is gone:
                call.move(self._least_busy(), at_ns)
                if call.ended:
                    call.end(at_ns, broken=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
