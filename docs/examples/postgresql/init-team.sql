-- What `tone-monitor catalogue init-team` runs as the owner of the database, once the tables are there. It prints the
-- same with --dry-run; a newer version of the program may run more.

BEGIN;
SET LOCAL search_path = tone_monitor_sites;
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
ALTER TABLE parts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE flags NO FORCE ROW LEVEL SECURITY;
ALTER TABLE prompts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE marks NO FORCE ROW LEVEL SECURITY;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tone_desk') THEN CREATE ROLE tone_desk NOLOGIN; END IF;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tone_supervisor') THEN CREATE ROLE tone_supervisor NOLOGIN; END IF;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tone_trainer') THEN CREATE ROLE tone_trainer NOLOGIN; END IF;
END $$;
CREATE TABLE IF NOT EXISTS team_members (
    login TEXT COLLATE "C", team TEXT COLLATE "C", PRIMARY KEY (login, team)
);
ALTER TABLE sites ADD COLUMN IF NOT EXISTS login TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE sites SET filled = false WHERE EXISTS (SELECT FROM calls WHERE site = '');
DELETE FROM calls WHERE site = '';
ALTER TABLE parts ADD COLUMN IF NOT EXISTS site TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE parts SET site = calls.site FROM calls WHERE calls.key = call AND parts.site <> calls.site;
ALTER TABLE flags ADD COLUMN IF NOT EXISTS site TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE flags SET site = calls.site FROM calls WHERE calls.key = call AND flags.site <> calls.site;
ALTER TABLE prompts ADD COLUMN IF NOT EXISTS site TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE prompts SET site = calls.site FROM calls WHERE calls.key = call AND prompts.site <> calls.site;
ALTER TABLE marks ADD COLUMN IF NOT EXISTS site TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE marks SET site = calls.site FROM calls WHERE calls.key = call AND marks.site <> calls.site;
CREATE OR REPLACE FUNCTION own_sites() RETURNS SETOF text STABLE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp LANGUAGE sql AS $$
    SELECT site FROM sites WHERE login = session_user
$$;
CREATE OR REPLACE FUNCTION team_sites() RETURNS SETOF text STABLE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp LANGUAGE sql AS $$
    SELECT site FROM sites WHERE login <> '' AND (
        EXISTS (SELECT FROM team_members WHERE login = session_user AND team = '*')
        OR login IN (
            SELECT desk.login FROM team_members AS desk JOIN team_members AS own USING (team)
            WHERE own.login = session_user
        )
    )
$$;
CREATE OR REPLACE FUNCTION words_sites() RETURNS SETOF text STABLE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp LANGUAGE sql AS $$
    SELECT own_sites() UNION SELECT team_sites() WHERE pg_has_role(session_user, 'tone_supervisor', 'USAGE')
$$;
CREATE OR REPLACE FUNCTION numbers_sites() RETURNS SETOF text STABLE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp LANGUAGE sql AS $$
    SELECT own_sites() UNION SELECT team_sites() WHERE pg_has_role(session_user, 'tone_supervisor', 'USAGE')
        OR pg_has_role(session_user, 'tone_trainer', 'USAGE')
$$;
CREATE OR REPLACE FUNCTION said(wanted tsquery) RETURNS SETOF integer STABLE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp
ROWS 20000 SET enable_seqscan = off SET jit = off LANGUAGE sql AS $$
    SELECT call FROM words WHERE lexemes @@ wanted AND site IN (SELECT words_sites())
$$;
CREATE OR REPLACE FUNCTION said(wanted tsquery, phrases text[]) RETURNS SETOF integer STABLE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp
ROWS 1000 SET enable_seqscan = off SET jit = off LANGUAGE sql AS $$
    SELECT call FROM words WHERE lexemes @@ wanted AND site IN (SELECT words_sites())
        AND NOT EXISTS (SELECT FROM unnest(phrases) AS phrase WHERE strpos(text, phrase) = 0)
$$;
CREATE OR REPLACE FUNCTION claim(wanted text) RETURNS boolean VOLATILE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp LANGUAGE plpgsql AS $$ BEGIN
    IF wanted !~ '^[0-9a-f]{32}$' THEN RETURN false; END IF;
    INSERT INTO sites (site, filled, login) VALUES (wanted, false, session_user) ON CONFLICT (site) DO NOTHING;
    UPDATE sites SET login = session_user WHERE site = wanted AND login = '';
    RETURN EXISTS (SELECT FROM sites WHERE site = wanted AND login = session_user);
END $$;
CREATE OR REPLACE FUNCTION take_site() RETURNS trigger SET search_path = tone_monitor_sites, pg_temp
LANGUAGE plpgsql AS $$ BEGIN
    NEW.site := coalesce((SELECT site FROM calls WHERE key = NEW.call), '');
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER take_site BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION take_site();
CREATE OR REPLACE TRIGGER take_site BEFORE INSERT ON flags FOR EACH ROW EXECUTE FUNCTION take_site();
CREATE OR REPLACE TRIGGER take_site BEFORE INSERT ON prompts FOR EACH ROW EXECUTE FUNCTION take_site();
CREATE OR REPLACE TRIGGER take_site BEFORE INSERT ON marks FOR EACH ROW EXECUTE FUNCTION take_site();
CREATE OR REPLACE FUNCTION tidy() RETURNS void VOLATILE SECURITY DEFINER SET search_path = tone_monitor_sites, pg_temp LANGUAGE plpgsql AS $$ BEGIN
    ANALYZE calls, parts, flags, prompts, marks, words;
    PERFORM gin_clean_pending_list('words_index');
