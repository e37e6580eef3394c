"""The sections of a profile as values: read from the row, checked, written back. A section is a step of the form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import ClassVar, Self

from models import Expert, Tie
from models.choices import Degree, ExpertKind, Gender, Mode, TieKind
from models.place import WESTERN_PREFIXES
from web.services.availability import Window, check_windows, current, merged, rows
from web.services.errors import Sentence
from web.services.need_submission import today_in_china
from web.services.profile_checks import Checks
from web.services.profile_contact import check_email, check_id_number, check_phone

MOST_KEYWORDS, LONGEST_KEYWORD = 20, 40
MOST_LANGUAGES = 12
BIO_CHARS = 2000
MOST_TIES = 40
MOST_DAYS = 366

NAMES: dict[str, Sentence] = {
    "kind": Sentence("人员类别", "Kind of profile"),
    "name": Sentence("姓名", "Name"),
    "gender": Sentence("性别", "Gender"),
    "birth_year": Sentence("出生年", "Year of birth"),
    "degree": Sentence("学历学位", "Highest degree"),
    "title": Sentence("职称", "Professional title"),
    "institution": Sentence("单位", "Institution"),
    "department": Sentence("部门", "Department"),
    "position": Sentence("职务", "Position"),
    "region_code": Sentence("所在省市", "Province and city"),
    "bio": Sentence("专业特长", "Expertise"),
    "keywords": Sentence("研究方向", "Research keywords"),
    "works": Sentence("代表作", "Works"),
    "modes": Sentence("合作方式", "Forms of co-operation"),
    "days_per_year": Sentence("每年可服务天数", "Days a year"),
    "windows": Sentence("可服务时间", "Availability"),
    "languages": Sentence("工作语言", "Working languages"),
    "regions_served": Sentence("愿意服务的地区", "Regions you would go to"),
    "altitude_ok": Sentence("高海拔适应", "Fit for high altitude"),
    "ties": Sentence("利益关系", "Interests"),
    "phone": Sentence("手机或电话", "Phone"),
    "email": Sentence("电子邮箱", "E-mail"),
    "id_number": Sentence("身份证号", "ID number"),
}
"""Every field's name for people."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A value whose state has a short name, so that a form can tell whether it has changed since it was opened."""

    def mark(self) -> str:
        """Names the state."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def differing(self, other: Self) -> tuple[str, ...]:
        """The fields in which the two differ."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name))


@dataclass(frozen=True, slots=True)
class Section(Marked):
    """Part of a profile. `is_matched`: matching sees it, so a change is indexed."""

    is_matched: ClassVar[bool] = True

    @classmethod
    def of(cls, expert: Expert) -> Self:
        """The section as the profile has it."""
        return cls(**{field.name: getattr(expert, field.name) for field in fields(cls)})

    def write(self, expert: Expert) -> None:
        """Puts the section into the profile."""
        for field in fields(self):
            setattr(expert, field.name, getattr(self, field.name))

    def check(self, checks: Checks) -> None:
        """Reports what cannot be accepted."""

    def notes(self) -> tuple[Sentence, ...]:
        """What the person should know of how the section was kept."""
        return ()


@dataclass(frozen=True, slots=True)
class Basics(Section):
    """Who the expert is and where they work."""

    kind: ExpertKind = ExpertKind.EXPERT
    name: str = ""
    gender: Gender | None = None
    birth_year: int | None = None
    degree: Degree = Degree.NONE
    title: str = ""
    institution: str = ""
    department: str = ""
    position: str = ""
    region_code: str | None = None

    def check(self, checks: Checks) -> None:
        """Lengths as the table has them; a plausible year of birth."""
        for name, most in (("name", 80), ("title", 60), ("institution", 120), ("department", 120), ("position", 60)):
            checks.length(name, getattr(self, name), most)
        latest = today_in_china().year - 15
        if self.birth_year is not None and not 1920 <= self.birth_year <= latest:
            checks.report(
                "birth_year",
                f"“出生年”填了 {self.birth_year}，应在 1920 到 {latest} 之间，如 1978",
                f"“Year of birth” is {self.birth_year}; it must be from 1920 to {latest}, such as 1978",
            )


@dataclass(frozen=True, slots=True)
class Expertise(Section):
    """What the expert knows, in their own words and in keywords."""

    bio: str = ""
    keywords: tuple[str, ...] = ()

    def check(self, checks: Checks) -> None:
        """Lengths."""
        checks.length("bio", self.bio, BIO_CHARS)
        checks.items("keywords", self.keywords, most=MOST_KEYWORDS, longest=LONGEST_KEYWORD)


