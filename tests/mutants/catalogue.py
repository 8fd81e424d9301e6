"""Every protection there is, and which tests should notice when it is gone."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("clients", "scheduling")

# What Django names begins with the table; NOT NULL, primary keys and single foreign keys are among it.
_NAMED = """
  SELECT tgname, tgrelid::regclass::text, 'trigger' FROM pg_trigger WHERE NOT tgisinternal
  UNION SELECT conname, conrelid::regclass::text, 'constraint' FROM pg_constraint WHERE contype NOT IN ('n', 't')
  UNION SELECT relname, indrelid::regclass::text, 'index' FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indisunique AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_DROP = {
    "trigger": "DROP TRIGGER {name} ON {table}",
    # Targets of foreign keys go with the keys that need them.
    "constraint": "ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE",
    "index": "DROP INDEX {name}",
}
_RAW = "tests/{room}/test_constraints*.py"
# Marks of views, and functions that fetch a row for somebody: without its check, each lets everybody in.
_MARKS = ("coach", "client", "staff", "signed_in")
_ROWS = {
    "clients": {"clients.access": ("client_for", "notification_for"), "clients.queries": ("is_in_care", "link_object")},
    "scheduling": {
        "scheduling.access": (
            "session_for",
            "session_for_client",
            "case_for",
            "proposal_for",
            "counter_for",
            "proposal_for_client",
            "thread_for",
            "thread_for_client",
            "_in_care_of",
        )
    },
}
_LOCK_TESTS = ("tests/scheduling/actions/test_locks.py", "tests/clients/actions")
_DOOR_TESTS = (
    "tests/scheduling/test_access.py",
    "tests/clients/test_access.py",
    "tests/scheduling/actions/test_book.py",
    "tests/clients/views",
    "tests/scheduling/views",
)


@dataclass(frozen=True)
class Mutant:
    """One protection: `kind` is rule, lock or door; `tests` are looked at until one fails."""

    kind: str
    name: str
    tests: tuple[str, ...]

    @property
    def title(self):
        """How it is chosen, and told to the process that lives without it."""
        return f"{self.kind}:{self.name}"


def rules():
    """(name, table, sort) of every named rule of ours; a database with all migrations is asked."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED)
        found = cursor.fetchall()
    ours = tuple(f"{room}_" for room in ROOMS)
    return sorted(row for row in found if row[1].startswith(ours) and not row[0].startswith(row[1][:12]))


def statement_without(name):
    """The SQL that takes that rule away."""
    table, sort = next((table, sort) for rule, table, sort in rules() if rule == name)
    return _DROP[sort].format(name=name, table=table)


def locks():
    """Where rows are locked, as 'module:function'."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room / "actions").glob("*.py")):
            functions = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))
            locking = (each.name for each in functions if "select_for_update" in _attributes(each))
            found += (f"{room}.actions.{path.stem}:{name}" for name in locking)
    return found


def doors():
    """Every check of who may, as 'mark:…' or 'module:function'."""
    rows = [f"{module}:{name}" for rooms in _ROWS.values() for module, names in rooms.items() for name in names]
    return [*(f"mark:{mark}" for mark in _MARKS), *rows]


def all_mutants():
    """Everything that is taken away in turn."""
    return [
        *(Mutant("rule", name, _tests_of(name, table.partition("_")[0])) for name, table, _sort in rules()),
        *(Mutant("lock", place, _LOCK_TESTS) for place in locks()),
        *(Mutant("door", place, _DOOR_TESTS) for place in doors()),
    ]


def _tests_of(name, room):
    """The raw-SQL tests that speak of the rule; of a key, which nobody can break alone, those of the rules that need it,
    and the inventory."""
    files = sorted(ROOT.glob(_RAW.format(room=room)))
    own = [file for file in files if f'"{name}"' in file.read_text()] or [*files, ROOT / "tests/config/test_rules.py"]
    return tuple(str(file.relative_to(ROOT)) for file in own)


def _attributes(function):
    return {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
