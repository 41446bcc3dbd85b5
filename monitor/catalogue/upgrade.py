"""Brings the tables of a PostgreSQL database from an older version to this one, with the rows of all sites."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, text

from monitor.catalogue import postgres
from monitor.catalogue.catalogue import WAIT_S, name_of, parsed, sentences
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.schema import DAILY, FIRST_NAMESPACE, LOOKED_UP, NAMESPACE, NOBODY, VERSION, about, calls
from monitor.catalogue.team import administration, policies, roles

READ_AGAIN = ("UPDATE calls SET seen = ''", "UPDATE sites SET filled = FALSE")
"""Only a call's folder knows what is new in its row: each desk reads its calls again when it next lists them."""
FOLDED = ("agent_exact", "customer_folded", "attributes_folded", "reviewer_folded", "tags_folded")
FIRST_DAILY = """CREATE VIEW daily AS SELECT
    day, agent, COUNT(*) AS calls, SUM(duration_s) AS duration_s, SUM(agent_talk_s) AS agent_talk_s,
    SUM(customer_talk_s) AS customer_talk_s, SUM(flags) AS flags, SUM(prompts) AS prompts,
    SUM(followed) AS followed, SUM(CASE WHEN reviewed THEN 1 ELSE 0 END) AS reviewed, site
FROM calls GROUP BY site, day, agent"""
STEPS = {
    2: (
        f"ALTER SCHEMA {FIRST_NAMESPACE} RENAME TO {NAMESPACE}",
        'CREATE TABLE sites (site TEXT COLLATE "C" PRIMARY KEY, filled BOOLEAN NOT NULL)',
        """ALTER TABLE calls ADD COLUMN site TEXT COLLATE "C" NOT NULL DEFAULT ''""",
        "ALTER TABLE calls ALTER COLUMN site DROP DEFAULT",
        "ALTER TABLE calls DROP CONSTRAINT calls_folder_key",
        "ALTER TABLE calls ADD CONSTRAINT calls_folder UNIQUE (site, folder)",
        "DROP INDEX calls_newest, calls_worst, calls_agent, calls_day",
        "CREATE INDEX calls_newest ON calls (site, reviewed, started_s DESC, folder DESC)",
        "CREATE INDEX calls_worst ON calls (site, reviewed, worst DESC, worst_count DESC, started_s DESC, folder DESC)",
        "CREATE INDEX calls_agent ON calls (site, agent_folded, day)",
        "CREATE INDEX calls_day ON calls (site, day)",
        "DROP VIEW daily",
        FIRST_DAILY,
        """ALTER TABLE words ADD COLUMN site TEXT COLLATE "C" NOT NULL DEFAULT ''""",
        "ALTER TABLE words ALTER COLUMN site DROP DEFAULT",
        "ALTER TABLE words DROP COLUMN lexemes",
        *LOOKED_UP,
    ),
    3: (
        """ALTER TABLE prompts ADD COLUMN after TEXT COLLATE "C" NOT NULL DEFAULT ''""",
        "ALTER TABLE prompts ALTER COLUMN after DROP DEFAULT",
        """ALTER TABLE prompts ADD COLUMN taken_down TEXT COLLATE "C" NOT NULL DEFAULT ''""",
        "ALTER TABLE prompts ALTER COLUMN taken_down DROP DEFAULT",
        "UPDATE prompts SET taken_down = outcome, outcome = 'not_applicable' WHERE outcome IN ('dismissed', 'snoozed')",
        "UPDATE prompts SET outcome = 'no_change' WHERE outcome = 'ignored'",
        "UPDATE prompts SET taken_down = 'call_ended', outcome = 'not_applicable' WHERE outcome = 'call ended'",
        "UPDATE prompts SET after = outcome",
    ),
    4: (
        *(f"""ALTER TABLE calls ADD COLUMN {column} TEXT COLLATE "C" NOT NULL DEFAULT ''""" for column in FOLDED),
        *(f"ALTER TABLE calls ALTER COLUMN {column} DROP DEFAULT" for column in FOLDED),
        "ALTER TABLE calls ADD COLUMN worst_rate DOUBLE PRECISION NOT NULL DEFAULT 0",
        "ALTER TABLE calls ALTER COLUMN worst_rate DROP DEFAULT",
        "UPDATE calls SET worst_rate = worst_count * 600 / greatest(duration_s, 180)",
        "DROP INDEX calls_worst",
        "CREATE INDEX calls_worst ON calls (site, reviewed, worst DESC, worst_rate DESC, started_s DESC, folder DESC)",
        """ALTER TABLE calls ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'live'""",
        "ALTER TABLE calls ALTER COLUMN kind DROP DEFAULT",
        "ALTER TABLE calls ADD COLUMN shown INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE calls ALTER COLUMN shown DROP DEFAULT",
        "ALTER TABLE prompts ADD COLUMN seen BOOLEAN",
        """ALTER TABLE calls ADD COLUMN hold_until TEXT COLLATE "C" NOT NULL DEFAULT ''""",
        "ALTER TABLE calls ALTER COLUMN hold_until DROP DEFAULT",
        "ALTER TABLE calls ADD COLUMN hold_reason TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE calls ALTER COLUMN hold_reason DROP DEFAULT",
        "ALTER TABLE calls ADD COLUMN hold_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE calls ALTER COLUMN hold_by DROP DEFAULT",
        """ALTER TABLE calls ADD COLUMN sound_hash TEXT COLLATE "C" NOT NULL DEFAULT ''""",
        "ALTER TABLE calls ALTER COLUMN sound_hash DROP DEFAULT",
        "CREATE INDEX calls_sound ON calls (site, sound_hash)",
        "ALTER TABLE calls ADD COLUMN mixed BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE calls ALTER COLUMN mixed DROP DEFAULT",
        *READ_AGAIN,
    ),
    5: (
        "ALTER TABLE prompts ADD COLUMN silent BOOLEAN",
        "ALTER TABLE calls ADD COLUMN separated BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE calls ALTER COLUMN separated DROP DEFAULT",
        """CREATE TABLE parts (
            call INTEGER NOT NULL REFERENCES calls (key) ON DELETE CASCADE,
            agent TEXT COLLATE "C" NOT NULL, agent_folded TEXT COLLATE "C" NOT NULL,
            agent_exact TEXT COLLATE "C" NOT NULL, duration_s DOUBLE PRECISION NOT NULL,
            agent_talk_s DOUBLE PRECISION NOT NULL, customer_talk_s DOUBLE PRECISION NOT NULL,
            flags INTEGER NOT NULL, prompts INTEGER NOT NULL, shown INTEGER NOT NULL, followed INTEGER NOT NULL,
            worst SMALLINT NOT NULL, worst_count INTEGER NOT NULL, worst_rule TEXT NOT NULL,
            worst_at_s DOUBLE PRECISION, flagged BOOLEAN NOT NULL
        )""",
        "CREATE INDEX ix_parts_call ON parts (call)",
        "DROP VIEW daily",
        DAILY,
        *READ_AGAIN,
    ),
}
"""What leads from a version to the next one. Version 2 is that of Tone Monitor 0.3.0."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What upgrading did."""

    name: str
    """Of the database, without its password."""
    before: int
    """The version that was found."""
    unclaimed: int
    """Calls that no site has listed yet: of desks that have not run `tone-monitor reindex` since."""
    first_again: bool
    """Whether a desk with version 0.3.0 has made tables of its own again."""


