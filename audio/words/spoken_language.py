"""Which language a speaker speaks, decided from the first seconds of speech and held against a floor."""

from collections import deque
from collections.abc import Collection, Mapping

ENGLISH = "en"
FOREIGN = "und"
"""Code of what a model that knows English alone can't make out (ISO 639: undetermined)."""
DECIDED_AT_S = 15.0
"""Speech after which the language is decided, whatever is known."""
SURE_AT_S, SURE = 4.0, 0.7
"""Speech and mean score from which a language that has rules is decided earlier."""
FOREIGN_AT_S, FOREIGN_SURE = 12.0, 0.7
"""The same for any other: accents are taken for foreign languages in the first seconds."""
FLOOR = 0.18
"""Mean score of a language with rules from which another must be clearly more probable.

Accented English gets 0.2 and more, English in another language hardly ever 0.2.
"""
CLEARLY = 2.0
"""How many times as probable."""
SPOKEN_ALIKE: Mapping[str, str] = {"ur": "hi", "nn": "no", "hr": "sr", "bs": "sr"}
"""Codes of one spoken language."""
CHANGED = 0.7
"""Mean score over 15 s of speech from which a call has changed its language: a decision is not taken back lightly."""
SLOPE, LEVEL = 0.64, 0.97
"""From the log probability of a text, the mean of its tokens, to the score of English: good English has −0.2, another
language −1.2 and accented English at worst −1.0, where the score is so low that the call counts as not English."""


def english_scores(log_probability: float) -> dict[str, float]:
    """Scores from the log probability of a text that was heard as English."""
    english = min(1.0, max(0.0, LEVEL + SLOPE * log_probability))
    return {ENGLISH: english, FOREIGN: 1.0 - english}


class SpokenLanguage:
    """The language of one speaker; it depends only on the scores and their order.

    Args:
        known: codes of the languages that have rules.
    """

    def __init__(self, known: Collection[str]) -> None:
        self.sure: str | None = None
        """The language, once it is decided."""
        self._known = sorted(known)
        self._lately: deque[tuple[float, Mapping[str, float]]] = deque()

    def feed(self, duration_s: float, scores: Mapping[str, float]) -> None:
        """Take the scores of an utterance, 0 … 1 a language; those of the last 15 s of speech count."""
        self._lately.append((duration_s, scores))
        while self._heard_s - self._lately[0][0] >= DECIDED_AT_S:
            self._lately.popleft()
        if self.sure is not None:
            self._change()
        elif self._heard_s >= DECIDED_AT_S:
            self.decide()
        else:
            self._decide_early()

    def decide(self) -> None:
        """Decide by what is known."""
        means = self._means()
        home = self._home(means)
        other = max(means.keys() - self._known, key=lambda code: means[code], default=home)
        strange = means.get(home, 0.0) < FLOOR or means.get(other, 0.0) > CLEARLY * means.get(home, 0.0)
        self.sure = other if strange and means.get(other, 0.0) > means.get(home, 0.0) else home

    @property
    def _heard_s(self) -> float:
        return sum(duration_s for duration_s, _ in self._lately)

    def _decide_early(self) -> None:
        means, heard_s = self._means(), self._heard_s
        home = self._home(means)
        other = max(means.keys() - self._known, key=lambda code: means[code], default=home)
        if heard_s >= SURE_AT_S and means.get(home, 0.0) >= SURE:
            self.sure = home
        elif heard_s >= FOREIGN_AT_S and means.get(other, 0.0) >= FOREIGN_SURE:
            self.decide()

    def _change(self) -> None:
        means = self._means()
        likeliest = max(means, key=lambda code: means[code])
        if self._heard_s >= DECIDED_AT_S and means[likeliest] >= CHANGED:
            self.sure = likeliest

    def _home(self, means: Mapping[str, float]) -> str:
        """The most probable language that has rules; English if nothing was heard."""
        return max(self._known, key=lambda code: (means.get(code, 0.0), code == ENGLISH))

    def _means(self) -> dict[str, float]:
        means: dict[str, float] = {}
        for duration_s, scores in self._lately:
            for code, score in scores.items():
                spoken = SPOKEN_ALIKE.get(code, code)
                means[spoken] = means.get(spoken, 0.0) + score * duration_s / self._heard_s
        return means
