"""Phrases and meanings: what the rules find in dialogues of others, and in sentences nothing was written after."""

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from bench.figures.table import Row
from bench.material.sentences import LISTS, NEAR, Sentence, labelled
from monitor.base.extras import has_meaning
from monitor.pipeline.metrics import BY_NAME
from monitor.rule_tools.dialogue import Dialogue, judged
from monitor.sentences.encoder import MiniLM
from rules.cases import spoken
from rules.load import load
from rules.model import Speaker
from rules.rulebook import Rulebook
from rules.utterance_reader import UtteranceReader
from tests.audio_files import DATA

DIALOGUES = DATA / "dialogues"
CALM = {"≤ 0": ("harper_valley_5.txt", "abcd_sample.json"), "≤ 0.15": ("multiwoz_400.jsonl",)}
"""Dialogues in which every word prompt is false, by their target in 10 min."""
BANK = ("dstc11_test-banking.jsonl", "dstc11_test-finance.jsonl")
FALSE = {"complaint": "≤ 5", "manager-request": "≤ 0.5", "insult": "", "frustration": ""}
RUNS = 50
WITH_MODEL = 50
"""Dialogues that are judged with the sentence model as well, which takes most of the time."""


def rows() -> Iterator[Row]:
    """Figures of what was said."""
    if not DIALOGUES.exists():
        print(f"  Left out: dialogues of others. There is no folder {DIALOGUES}.", file=sys.stderr)
    else:
        yield from _prompt_rows()
        yield from _false_rows()
    yield from _held_out_rows()
    if has_meaning():
        yield from _cost_rows()


def _prompt_rows() -> Iterator[Row]:
    without = replace(_book(), meanings={})
    for target, names in CALM.items():
        for name in names:
            yield _prompts(name, list(_dialogues(name)), without, target)
            if has_meaning():
                yield _prompts(f"{name}, with the sentence model", list(_dialogues(name))[:WITH_MODEL], _book(), target)


def _prompts(name: str, dialogues: Sequence[Dialogue], book: Rulebook, target: str) -> Row:
    told = [judged(dialogue, book) for dialogue in dialogues]
    minutes = sum(one.duration_s for one in told) / 60
    prompts = sum(len(one.prompts) for one in told)
    return Row(f"{name}: word prompts in {minutes:.0f} min, per 10 min", 10 * prompts / minutes, "", target)


def _false_rows() -> Iterator[Row]:
    """Calm requests to a bank; a few of them do complain."""
    turns = [json.loads(line)["utterance"] for name in BANK for line in (DIALOGUES / name).open(encoding="utf-8")]
    found = [_found("customer", turn, _book()) for turn in turns]
    for name, target in FALSE.items():
        count = sum(name in one for one in found)
        yield Row(f"{name} in bank requests", 1000 * count / len(turns), f"of 1,000 (of {len(turns)})", target)


def _held_out_rows() -> Iterator[Row]:
    """Sentences of the project's own, the half that no list was written after."""
    alone = replace(_book(), meanings={}, understood={})
    for name in sorted({*_book().understood, "frustration"}):
        for way, book in (("lists", alone), ("with classifier", _book())):
            right = false = missed = 0
            for sentence in _about(name):
                is_it, is_found = _is(name, sentence), _counts(name, sentence, book)
                right, false = right + (is_it and is_found), false + (is_found and not is_it)
                missed += is_it and not is_found
            if right + missed:
                precision = right / (right + false) if right + false else 1.0
                yield Row(f"{name}, {way}: precision", precision, f"of {right + false}", "≥ 0.85")
                yield Row(f"{name}, {way}: recall", right / (right + missed), f"of {right + missed}")


def _cost_rows() -> Iterator[Row]:
    model = MiniLM()
    told = [sentence.text for sentence in labelled()[:RUNS]]
    start_s = time.process_time()
    for text in told:
        model.embed(text)
    yield Row("sentence model: CPU of a sentence", 1000 * (time.process_time() - start_s) / len(told), "ms", "≤ 10")


@cache
def _book() -> Rulebook:
    return load(metrics=BY_NAME)


def _about(name: str) -> list[Sentence]:
    """The held-out sentences of the speaker of a label, without those that are next to it."""
    held_out = [sentence for sentence in labelled() if sentence.held_out]
    speakers = {sentence.speaker for sentence in held_out if _is(name, sentence)}
    near = NEAR.get(name, set())
    return [one for one in held_out if one.speaker in speakers and (_is(name, one) or one.labels.isdisjoint(near))]


def _is(name: str, sentence: Sentence) -> bool:
    return name in sentence.labels or (name == "complaint" and "waiting" in sentence.labels)


def _counts(name: str, sentence: Sentence, book: Rulebook) -> bool:
    found = _found(sentence.speaker, sentence.text, book)
    lists = (*LISTS.get(name, (name,)), *(("waiting",) if name == "complaint" else ()))
    return not found.isdisjoint(lists)


def _found(speaker: Speaker, text: str, book: Rulebook) -> set[str]:
    read = UtteranceReader(book, book.rules).feed(spoken(speaker, 0.0, text))
    return set(read.found) if read else set()


def _dialogues(name: str) -> Iterable[Dialogue]:
    text = (DIALOGUES / name).read_text("utf-8")
    if name.endswith(".jsonl"):
        return [Dialogue(one["id"], one["turns"]) for one in map(json.loads, text.splitlines())]
    if name.endswith(".json"):
        return [
            Dialogue(str(one["convo_id"]), [turn for turn in one["original"] if turn[0] != "action"])
            for one in json.loads(text)
        ]
    blocks = (re.findall(r"^([AC]) (.*)$", block, re.MULTILINE) for block in text.split("\n\n"))
    speakers: dict[str, Speaker] = {"A": "agent", "C": "customer"}
    return [Dialogue(str(n), [(speakers[who], said) for who, said in turns]) for n, turns in enumerate(blocks) if turns]
