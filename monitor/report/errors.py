"""What can go wrong with a report."""


class ReportError(Exception):
    """A report cannot be made as asked; the message is a full sentence."""
