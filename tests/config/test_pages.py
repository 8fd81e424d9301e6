from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from config.kernel import dates, registry
from config.pages import menu, plain
from config.pages.templatetags import look
from tests.factories import NOW, create_case, create_client, create_session

ATHENS = "Europe/Athens"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reader():
    """Somebody's browser that has never been here."""
    return Browser(raise_request_exception=False)


class TestHome:
    def test_anonymous_is_led_to_sign_in_and_back(self, reader, db):
        answer = reader.get("/")
        assert (answer.status_code, answer.url) == (302, "/account/login/?next=/")

    def test_staff_is_led_to_admin(self, signed_in, staff):
        answer = signed_in(staff).get("/")
        assert (answer.status_code, answer.url) == (302, reverse("admin:index"))

    def test_role_is_led_to_its_home(self, signed_in, coach, client_user, monkeypatch):
        monkeypatch.setattr(menu, "_url", lambda name: f"/{name}/")
        assert signed_in(coach).get("/").url == "/pages:home/"
        assert signed_in(client_user).get("/").url == "/scheduling:my_home/"

    def test_coach_is_at_home_here(self, signed_in, coach):
        answer = signed_in(coach).get("/")
        assert (answer.status_code, "Waiting for you" in answer.content.decode()) == (200, True)

    def test_coach_with_another_role_sees_the_coachs_home(self, signed_in, coach):
        coach.user.is_staff = True
        coach.user.save(update_fields=["is_staff"])
        create_client(full_name=coach.user.full_name, user=coach.user)
        assert "Waiting for you" in signed_in(coach).get("/").content.decode()

    def test_client_and_office_are_led_on(self, signed_in, client_user, staff):
        assert signed_in(client_user).get("/").url == "/my/"
        assert signed_in(staff).get("/").url == "/admin/"

    def test_home_is_only_looked_at(self, signed_in, coach):
        assert signed_in(coach).post("/").status_code == 405

    def test_who_is_nobody_here_is_told_whom_to_ask(self, signed_in, stranger):
        answer = signed_in(stranger).get("/")
        assert answer.status_code == 200
        assert "please ask the office." in answer.content.decode()


class TestMenu:
    def of(self, user, path="/"):
        request = RequestFactory().get(path)
        request.user = user
        return menu.of(request)

    def test_shows_only_what_exists(self, coach, monkeypatch):
        monkeypatch.setattr(menu, "PLACES", [menu.Place("coach", "nowhere:at_all", "Nowhere", "calendar")])
        assert self.of(coach.user).bar == []

    def test_shows_only_ones_own(self, staff, client_user):
        assert [entry.label for entry in self.of(staff).bar] == ["Admin"]
        assert "Admin" not in [entry.label for entry in self.of(client_user).bar]

    def test_a_client_needs_no_shell(self, client_user, coach, staff):
        assert [self.of(user).has_shell for user in (client_user, coach.user, staff)] == [False, True, True]

    def test_marks_where_one_is(self, staff):
        shown = {path: self.of(staff, path).bar[0].current for path in ("/admin/", "/admin/clients/", "/")}
        assert shown == {"/admin/": "page", "/admin/clients/": "true", "/": ""}

    def test_first_page_is_current_only_when_one_is_there(self, coach):
        shown = {path: self.of(coach.user, path).bar[0] for path in ("/", "/calendar/", "/sessions/1/")}
        assert {path: entry.current for path, entry in shown.items()} == {
            "/": "page",
            "/calendar/": "",
            "/sessions/1/": "",
        }
        assert {entry.key for entry in shown.values()} == {"pages-home"}

    def test_lists_of_a_report_belong_to_the_reports(self, coach):
        lines = self.of(coach.user, "/reports/unpaid/")
        entries = {entry.key: entry.current for entry in (*lines.bar, *lines.rest)}
        assert entries["scheduling-report_show"] == "true"

    def test_counts_open_wishes_anew(self, signed_in, coach, other_coach):
        taken = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
        create_case(coach=coach, client=create_client(of=coach), blocking=taken)
        path, here = "/menu/", {**HTMX, "HX-Current-URL": "http://testserver/conflicts/"}
        lines = signed_in(coach).get(path, headers=here).content.decode()
        assert '<span class="count">1<span class="vh"> open</span></span>' in lines
        assert 'id="nav-scheduling-conflict_list" href="/conflicts/" aria-current="page"' in lines
        assert 'class="count' not in signed_in(other_coach).get(path, headers=here).content.decode()

    def test_keeps_five_in_the_bar(self, staff, monkeypatch):
        place = menu.Place("staff", "admin:index", "Admin", "settings")
        monkeypatch.setattr(menu, "PLACES", [place] * 5)
        assert (len(self.of(staff).bar), len(self.of(staff).rest)) == (5, 0)
        monkeypatch.setattr(menu, "PLACES", [place] * 6)
        assert (len(self.of(staff).bar), len(self.of(staff).rest)) == (4, 2)

    def test_roles_have_homes(self):
        assert {role.name for role in registry.roles_of(object())} == set()


