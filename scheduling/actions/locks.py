"""The locks of every write path, in one order: provider → client → case → session → proposal or note,
each kind by id.

They are manners, which keep writers from stumbling over one another; the constraints are the law.
FOR NO KEY UPDATE throughout: a row that only refers to the locked one need not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db.models import Q

from clients.models import Care, Client, User
from config.kernel import htmx, live
from scheduling.models import ConflictCase, CounterTime, Message, RescheduleProposal, Session, SessionNote
from scheduling.queries import probes
from scheduling.queries.waiting import with_windows
from scheduling.states import CaseStatus, ProposalStatus

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Collection, Sequence

    from django.db.models import QuerySet

    from config.kernel.time import Interval


def lock_provider(user_id: int) -> User:
    """The provider, with their calendar's settings; whoever changes a calendar waits here for the others.

    Whoever locks it is about to change it: the coach's open pages hear of it when that stands."""
    live.changed(live.for_user(user_id), htmx.CALENDAR_CHANGED, htmx.PENDING_CHANGED)
    return User.objects.select_related("coach").select_for_update(no_key=True, of=("self",)).get(pk=user_id)


def lock_user(user_id: int) -> User:
    """Somebody, for what concerns nobody's calendar."""
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def lock_clients(*client_ids: uuid.UUID) -> dict[uuid.UUID, Client]:
    """Clients by id; their open pages hear of whatever is changed."""
    for client_id in client_ids:
        live.changed(live.for_client(client_id), htmx.MY_CHANGED)
    rows = Client.objects.filter(pk__in=client_ids).select_for_update(no_key=True).order_by("pk")
    return {client.pk: client for client in rows}


def lock_client(client_id: uuid.UUID) -> Client:
    """One client."""
    return lock_clients(client_id)[client_id]


def lock_care(provider_id: int, client_id: uuid.UUID) -> Care:
    """What joins the two, ended or not: whoever writes between them waits here for the others, and no calendar does."""
    rows = Care.objects.select_related("client__user", "provider").select_for_update(no_key=True, of=("self",))
    return rows.get(provider=provider_id, client=client_id)


def lock_message(message_id: int) -> Message:
    """One message of a thread, with what told it and what it asks; the care comes before it."""
    rows = Message.objects.select_related("outbox", "proposal").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=message_id)


def lock_case(case_id: int) -> ConflictCase:
    """One case, with its wisher."""
    return _cases().get(pk=case_id)


def peek_case(case_id: int) -> ConflictCase:
    """A case without its lock: to learn what must be locked before it."""
    return ConflictCase.objects.get(pk=case_id)


def lock_wish(provider: User, client: Client, wanted: Interval, *, clash: bool = False) -> ConflictCase | None:
    """The pending case of that client for exactly that hour, the oldest if there are several.

    An hour that the waiting list holds for them counts; with `clash`, only an hour that they named."""
    first = probes.wishes(provider.pk, client.pk, wanted, named=clash)[:1]
    return next(iter(_lock_cases(first)), None)


def lock_wishes(provider: User, client: Client, wanted: Sequence[Interval]) -> dict[Interval, ConflictCase]:
    """The pending cases of that client for exactly these hours, for each the oldest."""
    ranges = [each.as_range() for each in wanted]
    rows = _pending().filter(provider=provider, client=client, wanted__in=ranges).order_by("pk")
    found: dict[Interval, ConflictCase] = {}
    for case in rows:
        found.setdefault(case.interval, case)
    return found


def lock_waiting(provider: User, during: Interval) -> list[ConflictCase]:
    """The pending cases that want some of that time, or any that suits, the oldest first."""
    found = sorted(_lock_cases(probes.waiting_cases(provider.pk, during)), key=lambda case: (case.created_at, case.pk))
    with_windows(found)
    return found


def lock_list(provider: User, client: Client) -> list[ConflictCase]:
    """The client's pending places on the waiting list."""
    found = list(_pending().filter(provider=provider, client=client, minutes__isnull=False).order_by("pk"))
    with_windows(found)
    return found


def lock_held(provider_id: int) -> list[ConflictCase]:
    """The pending cases of any kind for which an hour is held.

    This may come after a session's lock: nobody locks a case of a provider without the provider's own lock, so there is
    nobody to stumble over."""
    return _lock_cases(probes.held_cases(provider_id))


