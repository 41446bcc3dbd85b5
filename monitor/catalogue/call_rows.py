"""A call as the catalogue lists it: from events and marks to rows. Pure, so the index can always be rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from audio.values import HeardAgain, Turn, Utterance
from monitor.call import marks
from monitor.call.by_kind import ByKind, by_kind
from monitor.call.events import CallEvent, Ended, Mark
from monitor.call.hold import Hold
from monitor.call.info import CallInfo
from monitor.call.prompts import PromptRecord, prompt_records
from monitor.call.telephone.agent_parts import agents, own_events, own_info, parts_of
from monitor.call.transcript import transcript
from monitor.catalogue.rows import DISPUTED, SEVERITIES, CallRow, FlagRow, MarkRow, PartRow, PromptRow, Rows
from monitor.catalogue.search import searchable
from rules.model import Firing

FLAGGED_BY_AGENT = "prompt"
"""The severity of an agent's bookmark."""


@dataclass(frozen=True, slots=True)
class FilesState:
    """What the state of a call's files says about it, as opposed to their content."""

    known_s: float = 0.0
    """How far its sound is known, for a call without an end."""
    damaged: int = 0
    """Lines of the log that could not be read."""
    hold: Hold | None = None
    """The hold on it, which may be over."""
    sealed: bool = False
    """Whether it is encrypted on the disk."""
    seen: str = ""
    """Sizes and times of the files, which show whether they have changed since."""


def rows(folder: str, info: CallInfo, events: Sequence[CallEvent], made: Sequence[Mark], files: FilesState) -> Rows:
    """List a call.

    Args:
        folder: its place within the folder of all calls.
        info: who and when.
        events: its log; tone and pitch may be left out.
        made: the marks beside it.
        files: how its files were found.
    """
    said = by_kind(events)
    every = (*said.of(Mark), *made)
    flags = _flags(said, every)
    prompts = tuple(_prompt(record) for record in prompt_records(said, info.kind))
    standing = [flag for flag in flags if flag.verdict != "dismiss"]
    worst = max((flag.severity for flag in standing), default=0)
    as_bad = [flag for flag in standing if flag.severity == worst]
    reviewed = marks.reviewed(every)
    tags = {_plain(mark.text) for mark in every if mark.kind == "tag"}
    tags |= {DISPUTED} if any(flag.verdict == "dispute" for flag in flags) else set()
    call = CallRow(
        folder=folder,
        started=info.started.isoformat(),
        started_s=info.started.timestamp(),
        day=f"{info.started:%Y-%m-%d}",
        agent=_plain(info.agent),
        customer=_plain(info.customer),
        source=_plain(info.source),
        kind=info.kind,
        mixed=info.mixed,
        separated=info.separated,
        closed=info.closed,
        duration_s=round(max([files.known_s, info.duration_s, *(end.at_s for end in said.of(Ended))]), 1),
        agent_talk_s=0.0 if info.mixed else _talk_s(said, "agent"),
        customer_talk_s=0.0 if info.mixed else _talk_s(said, "customer"),
        flags=len(flags),
        prompts=len(prompts),
        shown=sum(prompt.seen is True for prompt in prompts),
        followed=sum(prompt.seen is True and prompt.outcome == "followed" for prompt in prompts),
        worst=worst,
        worst_count=len(as_bad),
        worst_rule=as_bad[0].rule if as_bad else "",
        worst_at_s=as_bad[0].at_s if as_bad else None,
        flagged=any(mark.kind == "flag" for mark in every),
        reviewed=reviewed,
        reviewed_by=_plain([mark.by for mark in every if mark.kind == "reviewed"][-1]) if reviewed else "",
        tags=" ".join(sorted(tags)),
        damaged=files.damaged,
        hold_until=files.hold.until.isoformat() if files.hold else "",
        hold_reason=_plain(files.hold.reason) if files.hold else "",
        hold_by=_plain(files.hold.by) if files.hold else "",
        sealed=files.sealed,
        seen=files.seen,
        sound_hash=info.sound_hash,
    )
    return Rows(
        call,
        flags,
        prompts,
        tuple(_mark(mark) for mark in marks.standing(every)),
        searchable(one.text for one in transcript(said.of(Utterance), said.of(HeardAgain))),
        tuple(sorted(tags)),
        tuple(_plain(f"{key}={value}") for key, value in info.attributes.items()),
        tuple(_part(info, events, every, agent, call.duration_s) for agent in agents(info)) if info.takeovers else (),
    )


def _part(info: CallInfo, events: Sequence[CallEvent], made: Sequence[Mark], agent: str, duration_s: float) -> PartRow:
    hers, own = parts_of(info, agent), own_info(info, agent, duration_s)
    said = [event for event in own_events(events, hers) if not isinstance(event, Mark | Ended)]
    call = rows("", own, said, own_events(made, hers), FilesState()).call
    return PartRow(**{field.name: getattr(call, field.name) for field in fields(PartRow)})


def _flags(said: ByKind, every: Sequence[Mark]) -> tuple[FlagRow, ...]:
    verdicts = marks.verdicts(every) | marks.disputes(every)

    def verdict(rule: str, at_s: float) -> str:
        mark = verdicts.get((rule, at_s))
        return mark.kind if mark else ""

    fired = [
        FlagRow(
            one.start_s,
            _plain(one.rule),
            one.speaker,
            SEVERITIES.index(one.severity),
            one.value,
            one.baseline,
            one.limit,
            verdict(one.rule, one.start_s),
        )
        for one in said.of(Firing)
    ]
    by_hand = SEVERITIES.index(FLAGGED_BY_AGENT)
    pressed = [
        FlagRow(mark.at_s, "", "agent", by_hand, None, None, None, verdict("", mark.at_s))
        for mark in every
        if mark.kind == "flag"
    ]
    return tuple(sorted((*fired, *pressed), key=lambda flag: (flag.at_s, flag.rule)))


def _prompt(record: PromptRecord) -> PromptRow:
    prompt = record.prompt
    return PromptRow(
        prompt.since_s,
        prompt.until_s,
        _plain(prompt.rule),
        _plain(prompt.action),
        SEVERITIES.index(prompt.severity),
        record.delay_s or 0.0,
        prompt.outcome or "",
        prompt.after or "",
        prompt.taken_down or "",
        prompt.seen,
        prompt.draw.silent if prompt.draw else None,
    )


def _mark(mark: Mark) -> MarkRow:
    return MarkRow(
        mark.at_s,
        mark.kind,
        _plain(mark.text),
        _plain(mark.by),
        _plain(mark.made),
        _plain(mark.rule),
        mark.end_s,
    )


def _talk_s(said: ByKind, speaker: str) -> float:
    return round(sum(turn.end_s - turn.start_s for turn in said.of(Turn) if turn.speaker == speaker), 1)


def _plain(text: str) -> str:
    """The text without the one character that PostgreSQL does not accept."""
    return text.replace("\0", "")
