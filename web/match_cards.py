"""Matches as the cards and panels of components/match.html and cards.html show them, in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.searchable import Searchable
from matcher.standing import Position
from matcher.types import Evidence, Match, RuleResult
from matcher.types import Expert as ExpertValue
from matcher.types import Need as NeedValue
from matcher.vocabulary import RANK_DEGREES_ZH, RANK_TITLES_ZH, degree_rank, title_rank
from models import Expert, Need
from models.choices import Degree, TitleRank, WorkKind
from web.design.marking import segments
from web.formats import days, number
from web.gazetteer import place_name, province_name
from web.labels import label, language_label, mode_label
from web.language import is_chinese
from web.presenters import PARTS, Lang, quote

QUOTES = 2
"""Passages that a card quotes."""

RULE_NAMES: dict[str, LazyString] = {
    "kind": _l("毕业生"),
    "mode": _l("合作方式"),
    "dates": _l("服务时间"),
    "region": _l("可服务地区"),
    "days_per_year": _l("每年天数"),
    "min_title": _l("职称"),
    "min_degree": _l("学位"),
    "altitude": _l("高海拔适应"),
    "excluded_institution": _l("回避单位"),
}
PART_NOTES: dict[str, LazyString] = {
    "meaning": _l("说的是不是同一件事，中文和英文一样比较"),
    "words": _l("需求里的词有多少出现在成果中，少见的词更重"),
    "terms": _l("术语库中同一概念的不同说法，如中英文名称"),
}
MENDING: dict[str, LazyString] = {
    "kind": _l("需求增加“现代学徒制”后即可匹配毕业生"),
    "mode": _l("单位可在需求中增加合作方式，专家可在资料中增加可提供的方式"),
    "dates": _l("单位可调整起止年月，专家可在资料中更新可服务时间"),
    "region": _l("单位可把工作地点改为“现场或远程均可”，专家可在资料中增加愿意去的地区"),
    "days_per_year": _l("单位可减少每年天数，专家可在资料中更新可服务天数"),
    "min_title": _l("单位可降低职称要求，专家可在资料中更正职称"),
    "min_degree": _l("单位可降低学位要求，专家可在资料中更正学位"),
    "altitude": _l("海拔是岗位的事实，不能放宽；专家可在资料中更正高海拔适应情况"),
    "excluded_institution": _l("单位可从回避单位中去掉它"),
}


def language() -> Lang:
    """The page's language as the engine's texts name it."""
    return "zh" if is_chinese() else "en"


def shown_name(code: str, name: str, *, hides_names: bool) -> str:
    """The name, or the code where the poster wants experts under a code until they accept."""
    return code if hides_names or not name else name


def expert_card(expert: Expert, url: str, *, hides_names: bool = False) -> dict[str, Any]:
    """The public facts of an expert. All days a year count as left while no assignment takes any."""
    return {
        "id": expert.code,
        "url": url,
        "name": shown_name(expert.code, expert.name, hides_names=hides_names),
        "is_code": hides_names,
        "title": expert.title,
        "institution": expert.institution,
        "place": place_name(expert.region_code),
        "days_left": None if expert.days_per_year is None else number(expert.days_per_year),
        "days_total": number(expert.days_per_year),
    }


class Seen(Protocol):
    """What matches are seen against: a need's board, or the pool in which an expert previews the own profile."""

    @property
    def need(self) -> NeedValue:
        """The need with the wishes that count."""

    @property
    def pool(self) -> Searchable:
        """The experts."""

    def position(self, rank: int) -> Position:
        """The place of a rank."""


