from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Care, OutboxMessage
from scheduling.actions import cancel, conflicts, extend, freed, move, proposals, serve, swap
from scheduling.actions.ask import ask_client_to_move
from scheduling.actions.swap import Swap
from scheduling.errors import (
    AlreadyAsked,
    ChangedMeanwhile,
    ClientBusy,
    DeadlineTooLate,
    HourTaken,
    InOneAnothersWay,
    NeedsOverrule,
    NotBothAgreed,
    NotMovable,
    ProposalClosed,
    SameClient,
    SessionBegun,
    TakenBackSince,
)
from scheduling.models import RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalKind, ProposalStatus
from scheduling.wishes import Ending
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_coach,
    create_session,
    hour,
    moment,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, FIVE, ELEVEN = "2026-11-24 10:00", "2026-11-25 17:00", "2026-11-24 11:00"
TWO = "2026-11-25 14:00"
UNTIL = moment("2026-11-22 18:00")
OPEN, ANSWERED, DECLINED = ProposalStatus.OPEN, ProposalStatus.ANSWERED, ProposalStatus.DECLINED
WITHDRAWN, EXPIRED = ProposalStatus.WITHDRAWN, ProposalStatus.EXPIRED


@pytest.fixture
def oksana(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


@pytest.fixture
def thomas(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=FIVE)


def both(first, second, **fields):
    return Swap(first=first.pk, second=second.pk, versions=(first.version, second.version), **fields)


def swapped(first, second, coach, now=NOW, **fields):
    return swap.swap_sessions(both(first, second, **fields), by=coach.user, now=now)


def proposed(first, second, coach, key="", until=UNTIL, **fields):
    """The two questions, that to the first session's client first."""
    asked = swap.propose_swap(both(first, second, **fields), until, "Please", by=coach.user, now=NOW, form_key=key)
    return asked, RescheduleProposal.objects.get(pk=asked.twin_id)


def yes(proposal, now=NOW, by=None):
    return proposals.answer_proposal(proposal.pk, proposal.offers.get().pk, by=by, now=now)


def no(proposal):
    return proposals.decline_proposal(proposal.pk, "Sorry", by=None, now=NOW, keeps=True)


def where(*sessions):
    return [Session.objects.get(pk=each.pk).interval for each in sessions]


def stages(*asked):
    return [RescheduleProposal.objects.get(pk=each.pk).status for each in asked]


def told(kind):
    return set(OutboxMessage.objects.filter(kind=kind).values_list("recipient", flat=True))


def client_of(*sessions):
    return {f"client:{each.client_id}" for each in sessions}


class TestByTheCoach:
    def test_each_is_where_the_other_was_and_both_are_told(self, coach, oksana, thomas):
        swapped(oksana, thomas, coach)
        assert where(oksana, thomas) == [hour(FIVE), hour(TEN)]
        assert told("session_moved") == client_of(oksana, thomas)
        assert [verb for verb, _, _ in traces.audit(verb="session_moved")] == ["session_moved"] * 2

    def test_each_keeps_its_length(self, coach, oksana):
        long = create_session(coach=coach, client=create_client(of=coach), at=TWO, minutes=80)
        swapped(oksana, long, coach)
        assert where(oksana, long) == [hour(TWO), hour(TEN, minutes=80)]

    def test_sent_again_nothing_more_happens(self, coach, oksana, thomas):
        asked = both(oksana, thomas)
        swap.swap_sessions(asked, by=coach.user, now=NOW)
        before = traces.everything()
        swap.swap_sessions(asked, by=coach.user, now=NOW)
        assert traces.everything() == before

    def test_two_plain_moves_are_not_taken_for_a_swap_sent_before(self, coach, oksana, thomas):
        asked = both(oksana, thomas)
        for session, at in ((oksana, "2026-11-26 12:00"), (thomas, "2026-11-26 14:00")):
            move.move_session(session.pk, hour(at), by=coach.user, now=NOW, version=1)
        with pytest.raises(ChangedMeanwhile):
            swap.swap_sessions(asked, by=coach.user, now=NOW)

    def test_what_was_asked_of_either_is_withdrawn(self, coach, oksana, thomas):
        asked = ask_client_to_move(
            thomas.pk, [hour("2026-11-26 12:00")], UNTIL, "", by=coach.user, now=NOW, version=thomas.version
        )
        swapped(oksana, thomas, coach)
        assert stages(asked) == [WITHDRAWN]

    def test_their_own_open_question_ends_without_news_of_its_own(self, coach, oksana, thomas):
        asked = proposed(oksana, thomas, coach)
        swapped(oksana, thomas, coach)
        assert stages(*asked) == [WITHDRAWN] * 2
        assert told("proposal_withdrawn") == set()

    def test_a_question_to_a_third_ends_and_the_third_hears_of_it(self, coach, oksana, thomas):
        third = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 12:00")
        asked = proposed(oksana, third, coach)
        swapped(oksana, thomas, coach)
        assert stages(*asked) == [WITHDRAWN] * 2
        assert told("proposal_withdrawn") == client_of(third)

    def test_the_rest_of_a_longer_hour_goes_to_who_waits_for_it(self, coach, oksana):
        long = create_session(coach=coach, client=create_client(of=coach), at=TWO, minutes=110)
        case = create_case(coach=coach, client=create_client(of=coach), blocking=long, at="2026-11-25 15:00")
        swapped(oksana, long, coach)
        case.refresh_from_db()
        assert case.held_until == NOW + freed.HELD_FOR

    def test_the_rest_books_itself_if_so_ticked(self, coach, oksana):
        long = create_session(coach=coach, client=create_client(of=coach), at=TWO, minutes=110)
        case = create_case(
            coach=coach,
            client=create_client(of=coach),
            blocking=long,
            at="2026-11-25 15:00",
            book_when_freed=True,
        )
        swapped(oksana, long, coach)
        case.refresh_from_db()
        assert (case.status, case.resolution) == (CaseStatus.RESOLVED, Ending.FREED)


class TestRefused:
    @pytest.fixture(params=[swapped, proposed], ids=["swap", "ask"])
    def act(self, request):
        return request.param

    def refused(self, refusal, act, first, second, coach, **fields):
        before = traces.everything()
        with pytest.raises(refusal) as raised:
            act(first, second, coach, **fields)
        assert type(raised.value) is refusal
        assert traces.everything() == before

    def test_two_of_one_client(self, act, coach, oksana):
        other = create_session(coach=coach, client=oksana.client, at=FIVE)
        self.refused(SameClient, act, oksana, other, coach)

    def test_over_or_cancelled(self, act, coach, oksana, thomas):
        cancel.cancel_session(thomas.pk, by=coach.user, now=NOW, version=1)
        thomas.refresh_from_db()
        self.refused(NotMovable, act, oksana, thomas, coach)
        past = create_session(coach=coach, client=create_client(of=coach), at="2026-11-19 10:00")
        self.refused(SessionBegun, act, past, oksana, coach)

    def test_one_too_long_beside_the_other(self, act, coach, oksana):
        long = create_session(coach=coach, client=create_client(of=coach), at=ELEVEN, minutes=120)
        self.refused(InOneAnothersWay, act, oksana, long, coach)

    def test_a_third_in_the_way_of_the_longer_one(self, act, coach, oksana):
        long = create_session(coach=coach, client=create_client(of=coach), at=TWO, minutes=110)
        create_session(coach=coach, client=create_client(of=coach), at=ELEVEN)
        self.refused(HourTaken, act, oksana, long, coach)
        self.refused(HourTaken, act, long, oksana, coach, overrule=True)

    def test_a_client_who_is_elsewhere_then(self, act, coach, oksana, thomas):
        other = create_coach()
        create_care(provider=other, client=thomas.client)
        create_session(coach=other, client=thomas.client, at=TEN)
        self.refused(ClientBusy, act, oksana, thomas, coach)

    def test_what_only_warns_can_be_overruled(self, act, coach, oksana):
        long = create_session(coach=coach, client=create_client(of=coach), at="2026-11-25 16:00", minutes=80)
        late = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 21:00")
        self.refused(NeedsOverrule, act, late, long, coach)
        act(late, long, coach, overrule=True)

    def test_what_changed_since_it_was_looked_at(self, act, coach, oksana, thomas):
        seen = Session.objects.get(pk=thomas.pk)
        move.move_session(thomas.pk, hour("2026-11-26 12:00"), by=coach.user, now=NOW, version=1)
        self.refused(ChangedMeanwhile, act, oksana, seen, coach)


class TestAsked:
    def test_both_are_asked_and_both_stay(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        assert (first.kind, second.kind) == (ProposalKind.SWAP, ProposalKind.SWAP)
        assert [each.offers.get().interval for each in (first, second)] == [hour(FIVE), hour(TEN)]
        assert told("swap_proposed") == client_of(oksana, thomas)
        assert where(oksana, thomas) == [hour(TEN), hour(FIVE)]

    def test_same_form_sent_again_is_the_same_question(self, coach, oksana, thomas):
        first, _ = proposed(oksana, thomas, coach, key="k")
        assert proposed(oksana, thomas, coach, key="k")[0] == first
        proposals.withdraw_proposal(first.pk, by=coach.user, now=NOW)
        with pytest.raises(TakenBackSince):
            proposed(oksana, thomas, coach, key="k")

    def test_nobody_is_asked_twice(self, coach, oksana, thomas):
        proposed(oksana, thomas, coach)
        with pytest.raises(AlreadyAsked):
            proposed(thomas, oksana, coach)
        with pytest.raises(AlreadyAsked):
            ask_client_to_move(oksana.pk, [hour(ELEVEN)], UNTIL, "", by=coach.user, now=NOW, version=1)

    def test_answer_is_due_before_either_begins(self, coach, oksana, thomas):
        with pytest.raises(DeadlineTooLate):
            proposed(thomas, oksana, coach, until=moment(TEN) + dt.timedelta(minutes=1), overrule=True)

    def test_one_yes_changes_nothing_yet(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        outcome = yes(first)
        assert (outcome.first, outcome.session) == (True, oksana)
        assert where(oksana, thomas) == [hour(TEN), hour(FIVE)]
        assert stages(first, second) == [OPEN, OPEN]
        assert told("swap_agreed") == {f"user:{coach.pk}"}
        assert told("session_moved") == set()

    def test_yes_of_both_swaps(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        yes(second)
        yes(first)
        assert where(oksana, thomas) == [hour(FIVE), hour(TEN)]
        assert stages(first, second) == [ANSWERED, ANSWERED]
        assert told("session_moved") == client_of(oksana, thomas)

    def test_yes_sent_again_is_the_same_yes(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        yes(first)
        before = traces.everything()
        assert not yes(first).first
        assert traces.everything() == before
        yes(second)
        before = traces.everything()
        assert not yes(first).first
        assert traces.everything() == before

    def test_one_no_ends_it_for_both(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        yes(first)
        no(second)
        assert stages(first, second) == [WITHDRAWN, DECLINED]
        assert told("proposal_withdrawn") == client_of(oksana)
        with pytest.raises(ProposalClosed):
            yes(first)

    def test_who_said_yes_may_still_say_no(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        yes(first)
        no(first)
        assert stages(first, second) == [DECLINED, WITHDRAWN]

    def test_both_expire_together(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        yes(first)
        serve.end_due(coach.pk, now=UNTIL + dt.timedelta(seconds=1))
        assert stages(first, second) == [EXPIRED, EXPIRED]
        # Who had said yes, and, once, the coach.
        assert told("proposal_expired") == client_of(oksana) | {f"user:{coach.pk}"}
        assert OutboxMessage.objects.filter(kind="proposal_expired").count() == 2

    def test_both_are_withdrawn_together_and_hear_of_it(self, coach, oksana, thomas):
        first, second = proposed(oksana, thomas, coach)
        proposals.withdraw_proposal(second.pk, by=coach.user, now=NOW)
        assert stages(first, second) == [WITHDRAWN, WITHDRAWN]
        assert told("proposal_withdrawn") == client_of(oksana, thomas)

    def test_both_get_more_time_and_who_said_yes_is_left_alone(self, coach, oksana, thomas):
        first, _ = proposed(oksana, thomas, coach)
        yes(first)
        later = UNTIL + dt.timedelta(hours=2)
        extend.extend_proposal(first.pk, later, by=coach.user, now=NOW)
        assert {each.expires_at for each in RescheduleProposal.objects.all()} == {later}
        assert told("proposal_extended") == client_of(thomas)

    @pytest.mark.parametrize("act", ["move", "cancel"])
    def test_it_ends_when_either_session_changes(self, coach, oksana, thomas, act):
        first, second = proposed(oksana, thomas, coach)
        yes(second)
        if act == "move":
            move.move_session(thomas.pk, hour("2026-11-26 12:00"), by=coach.user, now=NOW, version=1)
        else:
            cancel.cancel_session(thomas.pk, by=coach.user, now=NOW, version=1)
        assert stages(first, second) == [WITHDRAWN, WITHDRAWN]
        assert told("proposal_withdrawn") == client_of(oksana)

    def test_wish_for_the_hour_waits_in_line_meanwhile(self, coach, oksana, thomas):
        case = create_case(coach=coach, client=create_client(of=coach), blocking=oksana)
        proposed(oksana, thomas, coach)
        with pytest.raises(AlreadyAsked):
            conflicts.ask_again(case.pk, [hour(ELEVEN)], UNTIL, "", by=coach.user, now=NOW)


class TestSomethingInTheWay:
    """Both say yes, and by then the longer one has no room."""

    @pytest.fixture
    def asked(self, coach, oksana):
        self.long = create_session(coach=coach, client=create_client(of=coach), at=TWO, minutes=110)
        asked = proposed(oksana, self.long, coach)
        yes(asked[0])
        self.third = create_session(coach=coach, client=create_client(of=coach), at=ELEVEN)
        yes(asked[1])
        return asked

    def test_both_stay_and_nobody_is_told_of_a_swap(self, oksana, asked):
        assert where(oksana, self.long) == [hour(TEN), hour(TWO, minutes=110)]
        assert stages(*asked) == [OPEN, OPEN]
        assert told("session_moved") == set()

    def test_coach_swaps_them_when_it_is_out_of_the_way(self, coach, oksana, asked):
        with pytest.raises(HourTaken):
            swap.accept_swap(asked[0].pk, by=coach.user, now=NOW)
        cancel.cancel_session(self.third.pk, by=coach.user, now=NOW, version=1)
        swap.accept_swap(asked[0].pk, by=coach.user, now=NOW)
        assert where(oksana, self.long) == [hour(TWO), hour(TEN, minutes=110)]
        assert stages(*asked) == [ANSWERED, ANSWERED]
        before = traces.everything()
        swap.accept_swap(asked[1].pk, by=coach.user, now=NOW)
        assert traces.everything() == before


def test_second_yes_swaps_nobody_whose_care_has_ended(coach, oksana, thomas):
    first, second = proposed(oksana, thomas, coach)
    yes(first)
    Care.objects.filter(client=oksana.client).update(ended_at=NOW)
    yes(second)
    assert where(oksana, thomas) == [hour(TEN), hour(FIVE)]
    assert stages(first, second) == [OPEN, OPEN]


def test_coach_cannot_swap_before_both_agreed(coach, oksana, thomas):
    first, _ = proposed(oksana, thomas, coach)
    yes(first)
    with pytest.raises(NotBothAgreed):
        swap.accept_swap(first.pk, by=coach.user, now=NOW)
