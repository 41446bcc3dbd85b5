"""What the server is started with."""

import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from monitor.serve.front.errors import ServeError
from monitor.serve.signals import Role


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `127.0.0.1:8765` or `[::1]:8765`.

        Raises:
            ServeError: it is neither.
        """
        host, _, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        try:
            ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
            number = int(port)
        except ValueError as error:
            raise ServeError(
                f"{text!r} is not an address such as 127.0.0.1:8765. Write an IP address and a port."
            ) from error
        if not 0 <= number <= 65535:  # noqa: PLR2004 - the greatest port
            raise ServeError(f"There is no port {number}. Choose one up to 65535.")
        return cls(host, number)

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback


@dataclass(frozen=True, slots=True)
class FrontOptions:
    """What the front needs to know."""

    listen: Address = Address("127.0.0.1", 8765)
    audiosocket: Address | None = None
    tls: tuple[Path, Path] | None = None
    """The files of the certificate, with those that lead to its issuer, and of its key."""
    public_url: str = ""
    """The address that platforms use; a proxy in front of this server ends their TLS."""
    inbound: Role = "customer"
    """Who speaks on the track `inbound` of a media stream."""
    answer_silence: bool = False
    """Whether sound over AudioSocket is answered with silence."""

    def check(self) -> None:
        """Refuse what would send calls over a network in the clear.

        Raises:
            ServeError: an address is open to others without TLS, or the certificate cannot be used.
        """
        self.tls_context()
        if self.public_url and not self.public_url.startswith(("https://", "wss://")):
            raise ServeError("The address of --behind-proxy begins with https:// or wss://. Correct it.")
        if not self.listen.loopback and not (self.tls or self.public_url):
            raise ServeError(
                f"Others can reach {self.listen.host}. Give a certificate with --tls, or say with --behind-proxy "
                "which address ends TLS in front of this server."
            )
        if self.audiosocket and not self.audiosocket.loopback and not self.public_url:
            raise ServeError(
                "AudioSocket has no encryption. Let it listen on 127.0.0.1 behind a tunnel or use /asterisk with --tls."
            )

    def tls_context(self) -> ssl.SSLContext | None:
        """Give what speaks TLS, if a certificate was given.

        Raises:
            ServeError: it cannot be used.
        """
        if not self.tls:
            return None
        certificate, key = self.tls
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise ServeError(
                f"Can't use the certificate {certificate} with the key {key}. Check both files."
            ) from error
        return context
