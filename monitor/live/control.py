"""The control channel of a running session: what a softphone asks for, on this machine and as this user alone.

One request is one JSON line on a Unix domain socket (where there is none, on a loopback port), answered by one JSON
line. The address and the token that every request carries stand in a file that its owner alone can read.
"""

import hmac
import os
import secrets
import socket
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Annotated, Literal, Self

import msgspec

from monitor.base import atomic
from monitor.base.errors import MonitorError
from monitor.call.consent import Consent
from monitor.call.info import CallDetails
from monitor.live.control_socket import PATIENCE_S, address_in, connected, is_answered, listen, read_line
from monitor.live.errors import SessionError
from monitor.live.session import Session, Status
from monitor.settings.consent import ConsentStatus

ANSWER_WITHIN_S = 5.0
MOST_ATTRIBUTES = 32

Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Value = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,256}$")]


class ControlError(MonitorError):
    """No session can be reached, or it refused; the message is a full sentence."""


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What a client wants of a session."""

    token: str
    do: Literal["start", "stop", "flag", "status"]
    customer_id: Value = ""
    attributes: Annotated[dict[Key, Value], msgspec.Meta(max_length=MOST_ATTRIBUTES)] = {}
    consent: ConsentStatus | None = None
    consent_method: Value = ""


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """What a session says to it."""

    status: Status | None = None
    error: str = ""
    """A full sentence if the request was refused."""


class Control:
    """Answers requests while it is open, on a thread of its own; nothing that comes in can end it.

    Args:
        obey: does what a request wants; what it raises is the answer.
        folder: where the address is kept; the platform's runtime folder if None.
    """

    def __init__(self, obey: Callable[[Request], Status], folder: Path | None = None) -> None:
        self._obey = obey
        self._folder = runtime_folder() if folder is None else folder
        self._token = secrets.token_urlsafe(32)

    def __enter__(self) -> Self:
        """Start to answer.

        Raises:
            ControlError: another session does, or the folder belongs to somebody else.
        """
        _make_own(self._folder)
        if is_answered(self._folder):
            raise ControlError(
                "Another session is running, and `tone-monitor call` reaches that one. Stop it to control this one."
            )
        self._listener, address = listen(self._folder, self._token)
        atomic.write(self._folder / "control.json", msgspec.json.encode(address))
        Thread(target=self._serve, name="control", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer no more."""
        with suppress(OSError):  # where a listener has no such thing, the thread ends a second later
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for name in ("control.json", "control.sock"):
            with suppress(OSError):
                (self._folder / name).unlink()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                if self._listener.fileno() < 0:
                    return
                time.sleep(0.1)  # such as too many open files; it passes
                continue
            with connection, suppress(OSError):
                connection.settimeout(PATIENCE_S)
                connection.sendall(msgspec.json.encode(self._answer(connection)) + b"\n")

    def _answer(self, connection: socket.socket) -> Answer:
        try:
            request = msgspec.json.decode(read_line(connection, PATIENCE_S), type=Request)
            if not hmac.compare_digest(request.token.encode(), self._token.encode()):
                return Answer(error="The token is wrong. Read control.json again.")
            return Answer(self._obey(request))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            return Answer(error=f"Can't read the request: {error}.")
        except Exception as error:  # noqa: BLE001 - whatever it is, the session continues, and whoever asked gets the reason
            return Answer(error=str(error) if _is_sentence(str(error)) else f"It failed with a {type(error).__name__}.")


def answer(session: Session, request: Request) -> Status:
    """Do with a session what a request asks for.

    Raises:
        SessionError: it cannot be done.
    """
    match request.do:
        case "start":
            done = session.start_call(_details(request))
        case "stop":
            done = session.end_call()
        case "flag":
            done = session.flag()
        case "status":
            return session.status()
    try:
        done.result(ANSWER_WITHIN_S)
    except TimeoutError as error:
        raise SessionError("The session did not answer within 5 s. Look at its screen.") from error
    return session.status()


def ask(
    do: Literal["start", "stop", "flag", "status"], details: CallDetails | None = None, folder: Path | None = None
) -> Status:
    """Ask the session that runs on this machine.

    Raises:
        ControlError: none runs, or it refuses.
    """
    details = details or CallDetails()
    try:
        address = address_in(runtime_folder() if folder is None else folder)
        with connected(address) as connection:
            connection.settimeout(ANSWER_WITHIN_S + PATIENCE_S)
            consent = details.consent
            request = Request(
                *(address.token, do, details.customer, dict(details.attributes)),
                *((consent.status, consent.method) if consent else ()),
            )
            connection.sendall(msgspec.json.encode(request) + b"\n")
            said = msgspec.json.decode(read_line(connection, ANSWER_WITHIN_S + PATIENCE_S), type=Answer)
    except (OSError, ValueError, OverflowError, RecursionError) as error:  # or what answers is no session of ours
        raise ControlError("No session is running. Start one with `tone-monitor live`.") from error
    if said.status is None:
        reason = said.error if _is_sentence(said.error) else "The session refused without a reason. Look at its screen."
        raise ControlError(reason)
    return said.status


def details(
    customer_id: str, attributes: dict[str, str], consent: ConsentStatus | None = None, consent_method: str = ""
) -> CallDetails:
    """What is known of a call, if it is of a form that a session takes.

    Raises:
        ControlError: a name or a value is not.
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
    """Where a running session's address is kept: the platform's folder for what lives as long as a login."""
    import platformdirs

    with warnings.catch_warnings(action="ignore"):  # it warns of its own fallback, which `_make_own` looks after
        return platformdirs.user_runtime_path("tone-monitor")


def _make_own(folder: Path) -> None:
    """Make the folder one's own and nobody else's; in a place that others write to it may be somebody's trap."""
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
    """Whether a terminal can show it as it is."""
    return text.endswith(".") and text.isprintable()
