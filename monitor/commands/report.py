"""Reports for a trainer."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.options import calls_option, in_sentences


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Page to write; for several calls a folder.")
@click.option("--text", "as_text", is_flag=True, help="Print the same numbers instead of writing a page.")
@click.option("--clips", is_flag=True, help="Put the sound of the moments to hear into the page.")
@calls_option
@in_sentences
def report(
    *, calls_named: tuple[str, ...], output: Path | None, as_text: bool, clips: bool, calls: Path | None
) -> None:
    """Write a page about a call, to print and talk over.

    CALL is a call's folder, its id or the start of it; without one, the newest call. The page is report.html in the
    call's folder unless -o says otherwise; it needs nothing but itself and no network.
    """
    from monitor.calls import root_folder  # noqa: PLC0415
    from monitor.finding import find  # noqa: PLC0415
    from monitor.report import writing  # noqa: PLC0415

    folders = [find(name, root_folder(calls)) for name in calls_named or ("",)]
    for line in writing.texts(folders) if as_text else writing.calls(folders, output, clips=clips):
        click.echo(line)
