"""Sentences under a heading, broken between words to the width of the terminal."""

import shutil
import textwrap

LEAST_WIDTH = 40
"""Least width of the text, however narrow the terminal."""


def hanging(heading: str, text: str) -> str:
    """Put a text behind its heading; further lines stand below the text, and names of files stay whole."""
    width = max(shutil.get_terminal_size().columns, len(heading) + LEAST_WIDTH)
    return textwrap.fill(
        heading + text, width, subsequent_indent=" " * len(heading), break_long_words=False, break_on_hyphens=False
    )
