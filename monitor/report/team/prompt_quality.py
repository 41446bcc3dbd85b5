"""What became of each prompt over many calls, where it was seen and where nobody saw it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import PromptNumbers
from monitor.report.titles import Titles
from monitor.rule_tools.effect import Done, Effect, effect


@dataclass(frozen=True, slots=True)
class PromptQuality:
    """How one prompt did."""

    title: str
    shown: int
    """How often an agent is known to have seen it."""
    followed: int
    partly: int
    unchanged: int
    not_wanted: int
    """Dismissed or snoozed."""
    unseen: int
    """How often nobody saw it."""
    unknown: int
    """How often it is not known whether somebody saw it."""
    effect: Effect


def qualities(calls: Sequence[OneCall], titles: Titles) -> tuple[PromptQuality, ...]:
    """The prompts of the calls by their titles, in alphabetical order."""
    by_call: dict[str, list[list[PromptNumbers]]] = {}
    for call in calls:
        of_title: dict[str, list[PromptNumbers]] = {}
        for prompt in call.numbers.prompts:
            of_title.setdefault(titles.rule(prompt.rule), []).append(prompt)
        for title, own in of_title.items():
            by_call.setdefault(title, []).append(own)
    return tuple(_quality(title, by_call[title]) for title in sorted(by_call))


def _quality(title: str, by_call: Sequence[Sequence[PromptNumbers]]) -> PromptQuality:
    seen = [prompt for own in by_call for prompt in own if prompt.seen]
    after = Counter(prompt.after for prompt in seen)
    sight = Counter(prompt.seen for own in by_call for prompt in own)
    return PromptQuality(
        title=title,
        shown=len(seen),
        followed=after["followed"],
        partly=after["partly"],
        unchanged=after["no_change"],
        not_wanted=sum(prompt.taken_down in {"dismissed", "snoozed"} for prompt in seen),
        unseen=sight[False],
        unknown=sight[None],
        effect=effect(*([_done(own, seen=saw) for own in by_call] for saw in (True, False))),
    )


def _done(prompts: Iterable[PromptNumbers], *, seen: bool) -> Done:
    after = Counter(prompt.after for prompt in prompts if prompt.seen is seen)
    return Done(after["followed"], after["followed"] + after["partly"] + after["no_change"])
