"""Mail: a text file each where no mail server is set, SMTP through the queue where one is."""

from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask

from web.jobs.mail import Message, RefusedError, deliver, send_mail
from web.settings import ServiceSettings


class Mailbox(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs to hand over a mail, and keeps what it is given."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            command = line.split()[0].upper()
            if command == b"EHLO":
                self.wfile.write(b"250 here\r\n")
            elif command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.mails.append(self._data())  # type: ignore[attr-defined]  # the fixture's list
                self.wfile.write(b"250 kept\r\n")
            elif command == b"QUIT":
                self.wfile.write(self.server.goodbye)  # type: ignore[attr-defined]  # the fixture's
                return
            elif command == b"RCPT" and b"gone@" in line:
                self.wfile.write(b"550 nobody here\r\n")
            else:
                self.wfile.write(b"250 fine\r\n")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)


@pytest.fixture
def server() -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.goodbye = b"221 bye\r\n"  # type: ignore[attr-defined]  # said by the handler
        server.mails = []  # type: ignore[attr-defined]  # read by the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mailbox(server: socketserver.ThreadingTCPServer) -> tuple[str, list[bytes]]:
    """Its URL, and the mails that it was given."""
    return f"smtp://127.0.0.1:{server.server_address[1]}", server.mails  # type: ignore[attr-defined]


def settings(folder: Path, url: str = "") -> ServiceSettings:
    return ServiceSettings(var_dir=folder, secret_key="x" * 40, smtp_url=url, mail_from="desk@example.org")


def test_mail_without_a_server_is_a_readable_file_that_the_log_names(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    folder = app.config["SETTINGS"].var_dir / "mail"
    before = set(folder.glob("*.txt"))
    with app.app_context(), caplog.at_level(logging.INFO, "web.jobs.mail"):
        send_mail("wei@example.org", "请确认邮箱", "点开链接：\nhttp://127.0.0.1:8000/confirm/abc")
    (path,) = set(folder.glob("*.txt")) - before
    text = path.read_text("utf-8")
    assert "To: wei@example.org" in text
    assert "Subject: 请确认邮箱" in text
    assert text.endswith("点开链接：\nhttp://127.0.0.1:8000/confirm/abc\n")
    assert path.name in caplog.text
    assert "wei@" not in caplog.text and "请确认邮箱" not in caplog.text
    assert "confirm/abc" not in caplog.text, "links that open an account stay out of the log"


def test_later_mails_come_later_by_name(tmp_path: Path) -> None:
    for number in range(5):
        deliver(settings(tmp_path), Message("wei@example.org", f"第{number}封", "正文"))
    subjects = [path.read_text("utf-8").splitlines()[2] for path in sorted((tmp_path / "mail").iterdir())]
    assert subjects == [f"Subject: 第{number}封" for number in range(5)]


@pytest.mark.parametrize(
    ("to", "subject"), [("a@example.org\nBcc: b@example.org", "题"), ("a@example.org", "题\r\nX: y")]
)
def test_line_break_cannot_smuggle_a_header(app: Flask, to: str, subject: str) -> None:
    with app.app_context(), pytest.raises(ValueError, match="one line"):
        send_mail(to, subject, "正文")


def test_mail_is_handed_to_the_server(tmp_path: Path, mailbox: tuple[str, list[bytes]]) -> None:
    url, mails = mailbox
    deliver(settings(tmp_path, url), Message("wei@example.org", "请确认邮箱", "正文在此\n第二行"))
    mail = message_from_bytes(mails[0], policy=default)
    assert (mail["From"], mail["To"], mail["Subject"]) == ("desk@example.org", "wei@example.org", "请确认邮箱")
    assert mail.get_content().splitlines() == ["正文在此", "第二行"]
    assert not (tmp_path / "mail").exists()


def test_mail_that_was_taken_is_taken_however_the_server_says_goodbye(
    tmp_path: Path, server: socketserver.ThreadingTCPServer, mailbox: tuple[str, list[bytes]]
) -> None:
    server.goodbye = b"500 what?\r\n"  # type: ignore[attr-defined]  # said by the handler
    deliver(settings(tmp_path, mailbox[0]), Message("wei@example.org", "题", "正文"))
    assert len(mailbox[1]) == 1


@pytest.mark.parametrize("to", ["gone@example.org", "a@example.org\nBcc: b@example.org"])
def test_mail_that_cannot_go_out_is_told_from_a_server_that_is_away(
    tmp_path: Path, mailbox: tuple[str, list[bytes]], to: str
) -> None:
    with pytest.raises(RefusedError):
        deliver(settings(tmp_path, mailbox[0]), Message(to, "题", "正文"))
    assert mailbox[1] == []


def test_folder_of_mails_is_its_owners(tmp_path: Path) -> None:
    deliver(settings(tmp_path), Message("wei@example.org", "题", "正文"))
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0


def test_password_never_goes_to_a_server_without_encryption(tmp_path: Path, mailbox: tuple[str, list[bytes]]) -> None:
    url, mails = mailbox
    with pytest.raises(Exception, match="STARTTLS"):
        deliver(settings(tmp_path, url.replace("//", "//user:secret@")), Message("a@example.org", "题", "正文"))
    assert mails == []


def test_server_that_is_away_is_an_error_so_that_the_queue_tries_again(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="refused"):
        deliver(settings(tmp_path, "smtp://127.0.0.1:1"), Message("a@example.org", "题", "正文"))


def test_url_of_another_kind_is_refused_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="smtp://user:password@host:587"):
        deliver(settings(tmp_path, "http://example.org"), Message("a@example.org", "题", "正文"))
