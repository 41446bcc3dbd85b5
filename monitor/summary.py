"""Events to the numbers of a call: pure, so that a live call and its replay say the same."""

import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean, median, pstdev
from typing import Any, TypeVar

from audio.block import Speaker
from audio.measures import (
    Backchannel,
    DeadAir,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
)
from monitor.analysis import Analysis, Baseline, Call, FiringRow, SpeakerFigures, ToneCurves, UtteranceText
from monitor.calls import read_events, read_info
from monitor.events import CallEvent, Gap, PromptCleared, PromptShown
from rules.model import Checklist, Firing, Noticed, Prompt

STEP_S = 0.1
"""Of the tone curves; that of the tone samples."""

Kind = TypeVar("Kind")
_Said = dict[type, list[Any]]
"""Events by their type: sorted once, as a call of an hour has a hundred thousand."""


def analysis(call: Call, events: Iterable[CallEvent]) -> Analysis:
    """Sum a call up.

    Args:
        call: what was analysed.
        events: all that was said of it; words may stand later among them than they were spoken.
    """
    said: _Said = defaultdict(list)
    for event in events:
        said[type(event)].append(event)
    return Analysis(
        version=1,
        call=call,
        speakers={speaker: _figures(said, speaker) for speaker in call.speakers},
        tone={speaker: _curves(said, speaker, call.duration_s) for speaker in call.speakers},
        turns=tuple(sorted(_of(said, Turn), key=lambda turn: (turn.start_s, turn.speaker))),
        interruptions=tuple(_of(said, Interruption)),
        dead_air=tuple(_of(said, DeadAir)),
        utterances=tuple(
            UtteranceText(spoken.speaker, spoken.start_s, spoken.end_s, spoken.text, spoken.words)
            for spoken in sorted(_of(said, Utterance), key=lambda spoken: (spoken.start_s, spoken.speaker))
            if spoken.words
        ),
        firings=tuple(
            FiringRow(row.rule, row.speaker, row.start_s, row.value, row.baseline, row.limit, row.severity)
            for row in sorted(_of(said, Firing), key=lambda row: (row.start_s, row.rule))
        ),
        prompts=tuple(_prompts(said)),
        checklists={checklist.id: checklist.steps for checklist in _of(said, Checklist)},
        noticed=tuple(_of(said, Noticed)),
        gaps=tuple(_of(said, Gap)),
    )


def of_folder(folder: Path) -> Analysis:
    """Sum up a call that was kept.

    Raises:
        CallFolderError: the folder holds none.
    """
    about, said = read_info(folder), tuple(read_events(folder))
    duration_s = about.duration_s or heard_s(said)
    return analysis(Call(about.source, duration_s, about.speakers, about.model, about.rules), said)


def heard_s(events: Iterable[CallEvent]) -> float:
    """How far events go: the length of a call that broke off before anybody wrote it down, in seconds."""
    return max((event.end_s for event in events if isinstance(event, ToneSample | Turn | Utterance)), default=0.0)


def _of(said: _Said, kind: type[Kind]) -> list[Kind]:
    return said.get(kind, [])


def _prompts(said: _Said) -> Iterable[Prompt]:
    """Every prompt as it was last told of: shown before cleared."""
    last: dict[tuple[str, float], Prompt] = {}
    shown = [event.prompt for event in _of(said, PromptShown)]
    cleared = [event.prompt for event in _of(said, PromptCleared)]
    for prompt in (*shown, *cleared):
        last[prompt.rule, prompt.since_s] = prompt
    return last.values()


def _figures(said: _Said, speaker: Speaker) -> SpeakerFigures:
    tone = [sample for sample in _of(said, ToneSample) if sample.speaking]
    own = [sample for sample in tone if sample.speaker == speaker]
    turns = [turn.end_s - turn.start_s for turn in _of(said, Turn) if turn.speaker == speaker]
    words = sum(len(spoken.words) for spoken in _of(said, Utterance) if spoken.speaker == speaker)
    pitches = [sample.pitch_hz for sample in _of(said, PitchSample) if sample.speaker == speaker]
    semitones = [12 * math.log2(hz) for hz in pitches]
    levels = [sample.level_dbfs for sample in own if sample.level_dbfs is not None]
    rates = [sample.articulation_rate_sps for sample in own if sample.articulation_rate_sps is not None]
    usual = [event for event in _of(said, Usual) if event.speaker == speaker]
    return SpeakerFigures(
        talk_time_s=round(len(own) * STEP_S, 1),
        talk_share=round(len(own) / len(tone), 3) if tone else 0.0,
        speech_rate_wpm=round(60 * words / sum(turns), 1) if words and turns else None,
        articulation_rate_sps=round(fmean(rates), 2) if rates else None,
        level_dbfs=round(10 * math.log10(fmean(10 ** (level / 10) for level in levels)), 1) if levels else None,
        pitch_hz=round(median(pitches), 1) if pitches else None,
        pitch_sd_st=round(pstdev(semitones), 2) if semitones else None,
        longest_turn_s=round(max(turns, default=0.0), 2),
        interruptions=sum(event.by == speaker for event in _of(said, Interruption)),
        backchannels=sum(event.by == speaker for event in _of(said, Backchannel)),
        baseline=Baseline(
            usual[-1].level_dbfs, usual[-1].articulation_rate_sps, usual[-1].pitch_hz, usual[-1].balance_db
        )
        if usual
        else Baseline(),
    )


def _curves(said: _Said, speaker: Speaker, duration_s: float) -> ToneCurves:
    steps = math.ceil(round(duration_s / STEP_S, 6))
    speaking = [0] * steps
    level: list[float | None] = [None] * steps
    pitch: list[float | None] = [None] * steps
    rate: list[float | None] = [None] * steps
    over: list[float | None] = [None] * steps
    for voiced in _of(said, PitchSample):
        step = round(voiced.start_s / STEP_S)
        if voiced.speaker == speaker and step < steps:
            pitch[step] = voiced.pitch_hz
    for sample in _of(said, ToneSample):
        step = round(sample.start_s / STEP_S)
        if sample.speaker == speaker and step < steps:
            speaking[step] = int(sample.speaking)
            level[step] = sample.level_dbfs
            rate[step] = sample.articulation_rate_sps
            over[step] = sample.level_over_baseline_db
    return ToneCurves(STEP_S, tuple(speaking), tuple(level), tuple(pitch), tuple(rate), tuple(over))
