"""Facts as one self-contained HTML page."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from monitor.base.clock import clock
from monitor.base.version import __version__
from monitor.follow_up import follow_up_text
from monitor.report import remarks, tables, wording
from monitor.report.facts import NOT_FOR, Facts
from monitor.report.own import own_text
from monitor.report.own.own_facts import OwnFacts
from monitor.report.scorecards import card_facts
from monitor.report.sheet.coaching import NOTHING
from monitor.report.team import card_table, practice_tables, team_tables
from monitor.report.team.team_facts import TeamFacts


def call(facts: Facts, timeline: str, *, sound: str | None = None, clips: Sequence[str] = ()) -> str:
    """Write the page of one call.

    Args:
        facts: of the call.
        timeline: its picture, an `<svg>` element.
        sound: address of the recording, for links to its moments.
        clips: a `data:` address for each moment, if their sound is to be in the page.
    """
    return _render(
        "call",
        facts=facts,
        timeline=Markup(timeline),  # noqa: S704 - drawn by ourselves, its texts escaped
        sound=sound,
        clips=clips,
        tables={name: _cells(table(facts)) for name, table in TABLES.items()},
        turns=list(remarks.turns(facts)),
        missing=list(remarks.missing(facts)),
        measured=list(remarks.measured(facts)),
        legend=remarks.legend(facts.info.kind),
        recording=_is_recording(facts),
        nothing_to_coach=NOTHING,
        usual=remarks.usual(facts),
        cards=card_facts(facts.cards),
    )


def coaching(facts: Facts, *, sound: str | None = None) -> str:
    """Write the coaching sheet of one call alone.

    Args:
        facts: of the call.
        sound: address of the recording, for a link to what is to be played.
    """
    return _render("coaching", facts=facts, sound=sound, nothing_to_coach=NOTHING, recording=_is_recording(facts))


def team(facts: TeamFacts, distributions: str, trend: str, missing: Sequence[str] = ()) -> str:
    """Write the page of many calls.

    Args:
        facts: of the calls.
        distributions: the histograms, an `<svg>` element.
        trend: the picture of the weeks, an `<svg>` element.
        missing: sentences on calls that could not be read.
    """
    return _render(
        "team",
        facts=facts,
        distributions=Markup(distributions),  # noqa: S704 - drawn by ourselves, its texts escaped
        trend=Markup(trend),  # noqa: S704 - same
        tables={name: _cells(table(facts)) for name, table in TEAM_TABLES.items()},
        in_short=list(team_tables.in_short(facts)),
        practise_next=list(practice_tables.practise_next(facts)),
        notes=list(team_tables.notes(facts)),
        missing=missing,
    )


def own(facts: OwnFacts, trend: str) -> str:
    """Write an agent's own page.

    Args:
        facts: of the agent's calls.
        trend: the picture of the weeks, an `<svg>` element.
    """
    return _render(
        "own",
        facts=facts,
        trend=Markup(trend),  # noqa: S704 - drawn by ourselves, its texts escaped
        in_short=list(own_text.in_short(facts)),
        actions=list(own_text.actions(facts)),
        tables={name: _cells(table(facts)) for name, table in OWN_TABLES.items()},
        measured=list(own_text.measured()),
    )


OWN_TABLES = {
    "measures": own_text.measures,
    "customers": own_text.customers,
    "weeks": own_text.weeks,
    "notes": own_text.notes,
}

TABLES = {
    "speakers": tables.speakers,
    "bands": tables.bands,
    "stretches": tables.stretches,
    "turns": tables.turns,
    "prompts": tables.prompts,
    "flags": tables.flags,
    "escalations": tables.escalations,
    "counts": tables.counts,
    "pairs": tables.pairs,
    "promised": tables.promised,
    "marks": tables.marks,
    "followers": tables.followers,
    "unusual": tables.unusual,
}

TEAM_TABLES = {
    "spreads": team_tables.spreads,
    "weeks": team_tables.weeks,
    "trends": team_tables.trends,
    "comparison": team_tables.comparison,
    "prompts": team_tables.prompts,
    "issues": team_tables.issues,
    "said": team_tables.items,
    "steps": team_tables.steps,
    "scored": card_table.scorecards,
    "agents": team_tables.agents,
    "own_past": practice_tables.own_past,
    "customers": practice_tables.customers,
}


def _is_recording(facts: Facts) -> bool:
    return facts.info.kind == "recording"


def _cells(table: tables.Table) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return table.heads, table.rows


def _render(template: str, **values: Any) -> str:  # noqa: ANN401 - as jinja takes them
    common = {"style": Markup(_style()), "not_for": NOT_FOR, "version": __version__}  # noqa: S704 - our own file
    common |= {"not_the_one_call": follow_up_text.NOT_THE_ONE_CALL}
    return _templates().get_template(f"{template}.html.jinja").render(**common, **values)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "clock": clock,
        "day": wording.day,
        "hour": wording.hour,
        "unbroken": wording.unbroken,
        "agreed": follow_up_text.agreed,
        "result": follow_up_text.result,
        "done": lambda steps: sum(step.at_s is not None for step in steps),
        "in_call": lambda steps: sum(not step.by_hand for step in steps),
    }
    return environment


@cache
def _style() -> str:
    return files("monitor.report").joinpath("templates/style.css").read_text("utf-8")
