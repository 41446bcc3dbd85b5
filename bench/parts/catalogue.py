"""The catalogue of 100,000 calls: how long listing, filtering and searching take, on SQLite and PostgreSQL."""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bench.figures.table import Row
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.query import Filter
from monitor.catalogue.rows import CallRow, FlagRow, PromptRow, Rows
from monitor.catalogue.update import put, tidy
from tests import postgres

CALLS = 100_000
WORDS = 400
"""In each call: three minutes of two people talking."""
AT_ONCE = 2_000
RUNS = 5
PAGE = 50

RULES = ("slow-down", "lower-volume", "paraphrase", "escalate-request", "escalate-upset")
AGENTS = tuple(f"Agent {number:02}" for number in range(40))
FIRST = datetime(2025, 1, 1, 8, tzinfo=UTC)


def vocabulary() -> tuple[list[str], list[float]]:
    """Make up 20,000 words, the n-th as frequent as 1/n, as in speech, and sum their frequencies up."""
    return [f"w{number:x}" for number in range(20_000)], list(accumulate(1 / (number + 1) for number in range(20_000)))


def made_calls() -> Iterator[Rows]:
    """Make up calls over two years; every hundredth asks for a refund, one in a thousand for a manager."""
    chance = random.Random(7)  # noqa: S311 - the same calls every time
    texts, sums = vocabulary()
    for number in range(CALLS):
        started = FIRST + timedelta(minutes=10 * number)
        spoken = chance.choices(texts, cum_weights=sums, k=WORDS)
        if number % 100 == 0:
            spoken[7:9] = ["the", "refund"]
        if number % 1000 == 0:
            spoken[20] = "manager"
        flags = tuple(
            FlagRow(20.0 * place, chance.choice(RULES), "agent", chance.choices((1, 2, 3), (4, 4, 1))[0], 1, 1, 1, "")
            for place in range(chance.choice((0, 0, 0, 1, 2, 5)))
        )
        prompts = tuple(
            PromptRow(
                flag.at_s,
                flag.at_s + 5,
                flag.rule,
                flag.rule,
                flag.severity,
                0.1,
                "followed",
                "followed",
                "eased",
                seen=True,
                silent=None,
            )
            for flag in flags
            if flag.severity > 1
        )
        worst = max((flag.severity for flag in flags), default=0)
        call = CallRow(
            folder=f"{started:%Y-%m-%d}/{started:%H%M%S}-{number:06x}",
            started=started.isoformat(),
            started_s=started.timestamp(),
            day=f"{started:%Y-%m-%d}",
            agent=chance.choice(AGENTS),
            customer="",
            source="made",
            kind="live",
            mixed=False,
            separated=False,
            closed=True,
            duration_s=180.0,
            agent_talk_s=80.0,
            customer_talk_s=80.0,
            flags=len(flags),
            prompts=len(prompts),
            shown=len(prompts),
            followed=len(prompts),
            worst=worst,
            worst_count=sum(flag.severity == worst for flag in flags),
            worst_rule=flags[0].rule if flags else "",
            worst_at_s=0.0 if flags else None,
            flagged=number % 500 == 0,
            reviewed=number < CALLS * 0.9,
            reviewed_by="",
            tags="",
            damaged=0,
        )
        yield Rows(call, flags, prompts, (), f" {' '.join(spoken)} ")


QUESTIONS: dict[str, tuple[Filter, query.Order]] = {
    "worst first": (Filter(), "worst"),
    "newest first": (Filter(), "newest"),
    "one agent": (Filter(agent="agent 07"), "worst"),
    "one month": (Filter(since=date(2025, 6, 1), until=date(2025, 6, 30)), "newest"),
    "one rule": (Filter(rule="escalate-request"), "worst"),
    "urgent": (Filter(severity="urgent"), "newest"),
    "flagged, not reviewed": (Filter(flagged=True, unreviewed=True), "worst"),
    "a rare word": (Filter(words="manager"), "worst"),
    "a phrase": (Filter(words='"the refund"'), "worst"),
    "a word of every third call": (Filter(words="w5f"), "worst"),
    "a word of every call": (Filter(words="w0"), "worst"),
    "a beginning": (Filter(words="refun*"), "worst"),
    "all at once": (
        Filter(agent="07", since=date(2025, 3, 1), rule="slow-down", severity="prompt", words="w5f"),
        "worst",
    ),
}


def median_s(work: Callable[[], object]) -> float:
    """Time some work."""
    times = []
    for _ in range(RUNS):
        began_s = time.perf_counter()
        work()
        times.append(time.perf_counter() - began_s)
    return statistics.median(times)


def answers(name: str, catalogue: Catalogue) -> Iterator[Row]:
    """Ask a full catalogue all questions: a page of calls, and how many there are."""
    for question, (wanted, order) in QUESTIONS.items():
        found = query.count(catalogue, wanted).calls

        def ask(wanted: Filter = wanted, order: query.Order = order) -> None:
            query.calls(catalogue, wanted, order, limit=PAGE)
            query.count(catalogue, wanted)

        yield Row(f"{name}: {question} ({found} calls)", median_s(ask), "s", "≤ 0.2")

    def last_page() -> None:
        query.calls(catalogue, Filter(), "worst", limit=PAGE, first=CALLS - PAGE)

    yield Row(f"{name}: the last page", median_s(last_page), "s", "≤ 0.2")


def rows() -> Iterator[Row]:
    """Fill the databases there are, and ask."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        catalogues = {"SQLite": stack.enter_context(open_catalogue(folder, anew=True))}
        if postgres.programs():
            server = stack.enter_context(postgres.running())
            catalogues["PostgreSQL"] = stack.enter_context(open_catalogue(folder, server, anew=True))
        else:
            print("  Left out: PostgreSQL, which is not installed here: apt install postgresql.", file=sys.stderr)
        filled_s = dict.fromkeys(catalogues, 0.0)
        batch: list[Rows] = []
        for number, call in enumerate(made_calls(), 1):
            batch.append(call)
            if len(batch) == AT_ONCE or number == CALLS:
                for name, catalogue in catalogues.items():
                    began_s = time.perf_counter()
                    put(catalogue, batch)
                    filled_s[name] += time.perf_counter() - began_s
                batch = []
        for name, catalogue in catalogues.items():
            tidy(catalogue)
            yield Row(f"{name}: calls listed a second, {WORDS} words each", CALLS / filled_s[name], "")
            yield from answers(name, catalogue)
