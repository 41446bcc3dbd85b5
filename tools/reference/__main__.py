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
from tools.reference.output_schemas import (
    analysis_schema,
    contact_lens_schema,
    prompts_schema,
    report_schema,
    webhook_schema,
)
from tools.reference.rules_page import rules_page
from tools.reference.schema import call_schema, events_schema

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SCHEMAS = "../monitor/export/schemas"
"""In the wheel, so that programs that read what this one writes have them at hand."""
PAGES: Mapping[str, Callable[[], str]] = {
    "events.md": events_page,
    "data.md": data_page,
    "rules.md": rules_page,
    "metrics.md": metrics_page,
    "events.schema.json": events_schema,
    "call.schema.json": call_schema,
    f"{SCHEMAS}/events.schema.json": events_schema,
    f"{SCHEMAS}/call.schema.json": call_schema,
    f"{SCHEMAS}/analysis.schema.json": analysis_schema,
    f"{SCHEMAS}/contact-lens.schema.json": contact_lens_schema,
    f"{SCHEMAS}/prompts-track.schema.json": prompts_schema,
    f"{SCHEMAS}/vcon-report.schema.json": report_schema,
    f"{SCHEMAS}/webhook.schema.json": webhook_schema,
}
"""By their path from the folder of the pages."""


def stale() -> dict[Path, str]:
    """The pages that are not what the code says, with what they should be."""
    made = {(DOCS / name).resolve(): make() for name, make in PAGES.items()}
    return {path: text for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text}


@click.command()
@click.option("--check", is_flag=True, help="Write nothing, and fail if a page is out of date.")
def main(*, check: bool) -> None:
    """Make the reference pages from the code."""
    found = stale()
    for path, text in found.items():
        if check:
            click.echo(f"{path.relative_to(ROOT)} is out of date: run `make docs`.", err=True)
        else:
            path.write_text(text, "utf-8", newline="\n")
            click.echo(path.relative_to(ROOT))
    sys.exit(bool(check and found))


if __name__ == "__main__":
    main()
