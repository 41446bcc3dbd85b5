"""Markdown tables and the lines around them."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars inside a cell are escaped."""
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(title: str, *parts: str) -> str:
    """A page, with the line that says how to change it."""
    made = "<!-- Made from the code by `make docs`: change the docstrings there, not this page. -->"
    return "\n\n".join((f"# {title}", made, *(part.strip() for part in parts))) + "\n"
