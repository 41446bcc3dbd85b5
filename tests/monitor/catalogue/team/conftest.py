"""A PostgreSQL server with a team's catalogue, whose owner is no superuser, as in a company."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import ProgrammingError

from monitor.call.events import Mark
from monitor.call.info import Takeover
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue, parsed
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.catalogue.schema import NAMESPACE
from monitor.catalogue.team import administration
from monitor.catalogue.team.administration import Login
from tests import postgres
from tests.made_calls import after, fired, info, make, prompted, said

NO_RIGHT = "42501"
TABLES = ("calls", "parts", "flags", "prompts", "marks", "words", "sites", "daily")
ONE_DESK = {"calls": 2, "parts": 2, "flags": 2, "prompts": 2, "marks": 2, "words": 2, "sites": 1, "daily": 2}
WORD = "marzipan"
SITE = "0123456789abcdef" * 2


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements as a login; give the rows of the last one."""
    options = {"options": f"-c search_path={NAMESPACE}"}
    engine = sqlalchemy.create_engine(parsed(url), connect_args=options, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            done = connection.exec_driver_sql(statement)
        return [tuple(row) for row in done] if done.returns_rows else [(done.rowcount,)]


def refused(url: str, statement: str) -> bool:
    """Whether the database refuses a statement of a login."""
    with pytest.raises(ProgrammingError) as error:
        execute(url, statement)
    return getattr(error.value.orig, "sqlstate", "") == NO_RIGHT


@dataclass(frozen=True)
class Team:
    """A catalogue that is set up for a team."""

    server: str
    """As the server's superuser."""

    @property
    def owner(self) -> str:
        return self.of("owner")

    def of(self, login: str) -> str:
        """The URL of a login."""
        return self.server.replace(f"//{postgres.owner()}@/postgres", f"//{login}@/team")

    def set_up(self) -> None:
        administration.init_team(self.owner, len, dry=False)

    def add(self, name: str, role: administration.TeamRole = "desk", *teams: str, sites: tuple[str, ...] = ()) -> str:
        administration.add_login(self.owner, Login(name, role, teams, sites), len, dry=False)
        return self.of(name)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.running() as url:
        execute(url, "CREATE ROLE owner LOGIN CREATEROLE")
        yield url


@pytest.fixture
def empty(server: str) -> Team:
    """A database without tables."""
    team = Team(server)
    admin = sqlalchemy.create_engine(parsed(server), isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS team WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE team OWNER owner")
        roles = connection.exec_driver_sql("SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_'")
        for name in set(roles.scalars()) - {"owner"}:  # roles are the server's, not the database's
            connection.exec_driver_sql(f"DROP ROLE {name}")
    return team


@pytest.fixture
def team(empty: Team) -> Team:
    empty.set_up()
    return empty


def desk(root: Path, agent: str) -> Path:
    """A calls folder with two calls, in which a word was said and noted; one of them was taken over."""
    events = [said(f"the {WORD}"), fired("slow-down", 5.0), *prompted("slow-down", 5.0)]
    noted = [Mark(5.0, "note", WORD, "Robin", "2026-03-02T10:00:00+00:00")]
    for number in range(2):
        about = replace(info(after(minutes=number), agent), customer=WORD, attributes={"queue": WORD})
        if number:
            about = replace(about, takeovers=(Takeover("Jo", 60.0),))
        make(root, events, about, noted, name=f"a{number}")
    return root


@pytest.fixture
def two(team: Team, tmp_path: Path) -> Team:
    """Two desks of two teams, with their calls listed."""
    for login, agent, of in (("ada", "Ada", "billing"), ("zoe", "Zoe", "support")):
        with open_catalogue(desk(tmp_path / login, agent), team.add(login, "desk", of)) as catalogue:
            reindex(catalogue)
    return team


def counts(url: str) -> dict[str, object]:
    return {table: execute(url, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def agents(catalogue: Catalogue, words: str = "") -> list[str]:
    return sorted(call.agent for call in query.calls(catalogue, Filter(words=words, team=True)))
