"""By what a list may be narrowed in its address: by what our own links say, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import ForeignKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

# What the links of Django's own filters end in.
_FILTER = ("", "__exact", "__isnull", "__isempty", "__gte", "__lt")
_DATES = ("__year", "__month", "__day")


def lookups_of(model: type[Model], list_filter: Iterable[Any], date_hierarchy: str | None) -> set[str]:
    """The names in the query string of a list: its filters, its dates, and the rows that its rows point at."""
    # "?client=5" leads from a row to the lists of what belongs to it; a row's own page shows the same.
    allowed = {field.name for field in model._meta.fields if field.remote_field}
    if date_hierarchy:
        allowed |= {date_hierarchy + end for end in _DATES}
    for each in list_filter:
        if isinstance(each, type) and issubclass(each, SimpleListFilter):
            allowed.add(str(each.parameter_name))
        else:
            allowed |= _of_field(model, each[0] if isinstance(each, (tuple, list)) else each)
    return allowed


def _of_field(model: type[Model], path: str) -> set[str]:
    allowed = {path + end for end in _FILTER}
    field = get_fields_from_path(model, path)[-1]
    if isinstance(field, ForeignKey):
        allowed.add(f"{path}__{field.target_field.name}__exact")
    return allowed
