"""What a lower room shows or does for upper ones: filled in `AppConfig.ready`, called by name, in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.http import HttpRequest

Place = Literal["client", "my", "home", "reports"]


@dataclass(frozen=True)
class Panel:
    """A part of a page: a template and what it is rendered with."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Role:
    """What somebody is here: its test, the URL name of its home, and the row of the user that the test looks at."""

    name: str
    holds: Callable[[Any], bool]
    home: str
    row: str = ""


@dataclass(frozen=True)
class Outbox:
    """How a kind of message is told.  Each part is given the message, which is locked and has not been sent.

    `still_true`: whether it may still be told.  `render`: the mail (`clients.mail.Mail`), or None for none.
    `bell`: what the recipient's bell says of it, as facts and an address (`clients.mail.Bell`), or None for nothing;
    `words(facts, name)` puts that into a sentence (`clients.mail.Said`) when it is read, given the name of whom the facts
    name ("client" or "coach").  `line(message, now)` writes it down where both
    sides read it, in the same transaction.  `topic` names the preference that decides whether it is wanted; without one it is
    always told."""

    still_true: Callable[[Any], bool]
    render: Callable[[Any], Any]
    bell: Callable[[Any], Any] | None = None
    words: Callable[[Mapping[str, Any], str], Any] | None = None
    line: Callable[[Any, Any], None] | None = None
    topic: str = ""


@dataclass(frozen=True)
class Topic:
    """News that one may want or not: for whom (a role, or "" for every role), on which channels as long as nothing else was
    chosen; `why` says why some of them (`fixed`) cannot be turned off."""

    name: str
    label: Any
    role: str
    channels: frozenset[str]
    fixed: frozenset[str]
    why: Any = ""


_roles: dict[str, Role] = {}
_panels: dict[str, list[tuple[int, Callable[..., Panel | None]]]] = defaultdict(list)
_marks: dict[str, Callable[[Iterable[int]], Mapping[int, Any]]] = {}
_outbox: dict[str, Outbox] = {}
_topics: dict[str, Topic] = {}
_exports: dict[str, Callable[..., Iterable[Any]]] = {}
_merges: dict[str, Callable[..., None]] = {}
_leavings: dict[str, Callable[..., None]] = {}


def role(name: str, holds: Callable[[Any], bool], *, home: str, row: str = "") -> None:
    """Declare a role: `holds(user)` tests it, `home` is the URL name that `/` leads it to.

    `row` is the one-to-one relation of the user that `holds` looks at; it is then read together with the user."""
    _roles[name] = Role(name, holds, home, row)


def role_rows() -> list[str]:
    """The rows that the declared roles look at."""
    return [each.row for each in _roles.values() if each.row]


def roles_of(user: Any) -> list[Role]:
    """The roles that hold for this user, in the order declared."""
    return [each for each in _roles.values() if each.holds(user)]


def panel(place: Place, order: int, build: Callable[..., Panel | None]) -> None:
    """Add a part to a page; `build(request, **what_the_page_is_about)` may return None for nothing."""
    if build not in (known for _, known in _panels[place]):
        _panels[place].append((order, build))
        _panels[place].sort(key=lambda entry: entry[0])


def panels(place: Place, request: HttpRequest, **about: Any) -> list[Panel]:
    """The parts of that page, built, in order."""
    built = (build(request, **about) for _, build in _panels[place])
    return [part for part in built if part is not None]


def marks(name: str, build: Callable[[Iterable[int]], Mapping[int, Any]]) -> None:
    """Add words to sessions' cards; `build(session ids)` answers for all of them in one query."""
    _marks[name] = build


def marks_for(session_ids: Iterable[int]) -> dict[int, list[Any]]:
    """What other rooms say of each of these sessions."""
    ids, said = list(session_ids), defaultdict(list)
    for build in _marks.values():
        for session_id, mark in build(ids).items():
            said[session_id].append(mark)
    return dict(said)


def outbox(kind: str, still_true: Callable[[Any], bool], render: Callable[[Any], Any], **more: Any) -> None:
    """Declare a kind of outbox message; `more` are the other parts of `Outbox`."""
    _outbox[kind] = Outbox(still_true, render, **more)


def outbox_kinds() -> Mapping[str, Outbox]:
    """Every declared kind of outbox message."""
    return dict(_outbox)


def topic(
    name: str, label: Any, *, role: str, channels: Iterable[str], fixed: Iterable[str] = (), why: Any = ""
) -> None:
    """Declare news that a role may choose to hear: on `channels` at first; of these, `fixed` cannot be turned off, and
    `why` is the reason."""
    _topics[name] = Topic(name, label, role, frozenset(channels), frozenset(fixed), why)


def topics() -> Mapping[str, Topic]:
    """Every declared topic, in order."""
    return dict(_topics)


def topics_of(user: Any) -> list[Topic]:
    """What this user may hear of, in the order declared; nothing for who has no role."""
    names = {each.name for each in roles_of(user)}
    return [each for each in _topics.values() if names and (not each.role or each.role in names)]


def export(name: str, rows: Callable[..., Iterable[Any]]) -> None:
    """Add a table to a person's export of their own records."""
    _exports[name] = rows


def exports() -> Mapping[str, Callable[..., Iterable[Any]]]:
    """Every table of an export."""
    return dict(_exports)


def merge(name: str, move: Callable[..., None]) -> None:
    """Add what must move when two client records become one; runs inside the caller's transaction."""
    _merges[name] = move


def merges() -> Mapping[str, Callable[..., None]]:
    """Every step of a merge."""
    return dict(_merges)


def leaving(name: str, step: Callable[..., None]) -> None:
    """Add what must end when somebody's account is closed: `step(user, by=, now=)`, inside the caller's transaction.

    The user is locked already."""
    _leavings[name] = step


def leavings() -> Mapping[str, Callable[..., None]]:
    """Every step of closing an account."""
    return dict(_leavings)
