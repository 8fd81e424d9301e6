from __future__ import annotations

import inspect

import pytest
from django.apps import apps
from django.db import connection
from django.utils import translation

import clients.errors
import scheduling.errors
from config.kernel import constraints
from config.kernel.errors import Refusal, RuleBroken
from scheduling.errors import (
    AnswerAfterStart,
    CounterCancelled,
    CounterTaken,
    DeadlineTooLate,
    NothingToUndo,
    NotTheLastChange,
    NotYetBegun,
    OfferGone,
    OfferNotFree,
    ProviderAway,
    ReadsNothing,
    RemindedAlready,
    TooLateToUndo,
    UndoRefused,
)
from scheduling.models import Session, SlotOffer
from scheduling.states import SessionStatus
from tests.factories import hour, moment

ROOMS = (clients.errors, scheduling.errors)
SESSION = {"session": Session(status=SessionStatus.COMPLETED, during=hour("2026-11-24 12:00").as_range())}
FACTS = {
    **dict.fromkeys([NotYetBegun, UndoRefused, NotTheLastChange, NothingToUndo, TooLateToUndo], SESSION),
    **dict.fromkeys([CounterTaken, CounterCancelled], SESSION),
    OfferGone: {"offer": SlotOffer(during=hour("2026-11-24 12:00").as_range()), "still_free": []},
    OfferNotFree: {"offer": hour("2026-11-24 12:00"), "obstacles": []},
    ProviderAway: {"name": "Elena Marinou"},
    ReadsNothing: {"name": "Elena Marinou"},
    AnswerAfterStart: {"latest": moment("2026-11-24 12:00")},
    RemindedAlready: {"at": moment("2026-11-24 12:00"), "again": moment("2026-11-25 00:00")},
    DeadlineTooLate: {"latest": moment("2026-11-24 12:00")},
}


def refusals():
    found = {
        each for room in ROOMS for _, each in inspect.getmembers(room, inspect.isclass) if issubclass(each, Refusal)
    }
    return sorted(found, key=lambda each: each.__name__)


@pytest.mark.parametrize("refusal", refusals())
@pytest.mark.parametrize("language", ["en", "el"])
def test_every_refusal_says_why_and_what_next(refusal, language):
    with translation.override(language):
        said = refusal(**FACTS.get(refusal, {"constraint": "some_rule"}))
        assert said.words.strip()
        assert said.next_words.strip()
        assert "%" not in said.words + said.next_words


@pytest.mark.parametrize("refusal", refusals())
def test_every_refusal_has_a_status_of_its_kind_and_shows_no_facts_in_logs(refusal):
    said = refusal(**FACTS.get(refusal, {"constraint": "Canary"}))
    assert said.status in {403, 409, 422, 503}
    assert str(said) == refusal.code


def test_every_refusal_has_a_code_of_its_own():
    codes = [each.code for each in refusals()]
    assert len(set(codes)) == len(codes)


def test_the_time_just_taken_is_named_as_people_say_it():
    with translation.override("en"):
        assert OfferGone(**FACTS[OfferGone]).words.startswith("Tuesday 24 November")


@pytest.mark.parametrize("room", ["clients", "scheduling"])
def test_words_are_for_rules_that_exist(room, db):
    """The system check asks the models; here the database itself is asked."""
    tables = [model._meta.db_table for model in apps.get_app_config(room).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
            WHERE relname = ANY (%s) AND contype IN ('c', 'u', 'f', 'x')
            UNION SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relname = ANY (%s) AND NOT tgisinternal
            UNION SELECT unique_index.relname FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
              JOIN pg_class AS unique_index ON unique_index.oid = indexrelid
            WHERE pg_class.relname = ANY (%s) AND indisunique AND indpred IS NOT NULL
            """,
            [tables, tables, tables],
        )
        living = {name for (name,) in cursor.fetchall()}
    named = {"clients": clients.errors, "scheduling": scheduling.errors}[room].CONSTRAINTS
    assert set(named) - living == set()
    # Django's own single foreign keys and many-to-many keys share one general answer.
    nameless = {name for name in living - set(named) if not name.startswith(f"{room}_")}
    assert nameless == set()


def test_a_rule_without_words_of_its_own_is_never_spoken():
    silent = {name for name, refusal in constraints.known().items() if refusal is RuleBroken}
    assert silent == {name for name in silent if "_key_" in name}
