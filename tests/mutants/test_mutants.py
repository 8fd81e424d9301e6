from __future__ import annotations

import re

import pytest

from tests.mutants import catalogue
from tests.mutants.__main__ import run

pytestmark = pytest.mark.slow


@pytest.mark.django_db
def test_every_rule_has_its_tests():
    mutants = [mutant for mutant in catalogue.all_mutants() if mutant.kind == "rule"]
    assert {mutant.name for mutant in mutants} == {name for name, _table, _sort in catalogue.rules()}
    assert len(mutants) > 90
    assert all((catalogue.ROOT / test).exists() for mutant in mutants for test in mutant.tests)


def test_every_place_that_locks_is_listed():
    said = {
        f"{room}.{path.relative_to(catalogue.ROOT / room).with_suffix('').as_posix().replace('/', '.')}"
        for room in ("clients", "scheduling", "mechanics", "folders", "config")
        for path in (catalogue.ROOT / room).rglob("*.py")
        if "select_for_update" in path.read_text()
    }
    assert {place.partition(":")[0] for place in catalogue.locks()} == said


def test_every_function_that_fetches_for_somebody_is_a_door():
    for module in ("clients", "scheduling"):
        text = (catalogue.ROOT / module / "access.py").read_text()
        fetching = set(re.findall(r"^def (\w+_for(?:_client)?)\(user", text, re.MULTILINE))
        assert {f"{module}.access:{name}" for name in fetching} <= set(catalogue.doors())


@pytest.mark.parametrize(
    ("title", "noticed_by"),
    [
        ("rule:swap_is_of_two", "tests/scheduling/test_constraints_swaps.py::test_swap_asks_two_who_name_each_other"),
        (
            "lock:scheduling.actions.locks:lock_counter",
            "tests/scheduling/actions/test_locks.py::test_notes_own_times_and_threads_are_locked_before_they_change",
        ),
        ("door:scheduling.access:case_for", "tests/scheduling/test_access.py::test_rows_of_others_are_not_found"),
    ],
)
def test_one_of_each_sort_is_really_taken_away_and_noticed(title, noticed_by, worker_id):
    found, _seconds = run(title, [noticed_by], worker_id)
    assert found.startswith(noticed_by)
