"""Options that a command takes together, as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Command = Callable[..., None]


def together(
    name: str, kind: type[DataclassInstance], options: Sequence[Callable[[Command], Command]]
) -> Callable[[Command], Command]:
    """A decorator that gives a command these options, whose values it takes together.

    Args:
        name: of the command's parameter that takes them.
        kind: what the values make, with a field for each option.
        options: as `click.option` makes them, in the order of the help.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_options(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passes on what click gives
            values = {field.name: kwargs.pop(field.name) for field in fields(kind)}
            command(*args, **{name: kind(**values)}, **kwargs)

        decorated: Command = with_options
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate
