"""What static/js/app.js promises, on pages of its own: dialog, toasts, refusals, one-time buttons, copying, printing."""

from __future__ import annotations

import json
import time

import pytest
from django.http import HttpResponse
from django.template import Context, RequestContext, Template
from django.urls import include, path
from playwright.sync_api import expect

from clients.access import open_to_all

pytestmark = pytest.mark.browser

PAGE = """{% extends "solo.html" %}{% load look %}{% block title %}Here{% endblock %}{% block main %}<div class="stack">
<h1>Here</h1>
<p><a class="btn" id="open" href="/part/" hx-get="/part/" hx-target="#dlg-body" hx-swap="innerHTML">Open</a></p>
<div id="list" hx-get="/list/" hx-trigger="calendar:changed from:body" hx-target="this" hx-swap="innerHTML">Old list</div>
<form id="once" method="post" action="/slow/">{% csrf_token %}<button type="submit" class="btn">Send once</button></form>
<form id="bad" method="post" hx-post="/bad/" hx-swap="none">{% csrf_token %}<button type="submit" class="btn">Break</button></form>
<form id="gone" method="post" hx-post="/gone/" hx-swap="none">{% csrf_token %}<button type="submit" class="btn">Gone</button></form>
<p><input class="input" id="link" aria-label="Link" value="https://praxis.test/p/1/" readonly>
<button type="button" class="btn" data-js-copy="#link" data-js-copied="Copied">{% icon "copy" %}<span>Copy link</span></button>
<button type="button" class="btn" data-js-print>{% icon "print" %}Print</button></p>
</div>{% endblock %}"""
PART = """{% load look %}<form method="post" action="/save/" hx-post="/save/" hx-target="#dlg-body" hx-swap="innerHTML">{% csrf_token %}
<div class="dlg-head"><h2 id="dlg-t" tabindex="-1"{% if not bad %} autofocus{% endif %}>Move the session</h2>{% include "_close.html" %}</div>
<div class="dlg-body stack">{% if bad %}<div class="notice bad" role="alert" tabindex="-1" id="errors" autofocus>Problem</div>{% endif %}
<div class="field"><label for="name">Name</label><input class="input" id="name" name="name" value="{{ name }}"></div></div>
<div class="dlg-foot"><button type="submit" class="btn primary">Move</button><a class="btn quiet" href="/" data-js-close>Leave it</a></div></form>"""

SENT = []


@open_to_all
def here_page(request):
    return HttpResponse(Template(PAGE).render(RequestContext(request)))


@open_to_all
def part(request):
    answer = HttpResponse(Template(PART).render(RequestContext(request)))
    answer["HX-Trigger-After-Swap"] = "dlg:open"
    return answer


@open_to_all
def save(request):
    SENT.append(request.POST["name"])
    time.sleep(0.2)
    if request.POST["name"] == "wrong":
        shown = {"bad": True, "name": "wrong"}
        answer = HttpResponse(Template(PART).render(RequestContext(request, shown)), status=422)
        answer["HX-Trigger-After-Swap"] = "dlg:open"
        return answer
    if request.POST["name"] == "broken":
        return HttpResponse(status=500)
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps(
        {
            "dlg:close": {},
            "calendar:changed": {},
            "toast": {"text": "<b>Moved</b> to Tuesday, 18:00", "undo": {"url": "/undo/"}},
        }
    )
    return answer


@open_to_all
def undo(request):
    SENT.append("undo")
    return HttpResponse(status=204)


@open_to_all
def new_list(request):
    return HttpResponse("New list")


@open_to_all
def slow(request):
    SENT.append("slow")
    time.sleep(0.4)
    return HttpResponse(Template("Sent").render(Context()))


@open_to_all
def bad(request):
    return HttpResponse(status=500)


@open_to_all
def gone(request):
    from config.pages import plain

    return plain.page(request, "404.html", status=404)


urlpatterns = [
    path("here/", here_page),
    path("part/", part),
    path("save/", save),
    path("undo/", undo),
    path("list/", new_list),
    path("slow/", slow),
    path("bad/", bad),
    path("gone/", gone),
    path("", include("config.pages.urls")),
    path("account/", include("allauth.urls")),
]


@pytest.fixture
def here(page, site, settings):
    settings.ROOT_URLCONF = __name__
    SENT.clear()
    page.goto(f"{site}/here/")
    return page


@pytest.fixture
def dialog(here):
    here.click("#open")
    box = here.locator("#dlg")
    expect(box).to_be_visible()
    return box


def test_dialog_opens_with_the_focus_on_its_heading(here, dialog):
    expect(here.locator("#dlg-t")).to_be_focused()


def test_escape_closes_empties_and_gives_the_focus_back(here, dialog):
    here.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(here.locator("#open")).to_be_focused()
    expect(here.locator("#dlg-body")).to_be_empty()


@pytest.mark.parametrize("name", ["Leave it", "Close"])
def test_links_out_of_the_dialog_close_it(here, dialog, name):
    here.get_by_role("link", name=name).click()
    expect(dialog).to_be_hidden()
    assert here.url.endswith("/here/")


def test_backdrop_closes_only_while_nothing_is_typed(here, dialog):
    here.fill("#name", "Maria")
    here.mouse.click(5, 5)
    expect(dialog).to_be_visible()
    here.keyboard.press("Escape")
    here.click("#open")
    expect(dialog).to_be_visible()
    here.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_saved_closes_refreshes_and_says_so(here, dialog):
    here.fill("#name", "Maria")
    here.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(here.locator("#list")).to_have_text("New list")
    # The words are text, never markup.
    expect(here.locator("#toasts .toast")).to_contain_text("<b>Moved</b> to Tuesday, 18:00")
    expect(here.locator("#open")).to_be_focused()


