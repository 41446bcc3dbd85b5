"""Who is on a call, as far as the parameters of a platform say it."""

from collections.abc import Mapping
from typing import TypedDict

from monitor.serve.dialects.dialect import DialectError
from monitor.serve.signals import Role

MOST = 32
LONGEST = 256
"""Characters of a name or a value; the rest is cut off."""
LONGEST_ID = 200
_KNOWN = ("agent", "customer_id", "consent", "language")
_OTHERS = {"call", "role", "rate", "channels", "first", "token"}


class Details(TypedDict):
    """The fields of `SideBegins` that platforms call what they like."""

    agent: str
    customer_id: str
    consent: str
    language: str
    attributes: Mapping[str, str]


def details(parameters: Mapping[str, object]) -> Details:
    """Give what the parameters say about the people; values that are not text or numbers are left out."""
    texts = {
        name[:LONGEST]: str(value)[:LONGEST]
        for name, value in parameters.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
    named = {name: texts.get(name, "") for name in _KNOWN}
    rest = [(name, value) for name, value in texts.items() if name not in _OTHERS and name not in _KNOWN]
    return Details(
        agent=named["agent"],
        customer_id=named["customer_id"],
        consent=named["consent"],
        language=named["language"],
        attributes=dict(rest[:MOST]),
    )


def call_id(text: str, where: str) -> str:
    """Give the id of a call; it must be there and short, and may not hold control characters."""
    if not text:
        raise DialectError(f"The call has no id: {where}.")
    if len(text) > LONGEST_ID or not text.isprintable():
        raise DialectError(f"The call's id is longer than {LONGEST_ID} characters or not printable.")
    return text


def role(text: str) -> Role:
    """Read who speaks on a side."""
    match text:
        case "" | "agent" | "customer":
            return text
        case _:
            raise DialectError("The role of a side is neither agent nor customer.")
