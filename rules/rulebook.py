"""What a rule is, once its TOML has been read and checked."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

import msgspec

from rules.budget import Budget, PromptKind
from rules.conditions import Condition, MetricCondition, VoicesCondition, listened_for
from rules.language.language import ONLY_ENGLISH, Language, Languages
from rules.language.phrase_files import ENGLISH_CODE
from rules.model import SPEAKERS, Severity, Speaker
from rules.outcomes.expected import OutcomeTest
from rules.words_rate import WORDS_AHEAD

Maturity = Literal["stable", "trial"]
When = Literal["now", "pause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The conditions must come true several times, each time with new evidence."""

    times: int = 2
    """How often."""
    within_s: float = 180.0
    """Media time from the first to the last of them."""
    once_after: str | None = None
    """Name of a list: once is enough if the agent said one of its phrases in the last `within_s`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the agent may say to settle a rule, before it fires or afterwards."""

    said: str
    """Name of a list in `words/`."""
    within_turns: int = 0
    """How many turns the agent has for it before the rule fires; 0 fires at once."""
    within_s: float = 90.0
    """When the turns took longer than this, the moment has passed and the rule does not fire."""
    shared_words: int = 0
    """Content words of the customer's that the agent's turn must take up as well."""
    lasts_s: float = 0.0
    """How long after it was said the rule needs no further answer."""
    taken_up: int = 0
    """So many content words of the customer's in the agent's turn are an answer without any phrase; 0 for never."""
    likely: float | None = None
    """From this score on, a sentence that the list's classifier finds likely is an answer as well: where a false alarm
    is worse than silence, it is lower than the limit from which a sentence counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to prompt the agent, and with what."""

    id: str
    action: str
    """The kind of prompt: the budget keeps prompts of one kind apart."""
    title: str
    """At most 3 words."""
    fact: str
    """What was measured or said, as a template."""
    advice: str
    """At most 10 words."""
    about: str
    """What it does, in one line a trainer understands."""
    source: str
    """Where its idea and its numbers come from."""
    conditions: tuple[Condition, ...]
    """What must come true."""
    need: int
    """How many of the conditions must hold; all of them if not given."""
    in_order: bool = False
    """Whether the conditions must come true in the order in which they are written."""
    unless: tuple[Condition, ...] = ()
    """While any of these holds, the conditions do not."""
    heeded_by: tuple[MetricCondition, ...] = ()
    """Any of these, for its own `hold_s` after the rule fired, shows that it was followed, where the conditions are
    slow to show it; for rules of metrics alone."""
    hold_s: float = 0.0
    """Seconds of speech for which the conditions must hold; for rules of metrics alone."""
    cooldown_s: float = 60.0
    """Media time after a firing before it may fire again, whether or not it eased."""
    reminds: bool = False
    """Whether it fires again, after `cooldown_s`, while the same metrics still hold. Without, they must clear first: a
    long silence fires once."""
    repeat: Repeat | None = None
    """For rules that fire only when it happens again."""
    answer: Answer | None = None
    """For rules that the agent can settle by saying something."""
    speaker: Speaker
    """Whose behaviour it is about."""
    severity: Severity = "prompt"
    """A note never prompts; an urgent prompt may replace one that is not."""
    maturity: Maturity = "stable"
    """A rule on trial is logged and never prompts."""
    when: When = "now"
    """Whether its prompt waits for the agent to be silent."""
    passes_budget: bool = False
    """Shown at once, whatever the budget or a snooze says."""
    safety: bool = False
    """Whether it is about somebody's safety: no agent can switch its prompts off."""
    once_a_story: bool = False
    """Whether it fires once about a matter: again only when most of what the customer talks about is new."""
    owner: str = ""
    """Who is responsible for the escalation."""
    protocol: str = ""
    """What the escalation table says to do."""
    enabled: bool = True
    """Whether it is judged at all."""

    @property
    def told(self) -> Severity:
        """How severe a firing is: always a note for a rule on trial."""
        return "note" if self.maturity == "trial" else self.severity

    @property
    def prompts(self) -> bool:
        """Whether it prompts at all."""
        return self.enabled and self.told != "note"

    @property
    def reads_words(self) -> bool:
        """Whether it is judged in media-time order behind the watermark."""
        return self.answer is not None or any(
            not isinstance(c, MetricCondition) or c.metric == WORDS_AHEAD for c in self._all_conditions
        )

    @property
    def texts(self) -> tuple[str, str, str]:
        """Title, fact and advice: all that an agent reads of it."""
        return self.title, self.fact, self.advice

    @property
    def listened_for(self) -> tuple[tuple[str, Speaker], ...]:
        """The phrase lists it reads, each with the speaker whose words it is compared with."""
        keys = [key for condition in self._all_conditions for key in listened_for(condition)]
        keys += [(self.answer.said, "agent")] if self.answer else []
        keys += [(self.repeat.once_after, "agent")] if self.repeat and self.repeat.once_after else []
        return tuple(keys)

    @property
    def _all_conditions(self) -> tuple[Condition, ...]:
        return self.conditions + self.unless


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that a report counts; it never prompts."""

    id: str
    title: str
    """As a report names it."""
    about: str
    """What it counts, in one line a trainer understands."""
    speaker: Speaker
    phrases: tuple[str, ...]
    """Names of lists in `words/`."""
    due: bool = False
    """Whether to look for a due time after it."""
    shared_words: int = 0
    """Content words of the customer's that the agent's turn must take up as well."""
    min_probability: float = 0.5
    """The mean of Whisper's word probabilities below which a phrase counts as misheard."""

    @property
    def listened_for(self) -> tuple[tuple[str, Speaker], ...]:
        """The phrase lists it reads, each with the speaker whose words it is compared with."""
        return tuple((name, self.speaker) for name in self.phrases)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """A step of a checklist, and what ticks it."""

    id: str
    title: str
    """As reports name it."""
    conditions: tuple[Condition, ...] = ()
    """Empty for a step after the call, which nothing heard can tick."""
    need: int = 1
    """How many of the conditions must hold."""
    in_last_s: float | None = None
    """It counts only in so many seconds before the last words, for what belongs to the end of a call; then the last
    time that it was done is its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistPlan:
    """Steps that tick themselves, each when it is first done."""

    id: str
    title: str
    """As reports name it."""
    about: str
    """When it applies, in one line a trainer understands."""
    steps: tuple[StepPlan, ...]
    """In the order in which reports list them."""
    opened_by: tuple[Condition, ...] = ()
    """Any of these opens it; without, it is open from the start."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that it depends on."""
        return self.opened_by + tuple(condition for step in self.steps for condition in step.conditions)

    @property
    def listened_for(self) -> tuple[tuple[str, Speaker], ...]:
        """The phrase lists it reads, each with the speaker whose words it is compared with."""
        return tuple(key for condition in self.conditions for key in listened_for(condition))


