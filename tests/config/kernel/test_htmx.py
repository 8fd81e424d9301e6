from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template import engines
from django.test import RequestFactory

from config.kernel import htmx
from config.kernel.errors import Busy, Refusal

PAGE, PART = "page.html", "_part.html"


@pytest.fixture(autouse=True)
def templates(monkeypatch):
    pages = {
        PAGE: "<html>{% include '_part.html' %}</html>",
        PART: "<p>{{ word }}{{ refusal.words }}</p>",
    }
    django = engines["django"].engine
    loader = ("django.template.loaders.locmem.Loader", pages)
    monkeypatch.setattr(django, "template_loaders", [django.find_template_loader(loader)])


def request(*, asked_by_htmx=True, restored=False, **headers):
    made = RequestFactory().get("/", headers=headers)
    made.user = SimpleNamespace(is_authenticated=False)
    made.session = {}
    made._messages = FallbackStorage(made)
    made.htmx = SimpleNamespace(history_restore_request=restored) if asked_by_htmx else False
    return made


def body(response):
    return response.content.decode()


def test_part_for_htmx_and_page_for_everybody_else():
    assert body(htmx.page_or_part(request(), PAGE, PART, {"word": "hello"})) == "<p>hello</p>"
    plain = htmx.page_or_part(request(asked_by_htmx=False), PAGE, PART, {"word": "hello"})
    assert (plain.status_code, body(plain)) == (200, "<html><p>hello</p></html>")


def test_page_restored_from_history_is_whole():
    assert "<html>" in body(htmx.page_or_part(request(restored=True), PAGE, PART, {}))


def test_request_that_the_middleware_never_saw_gets_the_page():
    assert not htmx.wants_part(RequestFactory().get("/"))


def test_dialog_part_goes_into_the_dialog_and_opens_it():
    response = htmx.page_or_part(request(), PAGE, PART, {}, dialog=True)
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#dlg-body", "innerHTML")
    plain = htmx.page_or_part(request(asked_by_htmx=False), PAGE, PART, {}, dialog=True)
    assert "HX-Retarget" not in plain


def test_dialog_part_that_is_on_its_way_there_needs_no_other_target():
    to_dialog = {"HX-Target": "dlg-body"}
    response = htmx.page_or_part(request(**to_dialog), PAGE, PART, {}, dialog=True)
    assert (response["HX-Reswap"], "HX-Retarget" in response) == ("innerHTML", False)
    refusal = htmx.page_or_part(request(**to_dialog), PAGE, PART, {}, dialog=True, status=409)
    assert refusal["HX-Retarget"] == "#dlg-body"


def test_invalid_form_is_422_either_way():
    for asked_by_htmx in (True, False):
        response = htmx.invalid(request(asked_by_htmx=asked_by_htmx), PAGE, PART, {"word": "typed"})
        assert (response.status_code, "typed" in body(response)) == (422, True)


@pytest.mark.parametrize(("refusal", "status"), [(Refusal(), 409), (Busy(), 503)])
def test_refusal_has_its_status_and_its_words(refusal, status):
    response = htmx.refused(request(), refusal, page=PAGE, part=PART, context={"word": "typed "})
    assert response.status_code == status
    assert body(response) == f"<p>typed {refusal.words}</p>"


def test_done_tells_the_regions_and_closes_the_dialog():
    response = htmx.done(request(), htmx.CALENDAR_CHANGED, to="/there/", toast="Booked.")
    assert (response.status_code, response.content) == (204, b"")
    assert json.loads(response["HX-Trigger"]) == {"dlg:close": {}, "calendar:changed": {}, "toast": {"text": "Booked."}}


def test_done_without_htmx_leads_on_with_the_sentence():
    plain = request(asked_by_htmx=False)
    response = htmx.done(plain, htmx.CALENDAR_CHANGED, to="/there/", toast="Booked.")
    assert (response.status_code, response["Location"]) == (302, "/there/")
    assert [str(message) for message in plain._messages] == ["Booked."]


UNDO = htmx.Undo("/sessions/5/undo/", {"version": "3"})


def test_done_offers_to_take_it_back_beside_the_sentence():
    response = htmx.done(request(), to="/there/", toast="Moved.", undo=UNDO)
    assert json.loads(response["HX-Trigger"])["toast"] == {
        "text": "Moved.",
        "undo": {"url": "/sessions/5/undo/", "fields": {"version": "3"}},
    }


def test_done_without_htmx_offers_it_on_the_next_page():
    plain = request(asked_by_htmx=False)
    htmx.done(plain, to="/there/", toast="Moved.", undo=UNDO)
    htmx.done(plain, to="/there/", toast="Booked.")
    assert [htmx.undo_in(message) for message in plain._messages] == [UNDO, None]


def test_toast_in_greek_is_carried_by_an_ascii_header():
    response = htmx.done(request(), to="/", toast="Κλείστηκε.")
    assert response["HX-Trigger"].isascii()
    assert json.loads(response["HX-Trigger"])["toast"] == {"text": "Κλείστηκε."}


def test_go_leads_the_whole_page_on():
    response = htmx.go(request(), "/there/")
    assert (response.status_code, response["HX-Redirect"]) == (204, "/there/")
    plain = htmx.go(request(asked_by_htmx=False), "/there/")
    assert (plain.status_code, plain["Location"]) == (302, "/there/")
