"""The sentences that classifiers are taught with, each with what it is and how much it counts.

What lies in the project: acted sentences, and the tuning half of the bench's labelled ones. What does not: the
dialogues of shared/dialogues, of which the project has labels only, and three openly licensed sets, in a folder of
four files.
"""

import csv
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.material.sentences import labelled
from rules.language.phrase_files import ENGLISH_CODE, WORDS, read_list
from rules.language.tokens import normalise
from rules.model import Speaker

HERE = Path(__file__).parent
STOP_WORDS = frozenset(
    word for line in read_list("stop-words", [WORDS / ENGLISH_CODE], "The tool") for word in line.lower().split()
)
KINDS = {
    "c": "complaint",
    "f": "frustration",
    "i": "insult",
    "m": "manager-request",
    "k": "acknowledgement",
    "a": "apology",
    "o": "ownership",
    "p": "paraphrase",
}
ABOUT_THE_COMPANY = frozenset(
    {
        "card_arrival", "declined_card_payment", "card_not_working", "extra_charge_on_statement",
        "transaction_charged_twice", "failed_transfer", "wrong_amount_of_cash_received",
        "Refund_not_showing_up", "top_up_failed", "transfer_not_received_by_recipient",
        "virtual_card_not_working", "contactless_not_working", "declined_transfer", "declined_cash_withdrawal",
        "wrong_exchange_rate_for_cash_withdrawal", "card_payment_fee_charged", "cash_withdrawal_charge",
        "transfer_fee_charged", "balance_not_updated_after_bank_transfer",
        "balance_not_updated_after_cheque_or_cash_deposit", "card_payment_wrong_exchange_rate",
        "pending_transfer", "pending_top_up", "pending_cash_withdrawal", "pending_card_payment",
        "top_up_reverted", "reverted_card_payment?", "card_swallowed", "beneficiary_not_allowed",
    }
)  # fmt: skip
"""Banking77: about what did not go as the customer may expect; so much of it only asks that none of it is used, lest
"transfer" and "cash" become words of complaint."""
UNCLEAR = frozenset(
    {
        "card_payment_not_recognised", "cash_withdrawal_not_recognised", "direct_debit_payment_not_recognised",
        "cancel_transfer", "card_delivery_estimate", "transfer_timing", "damaged_card", "card_declined",
        "report_fraud", "lost_luggage", "account_blocked", "flat_tire", "report_lost_card",
    }
)  # fmt: skip
"""Intents of which some sentences complain and some do not: left out."""
DISPLEASED = frozenset({"anger", "annoyance", "disappointment"})
NEITHER = DISPLEASED | {
    "disapproval", "disgust", "sadness", "confusion", "fear", "embarrassment", "remorse", "grief", "nervousness"
}  # fmt: skip
PLEASED = frozenset({"joy", "love", "admiration", "amusement", "gratitude", "excitement"})


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence to learn from."""

    text: str
    kinds: frozenset[str]
    """Names of phrase lists."""
    weight: float
    before: str = ""
    """What the other said before it."""
    of: str = ""
    """Where it comes from."""
    about: frozenset[str] | None = None
    """The only kinds that it says anything about; all if not given."""


def examples(speaker: Speaker, dialogues: Path, sets: Path) -> Iterator[Example]:
    """All of one side.

    Args:
        speaker: whose.
        dialogues: the folder of dstc11_development.jsonl and multidogo_*_customer.tsv.
        sets: a folder with goemotions.tsv and goemotions-labels.txt, banking77.csv (train splits) and clinc150.json.
    """
    yield from _acted(speaker)
    yield from _listed(speaker)
    yield from _of_the_bench(speaker)
    if speaker == "customer":
        yield from read_dialogues(dialogues)
        yield from _banking(sets)
        yield from _clinc(sets)
        yield from _goemotions(sets)


def read_dialogues(dialogues: Path) -> Iterator[Example]:
    """The turns that were read, with what was settled on."""
    about = frozenset(KINDS.values())
    for name, table in tomllib.loads((HERE / "labels.toml").read_text("utf-8")).items():
        texts = _numbered(dialogues, name)
        complaint, frustration = set(table["complaint"]), set(table["frustration"])
        for number in table["read"]:
            kinds = {"complaint"} if number in complaint else set()
            kinds |= {"frustration"} if number in frustration else set()
            yield Example(texts[number], frozenset(kinds), 0.6, of=name, about=about)


def _numbered(dialogues: Path, name: str) -> dict[int, str]:
    if name.startswith("dstc11"):
        lines = (json.loads(line) for line in (dialogues / f"{name}.jsonl").open(encoding="utf-8"))
        return {int(line["utterance_id"].rpartition("_")[2]): line["utterance"] for line in lines}
    with (dialogues / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {number: row[3].strip() for number, row in enumerate(rows) if number and len(row) > 3}  # noqa: PLR2004


def _acted(speaker: Speaker) -> Iterator[Example]:
    for line in (HERE / "acted" / f"{speaker}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, said = line.partition(": ")
            before, _, text = said.rpartition(" >> ")
            kinds = frozenset(KINDS[letter] for letter in code if letter != "-")
            yield Example(text, kinds, 1.5, before, of="acted")


def _listed(speaker: Speaker) -> Iterator[Example]:
    """The examples of the first version; they were written as one meaning each, and may have others."""
    for path in sorted((HERE / "examples" / speaker).glob("*.txt")):
        kinds = frozenset() if path.stem == "ordinary" else frozenset({_kind(path.stem)})
        about = kinds | {"manager-request"} if kinds else None
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                yield Example(line.strip(), kinds, 1.0, of="examples", about=about)


def _of_the_bench(speaker: Speaker) -> Iterator[Example]:
    for sentence in labelled():
        if sentence.speaker == speaker and not sentence.held_out:
            kinds = frozenset(map(_kind, sentence.labels))
            about = frozenset(KINDS.values()) - {"frustration"}
            yield Example(sentence.text, kinds, 1.0, of="bench", about=about)


def _kind(name: str) -> str:
    return "complaint" if name == "waiting" else name


def _banking(sets: Path) -> Iterator[Example]:
    with (sets / "banking77.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["category"] not in UNCLEAR | ABOUT_THE_COMPANY:
                yield Example(row["text"], frozenset(), 0.4, of="banking77")


def _clinc(sets: Path) -> Iterator[Example]:
    for text, intent in json.loads((sets / "clinc150.json").read_text("utf-8"))["train"]:
        if intent not in UNCLEAR:
            yield Example(text, frozenset(), 0.3, of="clinc150")


def _goemotions(sets: Path) -> Iterator[Example]:
    names = (sets / "goemotions-labels.txt").read_text("utf-8").split()
    with (sets / "goemotions.tsv").open(encoding="utf-8", newline="") as file:
        for text, labels, _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            felt = {names[int(number)] for number in labels.split(",")}
            if felt & DISPLEASED and not felt & PLEASED:
                yield Example(text, frozenset({"complaint"}), 0.15, of="goemotions", about=frozenset({"complaint"}))
            elif not felt & NEITHER:
                yield Example(text, frozenset(), 0.15, of="goemotions")


TURNED = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "our": "your", "us": "you", "am": "are", "you": "we",
    "your": "our", "im": "you're", "ive": "you've",
}  # fmt: skip
OPENINGS = ("", "", "So ", "So ", "Okay, so ", "It sounds like ", "And ", "Right, ", "I hear that ", "Basically ")
LONGEST_BACK = 14
SHORT = 3
"""Words up to here are not taken up in made replies."""
REPLIES = (
    "Can you tell me more about the {0}?", "I'll check the {0} for you.", "Let me look into your {0}.",
    "Your {0} number, please.", "When did you get the {0}?", "The {0} is on its way.", "You can change the {0} online.",
    "What happened to the {0}?", "I can send you a new {0}.", "You will need the {0} for that.", "So which {0} is it?",
    "Your {0} and your postcode, please.", "You'd have to ask about the {0} and the {1}.", "Is the {0} still {1}?",
    "We have a {0} with {1} for you.", "Okay, the {0} costs nothing.",
)  # fmt: skip
"""What is no reflection, although it takes up words of the customer's."""
EVERY = 9
"""One of so many sentences of the open sets is said back, or stands for talk that says nothing back."""


def said_back(sets: Path) -> Iterator[Example]:
    """Made reflections: what customers of the open sets say of themselves, with its persons turned; and other talk."""
    told = [one for one in (*_banking(sets), *_clinc(sets)) if one.text.lower().startswith(("i ", "my ", "i'", "we "))]
    for place, one in enumerate(told[::EVERY]):
        words = one.text.split()[:LONGEST_BACK]
        turned = " ".join(TURNED.get(word.lower(), word.lower()) for word in words).rstrip("?.!,")
        opening = OPENINGS[place % len(OPENINGS)]
        yield Example(opening + turned + ".", frozenset({"paraphrase"}), 0.3, one.text, of="turned")
        content = [word for word in normalise(one.text) if len(word) > SHORT and word not in STOP_WORDS] or ["order"]
        for step in (0, 5):
            reply = REPLIES[(place + step) % len(REPLIES)].format(content[place % len(content)], content[0])
            yield Example(reply, frozenset(), 0.3, one.text, of="replies")
    for place, one in enumerate(_goemotions(sets)):
        if place % EVERY == 0 and {"you", "your"} & set(one.text.lower().split()):
            before = told[place % len(told)].text
            yield Example(one.text, frozenset(), 0.3, before, of="goemotions")
