"""When something is to happen, in the speaker's words: found in speech, and as a day of the calendar."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rules.language.tokens import Token, normalise

_TEENS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_NUMBERS = {word: number for number, word in enumerate(_TEENS.split(), start=1)}
_NUMBERS |= {"a": 1, "an": 1, "a couple of": 2, "twenty": 20, "twenty four": 24, "thirty": 30, "forty": 40}
_NUMBERS |= {"forty five": 45, "forty eight": 48, "sixty": 60, "seventy two": 72, "ninety": 90}
_DAYS = tuple(name.lower() for name in calendar.day_name)
_MONTHS = tuple(name.lower() for name in calendar.month_name)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")

_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r"|a few|several|\d+"
_RANGE = rf"(?:{_NUMBER})(?: (?:to|or) (?:{_NUMBER}))?"
_UNIT = r"minutes?|hours?|(?:business |working |calendar )?days?|weeks?|months?"
_DAY = "|".join(_DAYS)
_ORDINAL = "|".join(_ORDINALS) + r"|\d{1,2}(?:st|nd|rd|th)"
_MONTH = "|".join(_MONTHS[1:])
_HOUR = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}"
_CLOCK = (
    r"(?!one(?! (?:o'clock|thirty|am|pm|a m|p m)))"
    rf"(?:(?:{_HOUR})(?: (?:o'clock|fifteen|thirty|forty five|\d{{2}}))?(?: (?:am|pm|a m|p m))?"
    r"|\d{1,2}(?:am|pm)|noon|midday|midnight|lunchtime)"
)
_PART = "morning|afternoon|evening|night"
_CLOSE = r"(?:the )?(?:close|end) of (?:the |this |next )?(?:business day|business|day|week|month|working day)"
_WHEN = re.compile(
    r"(?:(?:by|on|at|before|until|around|about|from|no later than|not later than|first thing|sometime|later|early"
    r"|within|in|inside|over) )*(?:the )?(?:next |coming |following )?"
    r"(?:"
    rf"(?:within|in|inside|over|for)(?: the next)? (?:{_RANGE}) (?:{_UNIT})"
    rf"|(?:by|at|before|until|around) {_CLOCK}\b(?! (?:{_UNIT}|percent|dollars|pounds|euros))"
    rf"|(?:the )?day after tomorrow|today|tonight|tomorrow|(?:this|next|coming)? ?(?:{_DAY})"
    rf"|(?:this|next|the same) (?:week|month|{_PART})|{_CLOSE}"
    rf"|(?:{_MONTH}) (?:the )?(?:{_ORDINAL})|(?:the )?(?:{_ORDINAL}) of (?:{_MONTH})|the \d{{1,2}}(?:st|nd|rd|th)"
    r")"
    rf"(?: (?:in the |the )?(?:{_PART}))?"
    rf"(?:(?: (?:by|on|at|before|around|of))? (?:next |this |coming )?(?:{_DAY}|tomorrow|today|next week))?"
    rf"(?: (?:by|at|before|until|around|after) {_CLOCK}\b(?! (?:{_UNIT})))?"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A time in words as a time of the calendar."""

    day: date
    """The last day that the words allow."""
    at: time | None = None
    """The time of day, if one was said."""


def find(words: Sequence[Token]) -> slice:
    """Where the words say when, as a stretch of them; an empty one if they do not."""
    starts, text = [], ""
    for word in words:
        starts.append(len(text))
        text += word.text + " "
    for match in re.finditer(rf"(?<!\S){_WHEN.pattern}(?!\S)", text):
        start = starts.index(match.start())
        return slice(start, start + len(match.group().split()))
    return slice(0, 0)


def resolve(text: str, said: datetime) -> Due | None:
    """The day that words mean, counted from when they were said; None if they can mean several.

    A weekday without more is the next one to come. A time of day from one to seven is in the afternoon, as people
    make appointments. "Next week" and "this week" end on their Friday.
    """
    words = " ".join(normalise(text))
    clock = _clock(words)
    day = _day(words, said)
    if isinstance(day, datetime):
        return Due(day.date(), day.time().replace(second=0, microsecond=0))
    if day is None and clock and not re.search(rf"\b(?:{_DAY}|week|month|{_UNIT})\b", words) and clock > said.time():
        day = said.date()
    return Due(day, clock) if day else None