class TestKeys:
    def test_are_listed_on_a_page_and_in_the_dialog(self, signed_in, coach):
        browser = signed_in(coach)
        page, part = browser.get("/keys/"), browser.get("/keys/", headers=HTMX | {"HX-Target": "dlg-body"})
        assert "<title>Keyboard shortcuts · Praxis</title>" in page.content.decode()
        assert '<h1 id="dlg-t" tabindex="-1">Keyboard shortcuts</h1>' in page.content.decode()
        assert '<h2 id="dlg-t" tabindex="-1">Keyboard shortcuts</h2>' in part.content.decode()
        assert "<dt><kbd>T</kbd></dt><dd>Today</dd>" in part.content.decode()
        assert part["HX-Trigger-After-Swap"] == "dlg:open"

    def test_are_listed_in_greek(self, signed_in, coach):
        coach.user.language = "el"
        coach.user.save(update_fields=["language"])
        assert "Συντομεύσεις πληκτρολογίου" in signed_in(coach).get("/keys/").content.decode()

    def test_are_on_until_somebody_turns_them_off(self, signed_in, coach):
        browser = signed_in(coach)
        assert '<body class="" data-js-keys data-js-live=' in browser.get("/keys/").content.decode()
        assert "turned the letters and signs off" not in browser.get("/keys/").content.decode()
        coach.user.shortcuts = False
        coach.user.save(update_fields=["shortcuts"])
        assert "data-js-keys" not in browser.get("/keys/").content.decode()
        assert "turned the letters and signs off" in browser.get("/keys/").content.decode()

    def test_are_for_coaches(self, signed_in, client_user, staff):
        assert signed_in(client_user).get("/keys/").status_code == 403
        assert signed_in(staff).get("/keys/").status_code == 403
        assert signed_in().get("/keys/").url == "/account/login/?next=/keys/"

    @pytest.mark.parametrize(("script", "page"), [("js/keys.js", "/account/2fa/"), ("js/calendar.js", "/calendar/")])
    def test_script_of_a_calendar_is_sent_to_who_has_one(
        self, signed_in, reader, coach, client_user, staff, script, page
    ):
        assert script in signed_in(coach).get(page).content.decode()
        assert script not in signed_in(client_user).get("/my/").content.decode()
        assert script not in signed_in(staff).get("/account/2fa/").content.decode()
        assert script not in reader.get("/account/login/").content.decode()

    def test_script_that_listens_is_sent_to_who_is_signed_in(self, signed_in, reader, client_user, stranger):
        for person in (client_user, stranger):
            page = signed_in(person).get("/account/2fa/").content.decode()
            assert "js/live.js" in page
            assert re.search(r'data-js-live="/events/\?since=\d{13}"', page)
        assert "live" not in re.sub(r'id="live"', "", reader.get("/account/login/").content.decode())


class TestLanguage:
    def test_is_kept_on_the_device_and_the_account(self, signed_in, stranger):
        browser = signed_in(stranger)
        answer = browser.post("/language/", {"language": "el", "next": "/account/2fa/?x=1"})
        stranger.refresh_from_db()
        assert (answer.status_code, answer.url) == (302, "/account/2fa/?x=1")
        assert (answer.cookies["django_language"].value, stranger.language) == ("el", "el")

    def test_is_spoken_before_sign_in(self, reader, db):
        reader.post("/language/", {"language": "el"})
        assert '<html lang="el"' in reader.get("/account/login/").content.decode()

    @pytest.mark.parametrize(
        "to", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "", "abc", "?x=1"]
    )
    def test_leads_nowhere_else(self, reader, db, to):
        assert reader.post("/language/", {"language": "en", "next": to}).url == "/"

    @pytest.mark.parametrize("language", ["", "de", "../el", "el" * 1000])
    def test_unknown_is_refused(self, reader, db, language):
        answer = reader.post("/language/", {"language": language})
        assert (answer.status_code, "django_language" in answer.cookies) == (400, False)

    def test_get_changes_nothing(self, reader, db):
        assert reader.get("/language/?language=el").status_code == 405


