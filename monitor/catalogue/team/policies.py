"""The SQL that gives a team's logins their rights; running it again changes nothing.

Every condition is about `session_user`, the login itself, so that neither `SET ROLE` nor a function of the owner's
changes what is read. `FORCE` holds the owner of the tables to the policies, too. Only `words`, `sites` and
`team_members` are without it: the functions below read them as the owner. Those that search or list for a login check
its sites themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.catalogue.schema import NAMESPACE, calls, marks
from monitor.catalogue.team.roles import HIDDEN, TEAM_ROLES, group

EVERY_TEAM = "*"
"""The team of a supervisor or trainer who reads all teams."""
_OF_CALL = ("parts", "flags", "prompts", "marks")
_FORCED = ("calls", *_OF_CALL)
_GROUPS = ", ".join(map(group, TEAM_ROLES))
_AS_OWNER = f"SECURITY DEFINER SET search_path = {NAMESPACE}, pg_temp"


def _site_of(table: str) -> Iterator[str]:
    """Each row gets the site of its call, so that a policy need not look at the call of every row."""
    yield f"""ALTER TABLE {table} ADD COLUMN IF NOT EXISTS site TEXT COLLATE "C" NOT NULL DEFAULT ''"""
    yield f"UPDATE {table} SET site = calls.site FROM calls WHERE calls.key = call AND {table}.site <> calls.site"


_ROLES = (
    *(
        f"""DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{group(role)}') THEN CREATE ROLE {group(role)} NOLOGIN; END IF;
END $$"""
        for role in TEAM_ROLES
    ),
    """CREATE TABLE IF NOT EXISTS team_members (
    login TEXT COLLATE "C", team TEXT COLLATE "C", PRIMARY KEY (login, team)
)""",
    """ALTER TABLE sites ADD COLUMN IF NOT EXISTS login TEXT COLLATE "C" NOT NULL DEFAULT ''""",
    # No desk sees what version 0.3.0 listed for nobody, so none could remove it; each lists its calls again.
    "UPDATE sites SET filled = false WHERE EXISTS (SELECT FROM calls WHERE site = '')",
    "DELETE FROM calls WHERE site = ''",
    *(statement for table in _OF_CALL for statement in _site_of(table)),
)
_FUNCTIONS = (
    f"""CREATE OR REPLACE FUNCTION own_sites() RETURNS SETOF text STABLE {_AS_OWNER} LANGUAGE sql AS $$
    SELECT site FROM sites WHERE login = session_user
$$""",
    f"""CREATE OR REPLACE FUNCTION team_sites() RETURNS SETOF text STABLE {_AS_OWNER} LANGUAGE sql AS $$
    SELECT site FROM sites WHERE login <> '' AND (
        EXISTS (SELECT FROM team_members WHERE login = session_user AND team = '{EVERY_TEAM}')
        OR login IN (
            SELECT desk.login FROM team_members AS desk JOIN team_members AS own USING (team)
            WHERE own.login = session_user
        )
    )
$$""",
    f"""CREATE OR REPLACE FUNCTION words_sites() RETURNS SETOF text STABLE {_AS_OWNER} LANGUAGE sql AS $$
    SELECT own_sites() UNION SELECT team_sites() WHERE pg_has_role(session_user, '{group("supervisor")}', 'USAGE')
$$""",
    f"""CREATE OR REPLACE FUNCTION numbers_sites() RETURNS SETOF text STABLE {_AS_OWNER} LANGUAGE sql AS $$
    SELECT own_sites() UNION SELECT team_sites() WHERE pg_has_role(session_user, '{group("supervisor")}', 'USAGE')
        OR pg_has_role(session_user, '{group("trainer")}', 'USAGE')
$$""",
    # A policy would keep the index of words from being used, as PostgreSQL can't know that looking words up leaks none.
    f"""CREATE OR REPLACE FUNCTION said(wanted tsquery) RETURNS SETOF integer STABLE {_AS_OWNER}
ROWS 20000 SET enable_seqscan = off SET jit = off LANGUAGE sql AS $$
    SELECT call FROM words WHERE lexemes @@ wanted AND site IN (SELECT words_sites())
$$""",
    # Reads the texts of calls that have all the words, no others. `strpos` fails for none, so no error tells of one.
    f"""CREATE OR REPLACE FUNCTION said(wanted tsquery, phrases text[]) RETURNS SETOF integer STABLE {_AS_OWNER}
ROWS 1000 SET enable_seqscan = off SET jit = off LANGUAGE sql AS $$
    SELECT call FROM words WHERE lexemes @@ wanted AND site IN (SELECT words_sites())
        AND NOT EXISTS (SELECT FROM unnest(phrases) AS phrase WHERE strpos(text, phrase) = 0)
$$""",
    f"""CREATE OR REPLACE FUNCTION claim(wanted text) RETURNS boolean VOLATILE {_AS_OWNER} LANGUAGE plpgsql AS $$ BEGIN
    IF wanted !~ '^[0-9a-f]{{32}}$' THEN RETURN false; END IF;
    INSERT INTO sites (site, filled, login) VALUES (wanted, false, session_user) ON CONFLICT (site) DO NOTHING;
    UPDATE sites SET login = session_user WHERE site = wanted AND login = '';
    RETURN EXISTS (SELECT FROM sites WHERE site = wanted AND login = session_user);
