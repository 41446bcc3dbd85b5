"""`tone-monitor export`: calls in formats that other programs read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say, show
from monitor.commands.options.access import note_accesses
from monitor.commands.options.common import calls_option, in_force, in_sentences
from monitor.commands.options.shipped import call_named, copies, shipped_option, sound_of_copies

if TYPE_CHECKING:
    from monitor.export.formats import Options

FORMATS = ("json", "contact-lens", "vcon", "vtt", "srt", "csv", "parquet")
TABLES = (
    *("calls", "attributes", "marks", "accesses", "actions", "flags", "prompts", "outcomes", "checklists"),
    *("promises", "noticed", "scorecards", "scorecard_items"),
    *("utterances", "turns", "overlaps", "dead_air", "gaps", "tone"),
)


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option("--to", "kind", type=click.Choice(FORMATS), help="The format.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File, or a folder for several calls. Default: standard output.",
)
@click.option("--all", "every", is_flag=True, help="Export all calls, except those in progress.")
@click.option("--since", metavar="DAY", help="Only calls from this day on: 2026-03-01, today, yesterday, or 7d.")
@click.option("--until", metavar="DAY", help="Only calls up to this day.")
@click.option("--agent", default="", metavar="NAME", help="Only calls of this agent; part of the name is enough.")
@click.option(
    "--where", default="", metavar="FILTER", help='Only calls that this filter finds, such as "severity:urgent refund".'
)
@click.option("--new", is_flag=True, help="Only calls that are new or changed since the last export to this folder.")
@click.option(
    "--customer",
    default="",
    metavar="ID",
    help="Everything kept about a customer, for a customer who asks: into a new folder or a .zip file, without --to.",
)
@click.option(
    "--table", type=click.Choice(TABLES), default="utterances", help="Which table to print, for CSV on standard output."
)
@click.option("--no-audio", is_flag=True, help="Leave the recording out of a vCon.")
@click.option("--keep-digits", is_flag=True, help="Keep runs of eight or more digits: neither mask nor silence them.")
@click.option("--dictionary", is_flag=True, help="Print what each column of csv and parquet means.")
@shipped_option
@calls_option
@in_sentences
def export(  # noqa: PLR0913 - one argument an option
    *,
    calls_named: tuple[str, ...],
    kind: str | None,
    output: Path | None,
    every: bool,
    since: str | None,
    until: str | None,
    agent: str,
    where: str,
    new: bool,
    customer: str,
    table: str,
    no_audio: bool,
    keep_digits: bool,
    dictionary: bool,
    shipped: bool,
    calls: Path | None,
) -> None:
    """Export saved calls to formats other programs read.

    CALL is a call's folder, its id or the start of its id. Without one, the newest call is exported; with --all or a
    filter, all that match.

    json is what `analyze --json` prints, with what people noted. contact-lens is the format of Amazon Connect Contact
    Lens. vcon is the IETF's container with sound, words and numbers. vtt and srt are captions; vtt has a second track
    with the prompts. csv and parquet are tidy tables: calls, flags, marks and so on; --dictionary lists them.
    """
    if dictionary:
        _print_dictionary(kind)
        return
    if shipped:
        calls = copies(in_force())
    if customer:
        if kind or calls_named or output is None:
            raise click.UsageError(
                "--customer takes neither CALL nor --to. Choose a new folder or a .zip file with -o."
            )
        sys.exit(0 if _export_customer(customer, output, calls, shipped=shipped) else 1)
    if kind is None:
        raise click.UsageError("Missing option '--to'. Choose a format.")
    from monitor.commands import export_many
    from monitor.export.formats import Options

    options = Options(table=table, audio=not no_audio, redact=not keep_digits)
    if not (every or since or until or agent or where or new):
        _export_named(calls_named, kind, output, options, calls)
        return
    if calls_named:
        raise click.UsageError("Choose calls by name, or with --all, --new or a filter; not both.")
    if new and output is None:
        raise click.UsageError("--new needs a folder: choose it with -o.")
    wanted = export_many.filter_text(where, agent=agent, since=since, until=until)
    fetch = sound_of_copies() if shipped and kind == "vcon" and options.audio else None
    job = export_many.Job(wanted=wanted, kind=kind, to=output, options=options, new=new, fetch=fetch)
    sys.exit(0 if export_many.run(job, calls, "" if shipped else in_force().calls.catalogue) else 1)


def _print_dictionary(kind: str | None) -> None:
    from monitor.export.tables import dictionary

    if kind not in {None, "csv"}:
        raise click.UsageError("--dictionary is a page, or with --to csv a table.")
    show(dictionary.csv_dictionary().encode() if kind else f"{dictionary.markdown()}\n".encode())


def _export_customer(customer: str, output: Path, calls: Path | None, *, shipped: bool) -> bool:
    from monitor.base.counts import count
    from monitor.call.find import folders
    from monitor.call.folder import root_folder
    from monitor.call.info import readable_info
    from monitor.export import customer as rights

    failed: list[str] = []
    if shipped:
        fetch = sound_of_copies()
        for folder in folders(root_folder(calls)):
            if (info := readable_info(folder)) and info.customer.casefold() == customer.casefold():
                failed += filter(None, [fetch(folder)])
    written = rights.export(root_folder(calls), customer, output, failed.append)
    note_accesses(rights.calls_with(root_folder(calls), customer), "exported")
    for sentence in failed:
        say(sentence, err=True)
    say(f"Wrote {count(written, 'call')} to {output}.")
    return not failed


def _export_named(named: tuple[str, ...], kind: str, output: Path | None, options: Options, calls: Path | None) -> None:
    from monitor.export import formats
    from monitor.export.source import read

    sound = kind == "vcon" and options.audio
    found = dict.fromkeys(call_named(name, calls, sound=sound).resolve() for name in named or ("",))
    sources = [read(folder, redact=options.redact) for folder in found]
    if output is None:
        show(formats.printed(kind, sources, options))
        note_accesses(found, "exported")
        return
    if len(sources) > 1 or formats.is_tables(kind) or output.is_dir():
        written = formats.write(kind, sources, options, output)
    else:
        written = formats.write_one(kind, sources[0], options, output)
    for path in written:
        say(path)
    note_accesses(found, "exported")
