"""A back-test over many saved calls, on several cores: what one call gives, small enough to hand to another process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.errors import CallFolderError
from monitor.base.failures import told_as
from monitor.base.side_by_side import side_by_side
from monitor.call.info import read_info
from monitor.pipeline.metrics import BY_NAME
from monitor.rule_tools.backtest import Tried, try_call
from monitor.sealed import sealing
from rules.load import load

if TYPE_CHECKING:
    from monitor.settings.config import Privacy
    from rules.rulebook import Rulebook


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
        WorkerLostError: a process was killed.
    """
    _rulebook(backtest.files)  # a mistake in it is reported before any process starts
    yield from side_by_side(partial(try_one, backtest), calls, jobs)


def try_one(backtest: Backtest, call: Path) -> CallTried:
    """Judge one call by other rules; one that can't be read gives the sentence that says so."""
    sealing.use(lambda: backtest.privacy)
    name = f"{call.parent.name}/{call.name}"
    try:
        info = read_info(call)
        tried = try_call(call, info, _rulebook(backtest.files))
    except CallFolderError as error:
        return CallTried(name, sentence=told_as(error))
    return CallTried(
        name,
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
def _rulebook(files: Sequence[Path]) -> Rulebook:
    return load(files, metrics=BY_NAME)
