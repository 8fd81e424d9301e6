"""Making several sessions of one client in one deed: all of them, or none."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from clients.actions import records, submitted
from config.kernel.actions import action, inside_action
from config.kernel.errors import Busy
from scheduling import rules, slots
from scheduling.actions import book, endings, line, locks
from scheduling.errors import CancelledSince, HourTaken, SeriesNotFree, SeriesOverlapsItself
from scheduling.models import Session
from scheduling.states import SessionStatus
from scheduling.wishes import Ending

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.slots import Obstacle
    from scheduling.wishes import Series


def book_series(series: Series, *, by: User, now: dt.datetime) -> list[Session]:
    """Book every hour of the series for `by` with the client, in order of time; a wish of theirs for one is resolved.

    An obstacle that only warns must be accepted in its very hour; one that came since is none of those.
    The same form sent again returns the first sessions while one of them stands.
    Locks: provider, client, cases, proposals.  Tells: the client, once for all of them, if `series.notify`: kind
    `series_booked` about the first session, at its version; which belong to it is in the facts of the audit event
    `series_booked` of that session ({"sessions": [ids]}), so that the message is made of the rows when it is sent.
    Raises: SeriesNotFree(found), SeriesOverlapsItself, ClientArchived, NotInCare, ProviderAway, AlreadySent,
    CancelledSince(session)."""
    try:
        return _book(series, by=by, now=now)
    except (Busy, HourTaken) as refusal:
        # The database spoke before we looked, or the calendar was locked for too long: who has which hour now?
        if first := _sent_before(series, by):
            return first
        if found := _against(series, by, series.client, now=now):
            raise SeriesNotFree(found=found) from refusal
        raise


@action
def _book(series: Series, *, by: User, now: dt.datetime) -> list[Session]:
    provider = locks.lock_provider(by.pk)
    client = locks.lock_client(series.client.pk)
    if first := _sent_before(series, by):
        return first
    wishes = locks.lock_wishes(provider, client, series.times)
    endings.expire_due(provider.pk, now=now)
    book.welcome(provider, client)
    if any(one.overlaps(other) for one, other in pairwise(series.times)):
        raise SeriesOverlapsItself()
    if found := _against(series, provider, client, now=now):
        raise SeriesNotFree(found=found)
    settled = [wish.pk for wish in wishes.values()]
    sessions = write_sessions(provider, client, series, by=by, now=now, settled=settled)
    for session in sessions:
        if wish := wishes.get(session.interval):
            endings.resolve_case(wish, session, Ending.BOOKED, by=by, now=now)
    ids = [session.pk for session in sessions]
    submitted.remember(by, series.form_key, series.fingerprint, {"sessions": ids})
    return sessions


@inside_action
def write_sessions(
    provider: User,
    client: Client,
    series: Series,
    *,
    by: User,
    now: dt.datetime,
    settled: Collection[int] = (),
) -> list[Session]:
    """Make sessions at all times of the series without judging them, as `book.write_session` makes one; `settled` are the
    wishes, by id, that the caller resolves with them.  Tells: the client."""
    made = [book.new_session(provider, client, during, now=now, title=series.title) for during in series.times]
    sessions = Session.objects.bulk_create(made)
    line.release_taken(provider, *series.times, by=by, now=now, settled=settled)
    facts = {f"session:{session.pk}": book.facts_of(session) for session in sessions}
    records.record_audits("session_booked", facts, by=by, at=now)
    first, ids = sessions[0], [session.pk for session in sessions]
    records.record_audit("series_booked", f"session:{first.pk}", by=by, facts={"sessions": ids}, at=now)
    if series.notify:
        about = f"session:{first.pk}"
        records.queue_message("series_booked", records.to_client(client.pk), about, version=first.version)
    return sessions


def _against(series: Series, provider: User, client: Client, *, now: dt.datetime) -> dict[Interval, Sequence[Obstacle]]:
    """What stands against each hour and was not accepted, in order of time."""
    accepted = {hour.during: hour.accepted for hour in series.hours}
    found: dict[Interval, Sequence[Obstacle]] = {}
    judged = slots.explain_many(provider, series.times, now=now, for_client=client)
    for during, obstacles in zip(series.times, judged, strict=True):
        new = [each for each in obstacles if each.blocks or rules.mark_of(each) not in accepted[during]]
        if new:
            found[during] = new
    return found


def _sent_before(series: Series, by: User) -> list[Session] | None:
    answer = submitted.first_answer(by, series.form_key, series.fingerprint)
    if answer is None:
        return None
    rows = Session.objects.select_related("client").filter(pk__in=answer["sessions"])
    sessions = sorted(rows, key=lambda session: answer["sessions"].index(session.pk))
    if all(session.status == SessionStatus.CANCELLED for session in sessions):
        raise CancelledSince(session=sessions[0])
    return sessions
