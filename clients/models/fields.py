"""Fields that several people's records share."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def practice_time_zone() -> str:
    """The practice's own zone, which new people get."""
    return str(settings.PRACTICE_TIME_ZONE)


def validate_time_zone(name: str) -> None:
    """Refuse what is not an IANA zone."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValidationError(_("This time zone is not known. Try “Europe/Athens”.")) from exc


def time_zone_field() -> models.TextField[Any, Any]:
    """An IANA zone by name."""
    return models.TextField(
        _("time zone"), default=practice_time_zone, db_default="Europe/Athens", validators=[validate_time_zone]
    )
