"""What is read back after every step: the invariants of the races, and that nobody waits for nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.template.loader import get_template

from clients.models import AuditEvent
from scheduling import slots
from scheduling.models import ConflictCase, CounterTime, RescheduleProposal, Session, SlotOffer
from scheduling.queries.asks import plain_asks
from scheduling.queries.conflicts import pending_cases
from scheduling.queries.swaps import asked_swaps
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests.races import truth

_A_DAY = dt.timedelta(days=1)
# What happens by the way in a transaction of its own, whatever becomes of the deed.
_BY_ITSELF = (
    "proposal_expired",
    "hour_held",
    "hour_let_go",
    "session_booked",
    "case_resolved",
    "proposal_withdrawn",
)
_STRAY = """
SELECT count(*) FROM clients_outboxmessage message
WHERE object LIKE 'proposal:%' AND NOT EXISTS (
  SELECT FROM scheduling_rescheduleproposal WHERE 'proposal:' || id = message.object)
OR object LIKE 'case:%' AND NOT EXISTS (SELECT FROM scheduling_conflictcase WHERE 'case:' || id = message.object)"""
_HALF = {
    "a question about a session that does not take place can be answered": """
        SELECT count(*) FROM scheduling_rescheduleproposal asked JOIN scheduling_session ON session_id = scheduling_session.id
        WHERE asked.status = 'open' AND scheduling_session.status <> 'scheduled'""",
    "a question about a wish that has its end can be answered": """
        SELECT count(*) FROM scheduling_rescheduleproposal asked JOIN scheduling_conflictcase ON case_id = scheduling_conflictcase.id
        WHERE asked.status = 'open' AND scheduling_conflictcase.status <> 'pending_resolution'""",
    "a swap waits for somebody who cannot answer any more": """
        SELECT count(*) FROM scheduling_rescheduleproposal one JOIN scheduling_rescheduleproposal two ON one.twin_id = two.id
        WHERE (one.status = 'open') <> (two.status = 'open')""",
    "a swap would lead to an hour that it did not name": """
        SELECT count(*) FROM scheduling_rescheduleproposal one
        JOIN scheduling_rescheduleproposal two ON one.twin_id = two.id AND one.status = 'open'
        JOIN scheduling_slotoffer offer ON offer.proposal_id = one.id
        JOIN scheduling_session theirs ON theirs.id = two.session_id
        WHERE lower(offer.during) <> lower(theirs.during)""",
    "an hour is held for a wish that has its end": """
        SELECT count(*) FROM scheduling_conflictcase WHERE status <> 'pending_resolution' AND held_until IS NOT NULL""",
    "a wish was resolved with somebody else's session": """
        SELECT count(*) FROM scheduling_conflictcase wish JOIN scheduling_session ON session_id = scheduling_session.id
        WHERE scheduling_session.client_id <> wish.client_id""",
    "two questions about one session can be answered": """
        SELECT count(*) FROM (SELECT FROM scheduling_rescheduleproposal WHERE status = 'open' AND session_id IS NOT NULL
          GROUP BY session_id HAVING count(*) > 1) AS twice""",
    "somebody was told of what is not there": _STRAY,
    "what opened is still to be given away": "SELECT count(*) FROM scheduling_openedtime",
}


@dataclass(frozen=True)
class Seen:
    """What stood against each wish that books itself: by its number, the codes; and of which wishes the client has that
    hour, or some of it, in another way: booked, held or offered."""

    against: dict[int, frozenset[str]] = field(default_factory=dict)
    has: frozenset[int] = frozenset()


def what_there_is(now):
    """How many rows there are of each kind that a deed may take."""
    sessions, cases, asked = Session.objects, ConflictCase.objects, RescheduleProposal.objects
    recent = sessions.filter(during__endswith__gt=now - _A_DAY)
    return Counter(
        scheduled=recent.filter(status=SessionStatus.SCHEDULED).count(),
        changed=sessions.filter(version__gt=1).count(),
        begun=recent.filter(status=SessionStatus.SCHEDULED, during__startswith__lte=now).count(),
        finished=recent.filter(status__in=(SessionStatus.COMPLETED, SessionStatus.NO_SHOW)).count(),
        proposals=asked.count(),
        asked=asked.exclude(kind="offer_times").count(),
        swaps=asked.filter(kind="swap").count(),
        counters=CounterTime.objects.count(),
        wishes=cases.count(),
        clashes=cases.filter(minutes=None).count(),
        waiting=cases.filter(minutes__isnull=False).count(),
    )


def what_was_done():
    """So much was written down of what people did; a refusal adds nothing to it."""
    return AuditEvent.objects.exclude(verb__in=_BY_ITSELF, actor=None).count()


def look(world):
    """What stands against the hours that would book themselves."""
    named = ConflictCase.objects.filter(
        status=CaseStatus.PENDING_RESOLUTION, book_when_freed=True, minutes=None
    ).select_related("client", "provider__coach")
    against = {
        case.pk: frozenset(
            each.code for each in slots.explain(case.provider, case.interval, now=world.now, for_client=case.client)
        )
        for case in named
    }
    return Seen(against, frozenset(case.pk for case in named if _has_it_anyhow(case)))


def _has_it_anyhow(case):
    there = {"during__overlap": case.wanted}
    held = ConflictCase.objects.filter(client=case.client, held_until__isnull=False, wanted__overlap=case.wanted)
    offered = SlotOffer.objects.filter(proposal__recipient=case.client, proposal__status=ProposalStatus.OPEN, **there)
    booked = Session.objects.holding().filter(client=case.client, **there)
    return held.exclude(pk=case.pk).exists() or offered.exists() or booked.exists()


def check(world, before, seen):
    """Raises: AssertionError with what is wrong."""
    wrong = truth.broken() | {what: number for what, sql in _HALF.items() if (number := truth.one(sql))}
    assert not wrong, wrong
    _check_pending(world)
    _check_freed(before, seen)


def _check_pending(world):
    """Every open wish and question is shown to its coach, once, in a designed state."""
    for coach in world.coaches:
        wishes = pending_cases(coach.user, now=world.now)
        open_ones = ConflictCase.objects.filter(provider=coach.user, status=CaseStatus.PENDING_RESOLUTION)
        assert sorted(wish.id for wish in wishes) == sorted(open_ones.values_list("pk", flat=True))
        asks, swaps = plain_asks(coach.user, now=world.now), asked_swaps(coach.user, now=world.now)
        for shown in (*wishes, *asks, *swaps):
            get_template(shown.template)
        shown = {each.id for each in asks} | {side.proposal for swap in swaps for side in swap.sides}
        plain = RescheduleProposal.objects.filter(
            provider=coach.user,
            case=None,
            status=ProposalStatus.OPEN,
            session__during__startswith__gt=world.now,
        ).exclude(twin__session__during__startswith__lte=world.now)
        assert set(plain.values_list("pk", flat=True)) <= shown, "somebody is asked, and the coach does not see it"


def _check_freed(before, seen):
    """An hour that was somebody's, or held for somebody, lies there for nobody who would have had it booked at once.

    Who left it, would not have it, or has it by another wish is not given it."""
    lying = {
        number
        for number, against in seen.against.items()
        if not against and before.against.get(number, frozenset()) & {"session", "hold"}
    } - (before.has | seen.has)
    held = ConflictCase.objects.filter(pk__in=lying, held_until__isnull=False)
    assert lying <= set(held.values_list("pk", flat=True)), f"free, and not booked: {lying}"
