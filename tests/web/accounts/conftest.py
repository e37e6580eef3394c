"""Browsers of several people, and the mail that the service sent them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from visitor import Visitor

from models import User
from web.accounts.credential import Credential


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str

    @property
    def path(self) -> str:
        """The link, without the address of the service."""
        found = re.search(r"https?://[^/\s]+(/\S*)", self.text)
        assert found, self.text
        return found.group(1)


class Mailbox:
    """What was sent, oldest first: without a mail server each mail is a text file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def letters(self, to: str = "") -> list[Letter]:
        found = []
        for path in sorted(self.folder.glob("*.txt")):
            head, _, text = path.read_text("utf-8").partition("\n\n")
            fields = dict(line.split(": ", 1) for line in head.splitlines())
            found.append(Letter(fields["To"], fields["Subject"], text))
        return [letter for letter in found if to in ("", letter.to)]

    def last(self, to: str) -> Letter:
        return self.letters(to)[-1]


@pytest.fixture
def mail(app: Flask) -> Iterator[Mailbox]:
    folder = app.config["SETTINGS"].var_dir / "mail"
    for path in folder.glob("*.txt"):
        path.unlink()
    yield Mailbox(folder)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture
def browser(client: FlaskClient, app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which that person has signed in."""

    def open_for(user: User) -> FlaskClient:
        session.commit()
        fresh = app.test_client()
        sign_in(fresh, user, session)
        session.commit()
        return fresh

    return open_for


@pytest.fixture
def credential_of(session: Session) -> Callable[[User], Credential]:
    def find(user: User) -> Credential:
        session.expire_all()
        return session.query(Credential).filter_by(user_id=user.id).one()

    return find


@pytest.fixture
def code(make: Maker) -> str:
    """The credit code of an organisation that nobody has registered."""
    return make.credit_code()
