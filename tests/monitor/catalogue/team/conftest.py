"""A PostgreSQL server with a team's catalogue, whose owner is no superuser, as in a company."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy
from sqlalchemy.exc import ProgrammingError

from monitor.catalogue.catalogue import parsed
from monitor.catalogue.schema import NAMESPACE
from monitor.catalogue.team import administration
from monitor.catalogue.team.administration import Login
from tests import postgres

NO_RIGHT = "42501"
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
