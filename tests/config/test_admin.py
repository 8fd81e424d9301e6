"""Every table in admin: who may open it, what it never shows, and how much it asks of the database."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.functional import Promise

from clients.models import (
    AccessLink,
    AuditEvent,
    Care,
    Client,
    IdentityConflict,
    Notification,
    NotificationPreference,
    OutboxMessage,
    SubmittedForm,
    SyncItem,
    SyncRun,
    User,
)
from config.kernel.office import OfficeAdmin
from scheduling.models import (
    AvailabilityOverride,
    AvailabilityRule,
    Coach,
    ConflictCase,
    CounterTime,
    Message,
    NoteAddendum,
    OpenedTime,
    RescheduleProposal,
    Session,
    SessionNote,
    SlotOffer,
    TimeOff,
    WaitingWindow,
)
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_coach,
    create_counter,
    create_override,
    create_proposal,
    create_session,
    create_time_off,
    create_user,
    create_wait,
    hour,
)

SECRET = "between the two of us"

TABLES = [
    User, Client, Care, AuditEvent, OutboxMessage, AccessLink, SubmittedForm, Notification, NotificationPreference,
    IdentityConflict, SyncRun, SyncItem, Coach, AvailabilityRule, AvailabilityOverride, TimeOff, Session, SessionNote,
    NoteAddendum, ConflictCase, RescheduleProposal, SlotOffer, CounterTime, WaitingWindow,
    OpenedTime, Message,
]  # fmt: skip


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def one_of_everything(day):
    """A row in every table, each with its own people, so that no line can share another's."""
    coach = create_coach(full_name=f"Coach {day}")
    staff = create_user()
    here, wisher = (create_client(of=coach, notes=SECRET, user=create_user()) for _ in range(2))
    session = create_session(coach=coach, client=here, at=f"2026-11-{day} 10:00", title=SECRET, description=SECRET)
    case = create_case(coach=coach, client=wisher, blocking=session)
    proposal = create_proposal(case=case, offers=[f"2026-12-{day} 12:00"], note=SECRET, counter_text=SECRET)
    asked = create_proposal(session=session, offers=[f"2026-12-{day} 15:00"])
    wish = create_case(coach=coach, client=wisher, blocking=session)
    declined = create_proposal(case=wish, offers=[f"2026-12-{day} 18:00"])
    create_counter(proposal=declined, at=f"2026-12-{day} 19:00")
    create_wait(coach=coach, client=wisher)
    OpenedTime.objects.create(provider=coach.user, during=hour(f"2026-12-{day} 20:00").as_range(), left_by=here)
    note = SessionNote.objects.create(session=session, author=coach.user, body=SECRET, locked_at=NOW)
    NoteAddendum.objects.create(note=note, author=coach.user, body=SECRET)
    Message.objects.create(
        provider=coach.user,
        client=wisher,
        author=coach.user,
        kind="reschedule_proposal",
        proposal=proposal,
        body=SECRET,
    )
    create_override(coach=coach, date=f"2026-12-{day}")
    create_time_off(coach=coach, starts=f"2026-12-{day} 00:00", ends=f"2027-01-{day} 00:00")
    AuditEvent.objects.create(actor=staff, verb="book", object=f"session:{session.pk}", at=NOW)
    OutboxMessage.objects.create(kind="moved", recipient="user:1", object=f"session:{session.pk}", version=1)
    AccessLink.objects.create(
        purpose="proposal", object=f"proposal:{asked.pk}", token_sha256=bytes([day]) * 32, created_at=NOW,
        expires_at=NOW + dt.timedelta(days=1),
    )  # fmt: skip
    SubmittedForm.objects.create(who="user:1", key=str(day), fingerprint="f")
    Notification.objects.create(user=staff, kind="moved")
    NotificationPreference.objects.create(user=staff, kind="moved", channel="mail")
    IdentityConflict.objects.create(
        client=here, directory_id=wisher.pk, status="linked", decided_by=staff, decided_at=NOW
    )
    SyncItem.objects.create(run=SyncRun.objects.create(started_by=staff), directory_id=here.pk, outcome="made")


def test_every_table_of_ours_is_there_and_no_other():
    ours = {model for model in apps.get_models() if model._meta.app_label in {"clients", "scheduling"}}
    assert set(TABLES) == ours
    assert {model for model in apps.get_models() if admin.site.is_registered(model)} == ours
    assert all(isinstance(admin.site.get_model_admin(model), OfficeAdmin) for model in ours)


@pytest.mark.parametrize("model", TABLES)
def test_list_can_be_searched_and_narrowed(model):
    table = admin.site.get_model_admin(model)
    assert table.search_fields
    assert table.list_filter or model is SubmittedForm
    assert table.date_hierarchy or model in {AvailabilityRule, NotificationPreference}


@pytest.mark.parametrize("language", ["en", "el"])
def test_front_page_lists_the_tables_in_both_languages(language, signed_in, db):
    page = signed_in(create_user(is_staff=True, language=language)).get("/admin/").content.decode()
    for model in TABLES:
        assert f'href="{address(model, "changelist")}"' in page


def addresses_in(choices):
    return [choice["query_string"] for choice in choices if choice["query_string"] != "?"]


