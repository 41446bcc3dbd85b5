"""Errors of the server."""

from monitor.base.errors import MonitorError


class ServeError(MonitorError):
    """The server cannot start as it was asked to; the message is a full sentence."""
