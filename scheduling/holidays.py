"""Public holidays of the practice's country, by date; those that move with Easter too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holidays
from django.conf import settings
from django.utils.translation import get_language

if TYPE_CHECKING:
    import datetime as dt


def holidays_in(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """The public holidays from `first` to `last`, in order, with their names in the reader's language."""
    years = range(first.year, last.year + 1)
    names = {"el": "el", "en": "en_US"}
    found = holidays.country_holidays(settings.PRACTICE_COUNTRY, years=years, language=names.get(get_language() or ""))
    return {day: found[day] for day in sorted(found) if first <= day <= last}