class TestTheme:
    def test_is_kept_on_the_device_and_the_account(self, signed_in, stranger):
        browser = signed_in(stranger)
        assert browser.post("/theme/", {"theme": "dark"}, headers=HTMX).status_code == 204
        stranger.refresh_from_db()
        assert stranger.theme == "dark"
        assert 'data-theme="dark"' in browser.get("/").content.decode()

    def test_works_without_script_and_without_account(self, reader, db):
        answer = reader.post("/theme/", {"theme": "light", "next": "/account/login/"})
        assert (answer.status_code, answer.url) == (302, "/account/login/")
        assert 'data-theme="light"' in reader.get("/account/login/").content.decode()

    def test_system_says_nothing(self, reader, db):
        reader.post("/theme/", {"theme": "system"})
        assert "data-theme" not in reader.get("/account/login/").content.decode().split("<body")[0]

    def test_unknown_is_refused(self, reader, db):
        reader.cookies["theme"] = "dark' lang='x"
        assert "lang='x" not in reader.get("/account/login/").content.decode()
        assert reader.post("/theme/", {"theme": "pink"}).status_code == 400


class TestErrors:
    def test_not_found_has_one_body(self, reader, db):
        one, other = reader.get("/sessions-of-nobody/1/"), reader.get("/sessions-of-nobody/2/?x=1")
        assert (one.status_code, one.content) == (404, other.content)
        assert "This page is not here" in one.content.decode()

    def test_not_found_is_no_other_for_who_is_signed_in(self, signed_in, reader, stranger):
        assert signed_in(stranger).get("/nope/").content == reader.get("/nope/").content

    @pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
    @pytest.mark.parametrize("language", ["en", "el"])
    def test_page_stands_without_database(self, status, language):
        # Without the `db` fixture a query would raise.
        request = RequestFactory().get("/", headers={"Accept-Language": language})
        answer = plain.page(request, f"{status}.html", status=status)
        body = answer.content.decode()
        assert (answer.status_code, answer["Content-Language"]) == (status, language)
        assert f'<html lang="{language}"' in body
        assert body.count("<h1>") == 1
        assert "csrfmiddlewaretoken" not in body

    @pytest.mark.parametrize("status", sorted(plain.WORDS))
    def test_htmx_is_told_in_one_sentence(self, status):
        request = RequestFactory().get("/", headers={**HTMX, "Accept-Language": "en"})
        answer = plain.page(request, f"{status}.html", status=status)
        assert (answer.status_code, answer.content) == (status, b"")
        assert json.loads(answer["HX-Trigger"]) == {"toast": {"text": str(plain.WORDS[status]), "bad": True}}

    def test_colours_of_the_device_are_kept(self):
        request = RequestFactory().get("/")
        request.COOKIES["theme"] = "dark"
        assert 'data-theme="dark"' in plain.page(request, "503.html", status=503).content.decode()

    def test_form_from_elsewhere_is_refused_in_words(self, db):
        answer = Browser(enforce_csrf_checks=True).post("/language/", {"language": "el"})
        assert answer.status_code == 403
        assert "This is not yours to do" in answer.content.decode()
        assert "open for too long" in answer.content.decode()

    def test_who_may_not_can_become_somebody_else(self, signed_in, coach):
        browser = signed_in(coach)
        answer = browser.get("/my/")
        body = answer.content.decode()
        assert answer.status_code == 403
        assert "open for too long" not in body
        assert "Sign out and sign in as somebody else" in body
        assert f'href="{reverse("account_login")}"' not in body


