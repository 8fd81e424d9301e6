"""Fields that several people's records share."""

from __future__ import annotations

import functools
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_EMAIL = 200, 254
# Line breaks and other control characters, and those that turn the direction of all that follows.
_ODD = r"\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
_one_line = RegexValidator(
    rf"[{_ODD}]", _("Write it in one line, in plain letters."), code="odd_letters", inverse_match=True
)
_AREAS = (
    *("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/"),
    "Pacific/",
)
NAME_VALIDATORS = (MaxLengthValidator(LONGEST_NAME), _one_line)
EMAIL_MOST = MaxLengthValidator(LONGEST_EMAIL)


def one_line(field: str, most: int) -> Q:
    """What a rule of the database says of a line of text: at most so many letters (up to 255), none of them odd."""
    return Q(**{f"{field}__regex": f"^[^{_ODD}]{{0,{most}}}$"})


def practice_time_zone() -> str:
    """The practice's own zone, which new people get."""
    return str(settings.PRACTICE_TIME_ZONE)


@functools.cache
def _zones() -> frozenset[str]:
    # Two names that every list has are no place on earth, and a third follows the machine.
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"})


@functools.cache
def _places() -> tuple[str, ...]:
    # Old names of the same places are valid, but nobody needs to read them in a list.
    return (*sorted(name for name in _zones() if name.startswith(_AREAS)), "UTC")


def zone_choices(standing: str | None) -> list[tuple[str, str]]:
    """The zones to choose from with their words, in order: places, UTC, and first the standing one if it is neither."""
    names = _places() if not standing or standing in _places() else (standing, *_places())
    return [(name, name.replace("_", " ")) for name in names]


def validate_time_zone(name: str) -> None:
    """Refuse what is not an IANA zone."""
    if name not in _zones():
        raise ValidationError(_("This time zone is not known. Try “Europe/Athens”."))


def time_zone_field() -> models.TextField[Any, Any]:
    """An IANA zone by name."""
    return models.TextField(
        _("time zone"), default=practice_time_zone, db_default="Europe/Athens", validators=[validate_time_zone]
    )
