import pytest
from django.utils import translation

from scheduling.queries.why import why_not
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MONDAY = "2026-11-23"


@pytest.fixture
def ask(now):
    return lambda coach, at, minutes=50: why_not(
        coach, factories.hour(f"{MONDAY} {at}", minutes=minutes, zone=coach.time_zone), now=now
    )


def test_a_listed_time_is_listed(coach, ask, django_assert_num_queries):
    with django_assert_num_queries(2):
        why = ask(coach, "09:30")
    assert (why.is_free, why.is_listed, why.may_book, why.counted_from) == (True, True, True, None)


def test_a_free_time_off_the_step_says_how_the_step_is_counted(coach, ask, django_assert_num_queries):
    with django_assert_num_queries(3):
        why = ask(coach, "09:10")
    assert (why.is_free, why.is_listed, why.may_book) == (True, False, True)
    assert (why.counted_from, why.step_minutes) == (factories.moment(f"{MONDAY} 09:00"), 30)


def test_the_step_is_counted_anew_after_time_off_and_in_each_opening(ask):
    coach = factories.create_coach(hours=[(0, "09:00", "12:00"), (0, "16:20", "18:00")], step=45)
    factories.create_time_off(coach=coach, starts=f"{MONDAY} 10:00", ends=f"{MONDAY} 10:10")
    assert ask(coach, "10:30").counted_from == factories.moment(f"{MONDAY} 10:10")
    assert ask(coach, "16:30").counted_from == factories.moment(f"{MONDAY} 16:20")
    assert ask(coach, "17:05").is_listed


def test_the_step_of_a_day_that_never_closes_is_counted_from_its_midnight(ask):
    coach = factories.create_coach(hours=[(day, "00:00", "23:59") for day in range(7)], step=100, zone="Asia/Kathmandu")
    why = ask(coach, "00:10")
    assert why.counted_from == factories.moment(f"{MONDAY} 00:00", zone="Asia/Kathmandu")


def test_a_time_with_something_against_it_costs_one_query(coach, ask, django_assert_num_queries):
    with django_assert_num_queries(1):
        why = ask(coach, "08:40")
    assert (why.is_free, why.is_listed, why.may_book) == (False, False, True)
    assert [obstacle.code for obstacle in why.obstacles] == ["outside_hours"]


def test_what_is_taken_cannot_be_booked(coach, ask):
    factories.create_session(coach=coach, client=factories.create_client(of=coach), at=f"{MONDAY} 10:00")
    why = ask(coach, "10:30")
    assert not why.may_book


def test_whose_care_has_ended_is_not_named(coach, ask):
    gone = factories.create_client(full_name="Arben Hoxha")
    care = factories.create_care(client=gone, provider=coach)
    coach.buffer_minutes = 15
    session = factories.create_session(coach=coach, client=gone, at=f"{MONDAY} 10:00")
    asked = factories.create_session(coach=coach, client=gone, at=f"{MONDAY} 15:00")
    factories.create_proposal(session=asked, offers=[f"{MONDAY} 12:00"])

    def said():
        with translation.override("en"):
            return [obstacle.words for at in ("10:30", "10:55", "12:10") for obstacle in ask(coach, at).obstacles]

    assert said() == [
        "Taken by Arben Hoxha. 10:00–10:50.",
        "A pause of only 5 minutes. Before it: Arben Hoxha, until 10:50. Your pause: 15 min.",
        "Held for Arben Hoxha. Until Monday 23 November, 11:00.",
    ]
    care.ended_at = factories.NOW
    care.save()
    assert said() == [
        "Taken. 10:00–10:50.",
        "A pause of only 5 minutes. Before it: Busy, until 10:50. Your pause: 15 min.",
        "Held for somebody. Until Monday 23 November, 11:00.",
    ]
    assert ask(coach, "10:30").obstacles[0].facts["session"] == session.pk
