from __future__ import annotations

import pytest

from config.kernel.errors import AlreadySent, Busy
from scheduling.actions import book
from scheduling.errors import CancelledSince, ClientBusy, HourTaken
from scheduling.models import Session
from scheduling.wishes import Booking, ClashKind
from tests.factories import NOW, create_client, create_session, hour
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
MONDAY_TEN = "2026-11-23 10:00"


def wish(client, at=MONDAY_TEN, minutes=50, **fields):
    return Booking(client=client, during=hour(at, minutes=minutes), **fields)


def book_it(coach, booking):
    return book.book_session(booking, by=coach.user, now=NOW)


def test_book_session_sent_twice_makes_one(coach):
    booking = wish(create_client(of=coach), form_key="abc")
    first = book_it(coach, booking)
    before = traces.everything()
    assert book_it(coach, booking) == first
    assert traces.everything() == before


def test_book_session_sent_again_when_it_was_cancelled_says_so(coach):
    booking = wish(create_client(of=coach), form_key="abc")
    first = book_it(coach, booking)
    Session.objects.update(status="cancelled", cancelled_at=NOW)
    with pytest.raises(CancelledSince) as refused:
        book_it(coach, booking)
    assert refused.value.session == first


def test_book_session_with_the_same_key_and_other_answers_is_refused(coach):
    client = create_client(of=coach)
    book_it(coach, wish(client, form_key="abc"))
    with pytest.raises(AlreadySent):
        book_it(coach, wish(client, "2026-11-23 12:00", form_key="abc"))
    assert Session.objects.count() == 1


def test_book_session_keys_are_each_coachs_own(coach, other_coach):
    book_it(coach, wish(create_client(of=coach), form_key="abc"))
    book_it(other_coach, wish(create_client(of=other_coach), form_key="abc"))
    assert Session.objects.count() == 2


def test_book_session_that_breaks_at_the_end_leaves_nothing(coach, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the power is off")

    monkeypatch.setattr(book.submitted, "remember", fail)
    booking = wish(create_client(of=coach))
    before = traces.everything()
    with pytest.raises(RuntimeError, match="the power is off"):
        book_it(coach, booking)
    assert traces.everything() == before


def test_book_session_that_only_the_database_refuses_names_the_clash_all_the_same(coach, other_coach, monkeypatch):
    client, free = create_client(of=[coach, other_coach]), create_client(of=coach)
    mine = create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    create_session(coach=other_coach, client=client, at="2026-11-23 12:00")
    monkeypatch.setattr(book, "leave_room", lambda *_args, **_kwargs: None)
    with pytest.raises(HourTaken) as refused:
        book_it(coach, wish(free))
    assert (refused.value.clash.kind, refused.value.clash.sessions) == (ClashKind.ONE, (mine,))
    with pytest.raises(ClientBusy) as refused:
        book_it(coach, wish(client, "2026-11-23 12:00"))
    assert refused.value.clash.kind == ClashKind.CLIENT_BUSY


@pytest.fixture
def locked_for_long(monkeypatch):
    """Somebody keeps the calendar locked for longer than we wait."""

    def wait_in_vain(_user_id):
        raise Busy()

    return lambda: monkeypatch.setattr(book.locks, "lock_provider", wait_in_vain)


def test_book_session_that_waited_in_vain_says_who_took_the_hour_if_somebody_did(coach, locked_for_long):
    client, taken = create_client(of=coach), create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    locked_for_long()
    with pytest.raises(HourTaken) as refused:
        book_it(coach, wish(client))
    assert refused.value.clash.sessions == (taken,)
    with pytest.raises(Busy):
        book_it(coach, wish(client, "2026-11-23 12:00"))


def test_book_session_that_waited_in_vain_knows_its_own_form(coach, locked_for_long):
    booking = wish(create_client(of=coach), form_key="abc")
    first = book_it(coach, booking)
    locked_for_long()
    assert book_it(coach, booking) == first


def test_place_session_alone_is_half_a_deed(coach):
    with pytest.raises(RuntimeError):
        book.place_session(coach.user, create_client(of=coach), hour(MONDAY_TEN), by=coach.user, now=NOW)
