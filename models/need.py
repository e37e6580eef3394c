"""Needs: postings by western employers, their states, and the experts that an employer has put on a short list."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, defer, mapped_column, relationship

from models.account import User
from models.base import Base, Timestamped
from models.choices import Degree, NeedState, Place, Role, TitleRank
from models.columns import NameList, Names, UtcDateTime, choice, contact_text
from models.expert import Expert
from models.organisation import Organisation
from models.place import Region
from models.programme import Task
from models.state_machine import Machine, Move

OPEN_TO_EDIT = (NeedState.DRAFT, NeedState.RETURNED)

NEED_STATES = Machine(
    "need",
    (
        Move("submit", OPEN_TO_EDIT, NeedState.SUBMITTED, (Role.EMPLOYER,)),
        Move("publish", (NeedState.SUBMITTED,), NeedState.PUBLISHED, (Role.MANAGER,)),
        Move("return", (NeedState.SUBMITTED,), NeedState.RETURNED, (Role.MANAGER,), needs_reason=True),
        Move("take_back", (NeedState.SUBMITTED,), NeedState.DRAFT, (Role.EMPLOYER,)),
        Move("fill", (NeedState.PUBLISHED,), NeedState.FILLED, (Role.EMPLOYER,)),
        Move("close", (NeedState.PUBLISHED,), NeedState.CLOSED, (Role.MANAGER,), needs_reason=True),
        Move(
            "withdraw",
            (NeedState.SUBMITTED, NeedState.RETURNED, NeedState.PUBLISHED),
            NeedState.WITHDRAWN,
            (Role.EMPLOYER,),
            needs_reason=True,
        ),
        Move("expire", (NeedState.PUBLISHED,), NeedState.EXPIRED, ()),
    ),
)
"""DOMAIN 4: draft → submitted → published → filled | closed | withdrawn | expired, with the manager's return."""

LONG_TEXT = 500
"""Characters in each long answer of the form."""
_LONG = ("problem", "indicators", "goal")


class Need(Timestamped, Base):
    """A problem to solve or a post to fill. A draft may be incomplete; from submission on it may not."""

    __tablename__ = "need"
    __table_args__ = (
        *(CheckConstraint(f"length({name}) <= {LONG_TEXT}", name=name) for name in _LONG),
        CheckConstraint("state IN ('draft') OR (title <> '' AND problem <> '')", name="complete"),
        CheckConstraint("headcount BETWEEN 1 AND 999", name="headcount"),
        CheckConstraint("days_per_year IS NULL OR days_per_year BETWEEN 0.5 AND 366", name="days_per_year"),
        CheckConstraint("funding IS NULL OR funding BETWEEN 0 AND 1000000", name="funding"),
        CheckConstraint("altitude_m IS NULL OR altitude_m BETWEEN -200 AND 9000", name="altitude_m"),
        CheckConstraint("starts IS NULL OR ends IS NULL OR starts <= ends", name="period"),
        Index("ix_need_begun_on", "posted_by_id", "begun_on", unique=True),
        Index("ix_need_state_published", "state", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[NeedState] = mapped_column(choice(NeedState), default=NeedState.DRAFT)
    state_note: Mapped[str] = mapped_column(Text, default="")
    """The reason of the last move, where it has one."""

    title: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    indicators: Mapped[str] = mapped_column(Text, default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[Names] = mapped_column(NameList, default=())
    discipline_code: Mapped[str | None] = mapped_column(ForeignKey("discipline.code"))
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))

    min_title: Mapped[TitleRank] = mapped_column(choice(TitleRank), default=TitleRank.ANY)
    min_degree: Mapped[Degree] = mapped_column(choice(Degree), default=Degree.NONE)
    headcount: Mapped[int] = mapped_column(default=1)
    languages: Mapped[Names] = mapped_column(NameList, default=())
    exclude_institutions: Mapped[Names] = mapped_column(NameList, default=())

    modes: Mapped[Names] = mapped_column(NameList, default=())
    place: Mapped[Place] = mapped_column(choice(Place), default=Place.EITHER)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.adcode"), index=True)
    altitude_m: Mapped[float | None]
    days_per_year: Mapped[float | None]
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    deadline: Mapped[date | None]
    funding: Mapped[float | None]
    """In 万元."""
    hides_names: Mapped[bool] = mapped_column(default=False)
    """The poster's wish that experts stand under a code until they accept."""

    task_code: Mapped[str | None] = mapped_column(ForeignKey("task.code"), index=True)
    task_confirmed: Mapped[bool] = mapped_column(default=False)
    """The suggested task was confirmed (or another one, or none, chosen) by the poster."""

    contact_name: Mapped[str] = contact_text()
    contact_phone: Mapped[str] = contact_text()
    contact_email: Mapped[str] = contact_text()

    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    search_text: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    begun_on: Mapped[str | None] = mapped_column(String(36))
    """The open page that began the draft, by its random name: no page begins two."""
    saved_on: Mapped[str | None] = mapped_column(String(36))
    """The open page that saved it last, as its save number `saved_turn`, which made it `saved_version`."""
    saved_turn: Mapped[int | None]
    saved_version: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship()
    posted_by: Mapped[User | None] = relationship()
    region: Mapped[Region] = relationship()
    task: Mapped[Task | None] = relationship()
    shortlist: Mapped[list[ShortlistEntry]] = relationship(back_populates="need", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    @property
    def jurisdiction_code(self) -> str:
        """The adcode by which managers answer for the need: where its host lies, or the Corps."""
        return self.organisation.jurisdiction_code

    @property
    def programme_code(self) -> str | None:
        """The programme of its task."""
        return self.task.programme_code if self.task else None

    @property
    def is_open_to_edit(self) -> bool:
        """Whether its employer may change it freely."""
        return self.state in OPEN_TO_EDIT

    def move(self, name: str, *, role: Role | None, reason: str = "") -> tuple[NeedState, NeedState]:
        """Moves the state; gives (before, after). Raises MoveError."""
        before = self.state
        self.state = NeedState(NEED_STATES.target(before, name, role=role, reason=reason))
        self.state_note = reason
        return before, self.state

    def missing(self) -> tuple[str, ...]:
        """The fields that a submission still lacks, in the order of the form."""
        wanted = ("title", "problem", "goal", "keywords", "modes", "starts", "ends", "deadline", "contact_name")
        absent = [name for name in wanted if not getattr(self, name)]
        if not self.discipline_code and not self.industry_code:
            absent.append("discipline_code")
        if not self.contact_phone and not self.contact_email:
            absent.append("contact_phone")
        return tuple(absent)


class ShortlistEntry(Timestamped, Base):
    """An expert whom an employer keeps in mind for a need, with a note of the employer's own."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (UniqueConstraint("need_id", "expert_id"), CheckConstraint("length(note) <= 500", name="note"))

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    need: Mapped[Need] = relationship(back_populates="shortlist")
    expert: Mapped[Expert] = relationship()


NEED_WITHOUT_CONTACT = tuple(
    defer(column, raiseload=True) for column in (Need.contact_name, Need.contact_phone, Need.contact_email)
)
"""Options of a query whose rows go where nobody may see these: to reach for them there is an error."""