@dataclass(frozen=True, slots=True)
class Times(Section):
    """Days a year and the windows in which they may fall; windows that are over are not part of it."""

    days_per_year: float | None = None
    windows: tuple[Window, ...] = ()

    @classmethod
    def of(cls, expert: Expert) -> Self:
        """The section as the profile has it."""
        own = {field.name: getattr(expert, field.name) for field in fields(cls) if field.name != "windows"}
        return cls(windows=current(expert.windows, today_in_china()), **own)

    def write(self, expert: Expert) -> None:
        """Puts the section into the profile; windows that overlap become one."""
        for field in fields(self):
            if field.name != "windows":
                setattr(expert, field.name, getattr(self, field.name))
        if self.windows != current(expert.windows, today_in_china()):
            expert.windows = rows(self.windows, today_in_china())

    def check(self, checks: Checks) -> None:
        """Days in halves within a year; windows in order."""
        given = self.days_per_year
        if given is not None and not (0 < given <= MOST_DAYS and float(2 * given).is_integer()):
            checks.report(
                "days_per_year",
                f"“每年可服务天数”填了 {given:g}，应为 0.5 到 {MOST_DAYS} 天，可以填半天",
                f"“Days a year” is {given:g}; it must be from 0.5 to {MOST_DAYS}, half days allowed",
            )
        check_windows(checks, self.windows, today_in_china())

    def notes(self) -> tuple[Sentence, ...]:
        """Windows that were joined."""
        return tuple(
            Sentence(
                f"有重叠或相连的时间，已合并为 {window.starts} 至 {window.ends}",
                f"Periods that overlap or touch were joined: {window.starts} to {window.ends}",
            )
            for window in merged(self.windows).joined
        )


@dataclass(frozen=True, slots=True)
class Cooperation(Times):
    """How, when and where the expert would serve."""

    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    regions_served: tuple[str, ...] = ()
    altitude_ok: bool | None = None

    def check(self, checks: Checks) -> None:
        """Known modes, languages and western provinces."""
        Times.check(self, checks)
        for field, known in (("modes", frozenset(Mode)), ("regions_served", frozenset(WESTERN_PREFIXES))):
            strange = [value for value in getattr(self, field) if value not in known]
            if strange:
                checks.report(field, f"没有“{strange[0]}”这一项", f"There is no choice “{strange[0]}”")
        checks.items("languages", self.languages, most=MOST_LANGUAGES, longest=8)


@dataclass(frozen=True, slots=True)
class TieValue:
    """One declared interest: of which kind, in whom, and what it consists in."""

    kind: TieKind
    counterpart: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ties(Section):
    """Declared interests; `ties_declared` with no ties says “none” explicitly."""

    is_matched: ClassVar[bool] = False

    ties_declared: bool = False
    ties: tuple[TieValue, ...] = ()

    @classmethod
    def of(cls, expert: Expert) -> Self:
        """The section as the profile has it."""
        ties = tuple(TieValue(tie.kind, tie.counterpart, tie.note) for tie in expert.ties)
        return cls(expert.ties_declared, ties)

    def write(self, expert: Expert) -> None:
        """Puts the section into the profile."""
        expert.ties_declared = self.ties_declared
        expert.ties = [Tie(kind=tie.kind, counterpart=tie.counterpart, note=tie.note) for tie in self.ties]

    def check(self, checks: Checks) -> None:
        """“None” is said explicitly; each tie names the other side; problems name the row: `ties-2-counterpart`."""
        if not self.ties and not self.ties_declared:
            checks.report(
                "ties_declared",
                "请说明利益关系：没有就选“没有”，有就逐条填写",
                "State your interests: choose “none”, or list them",
            )
        if len(self.ties) > MOST_TIES:
            checks.report("ties", f"最多填 {MOST_TIES} 条利益关系", f"At most {MOST_TIES} interests can be given")
        for number, tie in enumerate(self.ties):
            row = Checks(
                {"counterpart": Sentence("对方单位或个人", "Other side"), "note": Sentence("说明", "Explanation")}
            )
            row.require("counterpart", tie.counterpart)
            row.length("counterpart", tie.counterpart, 120)
            row.length("note", tie.note, 300)
            for problem in row.problems:
                checks.report(f"ties-{number}-{problem.field}", problem.sentence.zh, problem.sentence.en)


@dataclass(frozen=True, slots=True)
class Contact(Section):
    """How to reach the expert: encrypted at rest, shown to nobody before the expert accepts."""

    is_matched: ClassVar[bool] = False

    phone: str = ""
    email: str = ""
    id_number: str = ""

    def check(self, checks: Checks) -> None:
        """A phone number, an e-mail address, and an ID number with the right check digit, where given."""
        check_phone(checks, self.phone)
        check_email(checks, self.email)
        check_id_number(checks, self.id_number)
