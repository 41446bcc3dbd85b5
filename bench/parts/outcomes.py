"""Outcomes: whether an agent who does what a prompt asks for is judged to have done so, and one who does not, not.

Made readings and words show what the judging makes of clear cases. Real speech, from recordings that are not ours, is
changed at a known time: made faster or louder until a prompt comes, and then for 1 to 5 s more, or to the end.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from bench.figures.table import Row
from bench.material import effort, manipulated
from bench.material.at_hand import recordings_for
from bench.material.filters import filtered
from monitor.call.events import CallEvent, PromptCleared, PromptShown
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.cases import spoken
from rules.judge import Judge
from rules.load import load
from rules.model import Judged, Outcome, Prompt, Reading, Spoken, Watermark
from tests import sounds

MADE = 10
"""Cases of each kind, of those who do and of those who do not."""
OBEYED_WITHIN_S = 5.0
AT_S = 100.0
CHANGES: dict[str, tuple[str, Callable[[Samples], Samples]]] = {
    "rate ×1.4": ("slow_down", lambda sound: filtered(sound, "atempo=1.4")),
    "effort +9 dB": ("lower_volume", lambda sound: effort.with_effort(sound, effort.RAISED_DB)),
}
"""What is asked for, and what is done to the sound so that it is."""
CHANGED_S, AFTER_S = 40.0, 30.0
LEAST_AFTER_S = 18.0
"""So much must follow a prompt for it to be judged."""
BLOCK = SAMPLE_RATE_HZ

EXPLAINED = (
    "My router has been dead since Monday and the technician never came.",
    "The invoice has a second charge for the modem that I sent back.",
    "I ordered two phones and the parcel had only one phone in it.",
    "The heating engineer left the boiler open and the kitchen is cold.",
    "My password does not work and the website locked my account.",
)
SAID_BACK = (
    "So if I understand correctly, your router is dead since Monday and the technician never came.",
    "Let me make sure I have this right, there is a second charge for the modem you sent back.",
    "So you ordered two phones and the parcel had only one phone.",
    "What you are saying is that the engineer left the boiler open and your kitchen is cold.",
    "Just to confirm, your password does not work and the website locked your account.",
)
OFFERED = (
    "I will get my supervisor for you.",
    "Let me transfer you to my manager.",
    "I can have my team leader call you today.",
    "Would you like to speak to a supervisor?",
    "I am going to escalate this to my manager.",
)
OTHER = (
    "Which colour is the light on it?",
    "Please give me your postcode.",
    "It looks fine in our system.",
    "That takes three working days.",
    "Is there anything written on the box?",
)
ANSWERS = ("It is red, as always.", "I do not know that.", "You have all of that there.")


def rows() -> Iterator[Row]:
    """How often the outcome is what was done."""
    random = Random(14)  # noqa: S311 - made cases, not secrets
    done, not_done = ([_made(random, number, obeys=obeys) for number in range(4 * MADE)] for obeys in (True, False))
    yield _share(f"{len(done)} made cases, done within 5 s: followed", done, "followed", "≥ 95")
    yield _share(f"{len(not_done)} made cases, not done: no change", not_done, "no_change", "≥ 95")
    if recordings_for("real speech"):
        yield from _real_rows(random)


def _share(name: str, found: Sequence[Outcome], right: Outcome, target: str = "") -> Row:
    return Row(name, 100 * sum(after == right for after in found) / max(len(found), 1), "%", target)


def _made(random: Random, number: int, *, obeys: bool) -> Outcome:
    """What a made case is judged to be: volume, rate, paraphrase and supervisor in turn."""
    book = load(metrics=BY_NAME)
    rule = ("lower-volume", "slow-down", "paraphrase", "escalate-request")[number % 4]
    about, judge = book[rule], Judge(book)
    if number % 4 == 0:
        before, after = _voice(random, "level_over_baseline_db", random.uniform(7, 14), 1.5, obeys=obeys)
    elif number % 4 == 1:
        before, after = _voice(random, "rate_over_baseline_pct", random.uniform(18, 40), 2.5, obeys=obeys)
    else:
        before, after = _talk(random, SAID_BACK if number % 4 == 2 else OFFERED, obeys=obeys)
    said = [verdict for item in before for verdict in judge.feed(item)]
    said += judge.feed(Prompt(rule, about.action, about.severity, about.title, "", about.advice, AT_S))
    for item in after:
        said += [*judge.feed(item), *judge.feed(Watermark(item.end_s))]
    return next(one.after for one in (*said, *judge.flush()) if isinstance(one, Judged))


def _voice(
    random: Random, metric: str, over: float, spread: float, *, obeys: bool
) -> tuple[list[Reading | Spoken], list[Reading | Spoken]]:
    """Readings before and after: the agent speaks in stretches, and what is read follows her with a lag of 2 s."""
    back_s = random.uniform(0.5, OBEYED_WITHIN_S) if obeys else float("inf")
    items: list[Reading | Spoken] = []
    value, at_s, speaks_until_s = over, AT_S - 5, AT_S + random.uniform(4, 15)
    while at_s < AT_S + 60:
        if at_s >= speaks_until_s:
            at_s += random.uniform(1, 12)
            speaks_until_s = at_s + random.uniform(4, 15)
        goal = over if at_s < AT_S + back_s else 0.0
        value += (goal + random.gauss(0, spread) - value) / 20
        items.append(Reading("agent", metric, round(at_s, 3), round(at_s + 0.1, 3), value))
        at_s += 0.1
    return [item for item in items if item.end_s <= AT_S], [item for item in items if item.start_s >= AT_S]


def _talk(
    random: Random, asked_for: Sequence[str], *, obeys: bool
) -> tuple[list[Reading | Spoken], list[Reading | Spoken]]:
    """Turns before and after, the words asked for in the first or second of the agent's."""
    case = random.randrange(len(asked_for))
    before = spoken("customer", AT_S - 10, f"{EXPLAINED[case]} I want to speak to your manager.")
    at_s, said = AT_S + random.uniform(0.6, 2.0), list[Reading | Spoken]()
    answers_in = random.randrange(2)
    for turn in range(4):
        text = asked_for[case] if obeys and turn == answers_in else random.choice(OTHER)
        said.append(spoken("agent", at_s, text))
        said.append(spoken("customer", said[-1].end_s + 0.6, random.choice(ANSWERS)))
        at_s = said[-1].end_s + 0.6
    return [before], said