class TestShell:
    def page(self, browser, path="/account/2fa/"):
        return browser.get(path).content.decode()

    def test_has_landmarks_live_regions_and_one_dialog(self, signed_in, coach):
        page = self.page(signed_in(coach))
        for part in (
            '<a class="skip" href="#main"',
            '<header class="top"',
            '<nav class="side"',
            '<main class="main" id="main"',
        ):
            assert page.count(part) == 1
        assert page.count('role="status"') == 2
        assert page.count('<dialog id="dlg" aria-labelledby="dlg-t">') == 1
        assert page.count('<div id="dlg-body"></div>') == 1

    def test_htmx_may_neither_eval_nor_remember_pages(self, signed_in, coach):
        page = self.page(signed_in(coach))
        config = json.loads(page.split('<meta name="htmx-config" content=\'')[1].split("'")[0])
        assert {name: config[name] for name in ("allowEval", "allowScriptTags", "includeIndicatorStyles")} == {
            "allowEval": False,
            "allowScriptTags": False,
            "includeIndicatorStyles": False,
        }
        assert (config["historyCacheSize"], config["disableInheritance"], config["timeout"]) == (0, True, 15000)
        assert [rule["code"] for rule in config["responseHandling"]] == ["204", "409|422", "[23]..", "[45].."]

    def test_clients_have_one_narrow_page(self, signed_in, client_user):
        page = self.page(signed_in(client_user))
        assert '<div class="solo">' in page
        assert '<nav class="side"' not in page
        assert "Maria Papadopoulou" in page

    def test_sign_out_is_a_form(self, signed_in, coach):
        browser = signed_in(coach)
        assert '<form method="post" action="/account/logout/">' in self.page(browser)
        assert browser.post("/account/logout/").status_code == 302
        assert browser.get("/account/2fa/").status_code == 302


class Letter(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    phone = forms.CharField(label="Phone", required=False, widget=forms.TextInput(attrs={"class": "clock"}))
    way = forms.ChoiceField(label="Which way?", choices=[("c", "Chat"), ("v", "Video")], widget=forms.RadioSelect)
    tell = forms.BooleanField(label="Tell the client", required=False)


class TestFields:
    def draw(self, source, **context):
        return Template("{% load look %}" + source).render(Context(context))

    def test_label_hint_and_control_belong_together(self):
        field = self.draw("{% field form.name %}", form=Letter())
        assert '<label for="id_name">Name</label>' in field
        assert 'class="input" required aria-describedby="id_name_helptext"' in field
        assert '<div class="hint" id="id_name_helptext">As on the card</div>' in field
        assert "aria-invalid" not in field

    def test_error_is_tied_to_its_control(self):
        field = self.draw("{% field form.name %}", form=Letter({}))
        assert 'aria-invalid="true" aria-describedby="id_name_helptext id_name_error"' in field
        assert '<div id="id_name_error">' in field
        assert 'class="error"' in field

    def test_optional_is_said_and_own_classes_stay(self):
        field = self.draw("{% field form.phone %}", form=Letter())
        assert '<span class="opt">optional</span>' in field
        assert 'class="input clock"' in field

    def test_the_same_field_comes_from_django(self):
        drawn = self.draw("{% field form.name %}", form=Letter())
        assert Letter()["name"].as_field_group().split() == drawn.split()

    def test_choices_are_a_group_of_slots(self):
        field = self.draw("{% field form.way %}", form=Letter({}))
        assert "<fieldset" in field
        assert "<legend>Which way?</legend>" in field
        assert field.count('<label class="slot">') == 2
        assert field.count('aria-invalid="true"') == 2

    def test_a_tick_has_its_label_around_it(self):
        field = self.draw("{% field form.tell %}", form=Letter())
        assert (
            '<label class="check"><input type="checkbox" name="tell" id="id_tell"><span>Tell the client</span>' in field
        )

    def test_options_change_the_words_and_the_control(self):
        field = self.draw(
            "{% field form.name label='Full name' hint='' data_js_x='1' placeholder=False %}", form=Letter()
        )
        assert "Full name</label>" in field
        assert 'data-js-x="1"' in field
        assert "helptext" not in field

    def test_what_is_typed_is_escaped(self):
        form = Letter({"name": '"><script>alert(1)</script>'})
        assert "<script>" not in self.draw("{% field form.name %}{% include '_errors.html' %}", form=form)

    def test_summary_links_to_every_control(self):
        summary = self.draw("{% include '_errors.html' %}", form=Letter({}))
        assert 'role="alert" tabindex="-1" id="errors" autofocus' in summary
        assert "Problem: 2 answers need a look" in summary
        assert '<a href="#id_name">Name: ' in summary
        assert '<a href="#id_way_0">Which way? ' in summary

    def test_summary_of_a_good_form_is_nothing(self):
        assert self.draw("{% include '_errors.html' %}", form=Letter()).strip() == ""

    def test_badges_carry_icon_word_and_status(self):
        badge = self.draw('{% badge "scheduled" word %}', word="On <time>")
        assert badge.startswith('<span class="badge" data-status="scheduled"><svg class="icon" aria-hidden="true">')
        assert badge.endswith("On &lt;time&gt;</span>")
        assert 'data-tone="wait"' in self.draw('{% badge "wait" "Waits" tone=True %}')


DEVICES = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0": "Edge, Windows",
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36": "Chrome, Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0": "Firefox, Linux",
    "curl/8": "Unknown browser",
}


