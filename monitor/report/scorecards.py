"""How people scored a call, for page and text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.base.clock import clock
from monitor.call.scorecard.card import WORDS, Card, CardItem
from monitor.report.tables import Table
from monitor.report.wording import NOTHING, number

FORGOTTEN = "somebody who was forgotten"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """One card."""

    title: str
    """The form, and who filled it in."""
    score: str
    """A sentence."""
    table: Table


def card_facts(cards: Iterable[Card]) -> tuple[CardFacts, ...]:
    """Each card as a sentence and a table."""
    return tuple(_facts(card) for card in cards)


def score_sentence(card: Card) -> str:
    """The score, how much of it the machine filled in, and what is open."""
    own = card.score
    still = own.items - own.answered
    parts = [f"{own.answered} of {own.items} items answered"]
    if own.not_applicable:
        parts.append(f"{own.not_applicable} n.a.")
    if own.machine_pct is not None:
        parts.append(f"{number(own.machine_pct, 0, '%')} of the weight answered by the machine alone")
    score = "No score yet" if own.score_pct is None else f"Score {number(own.score_pct, 0, '%')}"
    return f"{score}{' so far' if still and own.score_pct is not None else ''}: {', '.join(parts)}."


def _facts(card: Card) -> CardFacts:
    title = f"{card.title}, by {card.by or FORGOTTEN}"
    rows = tuple((item.title, item.section, _answer(item), _by(item), " ".join(_why(item))) for item in card.items)
    return CardFacts(title, score_sentence(card), Table(title, ("item", "part", "answer", "whose", "why"), rows))


def _answer(item: CardItem) -> str:
    return WORDS[item.counted] if item.counted else "open"


def _by(item: CardItem) -> str:
    if item.answer:
        return "person"
    return "machine" if item.found else NOTHING


def _why(item: CardItem) -> Iterator[str]:
    if item.note:
        yield item.note + ("" if item.noted_s is None else f" ({clock(item.noted_s)})") + ("." if item.found else "")
    if found := item.found:
        yield f"Machine: {WORDS[found.answer]}. {found.fact}" if item.overruled else found.fact
        if found.quote:
            yield f"“{found.quote}”"
