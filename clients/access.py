"""Who may open what: the only place that asks for a role, and where a client's row is fetched for somebody.

Every view carries one of the marks below, on its outside; a test walks the addresses and asks for it."""

from __future__ import annotations

import functools
import uuid
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from clients.models import Client, Notification, User
from config.kernel import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound="HttpResponseBase")
Mark = Literal["coach", "client", "staff", "signed_in", "all"]


class PersonRequest(HttpRequest):
    """A request that a mark has let through: somebody is signed in."""

    user: User


def has_role(user: User | AnonymousUser, name: str) -> bool:
    """Whether a role that some room has declared holds for this user."""
    return user.is_authenticated and any(role.name == name for role in registry.roles_of(user))


def is_coach(user: User | AnonymousUser) -> bool:
    """Whether this user sees clients and has a calendar here."""
    return has_role(user, "coach")


def is_client(user: User | AnonymousUser) -> bool:
    """Whether this user is somebody whom we care for."""
    return has_role(user, "client")


def open_to_all(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Mark a view that asks for nobody; it must guard itself (a token, a form) or hold nothing private."""
    view.access_mark = "all"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Anybody with an account; others are led to sign-in and back."""
    return _guarded(view, "signed_in", lambda _user: True)


def staff_only(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The office; 403 for others."""
    return _guarded(view, "staff", lambda user: user.is_staff)


def coach_only(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Coaches; 403 for others."""
    return _guarded(view, "coach", is_coach)


def client_only(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Clients with an account; 403 for others."""
    return _guarded(view, "client", is_client)


def untraceable(view: Callable[P, R]) -> Callable[P, R]:
    """Let no answer of a view, whatever it is, hand its own address on: a token is in it."""

    @functools.wraps(view)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> R:
        response = view(*args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return quiet


def client_for(user: User, client_id: uuid.UUID | str) -> Client:
    """The client, if this user cares for them now; archived ones stay visible.

    Raises: Http404, the same for unknown and for foreign."""
    try:
        key = client_id if isinstance(client_id, uuid.UUID) else uuid.UUID(client_id)
    except ValueError:
        raise Http404 from None
    row = Client.objects.filter(pk=key, care__provider=user, care__ended_at__isnull=True).first()
    if row is None:
        raise Http404
    return row


def notification_for(user: User, notification_id: int) -> Notification:
    """One of the user's own news.  Raises: Http404, the same for unknown and for foreign."""
    if (row := Notification.objects.filter(pk=notification_id, user=user).first()) is None:
        raise Http404
    return row


def _guarded(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse], mark: Mark, may: Callable[[User], bool]
) -> Callable[..., HttpResponse]:
    @functools.wraps(view)
    def guard(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            # Only a page can be come back to: where a form was sent, there may be none.
            return redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else "/")
        person = cast("PersonRequest", request)
        if not may(person.user):
            raise PermissionDenied
        return view(person, *args, **kwargs)

    guard.access_mark = mark  # type: ignore[attr-defined]
    return guard
