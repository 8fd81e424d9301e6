"""What the bell says, and how much of it is new."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from clients.models import Care
from clients.queries.notifications import MOST_COUNTED, news_page, unread_count
from tests.factories import NOW, NotificationFactory, create_client, create_coach, create_news

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


def told(person, **how):
    """{day: sentences} of the first page."""
    page = news_page(getattr(person, "user", person), now=NOW, **how)
    return {str(day): [each.said.words for each in lines] for day, lines in page.days}


class TestCount:
    def test_counts_ones_own_that_are_unread(self, coach, other_coach, django_assert_num_queries):
        create_news(to=coach)
        create_news(to=coach, ago=60 * 24 * 400)
        create_news(to=coach, is_read=True)
        create_news(to=other_coach)
        with django_assert_num_queries(1):
            assert unread_count(coach.user) == 2

    def test_stops_counting_where_it_does_not_matter_any_more(self, coach):
        NotificationFactory.create_batch(MOST_COUNTED + 5, user=coach.user)
        assert unread_count(coach.user) == MOST_COUNTED + 1


class TestPage:
    def test_shows_ones_own_by_day_the_newest_first(self, coach, other_coach, maria, clock):
        create_news(to=other_coach, about=maria)
        for ago in (60 * 24, 5, 10):
            create_news(to=coach, about=maria, ago=ago, facts={"ago": ago})
        page = news_page(coach.user, now=NOW)
        assert [(str(day), [each.at for each in lines]) for day, lines in page.days] == [
            ("2026-11-20", [NOW - dt.timedelta(minutes=5), NOW - dt.timedelta(minutes=10)]),
            ("2026-11-19", [NOW - dt.timedelta(days=1)]),
        ]
        assert told(coach) == {
            "2026-11-20": ["A new message from Maria Papadopoulou."] * 2,
            "2026-11-19": ["A new message from Maria Papadopoulou."],
        }

    def test_days_are_the_readers(self, coach, maria, clock):
        create_news(to=coach, about=maria, ago=60)
        with timezone.override("Pacific/Kiritimati"):
            assert list(told(coach)) == ["2026-11-20"]
        with timezone.override("Pacific/Honolulu"):
            assert list(told(coach)) == ["2026-11-19"]

    def test_is_told_in_the_readers_language(self, coach, maria, clock):
        create_news(to=coach, about=maria)
        with translation.override("el"):
            assert told(coach) == {"2026-11-20": ["Νέο μήνυμα από: Maria Papadopoulou."]}

    def test_what_was_read_is_shown_for_three_months_and_what_was_not_for_ever(self, coach, clock):
        old = 60 * 24 * 91
        unread, young = create_news(to=coach, ago=old), create_news(to=coach, ago=60, is_read=True)
        create_news(to=coach, ago=old, is_read=True)
        page = news_page(coach.user, now=NOW)
        assert [each.id for _day, lines in page.days for each in lines] == [young.pk, unread.pk]
        assert [each.is_new for _day, lines in page.days for each in lines] == [False, True]
        assert list(told(coach, only_unread=True)) == ["2026-08-21"]

    def test_comes_in_pages(self, coach, clock):
        rows = [create_news(to=coach, ago=ago) for ago in range(5)]
        pages = [news_page(coach.user, now=NOW, number=number, most=2) for number in (1, 2, 3, 4)]
        shown = [[each.id for _day, lines in page.days for each in lines] for page in pages]
        assert shown == [[rows[0].pk, rows[1].pk], [rows[2].pk, rows[3].pk], [rows[4].pk], []]
        assert [page.has_next for page in pages] == [True, True, False, False]
        # Only the first page knows what the newest is.
        assert [page.newest for page in pages] == [rows[1].pk, 0, 0, 0]

    @pytest.mark.parametrize("number", [1, 4])
    def test_costs_the_same_with_one_line_or_four(self, coach, client_user, number, clock, django_assert_num_queries):
        for _each in range(number):
            create_news(to=coach, about=create_client(of=coach))
            create_news(to=coach, about=create_coach())
        with django_assert_num_queries(3):
            assert sum(map(len, told(coach).values())) == 2 * number

    def test_news_of_a_room_that_is_gone_is_still_a_line(self, coach, clock):
        create_news(to=coach, kind="a_song")
        assert told(coach) == {"2026-11-20": ["Something has changed"]}


class TestNames:
    def test_who_is_cared_for_no_more_is_not_named(self, coach, other_coach, maria, clock):
        create_news(to=coach, about=maria)
        Care.objects.filter(client=maria).update(ended_at=NOW)
        Care.objects.create(client=maria, provider=other_coach.user)
        assert told(coach) == {"2026-11-20": ["A new message from Somebody."]}

    def test_name_is_the_one_of_now(self, coach, maria, clock):
        create_news(to=coach, about=maria)
        maria.full_name = "Maria Doe"
        maria.save()
        assert told(coach) == {"2026-11-20": ["A new message from Maria Doe."]}

    def test_client_reads_who_the_coach_is(self, coach, client_user, clock):
        create_news(to=client_user, about=coach)
        assert told(client_user) == {"2026-11-20": ["A new message from Elena Marinou."]}
