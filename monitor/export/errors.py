"""What can go wrong with an export."""

from monitor.base.errors import MonitorError


class ExportError(MonitorError):
    """An export cannot be made; the message is a full sentence."""
