"""Hard rules: who may be matched with a need at all. A rule never becomes a score.

Each rule answers `pass`, `fail` or `unknown` with a sentence in Chinese and English that names the facts. `unknown`
(a fact that the profile does not state) never excludes: it is shown, so that somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from matcher.text import normalise
from matcher.types import Expert, Need, Outcome, RuleResult
from matcher.vocabulary import (
    MODES,
    RANK_DEGREES_ZH,
    RANK_TITLES_ZH,
    degree_rank,
    title_rank,
    wanted_degree_rank,
    wanted_title_rank,
)

HIGH_ALTITUDE_M = 3000.0
"""Posts above this many metres need altitude clearance."""

Rule = Callable[[Need, Expert], RuleResult | None]
"""None: the need sets no such condition."""


def _result(rule: str, outcome: Outcome, zh: str, en: str) -> RuleResult:
    return RuleResult(rule, outcome, zh, en)


def _unstated(rule: str, zh: str, en: str) -> RuleResult:
    return _result(rule, "unknown", f"专家未填写{zh}，请核实", f"the profile does not state {en}; please check")


def _days(days: float) -> str:
    return f"{days:g}"


def _mode_names(codes: tuple[str, ...]) -> tuple[str, str]:
    return "、".join(MODES[code][0] for code in codes), ", ".join(MODES[code][-1] for code in codes)


def kind(need: Need, expert: Expert) -> RuleResult | None:
    """A graduate's profile is matched only with needs that offer an apprenticeship."""
    if expert.kind != "graduate":
        return None
    fits = "apprenticeship" in need.modes
    zh = "毕业生可参加现代学徒制需求" if fits else "毕业生只匹配现代学徒制需求"
    en = "a graduate may join an apprenticeship" if fits else "a graduate is matched with apprenticeships only"
    return _result("kind", "pass" if fits else "fail", zh, en)


def mode(need: Need, expert: Expert) -> RuleResult | None:
    """At least one mode is offered by both."""
    if not need.modes:
        return None
    if not expert.modes:
        return _unstated("mode", "可提供的合作方式", "the modes offered")
    common = tuple(code for code in need.modes if code in expert.modes)
    if common:
        zh, en = _mode_names(common)
        return _result("mode", "pass", f"双方都接受：{zh}", f"both accept: {en}")
    (need_zh, need_en), (expert_zh, expert_en) = _mode_names(need.modes), _mode_names(expert.modes)
    return _result(
        "mode",
        "fail",
        f"需求的合作方式为{need_zh}，专家可提供{expert_zh}",
        f"the need asks for {need_en}, the expert offers {expert_en}",
    )


def dates(need: Need, expert: Expert) -> RuleResult | None:
    """The need's period and the expert's window share at least one day; an open end is unbounded."""
    if need.starts is None and need.ends is None:
        return None
    spans = spans_of(expert)
    if not spans:
        return _unstated("dates", "可服务时间", "when the expert is available")
    starts, ends = need.starts or date.min, need.ends or date.max
    window = ", ".join(f"{_open(first, date.min)} – {_open(last, date.max)}" for first, last in spans)
    period = f"{need.starts or '…'} – {need.ends or '…'}"
    if not any(first <= ends and last >= starts for first, last in spans):
        zh, en = "与需求时间没有重叠", "does not overlap with the need's"
        return _result("dates", "fail", f"可服务时间 {window} {zh} {period}", f"availability {window} {en} {period}")
    zh, en = "与需求时间重叠", "overlaps with the need's"
    return _result("dates", "pass", f"可服务时间 {window} {zh} {period}", f"availability {window} {en} {period}")


def spans_of(expert: Expert) -> tuple[tuple[date, date], ...]:
    """When the expert is available, both ends included; an open end is the calendar's. Empty: not stated."""
    if expert.windows:
        return expert.windows
    if expert.available_from is None and expert.available_to is None:
        return ()
    return ((expert.available_from or date.min, expert.available_to or date.max),)


def _open(day: date, end: date) -> str:
    return "…" if day == end else day.isoformat()


def region(need: Need, expert: Expert) -> RuleResult | None:
    """Work that must be done at a place lies in a region to which the expert would go."""
    if not need.places or not expert.regions:
        return None
    where = need.city or need.province or need.places[0]
    if goes_there(need.places, expert.regions):
        zh, en = f"{where}在专家可服务地区内", "the place of work lies in a region that the expert serves"
        return _result("region", "pass", zh, en)
    zh, en = f"须到{where}现场，不在专家可服务地区内", "the place of work lies in no region that the expert serves"
    return _result("region", "fail", zh, en)


def goes_there(places: tuple[str, ...], regions: tuple[str, ...]) -> bool:
    """Whether any place code begins with the code of a region served."""
    return any(place.startswith(region) for place in places for region in regions)


def days_per_year(need: Need, expert: Expert) -> RuleResult | None:
    """The expert gives at least the days a year that the need asks for."""
    if need.days_per_year is None:
        return None
    if expert.days_per_year is None:
        return _unstated("days_per_year", "每年可服务天数", "the days a year offered")
    asked, given = _days(need.days_per_year), _days(expert.days_per_year)
    outcome: Outcome = "pass" if expert.days_per_year >= need.days_per_year else "fail"
    return _result(
        "days_per_year",
        outcome,
        f"需求每年 {asked} 天，专家每年可服务 {given} 天",
        f"the need asks for {asked} days a year, the expert gives {given}",
    )


