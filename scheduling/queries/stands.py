"""How an open wish can stand, and why an hour did not book itself."""

from __future__ import annotations

import enum

from django.utils.translation import gettext_lazy


class Stand(enum.StrEnum):
    """How a wish stands; also the name of the template that says so."""

    FREE = "free"  # the hour can be booked now
    NONE_FITS = "none_fits"  # who got times wrote that none will do
    KEPT = "kept"  # who was asked to move keeps the hour
    TAKEN = "taken"  # none of the times on offer can be had any more
    ENDED = "ended"  # nobody answered in time
    NOBODY_ASKED = "nobody_asked"  # nothing is on its way
    PAST = "past"  # the hour that was wanted is over
    FITS = "fits"  # on the waiting list, and there are free times that suit
    OVER = "over"  # on the waiting list, and its last day is over
    WAITING = "waiting"  # on the waiting list until something suits
    ASKED = "asked"
    OFFERED = "offered"
    IN_LINE = "in_line"  # waits for an answer to, or an hour held for, somebody else's wish
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"


# Nothing goes on by itself in these.
NEEDS_COACH = frozenset(
    {
        *(Stand.FREE, Stand.NONE_FITS, Stand.KEPT, Stand.TAKEN, Stand.ENDED, Stand.NOBODY_ASKED, Stand.PAST),
        *(Stand.FITS, Stand.OVER),
    }
)
# By the code of what stood against it, which a freed hour leaves in the case.
WHY_NOT = {
    "no_hours": gettext_lazy("It did not book itself: you have no opening hours yet."),
    "holiday": gettext_lazy("It did not book itself: you are closed for a public holiday."),
    "outside_hours": gettext_lazy("It did not book itself: it lies outside your hours."),
    "buffer": gettext_lazy("It did not book itself: the pause beside it would be too short."),
    "notice": gettext_lazy("It did not book itself: it is at shorter notice than you ask for."),
    "horizon": gettext_lazy("It did not book itself: it is further ahead than you plan."),
}
