"""What goes wrong with a catalogue and those who ask it."""

from monitor.base.errors import MonitorError


class CatalogueError(MonitorError):
    """The catalogue cannot be opened, asked or written; the message is a full sentence."""


class LostError(CatalogueError):
    """The catalogue is not what it was when it was opened: its file was replaced, or its server restarted.

    What is asked next goes to what is there now.
    """


class FilterError(MonitorError):
    """A filter cannot be understood; the message is a full sentence."""
