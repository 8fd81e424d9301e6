"""Threads between a coach and a client, for both of them.  Opening one changes nothing; what was read is posted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import is_coach
from config.kernel import htmx, time
from config.kernel.errors import AlreadySent, Refusal
from scheduling.access import Thread, message_of, of_a_thread, thread_for, thread_for_client
from scheduling.actions.messages import mark_read, send_again, write_message
from scheduling.addresses import thread_at
from scheduling.message_forms import MessageForm
from scheduling.queries.messages import next_session, thread_page
from scheduling.queries.threads import threads_of_client, threads_of_coach
from scheduling.rules import why_not_write

if TYPE_CHECKING:
    from clients.access import PersonRequest

LIST = ("scheduling/message_list.html", "scheduling/_message_list.html")
THREAD = ("scheduling/message_thread.html", "scheduling/_message_thread.html")
# Nobody's name is longer; what is typed beyond is not looked at.
LONGEST = 100
_private = sensitive_post_parameters("body")


@of_a_thread
@require_safe
def message_list(request: PersonRequest) -> HttpResponse:
    """A coach's threads: `q` finds somebody by name, `show=unread` only what is new, `show=all` everybody in care.

    A client's threads; straight on to the only one."""
    if not is_coach(request.user):
        return _own_threads(request)
    return htmx.page_or_part(request, *LIST, {"is_coachs": True, **_listed(request)})


@of_a_thread
@_private
@require_http_methods(["GET", "HEAD", "POST"])
def message_thread(request: PersonRequest, client_id: uuid.UUID) -> HttpResponse:
    """One thread, its newest messages or those `before` one; posted to, it sends a message.

    The address is the client's for both; a client with several coaches says which one (`with`)."""
    thread = _thread(request, client_id)
    if request.method == "POST":
        return _send(request, _known(thread))
    return _show(request, thread) if thread else _own_threads(request)


@of_a_thread
@require_POST
def message_read(request: PersonRequest, client_id: uuid.UUID) -> HttpResponse:
    """What the other wrote is read, `until` the message of that number."""
    thread = _known(_thread(request, client_id))
    until = _number(request.POST.get("until"))
    mark_read(thread.provider.pk, thread.client.pk, by=request.user, now=time.now(), until=until or 0)
    if not htmx.wants_part(request):
        return redirect(f"{_address(thread)}#last")
    response = HttpResponse()
    response["HX-Trigger"] = htmx.THREADS_CHANGED
    return response


@of_a_thread
@require_POST
def message_again(request: PersonRequest, client_id: uuid.UUID, message_id: int) -> HttpResponse:
    """Send once more what did not reach the client: 409 when that is not needed, or not possible."""
    thread = thread_for(request.user, client_id)
    message = message_of(thread, message_id)
    try:
        send_again(message.pk, by=request.user, now=time.now())
    except Refusal as refusal:
        return _show(request, thread, status=refusal.status, again=refusal)
    if not htmx.wants_part(request):
        return redirect(f"{_address(thread)}#message-{message.pk}")
    return _in_place(_show(request, thread))


def _thread(request: PersonRequest, client_id: uuid.UUID) -> Thread | None:
    """The thread that is asked for; None for a client who has several and names none."""
    user, coach = request.user, request.GET.get("with")
    own = getattr(user, "client", None)
    if own is None or own.pk != client_id:
        return thread_for(user, client_id)
    if coach is not None:
        return thread_for_client(user, client_id, _number(coach) or 0)
    lines = threads_of_client(own, now=time.now()).lines
    return thread_for_client(user, client_id, lines[0].coach) if len(lines) == 1 else None


def _known(thread: Thread | None) -> Thread:
    if thread is None:
        raise Http404
    return thread


def _own_threads(request: PersonRequest) -> HttpResponse:
    """The threads of the client who asks."""
    client = request.user.client
    threads = threads_of_client(client, now=time.now())
    if len(threads.lines) == 1 and not htmx.wants_part(request):
        return redirect(thread_at(client.pk))
    shown = {"is_coachs": False, "threads": threads, "here": thread_at(client.pk)}
    return htmx.page_or_part(request, *LIST, shown)