@pytest.mark.parametrize(("said", "words"), DEVICES.items(), ids=DEVICES.values())
def test_devices_have_names(said, words):
    assert look.device(said) == words


class TestDates:
    AT = dt.datetime(2026, 11, 3, 16, 0, tzinfo=dt.UTC)

    @pytest.fixture(autouse=True)
    def _present(self, clock):
        with timezone.override(ATHENS):
            yield

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ["Tuesday 3 November", "Tuesday 3 November, 18:00", "Tue 3 Nov", "Tue 3 Nov, 18:00", "18:00"]),
            ("el", ["Τρίτη 3 Νοεμβρίου", "Τρίτη 3 Νοεμβρίου, 18:00"]),
        ],
    )
    def test_are_said_in_full_and_short(self, language, words):
        ways = (dates.day, dates.day_time, dates.short_day, dates.short_day_time, dates.clock)
        with translation.override(language):
            assert [way(self.AT) for way in ways][: len(words)] == words

    def test_are_shown_in_the_active_zone(self):
        with timezone.override("America/New_York"):
            assert dates.day_time(self.AT) == "Tuesday 3 November, 11:00"

    def test_name_another_year(self):
        assert dates.day(dt.date(2027, 1, 8)) == "Friday 8 January 2027"

    def test_take_plain_dates_and_times(self):
        assert (dates.short_day(dt.date(2026, 11, 3)), dates.clock(dt.time(9, 5))) == ("Tue 3 Nov", "09:05")

    @pytest.mark.parametrize(
        ("days", "words"),
        [(-1, "yesterday, 11:00"), (0, "today, 11:00"), (1, "tomorrow, 11:00"), (2, "Sunday 22 November, 11:00")],
    )
    def test_near_ones_have_a_word(self, days, words):
        assert dates.near(NOW + dt.timedelta(days=days)) == words

    def test_those_of_today_need_no_day(self):
        said = [dates.lately(NOW + dt.timedelta(days=days)) for days in (-1, 0, 365)]
        assert said == ["Thu 19 Nov, 11:00", "11:00", "Sat 20 Nov 2027, 11:00"]

    def test_have_tags_in_templates(self):
        source = "{% load when %}{{ at|day_time }} {% span at end %} {% present %}"
        said = Template(source).render(Context({"at": self.AT, "end": self.AT + dt.timedelta(minutes=50)}))
        # No line breaks between a day and its month.
        assert said == "Tuesday 3\xa0November, 18:00 18:00–18:50 Friday 20\xa0November, 11:00"

    @pytest.mark.parametrize(
        ("language", "words"),
        [("en", "Tue\xa03\xa0Nov|Tue\xa03\xa0Nov, 18:00"), ("el", "Τρί\xa03\xa0Νοε|Τρί\xa03\xa0Νοε, 18:00")],
    )
    def test_short_ones_break_nowhere_before_the_hour(self, language, words):
        with translation.override(language):
            said = Template("{% load when %}{{ at|short_day }}|{{ at|short_day_time }}").render(
                Context({"at": self.AT})
            )
        assert said == words

    @pytest.mark.parametrize(
        ("language", "date", "number"), [("en", "3 November 2026", "1,234.5"), ("el", "3 Νοεμβρίου 2026", "1.234,5")]
    )
    def test_formats_are_european(self, language, date, number):
        from django.utils import formats

        with translation.override(language):
            assert formats.date_format(self.AT, "DATE_FORMAT") == date
            assert formats.date_format(self.AT.astimezone(timezone.get_current_timezone()), "TIME_FORMAT") == "18:00"
            assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
            assert formats.number_format(1234.5, use_l10n=True, force_grouping=True) == number


def test_nonsense_in_the_current_address_is_no_matter(signed_in, coach):
    answer = signed_in(coach).get("/menu/", headers={"HX-Request": "true", "HX-Current-URL": "http://[bad"})
    assert answer.status_code == 200
