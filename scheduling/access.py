"""Fetching is permission: each row for the one who may have it, else 404 with nothing told."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from clients import access
from clients.models import Care, User
from clients.queries import link_object
from scheduling.models import ConflictCase, CounterTime, Message, RescheduleProposal, Session
from scheduling.states import SessionKind

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpResponse

    from clients.access import PersonRequest
    from clients.models import Client

P = ParamSpec("P")

# What a link to a proposal is for, and how its row is named there: "proposal:5".
PROPOSAL_LINK = "proposal"
# What the address of somebody's own calendar is for; its row is the user: "user:5".
FEED_LINK = "calendar_feed"


def coach_only(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Coaches, and every time that the page shows is of their own calendar's clock; 403 for others."""

    @functools.wraps(view)
    def by_own_clock(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with timezone.override(request.user.coach.time_zone):
            return view(request, *args, **kwargs)

    return access.coach_only(by_own_clock)


def of_a_thread(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Coaches, by their own calendar's clock, and clients; 403 for others."""

    @functools.wraps(view)
    def by_own_clock(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if access.is_coach(request.user):
            with timezone.override(request.user.coach.time_zone):
                return view(request, *args, **kwargs)
        if access.is_client(request.user):
            return view(request, *args, **kwargs)
        raise PermissionDenied

    return access.signed_in(by_own_clock)


def has_sessions(user: User) -> bool:
    """Whether there may be sessions of this user's own: with their clients, or with who cares for them."""
    return access.is_coach(user) or access.is_client(user)


def feed_owner(token: str) -> User:
    """Whose calendar that address shows, with what they are here.

    Raises: Http404, the same for unknown and ended addresses, for closed accounts, and for who has no sessions any more."""
    kind, _, number = (link_object(token, FEED_LINK) or "").partition(":")
    if kind != "user" or not number.isdecimal():
        raise Http404
    user = User.objects.select_related("coach", "client").filter(pk=int(number), is_active=True).first()
    if user is None or not has_sessions(user):
        raise Http404
    return user


def session_for_client(user: User, session_id: int) -> Session:
    """The booked session of this client, whatever has become of it.

    Raises: Http404, the same for unknown and for foreign."""
    theirs = Session.objects.filter(client__user=user, kind=SessionKind.BOOKED).select_related("provider__coach")
    if (session := theirs.filter(pk=session_id).first()) is None:
        raise Http404
    return session


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


@dataclass(frozen=True)
class Thread:
    """What a coach and a client write to each other, as one of the two opens it."""

    care: Care
    is_coachs: bool

    @property
    def provider(self) -> User:
        """The coach of the two."""
        return self.care.provider

    @property
    def client(self) -> Client:
        """The client of the two."""
        return self.care.client


def thread_for(user: User, client_id: uuid.UUID) -> Thread:
    """The coach's side, while the client is in their care; there need not be a word in it yet.

    Raises: Http404, the same for unknown and for foreign."""
    care = _care(client=client_id, provider=user, ended_at__isnull=True)
    return Thread(care, is_coachs=True)


def thread_for_client(user: User, client_id: uuid.UUID, coach_id: int) -> Thread:
    """The client's own side, also when the care has ended: what was written stays theirs to read.

    Raises: Http404, the same for unknown and for foreign."""
    return Thread(_care(client=client_id, client__user=user, provider=coach_id), is_coachs=False)


def message_of(thread: Thread, message_id: int) -> Message:
    """A message of this thread.

    Raises: Http404, the same for unknown and for foreign."""
    mine = Message.objects.filter(provider=thread.provider, client=thread.client)
    if (message := mine.filter(pk=message_id).first()) is None:
        raise Http404
    return message


def _care(**who: object) -> Care:
    care = Care.objects.select_related("client__user", "provider__coach").filter(**who).first()
    if care is None:
        raise Http404
    return care


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
