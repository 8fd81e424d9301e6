from __future__ import annotations

import importlib

import pytest
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models import F, Value
from django.db.models.functions import Cast

from clients.models import User
from config.kernel.schema import NamedForeignKey, NamedRule, NamedUnique, SaneRange, SaneSpan, Trigger
from tests.factories import create_user

RULES = [
    ("clients", "clients.migrations.0002_rules"),
    ("scheduling", "scheduling.migrations.0002_rules"),
]


def rules_of(module):
    operations = importlib.import_module(module).Migration.operations
    return [each for each in operations if isinstance(each, NamedRule)]


@pytest.fixture
def names(db):
    def now_in_the_database():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            )
            return {name for (name,) in cursor.fetchall()}

    return now_in_the_database


@pytest.fixture
def owner(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")


@pytest.mark.parametrize(("app", "module"), RULES)
def test_rules_can_be_taken_away_and_made_again(app, module, names, owner):
    rules, before, nothing = rules_of(module), names(), ProjectState()
    ours = {rule.rule for rule in rules}
    assert ours <= before
    with connection.schema_editor(atomic=False) as editor:
        for rule in reversed(rules):
            rule.database_backwards(app, editor, nothing, nothing)
        assert not names() & ours
        for rule in rules:
            rule.database_forwards(app, editor, nothing, nothing)
    assert names() == before


def test_rule_knows_its_name_and_table():
    rule = NamedUnique("client_user_key", "clients_client", "user_id")
    assert (rule.rule, rule.table) == ("client_user_key", "clients_client")
    assert rule.describe() == "Rule client_user_key on clients_client"
    assert rule.reversible


def test_rule_is_written_in_its_own_words_not_in_sql():
    for rule in (
        NamedUnique("client_user_key", "clients_client", "user_id"),
        NamedForeignKey("pair", "a", "x, y", "b", "v, w"),
        Trigger("frozen", "a", "BEFORE UPDATE ON TABLE", "praxis_refuse()"),
    ):
        kind, args, kwargs = rule.deconstruct()
        assert kind == type(rule).__name__
        assert type(rule)(*args, **kwargs).sql == rule.sql


def test_foreign_key_waits_for_the_commit():
    rule = NamedForeignKey("pair", "a", "x, y", "b", "v, w")
    assert rule.sql == (
        "ALTER TABLE a ADD CONSTRAINT pair FOREIGN KEY (x, y) REFERENCES b (v, w) DEFERRABLE INITIALLY DEFERRED"
    )


def test_trigger_stands_on_its_table():
    rule = Trigger("frozen", "a", "BEFORE UPDATE ON TABLE FOR EACH ROW", "praxis_refuse()")
    assert rule.sql == "CREATE TRIGGER frozen BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION praxis_refuse()"
    assert rule.reverse_sql == "DROP TRIGGER frozen ON a"


@pytest.mark.parametrize(
    ("during", "hour", "span"),
    [
        ("[2027-03-02 10:00+02,2027-03-02 10:05+02)", True, True),
        ("[2027-03-02 10:00+02,2027-03-02 18:00+02)", True, True),
        ("[2027-03-02 10:00+02,2027-03-02 10:04+02)", False, True),
        ("[2027-03-02 10:00+02,2027-03-02 18:01+02)", False, True),
        ("[2027-03-02 10:00+02,2027-03-02 10:50+02]", False, False),
        ("[2027-03-02 10:00+02,infinity)", False, False),
        ("[2027-03-02 10:00+02,)", False, False),
    ],
)
@pytest.mark.django_db
def test_sane_hour_and_sane_span(during, hour, span):
    create_user(full_name=during)
    asked = User.objects.annotate(
        hour=SaneRange(_range(F("full_name"))), span=SaneSpan(_range(F("full_name")))
    ).values_list("hour", "span")
    assert asked.get() == (hour, span)


@pytest.mark.django_db
def test_no_time_at_all_is_neither_sane_nor_not():
    create_user()
    assert User.objects.annotate(hour=SaneRange(_range(Value(None)))).values_list("hour", flat=True).get() is None


def _range(text):
    return Cast(text, DateTimeRangeField())
