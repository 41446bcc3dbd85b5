"""Numbers with their nouns."""


def count(number: int, noun: str) -> str:
    """A number and its noun, in the plural where due: 1 flag, 3 flags, no flags."""
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"
