"""Tables of the call as a whole: who and when, its figures, and what people noted about it."""

from collections.abc import Iterator
from datetime import timedelta

from audio.block import Speaker
from monitor.call.analysis import Baseline, SpeakerFigures
from monitor.call.coaching.agreed import Action
from monitor.call.events import Mark
from monitor.export.source import Source
from monitor.export.tables.column import Column, Row, Table, moment

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")

_FIGURES = (
    Column("talk_time_s", "number", "Seconds of speech."),
    Column("talk_share_pct", "number", "Share of all speech in the call."),
    Column("speech_rate_wpm", "number", "Words a minute of their turns, pauses included."),
    Column("articulation_rate_sps", "number", "Mean of syllables a second of speech, pauses over 0.25 s removed."),
    Column("level_dbfs", "number", "Energy mean of the speech."),
    Column("pitch_hz", "number", "Median of the pitch."),
    Column("pitch_sd_st", "number", "Standard deviation of the pitch."),
    Column("longest_turn_s", "number", "Longest speech without a break of 0.5 s."),
    Column("interruptions_count", "integer", "How often they cut in."),
    Column("backchannels_count", "integer", 'How often they said "mm-hm" or the like while the other spoke.'),
    Column("usual_level_dbfs", "number", "Their usual level at the end of the call."),
    Column("usual_articulation_rate_sps", "number", "Their usual rate at the end of the call."),
    Column("usual_pitch_hz", "number", "Their usual pitch at the end of the call."),
    Column("usual_balance_db", "number", "Their usual energy above 1 kHz over that below."),
)


def _figures(figures: SpeakerFigures) -> Row:
    usual: Baseline = figures.baseline
    return {
        "talk_time_s": figures.talk_time_s,
        "talk_share_pct": round(100 * figures.talk_share, 1),
        "speech_rate_wpm": figures.speech_rate_wpm,
        "articulation_rate_sps": figures.articulation_rate_sps,
        "level_dbfs": figures.level_dbfs,
        "pitch_hz": figures.pitch_hz,
        "pitch_sd_st": figures.pitch_sd_st,
        "longest_turn_s": figures.longest_turn_s,
        "interruptions_count": figures.interruptions,
        "backchannels_count": figures.backchannels,
        "usual_level_dbfs": usual.level_dbfs,
        "usual_articulation_rate_sps": usual.articulation_rate_sps,
        "usual_pitch_hz": usual.pitch_hz,
        "usual_balance_db": usual.balance_db,
    }


def _calls(source: Source) -> Iterator[Row]:
    info, analysis = source.info, source.analysis
    zone = info.started.tzinfo
    bookmarks = [mark for mark in analysis.marks if mark.kind == "flag"]
    row: Row = {
        "day": info.started.date(),
        "utc_offset_min": round((info.started.utcoffset() or timedelta()).total_seconds() / 60),
        "duration_s": analysis.call.duration_s,
        "complete": info.closed,
        "mixed": info.mixed,
        "separated": info.separated,
        "source": info.source,
        "model": info.model,
        "rules": info.rules,
        "version": info.version,
        "consent": info.consent.status,
        "consent_at": moment(info.consent.at, zone),
        "consent_method": info.consent.method,
        "flags_count": len(analysis.firings) + len(bookmarks),
        "prompts_count": len(analysis.prompts),
        "marks_count": len(analysis.marks),
        "reviewed": analysis.review.reviewed,
        "reviewer": analysis.review.reviewer,
        "reviewed_at": moment(analysis.review.reviewed_at, zone),
        "tags": " ".join(analysis.review.tags),
        "hold_until": source.hold.until if source.hold else None,
        "hold_reason": source.hold.reason if source.hold else "",
        "hold_by": source.hold.by if source.hold else "",
    }
    for speaker, figures in analysis.speakers.items():
        row |= {f"{speaker}_{name}": value for name, value in _figures(figures).items()}
    yield row


