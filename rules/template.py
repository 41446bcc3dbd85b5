"""The texts of prompts: "{value:.1f} syllables a second, usual {baseline:.1f}"."""

from collections.abc import Collection, Mapping
from string import Formatter

from rules.model import Firing

EXAMPLES: Mapping[str, float | str] = {
    "value": 5.9,
    "baseline": 4.8,
    "limit": 5.0,
    "held_s": 8.0,
    "phrase": "third time",
    "key_words": "router, invoice, Tuesday",
    "say_back": "So your router stopped on Tuesday",
}
"""Every field a text may use, with an example value; besides these, every metric by its name."""


def examples(metrics: Collection[str] = ()) -> dict[str, float | str]:
    """A value for every field."""
    return dict.fromkeys(metrics, 7.0) | dict(EXAMPLES)


def check(text: str, metrics: Collection[str] = ()) -> None:
    """Test a text.

    Args:
        text: the template.
        metrics: the names of metrics that it may use.

    Raises:
        ValueError: the text is wrong; the message says what is wrong.
    """
    values = examples(metrics)
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        unknown = sorted(names - set(values))
        if unknown:
            raise ValueError(f"there is no field {{{unknown[0]}}}, only {', '.join(f'{{{n}}}' for n in EXAMPLES)}")
        text.format(**values)
    except (LookupError, AttributeError) as error:
        raise ValueError(f"it cannot be filled in ({error})") from error


def render(text: str, values: Mapping[str, float | str]) -> str:
    """Fill a text in; clauses (between commas) that need an unknown value are left out."""
    clauses = []
    for clause in text.split(", "):
        fields = {name for _, name, _, _ in Formatter().parse(clause) if name is not None}
        if fields <= values.keys():
            clauses.append(clause.format(**values))
    return ", ".join(clauses)


def values_of(firing: Firing) -> dict[str, float | str]:
    """What is known of a firing, for its texts."""
    known: dict[str, float | str | None] = {
        "value": firing.value,
        "baseline": firing.baseline,
        "limit": firing.limit,
        "held_s": firing.held_s,
        "phrase": firing.evidence[-1] if firing.evidence else None,
        "key_words": ", ".join(firing.key_words) or None,
        "say_back": firing.say_back or None,
    }
    if firing.metric:
        known[firing.metric] = firing.value
    return {name: value for name, value in known.items() if value is not None}
