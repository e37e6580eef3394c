"""Who can sign in to the demo: one person per role at least, all with one password that everybody may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from models import Expert, Grant, Organisation, User
from models.choices import ExpertState, GrantState, OrganisationKind, Role, Verification
from web.accounts.credential import Credential
from web.services.searching import search_text

PASSWORD = "dongcai-demo-2026"  # noqa: S105 - printed at every start; these people exist in demo data only
DOMAIN = "demo.dongcai.example"
_INVENTED = "DC90000{number:02d}"
"""The organisation codes, inside the credit codes, of the home institutions."""
_OFFICERS = ("祁安澜", "钟毓文", "顾行知", "柳明谦", "方若水", "沈怀瑾", "郁清和", "严立本")
"""Names of the officers of the home institutions to which nobody signs in."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One sign-in. `place` finds an employer's organisation by adcode prefix, `topic` an expert by a key word."""

    account: str
    zh: str
    en: str
    role: Role
    place: str = ""
    topic: str = ""
    grant: dict[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """What the person signs in with."""
        return f"{self.account}@{DOMAIN}"


PEOPLE = (
    DemoPerson("employer", "用人单位（宁夏中宁）", "employer in Zhongning, Ningxia", Role.EMPLOYER, "640521"),
    DemoPerson("employer-lanzhou", "用人单位（甘肃兰州）", "employer in Lanzhou, Gansu", Role.EMPLOYER, "6201"),
    DemoPerson("employer-tibet", "用人单位（西藏班戈）", "employer in Baingoin, Tibet", Role.EMPLOYER, "540627"),
    DemoPerson("expert", "专家（枸杞）", "expert on wolfberry", Role.EXPERT, topic="枸杞病害"),
    DemoPerson("expert-medicine", "专家（高原医学）", "expert on high-altitude medicine", Role.EXPERT, topic="高原"),
    DemoPerson("institution", "派出单位（上述枸杞专家的）", "home institution of that expert", Role.INSTITUTION),
    DemoPerson("manager", "项目管理（全国）", "program manager, national", Role.MANAGER, grant={"adcode_prefix": ""}),
    DemoPerson(
        "manager-ningxia", "项目管理（宁夏）", "program manager, Ningxia", Role.MANAGER, grant={"adcode_prefix": "64"}
    ),
    DemoPerson(
        "manager-corps", "项目管理（新疆兵团）", "program manager, Corps", Role.MANAGER, grant={"adcode_prefix": "66"}
    ),
    DemoPerson(
        "manager-tibet", "项目管理（西藏）", "program manager, Tibet", Role.MANAGER, grant={"adcode_prefix": "54"}
    ),
    DemoPerson("admin", "系统管理员", "administrator", Role.ADMINISTRATOR),
)

_NAMES = {
    "institution": "苏明远", "manager": "林知行", "manager-ningxia": "丁守信", "manager-corps": "葛山青",
    "manager-tibet": "洛桑平措", "admin": "陆维",
}  # fmt: skip
"""Account → name, of those who have none from a record."""
_NEWCOMER = DemoPerson("newcomer", "申请加入的同事（宁夏中宁）", "colleague who asks to join", Role.EMPLOYER, "640521")
"""Signs in too, but can do nothing before the request is accepted, so that nobody is pointed to the account."""


def is_loaded(session: Session) -> bool:
    """Whether the database holds the demo."""
    return session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


class Cast:
    """Makes the demo's people. `hashed` turns the password into what is kept of it."""

    def __init__(self, session: Session, *, hashed: Callable[[str], str], since: datetime) -> None:
        self._session, self._since = session, since
        self._password = hashed(PASSWORD)
        self._homes: dict[str, Organisation] = {}
        self.officers: dict[str, User] = {}
        """Who acts for a home institution, by its name."""

    def managers(self) -> dict[str, User]:
        """The managers and the administrator, by the prefix of their jurisdiction; the administrator's is None."""
        made = {}
        for person in PEOPLE:
            if person.role in (Role.MANAGER, Role.ADMINISTRATOR):
                user = self._person(person, _NAMES[person.account])
                self._grant(user, person.role, **person.grant)
                made[person.grant.get("adcode_prefix", "administrator")] = user
        return made

    def posters(self, organisations: Sequence[Organisation], names: dict[int, str]) -> dict[int, User]:
        """A person who posts for each organisation, by its id; three of them can sign in."""
        chosen: dict[int, DemoPerson] = {}
        for person in PEOPLE:
            if person.role == Role.EMPLOYER:
                fitting = (o for o in organisations if o.region_code.startswith(person.place) and o.id in names)
                first = next(o for o in fitting if o.verification == Verification.VERIFIED and o.id not in chosen)
                chosen[first.id] = person
        made = {}
        for organisation in organisations:
            person_or_none = chosen.get(organisation.id)
            name = names.get(organisation.id) or "经办人"
            user = self._person(person_or_none, name) if person_or_none else self._add(User(name=name))
            self._grant(user, Role.EMPLOYER, organisation=organisation)
            made[organisation.id] = user
        return made

    def newcomer(self, organisations: Iterable[Organisation], *, at: datetime) -> None:
        """A colleague who has asked to join the first employer's organisation and waits for an answer."""
        verified = (one for one in organisations if one.verification == Verification.VERIFIED)
        organisation = next(one for one in verified if one.region_code.startswith(_NEWCOMER.place))
        user = self._person(_NEWCOMER, "田晓禾")
        times = {"created_at": at, "updated_at": at}
        grant = Grant(user=user, role=Role.EMPLOYER, organisation=organisation, state=GrantState.PENDING, **times)
        self._session.add(grant)

    def experts(self, experts: Sequence[Expert]) -> None:
        """The experts who can sign in, joined to their profiles, and the officer of the first one's institution."""
        taken: list[Expert] = []
        for person in PEOPLE:
            if person.role == Role.EXPERT:
                public = (e for e in experts if e.state == ExpertState.PUBLIC and e.user is None)
                found = next(e for e in public if any(person.topic in word for word in e.keywords))
                found.user = self._person(person, found.name)
                self._grant(found.user, Role.EXPERT)
                taken.append(found)
        officer = next(person for person in PEOPLE if person.role == Role.INSTITUTION)
        self._officer(self._home_of(taken[0]), self._person(officer, _NAMES[officer.account]))

    def account_of(self, expert: Expert) -> User:
        """The expert's account, made where there is none; nobody signs in to it then."""
        if expert.user is None:
            expert.user = self._add(User(name=expert.name))
            self._grant(expert.user, Role.EXPERT)
        return expert.user

    def home_of(self, expert: Expert) -> Organisation:
        """The expert's institution with an officer, made where there is none."""
        if expert.institution not in self._homes:
            name = _OFFICERS[(len(self._homes) - 1) % len(_OFFICERS)]
            self._officer(self._home_of(expert), self._add(User(name=name)))
        return self._homes[expert.institution]

    def _officer(self, home: Organisation, user: User) -> None:
        self._grant(user, Role.INSTITUTION, organisation=home)
        self._homes[home.name], self.officers[home.name] = home, user

    def _home_of(self, expert: Expert) -> Organisation:
        body = f"12{expert.region_code}{_INVENTED.format(number=len(self._homes) + 1)}"
        home = Organisation(
            credit_code=body + uscc.calc_check_digit(body),
            name=expert.institution,
            kind=OrganisationKind.UNIVERSITY,
            region_code=expert.region_code,
            verification=Verification.VERIFIED,
            is_demo=True,
            created_at=self._since,
            updated_at=self._since,
        )
        home.search_text = search_text(home.name, home.credit_code)
        self._session.add(home)
        return home

    def _person(self, person: DemoPerson, name: str) -> User:
        user = self._add(User(name=name))
        self._session.add(
            Credential(
                user=user,
                email=person.email,
                password=self._password,
                active=True,
                fs_uniquifier=uuid4().hex,
                confirmed_at=self._since.replace(tzinfo=None),
            )
        )
        return user

    def _add(self, user: User) -> User:
        user.is_demo, user.created_at, user.updated_at = True, self._since, self._since
        self._session.add(user)
        return user

    def _grant(self, user: User, role: Role, **values: Any) -> None:
        times = {"created_at": self._since, "updated_at": self._since, "decided_at": self._since}
        self._session.add(Grant(user=user, role=role, **times, **values))
