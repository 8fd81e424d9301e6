"""The waiting list: who would come at any hour that suits, and waits until one becomes free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records, submitted
from config.kernel import time
from config.kernel.actions import action, inside_action
from scheduling.actions import book, endings, line, locks, opened
from scheduling.errors import CannotWait, CaseClosed, TakenBackSince, TimesFreeNow
from scheduling.models import ConflictCase, WaitingWindow
from scheduling.queries.waiting import free_times, span_of, windows_of
from scheduling.states import CaseStatus
from scheduling.windows import Span

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client, User
    from scheduling.wishes import WaitFor


@action
def put_on_list(wish: WaitFor, *, by: User, now: dt.datetime) -> ConflictCase:
    """Let a client of `by` wait for any hour that suits; with the same windows and length, the same place is kept.

    An hour that was held for it and lies after the new last date goes to whoever is next.  The same form sent again
    returns the first case.
    Locks: provider, client, cases.  Raises: TimesFreeNow(times) unless `wish.anyway`, ClientArchived, NotInCare,
    AlreadySent, TakenBackSince, WaitOutOfReason."""
    provider = locks.lock_provider(by.pk)
    client = locks.lock_client(wish.client.pk)
    if first := submitted.first_answer(by, wish.form_key, wish.fingerprint):
        sent = locks.lock_case(first["case"])
        if sent.status == CaseStatus.WITHDRAWN:
            raise TakenBackSince()
        return sent
    book.welcome(provider, client)
    endings.expire_due(provider.pk, now=now)
    # Who waits already comes first; what is free by now is shown to whoever comes.
    opened.mark_reached(provider, now=now)
    case = next((each for each in locks.lock_list(provider, client) if _is_same(each, wish)), None)
    _check_must_wait(provider, client, wish, now=now)
    verb = "wait_taken_up" if case else "wait_began"
    case = case or ConflictCase(provider=provider, client=client, created_at=now, first_date=_today(provider, now))
    _write(case, wish, verb, by=by, now=now)
    _look_again(provider, case, by=by, now=now)
    submitted.remember(by, wish.form_key, wish.fingerprint, {"case": case.pk})
    return case


@action
def change_wait(case_id: int, wish: WaitFor, *, by: User, now: dt.datetime) -> ConflictCase:
    """Change what a client on the list waits for; the place in line stays, and what is on offer to them too.

    An hour that was held for them and suits no longer goes to whoever is next.  Sent again, nothing more happens.
    Locks: provider, client, cases.
    Raises: CaseClosed(case), CannotWait for a wish for one hour, ClientArchived, NotInCare, WaitOutOfReason."""
    provider = locks.lock_provider(locks.peek_case(case_id).provider_id)
    client = locks.lock_client(wish.client.pk)
    endings.expire_due(provider.pk, now=now)
    case = locks.lock_case(case_id)
    if case.status != CaseStatus.PENDING_RESOLUTION:
        raise CaseClosed(case=case)
    if not case.is_waiting or case.client_id != client.pk:
        raise CannotWait()
    book.welcome(provider, client)
    if _is_same(case, wish) and (case.last_date, case.book_when_freed) == (wish.last_date, wish.book_when_freed):
        return case
    _write(case, wish, "wait_changed", by=by, now=now)
    _look_again(provider, case, by=by, now=now)
    return case


def _is_same(case: ConflictCase, wish: WaitFor) -> bool:
    return case.length == wish.minutes and set(windows_of(case)) == set(wish.windows)


def _check_must_wait(provider: User, client: Client, wish: WaitFor, *, now: dt.datetime) -> None:
    today = _today(provider, now)
    if wish.anyway or wish.last_date < today:
        return
    span = Span(wish.windows, today, wish.last_date, time.zone(provider.coach.time_zone))
    if times := free_times(provider, client, span, wish.minutes, now=now):
        raise TimesFreeNow(times=tuple(times))


def _today(provider: User, now: dt.datetime) -> dt.date:
    return now.astimezone(time.zone(provider.coach.time_zone)).date()


@inside_action
def _write(case: ConflictCase, wish: WaitFor, verb: str, *, by: User, now: dt.datetime) -> None:
    case.minutes, case.last_date, case.book_when_freed = wish.minutes, wish.last_date, wish.book_when_freed
    case.save()
    if set(windows_of(case)) != set(wish.windows):
        case.windows.all().delete()
        WaitingWindow.objects.bulk_create(
            WaitingWindow(
                case=case,
                weekday=each.weekday,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                created_at=now,
            )
            for each in wish.windows
        )
    facts = {"client": str(case.client_id), "minutes": wish.minutes, "until": wish.last_date.isoformat()}
    records.record_audit(verb, f"case:{case.pk}", by=by, facts=facts, at=now)


@inside_action
def _look_again(provider: User, case: ConflictCase, *, by: User, now: dt.datetime) -> None:
    """Give up the hour that is held for a case if it suits no longer."""
    fresh = locks.lock_case(case.pk)
    hour = fresh.hour_at(now)
    if hour and not (hour.minutes == fresh.length and span_of(fresh, provider.coach).suits(hour)):
        line.release(fresh, by=by, now=now)
        opened.mark(provider.pk, [hour], by=by, now=now, left_by=fresh.client_id)
        case.wanted, case.held_until = None, None
