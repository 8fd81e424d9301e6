"""Whatever people do to a calendar, in whatever order: every deed is done or refused, and nobody waits for nothing.

MACHINE_EXAMPLES and MACHINE_STEPS say how many lives of how many steps (`make soak`: many, and others each time), and
MACHINE_SHARES into how many parts they are divided, which several processes live side by side; without them a few,
always the same."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, run_state_machine_as_test

from config.kernel.errors import Busy, Refusal, RuleBroken
from scheduling.actions import endings
from scheduling.errors import HourTaken
from tests import databases
from tests.scheduling.machine import steps, truths
from tests.scheduling.machine.world import DAYS, World

pytestmark = pytest.mark.django_db

SHARES = int(os.environ.get("MACHINE_SHARES", "1"))
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "5")) // SHARES
STEPS = int(os.environ.get("MACHINE_STEPS", "12"))
IS_SOAK = "MACHINE_EXAMPLES" in os.environ
usual = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=not IS_SOAK,
    database=None,
    deadline=None,
    print_blob=IS_SOAK,
    suppress_health_check=list(HealthCheck),
)


class Practice(steps.Sessions, steps.Proposals, steps.Answers, steps.Wishes, steps.Time, RuleBasedStateMachine):
    """The world, and what was seen of it after the last step."""

    tally = Counter()

    def __init__(self):
        super().__init__()
        self.there_are, self.last, self.forms = Counter(), None, 0
        self.stage = databases.taken_back()
        self.stage.__enter__()

    def teardown(self):
        self.stage.__exit__(None, None, None)

    @initialize(day=st.sampled_from(DAYS))
    def begin(self, day):
        self.world = World(day)
        self.seen = truths.look(self.world)
        self.there_are = truths.what_there_is(self.world.now)

    def new_key(self):
        self.forms += 1
        return f"form {self.forms}"

    def changes(self, deed, session, *args, **how):
        """Do it to the session as it is now."""
        return self.does(deed, session.pk, *args, by=session.provider, version=session.version, **how)

    def does(self, deed, *args, **how):
        """Done, or refused in words; what is refused leaves nothing behind."""
        before = truths.what_was_done()
        self.last, came = (deed, args, how), "done"
        try:
            deed(*args, now=self.world.now, **how)
        except Refusal as refusal:
            came = refusal.code
            self.check_refusal(refusal)
            assert truths.what_was_done() == before, f"{deed.__name__} was refused with {came}, and did something"
        self.tally[deed.__name__, came] += 1
        event(f"{deed.__name__}: {came}")

    def check_refusal(self, refusal):
        assert not isinstance(refusal, RuleBroken | Busy), f"only the database knew: {refusal!r} {refusal.__cause__}"
        if isinstance(refusal, HourTaken):
            clash = refusal.clash
            assert clash, f"only the database knew: {refusal.__cause__}"
            assert self.world.are_taken(clash), "nobody has that hour"

    @invariant()
    def nobody_waits_for_nothing(self):
        self.there_are = truths.what_there_is(self.world.now)
        before, self.seen = self.seen, truths.look(self.world)
        truths.check(self.world, before, self.seen)


@pytest.mark.parametrize("_share", range(SHARES))
def test_whatever_is_done_nobody_waits_for_nothing(_share):
    Practice.tally.clear()
    run_state_machine_as_test(Practice, settings=usual)
    for (deed, came), times in sorted(Practice.tally.items()):
        print(f"{deed:22}{came:24}{times}")
    done = {deed for deed, came in Practice.tally if came == "done"}
    tried = {deed for deed, came in Practice.tally}
    # Two who agreed swap by themselves; that the coach must press takes more than a life of thirty deeds.
    assert EXAMPLES < 200 or done >= tried - {"accept_swap"}


def test_the_machine_sees_when_what_was_open_about_a_wish_stays_open(monkeypatch):
    monkeypatch.setattr(endings, "withdraw_open", lambda *args, **how: None)
    looking = settings(usual, max_examples=300, stateful_step_count=15, derandomize=True, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Practice, settings=looking)
