"""A call in the output format of Amazon Connect Contact Lens, with everything that is only ours under one key.

https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from audio.block import Speaker
from monitor.call.analysis import ToneCurves, UtteranceText
from monitor.export.source import Source
from rules.model import Prompt

USUAL_LOUDNESS = 75.0
LOUDNESS_PER_DB = 2.5
"""Scores of 0 to 100 are for display only: the rules judge decibels over the speaker's usual."""


def contact_lens(source: Source) -> bytes:
    """Write the call as one JSON object.

    Loudness scores are means over a second, relative to the speaker's own usual. They compare moments of one speaker,
    never two speakers. Sentiment is left out: it is not measured.
    """
    analysis = source.analysis
    return msgspec.json.encode(
        {
            "Version": "1.1.0",
            "Channel": "VOICE",
            "ContentMetadata": {"Output": "Redacted" if source.redacted else "Raw"},
            "JobStatus": "COMPLETED",
            "LanguageCode": "en-US",
            "Participants": [
                {"ParticipantId": _id(speaker), "ParticipantRole": speaker.upper()}
                for speaker in analysis.call.speakers
            ],
            "Categories": _categories(analysis.prompts, analysis.call.duration_s),
            "ConversationCharacteristics": _characteristics(source),
            "CustomModels": [],
            "Transcript": [
                _turn(number, spoken, analysis.tone[spoken.speaker])
                for number, spoken in enumerate(analysis.utterances, start=1)
            ],
            "ToneMonitor": {
                "Version": source.info.version,
                "CallId": source.id,
                "Rules": analysis.call.rules,
                "Speakers": analysis.speakers,
                "Firings": analysis.firings,
                "Prompts": analysis.prompts,
                "Checklists": analysis.checklists,
                "Gaps": analysis.gaps,
            },
        }
    )


def _turn(number: int, spoken: UtteranceText, tone: ToneCurves) -> dict[str, Any]:
    turn: dict[str, Any] = {
        "Id": f"utterance-{number}",
        "ParticipantId": _id(spoken.speaker),
        "BeginOffsetMillis": _ms(spoken.start_s),
        "EndOffsetMillis": _ms(spoken.end_s),
        "Content": spoken.text,
    }
    scores = _loudness(spoken, tone)
    return {**turn, "LoudnessScore": scores} if scores else turn


def _loudness(spoken: UtteranceText, tone: ToneCurves) -> list[float]:
    scores = []
    for second in range(math.ceil(spoken.end_s - spoken.start_s)):
        start_s = spoken.start_s + second
        first, last = (round(at / tone.step_s) for at in (start_s, min(start_s + 1, spoken.end_s)))
        over = [value for value in tone.level_over_baseline_db[first:last] if value is not None]
        if over:
            score = USUAL_LOUDNESS + LOUDNESS_PER_DB * sum(over) / len(over)
            scores.append(round(min(100.0, max(0.0, score)), 2))
    return scores


def _categories(prompts: Sequence[Prompt], duration_s: float) -> dict[str, Any]:
    points: dict[str, list[dict[str, int]]] = {}
    for prompt in prompts:
        end_s = prompt.until_s if prompt.until_s is not None else duration_s
        points.setdefault(prompt.rule, []).append(_span(prompt.since_s, end_s))
    details = {rule: {"PointsOfInterest": spans} for rule, spans in points.items()}
    return {"MatchedCategories": list(points), "MatchedDetails": details}


def _characteristics(source: Source) -> dict[str, Any]:
    analysis = source.analysis
    by: dict[str, list[dict[str, int]]] = {}
    for cut_in in analysis.interruptions:
        by.setdefault(cut_in.by.upper(), []).append(_timed(cut_in.start_s, cut_in.end_s))
    silences = [_timed(silence.start_s, silence.end_s) for silence in analysis.dead_air]
    talk = {speaker.upper(): _ms(figures.talk_time_s) for speaker, figures in analysis.speakers.items()}
    return {
        "TotalConversationDurationMillis": _ms(analysis.call.duration_s),
        "Interruptions": {
            "InterruptionsByInterrupter": by,
            "TotalCount": len(analysis.interruptions),
            "TotalTimeMillis": _total(span for spans in by.values() for span in spans),
        },
        "NonTalkTime": {"TotalTimeMillis": _total(silences), "Instances": silences},
        "TalkSpeed": {
            "DetailsByParticipant": {
                speaker.upper(): {"AverageWordsPerMinute": round(figures.speech_rate_wpm)}
                for speaker, figures in analysis.speakers.items()
                if figures.speech_rate_wpm is not None
            }
        },
        "TalkTime": {
            "TotalTimeMillis": sum(talk.values()),
            "DetailsByParticipant": {who: {"TotalTimeMillis": total} for who, total in talk.items()},
        },
    }


def _total(spans: Iterable[dict[str, int]]) -> int:
    return sum(span["DurationMillis"] for span in spans)


def _span(start_s: float, end_s: float) -> dict[str, int]:
    return {"BeginOffsetMillis": _ms(start_s), "EndOffsetMillis": _ms(end_s)}


def _timed(start_s: float, end_s: float) -> dict[str, int]:
    return {**_span(start_s, end_s), "DurationMillis": _ms(end_s) - _ms(start_s)}


def _id(speaker: Speaker) -> str:
    return speaker.upper()


def _ms(time_s: float) -> int:
    return round(time_s * 1000)
