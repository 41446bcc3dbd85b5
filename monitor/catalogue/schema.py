"""The tables of the catalogue, the same on SQLite and PostgreSQL except for the index of words."""

from collections.abc import Iterable

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    event,
    literal_column,
)

from monitor.base.fold import fold

VERSION = 6
"""Of these tables. In SQLite, tables of another version are made again from the folders.

In PostgreSQL they may hold the calls of other desks: only `tone-monitor catalogue upgrade` changes them, by a step of
`monitor/catalogue/upgrade.py`.
"""
NAMESPACE = "tone_monitor_sites"
"""The schema that holds the tables on PostgreSQL."""
FIRST_NAMESPACE = "tone_monitor"
"""The schema of version 0.3.0, which drops it when it finds other tables than its own: no others may be in it."""
NOBODY = ""
"""The site of rows that were listed before rows had one."""

NAME = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that all databases sort and compare in the same way: by its characters."""

metadata = MetaData()


def _of_call() -> Column[int]:
    return Column("call", ForeignKey("calls.key", ondelete="CASCADE"), nullable=False, index=True)


def listed(texts: Iterable[str]) -> str:
    """Texts in the form of a column that holds several: folded, each on a line of its own."""
    lines = "".join(f"{' '.join(fold(text).split())}\n" for text in texts)
    return f"\n{lines}" if lines else ""


about = Table("about", metadata, Column("version", Integer, primary_key=True))

sites = Table(
    "sites",
    metadata,
    Column("site", NAME, primary_key=True),
    Column("filled", Boolean, nullable=False),
)
"""The calls folders whose calls are listed, and whether all calls of each have been read."""

calls = Table(
    "calls",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("site", NAME, nullable=False),
    Column("folder", NAME, nullable=False),
    Column("started", Text, nullable=False),
    Column("started_s", Double, nullable=False),
    Column("day", NAME, nullable=False),
    Column("agent", NAME, nullable=False),
    Column("agent_folded", NAME, nullable=False),
    Column("agent_exact", NAME, nullable=False),
    Column("customer", Text, nullable=False),
    Column("customer_folded", NAME, nullable=False),
    Column("attributes_folded", NAME, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("mixed", Boolean, nullable=False),
    Column("separated", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("agent_talk_s", Double, nullable=False),
    Column("customer_talk_s", Double, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("prompts", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("followed", Integer, nullable=False),
    Column("worst", SmallInteger, nullable=False),
    Column("worst_count", Integer, nullable=False),
    Column("worst_rate", Double, nullable=False),
    Column("worst_rule", Text, nullable=False),
    Column("worst_at_s", Double),
    Column("flagged", Boolean, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("reviewed_by", Text, nullable=False),
    Column("reviewer_folded", NAME, nullable=False),
    Column("tags", Text, nullable=False),
    Column("tags_folded", NAME, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("hold_until", NAME, nullable=False),
    Column("hold_reason", Text, nullable=False),
    Column("hold_by", Text, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("seen", Text, nullable=False),
    Column("sound_hash", NAME, nullable=False),
    UniqueConstraint("site", "folder", name="calls_folder"),
)
Index("calls_newest", calls.c.site, calls.c.reviewed, calls.c.started_s.desc(), calls.c.folder.desc())
Index(
    "calls_worst",
    calls.c.site,
    calls.c.reviewed,
    calls.c.worst.desc(),
    calls.c.worst_rate.desc(),
    calls.c.started_s.desc(),
    calls.c.folder.desc(),
)
Index("calls_agent", calls.c.site, calls.c.agent_folded, calls.c.day)
Index("calls_day", calls.c.site, calls.c.day)
Index("calls_sound", calls.c.site, calls.c.sound_hash)

parts = Table(
    "parts",
    metadata,
    _of_call(),
    Column("agent", NAME, nullable=False),
    Column("agent_folded", NAME, nullable=False),
    Column("agent_exact", NAME, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("agent_talk_s", Double, nullable=False),
    Column("customer_talk_s", Double, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("prompts", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("followed", Integer, nullable=False),
    Column("worst", SmallInteger, nullable=False),
    Column("worst_count", Integer, nullable=False),
    Column("worst_rule", Text, nullable=False),
    Column("worst_at_s", Double),
    Column("flagged", Boolean, nullable=False),
)
"""Of calls that another agent took over: each agent's part of it. Other calls have no rows here."""

