"""Ready questions to the lake."""

from dataclasses import dataclass

_OF_AGENT = "agent IN (getvariable('agent'), getvariable('agent_pseudonym'))"
_FOLLOWED = "round(100.0 * sum(followed_count) / nullif(sum(judged_count), 0), 1) AS followed_pct"
_PER_10_MIN = "round(600 * sum(prompts_count) / nullif(sum(duration_s), 0), 2) AS prompts_per_10_min"


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    about: str
    """What it asks, in a sentence."""
    sql: str
    needs: tuple[str, ...] = ()
    """The options that it reads: agent, month or rules."""


QUESTIONS = {
    "weeks": Question(
        "The team week by week: calls, rate, level, prompts in 10 minutes of sound, and how many were followed.",
        f"""
        SELECT date_trunc('week', day)::DATE AS week, count(*) AS calls, round(sum(duration_s) / 3600, 1) AS hours,
            round(avg(agent_articulation_rate_sps), 2) AS agent_rate_sps,
            round(avg(agent_level_dbfs), 1) AS agent_level_dbfs,
            round(avg(agent_talk_share_pct), 1) AS agent_talk_share_pct, {_PER_10_MIN}, {_FOLLOWED}
        FROM calls GROUP BY week ORDER BY week
        """,  # noqa: S608 - our own
    ),
    "agents": Question(
        "Each agent week by week, by pseudonym: calls, rate and its 90th percentile, prompts, followed.",
        f"""
        SELECT agent, date_trunc('week', day)::DATE AS week, count(*) AS calls,
            round(avg(agent_articulation_rate_sps), 2) AS rate_sps,
            round(quantile_cont(agent_articulation_rate_sps, 0.9), 2) AS rate_90_sps, {_PER_10_MIN}, {_FOLLOWED}
        FROM calls GROUP BY agent, week ORDER BY agent, week
        """,  # noqa: S608 - our own
    ),
    "agent": Question(
        "One agent's calls in one month, day by day.",
        f"""
        SELECT day, count(*) AS calls, round(avg(agent_articulation_rate_sps), 2) AS rate_sps,
            round(avg(agent_level_dbfs), 1) AS level_dbfs, {_PER_10_MIN}, {_FOLLOWED}
        FROM calls
        WHERE {_OF_AGENT} AND day >= (getvariable('month') || '-01')::DATE
            AND day < (getvariable('month') || '-01')::DATE + INTERVAL 1 MONTH
        GROUP BY day ORDER BY day
        """,  # noqa: S608 - our own
        ("agent", "month"),
    ),
    "rulebook": Question(
        "Calls judged by one rulebook beside all others: prompts in 10 minutes of sound, and how many were followed.",
        f"""
        SELECT CASE WHEN starts_with(rules, getvariable('rules')) THEN 'with it' ELSE 'others' END AS calls_judged,
            count(*) AS calls, min(day) AS first, max(day) AS last, {_PER_10_MIN}, {_FOLLOWED}
        FROM calls GROUP BY calls_judged ORDER BY calls_judged
        """,  # noqa: S608 - our own
        ("rules",),
    ),
    "rules": Question(
        "How often each rule fired, in how many calls, and in what share of all calls.",
        """
        SELECT rule, severity, count(*) AS times, count(DISTINCT call) AS in_calls,
            round(100.0 * count(DISTINCT call) / (SELECT count(*) FROM calls), 1) AS calls_pct
        FROM flags GROUP BY rule, severity ORDER BY times DESC, rule
        """,
    ),
    "prompts": Question(
        "The prompts of each rule, and what the agent did next.",
        """
        SELECT rule, count(*) AS prompts, count(*) FILTER (after = 'followed') AS followed,
            count(*) FILTER (after = 'partly') AS partly, count(*) FILTER (after = 'no_change') AS no_change,
            round(100.0 * count(*) FILTER (after = 'followed')
                / nullif(count(*) FILTER (after IN ('followed', 'partly', 'no_change')), 0), 1) AS followed_pct
        FROM outcomes GROUP BY rule ORDER BY prompts DESC, rule
        """,
    ),
    "versions": Question(
        "What the calls were measured with: a mixed lake shows more than one line.",
        """
        SELECT measures, version, model, rules, count(*) AS calls, min(day) AS first, max(day) AS last
        FROM calls GROUP BY ALL ORDER BY calls DESC
        """,
    ),
}
