"""What a database login may read: its role in a team's catalogue, as the database itself has it."""

from __future__ import annotations

from typing import Any, Literal, get_args

from sqlalchemy import Column, ColumnElement, Connection, literal, text

from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.schema import NAMESPACE, calls, marks

TeamRole = Literal["desk", "supervisor", "trainer"]
Role = Literal["", "desk", "supervisor", "trainer"]
"""Empty in a catalogue that no `init-team` has set up: there, each login that can read a table reads all of it."""
TEAM_ROLES: tuple[TeamRole, ...] = get_args(TeamRole)

HIDDEN = frozenset(
    {
        calls.c.customer,
        calls.c.customer_folded,
        calls.c.attributes_folded,
        calls.c.source,
        calls.c.hold_reason,
        marks.c.text,
    }
)
"""What a trainer's login can't read, not even of its own calls: who the customer was, and free text.

Pages for trainers compare figures and count flags. What was said they take from the call itself, which its agent or a
supervisor gives them; so the database need not.
"""
_KEY = "role in the team"


def group(role: TeamRole) -> str:
    """The role of PostgreSQL whose members have a role in the team."""
    return f"tone_{role}"


def is_set_up(connection: Connection) -> bool:
    """Whether a catalogue of PostgreSQL has roles and policies."""
    found: bool = connection.execute(text(f"SELECT to_regproc('{NAMESPACE}.claim') IS NOT NULL")).scalar_one()
    return found


def role(connection: Connection) -> Role:
    """The role that `enter` found."""
    found: Role = connection.info.get(_KEY, "")
    return found


def enter(connection: Connection, site: str, name: str) -> Role:
    """Find out which role a connection has, and note the site as its login's if it is nobody's yet.

    Args:
        connection: to a catalogue of this version, in no transaction; it is in none afterwards.
        site: the calls folder's id.
        name: of the database, for people.

    Raises:
        CatalogueError: the site is another login's.
    """
    found: Role = ""
    if is_set_up(connection):
        if not connection.execute(text("SELECT claim(:site)"), {"site": site}).scalar_one():
            user = connection.execute(text("SELECT session_user")).scalar_one()
            connection.rollback()
            raise CatalogueError(
                f"Can't list calls in the catalogue {name}: the id of this calls folder, in its file site, belongs to "
                f"another login than {user}. If the folder is a copy of another desk's, delete site from the copy; if "
                f"this desk has a new login, an administrator runs `tone-monitor catalogue add-login {user} --site ID`."
            )
        found = _role(connection)
        connection.commit()
    connection.info[_KEY] = found
    return found


def shown(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """A column as the login may see it: of what it can't read, nothing."""
    return literal("").label(column.name) if column in HIDDEN and role(connection) == "trainer" else column


def is_readable(column: Column[Any], connection: Connection) -> bool:
    """Whether the login can read a column."""
    return column not in HIDDEN or role(connection) != "trainer"


def check_customers(connection: Connection) -> None:
    """See that calls may be looked up by customer.

    Raises:
        CatalogueError: the login is a trainer's.
    """
    if role(connection) == "trainer":
        raise CatalogueError(
            "Can't filter by customer or attribute: a trainer's login reads neither. Leave that filter out, or ask a "
            "supervisor."
        )


def _role(connection: Connection) -> TeamRole:
    for one in ("supervisor", "trainer"):
        if connection.execute(text(f"SELECT pg_has_role(session_user, 'tone_{one}', 'USAGE')")).scalar_one():
            return "supervisor" if one == "supervisor" else "trainer"
    return "desk"
