"""Whether the agent's usual voice is known."""

from collections.abc import Iterator
from datetime import date

from monitor import profile
from monitor.doctor.diagnosis import Diagnosis
from monitor.profile import Profile, ProfileError


def check(agent: str, today: date) -> Iterator[Diagnosis]:
    """Look at the profiles of an agent, and for any that cannot be read."""
    known: list[Profile] = []
    for path in profile.files():
        try:
            found = profile.read(path)
        except ProfileError as error:
            yield Diagnosis("profile", "bad", str(error))
        else:
            known += [found] if found and found.agent == agent else []
    whom = agent or "whoever sits here"
    fresh = [one for one in known if not one.expired(today)]
    if fresh:
        devices = ", ".join(f"{one.device} ({_age(one, today)})" for one in fresh)
        yield Diagnosis("profile", "ok", f"The usual voice of {whom} is known at {devices}.")
    elif known:
        told = f"The profile of {whom} is older than {profile.KEPT_DAYS} days: run tone-monitor calibrate again."
        yield Diagnosis("profile", "look", told)
    else:
        told = (
            f"The usual voice of {whom} is not known, so that prompts wait for 20 s of it: run tone-monitor calibrate."
        )
        yield Diagnosis("profile", "look", told)


def _age(known: Profile, today: date) -> str:
    days = (today - known.confirmed).days
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