def _day(words: str, said: datetime) -> date | None:  # noqa: PLR0911 # one branch a way of saying it
    today = said.date()
    if span := re.search(rf"(?:within|in|inside|over|for)(?: the next)? ({_RANGE}) ({_UNIT})", words):
        return _after(span[1], span[2], said)
    if "day after tomorrow" in words:
        return today + timedelta(days=2)
    if "tomorrow" in words:
        return today + timedelta(days=1)
    if re.search(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|(?:business|working|the|of) day)\b", words):
        return today
    if named := re.search(rf"(next |this |coming )?({_DAY})", words):
        return _weekday(named[2], today, is_next=named[1] == "next " or "next week" in words)
    if "week" in words:
        return today + timedelta(days=4 - today.weekday() + 7 * ("next" in words)) if today.weekday() < 5 else None  # noqa: PLR2004 # Friday is 4
    if "month" in words:
        month = today if "next" not in words else _later(today, 1)
        return month.replace(day=calendar.monthrange(month.year, month.month)[1])
    return _date(words, today)


def _after(count: str, unit: str, said: datetime) -> date | None:
    last = re.split(" (?:to|or) ", count)[-1]
    number = _NUMBERS.get(last) or (int(last) if last.isdigit() else None)
    if number is None:
        return None
    if unit.startswith(("minute", "hour")):
        return said + timedelta(**{"minutes" if unit.startswith("minute") else "hours": number})
    if unit.startswith(("business", "working")):
        return _working_days(said.date(), number)
    if unit.startswith("month"):
        return _later(said.date(), number)
    return said.date() + timedelta(days=number * (7 if unit.startswith("week") else 1))


def _working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5  # noqa: PLR2004 # Saturday is 5
    return day


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _weekday(name: str, today: date, *, is_next: bool) -> date | None:
    ahead = (_DAYS.index(name) - today.weekday()) % 7
    if ahead == 0:
        return today + timedelta(days=7) if is_next else None
    if is_next and _DAYS.index(name) > today.weekday():
        return None
    return today + timedelta(days=ahead)


def _date(words: str, today: date) -> date | None:
    ordinal = re.search(rf"\b({_ORDINAL})\b", words)
    if not ordinal:
        return None
    text = ordinal[1]
    number = _ORDINALS.index(text) + 1 if text in _ORDINALS else int(re.sub(r"\D", "", text))
    named = re.search(rf"\b({_MONTH})\b", words)
    month = today.replace(day=1, month=_MONTHS.index(named[1])) if named else today.replace(day=1)
    for step in range(0, 49, 12 if named else 1):
        first = _later(month, step)
        if number <= calendar.monthrange(first.year, first.month)[1] and first.replace(day=number) >= today:
            return first.replace(day=number)
    return None


def _clock(words: str) -> time | None:
    if re.search(r"\b(?:noon|midday)\b", words):
        return time(12)
    said = re.search(
        rf"\b(?:by|at|before|until|around|after) ({_HOUR})(?: (o'clock|fifteen|thirty|forty five|\d{{2}}))?"
        rf" ?(am|pm|a m|p m)?\b(?! (?:{_UNIT}))",
        words,
    )
    if not said:
        return None
    hour = _NUMBERS.get(said[1]) or int(said[1])
    minute = _NUMBERS.get(said[2] or "") or (int(said[2]) if said[2] and said[2].isdigit() else 0)
    half = (said[3] or "").replace(" ", "")
    if half == "pm" or (not half and 1 <= hour <= 7):  # noqa: PLR2004 # one to seven is the afternoon
        hour = hour % 12 + 12
    elif half == "am":
        hour %= 12
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 # a time of day
