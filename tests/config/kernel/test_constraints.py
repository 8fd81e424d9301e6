from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from config.kernel import constraints
from config.kernel.errors import Refusal, RuleBroken


class TooLate(Refusal):
    code = "too_late"


class TooEarly(Refusal):
    code = "too_early"


@pytest.fixture(autouse=True)
def own_words(monkeypatch):
    monkeypatch.setattr(constraints, "_refusals", {})


def broken(state, rule=None):
    error = IntegrityError("prose that nobody reads")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = state
    error.__cause__.diag = SimpleNamespace(constraint_name=rule)
    return error


def test_rule_with_words_becomes_its_refusal():
    constraints.register({"answered_in_time": TooLate})
    refusal = constraints.error_for(broken("23514", "answered_in_time"))
    assert (type(refusal), refusal.facts) == (TooLate, {"constraint": "answered_in_time"})


@pytest.mark.parametrize("state", ["23502", "23503", "23505", "23514", "23P01", "23001"])
def test_rule_without_words_is_the_general_refusal(state):
    refusal = constraints.error_for(broken(state, "somebody_elses_rule"))
    assert (type(refusal), refusal.facts) == (RuleBroken, {"constraint": "somebody_elses_rule"})


def test_what_is_no_rule_is_raised_as_it_was():
    error = broken("23000")
    with pytest.raises(IntegrityError) as raised:
        constraints.error_for(error)
    assert raised.value is error


def test_error_without_a_cause_is_raised_as_it_was():
    with pytest.raises(IntegrityError):
        constraints.error_for(IntegrityError("made by hand"))


def test_same_words_twice_are_fine_and_different_ones_are_not():
    constraints.register({"answered_in_time": TooLate})
    constraints.register({"answered_in_time": TooLate})
    with pytest.raises(ValueError, match="answered_in_time"):
        constraints.register({"answered_in_time": TooEarly})


def test_known_is_a_copy():
    constraints.register({"answered_in_time": TooLate})
    constraints.known().clear()
    assert constraints.known() == {"answered_in_time": TooLate}
