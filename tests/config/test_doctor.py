from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from config import health
from config.health import Finding

WELL = Finding(name="database", ok=True, words="PostgreSQL answers.")
ILL = Finding(name="clock", ok=False, words="The clocks are 9 s apart.", next_step="Turn on NTP.")


@pytest.fixture
def found(monkeypatch):
    def findings(*given):
        monkeypatch.setattr(health, "everything", lambda: list(given))

    return findings


def test_well_house_ends_with_0(found, capsys):
    found(WELL)
    call_command("doctor")
    assert capsys.readouterr().out == "ok   database: PostgreSQL answers.\nAll is well.\n"


def test_ill_house_ends_with_1_and_says_what_to_do(found, capsys):
    found(WELL, ILL)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok   database: PostgreSQL answers.",
        "FAIL clock: The clocks are 9 s apart.",
        "     -> Turn on NTP.",
        "Something needs you: see the arrows above.",
    ]


def test_json_for_programs(found, capsys):
    found(WELL, ILL)
    with pytest.raises(SystemExit):
        call_command("doctor", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["findings"][1] == {
        "name": "clock",
        "ok": False,
        "words": "The clocks are 9 s apart.",
        "next_step": "Turn on NTP.",
    }


@pytest.mark.django_db
def test_doctor_looks_at_everything():
    assert [finding.name for finding in health.everything()] == [
        "database",
        "migrations",
        "rules",
        "clock",
        "worker",
        "outbox",
        "undelivered",
        "translations",
    ]


def test_demo_is_refused_outside_the_demo():
    with pytest.raises(CommandError, match="make run"):
        call_command("demo")
