"""What a client is told when times are put to them: in their own language, by the coach’s clock and theirs.

The one source of these words, for the coach's preview, for the message that is handed over, and for mail.
Of the work itself nothing is said: others may read a letter too."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from babel.core import UnknownLocaleError
from babel.dates import get_timezone_location
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.kernel import dates, time
from scheduling.models import Session

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message to one client, every line of it ready to be read; times are in full."""

    language: str
    subject: str
    greeting: str
    opening: str
    times: tuple[str, ...]
    note: str
    deadline: str
    call: str
    signature: tuple[str, ...]

    def text(self, link: str) -> str:
        """The whole as plain text, with the address under which it is answered."""
        times = "\n".join(f"– {each}" for each in self.times)
        parts = [self.greeting, self.opening, times, self.note, self.deadline, f"{self.call}\n{link}"]
        return "\n\n".join([*filter(None, parts), "\n".join(self.signature)])


def offer_letter(
    client: Client,
    coach: User,
    *,
    wanted: Interval | None,
    offers: Sequence[Interval],
    expires_at: dt.datetime | None,
    note: str = "",
) -> Letter:
    """To the one who wants an hour that cannot be had; without a deadline while none is chosen.

    Without `wanted` no hour is said to be unavailable."""
    with reading_as(client):
        opening = _("You can choose between these times. Choose whichever suits you.")
        if wanted:
            opening = _("The time you asked for is not available: %(time)s. Choose whichever of these suits you.") % {
                "time": when(wanted.starts_at, coach)
            }
        subject = _("Other times for you")
        return _letter(client, coach, offers, subject=subject, opening=opening, expires_at=expires_at, note=note)


def ask_letter(
    client: Client,
    coach: User,
    *,
    has: Interval,
    offers: Sequence[Interval],
    expires_at: dt.datetime | None,
    note: str = "",
) -> Letter:
    """To the one who has the hour; without a deadline while none is chosen."""
    with reading_as(client):
        opening = _("Could we move your session? It is now on: %(time)s. If not, it stays. These times are free.") % {
            "time": when(has.starts_at, coach)
        }
        subject = _("Could we move your session?")
        return _letter(client, coach, offers, subject=subject, opening=opening, expires_at=expires_at, note=note)


def swap_letter(
    client: Client,
    coach: User,
    *,
    has: Interval,
    gets: Interval,
    expires_at: dt.datetime | None,
    note: str = "",
) -> Letter:
    """To each of two who are asked to swap; who the other is is not told."""
    with reading_as(client):
        opening = _(
            "Would you swap your session with somebody else’s? It is now on: %(time)s. If both say yes, it will be then:"
        ) % {"time": when(has.starts_at, coach)}
        subject = _("Would you swap your time?")
        letter = _letter(client, coach, [gets], subject=subject, opening=opening, expires_at=expires_at, note=note)
        if not expires_at:
            return letter
        deadline = _("Please answer by: %(time)s. Until both have said yes, everything stays as it is.")
        return replace(letter, deadline=deadline % {"time": when(expires_at, coach)})


def letter_of(proposal: RescheduleProposal) -> Letter:
    """The letter that goes with a proposal which is in the database."""
    offers = [offer.interval for offer in proposal.offers.order_by("during")]
    people = proposal.recipient, proposal.provider
    if proposal.session is not None:
        has = proposal.session.interval
        if proposal.is_swap:
            return swap_letter(*people, has=has, gets=offers[0], expires_at=proposal.expires_at, note=proposal.note)
        return ask_letter(*people, has=has, offers=offers, expires_at=proposal.expires_at, note=proposal.note)
    assert proposal.case is not None
    wanted = proposal.case.asked_for
    if wanted and not is_worth_naming(wanted, *people, at=proposal.created_at):
        wanted = None
    return offer_letter(*people, wanted=wanted, offers=offers, expires_at=proposal.expires_at, note=proposal.note)


def reminder_of(proposal: RescheduleProposal) -> Letter:
    """The same letter once more, for who has not answered."""
    letter = letter_of(proposal)
    with reading_as(proposal.recipient):
        opening = _("Just a reminder: there is no answer from you yet.")
    return replace(letter, opening=f"{opening} {letter.opening}")


def extension_of(proposal: RescheduleProposal) -> Letter:
    """The same letter to who has more time for an answer than it said at first."""
    letter = letter_of(proposal)
    with reading_as(proposal.recipient):
        opening = _("You have more time to answer.")
    return replace(letter, opening=f"{opening} {letter.opening}")


def signature_of(coach: User) -> tuple[str, ...]:
    """Who writes: the coach, for the practice."""
    return tuple(filter(None, [coach.get_full_name(), settings.PRACTICE_NAME, settings.PRACTICE_PHONE]))


def is_worth_naming(wanted: Interval, client: Client, coach: User, *, at: dt.datetime) -> bool:
    """Whether it can be said that the hour is unavailable: it was not past by then, nor is it the client's own."""
    own = Session.objects.holding().overlapping(coach, wanted).filter(client=client)
    return wanted.starts_at > at and not own.exists()


@contextlib.contextmanager
def reading_as(client: Client) -> Iterator[None]:
    """Inside, words are in the client's language and times by the client's clock."""
    with translation.override(client.language), timezone.override(time.zone(client.time_zone)):
        yield


def zone_of(coach: User) -> str:
    """The zone by which a coach's calendar is kept."""
    return str(coach.coach.time_zone) if hasattr(coach, "coach") else coach.time_zone


def when(at: dt.datetime, coach: User) -> str:
    """The day and hour by the coach's clock, as on every page; then by the reader's where that shows another."""
    return when_in(at, zone_of(coach))


def when_in(at: dt.datetime, zone_name: str) -> str:
    """The same for a calendar that is kept by the clocks of that zone."""
    here, there = timezone.localtime(at), at.astimezone(time.zone(zone_name))
    with timezone.override(there.tzinfo):
        agreed = dates.day_time(at)
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return agreed
    local = dates.clock(at) if here.date() == there.date() else dates.short_day_time(at)
    place = place_of(timezone.get_current_timezone_name())
    theirs = _("%(time)s where you are, %(place)s") % {"time": local, "place": place}
    return f"{agreed} ({theirs})"


def place_of(zone_name: str) -> str:
    """The city that stands for a zone, in the reader's language: "Athens", "Αθήνα"."""
    try:
        return get_timezone_location(zone_name, locale=translation.get_language() or "en", return_city=True)
    except (LookupError, ValueError, UnknownLocaleError):
        return zone_name.rpartition("/")[2].replace("_", " ")


def _letter(
    client: Client,
    coach: User,
    offers: Sequence[Interval],
    *,
    subject: str,
    opening: str,
    expires_at: dt.datetime | None,
    note: str,
) -> Letter:
    until = {"time": when(expires_at, coach)} if expires_at else None
    return Letter(
        language=client.language,
        subject=subject,
        greeting=_("Hello,"),
        opening=opening,
        times=tuple(when(offer.starts_at, coach) for offer in offers),
        note=note,
        deadline=_("Please answer by: %(time)s. The times are kept for you until then.") % until if until else "",
        call=_("Answer here, without a password:"),
        signature=signature_of(coach),
    )
