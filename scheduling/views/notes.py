"""A session's private note and its history.  No word of a note goes anywhere but into its own part of the page."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.kernel import htmx, time
from config.kernel.errors import AlreadySent, Refusal
from scheduling.access import coach_only, session_for
from scheduling.actions.notes import add_addendum, finish_note, save_draft
from scheduling.errors import NoteChangedMeanwhile
from scheduling.note_forms import AddendumForm, NoteForm
from scheduling.queries.history import history_of
from scheduling.queries.notes import note_page, saved_words
from scheduling.views.paper import hide_name, wants_initials

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from scheduling.models import Session, SessionNote

NOTE = ("scheduling/session_note.html", "scheduling/_session_notes.html")
HISTORY = ("scheduling/session_history.html", "scheduling/_session_history_list.html")
NOTE_CHANGED = "note:changed"
_asking = require_http_methods(["GET", "HEAD", "POST"])
_private = sensitive_post_parameters("body")


@coach_only
@_private
@_asking
def session_note(request: PersonRequest, session_id: int) -> HttpResponse:
    """The note; posted to, it keeps what is written so far.

    htmx gets only the line that says so, for the cursor is in the text.  Changed in another window: 409 with both."""
    session = session_for(request.user, session_id)
    if request.method != "POST":
        return _section(request, session)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _unsaved(request, session, form)
    try:
        note = save_draft(session, by=request.user, now=time.now(), **asdict(form.draft()))
    except Refusal as refusal:
        return _unsaved(request, session, form, refusal)
    if not htmx.wants_part(request):
        return htmx.done(request, to=_home(session), toast=_("The note is saved."))
    if form.cleaned_data["over"] is not None:
        return _section(request, session, focus="note-body")
    return _saved(request, form, note)


@coach_only
@_private
@require_POST
def note_finish(request: PersonRequest, session_id: int) -> HttpResponse:
    """Keep what is written, and lock it for good."""
    session = session_for(request.user, session_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _unsaved(request, session, form)
    try:
        finish_note(session, by=request.user, now=time.now(), **asdict(form.draft()))
    except Refusal as refusal:
        return _unsaved(request, session, form, refusal)
    return _changed(request, session, _("The note is finished."), focus="note-t")


@coach_only
@_private
@require_POST
def note_add(request: PersonRequest, session_id: int) -> HttpResponse:
    """Add to a finished note.  With `draft`, only put the text into that form, to be looked at first."""
    session = session_for(request.user, session_id)
    form = AddendumForm(request.POST)
    if "draft" in request.POST:
        return _section(request, session, typed=form.typed, focus="note-more")
    if not form.is_valid():
        return _section(request, session, typed=form.typed, form=form, status=422)
    said = form.cleaned_data
    try:
        add_addendum(session, said["body"], by=request.user, now=time.now(), form_key=said["form_key"])
    except Refusal as refusal:
        # What was sent before stands; this is another addition, with a key of its own.
        key = "" if isinstance(refusal, AlreadySent) else form.key
        return _section(request, session, typed=form.typed, refusal=refusal, form_key=key)
    return _changed(request, session, _("The addition is saved."), focus="note-t")


@coach_only
@require_safe
def session_history(request: PersonRequest, session_id: int) -> HttpResponse:
    """What has happened to the session so far."""
    session = session_for(request.user, session_id)
    if wants_initials(request):
        hide_name(session.client)
    shown = {"session": session, "history": history_of(session, reader=request.user)}
    return htmx.page_or_part(request, *HISTORY, shown)


def _section(
    request: PersonRequest,
    session: Session,
    *,
    typed: str | None = None,
    status: int = 200,
    refusal: Refusal | None = None,
    form_key: str = "",
    **more: Any,
) -> HttpResponse:
    """The whole part about the note; with `typed` in the window instead of what is kept."""
    note = note_page(session, request.user)
    note = replace(note, typed=typed, form_key=form_key or note.form_key)
    shown = {"session": session, "note": note, "refusal": refusal, **more}
    return htmx.page_or_part(request, *NOTE, shown, status=refusal.status if refusal else status)


def _saved(request: PersonRequest, form: NoteForm, note: SessionNote | None) -> HttpResponse:
    """The line that says when it was saved, and the version to build on."""
    words = saved_words(note.saved_at) if note else ""
    shown = {"words": words, "version": note.version if note else 0}
    response = render(request, "scheduling/_note_saved.html", shown)
    if words == form.cleaned_data["said"]:
        # What stands there already is not read aloud again; only the version moves on.
        response["HX-Reswap"] = "none"
    return response


def _unsaved(request: PersonRequest, session: Session, form: NoteForm, refusal: Refusal | None = None) -> HttpResponse:
    """What is in the way, above the text, which stays as it is being typed."""
    status = refusal.status if refusal else 422
    if not htmx.wants_part(request):
        return _section(request, session, typed=form.typed, form=form, refusal=refusal, status=status)
    other = refusal.note if isinstance(refusal, NoteChangedMeanwhile) else None
    shown = {"session": session, "form": form, "refusal": refusal, "other": other}
    response = render(request, "scheduling/_note_unsaved.html", shown, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#note-trouble", "innerHTML"
    if other and form.data.get("met") == str(other.version):
        response["HX-Reswap"] = "none"
    return response


def _changed(request: PersonRequest, session: Session, words: str, *, focus: str) -> HttpResponse:
    """The part anew, and the history with it; without htmx, the session's page with the words above it."""
    if not htmx.wants_part(request):
        return htmx.done(request, to=_home(session), toast=words)
    response = _section(request, session, focus=focus)
    response["HX-Trigger"] = NOTE_CHANGED
    return response


def _home(session: Session) -> str:
    return reverse("scheduling:session_detail", args=[session.pk]) + "#session-notes"
