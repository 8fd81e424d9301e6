"""A mail server on this machine, which does what a test wants of it: takes mails, refuses them, dawdles, goes away."""

from __future__ import annotations

import asyncio
import email
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy

from aiosmtpd.smtp import SMTP, AuthResult

HOST = "127.0.0.1"
PATIENCE = 30
ACCEPTED = "250 taken on"


@dataclass(frozen=True)
class Mail:
    """What the server has taken on: from then on it is answerable for it."""

    to: str
    content: bytes

    @property
    def parsed(self):
        return email.message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self):
        return self.parsed["Message-ID"]


class MailServer:
    """`accepted`: the mails in order.  `says["RCPT"] = "550 nobody"`: another answer than yes, at EHLO, MAIL, RCPT, DATA.

    `hooks["DATA"] = something` is awaited with the talk before the answer; the step "220" comes before the greeting, "250"
    right after a mail was taken on.  `knows = ("me", "secret")`: nobody else may sign in.  `stop_at("DATA", 2)`: the next
    two talks wait there; `stopped("DATA", 2)` waits until they do."""

    def __init__(self, *, tls=None):
        self.accepted, self.says, self.hooks, self.talks = [], {}, {}, 0
        self.port, self._server, self._tls, self.knows = 0, None, tls, None
        self._lines = set()
        self._places, self._stopped = {}, {}
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def up(self):
        """Answer, at the same port as before."""
        self._server = self._run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def down(self):
        """Be away: whoever comes is turned away by the system."""
        self._run(self._close())

    def end(self):
        self.down()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def stop_at(self, step, number=1):
        self._places[step] = number
        self._stopped[step] = []

    def stopped(self, step, number=1):
        """The talks that have been stopped there, once there are so many."""
        wait_until(lambda: len(self._stopped[step]) >= number)
        return self._stopped[step]

    def go_on(self, talk):
        self.loop.call_soon_threadsafe(talk.may_go_on.set)

    async def reach(self, step, talk):
        if self._places.get(step, 0) > 0:
            self._places[step] -= 1
            self._stopped[step].append(talk)
            await talk.may_go_on.wait()
        if step in self.hooks:
            await self.hooks[step](talk)

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    async def _listen(self):
        return await self.loop.create_server(lambda: _Talk(self), HOST, self.port, ssl=self._tls, backlog=200)

    async def _close(self):
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for line in self._lines:
            with suppress(AttributeError):  # Python 3.11 cannot abort a line in TLS that was closed twice
                line.abort()
        self._lines.clear()
        # What was aborted is closed when the loop comes round.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


class _Talk(SMTP):
    def __init__(self, server):
        super().__init__(
            _Answers(server),
            hostname=HOST,
            ident="here",
            enable_SMTPUTF8=True,
            loop=server.loop,
            auth_require_tls=False,
            authenticator=lambda _talk, _session, _envelope, _way, who: AuthResult(
                success=(who.login.decode(), who.password.decode()) == server.knows, handled=False
            ),
        )
        self.server, self.may_go_on = server, asyncio.Event()
        server.talks += 1

    def connection_made(self, transport):
        self.server._lines.add(transport)
        super().connection_made(transport)

    async def push(self, status):
        if str(status).startswith("220 "):
            await self.server.reach("220", self)
        await super().push(status)
        if status == ACCEPTED:
            await self.server.reach("250", self)

    def hang_up(self):
        self.transport.abort()


class _Answers:
    def __init__(self, server):
        self._server = server

    async def handle_EHLO(self, talk, session, _envelope, host, responses):
        session.host_name = host
        await self._server.reach("EHLO", talk)
        return [self._server.says["EHLO"]] if "EHLO" in self._server.says else responses

    async def handle_MAIL(self, talk, _session, envelope, address, _options):
        envelope.mail_from = address
        return await self._answer("MAIL", talk, "250 yes")

    async def handle_RCPT(self, talk, _session, envelope, address, _options):
        answer = await self._answer("RCPT", talk, "250 yes")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, talk, _session, envelope):
        answer = await self._answer("DATA", talk, ACCEPTED)
        if answer == ACCEPTED:
            self._server.accepted.append(Mail(envelope.rcpt_tos[0], bytes(envelope.content)))
        return answer

    async def _answer(self, step, talk, usual):
        await self._server.reach(step, talk)
        return self._server.says.get(step, usual)


def wait_until(is_so, *, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come so far"
        time.sleep(0.005)


@contextmanager
def running(**how):
    """A server that answers; afterwards it is gone."""
    server = MailServer(**how).up()
    try:
        yield server
    finally:
        server.end()
