"""The wishes of a need in words, whom they keep out, and what relaxing one would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from models import Need
from models.choices import Degree, Place, TitleRank
from web.formats import days
from web.labels import label, mode_label
from web.language import is_chinese
from web.match_cards import MENDING, RULE_NAMES, language, shown_name
from web.matches.state import ListState, span
from web.services.match_exclusions import ExcludedGroup, Relaxation
from web.services.match_wishes import Wishes

NAMES_SHOWN = 8
MOST_PROPOSED = 3


def wish_texts(wishes: Wishes) -> dict[str, str]:
    """Every wish in words, also those that ask for nothing."""
    names = ("、" if is_chinese() else "; ").join(wishes.exclude_institutions)
    return {
        "modes": _("、").join(str(mode_label(code)) for code in wishes.modes) or _("不限合作方式"),
        "min_title": _("职称不低于%(rank)s", rank=label(TitleRank(wishes.min_title)))
        if wishes.min_title
        else _("不限职称"),
        "min_degree": _("学位不低于%(rank)s", rank=label(Degree(wishes.min_degree)))
        if wishes.min_degree
        else _("不限学位"),
        "days_per_year": _("每年不少于 %(days)s", days=days(wishes.days_per_year))
        if wishes.days_per_year
        else _("不限每年天数"),
        "dates": span(wishes.starts, wishes.ends) or _("不限起止时间"),
        "place": _("须到现场") if wishes.place == Place.ONSITE else _("不必到现场"),
        "exclude_institutions": _("回避%(names)s", names=names) if names else _("没有回避单位"),
    }


def wishes_line(wishes: Wishes) -> str:
    """The wishes that ask for something, in one line."""
    unasked = wish_texts(Wishes())
    asked = [text for key, text in wish_texts(wishes).items() if text != unasked[key]]
    return " · ".join(asked) or _("没有硬性条件")


def wish_changes(own: Wishes, tried: Wishes) -> list[str]:
    """What is tried out: each changed wish as it is and as it would be."""
    before, after = wish_texts(own), wish_texts(tried)
    return [f"{before[key]} → {after[key]}" for key in before if before[key] != after[key]]


def excluded_panel(
    groups: Sequence[ExcludedGroup], state: ListState, code: str, *, hides_names: bool
) -> list[dict[str, Any]]:
    """Who is kept out, by rule, with what would let some of them in; each proposal is a link that tries it out."""
    return [
        {
            "rule": RULE_NAMES[group.rule],
            "count": len(group.excluded),
            "names": [
                shown_name(one.expert.id, one.expert.name, hides_names=hides_names)
                for one in group.excluded[:NAMES_SHOWN]
            ],
            "relax": relax_text(group, state, code),
            "url": state.url("matches.excluded", code=code, values={"rule": group.rule}),
        }
        for group in groups
    ]


def excluded_people(group: ExcludedGroup, state: ListState, need: Need) -> list[dict[str, str]]:
    """Everybody of a group: who, what the rule says of them, and the page with all reasons."""
    return [
        {
            "name": shown_name(one.expert.id, one.expert.name, hides_names=need.hides_names),
            "title": one.expert.title,
            "institution": one.expert.institution,
            "fact": getattr(one.rule, language()),
            "url": state.url("matches.why", code=need.code, values={"expert_code": one.expert.id}),
        }
        for one in group.excluded
    ]


def relax_text(group: ExcludedGroup, state: ListState, code: str) -> Markup | str:
    """What relaxing the rule's wish would change, or why nothing would."""
    if not group.relaxations:
        if group.rule == "altitude":
            return str(MENDING["altitude"])
        return str(_("只放宽这一项不会增加人选：这些专家还有别的条件不符合"))
    links = [
        Markup('<a href="{}">{}</a>').format(
            state.url("matches.ranked", code=code, tried=one.wishes, page=1), relaxation_text(one)
        )
        for one in group.relaxations
    ]
    return Markup("{} {}").format(_("如果放宽（点击试算，不保存）："), escape(_("；")).join(links))


def best_relaxations(groups: Sequence[ExcludedGroup], state: ListState, code: str) -> list[dict[str, str]]:
    """Of every rule the relaxation that lets most in, the best ones first, each with the URL that tries it out."""
    best = sorted((group.relaxations[-1] for group in groups if group.relaxations), key=lambda one: -one.gain)
    return [
        {"text": relaxation_text(one), "url": state.url("matches.ranked", code=code, tried=one.wishes, page=1)}
        for one in best[:MOST_PROPOSED]
    ]


def relaxation_text(one: Relaxation) -> str:
    """职称降为副高级，多 12 人."""
    return str(_("%(change)s，多 %(n)s 人", change=_relaxed(one), n=one.gain))


def _relaxed(one: Relaxation) -> LazyString | str:
    texts: dict[str, LazyString | str] = {
        "min_title": _l("不限职称"),
        "min_degree": _l("不限学位"),
        "days_per_year": _l("不限每年天数"),
        "dates": _l("不限起止时间"),
        "place": _l("现场或远程均可"),
    }
    if one.wish == "modes":
        return str(_("增加“%(mode)s”", mode=mode_label(str(one.value))))
    if one.wish == "exclude_institutions":
        return str(_("不再回避%(name)s", name=one.value))
    if one.wish == "place" or not one.value:
        return texts[one.wish]
    if one.wish == "min_title":
        return str(_("职称降为%(rank)s", rank=label(TitleRank(str(one.value)))))
    if one.wish == "min_degree":
        return str(_("学位降为%(rank)s", rank=label(Degree(str(one.value)))))
    return str(_("每年天数降为 %(days)s", days=days(float(one.value))))
