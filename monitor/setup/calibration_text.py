"""What a calibration prints, and the text to read aloud."""

import sys
from collections.abc import Iterator
from datetime import timedelta

import click

from monitor.setup import profile
from monitor.setup.calibration import Calibrated, CalibrationProgress
from monitor.setup.calibration_findings import SPEECH_S

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
INVITATION = "Read this aloud, or say anything else, as you would to a friendly customer:"
EVERY_S = 5.0
"""Seconds of speech between two plain lines."""


class Lines:
    """A line for every few seconds of speech."""

    def __init__(self) -> None:
        self._told_s = 0.0
        self._hint = ""

    def update(self, heard: CalibrationProgress, hint: str) -> None:
        """Print the progress now and then, and every new hint."""
        if hint and hint != self._hint:
            click.echo(hint)
            self._hint = hint
        if heard.speech_s >= self._told_s + EVERY_S:
            self._told_s += EVERY_S
            click.echo(f"{self._told_s:.0f} of {SPEECH_S:.0f} s of speech")
            sys.stdout.flush()


def described(kept: profile.Profile) -> Iterator[str]:
    """A profile's numbers in words."""
    norms = kept.usual
    whose = f"{kept.agent or 'The speaker'} at {kept.device}"
    level = f"{norms.level_dbfs:.1f} dBFS".replace("-", "−")
    room = kept.noise_floor_dbfs
    over = "" if room is None else f", {norms.level_dbfs - room:.0f} dB above the background noise"
    yield f"{whose} usually speaks at {level}{over};"
    yield f"{norms.articulation_rate_sps:.1f} syllables a second, without pauses;"
    if norms.pitch_hz is not None:
        yield f"at a pitch of {norms.pitch_hz:.0f} Hz;"
    if norms.balance_db is not None:
        side = "less" if norms.balance_db < 0 else "more"
        yield f"with {abs(norms.balance_db):.0f} dB {side} energy above 1 kHz than below."
    until = kept.confirmed + timedelta(days=profile.KEPT_DAYS)
    yield f"Calls use this profile until {until:%d %B %Y}. Calls in your usual voice keep it up to date."


def refusal(calibrated: Calibrated, *, makes_one: bool) -> str:
    """Say why nothing was saved.

    Args:
        calibrated: what was found.
        makes_one: whether there is a profile that could be saved anyway.
    """
    if makes_one:
        return "No profile was saved. Fix this and calibrate again, or save it anyway with --anyway."
    if any(finding.bad for finding in calibrated.findings if finding.problem != "too little speech"):
        return "No profile was saved, because the sound is too poor. Fix this and calibrate again."
    return f"No profile was saved: {calibrated.speech_s:.0f} s of speech is too little. Calibrate again."
