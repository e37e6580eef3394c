"""Invented people and needs that fill the examples of `/design`."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from matcher.standing import Position
from web.design import forms
from web.design.marking import segments

YEAR = 2026


def _evidence() -> list[dict[str, Any]]:
    chinese = _(
        "针对宁夏盐池滩羊羔羊腹泻，分离鉴定致病性大肠杆菌 32 株，"
        "提出以初乳管理和自家疫苗为主的防控方案，死亡率由 18% 降至 5%。"
    )
    english = "Colostrum management and oral rehydration reduced neonatal lamb diarrhea in semi-arid pasture systems."
    return [
        {
            "segments": segments(chinese, [_("羔羊腹泻"), _("死亡率")]),
            "source": _("代表作《滩羊羔羊腹泻病原调查与综合防控》"),
            "year": 2023,
            "language": "zh",
            "links": [
                {"need": _("羊羔拉稀"), "passage": _("羔羊腹泻"), "kind": "meaning"},
                {"need": _("死亡率"), "passage": _("死亡率"), "kind": "same"},
            ],
        },
        {
            "segments": segments(english, ["lamb diarrhea", "Colostrum"]),
            "source": "Small Ruminant Research",
            "year": 2021,
            "language": "en",
            "links": [{"need": _("羊羔拉稀"), "passage": "lamb diarrhea", "kind": "term"}],
        },
    ]


def _experts() -> list[dict[str, Any]]:
    return [
        {
            "id": 12,
            "url": "#expert_card",
            "name": _("周闻远"),
            "title": _("教授"),
            "institution": _("江淮农业大学动物医学院"),
            "place": _("江苏省南京市"),
            "days_left": 41.5,
            "days_total": 60,
        },
        {
            "id": 31,
            "url": "#expert_card",
            "name": _("专家 E-0312"),
            "title": _("副研究员"),
            "institution": _("东部某省属科研院所"),
            "place": _("福建省"),
            "days_left": 20,
            "days_total": 30,
        },
    ]


def _matches() -> list[dict[str, Any]]:
    first, second = _evidence()
    return [
        {
            "rank": 1,
            "level": "strong",
            "position": Position(3, 46),
            "evidence": [first, second],
            "met": [_("正高职称"), _("可现场服务"), _("每年 30 天以上")],
            "missing": [],
            "unknown": [_("高海拔适应情况")],
        },
        {
            "rank": 2,
            "level": "medium",
            "position": Position(13, 46),
            "evidence": [second],
            "met": [_("可远程指导")],
            "missing": [_("正高职称")],
            "unknown": [],
        },
    ]


def _needs() -> list[dict[str, Any]]:
    return [
        {
            "id": 7,
            "url": "#need_card",
            "title": _("滩羊羊羔拉稀死亡率高，请专家现场诊断"),
            "summary": _(
                "入冬后羊羔出生三到七天集中拉稀，去年死亡约两成，兽医站用药效果不稳定，希望查清病因并培训三名技术员。"
            ),
            "employer": _("盐池某滩羊养殖合作社"),
            "place": _("宁夏·吴忠市·盐池县"),
            "state": "published",
            "of": "need",
            "mode_names": [_("科技特派员"), _("远程指导")],
            "deadline": "2026-12-31",
            "days": _("每年 30 天"),
            "money": _("20 万元"),
            "people": _("1–2 人"),
            "task": _("科技支宁 · 任务 3"),
        }
    ]


def _rules() -> list[dict[str, Any]]:
    source = {"text": _("《科技特派员管理办法》第六条"), "url": "#rules"}
    return [
        {
            "outcome": "pass",
            "text": _("双方都接受“科技特派员”方式"),
            "severity": "block",
            "source": source,
            "version": 2,
        },
        {
            "outcome": "fail",
            "text": _("还可服务 12 天，本需求要 30 天"),
            "severity": "waivable",
            "source": {"text": _("可服务天数规则")},
            "version": 1,
            "note": _("专家本人可在“时间安排”中调整；管理员可写明理由豁免。"),
        },
        {
            "outcome": "unknown",
            "text": _("现场海拔 3200 米，专家未填写高海拔适应情况"),
            "severity": "warn",
            "note": _("专家补充后自动重新核对。"),
        },
    ]


def _windows() -> list[dict[str, Any]]:
    return [
        {"start": date(YEAR, 3, 1), "end": date(YEAR, 5, 31), "kind": "available", "text": _("最多 20 天")},
        {"start": date(YEAR, 4, 10), "end": date(YEAR, 4, 24), "kind": "assigned", "text": _("盐池现场诊断")},
        {"start": date(YEAR, 7, 1), "end": date(YEAR, 8, 15), "kind": "busy", "text": _("学校课程")},
        {"start": date(YEAR, 10, 8), "end": date(YEAR + 1, 1, 20), "kind": "available", "text": _("最多 15 天")},
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {"id": 7, "title": _("滩羊羊羔拉稀"), "place": _("宁夏·盐池县"), "state": "published", "matches": 128},
        {"id": 9, "title": _("酿酒葡萄早霜冻害预警"), "place": _("宁夏·永宁县"), "state": "submitted", "matches": 46},
        {"id": 15, "title": _("高原肺水肿转诊培训"), "place": _("西藏·那曲市"), "state": "returned", "matches": 0},
    ]


def values() -> dict[str, Any]:
    """Everything that an example may name, in the language of the request."""
    experts, matches = _experts(), _matches()
    return {
        "experts": experts,
        "matches": matches,
        "evidence": matches[0]["evidence"],
        "needs": _needs(),
        "positions": [match["position"] for match in matches],
        "rules": _rules(),
        "windows": _windows(),
        "rows": _rows(),
        "year": YEAR,
        "form": forms.filled(
            {"title": _("滩羊羊羔拉稀死亡率高"), "keywords": _("滩羊、腹泻、疫苗"), "modes": ["service_mission"]}
        ),
        "wrong": forms.rejected(),
    }
