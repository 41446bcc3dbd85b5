"""The tables of the catalogue, the same on SQLite and PostgreSQL but for the index over words."""

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
    event,
    literal_column,
)

VERSION = 3
"""Of these tables; a catalogue of another version is made anew from the folders."""
NAMESPACE = "tone_monitor"
"""The schema that holds the tables on PostgreSQL."""

NAME = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that every database sorts and compares alike: by its characters."""

metadata = MetaData()


def _of_call() -> Column[int]:
    return Column("call", ForeignKey("calls.key", ondelete="CASCADE"), nullable=False, index=True)


about = Table("about", metadata, Column("version", Integer, primary_key=True))

calls = Table(
    "calls",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("folder", NAME, nullable=False, unique=True),
    Column("started", Text, nullable=False),
    Column("started_s", Double, nullable=False),
    Column("day", NAME, nullable=False),
    Column("agent", NAME, nullable=False),
    Column("agent_folded", NAME, nullable=False),
    Column("customer", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("agent_talk_s", Double, nullable=False),
    Column("customer_talk_s", Double, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("prompts", Integer, nullable=False),
    Column("followed", Integer, nullable=False),
    Column("worst", SmallInteger, nullable=False),
    Column("worst_count", Integer, nullable=False),
    Column("worst_rule", Text, nullable=False),
    Column("worst_at_s", Double),
    Column("flagged", Boolean, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("reviewed_by", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("seen", Text, nullable=False),
)
Index("calls_newest", calls.c.reviewed, calls.c.started_s.desc(), calls.c.folder.desc())
Index(
    "calls_worst",
    calls.c.reviewed,
    calls.c.worst.desc(),
    calls.c.worst_count.desc(),
    calls.c.started_s.desc(),
    calls.c.folder.desc(),
)
Index("calls_agent", calls.c.agent_folded, calls.c.day)
Index("calls_day", calls.c.day)

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
)
LEXEMES: ColumnElement[str] = literal_column("words.lexemes")
"""On PostgreSQL alone: the words of a call as they are looked up, taken as they are."""

_WORDS_INDEX = {
    # Our own normalisation has made plain words of everything: the tokenizer splits at blanks and changes nothing.
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
        """ALTER TABLE words ADD COLUMN lexemes tsvector
            GENERATED ALWAYS AS (array_to_tsvector(string_to_array(btrim(text), ' '))) STORED""",
        "CREATE INDEX words_index ON words USING gin (lexemes)",
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

event.listen(
    calls,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        """CREATE VIEW daily AS SELECT
        day, agent, COUNT(*) AS calls, SUM(duration_s) AS duration_s, SUM(agent_talk_s) AS agent_talk_s,
        SUM(customer_talk_s) AS customer_talk_s, SUM(flags) AS flags, SUM(prompts) AS prompts,
        SUM(followed) AS followed, SUM(CASE WHEN reviewed THEN 1 ELSE 0 END) AS reviewed
    FROM calls GROUP BY day, agent"""
    ),
)
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
)
"""A view: figures of each day and agent, always those of the calls listed."""
