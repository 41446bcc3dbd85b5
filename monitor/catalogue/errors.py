"""What goes wrong with a catalogue and those who ask it."""


class CatalogueError(Exception):
    """The catalogue cannot be opened, asked or written; the message is a full sentence."""


class FilterError(Exception):
    """A filter cannot be understood; the message is a full sentence."""
