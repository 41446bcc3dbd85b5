"""What can go wrong with an export."""


class ExportError(Exception):
    """An export cannot be made; the message is a full sentence."""
