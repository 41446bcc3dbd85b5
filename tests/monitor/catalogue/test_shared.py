"""One PostgreSQL database for several desks: each shows and changes its own calls, and no program drops another's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy
import tomli_w
from click.testing import CliRunner, Result
from sqlalchemy import Executable, func, inspect, select

from monitor.catalogue import query, schema
from monitor.catalogue.call_rows import FilesState, rows
from monitor.catalogue.catalogue import Catalogue, open_catalogue, parsed
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.catalogue.update import put, refresh
from monitor.catalogue.upgrade import upgrade
from monitor.cli import main
from monitor.rule_tools.quality import quality
from tests import postgres
from tests.made_calls import after, fired, info, make, said

pytestmark = pytest.mark.slow
FIRST_VERSION = Path(__file__).parents[2] / "data" / "catalogue-0.3.0.sql"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture
def url(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    run(server, f"DROP SCHEMA IF EXISTS {schema.NAMESPACE} CASCADE; DROP SCHEMA IF EXISTS tone_monitor CASCADE")
    config = tmp_path / "config.toml"
    config.write_text(tomli_w.dumps({"calls": {"catalogue": server}}))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(config))
    return server


def run(url: str, statement: str | Executable) -> None:
    engine = sqlalchemy.create_engine(parsed(url), connect_args={"options": f"-c search_path={schema.NAMESPACE}"})
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(statement) if isinstance(statement, str) else statement)
    engine.dispose()


def set_version(url: str, version: int) -> None:
    run(url, schema.about.update().values(version=version))


def desk(root: Path, agent: str) -> Path:
    """A calls folder with two calls of an agent, of the same ids on every desk."""
    for number in range(2):
        make(root, [said("my refund"), fired("slow-down", 5.0)], info(after(minutes=number), agent), name=f"a{number}")
    return root


def command(root: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--calls", str(root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def all_rows(catalogue: Catalogue) -> int:
    with catalogue.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.calls)).scalar_one()


def agents(catalogue: Catalogue, *, words: str = "", rule: str = "") -> list[str]:
    return [call.agent for call in query.calls(catalogue, Filter(words=words, rule=rule))]


def test_each_desk_lists_searches_and_counts_its_own_calls(url: str, tmp_path: Path) -> None:
    first, second = desk(tmp_path / "first", "Ada"), desk(tmp_path / "second", "Zoe")
    with open_catalogue(first, url) as one, open_catalogue(second, url) as other:
        for catalogue in (one, other, one):
            reindex(catalogue)
        for catalogue, name in ((one, "Ada"), (other, "Zoe")):
            assert agents(catalogue) == agents(catalogue, words="refund") == agents(catalogue, rule="slow-down")
            assert agents(catalogue) == [name, name]
            assert query.count(catalogue, Filter()) == query.Count(2, 2)
            assert len(query.details(catalogue, "2026-03-02/093015-a0").flags) == 1
            assert [found.flags for found in quality(catalogue)] == [2]
        assert all_rows(one) == 4
        with one.reading() as connection:
            assert len(connection.execute(select(schema.daily)).all()) == 2


def test_no_command_of_one_desk_touches_the_calls_of_another(url: str, tmp_path: Path) -> None:
    first, second = desk(tmp_path / "first", "Ada"), desk(tmp_path / "second", "Zoe")
    with open_catalogue(first, url) as one, open_catalogue(second, url) as other:
        for root in (first, second, first, second):
            assert command(root, "calls", "--plain").stdout.count("2026-03-02/") == 2
            assert all_rows(one) >= 2
        for arguments in (["reindex"], ["reindex", "--all"], ["forget", "--yes", "093015-a0"], ["calls", "--plain"]):
            done = command(first, *arguments)
            assert done.exit_code == 0, done.output
            assert agents(other) == ["Zoe", "Zoe"]
            assert agents(other, words="refund") == ["Zoe", "Zoe"]
        assert agents(one) == ["Ada"]
        assert command(first, "purge").exit_code == 0, "the made-up calls are old: words and sound go, or all"
        assert agents(other, words="refund") == ["Zoe", "Zoe"]
        assert command(second, "forget", "--yes", "Zoe").exit_code == 0
        assert agents(other) == []
        assert all_rows(one) == len(agents(one))


def test_a_correction_or_a_customers_right_changes_the_own_site_alone(url: str, tmp_path: Path) -> None:
    first, second = desk(tmp_path / "first", "Ada"), desk(tmp_path / "second", "Zoe")
    for root in (first, second):
        assert command(root, "reindex").exit_code == 0
        assert command(root, "call", "edit", "093015-a0", "customer=C1", "started=2025-01-31T10:00").exit_code == 0
    held = command(first, "call", "edit", "093015-a0", "hold=2999-01-01", "reason=4711", "--reviewer", "Robin")
    assert held.exit_code == 0, held.output
    with open_catalogue(first, url) as catalogue:
        assert [(call.folder, call.customer, call.hold_until) for call in query.calls(catalogue, Filter())] == [
            ("2026-03-02/093115-a1", "", ""),
            ("2025-01-31/093015-a0", "C1", "2999-01-01"),
        ]
        assert all_rows(catalogue) == 4
    assert "Kept 1 call on hold" in command(first, "purge").stdout
    assert command(second, "forget", "--customer", "C1", "--yes").stdout == "Deleted all of 1 call.\n"
    assert "on hold" in command(first, "forget", "--customer", "C1", "--yes").stderr
    assert command(first, "forget", "--customer", "C1", "--yes", "--even-held").exit_code == 0
    with open_catalogue(first, url) as catalogue, catalogue.reading() as connection:
        kept = connection.execute(select(schema.calls.c.folder, schema.calls.c.customer)).all()
        assert sorted(map(tuple, kept)) == [("2026-03-02/093115-a1", "")] * 2


def test_two_programs_may_list_the_same_call_again_at_once(url: str, tmp_path: Path) -> None:
    root = desk(tmp_path, "Ada")
    folder = root / "2026-03-02/093015-a0"

    def list_again(_: int) -> None:
        with open_catalogue(root, url) as catalogue:
            for _time in range(10):
                refresh(catalogue, folder)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(list_again, range(4)))
    with open_catalogue(root, url) as catalogue:
        assert all_rows(catalogue) == 1


@pytest.mark.parametrize(("version", "said"), [(2, "older version.*catalogue upgrade"), (99, "newer version.*Update")])
def test_tables_of_another_version_are_refused_and_left_alone(
    version: int, said: str, url: str, tmp_path: Path
) -> None:
    root = desk(tmp_path / "calls", "Ada")
    with open_catalogue(root, url) as catalogue:
        reindex(catalogue)
    set_version(url, version)
    for anew in (False, True):
        with pytest.raises(CatalogueError, match=said):
            open_catalogue(root, url, anew=anew)
    done = command(root, "calls", "--plain")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    set_version(url, schema.VERSION)
    with open_catalogue(root, url) as catalogue:
        assert agents(catalogue) == ["Ada", "Ada"]


def first_version(url: str, calls: int) -> None:
    """A database as version 0.3.0 leaves it, with calls of the same ids as those of a desk."""
    run(url, FIRST_VERSION.read_text())
    new = {"key", "site", "kind", "mixed", "separated", "shown", "sound_hash", "hold_until", "hold_reason", "hold_by"}
    known = [column.name for column in schema.calls.c if column.name not in new]
    old = sqlalchemy.table("calls", *map(sqlalchemy.column, known), schema="tone_monitor")
    listed = asdict(rows("", info(after(), "Old"), [], [], FilesState()).call) | {"agent_folded": "old"}
    with_text = {name: value for name, value in listed.items() if name in known}
    for number in range(calls):
        run(url, old.insert().values(with_text | {"folder": f"2026-03-02/09{30 + number}15-a{number}"}))
    run(url, "INSERT INTO tone_monitor.words (call, text) SELECT key, ' an old refund ' FROM tone_monitor.calls")


def test_the_tables_of_the_first_version_are_upgraded_by_hand_and_claimed_by_their_desks(
    url: str, tmp_path: Path
) -> None:
    root = desk(tmp_path / "calls", "Ada")
    first_version(url, calls=3)
    with pytest.raises(CatalogueError, match=r"older version.*catalogue upgrade"):
        open_catalogue(root, url)
    done = CliRunner().invoke(main, ["catalogue", "upgrade"])
    assert done.exit_code == 0, done.output
    assert f"from version 2 to {schema.VERSION}" in done.stdout
    assert "3 calls wait for the desk" in done.stdout
    with open_catalogue(root, url) as catalogue:
        assert agents(catalogue) == []
        assert all_rows(catalogue) == 3
        reindex(catalogue)
        assert agents(catalogue, words="refund") == ["Ada", "Ada"]
        assert all_rows(catalogue) == 3, "one waits for another desk"
    again = CliRunner().invoke(main, ["catalogue", "upgrade"])
    assert "is up to date" in again.stdout
    assert "1 call waits for the desk" in again.stdout


def test_forgetting_a_call_removes_the_row_that_the_first_version_made(url: str, tmp_path: Path) -> None:
    root = desk(tmp_path / "calls", "Ada")
    first_version(url, calls=3)
    upgrade(url)
    assert command(root, "forget", "--yes", "093015-a0").exit_code == 0
    with open_catalogue(root, url) as catalogue:
        assert all_rows(catalogue) == 2
        assert not catalogue.is_filled()


def shape(url: str) -> list[object]:
    """All columns, indexes and views of the tables, in no order."""
    engine = sqlalchemy.create_engine(parsed(url))
    with engine.connect() as connection:
        asked = [
            """SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default,
            generation_expression FROM information_schema.columns WHERE table_schema = 'tone_monitor_sites'""",
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'tone_monitor_sites'",
            "SELECT viewname, definition FROM pg_views WHERE schemaname = 'tone_monitor_sites'",
            """SELECT relname, reloptions FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
            WHERE nspname = 'tone_monitor_sites'""",
            """SELECT conname, contype FROM pg_constraint JOIN pg_namespace AS n ON n.oid = connamespace
            WHERE nspname = 'tone_monitor_sites'""",
        ]
        found: list[object] = [sorted(map(str, connection.exec_driver_sql(one))) for one in asked]
    engine.dispose()
    return found


def test_an_upgraded_database_is_as_a_new_one(url: str, tmp_path: Path) -> None:
    with open_catalogue(tmp_path, url):
        new = shape(url)
    run(url, f"DROP SCHEMA {schema.NAMESPACE} CASCADE")
    first_version(url, calls=1)
    assert upgrade(url)
    assert shape(url) == new


def test_several_may_upgrade_at_once(url: str) -> None:
    first_version(url, calls=1)
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(upgrade, [url] * 3))
    assert sorted(one.before for one in done if one) == [2, schema.VERSION, schema.VERSION]


def test_a_desk_with_the_first_version_drops_nothing_of_ours(url: str, tmp_path: Path) -> None:
    root = desk(tmp_path, "Ada")
    first_version(url, calls=1)
    upgrade(url)
    with open_catalogue(root, url) as catalogue:
        reindex(catalogue)
        run(
            url, "DROP SCHEMA IF EXISTS tone_monitor CASCADE"
        )  # what 0.3.0 does when it finds other tables than its own
        run(url, FIRST_VERSION.read_text())
        assert agents(catalogue) == ["Ada", "Ada"]
        assert inspect(catalogue.engine).has_table("calls", schema="tone_monitor")
    done = CliRunner().invoke(main, ["catalogue", "upgrade"])
    assert "A desk with version 0.3.0 still writes" in done.stdout


def test_what_cannot_be_upgraded_is_told(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CatalogueError, match="no catalogue in"):
        upgrade(url)
    with open_catalogue(tmp_path / "calls", url):
        set_version(url, 99)
    with pytest.raises(CatalogueError, match="does not know its version 99"):
        upgrade(url)
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    assert "needs no upgrade" in CliRunner().invoke(main, ["catalogue", "upgrade"]).stdout


def test_two_folders_may_share_a_sqlite_file_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    first, second = desk(tmp_path / "first", "Ada"), desk(tmp_path / "second", "Zoe")
    with open_catalogue(first, url) as one, open_catalogue(second, url) as other:
        for catalogue in (one, other, one):
            reindex(catalogue)
        assert agents(one, words="refund") == ["Ada", "Ada"]
        assert agents(other, words="refund") == ["Zoe", "Zoe"]


def test_a_folder_with_a_new_id_gets_a_new_catalogue(tmp_path: Path) -> None:
    root = desk(tmp_path, "Ada")
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
        listed = agents(catalogue)
    (root / "site").unlink()
    with open_catalogue(root) as catalogue:
        assert all_rows(catalogue) == 0, "nobody would ever remove these rows"
        assert not catalogue.is_filled()
        reindex(catalogue)
        put(catalogue, [])
        assert agents(catalogue) == listed
