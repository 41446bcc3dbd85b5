"""Errors of roll-outs."""

from monitor.base.errors import MonitorError


class RolloutError(MonitorError):
    """A roll-out can't be published or taken; the message is a full sentence."""


class UntrustedError(RolloutError):
    """Somebody else than the team may have put it there, or it is damaged."""
