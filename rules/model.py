"""The values of the rules: readings and spoken words in, firings and prompts out."""

from dataclasses import dataclass, replace
from typing import Literal

from rules.experiment import Draw

Speaker = Literal["agent", "customer"]
SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")
Severity = Literal["note", "prompt", "urgent"]
Outcome = Literal["followed", "partly", "not_yet", "no_change", "not_applicable", "unseen"]
"""What the agent did next; `unseen` where nobody saw the prompt."""
TakenDown = Literal["eased", "time", "dismissed", "snoozed", "call_ended"]
"""Why a prompt left the screen."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric of one speaker over a stretch of media time."""

    speaker: Speaker
    metric: str
    """A name from the table of metrics; its unit is in the name."""
    start_s: float
    end_s: float
    value: float
    baseline: float | None = None
    """The speaker's usual in the unit of the value, where it is worth showing: "5.9, usual 4.8"."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word as the transcript has it."""

    start_s: float
    end_s: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Meant:
    """How close a sentence is to a meaning that has a phrase list of the same name."""

    name: str
    start_s: float
    end_s: float
    score: float
    """Positive on the side of its examples, negative on that of all others; about −1 … 1."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Final words of one utterance."""

    speaker: Speaker
    start_s: float
    end_s: float
    words: tuple[SpokenWord, ...]
    meant: tuple[Meant, ...] = ()
    """Meanings of its sentences, where meaning is measured."""
    speech_s: float = 0.0
    """Speech in it, its pauses left out; 0 if that is not known."""
    language: str = "en"
    """Code of the language that is spoken."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """All words and readings that end up to `until_s` have been fed; rules that read words may be judged up to here."""

    until_s: float


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule's conditions came true."""

    rule: str
    speaker: Speaker
    start_s: float
    """Media time at which they came true."""
    value: float | None
    """The reading at which it fired; None if words alone made it fire."""
    baseline: float | None
    """The speaker's usual in the unit of `value`, where it is known."""
    limit: float | None
    """The value from which the condition holds."""
    severity: Severity
    """A note never prompts."""
    action: str
    """The kind of prompt."""
    evidence: tuple[str, ...] = ()
    """The words that were matched, for text rules; kept in the call folder only."""
    held_s: float = 0.0
    """Seconds of speech for which the conditions had held."""
    key_words: tuple[str, ...] = ()
    """What the customer talked about, for rules whose text uses it; kept in the call folder only."""
    owner: str = ""
    """Who is responsible for an escalation."""
    protocol: str = ""
    """What the escalation table says to do."""
    because: tuple[str, ...] = ()
    """The words that decided where a classifier and no phrase did; kept in the call folder only."""
    say_back: str = ""
    """A paraphrase of the customer's clause, for rules whose text uses it; kept in the call folder only."""
    metric: str = ""
    """The metric of `value`; empty if only words made it fire."""
    trial: bool = False
    """Whether the rule is on trial: noted for the report, and never a prompt."""
    turn_end_s: float | None = None
    """Where the turn that it is about ended, as far as it was heard; None for tone, which is about that moment."""


@dataclass(frozen=True, slots=True)
class Easing:
    """The reason of a firing is over."""

    rule: str
    speaker: Speaker
    at_s: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something for the report was said or done: an open question, an apology, a promise. It never prompts."""

    item: str
    """Id of the report item."""
    speaker: Speaker
    start_s: float
    end_s: float
    text: str = ""
    """The words; kept in the call folder only."""
    due: str = ""
    """When it is to happen, in the speaker's words: "tomorrow by five"."""
    classified: bool = False
    """Whether a classifier or the sentence model found it, and no phrase: such finds are right less often."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """A step of a checklist was done for the first time."""

    checklist: str
    """Id of the checklist."""
    step: str
    """Id of the step."""
    at_s: float


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """A step of a checklist at the end of a call."""

    id: str
    title: str
    """As reports name it."""
    at_s: float | None = None
    """When it was first done; None if it was not."""
    by_hand: bool = False
    """Whether it is for after the call, so that nothing heard can tick it."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist as it stands at the end of a call."""

    id: str
    title: str
    """As reports name it."""
    steps: tuple[ChecklistStep, ...]
    """All of them, done or not, in the order of the checklist."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the agent did after a prompt."""

    rule: str
    """The prompt's."""
    since_s: float
    """When the prompt was put up."""
    after: Outcome
    """Never `unseen`: what the agent did does not depend on who saw the prompt."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Somebody said goodbye, or that they need nothing more."""

    at_s: float
    """End of the words."""


Verdict = Firing | Easing | Noticed | Ticked | Checklist | Judged | Goodbye
"""What the judge says."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One short instruction to the agent, with the fact behind it."""

    rule: str
    action: str
    """The kind of prompt."""
    severity: Severity
    """An urgent prompt may replace one that is not."""
    title: str
    """What to do, in at most three words."""
    fact: str
    """What was measured or said."""
    advice: str
    """How to do it, in at most ten words."""
    since_s: float
    """Media time at which it appeared."""
    until_s: float | None = None
    """Media time at which it disappeared; None while it is shown."""
    outcome: Outcome | None = None
    """What became of it: `after`, or `unseen` where nobody saw it. None until it is known. Logs up to 0.3 have
    `ignored` for `no_change`, and `dismissed`, `snoozed` or `call ended` where now `taken_down` says so."""
    after: Outcome | None = None
    """What the agent did next, whoever saw the prompt. None until it is known."""
    taken_down: TakenDown | None = None
    """Why it went; None while it is up."""
    seen: bool | None = None
    """Whether a screen confirmed that it showed it; None where that is not known, as in logs of older versions."""
    draw: Draw | None = None
    """What the experiment drew; None for a prompt that is in none."""

    @property
    def silent(self) -> bool:
        """Whether it was due, but no screen shows it."""
        return self.draw is not None and self.draw.silent

    def seen_as(self, *, seen: bool) -> "Prompt":
        """The same prompt, seen or not, with the outcome that follows."""
        outcome = self.after if seen or self.after is None else "unseen"
        return replace(self, seen=seen, outcome=outcome)
