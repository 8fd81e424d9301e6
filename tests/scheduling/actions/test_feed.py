from __future__ import annotations

import pytest

from clients.actions.people import change_client_address, close_account, open_account
from clients.models import AccessLink, AuditEvent
from clients.queries import link_object
from scheduling.access import FEED_LINK
from scheduling.actions import feed
from scheduling.states import FeedNames
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def opens(token):
    return link_object(token, FEED_LINK)


def test_address_opens_its_own_calendar_and_only_its_hash_is_kept(coach):
    token = feed.open_feed(coach.user, now=NOW)
    assert opens(token) == f"user:{coach.pk}"
    assert len(token) == 43  # 256 bits
    assert token not in repr(list(AccessLink.objects.values())) + repr(list(AuditEvent.objects.values()))


def test_new_address_ends_the_one_before_and_no_other(coach, other_coach):
    first, theirs = (feed.open_feed(each.user, now=NOW) for each in (coach, other_coach))
    second = feed.open_feed(coach.user, now=NOW)
    assert [opens(token) for token in (first, second, theirs)] == [None, f"user:{coach.pk}", f"user:{other_coach.pk}"]


def test_closed_address_opens_nothing_and_that_is_written_down(coach):
    token = feed.open_feed(coach.user, now=NOW)
    feed.close_feed(coach.user, now=NOW)
    feed.close_feed(coach.user, now=NOW)
    assert opens(token) is None
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "object", "actor")) == [
        ("link_minted", f"user:{coach.pk}", coach.pk),
        ("link_ended", f"user:{coach.pk}", coach.pk),
    ]


def test_account_that_was_closed_has_no_address_when_it_is_opened_again(coach, staff):
    token = feed.open_feed(coach.user, now=NOW)
    close_account(coach.pk, by=staff, now=NOW)
    open_account(coach.pk, by=staff, now=NOW)
    assert opens(token) is None


def test_who_is_written_to_elsewhere_makes_a_new_address(client_user, staff):
    token = feed.open_feed(client_user, now=NOW)
    change_client_address(client_user.client.pk, "new@praxis.test", by=staff, now=NOW)
    assert opens(token) is None


def test_choose_feed_names(coach):
    feed.choose_feed_names(coach, FeedNames.INITIALS)
    coach.refresh_from_db()
    assert coach.feed_names == "initials"
