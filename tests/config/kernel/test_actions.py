from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from clients.models import Care, User
from config.kernel import actions
from config.kernel.actions import action, follow, inside_action
from config.kernel.errors import Busy, Refusal
from scheduling.models import Session
from tests.factories import create_client, create_coach, create_user, hour


@action
def rename(user, name):
    User.objects.filter(pk=user.pk).update(full_name=name)
    return name


@inside_action
def half_a_deed():
    return "done"


def name_of(user):
    return User.objects.values_list("full_name", flat=True).get(pk=user.pk)


def locked(user):
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


@contextmanager
def held_by_somebody_else(user):
    """The row is locked by another connection for as long as this lasts."""
    held, enough = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                locked(user)
                held.set()
                enough.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(hold)
        assert held.wait(10)
        try:
            yield
        finally:
            enough.set()
        other.result(10)


@pytest.mark.django_db(transaction=True)
def test_action_commits_and_returns():
    user = create_user()
    assert rename(user, "Elena") == "Elena"
    assert not connection.in_atomic_block
    assert name_of(user) == "Elena"


@pytest.mark.django_db(transaction=True)
def test_action_that_fails_leaves_nothing():
    user = create_user(full_name="Before")

    @action
    def rename_and_stumble():
        User.objects.filter(pk=user.pk).update(full_name="After")
        raise Refusal

    with pytest.raises(Refusal):
        rename_and_stumble()
    assert name_of(user) == "Before"


@pytest.mark.django_db(transaction=True)
def test_action_inside_a_transaction_raises_and_does_nothing():
    user = create_user(full_name="Before")
    with pytest.raises(RuntimeError), transaction.atomic():
        rename(user, "After")
    assert name_of(user) == "Before"


@pytest.mark.django_db
def test_action_inside_an_action_raises():
    @action
    def deed():
        rename(create_user(), "Elena")

    with pytest.raises(RuntimeError):
        deed()


@pytest.mark.django_db
def test_step_runs_inside_an_action():
    assert action(half_a_deed)() == "done"


@pytest.mark.django_db
def test_step_outside_raises_though_a_test_has_its_own_transaction():
    assert connection.in_atomic_block
    with pytest.raises(RuntimeError, match="half_a_deed must run inside an action"):
        half_a_deed()


@pytest.mark.django_db(transaction=True)
def test_step_outside_raises_without_any_transaction():
    with pytest.raises(RuntimeError):
        half_a_deed()


@pytest.mark.django_db
def test_django_still_marks_the_transactions_of_its_tests():
    assert [block._from_testcase for block in connection.atomic_blocks] == [True]
    with transaction.atomic():
        assert connection.atomic_blocks[-1]._from_testcase is False


@pytest.mark.django_db
def test_deferred_rule_speaks_at_the_call_and_by_name():
    coach, client = create_coach(), create_client()

    @action
    def book_without_care():
        Session.objects.create(
            kind="booked",
            status="scheduled",
            provider=coach.user,
            client=client,
            during=hour("2026-11-23 10:00").as_range(),
        )

    with pytest.raises(Refusal) as refused:
        book_without_care()
    assert refused.value.facts == {"constraint": "session_booked_in_care"}
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_rule_that_speaks_at_once_is_named_too():
    coach = create_coach()
    client = create_client(of=coach)
    again = action(lambda: Care.objects.create(client=client, provider=coach.user))
    with pytest.raises(Refusal) as refused:
        again()
    assert refused.value.facts == {"constraint": "care_once"}
    assert isinstance(refused.value.__cause__, IntegrityError)


@pytest.mark.django_db
def test_integrity_error_of_no_rule_passes_as_it_is():
    @action
    def trip():
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'odd' USING ERRCODE = '23000'; END $$")

    with pytest.raises(IntegrityError):
        trip()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_deadlock_is_tried_again_and_both_come_through():
    one, other = create_user(), create_user()
    met, tries = threading.Barrier(2), []

    @action
    def lock_both(first, second):
        tries.append(first.pk)
        locked(first)
        if tries.count(first.pk) == 1:
            met.wait(10)
        locked(second)
        User.objects.filter(pk=second.pk).update(full_name=f"after {first.pk}")

    def run(first, second):
        try:
            lock_both(first, second)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for result in [pool.submit(run, one, other), pool.submit(run, other, one)]:
            result.result(20)
    # On a busy machine PostgreSQL may pick both as victims, even twice; one at least there must be.
    assert 2 <= max(tries.count(user.pk) for user in (one, other)) <= actions.RETRIES + 1
    assert {name_of(one), name_of(other)} == {f"after {one.pk}", f"after {other.pk}"}


def _raise(state):
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'by order' USING ERRCODE = '{state}'; END $$")


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "expected"), [("40001", 3), ("40P01", 3), ("57014", 1)])
def test_tried_again_twice_and_only_what_may_succeed(state, expected):
    tries = []

    @action
    def fail():
        tries.append(state)
        _raise(state)

    with pytest.raises(OperationalError):
        fail()
    assert len(tries) == expected
    assert actions.RETRIES == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_row_that_somebody_holds_is_busy_and_not_tried_again():
    user, tries = create_user(full_name="Before"), []

    @action
    def rename_in_haste():
        tries.append(user)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        locked(user)

    with held_by_somebody_else(user), pytest.raises(Busy) as busy:
        rename_in_haste()
    assert (busy.value.status, len(tries)) == (503, 1)


class TestFollowing:
    """What comes once an action stands."""

    @pytest.fixture
    def done(self):
        return []

    def test_comes_after_the_commit_once_for_each_thing(self, transactional_db, done):
        user = create_user(full_name="Before")

        @action
        def deed():
            for about in ("one", "other", "one"):
                follow(about, lambda about=about: done.append((about, connection.in_atomic_block, name_of(user))))
            User.objects.filter(pk=user.pk).update(full_name="After")
            assert done == []

        deed()
        assert done == [("one", False, "After"), ("other", False, "After")]

    def test_does_not_come_when_nothing_stands(self, db, done):
        @action
        def deed():
            follow("it", lambda: done.append("it"))
            raise Refusal

        with pytest.raises(Refusal):
            deed()
        assert done == []

    def test_comes_once_when_the_action_is_tried_again(self, db, done):
        tries = []

        @action
        def deed():
            tries.append(len(tries))
            follow(len(tries), lambda: done.append(len(tries)))
            if len(tries) == 1:
                _raise("40P01")

        deed()
        assert (tries, done) == ([0, 1], [2])

    def test_may_be_an_action_that_something_follows(self, db, done):
        @action
        def second():
            follow("end", lambda: done.append("end"))

        @action
        def first():
            follow("second", second)

        first()
        assert done == ["end"]

    def test_that_fails_is_logged_and_the_action_stands_and_so_does_the_next(self, db, done, caplog):
        user = create_user(full_name="Before")

        @action
        def deed():
            follow("trouble", lambda: 1 // 0)
            follow("other", lambda: done.append("other"))
            User.objects.filter(pk=user.pk).update(full_name="After")
            return "done"

        assert deed() == "done"
        assert (name_of(user), done) == ("After", ["other"])
        assert "trouble" in caplog.text
