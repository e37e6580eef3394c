"""One explanation as lines of plain Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.engine import Explanation
from matcher.types import Evidence, Expert, Match, Need, RuleResult
from web.presenters import BANDS, PARTS, Lang, quote, rules_text

_FIELDS = {
    "zh": {"bio": "简介", "keywords": "关键词", "works": "代表作"},
    "en": {"bio": "profile", "keywords": "keywords"},
}
_KINDS = {
    "zh": {"same": "同词", "term": "术语库", "meaning": "语义"},
    "en": {"same": "same words", "term": "term bank", "meaning": "meaning"},
}
_NO_LINK = {
    "zh": "没有可以一一对应的用语，只是整段的意思最接近",
    "en": "no phrases correspond; the passage is only nearest as a whole",
}


def explanation_lines(explanation: Explanation, need: Need, expert: Expert, lang: Lang) -> Iterator[str]:
    """Verdict, parts, evidence, rules, and how far the first one is ahead."""
    match = explanation.match
    zh = lang == "zh"
    yield f"{'需求' if zh else 'Need'} {need.id}  {need.title}"
    yield f"{'专家' if zh else 'Expert'} {expert.id}  {expert.name} {expert.title} {expert.institution}".rstrip()
    yield ""
    yield _verdict(explanation, lang)
    yield ""
    yield "得分构成" if zh else "Parts of the score"
    for part in match.parts:
        yield f"  {PARTS[lang][part.name]:<10}{part.value:+.4f}"
    yield f"  {'合计' if zh else 'sum':<10}{match.raw_score:+.4f}"
    yield ""
    yield "依据" if zh else "Evidence"
    for evidence in match.evidence:
        yield from _evidence_lines(evidence, lang)
    if match.rules:
        yield ""
        yield "规则" if zh else "Rules"
        yield from (f"  {rules_text((rule,), lang)}" for rule in match.rules)
    yield from _gap_lines(match, explanation.leader, lang)


def _verdict(explanation: Explanation, lang: Lang) -> str:
    match = explanation.match
    score = f"{BANDS[lang][match.band]} {match.score:.2f}"
    if explanation.is_eligible:
        if lang == "zh":
            return f"结论：符合条件，在 {explanation.of} 位候选人中排第 {match.rank}（{score}）"
        return f"Verdict: eligible, rank {match.rank} of {explanation.of} ({score})"
    failed = rules_text(_failed(match.rules), lang)
    if lang == "zh":
        return f"结论：被规则排除（{failed}）。若放宽该条件，将排第 {match.rank}，共 {explanation.of} 位（{score}）"
    return f"Verdict: excluded ({failed}). If lifted, the rank would be {match.rank} of {explanation.of} ({score})"


def _failed(rules: tuple[RuleResult, ...]) -> tuple[RuleResult, ...]:
    return tuple(rule for rule in rules if rule.outcome == "fail")


def _field_name(field: str, lang: Lang) -> str:
    if field.startswith("works["):
        number = int(field.removeprefix("works[").rstrip("]")) + 1
        return f"代表作 {number}" if lang == "zh" else f"work {number}"
    return _FIELDS[lang].get(field, field)


def _evidence_lines(evidence: Evidence, lang: Lang) -> Iterator[str]:
    yield f"  {_field_name(evidence.field, lang)}  {evidence.given:+.4f}  {quote(evidence)}"
    if not evidence.links:
        yield f"    · {_NO_LINK[lang]}"
    for link in evidence.links:
        pair = link.need if link.need == link.passage else f"{link.need} → {link.passage}"
        yield f"    · {pair}  ({_KINDS[lang][link.kind]})"


def _gap_lines(match: Match, leader: Match, lang: Lang) -> Iterator[str]:
    if leader.expert_id == match.expert_id:
        return
    gaps = ", ".join(
        f"{PARTS[lang][first.name]} {first.value - own.value:+.2f}"
        for first, own in zip(leader.parts, match.parts, strict=True)
    )
    yield ""
    yield (
        f"第一名 {leader.expert_id} 领先：{gaps}"
        if lang == "zh"
        else f"The first, {leader.expert_id}, leads by: {gaps}"
    )
