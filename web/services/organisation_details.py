"""What an organisation says about itself, and what is wrong with it, in sentences that stand beside the field."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Region
from models.choices import OrganisationKind, Role
from models.credit_code import is_valid_credit_code
from models.place import is_western
from web.services.errors import FieldProblem, InvalidError, Sentence

LONGEST_NAME, LONGEST_NAME_EN, LONGEST_INTRO = 120, 200, 500
_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
"""GB 32100-2015 leaves out I, O, S, V and Z."""


@dataclass(frozen=True, slots=True)
class Details:
    """The fields beside the credit code; `region_code` is the deepest place that was chosen."""

    name: str
    kind: OrganisationKind
    region_code: str
    is_xpcc: bool = False
    intro: str = ""
    name_en: str = ""


def read_credit_code(written: str) -> str:
    """The unified social credit code in its compact form. Raises InvalidError that says which part is wrong."""
    compact = "".join(unicodedata.normalize("NFKC", written).split()).replace("-", "").upper()
    sentence = _wrong_with(compact)
    if sentence is not None:
        raise InvalidError([FieldProblem("credit_code", sentence)])
    return compact


def _wrong_with(code: str) -> Sentence | None:
    if not code:
        return Sentence("请填写统一社会信用代码", "Enter the unified social credit code")
    strange = sorted(set(code) - _ALPHABET)
    if strange:
        shown = "".join(strange)[:6]
        return Sentence(
            f"代码里不会有“{shown}”：只用数字和大写字母，不含 I、O、S、V、Z",
            f"A code has no “{shown}”: it has digits and capital letters except I, O, S, V and Z",
        )
    if len(code) != 18:
        return Sentence(f"代码应为 18 位，现在 {len(code)} 位", f"A code has 18 characters; this has {len(code)}")
    if not is_valid_credit_code(code):
        return Sentence(
            "校验位不符，请对照营业执照或法人证书核对", "The check character is wrong; compare it with the certificate"
        )
    return None


def problems_of(session: Session, details: Details, *, role: Role) -> list[FieldProblem]:
    """What is wrong with the details for an organisation whose people have the role."""
    found = problems_of_texts(details.name, details.name_en, details.intro)
    if not details.name:
        found.append(FieldProblem("name", Sentence("请填写单位全称", "Enter the full name")))
    return found + _problems_of_place(session, details, role)


def problems_of_texts(name: str, name_en: str, intro: str) -> list[FieldProblem]:
    """Which of the texts are too long, and by how much."""
    given = (
        ("name", name, LONGEST_NAME, "单位全称", "The full name"),
        ("name_en", name_en, LONGEST_NAME_EN, "英文名称", "The English name"),
        ("intro", intro, LONGEST_INTRO, "单位简介", "The introduction"),
    )
    return [
        FieldProblem(
            field,
            Sentence(
                f"“{zh}”最多 {most} 字，现在 {len(text)} 字", f"{en} may have {most} characters; it has {len(text)}"
            ),
        )
        for field, text, most, zh, en in given
        if len(text) > most
    ]


def _problems_of_place(session: Session, details: Details, role: Role) -> list[FieldProblem]:
    if session.get(Region, details.region_code) is None:
        return [FieldProblem("province", Sentence("请选择所在地", "Choose where it is"))]
    if role == Role.EMPLOYER and not (details.is_xpcc or is_western(details.region_code)):
        sentence = Sentence(
            "用人单位应在西部 12 个省（区、市）或新疆生产建设兵团",
            "An employer is in one of the twelve western provinces or the Xinjiang Production and Construction Corps",
        )
        return [FieldProblem("province", sentence)]
    return []
