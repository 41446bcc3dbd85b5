"""Tables of how people scored a call."""

from collections.abc import Iterator

from monitor.call.scorecard.card import Card
from monitor.export.source import Source
from monitor.export.tables.column import Column, Row, Table, moment

_FORM = Column("form", "text", "Id of the form.")
_BY = Column("scored_by", "free text", "Who filled it in.")


def _cards(source: Source) -> Iterator[Row]:
    for card in source.analysis.scorecards:
        score = card.score
        yield {
            **_whose(card),
            "form_title": card.title,
            "form_hash": card.form_hash,
            "scored_at": moment(card.made, source.info.started.tzinfo),
            "score_pct": score.score_pct,
            "machine_pct": score.machine_pct,
            "items_count": score.items,
            "answered_count": score.answered,
            "not_applicable_count": score.not_applicable,
            "overruled_count": sum(item.overruled for item in card.items),
        }


def _items(source: Source) -> Iterator[Row]:
    for card in source.analysis.scorecards:
        for item in card.items:
            found = item.found
            yield {
                **_whose(card),
                "section": item.section,
                "item": item.id,
                "title": item.title,
                "weight": item.weight,
                "answer": item.counted,
                "answered_by": "person" if item.answer else "machine" if found else "",
                "machine_answer": found.answer if found else "",
                "fact": found.fact if found else "",
                "at_s": item.at_s,
                "quote": found.quote if found else "",
                "note": item.note,
            }


def _whose(card: Card) -> Row:
    return {"form": card.form, "scored_by": card.by}


SCORECARDS = Table(
    "scorecards",
    "One row for each person who scored the call, and each form.",
    (
        _FORM,
        _BY,
        Column("form_title", "free text", "Title of the form."),
        Column("form_hash", "text", "Of the form's file: cards of one hash have the same items."),
        Column("scored_at", "time", "When it was last changed."),
        Column("score_pct", "number", "Share of the weight of all answered items that apply; partly counts half."),
        Column("machine_pct", "number", "Share of the same weight that the machine answered and no person did."),
        Column("items_count", "integer", "Items of the form."),
        Column("answered_count", "integer", "Items with an answer, n.a. among them."),
        Column("not_applicable_count", "integer", "Items that do not apply to the call."),
        Column("overruled_count", "integer", "Items that the person answered otherwise than the machine."),
    ),
    _cards,
)

SCORECARD_ITEMS = Table(
    "scorecard_items",
    "One row for each item of a scorecard.",
    (
        _FORM,
        _BY,
        Column("section", "free text", "Title of the section."),
        Column("item", "text", "Id of the item."),
        Column("title", "free text", "The item as people read it."),
        Column("weight", "number", "Its own, times that of its section."),
        Column("answer", "text", "The answer that counts: yes, partly, no or na (not applicable); empty while open."),
        Column("answered_by", "text", "person, or machine where nobody has answered."),
        Column("machine_answer", "text", "What the machine answered; empty where only people answer."),
        Column("fact", "free text", "What the machine counted or measured."),
        Column("at_s", "number", "The moment that it is about, from the start of the call; empty for the whole call."),
        Column("quote", "free text", "The words that the machine found."),
        Column("note", "free text", "Why, in the person's words."),
    ),
    _items,
)
