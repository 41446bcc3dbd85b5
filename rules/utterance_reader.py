"""Reads utterances for the rules: phrases, meanings, turns and shared words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.language.content import Content
from rules.language.firsthand import Firsthand
from rules.language.language import Language
from rules.language.phrase_files import ENGLISH_CODE
from rules.language.phrases import Listener, Match, clear, phrase_list
from rules.language.sentences import sentences
from rules.language.spoken_dates import SpokenDates
from rules.language.tokens import Token, as_said, tokens
from rules.model import SPEAKERS, Speaker, Spoken
from rules.rulebook import Rule, Rulebook
from rules.understanding.classifier import classifiers
from rules.understanding.features import numbers

BACKCHANNEL_WORDS = 3
"""An utterance of at most so many words, all of them on the list, takes no turn."""
IN_ONE_CLAUSE = frozenset({"complaint", "frustration", "insult", "personal", "self-harm", "threat"})
"""Lists that accuse or alarm: of "we lost some stuff, you know", no part across the comma counts for them."""
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
    dates: SpokenDates | None = None
    """How its language says when; None for English."""
    scores: Mapping[str, float] = field(default_factory=dict)
    """Of each classifier of this speaker's lists: the score of its likeliest sentence."""


class UtteranceReader:
    """Reads one call's utterances, fed in the order of their ends.

    Args:
        rulebook: has the phrase lists, the report items and the checklists.
        rules: those of its rules that are judged.
    """

    def __init__(self, rulebook: Rulebook, rules: Iterable[Rule]) -> None:
        self._rulebook = rulebook
        self._wanted = {key for rule in rules for key in rule.listened_for}
        self._wanted |= set(rulebook.listened_for)
        self._wanted |= {key for part in rulebook.parts for key in part.listened_for}
        self._wanted |= {key for test in rulebook.outcomes.values() for key in test.listened_for}
        self._meanings, self._understood = rulebook.meanings, rulebook.understood
        self._by_language: dict[str, _Ear] = {}
        self._ear: _Ear | None = None
        self._turn: SpeakerTurn | None = None
        self._last_words: dict[Speaker, tuple[str, ...]] = {"agent": (), "customer": ()}
        """Of each side's last turn, as far as it was heard."""

    def feed(self, spoken: Spoken) -> ReadUtterance | None:
        """Read the next utterance; None if it has no words, or is in a language without rules."""
        if (ear := self._ear_for(spoken.language)) is None:
            return None
        words = tokens(spoken.words, ear.language.spelling)
        if not words:
            return None
        self._ear = ear
        found, scores = {}, dict[str, float]()
        read = list(self._sentences(spoken, words, ear))
        for (name, speaker), listener in ear.listeners.items():
            if speaker == spoken.speaker:
                matches = tuple(listener.feed(words))
                meant = tuple(self._meant(name, spoken, words))
                likely = tuple(self._likely(name, speaker, read, ear, scores))
                matches = (*matches, *_beside(matches, meant), *_beside((*matches, *meant), likely))
                if matches := tuple(ear.firsthand.keep(name, matches, words)):
                    found[name] = matches
        turn = ended = None
        if len(spoken.words) > BACKCHANNEL_WORDS or not ear.is_backchannel(words):
            before = self._turn
            turn = self._turn = _turn(before, spoken, words)
            self._last_words[spoken.speaker] = tuple(word.text for word in turn.words)
            if before and before.speaker != turn.speaker:
                ended = before
        shared = 0
        if spoken.speaker == "customer":
            ear.customer.feed(words, spoken.end_s - spoken.start_s)
        elif turn:
            shared = ear.customer.shared(turn.words)
        return ReadUtterance(
            spoken.speaker, spoken.end_s, found, turn, ended, shared, words, ear.language.dates, scores
        )

    def _ear_for(self, code: str) -> "_Ear | None":
        if code not in self._by_language and (language := self._rulebook.language(code)):
            self._by_language[code] = _Ear(language, sorted(self._wanted))
        return self._by_language.get(code)

    def _sentences(self, spoken: Spoken, words: tuple[Token, ...], ear: "_Ear") -> Iterator["_Sentence"]:
        """The utterance's sentences, each with its numbers for classifiers."""
        before = self._last_words["customer" if spoken.speaker == "agent" else "agent"]
        for sentence in sentences(spoken.words) if ear.classifiers[spoken.speaker] else ():
            start_s, end_s = sentence[0].start_s, sentence[-1].end_s
            if said := [word for word in words if start_s <= word.start_s < end_s]:
                yield said, numbers([word.text for word in said], before, ear.stop_words)

    def _likely(
        self, name: str, speaker: Speaker, read: Iterable["_Sentence"], ear: "_Ear", scores: dict[str, float]
    ) -> Iterator[Match]:
        """Sentences that a list's classifier of this speaker's words finds likely; their scores go to `scores`."""
        if name not in self._understood or (classifier := ear.classifiers[speaker].get(name)) is None:
            return
        for said, related in read:
            texts = [word.text for word in said]
            score = classifier.score(texts, related)
            scores[name] = max(score, scores.get(name, score))
            if score >= self._understood[name]:
                yield replace(_shown(said), because=classifier.because(texts), classified=True)

    def _meant(self, name: str, spoken: Spoken, words: tuple[Token, ...]) -> Iterator[Match]:
        """Sentences that mean what a list is for, by the sentence model."""
        for meant in spoken.meant if name in self._meanings else ():
            said = [word for word in words if meant.start_s <= word.start_s < meant.end_s]
            if meant.name == name and meant.score >= self._meanings[name] and said:
                yield replace(_shown(said), classified=True)

    def matter(self) -> frozenset[str]:
        """Stems of what the customer recently talked about."""
        return self._ear.customer.matter() if self._ear else frozenset()

    def key_words(self, rule: Rule) -> tuple[str, ...]:
        """What the customer recently talked about; nothing where the texts of a rule don't show it."""
        if not self._ear:
            return ()
        texts = (*rule.texts, self._ear.language.advice.get(rule.id, ""))
        return self._ear.customer.key_words() if any("{key_words" in text for text in texts) else ()

    def say_back(self) -> str:
        """A paraphrase of the customer's clause; empty if none is safe, or where only English has a grammar for it."""
        return self._ear.customer.say_back() if self._ear and self._ear.language.code == ENGLISH_CODE else ""


