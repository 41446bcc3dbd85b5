"""What a rule must satisfy beyond the right fields."""

import difflib
from collections.abc import Collection, Iterable, Iterator

from rules import template
from rules.conditions import Condition, MetricCondition, PhraseCondition
from rules.errors import RuleError
from rules.policy import about_the_agent, feelings
from rules.rulebook import ChecklistPlan, Item, OutcomeTest, Rule, ToneTest

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
        yield f"is about an action that no rule has; {_instead(action, actions)}"
    if isinstance(test, ToneTest):
        if test.metric not in metrics:
            yield f'reads an unknown metric "{test.metric}"; {_instead(test.metric, metrics)}'
        if test.looks_back_s < 0:
            yield "has a negative time; set looks_back_s to 0 or more."
    elif not test.said:
        yield "names no phrase list; name at least one in said."
    elif test.within_turns < 1:
        yield "gives the agent no turn; set within_turns to 1 or more."


def _instead(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else f"there are {', '.join(sorted(known))}."


def _complaints(rule: Rule, metrics: Collection[str]) -> Iterator[str]:
    if not rule.conditions:
        yield "has no conditions; add at least one."
    if not 1 <= rule.need <= len(rule.conditions):
        yield f"needs {rule.need} of {len(rule.conditions)} conditions; set need between 1 and their number."
    for condition in (*rule.conditions, *rule.unless, *rule.heeded_by):
        yield from _condition(condition, metrics, alone=condition in rule.conditions and not rule.reads_words)
    if rule.hold_s and rule.reads_words:
        yield "reads words and has hold_s, which counts seconds of a metric; set hold_s in its metric condition."
    if rule.repeat and not rule.reads_words:
        yield "has repeat but reads no words; only rules that read words repeat."
    if rule.hold_s < 0 or rule.cooldown_s < 0:
        yield "has a negative time; set hold_s and cooldown_s to 0 or more."
    if rule.heeded_by and (rule.reads_words or any(not isinstance(c, MetricCondition) for c in rule.heeded_by)):
        yield "has words beside heeded_by, which is for rules of metrics alone; use answer instead."
    if rule.in_order and not rule.reads_words:
        yield "has in_order but reads no words; only rules that read words have an order."
    yield from _texts(rule, metrics)


def _condition(condition: Condition, metrics: Collection[str], *, alone: bool) -> Iterator[str]:
    if isinstance(condition, MetricCondition):
        yield from _metric(condition, metrics, alone=alone)
    elif isinstance(condition, PhraseCondition) and condition.at_least < 1:
        yield "counts fewer than one phrase; set at_least to 1 or more."


def _metric(condition: MetricCondition, metrics: Collection[str], *, alone: bool) -> Iterator[str]:
    name = condition.metric
    if name not in metrics:
        yield f'reads an unknown metric "{name}"; {_instead(name, metrics)}'
    if (condition.above is None) == (condition.below is None):
        yield f'must set either above or below for "{name}".'
    if condition.clear_below is not None and (condition.above is None or condition.clear_below > condition.above):
        yield f'clears "{name}" below a value that is not under its limit; set clear_below under above.'
    if condition.clear_above is not None and (condition.below is None or condition.clear_above < condition.below):
        yield f'clears "{name}" above a value that is not over its limit; set clear_above over below.'
    if alone and (condition.hold_s or condition.within_s):
        yield f'reads metrics alone and holds "{name}" by itself; set hold_s of the rule instead.'


def _feelings(part: Rule | Item | ChecklistPlan) -> Iterator[str]:
    if named := feelings(about_the_agent(part)):
        yield f'names a feeling, "{named[0]}", in what is said about the agent; say what was measured and what to do.'


def _texts(rule: Rule, metrics: Collection[str]) -> Iterator[str]:
    yield from _feelings(rule)
    for field, text in zip(("title", "fact", "advice"), rule.texts, strict=True):
        try:
            template.check(text, metrics)
        except ValueError as error:
            yield f"has a text in its {field} that is no template: {error}; correct it."
        else:
            if field != "fact" and not template.render(text, {}):
                yield f"has nothing left of its {field} when nothing is known; begin it with fixed words."
    for field, text, most in (("title", rule.title, TITLE_WORDS), ("advice", rule.advice, ADVICE_WORDS)):
        count = len(text.format(**template.examples(metrics)).split())
        if count > most:
            yield f"has {count} words in its {field}; say it in {most}."
