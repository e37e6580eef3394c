"""Why or why not, and experts side by side, ready for the components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from matcher.types import Expert as ExpertValue
from matcher.types import Match, RuleResult
from models import Expert, Need
from models.choices import Degree
from web.formats import day, days, signed
from web.gazetteer import place_name
from web.labels import label, language_label, mode_label
from web.match_cards import RULE_NAMES, MatchCards, language, rule_results, score_parts, shown_name
from web.matches.state import ListState
from web.presenters import BANDS, PARTS, parts_text, quote
from web.services.match_reasons import Why
from web.services.ranking import Board


def expert_url(expert_code: str, need: Need) -> str:
    """The expert's public part, read for this need."""
    return url_for("matches.expert", code=expert_code, need=need.code)


def verdict(why: Why) -> str:
    """Where the expert stands, in one sentence."""
    if not why.is_indexed:
        return str(_("资料刚更新，正在编入检索，请过几秒再看"))
    if why.match is None:
        return str(_("资料里还没有简介、关键词或代表作，无法比对，因此不在名单上"))
    if why.is_eligible:
        return str(_("符合条件，在 %(of)s 位候选人中排第 %(rank)s", of=why.of, rank=why.match.rank))
    sentence = _(
        "不在名单上：%(n)s 项条件不符合。如果不看这些条件，会在 %(of)s 位中排第 %(rank)s",
        n=len(why.failed),
        of=why.of,
        rank=why.match.rank,
    )
    return str(sentence)


def why_panel(why: Why, board: Board, need: Need) -> dict[str, Any]:
    """The verdict, the parts of the score, every rule, the evidence in full, and how far the first is ahead."""
    cards, match = MatchCards(board, need), why.match
    return {
        "code": why.expert.code,
        "name": shown_name(why.expert.code, why.expert.name, hides_names=need.hides_names),
        "expert_url": expert_url(why.expert.code, need),
        "title": why.expert.title,
        "institution": why.expert.institution,
        "verdict": verdict(why),
        "is_eligible": why.is_eligible and match is not None,
        "level": match.band if match else None,
        "position": board.position(match.rank) if match and why.is_eligible else None,
        "parts": score_parts(match) if match else [],
        "score": match.score if match else None,
        "raw": match.raw_score if match else None,
        "rules": rule_results(why.rules),
        "evidence": cards.evidence(match, whole=True) if match else [],
        "leader": _leader(why.leader, match, board, need) if match and why.leader else None,
    }


def _leader(first: Match, mine: Match, board: Board, need: Need) -> dict[str, Any] | None:
    """The first of the list beside this one, part by part; None for the first itself."""
    if first.expert_id == mine.expert_id:
        return None
    leader = board.pool.experts[board.pool.number_of(first.expert_id)]
    pairs = zip(mine.parts, first.parts, strict=True)
    rows = [(PARTS[language()][own.name], own.value, its.value, own.value - its.value) for own, its in pairs]
    rows.append((str(_("合计")), mine.raw_score, first.raw_score, mine.raw_score - first.raw_score))
    return {
        "name": shown_name(leader.id, leader.name, hides_names=need.hides_names),
        "url": expert_url(leader.id, need),
        "rows": [
            {"name": name, "mine": signed(mine), "first": signed(first), "gap": signed(gap)}
            for name, mine, first, gap in rows
        ],
    }


def found_panel(whys: Sequence[Why], state: ListState, need: Need) -> list[dict[str, Any]]:
    """Experts found by name: where each stands, which rules keep them out, and the page with all reasons."""
    return [
        {
            "name": shown_name(why.expert.code, why.expert.name, hides_names=need.hides_names),
            "title": why.expert.title,
            "institution": why.expert.institution,
            "verdict": verdict(why),
            "level": why.match.band if why.match and why.is_eligible else None,
            "failed": rule_results(why.failed),
            "url": state.url("matches.why", code=need.code, values={"expert_code": why.expert.code}),
        }
        for why in whys
    ]


def compare_columns(whys: Sequence[Why], state: ListState, need: Need) -> list[dict[str, Any]]:
    """The heads of the columns, each with the URL of the comparison without it."""
    codes = tuple(why.expert.code for why in whys)
    return [
        {
            "title": shown_name(why.expert.code, why.expert.name, hides_names=need.hides_names),
            "url": expert_url(why.expert.code, need),
            "note": why.expert.institution,
            "remove_url": state.url(
                "matches.compare", code=need.code, compare=tuple(c for c in codes if c != why.expert.code)
            ),
        }
        for why in whys
    ]


def compare_rows(whys: Sequence[Why], board: Board) -> list[dict[str, Any]]:
    """Facts, match and rules side by side; `is_same` where all agree."""
    facts = [_facts(why, board) for why in whys]
    rows = [(key, [own.get(key) for own in facts]) for key in dict.fromkeys(key for own in facts for key in own)]
    return [{"label": key, "cells": cells, "is_same": len(set(cells)) == 1 and len(cells) > 1} for key, cells in rows]


def _facts(why: Why, board: Board) -> dict[str, str | None]:
    match, rules = why.match, {rule.rule: rule for rule in why.rules}
    standing = {
        str(_("匹配度")): BANDS[language()][match.band] if match and why.is_eligible else _("不在名单上"),
        str(_("名次")): str(match.rank) if match and why.is_eligible else None,
        str(_("得分构成")): parts_text(match, language()) if match else None,
        str(_("主要依据")): quote(match.evidence[0]) if match and match.evidence else None,
    }
    checked = {str(RULE_NAMES[name]): _outcome(rule) for name, rule in rules.items()}
    value = board.pool.get(why.expert.code)
    time = {str(_("可服务时间")): _spans(value) if value else None}
    conditions = {str(_("条件：%(rule)s", rule=key)): text for key, text in checked.items()}
    return {**standing, **_profile(why.expert), **time, **conditions}


def _spans(expert: ExpertValue) -> str | None:
    """2027-01-01 – 2028-12-31 and further ones; None where nothing is stated."""
    return str(_("、")).join(f"{day(first)} – {day(last)}" for first, last in expert.windows) or None


def _profile(expert: Expert) -> dict[str, str | None]:
    comma = str(_("、"))
    altitude = {None: None, True: str(_("适应")), False: str(_("不适应"))}
    return {
        str(_("职称")): expert.title or None,
        str(_("学位")): str(label(expert.degree)) if expert.degree != Degree.NONE else None,
        str(_("所在地")): place_name(expert.region_code) or None,
        str(_("可提供的合作方式")): comma.join(str(mode_label(code)) for code in expert.modes) or None,
        str(_("每年天数")): days(expert.days_per_year) or None,
        str(_("语言")): comma.join(str(language_label(code)) for code in expert.languages) or None,
        str(_("高海拔适应")): altitude[expert.altitude_ok],
        str(_("关键词")): comma.join(expert.keywords) or None,
    }


def _outcome(rule: RuleResult) -> str:
    words = {"pass": _("通过"), "fail": _("不通过"), "unknown": _("待核实")}
    return f"{words[rule.outcome]}{_('：')}{getattr(rule, language())}"
