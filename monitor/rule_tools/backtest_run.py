"""A back-test over many saved calls, on several cores: what one call gives, small enough to hand to another process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from monitor.base.errors import CallFolderError
from monitor.base.failures import place, told_as
from monitor.base.workers import Lost, side_by_side
from monitor.call.info import read_info
from monitor.pipeline.metrics import BY_NAME
from monitor.rule_tools.backtest import Tried, try_call
from monitor.sealed import sealing
from rules.load import load

if TYPE_CHECKING:
    from monitor.settings.config import Privacy
    from rules.rulebook import Rulebook

Call = TypeVar("Call")
LIMIT_S = 600.0
"""A call that takes longer is given up: an hour of one takes half a minute."""


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """The prompts of one rule in one call."""

    before: int = 0
    """As they were shown, or would have been."""
    after: int = 0
    """By the rules that are tried."""
    same: int = 0
    """Of both: at the same time and in the same words."""


@dataclass(frozen=True, slots=True)
class CallTried:
    """What other rules change in one call, or why it can't be judged again."""

    call: str
    """Day and name of its folder."""
    agent: str = ""
    duration_s: float = 0.0
    """Of its sound; 0 for a call that broke off."""
    counts: Mapping[str, RuleCounts] | None = None
    """By rule, those with a prompt before or after; None if the call can't be judged again."""
    wordless: bool = False
    """Whether its words are deleted, so that rules that read words could not be judged."""
    tried: Tried | None = None
    """The prompts themselves, if they were asked for."""
    sentence: str = ""
    """Why it can't be judged again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What to try; the same in every process."""

    files: tuple[Path, ...]
    """Rule files, laid over the shipped rules."""
    privacy: Privacy
    """How sealed calls are opened."""
    whole: bool = False
    """Whether the prompts are wanted, or their numbers only."""


def run(backtest: Backtest, calls: Iterable[Path], jobs: int) -> Iterator[CallTried]:
    """Judge saved calls by other rules, in the order of the calls.

    Args:
        backtest: what to try.
        calls: folders of single calls.
        jobs: how many to judge at the same time.

    Raises:
        RuleError: a rule file is wrong.
        WorkersError: no process can be started.
    """
    rulebook(backtest.files)  # a mistake in it is reported before any process starts
    return in_order(partial(try_one, backtest), calls, _name, jobs)


def in_order(
    work: Callable[[Call], CallTried], calls: Iterable[Call], name: Callable[[Call], str], jobs: int
) -> Iterator[CallTried]:
    """Judge calls side by side, and give what was found in their order.

    Args:
        work: judges one call; picklable for more than one job.
        calls: taken as the work gets on.
        name: of a call.
        jobs: how many to judge at the same time.

    Raises:
        WorkersError: no process can be started.
    """
    if jobs == 1:
        yield from map(work, calls)
        return
    waiting: dict[int, CallTried] = {}
    following = 0
    for (number, call), found in side_by_side(enumerate(calls), partial(_work, work), jobs, lambda _: LIMIT_S):
        waiting[number] = (
            found if isinstance(found, CallTried) else CallTried(name(call), sentence=_lost(name(call), found))
        )
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _work(work: Callable[[Call], CallTried], task: tuple[int, Call], progress: object) -> CallTried:  # noqa: ARG001
    return work(task[1])


def _lost(name: str, lost: Lost) -> str:
    return f"Can't judge {name} again: its process {lost.how} twice ({lost.why}). Leave it out, or use fewer --jobs."


def _name(call: Path) -> str:
    return f"{call.parent.name}/{call.name}"


def try_one(backtest: Backtest, call: Path) -> CallTried:
    """Judge one call by other rules; one that can't be judged gives the sentence that says why."""
    sealing.use(lambda: backtest.privacy)
    try:
        info = read_info(call)
        tried = try_call(call, info, rulebook(backtest.files))
    except CallFolderError as error:
        return CallTried(_name(call), sentence=told_as(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours costs this call, and not the others
        sentence = f"{_name(call)} met a fault of Tone Monitor ({place(error)}). Report it."
        return CallTried(_name(call), sentence=sentence)
    return CallTried(
        _name(call),
        info.agent,
        info.duration_s,
        counts(tried),
        wordless=bool(info.words_deleted),
        tried=tried if backtest.whole else None,
    )


def counts(tried: Tried) -> Mapping[str, RuleCounts]:
    """The prompts of each rule in one call."""
    before = Counter(change.rule for change in tried.changes if change.before)
    after = Counter(change.rule for change in tried.changes if change.after)
    same = Counter(change.rule for change in tried.changes if change.what == "same")
    return {rule: RuleCounts(before[rule], after[rule], same[rule]) for rule in sorted(before.keys() | after.keys())}


@lru_cache(maxsize=1)
def rulebook(files: tuple[Path, ...]) -> Rulebook:
    """The rules to try, read once in each process.

    Raises:
        RuleError: a file is wrong.
    """
    return load(files, metrics=BY_NAME)
