"""A proposal as it stands in the thread of the two: what was asked, and how that is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from scheduling import letters, rules
from scheduling.queries.offers import about_of
from scheduling.states import CaseStatus, ProposalStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import RescheduleProposal


@dataclass(frozen=True, kw_only=True)
class Time:
    """One of the times, in words."""

    words: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """One card.  `about` is the session's hour as long as it is asked for; `reply` and `written` are the client's answer."""

    id: int
    title: str
    tone: str
    stand: str
    about: str
    times: tuple[Time, ...]
    reply: str
    written: tuple[str, ...]
    is_open: bool
    until: dt.datetime
    may_remind: bool
    reminded_at: dt.datetime | None
    url: str
    link: str


def proposed_of(proposal: RescheduleProposal, coach: User, *, is_coachs: bool, now: dt.datetime) -> Proposed:
    """The card for one of the two.  No query: case, session, offers and written times are there."""
    tone, stand = stand_of(proposal, now=now)
    is_open = proposal.is_open_at(now)
    counters = sorted(proposal.counter_times.all(), key=lambda each: each.place)
    url, link = _coachs_way(proposal, is_open=is_open) if is_coachs else _clients_way(proposal, is_open=is_open)
    return Proposed(
        id=proposal.pk,
        title=title_of(proposal),
        tone=tone,
        stand=stand,
        about=letters.when(about_of(proposal).starts_at, coach) if is_open and proposal.asks else "",
        times=tuple(
            Time(words=letters.when(each.interval.starts_at, coach), is_chosen=each.pk == proposal.chosen_id)
            for each in sorted(proposal.offers.all(), key=lambda each: each.interval)
        ),
        reply=rules.reply_of(proposal).text,
        written=tuple(letters.when(each.interval.starts_at, coach) for each in counters),
        is_open=is_open,
        until=proposal.expires_at,
        may_remind=is_coachs and is_open and proposal.agreed_at is None,
        reminded_at=proposal.reminded_at,
        url=url,
        link=link,
    )


def title_of(proposal: RescheduleProposal) -> str:
    """What was done: "Asked to move"."""
    return str(proposal.get_kind_display())


def stand_of(proposal: RescheduleProposal, *, now: dt.datetime) -> tuple[str, str]:
    """How it is now: a tone, and a word or two."""
    if proposal.status == ProposalStatus.OPEN:
        if not proposal.is_open_at(now):
            return "none", _("Ended without an answer")
        return ("wait", _("Waiting for the other")) if proposal.agreed_at else ("ask", _("No answer yet"))
    if proposal.status == ProposalStatus.ANSWERED:
        return "good", pgettext("proposal", "Chosen") if not proposal.is_swap else pgettext("proposal", "Swapped")
    if proposal.status == ProposalStatus.DECLINED:
        return "none", _("The hour is kept") if proposal.keeps else _("None fits")
    return "none", _("Withdrawn") if proposal.status == ProposalStatus.WITHDRAWN else _("Ended without an answer")


def _coachs_way(proposal: RescheduleProposal, *, is_open: bool) -> tuple[str, str]:
    """Where the coach sees more of it."""
    if proposal.case is not None:
        if proposal.case.status == CaseStatus.PENDING_RESOLUTION:
            return f"{reverse('scheduling:conflict_list')}#case-{proposal.case.pk}", _("See it in Pending")
        return reverse("scheduling:conflict_detail", args=[proposal.case.pk]), _("What happened")
    return reverse("scheduling:session_detail", args=[proposal.session_id]), _("Open the session")


def _clients_way(proposal: RescheduleProposal, *, is_open: bool) -> tuple[str, str]:
    """Where the client answers, as long as that is possible."""
    if not is_open:
        return "", ""
    return reverse("scheduling:my_offer", args=[proposal.pk]), _("See the question") if proposal.is_swap else _(
        "See the times"
    )
