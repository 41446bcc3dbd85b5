"""A session from its start to its summary, on the screen or in plain lines."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from monitor.base.terminal import say, say_all
from monitor.live.parts import Opened
from monitor.live.session import Pump

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from audio.files.recording import AgentChannel


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
        speed: times real time; 0 for as fast as it goes.
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


def run(open_session: Callable[[], Opened], *, auto: bool = False, plain: bool) -> None:
    """Run a session to its end and sum its calls up; raises what went wrong."""
    from monitor.settings.config import settings  # noqa: PLC0415

    with ExitStack() as stack:
        pump = Pump(lambda: _opened(open_session, pump, stack), auto=auto, end_after_s=settings().calls.end_after_s)
        if plain or not sys.stdout.isatty():
            pump.run(_printing(masked=settings().privacy.card_guard))
        else:
            from monitor.agent.app import AgentApp  # noqa: PLC0415 - lines need no screen

            view = AgentApp(pump).run(mouse=False)
            pump.stop()
            for trouble in view.troubles if view else ():
                if trouble.part == "recording":  # or it would be gone with the screen
                    say(trouble.note, err=True)
    if pump.failure:
        raise pump.failure
    if pump.folders:
        _sum_up(pump.folders)


def _opened(open_session: Callable[[], Opened], pump: Pump, stack: ExitStack) -> Opened:
    """Open a session and let `tone-monitor call` steer it; it does without where that cannot be."""
    from monitor.live import control  # noqa: PLC0415 - like all of this behind the first picture

    opened = open_session()
    try:
        stack.enter_context(control.Control(partial(control.answer, pump)))
    except control.ControlError as error:
        stack.callback(say, error, err=True)
    return opened


def _sum_up(folders: Sequence[Path]) -> None:
    from monitor.call.summary import of_folder  # noqa: PLC0415
    from monitor.call.text import summary  # noqa: PLC0415 - the screen is up sooner without

    for folder in folders:
        say_all(summary(of_folder(folder)))
        say(f"Kept in {folder}")


def _play(*args: Any, **kwargs: Any) -> Opened:  # noqa: ANN401 - passed on as they are
    from monitor.live.wiring import from_recording  # noqa: PLC0415 - heavy, and done behind the first picture

    return from_recording(*args, **kwargs)


def _listen(*args: Any, **kwargs: Any) -> Opened:  # noqa: ANN401 - passed on as they are
    from monitor.live.wiring import from_devices  # noqa: PLC0415 - heavy, and done behind the first picture

    return from_devices(*args, **kwargs)


def _printing(*, masked: bool) -> Callable[[object], None]:
    """What prints a session in lines, without card numbers if that is wanted."""
    from monitor.call.text import line  # noqa: PLC0415 - same
    from monitor.privacy.outgoing import Leaving  # noqa: PLC0415 - the screen is up sooner without

    leaving = Leaving() if masked else None

    def show(event: object) -> None:
        said = line(leaving.masked(event) if leaving else event)
        if said is not None:
            say(said)

    return show
