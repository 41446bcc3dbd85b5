"""The way of a new user from a fresh installation to the first call: devices, voice, checks, shortcut."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import click
import tomli_w

from audio.devices.streams import Streams
from audio.engines import Engine
from audio.errors import AudioError
from monitor.base.terminal import say, say_all
from monitor.settings import config
from monitor.settings.config import Settings
from monitor.setup import calibration_session, settings_edit
from monitor.setup.profile import ProfileError
from monitor.setup.questions import Answers, answers
from monitor.setup.settings_edit import Key
from monitor.setup.shortcut import Shortcut


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the steps work with."""

    sound: Callable[[], Streams]
    """Gives the sound system, once a step."""
    doctor: Callable[[], bool]
    """Runs and prints all checks; returns whether there is no problem."""
    shortcut: Shortcut
    today: date
    """The day a profile counts from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How the steps are taken."""

    ask: bool
    """Whether somebody answers questions; else each is answered with what it suggests."""
    calibrate: bool
    plain: bool
    """No screen: lines only."""
    dry_run: bool
    """Say what would be written, and write nothing."""


def walk(given: Answers, settings: Settings, machine: Machine, choices: Choices) -> bool:
    """Take all steps, and ask only what is not given; return whether the checks found no problem.

    Raises:
        ConfigError: the settings cannot be written; nothing was.
        DeviceError: there is no input, or not the one that was named; nothing was written.
        AnswerError: the name cannot be used; nothing was written.
        ShortcutError: the shortcut cannot be written; everything else is done.
    """
    _heading(1, "Devices and name")
    said = answers(given, settings, machine.sound(), ask=choices.ask)
    values = _new(said, settings)
    if choices.dry_run:
        say_all(_would(values, machine.shortcut))
        return True
    _save(values)
    if choices.calibrate:
        _heading(2, "Your usual voice")
        _calibrate(said, settings.tone.engine, machine, choices)
    _heading(3, "Checks")
    fine = machine.doctor()
    _heading(4, "Shortcut")
    machine.shortcut.write()
    say(f"Saved as {machine.shortcut.path}")
    say(f"{machine.shortcut.use} In a terminal, tone-monitor live does the same.")
    return fine


def _heading(number: int, title: str) -> None:
    say_all([*([""] if number > 1 else []), f"Step {number} of 4: {title}"])


def _new(said: Answers, settings: Settings) -> dict[Key, str]:
    """The settings that are not yet in force."""
    in_force = {
        ("agent", "name"): (said.name, settings.agent.name),
        ("devices", "agent"): (said.agent, settings.devices.agent),
        ("devices", "customer"): (said.customer, settings.devices.customer),
    }
    return {key: new for key, (new, old) in in_force.items() if new is not None and new != old}


def _save(values: Mapping[Key, str]) -> None:
    if values:
        settings_edit.save(config.file(), values)
        say(f"Saved in {config.file()}")
    else:
        say(f"Nothing to change in {config.file()}")


def _calibrate(said: Answers, engine: Engine, machine: Machine, choices: Choices) -> None:
    """Learn the voice, if that is wanted now; whatever hinders it, the next steps are taken."""
    question = "Read aloud for half a minute, so that calls are judged from the start?"
    if choices.ask and not click.confirm(question, default=True):
        say("Later: tone-monitor calibrate")
        return
    try:
        source = calibration_session.microphone(said.agent or "", machine.sound())
        calibration_session.run(
            source, said.name or "", plain=choices.plain, anyway=False, today=machine.today, engine=engine
        )
    except (AudioError, ProfileError) as error:
        say(error)


def _would(values: Mapping[Key, str], shortcut: Shortcut) -> Iterator[str]:
    """What would be written."""
    yield f"Would save in {config.file()}:"
    for (table, name), value in values.items():
        yield f"  [{table}] {tomli_w.dumps({name: value}).rstrip()}"
    if not values:
        yield "  nothing new"
    yield f"Would save as {shortcut.path}:"
    yield from (f"  {line}" for line in shortcut.text.splitlines())
