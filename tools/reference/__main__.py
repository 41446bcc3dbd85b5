"""Makes the reference pages: `make docs`, or `python -m tools.reference`.

With `--check` nothing is written; it says which pages are not what the code says.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from tools.reference.data_page import data_page
from tools.reference.events_page import events_page
from tools.reference.metrics_page import metrics_page
from tools.reference.rules_page import rules_page
from tools.reference.schema import call_schema, events_schema

DOCS = Path(__file__).parents[2] / "docs"
PAGES: Mapping[str, Callable[[], str]] = {
    "events.md": events_page,
    "data.md": data_page,
    "rules.md": rules_page,
    "metrics.md": metrics_page,
    "events.schema.json": events_schema,
    "call.schema.json": call_schema,
}


def stale() -> dict[Path, str]:
    """The pages that are not what the code says, with what they should be."""
    made = {DOCS / name: make() for name, make in PAGES.items()}
    return {path: text for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text}


@click.command()
@click.option("--check", is_flag=True, help="Write nothing, and fail if a page is out of date.")
def main(*, check: bool) -> None:
    """Make the reference pages from the code."""
    found = stale()
    for path, text in found.items():
        if check:
            click.echo(f"docs/{path.name} is out of date: run `make docs`.", err=True)
        else:
            path.write_text(text, "utf-8", newline="\n")
            click.echo(f"docs/{path.name}")
    sys.exit(bool(check and found))


if __name__ == "__main__":
    main()
