"""Records for tests: each is complete and valid unless a test says otherwise."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from models import (
    Assignment,
    AvailabilityWindow,
    CooperationMode,
    Expert,
    Grant,
    Need,
    Organisation,
    Pairing,
    User,
    Work,
)
from models.choices import (
    AssignmentState,
    ExpertState,
    NeedState,
    OrganisationKind,
    PairingState,
    Role,
    Verification,
)
from web.accounts.credential import Credential
from web.services.searching import search_text

OWN_MODE = "test_mode_"
"""Codes of the modes that a test makes for itself begin so; they are taken away after it."""
PASSWORD = "a long pass-phrase 2026"  # noqa: S105 - tests only
ZHONGNING, YINCHUAN, LANZHOU, SHANGHAI, NANJING = "640521", "640100", "620100", "310000", "320100"


@cache
def _hashed() -> str:
    """PASSWORD as it is kept; hashing is slow on purpose, so it is done once."""
    return str(hash_password(PASSWORD))


class Maker:
    """Makes rows in the session of a test; each call flushes, so that ids are there."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._numbers = itertools.count(1)

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def credit_code(self) -> str:
        """A valid unified social credit code that no other one here has."""
        body = f"9164052{next(self._numbers):010d}"
        return body + uscc.calc_check_digit(body)

    def user(self, name: str = "", *, email: str = "", confirmed: bool = True) -> User:
        """A person who can sign in with PASSWORD."""
        number = next(self._numbers)
        user: User = self._add(User(name=name or f"用户{number}"))
        self._add(
            Credential(
                user=user,
                email=email or f"user{number}@example.org",
                password=_hashed(),
                fs_uniquifier=f"uniquifier-{number}",
                active=True,
                confirmed_at=datetime.now(UTC).replace(tzinfo=None) if confirmed else None,
            )
        )
        return user

    def grant(self, user: User, role: Role, **values: Any) -> Grant:
        """A role for a person."""
        grant: Grant = self._add(Grant(user=user, role=role, **values))
        return grant

    def employer(self, organisation: Organisation | None = None) -> tuple[User, Organisation]:
        """A person who posts needs for an organisation."""
        organisation = organisation or self.organisation()
        user = self.user()
        self.grant(user, Role.EMPLOYER, organisation_id=organisation.id)
        return user, organisation

    def manager(self, prefix: str = "64", programmes: tuple[str, ...] = ()) -> User:
        """A program manager of a jurisdiction; an empty prefix is national."""
        user = self.user()
        self.grant(user, Role.MANAGER, adcode_prefix=prefix, programmes=programmes)
        return user

    def administrator(self) -> User:
        """An administrator."""
        user = self.user()
        self.grant(user, Role.ADMINISTRATOR)
        return user

    def organisation(self, **values: Any) -> Organisation:
        """A verified extension station in 中宁县."""
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "credit_code": self.credit_code(),
            "name": f"中宁县枸杞产业服务站{number}",
            "kind": OrganisationKind.EXTENSION_STATION,
            "region_code": ZHONGNING,
            "verification": Verification.VERIFIED,
        }
        row = Organisation(**{**defaults, **values})
        row.search_text = search_text(row.name, row.credit_code)
        organisation: Organisation = self._add(row)
        return organisation

    def need(self, organisation: Organisation | None = None, **values: Any) -> Need:
        """A published need."""
        organisation = organisation or self.organisation()
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "code": f"XQ{number:05d}",
            "organisation": organisation,
            "state": NeedState.PUBLISHED,
            "title": "枸杞黑果病怎么治",
            "problem": "连阴雨以后枸杞果子上起黑斑，过几天整个变黑发霉，打了几遍药不见好。",
            "goal": "黑果率降到一成以内",
            "keywords": ("枸杞", "黑果"),
            "modes": ("service_mission", "remote_consulting"),
            "region_code": organisation.region_code,
            "days_per_year": 15.0,
            "starts": date(2027, 3, 1),
            "ends": date(2028, 12, 31),
            "deadline": date(2027, 6, 30),
            "industry_code": "A",
            "contact_name": "马站长",
            "contact_phone": "19900000001",
            "published_at": datetime(2026, 11, 1, tzinfo=UTC),
            "submitted_at": datetime(2026, 10, 30, tzinfo=UTC),
        }
        row = Need(**{**defaults, **values})
        row.search_text = search_text(row.title, row.code)
        need: Need = self._add(row)
        return need

    def expert(self, user: User | None = None, **values: Any) -> Expert:
        """A public profile with two works."""
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "code": f"ZJ{number:05d}",
            "user": user,
            "state": ExpertState.PUBLIC,
            "name": "菌未霜",
            "title": "副教授",
            "degree": "博士",
            "institution": f"江淮农业大学{number}",
            "region_code": NANJING,
            "bio": "研究枸杞真菌病害发生与防控。",
            "keywords": ("枸杞炭疽病", "绿色防控"),
            "modes": ("service_mission", "remote_consulting"),
            "days_per_year": 30.0,
            "languages": ("zh",),
            "altitude_ok": True,
            "ties_declared": True,
            "phone": f"199{number:08d}",
            "email": f"expert{number}@example.org",
        }
        works = values.pop("works", None)
        row = Expert(**{**defaults, **values})
        row.works = works or [
            Work(position=0, title="枸杞炭疽病菌种类鉴定与降雨流行关系", abstract="连阴雨后病果率上升。", year=2022),
            Work(position=1, title="Biological control of wolfberry anthracnose", year=2023),
        ]
        row.windows = [AvailabilityWindow(starts=date(2027, 1, 1), ends=date(2028, 12, 31))]
        row.search_text = search_text(row.institution, row.code, person=row.name)
        expert: Expert = self._add(row)
        if user is not None:
            self.grant(user, Role.EXPERT)
        return expert

    def mode(self, code: str = "service_mission", **values: Any) -> CooperationMode:
        """The mode of the reference data, or a plain one under that code; `values` make a row of one's own."""
        kept = self.session.get(CooperationMode, code)
        if kept is not None and not values:
            return kept
        defaults: dict[str, Any] = {
            "code": f"{OWN_MODE}{next(self._numbers)}" if values else code,
            "position": 99,
            "name_zh": "科技服务团",
            "name_en": "Service mission",
            "summary_zh": "个人或团队到西部服务",
            "summary_en": "A person or a team serves in the west",
            "needs_consent": False,
        }
        mode: CooperationMode = self._add(CooperationMode(**{**defaults, **values}))
        return mode

    def pairing(self, need: Need | None = None, expert: Expert | None = None, **values: Any) -> Pairing:
        """An approved pairing on whose terms both parties agree; `mode` is a row or the code of one."""
        need, expert = need or self.need(), expert or self.expert(self.user())
        mode = values.pop("mode", "service_mission")
        now = datetime(2026, 11, 10, tzinfo=UTC)
        defaults: dict[str, Any] = {
            "code": f"DJ2026-{next(self._numbers):05d}",
            "need": need,
            "expert": expert,
            "mode": self.mode(mode) if isinstance(mode, str) else mode,
            "state": PairingState.APPROVED,
            "made_by_id": need.posted_by_id,
            "starts": date(2026, 9, 1),
            "ends": date(2027, 8, 31),
            "days_per_year": 15.0,
            "employer_agreed_at": now,
            "expert_agreed_at": now,
        }
        pairing: Pairing = self._add(Pairing(**{**defaults, **values}))
        return pairing

    def assignment(self, pairing: Pairing | None = None, **values: Any) -> Assignment:
        """An active assignment of a signed pairing."""
        pairing = pairing or self.pairing(state=PairingState.SIGNED)
        defaults: dict[str, Any] = {
            "code": f"RW2026-{next(self._numbers):05d}",
            "pairing": pairing,
            "expert": pairing.expert,
            "host_id": pairing.need.organisation.id,
            "mode_code": pairing.mode.code,
            "renews_id": pairing.renews_id,
            "state": AssignmentState.ACTIVE,
            "starts": pairing.starts,
            "ends": pairing.ends,
            "days_per_year": pairing.days_per_year,
        }
        assignment: Assignment = self._add(Assignment(**{**defaults, **values}))
        return assignment


def sign_in(client: FlaskClient, user: User, session: Session) -> None:
    """Signs the person in without the form: the session cookie as Flask-Login sets it."""
    credential = session.query(Credential).filter_by(user_id=user.id).one()
    with client.session_transaction() as kept:
        kept["_user_id"] = credential.fs_uniquifier
        kept["_fresh"] = True
        kept["fs_cc"] = "set"
        kept["identity"] = credential.fs_uniquifier
