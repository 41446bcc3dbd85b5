"""The words of a call in its events: which events contain some, and the same events without what must not be kept."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from audio.values import HeardAgain, Utterance, Word
from monitor.call.events import CallEvent, Gap, Mark, PromptCleared, PromptShown
from monitor.call.wordless import WORDLESS, quotes
from monitor.privacy.card_words import Hidden, masked
from rules.language.digits import mask
from rules.model import Firing, Noticed, Prompt, Speaker


class WordEvents:
    """Finds the events of a call that may contain its words, among them firings and prompts of rules that use words."""

    def __init__(self) -> None:
        self._rules: set[str] = set()

    def feed(self, event: CallEvent) -> bool:
        """Take the next event of a call; return whether it may contain words of the call."""
        match event:
            case Firing(rule=rule):
                (self._rules.add if quotes(event) else self._rules.discard)(rule)
                return quotes(event)
            case PromptShown(prompt) | PromptCleared(prompt):
                return prompt.rule in self._rules
            case Mark(text=text):
                return bool(text)
            case _:
                return not isinstance(event, WORDLESS)


def wordless(event: CallEvent, why: str) -> CallEvent:
    """What is kept of an event during a pause: that it happened, without any words."""
    match event:
        case Utterance(start_s=start_s, end_s=end_s):
            return Gap(start_s, end_s, "words", why)
        case Firing():
            return replace(event, evidence=(), because=(), key_words=(), say_back="")
        case Noticed():
            return replace(event, text="", due="")
        case PromptShown(prompt) | PromptCleared(prompt):
            title = prompt.action.replace("_", " ").capitalize()
            return replace(event, prompt=replace(prompt, title=title, fact="", advice=""))
        case _:
            return event


def masked_event(event: CallEvent, hidden: Collection[Hidden], spoken: Collection[str]) -> CallEvent:
    """Mask an event.

    Args:
        event: any event of a call.
        hidden: the words that must not be kept.
        spoken: the same words as `plain` writes them: what quotes them is masked, too.
    """
    match event:
        case Utterance(speaker=speaker, words=words) | HeardAgain(speaker=speaker, words=words):
            clean = masked_words(speaker, words, hidden)
            return event if clean == words else replace(event, words=clean)
        case Firing():
            evidence = tuple(_quoted(event.evidence, spoken))
            because, key_words = tuple(_quoted(event.because, spoken)), tuple(_quoted(event.key_words, spoken))
            (say_back,) = _quoted((event.say_back,), spoken)
            return replace(event, evidence=evidence, because=because, key_words=key_words, say_back=say_back)
        case Noticed():
            text, due = _quoted((event.text, event.due), spoken)
            return replace(event, text=text, due=due)
        case PromptShown(prompt) | PromptCleared(prompt):
            return replace(event, prompt=_prompt(prompt, spoken))
        case Mark():
            return replace(event, text=masked_text(event.text, spoken))
        case _:
            return event


def masked_words(speaker: Speaker, words: Iterable[Word], hidden: Collection[Hidden]) -> tuple[Word, ...]:
    """Mask the words of an utterance that must not be kept."""
    return tuple(
        replace(word, text=mask(word.text)) if (speaker, word.start_s, word.end_s) in hidden else word for word in words
    )


def masked_text(text: str, spoken: Collection[str] = ()) -> str:
    """Mask a text; one without long numbers stays as it is.

    Args:
        text: as it was shown or noted.
        spoken: the masked words of the call, as `plain` writes them.
    """
    return _quoted((text,), spoken)[0]


def span_s(event: CallEvent) -> tuple[float, float]:
    """From when to when the words of an event were spoken."""
    match event:
        case Utterance() | HeardAgain() | Noticed():
            return event.start_s, event.end_s
        case Firing(start_s=at_s) | Mark(at_s=at_s):
            return at_s, at_s
        case PromptShown(prompt) | PromptCleared(prompt):
            return prompt.since_s, prompt.since_s
        case _:
            return 0.0, 0.0


def _prompt(prompt: Prompt, spoken: Collection[str]) -> Prompt:
    title, fact, advice = _quoted((prompt.title, prompt.fact, prompt.advice), spoken)
    return replace(prompt, title=title, fact=fact, advice=advice)


def _quoted(texts: Sequence[str], spoken: Collection[str]) -> list[str]:
    """Mask long numbers, and words that were masked where they were spoken; other text stays as it is."""
    words = [text.split() for text in texts]
    flat = [word for text in words for word in text]
    rest = iter(masked(flat, spoken))
    clean = [[next(rest) for _ in text] for text in words]
    return [text if new == old else " ".join(new) for text, old, new in zip(texts, words, clean, strict=True)]
