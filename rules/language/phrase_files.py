"""Files of phrase lists: a phrase a line, `(this|that)` for alternatives, `#` for comments."""

import re
from collections.abc import Sequence
from pathlib import Path

from rules.errors import RuleError
from rules.strict_toml import read_text, suggestion

WORDS = Path(__file__).parents[1] / "words"
"""A folder a language."""
ENGLISH_CODE = "en"


def read_list(name: str, folders: Sequence[Path], where: str) -> tuple[str, ...]:
    """The lines of a phrase list, from the last of the folders that has it.

    Args:
        name: of the file, without ".txt".
        folders: where to look.
        where: who asks, to begin an error's sentence with.

    Raises:
        RuleError: no folder has it, it is not text, or a line is not closed.
    """
    for path in (folder / f"{name}.txt" for folder in reversed(folders)):
        if path.is_file():
            lines = [line.partition("#")[0].strip() for line in read_text(path, RuleError).splitlines()]
            for number, line in enumerate(lines, start=1):
                if not re.fullmatch(r"([^()|]|\([^()]*\))*", line):
                    raise RuleError(f"In {path}, line {number} has a misplaced bracket or bar. Write (this|that).")
            return tuple(line for line in lines if line)
    there_are = sorted({path.stem for folder in folders for path in folder.glob("*.txt")})
    raise RuleError(f'{where} names the phrase list "{name}", which no words folder has{suggestion(name, there_are)}')
