"""What the bell keeps of each kind when it is told, and where it leads: ids, instants and codes, never a name.

Who it is about is "client" for a coach and "coach" for a client; `zone` is that of the coach's calendar, by which the
instants are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from clients.mail import Bell
from scheduling import letters
from scheduling.addresses import thread_at
from scheduling.models import ConflictCase, Message, RescheduleProposal, Session
from scheduling.queries.deeds import hours_of_move, made_together
from scheduling.states import ProposalStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage, User


def _session(message: OutboxMessage) -> Bell:
    """Of a session, to its client: when it is."""
    session = Session.objects.select_related("provider__coach").get(pk=message.number)
    assert session.provider is not None
    facts = _to_client(session.provider) | _at(session.starts_at)
    return Bell(url=reverse("scheduling:my_home"), facts=facts)


def _moved(message: OutboxMessage) -> Bell:
    """And when it was before."""
    bell = _session(message)
    hours = hours_of_move(message)
    return Bell(url=bell.url, facts={**bell.facts, **({"was": hours[0].starts_at.isoformat()} if hours else {})})


def _series(message: OutboxMessage) -> Bell:
    """And how many there are, it being the first of them."""
    bell = _session(message)
    return Bell(url=bell.url, facts={**bell.facts, "number": len(made_together(message.number))})


def _question(message: OutboxMessage) -> Bell:
    """Of what is put to a client, or was: what it is about, and until when it can be answered."""
    proposal = _proposal(message)
    facts = _to_client(proposal.provider) | _of(proposal) | {"until": proposal.expires_at.isoformat()}
    return Bell(url=reverse("scheduling:my_offer", args=[proposal.pk]), facts=facts)


def _answer(message: OutboxMessage) -> Bell:
    """Of what became of a question, to the coach who asked."""
    proposal = _proposal(message)
    facts = _to_coach(proposal.provider, proposal.recipient_id) | _of(proposal)
    if proposal.status == ProposalStatus.DECLINED:
        facts |= {"times": proposal.counter_times.count()}
    return Bell(url=_where(proposal), facts=facts)


def _case(message: OutboxMessage) -> Bell:
    """Of an hour for somebody who waits, to the coach: when it is, and while it is only held, until when."""
    cases = ConflictCase.objects.select_related("provider__coach", "session")
    case = cases.get(pk=message.number)
    facts = _to_coach(case.provider, case.client_id)
    if case.session is not None:
        return Bell(url=_page_of(case.session.pk), facts=facts | _at(case.session.starts_at))
    if case.hour is not None:
        facts |= _at(case.hour.starts_at)
    if case.held_until is not None:
        facts |= {"until": case.held_until.isoformat()}
    return Bell(url=_card_of(case.pk), facts=facts)


def _text(message: OutboxMessage) -> Bell:
    """Of what one of the two wrote, to the other."""
    text = Message.objects.select_related("provider__coach").get(pk=message.number)
    if text.author_id == text.provider_id:
        return Bell(url=thread_at(text.client_id, coach_id=text.provider_id), facts=_to_client(text.provider))
    return Bell(url=thread_at(text.client_id), facts=_to_coach(text.provider, text.client_id))


def _either(message: OutboxMessage) -> Bell:
    """Of a question that has ended, to whichever of the two hears of it."""
    return _question(message) if message.recipient.startswith("client:") else _answer(message)


def _of(proposal: RescheduleProposal) -> dict[str, Any]:
    """What it asks, what has become of it, and the hour that it is about: the one chosen, else the one that may move."""
    facts: dict[str, Any] = {"asks": proposal.kind, "became": proposal.status}
    if proposal.chosen is not None:
        return facts | _at(proposal.chosen.interval.starts_at)
    return facts | (_at(proposal.session.starts_at) if proposal.session else {})


def _where(proposal: RescheduleProposal) -> str:
    """The session that was made or is asked about, else the card of the wish that waits on."""
    if proposal.case is None or proposal.status == ProposalStatus.ANSWERED:
        session_id = proposal.session_id or (proposal.case.session_id if proposal.case else None)
        assert session_id is not None
        return _page_of(session_id)
    return _card_of(proposal.case.pk)


def _to_client(coach: User) -> dict[str, Any]:
    return {"coach": coach.pk, "zone": letters.zone_of(coach)}


def _to_coach(coach: User, client_id: Any) -> dict[str, Any]:
    return {"client": str(client_id), "zone": letters.zone_of(coach)}


def _at(at: dt.datetime) -> dict[str, Any]:
    return {"at": at.isoformat()}


def _page_of(session_id: int) -> str:
    return reverse("scheduling:session_detail", args=[session_id])


def _card_of(case_id: int) -> str:
    return f"{reverse('scheduling:conflict_list')}#case-{case_id}"


def _proposal(message: OutboxMessage) -> RescheduleProposal:
    rows = RescheduleProposal.objects.select_related("provider__coach", "session", "case", "chosen")
    return rows.get(pk=message.number)


BELLS: Mapping[str, Callable[[OutboxMessage], Bell]] = {
    **dict.fromkeys(("session_booked", "session_cancelled", "session_reminder"), _session),
    "series_booked": _series,
    "session_moved": _moved,
    **dict.fromkeys(("times_offered", "asked_to_move", "swap_proposed"), _question),
    **dict.fromkeys(("proposal_extended", "proposal_reminded", "proposal_withdrawn"), _question),
    **dict.fromkeys(("proposal_answered", "proposal_declined", "proposal_kept", "swap_agreed"), _answer),
    "proposal_expired": _either,
    **dict.fromkeys(("hour_held", "case_booked"), _case),
    "message_sent": _text,
}
