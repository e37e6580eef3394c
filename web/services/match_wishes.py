"""The wishes of a need that decide who is eligible: read, tried out without saving, and saved on a need still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from matcher.types import Need as NeedValue
from models import Need
from models.choices import Degree, Mode, Place, Subject, TitleRank
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.journal import note_change

MOST_DAYS = 366
MOST_INSTITUTIONS = 20
INSTITUTION_CHARS = 120


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a need asks of an expert; empty values ask for nothing. `days_per_year` in days, dates inclusive.

    `place`: only `onsite` asks for something, namely to go to the need's place.
    """

    modes: tuple[str, ...] = ()
    min_title: str = ""
    min_degree: str = ""
    days_per_year: float | None = None
    starts: date | None = None
    ends: date | None = None
    place: str = Place.EITHER.value
    exclude_institutions: tuple[str, ...] = ()

    @classmethod
    def of(cls, need: Need) -> Wishes:
        """The wishes of a need."""
        return cls(
            need.modes,
            need.min_title.value,
            need.min_degree.value,
            need.days_per_year,
            need.starts,
            need.ends,
            need.place.value,
            need.exclude_institutions,
        )

    def applied(self, need: NeedValue, places: tuple[str, ...]) -> NeedValue:
        """The need with these wishes in place of its own; its text and so its meaning stay. `places`: where it lies."""
        return replace(
            need,
            modes=self.modes,
            min_title=self.min_title,
            min_degree=self.min_degree,
            days_per_year=self.days_per_year,
            starts=self.starts,
            ends=self.ends,
            exclude_institutions=self.exclude_institutions,
            places=places if self.place == Place.ONSITE else (),
        )

    def problems(self) -> tuple[FieldProblem, ...]:
        """What is wrong with them, field by field; nothing for wishes that may be tried and saved."""
        found = []
        if self.days_per_year is not None and not 0.5 <= self.days_per_year <= MOST_DAYS:
            given = f"{self.days_per_year:g}"
            zh = f"“每年天数”填了 {given}，应在 0.5 到 {MOST_DAYS} 之间"
            found.append(_problem("days_per_year", zh, f"Days a year: {given} is not between 0.5 and {MOST_DAYS}"))
        if self.starts and self.ends and self.starts > self.ends:
            zh, en = "“结束年月”早于“开始年月”，请对调或改正", "The end lies before the start; swap or correct them"
            found.append(_problem("ends", zh, en))
        if len(self.exclude_institutions) > MOST_INSTITUTIONS:
            zh = f"“回避单位”最多 {MOST_INSTITUTIONS} 个，现在 {len(self.exclude_institutions)} 个"
            en = f"At most {MOST_INSTITUTIONS} institutions may be kept out; there are {len(self.exclude_institutions)}"
            found.append(_problem("exclude_institutions", zh, en))
        long = [name for name in self.exclude_institutions if len(name) > INSTITUTION_CHARS]
        if long:
            zh = f"“{long[0][:20]}…”太长，单位名称最多 {INSTITUTION_CHARS} 字"
            en = f"“{long[0][:20]}…” is too long; a name has at most {INSTITUTION_CHARS} characters"
            found.append(_problem("exclude_institutions", zh, en))
        return tuple(found)


def save_wishes(session: Session, *, need: Need, wishes: Wishes, by: Actor) -> None:
    """Changes the need's wishes. Only its employer may, while it is a draft or returned.

    Raises NotAllowedError, ConflictError when it is no longer open to edit, InvalidError.
    """
    by.require_employer_of(need.organisation_id)
    if not need.is_open_to_edit:
        raise ConflictError(
            "需求已提交，条件不能直接修改；可以试算，或撤回后再改",
            "The need has been submitted, so its wishes cannot be changed here; try them out, or take it back first",
        )
    problems = wishes.problems()
    if problems:
        raise InvalidError(problems)
    need.modes = tuple(Mode(code).value for code in wishes.modes)
    need.min_title, need.min_degree = TitleRank(wishes.min_title), Degree(wishes.min_degree)
    need.days_per_year, need.starts, need.ends = wishes.days_per_year, wishes.starts, wishes.ends
    need.place, need.exclude_institutions = Place(wishes.place), wishes.exclude_institutions
    note_change(session, Subject.NEED, need.id)


def places_of(need: Need) -> tuple[str, ...]:
    """The codes that name where the need's work is: the place, and for a unit of the Corps the Corps too."""
    return (need.region_code, *((need.jurisdiction_code,) if need.organisation.is_xpcc else ()))


def _problem(field: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(field, Sentence(zh, en))
