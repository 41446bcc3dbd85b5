"""Forms: the shipped ones can be used, and a wrong one is refused in a sentence with file, item and field."""

from pathlib import Path

import pytest

from monitor.scorecards import form_file
from monitor.scorecards.errors import FormError
from monitor.scorecards.form import Form
from monitor.scorecards.known import Known, known
from rules.language.emotions import emotions

TITLE = 'title = "Mine"\n[[sections]]\ntitle = "Part"\n[[sections.items]]\nid = "one"\ntitle = "One"\n'
NAMES = Known(
    rules=frozenset({"slow-down"}),
    items=frozenset({"apology", "complaint"}),
    steps=frozenset({"six-steps/listen"}),
    measures=frozenset({"level_in_pct"}),
)


def read(tmp_path: Path, text: str) -> Form:
    (tmp_path / "My Form.toml").write_text(text, "utf-8")
    return form_file.read(tmp_path / "My Form.toml", NAMES)


@pytest.fixture(scope="module")
def shipped() -> list[Form]:
    names = known()
    return [form_file.read(path, names) for path in sorted(form_file.FORMS.glob("*.toml"))]


def test_every_form_that_comes_with_the_program_can_be_used(shipped: list[Form]) -> None:
    assert [form.id for form in shipped] == sorted([*form_file.SHIPPED, "template"])
    for form in shipped:
        assert any(item.auto for _, item in form.items())
        assert form.about


def test_people_answer_something_in_each_of_them(shipped: list[Form]) -> None:
    for form in shipped:
        assert any(item.auto is None for _, item in form.items())


def test_no_form_says_what_somebody_feels(shipped: list[Form]) -> None:
    for form in shipped:
        texts = (form.title, form.about, *(f"{section.title} {item.title}" for section, item in form.items()))
        assert emotions().isdisjoint(" ".join(texts).lower().split())


def test_a_form_is_named_after_its_file(tmp_path: Path) -> None:
    form = read(tmp_path, TITLE)
    assert (form.id, form.title, [item.id for _, item in form.items()]) == ("my-form", "Mine", ["one"])


def test_a_form_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(TITLE, "utf-8")
    assert form_file.named(str(tmp_path / "own.toml"), NAMES).id == "own"
    with pytest.raises(FormError, match=r'no form "de-escalaton"; did you mean "de-escalation"\?'):
        form_file.named("de-escalaton", NAMES)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ('auto = { said = ["apologie"] }', 'unknown report item "apologie"; did you mean "apology"?'),
        ('auto = { flags = ["slowdown"] }', 'unknown rule "slowdown"; did you mean "slow-down"?'),
        ('auto = { step = "six-steps/listn" }', 'unknown step of a checklist "six-steps/listn"; did you mean'),
        ('auto = { measure = "level" , yes_from = 1 }', 'unknown measure "level"'),
        ('auto = { measure = "level_in_pct" }', "has a measure without a limit. Add yes_from or yes_to."),
        ('auto = { said = ["apology"], flags = ["slow-down"] }', "must name one of said, flags, step, measure"),
        ('auto = { flags = ["slow-down"], last_s = 60 }', "has last_s, which counts what was said"),
        ("auto = { yes_to = 1 }", "must name one of said, flags, step, measure"),
        ('auto = { said = ["apology"], yes_from = 1, yes_to = 2 }', "limits in both directions"),
        ('auto = { said = ["apology"], partly_from = 3 }', "partly_from needs a higher yes_from"),
        ('auto = { said = ["apology"], yes_to = 3, partly_to = 1 }', "partly_to needs a lower yes_to"),
        ('auto = { said = "apology" }', "auto: said is 'apology', but must be a list"),
        ('auto = "apology"', "auto must be a table"),
        ("wieght = 2", 'unknown field "wieght"; did you mean "weight"?'),
        ("weight = 0", 'item "one" has no positive weight'),
        ("weight = nan", 'item "one" has no positive weight'),
        ('weight = "2"', "weight is '2', but must be a number"),
        ('[[sections.items]]\nid = "one"\ntitle = "Two"', 'two items have the id "one"'),
        ('[[sections.items]]\nid = "Two!"\ntitle = "Two"', 'id "Two!" must be lower-case words'),
        ('[[sections.items]]\nid = "two"', "title is missing"),
        ('[[sections.items]]\nid = "two"\ntitle = "Stays calm"', '"calm" says what somebody feels'),
        ('[[sections]]\ntitle = "Empty"', "section 2: [[sections.items]] is missing"),
    ],
)
def test_a_wrong_form_is_refused_with_what_is_wrong_and_where(tmp_path: Path, more: str, complaint: str) -> None:
    with pytest.raises(FormError) as refused:
        read(tmp_path, TITLE + more)
    assert complaint in str(refused.value)
    assert "My Form.toml" in str(refused.value)
    assert str(refused.value)[-1] in ".?"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "[[sections]] is missing"),
        ("title = 1\n" + TITLE.partition("\n")[2], "title is 1, but must be a text in quotes"),
        (TITLE.partition("\n")[2], "the title is missing"),
        ("sections = 3", "[[sections]] is missing"),
        ("title = ", "is not valid TOML"),
    ],
)
def test_a_file_that_is_no_form_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(FormError) as refused:
        read(tmp_path, text)
    assert complaint in str(refused.value)


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="Check the path and its permissions"):
        form_file.read(tmp_path / "none.toml", NAMES)
