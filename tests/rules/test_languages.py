"""Languages beside English: German as shipped, and others that are added by files alone."""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from monitor.pipeline.metrics import BY_NAME
from rules.errors import RuleError
from rules.judge import Judge
from rules.language.due_dates import Due
from rules.language.language import Language, resolve
from rules.language.phrase_files import WORDS
from rules.language.phrases import Listener, phrase_list
from rules.language.tokens import as_said, tokens
from rules.load import load
from rules.model import Firing, Noticed, Prompt, Speaker, Spoken, Watermark
from rules.promises import ledger
from rules.prompter import Prompter
from rules.rulebook import Rulebook
from rules.template import examples
from tests.made_rules import SHIPPED, spoken

TUESDAY = datetime(2026, 2, 24, 10, 0)  # noqa: DTZ001 # calls are dated by the clock on the wall


def german() -> Language:
    language = SHIPPED.language("de")
    assert language
    return language


def said(speaker: Speaker, from_s: float, text: str, language: str = "de") -> Spoken:
    return replace(spoken(speaker, from_s, text), language=language)


def judged(book: Rulebook, *items: Spoken) -> list[Firing | Noticed]:
    judge = Judge(book)
    verdicts = [verdict for item in items for verdict in judge.feed(item)]
    verdicts += [*judge.feed(Watermark(1e6)), *judge.flush()]
    return [verdict for verdict in verdicts if isinstance(verdict, Firing | Noticed)]


def fired(book: Rulebook, *items: Spoken) -> set[str]:
    return {verdict.rule for verdict in judged(book, *items) if isinstance(verdict, Firing)}


def shown(book: Rulebook, firing: Firing, language: str) -> Prompt:
    prompter = Prompter(book)
    prompter.language = language
    list(prompter.feed(firing, firing.start_s))
    return next(iter(prompter.advance(firing.start_s + 0.1, agent_speaking=False)))


def heard(name: str, text: str) -> bool:
    words = german().words
    negators = frozenset(" ".join(words["negators"]).split())
    listener = Listener(phrase_list(words[name], german().spelling), negators)
    return bool(list(listener.feed(tokens(spoken("customer", 0.0, text).words, german().spelling))))


def test_every_list_of_a_rule_has_german_lines_and_no_line_twice() -> None:
    assert all(german().words.values())
    for name, lines in german().words.items():
        assert len(lines) == len(set(lines)), name


def test_all_words_an_agent_is_to_say_are_german_and_short_enough() -> None:
    for rule in SHIPPED.rules:
        if "“" in rule.advice and "mm-hm" not in rule.advice:
            advice = german().advice[rule.id]
            assert len(advice.format(**examples()).split()) <= 10, rule.id


@pytest.mark.parametrize(
    "text",
    [
        "Ich möchte bitte mit Ihrem Vorgesetzten sprechen.",
        "Kann ich mal Ihre Chefin sprechen?",
        "Dann verbinden Sie mich mit dem Abteilungsleiter!",
        "Holen Sie mir sofort Ihren Teamleiter.",
        "Ich will jetzt mit jemandem sprechen, der hier etwas zu sagen hat.",
        "Geben Sie mir Ihren Vorgesetzten.",
    ],
)
def test_a_wish_for_somebody_above_is_heard(text: str) -> None:
    assert heard("manager-request", text)


@pytest.mark.parametrize(
    "text",
    [
        "Mein Chef hat den Vertrag unterschrieben.",
        "Ich muss das erst mit meinem Vorgesetzten besprechen.",
        "Vielleicht sollte er mit dem Chef sprechen.",
        "Der Techniker hat mit mir gesprochen.",
    ],
)
def test_talk_of_a_boss_is_no_wish_for_one(text: str) -> None:
    assert not heard("manager-request", text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Das ist doch eine Frechheit!", True),
        ("Ich warte schon seit drei Wochen auf meinen Router.", True),
        ("Niemand hat mich zurückgerufen.", True),
        ("Ich bin wirklich enttäuscht von Ihnen.", True),
        ("Das ist keine Beschwerde.", False),
        ("Ich möchte meinen Vertrag kündigen.", False),
        ("Der Router blinkt rot.", False),
    ],
)
def test_complaints(text: str, *, is_one: bool) -> None:
    assert heard("complaint", text) is is_one


