"""The coaching sheet as lines for a terminal."""

from collections.abc import Iterator

from monitor.base.clock import clock
from monitor.follow_up.follow_up_text import NOT_THE_ONE_CALL, agreed, result
from monitor.report.facts import Facts
from monitor.report.sheet.coaching import NOTHING
from monitor.report.sheet.practice import Practice
from monitor.report.text import paragraph
from monitor.report.wording import day, hour

LINE = "_" * 60


def lines(facts: Facts) -> Iterator[str]:
    """Yield the lines of the sheet of one call."""
    sheet = facts.sheet
    yield f"Coaching sheet: call of {day(facts.info.started)}, {hour(facts.info.started)}, {clock(facts.duration_s)}"
    if facts.info.agent:
        yield f"Agent: {facts.info.agent}"
    for remark in sheet.remarks:
        yield from paragraph(remark)
    yield from _agreed_before(facts)
    yield from _part("What went well")
    for strength in sheet.strengths:
        yield from paragraph(f"- {strength.sentence}", indent=2)
        if strength.quote:
            yield from paragraph(f"  Agent: “{strength.quote}”", indent=2)
    if not sheet.strengths:
        yield "The rules found nothing to name."
    yield from _part("One thing to practise")
    yield from _practice(sheet.practice) if sheet.practice else paragraph(sheet.listen or NOTHING)
    if sheet.customer:
        yield from _part("The customer")
        for sentence in sheet.customer:
            yield from paragraph(sentence)
    if sheet.practice or sheet.listen or facts.agreed:
        yield from _part("Agreed")
        yield from _agreed(facts)


def _practice(one: Practice) -> Iterator[str]:
    yield from paragraph(one.sentence)
    yield from paragraph(one.try_this)
    yield f"Play {clock(one.play_from_s)}–{clock(one.play_to_s)}:"
    for at_s, speaker, words in one.lines:
        yield from paragraph(f"{clock(at_s):>6}  {speaker:<8}  {words}", indent=18)
    yield from _part("A question")
    yield from paragraph(one.question)


def _agreed_before(facts: Facts) -> Iterator[str]:
    """What became of earlier actions."""
    if not facts.followed:
        return
    yield from _part("Agreed before")
    for one in facts.followed:
        for sentence in (agreed(one.agreed.action), *result(one)):
            yield from paragraph(sentence)
    yield from paragraph(NOT_THE_ONE_CALL)


def _agreed(facts: Facts) -> Iterator[str]:
    """What is agreed on after this call, or room to write it."""
    for action in facts.agreed:
        yield from paragraph(agreed(action))
    if not facts.agreed:
        yield from (f"From now on: {LINE}", f"Until: {LINE}", f"Agent: {LINE}", f"Coach: {LINE}")


def _part(title: str) -> Iterator[str]:
    yield ""
    yield title