@dataclass(frozen=True)
class Rulebook:
    """All rules of a call, with what they refer to."""

    rules: tuple[Rule, ...]
    budget: Budget
    words: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Lines of every phrase list in use, by name."""
    items: tuple[Item, ...] = ()
    checklists: tuple[ChecklistPlan, ...] = ()
    meanings: Mapping[str, float] = field(default_factory=dict)
    """Lists that sentences of the same meaning also match, and the score from which they do."""
    outcomes: Mapping[str, OutcomeTest] = field(default_factory=dict)
    """By action: how what the agent did after a prompt is judged."""
    one_track: VoicesCondition | None = None
    """When a track is that of two people; None for never."""
    languages: Languages = ONLY_ENGLISH
    """The languages beside English."""
    understood: Mapping[str, float] = field(default_factory=dict)
    """Lists that a classifier stands beside, and the score from which a sentence counts for them."""

    def language(self, code: str) -> Language | None:
        """What the rules know of a language; None if nothing, or if its lists are damaged."""
        return self.english if code == ENGLISH_CODE else self.languages.others.get(code)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Codes of the languages that have rules, damaged or not."""
        return tuple(sorted({ENGLISH_CODE, *self.languages.others, *self.languages.damage}))

    @cached_property
    def english(self) -> Language | None:
        """The language of `words`; None if its lists are damaged."""
        return None if ENGLISH_CODE in self.languages.damage else Language(ENGLISH_CODE, self.words)

    def __getitem__(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError if there is none."""
        return self._by_id[rule_id]

    @property
    def listened_for(self) -> tuple[tuple[str, Speaker], ...]:
        """The phrase lists that end the prompts of a call, each for both sides."""
        return tuple((name, speaker) for name in self.budget.goodbye for speaker in SPEAKERS)

    @property
    def kinds(self) -> tuple[PromptKind, ...]:
        """The kinds of prompts that an agent can switch off, in the order of the rules: all but those for safety."""
        prompting = [rule for rule in self.rules if rule.prompts and not rule.safety]
        titles = {rule.action: rule.title for rule in reversed(prompting)}
        return tuple(PromptKind(action, titles[action]) for action in dict.fromkeys(rule.action for rule in prompting))

    @property
    def safety_rules(self) -> frozenset[str]:
        """The ids of the rules about somebody's safety."""
        return frozenset(rule.id for rule in self.rules if rule.safety)

    @property
    def parts(self) -> tuple[Item | ChecklistPlan, ...]:
        """What is judged beside the rules."""
        return (*self.items, *self.checklists)

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hex digits that change when anything a judgement depends on changes."""
        judged = (*self.rules, *self.parts, self.budget, *filter(None, (self.one_track,)))
        tests = {action: asdict(test) for action, test in self.outcomes.items()}
        spoken = [[one.code, dict(one.words), dict(one.advice)] for one in self.languages.others.values()]
        content = [[asdict(one) for one in judged], dict(self.words), dict(self.meanings), tests, spoken]
        content.append(dict(self.understood))
        return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()[:12]

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}
