"""`tone-monitor action`: what an agent and a coach agree on, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say, show
from monitor.commands.options.common import calls_option, in_force, in_sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from monitor.call.info import CallInfo
    from monitor.follow_up.measures import Watched
    from monitor.follow_up.watch import FollowUp
    from monitor.settings.config import Settings

DAY = click.DateTime(["%Y-%m-%d"])
WEEKS = 4
"""How long an action is watched if nobody says."""

agent_option = click.option("--agent", default="", metavar="NAME", help="The agent, where several had the call.")


@click.group()
def action() -> None:
    """Agree on something to practise, and follow it up."""


@action.command("add")
@click.argument("named", metavar="CALL")
@click.argument("behaviour")
@click.option(
    "--measure",
    default="",
    help="What shows whether it happens; `tone-monitor action measures` lists them. Default: that of the practice item "
    "on the call's coaching sheet.",
)
@click.option("--since", type=DAY, metavar="DAY", help="The first day that counts, such as 2026-03-02. Default: today.")
@click.option("--until", type=DAY, metavar="DAY", help="The last day. Default: four weeks after the first.")
@click.option(
    "--coach", default="", metavar="NAME", help="Default: reviewer.name in the settings, then the login name."
)
@agent_option
@calls_option
@in_sentences
def add(  # noqa: PLR0913 - one argument an option
    *,
    named: str,
    behaviour: str,
    measure: str,
    since: datetime | None,
    until: datetime | None,
    coach: str,
    agent: str,
    calls: Path | None,
) -> None:
    """Save an action agreed on after a call.

    CALL is the call that you talked about: a folder, an id or the start of an id. BEHAVIOUR is what the agent does from
    now on, in the words that you agreed on, such as "Pause between sentences".
    """
    import secrets

    from monitor.call import marks
    from monitor.call.coaching.agreed import ActionAgreed
    from monitor.call.find import find
    from monitor.call.folder import root_folder
    from monitor.call.info import read_info
    from monitor.follow_up.follow_up_text import day
    from monitor.follow_up.watch import ActionError

    settings = in_force()
    folder = find(named, root_folder(calls))
    info = read_info(folder)
    watched = _measure(settings, measure or _practised(folder))
    first = (since or datetime.now().astimezone()).date()
    last = until.date() if until else first + timedelta(weeks=WEEKS) - timedelta(days=1)
    if last < first:
        raise ActionError(f"The last day, {last}, is before the first, {first}. Correct --since or --until.")
    made = ActionAgreed(
        id=secrets.token_hex(3),
        agent=_agent(info, agent),
        coach=marks.signature(coach or settings.reviewer.name),
        behaviour=behaviour.strip(),
        measure=watched.name,
        since=first,
        until=last,
        made=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    marks.add_action(folder, made)
    say(f"Action {made.id}: {made.behaviour}. {made.agent} and {made.coach or 'a coach'}, until {day(last)}.")
    say(f"Watched: {watched.title} ({watched.name}) in each call from {day(first)} on.")


@action.command("list")
@click.option("--agent", metavar="NAME", help="Only those of this agent; the whole name.")
@click.option("--mine", is_flag=True, help="Only your own: those of the agent named in the settings.")
@click.option("--all", "every", is_flag=True, help="Closed ones, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array with an object for each action.")
@calls_option
@in_sentences
def list_(*, agent: str | None, mine: bool, every: bool, as_json: bool, calls: Path | None) -> None:
    """List open actions and what became of them so far.

    Each is compared with the agent's own calls of the eight weeks before, and with nobody else's.
    """
    from monitor.call.folder import root_folder
    from monitor.follow_up.follow_up_text import METHOD, NOT_THE_ONE_CALL
    from monitor.follow_up.watch import actions_in
    from monitor.supervisor.commands import own_name

    root = root_folder(calls)
    wanted = own_name(in_force()) if mine else agent
    agents = sorted({one.action.agent for one in actions_in(root, wanted) if every or one.is_open()})
    found = [one for name in agents for one in _follow_ups(root, name, every=every)]
    if as_json:
        import msgspec

        show(msgspec.json.format(msgspec.json.encode([_object(one) for one in found]), indent=1) + b"\n")
        return
    if not found:
        say("No action is open." if not every else "No action has been agreed on.")
        return
    for one in found:
        for line in _lines(one):
            say(line)
    say(NOT_THE_ONE_CALL)
    say(METHOD)


@action.command("close")
@click.argument("id_", metavar="ID")
@click.option("--result", default="", metavar="TEXT", help="What came of it, in a sentence.")
@click.option("--by", default="", metavar="NAME", help="Default: reviewer.name in the settings, then the login name.")
@calls_option
@in_sentences
def close(*, id_: str, result: str, by: str, calls: Path | None) -> None:
    """Close an action.

    Calls after today no longer count for it, and coaching sheets no longer begin with it. ID may be the start of one.
    """
    from monitor.call import marks
    from monitor.call.coaching.agreed import ActionClosed
    from monitor.call.folder import root_folder
    from monitor.follow_up.watch import ActionError, with_id

    root = root_folder(calls)
    agreed = with_id(root, id_)
    if not agreed.is_open():
        raise ActionError(f"Action {agreed.action.id} was closed before, on {agreed.action.closed[:10]}.")
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    signed = marks.signature(by or in_force().reviewer.name)
    marks.add_action(root / agreed.call, ActionClosed(agreed.action.id, signed, now, result.strip()))
    say(f"Closed {agreed.action.id}: {agreed.action.behaviour}.")


@action.command("measures")
@in_sentences
def measures() -> None:
    """List the measures by which an action can be watched."""
    from monitor.follow_up.measures import MEASURES, RULE, SAID

    rules, items = _ids(in_force())
    for measure in MEASURES:
        say(f"{measure.name:<26}  {measure.title}, {measure.unit}")
    say(f"{RULE}ID  {'':<18}  how often a rule fired, in 10 min. ID is one of:")
    say(f"    {' '.join(sorted(rules))}")
    say(f"{SAID}ID  {'':<18}  how often the agent said something, in 10 min. ID is one of:")
    say(f"    {' '.join(sorted(items))}")


def _ids(settings: Settings) -> tuple[Collection[str], Collection[str]]:
    """Ids of the rules, and of the items that an agent can say."""
    from monitor.pipeline.metrics import BY_NAME
    from rules.load import load

    book = load(tuple(map(Path, settings.rules.files)), metrics=BY_NAME)
    return [rule.id for rule in book.rules], [item.id for item in book.items if item.speaker != "customer"]


def _measure(settings: Settings, name: str) -> Watched:
    from monitor.follow_up.measures import BY_NAME, watched

    return watched(name, *(() if name in BY_NAME else _ids(settings)))


def _practised(folder: Path) -> str:
    """The measure of the practice item on a call's sheet."""
    from monitor.follow_up.measures import PRACTISED
    from monitor.follow_up.watch import ActionError
    from monitor.report.sheet.practice import practice
    from monitor.report.stored_call import read

    found = practice(read(folder))
    if found is None or found.kind not in PRACTISED:
        raise ActionError("The coaching sheet of this call has nothing to practise. Say with --measure what to watch.")
    return PRACTISED[found.kind]


