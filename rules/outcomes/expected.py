"""What the agent is expected to do after a prompt, as rule files have it."""

from dataclasses import dataclass

from rules.model import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneTest:
    """What the agent's speech after a prompt must be like, for prompts that ask for another voice."""

    metric: str
    """A name from the table of metrics."""
    below: float | None = None
    """Followed under this value. Without it, what the rule's first condition on the metric has as `clear_below`."""
    looks_back_s: float
    """Seconds of speech in one reading of the metric: fresh readings hold none from before the prompt."""
    sooner: str = ""
    """A metric in the same unit that looks back less far: it counts where the call ends before the first is fresh."""
    sooner_looks_back_s: float = 0.0
    """The same of that metric."""
    otherwise: str = ""
    """The metric for rules that do not read the first."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """All that it reads."""
        return tuple(filter(None, (self.metric, self.sooner, self.otherwise)))

    @property
    def listened_for(self) -> tuple[tuple[str, Speaker], ...]:
        """No phrase list."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechTest:
    """What the agent must say after a prompt, for prompts that ask for words."""

    said: tuple[str, ...]
    """Names of lists in `words/`; a phrase of any of them is enough."""
    within_turns: int = 2
    """How many of the agent's next turns count."""
    shared_words: int = 0
    """Content words of the customer's that the agent's turn must take up as well."""

    @property
    def listened_for(self) -> tuple[tuple[str, Speaker], ...]:
        """The phrase lists it reads, each with whose words it is held against."""
        return tuple((name, "agent") for name in self.said)


OutcomeTest = ToneTest | SpeechTest