def test_a_german_call_gets_its_prompts_with_english_cards_and_german_words_to_say() -> None:
    call = [
        said("agent", 0, "Guten Tag, was kann ich für Sie tun?"),
        said("customer", 4, "Das ist eine Frechheit, seit drei Wochen warte ich auf meinen Router."),
        said("agent", 8, "Einen Moment, ich schaue mal nach."),
        said("customer", 11, "Der Router und die Rechnung für den Router, beides fehlt."),
        said("agent", 15, "Aha, so ist das also bei Ihnen."),
        said("customer", 18, "Ich will sofort mit Ihrem Vorgesetzten sprechen."),
    ]
    firings = {verdict.rule: verdict for verdict in judged(SHIPPED, *call) if isinstance(verdict, Firing)}
    assert {"paraphrase", "escalate-request", "respond-waiting"} <= firings.keys()
    assert shown(SHIPPED, firings["escalate-request"], "de").title == SHIPPED["escalate-request"].title
    prompt = shown(SHIPPED, firings["paraphrase"], "de")
    assert (prompt.title, prompt.advice) == ("Paraphrase", "Say it back, “Es geht also um Router, Rechnung”")


def test_an_agent_who_paraphrases_in_german_is_not_prompted() -> None:
    call = [
        said(
            "customer",
            4,
            "Eine Frechheit, der Techniker hat den Router nicht repariert, und die Rechnung kam trotzdem.",
        ),
        said(
            "agent",
            12,
            "Wenn ich Sie richtig verstehe, hat der Techniker den Router nicht repariert, aber die Rechnung kam.",
        ),
        said("customer", 25, "Ja, genau, auf den Router."),
        said("agent", 28, "Den schicke ich Ihnen heute noch zu."),
        said("customer", 33, "Gut."),
    ]
    assert "paraphrase" not in fired(SHIPPED, *call)


def test_english_words_are_not_read_as_german_ones_and_the_other_way_round() -> None:
    assert "escalate-request" in fired(SHIPPED, said("customer", 0, "I want to speak to your manager.", "en"))
    assert not fired(SHIPPED, said("customer", 0, "I want to speak to your manager.", "de"))
    assert not fired(SHIPPED, said("customer", 0, "Ich will mit Ihrem Vorgesetzten sprechen.", "en"))


def test_a_language_without_rules_fires_nothing() -> None:
    assert judged(SHIPPED, said("customer", 0, "Ich will mit Ihrem Vorgesetzten sprechen.", "nl")) == []


@pytest.mark.parametrize(
    ("text", "when", "due"),
    [
        ("Ich rufe Sie morgen um 15 Uhr zurück.", "morgen um 15 Uhr", Due(date(2026, 2, 25), time(15))),
        ("Bis Freitag haben Sie das Geld.", "Bis Freitag", Due(date(2026, 2, 27))),
        ("Also innerhalb von drei Werktagen.", "innerhalb von drei Werktagen", Due(date(2026, 2, 27))),
        ("Sie hören in zwei bis drei Wochen von uns.", "in zwei bis drei Wochen", Due(date(2026, 3, 17))),
        ("Er kommt am dritten März um neun Uhr.", "am dritten März um neun Uhr", Due(date(2026, 3, 3), time(9))),
        ("Bis Ende der Woche ist es da.", "Bis Ende der Woche", Due(date(2026, 2, 27))),
        ("Übermorgen früh.", "Übermorgen früh", Due(date(2026, 2, 26))),
        ("Ich melde mich in einer Stunde.", "in einer Stunde", Due(date(2026, 2, 24), time(11))),
        ("Guten Morgen, Frau Meier.", "", None),
        ("Ich schicke Ihnen zwei Formulare.", "", None),
    ],
)
def test_due_times_in_german(text: str, when: str, due: Due | None) -> None:
    dates = german().dates
    assert dates
    words = tokens(spoken("agent", 0.0, text).words, german().spelling)
    assert as_said(words[dates.find(words)]) == when
    assert (resolve(when, TUESDAY) if when else None) == due


