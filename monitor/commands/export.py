"""Calls in formats that other programs read."""

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
    "-o", "--output", type=click.Path(path_type=Path), help="File, or folder for several. Default: standard output."
)
@click.option(
    "--table", type=click.Choice(TABLES), default="utterances", help="For CSV on standard output: which table."
)
@click.option("--no-audio", is_flag=True, help="For vCon: leave the recording out.")
@click.option("--keep-digits", is_flag=True, help="Neither mask runs of eight digits and more, nor silence them.")
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
    """Give kept calls in a format that other programs read.

    CALL is a call's folder, its id or the start of it; without one, the newest call. json is what `analyze --json`
    prints; contact-lens the shape of Amazon Connect; vcon the IETF's container with sound, words and numbers; vtt and
    srt captions, vtt with a second track of what the agent was shown; csv and parquet tidy tables: calls, utterances,
    tone, prompts.
    """
    from monitor.call.find import find  # noqa: PLC0415
    from monitor.call.folder import root_folder  # noqa: PLC0415
    from monitor.export.formats import Options, printed, write  # noqa: PLC0415
    from monitor.export.source import read  # noqa: PLC0415

    found = dict.fromkeys(find(name, root_folder(calls)).resolve() for name in calls_named or ("",))
    sources = [read(folder, redact=not keep_digits) for folder in found]
    options = Options(table=table, audio=not no_audio)
    if output is None:
        show(printed(kind, sources, options))
        return
    for path in write(kind, sources, options, output):
        say(path)
