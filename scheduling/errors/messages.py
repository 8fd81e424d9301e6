"""What the threads between coach and client answer instead of doing it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import Refusal


class NothingWritten(Refusal):
    """A message without a word in it."""

    code = "nothing_written"
    status = 422
    message = _("There is nothing to send yet.")
    next_step = _("Write your message, then send it.")


class MessageTooLong(Refusal):
    """More than a message holds."""

    code = "message_too_long"
    status = 422
    message = _("A message has at most 4,000 characters.")
    next_step = _("Make it shorter, or send it in two parts.")


class CareEnded(Refusal):
    """The two do not work together any more; what they wrote stays."""

    code = "care_ended"
    message = _("You no longer work together, so nothing new can be written here. What was written stays.")
    next_step = _("Call the practice if there is something to say.")


class RecordArchived(Refusal):
    """Nothing new is written to or by an archived client."""

    code = "record_archived"
    message = _("The record is archived, so nothing new can be written here.")
    next_step = _("Call the practice to have the record brought back.")


class ReadsNothing(Refusal):
    """Whoever may not sign in any more would never read it.  `name` is theirs."""

    code = "reads_nothing"
    message = _("%(name)s does not read messages at the moment.")
    next_step = _("Call the practice: somebody there finds another way.")


class NotSentAgain(Refusal):
    """What was read, is over or on its way already is not sent once more."""

    code = "not_sent_again"
    message = _("This need not be sent again: it was read, is over, or is on its way.")
    next_step = _("Reload the page to see how things stand, then try again.")


class SentJustNow(Refusal):
    """It was tried a moment ago."""

    code = "sent_just_now"
    message = _("This was sent less than a minute ago.")
    next_step = _("Wait a moment, then send it again.")


class NoAddressYet(Refusal):
    """There is nowhere to send it to."""

    code = "no_address_yet"
    message = _("There is still no email address to send it to.")
    next_step = _("Ask the office to enter one, or say it another way.")
