"""The broker that the settings name, and what goes wrong with it in sentences."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from monitor.base.errors import MonitorError
from monitor.base.extras import has_wall
from monitor.settings import config

TLS_PORT, PLAIN_PORT = 8883, 1883
AGAIN = "It is tried again every few seconds."


class WallError(MonitorError):
    """The wall's settings cannot be used; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Broker:
    """An MQTT broker, and how to log in to it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    """None without TLS, on this machine."""

    @property
    def name(self) -> str:
        """As it stands in sentences."""
        return f"{self.host}:{self.port}"

    def refused_login(self) -> str:
        """It does not take the login."""
        who = f"the login {self.user}" if self.user else "programs without a login"
        return f"The broker at {self.name} refuses {who}. Check wall.user and wall.password_file in the settings."

    def refused_topic(self, topic: str) -> str:
        """It does not let the login write, or read, a topic."""
        return f"The broker's ACL denies {self.user or 'anonymous programs'} the topic {topic}. Add it to the ACL."

    def taken_over(self) -> str:
        """Another program has the connection now."""
        return (
            f"The broker at {self.name} ends this connection because another program uses the login {self.user}. Give "
            "each its own login."
        )

    def away(self, error: Exception | None = None) -> str:
        """It can't be reached."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"The certificate of the broker at {self.name} is not accepted: {error.verify_message}. Check "
                "wall.broker and wall.ca_file in the settings."
            )
        if isinstance(error, ssl.SSLError):
            reason = (error.reason or "no answer").lower().replace("_", " ")
            return f"No TLS with the broker at {self.name}: {reason}. Check wall.broker and the certificates."
        if isinstance(error, socket.gaierror):
            return f"The broker's name {self.host} is unknown. Check wall.broker in the settings. {AGAIN}"
        reason = (error.strerror if isinstance(error, OSError) else None) or "no answer"
        return f"Can't reach the broker at {self.name}: {reason.lower()}. {AGAIN}"


def broker_of(wall: config.Wall) -> Broker:
    """The broker of the settings, with what is in the files that they name.

    Raises:
        WallError: a file cannot be used, or the extra is missing.
    """
    if not has_wall():
        raise WallError("The wall needs the extra wall. Run: pip install 'tone-monitor[wall]'")
    parts = urlsplit(wall.broker)
    tls = parts.scheme == "mqtts"
    try:
        port = parts.port or (TLS_PORT if tls else PLAIN_PORT)
    except ValueError as error:
        raise WallError(f"{wall.broker} is no address of a broker. Correct wall.broker in the settings.") from error
    password = ""
    if wall.password_file:
        try:
            password = _own(wall.password_file).read_text("utf-8").strip()
        except UnicodeDecodeError as error:
            raise WallError(f"{wall.password_file} holds no password. Correct wall.password_file.") from error
        except OSError as error:
            raise _unreadable(wall.password_file, error) from error
    return Broker(parts.hostname or "localhost", port, wall.user, password, _context(wall) if tls else None)


class _Closing(ssl.SSLSocket):
    """Closes when the other side is not trusted: paho would leave it open."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as ssl has it
        try:
            super().do_handshake(block)
        except (OSError, ValueError):
            self.close()
            raise


def _context(wall: config.Wall) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=wall.ca_file or None)
        context.sslsocket_class = _Closing
    except (OSError, ssl.SSLError) as error:
        raise _unreadable(wall.ca_file, error) from error
    if wall.certificate_file:
        try:
            context.load_cert_chain(wall.certificate_file, _own(wall.certificate_key_file or wall.certificate_file))
        except (OSError, ssl.SSLError) as error:
            raise _unreadable(wall.certificate_file, error) from error
    return context


def _own(path: str) -> Path:
    """A file that others cannot read."""
    if os.name == "posix" and Path(path).stat().st_mode & 0o077:
        raise WallError(f"Others can read {path}. Change its permissions with chmod 600.")
    return Path(path)


def _unreadable(path: str, error: OSError) -> WallError:
    if isinstance(error, ssl.SSLError):
        return WallError(f"{path} holds no certificate, or its key is another. Choose the right PEM files.")
    return WallError(f"Can't read {path}: {error.strerror or error}. Correct [wall] in the settings.")
