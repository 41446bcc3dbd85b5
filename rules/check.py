"""Checks of a rule beyond its fields."""

from collections.abc import Collection, Iterable, Iterator

from rules import template
from rules.conditions import Condition, MetricCondition, PhraseCondition
from rules.errors import RuleError
from rules.outcomes.expected import OutcomeTest, ToneTest
from rules.policy import about_the_agent, feelings
from rules.rulebook import ChecklistPlan, Item, Rule
from rules.strict_toml import suggestion

TITLE_WORDS = 3
ADVICE_WORDS = 10


def check(rule: Rule, where: str, metrics: Collection[str]) -> None:
    """Check one rule.

    Args:
        rule: the rule.
        where: file and rule, to begin an error's sentence with.
        metrics: the names that conditions may use.

    Raises:
        RuleError: on the first thing that is wrong.
    """
    for complaint in _complaints(rule, metrics):
        raise RuleError(f"{where} {complaint}")


def check_part(part: Item | ChecklistPlan, where: str, metrics: Collection[str]) -> None:
    """Check a report item or a checklist.

    Args:
        part: what to check.
        where: file and name, to begin an error's sentence with.
        metrics: the names that conditions may use.

    Raises:
        RuleError: on the first thing that is wrong.
    """
    conditions = part.conditions if isinstance(part, ChecklistPlan) else ()
    complaints = [complaint for each in conditions for complaint in _condition(each, metrics, alone=False)]
    for complaint in (*complaints, *_feelings(part)):
        raise RuleError(f"{where} {complaint}")


def check_outcome(action: str, test: OutcomeTest, where: str, metrics: Collection[str], rules: Iterable[Rule]) -> None:
    """Check how what the agent did after prompts of one action is judged.

    Args:
        action: the action.
        test: what to check.
        where: file and action, to begin an error's sentence with.
        metrics: the names that it may use.
        rules: all rules; one of them must have the action.

    Raises:
        RuleError: on the first thing that is wrong.
    """
    for complaint in _outcome(action, test, metrics, rules):
        raise RuleError(f"{where} {complaint}")


def _outcome(action: str, test: OutcomeTest, metrics: Collection[str], rules: Iterable[Rule]) -> Iterator[str]:
    actions = sorted({rule.action for rule in rules})
    if action not in actions:
        yield f"is about an action that no rule has{suggestion(action, actions)}"
    if isinstance(test, ToneTest):
        for metric in test.metrics:
            if metric not in metrics:
                yield f'reads an unknown metric "{metric}"{suggestion(metric, sorted(metrics))}'
        if test.looks_back_s < 0 or test.sooner_looks_back_s < 0:
            yield "has a negative time. Set looks_back_s to 0 or more."
    elif not test.said:
        yield "names no phrase list. Name at least one in said."
    elif test.within_turns < 1:
        yield "gives the agent no turn. Set within_turns to 1 or more."


def _complaints(rule: Rule, metrics: Collection[str]) -> Iterator[str]:
    if not rule.conditions:
        yield "has no conditions. Add at least one."
    if not 1 <= rule.need <= len(rule.conditions):
        yield f"needs {rule.need} of {len(rule.conditions)} conditions. Set need from 1 to their number."
    for condition in (*rule.conditions, *rule.unless, *rule.heeded_by):
        yield from _condition(condition, metrics, alone=condition in rule.conditions and not rule.reads_words)
    if rule.hold_s and rule.reads_words:
        yield "reads words but has hold_s, which is for metrics. Set hold_s in its metric condition."
    if rule.repeat and not rule.reads_words:
        yield "has repeat but reads no words. Remove repeat, or add a words condition."
    if rule.hold_s < 0 or rule.cooldown_s < 0:
        yield "has a negative time. Set hold_s and cooldown_s to 0 or more."
    if rule.heeded_by and (rule.reads_words or any(not isinstance(c, MetricCondition) for c in rule.heeded_by)):
        yield "has words and heeded_by, which is only for rules without words. Use answer instead."
    if rule.in_order and not rule.reads_words:
        yield "has in_order but reads no words. Remove in_order, or add a words condition."
    yield from _texts(rule, metrics)


def _condition(condition: Condition, metrics: Collection[str], *, alone: bool) -> Iterator[str]:
    if isinstance(condition, MetricCondition):
        yield from _metric(condition, metrics, alone=alone)
    elif isinstance(condition, PhraseCondition) and condition.at_least < 1:
        yield "counts fewer than one phrase. Set at_least to 1 or more."


def _metric(condition: MetricCondition, metrics: Collection[str], *, alone: bool) -> Iterator[str]:
    name = condition.metric
    if name not in metrics:
        yield f'reads an unknown metric "{name}"{suggestion(name, sorted(metrics))}'
    if (condition.above is None) == (condition.below is None):
        yield f'must set either above or below for "{name}", not both.'
    if condition.clear_below is not None and (condition.above is None or condition.clear_below > condition.above):
        yield f'clears "{name}" at a value that is not below its limit. Set clear_below lower than above.'
    if condition.clear_above is not None and (condition.below is None or condition.clear_above < condition.below):
        yield f'clears "{name}" at a value that is not above its limit. Set clear_above higher than below.'
    if alone and (condition.hold_s or condition.within_s):
        yield f'reads no words but sets hold_s for "{name}". Set hold_s of the rule instead.'


def _feelings(part: Rule | Item | ChecklistPlan) -> Iterator[str]:
    if named := feelings(about_the_agent(part)):
        yield f'names a feeling, "{named[0]}". Say what was measured and what to do.'


def _texts(rule: Rule, metrics: Collection[str]) -> Iterator[str]:
    yield from _feelings(rule)
    for field, text in zip(("title", "fact", "advice"), rule.texts, strict=True):
        try:
            template.check(text, metrics)
        except ValueError as error:
            yield f"has an invalid template in its {field}: {error}. Correct it."
        else:
            if field != "fact" and not template.render(text, {}):
                yield f"has an empty {field} when nothing is known. Start it with fixed words."
    for field, text, most in (("title", rule.title, TITLE_WORDS), ("advice", rule.advice, ADVICE_WORDS)):
        count = len(text.format(**template.examples(metrics)).split())
        if count > most:
            yield f"has {count} words in its {field}. Use at most {most}."
