"""A lake of figures that are made up, as large as that of an archive of years."""

import json
from pathlib import Path

import duckdb

from monitor.archive.lake import PACKED, Lake

MONTHS = 12
AGENTS = 200
FIRST_DAY = "2025-01-01"

_CALLS = """
SELECT
    hash(i)::VARCHAR AS call,
    TIMESTAMPTZ '{first} 08:00:00+00' + INTERVAL (i % 365) DAY + INTERVAL (i % 36000) SECOND AS started,
    (DATE '{first}' + (i % 365)::INTEGER) AS day,
    'recording' AS kind,
    'Agent ' || (i * 7919 % {agents})::VARCHAR AS agent,
    round(60 + 600 * random(), 3) AS duration_s,
    true AS complete,
    'none' AS model,
    CASE WHEN i % 365 < 200 THEN '0123456789ab' ELSE 'ba9876543210' END AS rules,
    '0.4.0' AS version,
    (random() * 8)::BIGINT AS flags_count,
    (random() * 4)::BIGINT AS prompts_count,
    round(4 + random(), 2) AS agent_articulation_rate_sps,
    round(-25 + 6 * random(), 1) AS agent_level_dbfs,
    round(100 * random(), 1) AS agent_talk_share_pct,
    round(4 + random(), 2) AS customer_articulation_rate_sps,
    (random() * 4)::BIGINT AS judged_count,
    (random() * 2)::BIGINT AS followed_count,
    1 AS measures
FROM range({calls}) AS numbers(i)
"""


def made_lake(folder: Path, calls: int) -> Lake:
    """Make a lake with a part for each month.

    Args:
        folder: of the lake.
        calls: how many it has.
    """
    lake = Lake(folder)
    names = []
    with duckdb.connect() as connection:
        rows = _CALLS.format(first=FIRST_DAY, agents=AGENTS, calls=calls)
        connection.execute(f"CREATE TABLE made AS {rows}")
        for month in range(1, MONTHS + 1):
            name = f"2025-{month:02}-made.parquet"
            own = f"SELECT * FROM made WHERE month(day) = {month} ORDER BY started"  # noqa: S608 - our own numbers
            connection.execute(f"COPY ({own}) TO '{lake.parts / name}' (FORMAT parquet, COMPRESSION zstd)")
            names.append(name)
    (folder / PACKED).write_text(json.dumps(names), encoding="utf-8")
    return lake
