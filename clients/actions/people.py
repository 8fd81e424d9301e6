"""Who may sign in, whom we care for, and who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from clients.actions import records, signed_in
from clients.errors import AddressNeeded, EmailTaken, NotForOneself
from clients.models import Care, Client, User
from clients.states import ClientSource, ClientStatus
from config.kernel import live, registry
from config.kernel.actions import action, inside_action
from config.kernel.errors import Busy, NotYours

if TYPE_CHECKING:
    import datetime as dt
    import uuid


@action
def open_client_account(email: str, *, now: dt.datetime) -> User | None:
    """The account for that address; for the only active client with it who has none, a new one is made.

    None when the address is nobody's, is a family's (whose account would it be?), or may not sign in.
    Whoever asks proves later, by a code sent there, that the address is theirs.
    Locks: clients."""
    address = email.strip().lower()
    # Two requests at once: the second waits here, and then finds the account that the first has made.
    without = Client.objects.filter(email__iexact=address, status=ClientStatus.ACTIVE, user__isnull=True)
    waiting = list(without.select_for_update(no_key=True).order_by("pk")[:2])
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known if known.is_active else None
    if len(waiting) != 1:
        return None
    client = waiting[0]
    client.user = User.objects.create_user(
        address, full_name=client.full_name, language=client.language, time_zone=client.time_zone
    )
    client.save(update_fields=["user"])
    live.changed(live.for_user(client.user.pk), live.RIGHTS_CHANGED)
    records.record_audit("account_opened", _client(client), by=None, facts={"user": client.user.pk}, at=now)
    return client.user


@action
def invite_office(email: str, full_name: str, *, language: str, by: User, now: dt.datetime) -> User:
    """A new member of the office, who signs in by a code to that address.

    Tells: the invited.  Raises: EmailTaken."""
    return invited(email, full_name, language=language, role="office", by=by, now=now)


@inside_action
def invited(email: str, full_name: str, *, language: str, role: str, by: User, now: dt.datetime) -> User:
    """A new user without a password; `role` "office" opens admin, other roles are given by their own rooms.

    Tells: the invited.  Raises: EmailTaken (at the end of the action)."""
    user = User.objects.create_user(email, full_name=full_name.strip(), language=language, is_staff=role == "office")
    records.record_audit("user_invited", _user(user), by=by, facts={"role": role}, at=now)
    records.queue_message("invited", records.to_user(user.pk), _user(user))
    return user


@action
def close_account(user_id: int, *, by: User, now: dt.datetime) -> User:
    """Let somebody sign in no longer; pages that are open answer no more, not even when they are let in again.

    What other rooms have open in their name ends with it (`registry.leaving`).
    Locks: user, and what those steps lock.  Raises: NotYours for oneself and for who may do everything."""
    user = _locked_user(user_id)
    if user.pk == by.pk or user.is_superuser:
        raise NotYours()
    signed_in.end_everywhere(user)
    if user.is_active:
        for leave in registry.leavings().values():
            leave(user, by=by, now=now)
    return _let_in(user, let_in=False, by=by, now=now)


@action
def open_account(user_id: int, *, by: User, now: dt.datetime) -> User:
    """Let somebody sign in again.  Locks: user."""
    return _let_in(_locked_user(user_id), let_in=True, by=by, now=now)


@action
def remove_second_factor(user_id: int, *, by: User, now: dt.datetime) -> None:
    """Forget the authenticator app, the passkeys and the recovery codes of somebody who has lost them.

    Locks: user.  Raises: NotYours for who may do everything."""
    user = _locked_user(user_id)
    if user.is_superuser:
        raise NotYours()
    number, _tables = Authenticator.objects.filter(user=user).delete()
    if number:
        records.record_audit("second_factor_removed", _user(user), by=by, facts={"number": number}, at=now)


@action
def archive_client(client_id: uuid.UUID, *, by: User, now: dt.datetime) -> Client:
    """Put a client's record away: nothing new is booked; what is booked stays until somebody cancels it.

    Locks: client."""
    return _set_status(client_id, ClientStatus.ARCHIVED, by=by, now=now)


@action
def activate_client(client_id: uuid.UUID, *, by: User, now: dt.datetime) -> Client:
    """Bring a client's record back.  Locks: client."""
    return _set_status(client_id, ClientStatus.ACTIVE, by=by, now=now)


