"""Everything that the ranked page shows, as values for its templates."""

from __future__ import annotations

from typing import Any

from flask import url_for

from web.extensions import db
from web.match_cards import MatchCards, expert_card, shown_name
from web.matches.filter_panel import chips, facets, sort_options
from web.matches.reason_panel import expert_url
from web.matches.state import ListState
from web.matches.subject import Subject
from web.matches.wish_panel import best_relaxations, excluded_panel, wish_changes, wishes_line
from web.pairings.doors import invite_doors
from web.services.comparing import MOST_COMPARED
from web.services.match_exclusions import excluded_groups
from web.services.match_filters import Filters
from web.services.paging import Page
from web.services.ranking import Board, Ranked, ranked_page
from web.services.shortlists import shortlisted_codes


def list_values(given: Subject, board: Board) -> dict[str, Any]:
    """The list, its filters with counts, the wishes, who is kept out, who is to be compared."""
    state, need = given.state, given.need
    groups = excluded_groups(board)
    page = ranked_page(db.session, board=board, filters=state.filters, sort=given.sort, number=state.page)
    return {
        "given": given,
        "board": board,
        "page": page,
        "cards": _cards(page, board, given),
        "facets": facets(board.roster.counts(board.countable, state.filters)),
        "chips": chips(state, need.code),
        "clear_url": given.url(filters=Filters(), page=1),
        "sort": given.sort,
        "sort_options": sort_options(hides_names=need.hides_names),
        "wishes": wishes_line(board.wishes),
        "changes": wish_changes(board.own, board.wishes) if board.is_trial else [],
        "own_url": given.url(tried=None, page=1),
        "excluded": excluded_panel(groups, state, need.code, hides_names=need.hides_names),
        "proposals": best_relaxations(groups, state, need.code),
        "excluded_total": len(board.exclusions),
        "compared": _compared(board, given),
    }


def _cards(page: Page[Ranked], board: Board, given: Subject) -> list[dict[str, Any]]:
    cards, need, chosen = MatchCards(board, given.need), given.need, given.state.compare
    is_employer = given.is_employer
    kept = shortlisted_codes(db.session, need) if is_employer else frozenset()
    query = given.state.query()
    found = []
    doors = invite_doors(need, [one.expert for one in page.items])
    for expert, match in ((one.expert, one.match) for one in page.items):
        own: dict[str, Any] = {"code": need.code, "expert_code": expert.code}
        found.append(
            {
                "expert": expert_card(expert, expert_url(expert.code, need), hides_names=need.hides_names),
                "match": cards.card(match),
                "shortlist_url": url_for("matches.keep", **own) + query if is_employer else None,
                "is_shortlisted": expert.code in kept,
                "door": doors.get(expert.code),
                "why_url": url_for("matches.why", **own) + query,
                "is_compared": expert.code in chosen,
                "compare_url": given.url(compare=_toggled(given.state, expert.code)),
                "can_compare": expert.code in chosen or len(chosen) < MOST_COMPARED,
            }
        )
    return found


def _toggled(state: ListState, code: str) -> tuple[str, ...]:
    """The experts to compare with this one added, or taken away."""
    others = tuple(other for other in state.compare if other != code)
    return others if code in state.compare else (*state.compare, code)


def _compared(board: Board, given: Subject) -> list[dict[str, str]]:
    """The chosen experts by name, each with the page's URL without it; who is not in the search is left out."""
    found = ((code, board.pool.get(code)) for code in given.state.compare)
    return [
        {
            "text": shown_name(code, expert.name, hides_names=given.need.hides_names),
            "url": given.url(compare=_toggled(given.state, code)),
        }
        for code, expert in found
        if expert is not None
    ]
