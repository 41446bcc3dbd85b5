"""Accesses to a call: noted with it, shown to its agent, never noted for her own looks, and gone where they must go."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.access import entries
from monitor.access.access_lines import sentences
from monitor.access.entries import Access
from monitor.access.follows import follows
from monitor.access.visit import visitor
from monitor.base.errors import CallFolderError
from monitor.call.events import Ended
from monitor.call.folder import CallWriter
from monitor.call.supervision.supervisor_events import SupervisorAction
from monitor.cli import main
from monitor.sealed import keys, sealing
from monitor.settings import config
from monitor.settings.config import Agent, Retention, Reviewer, Settings
from monitor.upkeep import retention, signatures
from tests.made_calls import fired, info, make, said

MORNING, LATER = "2026-03-02T10:05:00+00:00", "2026-03-02T10:15:00+00:00"
WORD = "marzipan"


def call(root: Path, agent: str = "Sam") -> Path:
    return make(root, [said(f"the {WORD}"), fired("slow-down", 5.0), Ended(120.0, "end of sound")], info(agent=agent))


def settings(reviewer: str = "", agent: str = "") -> Settings:
    return Settings(reviewer=Reviewer(name=reviewer), agent=Agent(name=agent))


def kinds(folder: Path) -> list[str]:
    return [f"{one.by} {one.kind}" for one in entries.read(folder)]


def test_one_line_says_what_a_person_did_on_a_day() -> None:
    assert list(
        sentences(
            [
                Access("opened", "Kim", MORNING),
                Access("played", "Kim", MORNING, 40.0, 60.0),
                Access("played", "Kim", MORNING, 50.0, 70.0),
                Access("played", "Kim", LATER, 100.0, 102.5),
                Access("exported", "Kim", LATER, 40.0, 70.0),
                Access("reported", "", LATER),
                Access("opened", "Kim", "2026-03-03T08:00:00+00:00"),
                Access("searched", "Lee", "no time"),
            ]
        )
    ) == [
        "Somebody wrote a report on it on 2026-03-02 at 10:15.",
        "Kim opened it on 2026-03-02 at 10:05, played 0:40–1:10, 1:40–1:42, exported 0:40–1:10.",
        "Kim opened it on 2026-03-03 at 08:00.",
        "Lee saw words of it in a search on no time at an unknown time.",
    ]


def test_an_access_is_noted_with_the_call_and_read_again(tmp_path: Path) -> None:
    folder = call(tmp_path)
    kim = visitor(settings("Kim"))
    assert kim.note(folder, "opened") == ""
    assert kim.of(folder)("played", 40.0, 70.04) == ""
    assert kim.of(folder)("played", 40.0, 40.3) == "", "too short to count"
    opened, played = entries.read(folder)
    assert (opened.kind, opened.by, opened.start_s) == ("opened", "Kim", None)
    assert (played.kind, played.start_s, played.end_s) == ("played", 40.0, 70.0)
    assert datetime.fromisoformat(opened.made).tzinfo
    assert WORD not in (folder / entries.FILE).read_text()


def test_an_agents_own_call_is_not_anothers(tmp_path: Path) -> None:
    folder = call(tmp_path)
    for own in (settings(agent="sam"), settings("SAM"), settings("Sam", agent="Kim")):
        assert visitor(own).note(folder, "opened") == ""
    assert kinds(folder) == []
    visitor(settings("Kim", agent="Sam")).note(folder, "opened")
    visitor(settings(agent="Jo")).note(folder, "opened")
    visitor(settings(), "Lee").note(folder, "opened")
    assert kinds(folder) == ["Kim opened", "Jo opened", "Lee opened"]


def test_a_torn_line_costs_no_other(tmp_path: Path) -> None:
    folder = call(tmp_path)
    entries.add(folder, Access("opened", "Kim", MORNING))
    with (folder / entries.FILE).open("ab") as file:
        file.write(b'{"kind":"op')
    entries.add(folder, Access("exported", "Kim", LATER))
    assert kinds(folder) == ["Kim opened", "Kim exported"]


def test_what_cannot_be_noted_is_said(tmp_path: Path) -> None:
    folder = call(tmp_path)
    (folder / entries.FILE).mkdir()
    assert "so its agent will not see it" in visitor(settings("Kim")).note(folder, "opened")
    with pytest.raises(CallFolderError, match="Can't read"):
        entries.read(folder)


def command(tmp_path: Path, person: str, *arguments: str) -> Result:
    config = tmp_path / f"{person}.toml"
    table = "agent" if person == "Sam" else "reviewer"
    config.write_text(f'[{table}]\nname = "{person}"\n[calls]\nfolder = "{tmp_path / "calls"}"\n')
    done = CliRunner(env={"TONE_MONITOR_CONFIG": str(config)}).invoke(main, arguments)
    assert done.exit_code == 0, (arguments, done.output, done.exception)
    return done


@pytest.mark.slow
def test_every_command_that_shows_a_call_to_others_is_seen_by_its_agent(tmp_path: Path) -> None:
    folder = call(tmp_path / "calls")
    out = tmp_path / "out"
    command(tmp_path, "Sam", "replay", "--plain")
    command(tmp_path, "Sam", "export", "--to", "vtt")
    assert kinds(folder) == []
    for arguments, noted in (
        (["replay", "--plain"], "opened"),
        (["replay", "--clip", "0", "5", "-o", str(tmp_path / "clip.zip")], "exported"),
        (["export", "--to", "vtt"], "exported"),
        (["export", "--all", "--to", "json", "-o", str(out)], "exported"),
        (["export", "--new", "--to", "json", "-o", str(out)], "exported"),
        (["report", "--text"], "reported"),
        (["report", "--coaching", "-o", str(tmp_path / "sheet.html")], "reported"),
        (["report", "--agent", "Sam", "--text"], "reported"),
        (["report", "--team", "--names", "--text"], "reported"),
        (["calls", "--plain", "--words", WORD], "searched"),
    ):
        before = kinds(folder)
        command(tmp_path, "Kim", *arguments)
        assert kinds(folder) == [*before, f"Kim {noted}"], arguments
    before = kinds(folder)
    command(tmp_path, "Kim", "report", "--team", "--text")
    command(tmp_path, "Kim", "calls", "--plain")
    assert "Nothing new" in command(tmp_path, "Kim", "export", "--new", "--to", "json", "-o", str(out)).stderr
    assert kinds(folder) == before, "figures without names, and a list, open no call"
    printed = command(tmp_path, "Sam", "calls", "--mine", "--plain").stdout
    assert "    Kim opened it on " in printed
    assert "exported" in printed
    assert "    Kim" not in command(tmp_path, "Kim", "calls", "--plain").stdout
    found = json.loads(command(tmp_path, "Sam", "calls", "--mine", "--json").stdout)
    assert "wrote a report on it" in " ".join(found[0]["accesses"]), "at midnight there are two lines"


def test_who_followed_the_call_on_the_wall_is_read_from_its_log(tmp_path: Path) -> None:
    events = [
        SupervisorAction(10.0, "kim", "takes care"),
        SupervisorAction(40.0, "kim", "follows"),
        SupervisorAction(50.0, "lee", "follows"),
        SupervisorAction(70.0, "kim", "stops following"),
        Ended(120.0, "end of sound"),
    ]
    folder = make(tmp_path, events, info())
    kim, lee = follows(folder)
    assert (kim.by, kim.made, kim.start_s, kim.end_s) == ("kim", "2026-03-02T09:30:55+00:00", 40.0, 70.0)
    assert (lee.by, lee.start_s, lee.end_s) == ("lee", 50.0, 120.0)
    assert list(sentences([kim])) == ["kim followed it live 0:40–1:10 on 2026-03-02 at 09:30."]


def test_words_go_before_accesses_which_go_with_the_call(tmp_path: Path) -> None:
    folder = call(tmp_path)
    visitor(settings("Kim")).note(folder, "opened")
    now = datetime.fromisoformat("2026-07-01T00:00:00+00:00")
    for one in list(retention.due(tmp_path, Retention(), now)):
        assert isinstance(one, retention.Due)
        retention.delete(tmp_path, one)
    assert kinds(folder) == ["Kim opened"]
    assert not any(retention.due(tmp_path, Retention(), now)), "what is kept is not found again"
    last = datetime.fromisoformat("2027-07-01T00:00:00+00:00")
    for one in list(retention.due(tmp_path, Retention(), last)):
        assert isinstance(one, retention.Due)
        retention.delete(tmp_path, one)
    assert not folder.exists()


def test_forgetting_a_person_removes_the_name_and_keeps_the_access(tmp_path: Path) -> None:
    folder = call(tmp_path)
    for name in ("Kim", "Lee"):
        visitor(settings(name)).note(folder, "opened")
    assert signatures.remove(tmp_path, "kim") == [folder]
    assert kinds(folder) == [" opened", "Lee opened"]
    assert signatures.remove(tmp_path, "kim") == []


def test_the_accesses_to_a_sealed_call_are_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('[privacy]\nencrypt = true\nkey_file = "key"\n')
    privacy = config.settings().privacy
    sealing.use(lambda: privacy)
    keys.make()
    try:
        writer = CallWriter(tmp_path / "calls", info(agent="Sam", closed=False))
        writer.close()
        visitor(settings("Kim Sealed")).note(writer.folder, "opened")
        visitor(settings("Kim Sealed")).note(writer.folder, "exported")
        assert b"Kim" not in (writer.folder / entries.FILE).read_bytes()
        assert kinds(writer.folder) == ["Kim Sealed opened", "Kim Sealed exported"]
    finally:
        keys.forget()


def test_reading_the_accesses_of_a_call_without_any_makes_no_file(tmp_path: Path) -> None:
    folder = call(tmp_path)
    assert entries.read(folder) == ()
    assert not (folder / entries.FILE).exists()