END $$""",
    f"""CREATE OR REPLACE FUNCTION take_site() RETURNS trigger SET search_path = {NAMESPACE}, pg_temp
LANGUAGE plpgsql AS $$ BEGIN
    NEW.site := coalesce((SELECT site FROM calls WHERE key = NEW.call), '');
    RETURN NEW;
END $$""",
    *(
        f"CREATE OR REPLACE TRIGGER take_site BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION take_site()"
        for table in _OF_CALL
    ),
    f"""CREATE OR REPLACE FUNCTION tidy() RETURNS void VOLATILE {_AS_OWNER} LANGUAGE plpgsql AS $$ BEGIN
    ANALYZE calls, parts, flags, prompts, marks, words;
    PERFORM gin_clean_pending_list('words_index');
END $$""",
)
_OWN = "site IN (SELECT own_sites())"
_LOOKS_UP = (
    "own_sites()",
    "words_sites()",
    "numbers_sites()",
    "said(tsquery)",
    "said(tsquery, text[])",
    "claim(text)",
    "tidy()",
)
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS team_newest ON calls (reviewed, started_s DESC, folder DESC)",
    """CREATE INDEX IF NOT EXISTS team_worst ON calls
    (reviewed, worst DESC, worst_rate DESC, started_s DESC, folder DESC)""",
)
_AT_ONCE = "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0"
_CLEANED = tuple(
    # A desk can't run VACUUM on tables that it doesn't own: the database itself removes what was deleted.
    f"ALTER TABLE {table} SET ({_AT_ONCE}, {_AT_ONCE.replace('auto', 'toast.auto')})"
    for table in ("words", "marks", "calls")
)


def statements() -> tuple[str, ...]:
    """All of it, in order, for one transaction of the tables' owner with the schema as its search path."""
    return (
        *lifted(),
        *_ROLES,
        *_FUNCTIONS,
        f"REVOKE ALL ON FUNCTION team_sites(), take_site(), {', '.join(_LOOKS_UP)} FROM PUBLIC",
        *_grants(),
        *_policies(),
        "ALTER VIEW daily SET (security_invoker = true)",
        *_INDEXES,
        *_CLEANED,
    )


def lifted() -> tuple[str, ...]:
    """What lets the owner of the tables change the rows of all sites, until `statements` have run again."""
    return tuple(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in _FORCED)


def forced() -> tuple[str, ...]:
    """What holds the owner of the tables to the policies."""
    return tuple(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in _FORCED)


def _grants() -> Iterator[str]:
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {NAMESPACE} FROM PUBLIC, {_GROUPS}"
    yield f"GRANT USAGE ON SCHEMA {NAMESPACE} TO {_GROUPS}"
    yield f"GRANT SELECT ON about, sites, daily, parts, flags, prompts, words TO {_GROUPS}"
    yield f"GRANT UPDATE (filled) ON sites TO {_GROUPS}"
    yield f"GRANT SELECT ON calls, marks TO {group('desk')}, {group('supervisor')}"
    for table in (calls, marks):
        readable = ", ".join(column.name for column in table.c if column not in HIDDEN)
        yield f"GRANT SELECT ({readable}) ON {table.name} TO {group('trainer')}"
    yield f"GRANT INSERT, DELETE ON calls TO {_GROUPS}"
    yield f"GRANT INSERT ON parts, flags, prompts, marks, words TO {_GROUPS}"
    yield f"GRANT USAGE ON SEQUENCE calls_key_seq TO {_GROUPS}"
    yield f"GRANT EXECUTE ON FUNCTION {', '.join(_LOOKS_UP)} TO {_GROUPS}"


def _policies() -> Iterator[str]:
    seen = "site IN (SELECT numbers_sites())"
    yield from _policy("sites", "SELECT", f"USING (login = session_user OR {seen})")
    yield from _policy("sites", "UPDATE", "USING (login = session_user) WITH CHECK (login = session_user)")
    yield from _policy("calls", "SELECT", f"USING ({seen})")
    yield from _policy("calls", "INSERT", f"WITH CHECK ({_OWN})")
    yield from _policy("calls", "DELETE", f"USING ({_OWN})")
    for table in _OF_CALL:
        yield from _policy(table, "SELECT", f"USING ({seen})")
        yield from _policy(table, "INSERT", f"WITH CHECK ({_OWN})")
    own_call = "EXISTS (SELECT FROM calls WHERE calls.key = words.call AND calls.site = words.site)"
    yield from _policy("words", "SELECT", "USING (site IN (SELECT words_sites()))")
    yield from _policy("words", "INSERT", f"WITH CHECK ({_OWN} AND {own_call})")
    for table in ("sites", "team_members", "words", *_FORCED):
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield from forced()


def _policy(table: str, what: str, condition: str) -> Iterator[str]:
    name = f"team_{what.lower()}"
    yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY {name} ON {table} FOR {what} {condition}"