@action
def begin_care(client_id: uuid.UUID, provider_id: int, *, by: User, now: dt.datetime) -> Care:
    """Let a provider see the client from now on; care that has ended begins again.

    Locks: provider, client.  Raises: NotForOneself, unless one may do everything."""
    refuse_oneself(provider_id, by=by)
    _locked_user(provider_id)
    client = _locked_client(client_id)
    care, is_new = Care.objects.get_or_create(client=client, provider_id=provider_id, defaults={"started_at": now})
    if is_new or care.ended_at is not None:
        care.started_at, care.ended_at = now, None
        care.save(update_fields=["started_at", "ended_at"])
        records.record_audit("care_begun", _client(client), by=by, facts={"provider": provider_id}, at=now)
    return care


@action
def end_care(client_id: uuid.UUID, provider_id: int, *, by: User, now: dt.datetime) -> Care:
    """Let a provider see the client no longer; their sessions stay, for the office to cancel or hand over.

    Locks: provider, client.  Raises: Care.DoesNotExist when there never was any."""
    _locked_user(provider_id)
    client = _locked_client(client_id)
    care = Care.objects.get(client=client, provider_id=provider_id)
    if care.ended_at is None:
        care.ended_at = now
        care.save(update_fields=["ended_at"])
        records.record_audit("care_ended", _client(client), by=by, facts={"provider": provider_id}, at=now)
    return care


@action
def change_client_address(client_id: uuid.UUID, email: str, *, by: User, now: dt.datetime) -> Client:
    """Write to a client elsewhere from now on.  Whoever signs in does it there, and the old mailbox opens nothing.

    An account that is more than a client's is not the office's to lead elsewhere.
    Locks: user, client.  Raises: AddressNeeded, EmailTaken, NotYours."""
    address = email.strip().lower()
    seen = Client.objects.get(pk=client_id)
    user = _locked_user(seen.user_id) if seen.user_id else None
    client = _locked_client(client_id)
    if client.user_id != seen.user_id:  # signed in for the first time this very moment
        raise Busy()
    if client.email == address and (user is None or user.email == address):
        return client
    if user is not None:
        _lead_elsewhere(user, address, by=by)
    client.email = address
    if client.source == ClientSource.DIRECTORY:  # stays so when the directory is read again
        client.edited_fields = sorted({*client.edited_fields, "email"})
    client.save(update_fields=["email", "edited_fields"])
    facts = {"user": user.pk} if user else {}
    records.record_audit("client_address_changed", _client(client), by=by, facts=facts, at=now)
    return client


def refuse_oneself(user_id: int, *, by: User) -> None:
    """Keep the office from opening to itself what is between coaches and clients.

    Raises: NotForOneself, unless one may do everything."""
    if user_id == by.pk and not by.is_superuser:
        raise NotForOneself()


def _lead_elsewhere(user: User, address: str, *, by: User) -> None:
    """Raises: AddressNeeded, EmailTaken, NotYours."""
    is_more = user.is_staff or user.is_superuser or any(role.name != "client" for role in registry.roles_of(user))
    if is_more and not by.is_superuser:
        raise NotYours()
    if not address:
        raise AddressNeeded()
    theirs = EmailAddress.objects.filter(email__iexact=address).exclude(user=user)
    if theirs.exists() or User.objects.filter(email=address).exclude(pk=user.pk).exists():
        raise EmailTaken()
    user.email = address
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()  # the next code makes it anew, at the new address
    signed_in.end_everywhere(user)


def _locked_user(user_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def _locked_client(client_id: uuid.UUID) -> Client:
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


def _let_in(user: User, *, let_in: bool, by: User, now: dt.datetime) -> User:
    if user.is_active != let_in:
        user.is_active = let_in
        user.save(update_fields=["is_active"])
        live.changed(live.for_user(user.pk), live.RIGHTS_CHANGED)
        records.record_audit("account_reopened" if let_in else "account_closed", _user(user), by=by, at=now)
    return user


def _set_status(client_id: uuid.UUID, status: ClientStatus, *, by: User, now: dt.datetime) -> Client:
    client = _locked_client(client_id)
    if client.status != status:
        client.status = status
        client.save(update_fields=["status"])
        records.record_audit(f"client_{status.value}", _client(client), by=by, at=now)
    return client


def _client(client: Client) -> str:
    return f"client:{client.pk}"


def _user(user: User) -> str:
    return f"user:{user.pk}"
