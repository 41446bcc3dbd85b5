"""A call in the output format of Amazon Connect Contact Lens, with everything that is only ours under one key.

https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from audio.block import Speaker
from audio.values import Word
from monitor.call.analysis import Analysis, ToneCurves, UtteranceText
from monitor.export import contact_lens_shape as shape
from monitor.export.source import Source
from rules.language.digits import MASK
from rules.model import Prompt

USUAL_LOUDNESS = 75.0
LOUDNESS_PER_DB = 2.5
"""Scores of 0 to 100 are for display only: the rules judge decibels over the speaker's usual."""

LANGUAGES = {
    "de": "de-DE",
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "hi": "hi-IN",
    "it": "it-IT",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "pt": "pt-PT",
    "zh": "zh-CN",
}
"""Amazon's codes, which name a country as well; the country is not known, and another language keeps its own code."""
ROLES: dict[Speaker, shape.Role] = {"agent": "AGENT", "customer": "CUSTOMER"}


def contact_lens(source: Source) -> bytes:
    """Write the call as one JSON object.

    Loudness scores are means over a clock second, relative to the speaker's own usual. They compare moments of one
    speaker, never two speakers. Sentiment is left out: it is not measured.
    """
    analysis = source.analysis
    turns = tuple(
        _turn(number, spoken, analysis.tone.get(spoken.speaker))
        for number, spoken in enumerate(analysis.utterances, start=1)
    )
    redacted = source.redacted or any(turn.redaction for turn in turns)
    return msgspec.json.encode(
        shape.ContactLens(
            content_metadata=shape.ContentMetadata(output="Redacted", redaction_types=("PII",))
            if redacted
            else shape.ContentMetadata(output="Raw"),
            customer_metadata=shape.CustomerMetadata(contact_id=source.id),
            participants=[
                shape.Participant(participant_id=ROLES[speaker], participant_role=ROLES[speaker])
                for speaker in analysis.call.speakers
            ],
            categories=_categories(analysis.prompts, analysis.call.duration_s),
            conversation_characteristics=_characteristics(analysis),
            transcript=turns,
            language_code=LANGUAGES.get(source.language, source.language),
            tone_monitor=shape.OwnPart(
                version=source.info.version,
                call_id=source.id,
                call=source.identity,
                mixed=analysis.call.mixed,
                separated=analysis.call.separated,
                rules=analysis.call.rules,
                speakers=analysis.speakers,
                firings=analysis.firings,
                prompts=analysis.prompts,
                checklists=analysis.checklists,
                gaps=analysis.gaps,
                marks=analysis.marks,
                review=analysis.review,
            ),
        )
    )


def _turn(number: int, spoken: UtteranceText, tone: ToneCurves | None) -> shape.SpokenTurn:
    hidden = tuple(_masked(spoken.words))
    return shape.SpokenTurn(
        id=f"utterance-{number}",
        participant_id=ROLES[spoken.speaker],
        begin_offset_millis=_ms(spoken.start_s),
        end_offset_millis=_ms(spoken.end_s),
        content=spoken.text,
        loudness_score=_loudness(spoken, tone),
        redaction=shape.Redaction(redacted_timestamps=hidden) if hidden else None,
    )


def _masked(words: Sequence[Word]) -> Iterator[shape.Span]:
    """Where words are masked, without a break between two that follow each other."""
    start_s: float | None = None
    end_s = 0.0
    for word in words:
        if MASK in word.text:
            start_s, end_s = word.start_s if start_s is None else start_s, word.end_s
        elif start_s is not None:
            yield _span(start_s, end_s)
            start_s = None
    if start_s is not None:
        yield _span(start_s, end_s)


def _loudness(spoken: UtteranceText, tone: ToneCurves | None) -> list[float | None]:
    """A value for each clock second that the turn touches, as in Amazon's example: 4,640 to 6,610 ms has three."""
    begin_ms, end_ms = _ms(spoken.start_s), max(_ms(spoken.end_s), _ms(spoken.start_s) + 1)
    scores: list[float | None] = []
    for second in range(begin_ms // 1000, (end_ms - 1) // 1000 + 1):
        from_s, to_s = max(spoken.start_s, second), min(spoken.end_s, second + 1)
        over = _over_usual(tone, from_s, to_s) if tone else []
        score = USUAL_LOUDNESS + LOUDNESS_PER_DB * sum(over) / len(over) if over else None
        scores.append(None if score is None else round(min(100.0, max(0.0, score)), 2))
    return scores


def _over_usual(tone: ToneCurves, from_s: float, to_s: float) -> list[float]:
    first, last = (round(at_s / tone.step_s) for at_s in (from_s, to_s))
    return [value for value in tone.level_over_baseline_db[first:last] if value is not None]


def _categories(prompts: Sequence[Prompt], duration_s: float) -> shape.Categories:
    """The rules whose prompts a screen showed; what nobody saw stands under our own key alone."""
    points: dict[str, list[shape.Span]] = {}
    for prompt in prompts:
        if prompt.seen:
            end_s = prompt.until_s if prompt.until_s is not None else duration_s
            points.setdefault(prompt.rule, []).append(_span(prompt.since_s, end_s))
    details = {rule: shape.Details(points_of_interest=spans) for rule, spans in points.items()}
    return shape.Categories(matched_categories=list(points), matched_details=details)


def _characteristics(analysis: Analysis) -> shape.Characteristics:
    """The figures; both roles are there even if one was not measured, as readers look for both."""
    by: dict[shape.Role, list[shape.TimedSpan]] = {}
    for cut_in in analysis.interruptions:
        by.setdefault(ROLES[cut_in.by], []).append(_timed(cut_in.start_s, cut_in.end_s))
    silences = [_timed(silence.start_s, silence.end_s) for silence in analysis.dead_air]
    talked, speeds = (
        dict.fromkeys(ROLES.values(), 0),
        dict.fromkeys(ROLES.values(), shape.Speed(average_words_per_minute=None)),
    )
    for speaker, figures in analysis.speakers.items():
        talked[ROLES[speaker]] = _ms(figures.talk_time_s)
        wpm = figures.speech_rate_wpm
        speeds[ROLES[speaker]] = shape.Speed(average_words_per_minute=None if wpm is None else round(wpm))
    return shape.Characteristics(
        total_conversation_duration_millis=_ms(analysis.call.duration_s),
        interruptions=shape.Interruptions(
            interruptions_by_interrupter=by,
            total_count=len(analysis.interruptions),
            total_time_millis=_total(span for spans in by.values() for span in spans),
        ),
        non_talk_time=shape.NonTalkTime(total_time_millis=_total(silences), instances=silences),
        talk_speed=shape.TalkSpeed(details_by_participant=speeds),
        talk_time=shape.TalkTime(
            total_time_millis=sum(talked.values()),
            details_by_participant={role: shape.Total(total_time_millis=total) for role, total in talked.items()},
        ),
    )


def _total(spans: Iterable[shape.TimedSpan]) -> int:
    return sum(span.duration_millis for span in spans)


def _span(start_s: float, end_s: float) -> shape.Span:
    return shape.Span(begin_offset_millis=_ms(start_s), end_offset_millis=_ms(end_s))


def _timed(start_s: float, end_s: float) -> shape.TimedSpan:
    begin, end = _ms(start_s), _ms(end_s)
    return shape.TimedSpan(begin_offset_millis=begin, end_offset_millis=end, duration_millis=end - begin)


def _ms(time_s: float) -> int:
    return round(time_s * 1000)
