"""Matches as people and files see them: rows for JSONL, CSV, Excel and the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from matcher.types import Band, Evidence, Exclusion, Expert, Match, Need, Ranking, RuleResult

Lang = Literal["zh", "en"]

BANDS: Mapping[Lang, Mapping[Band, str]] = {
    "zh": {"strong": "强", "medium": "中", "weak": "弱"},
    "en": {"strong": "strong", "medium": "medium", "weak": "weak"},
}
PARTS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"meaning": "语义", "words": "词语", "terms": "术语"},
    "en": {"meaning": "meaning", "words": "words", "terms": "terms"},
}
HEADINGS: Mapping[Lang, tuple[str, ...]] = {
    "zh": (
        "需求编号", "需求名称", "排名", "专家编号", "姓名", "职称", "单位", "省份", "匹配度", "评分", "原始分",
        "得分构成", "主要依据", "对应词语", "规则",
    ),
    "en": (
        "Need", "Need title", "Rank", "Expert", "Name", "Title", "Institution", "Province", "Fit", "Score", "Raw score",
        "Parts", "Evidence", "Corresponding phrases", "Rules",
    ),
}  # fmt: skip
EXCLUDED: Mapping[Lang, str] = {"zh": "被规则排除", "en": "excluded by rule"}
_OUTCOMES: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"pass": "通过", "fail": "不通过", "unknown": "待核实"},
    "en": {"pass": "passed", "fail": "failed", "unknown": "to check"},
}
QUOTE_CHARS = 90


def quote(evidence: Evidence, width: int = QUOTE_CHARS) -> str:
    """At most `width` characters of the passage, around the first phrase that was found in the need."""
    limit = width if evidence.language == "zh" else 2 * width
    text = evidence.text
    places = [text.find(link.passage) for link in evidence.links]
    first = min((place for place in places if place >= 0), default=0)
    start = 0 if first + 20 < limit else first - 20
    piece = text[start : start + limit].strip()
    return f"{'…' if start else ''}{piece}{'…' if start + limit < len(text) else ''}"


def match_record(match: Match) -> dict[str, Any]:
    """One line of JSONL."""
    return {
        "need": match.need_id,
        "rank": match.rank,
        "expert": match.expert_id,
        "score": round(match.score, 4),
        "raw_score": match.raw_score,
        "fit": match.band,
        "parts": {part.name: part.value for part in match.parts},
        "evidence": [_evidence_record(evidence) for evidence in match.evidence],
        "rules": [_rule_record(rule) for rule in match.rules],
    }


def _evidence_record(evidence: Evidence) -> dict[str, Any]:
    return {
        "field": evidence.field,
        "language": evidence.language,
        "quote": quote(evidence),
        "given": evidence.given,
        "phrases": [
            {"need": link.need, "passage": link.passage, "kind": link.kind, "strength": link.strength}
            for link in evidence.links
        ],
    }


def _rule_record(rule: RuleResult) -> dict[str, str]:
    return {"rule": rule.rule, "outcome": rule.outcome, "zh": rule.zh, "en": rule.en}


def exclusion_record(exclusion: Exclusion) -> dict[str, Any]:
    """One line of JSONL for an expert whom rules keep out; it has no rank."""
    return {
        "need": exclusion.need_id,
        "excluded": exclusion.expert_id,
        "rules": [_rule_record(rule) for rule in exclusion.rules],
    }


def links_text(evidence: Sequence[Evidence], *, most: int = 5) -> str:
    """Phrases of the need and what answers them: `脑包虫 → 多头蚴病; 羊`."""
    pairs = dict.fromkeys((link.need, link.passage) for item in evidence for link in item.links)
    return "; ".join(a if a == b else f"{a} → {b}" for a, b in list(pairs)[:most])


def parts_text(match: Match, lang: Lang) -> str:
    """`语义 2.31 + 术语 0.40`: the parts that gave something, in the units of the raw score."""
    return " + ".join(f"{PARTS[lang][part.name]} {part.value:.2f}" for part in match.parts if round(part.value, 2))


def rules_text(rules: Sequence[RuleResult], lang: Lang) -> str:
    """`通过：双方都接受：科技特派员; 待核实：…`."""
    colon = "：" if lang == "zh" else ": "
    return "; ".join(f"{_OUTCOMES[lang][rule.outcome]}{colon}{getattr(rule, lang)}" for rule in rules)


def sheet_row(match: Match, need: Need, expert: Expert, lang: Lang) -> dict[str, Any]:
    """One row of CSV or Excel, under HEADINGS."""
    cells = (
        need.id,
        need.title,
        match.rank,
        expert.id,
        expert.name,
        expert.title,
        expert.institution,
        expert.province,
        BANDS[lang][match.band],
        round(match.score, 4),
        match.raw_score,
        parts_text(match, lang),
        "\n".join(quote(evidence) for evidence in match.evidence),
        links_text(match.evidence),
        rules_text(match.rules, lang),
    )
    return dict(zip(HEADINGS[lang], cells, strict=True))


def excluded_row(exclusion: Exclusion, need: Need, expert: Expert, lang: Lang) -> dict[str, Any]:
    """One row of CSV or Excel for an expert whom rules keep out."""
    row: dict[str, Any] = dict.fromkeys(HEADINGS[lang], "")
    cells = (need.id, need.title, "", expert.id, expert.name, expert.title, expert.institution, expert.province)
    row.update(zip(HEADINGS[lang], (*cells, EXCLUDED[lang]), strict=False))
    row[HEADINGS[lang][-1]] = rules_text(exclusion.rules, lang)
    return row


def records(rankings: Iterator[Ranking]) -> Iterator[dict[str, Any]]:
    """All lines of JSONL, need by need."""
    for ranking in rankings:
        yield from map(match_record, ranking.matches)
        yield from map(exclusion_record, ranking.exclusions)


def sheet_rows(
    rankings: Iterator[Ranking], needs: Mapping[str, Need], experts: Mapping[str, Expert], lang: Lang
) -> Iterator[dict[str, Any]]:
    """All rows of CSV or Excel, need by need."""
    for ranking in rankings:
        need = needs[ranking.need_id]
        for match in ranking.matches:
            yield sheet_row(match, need, experts[match.expert_id], lang)
        for exclusion in ranking.exclusions:
            yield excluded_row(exclusion, need, experts[exclusion.expert_id], lang)
