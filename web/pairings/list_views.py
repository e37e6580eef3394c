"""Lists of pairings: an employer's, an expert's, and those of one need with whom else to invite."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from models import Need
from models.choices import ExpertState, NeedState, PairingState, Role, Side
from web.extensions import db
from web.match_cards import expert_card, shown_name
from web.needs.head import need_head, possible_moves
from web.pairings.blueprint import blueprint
from web.pairings.rows import pairing_rows
from web.permissions import actor, allows
from web.services.need_home import shortlist_counts
from web.services.needs import find_need
from web.services.pairing_lists import PairingFilter, open_codes, pairings_on, state_counts
from web.services.shortlists import Kept, shortlist
from web.states import words_of

LONGEST_QUERY = 200


@blueprint.get("/employer/pairings")
@allows(Role.EMPLOYER)
def of_employer() -> str:
    """Every pairing of the employer's needs."""
    return _list(Side.EMPLOYER)


@blueprint.get("/me/pairings")
@allows(Role.EXPERT)
def of_expert() -> str:
    """The expert's invitations and applications."""
    return _list(Side.EXPERT)


@blueprint.get("/employer/needs/<code>/invitations")
@allows(Role.EMPLOYER)
def of_need(code: str) -> str:
    """Whom the need has invited or heard from, and who on its short list may be invited."""
    need, by = find_need(db.session, code, by=actor()), actor()
    number = request.args.get("page", 1, type=int)
    page = pairings_on(db.session, Side.EMPLOYER, PairingFilter(), by=by, number=number, need=need)
    return render_template(
        "pairings/of_need.html",
        rows=pairing_rows(page.items, Side.EMPLOYER),
        page=page,
        candidates=_candidates(need),
        can_invite=need.state == NeedState.PUBLISHED,
        moves=possible_moves(need),
        is_unverified=False,
        **need_head(need, "invitations", shortlisted=shortlist_counts(db.session, [need])[need.id]),
    )


def _candidates(need: Need) -> list[dict[str, Any]]:
    """The experts of the short list who are not being paired with the need."""
    kept = shortlist(db.session, need=need, by=actor())
    taken = open_codes(db.session, need, [one.entry.expert for one in kept])
    return [_candidate(need, one) for one in kept if one.entry.expert_id not in taken]


def _candidate(need: Need, kept: Kept) -> dict[str, Any]:
    expert = kept.entry.expert
    url = url_for("matches.expert", code=expert.code, need=need.code)
    is_public = expert.state == ExpertState.PUBLIC
    name = shown_name(expert.code, expert.name, hides_names=need.hides_names or not is_public)
    card = expert_card(expert, url, hides_names=need.hides_names) | {"name": name}
    invite = url_for("pairings.invite", code=need.code, expert_code=expert.code) if is_public else None
    return card | {"invite_url": invite}


def _list(side: Side) -> str:
    wanted, by = _filter(), actor()
    page = pairings_on(db.session, side, wanted, by=by, number=request.args.get("page", 1, type=int))
    values: dict[str, Any] = {
        "side": side,
        "page": page,
        "rows": pairing_rows(page.items, side),
        "wanted": wanted,
        "facets": _facets(side, wanted),
        "count_on": len(wanted.states) + bool(wanted.q) + wanted.waits,
    }
    is_part = request.headers.get("HX-Request")
    return render_template("pairings/list_results.html" if is_part else "pairings/list.html", **values)


def _filter() -> PairingFilter:
    known = {state.value for state in PairingState}
    states = tuple(PairingState(value) for value in request.args.getlist("state") if value in known)
    q = request.args.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
    return PairingFilter(q=q, states=states, waits=request.args.get("waits") == "1")


def _facets(side: Side, wanted: PairingFilter) -> list[dict[str, Any]]:
    counts, words = state_counts(db.session, side, wanted, by=actor()), words_of("pairing")
    states = [
        {"value": s.value, "text": words[s], "count": counts[s], "checked": s in wanted.states}
        for s in PairingState
        if counts[s] or s in wanted.states
    ]
    waits = [{"value": "1", "text": _("等我办理"), "checked": wanted.waits}]
    return [
        {"name": "waits", "legend": _("办理"), "options": waits, "limit": 1},
        {"name": "state", "legend": _("状态"), "options": states, "limit": 11},
    ]
