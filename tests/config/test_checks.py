from __future__ import annotations

import pytest
from django.core import checks as django_checks
from django.http import HttpResponse
from django.urls import include, path

from config import checks


def marked(request):
    return HttpResponse()


marked.access_mark = "all"


def unmarked(request):
    return HttpResponse()


urlpatterns = [path("a/", marked), path("b/", include([path("c/<int:pk>/", unmarked)]))]


def ids(found):
    return [message.id for message in found]


def test_the_house_has_no_complaint():
    ours = [message for message in django_checks.run_checks() if message.id.startswith("praxis.")]
    assert ours == []


def test_rule_without_words_is_named(monkeypatch):
    every = checks.constraints.known()
    assert {"session_provider_no_overlap", "audit_append_only"} <= set(every)
    fewer = {
        name: words for name, words in every.items() if name not in {"session_provider_no_overlap", "audit_append_only"}
    }
    monkeypatch.setattr(checks.constraints, "known", lambda: fewer)
    found = checks.rules_have_words()
    assert ids(found) == ["praxis.E001"] * 2
    assert [message.msg for message in found] == [
        "The rule audit_append_only of clients has no words.",
        "The rule session_provider_no_overlap of scheduling has no words.",
    ]


def test_naive_time_is_refused(settings):
    settings.USE_TZ = False
    assert ids(checks.time_is_told_right()) == ["praxis.E002"]


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc"])
def test_zone_that_does_not_exist_is_refused(settings, name):
    settings.PRACTICE_TIME_ZONE = name
    assert ids(checks.time_is_told_right()) == ["praxis.E003"]


@pytest.mark.parametrize("country", ["GR", "DE-BY", ""])
def test_country_with_holidays_or_none_at_all_is_fine(settings, country):
    settings.PRACTICE_COUNTRY = country
    assert checks.holidays_are_known() == []


@pytest.mark.parametrize("country", ["XX", "gr", "GR-NOWHERE", "Greece, of course"])
def test_country_whose_holidays_nobody_knows_is_a_warning(settings, country):
    settings.PRACTICE_COUNTRY = country
    (found,) = checks.holidays_are_known()
    assert (found.id, found.is_serious()) == ("praxis.W007", False)
    assert found.msg == f"Nobody knows the holidays of PRACTICE_COUNTRY '{country}': no day is closed for one."


def test_status_without_icon_is_named(monkeypatch):
    monkeypatch.delitem(checks.look.STATUS_ICONS, "no_show")
    assert [message.msg for message in checks.statuses_can_be_shown()] == ["The session status no_show has no icon."]


def test_icon_that_nobody_drew_is_named(monkeypatch):
    monkeypatch.setitem(checks.look.STATUS_ICONS, "no_show", "unicorn")
    assert [message.msg for message in checks.statuses_can_be_shown()] == [
        "The icon unicorn is not in static/img/icons.svg."
    ]


def test_address_that_does_not_say_who_may_is_named(settings):
    settings.ROOT_URLCONF = __name__
    found = checks.addresses_say_who_may()
    assert [message.msg for message in found] == ["The address /b/c/<int:pk>/ does not say who may use it."]


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ('<p class="a" style="color: red">', "style="),
        ("<style>p {}</style>", "<style>"),
        ('<button type="button"\n  onclick="go()">', "an on… attribute"),
        ('<div hx-on:click="go()">', "hx-on"),
        ("<div hx-vals='js:{a: 1}'>", "js: in hx-vals"),
        ("<script>go()</script>", "a script inside the page"),
        ('<a href="javascript:go()">', "javascript:"),
    ],
)
def test_markup_that_the_browser_would_refuse_is_found(markup, what):
    assert what in checks.forbidden_in(f"<main>{markup}</main>")


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/static/js/app.js" defer></script>',
        '<p data-style="x">one style = another</p>',
        "{# <p style='x'> #}",
        "{% comment %}<p onclick='x'>{% endcomment %}",
        '<form action="/a/" hx-vals=\'{"a": 1}\'>',
        '<script id="facts" type="application/json">{}</script>',
    ],
)
def test_markup_that_it_would_not_is_let_be(markup):
    assert checks.forbidden_in(markup) == []
