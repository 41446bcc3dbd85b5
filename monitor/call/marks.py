"""What people note about a call and correct in it: confirmed, dismissed, tagged, reviewed, edited.

Each mark, each correction and each agreed action is a line appended to marks.jsonl, next to the events; what was
recorded never changes, and an analysis that is done again leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from monitor.base.errors import CallFolderError
from monitor.call import files
from monitor.call.analysis import Analysis, Judgement, Review
from monitor.call.coaching.agreed import Action, ActionAgreed, ActionClosed, CoachingEvent
from monitor.call.coaching.agreed import actions as actions_of
from monitor.call.events import Mark, MarkKind, from_lines, to_line
from monitor.call.info import Edited

FILE = "marks.jsonl"
TAKEN_BACK = "taken back"
"""Text of a "reviewed" that undoes an earlier one."""
_KEPT = (Mark, Edited, ActionAgreed, ActionClosed)
_KIND_TEXTS: Mapping[MarkKind, str] = {"flag": "bookmark", "wrong": "wrong prompt", "withdraw": "dispute withdrawn"}


def add(folder: Path, mark: Mark, marked: Callable[[Path], object] = lambda _: None) -> None:
    """Append a mark to a call; it is on the disk when this returns.

    Args:
        folder: of the call.
        mark: to append.
        marked: called with the folder when the mark is written.

    Raises:
        CallFolderError: the folder cannot be written.
    """
    _append(folder / FILE, [mark], "the mark", "mark")
    marked(folder)


def add_edits(folder: Path, edited: Sequence[Edited]) -> None:
    """Append corrections to a call; they are on the disk when this returns.

    Raises:
        CallFolderError: the folder cannot be written.
    """
    _append(folder / FILE, edited, "the correction", "edit")


def add_action(folder: Path, action: CoachingEvent) -> None:
    """Append an agreed action to a call, or that it is closed; it is on the disk when this returns.

    Raises:
        CallFolderError: the folder cannot be written.
    """
    _append(folder / FILE, [action], "the action", "try")


def read(folder: Path) -> tuple[Mark, ...]:
    """Read the marks of a call in the order they were made.

    Raises:
        CallFolderError: there are some, but they cannot be read.
    """
    return tuple(event for event in read_all(folder) if isinstance(event, Mark))


def edits(folder: Path) -> tuple[Edited, ...]:
    """Read the corrections of a call in the order they were made; raises as `read` does."""
    return tuple(event for event in read_all(folder) if isinstance(event, Edited))


def actions(folder: Path) -> tuple[Action, ...]:
    """Read the actions agreed on after a call, in that order; raises as `read` does."""
    return actions_of(read_all(folder))


def read_all(folder: Path) -> tuple[Mark | Edited | CoachingEvent, ...]:
    """Read the marks, corrections and actions of a call in the order they were made; raises as `read` does."""
    path = folder / FILE
    try:
        with files.reading(path) as lines:
            return tuple(event for event in from_lines(lines) if isinstance(event, _KEPT))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CallFolderError(f"Can't read {path}: {error.strerror or error}. Change its permissions.") from error


def kind_text(kind: MarkKind) -> str:
    """The kind of a mark as people read it: the agent's own flag is a bookmark, as rules flag moments, too."""
    return _KIND_TEXTS.get(kind, kind)


def signed(mark: Mark, name: str) -> Mark:
    """The mark with the current time and its author: the name given or, if it is empty, the system's user name."""
    return replace(mark, by=mark.by or signature(name), made=datetime.now().astimezone().isoformat())


def reviewed(marks: Iterable[Mark]) -> bool:
    """Whether somebody has marked the call as reviewed and has not taken that back."""
    latest = [mark.text for mark in marks if mark.kind == "reviewed"][-1:]
    return latest not in ([], [TAKEN_BACK])


def verdicts(marks: Iterable[Mark]) -> dict[tuple[str, float], Mark]:
    """The latest mark that confirms or dismisses each flag, by the flag's rule and start."""
    return {(mark.rule, mark.at_s): mark for mark in marks if mark.kind in {"confirm", "dismiss"}}


def disputes(marks: Iterable[Mark]) -> dict[tuple[str, float], Mark]:
    """The latest dispute of each flag that was neither judged nor withdrawn since, by the flag's rule and start."""
    last: dict[tuple[str, float], Mark] = {}
    for mark in marks:
        flag = mark.rule, mark.at_s
        before = last[flag].kind if flag in last else ""
        counts = (mark.kind == "dispute" and before != "dismiss") or (mark.kind == "withdraw" and before == "dispute")
        if mark.kind in {"confirm", "dismiss"} or counts:
            last[flag] = mark
    return {flag: mark for flag, mark in last.items() if mark.kind == "dispute"}


def standing(made: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks without disputes that the agent has withdrawn, and without the withdrawals.

    Only the agent, and whoever replays the call, sees those.
    """
    open_: dict[tuple[str, float], list[int]] = {}
    gone: set[int] = set()
    for number, mark in enumerate(made):
        flag = mark.rule, mark.at_s
        match mark.kind:
            case "dispute":
                open_.setdefault(flag, []).append(number)
            case "confirm" | "dismiss":
                open_.pop(flag, None)
            case "withdraw":
                gone |= {number, *open_.pop(flag, ())}
            case _:
                pass
    return tuple(mark for number, mark in enumerate(made) if number not in gone)


def is_withdrawn(mark: Mark, made: Sequence[Mark]) -> bool:
    """Whether a mark is a dispute that the agent has withdrawn."""
    return mark.kind == "dispute" and not any(one is mark for one in standing(made))


def verdict(marks: Iterable[Mark], rule: str, at_s: float) -> Judgement | None:
    """The last verdict on a flag, by the flag's rule (empty for the agent's bookmark) and start."""
    match verdicts(marks).get((rule, at_s)):
        case Mark(kind="confirm" | "dismiss" as said):
            return said
        case _:
            return None


def review(marks: Sequence[Mark]) -> Review:
    """Whether a call was reviewed, by whom, and its tags."""
    tags = tuple(sorted({mark.text for mark in marks if mark.kind == "tag"}))
    if not reviewed(marks):
        return Review(tags=tags)
    last = [mark for mark in marks if mark.kind == "reviewed"][-1]
    return Review(reviewed=True, reviewer=last.by, reviewed_at=last.made, tags=tags)


def with_marks(analysis: Analysis, made: Iterable[Mark]) -> Analysis:
    """The analysis with its marks, the verdicts on its flags, its reviewer and its tags.

    Args:
        analysis: of a saved call, with the marks made during the call.
        made: the marks made after it.
    """
    every = standing((*analysis.marks, *made))
    return replace(
        analysis,
        marks=every,
        review=review(every),
        firings=tuple(replace(row, verdict=verdict(every, row.rule, row.start_s)) for row in analysis.firings),
    )


def signature(name: str) -> str:
    """Who does something to a call: the name given or, if it is empty, the system's user name."""
    return name or login()


def _append(path: Path, events: Sequence[Mark | Edited | CoachingEvent], what: str, again: str) -> None:
    try:
        files.append(path, b"".join(map(to_line, events)))
    except FileNotFoundError as error:
        raise CallFolderError(
            f"Can't write {what} to {path}: the call was moved to another day or deleted. Open it again from the list."
        ) from error
    except OSError as error:
        raise CallFolderError(
            f"Can't write {what} to {path}: {error.strerror or error}. Free some disk space or change its "
            f"permissions, then {again} again."
        ) from error


def login() -> str:
    """The name of the login; empty if it has none."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
