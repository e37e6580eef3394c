"""A new key: everything is readable with it alone, and nothing any more with the old one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories import Maker
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Expert, Need, OfficerInvitation, encryption
from models.columns import utc_now
from models.encryption import KeyMissingError, lookup_digest, new_key, use_keys
from web.accounts.credential import Credential
from web.services.data_keys import encrypt_anew, encrypted_columns


@pytest.fixture
def old(app: Flask) -> Iterator[bytes]:
    keys = app.config["SETTINGS"].kept_data_keys()
    yield keys[0]
    use_keys(keys)


def test_every_encrypted_column_is_rewritten_and_the_old_key_opens_nothing(
    session: Session, make: Maker, old: bytes
) -> None:
    user = make.user(email="he@example.org")
    make.expert(user, phone="19900001234")
    make.need()
    session.commit()
    new = new_key()
    use_keys([new, old])
    assert encrypt_anew(session) >= 3
    use_keys([new])
    session.expire_all()
    assert session.scalar(select(Expert.phone)) == "19900001234"
    assert session.scalar(select(Credential.email)) == "he@example.org"
    use_keys([old])
    for table, names in encrypted_columns().items():
        for name in names:
            for token in session.scalars(text(f"SELECT {name} FROM \"{table.name}\" WHERE {name} <> ''")):  # noqa: S608
                with pytest.raises(KeyMissingError):
                    encryption.decrypt(token)


def test_sign_in_address_is_found_by_the_new_key_after_the_digests_are_made_anew(
    session: Session, make: Maker, old: bytes
) -> None:
    make.user(email="he@example.org")
    session.commit()
    new = new_key()
    use_keys([new, old])
    encrypt_anew(session)
    found = select(Credential.id).where(Credential.email_digest == lookup_digest("he@example.org"))
    assert session.scalar(found) is not None
    use_keys([new])
    assert (
        session.scalar(select(Credential.id).where(Credential.email_digest == lookup_digest("he@example.org"))) is None
    )
    encrypt_anew(session, digests=True)
    assert session.scalar(select(Credential.id).where(Credential.email_digest == lookup_digest("he@example.org")))


def test_records_do_not_look_edited_and_open_links_end(session: Session, make: Maker, old: bytes) -> None:
    need, expert = make.need(), make.expert(make.user())
    invitation = OfficerInvitation(
        pairing=make.pairing(need, expert),
        institution="江淮农业大学",
        officer_name="周处长",
        email_digest="a" * 64,
        token_digest="b" * 64,
        expires_at=utc_now() + timedelta(days=9),
    )
    session.add(invitation)
    session.commit()
    before = session.scalar(select(Need.updated_at))
    new = new_key()
    use_keys([new, old])
    encrypt_anew(session, digests=True)
    session.expire_all()
    assert session.scalar(select(Need.updated_at)) == before
    assert invitation.expires_at <= utc_now()
