"""Made scorecards."""

from monitor.call.scorecard.card import Answer, Card, CardItem, Found

WORD = "marmalade"
FOUND = Found("yes", "Apologies: 1 at 0:10", 10.0, f"sorry about the {WORD}")


def card(
    by: str,
    *answers: Answer | None,
    note: str = "",
    noted_s: float | None = None,
    form: str = "basics",
    found: Found | None = FOUND,
) -> Card:
    """A card with an item for each answer; all of them have what the machine found, and the note."""
    items = tuple(
        CardItem(f"item-{number}", "Part", f"Item {number}", 1.0, found, answer, note, noted_s)
        for number, answer in enumerate(answers)
    )
    return Card(form, form.capitalize(), "abc", by, "2026-03-03T08:00:00+00:00", items)
