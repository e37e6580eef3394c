"""The rows of the Excel file: the same columns and reasons as the page, in its language."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from matcher.types import Match
from models import Need
from web.gazetteer import place_name
from web.match_cards import QUOTES, MatchCards, language, shown_name
from web.matches.filter_panel import chips
from web.matches.subject import Subject
from web.matches.wish_panel import wishes_line
from web.presenters import BANDS, links_text, parts_text, quote, rules_text
from web.services.match_export import Listed
from web.services.ranking import Board, Ranked


def file_name(need: Need, today: date) -> str:
    """The need's code and the day: XQ2026-0001-2026-11-23.xlsx."""
    return f"{need.code}-{today.isoformat()}.xlsx"


def sheet_rows(listed: Listed, board: Board, given: Subject) -> list[dict[str, object]]:
    """One row an expert under the page's headings, and below them what the list is of."""
    cards = MatchCards(board, given.need)
    rows = [_row(one, board, cards) for one in listed.rows]
    headings = list(rows[0]) if rows else [str(_("名次")), str(_("说明"))]
    return rows + [{headings[0]: note} for note in _notes(listed, board, given)]


def _row(one: Ranked, board: Board, cards: MatchCards) -> dict[str, object]:
    expert, match = one.expert, one.match
    comma = str(_("、"))
    return {
        str(_("名次")): match.rank,
        str(_("编号")): expert.code,
        str(_("姓名")): shown_name(expert.code, expert.name, hides_names=cards.need.hides_names),
        str(_("职称")): expert.title,
        str(_("工作单位")): expert.institution,
        str(_("所在地")): place_name(expert.region_code),
        str(_("可服务天数（每年）")): expert.days_per_year,
        str(_("匹配度")): BANDS[language()][match.band],
        str(_("高于候选人（%）")): board.position(match.rank).percentile,
        **_quotes(match),
        str(_("对应词语")): links_text(match.evidence[:QUOTES]),
        str(_("符合的条件")): comma.join(cards.met(match)),
        str(_("欠缺的条件")): comma.join(cards.missing(match)),
        str(_("待核实的条件")): comma.join(cards.unknown(match)),
        str(_("得分构成")): parts_text(match, language()),
        str(_("条件核对")): rules_text(match.rules, language()),
    }


def _quotes(match: Match) -> dict[str, object]:
    quotes = [quote(evidence) for evidence in match.evidence[:QUOTES]]
    return {str(_("依据 %(n)s", n=n)): quotes[n - 1] if n <= len(quotes) else "" for n in range(1, QUOTES + 1)}


def _notes(listed: Listed, board: Board, given: Subject) -> list[str]:
    """What the list is of: the need, its wishes or those tried out, the filters, and how much of it stands here."""
    notes = [str(_("需求：%(code)s %(title)s", code=given.code, title=given.need.title))]
    wishes = wishes_line(board.wishes)
    notes.append(
        str(
            _("试算条件（未保存）：%(wishes)s", wishes=wishes)
            if board.is_trial
            else _("专家条件：%(wishes)s", wishes=wishes)
        )
    )
    on = _("；").join(chip["text"] for chip in chips(given.state, given.code))
    if on:
        notes.append(str(_("筛选：%(filters)s", filters=on)))
    if listed.total > len(listed.rows):
        notes.append(str(_("名单共 %(total)s 位，此表只含前 %(n)s 位", total=listed.total, n=len(listed.rows))))
    else:
        notes.append(str(_("名单共 %(total)s 位", total=listed.total)))
    return notes
