-- The tables of Tone Monitor 0.3.0 in PostgreSQL, as it makes them.
CREATE SCHEMA tone_monitor;
SET search_path = tone_monitor;
CREATE TABLE about (
    version SERIAL NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE calls (
    key SERIAL NOT NULL,
    folder TEXT COLLATE "C" NOT NULL,
    started TEXT NOT NULL,
    started_s DOUBLE PRECISION NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    agent_folded TEXT COLLATE "C" NOT NULL,
    customer TEXT NOT NULL,
    source TEXT NOT NULL,
    closed BOOLEAN NOT NULL,
    duration_s DOUBLE PRECISION NOT NULL,
    agent_talk_s DOUBLE PRECISION NOT NULL,
    customer_talk_s DOUBLE PRECISION NOT NULL,
    flags INTEGER NOT NULL,
    prompts INTEGER NOT NULL,
    followed INTEGER NOT NULL,
    worst SMALLINT NOT NULL,
    worst_count INTEGER NOT NULL,
    worst_rule TEXT NOT NULL,
    worst_at_s DOUBLE PRECISION,
    flagged BOOLEAN NOT NULL,
    reviewed BOOLEAN NOT NULL,
    reviewed_by TEXT NOT NULL,
    tags TEXT NOT NULL,
    damaged INTEGER NOT NULL,
    sealed BOOLEAN NOT NULL,
    seen TEXT NOT NULL,
    PRIMARY KEY (key),
    UNIQUE (folder)
);
CREATE INDEX calls_agent ON calls (agent_folded, day);
CREATE INDEX calls_day ON calls (day);
CREATE INDEX calls_newest ON calls (reviewed, started_s DESC, folder DESC);
CREATE INDEX calls_worst ON calls (reviewed, worst DESC, worst_count DESC, started_s DESC, folder DESC);
CREATE TABLE flags (
    call INTEGER NOT NULL,
    at_s DOUBLE PRECISION NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    speaker TEXT COLLATE "C" NOT NULL,
    severity SMALLINT NOT NULL,
    value DOUBLE PRECISION,
    baseline DOUBLE PRECISION,
    "limit" DOUBLE PRECISION,
    verdict TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY(call) REFERENCES calls (key) ON DELETE CASCADE
);
CREATE INDEX flags_rule ON flags (rule, call);
CREATE INDEX ix_flags_call ON flags (call);
CREATE TABLE marks (
    call INTEGER NOT NULL,
    at_s DOUBLE PRECISION NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    made TEXT COLLATE "C" NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    end_s DOUBLE PRECISION,
    FOREIGN KEY(call) REFERENCES calls (key) ON DELETE CASCADE
);
CREATE INDEX ix_marks_call ON marks (call);
CREATE TABLE prompts (
    call INTEGER NOT NULL,
    since_s DOUBLE PRECISION NOT NULL,
    until_s DOUBLE PRECISION,
    rule TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    severity SMALLINT NOT NULL,
    delay_s DOUBLE PRECISION NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY(call) REFERENCES calls (key) ON DELETE CASCADE
);
CREATE INDEX ix_prompts_call ON prompts (call);
CREATE TABLE words (
    call INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (call),
    FOREIGN KEY(call) REFERENCES calls (key) ON DELETE CASCADE
);
CREATE VIEW daily AS SELECT
    day, agent, COUNT(*) AS calls, SUM(duration_s) AS duration_s, SUM(agent_talk_s) AS agent_talk_s,
    SUM(customer_talk_s) AS customer_talk_s, SUM(flags) AS flags, SUM(prompts) AS prompts,
    SUM(followed) AS followed, SUM(CASE WHEN reviewed THEN 1 ELSE 0 END) AS reviewed
FROM calls GROUP BY day, agent;
ALTER TABLE words ADD COLUMN lexemes tsvector
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(btrim(text), ' '))) STORED;
CREATE INDEX words_index ON words USING gin (lexemes);
ALTER TABLE words SET (toast_tuple_target = 128);
ALTER TABLE words DROP CONSTRAINT words_pkey;
CREATE INDEX words_call ON words USING hash (call);
INSERT INTO about (version) VALUES (2);
