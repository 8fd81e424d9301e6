"""The page behind the link in every reminder."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client as Browser

from clients.actions import links
from clients.models import AuditEvent
from clients.states import REMINDERS_LINK
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou", language="el")


@pytest.fixture
def address(nikos, clock):
    return f"/reminders/off/{token_to(nikos)}/"


def token_to(client, purpose=REMINDERS_LINK):
    with transaction.atomic():
        return links.kept_link(
            purpose, f"client:{client.pk}", kept_by="outbox:1", expires_at=NOW + links.AS_LONG_AS_MAIL_IS_KEPT, now=NOW
        )


def wants_reminders(client):
    client.refresh_from_db()
    return client.wants_reminders


def test_opening_changes_nothing_and_speaks_the_clients_language(nikos, address):
    page = Browser().get(address)
    assert "Όχι άλλες υπενθυμίσεις" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert Browser().head(address).status_code == 200
    assert wants_reminders(nikos)


def test_one_press_ends_them_and_another_brings_them_back(nikos, address):
    reader = Browser(enforce_csrf_checks=True)
    page = reader.post(address, {"reminders": "off"})
    assert "Στείλτε μου πάλι υπενθυμίσεις" in page.content.decode()
    assert not wants_reminders(nikos)
    reader.post(address, {"reminders": "off"})
    reader.post(address, {"reminders": "on"})
    assert wants_reminders(nikos)
    verbs = AuditEvent.objects.filter(object=f"client:{nikos.pk}", verb__startswith="reminders").values_list(
        "verb", flat=True
    )
    assert list(verbs.order_by("pk")) == ["reminders_off", "reminders_on"]


def test_page_names_nobody(nikos, address):
    assert "Nikos" not in Browser().get(address).content.decode()


def test_other_links_open_nothing_here(nikos, clock):
    for token in ("nothing", token_to(nikos, purpose="proposal")):
        assert Browser().get(f"/reminders/off/{token}/").status_code == 404
        assert Browser().post(f"/reminders/off/{token}/").status_code == 404
    assert wants_reminders(nikos)
