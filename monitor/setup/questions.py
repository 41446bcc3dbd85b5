"""The questions of a first setup: whose microphone, which side the customer is on, and a name."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from audio.block import Speaker
from audio.devices.capture import CHANNELS
from audio.devices.choose import choose
from audio.devices.device import LOOPBACK, Device, DeviceError
from audio.devices.streams import Streams
from monitor.base.errors import MonitorError
from monitor.base.terminal import printable, say, say_all
from monitor.settings.config import Settings
from monitor.setup.device_levels import DeviceLevels, reference, table

LISTEN_S = 3.0
NONE = "none"
"""What a person answers if there is no customer to be heard."""
LONGEST_NAME = 100
"""Characters."""


class AnswerError(MonitorError):
    """An answer cannot be used; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Devices and a name, as the settings file has them; None where nothing was said."""

    agent: str | None = None
    customer: str | None = None
    name: str | None = None


def answers(given: Answers, settings: Settings, streams: Streams, *, ask: bool) -> Answers:
    """Show all inputs with their levels, and complete what was given: by questions, or else as they would suggest.

    Args:
        given: what the command line says, which is not asked again.
        settings: what is in force; its devices and name are suggested first.
        streams: the sound system; closed afterwards.
        ask: whether there is somebody to answer.

    Raises:
        DeviceError: there is no input, or not the one that is meant.
        AnswerError: the name cannot be used.
    """
    devices = _shown(streams)
    agent = _completed("agent", given.agent, settings.devices.agent, devices, ask=ask)
    customer = _completed("customer", given.customer, settings.devices.customer, devices, ask=ask)
    name = given.name
    if name is None:
        name = settings.agent.name
        if ask:
            name = _until_valid("Your name, for your profile and in reports", name, _name)
    return Answers(agent, customer, _name(name))


def _shown(streams: Streams) -> Sequence[Device]:
    """Listen to every input for a moment, and print how loud they were."""
    with DeviceLevels(streams) as levels:
        say(f"Speak for {LISTEN_S:.0f} seconds: the input with the longest bar is your microphone.")
        streams.wait(LISTEN_S)
        heard = levels.look()
    say_all(["", *table(heard, min(shutil.get_terminal_size().columns, 100), options=False), ""])
    return [level.device for level in heard]


def _completed(speaker: Speaker, given: str | None, in_force: str, devices: Sequence[Device], *, ask: bool) -> str:
    if given is not None:
        return _device(given, devices, speaker)
    question = "Your microphone" if speaker == "agent" else f'The customer\'s side, or "{NONE}"'
    try:
        suggested = _device(in_force, devices, speaker) if in_force else _usual(devices, speaker)
    except DeviceError as error:  # the settings name a device that is not here
        if not ask:
            raise
        say(error)
        suggested = _usual(devices, speaker)
    if not ask:
        return suggested
    return _until_valid(question, suggested or NONE, lambda text: _device(text, devices, speaker))


def _device(wanted: str, devices: Sequence[Device], speaker: Speaker) -> str:
    """The device that is meant, named so that it is found again however they are counted then."""
    if speaker == "customer" and wanted.casefold() in ("", NONE):
        return ""
    suffix = next((suffix for suffix in CHANNELS if wanted.casefold().endswith(suffix)), "")
    plain = wanted[: len(wanted) - len(suffix)]
    found = choose(plain, devices, speaker)
    return (LOOPBACK if plain.casefold() == LOOPBACK else reference(found, devices)) + suffix


def _usual(devices: Sequence[Device], speaker: Speaker) -> str:
    """What most people mean: the system's own microphone, and what the machine plays if that can be heard."""
    if speaker == "agent":
        return _device("", devices, speaker)
    return LOOPBACK if any(device.is_loopback for device in devices) else ""


def _name(text: str) -> str:
    text = text.strip()
    if printable(text) != text or len(text) > LONGEST_NAME:
        raise AnswerError(f"A name has at most {LONGEST_NAME} characters, and no control characters: choose another.")
    return text


def _until_valid(question: str, suggested: str, check: Callable[[str], str]) -> str:
    """Ask until the answer can be used; Enter takes what is suggested."""
    while True:
        answer: str = click.prompt(printable(question), default=printable(suggested), show_default=bool(suggested))
        try:
            return check(answer)
        except (AnswerError, DeviceError) as error:
            say(error)
