"""Masks the long numbers of a call that leaves its folder, as the card guard masks what it keeps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from audio.values import Utterance, Word
from monitor.call.analysis import Analysis, UtteranceText
from monitor.call.scorecard.card import Card
from monitor.privacy.card_words import CardWords, SaidWord, Secret
from monitor.privacy.event_words import masked_text, masked_words
from monitor.privacy.stretches import AROUND_S, HiddenStretch, HiddenStretches
from rules.language.digits import MASK, mask


@dataclass(frozen=True, slots=True)
class Redacted:
    """A call without its long numbers and codes."""

    analysis: Analysis
    stretches: tuple[HiddenStretch, ...] = ()
    """What must not be heard, in order; nothing around words whose sound is already silent."""
    spoken: frozenset[str] = frozenset()
    """The masked words, to mask what quotes them."""


def redacted(analysis: Analysis) -> Redacted:
    """Mask the long numbers and codes of a call in its words, in what quotes them, and in what people noted.

    A number continues across pauses in which the other speaker confirms it: "4111 1111" "mm-hm" "1111 1111".
    """
    found = [*secrets(analysis.utterances), *secrets(analysis.utterances_live)]
    hidden = set().union(*(secret.hidden for secret in found))
    spoken = frozenset().union(*(secret.spoken for secret in found))
    stretches = HiddenStretches()
    for secret in found:
        for word in secret.words:
            stretches.add(word.start_s - AROUND_S, word.end_s + AROUND_S, secret.why)
    for late in _masked_too_late(analysis):
        stretches.add(late.start_s - AROUND_S, late.end_s + AROUND_S, "long number")

    def masked(said: UtteranceText) -> UtteranceText:
        words = masked_words(said.speaker, said.words, hidden)
        return said if words == said.words else replace(said, words=words, text=" ".join(word.text for word in words))

    return Redacted(
        replace(
            analysis,
            utterances=tuple(map(masked, analysis.utterances)),
            utterances_live=tuple(map(masked, analysis.utterances_live)),
            prompts=tuple(
                replace(prompt, fact=masked_text(prompt.fact, spoken), advice=masked_text(prompt.advice, spoken))
                for prompt in analysis.prompts
            ),
            noticed=tuple(
                replace(entry, text=masked_text(entry.text, spoken), due=masked_text(entry.due, spoken))
                for entry in analysis.noticed
            ),
            marks=tuple(replace(mark, text=masked_text(mark.text, spoken)) for mark in analysis.marks),
            scorecards=tuple(_masked_card(card, spoken) for card in analysis.scorecards),
        ),
        tuple(stretches),
        spoken,
    )


def _masked_card(card: Card, spoken: frozenset[str]) -> Card:
    return replace(
        card,
        items=tuple(
            replace(
                item,
                note=masked_text(item.note, spoken),
                found=item.found and replace(item.found, quote=masked_text(item.found.quote, spoken)),
            )
            for item in card.items
        ),
    )


def _masked_too_late(analysis: Analysis) -> Iterator[Word]:
    """Words that are masked, but their sound was written before: by the second pass, or as they came too late."""
    silent = [gap for gap in analysis.gaps if gap.what == "sound"]
    for said in (*analysis.utterances, *analysis.utterances_live):
        for word in said.words:
            if MASK in word.text and not any(gap.start_s < word.end_s and word.start_s < gap.end_s for gap in silent):
                yield word


def secrets(utterances: Iterable[UtteranceText | Utterance]) -> Iterator[Secret]:
    """The secrets in what was said in a call, without words that were already masked."""
    words, found = CardWords(), list[Secret]()
    for said in sorted(utterances, key=lambda said: (said.start_s, said.end_s)):
        found += words.pass_time(said.start_s)
        found += words.feed(said.speaker, list(map(SaidWord.of, said.words)))
    for secret in (*found, *words.flush()):
        yield replace(secret, words=tuple(word for word in secret.words if word.text != mask(word.text)))
