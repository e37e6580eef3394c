"""Needs as an expert's pages show them: cards with reasons, all reasons of one, and what rules keep away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.searchable import Searchable
from matcher.standing import Position
from matcher.types import Evidence, Match
from matcher.types import Expert as ExpertValue
from matcher.types import Need as NeedValue
from models import Expert, Need
from models.choices import Degree, WorkKind
from web.cards import need_card
from web.design.marking import segments
from web.experts.steps import WHERE, field_url
from web.formats import number
from web.gazetteer import place_name
from web.labels import label, mode_label
from web.match_cards import RULE_NAMES, MatchCards, expert_card, language, rule_results, score_parts
from web.presenters import quote
from web.services.recommend_misses import NearMiss
from web.services.recommendations import NeedWhy, Outlook, Recommended, RuleGroup

QUOTES = 2
RULE_FIELDS = {
    "kind": "kind",
    "mode": "modes",
    "dates": "windows",
    "region": "regions_served",
    "days_per_year": "days_per_year",
    "min_title": "title",
    "min_degree": "degree",
    "altitude": "altitude_ok",
    "excluded_institution": "institution",
}
"""A rule → the field of the profile that it looks at."""
CORRECT: dict[str, LazyString] = {
    "kind": _l("更正人员类别"),
    "mode": _l("增加合作方式"),
    "dates": _l("更新可服务时间"),
    "region": _l("增加可服务地区"),
    "days_per_year": _l("更新每年可服务天数"),
    "min_title": _l("更正职称"),
    "min_degree": _l("更正学历学位"),
    "altitude": _l("更正高海拔适应情况"),
    "excluded_institution": _l("核对单位名称"),
}


def need_url(need: Need) -> str:
    """The public page of a need."""
    return url_for("public.need", code=need.code)


def recommended_card(found: Recommended, outlook: Outlook) -> dict[str, Any]:
    """One card of the list, with what its buttons need."""
    return {
        "need": {**need_card(found.need, need_url(found.need)), "state": None},
        "match": {
            "rank": found.rank,
            "level": found.match.band,
            "position": found.position,
            "evidence": evidence_of(found.match, outlook)[:QUOTES],
            "met": _rules_of(found.match, "pass"),
            "missing": [],
            "unknown": _rules_of(found.match, "unknown"),
        },
        "why_url": url_for("experts.why", code=found.need.code),
        "dismiss_url": url_for("experts.dismissal", code=found.need.code),
    }


@dataclass(frozen=True, slots=True)
class Previewed:
    """What an employer's board would say of one profile that is not on it yet; without a place in the list."""

    need: NeedValue
    pool: Searchable

    def position(self, rank: int) -> Position:
        """The only one, of which cards say nothing."""
        return Position(1, 1)


def employers_card(found: Recommended, outlook: Outlook) -> dict[str, Any]:
    """The expert's card as the employer of this need would see it in the list."""
    need, table = found.need, outlook.board.table
    seen = Previewed(table.needs[table.number_of(need.code)], outlook.board.pool)
    url = url_for("matches.expert", code=outlook.expert.code)
    return {
        "expert": expert_card(outlook.expert, url, hides_names=need.hides_names),
        "match": {**MatchCards(seen, need).card(found.match), "rank": None},
    }


def evidence_of(match: Match, outlook: Outlook, *, whole: bool = False) -> list[dict[str, Any]]:
    """The passages that carried the match, each with the page where it is corrected."""
    return [_quote(evidence, outlook.value, outlook.expert, whole=whole) for evidence in match.evidence]


def why_panel(why: NeedWhy, outlook: Outlook) -> dict[str, Any]:
    """The verdict, the parts of the score, every rule, and the evidence in full, each with its correction."""
    match, is_listed = why.match, why.rank is not None
    return {
        "code": why.need.code,
        "title": why.need.title,
        "verdict": verdict(why, outlook),
        "is_dismissed": why.is_dismissed,
        "level": match.band if match else None,
        "position": outlook.position(why.rank) if why.rank else None,
        "is_listed": is_listed,
        "parts": score_parts(match) if match else [],
        "score": match.score if match else None,
        "raw": match.raw_score if match else None,
        "rules": rule_results(why.rules),
        "corrections": corrections(why),
        "evidence": evidence_of(match, outlook, whole=True) if match else [],
    }


def verdict(why: NeedWhy, outlook: Outlook) -> str:
    """Where the need stands for the expert, in one sentence."""
    if why.failed:
        return str(_("%(n)s 项条件不符合，所以没有推荐给您", n=len(why.failed)))
    if why.is_dismissed:
        return str(_("您说过这条不适合您"))
    if why.match is None:
        return str(_("资料里还没有专长、研究方向或代表作，无法比对"))
    if why.rank is None:
        return str(_("这条需求已过截止日期，不再推荐"))
    return str(_("符合全部条件，在 %(of)s 条需求中排第 %(rank)s", of=why.of, rank=why.rank))


