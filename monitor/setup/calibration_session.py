"""A calibration from the microphone to the saved profile, on the terminal or in plain lines."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import click

from audio.block import AudioBlock, Speaker
from audio.devices.choose import choose
from audio.devices.device import DeviceError
from audio.devices.streams import Streams
from audio.engines import DEFAULT, Engine
from audio.values import SoundLost, SourceState
from monitor.base.indent import hanging
from monitor.base.terminal import say, say_all
from monitor.setup import calibration_text, profile
from monitor.setup.calibration import Calibration, CalibrationProgress
from monitor.setup.calibration_findings import Finding

HINTS_AFTER_S = 5.0
"""Seconds of speech needed to know the level."""


@dataclass(frozen=True, slots=True)
class CalibrationSource:
    """Where the voice comes from."""

    device: str
    loopback: bool
    sound: Iterable[AudioBlock | SoundLost | SourceState]
    live: bool = True
    """Whether somebody is waiting; a recording is read to the end."""
    speakers: tuple[Speaker, ...] = ("agent",)
    """Whose sound it is, the agent first."""


class CalibrationView(Protocol):
    """Shows the progress."""

    def update(self, heard: CalibrationProgress, hint: str) -> None:
        """Take what has been heard so far, and a hint, or ""."""


@contextmanager
def microphone(wanted: str, streams: Streams) -> Iterator[CalibrationSource]:
    """Open the chosen microphone.

    Raises:
        DeviceError: there is none, or it cannot be opened.
    """
    from audio.devices.capture import Capture  # a recording needs no sound cards

    with Capture(agent=wanted, streams=streams) as capture:
        loopback = any(device.is_loopback and device.name == capture.microphone for device in streams.inputs())
        yield CalibrationSource(capture.microphone, loopback, capture.blocks())


def recording(path: Path, wanted: str, streams: Streams) -> AbstractContextManager[CalibrationSource]:
    """Take a recording made with the agent's microphone, which need not be plugged in now.

    Raises:
        SoundError: the recording cannot be used.
        DeviceError: it is not known which microphone it was.
    """
    from audio.files.recording import open_recording  # a microphone needs no files

    heard = open_recording(path)
    device, speakers = _full_name(wanted, streams), tuple(sorted(heard.speakers))
    return nullcontext(CalibrationSource(device, loopback=False, sound=heard.blocks(), live=False, speakers=speakers))


def _full_name(wanted: str, streams: Streams) -> str:
    """The name of a microphone as a call will see it."""
    try:
        return choose(wanted, streams.inputs(), "agent").name
    except DeviceError as error:
        if not wanted:
            raise DeviceError(
                "A recording does not say which microphone made it. Give the microphone's full name with --agent."
            ) from error
        return wanted


def run(  # noqa: PLR0913 - one argument a decision of the caller
    source: AbstractContextManager[CalibrationSource],
    agent: str,
    *,
    plain: bool,
    anyway: bool,
    today: date,
    engine: Engine = DEFAULT,
) -> bool:
    """Listen, report what was found, and save the profile if it is good; return whether it was saved.

    Args:
        source: the microphone or the recording.
        agent: whose voice it is.
        plain: print lines; else draw a meter.
        anyway: save it even if the sound is poor.
        today: the day from which the profile is valid.
        engine: what measures it.

    Raises:
        DeviceError, SoundError: the source cannot be used.
        ProfileError: the profile cannot be written.
    """
    with source as listening:
        calibration = Calibration(loopback=listening.loopback, speakers=listening.speakers, engine=engine)
        with _lines(listening) if plain else _screen(listening) as shown:
            listen(listening, calibration, shown)
    calibrated = calibration.result()
    for finding in calibrated.findings:
        say_all(hanging("problem  " if finding.bad else "warning  ", finding.told).split("\n"))
    found = calibrated.profile(agent, listening.device, today)
    if found is None or not (calibrated.good or anyway):
        click.echo(calibration_text.refusal(calibrated, makes_one=found is not None))
        return False
    path = profile.save(found)
    say_all(calibration_text.described(found))
    say(f"Saved in {path}")
    return True


def listen(listening: CalibrationSource, calibration: Calibration, shown: CalibrationView) -> None:
    """Feed the sound until there is enough, or until Ctrl-C."""
    try:
        for item in listening.sound:
            if isinstance(item, SourceState) and not item.fine:
                say(item.note, err=True)
            if not isinstance(item, AudioBlock):
                continue
            for heard in calibration.feed(item):
                shown.update(heard, hint(heard, calibration))
            if calibration.enough or (listening.live and calibration.hopeless):
                return
    except KeyboardInterrupt:
        return


def hint(heard: CalibrationProgress, calibration: Calibration) -> str:
    """A hint for the speaker, one sentence or none."""
    if heard.speech_s < HINTS_AFTER_S:
        return ""
    return next((finding.told for finding in _of_the_level(calibration.result().findings)), "")


def _of_the_level(findings: Sequence[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.problem in {"clipped", "too quiet", "noisy", "loopback"})


@contextmanager
def _lines(listening: CalibrationSource) -> Iterator[CalibrationView]:
    say(f"Listening to {listening.device}.")
    if listening.live:
        click.echo(f"{calibration_text.INVITATION}\n\n{calibration_text.PASSAGE}\n")
    yield calibration_text.Lines()


@contextmanager
def _screen(listening: CalibrationSource) -> Iterator[CalibrationView]:
    from monitor.setup.calibration_screen import CalibrationScreen  # lines need no screen

    with CalibrationScreen(listening.device) as screen:
        yield screen
