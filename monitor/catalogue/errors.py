"""What goes wrong with a catalogue."""


class CatalogueError(Exception):
    """The catalogue cannot be opened, asked or written; the message is a full sentence."""
