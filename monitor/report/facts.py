"""Everything a report says about one call: pure, and the one source of page and text."""

from dataclasses import dataclass

from audio.block import Speaker
from monitor.call.analysis import SpeakerFigures
from monitor.call.coaching.agreed import Action
from monitor.call.events import Gap, Health, Mark
from monitor.call.info import CallInfo
from monitor.call.scorecard.card import Card
from monitor.call.summary import measured_in
from monitor.call.supervision.followers import Follower, followers
from monitor.call.supervision.supervisor_events import SupervisorAction
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed, TelephoneEvent
from monitor.follow_up.watch import FollowUp
from monitor.report import in_short as short
from monitor.report.bands import Bands, BandStretch, bands, stretches
from monitor.report.exchange import Exchange, exchange
from monitor.report.moments import ReportMoment, moments
from monitor.report.prompts import Flag, PromptFact, escalations, flags, prompts
from monitor.report.sheet.coaching import Sheet, sheet
from monitor.report.spoken_items import Count, Promised, checklists, counts, pairs, promised, said
from monitor.report.stored_call import StoredCall
from monitor.report.titles import BY_ID, Titles
from monitor.report.usual import UNKNOWN, Usual
from rules.model import Checklist

NOT_FOR = "This report helps agents listen. It is not a tool for employment decisions."


@dataclass(frozen=True, slots=True)
class Facts:
    """One call."""

    id: str
    info: CallInfo
    saved: bool
    """Whether its sound or words are saved."""
    duration_s: float
    sheet: Sheet
    """What a trainer and the agent talk about."""
    in_short: tuple[str, ...]
    """Three sentences made from the numbers below."""
    figures: dict[Speaker, SpeakerFigures]
    bands: dict[Speaker, Bands]
    stretches: dict[Speaker, tuple[BandStretch, ...]]
    """The curves in rows, for the table under the picture."""
    exchange: Exchange
    prompts: tuple[PromptFact, ...]
    escalations: tuple[Flag, ...]
    flags: tuple[Flag, ...]
    """All flags, including escalations."""
    checklists: tuple[Checklist, ...]
    counts: tuple[Count, ...]
    pairs: tuple[tuple[str, str], ...]
    """Counts side by side: open questions to closed ones, and others."""
    promised: tuple[Promised, ...]
    marks: tuple[Mark, ...]
    moments: tuple[ReportMoment, ...]
    gaps: tuple[Gap, ...]
    telephone: tuple[TelephoneEvent, ...]
    """What the telephone system said, in order."""
    followers: tuple[Follower, ...]
    """Who followed it live on the wall."""
    trouble: tuple[Health, ...]
    """Problems of the monitor itself."""
    earlier_calls: int = 0
    """Of the agent, as far as they are looked at."""
    unusual: tuple[tuple[str, str, str], ...] = ()
    """What lies outside the range of those: its name, its value here, and that range."""
    agreed: tuple[Action, ...] = ()
    """What was agreed on after this call."""
    followed: tuple[FollowUp, ...] = ()
    """What became of the actions that were agreed on after earlier calls and are open."""
    cards: tuple[Card, ...] = ()
    """How people scored it."""


def of_call(kept: StoredCall, titles: Titles = BY_ID, usual: Usual = UNKNOWN) -> Facts:
    """Summarise one call.

    Args:
        kept: what was saved of it.
        titles: of rules and report items; without a title, the id stands in.
        usual: what is usual for its agent, from earlier calls.
    """
    speakers = measured_in(kept.info)
    turns, fired, shown = exchange(kept), flags(kept, titles), prompts(kept)
    signals, promises = escalations(fired), promised(kept.analysis.noticed, kept.info.started, titles)
    counted = counts(said(kept), titles)
    tone = {speaker: bands(kept, speaker) for speaker in speakers}
    return Facts(
        id=kept.id,
        info=kept.info,
        saved=kept.has_sound or bool(kept.analysis.utterances),
        duration_s=kept.duration_s,
        sheet=sheet(kept, usual),
        in_short=short.not_told_apart(kept.duration_s)
        if kept.info.mixed
        else (
            short.who_spoke(kept.duration_s, kept.analysis.speakers),
            short.own_bands(tone.get("agent")),
            short.what_happened(shown, signals, turns, promises, kept.info),
        ),
        figures=kept.analysis.speakers,
        bands=tone,
        stretches={speaker: stretches(kept, speaker) for speaker in speakers},
        exchange=turns,
        prompts=shown,
        escalations=signals,
        flags=fired,
        checklists=checklists(kept),
        counts=counted,
        pairs=pairs(counted, titles),
        promised=promises,
        marks=kept.marks,
        moments=moments(kept, shown, fired, turns),
        gaps=tuple(kept.of(Gap)),
        telephone=tuple(
            sorted((*kept.of(Hold), *kept.of(AgentChanged), *kept.of(KeysPressed)), key=lambda event: event.at_s)
        ),
        followers=tuple(
            sorted(followers(kept.of(SupervisorAction), kept.duration_s), key=lambda one: (one.start_s, one.by))
        ),
        trouble=tuple(event for event in kept.of(Health) if not event.fine or event.part == "voice"),
        cards=kept.analysis.scorecards,
    )