@pytest.mark.parametrize("model", TABLES)
def test_what_is_shown_has_a_name_that_can_be_translated(model):
    table = admin.site.get_model_admin(model)
    shown = {*table.fields, *table.list_display}
    for field in model._meta.fields:
        if (field.remote_field or field.name in shown) and field.name != "id":
            assert isinstance(field._verbose_name, Promise), field


@pytest.mark.django_db
class TestRows:
    """Tables with a row of each."""

    @pytest.fixture(scope="class", autouse=True)
    def rows(self, standing):
        one_of_everything(23)

    @pytest.fixture
    def clerks_browser(self, db, signed_in):
        return signed_in(create_user(is_staff=True))

    @pytest.mark.parametrize("model", TABLES)
    def test_office_opens_list_and_row_without_private_words(self, model, signed_in):
        browser = signed_in(create_user(is_staff=True))
        row = model._default_manager.latest("pk")
        for page in (
            address(model, "changelist"),
            f"{address(model, 'changelist')}?q=x",
            address(model, "change", row.pk),
        ):
            answer = browser.get(page)
            assert answer.status_code == 200
            assert SECRET not in answer.content.decode()

    @pytest.mark.parametrize("model", TABLES)
    @pytest.mark.parametrize("who", ["coach", "client_user", "stranger", None])
    def test_nobody_else_opens_them(self, model, who, signed_in, request):
        browser = signed_in(request.getfixturevalue(who) if who else None)
        for page in (address(model, "changelist"), address(model, "change", model._default_manager.latest("pk").pk)):
            answer = browser.get(page)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")

    @pytest.mark.parametrize("model", TABLES)
    def test_nothing_is_deleted(self, model, signed_in, staff):
        before = model._default_manager.count()
        browser, row = signed_in(staff), model._default_manager.latest("pk")
        assert browser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        wish = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        browser.post(address(model, "changelist"), wish)
        assert model._default_manager.count() == before

    @pytest.mark.parametrize("model", TABLES)
    def test_list_asks_as_often_for_three_rows_as_for_one(self, model, signed_in):
        browser = signed_in(create_user(is_staff=True))

        def queries():
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address(model, "changelist")).status_code == 200
            return len(asked)

        queries()  # what Django keeps for later, such as content types
        one = queries()
        one_of_everything(24)
        one_of_everything(25)
        assert queries() == one

    @pytest.mark.parametrize(
        ("model", "lookup"),
        [
            (Client, {"notes__startswith": "b"}),
            (Client, {"date_of_birth__gte": "2000-01-01"}),
            (Client, {"notes": SECRET}),
            (Client, {"user__password__startswith": "p"}),
            (User, {"password__startswith": "p"}),
            (RescheduleProposal, {"note__contains": "two"}),
            (RescheduleProposal, {"counter_text__contains": "two"}),
            (Session, {"title__contains": "two"}),
            (Session, {"cancellation_reason__contains": "two"}),
            (Session, {"client__notes__contains": "two"}),
            (Message, {"body__contains": "two"}),
            (Session, {"during": "x"}),
            (Session, {"unheard": "of"}),
        ],
    )
    def test_hidden_fields_cannot_be_asked_for(self, model, lookup, clerks_browser):
        assert clerks_browser.get(address(model, "changelist"), lookup).status_code == 400

    @pytest.mark.parametrize("model", TABLES)
    def test_every_link_that_narrows_a_list_works(self, model, clerks_browser):
        page = clerks_browser.get(address(model, "changelist"))
        shown = page.context["cl"]
        for each in shown.filter_specs:
            for query in addresses_in(each.choices(shown)):
                assert clerks_browser.get(address(model, "changelist") + query).status_code == 200, query
        if shown.date_hierarchy:
            for day in ({"year": 2026}, {"year": 2026, "month": 11}, {"year": 2026, "month": 11, "day": 20}):
                dates = {f"{shown.date_hierarchy}__{name}": number for name, number in day.items()}
                assert clerks_browser.get(address(model, "changelist"), dates).status_code == 200

    @pytest.mark.parametrize("model", TABLES)
    def test_every_link_to_what_belongs_to_a_row_works(self, model, clerks_browser):
        page = clerks_browser.get(address(model, "change", model._default_manager.latest("pk").pk)).content.decode()
        for link in re.findall(r'href="(/admin/[a-z]+/[a-z]+/\?[^"]+)"', page):
            assert clerks_browser.get(link).status_code == 200, link

    @pytest.mark.parametrize("year", ["9" * 30, "9" * 5000, "9999", "0", "x"])
    def test_a_year_that_cannot_be_is_no_error_of_ours(self, year, clerks_browser):
        answer = clerks_browser.get(address(Client, "changelist"), {"created_at__year": year})
        assert answer.status_code in {400, 302}

    @pytest.mark.parametrize("chosen", ["zz", "9" * 5000, "\0"])
    @pytest.mark.parametrize(("model", "deed"), [(Client, "archive"), (User, "let_in"), (Session, "cancel")])
    def test_a_row_that_cannot_be_is_no_error_of_ours(self, chosen, model, deed, clerks_browser):
        wish = {"action": deed, "_selected_action": [chosen], "confirmed": "Yes"}
        assert clerks_browser.post(address(model, "changelist"), wish).status_code == 400
