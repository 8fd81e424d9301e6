"""Every address of the site that is a page, for whom, and how it comes to look as it does; and those that are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from tests.browser.cast import link_to, way_out_for
from tests.browser.world import World
from tests.factories import PASSWORD


@dataclass(frozen=True)
class Page:
    """One look at one address: for whom, where, and what is pressed first."""

    who: str
    path: str | Callable[[World], str]
    opens: Callable[[Any, World], None] | None = None
    note: str = ""

    def address(self, world):
        return self.path if isinstance(self.path, str) else self.path(world)

    @property
    def title(self):
        """What pytest calls it."""
        return f"{self.who}:{self.note or self.path}"


def at(template):
    """A path with what the world knows filled in: {maria}, {nikos}, {held}, {cancelled}, {case}, {day}, …"""

    def fill(world):
        return template.format(
            maria=world.stage.marias.pk,
            nikos=world.nikoss.pk,
            held=world.held.pk,
            cancelled=world.cancelled.pk,
            case=world.case.pk,
            wait=world.wait.pk,
            swap=link_to(world.swap),
            agrees=link_to(world.swap.twin),
            swapped=world.swap.session_id,
            proposal=world.proposal.pk,
            token=link_to(world.proposal),
            ends=way_out_for(world.stage.maria),
            offer=link_to(world.offer),
            day=world.day,
            later=world.day + dt.timedelta(days=3),
            key=world.key.pk,
            client=world.stage.maria.pk,
            left=world.people["left"].client.pk,
            coach=world.stage.elena.user.pk,
            other=world.stage.nikos.pk,
            reset=reset_key(world.people["client"]),
        )

    return fill


def reset_key(user):
    """The end of the link that a forgotten password is set anew with."""
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def presses(selector, then):
    """Press that, and wait until the other is there."""

    def opens(page, world):
        page.locator(selector).filter(visible=True).first.click()
        page.locator(then).first.wait_for()

    return opens


def clashes(page, world):
    page.locator(f"input[name=client][value='{world.stage.nikos.pk}']").check()
    page.locator("button[name=notify][value='1']").click()
    page.locator("input[name=way]").first.wait_for()


def asks_to_move(page, world):
    clashes(page, world)
    page.locator("input[name=way]").nth(1).check()
    page.locator("button.primary[formaction*='/conflicts/ask/']").filter(visible=True).wait_for()


def finds(page, world):
    page.locator("#q").press_sequentially(str(world.stage.maria).split()[0])
    page.locator("#found-people").wait_for()


def need_not_wait(page, world):
    page.locator(f"input[name=client][value='{world.stage.nikos.pk}']").check()
    page.locator("form button.primary").click()
    page.locator(".notice.good").wait_for()


def meets_another_window(page, world):
    page.locator("#note-version").evaluate("(version) => { version.value = 0; }")
    page.locator("#note-body").fill("Mine. " * 40)
    page.locator("#note-clash").wait_for()


def goes_away(page, world):
    page.locator("#away-first").fill(str(world.day))
    page.locator("#away-last").fill(str(world.day + dt.timedelta(days=1)))
    page.locator("#away-save").click()
    page.locator("#dlg h2").wait_for()


def writes_times(page, _world):
    """None fits, and times of one's own are asked for."""
    page.locator("[value=none_fits]").check()
    page.locator(".none-text summary").click()


def answers(page, world):
    page.locator(".slot input").first.check()
    page.locator("form button.primary").click()
    page.locator(".slot").first.wait_for(state="detached")


def sends_nothing(page, world):
    page.locator("#composer-send").click()
    page.locator("#composer-error").wait_for()


def shows_numbers(page, world):
    for summary in page.locator("details > summary").all():
        summary.click()


