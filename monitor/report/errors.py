"""What can go wrong with a report."""

from monitor.base.errors import MonitorError


class ReportError(MonitorError):
    """A report cannot be made as requested; the message is a full sentence."""
