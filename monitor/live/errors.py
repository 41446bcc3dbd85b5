"""What a session cannot do."""

from monitor.base.errors import MonitorError


class SessionError(MonitorError):
    """A session can't run, or can't do what it is asked to; the message is a full sentence."""
