"""The two ways out of a clash as the dialog shows them: times to choose from, deadlines, and the letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from config.kernel import time
from scheduling import letters, rules, slots
from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalStatus
from scheduling.wishes import MOST_OFFERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.conflict_forms import TimesForm
    from scheduling.letters import Letter
    from scheduling.models import Coach

# So many times are shown; fewer are ticked for somebody who has an hour and is only asked a favour.
SHOWN, TICKED, TICKED_TO_ASK = 7, MOST_OFFERS, 3
# A time so near leaves nobody the time to answer; it is shown, but not ticked.
_TO_ANSWER = dt.timedelta(hours=4)
# One within a day leaves all of them only that long; it is ticked only where fewer than these begin later.
_A_DAY, _ENOUGH = dt.timedelta(days=1), 3
_SOON = dt.timedelta(hours=1)
_USUAL = dt.timedelta(hours=36)
_AT_LEAST = dt.timedelta(minutes=5)
# Days from today, and the hour of that day: when people look at their messages.
_DEADLINES = ((0, 18), (0, 20), (1, 12), (1, 18), (2, 12), (2, 20), (3, 20), (5, 20), (7, 20))
_MOST_DEADLINES = 6


@dataclass(frozen=True)
class Suggestions:
    """Times near a wish, and which of them are ticked to begin with."""

    shown: tuple[Interval, ...] = ()
    ticked: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class SentLast:
    """The times of a question that ended without an answer: those that are still free, and those that are not."""

    free: tuple[Interval, ...] = ()
    gone: tuple[Interval, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One time that can be ticked; `value` is how the form sends it."""

    during: Interval
    value: str
    is_ticked: bool
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A moment by which an answer may be asked for."""

    at: dt.datetime
    value: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Way:
    """One side of the dialog: who gets times, which, until when, and what they will read.

    `called` is how they are named where room is short."""

    name: Literal["offer", "ask"]
    client: Client
    called: str
    form: TimesForm
    chips: tuple[Chip, ...]
    deadlines: tuple[Deadline, ...]
    letter: Letter
    # The first time ticked, or the session that is to move, where it leaves less time to answer than there would be.
    cut_short_by: dt.datetime | None = None
    is_cut_by_session: bool = False
    most: int = MOST_OFFERS

    @property
    def count(self) -> int:
        """How many times are ticked."""
        return len(self.form.ticked)

    @property
    def ends_at(self) -> dt.datetime | None:
        """The deadline that is chosen."""
        return next((each.at for each in self.deadlines if each.is_chosen), None)


def suggestions_for_wisher(coach: Coach, client: Client, near: Interval, *, now: dt.datetime) -> Suggestions:
    """Times for somebody who wants an hour that is taken."""
    return _suggest(coach, near, near, now=now, for_client=client, ignoring=None, most=TICKED)


def suggestions_of(times: Sequence[Interval]) -> Suggestions:
    """Free times that suit somebody who named no hour; the first are ticked."""
    return Suggestions(tuple(times[:SHOWN]), tuple(times[:TICKED]))


def suggestions_to_move(coach: Coach, session: Session, wanted: Interval, *, now: dt.datetime) -> Suggestions:
    """Times to which a session could move and so make room for what is wanted."""
    return _suggest(
        coach, session.interval, wanted, now=now, for_client=session.client, ignoring=session, most=TICKED_TO_ASK
    )


def beginning_with(ticked: Sequence[Interval], near: Suggestions) -> Suggestions:
    """These times ticked, and beside them what else is near."""
    beside = tuple(each for each in near.shown if not any(each.overlaps(one) for one in ticked))
    return Suggestions(beside, tuple(ticked))


def sent_last(proposal: RescheduleProposal | None, coach: Coach, *, now: dt.datetime) -> SentLast:
    """What of a question can be sent again, if nobody answered it in time or it was taken back; else nothing."""
    if proposal is None or proposal.answered_at or proposal.is_open_at(now) or proposal.is_swap:
        return SentLast()
    free: list[Interval] = []
    gone: list[Interval] = []
    for offer in proposal.offers.order_by("during"):
        against = slots.explain(
            coach, offer.interval, now=now, for_client=proposal.recipient, ignoring=proposal.session
        )
        (gone if rules.taking(against) else free).append(offer.interval)
    return SentLast(tuple(free), tuple(gone))


def way_to_offer(
    form: TimesForm,
    coach: Coach,
    client: Client,
    wanted: Interval | None,
    shown: Suggestions,
    *,
    called: str,
    now: dt.datetime,
) -> Way:
    """Option 1, from a form that is blank or filled in; without `wanted` the client named no hour."""
    is_worth_naming = wanted is not None and letters.is_worth_naming(wanted, client, coach.user, at=now)

    def letter(offers: Sequence[Interval], until: dt.datetime | None, note: str) -> Letter:
        named = wanted if is_worth_naming else None
        return letters.offer_letter(client, coach.user, wanted=named, offers=offers, expires_at=until, note=note)

    return _way("offer", form, coach, client, called=called, shown=shown, letter=letter, now=now)


def way_to_ask(
    form: TimesForm, coach: Coach, session: Session, shown: Suggestions, *, called: str, now: dt.datetime
) -> Way:
    """Option 2, from a form that is blank or filled in."""

    def letter(offers: Sequence[Interval], until: dt.datetime | None, note: str) -> Letter:
        has = session.interval
        return letters.ask_letter(session.client, coach.user, has=has, offers=offers, expires_at=until, note=note)

    return _way(
        "ask", form, coach, session.client, called=called, shown=shown, letter=letter, now=now, before=session.starts_at
    )


def open_ask(session: Session, wisher: Client, wanted: Interval, *, now: dt.datetime) -> RescheduleProposal | None:
    """The question for somebody else's wish that the client of this session has not answered yet.

    One for this very wish does not count: it is replaced when the wish is sent anew."""
    return open_asks(session, now=now).exclude(case__client=wisher, case__wanted=wanted.as_range()).first()


def open_asks(session: Session, *, now: dt.datetime) -> QuerySet[RescheduleProposal]:
    """What the client of this session has been asked and can still answer: one at most."""
    return RescheduleProposal.objects.filter(session=session, status=ProposalStatus.OPEN, expires_at__gte=now)


def is_first_session(client: Client, provider: User) -> bool:
    """Whether the client has never had a session with this provider."""
    return not Session.objects.filter(client=client, provider=provider).exists()


def short_names(*clients: Client) -> tuple[str, ...]:
    """First names where they tell these people apart, else full ones."""
    first = [client.first_name for client in clients]
    return tuple(first) if len(set(first)) == len(first) else tuple(str(client) for client in clients)


def deadlines(
    offers: Sequence[Interval],
    coach: Coach,
    *,
    now: dt.datetime,
    before: dt.datetime | None = None,
    promised: dt.datetime | None = None,
) -> list[dt.datetime]:
    """Sensible moments for an answer and the one that is `promised`, none too late for the first of these times, or
    later than `before`.  Where no usual hour is left, the last possible moment; nothing when there is none."""
    notice = dt.timedelta(minutes=coach.notice_minutes)
    limits = [rules.latest_answer(offers, notice, now=now)] if offers else []
    latest = min([*limits, before] if before else limits, default=None)
    today = now.astimezone(where := time.zone(coach.time_zone)).date()
    wall = [dt.datetime.combine(today + dt.timedelta(days=days), dt.time(hour)) for days, hour in _DEADLINES]
    moments = {at.replace(tzinfo=where).astimezone(dt.UTC) for at in wall} | ({promised} if promised else set())
    usual = [at for at in sorted(moments) if now + _SOON <= at and (latest is None or at <= latest)]
    if not usual and latest and latest >= now + _AT_LEAST:
        return [latest]
    return [at for at in usual if at in usual[:_MOST_DEADLINES] or at == promised]


def later_deadlines(proposal: RescheduleProposal, coach: Coach, *, now: dt.datetime) -> list[dt.datetime]:
    """Sensible moments to which an open proposal can be extended, the last possible one among them; may be none."""
    offers = [offer.interval for offer in proposal.offers.all()]
    before = proposal.session.starts_at if proposal.session else None
    latest = rules.latest_answer(offers, dt.timedelta(minutes=coach.notice_minutes), now=now)
    last = min(latest, before) if before else latest
    found = [*deadlines(offers, coach, now=now, before=before), last]
    return sorted({at for at in found if at >= proposal.expires_at + _AT_LEAST and at > now})


def _suggest(
    coach: Coach,
    near: Interval,
    not_in: Interval,
    *,
    now: dt.datetime,
    for_client: Client,
    ignoring: Session | None,
    most: int,
) -> Suggestions:
    def best(count: int) -> list[Interval]:
        found = slots.suggest(coach, near=near, now=now, for_client=for_client, ignoring=ignoring, count=count)
        return [each for each in found if not each.overlaps(not_in)]

    shown = best(SHOWN)
    earliest = now + dt.timedelta(minutes=coach.notice_minutes) + _TO_ANSWER
    soon = [each for each in shown if each.starts_at >= earliest]
    far = [each for each in soon if each.starts_at >= now + _A_DAY]
    able = (far if len(far) >= _ENOUGH else soon) or shown
    ticked = [each for each in best(most) if each in able]
    more = [each for each in able if each not in ticked]
    return Suggestions(tuple(shown), tuple(sorted([*ticked, *more[: most - len(ticked)]])))


def _way(
    name: Literal["offer", "ask"],
    form: TimesForm,
    coach: Coach,
    client: Client,
    *,
    called: str,
    shown: Suggestions,
    letter: Callable[[Sequence[Interval], dt.datetime | None, str], Letter],
    now: dt.datetime,
    before: dt.datetime | None = None,
) -> Way:
    ticked = form.ticked
    ends = _deadlines(form, deadlines(ticked, coach, now=now, before=before, promised=form.promised), now)
    first = min([each for each in (before, *(one.starts_at for one in ticked)) if each], default=None)
    until = next((each.at for each in ends if each.is_chosen), None)
    where, most_ends = time.zone(coach.time_zone), len(deadlines((), coach, now=now, promised=form.promised))
    return Way(
        name=name,
        client=client,
        called=called,
        form=form,
        chips=tuple(
            Chip(
                during=each,
                value=each.starts_at.astimezone(where).isoformat(timespec="minutes"),
                is_ticked=each in ticked,
                is_new=each == form.extra,
            )
            for each in sorted({*shown.shown, *ticked})
        ),
        deadlines=ends,
        cut_short_by=first if ticked and 0 < len(ends) < most_ends else None,
        is_cut_by_session=first == before,
        letter=letter(ticked, until, str(form["note"].value() or "").strip()),
    )


def _deadlines(form: TimesForm, offered: Sequence[dt.datetime], now: dt.datetime) -> tuple[Deadline, ...]:
    asked = form["expires"].value() if form.is_bound else form.promised and form.promised.isoformat()
    wanted = next((at for at in offered if at.isoformat() == asked), None)
    usual = [at for at in offered if at <= now + _USUAL]
    chosen = wanted or (usual[-1] if usual else next(iter(offered), None))
    return tuple(Deadline(at=at, value=at.isoformat(), is_chosen=at == chosen) for at in offered)
