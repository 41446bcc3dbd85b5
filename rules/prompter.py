"""Selects one prompt to show from many firings, within the budget."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from rules.budget import PromptChoice
from rules.experiment import Draw
from rules.model import Easing, Firing, Goodbye, Judged, Prompt, TakenDown
from rules.rulebook import Rule, Rulebook
from rules.template import render, values_of

AS_USUAL = PromptChoice()


@dataclass(slots=True)
class _Card:
    """The prompt on show."""

    prompt: Prompt
    rule: Rule
    down_s: float
    """When it disappears automatically."""
    why: TakenDown = "time"
    """Why it disappears then."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A firing that may still be shown."""

    firing: Firing
    rule: Rule
    since_s: float
    until_s: float

    @property
    def urgency(self) -> tuple[bool, bool, float]:
        """The greater, the sooner it is shown."""
        return self.rule.passes_budget, self.rule.severity == "urgent", self.since_s


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """Something that happens automatically, unless something else happens first."""

    at_s: float
    rank: int
    """Order of things due at the same time."""
    act: Callable[[], Iterator[Prompt]] = field(compare=False)


class Prompter:
    """Decides what the agent sees, and when.

    Every prompt comes out twice: shown (`until_s` None) and removed (`until_s` set). It is removed as soon as the
    agent's behaviour has changed. A firing that the budget holds back may be shown a few seconds later; if it has
    eased by then, it is dropped. Rules that pass the budget replace the prompt on show; an urgent one replaces one
    that is not urgent, without waiting for the usual distance. Nothing is shown that is about a turn long over, or once
    somebody has said goodbye; rules that pass the budget are shown all the same.

    In an experiment some prompts are drawn to be silent. They come out as all others do, take their place in the budget
    and are removed in the same way; only no screen shows them. None is drawn that passes the budget or is about safety.

    Time is media time, comes in with every call and never runs backwards. Firings are collected until `advance`
    reaches their time: one that has eased by then is not shown, and the most urgent comes first. Whatever happens
    between two calls happens at its own time, so it does not matter how often `advance` is called.

    Args:
        rulebook: what fires.
        choice: which prompts the agent wants.
    """

    def __init__(self, rulebook: Rulebook, choice: PromptChoice = AS_USUAL) -> None:
        self.language = "en"
        """Code of the language that the call is in: what the agent is to say is in it."""
        self._rules = rulebook
        self._choice = choice
        self._budget = rulebook.budget.with_amount(choice.amount)
        self._up: _Card | None = None
        self._waiting: list[_Waiting] = []
        self._shown_s: list[float] = []
        self._action_shown_s: dict[str, float] = {}
        self._snoozed_until_s = self._goodbye_until_s = -math.inf
        self._agent_speaking = False
        self._now_s = 0.0

    def feed(self, item: Firing | Easing | Judged | Goodbye, now_s: float) -> Sequence[Prompt]:
        """Take what has become known; what it shows or removes comes with the next `advance`."""
        changes = list(self._pass_time(now_s))
        match item:
            case Firing():
                self._await(item)
            case Easing():
                self._waiting = [waiting for waiting in self._waiting if waiting.rule.id != item.rule]
                self._ease(item.rule)
            case Judged(rule, since_s, after) if (
                after == "followed" and self._up and self._up.prompt.since_s == since_s
            ):
                self._ease(rule)
            case Goodbye(at_s):
                self._goodbye_until_s = max(self._goodbye_until_s, at_s + self._budget.goodbye_s)
                self._waiting = [waiting for waiting in self._waiting if waiting.rule.passes_budget]
        return changes

    def advance(self, now_s: float, *, agent_speaking: bool) -> Sequence[Prompt]:
        """Let time pass.

        Args:
            now_s: the media time reached.
            agent_speaking: whether the agent speaks now.
        """
        changes = list(self._pass_time(now_s))
        self._agent_speaking = agent_speaking
        return changes + list(self._pass_time(now_s, to_the_end=True))

    def dismiss(self, now_s: float) -> Sequence[Prompt]:
        """The agent dismisses the prompt, if there is one to be seen."""
        changes = list(self._pass_time(now_s))
        if self._up and not self._up.prompt.silent:
            changes += self._take_down(now_s, "dismissed")
        return changes

    def snooze(self, until_s: float, now_s: float) -> Sequence[Prompt]:
        """The agent wants no prompts before `until_s`; infinite for the rest of the call."""
        changes = [*self._pass_time(now_s), *self._take_down(now_s, "snoozed")]
        self._snoozed_until_s = until_s
        return changes

    def choose(self, choice: PromptChoice, now_s: float) -> Sequence[Prompt]:
        """The agent wants other kinds of prompts, or another number of them; one that is not wanted goes."""
        changes = list(self._pass_time(now_s))
        self._choice, self._budget = choice, self._rules.budget.with_amount(choice.amount)
        self._waiting = [waiting for waiting in self._waiting if not self._hides(waiting.rule)]
        if self._up and self._hides(self._up.rule):
            changes += self._take_down(now_s, "dismissed")
        return changes

    def flush(self, now_s: float) -> Sequence[Prompt]:
        """The call has ended: remove everything."""
        return [*self._pass_time(now_s), *self._take_down(now_s, "call_ended")]

    def _hides(self, rule: Rule) -> bool:
        return rule.action in self._choice.off and not rule.safety

    def _await(self, firing: Firing) -> None:
        rule = self._rules[firing.rule]
        is_up = self._up is not None and self._up.rule.id == rule.id
        if not rule.prompts or is_up or self._hides(rule):
            return
        budget, since_s = self._budget, max(self._now_s, firing.start_s)
        until_s = since_s + (budget.wait_for_pause_s if rule.when == "pause" else budget.wait_s)
        if not rule.passes_budget:
            about_s = firing.start_s if firing.turn_end_s is None else firing.turn_end_s
            until_s = min(until_s, about_s + budget.stale_after_s)
            if until_s < since_s or since_s < self._goodbye_until_s:
                return
        self._waiting = [waiting for waiting in self._waiting if waiting.rule.id != rule.id]
        self._waiting.append(_Waiting(firing, rule, since_s, until_s))

    def _ease(self, rule_id: str) -> None:
        if self._up and self._up.rule.id == rule_id:
            earliest_s = self._up.prompt.since_s + self._budget.shown_at_least_s
            down_s = max(earliest_s, self._now_s)
            if down_s < self._up.down_s:
                self._up.down_s, self._up.why = down_s, "eased"

    def _pass_time(self, now_s: float, *, to_the_end: bool = False) -> Iterator[Prompt]:
        while (due := min(self._dues(), default=None)) and (due.at_s < now_s or (to_the_end and due.at_s == now_s)):
            self._now_s = max(self._now_s, due.at_s)
            yield from due.act()
        self._now_s = max(self._now_s, now_s)

    def _dues(self) -> Iterator[_Due]:
        if self._up:
            yield _Due(self._up.down_s, 0, partial(self._take_down, self._up.down_s, self._up.why))
        for rank, waiting in enumerate(sorted(self._waiting, key=lambda one: one.urgency, reverse=True), start=1):
            allowed_s = self._allowed_s(waiting)
            if allowed_s <= waiting.until_s:
                yield _Due(allowed_s, rank, partial(self._put_up, waiting))
            else:
                yield _Due(waiting.until_s, rank, partial(self._drop, waiting))

    def _allowed_s(self, waiting: _Waiting) -> float:
        rule, up, budget = waiting.rule, self._up, self._budget
        if rule.passes_budget:
            return waiting.since_s
        if rule.when == "pause" and self._agent_speaking:
            return math.inf
        earliest = [waiting.since_s, self._snoozed_until_s]
        if len(self._shown_s) >= budget.at_most > 0:
            earliest.append(self._shown_s[-budget.at_most] + budget.window_s)
        replaces = up and rule.severity == "urgent" and up.rule.severity != "urgent" and not up.rule.passes_budget
        if not replaces:
            earliest += [up.down_s] if up else []
            earliest += [self._shown_s[-1] + budget.apart_s] if self._shown_s else []
        if not (replaces and up and up.rule.action == rule.action) and rule.action in self._action_shown_s:
            earliest.append(self._action_shown_s[rule.action] + budget.same_action_apart_s)
        return max(earliest)

    def _put_up(self, waiting: _Waiting) -> Iterator[Prompt]:
        yield from self._take_down(self._now_s, "time")
        rule, values = waiting.rule, values_of(waiting.firing)
        title, fact, advice = (render(text, values) for text in (rule.title, rule.fact, self._advice(rule)))
        draw = self._draw(rule)
        prompt = Prompt(rule.id, rule.action, rule.severity, title, fact, advice, since_s=self._now_s, draw=draw)
        self._up = _Card(prompt, rule, self._now_s + self._budget.shown_at_most_s)
        self._waiting.remove(waiting)
        self._shown_s.append(self._now_s)
        self._action_shown_s[rule.action] = self._now_s
        yield prompt

    def _draw(self, rule: Rule) -> Draw | None:
        experiment = None if rule.passes_budget or rule.safety else self._choice.experiment
        return experiment.draw(rule.id, len(self._shown_s) + 1) if experiment else None

    def _advice(self, rule: Rule) -> str:
        language = self._rules.language(self.language)
        return language.advice.get(rule.id, rule.advice) if language else rule.advice

    def _drop(self, waiting: _Waiting) -> Iterator[Prompt]:
        self._waiting.remove(waiting)
        yield from ()

    def _take_down(self, now_s: float, why: TakenDown) -> Iterator[Prompt]:
        card, self._up = self._up, None
        if card:
            yield replace(card.prompt, until_s=now_s, taken_down=why)
