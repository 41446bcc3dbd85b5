"""A calibration from the microphone to the kept profile, on the terminal or in plain lines."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import click

from audio.block import AudioBlock
from audio.measures import SoundLost, SourceState
from audio.streams import Streams
from monitor import config, profile
from monitor.calibration import SPEECH_S, Calibrated, Calibration, Finding, Heard

PASSAGE = """\
Thank you for calling, my name is Robin. I am sorry to hear that your
connection has been down since Monday. I can see your line here, and I would
like to run a short test with you. Could you tell me which lights are on at
the front of the box? Good. Please hold the small button at the back for ten
seconds, and wait until the light turns green again. While it starts, let me
explain what happened: there was work on the line in your street, and some
boxes did not find their way back. If it is still slow this evening, I will
send someone on Wednesday between nine and twelve. Is there anything else
that I can do for you today? Then I wish you a good afternoon."""
"""About 40 s at an ordinary pace."""
INVITATION = "Read this aloud, or say anything, as you would to a friendly customer:"
EVERY_S = 5.0
"""Seconds of speech between two plain lines."""
HINTS_AFTER_S = 5.0
"""Seconds of speech from which the level can be told."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the voice comes from."""

    device: str
    loopback: bool
    sound: Iterable[AudioBlock | SoundLost | SourceState]
    live: bool = True
    """Whether somebody is waiting; a recording is read to its end."""


class Shown(Protocol):
    """Shows how it goes."""

    def update(self, heard: Heard, hint: str) -> None:
        """Take what has been heard so far, and a sentence to help, or ""."""


@contextmanager
def microphone(wanted: str, streams: Streams) -> Iterator[Listening]:
    """Open the microphone that is meant.

    Raises:
        DeviceError: there is none, or it cannot be opened.
    """
    from audio.capture import Capture  # noqa: PLC0415 - a recording needs no sound cards

    with Capture(agent=wanted, streams=streams) as capture:
        loopback = any(device.is_loopback and device.name == capture.name for device in streams.inputs())
        yield Listening(capture.name, loopback, capture.blocks())


def recording(path: Path, device: str) -> AbstractContextManager[Listening]:
    """Take the agent's channel of a recording made with a device.

    Raises:
        SoundError: it cannot be used.
    """
    from audio.files import open_recording  # noqa: PLC0415 - a microphone needs no files

    agent = (block for block in open_recording(path).blocks() if block.speaker == "agent")
    return nullcontext(Listening(device or path.name, loopback=False, sound=agent, live=False))


def run(source: AbstractContextManager[Listening], *, plain: bool, anyway: bool, today: date) -> bool:
    """Listen, say what was found, and keep the profile if it is good; return whether it was kept.

    Args:
        source: the microphone or the recording.
        plain: print lines; else draw a meter.
        anyway: keep it even from bad sound.
        today: the day the profile counts from.

    Raises:
        DeviceError, SoundError: the source cannot be used.
        ConfigError: the settings cannot be used.
        ProfileError: the profile cannot be written.
    """
    agent = config.settings().agent.name
    with source as listening:
        calibration = Calibration(loopback=listening.loopback)
        with _lines(listening) if plain else _screen(listening) as shown:
            listen(listening, calibration, shown)
    calibrated = calibration.result()
    for finding in calibrated.findings:
        click.echo(f"{'bad ' if finding.bad else 'look'}  {finding.told}")
    found = calibrated.profile(agent, listening.device, today)
    if found is None or not (calibrated.good or anyway):
        click.echo(_refusal(calibrated, makes_one=found is not None))
        return False
    path = profile.save(found)
    click.echo("\n".join(described(found)))
    click.echo(f"Kept in {path}")
    return True


def listen(listening: Listening, calibration: Calibration, shown: Shown) -> None:
    """Feed the sound until there is enough; Ctrl-C ends it with what there is."""
    try:
        for item in listening.sound:
            if isinstance(item, SourceState) and not item.fine:
                click.echo(item.note, err=True)
            if not isinstance(item, AudioBlock):
                continue
            for heard in calibration.feed(item):
                shown.update(heard, hint(heard, calibration))
            if calibration.enough or (listening.live and calibration.hopeless):
                return
    except KeyboardInterrupt:
        return


def hint(heard: Heard, calibration: Calibration) -> str:
    """What would help while somebody speaks, one sentence or none."""
    if heard.speech_s < HINTS_AFTER_S:
        return ""
    return next((finding.told for finding in _of_the_level(calibration.result().findings)), "")


def described(kept: profile.Profile) -> Iterator[str]:
    """A profile's numbers in words."""
    norms = kept.usual
    whose = f"{kept.agent or 'Whoever speaks'} at {kept.device}"
    level = f"{norms.level_dbfs:.1f} dBFS".replace("-", "−")
    room = kept.noise_floor_dbfs
    over = "" if room is None else f", {norms.level_dbfs - room:.0f} dB over what is between the words"
    yield f"{whose} usually speaks at {level}{over};"
    yield f"{norms.articulation_rate_sps:.1f} syllables a second, pauses left out;"
    if norms.pitch_hz is not None:
        yield f"at a pitch of {norms.pitch_hz:.0f} Hz;"
    if norms.balance_db is not None:
        side = "less" if norms.balance_db < 0 else "more"
        yield f"with {abs(norms.balance_db):.0f} dB {side} energy above 1 kHz than below."
    until = kept.confirmed + timedelta(days=profile.KEPT_DAYS)
    yield f"Calls are judged by it until {until:%d %B %Y}, and calls in the usual voice keep it up to date."


def _refusal(calibrated: Calibrated, *, makes_one: bool) -> str:
    if makes_one:
        return "No profile was kept: put that right and calibrate again, or keep it all the same with --anyway."
    return f"No profile was kept: {calibrated.speech_s:.0f} s of speech are too little for one."


def _of_the_level(findings: Sequence[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.problem in {"clipped", "too quiet", "noisy", "loopback"})


@contextmanager
def _lines(listening: Listening) -> Iterator[Shown]:
    click.echo(f"Listening to {listening.device}.")
    if listening.live:
        click.echo(f"{INVITATION}\n\n{PASSAGE}\n")
    yield Lines()


@contextmanager
def _screen(listening: Listening) -> Iterator[Shown]:
    from monitor.calibration_screen import CalibrationScreen  # noqa: PLC0415 - lines need no screen

    with CalibrationScreen(listening.device) as screen:
        yield screen


class Lines:
    """A line for every few seconds of speech."""

    def __init__(self) -> None:
        self._told_s = 0.0
        self._hint = ""

    def update(self, heard: Heard, hint: str) -> None:
        """Say how it goes, now and then, and every new hint."""
        if hint and hint != self._hint:
            click.echo(hint)
            self._hint = hint
        if heard.speech_s >= self._told_s + EVERY_S:
            self._told_s += EVERY_S
            click.echo(f"{self._told_s:.0f} of {SPEECH_S:.0f} s of speech")
            sys.stdout.flush()
