"""The addresses of this room; an address, its view and its page share one name."""

from __future__ import annotations

from django.urls import path

from scheduling.views import (
    again,
    ask,
    away,
    calendar,
    conflicts,
    dates,
    hours,
    my,
    notes,
    pending,
    proposals,
    reports,
    rules,
    series,
    sessions,
)
from scheduling.views import again, calendar, changes, conflicts, my, pending, proposals, sessions, undo

app_name = "scheduling"

urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("sessions/book/", sessions.session_book, name="session_book"),
    path("sessions/<int:session_id>/", sessions.session_detail, name="session_detail"),
    path("sessions/<int:session_id>/move/", sessions.session_move, name="session_move"),
    path("sessions/<int:session_id>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<int:session_id>/note/", notes.session_note, name="session_note"),
    path("sessions/<int:session_id>/note/finish/", notes.note_finish, name="note_finish"),
    path("sessions/<int:session_id>/note/addenda/", notes.note_add, name="note_add"),
    path("sessions/<int:session_id>/history/", notes.session_history, name="session_history"),
    path("sessions/<int:session_id>/again/", series.session_again, name="session_again"),
    path("sessions/<int:session_id>/ask/", ask.session_ask, name="session_ask"),
    path("sessions/<int:session_id>/ask/link/", ask.session_ask_link, name="session_ask_link"),
    path("sessions/<int:session_id>/ask/withdraw/", ask.session_ask_withdraw, name="session_ask_withdraw"),
    path("sessions/<int:session_id>/ask/done/", ask.session_ask_done, name="session_ask_done"),
    path("sessions/<int:session_id>/complete/", changes.session_complete, name="session_complete"),
    path("sessions/<int:session_id>/no-show/", changes.session_no_show, name="session_no_show"),
    path("sessions/<int:session_id>/paid/", changes.session_paid, name="session_paid"),
    path("sessions/<int:session_id>/arrived/", changes.session_arrived, name="session_arrived"),
    path("sessions/<int:session_id>/reopen/", changes.session_reopen, name="session_reopen"),
    path("sessions/<int:session_id>/undo/", undo.session_undo, name="session_undo"),
    path("conflicts/", pending.conflict_list, name="conflict_list"),
    path("conflicts/offer/", conflicts.conflict_offer, name="conflict_offer"),
    path("conflicts/ask/", conflicts.conflict_ask, name="conflict_ask"),
    path("conflicts/<int:case_id>/book/", pending.conflict_book, name="conflict_book"),
    path("conflicts/<int:case_id>/withdraw/", pending.conflict_withdraw, name="conflict_withdraw"),
    path("conflicts/<int:case_id>/offer/", again.conflict_offer_again, name="conflict_offer_again"),
    path("conflicts/<int:case_id>/ask/", again.conflict_ask_again, name="conflict_ask_again"),
    path("conflicts/<int:case_id>/release/", pending.conflict_release, name="conflict_release"),
    path("conflicts/<int:case_id>/link/", pending.conflict_link, name="conflict_link"),
    path("settings/hours/", hours.settings_hours, name="settings_hours"),
    path("settings/hours/week/", hours.settings_week, name="settings_week"),
    path("settings/hours/dates/", dates.settings_date, name="settings_date"),
    path("settings/hours/dates/remove/", dates.settings_date_remove, name="settings_date_remove"),
    path("settings/hours/holidays/", dates.settings_holidays, name="settings_holidays"),
    path("settings/hours/away/", away.settings_away, name="settings_away"),
    path("settings/hours/away/<int:time_off_id>/remove/", away.settings_away_remove, name="settings_away_remove"),
    path("settings/hours/outside/", away.settings_outside, name="settings_outside"),
    path("settings/rules/", rules.settings_rules, name="settings_rules"),
    path("p/<str:token>/", proposals.proposal_answer, name="proposal_answer"),
    # A link copied without its end opens the same page: the redirect to the whole one would carry the token.
    path("p/<str:token>", proposals.proposal_answer, name="proposal_answer_cut"),
    path("reports/", reports.report_show, name="report_show"),
    path("reports/unpaid/", reports.report_unpaid, name="report_unpaid"),
    path("reports/unpaid/list.csv", reports.report_unpaid_file, name="report_unpaid_file"),
    path("reports/unsaid/", reports.report_unsaid, name="report_unsaid"),
    path("reports/<slug:name>.csv", reports.report_file, name="report_file"),
    path("my/", my.my_home, name="my_home"),
    path("my/offers/<int:proposal_id>/", proposals.my_offer, name="my_offer"),
]