def test_undo_is_one_press_and_takes_the_toast_away(here, dialog):
    here.fill("#name", "Maria")
    here.keyboard.press("Enter")
    here.get_by_role("button", name="Undo").click()
    expect(here.locator(".toast")).to_have_count(0)
    assert SENT == ["Maria", "undo"]


SAY = (
    """([text, url]) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, undo: url && { url } } }))"""
)


def test_toasts_are_few_and_a_new_one_takes_the_place_of_its_like(here):
    for text, url in [("News", ""), ("One", "/undo/1/"), ("One again", "/undo/1/"), ("More news", "")]:
        here.evaluate(SAY, [text, url])
    here.evaluate(SAY, ["Two", "/undo/2/"])
    expect(here.locator(".toast [data-js-text]")).to_have_text(["One again", "More news", "Two"])
    expect(here.locator(".toast:visible [data-js-text]")).to_have_text(["More news", "Two"])
    here.set_viewport_size({"width": 360, "height": 740})
    expect(here.locator(".toast:visible")).to_contain_text(["Two"])


def test_no_toast_covers_what_has_the_focus(here):
    here.set_viewport_size({"width": 360, "height": 560})
    here.locator("#bad").evaluate("(form) => { form.style.position = 'fixed'; form.style.insetBlockEnd = '5rem'; }")
    for first in ("#bad button", "#open"):
        here.locator(first).focus()
        here.evaluate(SAY, ["Booked: Maria Papadopoulou", ""])
        here.locator("#bad button").focus()
        toast, button = (here.locator(each).bounding_box() for each in (".toast", "#bad button"))
        assert toast["y"] + toast["height"] <= button["y"]


def test_wrong_answer_keeps_the_dialog_and_moves_the_focus_to_the_words(here, dialog):
    here.fill("#name", "wrong")
    here.keyboard.press("Enter")
    expect(here.locator("#errors")).to_be_focused()
    expect(here.locator("#name")).to_have_value("wrong")
    here.mouse.click(5, 5)
    expect(dialog).to_be_visible()


def test_broken_server_leaves_what_was_typed_and_says_so_inside_the_dialog(here, dialog):
    here.fill("#name", "broken")
    here.keyboard.press("Enter")
    expect(here.locator("#dlg-alert")).to_contain_text("Something broke on our side")
    expect(here.locator("#dlg-alert")).to_contain_text("Support number: ")
    expect(here.locator("#name")).to_have_value("broken")
    expect(here.locator("#dlg .btn.primary")).not_to_have_attribute("aria-busy", "true")
    here.fill("#name", "Maria")
    here.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


def test_impatient_presses_send_once(here, dialog):
    here.fill("#name", "Maria")
    button = here.locator("#dlg .btn.primary")
    button.evaluate("(button) => { for (let press = 0; press < 4; press += 1) button.click(); }")
    expect(dialog).to_be_hidden()
    assert SENT == ["Maria"]


def test_impatient_presses_send_a_plain_form_once(here):
    here.locator("#once button").evaluate("(button) => { for (let press = 0; press < 4; press += 1) button.click(); }")
    expect(here.locator("body")).to_have_text("Sent")
    assert SENT == ["slow"]


def test_way_back_finds_the_button_ready(here):
    here.click("#once button")
    expect(here.locator("body")).to_have_text("Sent")
    here.go_back()
    expect(here.locator("#once button")).not_to_have_attribute("aria-busy", "true")
    here.click("#once button")
    expect(here.locator("body")).to_have_text("Sent")
    assert SENT == ["slow", "slow"]


def test_refusal_words_of_the_server_come_before_ours(here):
    here.click("#gone button")
    expect(here.locator("#alert .toast.bad")).to_contain_text("This is not here any more.")
    here.get_by_role("button", name="Close").click()
    expect(here.locator("#alert")).to_be_empty()


def test_lost_connection_is_said(here):
    here.context.set_offline(True)
    here.click("#bad button")
    expect(here.locator("#alert")).to_contain_text("No connection. Nothing was lost; try again.")
    here.context.set_offline(False)
    here.click("#bad button")
    expect(here.locator("#alert")).to_contain_text("Something broke on our side")


def test_copy_says_copied_or_selects_the_text(here, site):
    here.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    here.get_by_role("button", name="Copy link").click()
    expect(here.locator("[data-js-copy]")).to_have_text("Copied")
    expect(here.locator("#live")).to_have_text("Copied")
    assert here.evaluate("() => navigator.clipboard.readText()") == "https://praxis.test/p/1/"
    here.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    here.locator("[data-js-copy]").click()
    assert here.evaluate("() => getSelection().toString()") == "https://praxis.test/p/1/"


def test_print_prints(here):
    here.evaluate("() => { window.print = () => { document.body.dataset.printed = 'once'; }; }")
    here.get_by_role("button", name="Print").click()
    expect(here.locator("body")).to_have_attribute("data-printed", "once")


def test_nothing_is_said_against_the_security_policy(page, site, settings):
    settings.ROOT_URLCONF = __name__
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{site}/here/")
    page.click("#open")
    expect(page.locator("#dlg")).to_be_visible()
    assert said == []


def test_without_script_the_part_is_a_page(browser, site, settings):
    settings.ROOT_URLCONF = __name__
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/here/")
    expect(page.locator("[data-js-copy]")).to_be_hidden()
    page.click("#open")
    assert page.url.endswith("/part/")
    expect(page.get_by_role("heading", name="Move the session")).to_be_visible()
    context.close()
