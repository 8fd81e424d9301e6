"""Where a person may go: the entries of the navigation, and one's own home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel import htmx, registry
from scheduling.queries import counts

if TYPE_CHECKING:
    from django.http import HttpRequest

# The bar under a thumb has room for so many entries; the rest is behind "More".
IN_THE_BAR = 5

# Of several homes the office is the last: who also has a calendar opens that first.
OFFICE = registry.Role("staff", lambda user: user.is_staff, home="admin:index")


@dataclass(frozen=True)
class Place:
    """A page that a role may find in the menu, whether or not it is built yet; `also` are paths that belong to it."""

    role: str
    url_name: str
    label: Any
    icon: str
    also: tuple[str, ...] = ()
    # Which of the menu's numbers stands beside it, and what it counts.
    count: str = ""
    count_word: Any = ""


@dataclass(frozen=True)
class Entry:
    """A line of the menu as it is drawn; `current` is "page", "true" for a page below it, or empty."""

    key: str
    url: str
    label: str
    icon: str
    current: str
    count: int
    count_word: str


@dataclass(frozen=True)
class Menu:
    """The lines for one person on one page."""

    bar: list[Entry]
    rest: list[Entry]
    has_shell: bool
    has_calendar: bool
    # How much is new at the bell, where it was counted along with the rest.
    news: int | None = None
    # Where one looks for clients and sessions; empty for who sees none.
    find: str = ""


PLACES = [
    Place("coach", "pages:home", _("Home"), "home"),
    Place("coach", "scheduling:calendar", _("Calendar"), "calendar", also=("/sessions/",)),
    Place(
        "coach",
        "scheduling:conflict_list",
        _("Pending"),
        "pending",
        count="pending",
        count_word=_("open"),
    ),
    Place(
        "coach",
        "scheduling:message_list",
        _("Messages"),
        "message",
        count="unread",
        count_word=pgettext_lazy("messages", "unread"),
    ),
    Place("coach", "clients:client_list", _("Clients"), "people"),
    Place("coach", "scheduling:report_show", _("Reports"), "chart"),
    Place("coach", "scheduling:settings_hours", _("Settings"), "settings", also=("/settings/", "/account/")),
    Place("client", "scheduling:my_home", _("My sessions"), "calendar"),
    Place("staff", "admin:index", _("Admin"), "settings"),
]

# The tabs of the settings; a place without a role is for everybody who is signed in.
SETTINGS = [
    Place("coach", "scheduling:settings_hours", _("Hours"), "clock", also=("/settings/hours/",)),
    Place("coach", "scheduling:settings_rules", _("Booking rules"), "calendar"),
    Place("", "clients:settings_look", _("Language and look"), "globe"),
    Place("coach", "clients:settings_notifications", _("Notifications"), "bell"),
    Place("client", "clients:settings_notifications", _("Notifications"), "bell"),
    Place("coach", "scheduling:settings_feed", _("Calendar feed"), "link"),
    Place("client", "scheduling:settings_feed", _("Calendar feed"), "link"),
    Place("", "mfa_index", _("Sign-in and security"), "shield", also=("/account/",)),
]


def of(request: HttpRequest) -> Menu:
    """The menu of whoever asks, with only those pages that exist."""
    roles = roles_of(request)
    names = {role.name for role in roles}
    built = [(place, url) for place in PLACES if place.role in names and (url := _url(place.url_name))]
    numbers = counts.menu_counts(request.user) if any(place.count for place, _url in built) else None  # type: ignore[arg-type]
    drawn = [_entry(place, url, request, number=getattr(numbers, place.count, 0)) for place, url in built]
    in_bar = IN_THE_BAR if len(drawn) <= IN_THE_BAR else IN_THE_BAR - 1
    return Menu(
        bar=drawn[:in_bar],
        rest=drawn[in_bar:],
        has_shell=bool(names - {"client"}),
        has_calendar="coach" in names,
        news=numbers.news if numbers else None,
        find=_url("scheduling:find") if "coach" in names else "",
    )


def tabs_of(request: HttpRequest) -> list[Entry]:
    """The parts of the settings that this person has, in order."""
    names = {role.name for role in roles_of(request)} | {""}
    # What several roles have, somebody with two of them has once.
    built = {url: place for place in SETTINGS if place.role in names and (url := _url(place.url_name))}
    return [_entry(place, url, request) for url, place in built.items()]


def home_of(request: HttpRequest) -> str:
    """The address of this person's own home; empty for somebody who has no role here yet."""
    return next((url for role in roles_of(request) if (url := _url(role.home))), "")


def roles_of(request: HttpRequest) -> list[registry.Role]:
    """What the person who asks is here; nothing when nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [*registry.roles_of(user), *([OFFICE] if user.is_staff else [])]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _entry(place: Place, url: str, request: HttpRequest, *, number: int = 0) -> Entry:
    shown = page_shown(request)
    # Every page lies below the first one.
    below = (*place.also, *([] if url == "/" else [url]))
    return Entry(
        key=place.url_name.replace(":", "-"),
        url=url,
        label=str(place.label),
        icon=place.icon,
        current="page" if shown == url else "true" if shown.startswith(below) else "",
        count=number,
        count_word=str(place.count_word),
    )


def page_shown(request: HttpRequest) -> str:
    """The path of the page that is looked at: a part that htmx asks for stands on another than its own address."""
    return htmx.page_shown(request).partition("?")[0] or request.path
