"""What `POST /calls/ID` may say of a call, and the answers to it."""

from http import HTTPStatus
from typing import Annotated, Literal

import msgspec

from monitor.serve.call_desk import Answer
from monitor.settings.consent import ConsentStatus

Text = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,256}$")]


class Change(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a telephone system or customer software knows of a call; None for what it does not say."""

    agent: Text | None = None
    """Who has the call now."""
    role: Literal["agent", "customer"] | None = None
    """Who speaks on a connection that has this id and does not say it."""
    call: Text | None = None
    """The id of the call to which a connection with this id belongs."""
    customer_id: Text | None = None
    consent: ConsentStatus | None = None
    hold: bool | None = None
    end: bool = False


def read(body: bytes) -> Change:
    """Read a request.

    Raises:
        ValueError: it is not one; says what is wrong with it.
    """
    try:
        return msgspec.json.decode(body, type=Change)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Can't read the request: {error}.") from error


def answer(status: HTTPStatus, **values: object) -> Answer:
    """An answer in JSON."""
    return Answer(status, msgspec.json.encode(values))
