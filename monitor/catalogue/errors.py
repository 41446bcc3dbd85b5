"""Errors of a catalogue and of filters."""

from monitor.base.errors import MonitorError


class CatalogueError(MonitorError):
    """The catalogue cannot be opened, read or written; the message is a full sentence."""


class FilterError(MonitorError):
    """A filter cannot be understood; the message is a full sentence."""
