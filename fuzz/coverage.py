"""Which of our own lines an input reaches: one that reaches new ones is worth damaging further."""

import sys
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

_ROOT = Path(__file__).parents[1]
_OURS = tuple(f"{_ROOT / room}/" for room in ("audio", "monitor", "rules"))


class Coverage:
    """Counts lines while it is entered."""

    def __init__(self) -> None:
        self._lines: set[tuple[CodeType, int]] = set()

    @property
    def lines(self) -> int:
        """The number of lines reached so far."""
        return len(self._lines)

    def __enter__(self) -> Self:
        sys.settrace(self._enter)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.settrace(None)

    def _enter(self, frame: FrameType, _event: str, _arg: object) -> Any:  # noqa: ANN401 - as settrace wants it
        return self._line if frame.f_code.co_filename.startswith(_OURS) else None

    def _line(self, frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401 - same
        if event == "line":
            self._lines.add((frame.f_code, frame.f_lineno))
        return self._line
