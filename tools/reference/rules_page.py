"""docs/rules.md: every key of a rule file, and the rules that we ship."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from monitor.pipeline.metrics import BY_NAME
from rules import template
from rules.budget import Budget
from rules.check import ADVICE_WORDS, TITLE_WORDS
from rules.conditions import Condition, MetricCondition, PhraseCondition, TalkCondition, VoicesCondition
from rules.errors import RuleError
from rules.load import LIBRARY, load
from rules.outcomes.expected import OutcomeTest, SpeechTest, ToneTest
from rules.rulebook import (
    Answer,
    ChecklistPlan,
    Item,
    Repeat,
    Rule,
    StepPlan,
)
from rules.strict_toml import read_toml
from tools.reference.fields import NO_DEFAULT, Field, documented, first_line, type_words
from tools.reference.markdown import page, table

_INTRO = f"""\
A rule file is TOML. `tone-monitor rules check FILE` reads one as a call would and says what is wrong with it. What a
team's file writes is laid over the shipped rules in `{LIBRARY.parent.name}/{LIBRARY.name}`:

- `[some-id]` is a rule; a rule of that id that was read before is replaced.
- `extends = "other-id"` in it takes over all keys of that rule, and changes only those that are given.
- `[items.some-id]` is a report item, `[checklists.some-id]` a checklist, `[outcomes.some_action]` a test of what the
  agent does after a prompt; `extends` works there, too.
- `[budget]`, `[meaning]` and `[one_track]` change single lines.
- Phrase lists are files of a folder `words` beside the rule file, a phrase a line; one with the name of a shipped list
  (`rules/words/en`) replaces it. `(this|that)` stands for either; `#` begins a comment.
"""

_TEXTS = """\
## Texts

`title`, `fact` and `advice` may hold fields in braces, such as `{{value:.1f}}`. A clause (between commas) whose field
is not known is left out; what remains begins with a capital letter. The title has at most {title} words, the advice at
most {advice}. No text may name what the agent feels.

{table}
Any metric of [metrics.md](metrics.md) may be named, too: it is known when it made the rule fire.
"""

_OUTCOMES = """\
## Outcomes

What became of a prompt is judged in what the agent does next, by the test of the rule's `action`:

| outcome | tone | words |
|---|---|---|
| `followed` | of their next 10 s of speech, 2 s lie under the limit | they say it before their next turns have ended |
| `partly` | half of what they were over their usual is gone | |
| `no_change` | neither | neither |
| `not_yet` | the call ends before 3 s of their speech | the call ends before those turns do |
| `not_applicable` | the action has no test, or the rule no limit | the action has no test |
| `unseen` | nobody saw the prompt; `after` then has what they did | the same |

A test is a table with one of the keys `metric` and `said`.
"""

_MEANINGS = """\
## Meanings

A sentence that a classifier finds likely enough counts as a phrase of its list: `[understood]` gives the score from
which it does by its words alone, and `[meaning]`, with the extra of that name, by its words and a sentence model. See
[What sentences mean](understanding.md).

"""

_SHIPPED = """\
## The shipped rules

