from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import translation

from config.kernel import dates, numbers, sheets
from config.kernel.sheets import Month, Table

ROW = (
    *(dt.date(2026, 11, 3), Month.of(dt.date(2026, 11, 20)), dt.timedelta(hours=26, minutes=9)),
    *(Decimal("1240.50"), 12.345, 7, None, "Αθήνα"),
)


def lines(response):
    return response.content.decode("utf-8-sig").splitlines()


def test_values_are_plain_for_a_spreadsheet():
    response = sheets.as_file(Table(head=("Day", "Sum"), rows=(ROW,)), "praxis-x")
    assert lines(response) == ["Day,Sum", "2026-11-03,2026-11,26:09,1240.50,12.35,7,,Αθήνα"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="praxis-x.csv"'


def test_a_greek_spreadsheet_parts_values_by_semicolons():
    with translation.override("el"):
        response = sheets.as_file(Table(head=("Α", "Β"), rows=(ROW,)), "x")
    assert lines(response) == ["Α;Β", "2026-11-03;2026-11;26:09;1240,50;12,35;7;;Αθήνα"]


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_words_that_would_run_as_a_formula_are_defused(mark):
    response = sheets.as_file(Table(head=("Name",), rows=((f"{mark}cmd|' /C calc'!A0",),)), "x")
    (_head,), (cell,) = csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert cell == f"'{mark}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["Maria, the “other” one", 'say "hello"', "1=1", "a;b"])
def test_other_words_come_out_as_they_went_in(text):
    response = sheets.as_file(Table(head=("Name",), rows=((text,),)), "x")
    assert list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))[1] == [text]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["1,234.5", "3.1\u00a0%", "50\u00a0%"]), ("el", ["1.234,5", "3,1\u00a0%", "50\u00a0%"])],
)
def test_numbers_are_the_readers(language, said):
    with translation.override(language):
        assert [numbers.number(1234.5, 1), numbers.percent(7 / 226, 1), numbers.percent(0.5)] == said


@pytest.mark.parametrize(
    ("minutes", "english", "greek"),
    [
        (0, "at once", "αμέσως"),
        (1, "1 min", "1 λεπτό"),
        (59.6, "1 h", "1 ώρα"),
        (130, "2 h 10 min", "2 ώρες 10 λεπτά"),
        (24 * 60, "1 day", "1 ημέρα"),
        (76 * 60 + 29, "3 days 4 h", "3 ημέρες 4 ώρες"),
    ],
)
def test_lengths_are_as_exact_as_it_matters(minutes, english, greek):
    said = []
    for language in ("en", "el"):
        with translation.override(language):
            said.append(dates.length(dt.timedelta(minutes=minutes)))
    assert said == [english, greek]
