"""Columns and filters that the office's lists share."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from config.kernel import dates, time
from config.kernel.time import Interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

NOTHING = "–"
Words = Any


def row_link(row: Model | None, text: Any = "") -> str:
    """A link to a row's own page."""
    if row is None:
        return NOTHING
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, text or row)


def number(row: Model) -> str:
    """What a row without a name of its own is called."""
    return f"№ {row.pk}"


def link_to(path: str, words: Words, *, text: Callable[[Any], Any] = str) -> Callable[[Any, Any], str]:
    """A column that leads to another row: `path` from this one ("proposal.recipient"), `text` of that one.

    Name the path in `list_select_related` as well, or every line asks for itself."""
    found = attrgetter(path)

    @admin.display(description=words, ordering=path.replace(".", "__"))
    def shown(_admin: Any, row: Any) -> str:
        target = found(row)
        return row_link(target, text(target)) if target is not None else NOTHING

    return shown


def when(field: str, words: Words) -> Callable[[Any, Any], str]:
    """A column that shows a range of instants as people read it: "Mon 23 Nov, 13:00–13:50"."""

    @admin.display(description=words, ordering=field)
    def shown(_admin: Any, row: Any) -> str:
        during = getattr(row, field)
        if during is None:
            return NOTHING
        starts_at, ends_at = during.lower, during.upper
        if timezone.localtime(starts_at).date() == timezone.localtime(ends_at).date():
            return f"{dates.short_day(starts_at)}, {dates.span(starts_at, ends_at)}"
        return f"{dates.short_day_time(starts_at)} – {dates.short_day_time(ends_at)}"

    return shown


def when_filter(field: str, words: Words) -> type[admin.SimpleListFilter]:
    """A filter of rows by where their range of instants lies."""

    class WhenFilter(admin.SimpleListFilter):
        title = words
        parameter_name = f"{field}_is"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return [
                ("today", _("Today")),
                ("week", _("This week")),
                ("ahead", _("Still to come")),
                ("past", _("Past")),
            ]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            lookup = _lookup(self.value())
            return queryset.filter(**{f"{field}__{name}": value for name, value in lookup.items()})

    return WhenFilter


def _lookup(chosen: str | None) -> dict[str, Any]:
    at, here = time.now(), timezone.get_current_timezone()
    today = at.astimezone(here).date()
    monday = time.monday_of(today)
    week = Interval(
        time.day_bounds(monday, here).starts_at, time.day_bounds(monday + dt.timedelta(days=6), here).ends_at
    )
    return {
        "today": {"overlap": time.day_bounds(today, here).as_range()},
        "week": {"overlap": week.as_range()},
        "ahead": {"startswith__gt": at},
        "past": {"endswith__lte": at},
    }.get(chosen or "", {})


def people_filter(words: Words) -> type[admin.RelatedOnlyFieldListFilter]:
    """A filter by those people whom the list has rows of; stands beside the path to them in `list_filter`."""

    class PeopleFilter(admin.RelatedOnlyFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = words

    return PeopleFilter


def rows_about(site: admin.AdminSite, row: Model) -> str:
    """Links to the lists of all rows that point at this one."""
    links = []
    relations = [each for each in row._meta.related_objects if not each.many_to_many]
    several = Counter(relation.related_model for relation in relations)
    for relation in relations:
        model, field = relation.related_model, relation.field
        if site.is_registered(model):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            words = model._meta.verbose_name_plural
            words = f"{words} · {field.verbose_name}" if several[model] > 1 else words
            links.append((f"{address}?{field.name}={row.pk}", words))
    return format_html_join("", '<li><a href="{}">{}</a></li>', links) or NOTHING
