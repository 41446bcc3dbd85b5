"""What this machine's login may read in a catalogue that the team shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from monitor.catalogue import postgres
from monitor.catalogue.catalogue import WAIT_S, name_of, parsed, sentences
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.site import site_of
from monitor.doctor.diagnosis import Diagnosis
from monitor.settings.config import Settings

_ASK = """
SELECT session_user,
    (SELECT bool_and(relrowsecurity) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname IN ('calls', 'words', 'marks')),
    (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user)
        OR EXISTS (SELECT FROM pg_class WHERE oid = 'words'::regclass
            AND pg_get_userbyid(relowner) = session_user),
    EXISTS (SELECT FROM pg_roles AS team WHERE team.rolname = 'tone_supervisor'
        AND pg_has_role(session_user, team.oid, 'MEMBER')),
    EXISTS (SELECT FROM words WHERE site <> :own)
"""


@dataclass(frozen=True, slots=True)
class Login:
    """What the database says of this machine's login."""

    name: str
    rows_are_guarded: bool
    is_owner: bool
    """Owns the tables, or no rule holds for it."""
    is_supervisor: bool
    reads_others: bool
    """Whether it can read the words of a call of another machine, found out by trying."""


def check(settings: Settings, root: Path) -> Iterator[Diagnosis]:
    """Log in, and try to read the words of somebody else."""
    url = settings.calls.catalogue
    if not url or parsed(url).get_backend_name() == "sqlite":
        told = "The shared catalogue is not set up: this machine lists its own calls alone."
        yield Diagnosis("catalogue", "ok", f"{told} Set calls.catalogue to share a list.")
        return
    where = parsed(url)
    name = name_of(where)
    engine = postgres.engine(where, WAIT_S)
    try:
        with sentences(name), engine.connect() as connection:
            if not postgres.has_tables(connection, name):
                told = f"The catalogue {name} is empty. tone-monitor calls creates it; then run init-team."
                yield Diagnosis("catalogue", "look", told)
                return
            yield judged(_login(connection, site_of(root)), name)
    except CatalogueError as error:
        yield Diagnosis("catalogue", "bad", str(error))
    finally:
        engine.dispose()


def judged(login: Login, name: str) -> Diagnosis:
    """What is to be said of a login.

    Args:
        login: as the database has it.
        name: of the database, for people.
    """
    who = f"The login {login.name} in the catalogue {name}"
    if not login.rows_are_guarded:
        told = f"{who} reads the words of everybody's calls, as does every other. Run tone-monitor catalogue init-team."
        return Diagnosis("catalogue", "bad", told)
    if login.is_owner:
        told = f"{who} owns the tables. Keep it for administration, and give this machine a login of its own."
        return Diagnosis("catalogue", "look", f"{told} Run tone-monitor catalogue add-login.")
    if login.is_supervisor:
        return Diagnosis("catalogue", "ok", f"{who} is a supervisor's: it reads the words of the team's calls.")
    if login.reads_others:
        told = f"{who} is no supervisor's, but reads the words of others. Run tone-monitor catalogue init-team again."
        return Diagnosis("catalogue", "bad", told)
    return Diagnosis("catalogue", "ok", f"{who} reads no words of other machines' calls.")


def _login(connection: Connection, own: str) -> Login:
    name, guarded, owner, supervisor, others = connection.execute(text(_ASK), {"own": own}).one()
    return Login(str(name), bool(guarded), bool(owner), bool(supervisor), bool(others))
