"""A day as people type it: "3 nov", "3/11", "3 Νοεμβρίου", "tuesday", "αύριο"; in both languages, with or without
accents."""

from __future__ import annotations

import datetime as dt
import functools
import re

from babel.dates import get_day_names, get_month_names

from config.kernel import letters

_LANGUAGES = ("en", "el")
# Fewer letters of a name are too few to mean one.
_LEAST = 3
_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})(?:\s*[./-]\s*(\d{4}|\d{2}))?[./-]?")
_NEAR = {"today": 0, "σημερα": 0, "tomorrow": 1, "αυριο": 1, "yesterday": -1, "χθες": -1, "χτες": -1}
_AWAY = {letters.plain(word): days for word, days in _NEAR.items()}


def day_in(typed: str, today: dt.date) -> dt.date | None:
    """The day that is meant; None when no day is.  Without a year the nearest, and of a weekday the next."""
    text = typed.strip()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        pass
    if match := _NUMBERS.fullmatch(text):
        day, month, year = match.groups()
        return _date(int(day), int(month), year, today)
    return _in_words(letters.plain(text).replace(",", " ").replace(".", " ").split(), today)


def _in_words(words: list[str], today: dt.date) -> dt.date | None:
    if len(words) == 1:
        return _alone(words[0], today)
    numbers = [word for word in words if word.isdecimal()]
    rest = [word for word in words if not word.isdecimal()]
    # "Tuesday 3 November" says the day twice: the number counts.
    if len(rest) > 1 and _named(rest[0], _weekdays()) is not None:
        rest = rest[1:]
    month = _named(rest[0], _months()) if len(rest) == 1 else None
    if month is None or len(numbers) not in {1, 2} or len(numbers[0]) > 2:
        return None
    return _date(int(numbers[0]), month, numbers[1] if numbers[1:] else None, today)


def _alone(word: str, today: dt.date) -> dt.date | None:
    if word in _AWAY:
        return today + dt.timedelta(days=_AWAY[word])
    weekday = _named(word, _weekdays())
    return None if weekday is None else today + dt.timedelta(days=(weekday - today.weekday()) % 7)


def _date(day: int, month: int, year: str | None, today: dt.date) -> dt.date | None:
    if year is not None:
        return _exact(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = (_exact(each, month, day) for each in (today.year, today.year + 1, today.year - 1))
    return min((date for date in near if date), key=lambda date: abs(date - today), default=None)


def _exact(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _named(word: str, names: dict[str, int]) -> int | None:
    """What the word begins the name of, if that is one thing only."""
    if len(word) < _LEAST:
        return None
    found = {number for name, number in names.items() if name.startswith(word)}
    return found.pop() if len(found) == 1 else None


@functools.cache
def _months() -> dict[str, int]:
    return {
        letters.plain(name): number
        for language in _LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }


@functools.cache
def _weekdays() -> dict[str, int]:
    return {
        letters.plain(name): number
        for language in _LANGUAGES
        for number, name in get_day_names("wide", locale=language).items()
    }