def signs_in(page, world):
    page.locator("[name=login]").fill(world.people["careful"].email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("[name=code]").wait_for()


def asks_for_a_code(page, world):
    page.locator("[name=email]").fill(world.people["client"].email)
    page.locator("[name=email]").press("Enter")
    page.locator("[name=code]").wait_for()


PAGES = (
    Page("coach", "/"),
    Page("coach", "/keys/"),
    Page("coach", at("/calendar/?view=week&date={day}"), note="/calendar/"),
    Page("coach", at("/calendar/?view=week&date={day}"), presses("#cal-new", "#dlg h2"), note="/calendar/ new"),
    Page("coach", at("/calendar/?view=day&date={day}"), note="/calendar/ day"),
    Page("coach", at("/calendar/?view=month&date={day}"), note="/calendar/ month"),
    Page("coach", at("/calendar/?view=agenda&date={day}"), note="/calendar/ agenda"),
    Page("fresh", "/calendar/", note="/calendar/ without hours"),
    Page("fresh", "/", note="/ without clients"),
    Page("coach", at("/calendar/why/?day={day}&at=10:00"), note="/calendar/why/ taken"),
    Page("coach", at("/calendar/why/?day={day}&at=9:10"), note="/calendar/why/ step"),
    Page("coach", "/find/", finds),
    Page("coach", "/sessions/book/"),
    Page("coach", at("/sessions/book/?day={day}&at=10:00"), clashes, note="/sessions/book/ clash"),
    Page("coach", at("/sessions/book/?day={day}&at=10:00"), asks_to_move, note="/sessions/book/ ask"),
    Page("coach", at("/sessions/{maria}/"), note="/sessions/ asked to move"),
    Page("coach", at("/sessions/{nikos}/"), meets_another_window, note="/sessions/ note of two windows"),
    Page(
        "coach",
        at("/sessions/{held}/?initials=1"),
        presses("#session-history-t", "#history-list"),
        note="/sessions/ held",
    ),
    Page("coach", at("/sessions/{cancelled}/"), note="/sessions/ cancelled"),
    Page("coach", at("/sessions/{nikos}/"), presses("#session-move", "#dlg h2"), note="/sessions/ move"),
    Page("coach", at("/sessions/{nikos}/move/"), note="/sessions/move/"),
    Page("coach", at("/sessions/{nikos}/cancel/"), note="/sessions/cancel/"),
    Page("coach", at("/sessions/{nikos}/note/"), note="/sessions/note/"),
    Page("coach", at("/sessions/{held}/history/"), note="/sessions/history/"),
    # Maria is in the way of the first, and Saturday is closed.
    Page("coach", at("/sessions/{nikos}/again/?times=2&day={day}&at=10:00"), note="/sessions/again/ clash"),
    Page("coach", at("/sessions/{nikos}/again/?times=2&day={later}"), note="/sessions/again/"),
    Page("coach", at("/sessions/{nikos}/ask/"), note="/sessions/ask/"),
    Page("coach", at("/sessions/{maria}/ask/"), note="/sessions/ask/ again"),
    Page("coach", at("/sessions/{nikos}/swap/"), note="/sessions/swap/"),
    Page("coach", at("/sessions/{nikos}/swap/?with={maria}"), note="/sessions/swap/ both"),
    Page("coach", at("/sessions/{swapped}/"), note="/sessions/ asked to swap"),
    Page("coach", "/conflicts/"),
    Page("coach", "/conflicts/?show=closed"),
    Page("coach", at("/conflicts/{case}/"), note="/conflicts/ trail"),
    Page("coach", at("/conflicts/offers/{proposal}/extend/"), note="/conflicts/offers/extend/"),
    Page("coach", at("/conflicts/{case}/withdraw/"), note="/conflicts/withdraw/"),
    Page("coach", "/conflicts/wait/", need_not_wait),
    Page("coach", at("/conflicts/{wait}/wait/"), note="/conflicts/wait/ change"),
    Page("coach", at("/conflicts/{wait}/withdraw/"), note="/conflicts/withdraw/ waits"),
    Page("coach", at("/conflicts/{case}/offer/"), note="/conflicts/offer/"),
    Page("coach", at("/conflicts/{wait}/offer/"), note="/conflicts/offer/ waits"),
    Page("coach", at("/conflicts/{case}/ask/"), note="/conflicts/ask/"),
    Page("coach", "/messages/"),
    Page("coach", "/messages/?show=all"),
    Page("coach", "/messages/?q=zzz"),
    Page("fresh", "/messages/", note="/messages/ without any"),
    Page("coach", at("/messages/{client}/"), note="/messages/ thread"),
    Page("coach", at("/messages/{other}/"), sends_nothing, note="/messages/ troubles"),
    Page("coach", "/settings/hours/"),
    Page("coach", "/settings/hours/", goes_away, note="/settings/hours/ away"),
    Page("fresh", "/settings/hours/"),
    Page("coach", "/settings/hours/outside/"),
    Page("coach", "/settings/rules/"),
    Page("coach", "/settings/feed/", presses("#feed-make", "#feed-address")),
    Page("coach", "/settings/look/"),
    Page("coach", "/settings/notifications/"),
    Page("coach", "/notifications/"),
    Page("coach", "/reports/", presses("#bell", "#told-latest"), note="/ bell"),
    Page("fresh", "/notifications/?show=unread"),
    Page("coach", "/reports/", shows_numbers),
    Page("coach", "/reports/unpaid/"),
    Page("coach", "/reports/unsaid/"),
    Page("staff", "/_ui/"),
    Page("staff", "/_ui/dialog/"),
    Page("new", "/"),
    Page("client", "/my/"),
    Page("client", at("/my/offers/{proposal}/"), note="/my/offers/"),
    Page("client", at("/messages/{client}/"), note="/messages/ own"),
    Page("left", "/messages/", note="/messages/ two coaches"),
    Page("left", at("/messages/{left}/?with={coach}"), note="/messages/ care ended"),
    Page("client", "/settings/feed/"),
    Page("client", "/settings/look/"),
    Page("client", "/settings/notifications/"),
    Page("client", "/notifications/"),
    Page("client", "/my/", presses("#bell", "#told-latest"), note="/my/ bell"),
    Page("client", "/calendar/", note="forbidden"),
    Page("client", "/account/email/"),
    Page("client", "/account/logout/"),
    Page("client", "/account/reauthenticate/"),
    Page("client", "/account/password/change/"),
    Page("client", "/account/sessions/"),
    Page("new", "/account/password/set/"),
    Page("new", "/account/2fa/"),
    Page("new", "/account/2fa/totp/activate/"),
    Page("new", "/account/2fa/webauthn/add/"),
    Page("careful", "/account/2fa/"),
    Page("careful", "/account/2fa/reauthenticate/"),
    Page("careful", "/account/2fa/totp/deactivate/"),
    Page("careful", "/account/2fa/recovery-codes/"),
    Page("careful", "/account/2fa/recovery-codes/generate/"),
    Page("keyed", "/account/2fa/webauthn/"),
    Page("keyed", at("/account/2fa/webauthn/keys/{key}/remove/"), note="/account/2fa/webauthn/remove/"),
    Page("keyed", at("/account/2fa/webauthn/keys/{key}/edit/"), note="/account/2fa/webauthn/edit/"),
    Page("nobody", at("/reminders/off/{ends}/"), note="/reminders/off/"),
    Page("nobody", at("/p/{token}/"), note="/p/"),
    Page("nobody", at("/p/{token}/"), writes_times, note="/p/ own times"),
    Page("nobody", at("/p/{swap}/"), note="/p/ swap"),
    # What is answered: nobody else looks at it.
    Page("nobody", at("/p/{offer}/"), answers, note="/p/ answered"),
    Page("nobody", at("/p/{agrees}/"), answers, note="/p/ agreed"),
    Page("nobody", "/p/unknown/"),
    Page("nobody", "/p/unknown"),
    Page("nobody", "/account/login/"),
    Page("nobody", "/account/login/", signs_in, note="/account/2fa/authenticate/"),
    Page("nobody", "/account/login/code/"),
    Page("nobody", "/account/login/code/", asks_for_a_code, note="/account/login/code/confirm/"),
    Page("nobody", "/account/inactive/"),
    Page("nobody", "/account/signup/"),
    Page("nobody", "/account/confirm-email/"),
    Page("nobody", "/account/confirm-email/unknown/"),
    Page("nobody", "/account/password/reset/"),
    Page("nobody", "/account/password/reset/done/"),
    Page("nobody", at("/account/password/reset/key/{reset}/"), note="/account/password/reset/key/"),
    Page("nobody", "/account/password/reset/key/1-bad/"),
    Page("nobody", "/account/password/reset/key/done/"),
    Page("nobody", "/nowhere/"),
)

# Led to by a form of a page above.
REACHED = {"account_confirm_login_code", "mfa_authenticate"}
# Of allauth; they lead to sign-in while no code is asked for instead of a password.
UNUSED = {"account_request_reauthentication_code", "account_confirm_reauthentication_code"}
# Only posted to; what they answer is a page above, a part of one, or the way to one.
POSTED = {
    *(f"clients:notification_{act}" for act in ("open", "read", "unread", "read_all", "unread_all")),
    "pages:language_set",
    "pages:theme_set",
    *(f"scheduling:session_{act}" for act in ("complete", "no_show", "paid", "arrived", "reopen", "undo")),
    *(f"scheduling:session_ask_{act}" for act in ("link", "withdraw", "done")),
    *(f"scheduling:conflict_{act}" for act in ("offer", "ask", "book", "release", "link")),
    "scheduling:counter_accept",
    "scheduling:swap_accept",
    "scheduling:proposal_remind",
    "scheduling:message_read",
    "scheduling:message_again",
    "scheduling:note_finish",
    "scheduling:note_add",
}
# Lead on to a page above, when they are only asked for.
LEAD_ON = {
    "pages:settings_home",
    *(f"scheduling:settings_{part}" for part in ("week", "date", "date_remove", "holidays", "away", "away_remove")),
}
# Not for eyes: a part of every page, files, what the machines ask each other.
NOT_SEEN = {
    "pages:menu_lines",
    "pages:bell",
    "pages:events",
    "pages:healthz",
    "pages:readyz",
    "scheduling:calendar_feed",
    "scheduling:my_session_file",
    "scheduling:report_file",
    "scheduling:report_unpaid_file",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
}
# Takes a real key: the same page as the one that asks for a code, with another button.
NEEDS_A_KEY = {"mfa_reauthenticate_webauthn"}
