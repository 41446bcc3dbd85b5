"""The words of one speaker on the screen."""

from audio.values import PartialWords, Utterance, Word
from monitor.agent.speaker_view import MOST_WORDS, SpeakerView


def said(start_s: float, text: str) -> Utterance:
    words = tuple(Word(start_s, start_s + 0.2, word, 0.9) for word in text.split())
    return Utterance("agent", start_s, start_s + 0.5, words, start_s + 1.0)


def test_words_that_were_said_are_kept_for_the_screen_and_not_without_end() -> None:
    seen = SpeakerView().with_utterance(said(5.0, "So if")).with_utterance(said(8.0, ""))
    assert seen.with_utterance(said(10.0, "I got it")).said == "So if I got it"
    for second in range(2000):
        seen = seen.with_utterance(said(10.0 + second, f"word{second}"))
    assert seen.said.endswith("word1999")
    assert len(seen.said) <= MOST_WORDS
    assert all(word.startswith("word") for word in seen.said.split())


def test_words_of_an_utterance_that_is_over_no_longer_change() -> None:
    seen = SpeakerView().with_utterance(said(5.0, "So if"))
    assert seen.with_partial(PartialWords("agent", 5.0, "So", "is")) is seen
    later = seen.with_partial(PartialWords("agent", 6.0, "I", "got"))
    assert (later.solid, later.tentative, later.unfinished) == ("I", "got", True)
