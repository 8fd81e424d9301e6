"""Statements that the server plans once: the same answers, and nothing else of the connection is changed."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.utils import ProgrammingError

from config.postgres import planned
from tests.bench.figures import sent_by
from tests.factories import NOW

pytestmark = pytest.mark.django_db

VALUES = {
    "at": (NOW, "timestamptz"),
    "day": (NOW.date(), "date"),
    "pause": (dt.timedelta(minutes=10), "interval"),
    "span": (DateTimeTZRange(NOW, NOW + dt.timedelta(days=1)), "tstzrange"),
    "client": (uuid.UUID(int=7), "uuid"),
    "nobody": (None, "uuid"),
    "dates": ([NOW.date()], "date[]"),
    "none": ([], "date[]"),
    "word": ("Ωδή", "text"),
    "number": (7, "bigint"),
}
STATEMENT = f"SELECT {', '.join(f'%({name})s::{kind}' for name, (_value, kind) in VALUES.items())}"
PARAMS = {name: value for name, (value, _kind) in VALUES.items()}


def test_it_finds_what_the_usual_cursor_finds_however_often():
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, PARAMS)
        usual = cursor.fetchall()
    assert usual == [tuple(PARAMS.values())]
    for _ in range(12):
        assert planned.rows(STATEMENT, PARAMS) == usual


def test_the_plan_is_kept_after_a_few_times():
    for _ in range(12):
        planned.rows("SELECT %(number)s::bigint + 1", {"number": 7})
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s", ["%bigint + 1"])
        assert cursor.fetchall() == [(True,)]


def test_what_django_sends_is_not_kept():
    with planned.cursor() as cursor:
        cursor.execute("SELECT 1")
    for _ in range(12):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::bigint + 2", [7])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%bigint + 2"])
        assert cursor.fetchall() == [(0,)]


def test_it_is_counted_and_its_errors_are_those_of_django():
    assert sent_by(lambda: planned.rows("SELECT %(number)s::int", {"number": 7})) == [
        ("SELECT %(number)s::int", {"number": 7})
    ]
    with pytest.raises(ProgrammingError):
        planned.rows("SELECT nothing", {})
