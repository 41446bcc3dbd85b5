"""A team's logins: each tries to read and write what is not its own, through every table, view and function."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.catalogue import query, schema
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.catalogue.team.roles import HIDDEN
from monitor.catalogue.update import forget_deleted, refresh, remove, tidy
from monitor.cli import main
from tests.monitor.catalogue.team.conftest import (
    ONE_DESK,
    SITE,
    TABLES,
    WORD,
    Team,
    agents,
    counts,
    desk,
    execute,
    refused,
)

pytestmark = pytest.mark.slow
OF_CALL = ("parts", "flags", "prompts", "marks", "words")


def rows(url: str, table: str) -> list[tuple[object, ...]]:
    readable = [f'"{column.name}"' for column in schema.metadata.tables[table].c if column not in HIDDEN]
    return execute(url, f"SELECT {', '.join(readable)} FROM {table}")


def test_a_desks_login_reads_its_own_rows_alone_through_every_table_and_view(two: Team, tmp_path: Path) -> None:
    assert counts(two.of("ada")) == ONE_DESK
    assert execute(two.of("ada"), "SELECT DISTINCT agent FROM calls") == [("Ada",)]
    with open_catalogue(tmp_path / "ada", two.of("ada")) as catalogue:
        for words in ("", WORD, f'"the {WORD}"', f"{WORD[:4]}*"):
            assert agents(catalogue, words) == ["Ada", "Ada"]
        assert query.count(catalogue, Filter(team=True)) == query.Count(2, 2)
    everything = {
        name
        for (name,) in execute(
            two.owner,
            "SELECT relname FROM pg_class WHERE relnamespace = 'tone_monitor_sites'::regnamespace "
            "AND relkind IN ('r', 'v', 'm', 'p', 'f')",
        )
    }
    assert everything == {*TABLES, "about", "team_members"}, "a new table or view needs its policy and its test"
    assert refused(two.of("ada"), "SELECT FROM team_members")
    assert refused(two.of("ada"), "SELECT team_sites()")
    assert refused(two.of("ada"), "SET ROLE owner")


def test_looking_words_up_finds_no_words_of_others(two: Team) -> None:
    own = {key for (key,) in execute(two.of("ada"), "SELECT key FROM calls")}
    for looked_for in (f"'{WORD}'", f"'{WORD[:2]}':*", "'nothing' | !'nothing'"):
        found = execute(two.of("ada"), f"SELECT said($${looked_for}$$::tsquery)")
        assert {key for (key,) in found} <= own
    assert execute(two.of("ada"), "SELECT count(*) FROM words WHERE text LIKE '%%marz%%'") == [(2,)]
    site = execute(two.of("zoe"), "SELECT site FROM sites")[0][0]
    assert execute(two.of("ada"), f"SELECT said($$'{WORD}' & '/{site}'$$::tsquery)") == []
    for phrases in ("{}", f"{{the {WORD}}}", "{_\\\\}"):
        found = execute(two.of("ada"), f"SELECT said($$'{WORD}' | !'{WORD}'$$::tsquery, $${phrases}$$)")
        assert {key for (key,) in found} <= own


def test_a_supervisor_finds_words_and_phrases_alike_whether_few_or_many_calls_have_them(
    two: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_catalogue(tmp_path / "kim", two.add("kim", "supervisor", "billing", "support")) as catalogue:
        for most in (query.MANY, 4, 1):
            monkeypatch.setattr(query, "MANY", most)
            for words in (WORD, f'"the {WORD}"', f'"the {WORD[:4]}*"'):
                assert agents(catalogue, words) == ["Ada", "Ada", "Zoe", "Zoe"]
                assert query.count(catalogue, Filter(words=words, team=True)) == query.Count(4, 4)
            for words in (f'"{WORD} the"', f"the {WORD} never"):
                assert agents(catalogue, words) == []


def test_a_desks_login_writes_into_no_call_of_another(two: Team) -> None:
    ada, zoe = two.of("ada"), two.of("zoe")
    others = execute(zoe, "SELECT key FROM calls")[0][0]
    site = execute(zoe, "SELECT site FROM sites")[0][0]
    before = {table: sorted(map(str, rows(zoe, table))) for table in ("calls", *OF_CALL)}
    for table in OF_CALL:
        columns = [
            f'"{column.name}"' for column in schema.metadata.tables[table].c if column.name not in {"call", "site"}
        ]
        own = "words.site," if table == "words" else ""
        named = f"call, {'site, ' if own else ''}{', '.join(columns)}"
        assert refused(ada, f"INSERT INTO {table} ({named}) SELECT {others}, {own} {', '.join(columns)} FROM {table}")
        assert refused(ada, f"UPDATE {table} SET call = {others}")
        assert refused(ada, f"DELETE FROM {table}")
    assert refused(ada, f"UPDATE calls SET site = '{site}'")
    assert refused(ada, f"INSERT INTO words (call, text, site) VALUES ({others}, 'x', '{site}')")
    columns = ", ".join(column.name for column in schema.calls.c if column.name not in {"key", "site"})
    assert refused(ada, f"INSERT INTO calls (site, {columns}) SELECT '{site}', {columns} FROM calls")
    assert execute(ada, f"DELETE FROM calls WHERE site = '{site}' OR key = {others}") == [(0,)]
    assert execute(ada, f"UPDATE sites SET filled = false WHERE site = '{site}'") == [(0,)]
    assert refused(ada, f"UPDATE sites SET login = 'ada' WHERE site = '{site}'")
    assert refused(ada, f"INSERT INTO sites VALUES ('{SITE}', true, 'zoe')")
    assert execute(ada, f"SELECT claim('{site}')") == [(False,)]
    assert refused(ada, "TRUNCATE calls")
    assert before == {table: sorted(map(str, rows(zoe, table))) for table in ("calls", *OF_CALL)}


def test_a_supervisor_reads_the_calls_of_her_teams_with_their_words(two: Team, tmp_path: Path) -> None:
    for login, teams, found in (("kim", ["*"], ["Ada", "Ada", "Zoe", "Zoe"]), ("lee", ["support"], ["Zoe", "Zoe"])):
        url = two.add(login, "supervisor", *teams)
        with open_catalogue(tmp_path / login, url) as catalogue:
            assert agents(catalogue) == agents(catalogue, WORD) == agents(catalogue, f'"the {WORD}"') == found
            assert query.calls(catalogue, Filter()) == (), "her own calls folder is empty"
            call = query.calls(catalogue, Filter(team=True))[0]
            assert call.customer == WORD
            assert [mark.text for mark in query.details(catalogue, call.folder, call.site).marks] == [WORD]
        assert execute(url, "DELETE FROM calls") == [(0,)]
        assert refused(url, "UPDATE calls SET agent = ''")
    with open_catalogue(tmp_path / "max", two.add("max", "supervisor")) as catalogue:
        assert agents(catalogue) == [], "no team was named"


def test_a_trainer_reads_figures_but_no_words_notes_or_customers(two: Team, tmp_path: Path) -> None:
    url = two.add("tim", "trainer", "*")
    assert counts(url) == {table: 2 * number for table, number in ONE_DESK.items()} | {"words": 0, "sites": 3 - 1}
    for table in ("calls", "marks"):
        assert refused(url, f"SELECT * FROM {table}")
        assert WORD not in str(rows(url, table))
    assert refused(url, "SELECT text FROM marks")
    assert refused(url, "SELECT FROM calls WHERE customer = 'x'")
    with open_catalogue(desk(tmp_path / "tim", "Tim"), url) as catalogue:
        reindex(catalogue)
        assert agents(catalogue) == ["Ada", "Ada", "Tim", "Tim", "Zoe", "Zoe"]
        assert agents(catalogue, WORD) == ["Tim", "Tim"], "the words of her own calls"
        call = query.calls(catalogue, Filter(team=True, agent="zoe"))[0]
        assert (call.customer, call.flags) == ("", 1)
        found = query.details(catalogue, call.folder, call.site)
        assert ([mark.text for mark in found.marks], len(found.prompts)) == ([""], 1)
        for wanted in (Filter(customer="x"), Filter(attributes=("queue",))):
            with pytest.raises(CatalogueError, match=r"trainer's login reads neither.*ask a supervisor"):
                query.calls(catalogue, wanted)


def test_the_owner_of_the_tables_is_held_to_the_policies_too(two: Team) -> None:
    assert {table: execute(two.owner, f"SELECT count(*) FROM {table}")[0][0] for table in ("calls", "marks")} == {
        "calls": 0,
        "marks": 0,
    }
    execute(two.owner, "CREATE VIEW everything AS SELECT * FROM calls", "GRANT SELECT ON everything TO tone_desk")
    assert execute(two.of("ada"), "SELECT DISTINCT agent FROM everything") == [("Ada",)], "a view of the owner's"
    execute(two.owner, "DROP VIEW everything")


def command(url: str, root: Path, tmp_path: Path, *arguments: str) -> Result:
    settings = tmp_path / "config.toml"
    settings.write_text(f'[calls]\ncatalogue = "{url}"\nfolder = "{root}"\n')
    return CliRunner(env={"TONE_MONITOR_CONFIG": str(settings)}).invoke(main, arguments)


@pytest.mark.parametrize("role", ["desk", "supervisor", "trainer"])
def test_each_role_lists_searches_and_deletes_its_own_calls_with_the_usual_commands(
    role: str, two: Team, tmp_path: Path
) -> None:
    url = two.add("pat", role, "*")  # type: ignore[arg-type]
    root = desk(tmp_path / "pat", "Pat")
    for arguments, expected in (
        (["calls", "--plain"], "Pat"),
        (["calls", "--plain", "--words", WORD, "--save", "sweets"], WORD),
        (["calls", "--plain", "--where", "@sweets"], "Pat"),
        (["rules", "quality"], "slow-down"),
        (["call", "edit", "a0", "agent=Pam"], ""),
        (["reindex", "--all"], "2 calls in the catalogue"),
        (["forget", "--yes", "a1"], "Deleted all of 1 call"),
        (["purge"], "Deleted"),
        (["calls", "--plain"], "call"),
    ):
        done = command(url, root, tmp_path, *arguments)
        assert done.exit_code == 0, (arguments, done.output, done.exception)
        assert expected in done.stdout
    assert counts(two.of("zoe")) == counts(two.of("ada")) == ONE_DESK
    with open_catalogue(root, url) as catalogue:
        refresh(catalogue, next(root.glob("2*/*"), root / "2026-03-02/none"))
        tidy(catalogue)
        forget_deleted(catalogue)
        remove(catalogue, ["2026-03-02/none"])


def test_a_supervisor_lists_the_calls_of_all_desks_and_searches_their_words(two: Team, tmp_path: Path) -> None:
    for role, words in (("supervisor", 4), ("trainer", 0)):
        url = two.add("kim", role, "*")  # type: ignore[arg-type]
        for arguments, found in (((), 4), (("--words", WORD), words), (("--agent", "zoe"), 2)):
            done = command(url, tmp_path / "kim", tmp_path, "calls", "--all-desks", "--plain", *arguments)
            assert done.exit_code == 0, done.output
            assert done.stdout.count("2026-03-02/") == found
        refusal = command(url, tmp_path / "kim", tmp_path, "calls", "--all-desks", "--plain", "--customer", WORD)
        assert refusal.exit_code == (role == "trainer"), refusal.output
    alone = command(url, tmp_path / "kim", tmp_path, "calls", "--plain")
    assert "2026-03-02/" not in alone.stdout


def test_a_login_without_a_role_is_refused_in_a_sentence(two: Team, tmp_path: Path) -> None:
    execute(two.server, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    with pytest.raises(CatalogueError, match=r"permission denied.*catalogue add-login"):
        open_catalogue(tmp_path, two.of("guest"))
    done = command(two.of("ada"), tmp_path / "ada", tmp_path, "catalogue", "add-login", "guest")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert "no right" in done.stderr
