"""What one client's deed brings about for another is the house's doing, in all that is kept about the other."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clients.models import AuditEvent, Care
from scheduling.actions.proposals import answer_proposal, decline_proposal
from scheduling.models import ConflictCase
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_swap,
    create_user,
    create_wait,
)

pytestmark = pytest.mark.django_db
TEN, NOON = "2026-11-24 10:00", "2026-11-24 12:00"


@pytest.fixture
def session(coach, client_user):
    """Maria's."""
    return create_session(coach=coach, client=client_user.client, at=TEN)


def actors(row):
    return {event.actor for event in AuditEvent.objects.filter(object=row)}


@pytest.mark.parametrize("books", [True, False])
def test_who_gets_the_hour_that_another_leaves(coach, client_user, session, signed_in, books):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session, book_when_freed=books)
    asked = create_proposal(session=session, case=case, offers=[NOON])
    answer_proposal(asked.pk, asked.offers.get().pk, by=client_user, now=NOW)
    Care.objects.filter(client=client_user.client).update(ended_at=NOW)
    case = ConflictCase.objects.get()
    assert bool(case.session_id) == books
    pages = [reverse("scheduling:conflict_detail", args=[case.pk])]
    if books:
        pages += [
            reverse(f"scheduling:{name}", args=[case.session_id]) for name in ("session_detail", "session_history")
        ]
    for page in pages:
        assert "Maria" not in signed_in(coach).get(page).content.decode()
    assert actors(f"session:{session.pk}") == {client_user}


def test_who_gets_a_time_that_another_declines(coach, client_user, session):
    waits = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="12:00", ends="13:00")
    asked = create_proposal(session=session, offers=[NOON])
    decline_proposal(asked.pk, "", by=client_user, now=NOW)
    assert actors(f"case:{waits.pk}") == {None}


@pytest.mark.parametrize("both", [True, False])
def test_two_who_swap_or_do_not(coach, client_user, session, both):
    other_user = create_user()
    other = create_session(coach=coach, client=create_client(of=coach, user=other_user), at=NOON)
    hers, theirs = create_swap(session, other)
    answer_proposal(theirs.pk, theirs.offers.get().pk, by=other_user, now=NOW)
    if both:
        answer_proposal(hers.pk, hers.offers.get().pk, by=client_user, now=NOW)
        assert actors(f"session:{other.pk}") == {None}
        assert actors(f"session:{session.pk}") == {client_user}
    else:
        decline_proposal(hers.pk, "", by=client_user, now=NOW)
    assert client_user not in actors(f"proposal:{theirs.pk}")
