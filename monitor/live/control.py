"""The control channel of a running session, for a softphone on this machine and of this user.

One request is one JSON line on a Unix domain socket (where there is none, on a loopback port), answered by one JSON
line. The address and the token that every request carries stand in a file that its owner alone can read, one for each
session. Where several run, the oldest gets what names no session: one that is started beside it takes nothing away.
"""

import hmac
import os
import secrets
import socket
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Literal, Self

import msgspec

from monitor.base import atomic
from monitor.base.errors import MonitorError
from monitor.call.consent import Consent
from monitor.call.info import CallDetails
from monitor.live.control_socket import PATIENCE_S, files_of, listen, reach, read_line, sessions_in
from monitor.live.errors import SessionError
from monitor.live.session import Session, Status
from monitor.settings.consent import ConsentStatus

ANSWER_WITHIN_S = 5.0
END_S = 0.5
"""How long the end of a session waits for an answer that is being given."""
LOOK_EVERY_S = 5.0
"""How often a session looks whether one that is older is still there."""
MOST_ATTRIBUTES = 32
NO_SESSION = "No session is running. Start one with `tone-monitor live`."

Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Value = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,256}$")]


Do = Literal["start", "stop", "flag", "keep", "supervisor", "status"]


class ControlError(MonitorError):
    """No session can be reached, or it refused the request; the message is a full sentence."""


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What a client asks of a session."""

    token: str
    do: Do
    customer_id: Value = ""
    attributes: Annotated[dict[Key, Value], msgspec.Meta(max_length=MOST_ATTRIBUTES)] = {}
    consent: ConsentStatus | None = None
    consent_method: Value = ""


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """A session's answer."""

    status: Status | None = None
    error: str = ""
    """A full sentence if the request was refused."""


