"""What this app answers instead of doing it, and the words for every rule of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import AlreadySent, NotYours, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping


class EmailTaken(Refusal):
    """Somebody already signs in with this address."""

    code = "email_taken"
    message = _("Somebody already signs in with this email address.")
    next_step = _("Use another address, or open the account that has it.")


class EmailNotLower(Refusal):
    """Addresses are kept in small letters."""

    code = "email_not_lower"
    status = 422
    message = _("The email address must be kept in small letters.")
    next_step = _("Write it in small letters.")


class OddName(Refusal):
    """A name is one line that fits on a card."""

    code = "odd_name"
    status = 422
    message = _("A name is one line of at most 200 letters.")
    next_step = _("Write a shorter name, without line breaks.")


class OddEmail(Refusal):
    """An address that no mail can have."""

    code = "odd_email"
    status = 422
    message = _("An email address is one line of at most 254 letters.")
    next_step = _("Look for a slip in the address.")


class UnknownChoice(Refusal):
    """A value outside the list it is chosen from."""

    code = "unknown_choice"
    status = 422
    message = _("This is not one of the values to choose from.")
    next_step = _("Choose one of the list.")


class AlreadyInCare(Refusal):
    """The coach cares for this client already."""

    code = "already_in_care"
    message = _("This coach already cares for this client.")
    next_step = _("Open the client’s page to see it.")


class ClientHasAccount(Refusal):
    """The account belongs to another client's record."""

    code = "client_has_account"
    message = _("This account already belongs to another client.")
    next_step = _("Choose another account, or join the two records.")


class NotYetSynchronised(Refusal):
    """A record is from the directory if and only if it has been synchronised."""

    code = "not_yet_synchronised"
    message = _("A record from the directory needs the moment of its synchronisation, and only such a record has one.")
    next_step = _("Synchronise the record again.")


class AlreadyReported(Refusal):
    """The same two records were put to somebody before."""

    code = "already_reported"
    message = _("This pair of records is waiting for a decision already.")
    next_step = _("Open it and decide there.")


class NobodyDecided(Refusal):
    """A decision has a person and a moment."""

    code = "nobody_decided"
    message = _("A decision needs the person who took it, and the time.")
    next_step = _("Decide it again while signed in.")


class AlreadyCounted(Refusal):
    """One person stands once in a run's journal."""

    code = "already_counted"
    message = _("This person is in the journal of that run already.")
    next_step = _("Start a new run.")


class PreferenceExists(Refusal):
    """One choice for each kind and channel."""

    code = "preference_exists"
    message = _("There is a choice for this kind of news already.")
    next_step = _("Reload the page and change that one.")


class AlreadyTold(Refusal):
    """The same news for the same person twice."""

    code = "already_told"
    message = _("This message is on its way already.")
    next_step = _("Nothing needs to be done.")


class SentAlready(Refusal):
    """What has left is not sent again."""

    code = "sent_already"
    message = _("This was sent already.")
    next_step = _("Nothing needs to be done.")


class NoLongerTrue(Refusal):
    """News that is over."""

    code = "no_longer_true"
    message = _("This is no longer true, so nobody is told.")
    next_step = _("Nothing needs to be done.")


class LinkNotMade(Refusal):
    """A link that would not work."""

    code = "link_not_made"
    message = _("The link could not be made.")
    next_step = _("Make a new link.")


class AuditIsFinal(Refusal):
    """What was done stays written down."""

    code = "audit_is_final"
    message = _("What was recorded cannot be changed or deleted.")
    next_step = _("Correct the matter itself; that is recorded too.")


class NotForOneself(NotYours):
    """Who opens doors for others opens none for themselves."""

    code = "not_for_oneself"
    message = _("Nobody can give this to themselves.")
    next_step = _("Ask somebody else in the office to do it.")


class AddressNeeded(Refusal):
    """Whoever signs in needs an address for the codes."""

    code = "address_needed"
    status = 422
    message = _("This client signs in with the email address, so there must be one.")
    next_step = _("Write the new address.")


class ClientArchived(Refusal):
    """Nothing new is booked for an archived client."""

    code = "client_archived"
    message = _("Nothing new can be booked: the record is archived.")
    next_step = _("Ask the office to bring the record back.")


class NotInCare(Refusal):
    """The coach does not care for this client, or no longer."""

    code = "not_in_care"
    message = _("This client is not in this coach’s care now.")
    next_step = _("Ask the office to add the client to the coach’s clients.")


CONSTRAINTS: Mapping[str, type[Refusal]] = {
    "user_email_key": EmailTaken,
    "user_email_is_lower": EmailNotLower,
    "user_email_is_sane": OddEmail,
    "user_name_is_sane": OddName,
    "client_email_is_sane": OddEmail,
    "client_name_is_sane": OddName,
    "user_language_known": UnknownChoice,
    "user_theme_known": UnknownChoice,
    "user_density_known": UnknownChoice,
    "client_status_known": UnknownChoice,
    "client_source_known": UnknownChoice,
    "client_language_known": UnknownChoice,
    "client_directory_has_synced_at": NotYetSynchronised,
    "client_user_key": ClientHasAccount,
    "care_once": AlreadyInCare,
    "identity_conflict_once": AlreadyReported,
    "identity_conflict_status_known": UnknownChoice,
    "identity_conflict_decided_by_somebody": NobodyDecided,
    "sync_item_once_in_run": AlreadyCounted,
    "notification_preference_once": PreferenceExists,
    "outbox_once": AlreadyTold,
    "outbox_outcome_known": UnknownChoice,
    "outbox_sent_or_dropped": AlreadyTold,
    "notification_once": AlreadyTold,
    "link_token_once": LinkNotMade,
    "link_expires_later": LinkNotMade,
    "link_token_is_sha256": LinkNotMade,
    "submitted_form_once": AlreadySent,
    "audit_append_only": AuditIsFinal,
}
