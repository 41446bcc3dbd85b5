"""docs/recordings.md says of columns, patterns and sides what the code does."""

from pathlib import Path

from click.testing import CliRunner

from monitor.cli import main
from monitor.recordings.known import FIELDS
from monitor.recordings.names import vendors
from monitor.recordings.pairs import SIDES

PAGE = (Path(__file__).parents[2] / "docs" / "recordings.md").read_text("utf-8")


def test_the_page_has_every_column_pattern_and_side() -> None:
    assert not [name for name in ("file", *FIELDS) if f"`{name}`" not in PAGE]
    assert not [name for name in vendors() if f"| `{name}` |" not in PAGE]
    assert not [side for sides in SIDES for side in sides if f"`-{side}`" not in PAGE]


def test_the_help_lists_every_pattern() -> None:
    shown = "".join(CliRunner().invoke(main, ["analyze", "--help"]).stdout.split())
    assert not [name for name in vendors() if name not in shown]
