"""What was said over HTTP of calls that have not begun."""

from monitor.serve.desk.changes import Change

MOST = 1_000
"""Announcements kept; the oldest are forgotten."""


class Announced:
    """Announcements by the id of the connection or call that they are about."""

    def __init__(self) -> None:
        self._changes: dict[str, Change] = {}

    def __contains__(self, id_: str) -> bool:
        return id_ in self._changes

    def of(self, id_: str) -> Change | None:
        """What was said of a connection, with what was said of its call."""
        own = self._changes.get(id_)
        if own is None or not own.call:
            return own
        call = self._changes.get(own.call, Change())
        return Change(
            agent=own.agent or call.agent,
            role=own.role,
            call=own.call,
            customer_id=own.customer_id or call.customer_id,
            consent=own.consent or call.consent,
        )

    def call_of(self, id_: str) -> str:
        """The call to which a connection with this id belongs: its own, if nobody said otherwise."""
        own = self._changes.get(id_)
        return own.call if own and own.call else id_

    def put(self, id_: str, change: Change) -> None:
        """Remember an announcement; a later one replaces it."""
        self._changes.pop(id_, None)
        self._changes[id_] = change
        while len(self._changes) > MOST:
            del self._changes[next(iter(self._changes))]

    def forget(self, id_: str) -> None:
        """The call is over."""
        self._changes = {key: one for key, one in self._changes.items() if id_ not in {key, one.call}}
