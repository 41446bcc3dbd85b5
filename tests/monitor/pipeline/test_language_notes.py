from pathlib import Path

import pytest

from audio.values import Utterance, Word
from monitor.call.events import Health
from monitor.pipeline.language_notes import LanguageNotes
from monitor.pipeline.metrics import BY_NAME
from rules.load import load
from rules.rulebook import Rulebook
from tests.made_rules import SHIPPED


def spoken(at_s: float, language: str) -> Utterance:
    return Utterance("customer", at_s, at_s + 1, (Word(at_s, at_s + 1, "Ja.", 0.9),), at_s + 1, language)


def notes(*languages: str, book: Rulebook = SHIPPED) -> list[Health]:
    taken = LanguageNotes(book)
    return [note for at, language in enumerate(languages) for note in taken.feed(spoken(float(at), language))]


@pytest.mark.parametrize("language", ["", "en", "de"])
def test_a_call_in_a_language_with_rules_needs_no_sentence(language: str) -> None:
    assert notes(language, language) == []


def test_a_language_without_rules_is_said_once() -> None:
    (note,) = notes("nl", "nl", "nl")
    assert not note.fine
    assert note.note.startswith("There are no rules for Dutch: tone and transcript alone.")


def test_a_language_that_the_model_does_not_know_is_said_once() -> None:
    (note,) = notes("und", "und")
    assert note.note.startswith("This call is not in English, the only language of the Whisper model: tone alone.")


def test_a_change_of_language_is_said_with_what_it_costs() -> None:
    assert [note.note for note in notes("de", "en")] == ["The customer changed from German to English."]
    (note,) = notes("de", "tr")
    assert note.note.startswith("The customer changed from German to Turkish. There are no rules for Turkish")


def test_damaged_lists_are_said_when_their_language_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "words" / "de").mkdir(parents=True)
    (tmp_path / "words" / "de" / "complaint.txt").write_text("(open")
    (tmp_path / "team.toml").write_text("")
    book = load([tmp_path / "team.toml"], metrics=BY_NAME, damage_ok=True)
    (note,) = notes("de", "de", book=book)
    assert note.note.startswith("Words in German are not judged. In ")
    assert "line 1 has a misplaced bracket" in note.note
