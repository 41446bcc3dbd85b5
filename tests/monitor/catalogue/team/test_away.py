"""The team's database is away, refuses a login, or lost a role: each is one sentence, and no call is lost by it."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from audio.block import AudioBlock
from monitor.call.events import Ended
from monitor.call.folder import CallWriter
from monitor.call.info import read_info
from monitor.catalogue import live_rows, query
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.live_rows import CallIndex
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.live.writer_thread import WritingThread
from tests import postgres
from tests.made_calls import info, make
from tests.monitor.catalogue.team.conftest import SITE, Team, execute
from tests.waiting import until

pytestmark = pytest.mark.slow


def listed(root: Path, url: str) -> list[bool]:
    with open_catalogue(root, url) as catalogue:
        return [call.closed for call in query.calls(catalogue, Filter())]


def test_a_call_goes_on_while_the_database_is_away_and_is_listed_when_it_is_back(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(live_rows, "say_once", told.append)
    monkeypatch.setattr(live_rows, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setattr(live_rows, "EVERY_S", 0.05)
    url = team.add("ada")
    writing = WritingThread(CallWriter(tmp_path, info(closed=False), observer=CallIndex(url)))
    writing.hear(AudioBlock("agent", 0, [0.1] * 1_600))  # type: ignore[arg-type]
    until(lambda: listed(tmp_path, url) == [False], "the call is listed")
    with postgres.away(team.server):
        until(lambda: bool(told), "it is said that the database is away")
        assert "No call is lost" in told[0]
        with pytest.raises(CatalogueError, match="No call is lost: when the database answers again"):
            open_catalogue(tmp_path, url)
        writing.note(Ended(0.1, "end of sound"))
        writing.close()
        assert writing.failure is None
    assert read_info(writing.folder).closed
    with open_catalogue(tmp_path, url) as catalogue:
        reindex(catalogue)
    assert listed(tmp_path, url) == [True]


def test_a_wrong_password_is_one_sentence_that_says_where_to_correct_it(team: Team, tmp_path: Path) -> None:
    url = team.add("wary")
    file = Path(str(execute(team.server, "SHOW hba_file")[0][0]))
    before = file.read_text()
    file.write_text(f"local all wary scram-sha-256\n{before}")
    try:
        execute(team.server, "ALTER ROLE wary PASSWORD 'right'", "SELECT pg_reload_conf()")
        until(lambda: _is_refused(tmp_path, url), "the server asks for a password")
        for wrong in (url, url.replace("wary@", "wary:wrong@")):
            with pytest.raises(CatalogueError, match=r"setting calls\.catalogue, or its password") as error:
                open_catalogue(tmp_path, wrong)
            assert "wrong" not in str(error.value)
        with open_catalogue(tmp_path, url.replace("wary@", "wary:right@")):
            pass
    finally:
        file.write_text(before)
        execute(team.server, "SELECT pg_reload_conf()")


def _is_refused(root: Path, url: str) -> bool:
    try:
        open_catalogue(root, url).close()
    except CatalogueError:
        return True
    return False


def test_a_login_or_role_that_is_missing_is_told_and_init_team_mends_it(team: Team, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r'role "nobody" does not exist.*calls\.catalogue'):
        open_catalogue(tmp_path, team.of("nobody"))
    url = team.add("ada")
    make(tmp_path, [], info())
    with open_catalogue(tmp_path, url) as catalogue:
        reindex(catalogue)
    everything = team.server.replace("/postgres?", "/team?")
    execute(everything, "DROP OWNED BY tone_trainer", "DROP ROLE tone_trainer")
    with pytest.raises(CatalogueError, match=r'role "tone_trainer" does not exist.*init-team'):
        open_catalogue(tmp_path, url)
    team.set_up()
    assert listed(tmp_path, url) == [True]


def test_a_copied_calls_folder_cannot_take_the_rows_of_the_desk_it_was_copied_from(team: Team, tmp_path: Path) -> None:
    make(tmp_path / "ada", [], info())
    with open_catalogue(tmp_path / "ada", team.add("ada")) as catalogue:
        reindex(catalogue)
    shutil.copytree(tmp_path / "ada", tmp_path / "zoe")
    zoe = team.add("zoe")
    with pytest.raises(CatalogueError, match=r"another login than zoe.*delete site from the copy"):
        open_catalogue(tmp_path / "zoe", zoe)
    assert listed(tmp_path / "ada", team.of("ada")) == [True]
    (tmp_path / "zoe" / "site").unlink()
    with open_catalogue(tmp_path / "zoe", zoe) as catalogue:
        reindex(catalogue)
    assert listed(tmp_path / "zoe", zoe) == listed(tmp_path / "ada", team.of("ada")) == [True]


def test_a_calls_folder_of_before_becomes_its_desks_and_can_be_given_a_new_login(empty: Team, tmp_path: Path) -> None:
    make(tmp_path, [], info())
    with open_catalogue(tmp_path, empty.owner) as catalogue:
        reindex(catalogue)
        with catalogue.writing() as connection:
            connection.execute(text(f"INSERT INTO sites VALUES ('{SITE}', true)"))
    empty.set_up()
    assert listed(tmp_path, empty.add("ada")) == [True]
    site = (tmp_path / "site").read_text().strip()
    renamed = empty.add("ada2", "desk", sites=(site,))
    assert listed(tmp_path, renamed) == [True]
    with pytest.raises(CatalogueError, match="another login than ada"):
        open_catalogue(tmp_path, empty.of("ada"))
