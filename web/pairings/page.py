"""The page of one pairing, for every side that has a part in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from models import Pairing
from models.choices import PairingState, Role, Side
from models.pairing import PAIRING_STATES
from web.board.part import approval_part
from web.extensions import db
from web.formats import day, days, moment, money
from web.gazetteer import place_name
from web.institution.parts import agreement_part, consent_part
from web.language import pick
from web.match_cards import shown_name
from web.pairings.forms import OrderForm, ReasonForm
from web.pairings.helps import form_url_of
from web.pairings.part_rows import part_rows
from web.pairings.rules import rules_of
from web.pairings.words import events, next_step, side_name
from web.permissions import actor
from web.services.needs import REASON_CHARS
from web.services.pairing_contacts import Contact, can_see_contacts
from web.services.pairing_proposals import clauses_of
from web.services.pairing_terms import can_settle, has_agreed
from web.services.pairing_time import deadline_of
from web.services.pairing_waits import awaited
from web.services.pairings import aliases, hides_name, history, role_of, sides_of

PARTIES = (Side.EMPLOYER, Side.EXPERT)
HERE = ("accept", "decline", "withdraw", "agree", "revise")
"""The moves whose forms stand on this page; those of officers and managers are in their own parts."""
RULED = (PairingState.INVITED, PairingState.APPLIED, PairingState.ACCEPTED, PairingState.CONSENTED)
"""States in which the rules are looked at anew; afterwards the results of the decision stand."""


def pairing_page(
    pairing: Pairing, *, contacts: Sequence[Contact] | None = None, wrong: ReasonForm | None = None, status: int = 200
) -> tuple[str, int]:
    """The page. `contacts`: what was asked for; `wrong`: the form of the request's move, which lacks something."""
    by = actor()
    sides = sides_of(pairing, by)
    values: dict[str, Any] = {
        "pairing": pairing,
        "sides": sides,
        "name": shown_name(pairing.expert.code, pairing.expert.name, hides_names=hides_name(pairing, by)),
        "rows": term_rows(pairing),
        "clauses": clause_rows(pairing),
        "agreed": [(side_name(side), _agreed_at(pairing, side)) for side in PARTIES],
        "rules": rules_of(pairing, form_url=form_url_of(pairing)) if pairing.state in RULED else [],
        "events": events(history(db.session, pairing), pairing, aliases(pairing, by)),
        "step": next_step(pairing),
        "is_mine": awaited(pairing) in sides,
        "until": deadline_of(pairing),
        "moves": moves_here(pairing, sides),
        "forms": {name: OrderForm.fresh(pairing) for name in ("accept", "agree")}
        | {name: ReasonForm.fresh(pairing) for name in ("decline", "withdraw")},
        "most": REASON_CHARS,
        "contacts": contacts,
        "can_ask": can_see_contacts(db.session, pairing, by),
        "is_part": bool(request.headers.get("HX-Request")),
        "consent": consent_part(pairing, by),
        "agreement": agreement_part(pairing, by),
        "approval": approval_part(pairing, by),
    }
    if wrong is not None and request.view_args:
        values["forms"][request.view_args["move"]] = wrong
    for name in ("decline", "withdraw"):
        values["forms"][name].reason.id = f"{name}-reason"
    return render_template("pairings/page.html", trail=trail(pairing, sides), wrong=wrong, **values), status


def moves_here(pairing: Pairing, sides: Sequence[Side]) -> tuple[str, ...]:
    """What this person may do on this page now, in the order of HERE."""
    possible = {name for side in sides for name in PAIRING_STATES.possible(pairing.state, role_of(side))}
    for side in sides:
        if can_settle(pairing, side):
            possible.add("revise")
            if not has_agreed(pairing, side) and not _answers(pairing, side):
                possible.add("agree")
    return tuple(name for name in HERE if name in possible)


def _answers(pairing: Pairing, side: Side) -> bool:
    """Whether this side's acceptance, which is agreement too, is what is asked for."""
    return "accept" in PAIRING_STATES.possible(pairing.state, role_of(side))


def term_rows(pairing: Pairing) -> list[dict[str, Any]]:
    """The terms for a summary list."""
    rows = [
        {"key": _("方式"), "value": pick(pairing.mode, "name")},
        {"key": _("起止日期"), "value": f"{day(pairing.starts)} – {day(pairing.ends)}"},
        {"key": _("每年天数"), "value": days(pairing.days_per_year)},
        {"key": _("工作地点"), "value": place_name(pairing.need.region_code)},
        {"key": _("岗位"), "value": pairing.post},
        {"key": _("报酬"), "value": _("每年 %(pay)s", pay=money(pairing.pay)) if pairing.pay is not None else ""},
    ]
    site = [{"key": _("飞地站点"), "value": pairing.site.name}] if pairing.site is not None else []
    return [*rows, *site, *part_rows(pairing), {"key": _("留言"), "value": pairing.message}]


def clause_rows(pairing: Pairing) -> list[dict[str, str]]:
    """The clauses that the parties have written, in the mode's order."""
    known = clauses_of(db.session, pairing.mode)
    return [
        {"title": pick(one, "title"), "text": str(pairing.clauses[one.code])}
        for one in known
        if pairing.clauses.get(one.code)
    ]


def trail(pairing: Pairing, sides: Sequence[Side]) -> list[tuple[str, str | None]]:
    """The breadcrumbs: from the reader's list."""
    by = actor()
    if Side.EMPLOYER in sides:
        start = (_("对接"), url_for("pairings.of_employer"))
    elif Side.EXPERT in sides:
        start = (_("邀请与申请"), url_for("pairings.of_expert"))
    elif by.has(Role.MANAGER) and Side.MANAGER in sides:
        start = (_("对接审批"), url_for("board.index"))
    else:
        start = (_("单位主页"), url_for("accounts.institution"))
    return [start, (pairing.code, None)]


def _agreed_at(pairing: Pairing, side: Side) -> str:
    at = pairing.employer_agreed_at if side == Side.EMPLOYER else pairing.expert_agreed_at
    return moment(at)