@dataclass(frozen=True, slots=True)
class MatchCards:
    """What cards say of the matches on a need's board."""

    board: Seen
    need: Need

    def card(self, match: Match) -> dict[str, Any]:
        """Rank, band, position, two quotes, the wishes that are met, what is missing, what must be checked."""
        return {
            "rank": match.rank,
            "level": match.band,
            "position": self.board.position(match.rank),
            "evidence": self.evidence(match)[:QUOTES],
            "met": self.met(match),
            "missing": self.missing(match),
            "unknown": self.unknown(match),
        }

    def evidence(self, match: Match, *, whole: bool = False) -> list[dict[str, Any]]:
        """The passages that carried the match, shortened around the first phrase or whole."""
        return [self._quote(evidence, self._expert(match), whole=whole) for evidence in match.evidence]

    def met(self, match: Match) -> list[str]:
        """The wishes that the expert meets, in a few words each."""
        expert = self._expert(match)
        texts = [text for rule in match.rules if rule.outcome == "pass" for text in self._met(rule.rule, expert)]
        return texts + [str(language_label(code)) for code in self.need.languages if code in expert.languages]

    def missing(self, match: Match) -> list[str]:
        """Languages that the need wishes for and the expert does not state."""
        known = self._expert(match).languages
        return [str(language_label(code)) for code in self.need.languages if code not in known]

    @staticmethod
    def unknown(match: Match) -> list[str]:
        """Conditions on facts that nobody has stated, so that somebody must check."""
        return [str(RULE_NAMES[rule.rule]) for rule in match.rules if rule.outcome == "unknown"]

    def _met(self, rule: str, expert: ExpertValue) -> list[str]:
        if rule == "mode":
            return [str(mode_label(code)) for code in expert.modes if code in self.board.need.modes]
        texts: dict[str, Callable[[], str]] = {
            "dates": lambda: _("时间能对上"),
            "region": lambda: _("愿意去%(place)s", place=province_name(self.need.region_code)),
            "days_per_year": lambda: _("每年 %(days)s", days=days(expert.days_per_year)),
            "min_title": lambda: str(label(TitleRank(RANK_TITLES_ZH[title_rank(expert.title) or 1]))),
            "min_degree": lambda: str(label(Degree(RANK_DEGREES_ZH[degree_rank(expert.degree) or 1]))),
            "altitude": lambda: _("适应高海拔"),
        }
        return [texts[rule]()] if rule in texts else []

    def _expert(self, match: Match) -> ExpertValue:
        return self.board.pool.experts[self.board.pool.number_of(match.expert_id)]

    @staticmethod
    def _quote(evidence: Evidence, expert: ExpertValue, *, whole: bool) -> dict[str, Any]:
        source, year = _source(evidence.field, expert)
        text = evidence.text if whole else quote(evidence)
        return {
            "segments": segments(text, [link.passage for link in evidence.links]),
            "source": source,
            "year": year,
            "language": evidence.language,
            "links": [{"need": link.need, "passage": link.passage, "kind": link.kind} for link in evidence.links],
        }


def _source(field: str, expert: ExpertValue) -> tuple[str, int | None]:
    """Where a passage stands in the profile, and the year of a work."""
    if not field.startswith("works["):
        return (_("个人简介") if field == "bio" else _("关键词")), None
    work = expert.works[int(field.removeprefix("works[").rstrip("]"))]
    return (_("代表作 · %(kind)s", kind=label(WorkKind(work.kind))) if work.kind else _("代表作")), work.year


def score_parts(match: Match) -> list[dict[str, Any]]:
    """The parts of the score for a score bar; they add up to the raw score."""
    return [
        {"name": PARTS[language()][part.name], "value": part.value, "note": str(PART_NOTES[part.name])}
        for part in match.parts
    ]


def rule_results(rules: Sequence[RuleResult]) -> list[dict[str, Any]]:
    """Rules with their facts for a rule list; who can change what fails is noted."""
    return [
        {
            "outcome": rule.outcome,
            "text": f"{RULE_NAMES[rule.rule]}{_('：')}{getattr(rule, language())}",
            "severity": None,
            "source": None,
            "version": None,
            "note": str(MENDING[rule.rule]) if rule.outcome == "fail" else None,
        }
        for rule in rules
    ]