def _listed(request: PersonRequest, *, opened: uuid.UUID | None = None) -> dict[str, Any]:
    """The list beside a thread; a part that is read anew says itself which thread is open."""
    typed, show = request.GET.get("q", "")[:LONGEST], request.GET.get("show", "")
    threads = threads_of_coach(request.user, typed=typed, show=show, now=time.now())
    return {"threads": threads, "opened": str(opened or request.GET.get("open", ""))}


def _send(request: PersonRequest, thread: Thread) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _unsent(request, thread, form)
    said, now = form.cleaned_data, time.now()
    who: dict[str, Any] = {"by": request.user, "now": now, "form_key": said["form_key"]}
    try:
        write_message(thread.provider.pk, thread.client.pk, said["body"], **who)
    except Refusal as refusal:
        return _unsent(request, thread, form, refusal)
    if not htmx.wants_part(request):
        return redirect(f"{_address(thread)}#last")
    response = _in_place(render(request, THREAD[1], _context(request, thread, is_sent=True)))
    response["HX-Replace-Url"] = _address(thread)
    response["HX-Trigger"] = htmx.THREADS_CHANGED
    return response


def _in_place(response: HttpResponse) -> HttpResponse:
    """Where the thread is by now: it may have read itself anew since this was asked for, and is another element then."""
    response["HX-Retarget"], response["HX-Reswap"] = "#thread", "outerHTML"
    return response


def _unsent(request: PersonRequest, thread: Thread, form: MessageForm, refusal: Refusal | None = None) -> HttpResponse:
    """What is in the way, above the text, which stays as it was typed."""
    # What was sent before stands; this is another message, with a key of its own.
    key = uuid.uuid4().hex if isinstance(refusal, AlreadySent) else form.key
    status = refusal.status if refusal else 422
    shown = {"form": form, "refusal": refusal, "key": key, "typed": form.typed}
    if not htmx.wants_part(request):
        return _show(request, thread, status=status, **shown)
    response = render(request, "scheduling/_composer_trouble.html", shown, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#composer-trouble", "innerHTML"
    return response


def _show(request: PersonRequest, thread: Thread, *, status: int = 200, **more: Any) -> HttpResponse:
    context = _context(request, thread, **more)
    if htmx.wants_part(request):
        return render(request, THREAD[1], context, status=status)
    if thread.is_coachs:
        context |= {**_listed(request, opened=thread.client.pk), "next": next_session(thread, now=time.now())}
    return render(request, THREAD[0], context, status=status)


def _context(request: PersonRequest, thread: Thread, *, is_sent: bool = False, **more: Any) -> dict[str, Any]:
    """What the part with the messages needs, and the page around it."""
    before = None if is_sent else _number(request.GET.get("before"))
    seen, page = _number(request.GET.get("seen")), thread_page(thread, now=time.now(), before=before)
    return {
        "thread": thread,
        "page": page,
        "here": _address(thread),
        "window": _address(thread, before=before),
        "earlier": _address(thread, before=page.earlier) if page.earlier else "",
        "read": thread_at(thread.client.pk, coach_id=_with(thread), page="message_read"),
        "news": page.since(seen) if seen is not None else 0,
        "is_sent": is_sent,
        "why_not": why_not_write(thread.care),
        "key": uuid.uuid4().hex,
        **more,
    }


def _address(thread: Thread, *, before: int | None = None) -> str:
    return thread_at(thread.client.pk, coach_id=_with(thread), before=before)


def _with(thread: Thread) -> int | None:
    """Whom a client must name: for a coach, the client in the address says it all."""
    return None if thread.is_coachs else thread.provider.pk


def _number(text: str | None) -> int | None:
    """The number that was said; None for anything that no row can have."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None
