"""Words for every rule of this app's tables: `CONSTRAINTS` has them all, a system check sees to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from clients.errors import AlreadyTold, NotInCare, UnknownChoice
from config.kernel.errors import Refusal, RuleBroken
from scheduling.errors.booking import ClientBusy, HourTaken
from scheduling.errors.messages import NothingWritten
from scheduling.errors.notes import NoteChangedMeanwhile, NoteEmpty, NoteIsFinal, NoteIsOpen, NoteTooLong
from scheduling.errors.proposals import AlreadyAsked, CaseClosed, OfferUnknown, RemindedTooLate
from scheduling.errors.swap import HalfASwap, NotBothAgreed
from scheduling.errors.waiting import CannotWait, NoHourHeld, WaitOutOfReason, WaitWithoutWindow, WindowTwice

if TYPE_CHECKING:
    from collections.abc import Mapping


class HoursOverlap(Refusal):
    """Two pieces of working hours share time."""

    code = "hours_overlap"
    message = _("These hours overlap with others of the same day.")
    next_step = _("Change one of the two so that they only touch.")


class EndsBeforeStart(Refusal):
    """An end that does not follow its beginning."""

    code = "ends_before_start"
    status = 422
    message = _("The end must come after the start.")
    next_step = _("Correct one of the two.")


class OutOfReason(Refusal):
    """A setting beyond what a calendar can do."""

    code = "out_of_reason"
    status = 422
    message = _("One of these numbers is smaller or greater than a calendar can use.")
    next_step = _("Choose a number in the range shown.")


class NegativePrice(Refusal):
    """A price below nothing."""

    code = "negative_price"
    status = 422
    message = _("A price cannot be negative.")
    next_step = _("Write a price of 0 or more, or leave it empty.")


class StrangeLength(Refusal):
    """A session that is no session: too short, too long, or without an end."""

    code = "strange_length"
    status = 422
    message = _("A session lasts between 5 minutes and 8 hours.")
    next_step = _("Choose another length.")


class SpanWithoutEnd(Refusal):
    """Time off has a beginning and an end."""

    code = "span_without_end"
    status = 422
    message = _("Time off needs a start and an end, the end after the start.")
    next_step = _("Correct one of the two.")


class HalfASession(Refusal):
    """A session whose parts do not fit one another."""

    code = "half_a_session"
    message = _("The parts of this session do not fit together: kind, person, time and status.")
    next_step = _("Reload the page to see how things stand, then try again.")


class NoSuchMove(Refusal):
    """A status that does not follow from the present one."""

    code = "no_such_move"
    message = _("This cannot be done in its present state: somebody has changed it.")
    next_step = _("Reload the page to see how things stand, then try again.")


class PaidWithoutPayee(Refusal):
    """Money has somebody who took it."""

    code = "paid_without_payee"
    message = _("A payment needs the person who received it, and the time.")
    next_step = _("Mark it as paid again while signed in.")


class RatingOutOfRange(Refusal):
    """One to five, and only afterwards."""

    code = "rating_out_of_range"
    status = 422
    message = _("Only a completed session is rated, from 1 to 5.")
    next_step = _("Choose a number from 1 to 5.")


class OfferUsed(Refusal):
    """One offer makes one session."""

    code = "offer_used"
    message = _("This offer was used already.")
    next_step = _("See the session that it made.")


class WrongPeople(Refusal):
    """Rows of different people cannot be tied together."""

    code = "wrong_people"
    message = _("These belong to different people and cannot be linked.")
    next_step = _("Reload the page to see how things stand, then try again.")


class AnsweredTooLate(Refusal):
    """After the deadline nothing is answered."""

    code = "answered_too_late"
    message = _("The time for an answer is over.")
    next_step = _("Ask for new times if you need some.")


class AnswerIsFinal(Refusal):
    """A choice made is not made again."""

    code = "answer_is_final"
    message = _("This was answered already, and the answer stays.")
    next_step = _("Ask to move the session if the time no longer suits.")


class KeptByNobody(Refusal):
    """Only who was asked to move, and said no, keeps an hour."""

    code = "kept_by_nobody"
    message = _("Only a client who was asked to move can keep the hour.")
    next_step = _("Reload the page to see how things stand, then try again.")


class OfferedTwice(Refusal):
    """The same time twice in one proposal."""

    code = "offered_twice"
    status = 422
    message = _("The same time is offered twice.")
    next_step = _("Choose another time for one of the two.")


CONSTRAINTS: Mapping[str, type[Refusal]] = {
    "coach_minutes_in_reason": OutOfReason,
    "coach_feed_names_known": UnknownChoice,
    "coach_limits_in_reason": OutOfReason,
    "coach_price_not_negative": NegativePrice,
    "rule_weekday_known": UnknownChoice,
    "rule_ends_after_start": EndsBeforeStart,
    "rule_no_overlap": HoursOverlap,
    "override_times_or_closed": EndsBeforeStart,
    "override_no_overlap": HoursOverlap,
    "time_off_is_sane": SpanWithoutEnd,
    "opened_is_sane": SpanWithoutEnd,
    "session_kind_known": UnknownChoice,
    "session_status_known": UnknownChoice,
    "session_during_is_sane": StrangeLength,
    "session_shape": HalfASession,
    "session_cancelled_has_time": HalfASession,
    "session_paid_has_payee": PaidWithoutPayee,
    "session_rating_one_to_five": RatingOutOfRange,
    "session_live_has_start": HalfASession,
    "session_ends_after_start": EndsBeforeStart,
    "session_price_not_negative": NegativePrice,
    "session_request_once": HalfASession,
    "session_key_request": RuleBroken,
    "session_key_mechanic": RuleBroken,
    "session_key_people": RuleBroken,
    "session_provider_no_overlap": HourTaken,
    "session_client_no_overlap": ClientBusy,
    "session_booked_in_care": NotInCare,
    "session_booked_from_offer": OfferUnknown,
    "session_status_born": NoSuchMove,
    "session_status_moves": NoSuchMove,
    "offer_books_once": OfferUsed,
    "case_status_known": UnknownChoice,
    "case_resolved_has_session": HalfASession,
    "case_hold_is_pending": CaseClosed,
    "case_wanted_is_sane": StrangeLength,
    "case_shape": CannotWait,
    "case_match_is_held": NoHourHeld,
    "case_minutes_in_reason": StrangeLength,
    "case_dates_in_reason": WaitOutOfReason,
    "case_has_window": WaitWithoutWindow,
    "window_of_waiting_case": WaitWithoutWindow,
    "window_weekday_known": UnknownChoice,
    "window_ends_after_start": EndsBeforeStart,
    "window_once": WindowTwice,
    "case_key_status": RuleBroken,
    "case_key_provider": RuleBroken,
    "case_key_client": RuleBroken,
    "case_session_once": WrongPeople,
    "case_session_is_its_own": WrongPeople,
    "case_status_born": NoSuchMove,
    "case_status_moves": CaseClosed,
    "proposal_kind_known": UnknownChoice,
    "proposal_status_known": UnknownChoice,
    "proposal_shape": WrongPeople,
    "proposal_session_is_recipients": WrongPeople,
    "proposal_case_is_providers": WrongPeople,
    "proposal_recipient_is_wisher": WrongPeople,
    "proposal_status_born": NoSuchMove,
    "proposal_status_moves": AnswerIsFinal,
    "answered_has_chosen": OfferUnknown,
    "answered_in_time": AnsweredTooLate,
    "answered_offer_resolves_case": NoSuchMove,
    "kept_is_declined_ask": KeptByNobody,
    "proposal_key_reply": RuleBroken,
    "proposal_key_swap": RuleBroken,
    "swap_is_of_two": HalfASwap,
    "swap_is_both": HalfASwap,
    "swap_needs_both_yes": NotBothAgreed,
    "agreed_in_time": AnsweredTooLate,
    "reminded_in_time": RemindedTooLate,
    "proposal_deadline_stands": AnsweredTooLate,
    "chosen_is_offered": OfferUnknown,
    "chosen_offer_once": OfferUsed,
    "chosen_once": AnswerIsFinal,
    "one_open_proposal_per_session": AlreadyAsked,
    "one_open_proposal_per_case": AlreadyAsked,
    "offer_during_is_sane": StrangeLength,
    "offer_once_in_proposal": OfferedTwice,
    "offer_key_proposal": RuleBroken,
    "counter_during_is_sane": StrangeLength,
    "counter_place_one_to_three": UnknownChoice,
    "counter_place_once": AnswerIsFinal,
    "counter_once_in_proposal": OfferedTwice,
    "counter_is_of_declined": NoSuchMove,
    "counter_accepted_once": AnswerIsFinal,
    "counter_stands": AnswerIsFinal,
    "message_kind_known": UnknownChoice,
    "message_once_per_proposal": AlreadyAsked,
    "message_proposal_shape": WrongPeople,
    "message_text_has_words": NothingWritten,
    "message_system_has_no_author": WrongPeople,
    "message_told_once": AlreadyTold,
    "note_once": NoteChangedMeanwhile,
    "note_by_provider": WrongPeople,
    "note_body_in_reason": NoteTooLong,
    "note_locked_has_words": NoteEmpty,
    "note_locked": NoteIsFinal,
    "note_key_author": RuleBroken,
    "addendum_has_words": NoteEmpty,
    "addendum_body_in_reason": NoteTooLong,
    "addendum_on_locked_note": NoteIsOpen,
    "addendum_is_its_authors": WrongPeople,
    "addendum_append_only": NoteIsFinal,
}