class Control:
    """Answers requests while it is open, on a thread of its own; no request can end it.

    Args:
        obey: carries out a request; what it raises becomes the answer.
        folder: where the address is kept; the platform's runtime folder if None.
        tell: told whether an older session gets the commands that name none: when it opens, if so, and when that one
            is gone.
        session: its id; the number of the process if None.
    """

    def __init__(
        self,
        obey: Callable[[Request], Status],
        folder: Path | None = None,
        tell: Callable[[bool], object] = lambda _: None,
        session: str | None = None,
    ) -> None:
        self.session = session or str(os.getpid())
        self._started = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._tell = tell
        self._second = False
        self._look_at_s = 0.0
        self._over = Event()
        self._thread = Thread(target=self._serve, name="control", daemon=True)
        self._obey = obey
        self._folder = runtime_folder() if folder is None else folder
        self._token = secrets.token_urlsafe(32)

    def __enter__(self) -> Self:
        """Start answering.

        Raises:
            ControlError: the folder belongs to somebody else, or can't be used.
        """
        make_own(self._folder)
        self._second = bool(sessions_in(self._folder))
        self._listener, address = listen(self._folder, self._token, self.session, self._started)
        atomic.write(files_of(self._folder, self.session)[0], msgspec.json.encode(address))
        if self._second:
            self._tell(True)  # noqa: FBT003 - the one thing it is told
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop answering."""
        self._over.set()
        with suppress(OSError):  # where a listener has no such thing, the thread ends a second later
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(END_S)
        for path in files_of(self._folder, self.session):
            with suppress(OSError):
                path.unlink()

    def _serve(self) -> None:
        while not self._over.is_set():
            self._look()
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:  # such as too many open files; it passes
                self._over.wait(0.1)
                continue
            with connection, suppress(OSError):
                connection.settimeout(PATIENCE_S)
                connection.sendall(msgspec.json.encode(self._answer(connection)) + b"\n")

    def _look(self) -> None:
        """Notice that the older session is gone, so that this one gets the commands."""
        now_s = time.monotonic()
        if not self._second or now_s < self._look_at_s:
            return
        self._look_at_s = now_s + LOOK_EVERY_S
        first = next(iter(sessions_in(self._folder)), None)
        if first is None or first.session == self.session:
            self._second = False
            self._tell(False)  # noqa: FBT003 - the one thing it is told

    def _answer(self, connection: socket.socket) -> Answer:
        try:
            request = msgspec.json.decode(read_line(connection, PATIENCE_S), type=Request)
            if not hmac.compare_digest(request.token.encode(), self._token.encode()):
                return Answer(error="The token is wrong. Read the session's address again.")
            return Answer(replace(self._obey(request), session=self.session, started=self._started))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            return Answer(error=f"Can't read the request: {error}.")
        except Exception as error:  # noqa: BLE001 - the session continues, and the client gets the reason
            return Answer(error=str(error) if _is_sentence(str(error)) else f"It failed with a {type(error).__name__}.")


def answer(session: Session, request: Request) -> Status:
    """Carry out a request.

    Raises:
        SessionError: it can't be carried out.
    """
    match request.do:
        case "start":
            done = session.start_call(_details(request), until_requested=True)
        case "stop":
            done = session.end_call()
        case "flag":
            done = session.flag()
        case "keep":
            done = session.keep_call()
        case "supervisor":
            done = session.ask_for_help()
        case "status":
            return session.status()
    try:
        done.result(ANSWER_WITHIN_S)
    except TimeoutError as error:
        raise SessionError("The session did not answer within 5 s. Look at its screen.") from error
    return session.status()


def ask(
    do: Do,
    details: CallDetails | None = None,
    folder: Path | None = None,
    session: str = "",
) -> Status:
    """Send a request to a session on this machine: the one with that id, or the oldest.

    Raises:
        ControlError: none is running, none has that id, or it refuses.
    """
    details = details or CallDetails()
    folder = runtime_folder() if folder is None else folder
    found = reach(folder, session)
    if found is None:
        raise ControlError(_no_session(folder, session))
    address, connection = found
    try:
        with connection:
            connection.settimeout(ANSWER_WITHIN_S + PATIENCE_S)
            consent = details.consent
            request = Request(
                *(address.token, do, details.customer, dict(details.attributes)),
                *((consent.status, consent.method) if consent else ()),
            )
            connection.sendall(msgspec.json.encode(request) + b"\n")
            said = msgspec.json.decode(read_line(connection, ANSWER_WITHIN_S + PATIENCE_S), type=Answer)
    except (OSError, ValueError, OverflowError, RecursionError) as error:  # or what answers is no session of ours
        raise ControlError(NO_SESSION) from error
    if said.status is None:
        reason = said.error if _is_sentence(said.error) else "The session refused without a reason. Look at its screen."
        raise ControlError(reason)
    return said.status


def _no_session(folder: Path, session: str) -> str:
    ids = ", ".join(address.session for address in sessions_in(folder))
    return f"There is no session {session}. Sessions: {ids}." if ids else NO_SESSION


def details(
    customer_id: str, attributes: dict[str, str], consent: ConsentStatus | None = None, consent_method: str = ""
) -> CallDetails:
    """What is known about a call, in the form a session accepts.

    Raises:
        ControlError: a name or a value is not acceptable.
    """
    try:
        request = msgspec.convert(
            {
                "token": "",
                "do": "start",
                "customer_id": customer_id,
                "attributes": attributes,
                "consent": consent,
                "consent_method": consent_method,
            },
            Request,
        )
    except msgspec.ValidationError as error:
        raise ControlError(
            "A customer id, a consent's method and an attribute's value are at most 256 characters on one line, an "
            "attribute's name at most 64 letters, digits, dots, dashes and underscores, and there are at most 32 "
            "attributes."
        ) from error
    return _details(request)


def _details(request: Request) -> CallDetails:
    consent = Consent(request.consent, method=request.consent_method) if request.consent else None
    return CallDetails(request.customer_id, request.attributes, consent)


def runtime_folder() -> Path:
    """Where a running session's address is kept: the platform's folder for files that last as long as a login."""
    import platformdirs

    with warnings.catch_warnings(action="ignore"):  # it warns of its own fallback, which `make_own` looks after
        return platformdirs.user_runtime_path("tone-monitor")


def make_own(folder: Path) -> None:
    """Create the folder for this user only; where others can write, somebody may have set a trap."""
    try:
        atomic.make_folder(folder)
        if hasattr(os, "getuid"):
            status = folder.lstat()
            if status.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
                raise ControlError(
                    f"{folder} belongs to somebody else. Remove it, or set XDG_RUNTIME_DIR to another folder."
                )
            folder.chmod(0o700)
    except OSError as error:
        raise ControlError(
            f"Can't use the folder {folder}: {error.strerror}. Set XDG_RUNTIME_DIR to another folder."
        ) from error


def _is_sentence(text: str) -> bool:
    """Whether it can be shown on a terminal unchanged."""
    return text.endswith(".") and text.isprintable()
