"""The table of how the calls of a team were scored, of all agents together."""

from monitor.report.tables import Table
from monitor.report.team.comparison import estimated
from monitor.report.team.team_facts import TeamFacts
from monitor.report.wording import number


def scorecards(facts: TeamFacts) -> Table:
    """Each form, and below it its items; no rows if no call was scored."""
    heads = ("form and item", "calls", "score, % (95 % range)", "by the machine, %")
    rows: list[tuple[str, ...]] = []
    for form in facts.scored:
        several = f", {form.cards} cards" if form.cards > form.calls else ""
        score = estimated(form.score, 0)
        rows.append((f"{form.title}{several}", str(form.calls), score, number(form.machine_pct, 0)))
        rows += [(f"– {item.title}", str(item.score.calls), estimated(item.score, 0), "") for item in form.items]
    return Table("Scorecards", heads, tuple(rows))