CALLS = Table(
    "calls",
    "One row for each call.",
    (
        Column("day", "day", "Day on which it started, by the calendar of its place."),
        Column("utc_offset_min", "integer", "How far the clock of its place was ahead of UTC."),
        Column("duration_s", "number", "Length of the sound."),
        Column("complete", "yes or no", "Whether its end was written: no for a call in progress or broken off."),
        Column("mixed", "yes or no", "Whether two people are on its one track: then nobody has figures."),
        Column("separated", "yes or no", "Whether two people on one track were told apart: then all is estimated."),
        Column("source", "free text", "Name of the file or of the devices."),
        Column("model", "text", 'The Whisper model; "none" for no words.'),
        Column("rules", "text", "Hash of the rulebook."),
        Column("version", "text", "Version of Tone Monitor that measured it."),
        Column("consent", "text", "Whether the customer agreed to be recorded: given, refused or unknown."),
        Column("consent_at", "time", "When consent was settled."),
        Column("consent_method", "free text", "How, such as spoken or announcement."),
        Column("flags_count", "integer", "Rules that fired, and the agent's bookmarks."),
        Column("prompts_count", "integer", "Prompts that came up."),
        Column("marks_count", "integer", "Marks that people made."),
        Column("reviewed", "yes or no", "Whether somebody has marked it as reviewed and has not taken that back."),
        Column("reviewer", "free text", "Who did."),
        Column("reviewed_at", "time", "When."),
        Column("tags", "free text", "Tags, separated by spaces."),
        Column("hold_until", "day", "Last day on which it must be kept, for a dispute; empty without a hold."),
        Column("hold_reason", "free text", "Why it must be kept."),
        Column("hold_by", "free text", "Who decided that."),
        *(
            Column(
                f"{speaker}_{column.name}",
                column.type,
                f"{speaker.capitalize()}: {column.meaning[0].lower()}{column.meaning[1:]}",
            )
            for speaker in SPEAKERS
            for column in _FIGURES
        ),
    ),
    _calls,
)

ATTRIBUTES = Table(
    "attributes",
    "One row for each attribute of a call, such as its queue.",
    (
        Column("name", "free text", "Name of the attribute."),
        Column("value", "free text", "Its value."),
    ),
    lambda source: ({"name": name, "value": value} for name, value in source.info.attributes.items()),
)


def _mark(mark: Mark, source: Source) -> Row:
    return {
        "mark": mark.kind,
        "at_s": mark.at_s,
        "end_s": mark.end_s,
        "rule": mark.rule or None,
        "text": mark.text,
        "made_by": mark.by,
        "made_at": moment(mark.made, source.info.started.tzinfo),
    }


MARKS = Table(
    "marks",
    "One row for each mark that somebody made, during the call or after it.",
    (
        Column(
            "mark",
            "text",
            "What the person did: flag (the agent's bookmark), note, confirm, dismiss, tag or reviewed; by the agent: "
            "wrong (a prompt), answer (to a note) or dispute (of a flag). The last mark counts. "
            "Withdrawn disputes are left out.",
        ),
        Column("at_s", "number", "The moment that it is about, from the start of the call."),
        Column("end_s", "number", "Where the stretch that it is about ends; empty for a moment."),
        Column("rule", "text", "Rule of the flag that is confirmed, dismissed or disputed; empty for others."),
        Column("text", "free text", 'The note, the tag, or the reason; "taken back" undoes a "reviewed".'),
        Column("made_by", "free text", "Who made it; empty for marks made during the call."),
        Column("made_at", "time", "When it was made; empty for marks made during the call."),
    ),
    lambda source: (_mark(mark, source) for mark in source.analysis.marks),
)

ACCESSES = Table(
    "accesses",
    "One row each time somebody else than the call's agent looked at it or took it away.",
    (
        Column("access", "text", "What they did: opened, played, exported, reported, followed or searched."),
        Column("start_s", "number", "Where the part begins that was played or taken; empty for the whole call."),
        Column("end_s", "number", "Where that part ends."),
        Column("made_by", "free text", "Who did it; empty if the name was removed."),
        Column("made_at", "time", "When."),
    ),
    lambda source: (
        {
            "access": access.kind,
            "start_s": access.start_s,
            "end_s": access.end_s,
            "made_by": access.by,
            "made_at": moment(access.made, source.info.started.tzinfo),
        }
        for access in source.accesses
    ),
)


def _action(action: Action, source: Source) -> Row:
    zone = source.info.started.tzinfo
    return {
        "action": action.id,
        "action_agent": action.agent,
        "coach": action.coach,
        "behaviour": action.behaviour,
        "measure": action.measure,
        "since_day": action.since,
        "until_day": action.until,
        "agreed_at": moment(action.made, zone),
        "closed_at": moment(action.closed, zone),
        "closed_by": action.closed_by,
        "result": action.outcome,
    }


ACTIONS = Table(
    "actions",
    "One row for each action that an agent and a coach agreed on after the call.",
    (
        Column("action", "text", "Id of the action."),
        Column("action_agent", "free text", "Whose it is: one of the agents of the call."),
        Column("coach", "free text", "Who agreed it with the agent."),
        Column("behaviour", "free text", "What the agent does from the first day on."),
        Column("measure", "text", "What shows whether it happens; see `tone-monitor action measures`."),
        Column("since_day", "day", "The first day of the calls that count."),
        Column("until_day", "day", "The last one that was agreed."),
        Column("agreed_at", "time", "When it was agreed."),
        Column("closed_at", "time", "When it was closed; empty for one that is open."),
        Column("closed_by", "free text", "Who closed it."),
        Column("result", "free text", "What came of it, in a sentence."),
    ),
    lambda source: (_action(action, source) for action in source.analysis.actions),
)
