"""Mail: by SMTP through the job queue, or as text files in the server's folder where no mail server is set."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from flask import current_app

from models.database import writing
from web.settings import ServiceSettings

TIMEOUT_S = 30
_PORTS = {"smtp": 587, "smtps": 465}

_log = logging.getLogger(__name__)


class UnclearError(OSError):
    """Nobody knows whether the mail server has taken the mail."""


class RefusedError(OSError):
    """This one mail cannot go out, say for its address; others can."""


@dataclass(frozen=True, slots=True)
class Message:
    """A plain-text mail to one person. `number`, where it has one, names it: what was sent twice can be told."""

    to: str
    subject: str
    text: str
    number: int | None = None


def send_mail(to: str, subject: str, text: str) -> None:
    """Sends a plain-text mail; call it from a view or a job, inside an application context.

    With `DONGCAI_SMTP_URL` the mail goes into the job queue and this returns at once; it is tried again when the
    server does not take it. Without, it is written at once, as a text file of its own in `var_dir/mail/` (newest
    last by name), and the log names the file: so a local installation and a test read the links that were sent.
    Raises ValueError for an address or a subject of more than one line.
    """
    from web.jobs.jobs import jobs

    message = Message(to, subject, text)
    if any(line_break in field for field in (to, subject) for line_break in "\r\n"):
        raise ValueError("an address and a subject have one line each")
    settings = current_app.config["SETTINGS"]
    if settings.smtp_url:
        jobs().order_mail(message)
    else:
        deliver(settings, message)


def deliver(settings: ServiceSettings, message: Message) -> None:
    """Sends or writes the mail now. Raises OSError or smtplib.SMTPException when the server does not take it."""
    if settings.smtp_url:
        _by_smtp(settings, message)
    else:
        path = _write(settings.var_dir / "mail", settings.mail_from, message)
        _log.info("a mail was written to %s", path)


def _by_smtp(settings: ServiceSettings, message: Message) -> None:
    url = urlsplit(settings.smtp_url)
    if url.scheme not in _PORTS or not url.hostname:
        raise ValueError("DONGCAI_SMTP_URL must be smtp://user:password@host:587 or smtps://user:password@host:465")
    mail = _written(settings, message)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    is_taken = False
    try:
        with kind(url.hostname, url.port or _PORTS[url.scheme], timeout=TIMEOUT_S) as server:
            server.ehlo()
            # A relay on this machine may offer no encryption; a password never goes without.
            if url.scheme == "smtp" and (url.username or server.has_extn("starttls")):
                server.starttls()
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            _hand_over(server, mail)
            is_taken = True
    except OSError as error:
        if not is_taken:
            raise
        _log.info("the mail server took a mail, then did not say goodbye (%s)", type(error).__name__)


def _written(settings: ServiceSettings, message: Message) -> EmailMessage:
    mail = EmailMessage()
    try:
        mail["From"], mail["To"], mail["Subject"] = settings.mail_from, message.to, message.subject
    except ValueError as error:
        raise RefusedError("no mail can be written to this address") from error
    if message.number is not None:
        mail["Message-ID"] = f"<notice-{message.number}@{urlsplit(settings.public_url).hostname or 'dongcai'}>"
    mail.set_content(message.text)
    return mail


def _hand_over(server: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        server.send_message(mail)
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        raise UnclearError("the mail server fell silent while it took the mail") from error
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError) as error:
        raise RefusedError("the mail server does not want this mail") from error


def _write(folder: Path, sender: str, message: Message) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = uuid4().hex[:6] if message.number is None else f"notice-{message.number}"
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{name}.txt"
    head = f"From: {sender}\nTo: {message.to}\nSubject: {message.subject}\n"
    unfinished = path.with_suffix(".part")
    unfinished.write_text(f"{head}\n{message.text.rstrip()}\n", "utf-8")
    unfinished.replace(path)
    return path


def send_notices() -> None:
    """The minute's mail: notices are put into mails, and what waits is handed over."""
    from web.extensions import db
    from web.services import mails

    settings = current_app.config["SETTINGS"]

    def send(number: int, to: str, subject: str, text: str) -> mails.Handed:
        try:
            deliver(settings, Message(to, subject, text, number))
        except UnclearError:
            _log.error("mail %s may or may not have gone out", number)
            return mails.Handed.UNCLEAR
        except RefusedError as error:
            _log.error("mail %s was refused (%s)", number, type(error.__cause__).__name__)
            return mails.Handed.REFUSED
        except (OSError, ValueError) as error:
            # The error itself may hold an address.
            _log.error("mail %s was not taken (%s); it is tried again", number, type(error).__name__)
            return mails.Handed.NOT_TAKEN
        return mails.Handed.TAKEN

    with writing():
        mails.collect(db.session, public_url=settings.public_url.rstrip("/"))
        db.session.commit()
        mails.send_waiting(db.session, send)
