"""The catalogue of 100,000 calls of 50 sites on PostgreSQL, asked as a supervisor and as a desk, with policies on."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from bench.figures.table import Row
from bench.parts.catalogue import AT_ONCE, CALLS, PAGE, QUESTIONS, made_calls, median_s
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.query import Filter
from monitor.catalogue.rows import Rows
from monitor.catalogue.team.administration import Login, add_login, init_team
from monitor.catalogue.update import put, tidy
from tests import postgres

SITES = tuple(f"{number:032x}" for number in range(50))


_FILLED = "INSERT INTO sites (site, filled) VALUES (:site, true) ON CONFLICT (site) DO UPDATE SET filled = true"


def answers(name: str, catalogue: Catalogue, *, team: bool) -> Iterator[Row]:
    """Ask all questions: a page of calls, and how many there are."""
    for question, (asked, order) in QUESTIONS.items():
        wanted = replace(asked, team=team)
        found = query.count(catalogue, wanted).calls

        def ask(wanted: Filter = wanted, order: query.Order = order) -> None:
            query.calls(catalogue, wanted, order, limit=PAGE)
            query.count(catalogue, wanted)

        yield Row(f"{name}: {question} ({found} calls)", median_s(ask), "s", "≤ 0.2")

    def last_page() -> None:
        query.calls(catalogue, Filter(team=team), "worst", limit=PAGE, first=found_all - PAGE)

    found_all = query.count(catalogue, Filter(team=team)).calls
    yield Row(f"{name}: the last page", median_s(last_page), "s", "≤ 0.2")


def rows() -> Iterator[Row]:
    """Fill a database as the owner, set the team up, and ask."""
    if not postgres.programs():
        sys.exit("PostgreSQL is not installed here: apt install postgresql.")
    with tempfile.TemporaryDirectory() as folder, postgres.running() as server:
        fill(Path(folder) / "owner", server)
        init_team(server, len, dry=False)
        add_login(server, Login("kim", "supervisor", ("*",), ()), len, dry=False)
        for number, site in enumerate(SITES):
            add_login(server, Login(f"desk{number}", "desk", ("all",), (site,)), len, dry=False)
        for login, team in (("kim", True), ("desk7", False)):
            root = Path(folder) / login
            root.mkdir()
            (root / "site").write_text(f"{SITES[7] if login == 'desk7' else 'f' * 32}\n")
            with open_catalogue(root, server.replace(f"{postgres.owner()}@", f"{login}@")) as catalogue:
                if not team:
                    tidy(catalogue)
                yield from answers("supervisor of 50 sites" if team else "desk", catalogue, team=team)


def fill(root: Path, server: str) -> None:
    """List the calls of all sites, as a database without roles takes them."""
    with open_catalogue(root, server) as catalogue:
        batch: list[Rows] = []
        for number, call in enumerate(made_calls(), 1):
            batch.append(call)
            if len(batch) == AT_ONCE or number == CALLS:
                for place, site in enumerate(SITES):
                    put(replace(catalogue, site=site), batch[place :: len(SITES)])
                batch = []
        with catalogue.writing() as connection:
            for site in SITES:
                connection.execute(text(_FILLED), {"site": site})
        tidy(catalogue)
