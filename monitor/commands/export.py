"""`tone-monitor export`: calls in formats that other programs read."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.base.terminal import say, show
from monitor.commands.options import calls_option, in_sentences

FORMATS = ("json", "contact-lens", "vcon", "vtt", "srt", "csv", "parquet")
TABLES = ("calls", "utterances", "tone", "prompts")


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option("--to", "kind", type=click.Choice(FORMATS), required=True, help="The format.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File, or a folder for several calls. Default: standard output.",
)
@click.option(
    "--table", type=click.Choice(TABLES), default="utterances", help="Which table to print, for CSV on standard output."
)
@click.option("--no-audio", is_flag=True, help="Leave the recording out of a vCon.")
@click.option("--keep-digits", is_flag=True, help="Keep runs of eight or more digits: neither mask nor silence them.")
@calls_option
@in_sentences
def export(  # noqa: PLR0913 - one argument an option
    *,
    calls_named: tuple[str, ...],
    kind: str,
    output: Path | None,
    table: str,
    no_audio: bool,
    keep_digits: bool,
    calls: Path | None,
) -> None:
    """Export saved calls to formats other programs read.

    CALL is a call's folder, its id or the start of its id. Without one, the newest call is exported.

    json is what `analyze --json` prints. contact-lens is the format of Amazon Connect Contact Lens. vcon is the IETF's
    container with sound, words and numbers. vtt and srt are captions; vtt has a second track with the agent's prompts.
    csv and parquet are tidy tables: calls, utterances, tone, prompts.
    """
    from monitor.call.find import find
    from monitor.call.folder import root_folder
    from monitor.export.formats import Options, printed, write
    from monitor.export.source import read

    found = dict.fromkeys(find(name, root_folder(calls)).resolve() for name in calls_named or ("",))
    sources = [read(folder, redact=not keep_digits) for folder in found]
    options = Options(table=table, audio=not no_audio)
    if output is None:
        show(printed(kind, sources, options))
        return
    for path in write(kind, sources, options, output):
        say(path)
