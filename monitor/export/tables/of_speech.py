"""Tables of what was said and heard: utterances, turns, overlaps, silences, tone."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from audio.values import Backchannel, Interruption
from monitor.export.source import Source
from monitor.export.tables.column import END, SPEAKER, START, Column, Row, Table

_CURVES = (
    Column("level_dbfs", "number", "RMS of the step's speech."),
    Column("pitch_hz", "number", "Median of the step's voiced sound."),
    Column("articulation_rate_sps", "number", "Syllables a second of speech, over the last 8 s of it."),
    Column("level_over_baseline_db", "number", "Energy mean of the last 2 s of speech over the speaker's usual."),
)


def _utterances(source: Source) -> Iterator[Row]:
    for spoken in source.analysis.utterances:
        yield {
            "speaker": None if source.info.mixed else spoken.speaker,
            "start_s": spoken.start_s,
            "end_s": spoken.end_s,
            "text": spoken.text,
            "words_count": len(spoken.words),
        }


UTTERANCES = Table(
    "utterances",
    "One row for each utterance in words.",
    (
        Column("speaker", "text", "Whose: agent or customer; empty if two people are on one track."),
        START,
        END,
        Column("text", "free text", "What was said, as it was recognised."),
        Column("words_count", "integer", "How many words."),
    ),
    _utterances,
)


def _tone(source: Source) -> Iterator[Row]:
    for speaker, tone in source.analysis.tone.items():
        for step, speaking in enumerate(tone.speaking):
            yield {
                "speaker": speaker,
                "start_s": round(step * tone.step_s, 3),
                "speaking": bool(speaking),
                **{column.name: getattr(tone, column.name)[step] for column in _CURVES},
            }


TONE = Table(
    "tone",
    "One row for each speaker and step of 0.1 s; empty where there was nothing to measure.",
    (SPEAKER, START, Column("speaking", "yes or no", "Whether the step is speech."), *_CURVES),
    _tone,
)

TURNS = Table(
    "turns",
    "One row for each turn: a speaker's speech, joined over gaps shorter than 0.5 s.",
    (SPEAKER, START, END),
    lambda source: (
        {"speaker": turn.speaker, "start_s": turn.start_s, "end_s": turn.end_s} for turn in source.analysis.turns
    ),
)


def _overlaps(source: Source) -> list[Row]:
    found: dict[str, Sequence[Interruption | Backchannel]] = {
        "interruption": source.analysis.interruptions,
        "backchannel": source.analysis.backchannels,
    }
    rows = [
        {"overlap": name, "by": one.by, "start_s": one.start_s, "end_s": one.end_s}
        for name, ones in found.items()
        for one in ones
    ]
    return sorted(rows, key=itemgetter("start_s"))


OVERLAPS = Table(
    "overlaps",
    "One row each time a speaker began while the other spoke.",
    (
        Column(
            "overlap",
            "text",
            "interruption: the other had spoken for 1 s and more, and both continued. backchannel: a short sign of "
            "listening.",
        ),
        Column("by", "text", "Who began: agent or customer."),
        START,
        END,
    ),
    _overlaps,
)

DEAD_AIR = Table(
    "dead_air",
    "One row for each silence of both of 3 s and more.",
    (START, END),
    lambda source: ({"start_s": one.start_s, "end_s": one.end_s} for one in source.analysis.dead_air),
)

GAPS = Table(
    "gaps",
    "One row for each stretch in which sound or words are missing.",
    (
        Column("missing", "text", "What is missing: sound or words."),
        Column("speaker", "text", "Whose; empty for everybody's."),
        START,
        END,
        Column("reason", "free text", "Why, in a sentence."),
    ),
    lambda source: (
        {
            "missing": gap.what,
            "speaker": gap.speaker,
            "start_s": gap.start_s,
            "end_s": gap.end_s,
            "reason": gap.why,
        }
        for gap in source.analysis.gaps
    ),
)
