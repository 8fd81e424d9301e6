from __future__ import annotations

from django.utils.translation import gettext_lazy, override

from config.kernel.errors import Busy, NotYours, Refusal


class Taken(Refusal):
    code = "taken"
    message = gettext_lazy("%(name)s has that hour.")
    next_step = gettext_lazy("Ask %(name)s.")


def test_words_name_the_facts_and_the_log_does_not():
    taken = Taken(name="Maria")
    assert (taken.words, taken.next_words, taken.status) == ("Maria has that hour.", "Ask Maria.", 409)
    assert str(taken) == "taken"
    assert "Maria" not in str(taken)


def test_words_may_hold_a_percent_sign_and_no_facts():
    class Full(Refusal):
        message = "100 % full"

    assert Full().words == "100 % full"


def test_words_are_in_the_readers_language():
    with override("en"):
        assert Busy().next_words == "Try again in a moment."


def test_statuses_say_what_http_says():
    assert (Refusal.status, Busy.status, NotYours.status) == (409, 503, 403)
