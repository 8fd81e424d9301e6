from __future__ import annotations

from collections import defaultdict

import pytest

from config.kernel import registry
from config.kernel.registry import Panel


@pytest.fixture(autouse=True)
def empty(monkeypatch):
    for name in ("_roles", "_marks", "_outbox", "_exports", "_merges"):
        monkeypatch.setattr(registry, name, {})
    monkeypatch.setattr(registry, "_panels", defaultdict(list))


def test_roles_of_somebody_in_the_order_declared():
    registry.role("coach", lambda user: "c" in user, home="scheduling:calendar")
    registry.role("client", lambda user: "k" in user, home="scheduling:my_home")
    registry.role("staff", lambda user: "s" in user, home="admin:index")
    assert [role.name for role in registry.roles_of("sc")] == ["coach", "staff"]
    assert [role.home for role in registry.roles_of("k")] == ["scheduling:my_home"]
    assert registry.roles_of("") == []


def test_role_declared_again_is_one_role():
    for home in ("one:home", "other:home"):
        registry.role("coach", lambda user: True, home=home)
    assert [role.home for role in registry.roles_of(None)] == ["other:home"]


def test_rows_that_roles_look_at():
    registry.role("coach", lambda user: True, home="one:home", row="coach")
    registry.role("staff", lambda user: True, home="other:home")
    assert registry.role_rows() == ["coach"]


def test_panels_are_built_in_order_and_nothing_is_left_out():
    last, first = Panel("last.html", {}), Panel("first.html", {"client": 7})
    registry.panel("client", 20, lambda request, **about: last)
    registry.panel("client", 10, lambda request, client: Panel("first.html", {"client": client}))
    registry.panel("client", 15, lambda request, **about: None)
    registry.panel("home", 1, lambda request: Panel("elsewhere.html", {}))
    assert registry.panels("client", None, client=7) == [first, last]


def test_panel_registered_twice_is_shown_once():
    def build(request):
        return Panel("one.html", {})

    registry.panel("my", 1, build)
    registry.panel("my", 1, build)
    assert registry.panels("my", None) == [Panel("one.html", {})]


def test_marks_of_all_rooms_are_joined_with_one_call_each():
    asked = []

    def numbers(ids):
        asked.append(ids)
        return {1: "9 of 24"}

    registry.marks("folders", numbers)
    registry.marks("locks", lambda ids: {1: "locked", 2: "locked"})
    assert registry.marks_for(iter([1, 2, 3])) == {1: ["9 of 24", "locked"], 2: ["locked"]}
    assert asked == [[1, 2, 3]]


def test_outbox_exports_and_merges_are_kept_by_name():
    registry.outbox("moved", bool, str)
    registry.export("sessions", list)
    registry.merge("sessions", print)
    moved = registry.outbox_kinds()["moved"]
    assert (moved.still_true, moved.render) == (bool, str)
    assert registry.exports() == {"sessions": list}
    assert registry.merges() == {"sessions": print}