def _real_rows(random: Random) -> Iterator[Row]:
    all_done: list[Outcome] = []
    all_not_done: list[Outcome] = []
    for name, (action, change) in CHANGES.items():
        judged = [found for sentences in manipulated.sentences() if (found := _real(sentences, action, change, random))]
        done, not_done = [found[0] for found in judged], [found[1] for found in judged]
        yield Row(f"real speech, {name}: speakers who get the prompt", len(judged), "")
        yield _share(f"real speech, {name}, back within 5 s: followed", done, "followed", "≥ 95")
        yield _share(f"real speech, {name}, never back: no change", not_done, "no_change", "≥ 95")
        all_done += done
        all_not_done += not_done
    yield _share(f"real speech, all {len(all_done)}, back within 5 s: followed", all_done, "followed", "≥ 95")
    yield _share(f"real speech, all {len(all_not_done)}, never back: no change", all_not_done, "no_change", "≥ 95")


def _real(
    sentences: Sequence[Samples], action: str, change: Callable[[Samples], Samples], random: Random
) -> tuple[Outcome, Outcome] | None:
    """What a speaker who comes back is judged to have done, and one who does not; None where no prompt comes."""
    half = len(sentences) // 2
    other, calm = sentences[:half], sentences[half:]
    before = manipulated.joined_at_level(calm, manipulated.CALM_S)
    changed = change(manipulated.joined_at_level(other, CHANGED_S * 1.4))
    changed = changed[: round(CHANGED_S * SAMPLE_RATE_HZ)]
    goes_on = np.concatenate([before, changed])
    prompt, not_done = _first(goes_on, action, len(before) / SAMPLE_RATE_HZ)
    if prompt is None or prompt.since_s > len(goes_on) / SAMPLE_RATE_HZ - LEAST_AFTER_S:
        return None
    back = round((prompt.since_s + random.uniform(1, OBEYED_WITHIN_S)) * SAMPLE_RATE_HZ)
    after = manipulated.joined_at_level(calm[::-1], AFTER_S)
    _, done = _first(np.concatenate([goes_on[:back], after]), action, len(before) / SAMPLE_RATE_HZ)
    return done or "not_applicable", not_done or "not_applicable"


def _first(sound: Samples, action: str, from_s: float) -> tuple[Prompt | None, Outcome | None]:
    """The first prompt of an action after some time, and what became of it."""
    room = sounds.noise(len(sound) / SAMPLE_RATE_HZ + 1, manipulated.ROOM_DBFS)[: len(sound)]
    events = list(_events(sound + room))
    shown = [event.prompt for event in events if isinstance(event, PromptShown)]
    prompt = next((one for one in shown if one.action == action and one.since_s > from_s), None)
    cleared = [event.prompt for event in events if isinstance(event, PromptCleared)]
    mine = [one.after for one in cleared if prompt and (one.rule, one.since_s) == (prompt.rule, prompt.since_s)]
    return prompt, mine[-1] if mine else None


def _events(sound: Samples) -> Iterator[CallEvent]:
    pipeline = Pipeline(("agent",), load(metrics=BY_NAME), None)
    for start in range(0, len(sound), BLOCK):
        yield from pipeline.feed(AudioBlock("agent", start, sound[start : start + BLOCK]))
    yield from pipeline.flush()
    pipeline.close()
