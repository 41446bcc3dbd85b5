"""Reports on many calls: chooses them and writes the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.base.fold import fold
from monitor.call.find import folders
from monitor.call.info import CallInfo, readable_info
from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import Card
from monitor.call.telephone.agent_parts import agents
from monitor.report import text
from monitor.report.errors import ReportError
from monitor.report.team.counted import numbers_of
from monitor.report.team.estimates import OneCall
from monitor.report.team.pseudonyms import key, pseudonyms
from monitor.report.team.team_facts import TeamFacts, of_calls
from monitor.report.titles import shipped
from monitor.report.write import save

PAGE = Path("tone-report.html")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls to report, and how."""

    agent: str | None = None
    """Calls of one agent; None for all."""
    since: date | None = None
    until: date | None = None
    """Both days are included."""
    change_at: date | None = None
    """The first day of something new."""
    names: bool = False
    """Whether agents of a team appear under their own names."""


def page(root: Path, wanted: Wanted, output: Path | None) -> Path:
    """Write the page of many calls, and name it.

    Raises:
        ReportError: there are no such calls, or the page cannot be written.
        CallFolderError: the key of the pseudonyms can be neither read nor created.
    """
    from monitor.report import page as pages  # the terminal's report needs no templates
    from monitor.report.team.team_figures import distributions, trend  # nor pictures

    facts, missing = _facts(root, wanted)
    return save(output or PAGE, pages.team(facts, distributions(facts), trend(facts), missing))


def texts(root: Path, wanted: Wanted) -> Iterator[str]:
    """Write the report of many calls as lines of text.

    Raises:
        ReportError: there are no such calls.
        CallFolderError: the key of the pseudonyms can be neither read nor created.
    """
    yield from text.team(*_facts(root, wanted))


def named(root: Path, wanted: Wanted) -> list[Path]:
    """The folders of the calls that a report is about, if agents appear under their own names in it; else none."""
    if wanted.agent is None and not wanted.names:
        return []
    abouts = ((folder, readable_info(folder)) for folder in folders(root))
    return [folder for folder, info in abouts if info and not info.mixed and _is_wanted(info, wanted)]


def _facts(root: Path, wanted: Wanted) -> tuple[TeamFacts, list[str]]:
    abouts = [(folder, readable_info(folder)) for folder in folders(root)]
    unread = sum(info is None for _, info in abouts)
    found = [(folder, info) for folder, info in abouts if info and _is_wanted(info, wanted)]
    mixed = sum(info.mixed for _, info in found)
    found = [(folder, info) for folder, info in found if not info.mixed]
    if mixed and not found:
        raise ReportError(
            f"All such calls in {root} are recordings of two people on one track, which can't be measured. "
            "Choose other days or another agent."
        )
    if not found:
        raise ReportError(f"{root} has no such calls. Try other days or another agent, or set --calls.")
    own_names = wanted.names or wanted.agent is not None
    names = sorted({agent for _, info in found for agent in agents(info) if _is_of(agent, wanted)})
    shown = {name: name or "No name" for name in names} if own_names else pseudonyms(names, key(root))
    found.sort(key=lambda pair: (pair[1].started, pair[0].name))
    counted = [
        (folder, info, numbers)
        for (folder, info), numbers in zip(found, numbers_of([folder for folder, _ in found]), strict=True)
    ]
    calls = [
        OneCall(
            *(shown[agent], info.started.date(), numbers),
            recording=info.kind == "recording",
            cards=_cards(folder) if len(parts) == 1 else (),  # of two agents, a card does not say whose work it scores
        )
        for folder, info, parts in counted
        if parts
        for agent, numbers in zip(agents(info), parts, strict=True)
        if agent in shown
    ]
    unread += sum(parts is None for _, _, parts in counted)
    if not calls:
        raise ReportError(
            f"Can't read any of the {len(found)} calls in {root}. Change their permissions, or set --calls."
        )
    who = f"Calls of {' and '.join(shown.values())}" if wanted.agent is not None else "Calls of the team"
    missing = [f"{unread} of {len(abouts)} call folders could not be read and are left out of this report."]
    said = [f"{count(mixed, 'call')} with two people on one track can’t be measured and count nowhere here."]
    separated = sum(info.separated for _, info in found)
    apart = [f"The figures of {count(separated, 'call')} are estimated: both people were on one track."]
    told = [*(missing if unread else []), *(said if mixed else []), *(apart if separated else [])]
    return of_calls(calls, who, change_at=wanted.change_at, titles=shipped()), told


def _cards(folder: Path) -> tuple[Card, ...]:
    try:
        return card_files.read(folder)
    except CallFolderError:
        return ()


def _is_wanted(info: CallInfo, wanted: Wanted) -> bool:
    day = info.started.date()
    return (
        any(_is_of(agent, wanted) for agent in agents(info))
        and (wanted.since is None or day >= wanted.since)
        and (wanted.until is None or day <= wanted.until)
    )


def _is_of(agent: str, wanted: Wanted) -> bool:
    return wanted.agent is None or fold(agent) == fold(wanted.agent)
