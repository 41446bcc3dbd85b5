"""Reads utterances for the rules: phrases, meanings, turns and shared words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.language.content import Content
from rules.language.firsthand import Firsthand
from rules.language.phrases import Listener, Match, phrase_list
from rules.language.sentences import sentences
from rules.language.tokens import Token, as_said, tokens
from rules.model import Speaker, Spoken
from rules.rulebook import Rule, Rulebook
from rules.understanding.classifier import Classifier, classifiers
from rules.understanding.features import numbers

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
    scores: Mapping[str, float] = field(default_factory=dict)
    """Of each classifier of this speaker's lists: the score of its likeliest sentence."""


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
        self._meanings, self._understood = rulebook.meanings, rulebook.understood
        self._classifiers = classifiers(rulebook.language)
        self._firsthand = Firsthand(rulebook.words, negators)
        self._backchannels = phrase_list(rulebook.words["backchannels"])
        self._stop_words = frozenset(_words(rulebook.words["stop-words"]))
        self._customer = Content(self._stop_words)
        self._turn: SpeakerTurn | None = None
        self._last_words: dict[Speaker, tuple[str, ...]] = {"agent": (), "customer": ()}
        """Of each side's last turn, as far as it was heard."""

    def feed(self, spoken: Spoken) -> ReadUtterance | None:
        """Read the next utterance; None if it has no words."""
        words = tokens(spoken.words)
        if not words:
            return None
        found, scores = {}, dict[str, float]()
        read = list(self._sentences(spoken, words))
        for (name, speaker), listener in self._listeners.items():
            if speaker == spoken.speaker:
                matches = tuple(listener.feed(words))
                meant = tuple(self._meant(name, spoken, words)) if name in self._meanings else ()
                understood = tuple(self._likely(name, read, scores)) if name in self._understood else ()
                matches = (*matches, *_beside(matches, meant), *_beside((*matches, *meant), understood))
                if matches := tuple(self._firsthand.keep(name, matches, words)):
                    found[name] = matches
        turn = ended = None
        if len(spoken.words) > BACKCHANNEL_WORDS or not self._is_backchannel(words):
            before = self._turn
            turn = self._turn = _turn(before, spoken, words)
            self._last_words[spoken.speaker] = tuple(word.text for word in turn.words)
            if before and before.speaker != turn.speaker:
                ended = before
        shared = 0
        if spoken.speaker == "customer":
            self._customer.feed(words, spoken.end_s - spoken.start_s)
        elif turn:
            shared = self._customer.shared(turn.words)
        return ReadUtterance(spoken.speaker, spoken.end_s, found, turn, ended, shared, words, scores)

    def _sentences(
        self, spoken: Spoken, words: tuple[Token, ...]
    ) -> Iterator[tuple[Sequence[Token], Mapping[str, float]]]:
        """The utterance's sentences, each with its numbers for classifiers."""
        before = self._last_words["customer" if spoken.speaker == "agent" else "agent"]
        for sentence in sentences(spoken.words):
            start_s, end_s = sentence[0].start_s, sentence[-1].end_s
            if said := [word for word in words if start_s <= word.start_s < end_s]:
                yield said, numbers([word.text for word in said], before, self._stop_words)

    def _likely(
        self, name: str, read: Iterable[tuple[Sequence[Token], Mapping[str, float]]], scores: dict[str, float]
    ) -> Iterator[Match]:
        """Sentences that a list's classifier finds likely; their scores go to `scores`."""
        classifier: Classifier = self._classifiers[name]
        for said, related in read:
            texts = [word.text for word in said]
            score = classifier.score(texts, related)
            scores[name] = max(score, scores.get(name, score))
            if score >= self._understood[name]:
                yield replace(_shown(said), because=classifier.because(texts))

    def _meant(self, name: str, spoken: Spoken, words: tuple[Token, ...]) -> Iterator[Match]:
        """Sentences that mean what a list is for, by the sentence model."""
        for meant in spoken.meant:
            said = [word for word in words if meant.start_s <= word.start_s < meant.end_s]
            if meant.name == name and meant.score >= self._meanings[name] and said:
                yield _shown(said)

    def matter(self) -> frozenset[str]:
        """Stems of what the customer recently talked about."""
        return self._customer.matter()

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


def _beside(matches: Sequence[Match], others: Iterable[Match]) -> Iterator[Match]:
    """Those of the others that overlap none of the matches: a phrase explains itself best."""
    for other in others:
        if not any(match.start_s < other.end_s and match.end_s > other.start_s for match in matches):
            yield other


def _shown(said: Sequence[Token]) -> Match:
    shown = as_said(said[:SHOWN_WORDS]) + " …" * (len(said) > SHOWN_WORDS)
    return Match(shown, said[0].start_s, said[-1].end_s, sum(word.probability for word in said) / len(said))


def _turn(before: SpeakerTurn | None, spoken: Spoken, words: tuple[Token, ...]) -> SpeakerTurn:
    duration_s = spoken.end_s - spoken.start_s
    if before and before.speaker == spoken.speaker:
        return replace(before, talked_s=before.talked_s + duration_s, words=before.words + words)
    return SpeakerTurn(spoken.speaker, before.number + 1 if before else 1, duration_s, words)


def _words(lines: Iterable[str]) -> Iterable[str]:
    return (word for line in lines for word in line.lower().split())
