import datetime as dt
import uuid

import pytest
from django.http import Http404
from django.utils import translation

from clients.states import ClientStatus
from config.kernel.time import Interval
from scheduling.forms import BookingForm, CancelForm, Cancellation, ClockField, Move, MoveForm
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def typed(client, **other):
    return {"client": str(client.pk), "day": "2026-11-23", "at": "13:00", "minutes": "50", "form_key": "k", **other}


def errors(form):
    return {name: [error.code for error in found] for name, found in form.errors.as_data().items()}


@pytest.mark.parametrize("text", ["9", "09", "9:00", "09:00", "9.00", "0900", "900", " 9:00 "])
def test_clock_takes_what_people_type(text):
    assert ClockField().clean(text) == dt.time(9)


@pytest.mark.parametrize("text", ["24", "9:60", "25:00", "9 pm", "12345", "٩", "-1", "9:0", "x" * 1000])
def test_clock_refuses_what_is_no_time(text):
    with pytest.raises(Exception, match="is not a time") as refused:
        ClockField().clean(text)
    assert refused.value.code == "invalid"


def test_booking_is_what_was_typed(coach, maria):
    form = BookingForm(typed(maria, title=" First ", notify="0", overrule="1"), coach=coach)
    assert form.is_valid(), form.errors
    booking = form.booking()
    assert booking.client == maria
    assert booking.during == factories.hour("2026-11-23 13:00")
    assert (booking.title, booking.notify, booking.overrule, booking.form_key) == ("First", False, True, "k")


def test_booking_tells_the_client_unless_said_otherwise(coach, maria):
    form = BookingForm(typed(maria), coach=coach)
    assert form.is_valid()
    assert form.booking().notify is True
    assert form.booking().overrule is False


def test_times_are_of_the_coachs_clock(maria):
    coach = factories.create_coach(zone="America/New_York")
    factories.create_care(client=maria, provider=coach.user)
    form = BookingForm(typed(maria), coach=coach)
    assert form.is_valid()
    assert form.booking().during.starts_at == dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC)


def test_empty_form_says_what_is_missing(coach):
    form = BookingForm({}, coach=coach)
    assert errors(form) == {name: ["required"] for name in ("client", "day", "at", "minutes")}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("day", "2027-02-30", "invalid"),
        ("day", "9999-12-31", "too_far"),
        ("day", "0001-01-01", "too_far"),
        ("day", "2031-11-23", "too_far"),
        ("day", "tomorrow", "invalid"),
        ("at", "25:00", "invalid"),
        ("minutes", "4", "min_value"),
        ("minutes", "481", "max_value"),
        ("minutes", "-50", "min_value"),
        ("minutes", "9" * 30, "max_value"),
        ("minutes", "fifty", "invalid"),
        ("title", "x" * 201, "max_length"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(coach, maria, field, value, code):
    form = BookingForm(typed(maria, **{field: value}), coach=coach)
    assert errors(form) == {field: [code]}
    assert form[field].value() == value


@pytest.mark.parametrize("minutes", [5, 17, 480])
def test_any_length_from_5_to_480_is_taken(coach, maria, minutes):
    form = BookingForm(typed(maria, minutes=str(minutes)), coach=coach)
    assert form.is_valid()
    assert form.booking().during.minutes == minutes


def test_hour_that_the_clock_skips_is_refused(coach, maria):
    form = BookingForm(typed(maria, day="2027-03-28", at="03:30"), coach=coach)
    assert errors(form) == {"at": ["skipped"]}
    assert "03:30" in form.errors["at"][0]


def test_length_is_real_minutes_over_the_change_of_clocks(coach, maria):
    form = BookingForm(typed(maria, day="2027-03-28", at="02:30", minutes="60"), coach=coach)
    assert form.is_valid()
    start = dt.datetime(2027, 3, 28, 0, 30, tzinfo=dt.UTC)
    assert form.booking().during == Interval(start, start + dt.timedelta(hours=1))


@pytest.mark.parametrize("who", ["", "foreign", "unknown", "garbage"])
def test_clients_that_are_not_the_coachs(coach, other_coach, maria, who):
    foreign = factories.create_client(of=other_coach)
    key = {"": "", "foreign": str(foreign.pk), "unknown": str(uuid.uuid4()), "garbage": "1 OR 1=1"}[who]
    form = BookingForm(typed(maria) | {"client": key}, coach=coach)
    if who:
        with pytest.raises(Http404):
            form.is_valid()
    else:
        assert errors(form) == {"client": ["required"]}


def test_client_whose_care_has_ended_is_unknown(coach):
    gone = factories.create_client()
    factories.create_care(client=gone, provider=coach.user, ended_at=factories.NOW)
    with pytest.raises(Http404):
        BookingForm(typed(gone), coach=coach).is_valid()


def test_archived_client_is_named(coach):
    gone = factories.create_client(of=coach, full_name="Arben Hoxha", status=ClientStatus.ARCHIVED)
    form = BookingForm(typed(gone), coach=coach)
    assert errors(form) == {"client": ["archived"]}
    assert "Arben Hoxha" in form.errors["client"][0]


def test_lengths_on_offer_hold_the_coachs_own_and_the_one_typed(coach):
    coach.session_minutes = 55
    form = BookingForm(coach=coach, initial={"minutes": "25"})
    lengths = [length for length, _ in form.fields["minutes"].widget.choices]
    assert lengths == [25, 30, 45, 50, 55, 60, 80, 90]


@pytest.mark.parametrize("length", ["0", "9999", "x", "", None])
def test_lengths_on_offer_leave_nonsense_out(coach, length):
    form = BookingForm(coach=coach, initial={"minutes": length})
    assert [length for length, _ in form.fields["minutes"].widget.choices] == [30, 45, 50, 60, 80, 90]


def test_key_stays_with_the_form(coach):
    assert BookingForm({"form_key": "k"}, coach=coach).key == "k"
    assert len(BookingForm({}, coach=coach).key) == 32


def test_draft_shows_what_is_typed_without_mistakes(coach):
    draft = BookingForm({"at": "25:00", "title": "x" * 300}, coach=coach).draft()
    assert draft["at"].value() == "25:00"
    assert not draft.errors


def test_move_is_what_was_typed(coach, maria):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", minutes=80)
    standing = MoveForm.standing(session, coach)
    assert standing == {"day": "2026-11-23", "at": "13:00", "fold": "", "minutes": "80", "version": "1"}
    form = MoveForm(standing | {"at": "9"}, coach=coach)
    assert form.is_valid()
    during = factories.hour("2026-11-23 09:00", minutes=80)
    assert form.move() == Move(during=during, version=1, overrule=False)


@pytest.mark.parametrize("version", ["", "0", "x"])
def test_move_needs_the_version_seen(coach, version):
    form = MoveForm({"day": "2026-11-23", "at": "9", "minutes": "50", "version": version}, coach=coach)
    assert list(form.errors) == ["version"]


def test_cancellation_is_what_was_typed():
    form = CancelForm({"reason": " ill ", "version": "3"})
    assert form.is_valid()
    assert form.cancellation() == Cancellation(reason="ill", version=3)


def test_cancellation_needs_no_reason_but_no_novel():
    assert CancelForm({"version": "1"}).is_valid()
    assert errors(CancelForm({"version": "1", "reason": "x" * 1001})) == {"reason": ["max_length"]}


def test_words_are_greek_for_greeks(coach):
    with translation.override("el"):
        form = BookingForm({"at": "x"}, coach=coach)
        assert "%" not in str(form.errors)
