from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import chain

import pytest
from django.http import QueryDict

from config.kernel.time import Interval
from scheduling.hours import Span
from scheduling.models import Coach
from scheduling.queries.hours import rules_of
from scheduling.settings_forms import AwayForm, DateForm, RulesForm
from tests.factories import moment

pytestmark = pytest.mark.usefixtures("clock")
COACH = Coach(pk=1, time_zone="Europe/Athens")


def query(fields):
    data = QueryDict(mutable=True)
    data.update(fields)
    return data


def away(**fields):
    return AwayForm(query(fields), coach=COACH)


def errors(form):
    assert not form.is_valid()
    return {name: list(found) for name, found in form.errors.items()}


class TestAway:
    def test_is_whole_days(self):
        form = away(first="2026-12-21", last="2027-01-03", reason="Rest")
        assert form.is_valid()
        assert form.absence().during == Interval(moment("2026-12-21 00:00"), moment("2027-01-04 00:00"))

    def test_is_from_a_time_to_a_time(self):
        form = away(first="2026-12-21", last="2026-12-22", first_at="14", last_at="12:30")
        assert form.is_valid()
        assert form.absence().during == Interval(moment("2026-12-21 14:00"), moment("2026-12-22 12:30"))

    def test_until_24_is_the_whole_last_day(self):
        form = away(first="2026-12-21", last="2026-12-21", first_at="14:00", last_at="24:00")
        assert form.is_valid()
        assert form.absence().during == Interval(moment("2026-12-21 14:00"), moment("2026-12-22 00:00"))

    @pytest.mark.parametrize(
        ("first", "last", "hours"), [("2027-03-27", "2027-03-28", 47), ("2027-10-30", "2027-10-31", 49)]
    )
    def test_over_a_change_of_clocks_is_whole_local_days(self, first, last, hours):
        form = away(first=first, last=last)
        assert form.is_valid()
        assert form.absence().during.minutes == hours * 60

    def test_to_an_hour_that_comes_twice_is_until_the_second_has_come(self):
        form = away(first="2027-10-31", last="2027-10-31", last_at="03:30")
        assert form.is_valid()
        assert form.absence().during.ends_at == dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC)

    def test_at_a_time_that_the_clocks_skip_is_refused(self):
        assert (
            "there is no such time"
            in errors(away(first="2027-03-28", last="2027-03-28", first_at="03:30"))["__all__"][0]
        )

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            ("2027-02-30", "2027-03-01", "There is no such day."),
            ("2026-12-24", "2026-12-21", "The last day comes before the first."),
            ("2026-12-21", "2031-12-21", "Choose days from"),
            ("2026-12-21", "2027-12-30", "Time off lasts a year at most."),
            ("2026-11-01", "2026-11-19", "This is past already."),
            ("1026-11-01", "2026-12-19", "Choose days from"),
            ("0001-01-01", "9999-12-31", "Choose days from"),
            ("", "2026-12-21", "Choose a day."),
        ],
    )
    def test_that_makes_no_sense_is_refused_in_words(self, first, last, words):
        found = errors(away(first=first, last=last))
        assert words in " ".join(chain(*found.values()))

    def test_that_ends_before_it_starts_on_one_day_is_refused(self):
        found = errors(away(first="2026-12-21", last="2026-12-21", first_at="14:00", last_at="12:00"))
        assert found == {"last_at": ["The end must come after the start."]}

    def test_may_have_begun_already(self):
        assert away(first="2026-11-18", last="2026-11-24").is_valid()

    @pytest.mark.parametrize("times", [{}, {"first_at": "14:00"}, {"last_at": "12:30"}])
    def test_is_typed_again_as_it_was(self, times):
        form = away(first="2027-03-27", last="2027-03-28", reason="Rest", **times)
        assert form.is_valid()
        again = away(**AwayForm.standing(form.absence(), COACH))
        assert again.is_valid()
        assert again.absence() == form.absence()


class TestDate:
    def test_has_spans(self):
        form = DateForm(
            query({"date": "2026-11-23", "date-from-0": "10", "date-to-0": "12", "date-from-1": ""}), coach=COACH
        )
        assert form.is_valid()
        assert form.hours() == (Span(dt.time(10), dt.time(12)),)

    def test_closed_counts_whatever_else_is_typed(self):
        form = DateForm(query({"date": "2026-11-23", "date-from-0": "x", "closed": "1"}), coach=COACH)
        assert form.is_valid()
        assert form.hours() == ()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"date": "2026-11-23"}, "Say from when to when it is open"),
            ({"date": "2026-11-19", "closed": "1"}, "Choose a day from Friday 20 November"),
            ({"date": "2029-11-19", "closed": "1"}, "Choose a day from"),
            ({"date": "2027-02-30", "closed": "1"}, "There is no such day."),
            ({"date": "2026-11-23", "date-from-0": "12", "date-to-0": "10"}, "The end must come after the start."),
        ],
    )
    def test_that_makes_no_sense_is_refused_in_words(self, fields, words):
        found = errors(DateForm(query(fields), coach=COACH))
        assert words in " ".join(chain(*found.values()))


def rules(**other):
    return RulesForm({**RulesForm.standing(rules_of(COACH)), **other})


class TestRules:
    def test_come_back_as_they_stand(self):
        form = rules()
        assert form.is_valid()
        assert form.rules() == rules_of(COACH)

    @pytest.mark.parametrize(
        ("minutes", "typed"), [(0, (0, "hours")), (45, (45, "minutes")), (120, (2, "hours")), (2880, (2, "days"))]
    )
    def test_notice_is_said_in_the_largest_unit(self, minutes, typed):
        said = RulesForm.standing(rules_of(Coach(pk=1, time_zone="Europe/Athens", notice_minutes=minutes)))
        assert (said["notice"], said["notice_unit"]) == typed
        form = RulesForm(said)
        assert form.is_valid()
        assert form.rules().notice_minutes == minutes

    @pytest.mark.parametrize(
        ("text", "price"), [("60", "60"), ("60,50", "60.50"), ("60.5", "60.5"), ("0", "0"), ("", None), (" 60 ", "60")]
    )
    def test_price_is_read_as_people_write_it(self, text, price):
        form = rules(price=text)
        assert form.is_valid()
        assert form.rules().price == (None if price is None else Decimal(price))

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("session_minutes", "4", "Give a whole number from 5 to 480."),
            ("session_minutes", "481", "Give a whole number from 5 to 480."),
            ("session_minutes", "9" * 5000, "Give a whole number from 5 to 480."),
            ("slot_step_minutes", "", "Give a whole number from 5 to 240."),
            ("buffer_minutes", "-1", "Give a whole number from 0 to 240."),
            ("horizon_days", "soon", "Give a whole number from 1 to 730."),
            ("notice", "31", "At most 30 days of notice can be asked for."),
            ("price", "-1", "Write the price like 60"),
            ("price", "1e3", "Write the price like 60"),
            ("price", "6.0.0", "Write the price like 60"),
            ("time_zone", "Europe/Atlantis", "This time zone is not known."),
            ("time_zone", "", "Choose a time zone."),
            ("title", "one\ntwo", "Write it in one line"),
        ],
    )
    def test_out_of_range_are_refused_in_words(self, field, value, words):
        found = errors(rules(**{"notice_unit": "days", field: value}))
        assert words in found[field][0]

    def test_old_name_of_a_zone_that_stands_is_kept_and_listed(self):
        form = rules(time_zone="Turkey")
        assert form.is_valid()
        assert ("Turkey", "Turkey") in form.fields["time_zone"].widget.choices
