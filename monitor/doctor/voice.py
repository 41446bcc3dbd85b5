"""Whether the agent's usual voice is known at the microphone in use."""

from collections.abc import Iterator
from datetime import date

from audio.devices.capture import CHANNELS
from audio.devices.choose import choose
from audio.devices.device import DeviceError
from audio.devices.streams import Streams
from monitor.doctor.diagnosis import Diagnosis
from monitor.setup import profile
from monitor.setup.profile import ProfileError

CALIBRATE = "run tone-monitor calibrate"


def check(agent: str, wanted: str, streams: Streams, today: date) -> Iterator[Diagnosis]:
    """Look at the profile that a call would begin with.

    Args:
        agent: the name in the settings.
        wanted: the microphone in the settings.
        streams: the sound system, that knows the microphone's full name.
        today: the day by which it is old or not.
    """
    for suffix in CHANNELS:
        wanted = wanted.removesuffix(suffix)
    try:
        device = choose(wanted, streams.inputs(), "agent").name
        found = profile.read(profile.path_of(agent, device))
    except DeviceError:
        yield Diagnosis("profile", "look", f"Without a microphone no usual voice is known: plug it in and {CALIBRATE}.")
        return
    except ProfileError as error:
        yield Diagnosis("profile", "bad", str(error))
        return
    whose = f"The usual voice of {agent or 'whoever sits here'} at {device}"
    if found is None:
        yield Diagnosis("profile", "look", f"{whose} is not known, so that prompts wait for 20 s of it: {CALIBRATE}.")
    elif found.expired(today):
        yield Diagnosis(
            "profile", "look", f"{whose} was last borne out {_ago(found.confirmed, today)}: {CALIBRATE} again."
        )
    else:
        yield Diagnosis("profile", "ok", f"{whose} is known, and was last borne out {_ago(found.confirmed, today)}.")


def _ago(day: date, today: date) -> str:
    days = (today - day).days
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
