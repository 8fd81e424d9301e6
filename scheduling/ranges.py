"""Ranges of one value, so that GiST can hold them equal without any extension."""

from __future__ import annotations

from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateTimeRangeField,
    DecimalRangeField,
    IntegerRangeField,
)
from django.db.models import DecimalField, Func, IntegerField
from django.db.models.functions import Cast


class Int8Range(Func):
    """`int8range(a, b, bounds)`; beware: of nulls it is unbounded and clashes with everything."""

    function = "int8range"
    output_field = BigIntegerRangeField()


class Int4Range(Func):
    """`int4range(a, b, bounds)`."""

    function = "int4range"
    output_field = IntegerRangeField()


class UuidRange(Func):
    """`uuidrange(a, b, bounds)`, a type of ours (migration 0001); used only to compare."""

    function = "uuidrange"
    output_field = DateTimeRangeField()


class NumRange(Func):
    """`numrange(a, b)`, half-open."""

    function = "numrange"
    output_field = DecimalRangeField()


class DateRange(Func):
    """`daterange(a, b, bounds)`."""

    function = "daterange"
    output_field = DateTimeRangeField()


class SecondsOfDay(Func):
    """A local time as seconds since midnight: PostgreSQL has no range of times."""

    template = "extract(epoch from %(expressions)s)"
    output_field = DecimalField()


def as_integer(column: str) -> Cast:
    """A smallint column as integer."""
    return Cast(column, IntegerField())