A rule on trial is noted for the report and shown to nobody. `maturity = "stable"` in a team's file makes it prompt.
"""

_FIELDS = {
    "value": "The reading at which the rule fired.",
    "baseline": "The speaker's usual, in the same unit.",
    "over_usual_pct": "By how many percent the reading is over that usual, if it is.",
    "minutes": "The reading in minutes, if it is in seconds.",
    "limit": "The value from which the condition holds.",
    "held_s": "Seconds of speech for which it had held.",
    "phrase": "The last phrase that was matched.",
    "key_words": "What the customer spoke of.",
    "say_back": "A clause of the customer's, turned round.",
}
_DEFAULTS: Mapping[tuple[type, str], str] = {
    (Rule, "need"): "all",
    (MetricCondition, "speaker"): "the rule's",
    (PhraseCondition, "speaker"): "the rule's",
    (TalkCondition, "speaker"): "the rule's",
}
"""Defaults that the loader fills in."""


def rules_page() -> str:
    """The page."""
    book = load(metrics=BY_NAME)
    texts = table(("field", "meaning", "for example"), [_text_row(name) for name in template.EXAMPLES])
    scores = table(
        ("list", "`[understood]`", "`[meaning]`"),
        [
            (f"`{name}`", f"`{limit}`", f"`{book.meanings[name]}`" if name in book.meanings else "–")
            for name, limit in sorted(book.understood.items())
        ],
    )
    return page(
        "Rules",
        _INTRO,
        _keys("A rule", Rule, "[some-id]"),
        "## Conditions\n\nA condition is a table with one of the keys `metric`, `phrases` and `talked_for_s`.",
        _keys("Metric condition", MetricCondition, level="###"),
        _keys("Phrase condition", PhraseCondition, level="###"),
        _keys("Talk condition", TalkCondition, level="###"),
        _keys("Repeat", Repeat, "repeat = { … }"),
        _keys("Answer", Answer, "answer = { … }"),
        _TEXTS.format(title=TITLE_WORDS, advice=ADVICE_WORDS, table=texts),
        _keys("A report item", Item, "[items.some-id]"),
        _keys("A checklist", ChecklistPlan, "[checklists.some-id]"),
        _keys("Step plan", StepPlan, "[[checklists.some-id.steps]]", level="###"),
        _keys("The budget", Budget, "[budget]", shipped=book.budget),
        _keys("Two people on one track", VoicesCondition, "[one_track]", shipped=book.one_track),
        _OUTCOMES,
        _keys("Tone test", ToneTest, "[outcomes.some_action]", level="###"),
        _keys("Speech test", SpeechTest, "[outcomes.some_action]", level="###"),
        "### Shipped tests\n\n"
        + table(("action", "what shows it"), map(_outcome_row, *zip(*book.outcomes.items(), strict=True))),
        _MEANINGS + scores,
        _SHIPPED,
        *_by_file(book.rules),
        "## The shipped report items\n\n" + _listed(book.items),
        "## The shipped checklists\n\n" + _listed(book.checklists),
    )


def _keys(title: str, kind: type, written: str = "", *, level: str = "##", shipped: object = None) -> str:
    rows = [
        (f"`{field.name}`", _type(field), _default(kind, field, shipped), field.meaning)
        for field in documented(kind)
        if field.name != "id" or kind is StepPlan  # all others have it in their heading
    ]
    head = f"{level} {title}\n\n{first_line(kind)}" + (f" Written as `{written}`." if written else "")
    return f"{head}\n\n" + table(("key", "type", "shipped" if shipped else "default", "meaning"), rows)


def _type(field: Field) -> str:
    if field.type == tuple[Condition, ...]:
        return "list of [conditions](#conditions)"
    return type_words(field.type).removesuffix(" or null")  # TOML has none


def _default(kind: type, field: Field, shipped: object) -> str:
    if shipped:
        return f"`{getattr(shipped, field.name)}`"
    if given := _DEFAULTS.get((kind, field.name)):
        return given
    if field.default is NO_DEFAULT:
        return "must be given"
    return "none" if field.default in (None, (), "") else f"`{msgspec.json.encode(field.default).decode()}`"


def _text_row(name: str) -> tuple[str, str, str]:
    return f"`{{{name}}}`", _FIELDS[name], str(template.EXAMPLES[name])


def _outcome_row(action: str, test: OutcomeTest) -> tuple[str, str]:
    if isinstance(test, ToneTest):
        limit = "the rule's `clear_below`" if test.below is None else str(test.below)
        return f"`{action}`", f"`{test.metric}` under {limit}"
    shared = f", with {test.shared_words} of the customer's words" if test.shared_words else ""
    said = " or ".join(f"`{name}`" for name in test.said)
    return f"`{action}`", f"{said} within {test.within_turns} turns{shared}"


def _rule_row(rule: Rule) -> tuple[str, str, str, str]:
    shown_as = "on trial" if rule.maturity == "trial" else rule.severity
    return f"`{rule.id}`", rule.speaker, shown_as if rule.enabled else "off", rule.about


def _by_file(rules: Sequence[Rule]) -> Iterator[str]:
    """A table for each file of the library that has rules."""
    by_id = {rule.id: rule for rule in rules}
    for path in sorted(LIBRARY.glob("*.toml")):
        if rows := [_rule_row(by_id[name]) for name in read_toml(path, RuleError) if name in by_id]:
            yield f"### rules/library/{path.name}\n\n" + table(("rule", "about the", "as", "when"), rows)


def _listed(parts: Sequence[Item | ChecklistPlan]) -> str:
    return table(("id", "title", "what"), [(f"`{part.id}`", part.title, part.about) for part in parts])
