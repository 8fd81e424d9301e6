from __future__ import annotations

import pytest

from clients.actions import submitted
from clients.models import SubmittedForm
from config.kernel.actions import action
from config.kernel.errors import AlreadySent
from tests.factories import create_user

pytestmark = pytest.mark.django_db


@action
def send(who, key, fingerprint, answer):
    """A form carried out once, as an action does it."""
    first = submitted.first_answer(who, key, fingerprint)
    if first is None:
        submitted.remember(who, key, fingerprint, answer)
    return first


@pytest.fixture
def who(db):
    return create_user()


def test_first_answer_is_none_the_first_time_and_the_first_ones_after(who):
    assert send(who, "abc", "same", {"session": 42}) is None
    assert send(who, "abc", "same", {"session": 43}) == {"session": 42}
    assert SubmittedForm.objects.values_list("who", "key", "fingerprint", "answer").get() == (
        f"user:{who.pk}",
        "abc",
        "same",
        {"session": 42},
    )


def test_first_answer_to_other_answers_is_refused(who):
    send(who, "abc", "same", {"session": 42})
    with pytest.raises(AlreadySent):
        send(who, "abc", "other", {"session": 43})


def test_first_answer_belongs_to_one_person(who):
    send(who, "abc", "same", {"session": 42})
    assert send(create_user(), "abc", "same", {"session": 43}) is None


def test_without_a_key_nothing_is_compared_or_kept(who):
    assert [send(who, "", "same", {}), send(who, "", "other", {})] == [None, None]
    assert SubmittedForm.objects.count() == 0


def test_two_at_once_cannot_both_be_first(who):
    @action
    def both():
        for _ in range(2):
            submitted.remember(who, "abc", "same", {})

    with pytest.raises(AlreadySent):
        both()
    assert SubmittedForm.objects.count() == 0
