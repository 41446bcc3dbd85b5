"""Errors of a catalogue and of filters."""

from monitor.base.errors import MonitorError


class CatalogueError(MonitorError):
    """The catalogue cannot be opened, read or written; the message is a full sentence."""


class LostError(CatalogueError):
    """The catalogue is not what it was when it was opened: its file was replaced, or its server restarted.

    What is asked next goes to what is there now.
    """


class FilterError(MonitorError):
    """A filter cannot be understood; the message is a full sentence."""
