"""What goes wrong with an archive as a whole, not with one of its recordings."""

from monitor.base.errors import MonitorError


class LakeError(MonitorError):
    """The lake can't be read or written; the message is a full sentence."""


class ShardError(MonitorError):
    """Which part of an archive is to be worked can't be found out; the message is a full sentence."""
