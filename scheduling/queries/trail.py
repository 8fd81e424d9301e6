"""The whole trail of a wish: who asked what when, who answered, and what came of it; for the coach alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import AuditEvent, Care
from config.kernel import dates
from scheduling import rules
from scheduling.states import CaseStatus
from scheduling.suits import words_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from clients.models import Client
    from config.kernel.time import Interval
    from scheduling.models import ConflictCase, RescheduleProposal

# By verb: the icon, and words with places for `who` it is about and `when`.
_WORDS: Mapping[str, tuple[str, Any]] = {
    "case_opened": ("hourglass", gettext_lazy("%(who)s wants %(when)s")),
    "case_taken_up": ("repeat", gettext_lazy("The wish was taken up again")),
    "wait_began": ("hourglass", gettext_lazy("%(who)s waits for %(when)s")),
    "wait_taken_up": ("repeat", gettext_lazy("The wish was taken up again")),
    "wait_changed": ("edit", gettext_lazy("What %(who)s waits for was changed")),
    "times_offered": ("send", gettext_lazy("Other times offered to %(who)s, to answer by %(until)s")),
    "asked_to_move": ("question", gettext_lazy("%(who)s was asked to move, to answer by %(until)s")),
    "proposal_reminded": ("bell", gettext_lazy("A reminder for %(who)s")),
    "proposal_extended": ("hourglass", gettext_lazy("%(who)s got more time, until %(until)s")),
    "proposal_answered": ("tick", gettext_lazy("%(who)s chose %(when)s")),
    "proposal_declined": ("cross", gettext_lazy("%(who)s: none of the times fits")),
    "proposal_kept": ("lock", gettext_lazy("%(who)s keeps the hour")),
    "proposal_withdrawn": ("undo", gettext_lazy("The offer to %(who)s was taken back")),
    "proposal_expired": ("hourglass", gettext_lazy("%(who)s did not answer in time")),
    "counter_accepted": ("tick", gettext_lazy("The time that %(who)s wrote was taken: %(when)s")),
    "hour_held": ("hold", gettext_lazy("The hour is free and held for %(who)s until %(until)s")),
    "hour_let_go": ("undo", gettext_lazy("The hour is not held for %(who)s any more")),
    "case_resolved": ("tick", pgettext_lazy("trail", "Resolved: %(who)s has a session")),
    "case_withdrawn": ("cross", gettext_lazy("The wish was withdrawn.")),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line.  `by` is empty when the house did it by itself; `said` are somebody's own words, `times` what they are about."""

    words: str
    icon: str
    at: dt.datetime
    by: str
    said: str = ""
    times: tuple[Interval, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A wish from its beginning; `steps` are in the order in which they happened.

    `wanted` is the hour that was named; on the waiting list there is none, and `suits` says what would do."""

    client: Client
    wanted: Interval | None
    suits: str
    status: str
    is_open: bool
    steps: tuple[Step, ...]


def trail_of(case: ConflictCase) -> Trail:
    """All that is written down of a wish and of what was put to people for it.  Five queries, however long it is; one
    more for the waiting list.

    Whoever is in this coach's care no more is "somebody", and their words are theirs."""
    rows = case.proposals.select_related("recipient", "chosen").prefetch_related("offers", "counter_times")
    proposals = {f"proposal:{each.pk}": each for each in rows}
    events = AuditEvent.objects.filter(object__in=[f"case:{case.pk}", *proposals], verb__in=_WORDS)
    people = Care.objects.filter(provider=case.provider_id, ended_at__isnull=True)
    seen = set(people.filter(client__in={each.recipient_id for each in rows}).values_list("client", flat=True))
    return Trail(
        client=case.client,
        wanted=case.asked_for,
        suits=words_of(case),
        status=case.get_status_display(),
        is_open=case.status == CaseStatus.PENDING_RESOLUTION,
        steps=tuple(
            _step(event, case, proposals.get(event.object), seen)
            for event in events.select_related("actor").order_by("at", "pk")
        ),
    )


def _step(event: AuditEvent, case: ConflictCase, proposal: RescheduleProposal | None, seen: set[uuid.UUID]) -> Step:
    icon, words = _WORDS[event.verb]
    about = proposal.recipient if proposal else case.client
    is_seen = proposal is None or about.pk in seen
    name = str(about) if is_seen else _("Somebody")
    facts = {"who": name, "when": _when(event, case, proposal), "until": _until(event, proposal)}
    said, times = _said(event.verb, proposal) if proposal and is_seen else ("", ())
    return Step(words=words % facts, icon=icon, at=event.at, by=_by(event, about, name), said=said, times=times)


def _when(event: AuditEvent, case: ConflictCase, proposal: RescheduleProposal | None) -> str:
    if event.verb == "proposal_answered" and proposal and proposal.chosen:
        return dates.day_time(proposal.chosen.interval.starts_at)
    if during := event.facts.get("during"):
        return dates.day_time(dt.datetime.fromisoformat(during[0]))
    return dates.day_time(case.asked_for.starts_at) if case.asked_for else words_of(case)


def _until(event: AuditEvent, proposal: RescheduleProposal | None) -> str:
    if event.verb.startswith("wait_"):
        return ""
    if until := event.facts.get("until"):
        return dates.day_time(dt.datetime.fromisoformat(until))
    return dates.day_time(proposal.expires_at) if proposal else ""


def _said(verb: str, proposal: RescheduleProposal) -> tuple[str, tuple[Interval, ...]]:
    """The words and the times that went with it."""
    if verb in {"times_offered", "asked_to_move"}:
        return proposal.note, tuple(sorted(offer.interval for offer in proposal.offers.all()))
    if verb == "proposal_declined":
        times = sorted(proposal.counter_times.all(), key=lambda each: each.place)
        return rules.reply_of(proposal).text, tuple(each.interval for each in times)
    return "", ()


def _by(event: AuditEvent, about: Client, name: str) -> str:
    if event.facts.get("via") == "link":
        return _("%(name)s, by the link") % {"name": name}
    if event.actor is None:
        return ""
    return name if event.actor_id == about.user_id else event.actor.get_full_name()
