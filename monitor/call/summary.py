"""From the events of a call to its figures: pure, so that a live call and its replay give the same."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from audio.block import Speaker
from audio.values import (
    Backchannel,
    DeadAir,
    HeardAgain,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
)
from monitor.call import tone_arrays
from monitor.call.analysis import Analysis, Baseline, Call, FiringRow, SpeakerFigures, ToneCurves, UtteranceText
from monitor.call.by_kind import ByKind, by_kind
from monitor.call.events import Gap, Mark
from monitor.call.info import CallInfo, identity, read_info
from monitor.call.prompts import prompt_records
from monitor.call.tone_arrays import STEP_S, Logged, Pitch, PitchRow, Tone, ToneRow, known, read, while_speaking
from monitor.call.transcript import transcript
from rules.model import Checklist, Firing, Noticed

_SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")


def analysis(call: Call, events: Iterable[Logged]) -> Analysis:
    """Sum a call up.

    Args:
        call: what was analysed.
        events: all of the call; words may come later among them than they were spoken.
    """
    said = by_kind(events)
    summed_up = in_numbers(call, said, tone_by_speaker(said), pitch_by_speaker(said))
    return replace(summed_up, tone={speaker: _curves(said, speaker, call.duration_s) for speaker in measured_in(call)})


def tone_by_speaker(said: ByKind) -> dict[Speaker, Tone]:
    """The tone of both speakers, while they speak."""
    return {speaker: tone_arrays.tone(_tone(said), speaker) for speaker in _SPEAKERS}


def pitch_by_speaker(said: ByKind) -> dict[Speaker, Pitch]:
    """The pitch of both speakers, while they speak."""
    return {
        speaker: while_speaking(tone_arrays.pitch(_pitch(said), speaker), own)
        for speaker, own in tone_by_speaker(said).items()
    }


def in_numbers(call: Call, said: ByKind, tone: Mapping[Speaker, Tone], pitch: Mapping[Speaker, Pitch]) -> Analysis:
    """Sum a call up without its curves, which are most of the work and which reports draw differently.

    Args:
        call: what was analysed.
        said: all events of it.
        tone: of both speakers, from `tone_by_speaker`.
        pitch: of both speakers, from `pitch_by_speaker`.
    """
    spoken_steps = sum(len(own.start_s) for own in tone.values())
    return Analysis(
        version=1,
        call=call,
        speakers={
            speaker: replace(
                _figures(said, speaker, tone[speaker], pitch[speaker], spoken_steps), estimated=call.separated
            )
            for speaker in measured_in(call)
        },
        tone={},
        turns=() if call.mixed else tuple(sorted(said.of(Turn), key=lambda turn: (turn.start_s, turn.speaker))),
        interruptions=tuple(said.of(Interruption)),
        dead_air=tuple(said.of(DeadAir)),
        utterances=_texts(said, said.of(HeardAgain)),
        utterances_live=_texts(said, ()) if said.of(HeardAgain) else (),
        firings=tuple(
            FiringRow(row.rule, row.speaker, row.start_s, row.value, row.baseline, row.limit, row.severity)
            for row in sorted(said.of(Firing), key=lambda row: (row.start_s, row.rule))
        ),
        prompts=tuple(record.prompt for record in prompt_records(said, call.kind)),
        checklists={checklist.id: checklist.steps for checklist in said.of(Checklist)},
        noticed=tuple(said.of(Noticed)),
        gaps=tuple(said.of(Gap)),
        backchannels=tuple(said.of(Backchannel)),
        marks=tuple(said.of(Mark)),
    )


def _texts(said: ByKind, heard_again: Sequence[HeardAgain]) -> tuple[UtteranceText, ...]:
    return tuple(
        UtteranceText(spoken.speaker, spoken.start_s, spoken.end_s, spoken.text, spoken.words, spoken.language)
        for spoken in transcript(said.of(Utterance), heard_again)
    )


def measured_in(call: Call | CallInfo) -> tuple[Speaker, ...]:
    """Whose figures are known: nobody's, where two people are on one track."""
    return () if call.mixed else call.speakers


