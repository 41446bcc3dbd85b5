"""How long the next press snoozes prompts."""

import math

from monitor.call.events import Progress

SNOOZES_MIN = (2.0, 10.0, math.inf)
"""How long prompts are snoozed by the first, second and third press; the fourth brings them back."""
SNOOZE_MORE_MIN = 1.0
"""A further press must add at least this much; otherwise the next step is taken."""


def next_snooze_min(progress: Progress) -> float | None:
    """Minutes of the next snooze, clearly more than are left of the current one; None brings prompts back."""
    until_s = progress.snoozed_until_s
    left_min = 0.0 if until_s is None else (until_s - progress.heard_s) / 60
    return next((minutes for minutes in SNOOZES_MIN if minutes > left_min + SNOOZE_MORE_MIN), None)
