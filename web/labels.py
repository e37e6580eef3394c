"""The names of closed choices for people: one place, both languages (English in translations/en/labels.po)."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models import choices as c
from web.states import words_of

LABELS: dict[type[StrEnum], dict[str, LazyString]] = {
    c.Role: {
        "employer": _l("用人单位"),
        "expert": _l("专家"),
        "institution": _l("派出单位"),
        "manager": _l("项目管理人员"),
        "administrator": _l("系统管理员"),
    },
    c.GrantState: {"pending": _l("待确认"), "active": _l("有效"), "revoked": _l("已撤销")},
    c.Mode: {
        "dual_appointment": _l("双聘"),
        "talent_enclave": _l("人才飞地"),
        "technology_deputy": _l("科技副总"),
        "service_mission": _l("科技服务团/特派员"),
        "extension_exchange": _l("农技推广人员互派"),
        "training": _l("人才培训/进修"),
        "apprenticeship": _l("现代学徒制"),
        "joint_research": _l("联合攻关/揭榜挂帅"),
        "remote_consulting": _l("远程指导"),
    },
    c.OrganisationKind: {
        "government": _l("政府部门"),
        "extension_station": _l("推广站所"),
        "hospital": _l("医院"),
        "enterprise": _l("企业"),
        "farm": _l("农牧场"),
        "cooperative": _l("合作社"),
        "university": _l("高校"),
        "institute": _l("科研院所"),
        "park": _l("园区"),
    },
    c.Verification: words_of("verification"),
    c.NeedState: words_of("need"),
    c.Place: {"onsite": _l("到现场"), "remote": _l("远程"), "either": _l("现场或远程均可")},
    c.ExpertKind: {"expert": _l("专家"), "graduate": _l("毕业生")},
    c.ExpertState: {"draft": _l("草稿"), "public": _l("公开"), "hidden": _l("已隐藏")},
    c.Gender: {"female": _l("女"), "male": _l("男")},
    c.WorkKind: {
        "paper": _l("论文"),
        "patent": _l("专利"),
        "project": _l("项目"),
        "award": _l("奖励"),
        "standard": _l("标准"),
        "variety": _l("品种"),
        "software": _l("软件"),
        "book": _l("著作"),
    },
    c.TieKind: {
        "equity": _l("持有股份"),
        "founder": _l("参与创办"),
        "supervision": _l("师生关系"),
        "kinship": _l("亲属关系"),
        "shared_patent": _l("共有专利"),
        "employment": _l("任职或兼职"),
    },
    c.DismissalReason: {
        "field": _l("专业不对口"),
        "time": _l("时间安排不开"),
        "place": _l("地点不便"),
        "mode": _l("合作方式不合适"),
        "conflict": _l("有利益关系"),
        "other": _l("其他原因"),
    },
    c.TitleRank: {
        "": _l("不限"),
        "初级": _l("初级"),
        "中级": _l("中级"),
        "副高": _l("副高级"),
        "正高": _l("正高级"),
    },
    c.Degree: {
        "": _l("不限"),
        "专科": _l("专科"),
        "本科": _l("本科"),
        "硕士": _l("硕士"),
        "博士": _l("博士"),
    },
    c.Grade: {"优秀": _l("优秀"), "良好": _l("良好"), "合格": _l("合格"), "不合格": _l("不合格")},
}
LANGUAGES: dict[str, LazyString] = {
    "zh": _l("汉语"),
    "en": _l("英语"),
    "bo": _l("藏语"),
    "ug": _l("维吾尔语"),
    "mn": _l("蒙古语"),
    "kk": _l("哈萨克语"),
    "za": _l("壮语"),
    "yi": _l("彝语"),
    "ja": _l("日语"),
    "de": _l("德语"),
    "fr": _l("法语"),
    "ru": _l("俄语"),
    "ko": _l("韩语"),
}
"""Working languages by ISO 639-1 code."""


def label(value: StrEnum) -> LazyString:
    """The name of a choice. Raises KeyError for one that has none."""
    return LABELS[type(value)][value.value]


def mode_label(code: str) -> LazyString:
    """The name of a mode by its code."""
    return label(c.Mode(code))


def language_label(code: str) -> LazyString | str:
    """The name of a working language; an unknown code is shown as it is."""
    return LANGUAGES.get(code, code)


def pairs(kind: type[StrEnum]) -> list[tuple[str, LazyString]]:
    """(value, name) of every choice, for a form."""
    return [(member.value, label(member)) for member in kind]


def bind(app: Flask) -> None:
    """The filters that templates use."""
    app.jinja_env.filters.update(label=label, mode_label=mode_label, language_label=language_label)