def _agent(info: CallInfo, named: str) -> str:
    from monitor.base.fold import fold
    from monitor.call.telephone.agent_parts import agents
    from monitor.follow_up.watch import ActionError

    names = agents(info)
    found = [name for name in names if name and (not named or fold(name) == fold(named))]
    if len(found) == 1:
        return found[0]
    if not any(names):
        raise ActionError("This call names no agent. Name one with `tone-monitor call edit CALL agent=NAME`.")
    raise ActionError(f"Whose action is it? This call was of {' and '.join(names)}. Choose one with --agent.")


def _follow_ups(root: Path, agent: str, *, every: bool) -> tuple[FollowUp, ...]:
    from monitor.report.own.own_calls import follow_ups

    return follow_ups(root, agent, datetime.now().astimezone().date(), every=every)


def _lines(one: FollowUp) -> Iterator[str]:
    from monitor.follow_up.follow_up_text import agreed, result

    yield f"{one.agreed.action.id}  {one.agreed.action.agent}  call {one.agreed.call}"
    for sentence in (agreed(one.agreed.action), *result(one)):
        yield f"        {sentence}"


def _object(one: FollowUp) -> dict[str, object]:
    from dataclasses import asdict

    found = one.change.difference
    return asdict(one.agreed.action) | {
        "call": one.agreed.call,
        "until": one.until,
        "over": one.over,
        "before": one.change.before,
        "since_then": one.change.since,
        "difference": found.value if one.over else None,
        "low": found.low if one.over else None,
        "high": found.high if one.over else None,
        "more_than_chance": found.beyond_chance if one.over else None,
    }
