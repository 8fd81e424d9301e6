"""The way to the mail server, tried on real ones: how it ends when they do not answer, or never end to answer."""

from __future__ import annotations

import asyncio
import datetime as dt
import smtplib
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail import EmailMessage, get_connection

from tests import mail_server

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "clients.smtp.EmailBackend", mail_server.HOST
    settings.EMAIL_TIMEOUT = 0.3
    with mail_server.running() as running:
        settings.EMAIL_PORT = running.port
        yield running


def send(**how):
    mail = EmailMessage("Hello", "You", to=["maria@praxis.test"], connection=get_connection(**how))
    return mail.send()


@contextmanager
def taking(at_least, at_most):
    begun = time.monotonic()
    yield
    assert at_least <= time.monotonic() - begun < at_most


async def drip(talk):
    """Half an answer, a letter at a time, and never the end of it."""
    while True:
        talk._writer.write(b"2")
        await asyncio.sleep(0.05)


async def dawdle(_talk):
    await asyncio.sleep(0.8)


def test_a_mail_is_taken_on(server):
    assert send() == 1
    assert [(mail.to, mail.parsed["Subject"]) for mail in server.accepted] == [("maria@praxis.test", "Hello")]


def test_who_is_silent_is_left_after_one_answer_is_due(server):
    server.stop_at("MAIL")
    with taking(0.3, 2), pytest.raises(smtplib.SMTPServerDisconnected):
        send(patience=20)


def test_who_drips_is_left_when_patience_ends_although_no_letter_was_late(server):
    server.hooks["MAIL"] = drip
    with taking(0.6, 2), pytest.raises(smtplib.SMTPServerDisconnected):
        send(patience=0.6)
    with taking(0.3, 2), pytest.raises(smtplib.SMTPServerDisconnected):
        send()
    assert server.accepted == []


def test_who_thinks_about_a_whole_mail_is_given_the_time(server):
    server.hooks["DATA"] = dawdle
    with taking(0.8, 2):
        send(patience=5)
    assert len(server.accepted) == 1
    with taking(0.3, 0.8), pytest.raises(smtplib.SMTPServerDisconnected):
        send()


@contextmanager
def greeting(drip_every):
    """A server that never ends its greeting."""
    with socket.create_server((mail_server.HOST, 0)) as door:
        over = threading.Event()

        def greet():
            visitor = door.accept()[0]
            with visitor:
                while not over.wait(drip_every):
                    try:
                        visitor.send(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=greet)
        thread.start()
        yield door.getsockname()[1]
        over.set()
        thread.join()


def test_a_greeting_that_drips_is_cut_too(server):
    with greeting(0.05) as port, taking(0.5, 2), pytest.raises(smtplib.SMTPServerDisconnected):
        send(port=port, patience=0.5)


def test_nobody_at_the_door_is_an_error_at_once(server):
    server.down()
    with taking(0, 0.3), pytest.raises(ConnectionRefusedError):
        send()
    server.up()
    assert send() == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of a host that is called by its number, for a day."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return path


def test_in_private_it_is_the_same(server, settings, certificate, monkeypatch):
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.EMAIL_HOST, settings.EMAIL_USE_SSL = "localhost", True
    with mail_server.running(tls=theirs) as private:
        assert send(port=private.port) == 1
        private.hooks["MAIL"] = drip
        with taking(0.6, 2), pytest.raises((smtplib.SMTPServerDisconnected, ssl.SSLError)):
            send(port=private.port, patience=0.6)
    # Who does not speak in private when that was asked for is left, and nothing stays open.
    with pytest.raises(OSError), taking(0, 2):
        send()
    # A handshake that never ends.
    with greeting(0.05) as port, taking(0, 2), pytest.raises(OSError):
        send(port=port, patience=0.5)
