from __future__ import annotations

import pytest

from scheduling.models import SessionNote
from tests.factories import create_client, create_coach, create_session
from tests.races import truth
from tests.races.people import Person, all_at_once, by_status, days

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WINDOWS = 12


def begin_at_once(site):
    """The coach begins the note of one session in many windows at once, each with words of its own."""
    coach = create_coach()
    session = create_session(coach=coach, client=create_client(of=coach), at=f"{days(1)[0]} 10:00")
    address = f"/sessions/{session.pk}/note/"
    windows = [Person(site.port, coach.user) for _ in range(WINDOWS)]
    assert {answer.status for answer in all_at_once([lambda _ready, who=who: who.get(address) for who in windows])} == {
        200
    }

    def saving(who, number):
        return lambda ready: who.post(address, ready=ready, body=f"words of window {number}.", version=0)

    return all_at_once([saving(who, number) for number, who in enumerate(windows)])


def test_first_words_of_many_windows_make_one_note_and_the_others_see_it(guarded, transactional_db):
    answers = begin_at_once(guarded)
    (body,) = SessionNote.objects.values_list("body", flat=True)
    assert by_status(answers) == {200: 1, 409: WINDOWS - 1}
    assert all(body in answer.body and "Keep mine" in answer.body for answer in answers if answer.status == 409)
    assert truth.broken() == {}


def test_control_without_lock_and_rule_there_are_many_notes(unguarded, no_protection):
    assert by_status(begin_at_once(unguarded)).get(200, 0) > 1
    assert truth.broken()["a session has two notes of one author"] == 1


def test_without_the_lock_the_rule_alone_still_lets_only_one_begin(unguarded, transactional_db):
    answers = begin_at_once(unguarded)
    (body,) = SessionNote.objects.values_list("body", flat=True)
    assert by_status(answers) == {200: 1, 409: WINDOWS - 1}
    assert all(body in answer.body for answer in answers if answer.status == 409)
