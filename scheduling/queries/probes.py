"""Whether there is anything at all to lock or to look at more closely, before the rows themselves are asked for.

Nearly always there is nothing: nobody waits, nothing is due, the hour is free.  These statements are written by hand and
planned once a connection, because every change of a calendar asks them.  They take no lock; whoever asks holds the
provider's, under which nobody else adds to what they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from config.postgres import planned
from scheduling.sql import written
from scheduling.states import EXCLUDING, CaseStatus, ProposalStatus

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from config.kernel.time import Interval

_CASES = "SELECT id FROM scheduling_conflictcase WHERE provider_id = %(provider)s AND status = %(pending)s"
_WAITING = written(
    f"{_CASES} AND (wanted && %(during)s::tstzrange OR minutes IS NOT NULL) ORDER BY id",
    pending=CaseStatus.PENDING_RESOLUTION,
)
_WISHES = written(
    f"""{_CASES} AND client_id = %(client)s AND wanted = %(wanted)s::tstzrange
    AND (minutes IS NULL OR NOT %(named)s::boolean) ORDER BY id""",
    pending=CaseStatus.PENDING_RESOLUTION,
)
_SELF_BOOKING = written(
    """SELECT client_id FROM scheduling_conflictcase WHERE provider_id = %(provider)s AND status = %(pending)s
    AND book_when_freed AND (wanted && %(during)s::tstzrange OR minutes IS NOT NULL)""",
    pending=CaseStatus.PENDING_RESOLUTION,
)
_HELD = written(f"{_CASES} AND held_until IS NOT NULL ORDER BY id", pending=CaseStatus.PENDING_RESOLUTION)
_RUN_OUT = written(f"{_CASES} AND held_until <= %(until)s ORDER BY id", pending=CaseStatus.PENDING_RESOLUTION)
_PROPOSALS = "SELECT id FROM scheduling_rescheduleproposal WHERE status = %(open)s"
_DUE = written(
    f"{_PROPOSALS} AND provider_id = %(provider)s AND expires_at < %(now)s ORDER BY id", open=ProposalStatus.OPEN
)
_OVER = written(
    "SELECT provider_id FROM scheduling_rescheduleproposal WHERE id = %(id)s AND status = %(open)s AND expires_at < %(now)s",
    open=ProposalStatus.OPEN,
)
_UNREMINDED = written(
    f"""{_PROPOSALS} AND provider_id = %(provider)s AND reminded_at IS NULL AND agreed_at IS NULL
    AND expires_at > %(now)s AND expires_at <= %(before)s AND created_at <= %(since)s ORDER BY id""",
    open=ProposalStatus.OPEN,
)
# Due for an end, for a reminder, or for whoever is next in line; or a day has come within reach (`opened.REACHES_ON`).
_PROVIDERS = written(
    """SELECT provider_id FROM scheduling_rescheduleproposal
    WHERE status = %(open)s AND (expires_at < %(now)s
      OR reminded_at IS NULL AND agreed_at IS NULL AND expires_at <= %(before)s AND created_at <= %(since)s)
    UNION SELECT provider_id FROM scheduling_conflictcase
    WHERE status = %(pending)s AND held_until <= %(now)s
    UNION SELECT provider_id FROM scheduling_openedtime
    UNION SELECT user_id FROM scheduling_coach coach
    WHERE (reached_until IS NULL OR reached_until + interval '1 hour' <= %(now)s + horizon_days * interval '1 day')
    AND EXISTS (SELECT FROM scheduling_conflictcase WHERE provider_id = coach.user_id AND status = %(pending)s
      AND minutes IS NOT NULL AND wanted IS NULL)
    ORDER BY provider_id""",
    open=ProposalStatus.OPEN,
    pending=CaseStatus.PENDING_RESOLUTION,
)
_OPEN_ABOUT = {
    what: written(f"{_PROPOSALS} AND {what}_id = %(id)s ORDER BY id", open=ProposalStatus.OPEN)
    for what in ("case", "session", "provider")
}
# Word by word the conditions of the two exclusion rules, whose indexes answer.
_TAKEN = written(
    """SELECT EXISTS (
      SELECT FROM scheduling_session
      WHERE int8range(provider_id, provider_id, '[]') && int8range(%(provider)s, %(provider)s, '[]')
        AND during && %(during)s::tstzrange AND provider_id IS NOT NULL AND during IS NOT NULL
        AND status = ANY (%(holding)s) AND id <> ALL (%(ignoring)s)
    ) OR EXISTS (
      SELECT FROM scheduling_session
      WHERE uuidrange(client_id, client_id, '[]') && uuidrange(%(client)s, %(client)s, '[]')
        AND during && %(during)s::tstzrange AND during IS NOT NULL
        AND status = ANY (%(holding)s) AND id <> ALL (%(ignoring)s)
    )""",
    holding=EXCLUDING,
)


def waiting_cases(provider: int, during: Interval) -> list[int]:
    """The pending cases that want some of that time, or any that suits, by id."""
    return _ids(_WAITING, provider=provider, during=during.as_range())


def wishes(provider: int, client: uuid.UUID, wanted: Interval, *, named: bool) -> list[int]:
    """The client's pending cases for exactly that hour, by id; with `named`, only those that named it themselves."""
    return _ids(_WISHES, provider=provider, client=client, wanted=wanted.as_range(), named=named)


def self_booking_clients(provider: int, during: Interval) -> list[uuid.UUID]:
    """The clients whose pending cases may want some of that time and would be booked the moment it is free."""
    return _ids(_SELF_BOOKING, provider=provider, during=during.as_range())


def held_cases(provider: int) -> list[int]:
    """The pending cases of any kind for which an hour is held, by id."""
    return _ids(_HELD, provider=provider)


def run_out_cases(provider: int, *, until: dt.datetime) -> list[int]:
    """The pending cases of any kind for which an hour was held, no longer than that, by id."""
    return _ids(_RUN_OUT, provider=provider, until=until)


def due_proposals(provider: int, now: dt.datetime) -> list[int]:
    """The open proposals of the provider that nobody can answer any more, by id."""
    return _ids(_DUE, provider=provider, now=now)


def whose_is_over(proposal_id: int, now: dt.datetime) -> int | None:
    """The provider of an open proposal that nobody can answer any more; None of any other."""
    return next(iter(_ids(_OVER, id=proposal_id, now=now)), None)


def unreminded_proposals(provider: int, now: dt.datetime, *, before: dt.datetime, since: dt.datetime) -> list[int]:
    """The open proposals of the provider whose recipient was never reminded, by id: sent by `since` and due by `before`."""
    return _ids(_UNREMINDED, provider=provider, now=now, before=before, since=since)


def providers_with_something_due(now: dt.datetime, *, before: dt.datetime, since: dt.datetime) -> list[int]:
    """In whose calendars something has ended by now or is to be reminded of (as for `unreminded_proposals`), by id."""
    return _ids(_PROVIDERS, now=now, before=before, since=since)


def open_proposals(about: Literal["case", "session", "provider"], number: int) -> list[int]:
    """The open proposals about the case, on the session, or of the provider with that id, by id."""
    return _ids(_OPEN_ABOUT[about], id=number)


def is_anything_there(provider: int, client: uuid.UUID, during: Interval, *, ignoring: list[int]) -> bool:
    """Whether the provider or the client has any session in that time; those in `ignoring` are none."""
    return bool(
        _ids(_TAKEN, provider=provider, client=client, during=during.as_range(), ignoring=ignoring)[0],
    )


def _ids(statement: str, **params: Any) -> list[Any]:
    return [value for (value,) in planned.rows(statement, params)]
