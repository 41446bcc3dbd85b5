"""`tone-monitor archive` and `lake`: how far an archive of recordings is, and questions to its numbers."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.base.counts import count
from monitor.base.terminal import say, say_all, show
from monitor.commands.options.common import Sentence, in_sentences


@click.group()
def archive() -> None:
    """Look after a lake that `analyze --lake` fills."""


@archive.command()
@click.argument("lake", type=click.Path(path_type=Path), metavar="LAKE")
@click.option("--all", "every", is_flag=True, help="List every failed recording.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@in_sentences
def status(lake: Path, *, every: bool, as_json: bool) -> None:
    """Show what is done, what failed and what is left."""
    from monitor.archive import status as archive_status  # numpy alone takes longer than `--help` may

    found = archive_status.status(lake)
    if as_json:
        show(found.to_json() + b"\n")
    else:
        say_all(archive_status.sentences(found, every=every))


lake_option = click.option(
    "--lake",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    metavar="DIR",
    help="The lake that `analyze --lake` fills.",
)


@click.group()
def lake() -> None:
    """Ask the numbers of an archive, and keep it in order."""


@lake.command("query")
@click.argument("question", default="", metavar="[QUESTION|SQL]")
@lake_option
@click.option("--agent", default="", metavar="NAME", help="The agent a question is about: name or pseudonym.")
@click.option("--month", default="", metavar="YYYY-MM", help="The month it is about.")
@click.option(
    "--rules", "rulebook", default="", metavar="HASH", help="The rulebook it is about, or how its hash begins."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array with an object for each row.")
@in_sentences
def query(  # noqa: PLR0913 - one argument an option
    *, question: str, folder: Path, agent: str, month: str, rulebook: str, as_csv: bool, as_json: bool
) -> None:
    """Put a ready question, or one in SQL, to a lake.

    Without a question, this lists the ready ones. SQL is that of DuckDB. The tables are calls, flags, outcomes,
    checklists, noticed, utterances, turns, overlaps, dead_air and gaps; docs/archive.md has their columns. A question
    reads the lake and no other file.
    """
    from monitor.archive import answer_text
    from monitor.archive.lake import existing_lake
    from monitor.archive.query import About, ask
    from monitor.archive.questions import QUESTIONS

    if not question:
        say_all(f"{name:<10}{own.about}" for name, own in QUESTIONS.items())
        return
    sql = question
    if ready := QUESTIONS.get(question.strip()):
        given = {"agent": agent, "month": month, "rules": rulebook}
        if missing := [f"--{name}" for name in ready.needs if not given[name]]:
            raise click.UsageError(f"The question {question} needs {' and '.join(missing)}.")
        sql = ready.sql
    elif " " not in question.strip():
        raise Sentence(f'There is no question "{question}". Choose from {", ".join(QUESTIONS)}, or write SQL.')
    answer = ask(existing_lake(folder), sql, About(agent=agent, month=_month(month), rules=rulebook))
    if as_json:
        show(answer_text.to_json(answer) + b"\n")
    elif as_csv:
        show(answer_text.to_csv(answer).encode())
    else:
        say_all(answer_text.lines(answer))


@lake.command("compact")
@lake_option
@in_sentences
def compact(*, folder: Path) -> None:
    """Pack the files of single calls into one a month.

    Run it every night: questions to a million files take minutes, to twelve a part of a second. Questions may be put
    and recordings analyzed meanwhile.
    """
    from monitor.archive.lake import existing_lake
    from monitor.archive.packing import compact as pack

    done = pack(existing_lake(folder))
    say(f"Packed {count(done.calls, 'call')}. The lake has {count(done.parts, 'part')}.")


def _month(text: str) -> str:
    import re

    if text and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise Sentence(f'"{text[:20]}" is no month. Write it as 2026-03.')
    return text