def lock_run_out(provider_id: int, *, until: dt.datetime) -> list[ConflictCase]:
    """The pending cases of any kind for which an hour was held, no longer than that; when, as for `lock_held`."""
    return _lock_cases(probes.run_out_cases(provider_id, until=until))


def provider_of_session(session_id: int) -> int:
    """Whose session it is, without a lock: to learn what must be locked before it."""
    provider_id: int = Session.objects.values_list("provider_id", flat=True).get(pk=session_id, provider__isnull=False)
    return provider_id


def peek_session(session_id: int) -> Session:
    """A session without its lock: to learn what must be locked before it."""
    return Session.objects.select_related("client").get(pk=session_id)


def peek_sessions(session_ids: Collection[int]) -> list[Session]:
    """Several sessions without their locks, by id."""
    return list(Session.objects.select_related("client").filter(pk__in=session_ids).order_by("pk"))


def lock_session(session_id: int) -> Session:
    """One session, with its client."""
    rows = Session.objects.select_related("client").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=session_id)


def peek_note(session_id: int, author: User) -> SessionNote | None:
    """The author's note on a session without its lock."""
    return SessionNote.objects.filter(session_id=session_id, author=author).first()


def lock_note(session_id: int, author: User) -> SessionNote | None:
    """The author's note on a session, if there is one; nobody begins one while the session is locked."""
    rows = SessionNote.objects.filter(session_id=session_id, author=author)
    return rows.select_for_update(no_key=True, of=("self",)).first()


def peek_proposal(proposal_id: int) -> RescheduleProposal:
    """A proposal without its lock: to learn what must be locked before it."""
    return RescheduleProposal.objects.get(pk=proposal_id)


def lock_proposal(proposal_id: int) -> RescheduleProposal:
    """One proposal, with its recipient."""
    return _proposals().get(pk=proposal_id)


def lock_swap(proposal: RescheduleProposal) -> dict[int, RescheduleProposal]:
    """A question, and its twin if it is of a swap, by id."""
    return {each.pk: each for each in _proposals().filter(_of_swap(proposal)).order_by("pk")}


def sessions_of_swap(proposal: RescheduleProposal) -> list[int]:
    """The sessions of both questions of a swap, which never change; without a lock."""
    both = RescheduleProposal.objects.filter(_of_swap(proposal), session__isnull=False)
    return list(both.order_by("session").values_list("session", flat=True))


def lock_counter(counter_id: int) -> CounterTime:
    """One of the times that a client wrote instead; its proposal comes before it."""
    return CounterTime.objects.select_for_update(no_key=True).get(pk=counter_id)


def lock_open_proposals(
    about: Literal["case", "session", "provider"], row: ConflictCase | Session | User
) -> list[RescheduleProposal]:
    """The open proposals about a case, on a session, or of a provider."""
    return _lock_proposals(probes.open_proposals(about, row.pk))


def lock_due_proposals(provider_id: int, now: dt.datetime) -> list[RescheduleProposal]:
    """The provider's open proposals that nobody can answer any more."""
    return _lock_proposals(probes.due_proposals(provider_id, now))


def lock_unreminded(
    provider_id: int, now: dt.datetime, *, before: dt.datetime, since: dt.datetime
) -> list[RescheduleProposal]:
    """The provider's open proposals that were sent by `since`, are due by `before`, and of which nobody was reminded."""
    return _lock_proposals(probes.unreminded_proposals(provider_id, now, before=before, since=since))


def _lock_cases(numbers: list[int]) -> list[ConflictCase]:
    """Those of the cases that are pending: no statement for none."""
    return list(_pending().filter(pk__in=numbers).order_by("pk")) if numbers else []


def _lock_proposals(numbers: list[int]) -> list[RescheduleProposal]:
    """Those of the proposals that are open: no statement for none."""
    rows = _proposals().filter(pk__in=numbers, status=ProposalStatus.OPEN)
    return list(rows.order_by("pk")) if numbers else []


def _cases() -> QuerySet[ConflictCase]:
    return ConflictCase.objects.select_related("client").select_for_update(no_key=True, of=("self",))


def _pending() -> QuerySet[ConflictCase]:
    return _cases().filter(status=CaseStatus.PENDING_RESOLUTION)


def _of_swap(proposal: RescheduleProposal) -> Q:
    return Q(pk=proposal.pk) | Q(twin=proposal.pk)


def _proposals() -> QuerySet[RescheduleProposal]:
    return RescheduleProposal.objects.select_related("recipient").select_for_update(no_key=True, of=("self",))
