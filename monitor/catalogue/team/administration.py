"""Sets up a team's catalogue and its logins, as the owner of its tables, and says with which SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from monitor.catalogue import postgres
from monitor.catalogue.catalogue import WAIT_S, name_of, parsed, sentences
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.schema import NAMESPACE
from monitor.catalogue.team import policies, roles
from monitor.catalogue.team.roles import TEAM_ROLES, TeamRole

FIRST_SERVER = 150000
"""Older servers run views with the rights of their owner only."""


@dataclass(frozen=True, slots=True)
class Login:
    """A login of the team's catalogue."""

    name: str
    role: TeamRole
    teams: tuple[str, ...]
    """Of a desk: those it belongs to; of others: those they read."""
    sites: tuple[str, ...]
    """The ids of its calls folders."""


def init_team(url: str, say: Callable[[str], object], *, dry: bool) -> None:
    """Set the roles and policies up; running it again changes nothing.

    Args:
        url: SQLAlchemy URL of a PostgreSQL database, with the login of its owner.
        say: called with each statement before it runs.
        dry: only say them.

    Raises:
        CatalogueError: they cannot be set up; then none is.
    """
    if dry:
        _say_all(policies.statements(), say)
        return
    with _owner(url, make=True) as connection:
        _say_all(policies.statements(), say)
        run(connection, policies.statements())


def add_login(url: str, login: Login, say: Callable[[str], object], *, dry: bool) -> None:
    """Give a login its role, teams and calls folders; it is made if it is missing.

    Args:
        url: as for `init_team`.
        login: its role and teams replace those it had; its sites are its own from now on, whoever's they were.
        say: called with each statement before it runs.
        dry: only say them.

    Raises:
        CatalogueError: it cannot be given; then nothing is.
    """
    with _owner(url) as connection:
        _check_set_up(connection, name_of(parsed(url)))
        _change(connection, tuple(_login_statements(connection, login)), say, dry=dry)


def remove_login(url: str, name: str, say: Callable[[str], object], *, dry: bool) -> None:
    """Take a login out of the team, with the rows of its calls folders; the login itself and the calls stay.

    Raises:
        CatalogueError: it cannot be taken out; then nothing is.
    """
    with _owner(url) as connection:
        _check_set_up(connection, name_of(parsed(url)))
        login, own = _text(connection, name), f"login = {_text(connection, name)}"
        exists = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).scalar()
        groups = ", ".join(map(roles.group, TEAM_ROLES))
        revoked = (f"REVOKE {groups} FROM {_name(connection, name)}",) if exists else ()
        statements = (
            *policies.lifted(),
            *revoked,
            f"DELETE FROM calls WHERE site IN (SELECT site FROM sites WHERE {own})",
            f"DELETE FROM sites WHERE {own}",
            f"DELETE FROM team_members WHERE login = {login}",
            *policies.forced(),
        )
        _change(connection, statements, say, dry=dry)


def logins(url: str) -> tuple[Login, ...]:
    """All logins of the team, by name.

    Raises:
        CatalogueError: they cannot be read.
    """
    with _owner(url) as connection:
        _check_set_up(connection, name_of(parsed(url)))
        found = connection.execute(
            text(
                """SELECT member.rolname, substr(team.rolname, 6),
                    ARRAY(SELECT team FROM team_members WHERE login = member.rolname ORDER BY 1),
                    ARRAY(SELECT site FROM sites WHERE login = member.rolname ORDER BY 1)
                FROM pg_auth_members AS has JOIN pg_roles AS team ON team.oid = has.roleid
                JOIN pg_roles AS member ON member.oid = has.member
                WHERE team.rolname IN ('tone_desk', 'tone_supervisor', 'tone_trainer') AND member.rolcanlogin
                ORDER BY 1, 2"""
            )
        )
        return tuple(Login(name, role, tuple(teams), tuple(sites)) for name, role, teams, sites in found)


def namesakes(url: str) -> dict[str, tuple[str, ...]]:
    """The names of agents that calls of several logins have, each with these logins.

    Raises:
        CatalogueError: they cannot be read.
    """
    with _owner(url) as connection:
        _check_set_up(connection, name_of(parsed(url)))
        for statement in policies.lifted():
            connection.execute(text(statement))
        found = connection.execute(
            text(
                """SELECT max(agent), array_agg(DISTINCT login ORDER BY login) FROM calls JOIN sites USING (site)
                WHERE agent <> '' AND login <> '' GROUP BY agent_exact HAVING count(DISTINCT login) > 1 ORDER BY 1"""
            )
        ).all()
        connection.rollback()
        return {agent: tuple(names) for agent, names in found}


def run(connection: Connection, statements: Sequence[str]) -> None:
    """Run statements as they are."""
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _change(connection: Connection, statements: Sequence[str], say: Callable[[str], object], *, dry: bool) -> None:
    _say_all(statements, say)
    if not dry:
        run(connection, statements)


def _say_all(statements: Sequence[str], say: Callable[[str], object]) -> None:
    """Say statements as psql reads them."""
    for statement in ("BEGIN", f"SET LOCAL search_path = {NAMESPACE}", *statements, "COMMIT"):
        say(f"{statement};")


def _login_statements(connection: Connection, given: Login) -> Iterator[str]:
    login, quoted = _text(connection, given.name), _name(connection, given.name)
    yield f"""DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {login}) THEN CREATE ROLE {quoted} LOGIN; END IF;
END $$"""
    others = ", ".join(roles.group(one) for one in TEAM_ROLES if one != given.role)
    yield f"REVOKE {others} FROM {quoted}"
    yield f"GRANT {roles.group(given.role)} TO {quoted}"
    yield f"DELETE FROM team_members WHERE login = {login}"
    for team in dict.fromkeys(given.teams):
        yield f"INSERT INTO team_members (login, team) VALUES ({login}, {_text(connection, team)})"
    for site in dict.fromkeys(given.sites):
        yield f"""INSERT INTO sites (site, filled, login) VALUES ({_text(connection, site)}, false, {login})
    ON CONFLICT (site) DO UPDATE SET login = {login}"""


@contextmanager
def _owner(url: str, *, make: bool = False) -> Iterator[Connection]:
    where = parsed(url)
    name = name_of(where)
    if where.get_backend_name() == "sqlite":
        raise CatalogueError(
            "Only a PostgreSQL catalogue can be shared by a team. Set calls.catalogue to postgresql://user@host/database."
        )
    engine = postgres.engine(where, WAIT_S)
    try:
        with sentences(name):
            with engine.connect() as connection:
                there = postgres.has_tables(connection, name)
            if make and not there:
                postgres.make_tables(engine, name)
            elif not there:
                raise CatalogueError(f"There is no catalogue in {name} yet. `tone-monitor calls` creates it.")
            with engine.begin() as connection:
                if int(connection.execute(text("SHOW server_version_num")).scalar_one()) < FIRST_SERVER:
                    raise CatalogueError(f"Can't set up a team in {name}: PostgreSQL 15 or newer is needed.")
                postgres.lock_all(connection)
                yield connection
    finally:
        engine.dispose()


def _check_set_up(connection: Connection, name: str) -> None:
    if not roles.is_set_up(connection):
        raise CatalogueError(f"The catalogue {name} is not set up for a team. Run `tone-monitor catalogue init-team`.")


def _text(connection: Connection, value: str) -> str:
    return str(connection.execute(text("SELECT quote_literal(cast(:value AS text))"), {"value": value}).scalar_one())


def _name(connection: Connection, value: str) -> str:
    return str(connection.execute(text("SELECT quote_ident(:value)"), {"value": value}).scalar_one())
