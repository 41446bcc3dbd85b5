"""Whether the agent's usual voice is known at the microphone in use."""

from collections.abc import Iterator
from datetime import date

from audio.devices.capture import CHANNELS
from audio.devices.choose import choose
from audio.devices.device import DeviceError
from audio.devices.streams import Streams
from audio.engines import Engine
from monitor.doctor.diagnosis import Diagnosis
from monitor.setup import profile
from monitor.setup.profile import ProfileError

CALIBRATE = "Run tone-monitor calibrate"


def check(agent: str, wanted: str, streams: Streams, today: date, engine: Engine = "swift") -> Iterator[Diagnosis]:
    """Check the profile that a call would start with.

    Args:
        agent: the name in the settings.
        wanted: the microphone in the settings.
        streams: the sound system, which knows the microphone's full name.
        today: the day on which it must be valid.
        engine: what measures calls, in the settings.
    """
    for suffix in CHANNELS:
        wanted = wanted.removesuffix(suffix)
    try:
        device = choose(wanted, streams.inputs(), "agent").name
        found = profile.of(agent, device)
    except DeviceError:
        told = "There is no microphone, so no voice profile can be used. Plug one in, then calibrate."
        yield Diagnosis("profile", "look", told)
        return
    except ProfileError as error:
        yield Diagnosis("profile", "bad", str(error))
        return
    whose = f"The voice profile of {agent or 'the agent'} at {device}"
    if found is None:
        told = f"{whose} does not exist yet, so prompts start after 20 s of speech. {CALIBRATE}."
        if other := profile.elsewhere(agent, device, today):
            told = f"{whose} does not exist yet. Rate and pitch are known from {other.device}. {CALIBRATE}."
        yield Diagnosis("profile", "look", told)
    elif found.engine != engine:
        told = (
            f"{whose} was measured by {found.engine}, and calls are by {engine}, so it is not used. {CALIBRATE} again."
        )
        yield Diagnosis("profile", "look", told)
    elif found.expired(today):
        told = f"{whose} has expired; it was last confirmed {_ago(found.confirmed, today)}. {CALIBRATE} again."
        yield Diagnosis("profile", "look", told)
    else:
        yield Diagnosis("profile", "ok", f"{whose} is valid; it was last confirmed {_ago(found.confirmed, today)}.")


def _ago(day: date, today: date) -> str:
    days = (today - day).days
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
