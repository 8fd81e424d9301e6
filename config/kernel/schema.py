"""Migration operations for the rules that Django's `Meta.constraints` cannot say.

Each carries the rule's name, so that a check can ask, without a database, whether it has words."""

from __future__ import annotations

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.models import BooleanField, Func


class NamedRule(RunSQL):
    """SQL that makes one named rule, and the SQL that takes it away again."""

    def __init__(self, rule: str, table: str, sql: str, reverse_sql: str) -> None:
        super().__init__(sql, reverse_sql)
        self.rule, self.table = rule, table

    def describe(self) -> str:
        return f"Rule {self.rule} on {self.table}"

    # RunSQL's own would write `sql` and `reverse_sql`, which the classes below work out themselves.
    deconstruct = Operation.deconstruct


class NamedForeignKey(NamedRule):
    """A foreign key over one or more columns, deferred to the end of the transaction.

    The target columns need a plain UNIQUE; no column may be left out of either list."""

    def __init__(self, rule: str, table: str, columns: str, target: str, target_columns: str) -> None:
        super().__init__(
            rule,
            table,
            f"ALTER TABLE {table} ADD CONSTRAINT {rule} FOREIGN KEY ({columns})"
            f" REFERENCES {target} ({target_columns}) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {rule}",
        )


class NamedUnique(NamedRule):
    """The right name for the UNIQUE that Django made for a one-to-one field."""

    def __init__(self, rule: str, table: str, column: str) -> None:
        born = f"{table}_{column}_key"
        super().__init__(
            rule,
            table,
            f"ALTER TABLE {table} RENAME CONSTRAINT {born} TO {rule}",
            f"ALTER TABLE {table} RENAME CONSTRAINT {rule} TO {born}",
        )


class Trigger(NamedRule):
    """A trigger that refuses with the SQLSTATE of a CHECK and its own name as the constraint."""

    def __init__(self, rule: str, table: str, when: str, calls: str) -> None:
        super().__init__(
            rule,
            table,
            f"CREATE TRIGGER {rule} {when.replace('ON TABLE', f'ON {table}')} EXECUTE FUNCTION {calls}",
            f"DROP TRIGGER {rule} ON {table}",
        )


class SaneRange(Func):
    """Whether a `tstzrange` is `[)`, finite, not empty, and lasts 5 minutes to 8 hours (or is null).

    `isfinite` besides `lower_inf`, because the latter does not see the value 'infinity'."""

    template = (
        "(lower_inc(%(expressions)s) AND NOT upper_inc(%(expressions)s) AND NOT isempty(%(expressions)s)"
        " AND NOT lower_inf(%(expressions)s) AND NOT upper_inf(%(expressions)s)"
        " AND isfinite(lower(%(expressions)s)) AND isfinite(upper(%(expressions)s))"
        " AND upper(%(expressions)s) - lower(%(expressions)s) BETWEEN interval '5 minutes' AND interval '8 hours')"
    )
    output_field = BooleanField()


class SaneSpan(Func):
    """Whether a `tstzrange` is `[)`, finite and not empty, however long."""

    template = (
        "(lower_inc(%(expressions)s) AND NOT upper_inc(%(expressions)s) AND NOT isempty(%(expressions)s)"
        " AND NOT lower_inf(%(expressions)s) AND NOT upper_inf(%(expressions)s)"
        " AND isfinite(lower(%(expressions)s)) AND isfinite(upper(%(expressions)s)))"
    )
    output_field = BooleanField()