END $$;
REVOKE ALL ON FUNCTION team_sites(), take_site(), own_sites(), words_sites(), numbers_sites(), said(tsquery), said(tsquery, text[]), claim(text), tidy() FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tone_monitor_sites FROM PUBLIC, tone_desk, tone_supervisor, tone_trainer;
GRANT USAGE ON SCHEMA tone_monitor_sites TO tone_desk, tone_supervisor, tone_trainer;
GRANT SELECT ON about, sites, daily, parts, flags, prompts, words TO tone_desk, tone_supervisor, tone_trainer;
GRANT UPDATE (filled) ON sites TO tone_desk, tone_supervisor, tone_trainer;
GRANT SELECT ON calls, marks TO tone_desk, tone_supervisor;
GRANT SELECT (key, site, folder, started, started_s, day, agent, agent_folded, agent_exact, kind, mixed, separated, closed, duration_s, agent_talk_s, customer_talk_s, flags, prompts, shown, followed, worst, worst_count, worst_rate, worst_rule, worst_at_s, flagged, reviewed, reviewed_by, reviewer_folded, tags, tags_folded, damaged, hold_until, hold_by, sealed, seen, sound_hash) ON calls TO tone_trainer;
GRANT SELECT (call, at_s, kind, made_by, made, rule, end_s) ON marks TO tone_trainer;
GRANT INSERT, DELETE ON calls TO tone_desk, tone_supervisor, tone_trainer;
GRANT INSERT ON parts, flags, prompts, marks, words TO tone_desk, tone_supervisor, tone_trainer;
GRANT USAGE ON SEQUENCE calls_key_seq TO tone_desk, tone_supervisor, tone_trainer;
GRANT EXECUTE ON FUNCTION own_sites(), words_sites(), numbers_sites(), said(tsquery), said(tsquery, text[]), claim(text), tidy() TO tone_desk, tone_supervisor, tone_trainer;
DROP POLICY IF EXISTS team_select ON sites;
CREATE POLICY team_select ON sites FOR SELECT USING (login = session_user OR site IN (SELECT numbers_sites()));
DROP POLICY IF EXISTS team_update ON sites;
CREATE POLICY team_update ON sites FOR UPDATE USING (login = session_user) WITH CHECK (login = session_user);
DROP POLICY IF EXISTS team_select ON calls;
CREATE POLICY team_select ON calls FOR SELECT USING (site IN (SELECT numbers_sites()));
DROP POLICY IF EXISTS team_insert ON calls;
CREATE POLICY team_insert ON calls FOR INSERT WITH CHECK (site IN (SELECT own_sites()));
DROP POLICY IF EXISTS team_delete ON calls;
CREATE POLICY team_delete ON calls FOR DELETE USING (site IN (SELECT own_sites()));
DROP POLICY IF EXISTS team_select ON parts;
CREATE POLICY team_select ON parts FOR SELECT USING (site IN (SELECT numbers_sites()));
DROP POLICY IF EXISTS team_insert ON parts;
CREATE POLICY team_insert ON parts FOR INSERT WITH CHECK (site IN (SELECT own_sites()));
DROP POLICY IF EXISTS team_select ON flags;
CREATE POLICY team_select ON flags FOR SELECT USING (site IN (SELECT numbers_sites()));
DROP POLICY IF EXISTS team_insert ON flags;
CREATE POLICY team_insert ON flags FOR INSERT WITH CHECK (site IN (SELECT own_sites()));
DROP POLICY IF EXISTS team_select ON prompts;
CREATE POLICY team_select ON prompts FOR SELECT USING (site IN (SELECT numbers_sites()));
DROP POLICY IF EXISTS team_insert ON prompts;
CREATE POLICY team_insert ON prompts FOR INSERT WITH CHECK (site IN (SELECT own_sites()));
DROP POLICY IF EXISTS team_select ON marks;
CREATE POLICY team_select ON marks FOR SELECT USING (site IN (SELECT numbers_sites()));
DROP POLICY IF EXISTS team_insert ON marks;
CREATE POLICY team_insert ON marks FOR INSERT WITH CHECK (site IN (SELECT own_sites()));
DROP POLICY IF EXISTS team_select ON words;
CREATE POLICY team_select ON words FOR SELECT USING (site IN (SELECT words_sites()));
DROP POLICY IF EXISTS team_insert ON words;
CREATE POLICY team_insert ON words FOR INSERT WITH CHECK (site IN (SELECT own_sites()) AND EXISTS (SELECT FROM calls WHERE calls.key = words.call AND calls.site = words.site));
ALTER TABLE sites ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE words ENABLE ROW LEVEL SECURITY;
ALTER TABLE calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE flags ENABLE ROW LEVEL SECURITY;
ALTER TABLE prompts ENABLE ROW LEVEL SECURITY;
ALTER TABLE marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
ALTER TABLE parts FORCE ROW LEVEL SECURITY;
ALTER TABLE flags FORCE ROW LEVEL SECURITY;
ALTER TABLE prompts FORCE ROW LEVEL SECURITY;
ALTER TABLE marks FORCE ROW LEVEL SECURITY;
ALTER VIEW daily SET (security_invoker = true);
CREATE INDEX IF NOT EXISTS team_newest ON calls (reviewed, started_s DESC, folder DESC);
CREATE INDEX IF NOT EXISTS team_worst ON calls
    (reviewed, worst DESC, worst_rate DESC, started_s DESC, folder DESC);
ALTER TABLE words SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);
ALTER TABLE marks SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);
ALTER TABLE calls SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0);
COMMIT;