def of_folder(folder: Path) -> Analysis:
    """Sum up a saved call.

    Raises:
        CallFolderError: the folder is not one of a call.
    """
    about, said = read_info(folder), read(folder)
    duration_s = about.duration_s or heard_s(by_kind(said))
    return analysis(analysed_call(about, duration_s, folder.resolve().name), said)


def analysed_call(info: CallInfo, duration_s: float, folder_name: str = "") -> Call:
    """The `Call` of a saved call; its notes on how the recording was read are no longer known.

    Args:
        info: what is known of it.
        duration_s: length of its sound.
        folder_name: of its folder; empty if it is not saved.
    """
    which = identity(info, folder_name)
    return Call(
        info.source,
        duration_s,
        info.speakers,
        info.model,
        info.rules,
        consent=info.consent,
        id=which.id,
        started=which.started,
        kind=which.kind,
        agent=which.agent,
        customer=which.customer,
        attributes=which.attributes,
        channels=which.channels,
        mixed=info.mixed,
        engine=info.engine,
        separated=info.separated,
    )


def heard_s(said: ByKind) -> float:
    """The end of the last event: the length of a call that broke off before its length was written, in seconds."""
    heard = (*_tone(said), *said.of(Turn), *said.of(Utterance))
    return max((event.end_s for event in heard), default=0.0)


def _tone(said: ByKind) -> list[ToneSample | ToneRow]:
    return [*said.of(ToneSample), *said.of(ToneRow)]


def _pitch(said: ByKind) -> list[PitchSample | PitchRow]:
    return [*said.of(PitchSample), *said.of(PitchRow)]


def _figures(said: ByKind, speaker: Speaker, own: Tone, voice: Pitch, spoken_steps: int) -> SpeakerFigures:
    turns = [turn.end_s - turn.start_s for turn in said.of(Turn) if turn.speaker == speaker]
    words = sum(len(spoken.words) for spoken in said.of(Utterance) if spoken.speaker == speaker)
    steps, levels, rates = len(own.start_s), known(own.level_dbfs), known(own.articulation_rate_sps)
    usual = [event for event in said.of(Usual) if event.speaker == speaker]
    return SpeakerFigures(
        talk_time_s=round(steps * STEP_S, 1),
        talk_share=round(steps / spoken_steps, 3) if spoken_steps else 0.0,
        speech_rate_wpm=round(60 * words / sum(turns), 1) if words and turns else None,
        articulation_rate_sps=round(float(rates.mean()), 2) if len(rates) else None,
        level_dbfs=round(10 * math.log10(float((10 ** (levels / 10)).mean())), 1) if len(levels) else None,
        pitch_hz=round(float(np.median(voice.hz)), 1) if len(voice.hz) else None,
        pitch_sd_st=round(float(voice.st.std()), 2) if len(voice.hz) else None,
        longest_turn_s=round(max(turns, default=0.0), 2),
        interruptions=sum(event.by == speaker for event in said.of(Interruption)),
        backchannels=sum(event.by == speaker for event in said.of(Backchannel)),
        baseline=Baseline(
            usual[-1].level_dbfs, usual[-1].articulation_rate_sps, usual[-1].pitch_hz, usual[-1].balance_db
        )
        if usual
        else Baseline(),
    )


def _curves(said: ByKind, speaker: Speaker, duration_s: float) -> ToneCurves:
    steps = math.ceil(round(duration_s / STEP_S, 6))
    speaking = [0] * steps
    level: list[float | None] = [None] * steps
    pitch: list[float | None] = [None] * steps
    rate: list[float | None] = [None] * steps
    over: list[float | None] = [None] * steps
    for sample in _tone(said):
        step = round(sample.start_s / STEP_S)
        if sample.speaker == speaker and step < steps:
            speaking[step] = int(sample.speaking)
            level[step] = sample.level_dbfs
            rate[step] = sample.articulation_rate_sps
            over[step] = sample.level_over_baseline_db
    for voiced in _pitch(said):
        step = round(voiced.start_s / STEP_S)
        if voiced.speaker == speaker and step < steps and speaking[step]:
            pitch[step] = voiced.pitch_hz
    return ToneCurves(STEP_S, tuple(speaking), tuple(level), tuple(pitch), tuple(rate), tuple(over))
