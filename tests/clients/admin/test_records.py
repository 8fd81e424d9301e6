from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib import admin

from clients.models import OutboxMessage
from tests.factories import NOW, create_client, create_user

OUTBOX = "/admin/clients/outboxmessage/"


@pytest.fixture
def browser(staff, signed_in):
    return signed_in(staff)


@pytest.fixture
def rows():
    """One message of each fate, by it."""
    client = create_client(full_name="Maria P.")
    fates = {
        "waiting": {}, "early": {"not_before": NOW + dt.timedelta(minutes=20)},
        "mailed": {"sent_at": NOW}, "failed": {"dropped_at": NOW, "last_error": "refused: 451", "attempts": 12},
    }  # fmt: skip
    return {
        fate: OutboxMessage.objects.create(
            kind=f"kind_{fate}", recipient=f"client:{client.pk}", object="session:1", version=1,
            outcome=fate if fate in {"mailed", "failed"} else "", **{"not_before": NOW, **more},
        )
        for fate, more in fates.items()
    }  # fmt: skip


def shown(browser, query=""):
    """The kinds in the list, and what is said of the state of each."""
    page = browser.get(f"{OUTBOX}{query}").content.decode()
    kinds, states = (re.findall(rf'class="field-{column}">(?:<[^>]+>)*([^<]+)', page) for column in ("kind", "state"))
    return dict(zip(kinds, states, strict=True))


def test_the_list_says_what_became_of_each_in_words(browser, rows):
    assert shown(browser) == {
        "kind_failed": "Given up",
        "kind_mailed": "Sent by email",
        "kind_early": "Waits until Fri 20 Nov, 11:20",
        "kind_waiting": "Waiting",
    }
    page = browser.get(OUTBOX).content.decode()
    assert "refused: 451" in page
    assert f"/admin/clients/client/{rows['mailed'].recipient.partition(':')[2]}/change/" in page


@pytest.mark.parametrize(("outcome", "kinds"), [("failed", {"kind_failed"}), ("", {"kind_early", "kind_waiting"})])
def test_the_list_is_narrowed_by_outcome(browser, rows, outcome, kinds):
    assert set(shown(browser, f"?outcome__exact={outcome}")) == kinds


def test_sending_again_asks_first_and_does_what_can_be_done(browser, rows):
    chosen = {"action": "send_again", "_selected_action": [rows["failed"].pk, rows["mailed"].pk]}
    page = browser.post(OUTBOX, chosen)
    assert "Send 2 messages again?" in page.content.decode()
    assert OutboxMessage.objects.get(kind="kind_failed").outcome == "failed"
    answer = browser.post(OUTBOX, {**chosen, "confirmed": "Yes"})
    said = [str(message) for message in browser.get(answer["Location"]).context["messages"]]
    assert said == [f"{rows['mailed']}: This was sent already. Nothing needs to be done.", "Done: 1."]
    assert OutboxMessage.objects.get(kind="kind_failed").outcome == ""


def test_who_has_no_business_there_sends_nothing_again(signed_in, coach, rows):
    create_user()
    answer = signed_in(coach).post(
        OUTBOX, {"action": "send_again", "_selected_action": [rows["failed"].pk], "confirmed": "Yes"}
    )
    assert answer.status_code in {302, 403, 404}
    assert OutboxMessage.objects.get(kind="kind_failed").outcome == "failed"


def test_the_workers_own_tables_are_not_in_the_office():
    assert not [model for model in admin.site._registry if model._meta.app_label == "procrastinate"]
