"""`tone-monitor score`: scorecards of saved calls."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.base.terminal import say, say_all, show, takes_screen
from monitor.commands.options.common import calls_option, in_force, in_sentences, reviewer_option

if TYPE_CHECKING:
    pass

ANSWERS = ("yes", "partly", "no", "na")


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option(
    "--form",
    default="",
    metavar="NAME|FILE",
    help="The form: de-escalation, service-basics, or a .toml file. Default: reviewer.form in the settings.",
)
@click.option(
    "--answer", "answers", multiple=True, metavar="ITEM=ANSWER", help="yes, partly, no, na, or nothing to take it back."
)
@click.option("--note", "notes", multiple=True, metavar="ITEM=TEXT", help="Why; needed to overrule the machine.")
@click.option(
    "--at", "moments", multiple=True, metavar="ITEM=TIME", help="The moment that a note is about, such as 1:23."
)
@click.option(
    "--answers",
    "answers_file",
    type=click.File("rb"),
    help='Answers and notes as JSON, "-" for standard input: {"ITEM": {"answer": "yes", "note": "…"}}.',
)
@click.option("--json", "as_json", is_flag=True, help="Print the card as JSON.")
@click.option("--plain", is_flag=True, help="Print the card instead of the screen.")
@click.option("--agreement", is_flag=True, help="Compare the cards of two people: of the calls named, or of all.")
@click.option("--template", is_flag=True, help="Print a form to start your own from.")
@click.option("--forms", is_flag=True, help="List the forms that come with the program.")
@reviewer_option
@calls_option
@in_sentences
def score(  # noqa: PLR0913 - one argument an option
    *,
    calls_named: tuple[str, ...],
    form: str,
    answers: tuple[str, ...],
    notes: tuple[str, ...],
    moments: tuple[str, ...],
    answers_file: IO[bytes] | None,
    as_json: bool,
    plain: bool,
    agreement: bool,
    template: bool,
    forms: bool,
    reviewer: str,
    calls: Path | None,
) -> None:
    """Score a call with a form, beside its replay.

    CALL is a call's folder, its id or the start of its id. Without one, the newest call is scored. What rules and
    measures can answer is filled in, with its evidence. You answer the rest, and can overrule it with a note; both are
    kept. On a terminal this is the replay with the card beside it; with --answer, or without a terminal, the card is
    printed.

    Each person has a card of their own. --agreement compares those of two people, and says where they differ.
    """
    from monitor.call.find import find
    from monitor.call.folder import root_folder
    from monitor.call.marks import signature
    from monitor.scorecards import form_file

    if template:
        show(form_file.TEMPLATE.read_bytes())
        return
    if forms:
        _list_forms()
        return
    root = root_folder(calls)
    if agreement:
        _print_agreement([find(name, root) for name in calls_named], root, form)
        return
    if len(calls_named) > 1:
        raise click.UsageError("Choose one call; several only with --agreement.")
    folder, settings = find("".join(calls_named), root), in_force()
    by, name = signature(reviewer or settings.reviewer.name), form or settings.reviewer.form
    given = answers or notes or moments or answers_file
    if not given and not as_json and not plain and takes_screen(keys=True):
        from monitor.replay.replay_app import run  # brings the screen

        run(folder, settings, by, form=name)
        return
    from monitor.scorecards.answers import read_answers
    from monitor.scorecards.card_text import lines
    from monitor.scorecards.scoring import open_card

    own = open_card(folder, name, by, tuple(map(Path, settings.rules.files)))
    if given:
        read = read_answers(answers, notes, moments, answers_file.read() if answers_file else b"")
        own = own.with_answers(read.answers, read.notes, read.moments_s)
    if as_json:
        import msgspec

        show(msgspec.json.format(msgspec.json.encode(own.card), indent=1) + b"\n")
    else:
        say_all(lines(own.card, own.form, folder.name))


def _list_forms() -> None:
    from monitor.scorecards import form_file
    from monitor.scorecards.known import known

    names = known()
    for name in form_file.SHIPPED:
        form = form_file.named(name, names)
        say(f"{name:<16}  {len(list(form.items())):>2} items  {form.about}")


def _print_agreement(folders: list[Path], root: Path, form: str) -> None:
    from monitor.call.find import folders as every
    from monitor.scorecards import agreement, agreement_text

    cards = agreement.cards_of(folders or list(every(root)), lambda sentence: say(sentence, err=True))
    say_all(agreement_text.lines(agreement.compared(cards, Path(form).stem if form else "")))
