from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clients.errors import ClientArchived, NotInCare
from clients.models import OutboxMessage
from clients.states import ClientStatus
from scheduling.actions import book
from scheduling.errors import CaseClosed, ClientBusy, HourTaken, NeedsOverrule
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionKind, SessionStatus
from scheduling.wishes import Booking, ClashKind
from tests import factories
from tests.factories import NOW, create_case, create_client, create_coach, create_proposal, create_session, hour
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
MONDAY_TEN = "2026-11-23 10:00"


def wish(client, at=MONDAY_TEN, minutes=50, **fields):
    return Booking(client=client, during=hour(at, minutes=minutes), **fields)


def book_it(coach, booking):
    return book.book_session(booking, by=coach.user, now=NOW)


def test_book_session_makes_the_row_that_was_asked_for():
    coach = create_coach(price="55.00")
    client = create_client(of=coach)
    made = book_it(coach, wish(client, title="First session"))
    assert Session.objects.values(
        "kind", "status", "provider", "client", "during", "title", "price", "version", "booked_from", "cancelled_at"
    ).get(pk=made.pk) == {
        "kind": SessionKind.BOOKED,
        "status": SessionStatus.SCHEDULED,
        "provider": coach.pk,
        "client": client.pk,
        "during": hour(MONDAY_TEN).as_range(),
        "title": "First session",
        "price": Decimal("55.00"),
        "version": 1,
        "booked_from": None,
        "cancelled_at": None,
    }


def test_book_session_leaves_an_audit_row_and_tells_the_client(coach):
    client = create_client(of=coach)
    session = book_it(coach, wish(client))
    assert traces.audit() == [("session_booked", f"session:{session.pk}", coach.pk)]
    assert traces.outbox() == [("session_booked", f"client:{client.pk}", f"session:{session.pk}", 1)]


def test_book_session_facts_hold_no_names_and_no_words(coach):
    client = create_client(of=coach, full_name="Canary Name")
    book_it(coach, wish(client, title="Canary title"))
    assert "anary" not in repr(traces.everything()["AuditEvent"]) + repr(traces.everything()["OutboxMessage"])


def test_book_session_settles_the_wish_that_it_names(coach):
    priya, has_it = create_client(of=coach), create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    case = create_case(coach=coach, client=priya, blocking=has_it)
    proposal = create_proposal(case=case, offers=["2026-11-24 10:00"])
    booking = wish(priya, "2026-11-25 12:00", case_id=case.pk, form_key="key")
    session = book_it(coach, booking)
    case.refresh_from_db(), proposal.refresh_from_db()
    assert (case.status, case.session, case.resolution) == (CaseStatus.RESOLVED, session, "booked")
    assert proposal.status == ProposalStatus.WITHDRAWN
    assert book_it(coach, booking) == session


def test_book_session_names_no_wish_that_is_closed_or_anothers(coach):
    priya, has_it = create_client(of=coach), create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    closed = create_case(coach=coach, client=priya, blocking=has_it)
    ConflictCase.objects.update(status=CaseStatus.WITHDRAWN, closed_at=NOW)
    anothers = create_case(coach=coach, client=create_client(of=coach), blocking=has_it)
    for case in (closed, anothers):
        with pytest.raises(CaseClosed):
            book_it(coach, wish(priya, "2026-11-25 12:00", case_id=case.pk))
    assert Session.objects.count() == 1


def test_book_session_without_notify_tells_nobody(coach):
    book_it(coach, wish(create_client(of=coach), notify=False))
    assert OutboxMessage.objects.count() == 0


def test_book_session_over_another_names_the_clash_and_writes_nothing(coach):
    has_it = create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    wants_it = create_client(of=coach)
    before = traces.everything()
    with pytest.raises(HourTaken) as refused:
        book_it(coach, wish(wants_it, "2026-11-23 10:30"))
    clash = refused.value.clash
    assert (clash.kind, clash.sessions, clash.client, clash.may_ask) == (ClashKind.ONE, (has_it,), wants_it, True)
    assert traces.everything() == before


def test_book_session_touching_another_is_no_clash(coach):
    create_session(coach=coach, client=create_client(of=coach), at="2026-11-23 09:10")
    session = book_it(coach, wish(create_client(of=coach)))
    assert session.interval == hour(MONDAY_TEN)


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.NO_SHOW])
def test_book_session_over_what_took_place_is_refused(coach, status):
    create_session(coach=coach, client=create_client(of=coach), at="2026-11-19 10:00", status=status)
    with pytest.raises(HourTaken) as refused:
        book_it(coach, wish(create_client(of=coach), "2026-11-19 10:00", overrule=True))
    assert refused.value.clash.kind == ClashKind.STARTED


def test_book_session_over_a_cancelled_one_works(coach):
    create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN, status=SessionStatus.CANCELLED)
    book_it(coach, wish(create_client(of=coach)))
    assert Session.objects.holding().count() == 1


def test_book_session_of_a_client_who_is_elsewhere_says_only_that(coach, other_coach):
    client = create_client(of=[coach, other_coach])
    create_session(coach=other_coach, client=client, at=MONDAY_TEN)
    with pytest.raises(ClientBusy) as refused:
        book_it(coach, wish(client))
    assert (refused.value.clash.kind, refused.value.clash.sessions) == (ClashKind.CLIENT_BUSY, ())


