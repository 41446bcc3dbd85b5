"""The head of a request over HTTP/1.1, as far as a server of WebSockets and four pages needs it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

HEAD_ENDS = b"\r\n\r\n"
LARGEST_HEAD_BYTES = 8192
_LINE = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.1\Z")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([ -~\t\x80-\xff]*?)[ \t]*\Z")
MOST_PARAMETERS = 64


class BadRequestError(ValueError):
    """The bytes are no request."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    method: str
    target: str
    """Path and query, as they were sent."""
    headers: Mapping[str, str]
    """By name in lower case; each stands at most once."""

    @property
    def path(self) -> tuple[str, ...]:
        """The parts of the path."""
        return tuple(unquote(part) for part in self.target.partition("?")[0].split("/")[1:])

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters; of two with the same name, the first."""
        try:
            pairs = parse_qsl(self.target.partition("?")[2], max_num_fields=MOST_PARAMETERS)
        except ValueError as error:
            raise BadRequestError from error
        return dict(reversed(pairs))

    @property
    def upgrades(self) -> bool:
        """Whether a WebSocket is asked for."""
        return self.headers.get("upgrade", "").lower() == "websocket"


def read_head(head: bytes) -> Request:
    """Read a head, up to and with its empty line.

    Raises:
        BadRequestError: it is none, or a header that may stand only once stands twice.
    """
    first, *lines = head.removesuffix(HEAD_ENDS).decode("latin-1").split("\r\n")
    start = _LINE.match(first)
    if not start:
        raise BadRequestError
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.match(line)
        if not header:
            raise BadRequestError
        name = header[1].lower()
        if name in headers:
            if name not in {"accept", "sec-websocket-protocol", "sec-websocket-extensions", "via", "forwarded"}:
                raise BadRequestError
            headers[name] += f", {header[2]}"
        else:
            headers[name] = header[2]
    return Request(start[1], start[2], headers)
