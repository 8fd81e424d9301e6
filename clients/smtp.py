"""Django's way to the mail server, with an end to it: whatever the server does, nobody waits for longer than was said."""

from __future__ import annotations

import functools
import smtplib
import socket
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail.backends import smtp

if TYPE_CHECKING:
    from collections.abc import Callable


class EmailBackend(smtp.EmailBackend):
    """`patience`: seconds for everything, from the first word to the last; EMAIL_TIMEOUT unless somebody has more.

    Each answer has EMAIL_TIMEOUT at most, but a server that sends a letter every now and then would never exceed that.
    The answer to a whole mail, over which servers like to think, may take what is left."""

    def __init__(self, *args: Any, patience: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = float(settings.EMAIL_TIMEOUT if patience is None else patience)

    @property
    def connection_class(self) -> Callable[..., Any]:  # type: ignore[override]
        """What Django makes a connection with."""
        return functools.partial(_LineInTLS if self.use_ssl else _Line, patience=self._patience)

    def open(self) -> bool | None:
        """Raises: OSError, and then nothing is left open."""
        try:
            return super().open()
        except OSError:
            self.close()
            raise


class _Line(smtplib.SMTP):
    """A connection that is cut when patience has ended."""

    _own: socket.socket | None = None
    _end: threading.Timer | None = None
    _is_cut = False

    def __init__(self, *args: Any, patience: float, **kwargs: Any) -> None:
        self._patience = patience
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw: socket.socket = super()._get_socket(host, port, min(timeout, self._patience))  # type: ignore[misc]
        # A descriptor of our own: TLS takes the socket itself away.
        self._own = raw.dup()
        self._end = threading.Timer(self._patience, self._hang_up)
        self._end.daemon = True
        self._end.start()
        return raw

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().connect(*args, **kwargs)
        except BaseException:
            self.close()
            raise

    def getreply(self) -> Any:
        answer = super().getreply()
        if self._is_cut:  # half an answer would be taken for one
            self.close()
            raise smtplib.SMTPServerDisconnected("patience has ended")
        return answer

    def data(self, msg: Any) -> Any:
        assert self.sock is not None
        self.sock.settimeout(self._patience)
        try:
            return super().data(msg)
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)

    def close(self) -> None:
        if self._end is not None and self._own is not None:
            self._end.cancel()
            self._own.close()
        super().close()

    def _hang_up(self) -> None:
        assert self._own is not None
        self._is_cut = True
        try:
            self._own.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself


class _LineInTLS(smtplib.SMTP_SSL, _Line):
    """The same, private from the first word on; its raw socket comes from `_Line`."""

    def __init__(self, *args: Any, patience: float, **kwargs: Any) -> None:
        self._patience = patience
        super().__init__(*args, **kwargs)
