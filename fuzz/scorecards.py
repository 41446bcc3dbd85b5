"""How the readers of scorecards and of their forms are called with the file that holds their input."""

from functools import cache
from pathlib import Path

from monitor.call.scorecard import card_files
from monitor.report.scorecards import card_facts
from monitor.scorecards import form_file
from monitor.scorecards.known import Known, known

CARD = b"""{"form":"basics","title":"Basics","form_hash":"abc","by":"Sue","made":"2026-03-03T08:00:00+00:00","items":[
{"id":"greets","section":"Opening","title":"Greets","weight":2.0,"answer":"no","note":"no name","noted_s":3.5,
"found":{"answer":"yes","fact":"Greetings: 1 at 0:03","at_s":3.0,"quote":"good morning"}},
{"id":"plan","section":"Solving","title":"Says the plan","weight":1,"found":null,"answer":"na"}]}
"""
WORDS = (b'"weight"', b'"answer"', b'"na"', b'"items"', b"1e308", b'"at_s"', b'"found"')
FORM_WORDS = (b"auto", b"said", b"yes_from", b"yes_to", b"weight = nan", b"inf", b"[[sections]]", b"[[sections.items]]")


def card(path: Path) -> None:
    """A scorecard in the folder of a call."""
    card_facts(card_files.read(path.parent))


def form(path: Path) -> None:
    """A team's form."""
    form_file.read(path, _known())


@cache
def _known() -> Known:
    return known()
