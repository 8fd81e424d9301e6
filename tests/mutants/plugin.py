"""Makes a test run live without one protection, which PRAXIS_MUTANT names: `-p tests.mutants.plugin`."""

from __future__ import annotations

import importlib
import os
import sys

import pytest

KIND, _, NAME = os.environ.get("PRAXIS_MUTANT", "").partition(":")


def pytest_sessionstart():
    """Before any view is imported: its mark is put on by then."""
    if KIND == "lock":
        _unlock(*NAME.split(":"))
    elif KIND == "door":
        _open(*NAME.split(":"))


@pytest.fixture(scope="session", autouse=True)
def _without_the_rule(django_db_setup, django_db_blocker):
    if KIND == "rule":
        from django.db import connection

        from tests.mutants.catalogue import statement_without

        with django_db_blocker.unblock(), connection.as_owner(), connection.cursor() as cursor:
            cursor.execute(statement_without(NAME))


def _unlock(module, function):
    from django.db.models import QuerySet

    lock, place = QuerySet.select_for_update, importlib.import_module(module).__file__

    def forget(rows, **how):
        caller = sys._getframe(1)
        # Through a manager there is one frame between.
        while caller and caller.f_code.co_name == "manager_method":
            caller = caller.f_back
        is_here = caller.f_code.co_filename == place and caller.f_code.co_name == function
        return rows.all() if is_here else lock(rows, **how)

    QuerySet.select_for_update = forget


def _open(module, name):
    if module == "mark":
        _open_mark(name)
    elif name == "is_in_care":
        importlib.import_module(module).is_in_care = lambda *_: True
    elif name == "_in_care_of":
        from django.db.models import Q

        importlib.import_module(module)._in_care_of = lambda _user: Q()
    else:
        _open_rows(importlib.import_module(module).__file__, name)


def _open_mark(mark):
    from clients import access

    guard = access._guarded

    def open_door(view, asked, may):
        if asked != mark:
            return guard(view, asked, may)
        view.access_mark = asked
        return view

    access._guarded = open_door


def _open_rows(place, function):
    """What that function asks for is asked for by its number (or secret) alone."""
    from django.db.models import QuerySet

    ask = QuerySet.filter

    def asks_less(rows, *conditions, **by):
        frame, depth = sys._getframe(1), 0
        while frame and depth < 4:
            if frame.f_code.co_filename == place and frame.f_code.co_name == function:
                return ask(
                    rows, **{key: value for key, value in by.items() if key in {"pk", "id", "client", "token_sha256"}}
                )
            frame, depth = frame.f_back, depth + 1
        return ask(rows, *conditions, **by)

    QuerySet.filter = asks_less
