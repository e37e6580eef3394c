"""How a person signs in: e-mail, password, second factor. The domain's User knows nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from flask_security.core import RoleMixin, UserMixin
from flask_security.datastore import AsaList, FSQLALiteUserDatastore
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.account import User
from models.base import Base
from models.columns import EncryptedText
from models.encryption import lookup_digest


class Credential(Base, UserMixin):
    """One person's way to sign in. The e-mail stands encrypted; `email_digest` finds it."""

    __tablename__ = "credential"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    email: Mapped[str] = mapped_column(EncryptedText)
    email_digest: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]  # type: ignore[assignment]  # empty before the first sign-in
    current_login_at: Mapped[datetime | None]  # type: ignore[assignment]  # likewise
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int | None]  # type: ignore[assignment]  # likewise
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    """The time step of the last authenticator code that was accepted."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))

    user: Mapped[User] = relationship(lazy="joined")

    @validates("email")
    def _note_digest(self, _name: str, email: str) -> str:
        lowered = email.strip().lower()
        self.email_digest = lookup_digest(lowered)
        return lowered

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # the library assigns roles; here nobody does
        """None: roles and jurisdictions are the domain's `Grant`."""
        return []


class NoRole(RoleMixin):
    """Flask-Security asks for a role class; roles are the domain's."""


class CredentialStore(FSQLALiteUserDatastore):
    """Flask-Security's store, which finds an encrypted e-mail by its digest."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Credential | None:
        """The credential with that attribute, or None."""
        if "email" not in kwargs:
            return cast("Credential | None", super().find_user(case_insensitive, **kwargs))
        digest = lookup_digest(str(kwargs["email"]).strip().lower())
        statement = select(Credential).where(Credential.email_digest == digest)
        return cast("Credential | None", self.db.session.scalar(statement))