def upgrade(url: str) -> Upgraded | None:
    """Upgrade a database, wholly or not at all; one that is of this version stays as it is.

    Args:
        url: SQLAlchemy URL of a PostgreSQL database. None is given for SQLite, which needs no upgrade.

    Raises:
        CatalogueError: it cannot be used, holds no catalogue, or one that cannot be upgraded.
    """
    where = parsed(url)
    if where.get_backend_name() == "sqlite":
        return None
    engine, name = postgres.engine(where, WAIT_S), name_of(where)
    try:
        with sentences(name), engine.begin() as connection:
            postgres.lock_all(connection)
            before = postgres.version(connection)
            if before is None:
                raise CatalogueError(f"There is no catalogue in {name} yet. `tone-monitor calls` creates it.")
            _steps(connection, before, name)
            unclaimed = select(func.count()).select_from(calls).where(calls.c.site == NOBODY)
            return Upgraded(
                name,
                before,
                connection.execute(unclaimed).scalar_one(),
                inspect(connection).has_table(about.name, schema=FIRST_NAMESPACE),
            )
    finally:
        engine.dispose()


def _steps(connection: Connection, before: int, name: str) -> None:
    if before > VERSION or any(version not in STEPS for version in range(before, VERSION)):
        raise CatalogueError(
            f"Can't upgrade the catalogue {name}: this version of Tone Monitor does not know its version {before}. "
            "Update Tone Monitor on this machine; the catalogue stays as it is."
        )
    has_team = roles.is_set_up(connection)
    if has_team and before < VERSION:
        administration.run(connection, policies.lifted())
    for version in range(before, VERSION):
        for statement in STEPS[version]:
            connection.execute(text(statement))
    connection.execute(about.update().values(version=VERSION))
    if has_team:  # tables and views that a step has made have no policies yet
        administration.run(connection, policies.statements())