flags = Table(
    "flags",
    metadata,
    _of_call(),
    Column("at_s", Double, nullable=False),
    Column("rule", NAME, nullable=False),
    Column("speaker", NAME, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("value", Double),
    Column("baseline", Double),
    Column("limit", Double),
    Column("verdict", NAME, nullable=False),
)
Index("flags_rule", flags.c.rule, flags.c.call)

prompts = Table(
    "prompts",
    metadata,
    _of_call(),
    Column("since_s", Double, nullable=False),
    Column("until_s", Double),
    Column("rule", NAME, nullable=False),
    Column("action", NAME, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("delay_s", Double, nullable=False),
    Column("outcome", NAME, nullable=False),
    Column("after", NAME, nullable=False),
    Column("taken_down", NAME, nullable=False),
    Column("seen", Boolean),
    Column("silent", Boolean),
)

marks = Table(
    "marks",
    metadata,
    _of_call(),
    Column("at_s", Double, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("text", NAME, nullable=False),
    Column("made_by", NAME, nullable=False),
    Column("made", NAME, nullable=False),
    Column("rule", NAME, nullable=False),
    Column("end_s", Double),
)

words = Table(
    "words",
    metadata,
    Column("call", ForeignKey("calls.key", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("site", NAME, nullable=False),
)
LEXEMES: ColumnElement[str] = literal_column("words.lexemes")
"""On PostgreSQL alone: the words of a call as they are looked up, and its site behind a stroke, which no word has."""
LOOKED_UP = (
    """ALTER TABLE words ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(btrim(text), ' ') || ('/' || site))) STORED""",
    "CREATE INDEX words_index ON words USING gin (lexemes)",
)
"""On PostgreSQL: what words are looked up in."""

_WORDS_INDEX = {
    # `search.searchable` has normalised the text already: the tokenizer only splits at spaces.
    "sqlite": (
        """CREATE VIRTUAL TABLE words_index USING fts5(
            text, content='words', content_rowid='call', detail='none', tokenize="ascii tokenchars ''''"
        )""",
        """CREATE TRIGGER words_in AFTER INSERT ON words BEGIN
            INSERT INTO words_index(rowid, text) VALUES (new.call, new.text);
        END""",
        """CREATE TRIGGER words_out AFTER DELETE ON words BEGIN
            INSERT INTO words_index(words_index, rowid, text) VALUES ('delete', old.call, old.text);
        END""",
    ),
    "postgresql": (
        *LOOKED_UP,
        # Texts are stored apart, so that finding the calls of a common word reads few pages. The planner takes reading
        # them for free; without an order over the calls it has no way to a word but the index.
        "ALTER TABLE words SET (toast_tuple_target = 128)",
        "ALTER TABLE words DROP CONSTRAINT words_pkey",
        "CREATE INDEX words_call ON words USING hash (call)",
    ),
}
for database, statements in _WORDS_INDEX.items():
    for statement in statements:
        made = DDL(statement).execute_if(dialect=database)  # type: ignore[no-untyped-call]
        event.listen(words, "after_create", made)

DAILY = """CREATE VIEW daily AS SELECT
    day, agent, COUNT(*) AS calls, SUM(duration_s) AS duration_s, SUM(agent_talk_s) AS agent_talk_s,
    SUM(customer_talk_s) AS customer_talk_s, SUM(flags) AS flags, SUM(prompts) AS prompts,
    SUM(followed) AS followed, SUM(CASE WHEN reviewed THEN 1 ELSE 0 END) AS reviewed, site
FROM (
    SELECT site, day, agent, duration_s, agent_talk_s, customer_talk_s, flags, prompts, followed, reviewed
    FROM calls WHERE NOT EXISTS (SELECT 1 FROM parts WHERE parts.call = calls.key)
    UNION ALL
    SELECT calls.site, day, parts.agent, parts.duration_s, parts.agent_talk_s, parts.customer_talk_s, parts.flags,
        parts.prompts, parts.followed, reviewed
    FROM parts JOIN calls ON calls.key = parts.call
) AS had GROUP BY site, day, agent"""
event.listen(parts, "after_create", DDL(DAILY))  # type: ignore[no-untyped-call]
daily = Table(
    "daily",
    MetaData(),
    Column("day", Text),
    Column("agent", Text),
    Column("calls", Integer),
    Column("duration_s", Double),
    Column("agent_talk_s", Double),
    Column("customer_talk_s", Double),
    Column("flags", Integer),
    Column("prompts", Integer),
    Column("followed", Integer),
    Column("reviewed", Integer),
    Column("site", Text),
)
"""A view: figures of each site, day and agent, always those of the calls listed; of each agent, her parts alone."""
