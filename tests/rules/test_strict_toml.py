from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from rules.errors import RuleError
from rules.strict_toml import convert, read_text, read_toml, suggestion
from tests.made_rules import rulebook


class OwnError(Exception):
    """The error of the code that reads."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "team.toml"


def test_rules_from_a_windows_editor_are_read(path: Path) -> None:
    assert rulebook(path.parent, "\ufeff[budget]\r\nat_most = 3\r\n").budget.at_most == 3


def test_a_phrase_list_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "insult.txt").write_bytes("Dummköpfe".encode("latin-1"))
    with pytest.raises(RuleError, match=r"Can't read .*insult\.txt .* Save it as text in UTF-8\.$"):
        rulebook(tmp_path, "")


@pytest.mark.parametrize("content", [b"[a", b"\xff", b"a = " + b"[" * 100_000, b"#" * (2**20 + 1)])
def test_a_file_that_cannot_be_used_raises_the_error_of_the_reader(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(OwnError, match=r"team\.toml"):
        read_toml(path, OwnError)


def test_a_missing_file_is_an_error_unless_it_may_be_missing(path: Path) -> None:
    assert read_toml(path, OwnError, missing_ok=True) == {}
    with pytest.raises(OwnError, match="No such file"):
        read_text(path, OwnError)


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        ("3", float | None, "X is '3', but must be a number. Correct it."),
        (3, Annotated[int, msgspec.Meta(ge=5, le=9)], "X is 3, but must be a whole number from 5 to 9. Correct"),
        ("nwo", Literal["now", "pause"], 'X is \'nwo\', but must be "now" or "pause"; did you mean "now"?'),
        ([1], Literal["now", "pause"], 'X is [1], but must be "now" or "pause". Correct it.'),
        ("x", tuple[str, ...], "X is 'x', but must be a list of quoted texts in brackets. Correct it."),
    ],
)
def test_a_wrong_value_is_reported_with_what_is_expected(value: object, kind: Any, sentence: str) -> None:  # noqa: ANN401 - kinds as annotations have them
    with pytest.raises(OwnError) as error:
        convert(value, kind, "X", OwnError)
    assert str(error.value).startswith(sentence)


def test_a_wrong_value_is_not_quoted_at_length() -> None:
    with pytest.raises(OwnError) as error:
        convert("x" * 100_000, bool, "X", OwnError)
    assert len(str(error.value)) < 150


def test_an_unknown_name_is_answered_with_the_nearest_or_all_known_ones() -> None:
    assert suggestion("fodler", ["folder", "record"]) == '; did you mean "folder"?'
    assert suggestion("qqq", ["folder", "record"]) == "; choose from folder, record."
    assert suggestion("qqq", [f"name-{n}" for n in range(50)]).startswith("; choose from 50, such as name-0, name-1,")
