"""Setting a team up, upgrading its catalogue, and people who come and go."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.catalogue import postgres, schema, upgrade
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.reindex import reindex
from monitor.catalogue.team import policies
from monitor.cli import main
from tests.monitor.catalogue.team.conftest import ONE_DESK, Team, agents, counts, desk, execute

pytestmark = pytest.mark.slow


def test_the_dry_run_prints_what_init_team_runs_and_changes_nothing(empty: Team) -> None:
    runner = CliRunner()
    dry = runner.invoke(main, ["catalogue", "init-team", "--url", empty.owner, "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert execute(empty.owner, "SELECT FROM pg_class WHERE relname = 'calls'") == []
    real = runner.invoke(main, ["catalogue", "init-team", "--url", empty.owner])
    assert dry.stdout == real.stdout
    assert all(f"{statement};\n" in real.stdout for statement in policies.statements())
    before = access(empty)
    execute(empty.owner, real.stdout.removeprefix("BEGIN;\n").removesuffix("COMMIT;\n"))
    assert runner.invoke(main, ["catalogue", "init-team", "--url", empty.owner]).exit_code == 0
    assert access(empty) == before, "what was printed does the same, and doing it again changes nothing"


def access(team: Team) -> list[str]:
    """All policies, rights, functions and options, as text."""
    return [
        str(execute(team.server.replace("/postgres?", "/team?"), statement))
        for statement in (
            "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
            """SELECT relname, relrowsecurity, relforcerowsecurity, relacl::text, reloptions FROM pg_class
            WHERE relnamespace = 'tone_monitor_sites'::regnamespace ORDER BY 1""",
            """SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute WHERE attacl IS NOT NULL
            ORDER BY 1, 2""",
            """SELECT proname, prosecdef, proacl::text, proconfig FROM pg_proc
            WHERE pronamespace = 'tone_monitor_sites'::regnamespace ORDER BY 1""",
        )
    ]


def test_an_upgrade_keeps_the_policies_and_gives_them_to_what_it_makes(
    two: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = access(two)
    newer = schema.VERSION + 1
    for module in (postgres, upgrade, schema):
        monkeypatch.setattr(module, "VERSION", newer)
    steps = (
        "DROP VIEW daily",
        schema.DAILY,
        "DROP POLICY team_select ON marks",
        "ALTER TABLE flags DISABLE ROW LEVEL SECURITY",
        "UPDATE calls SET seen = ''",
    )
    monkeypatch.setitem(upgrade.STEPS, schema.VERSION - 1, steps)
    with pytest.raises(CatalogueError, match="owner"):
        upgrade.upgrade(two.of("ada"))
    assert upgrade.upgrade(two.owner)
    assert access(two) == before
    assert counts(two.of("ada")) == ONE_DESK
    assert execute(two.of("ada"), "SELECT DISTINCT seen FROM calls") == [("",)], "a step reaches every site"


def test_a_login_that_leaves_takes_its_rows_along(two: Team, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["catalogue", "remove-login", "zoe", "--url", two.owner])
    assert done.exit_code == 0, done.output
    with pytest.raises(CatalogueError, match="permission denied"):
        open_catalogue(tmp_path / "zoe", two.of("zoe"))
    with open_catalogue(tmp_path / "kim", two.add("kim", "supervisor", "*")) as catalogue:
        assert agents(catalogue) == ["Ada", "Ada"]


def test_the_logins_are_listed_with_agents_of_one_name_at_two_desks(two: Team, tmp_path: Path) -> None:
    with open_catalogue(desk(tmp_path / "ida", "ada"), two.add("ida", "desk", "billing", "support")) as catalogue:
        reindex(catalogue)
    two.add("kim", "supervisor", "*")
    done = CliRunner().invoke(main, ["catalogue", "logins", "--url", two.owner])
    assert done.exit_code == 0, done.output
    assert [line.split()[:2] for line in done.stdout.splitlines()[:4]] == [
        ["ada", "desk"],
        ["ida", "desk"],
        ["kim", "supervisor"],
        ["zoe", "desk"],
    ]
    assert "Several desks have calls of ada: ada, ida." in done.stdout
    assert counts(two.of("ada")) == counts(two.of("ida")) == ONE_DESK, "neither sees the other's"
