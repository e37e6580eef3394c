"""The steps of registration: which there are, which are done, and where each missing thing is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Expert
from models.choices import ExpertState
from web.experts import section_forms as forms
from web.experts.section_form import SectionForm
from web.language import say
from web.services import profile_sections as sections


@dataclass(frozen=True, slots=True)
class Step:
    """One section of the profile that has a page of its own: its title, what it is for, its form."""

    name: str
    title: LazyString
    lead: LazyString
    section: type[sections.Section]
    form: type[SectionForm]


SECTIONS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "basics",
            _l("基本信息"),
            _l("用人单位据此知道您是谁、来自哪里；职称和学历用来核对需求的条件。"),
            sections.Basics,
            forms.BasicsForm,
        ),
        Step(
            "expertise",
            _l("专长"),
            _l("匹配主要看这一页和代表作，写您真正能解决的问题，中文或英文都可以。"),
            sections.Expertise,
            forms.ExpertiseForm,
        ),
        Step(
            "cooperation",
            _l("合作方式与时间"),
            _l("只会向您推荐您愿意采用的方式、抽得出时间的需求。"),
            sections.Cooperation,
            forms.CooperationForm,
        ),
        Step(
            "ties",
            _l("利益关系"),
            _l("与用人单位有股权、任职、亲属等关系时要回避或说明。没有也请明确说“没有”。"),
            sections.Ties,
            forms.TiesForm,
        ),
        Step(
            "contact",
            _l("联系方式"),
            _l("加密保存，不出现在任何名单和检索结果里。"),
            sections.Contact,
            forms.ContactForm,
        ),
    )
}
ORDER = ("basics", "expertise", "works", "cooperation", "ties", "contact", "preview")
TITLES: dict[str, LazyString] = {
    **{name: step.title for name, step in SECTIONS.items()},
    "works": _l("代表作"),
    "preview": _l("预览与公开"),
}
WHERE: dict[str, tuple[str, str]] = {
    "kind": ("basics", "kind"),
    "name": ("basics", "name"),
    "title": ("basics", "title"),
    "degree": ("basics", "degree"),
    "institution": ("basics", "institution"),
    "region_code": ("basics", "province"),
    "bio": ("expertise", "bio"),
    "keywords": ("expertise", "keywords"),
    "works": ("works", "works"),
    "modes": ("cooperation", "modes"),
    "days_per_year": ("cooperation", "days_per_year"),
    "windows": ("cooperation", "windows"),
    "regions_served": ("cooperation", "regions_served"),
    "altitude_ok": ("cooperation", "altitude"),
    "languages": ("cooperation", "languages"),
    "ties": ("ties", "declared"),
    "phone": ("contact", "phone"),
}
"""A field of the profile → its step, and its place on that page."""


def step_url(name: str) -> str:
    """The page of a step."""
    return url_for(f"experts.{name}") if name in ("works", "preview") else url_for("experts.step", name=name)


def next_url(name: str) -> str:
    """The page of the step after this one."""
    return step_url(ORDER[ORDER.index(name) + 1])


def field_url(field: str) -> str:
    """Where a field of the profile is filled in."""
    step, place = WHERE[field]
    return f"{step_url(step)}#{place}"


def is_done(expert: Expert, name: str) -> bool:
    """Whether a step has what it is for."""
    lacking = set(expert.missing())
    checks = {
        "basics": not lacking & {"name", "institution", "region_code"},
        "expertise": bool(expert.bio or expert.keywords),
        "works": bool(expert.works),
        "cooperation": not lacking & {"modes", "days_per_year"},
        "ties": expert.ties_declared,
        "contact": bool(expert.phone or expert.email),
        "preview": expert.state == ExpertState.PUBLIC,
    }
    return checks[name]


def step_bar(expert: Expert, current: str = "") -> list[dict[str, Any]]:
    """The steps for the step bar."""
    return [
        {
            "text": TITLES[name],
            "url": step_url(name),
            "state": "current" if name == current else "done" if is_done(expert, name) else "todo",
        }
        for name in ORDER
    ]


def count_done(expert: Expert) -> int:
    """How many steps are done."""
    return sum(is_done(expert, name) for name in ORDER)


def first_open(expert: Expert) -> str:
    """The first step that is not done, the last one when all are."""
    return next((name for name in ORDER if not is_done(expert, name)), ORDER[-1])


def lacking(expert: Expert) -> list[dict[str, str]]:
    """What a public profile still needs, each with where to fill it in."""
    return [{"text": say(sections.NAMES[field]), "href": field_url(field)} for field in expert.missing()]


def advice(expert: Expert) -> list[dict[str, str]]:
    """What would make matches better, though the profile may be public without it."""
    found = []
    if not expert.windows:
        found.append({"text": _("填写可服务时间，用人单位才知道您何时能来"), "href": field_url("windows")})
    if 0 < len(expert.works) < 3:
        found.append({"text": _("代表作不足 3 项，补充后匹配更准"), "href": step_url("works")})
    if expert.works and not any(work.abstract or work.keywords for work in expert.works):
        found.append({"text": _("给代表作补上摘要或关键词，匹配依据的就是这些文字"), "href": step_url("works")})
    if not (expert.phone or expert.email):
        found.append({"text": _("填写联系方式，接受邀请后单位才能联系您"), "href": field_url("phone")})
    return found
