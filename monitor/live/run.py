"""A session from its start to its summary, on the screen or in plain lines."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from monitor.base.terminal import say, say_all
from monitor.live.inbox import SessionError
from monitor.live.parts import Opened
from monitor.live.session import Pump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from audio.files.recording import AgentChannel
    from monitor.live.printer import Printer
    from rules.model import Prompt


def play(  # noqa: PLR0913 - one argument an option of the command
    path: Path,
    *,
    speed: float = 1.0,
    agent: AgentChannel = "left",
    record: bool = True,
    auto: bool = False,
    plain: bool = False,
    calls: Path | None = None,
    model: str = "default",
    rules: Sequence[Path] = (),
    metrics: int | None = None,
) -> None:
    """Play a recording as if it were the call, and sum it up.

    Args:
        path: the recording.
        speed: times real time; 0 for as fast as it goes, and then no line is dropped: those that nobody has read yet
            wait in memory, and the end of the session waits until they are read.
        agent: the agent's channel.
        record: whether the sound is kept in the call's folder.
        auto: whether the customer's speech begins a call; else one begins at once.
        plain: print lines instead of showing the screen; a standard output that is no terminal does so, too.
        calls: the folder of all calls.
        model: the Whisper model.
        rules: a team's rule files.
        metrics: port of this machine on which Prometheus may look.

    Raises:
        SoundError: the recording cannot be used.
        SessionError: no call can begin by itself.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written.
    """
    run(
        partial(
            _play,
            path,
            speed=speed,
            agent=agent,
            record=record,
            calls=calls,
            model=model,
            rules=rules,
            metrics=metrics,
        ),
        auto=auto,
        plain=plain,
        drop_late_lines=speed != 0,
    )


def listen(  # noqa: PLR0913 - one argument an option of the command
    *,
    agent: str = "",
    customer: str = "",
    record: bool = True,
    auto: bool = False,
    plain: bool = False,
    calls: Path | None = None,
    model: str = "default",
    rules: Sequence[Path] = (),
    metrics: int | None = None,
) -> None:
    """Monitor the calls that the sound cards bring, until it is ended.

    Args:
        agent: the microphone, as `audio.devices.choose.choose` takes it.
        customer: the other side, likewise.
        record: whether the sound is kept in the calls' folders.
        auto: whether the customer's speech begins a call; else one begins at once, and the next when asked for.
        plain: print lines instead of showing the screen; a standard output that is no terminal does so, too.
        calls: the folder of all calls.
        model: the Whisper model.
        rules: a team's rule files.
        metrics: port of this machine on which Prometheus may look.

    Raises:
        DeviceError: a sound card cannot be used.
        SessionError: no call can begin by itself.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written.
    """
    run(
        partial(_listen, agent, customer, record=record, calls=calls, model=model, rules=rules, metrics=metrics),
        auto=auto,
        plain=plain,
    )


def run(open_session: Callable[[], Opened], *, auto: bool = False, plain: bool, drop_late_lines: bool = True) -> None:
    """Run a session to its end and sum its calls up; raises what went wrong.

    Plain lines never hold the session up, and neither does an output that fails or is closed. When the last call is
    written and the control channel is free, the program waits until the lines and the summary are read; Ctrl-C ends
    that.

    Args:
        open_session: gets everything ready.
        auto: whether the customer's speech begins a call.
        plain: print lines instead of showing the screen.
        drop_late_lines: whether the oldest lines are dropped when nobody reads them; else all of them wait.

    Raises:
        BrokenPipeError: whoever read the lines is gone; the calls are kept.
        SessionError: the lines could not be printed; the calls are kept.
    """
    from monitor.settings.config import settings  # noqa: PLC0415

    printer: Printer | None = None
    with ExitStack() as stack:
        pump = Pump(lambda: _opened(open_session, pump, stack), auto=auto, end_after_s=settings().calls.end_after_s)
        if plain or not sys.stdout.isatty():
            printer = _printer(drop_late_lines=drop_late_lines)
            masked = settings().privacy.card_guard
            pump.run(_printing(printer.put, pump.confirm_seen, masked=masked))
        else:
            from monitor.agent.app import AgentApp  # noqa: PLC0415 - lines need no screen

            view = AgentApp(pump).run(mouse=False)
            pump.stop()
            for trouble in view.troubles if view else ():
                if trouble.part == "recording":  # or it would be gone with the screen
                    say(trouble.note, err=True)
    failure, last = pump.failure, list[str]()
    try:
        last.extend(() if failure else _sum_up(pump.folders))
    except Exception as error:  # noqa: BLE001 - raised when all lines are printed
        failure = error
    if printer:
        printer.close(last)
        failure = failure or _told(printer.failure)
    else:
        say_all(last)
    if failure:
        raise failure


def _opened(open_session: Callable[[], Opened], pump: Pump, stack: ExitStack) -> Opened:
    """Open a session and let `tone-monitor call` steer it; it does without where that cannot be."""
    from monitor.live import control  # noqa: PLC0415 - like all of this behind the first picture

    opened = open_session()
    try:
        stack.enter_context(control.Control(partial(control.answer, pump)))
    except control.ControlError as error:
        stack.callback(say, error, err=True)
    return opened


def _sum_up(folders: Iterable[Path]) -> Iterator[str]:
    from monitor.call.summary import of_folder  # noqa: PLC0415
    from monitor.call.text import feedback, summary  # noqa: PLC0415 - the screen is up sooner without

    for folder in folders:
        analysis = of_folder(folder)
        yield from summary(analysis)
        yield from feedback(analysis)
        yield f"Kept in {folder}"


def _told(failure: OSError | None) -> Exception | None:
    """The failure of an output; one that was closed ends the program as it ends any other, without a word."""
    if failure is None or isinstance(failure, BrokenPipeError):
        return failure
    return SessionError(
        f"Can't print every line: {failure.strerror}. Calls are not affected: list them with `tone-monitor calls`."
    )


def _play(*args: Any, **kwargs: Any) -> Opened:  # noqa: ANN401 - passed on as they are
    from monitor.live.wiring import from_recording  # noqa: PLC0415 - heavy, and done behind the first picture

    return from_recording(*args, **kwargs)


def _listen(*args: Any, **kwargs: Any) -> Opened:  # noqa: ANN401 - passed on as they are
    from monitor.live.wiring import from_devices  # noqa: PLC0415 - heavy, and done behind the first picture

    return from_devices(*args, **kwargs)


def _printer(*, drop_late_lines: bool) -> Printer:
    from monitor.live.printer import MOST_WAITING, Printer, unbuffered  # noqa: PLC0415 - the screen is up sooner without

    return Printer(unbuffered(sys.stdout), most_waiting=MOST_WAITING if drop_late_lines else None)


def _printing(
    put: Callable[[str, Callable[[], object] | None], object], confirm: Callable[[Prompt], object], *, masked: bool
) -> Callable[[object], None]:
    """What hands a session to `put` in lines, without card numbers if that is wanted, and confirms the prompts."""
    from monitor.call.events import PromptShown  # noqa: PLC0415 - same
    from monitor.call.text import line  # noqa: PLC0415 - same
    from monitor.privacy.outgoing import Leaving  # noqa: PLC0415 - the screen is up sooner without

    leaving = Leaving() if masked else None

    def show(event: object) -> None:
        said = line(leaving.masked(event) if leaving else event)
        if said is not None:
            put(said, partial(confirm, event.prompt) if isinstance(event, PromptShown) else None)

    return show
