"""Fetching is permission: each row for the one who may have it, else 404 with nothing told."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from clients import access
from clients.queries import link_object
from scheduling.models import ConflictCase, CounterTime, RescheduleProposal, Session
from scheduling.states import SessionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from clients.models import User

P = ParamSpec("P")

# What a link to a proposal is for, and how its row is named there: "proposal:5".
PROPOSAL_LINK = "proposal"


def coach_only(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Coaches, and every time that the page shows is of their own calendar's clock; 403 for others."""

    @functools.wraps(view)
    def by_own_clock(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with timezone.override(request.user.coach.time_zone):
            return view(request, *args, **kwargs)

    return access.coach_only(by_own_clock)


def session_for(user: User, session_id: int) -> Session:
    """The booked session of this coach, with its client, while the client is in the coach's care.

    Raises: Http404, the same for unknown and for foreign."""
    mine = Session.objects.filter(_in_care_of(user), provider=user, kind=SessionKind.BOOKED)
    mine = mine.select_related("client", "provider__coach")
    if (session := mine.filter(pk=session_id).first()) is None:
        raise Http404
    return session


def case_for(user: User, case_id: int) -> ConflictCase:
    """The wish that waits for this coach's hour, open or closed, with who wants it and what is in the way,
    while who wants it is in the coach's care.

    Raises: Http404, the same for unknown and for foreign."""
    mine = ConflictCase.objects.filter(_in_care_of(user), provider=user)
    case = mine.select_related("client", "blocking_session__client").filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def proposal_for(user: User, proposal_id: int) -> RescheduleProposal:
    """What this coach put to somebody, whatever has become of it, while that client is in the coach's care.

    Raises: Http404, the same for unknown and for foreign."""
    in_care = Q(recipient__care__provider=user, recipient__care__ended_at__isnull=True)
    mine = RescheduleProposal.objects.filter(in_care, provider=user).select_related("recipient", "session", "case")
    if (proposal := mine.filter(pk=proposal_id).first()) is None:
        raise Http404
    return proposal


def counter_for(user: User, counter_id: int) -> CounterTime:
    """A time that a client wrote to this coach instead of those offered, while the client is in the coach's care.

    Raises: Http404, the same for unknown and for foreign."""
    in_care = Q(proposal__recipient__care__provider=user, proposal__recipient__care__ended_at__isnull=True)
    mine = CounterTime.objects.filter(in_care, proposal__provider=user)
    mine = mine.select_related("proposal__recipient", "proposal__session__client")
    if (counter := mine.filter(pk=counter_id).first()) is None:
        raise Http404
    return counter


def _in_care_of(user: User) -> Q:
    """Who may see a client is a care that goes on; both parts ask for the same row of it."""
    return Q(client__care__provider=user, client__care__ended_at__isnull=True)


def proposal_by_token(token: str) -> RescheduleProposal:
    """The proposal that a link opens, whatever has become of it.

    Raises: Http404, the same for unknown, ended and damaged links."""
    kind, _, number = (link_object(token, PROPOSAL_LINK) or "").partition(":")
    if kind != "proposal" or not number.isdecimal():
        raise Http404
    return _proposal(id=int(number))


def proposal_for_client(user: User, proposal_id: int) -> RescheduleProposal:
    """The proposal made to this client, whatever has become of it.

    Raises: Http404, the same for unknown and for foreign."""
    return _proposal(id=proposal_id, recipient__user=user)


def _proposal(**who: object) -> RescheduleProposal:
    rows = RescheduleProposal.objects.select_related("recipient", "provider", "case", "session")
    proposal = rows.filter(**who).first()
    if proposal is None:
        raise Http404
    return proposal