def corrections(why: NeedWhy) -> list[dict[str, str]]:
    """The fields of the profile that failed or unknown rules look at."""
    names = [rule.rule for rule in why.rules if rule.outcome != "pass"]
    return [{"text": str(CORRECT[name]), "url": field_url(RULE_FIELDS[name])} for name in names]


def miss_rows(misses: Sequence[NearMiss]) -> list[dict[str, Any]]:
    """Needs that would fit well but for conditions: what fails, and what the expert could correct."""
    return [
        {
            "title": miss.need.title,
            "employer": miss.need.organisation.name,
            "place": place_name(miss.need.region_code),
            "level": miss.band,
            "url": url_for("experts.why", code=miss.need.code),
            "failed": [
                {
                    "text": getattr(rule, language()),
                    "action": {"text": str(CORRECT[rule.rule]), "url": field_url(RULE_FIELDS[rule.rule])},
                }
                for rule in miss.failed
            ],
        }
        for miss in misses
    ]


def group_rows(groups: Sequence[RuleGroup], outlook: Outlook) -> list[dict[str, Any]]:
    """What rules keep away, each in a sentence with the expert's own facts, and what the expert could change."""
    return [
        {
            "text": group_sentence(group, outlook.value),
            "alone": group.alone,
            "named": [{"title": need.title, "url": url_for("experts.why", code=need.code)} for need in group.named],
            "more": group.count - len(group.named),
            "action": {"text": str(CORRECT[group.rule]), "url": field_url(RULE_FIELDS[group.rule])},
        }
        for group in groups
    ]


def group_sentence(group: RuleGroup, value: ExpertValue) -> str:
    """One rule's sentence: 每年可服务天数 10 天，少于 37 条需求的要求."""
    n, given = group.count, number(value.days_per_year)
    modes = _("、").join(str(mode_label(code)) for code in value.modes)
    window = _("、").join(f"{first} – {last}" for first, last in value.windows)
    sentences: dict[str, Callable[[], str]] = {
        "kind": lambda: _("毕业生只匹配现代学徒制，%(n)s 条需求不是", n=n),
        "mode": lambda: _("您可提供%(modes)s，%(n)s 条需求要求别的方式", n=n, modes=modes),
        "dates": lambda: _("可服务时间 %(window)s 与 %(n)s 条需求的起止时间没有重叠", n=n, window=window),
        "region": lambda: _("%(n)s 条需求须到现场，不在您愿意服务的地区", n=n),
        "days_per_year": lambda: _("每年可服务天数 %(days)s 天，少于 %(n)s 条需求的要求", n=n, days=given),
        "min_title": lambda: _("职称“%(title)s”低于 %(n)s 条需求的要求", n=n, title=value.title),
        "min_degree": lambda: _("学位“%(degree)s”低于 %(n)s 条需求的要求", n=n, degree=label(Degree(value.degree))),
        "altitude": lambda: _("您填写了不适应高海拔，%(n)s 条需求在海拔 3000 米以上", n=n),
        "excluded_institution": lambda: _("%(n)s 条需求要求回避您的单位", n=n),
    }
    return str(sentences[group.rule]())


def _rules_of(match: Match, outcome: str) -> list[str]:
    return [str(RULE_NAMES[rule.rule]) for rule in match.rules if rule.outcome == outcome]


def _quote(evidence: Evidence, value: ExpertValue, expert: Expert, *, whole: bool) -> dict[str, Any]:
    source, year, url = _source(evidence.field, value, expert)
    text = evidence.text if whole else quote(evidence)
    return {
        "segments": segments(text, [link.passage for link in evidence.links]),
        "source": source,
        "year": year,
        "language": evidence.language,
        "links": [{"need": link.need, "passage": link.passage, "kind": link.kind} for link in evidence.links],
        "given": evidence.given,
        "edit_url": url,
    }


def _source(field: str, value: ExpertValue, expert: Expert) -> tuple[str, int | None, str]:
    """Where a passage stands in the profile, the year of a work, and where it is corrected."""
    if field in WHERE:
        return (_("专业特长") if field == "bio" else _("研究方向")), None, field_url(field)
    place = int(field.removeprefix("works[").rstrip("]"))
    work, row = value.works[place], expert.works[place] if place < len(expert.works) else None
    url = url_for("experts.work", work_id=row.id) if row else url_for("experts.works")
    return _("代表作 · %(kind)s", kind=label(WorkKind(work.kind))), work.year, url
