from __future__ import annotations

from scheduling.sql import written
from scheduling.states import EXCLUDING, CaseStatus


def test_a_statement_is_one_line_and_close_together():
    assert written("SELECT (\n  1\n)", "\nFROM  x") == "SELECT (1) FROM x"


def test_states_are_written_into_it_and_all_else_stays_a_parameter():
    parts = "WHERE status = %(pending)s AND id = %(case)s AND held = ANY (%(holding)s::text[])"
    assert written(parts, pending=CaseStatus.PENDING_RESOLUTION, holding=EXCLUDING) == (
        "WHERE status = 'pending_resolution' AND id = %(case)s"
        " AND held = ANY ('{scheduled,waiting,live,completed,no_show}'::text[])"
    )
