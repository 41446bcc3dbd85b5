"""Two calls in words, a hard one and an ordinary one: what a coach would have noted, and nothing else."""

import math
from datetime import date, datetime, time

from rules.judge import Judge
from rules.language.due_dates import Due
from rules.model import Checklist, Firing, Noticed, Speaker, Verdict, Watermark
from rules.promises import ledger
from tests.made_rules import SHIPPED, spoken

HARD = """
agent: Thank you for calling Northwind, my name is Dana. How can I help you today?
customer: Yeah, this is the third time I'm calling. My machine was due last Thursday and nobody showed up.
agent: Okay. Can I have your order number?
customer: Four four seven one two. I took a day off work for that, and I've been on hold for forty minutes just now.
agent: Okay, and your postcode?
customer: Two one oh three. Honestly this is ridiculous.
agent: The driver says he rang the bell. You should have left a number for the driver.
customer: I did leave a number! You people never listen.
agent: Sir, please calm down. That's our policy.
customer: Don't tell me to calm down. I want this fixed. What are you going to do about it?
agent: Unfortunately I can't book another slot, that's not my department.
customer: That's not acceptable. I want to speak to your manager.
agent: I understand, but my supervisor will tell you the same thing.
customer: I don't care. Get me your supervisor.
agent: I'm sorry. So if I understand you correctly, you took Thursday off, and the machine never came?
customer: Yes, exactly.
agent: That must have been frustrating. That was our mistake, I apologise. Here's what I'll do. First I will call \
the warehouse, then I will book you the first slot on Saturday, and I will call you back today by five.
customer: Okay. And how do I know that it works this time?
agent: I will put a note on the order so that it doesn't happen again. We can either deliver on Saturday or on Monday.
customer: Saturday is good.
agent: You are all set then. Is there anything else I can help you with?
customer: No, that's all. Thank you.
agent: Thank you for your patience, and have a good weekend. Bye.
"""

ORDINARY = """
agent: Good morning, thank you for calling Northwind, my name is Dana. What can I do for you?
customer: Hi, I moved last week and I would like to change my address.
agent: Of course, I'd be happy to help you with that. What is the new address?
customer: It's nine Mill Street, in the same town as before.
agent: Thank you. So you moved to nine Mill Street, in the same town, is that correct?
customer: Yes, that's right. When will the next letter come?
agent: The next letter comes at the end of the month. I have updated the address for you now.
customer: That was quick, that's great, thanks.
agent: You're welcome. Is there anything else I can help you with?
customer: No, that's all, thank you.
agent: Thank you for your time, and have a nice day. Goodbye.
"""


def judged(call: str) -> list[Verdict]:
    """What is said of a call in which people speak one after the other."""
    judge, at_s, said = Judge(SHIPPED), 0.0, []
    for line in call.strip().splitlines():
        name, _, text = line.partition(": ")
        speaker: Speaker = "agent" if name == "agent" else "customer"
        utterance = spoken(speaker, at_s, text)
        said += [*judge.feed(utterance), *judge.feed(Watermark(utterance.end_s))]
        at_s = utterance.end_s + 0.5
    return [*said, *judge.feed(Watermark(math.inf)), *judge.flush()]


def fired(said: list[Verdict]) -> set[str]:
    return {each.rule for each in said if isinstance(each, Firing)}


def done(said: list[Verdict], checklist: str) -> set[str]:
    (found,) = [each for each in said if isinstance(each, Checklist) and each.id == checklist]
    return {step.id for step in found.steps if step.at_s is not None}


def test_what_a_coach_would_have_said_of_a_hard_call() -> None:
    assert fired(judged(HARD)) >= {
        "escalate-repeat",
        "respond-waiting",
        "respond-solution",
        "acknowledge",
        "paraphrase",
        "rephrase",
        "rephrase-policy",
        "rephrase-blame",
        "own-it",
        "drop-the-but",
        "escalate-request",
    }


def test_and_what_the_agent_did_well_in_the_end_is_no_fault() -> None:
    assert fired(judged(HARD)).isdisjoint(
        {"danger", "set-a-follow-up", "close-warmly", "apologise-once", "move-to-options", "add-an-alternative"}
    )


def test_the_checklists_of_a_hard_call() -> None:
    said = judged(HARD)
    assert done(said, "our-mistake") == {"admit", "fix", "prevent"}
    assert done(said, "six-steps") >= {"empathise", "apologise", "take-ownership", "follow-up"}
    assert done(said, "follow-up-five") >= {"personal-contact", "extra-help", "thanks"}


def test_what_was_promised_in_a_hard_call() -> None:
    noticed = [each for each in judged(HARD) if isinstance(each, Noticed)]
    entries = ledger(noticed, datetime(2026, 3, 4, 10, 0))  # noqa: DTZ001 # calls are dated by the clock on the wall
    assert ("on Saturday", Due(date(2026, 3, 7))) in [(entry.due_text, entry.due) for entry in entries]
    assert (entries[-1].item, entries[-1].due) == ("follow-up", Due(date(2026, 3, 4), time(17)))


def test_an_ordinary_call_has_nothing_to_note_and_no_mistake_to_own() -> None:
    said = judged(ORDINARY)
    assert fired(said) == set()
    assert "our-mistake" not in {each.id for each in said if isinstance(each, Checklist)}
    items = {each.item for each in said if isinstance(each, Noticed)}
    assert items >= {"paraphrase", "open-question", "courtesy", "extra-help", "good-wishes"}
    assert items.isdisjoint({"complaint", "refusal", "apology", "order", "blaming", "dismissive", "guarantee"})
