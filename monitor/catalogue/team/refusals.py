"""What a database's refusal means, and what to do about it."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

_NO_RIGHT = "42501"
_NO_ROLE = "42704"
_LOGIN = ("password authentication failed", "no password supplied", "pg_hba.conf", "is not permitted to log in")
_AWAY = ("connection failed", "connection is bad", "server closed the connection", "terminating connection")


def sentence(name: str, error: SQLAlchemyError) -> str:
    """A sentence about an error, without the values that the database was given: they may be words of a call.

    Args:
        name: of the database, for people.
        error: of the database.
    """
    cause = getattr(error, "orig", None)
    said = str(cause or type(error).__name__).partition("\n")[0].rstrip(".")
    return f"Can't use the catalogue {name}: {said}. {_advice(str(cause or ''), getattr(cause, 'sqlstate', None))}"


def _advice(said: str, state: str | None) -> str:
    if state == _NO_RIGHT:
        return (
            "This login has no right to do that; the database's administrator gives it a role with `tone-monitor "
            "catalogue add-login`."
        )
    if state == _NO_ROLE:
        return "The database's administrator sets the team up again with `tone-monitor catalogue init-team`."
    if any(part in said for part in _LOGIN) or ('FATAL:  role "' in said and "does not exist" in said):
        return (
            "Correct the login in the setting calls.catalogue, or its password in the file .pgpass. No call is lost: "
            "`tone-monitor reindex` lists them afterwards."
        )
    if any(part in said for part in _AWAY):
        return "No call is lost: when the database answers again, `tone-monitor reindex` lists them."
    return "Try again, or rebuild it from the call folders with `tone-monitor reindex --all`."
