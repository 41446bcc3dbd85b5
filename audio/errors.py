"""What can go wrong with sound in a way that people can mend."""


class AudioError(Exception):
    """An expected failure: its text is one full sentence for whoever runs the program."""
