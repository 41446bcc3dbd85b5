"""What goes wrong with a catalogue and those who ask it."""

from monitor.base.errors import MonitorError


class CatalogueError(MonitorError):
    """The catalogue cannot be opened, asked or written; the message is a full sentence."""


class FilterError(MonitorError):
    """A filter cannot be understood; the message is a full sentence."""
