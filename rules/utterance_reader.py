"""Reads utterances for the rules: phrases, turns and shared words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rules.language.content import Content
from rules.language.phrases import Listener, Match, clear, phrase_list
from rules.language.tokens import Token, as_said, tokens
from rules.model import Speaker, Spoken
from rules.rulebook import Rule, Rulebook

BACKCHANNEL_WORDS = 3
"""An utterance of at most so many words, all of them on the list, takes no turn."""
SHOWN_WORDS = 8
"""Longest sentence that counts for its meaning, so that it can be quoted."""


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """All a speaker says until the other says more than a backchannel."""

    speaker: Speaker
    number: int
    """Counted over both speakers."""
    talked_s: float
    """Speech in it so far."""
    words: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class ReadUtterance:
    """One utterance, and what it means for the rules."""

    speaker: Speaker
    end_s: float
    found: Mapping[str, tuple[Match, ...]]
    """This speaker's phrases that some rule uses, by list; lists without a match are missing."""
    turn: SpeakerTurn | None
    """The turn it belongs to; None for a backchannel."""
    ended: SpeakerTurn | None
    """The other's turn, if this utterance ended one."""
    shared_words: int
    """Content words of the customer's that the agent's turn has taken up."""
    words: tuple[Token, ...] = ()


class UtteranceReader:
    """Reads one call's utterances, fed in the order of their ends.

    Args:
        rulebook: has the phrase lists, the report items and the checklists.
        rules: those of its rules that are judged.
    """

    def __init__(self, rulebook: Rulebook, rules: Iterable[Rule]) -> None:
        self._listeners: dict[tuple[str, Speaker], Listener] = {}
        negators = frozenset(_words(rulebook.words["negators"]))
        wanted = {key for rule in rules for key in rule.listened_for}
        wanted |= set(rulebook.listened_for)
        wanted |= {key for part in rulebook.parts for key in part.listened_for}
        wanted |= {key for test in rulebook.outcomes.values() for key in test.listened_for}
        for name, speaker in sorted(wanted):
            self._listeners[name, speaker] = Listener(phrase_list(rulebook.words[name]), negators)
        self._limits = rulebook.meanings
        self._backchannels = phrase_list(rulebook.words["backchannels"])
        self._customer = Content(_words(rulebook.words["stop-words"]))
        self._turn: SpeakerTurn | None = None

    def feed(self, spoken: Spoken) -> ReadUtterance | None:
        """Read the next utterance; None if it has no words."""
        words = tokens(spoken.words)
        if not words:
            return None
        found = {}
        for (name, speaker), listener in self._listeners.items():
            if speaker == spoken.speaker:
                matches = tuple(listener.feed(words))
                if matches := matches + self._meant(name, spoken, words, matches):
                    found[name] = matches
        turn = ended = None
        if len(spoken.words) > BACKCHANNEL_WORDS or not self._is_backchannel(words):
            before = self._turn
            turn = self._turn = _turn(before, spoken, words)
            if before and before.speaker != turn.speaker:
                ended = before
        shared = 0
        if spoken.speaker == "customer":
            self._customer.feed(words, spoken.end_s - spoken.start_s)
        elif turn:
            shared = self._customer.shared(turn.words)
        return ReadUtterance(spoken.speaker, spoken.end_s, found, turn, ended, shared, words)

    def _meant(
        self, name: str, spoken: Spoken, words: tuple[Token, ...], matches: tuple[Match, ...]
    ) -> tuple[Match, ...]:
        """Sentences that mean what a list is for, and have none of its phrases."""
        found = []
        for meant in spoken.meant if name in self._limits else ():
            said = [word for word in words if meant.start_s <= word.start_s < meant.end_s]
            by_phrase = any(match.start_s < meant.end_s and match.end_s > meant.start_s for match in matches)
            if meant.name == name and meant.score >= self._limits[name] and said and not by_phrase:
                probability = sum(word.probability for word in said) / len(said)
                shown = as_said(said[:SHOWN_WORDS]) + " …" * (len(said) > SHOWN_WORDS)
                found.append(Match(shown, said[0].start_s, said[-1].end_s, probability, clear(said[:SHOWN_WORDS])))
        return tuple(found)

    def key_words(self) -> tuple[str, ...]:
        """What the customer recently talked about."""
        return self._customer.key_words()

    def say_back(self) -> str:
        """A paraphrase of the customer's clause; empty if none is safe."""
        return self._customer.say_back()

    def _is_backchannel(self, words: tuple[Token, ...]) -> bool:
        place = 0
        while place < len(words):
            length = self._backchannels.length_at(words, place)
            if not length:
                return False
            place += length
        return True


def _turn(before: SpeakerTurn | None, spoken: Spoken, words: tuple[Token, ...]) -> SpeakerTurn:
    duration_s = spoken.end_s - spoken.start_s
    if before and before.speaker == spoken.speaker:
        return replace(before, talked_s=before.talked_s + duration_s, words=before.words + words)
    return SpeakerTurn(spoken.speaker, before.number + 1 if before else 1, duration_s, words)


def _words(lines: Iterable[str]) -> Iterable[str]:
    return (word for line in lines for word in line.lower().split())
