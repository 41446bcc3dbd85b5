"""What is given up while Whisper can't keep up: a ladder of steps, chosen by the age of the pending words."""

from enum import IntEnum


class LoadStep(IntEnum):
    """The steps for words; each also gives up what those before it do. Tone is never given up."""

    ALL = 0
    """Everything."""
    QUICK = 1
    """Whole utterances are decoded with one beam instead of five: faster, and slightly less accurate."""
    NO_CUSTOMER_PARTIALS = 2
    """The customer's words come only when an utterance has ended."""
    NO_PARTIALS = 3
    """The agent's, too, and none are started before it is certain that the utterance has ended."""
    SMALLER_MODEL = 4
    """Whole utterances are left to the built-in model, where another one was chosen that it may stand in for."""
    CUSTOMER_LATER = 5
    """The customer's words are transcribed after the call."""
    ALL_LATER = 6
    """The agent's, too."""


AGES_S = (1.0, 2.0, 3.0, 5.0, 8.0, 15.0)
"""Age of the oldest pending words beyond which the steps from the second on are taken."""
LAG_S = 2.0
"""Sound that is measured later than this needs all there is of the machine: all words wait until after the call."""
CALM_S = 10.0
"""A step is taken back after it has not been due for so long: an overloaded machine is soon overloaded again."""


class LoadShedding:
    """Feed it the age of the words; it gives the step."""

    def __init__(self) -> None:
        self.step = LoadStep.ALL
        self._calm_since_s: float | None = None
        self._worst = LoadStep.ALL

    def feed(self, now_s: float, age_s: float, lag_s: float = 0.0) -> LoadStep:
        """Go down the ladder immediately, and up again after ten seconds, to the worst step that was due in them.

        Args:
            now_s: media time.
            age_s: seconds since the end of the oldest utterance whose words are pending; 0 if there is none.
            lag_s: how late the sound is measured.
        """
        due = LoadStep.ALL_LATER if lag_s > LAG_S else LoadStep(sum(age_s > limit_s for limit_s in AGES_S))
        if due >= self.step:
            self.step = due
            self._calm_since_s = None
        elif self._calm_since_s is None:
            self._calm_since_s, self._worst = now_s, due
        else:
            self._worst = max(self._worst, due)
            if now_s - self._calm_since_s >= CALM_S:
                self.step = self._worst
                self._calm_since_s = None
        return self.step
