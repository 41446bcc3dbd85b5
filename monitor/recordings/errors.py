"""What goes wrong before a recording is analysed."""

from monitor.base.errors import MonitorError


class MetadataError(MonitorError):
    """What is known about recordings cannot be used; the message is a full sentence."""
