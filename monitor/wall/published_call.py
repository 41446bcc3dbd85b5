"""A call as the wall shows it: its events turn into numbers and flags, and no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from audio.values import ToneSample, Utterance
from monitor.call.events import Health, LiveEvent, Progress, PromptShown
from monitor.call.telephone.telephone_events import AgentChanged, Hold
from monitor.settings.consent import ConsentStatus
from monitor.wall.care import Care
from monitor.wall.wall_messages import CallDetail, CallState, Moment
from rules import template
from rules.model import SPEAKERS, Easing, Firing, Severity, Speaker
from rules.rulebook import Rulebook

FLAG_LASTS_S = 120.0
"""A flag that nothing ends is in force for so long."""
RANKS: tuple[Severity, ...] = ("note", "prompt", "urgent")
MOMENTS = 12
"""The last ones that a follower sees."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag in force."""

    rule: str
    severity: Severity
    since_s: float


@dataclass(frozen=True, slots=True)
class RulesShown:
    """What the wall knows of the rules of a call."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """By id: the fixed words of each title, as what is filled in may be words of the call."""
    safety: frozenset[str] = frozenset()
    """Those about somebody's safety."""

    @classmethod
    def of(cls, rulebook: Rulebook) -> RulesShown:
        """Those of a rulebook."""
        titles = {rule.id: template.render(rule.title, {}) for rule in rulebook.rules}
        return cls(titles, rulebook.safety_rules)

    def title(self, rule: str) -> str:
        """What a rule is called on the agent's screen."""
        return self.titles.get(rule) or rule


@dataclass(frozen=True, slots=True)
class PublishedCall:
    """What the wall may know of a call."""

    agent: str = ""
    consent: ConsentStatus = "unknown"
    played: bool = False
    """Whether it is a recording that is played."""
    words: bool = False
    """Whether those who follow may read its words, if the agent shares them."""
    rules: RulesShown = field(default_factory=RulesShown)
    flags: tuple[Flag, ...] = ()
    """In force."""
    danger_s: float | None = None
    """When a rule about safety fired last."""
    prompts: int = 0
    progress: Progress = field(default_factory=lambda: Progress(0.0))
    tone: ToneSample | None = None
    """The agent's last."""
    hold: bool = False
    troubles: tuple[str, ...] = ()
    talk_s: tuple[tuple[Speaker, float], ...] = tuple((speaker, 0.0) for speaker in SPEAKERS)
    moments: tuple[Moment, ...] = field(default=(), repr=False)

    def after(self, event: LiveEvent) -> PublishedCall:  # noqa: PLR0911 - a kind of event each
        """The call after an event."""
        match event:
            case ToneSample(speaking=True):
                return self._spoken(event)
            case Progress():
                return replace(self, progress=event)
            case Firing(trial=False, severity="prompt" | "urgent"):
                return self._flagged(event)
            case Easing(rule=rule):
                return replace(self, flags=tuple(flag for flag in self.flags if flag.rule != rule))
            case PromptShown(prompt=prompt):
                shown = Moment(prompt.since_s, "prompt", self.rules.title(prompt.rule), prompt.severity)
                return self._with(shown, prompts=self.prompts + 1)
            case Utterance(speaker=speaker) if self.words and event.words and self.progress.recording != "paused":
                return self._with(Moment(event.start_s, speaker, event.text))
            case Hold(on=on):
                return replace(self, hold=on)
            case AgentChanged(agent=agent):
                return replace(self, agent=agent)
            case Health(part=part) if part not in {"voice", "wall"}:
                others = tuple(trouble for trouble in self.troubles if trouble != part)
                return replace(self, troubles=others if event.fine else (*others, part))
            case _:
                return self

    def state(self, care: Care) -> CallState:
        """What every wall of the team shows."""
        worst = self._worst()
        taken = bool(care.taken_by) and (self.danger_s is None or care.taken_s >= self.danger_s)
        return CallState(
            agent=self.agent,
            at_s=round(self.progress.heard_s, 1),
            severity=worst.severity if worst else None,
            rule=worst.rule if worst else "",
            title=self.rules.title(worst.rule) if worst else "",
            since_s=round(worst.since_s, 1) if worst else 0.0,
            safety=self.danger_s is not None and not taken,
            prompts=self.prompts,
            level_over_db=_rounded(self.tone.level_over_baseline_db if self.tone else None),
            rate_over_pct=_rounded(self.tone.rate_over_baseline_pct if self.tone else None),
            behind_s=round(max(self.progress.behind_s, self.progress.words_behind_s), 1),
            recording=self.progress.recording,
            consent=self.consent,
            hold=self.hold,
            played=self.played,
            trouble=self.troubles[-1] if self.troubles else "",
            help_s=care.help_s,
            taken_by=care.taken_by,
            followed_by=care.followers,
        )

    def detail(self, care: Care) -> CallDetail:
        """What those who follow see besides."""
        words = self.words and care.words_shared
        moments = [moment for moment in self.moments if words or moment.kind not in SPEAKERS]
        return CallDetail(
            at_s=round(self.progress.heard_s, 1),
            talk_s={speaker: round(spoken_s, 1) for speaker, spoken_s in self.talk_s},
            moments=tuple(moments[-MOMENTS:]),
            words=words,
        )

    def _spoken(self, tone: ToneSample) -> PublishedCall:
        talk_s = tuple(
            (speaker, spoken_s + (tone.end_s - tone.start_s if speaker == tone.speaker else 0.0))
            for speaker, spoken_s in self.talk_s
        )
        return replace(self, talk_s=talk_s, tone=tone if tone.speaker == "agent" else self.tone)

    def _flagged(self, firing: Firing) -> PublishedCall:
        others = tuple(flag for flag in self.flags if flag.rule != firing.rule)
        flag = Flag(firing.rule, firing.severity, firing.start_s)
        danger_s = firing.start_s if firing.rule in self.rules.safety else self.danger_s
        moment = Moment(firing.start_s, "flag", self.rules.title(firing.rule), firing.severity)
        return replace(self._with(moment), flags=(*others, flag), danger_s=danger_s)

    def _with(self, moment: Moment, *, prompts: int | None = None) -> PublishedCall:
        kept = (*self.moments, moment)[-2 * MOMENTS :]
        return replace(self, moments=kept, prompts=self.prompts if prompts is None else prompts)

    def _worst(self) -> Flag | None:
        """The worst flag in force; of several, the one that has been so for longest."""
        now_s = self.progress.heard_s
        in_force = [flag for flag in self.flags if now_s - flag.since_s < FLAG_LASTS_S]
        return min(in_force, key=lambda flag: (-RANKS.index(flag.severity), flag.since_s), default=None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