class _Ear:
    """What is listened for in one language."""

    def __init__(self, language: Language, wanted: Iterable[tuple[str, Speaker]]) -> None:
        words, spelling = language.words, language.spelling
        negators = frozenset(_words(words["negators"]))
        self.language = language
        self.listeners = {
            (name, speaker): Listener(phrase_list(words[name], spelling), negators, in_one_clause=name in IN_ONE_CLAUSE)
            for name, speaker in wanted
        }
        self._backchannels = phrase_list(words["backchannels"], spelling)
        self.stop_words = frozenset(_words(words["stop-words"]))
        self.customer = Content(self.stop_words, spelling)
        self.classifiers = {speaker: classifiers(language.code, speaker) for speaker in SPEAKERS}
        self.firsthand = Firsthand(words, negators, spelling)

    def is_backchannel(self, words: tuple[Token, ...]) -> bool:
        """Whether all words are those of a listener."""
        place = 0
        while place < len(words):
            length = self._backchannels.length_at(words, place)
            if not length:
                return False
            place += length
        return True


_Sentence = tuple[Sequence[Token], Mapping[str, float]]
"""A sentence, and its numbers for classifiers."""


def _beside(matches: Sequence[Match], others: Iterable[Match]) -> Iterator[Match]:
    """Those of the others that overlap none of the matches: a phrase explains itself best."""
    for other in others:
        if not any(match.start_s < other.end_s and match.end_s > other.start_s for match in matches):
            yield other


def _shown(said: Sequence[Token]) -> Match:
    shown = as_said(said[:SHOWN_WORDS]) + " …" * (len(said) > SHOWN_WORDS)
    probability = sum(word.probability for word in said) / len(said)
    return Match(shown, said[0].start_s, said[-1].end_s, probability, quotable=clear(said[:SHOWN_WORDS]))


def _turn(before: SpeakerTurn | None, spoken: Spoken, words: tuple[Token, ...]) -> SpeakerTurn:
    duration_s = spoken.end_s - spoken.start_s
    if before and before.speaker == spoken.speaker:
        return replace(before, talked_s=before.talked_s + duration_s, words=before.words + words)
    return SpeakerTurn(spoken.speaker, before.number + 1 if before else 1, duration_s, words)


def _words(lines: Iterable[str]) -> Iterable[str]:
    return (word for line in lines for word in line.lower().split())
