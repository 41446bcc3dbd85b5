"""Fills a card: what the machine finds in a call, and what a person answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.base.clock import clock
from monitor.call.scorecard.card import Answer, Card, CardItem, Found
from monitor.report.facts import Facts, of_call
from monitor.report.sheet.quotes import shortened
from monitor.report.stored_call import StoredCall
from monitor.report.team.numbers import ENOUGH_S, MEASURES
from monitor.report.wording import number
from monitor.scorecards.errors import AnswerError
from monitor.scorecards.form import Auto, Form
from monitor.scorecards.known import Known
from rules.model import Noticed
from rules.strict_toml import suggestion

MOST_TIMES = 4
"""Moments that a fact lists."""
_MEASURES = {measure.name: measure for measure in MEASURES}


def fill(form: Form, kept: StoredCall, known: Known, by: str, earlier: Card | None = None) -> Card:
    """A person's card of a call: the machine's answers, and those that the person has given before.

    Args:
        form: to fill in.
        kept: the call.
        known: what the form names.
        by: the person's name.
        earlier: their card with this form, if there is one.
    """
    facts = of_call(kept, known.titles)
    given = {item.id: item for item in earlier.items} if earlier else {}
    items = []
    for section, item in form.items():
        found = _found(item.auto, kept, facts, known) if item.auto else None
        fresh = CardItem(item.id, section.title, item.title, item.weight * section.weight, found)
        if own := given.get(item.id):
            fresh = replace(fresh, answer=own.answer, note=own.note, noted_s=own.noted_s)
        items.append(fresh)
    return Card(form.id, form.title, form.hash, by, earlier.made if earlier else _now(), tuple(items))


def own_card(cards: Iterable[Card], form: Form, by: str) -> Card | None:
    """A person's card with this form; None if there is none."""
    return next((card for card in cards if (card.form, card.by) == (form.id, by)), None)


def answered(
    card: Card,
    answers: Mapping[str, Answer | None],
    notes: Mapping[str, str] | None = None,
    moments_s: Mapping[str, float] | None = None,
) -> Card:
    """The card with a person's answers.

    Args:
        card: to answer.
        answers: by the id of the item; None takes an answer back.
        notes: by the id of the item; an empty one takes a note back.
        moments_s: what notes are about, by the id of the item.

    Raises:
        AnswerError: there is no such item, or the machine is overruled without a note.
    """
    notes, moments_s = notes or {}, moments_s or {}
    ids = [item.id for item in card.items]
    for name in (*answers, *notes, *moments_s):
        if name not in ids:
            raise AnswerError(f'The form {card.form} has no item "{name}"{suggestion(name, ids)}')
    items = tuple(
        replace(
            item,
            answer=answers.get(item.id, item.answer),
            note=notes.get(item.id, item.note),
            noted_s=moments_s.get(item.id, item.noted_s),
        )
        for item in card.items
    )
    for item in items:
        if item.overruled and not item.note and (item.id in answers or item.id in notes):
            raise AnswerError(
                f'The machine answers "{item.id}" otherwise. Say why in a note, such as --note {item.id}="…".'
            )
    return replace(card, items=items, made=_now())


def _found(auto: Auto, kept: StoredCall, facts: Facts, known: Known) -> Found | None:
    titles, wordless = known.titles, auto.measure or (auto.flags and known.wordless.issuperset(auto.flags))
    if kept.info.mixed or "agent" not in kept.info.speakers or (kept.info.model == "none" and not wordless):
        return None
    if auto.if_heard and not any(one.item in auto.if_heard for one in kept.analysis.noticed):
        return Found("na", f"{', '.join(map(titles.item, auto.if_heard))}: none")
    if auto.measure:
        return _measured(auto, facts)
    if auto.step:
        return _step(auto, facts)
    if auto.flags:
        at_s = sorted(
            flag.firing.start_s
            for flag in facts.flags
            if flag.firing.rule in auto.flags and not (flag.verdict and flag.verdict.kind == "dismiss")
        )
        what = ", ".join(dict.fromkeys(map(titles.rule, auto.flags)))
        return Found(auto.answer(len(at_s)), _counted(f"{what}, flags", at_s, auto), at_s[0] if at_s else None)
    from_s = 0.0 if auto.last_s is None else kept.duration_s - auto.last_s
    heard = sorted(
        (one for one in kept.analysis.noticed if one.item in auto.said and one.end_s > from_s),
        key=lambda one: one.start_s,
    )
    what = ", ".join(map(titles.item, auto.said))
    what += "" if auto.last_s is None else f" in the last {auto.last_s:g} s"
    at_s = [one.start_s for one in heard]
    return Found(auto.answer(len(heard)), _counted(what, at_s, auto), at_s[0] if at_s else None, _quote(heard))


def _measured(auto: Auto, facts: Facts) -> Found | None:
    measure, agent = _MEASURES[auto.measure], facts.figures.get("agent")
    value = measure.of(facts) if agent and agent.talk_time_s >= ENOUGH_S else None
    if value is None:
        return None
    return Found(auto.answer(value), f"{measure.title}: {number(value, measure.digits, measure.unit)}{_limit(auto)}")


def _step(auto: Auto, facts: Facts) -> Found | None:
    checklist, _, name = auto.step.partition("/")
    steps = [step for one in facts.checklists if one.id == checklist for step in one.steps if step.id == name]
    if not steps:  # the checklist was never opened, or the call was judged by other rules
        return None
    at_s = steps[0].at_s
    return Found(auto.answer(at_s is not None), "not heard" if at_s is None else f"heard at {clock(at_s)}", at_s)


def _counted(what: str, at_s: Sequence[float], auto: Auto) -> str:
    when = ", ".join(map(clock, at_s[:MOST_TIMES])) + (" …" if len(at_s) > MOST_TIMES else "")
    return f"{what}: {len(at_s) or 'none'}{f' at {when}' if when else ''}{_limit(auto)}"


def _limit(auto: Auto) -> str:
    return f" ({auto.limit})" if auto.limit else ""


def _quote(heard: Sequence[Noticed]) -> str:
    return shortened(heard[0].text) if heard else ""


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
