"""Public holidays: the right dates, by another reckoning, with names that people use."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from scheduling import holidays
from tests.scheduling.greek_year import all_of, easter, fixed, movable

# The package knows the law of these years; in 2024 Labour Day fell into Holy Week and was moved altogether.
YEARS = [year for year in range(2018, 2035) if year != 2024]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def year_of(year):
    return holidays.holidays_in(dt.date(year, 1, 1), dt.date(year, 12, 31))


def test_easter_is_where_everybody_knows_it_to_have_been():
    assert [easter(year) for year in (2016, 2021, 2024, 2026, 2027)] == [
        dt.date(2016, 5, 1),
        dt.date(2021, 5, 2),
        dt.date(2024, 5, 5),
        dt.date(2026, 4, 12),
        dt.date(2027, 5, 2),
    ]


@pytest.mark.parametrize("year", YEARS)
def test_movable_feasts_follow_easter(year):
    assert {name: day for day, name in year_of(year).items() if name in movable(year)} == movable(year)


@pytest.mark.parametrize("year", YEARS)
def test_nothing_is_kept_but_the_feasts_and_the_days_that_stand_still(year):
    assert set(year_of(year)) == all_of(year)
    assert all(holidays.name_of(day) == name for name, day in fixed(year).items() if day not in movable(year).values())


def test_a_span_has_its_ends_and_is_in_order():
    assert holidays.holidays_in(dt.date(2026, 12, 25), dt.date(2027, 1, 6)) == {
        dt.date(2026, 12, 25): "Christmas",
        dt.date(2026, 12, 26): "Second day of Christmas",
        dt.date(2027, 1, 1): "New Year’s Day",
        dt.date(2027, 1, 6): "Epiphany",
    }
    assert holidays.dates_in(dt.date(2026, 12, 26), dt.date(2027, 1, 5)) == [dt.date(2026, 12, 26), dt.date(2027, 1, 1)]
    assert holidays.dates_in(dt.date(2027, 1, 6), dt.date(2026, 12, 25)) == []


def test_two_on_one_day_are_both_said():
    assert holidays.name_of(dt.date(2016, 5, 1)) == "Labour Day, Orthodox Easter Sunday"


def test_names_are_those_of_the_reader():
    with translation.override("el"):
        assert list(year_of(2027).values()) == [
            "Πρωτοχρονιά",
            "Θεοφάνεια",
            "Καθαρά Δευτέρα",
            "25η Μαρτίου",
            "Μεγάλη Παρασκευή",
            "Εργατική Πρωτομαγιά",
            "Κυριακή του Πάσχα",
            "Δευτέρα του Πάσχα",
            "Εργατική Πρωτομαγιά (μετάθεση)",
            "Δευτέρα του Αγίου Πνεύματος",
            "Κοίμηση της Θεοτόκου",
            "Επέτειος του Όχι",
            "Χριστούγεννα",
            "Δεύτερη ημέρα Χριστουγέννων",
        ]


def test_any_other_day_has_no_name_and_no_label():
    assert holidays.name_of(dt.date(2026, 11, 24)) == ""
    assert holidays.label_of(dt.date(2026, 11, 24)) == ""
    assert holidays.label_of(dt.date(2026, 10, 28)) == "Ochi Day, public holiday"


@pytest.mark.parametrize(
    ("country", "day", "english", "greek"),
    [
        ("GB", (2026, 5, 4), "May Day", "May Day"),
        ("DE-BY", (2026, 1, 6), "Epiphany", "Epiphany"),
        ("CY", (2026, 10, 1), "Cyprus Independence Day", "Ημέρα της Κυπριακής Ανεξαρτησίας"),
        ("US", (2026, 7, 4), "Independence Day", "Independence Day"),
    ],
)
def test_other_countries_are_known_in_the_nearest_language(settings, country, day, english, greek):
    settings.PRACTICE_COUNTRY = country
    assert holidays.name_of(dt.date(*day)) == english
    with translation.override("el"):
        assert holidays.name_of(dt.date(*day)) == greek


def test_a_part_of_a_country_has_its_own(settings):
    settings.PRACTICE_COUNTRY = "DE"
    assert holidays.name_of(dt.date(2026, 1, 6)) == ""


@pytest.mark.parametrize("language", ["de_DE.UTF-8", "C"])
def test_the_machines_own_language_does_not_matter(monkeypatch, language):
    holidays._year.cache_clear()
    monkeypatch.setenv("LANGUAGE", language)
    assert holidays.name_of(dt.date(2026, 10, 28)) == "Ochi Day"


@pytest.mark.parametrize("country", ["", "XX", "gr", "GR-NOWHERE", "../etc", "GR\0"])
def test_a_country_that_is_none_has_none(settings, country):
    settings.PRACTICE_COUNTRY = country
    assert year_of(2026) == {}
    assert not holidays.is_known(country)


@pytest.mark.parametrize("year", [1, 1900, 2101, 8999, 9999])
def test_years_that_no_law_reaches_have_none(year):
    assert year_of(year) == {}
