"""The words of a moment, exactly as they were heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from audio.block import Speaker
from audio.values import Word
from monitor.call.transcript import shown
from monitor.report.stored_call import StoredCall
from rules.model import Noticed

LONGEST = 160
"""Most characters of a quotation."""
NEXT_S = 15.0
"""How long after a moment the speaker may begin."""
_NO_END = frozenset({"mr.", "mrs.", "ms.", "dr.", "st.", "no."})
"""Words whose full stop ends no sentence."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that was said."""

    start_s: float
    text: str

    @property
    def part(self) -> str:
        """To put into a sentence of ours: without the mark at its end."""
        return self.text.rstrip(".,;: ")


def said_at(kept: StoredCall, at_s: float, speaker: Speaker) -> Quote | None:
    """The sentence that a speaker said at a moment, or next; None where nothing was heard."""
    for spoken in kept.analysis.utterances:
        if spoken.speaker == speaker and spoken.end_s > at_s and spoken.start_s <= at_s + NEXT_S:
            words = _sentence(spoken.words, at_s)
            return Quote(words[0].start_s, shortened(shown(words)))
    return None


def noticed(kept: StoredCall, speaker: Speaker) -> list[Noticed]:
    """What a speaker was noticed to say, by a phrase, and in words that the transcript for people has, too."""
    return [
        one
        for one in sorted(kept.analysis.noticed, key=lambda one: one.start_s)
        if one.speaker == speaker and not one.classified and _is_transcribed(kept, one)
    ]


def _is_transcribed(kept: StoredCall, item: Noticed) -> bool:
    """Whether the words are in the transcript for people, too, with whatever the second pass changed."""
    wanted = _bare(item.text.split())
    near = [
        word.text
        for spoken in kept.analysis.utterances
        if spoken.speaker == item.speaker and spoken.end_s > item.start_s - 1 and spoken.start_s < item.end_s + 1
        for word in spoken.words
    ]
    return not wanted or not near or 2 * len(wanted & _bare(near)) >= len(wanted)


def shortened(text: str) -> str:
    """Cut at a word, and say so."""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def _sentence(words: Sequence[Word], at_s: float) -> Sequence[Word]:
    """The words from the start of the sentence that is being said at a moment, to its end."""
    now = next((place for place, word in enumerate(words) if word.end_s > at_s), 0)
    ends = [place + 1 for place, word in enumerate(words) if _is_end(word.text)]
    begin = max((end for end in ends if end <= now), default=0)
    end = min((end for end in ends if end > now), default=len(words))
    return words[begin:end]


def _is_end(text: str) -> bool:
    return text.endswith((".", "?", "!")) and text.lower() not in _NO_END


def _bare(words: Sequence[str]) -> set[str]:
    bare = ("".join(filter(str.isalnum, word.lower())) for word in words)
    return set(filter(None, bare))
