"""What agents say about what was noted of their calls: answers to notes, and disputes of flags."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.base.clock import clock
from monitor.base.errors import CallFolderError
from monitor.base.fold import fold
from monitor.call.events import Mark
from monitor.call.info import CallInfo
from monitor.call.marks import disputes
from monitor.call.telephone.agent_parts import AgentPart, agents, is_in, parts_of

NOTED = frozenset({"note", "confirm", "dismiss"})
"""Marks whose text can be answered."""


class AnswerError(CallFolderError):
    """Somebody else's call, or nothing to answer there."""


def check_own(info: CallInfo, name: str, at_s: float) -> None:
    """Check that a moment of a call is an agent's own.

    Args:
        info: of the call.
        name: of the agent, as the settings have it.
        at_s: the moment.

    Raises:
        AnswerError: it is not, or nobody is named.
    """
    if not name:
        raise AnswerError("Only the agent of a call can answer. Set agent.name in the settings to your name.")
    own = own_parts(info, name)
    if not own:
        whose = info.agent or "an agent who is not named"
        raise AnswerError(f"Only the agent of a call can answer. This is a call of {whose}, and you are {name}.")
    if not is_in(at_s, own):
        raise AnswerError(f"Another agent had the call at {clock(at_s)}. Choose a moment of your own part.")


def own_parts(info: CallInfo, name: str) -> tuple[AgentPart, ...]:
    """An agent's parts of a call; accents and case of the name do not matter."""
    return tuple(part for own in agents(info) if fold(own) == fold(name) for part in parts_of(info, own))


def answer(marks: Iterable[Mark], at_s: float, text: str) -> Mark:
    """An answer to what was noted nearest to a moment.

    Args:
        marks: of the call.
        at_s: where the note is, or the cursor.
        text: of the answer.

    Raises:
        AnswerError: nothing was noted.
    """
    noted = [mark for mark in marks if mark.kind in NOTED and mark.text]
    if not noted:
        raise AnswerError("Nobody has noted anything in this call, so there is nothing to answer.")
    nearest = min(reversed(noted), key=lambda mark: abs(mark.at_s - at_s))
    return Mark(nearest.at_s, "answer", text, rule=nearest.rule)


def dispute(flags: Iterable[tuple[str, float]], at_s: float, text: str, rule: str = "") -> Mark:
    """A dispute of the flag nearest to a moment.

    Args:
        flags: rule and start of each flag of the call.
        at_s: where the flag is.
        text: why it is wrong.
        rule: of the flag; empty for any.

    Raises:
        AnswerError: there is none.
    """
    found = [flag for flag in flags if flag[0] and rule in {"", flag[0]}]
    if not found:
        raise AnswerError(f"There is no flag of {rule} in this call." if rule else "There is no flag in this call.")
    nearest = min(found, key=lambda flag: abs(flag[1] - at_s))
    return Mark(nearest[1], "dispute", text, rule=nearest[0])


def withdraw(marks: Iterable[Mark], at_s: float, rule: str = "") -> Mark:
    """What takes back the dispute nearest to a moment.

    Args:
        marks: of the call.
        at_s: where the flag is.
        rule: of the flag; empty for any.

    Raises:
        AnswerError: there is none, or somebody has judged the flag since.
    """
    found = [flag for flag in disputes(marks) if rule in {"", flag[0]}]
    if not found:
        raise AnswerError("No flag is disputed there. A dispute that was judged stays.")
    nearest = min(found, key=lambda flag: abs(flag[1] - at_s))
    return Mark(nearest[1], "withdraw", rule=nearest[0])
