"""Public holidays of the practice's country: which dates they are, and their names in the reader's language."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from holidays import country_holidays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.utils.functional import _StrPromise
    from holidays import HolidayBase

# What people call them; the package has the words of the law, and English that nobody says in Greece.
_WORDS: dict[str, _StrPromise] = {
    "Πρωτοχρονιά": gettext_lazy("New Year’s Day"),
    "Θεοφάνεια": gettext_lazy("Epiphany"),
    "Καθαρά Δευτέρα": gettext_lazy("Clean Monday"),
    "Εικοστή Πέμπτη Μαρτίου": gettext_lazy("Independence Day"),
    "Μεγάλη Παρασκευή": gettext_lazy("Orthodox Good Friday"),
    "Κυριακή του Πάσχα": gettext_lazy("Orthodox Easter Sunday"),
    "Δευτέρα του Πάσχα": gettext_lazy("Orthodox Easter Monday"),
    "Εργατική Πρωτομαγιά": gettext_lazy("Labour Day"),
    "Εργατική Πρωτομαγιά (παρατηρήθηκε)": gettext_lazy("Labour Day (moved)"),
    "Δευτέρα του Αγίου Πνεύματος": gettext_lazy("Orthodox Whit Monday"),
    "Κοίμηση της Θεοτόκου": gettext_lazy("Dormition of the Virgin"),
    "Ημέρα του Όχι": gettext_lazy("Ochi Day"),
    "Χριστούγεννα": gettext_lazy("Christmas"),
    "Σύναξη της Υπεραγίας Θεοτόκου": gettext_lazy("Second day of Christmas"),
}
_EASTER_SUNDAY, _EASTER_MONDAY = "Κυριακή του Πάσχα", "Δευτέρα του Πάσχα"
_A_DAY = dt.timedelta(days=1)


def holidays_in(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """The public holidays from the first day to the last, both included, in order, named for the reader.

    None where the practice names no country, or one that is not known."""
    return {day: name_of(day) for day in dates_in(first, last)}


def dates_in(first: dt.date, last: dt.date) -> list[dt.date]:
    """Their dates alone."""
    years = range(first.year, last.year + 1)
    return [day for year in years for day in _year(settings.PRACTICE_COUNTRY, year) if first <= day <= last]


def name_of(day: dt.date) -> str:
    """The holiday of that date as the reader calls it; empty when there is none."""
    country = settings.PRACTICE_COUNTRY
    names = _year(country, day.year).get(day, ())
    if not all(name in _WORDS for name in names):
        names = _year(country, day.year, get_language() or settings.LANGUAGE_CODE).get(day, names)
    return ", ".join(str(_WORDS.get(name, name)) for name in names)


def label_of(day: dt.date) -> str:
    """The same as a label on a closed day: "Ochi Day, public holiday"."""
    name = name_of(day)
    return _("%(holiday)s, public holiday") % {"holiday": name} if name else ""


def is_known(country: str) -> bool:
    """Whether the holidays of that country, or of that part of one, are known: "GR", "DE-BY"."""
    try:
        _asked(country)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=256)
def _year(country: str, year: int, reader: str = "") -> Mapping[dt.date, tuple[str, ...]]:
    """The holidays of a year, in order; their names in the country's own language, or nearest to the reader's."""
    if not is_known(country):
        return {}
    found = _asked(country, year, _nearest(reader, _asked(country)))
    named = {day: tuple(found.get_list(day)) for day in found}
    for day, name in list(_easter(named)):
        named[day] = (*named.get(day, ()), name)
    return dict(sorted(named.items()))


def _easter(named: Mapping[dt.date, tuple[str, ...]]) -> Iterator[tuple[dt.date, str]]:
    """Easter itself, where the law need not name it because no Sunday is a working day."""
    for day, names in named.items():
        if _EASTER_MONDAY in names and _EASTER_SUNDAY not in named.get(day - _A_DAY, ()):
            yield day - _A_DAY, _EASTER_SUNDAY


def _nearest(reader: str, known: HolidayBase) -> str | None:
    """The reader's language, else English ("en_GB" is, too), else the country's own; never the machine's."""
    wanted = (reader, "en") if reader else ()
    near = (each for language in wanted for each in known.supported_languages if each[:2] == language[:2])
    return next(near, known.default_language)


def _asked(country: str, year: int | None = None, language: str | None = None) -> HolidayBase:
    land, _, part = country.partition("-")
    return country_holidays(land, subdiv=part or None, years=year, expand=False, language=language)
