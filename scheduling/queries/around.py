"""What else there is to know about a coach's open wishes: who has the hours, who was asked, what is free instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.queries import client_in_care
from config.kernel import time
from config.kernel.time import Interval
from scheduling import letters
from scheduling.models import RescheduleProposal, Session
from scheduling.queries.waiting import free_for, with_windows
from scheduling.states import ProposalStatus

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Iterable, Sequence

    from clients.models import User
    from scheduling.models import ConflictCase
    from scheduling.models.session import SessionQuerySet


@dataclass
class Around:
    """What else there is to know about a coach's open wishes, each kind read once."""

    cases: Sequence[ConflictCase]
    now: dt.datetime
    today: dt.date
    mine: list[Any] = field(default_factory=list)  # sessions, each with `in_care`
    elsewhere: list[Session] = field(default_factory=list)
    asked: dict[int, RescheduleProposal] = field(default_factory=dict)
    proposals: dict[int, list[RescheduleProposal]] = field(default_factory=lambda: defaultdict(list))
    times: dict[int, list[Interval]] = field(default_factory=dict)


def read_around(provider: User, cases: Sequence[ConflictCase], now: dt.datetime) -> Around:
    """What there is to know about these wishes of one provider.  At most five queries, however many there are."""
    today = now.astimezone(time.zone(letters.zone_of(provider))).date()
    around = Around(cases=cases, now=now, today=today)
    if not cases:
        return around
    rows = RescheduleProposal.objects.filter(case__in=cases).select_related("recipient", "session", "chosen")
    for proposal in rows.prefetch_related("offers").order_by("created_at", "pk"):
        assert proposal.case_id is not None
        around.proposals[proposal.case_id].append(proposal)
    with_windows(cases)
    around.times = free_for(provider, [case for case in cases if case.is_waiting and not case.hour_at(now)], now=now)
    times = [hour for case in cases if (hour := case.hour_at(now))]
    times += [offer.interval for each in around.proposals.values() for offer in each[-1].offers.all()]
    if not times:
        return around
    whole = Interval(min(each.starts_at for each in times), max(each.ends_at for each in times))
    mine = _sessions(times).overlapping(provider, whole).annotate(in_care=client_in_care(provider.pk))
    around.mine = list(mine.order_by("during"))
    people = {case.client_id for case in cases} | {each[-1].recipient_id for each in around.proposals.values()}
    around.elsewhere = list(_sessions(times).filter(client__in=people).exclude(provider=provider))
    open_asks = RescheduleProposal.objects.filter(
        session__in=[session.pk for session in around.mine], status=ProposalStatus.OPEN, expires_at__gte=now
    )
    around.asked = {proposal.session_id: proposal for proposal in open_asks if proposal.session_id}
    return around


def _sessions(times: Iterable[Interval]) -> SessionQuerySet:
    any_of_them = Q()
    for during in set(times):
        any_of_them |= Q(during__overlap=during.as_range())
    return Session.objects.select_related("client").holding().filter(any_of_them)


def is_gone(proposal: RescheduleProposal, during: Interval, around: Around) -> bool:
    """Whether a time that was put to somebody cannot be had any more."""
    if during.starts_at <= around.now or is_busy(proposal.recipient_id, during, around):
        return True
    others = (session for session in around.mine if session.pk != proposal.session_id)
    return any(session.interval.overlaps(during) for session in others)


def is_busy(client_id: uuid.UUID, during: Interval, around: Around) -> bool:
    """Whether the client is with another provider then."""
    return any(each.client_id == client_id and each.interval.overlaps(during) for each in around.elsewhere)


def name_of(session: Any) -> str:
    """Who has a session of `mine`; clients of old are not named."""
    return str(session.client) if session.in_care else _("A former client")
