"""What is wrong with the content of a rule, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clause, CooperationMode, PolicyRule, Region
from models.choices import RuleKind
from models.rules import KINDS, ParameterError, placeholders, read_parameters
from web.services.errors import FieldProblem, Sentence

LONGEST: Mapping[str, int] = {
    "name_zh": 40, "name_en": 120, "pass_zh": 300, "pass_en": 500, "fail_zh": 300, "fail_en": 500,
    "citation": 500, "citation_en": 800, "citation_url": 400,
}  # fmt: skip
"""Characters of each text."""
LONGEST_NOTE = 500
SENTENCES = ("pass_zh", "pass_en", "fail_zh", "fail_en")
PARAMETER = "parameter-"
"""Begins the form's name of each parameter."""


class Content(Protocol):
    """What is judged: see `policy_drafts.RuleContent`."""

    parameters: Mapping[str, Any]
    modes: tuple[str, ...]
    effective_from: date | None
    effective_to: date | None


def problems_of(session: Session, rule: PolicyRule, content: Any) -> list[FieldProblem]:
    """Everything that keeps the content from being a version of the rule."""
    return [
        *_of_texts(content),
        *_of_sentences(rule.kind, content),
        *_of_modes(session, rule.kind, content),
        *_of_parameters(session, rule.kind, content),
        *_of_dates(content),
    ]


def region_problem(session: Session, region: str) -> FieldProblem | None:
    """Why this is no prefix of a province, prefecture or county; None when it is one."""
    is_code = re.fullmatch(r"\d{2}|\d{4}|\d{6}", region) is not None
    if is_code and session.get(Region, region.ljust(6, "0")) is not None:
        return None
    return _problem("region", "请选择一个地区", "Choose a region")


def _problem(name: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(name, Sentence(zh, en))


def _of_texts(content: Any) -> Iterator[FieldProblem]:
    for name, most in LONGEST.items():
        text = getattr(content, name)
        if not text.strip() and name != "citation_url":
            yield _problem(name, "请填写", "Fill this in")
        if len(text) > most:
            yield _problem(name, f"最多 {most} 字，现在 {len(text)} 字", f"At most {most} characters, now {len(text)}")
    if content.citation_url and not re.match(r"https?://[^\s]+$", content.citation_url):
        yield _problem(
            "citation_url", "网址应以 http:// 或 https:// 开头", "An address begins with http:// or https://"
        )


def _of_sentences(kind: RuleKind, content: Any) -> Iterator[FieldProblem]:
    known = KINDS[kind].facts
    listed = " ".join(f"{{{name}}}" for name in known)
    for name in SENTENCES:
        text = getattr(content, name)
        strange = [one for one in placeholders(text) if one not in known]
        if strange:
            given = f"{{{strange[0]}}}"
            yield _problem(name, f"没有 {given} 这一项，可用的是 {listed}", f"There is no {given}; there are {listed}")
        elif set(re.sub(r"\{[a-z_]+\}", "", text)) & set("{}"):
            yield _problem(name, f"花括号里只能是 {listed}", f"Braces may only hold one of {listed}")


def _of_modes(session: Session, kind: RuleKind, content: Content) -> Iterator[FieldProblem]:
    modes = {mode.code: mode for mode in session.scalars(select(CooperationMode))}
    if any(code not in modes for code in content.modes):
        yield _problem("modes", "请从列出的合作方式中选", "Choose from the modes that are listed")
    elif kind == RuleKind.REQUIRED_CONSENT:
        # Where a mode asks for no consent the pages offer none, so that such a rule could never be met.
        wanted = content.modes or tuple(modes)
        without = [modes[code] for code in wanted if not modes[code].needs_consent]
        if without:
            zh, en = "、".join(one.name_zh for one in without), ", ".join(one.name_en for one in without)
            yield _problem("modes", f"这些方式没有单位同意一步：{zh}", f"These modes have no step of consent: {en}")


def _of_parameters(session: Session, kind: RuleKind, content: Content) -> Iterator[FieldProblem]:
    try:
        read_parameters(KINDS[kind].parameters, content.parameters)
    except ParameterError as error:
        yield _problem(PARAMETER + error.name, error.zh, error.en[:1].upper() + error.en[1:])
        return
    known = set(session.scalars(select(Clause.code))) if kind == RuleKind.REQUIRED_CLAUSES else set()
    strange = [code for code in content.parameters.get("clauses", ()) if code not in known]
    if strange:
        yield _problem(f"{PARAMETER}clauses", f"没有条款 {strange[0]}", f"There is no clause {strange[0]}")
    for name in ("provinces", "plateau"):
        for code in content.parameters.get(name, ()):
            if region_problem(session, str(code)) is not None:
                yield _problem(
                    PARAMETER + name, f"没有代码为 {code} 的地区", f"There is no region with the code {code}"
                )
                break


def _of_dates(content: Content) -> Iterator[FieldProblem]:
    if content.effective_from is None:
        yield _problem("effective_from", "请填写生效日期，如 2027-01-01", "Give the first day, such as 2027-01-01")
    elif content.effective_to is not None and content.effective_to < content.effective_from:
        yield _problem("effective_to", "失效日期早于生效日期", "The last day lies before the first")
