"""Written dialogues, judged as a call would be: for rules that are to be tried on transcripts and chats."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from audio.block import SAMPLE_RATE_HZ
from audio.values import Utterance, Word
from monitor.call.events import PromptCleared, PromptShown
from monitor.pipeline.judge import JudgeStage
from monitor.pipeline.measure import Measured, Tick
from rules.errors import RuleError
from rules.language.sentences import sentences
from rules.model import Firing, Prompt, Speaker, Spoken, SpokenWord
from rules.rulebook import Rulebook
from rules.utterance_reader import UtteranceReader

WORDS_PER_S = 2.6
"""As fast as people talk on support calls, pauses included."""
APART_S = 0.4
"""From one turn to the next."""
TICK_S = 1.0


class Dialogue(msgspec.Struct, frozen=True):
    """One line of a file."""

    id: str
    turns: list[tuple[Speaker, str]]


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence, and what it counts as."""

    turn: int
    """Counted from 0."""
    speaker: Speaker
    text: str
    counts_as: tuple[str, ...]
    """Names of phrase lists and meanings."""
    because: tuple[str, ...] = ()
    """The words that decided, where no phrase did."""


@dataclass(frozen=True, slots=True)
class JudgedPrompt:
    """A prompt, and the turn in which it came up."""

    rule: str
    action: str
    severity: str
    turn: int
    """The last turn that had begun."""
    since_s: float
    until_s: float | None
    title: str
    fact: str
    advice: str
    after: str | None
    taken_down: str | None


@dataclass(frozen=True, slots=True)
class JudgedDialogue:
    """What the rules say of a dialogue."""

    id: str
    duration_s: float
    sentences: tuple[JudgedSentence, ...]
    firings: tuple[Firing, ...]
    prompts: tuple[JudgedPrompt, ...]

    def to_json(self) -> str:
        """One JSON object on one line."""
        return msgspec.json.encode(self).decode()


def dialogues(path: Path) -> Iterator[Dialogue]:
    """The dialogues of a file, one JSON object a line: {"id": …, "turns": [["customer", "Hello."], …]}.

    Raises:
        RuleError: the file can't be read, or a line is no dialogue; the message gives the line, not what it says.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _dialogue(line, f"In {path}, line {number}")
    except OSError as error:
        raise RuleError(f"Can't read {path}: {error.strerror}. Choose another file.") from error


def judged(dialogue: Dialogue, rulebook: Rulebook, language: str = "en") -> JudgedDialogue:
    """Judge one dialogue in a language, such as "de"; turns are 0.4 s apart and take a second for 2.6 words."""
    utterances = list(_utterances(dialogue, language))
    stage, firings = JudgeStage(rulebook, words=True, wait=True), list[Firing]()
    shown: dict[tuple[str, float], Prompt] = {}
    events = [event for item in _measured(utterances) for event in stage.feed(item)]
    for event in (*events, *stage.flush()):
        match event:
            case Firing():
                firings.append(event)
            case PromptShown(prompt) | PromptCleared(prompt):
                shown[prompt.rule, prompt.since_s] = prompt
    starts = [utterance.start_s for utterance in utterances]
    return JudgedDialogue(
        dialogue.id,
        utterances[-1].end_s if utterances else 0.0,
        tuple(_sentences(utterances, rulebook)),
        tuple(firings),
        tuple(_with_turn(prompt, starts) for prompt in sorted(shown.values(), key=lambda one: one.since_s)),
    )


def _dialogue(line: bytes, where: str) -> Dialogue:
    try:
        return msgspec.json.decode(line, type=Dialogue)
    except (ValueError, RecursionError) as error:
        form = '{"id": "1", "turns": [["customer", "Hello."], ["agent", "Hi."]]}'
        raise RuleError(f"{where} is no dialogue ({error}). Write {form}.") from error


def _utterances(dialogue: Dialogue, language: str) -> Iterator[Utterance]:
    at_s = 0.0
    for speaker, text in dialogue.turns:
        texts = text.split()
        edges = [round(at_s + place / WORDS_PER_S, 3) for place in range(len(texts) + 1)]
        words = tuple(Word(edges[n], edges[n + 1], word, 1.0) for n, word in enumerate(texts))
        yield Utterance(speaker, edges[0], edges[-1], words, edges[-1], language)
        at_s = edges[-1] + APART_S


def _measured(utterances: Sequence[Utterance]) -> Iterator[Measured]:
    """Each utterance at its end, and in between the time that passes, as a call has it."""
    at_s = 0.0
    for utterance in utterances:
        while at_s + TICK_S < utterance.end_s:
            at_s += TICK_S
            settled_s = min(at_s, utterance.start_s)
            yield _tick(at_s, settled_s, agent_speaks=utterance.speaker == "agent" and at_s > utterance.start_s)
        at_s = utterance.end_s
        yield utterance
        yield _tick(at_s, at_s, agent_speaks=False)


def _tick(heard_s: float, settled_s: float, *, agent_speaks: bool) -> Tick:
    heard, settled = (math.ceil(at_s * SAMPLE_RATE_HZ) for at_s in (heard_s, settled_s))
    return Tick(heard, settled, agent_speaks)


def _sentences(utterances: Sequence[Utterance], rulebook: Rulebook) -> Iterator[JudgedSentence]:
    reader = UtteranceReader(rulebook, rulebook.rules)
    for turn, utterance in enumerate(utterances):
        words = tuple(SpokenWord(word.start_s, word.end_s, word.text, word.probability) for word in utterance.words)
        spoken = Spoken(utterance.speaker, utterance.start_s, utterance.end_s, words, language=utterance.language)
        read = reader.feed(spoken)
        found = sorted(read.found.items()) if read else []
        for sentence in sentences(words):
            within = [
                (name, match)
                for name, matches in found
                for match in matches
                if match.start_s < sentence[-1].end_s and match.end_s > sentence[0].start_s
            ]
            names = tuple(dict.fromkeys(name for name, _ in within))
            because = tuple(dict.fromkeys(word for _, match in within for word in match.because))
            yield JudgedSentence(turn, utterance.speaker, " ".join(w.text for w in sentence), names, because)


def _with_turn(prompt: Prompt, starts: Sequence[float]) -> JudgedPrompt:
    turn = max((number for number, start in enumerate(starts) if start <= prompt.since_s), default=0)
    kept = {field.name: getattr(prompt, field.name) for field in fields(JudgedPrompt) if field.name != "turn"}
    return JudgedPrompt(turn=turn, **kept)