def _at_least(
    rule: str, ranks: tuple[int | None, int | None], asked: str, stated: str, zh: tuple[str, dict[int, str]]
) -> RuleResult:
    """Ranks compared, the one asked for first; `zh` is the word for the scale and the names of its ranks."""
    (wanted, had), (scale, names) = ranks, zh
    english = rule.removeprefix("min_")
    if wanted is None:
        zh_text, en_text = f"需求要求的{scale}“{asked}”无法识别", f"the {english} asked for ({asked}) is not recognised"
        return _result(rule, "unknown", f"{zh_text}，请核实", f"{en_text}; please check")
    if not stated:
        return _unstated(rule, scale, f"the {english}")
    if had is None:
        zh_text, en_text = f"专家{scale}“{stated}”无法识别", f"the expert's {english} ({stated}) is not recognised"
        return _result(rule, "unknown", f"{zh_text}，请核实", f"{en_text}; please check")
    outcome: Outcome = "pass" if had >= wanted else "fail"
    return _result(
        rule,
        outcome,
        f"需求要求{scale}不低于{names[wanted]}，专家为{stated}（{names[had]}）",
        f"the need asks for a {english} of rank {wanted} or higher, the expert's is rank {had} ({stated})",
    )


def min_title(need: Need, expert: Expert) -> RuleResult | None:
    """The expert's professional title is at least of the rank asked for (正高 > 副高 > 中级 > 初级)."""
    if not need.min_title:
        return None
    ranks = wanted_title_rank(need.min_title), title_rank(expert.title)
    return _at_least("min_title", ranks, need.min_title, expert.title, ("职称", RANK_TITLES_ZH))


def min_degree(need: Need, expert: Expert) -> RuleResult | None:
    """The expert's degree is at least the one asked for (博士 > 硕士 > 本科 > 专科)."""
    if not need.min_degree:
        return None
    ranks = wanted_degree_rank(need.min_degree), degree_rank(expert.degree)
    return _at_least("min_degree", ranks, need.min_degree, expert.degree, ("学位", RANK_DEGREES_ZH))


def altitude(need: Need, expert: Expert) -> RuleResult | None:
    """A post above 3,000 m needs an expert who can work at high altitude."""
    if need.altitude_m is None or need.altitude_m <= HIGH_ALTITUDE_M:
        return None
    metres = f"{need.altitude_m:g}"
    if expert.altitude_ok is None:
        return _unstated(
            "altitude", f"是否适应高海拔（岗位海拔 {metres} 米）", f"fitness for high altitude ({metres} m)"
        )
    if expert.altitude_ok:
        zh, en = f"岗位海拔 {metres} 米，专家可适应高海拔", f"the post is at {metres} m; the expert can work there"
        return _result("altitude", "pass", zh, en)
    zh, en = f"岗位海拔 {metres} 米，专家不适应高海拔", f"the post is at {metres} m; the expert cannot work there"
    return _result("altitude", "fail", zh, en)


def excluded_institution(need: Need, expert: Expert) -> RuleResult | None:
    """The expert's institution is none of those that the need keeps out, nor a part of one (see `is_part_of`)."""
    if not need.exclude_institutions:
        return None
    if not expert.institution:
        return _unstated("excluded_institution", "工作单位", "the institution")
    own = institution_key(expert.institution)
    for name in need.exclude_institutions:
        if is_part_of(own, institution_key(name)):
            zh, en = f"需求要求回避{name}", f"the need keeps out {name}"
            return _result(
                "excluded_institution",
                "fail",
                f"{zh}，专家单位为{expert.institution}",
                f"{en}, the expert's institution",
            )
    zh, en = f"{expert.institution}不在回避单位之列", f"{expert.institution} is none of the institutions kept out"
    return _result("excluded_institution", "pass", zh, en)


def institution_key(name: str) -> str:
    """An institution's name as it is compared: normalised, without spaces and case."""
    return normalise(name).replace(" ", "").casefold()


def is_part_of(own: str, excluded: str) -> bool:
    """Whether one institution key names the other's institution or a part of it (浙江大学 → 浙江大学医学院).

    In Chinese the whole stands before its part; in English a comma or bracket stands between, so that Nanjing
    University of Science and Technology is not a part of Nanjing University.
    """
    if not excluded or not own.startswith(excluded):
        return False
    return own == excluded or not excluded.isascii() or own.removeprefix(excluded).startswith((",", "("))


RULES: tuple[Rule, ...] = (
    kind,
    mode,
    dates,
    region,
    days_per_year,
    min_title,
    min_degree,
    altitude,
    excluded_institution,
)


def check(need: Need, expert: Expert) -> tuple[RuleResult, ...]:
    """Every rule that applies to this need, in a fixed order."""
    results = (rule(need, expert) for rule in RULES)
    return tuple(result for result in results if result is not None)


def is_eligible(results: tuple[RuleResult, ...]) -> bool:
    """No rule failed."""
    return all(result.outcome != "fail" for result in results)
