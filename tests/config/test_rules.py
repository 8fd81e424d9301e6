from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from config.kernel import constraints
from config.kernel.errors import Refusal

TESTS = Path(__file__).parent.parent
ROOMS = ("clients", "scheduling")

# Targets of composite foreign keys: each holds the primary key, so that no row can break it.
KEYS = {
    "session_key_request",
    "session_key_mechanic",
    "session_key_people",
    "case_key_status",
    "case_key_provider",
    "case_key_client",
    "offer_key_proposal",
    "proposal_key_reply",
    "proposal_key_swap",
    "note_key_author",
}

# What Django names begins with the table; NOT NULL, primary keys and single foreign keys are among it.
NAMED = """
  SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE contype <> 'n'
  UNION SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal
  UNION SELECT relname, indrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indisunique
"""


@pytest.fixture
def rules(db):
    """The name of every rule that we gave to a table of ours."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED)
        return {
            rule
            for rule, table in cursor.fetchall()
            if table.startswith(tuple(f"{room}_" for room in ROOMS)) and not rule.startswith(table[:12])
        }


def test_every_rule_has_words_and_all_words_have_a_rule(rules):
    assert set(constraints.known()) == rules


def test_every_refusal_says_what_is_wrong_and_what_to_do():
    for name, refusal in constraints.known().items():
        broken = refusal(constraint=name)
        assert broken.words != Refusal().words, name
        assert broken.next_words, name


def test_every_rule_is_tried_in_sql(rules):
    tried = set()
    for room in ROOMS:
        for file in (TESTS / room).glob("test_constraints*.py"):
            tried |= set(re.findall(r'"([a-z_0-9]+)"', file.read_text()))
    assert rules - tried == KEYS
