from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import transaction

from clients import queries
from clients.actions import links
from clients.errors import LinkNotMade
from clients.models import AccessLink, AuditEvent
from config.kernel.actions import action
from tests.factories import NOW, create_user

pytestmark = pytest.mark.django_db
MONTH = dt.timedelta(days=30)


def mint(obj="proposal:7", expires_at=NOW + MONTH, **more):
    return links.mint_link("proposal", obj, expires_at=expires_at, now=NOW, **more)


def test_mint_link_opens_its_row(clock):
    assert queries.link_object(mint(), "proposal") == "proposal:7"


def test_mint_link_has_256_bits_and_keeps_only_their_hash():
    token = mint()
    kept = bytes(AccessLink.objects.get().token_sha256)
    assert len(token) == 43
    assert kept == hashlib.sha256(token.encode()).digest()
    assert token not in repr(list(AccessLink.objects.values())) + repr(list(AuditEvent.objects.values()))


def test_mint_link_again_leaves_the_first_alive(clock):
    first, second = mint(), mint()
    assert first != second
    assert [queries.link_object(token, "proposal") for token in (first, second)] == ["proposal:7"] * 2


def test_mint_link_is_written_down_with_who_did_it():
    user = create_user()
    mint(by=user)
    assert AuditEvent.objects.values_list("verb", "object", "actor", "facts").get() == (
        "link_minted",
        "proposal:7",
        user.pk,
        {"purpose": "proposal"},
    )


def test_mint_link_that_has_ended_already_is_refused():
    with pytest.raises(LinkNotMade):
        mint(expires_at=NOW)
    assert (AccessLink.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_link_object_of_another_purpose_or_a_damaged_token_is_none(clock):
    token = mint()
    assert queries.link_object(token, "feed") is None
    for damaged in ("", token[:-1], token + "x", token.swapcase(), "χ" * 43):
        assert queries.link_object(damaged, "proposal") is None


def test_link_object_after_the_end_is_none(clock):
    token = mint(expires_at=NOW + dt.timedelta(minutes=1))
    clock.shift(dt.timedelta(minutes=1))
    assert queries.link_object(token, "proposal") is None


def test_end_links_ends_those_of_one_purpose_and_row(clock):
    kept = [mint("proposal:8"), links.mint_link("feed", "proposal:7", expires_at=NOW + MONTH, now=NOW)]
    ended = [mint(), mint()]

    @action
    def end():
        return links.end_links("proposal", "proposal:7", now=NOW)

    assert [end(), end()] == [2, 0]
    assert [queries.link_object(token, "proposal") for token in ended] == [None, None]
    assert queries.link_object(kept[0], "proposal") == "proposal:8"
    assert queries.link_object(kept[1], "feed") == "proposal:7"
    event = AuditEvent.objects.get(verb="link_ended")
    assert (event.object, event.facts) == ("proposal:7", {"purpose": "proposal", "number": 2})


def kept(obj="proposal:7", kept_by="outbox:12", expires_at=NOW + MONTH):
    with transaction.atomic():
        return links.kept_link("proposal", obj, kept_by=kept_by, expires_at=expires_at, now=NOW)


def test_kept_link_is_one_in_one_mail_however_often_it_is_made(clock):
    assert kept() == kept()
    assert queries.link_object(kept(), "proposal") == "proposal:7"
    assert AccessLink.objects.count() == 1
    assert kept(kept_by="outbox:13") != kept()
    assert kept() not in repr(list(AccessLink.objects.values())) + repr(list(AuditEvent.objects.values()))


def test_kept_link_lasts_as_long_as_it_is_needed(clock):
    kept()
    kept(expires_at=NOW + 2 * MONTH)
    kept()
    assert AccessLink.objects.get().expires_at == NOW + 2 * MONTH


def test_kept_link_cannot_be_guessed_without_the_key_of_the_site(clock, settings):
    before = kept()
    settings.SECRET_KEY = "another " * 10
    assert kept() != before
