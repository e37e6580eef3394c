"""How the facts of rules are called in sentences, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

Pair = tuple[str, str]

WORDS: Mapping[str, Pair] = {
    "初级": ("初级", "junior"),
    "中级": ("中级", "intermediate"),
    "副高": ("副高级", "associate senior"),
    "正高": ("正高级", "full senior"),
    "专科": ("专科", "a college diploma"),
    "本科": ("本科", "a bachelor's degree"),
    "硕士": ("硕士", "a master's degree"),
    "博士": ("博士", "a doctorate"),
    "equity": ("持有股份", "equity"),
    "founder": ("参与创办", "founding"),
    "supervision": ("师生关系", "supervision"),
    "kinship": ("亲属关系", "kinship"),
    "shared_patent": ("共有专利", "shared patents"),
    "employment": ("任职或兼职", "employment"),
    "person": ("专家本人", "the expert"),
    "institution": ("派出单位", "the home institution"),
    "civil_servant": ("公务员或参公管理人员", "civil servants"),
    "graduate": ("毕业生", "graduates"),
    "without_permanent_post": ("非在编在岗人员", "people without a permanent post"),
    "agreement_draft": ("协议草案", "draft agreement"),
    "agreement_signed": ("已签协议", "signed agreement"),
    "consent_letter": ("单位同意函", "letter of consent"),
    "altitude_clearance": ("高海拔体检证明", "altitude clearance"),
    "notice_record": ("公示记录", "record of the public notice"),
    "qualification": ("资格证明", "proof of qualification"),
    "service_evidence": ("服务佐证", "evidence of service"),
    "outcome_evidence": ("成效佐证", "evidence of outcomes"),
    "training_record": ("培训记录", "training record"),
    "other": ("其他材料", "other documents"),
    "site_elsewhere": ("站点不在东部省份", "the site is not in an eastern province"),
    "site_closed": ("站点已停用", "the site is closed"),
    "site_full": ("站点没有空余名额", "the site has no free place"),
    "west": ("赴西部", "westward"),
    "east": ("来东部", "eastward"),
    "anywhere": ("不限地点", "anywhere"),
    "any": ("任何任务", "any assignment"),
    "broken_off": ("中途终止的任务", "assignments that were broken off"),
    "known": ("已按法定节假日计算", "public holidays are counted"),
    "weekdays_only": (
        "该年节假日安排未知，按周一至周五计算",
        "holidays of that year are unknown; Monday to Friday counted",
    ),
    "present": ("已有证明", "clearance on file"),
    "absent": ("没有证明", "no clearance on file"),
    "unstated": ("未填写", "not stated"),
    "given": ("已同意", "given"),
    "not_given": ("尚未同意", "not given"),
}
"""Code of a fact → its words (Chinese, English)."""

UNKNOWN_WORDS: Mapping[str, Pair] = {
    "title": ("职称", "title"),
    "degree": ("学位", "degree"),
    "birth_year": ("出生年", "year of birth"),
    "civil_servant": ("是否公务员或参公管理人员", "whether a civil servant takes part"),
    "graduate": ("是否毕业生", "whether a graduate"),
    "without_permanent_post": ("是否在编在岗", "whether the post is permanent"),
    "ties": ("利益关系声明", "declaration of interests"),
    "tie_counterpart": ("声明的关系人是否属于用人单位", "whether a declared interest is in this host"),
    "institution_ties": ("派出单位与用人单位的股权或创办关系", "what the home institution has in the host"),
    "altitude_m": ("岗位海拔", "altitude of the post"),
    "altitude_ok": ("是否适应高海拔", "fitness for high altitude"),
    "renewals": ("续签次数", "number of renewals"),
    "west_days": ("每年到西部的天数", "days a year in the west"),
    "days_per_year": ("每年可服务天数", "days a year offered"),
    "clauses": ("应约定的条款", "which clauses are needed"),
    "site": ("飞地站点", "enclave site"),
    "mentor_years": ("导师从业年限", "the mentor's years of practice"),
    "mentor_share": ("导师承担的专业课比例", "the mentor's share of specialist teaching"),
}
"""Facts that may be missing."""


@cache
def names_of(language: str) -> Mapping[str, str]:
    """Code → word, `zh` or `en`."""
    return {code: pair[language == "en"] for code, pair in WORDS.items()}
