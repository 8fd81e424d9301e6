"""What must hold before anybody is served, told by `manage.py check` without a database."""

from __future__ import annotations

import importlib
import pkgutil
import re
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  Django's own name
from django.db.models import TextChoices
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from config.kernel import constraints
from config.kernel.schema import NamedRule
from config.pages.templatetags import look
from scheduling import holidays
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOMS = ("clients", "scheduling", "mechanics", "folders")

# These know for themselves who may see them: a site by its namespace, a package by where its views live.
GUARDED_SITE = "admin"
GUARDED_PACKAGE = "allauth."

_SPRITE_ID = re.compile(r'<symbol[^>]*\bid="([\w-]+)"')
_TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}", re.DOTALL)
# Mails carry their style with them, for no stylesheet is read there.
_MAILS = "email"
_FORBIDDEN_MARKUP = {
    "style=": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "<style>": re.compile(r"<style\b", re.IGNORECASE),
    "an on… attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\b(?:data-)?hx-on\b", re.IGNORECASE),
    "js: in hx-vals": re.compile(r"\bhx-va(?:ls|rs)\s*=\s*[\"']\s*(?:js|javascript):", re.IGNORECASE),
    "a script inside the page": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", re.IGNORECASE
    ),
    "javascript:": re.compile(r"=\s*[\"']\s*javascript:", re.IGNORECASE),
}


def _error(number: int, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"praxis.E{number:03}")


@register
def rules_have_words(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """E001: every rule of the database that can refuse has words for people."""
    known = constraints.known()
    return [
        _error(1, f"The rule {name} of {room} has no words.", f"Name it in CONSTRAINTS of {room}/errors.py.")
        for room, name in sorted({*_model_rules(), *_migrated_rules()})
        if name not in known
    ]


def _model_rules() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            yield from ((room, rule.name) for rule in model._meta.constraints)


def _migrated_rules() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for module in _submodules(f"{room}.migrations"):
            operations = getattr(getattr(module, "Migration", None), "operations", [])
            yield from ((room, each.rule) for each in operations if isinstance(each, NamedRule))


def _submodules(package: str) -> Iterator[ModuleType]:
    parent, _, child = package.rpartition(".")
    if module_has_submodule(importlib.import_module(parent), child):
        path = importlib.import_module(package).__path__
        yield from (importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(path))


@register
def time_is_told_right(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """E002, E003: instants are aware, and the practice lies in a zone that exists."""
    found = []
    if not settings.USE_TZ:
        found.append(_error(2, "USE_TZ is off.", "Sessions are instants: leave USE_TZ on."))
    try:
        zoneinfo.ZoneInfo(settings.PRACTICE_TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        hint = "Use a name like Europe/Athens; without tzdata on this machine, install it."
        found.append(_error(3, f"PRACTICE_TIME_ZONE {settings.PRACTICE_TIME_ZONE!r} is no time zone.", hint))
    return found


@register
def holidays_are_known(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """W007: the country whose holidays are kept is one whose holidays are known; naming none is a choice."""
    country = settings.PRACTICE_COUNTRY
    if not country or holidays.is_known(country):
        return []
    message = f"Nobody knows the holidays of PRACTICE_COUNTRY {country!r}: no day is closed for one."
    hint = "Use a code like GR, or DE-BY where they differ within a country; leave it empty for no holidays at all."
    return [Warning(message, hint=hint, id="praxis.W007")]


@register
def statuses_can_be_shown(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """E004: every status has a label in both languages, every status of a session an icon that exists."""
    found = [
        _error(4, f"{choices.__name__}.{member.name} has no translatable label.", "Give it one with gettext_lazy.")
        for choices in _choices()
        for member in choices
        if not isinstance(dict(choices.choices)[member.value], Promise)
    ]
    found += [
        _error(4, f"The session status {status} has no icon.", "Add it to STATUS_ICONS.")
        for status in SessionStatus.values
        if status not in look.STATUS_ICONS
    ]
    drawn = set(_SPRITE_ID.findall((Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()))
    found += [
        _error(4, f"The icon {icon} is not in static/img/icons.svg.", "Draw it, or choose another.")
        for icon in sorted({*look.STATUS_ICONS.values(), *look.TONE_ICONS.values()} - drawn)
    ]
    return found


def _choices() -> Iterator[type[TextChoices]]:
    for room in ROOMS:
        if module_has_submodule(importlib.import_module(room), "states"):
            for found in vars(importlib.import_module(f"{room}.states")).values():
                if isinstance(found, type) and issubclass(found, TextChoices) and found is not TextChoices:
                    yield found


@register
def addresses_say_who_may(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """E005: every address declares who may use it."""
    return [
        _error(5, f"The address {where} does not say who may use it.", "Decorate its view with one of access.py.")
        for where, view in _views(get_resolver())
        if not hasattr(view, "access_mark") and not _module_of(view).startswith(GUARDED_PACKAGE)
    ]


def _views(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        where = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield where, entry.callback
        elif entry.namespace != GUARDED_SITE:
            yield from _views(entry, where)


def _module_of(view: Any) -> str:
    return str(getattr(getattr(view, "view_class", view), "__module__", ""))


@register
def templates_keep_the_policy(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """E006: no template holds style or script that the content security policy would refuse."""
    return [
        _error(6, f"{path} holds {what}.", "Put it into static/css/app.css or static/js/app.js.")
        for folder in settings.TEMPLATES[0]["DIRS"]
        for path in sorted(Path(folder).rglob("*.html"))
        if _MAILS not in path.parent.parts
        for what in forbidden_in(path.read_text())
    ]


def forbidden_in(markup: str) -> list[str]:
    """What in this template the browser would refuse to run."""
    live = _TEMPLATE_COMMENT.sub("", markup)
    return [what for what, pattern in _FORBIDDEN_MARKUP.items() if pattern.search(live)]
