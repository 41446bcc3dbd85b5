"""What can go wrong with a report."""

from monitor.base.errors import MonitorError


class ReportError(MonitorError):
    """A report cannot be made as asked; the message is a full sentence."""