def test_a_german_promise_is_in_the_ledger_with_its_date() -> None:
    noticed = judged(SHIPPED, said("agent", 0, "Ich rufe Sie morgen um 15 Uhr zurück."))
    entries = ledger((one for one in noticed if isinstance(one, Noticed)), TUESDAY)
    assert [(entry.item, entry.due) for entry in entries] == [("follow-up", Due(date(2026, 2, 25), time(15)))]


def made_up(tmp_path: Path, **files: str) -> Path:
    """A team's folder with a language "xx" of these files, and a rule file."""
    folder = tmp_path / "words" / "xx"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, "utf-8")
    team = tmp_path / "team.toml"
    team.write_text("")
    return team


def test_a_third_language_needs_files_alone(tmp_path: Path) -> None:
    team = made_up(tmp_path, complaint_txt="(zub|zub zub) gronk", negators_txt="nul")
    (team.parent / "words" / "xx" / "manager-request.txt").write_text("blek dro")
    (team.parent / "words" / "xx" / "spelling.toml").write_text('fillers = "eh"\n[written_out]\ndrro = "dro"\n')
    (team.parent / "words" / "xx" / "lines.toml").write_text('acknowledge = "“Zub, hoi.”"\n')
    book = load([team], metrics=BY_NAME)
    assert book.spoken == ("de", "en", "xx")
    assert "escalate-request" in fired(book, said("customer", 0, "Eh, blek drro!", "xx"))
    assert not fired(book, said("customer", 0, "Nul blek drro!", "xx"))
    call = [
        said("customer", 0, "Zub gronk.", "xx"),
        *(said("agent", n * 9 + 3, "Ha. Ha ha ho.", "xx") for n in range(2)),
    ]
    call[2:2] = [said("customer", 8, "Ne na no nu.", "xx")]
    call += [said("customer", 20, "Ne na no nu.", "xx")]
    firing = next(one for one in judged(book, *call) if isinstance(one, Firing) and one.rule == "acknowledge")
    assert book.language("xx").advice[firing.rule] == "“Zub, hoi.”"  # type: ignore[union-attr] # it was loaded


def test_a_team_that_changed_the_advice_of_a_rule_keeps_it_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "team.toml").write_text('[acknowledge]\nextends = "acknowledge"\nadvice = "Nod"\n')
    book = load([tmp_path / "team.toml"], metrics=BY_NAME)
    assert "acknowledge" not in book.languages.others["de"].advice


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("complaint.txt", "(open", "line 1 has a misplaced bracket or bar"),
        ("complaints.txt", "zub", 'did you mean "complaint"?'),
        ("spelling.toml", "filler = 1", 'unknown field "filler"; did you mean "fillers"?'),
        ("spelling.toml", "[[", "is not valid TOML"),
        ("due-dates.toml", 'clock = "("', "the patterns can't be used"),
        ("lines.toml", 'aknowledge = "Zub"', 'there is no rule "aknowledge"; did you mean "acknowledge"?'),
        ("lines.toml", 'acknowledge = "{zub}"', "has an invalid template"),
    ],
)
def test_a_damaged_file_of_a_language_is_said_and_costs_that_language_alone(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    team = made_up(tmp_path)
    (team.parent / "words" / "xx" / name).write_text(text)
    with pytest.raises(RuleError) as error:
        load([team], metrics=BY_NAME)
    assert sentence in str(error.value)
    book = load([team], metrics=BY_NAME, damage_ok=True)
    assert sentence in book.languages.damage["xx"]
    assert book.language("xx") is None
    assert "escalate-request" in fired(book, said("customer", 0, "I want to speak to your manager.", "en"))


def test_a_damaged_english_list_costs_the_words_and_no_call(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "complaint.txt").write_text("(open")
    (tmp_path / "team.toml").write_text("")
    book = load([tmp_path / "team.toml"], metrics=BY_NAME, damage_ok=True)
    assert "misplaced bracket" in book.languages.damage["en"]
    assert not fired(book, said("customer", 0, "I want to speak to your manager.", "en"))


def test_no_language_has_a_list_that_english_does_not_have() -> None:
    names = {path.name for path in WORDS.glob("en/*")}
    assert {path.name for path in WORDS.glob("*/*")} - names <= {"spelling.toml", "due-dates.toml", "lines.toml"}
