"""When something is to happen, in a language whose ways of saying it stand in a file."""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.errors import RuleError
from rules.language.due_dates import Due
from rules.language.tokens import Token
from rules.strict_toml import convert

AFTERNOON_UNTIL = 7
"""A time of day up to this hour is in the afternoon, as people make appointments."""
WORKING_DAYS = 5
_UNITS = ("minutes", "hours", "days", "working_days", "weeks", "months")
_FIELDS = ("weekday", "month", "number", *_UNITS)


class SpokenDates:
    """Finds and reads the due times of one language.

    Args:
        tables: of the file: `before` and `clock`, patterns; `weekday`, `month`, `number`, words and their values;
            `units`, of each unit its words; `when`, a list of patterns. A pattern is a regular expression in which
            {number}, {weekday}, {month} and {unit} stand for the words of those tables; a pattern with `in_days` means
            that many days from today, one with `end_of = "week"` or "month" the end of it, `ahead` more of them.
        where: the file, to begin an error's sentence with.

    Raises:
        RuleError: the tables do not make patterns.
    """

    def __init__(self, tables: Mapping[str, Any], where: str) -> None:
        try:
            self._values = {name: convert(tables[name], dict[str, int], where, RuleError) for name in _FIELDS[:3]}
            self._units = {
                word: unit
                for unit, words in convert(tables["units"], dict[str, str], where, RuleError).items()
                for word in words.split()
            }
            self._before = str(tables.get("before", ""))
            self._clock = re.compile(self._filled(str(tables["clock"])))
            self._when = [
                (re.compile(self._filled(str(one["say"]))), dict(one))
                for one in convert(tables["when"], list[dict[str, Any]], where, RuleError)
            ]
        except (KeyError, IndexError, TypeError, re.error) as error:
            raise RuleError(f"{where}, the patterns can't be used ({error}). Correct them.") from error
        days = "|".join(_unnamed(pattern.pattern) for pattern, _ in self._when)
        clock = _unnamed(self._clock.pattern)
        before = f"(?:(?:{self._before}) )*" if self._before else ""
        self._any = re.compile(rf"(?<!\S){before}(?:(?:{days})(?: {clock})?|{clock}(?: (?:{days}))?)(?!\S)")

    def find(self, words: Sequence[Token]) -> slice:
        """Where the words say when, as a stretch of them; an empty one if they do not."""
        starts, text = [], ""
        for word in words:
            starts.append(len(text))
            text += word.text + " "
        if not (match := self._any.search(text)):
            return slice(0, 0)
        start = starts.index(match.start())
        return slice(start, start + len(match.group().split()))

    def resolve(self, text: str, said: datetime) -> Due | None:
        """The day that normalised words mean, counted from when they were said; None if they can mean several."""
        for pattern, meant in self._when:
            if match := re.search(rf"(?<!\S)(?:{pattern.pattern})(?!\S)", text):
                day = self._day(match.groupdict(), meant, said)
                if isinstance(day, datetime):
                    return Due(day.date(), day.time().replace(second=0, microsecond=0))
                return Due(day, self._time(text)) if day else None
        at = self._time(text)
        return Due(said.date(), at) if at and at > said.time() else None

    def _filled(self, pattern: str) -> str:
        """The regular expression of a pattern."""
        number = "|".join([*sorted(self._values["number"], key=len, reverse=True), r"\d+"])
        fields = {name: "|".join(self._values[name]) for name in _FIELDS[:2]}
        fields |= {"number": number, "unit": "|".join(sorted(self._units, key=len, reverse=True))}
        for name, words in fields.items():
            pattern = pattern.replace(f"{{{name}}}", f"(?P<{name}>{words})")
        return pattern

    def _day(self, said_as: Mapping[str, str | None], meant: Mapping[str, Any], said: datetime) -> date | None:
        today = said.date()
        if "in_days" in meant:
            return today + timedelta(days=int(meant["in_days"]))
        if meant.get("end_of") == "week":
            friday = today + timedelta(days=WORKING_DAYS - 1 - today.weekday() + 7 * int(meant.get("ahead", 0)))
            return friday if friday >= today else None
        if meant.get("end_of") == "month":
            month = _months_later(today, int(meant.get("ahead", 0)))
            return month.replace(day=calendar.monthrange(month.year, month.month)[1])
        number = self._number(said_as.get("number"))
        if (unit := said_as.get("unit")) and number is not None:
            return _after(number, self._units[unit], said)
        month_name, weekday = said_as.get("month"), said_as.get("weekday")
        if month_name and number is not None:
            return next(_dates(number, self._values["month"][month_name], today), None)
        ahead = (self._values["weekday"][weekday] - 1 - today.weekday()) % 7 if weekday else 0
        return today + timedelta(days=ahead) if ahead else None

    def _number(self, word: str | None) -> int | None:
        if not word:
            return None
        return int(word) if word.isdigit() else self._values["number"].get(word)

    def _time(self, text: str) -> time | None:
        if not (match := self._clock.search(text)):
            return None
        hour, minute = self._number(match["hour"]), self._number(match.groupdict().get("minute")) or 0
        if hour is None or hour > 23 or minute > 59:  # noqa: PLR2004 # a time of day
            return None
        return time(hour + 12 if 1 <= hour <= AFTERNOON_UNTIL else hour, minute)


def _unnamed(pattern: str) -> str:
    return "(?:" + re.sub(r"\?P<\w+>", "?:", pattern) + ")"


def _dates(day: int, month: int, today: date) -> Iterator[date]:
    for year in (today.year, today.year + 1):
        if 1 <= day <= calendar.monthrange(year, month)[1] and date(year, month, day) >= today:
            yield date(year, month, day)


def _after(number: int, unit: str, said: datetime) -> date:
    match unit:
        case "minutes" | "hours":
            return said + timedelta(**{unit: number})
        case "working_days":
            day = said.date()
            while number:
                day += timedelta(days=1)
                number -= day.weekday() < WORKING_DAYS
            return day
        case "months":
            return _months_later(said.date(), number)
        case _:
            return said.date() + timedelta(days=number * (7 if unit == "weeks" else 1))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
