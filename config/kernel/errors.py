"""Refusals: what the house answers when it does not do what was asked."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """We could not do that. Nothing was changed; please look at the page and try again.

    Base of every answer that says no.  A subclass gives `message` (and `next_step`), both lazy
    translations with %(name)s places for its facts; tests compare `code` and `facts`, never prose.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[Any] = _("We could not do that. Nothing was changed.")
    next_step: ClassVar[Any] = _("Look at the page again and choose anew.")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code)

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return str(self.message) % self.facts if self.facts else str(self.message)

    @property
    def next_words(self) -> str:
        """What to do now, in the reader's language."""
        return str(self.next_step) % self.facts if self.facts else str(self.next_step)

    def __str__(self) -> str:
        # Logged and shown in tracebacks: the code only, for facts may hold names.
        return self.code


class RuleBroken(Refusal):
    """A rule of the database refused, and no better word is known for it."""

    code = "rule_broken"
    message = _("The database did not allow this. Nothing was changed.")
    next_step = _("Reload the page to see how things stand, then try again.")


class Busy(Refusal):
    """Somebody else holds the same row for longer than we wait."""

    code = "busy"
    status = 503
    message = _("Someone else is changing the same thing right now. Nothing was changed.")
    next_step = _("Try again in a moment.")


class NotYours(Refusal):
    """Visible, but not this person's to change."""

    code = "not_yours"
    status = 403
    message = _("You can see this, but you cannot change it.")
    next_step = _("Ask the person it belongs to, or the office.")


class AlreadySent(Refusal):
    """The same form came again with other answers in it."""

    code = "already_sent"
    message = _("This form was sent already, with other answers. The first one counts.")
    next_step = _("Open the page again to send a new one.")
