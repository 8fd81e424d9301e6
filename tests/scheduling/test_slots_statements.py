"""What a question costs: one statement, answered by the exclusion rules' own indexes."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import Coach
from scheduling.slots import statements
from tests.factories import NOW, create_client, create_session, hour, moment
from tests.scheduling.history import create_history

pytestmark = pytest.mark.django_db

WEEKS = Interval(moment("2026-11-23 00:00"), moment("2026-12-21 00:00"))


@pytest.fixture
def client(coach):
    client = create_client(of=coach)
    for day in ("2025-11-24", "2026-11-24", "2026-12-01", "2027-11-24"):
        create_session(coach=coach, client=client, at=f"{day} 10:00")
    return client


def questions(coach, client):
    """Every question, asked for that coach."""
    return {
        "free": lambda: slots.free(coach, WEEKS, now=NOW, for_client=client),
        "explain": lambda: slots.explain(coach, hour("2026-11-24 10:30"), now=NOW, for_client=client),
        "opening": lambda: slots.opening(coach, WEEKS),
        "closures": lambda: slots.closures(coach, WEEKS),
        "suggest": lambda: slots.suggest(coach, near=hour("2026-11-24 10:30"), now=NOW, for_client=client),
    }


@pytest.mark.parametrize("name", ["free", "explain", "opening", "closures", "suggest"])
def test_each_question_is_one_statement(coach, client, name, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert questions(coach, client)[name]() is not None


@pytest.mark.parametrize("name", ["FREE_FOR_CLIENT", "WHY_FOR_CLIENT", "OPENING"])
def test_no_statement_is_too_long_for_psycopg_to_remember_how_it_read_it(name):
    assert len(getattr(statements, name)) <= 4096


@pytest.mark.parametrize("name", ["free", "explain", "opening", "suggest"])
def test_holidays_cost_no_statement_more(coach, client, name, django_assert_num_queries):
    coach.closed_on_holidays = True
    with django_assert_num_queries(1):
        assert questions(coach, client)[name]() is not None


def test_a_provider_costs_one_more_to_find_the_coach_and_only_once(coach, client, django_assert_num_queries):
    user = type(coach.user).objects.get(pk=coach.pk)
    with django_assert_num_queries(3):
        slots.free(user, WEEKS, now=NOW)
        slots.explain(user, hour("2026-11-24 10:30"), now=NOW)


def test_nothing_is_asked_when_no_answer_is_possible(coach, django_assert_num_queries):
    past = Interval(moment("2026-10-01 00:00"), moment("2026-10-08 00:00"))
    with django_assert_num_queries(0):
        assert slots.free(coach, past, now=NOW) == []


@pytest.mark.parametrize("name", ["free", "explain", "suggest"])
def test_sessions_are_found_through_the_indexes_of_the_exclusion_rules(coach, client, name):
    create_history(coach, client)
    scans = scans_of_sessions(questions(coach, client)[name])
    assert {scan["Index Name"] for scan in scans} == {"session_provider_no_overlap", "session_client_no_overlap"}
    for scan in scans:
        assert "range(" in scan["Index Cond"]
        assert "during &&" in scan["Index Cond"]


def test_a_long_history_is_not_read(coach, client):
    create_history(coach, client)
    (scan,) = scans_of_sessions(lambda: slots.free(Coach.objects.get(pk=coach.pk), WEEKS, now=NOW))
    assert scan["Actual Rows"] == 2


def scans_of_sessions(ask):
    """The parts of the plan that go to the index of the sessions, as PostgreSQL tells them after the run."""
    sent = []

    def listen(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        ask()
    sql, params = sent[-1]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the few rows of a test would not need an index
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    nodes = list(walk(plan[0]["Plan"]))
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan" and "session" in node["Relation Name"]]
    return [node for node in nodes if node.get("Index Name", "").startswith("session_")]


def walk(node):
    yield node
    for child in node.get("Plans", ()):
        yield from walk(child)