def test_book_session_twice_for_the_same_client_is_their_own_clash(coach):
    client = create_client(of=coach)
    create_session(coach=coach, client=client, at=MONDAY_TEN)
    with pytest.raises(HourTaken) as refused:
        book_it(coach, wish(client))
    assert (refused.value.clash.kind, refused.value.clash.may_ask) == (ClashKind.OWN, False)


def test_book_session_over_several_names_all_of_them(coach):
    ten = create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    eleven = create_session(coach=coach, client=create_client(of=coach), at="2026-11-23 11:00")
    with pytest.raises(HourTaken) as refused:
        book_it(coach, wish(create_client(of=coach), "2026-11-23 10:30"))
    assert (refused.value.clash.kind, refused.value.clash.sessions) == (ClashKind.SEVERAL, (ten, eleven))


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        ("2026-11-23 17:00", ["outside_hours"]),
        ("2026-11-19 10:00", ["past"]),
        ("2026-11-20 11:30", ["notice"]),
        ("2027-06-07 10:00", ["horizon"]),
    ],
)
def test_book_session_against_the_rules_needs_to_be_overruled(at, codes):
    coach = create_coach(notice=60)
    client = create_client(of=coach)
    before = traces.everything()
    with pytest.raises(NeedsOverrule) as refused:
        book_it(coach, wish(client, at))
    assert [obstacle.code for obstacle in refused.value.obstacles] == codes
    assert traces.everything() == before
    assert book_it(coach, wish(client, at, overrule=True)).interval == hour(at)


def test_book_session_at_a_held_time_needs_to_be_overruled_and_leaves_the_offer(coach):
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-23 12:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    proposal = create_proposal(case=case, offers=[MONDAY_TEN])
    client = create_client(of=coach)
    with pytest.raises(NeedsOverrule) as refused:
        book_it(coach, wish(client))
    assert [obstacle.code for obstacle in refused.value.obstacles] == ["hold"]
    book_it(coach, wish(client, overrule=True))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.offers.count()) == (ProposalStatus.OPEN, 1)


def test_book_session_at_a_time_held_for_the_same_client_works(coach):
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-23 12:00")
    client = create_client(of=coach)
    create_proposal(case=create_case(coach=coach, client=client, blocking=blocking), offers=[MONDAY_TEN])
    assert book_it(coach, wish(client)).interval == hour(MONDAY_TEN)


def test_book_session_overruling_never_overrules_a_session(coach):
    create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN)
    with pytest.raises(HourTaken):
        book_it(coach, wish(create_client(of=coach), overrule=True))


def test_book_session_for_an_archived_client_is_refused(coach):
    client = create_client(of=coach, status=ClientStatus.ARCHIVED)
    with pytest.raises(ClientArchived):
        book_it(coach, wish(client))
    assert Session.objects.count() == 0


def test_book_session_for_somebody_elses_client_is_refused(coach, other_coach):
    with pytest.raises(NotInCare):
        book_it(coach, wish(create_client(of=other_coach)))
    assert Session.objects.count() == 0


def test_book_session_after_care_has_ended_is_refused(coach):
    client = create_client()
    factories.create_care(client=client, provider=coach, ended_at=NOW - dt.timedelta(days=1))
    with pytest.raises(NotInCare):
        book_it(coach, wish(client))


def test_book_session_resolves_the_pending_wish_for_that_very_hour(coach):
    client = create_client(of=coach)
    gone = create_session(coach=coach, client=create_client(of=coach), at=MONDAY_TEN, status=SessionStatus.CANCELLED)
    case = create_case(coach=coach, client=client, blocking=gone, held_until=NOW + dt.timedelta(hours=2))
    proposal = create_proposal(case=case, offers=["2026-11-23 14:00"])
    session = book_it(coach, wish(client))
    case.refresh_from_db()
    proposal.refresh_from_db()
    assert (case.status, case.session, case.closed_at, case.held_until, case.resolution) == (
        CaseStatus.RESOLVED,
        session,
        NOW,
        None,
        "booked",
    )
    assert proposal.status == ProposalStatus.WITHDRAWN
    assert [kind for kind, *_ in traces.outbox()] == ["session_booked"]


def test_book_session_leaves_other_wishes_alone(coach):
    client = create_client(of=coach)
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    case = create_case(coach=coach, client=client, blocking=blocking)
    book_it(coach, wish(client))
    assert ConflictCase.objects.get(pk=case.pk).status == CaseStatus.PENDING_RESOLUTION


def test_book_session_tidies_offers_that_are_over(coach):
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-23 12:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    late = create_proposal(case=case, offers=["2026-11-23 14:00"], expires_at=NOW - dt.timedelta(minutes=1))
    book_it(coach, wish(create_client(of=coach)))
    assert RescheduleProposal.objects.get(pk=late.pk).status == ProposalStatus.EXPIRED
    assert ("proposal_expired", f"user:{coach.pk}", f"proposal:{late.pk}", 1) in traces.outbox()
