"""Refusals of changing when a calendar is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import Refusal

if TYPE_CHECKING:
    from scheduling.hours import Booked, Loose


class BreaksSessions(Refusal):
    """Sessions stand where the calendar would close, and nobody has decided upon them.

    `sessions` are all of them; `fresh` the ids of those that the coach has not seen so; `loose` what else is there."""

    code = "breaks_sessions"
    message = _("Sessions are booked in these hours. Nothing was changed yet.")
    next_step = _("Decide what becomes of each, then save.")

    @property
    def sessions(self) -> tuple[Booked, ...]:
        """All of them, in order."""
        found: tuple[Booked, ...] = self.facts["sessions"]
        return found

    @property
    def fresh(self) -> frozenset[int]:
        """Those that are new, or have changed, since the list was shown."""
        found: frozenset[int] = self.facts["fresh"]
        return found

    @property
    def loose(self) -> tuple[Loose, ...]:
        """Times on offer and wishes in those hours."""
        found: tuple[Loose, ...] = self.facts.get("loose", ())
        return found


class SettingsChanged(Refusal):
    """Another tab, another device or the office has saved something else meanwhile.  `standing` is how it is now."""

    code = "settings_changed"
    message = _("This was changed elsewhere since you opened the page. Nothing was saved now.")
    next_step = _("Compare the two. What you save now replaces what stands.")

    @property
    def standing(self) -> Any:
        """As it is now."""
        return self.facts["standing"]
