"""Says once what the language of a call means for its words."""

from collections.abc import Iterator

from audio.block import Speaker
from audio.values import Utterance
from audio.words.spoken_language import ENGLISH, FOREIGN
from monitor.call.events import Health
from rules.rulebook import Rulebook

NOT_MASKED = "Press p before a card number is spoken: it may not be masked."
NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi or Urdu",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sr": "Serbian or Croatian",
    "sv": "Swedish",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Of the languages that callers most often speak, by code."""


class LanguageNotes:
    """Takes the utterances of a call; a call in English from start to end needs no note.

    Args:
        rulebook: what the call is judged by.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._spoken: dict[Speaker, str] = {}
        self._said: set[str] = set()

    def feed(self, utterance: Utterance) -> Iterator[Health]:
        """Take the next utterance; give what has to be said before it."""
        language, speaker = utterance.language or ENGLISH, utterance.speaker
        before = self._spoken.get(speaker, language)
        self._spoken[speaker] = language
        parts = [f"The {speaker} changed from {name(before)} to {name(language)}."] if before != language else []
        if language not in self._said:
            self._said.add(language)
            parts += [self._without(language)] if self._without(language) else []
        if parts:
            fine = self._rulebook.language(language) is not None
            yield Health(utterance.known_s, "words", fine=fine, note=" ".join(parts))

    def _without(self, language: str) -> str:
        """What a call in this language does without; empty if nothing."""
        if damage := self._rulebook.languages.damage.get(language):
            return f"Words in {name(language)} are not judged. {damage}"
        if language == FOREIGN:
            return "This call is not in English, the only language of the Whisper model: tone alone. " + NOT_MASKED
        if self._rulebook.language(language) is None:
            return f"There are no rules for {name(language)}: tone and transcript alone. " + NOT_MASKED
        return ""


def name(language: str) -> str:
    """A language in English; its code if it is a rare one."""
    return "another language" if language == FOREIGN else NAMES.get(language, f"“{language}”")
