from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.db import transaction

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("config", "clients", "scheduling", "mechanics", "folders")
# What an app shows to the others; import-linter holds the direction.
DOORS = {"models", "queries", "actions", "errors", "access", "states", "slots", "mail", "recipients"}
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 300, 45, 120


def modules():
    files = [ROOT / "manage.py", *(path for app in OURS for path in (ROOT / app).rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


def name(path):
    return str(path.relative_to(ROOT))


def requirements(file):
    return (ROOT / "requirements" / file).read_text()


def test_no_module_is_too_long_to_read():
    assert {name(path) for path in modules() if len(path.read_text().splitlines()) > LONGEST_MODULE} == set()


def test_no_function_is_too_long_to_read():
    long = {
        f"{name(path)}:{node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == set()


def test_no_template_is_too_long_to_read():
    long = {
        name(path)
        for path in (ROOT / "templates").rglob("*.html")
        if len(path.read_text().splitlines()) > LONGEST_TEMPLATE
    }
    assert long == set()


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_lock_names_no_host_and_hashes_everything(lock):
    text = requirements(lock)
    assert "://" not in text
    assert "--index" not in text
    pinned = re.findall(r"^[a-z0-9-]+(?:\[.*?\])?==\S+.*$", text, re.MULTILINE)
    assert len(pinned) > 20
    assert all(line.endswith("\\") for line in pinned)


@pytest.mark.parametrize(("wanted", "lock"), [("run.in", "run.txt"), ("dev.in", "dev.txt"), ("run.in", "dev.txt")])
def test_lock_holds_what_is_asked_for(wanted, lock):
    asked = re.findall(r"^([A-Za-z][\w-]*)", requirements(wanted), re.MULTILINE)
    locked = set(re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==", requirements(lock), re.MULTILINE))
    assert {each.lower() for each in asked} - locked == set()


def test_both_locks_agree():
    versions = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", requirements(lock), re.MULTILINE)) for lock in ("run.txt", "dev.txt")
    ]
    assert versions[0].items() <= versions[1].items()


def test_every_setting_of_the_environment_is_in_the_example():
    code = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    asked = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", code)) - {"TEST_DATA_DIR", "TEST_DB_SUFFIX"}
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked <= example
    assert example <= asked | {"DJANGO_SETTINGS_MODULE"}


def test_every_make_target_is_phony_or_a_file():
    text = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    assert targets == phony


def test_durable_check_of_django_is_still_where_actions_look_for_it():
    block = transaction.Atomic(using=None, savepoint=True, durable=False)
    assert block._from_testcase is False


def imported_by(path):
    """The modules this file imports, as dotted names (`from a import b` counts as a.b)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_apps_see_of_each_other_only_the_doors():
    apps = {"clients", "scheduling", "mechanics", "folders"}
    through_the_wall = {
        f"{name(path)} imports {module}"
        for path in modules()
        for module in imported_by(path)
        if (own := path.relative_to(ROOT).parts[0]) in apps
        and (parts := module.split("."))[0] in apps - {own}
        and parts[1] not in DOORS
    }
    assert through_the_wall == set()


def test_no_word_to_translate_hides_inside_braces():
    # What collects the words does not look into the braces of an f-string.
    hidden = re.compile(r"""f["'][^"']*\{n?p?gettext\(|f["'][^"']*\{_\(""")
    assert {name(path) for path in modules() if hidden.search(path.read_text())} == set()
