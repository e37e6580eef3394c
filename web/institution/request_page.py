"""One request for consent: who, for whom, how long, on which terms, what else the person has promised, the notice."""

from __future__ import annotations

from typing import Any

from flask import render_template

from models import Objection, Pairing, PublicNotice
from models.choices import NoticeState, PairingState, Verification
from web.extensions import db
from web.institution.forms import EndForm, NoticeForm, ObjectionForm, OrderForm, ReasonForm, SettleForm
from web.language import pick, say
from web.permissions import actor
from web.services import consents, pairings, public_notices
from web.services.day_budget import Ledger, ledgers, promised_by_year
from web.services.need_submission import today_in_china
from web.services.pairing_proposals import clauses_of

DONE = {PairingState.CONSENTED: "done", PairingState.REFUSED: "stopped"}


def request_page(pairing: Pairing, **sent: OrderForm) -> str:
    """The page. `sent`: forms that could not be accepted, by name (refuse, notice, end, object, settle-ID)."""
    notice = pairing.notices[-1] if pairing.notices else None
    is_verified = pairing.institution is not None and pairing.institution.verification == Verification.VERIFIED
    return render_template(
        "institution/request.html",
        pairing=pairing,
        clauses=[
            (pick(one, "title"), pairing.clauses.get(one.code, "")) for one in clauses_of(db.session, pairing.mode)
        ],
        term_days=(pairing.ends - pairing.starts).days + 1,
        commitments=consents.commitments(db.session, pairing),
        ledgers=_ledgers(pairing),
        is_verified=is_verified,
        can_decide=is_verified and pairing.state == PairingState.ACCEPTED and pairing.is_agreed,
        can_notice=is_verified and pairing.state in public_notices.OPEN_TO_NOTICE and pairing.is_agreed,
        notices=[notice_value(pairing, one) for one in pairing.notices],
        progress=public_notices.progress_of(db.session, pairing, notice),
        objected=bool(consents.standing_objections(pairing)),
        is_open=notice is not None and public_notices.state_of(notice) == NoticeState.OPEN,
        forms=_forms(pairing, notice, sent),
        error_forms=list(sent.values()),
        events=[_event(change) for change in pairings.history(db.session, pairing)],
    )


def _ledgers(pairing: Pairing) -> list[tuple[Ledger, float]]:
    """The person's days of each year of the term without this request, and how many this one asks for."""
    asked = promised_by_year(pairing.starts, pairing.ends, pairing.days_per_year)
    rows = ledgers(db.session, pairing.expert, list(asked), without=pairing)
    return [(row, asked[row.year]) for row in rows]


def notice_value(pairing: Pairing, notice: PublicNotice) -> dict[str, Any]:
    """A notice as pages show it."""
    state = public_notices.state_of(notice)
    return {
        "row": notice,
        "state": state.value,
        "progress": public_notices.progress_of(db.session, pairing, notice),
        "objections": notice.objections,
        "open": [one for one in notice.objections if not one.is_settled],
    }


def _forms(pairing: Pairing, notice: PublicNotice | None, sent: dict[str, OrderForm]) -> dict[str, OrderForm]:
    today = today_in_china()
    fresh: dict[str, OrderForm] = {
        "consent": OrderForm.fresh(pairing),
        "refuse": ReasonForm.fresh(pairing),
        "notice": NoticeForm.fresh(pairing, starts=today),
        "end": EndForm.fresh(pairing, ends=today),
        "object": ObjectionForm.fresh(pairing, received_on=today),
    }
    objections: list[Objection] = notice.objections if notice is not None else []
    fresh |= {settle_name(one.id): SettleForm.fresh(pairing, result="dismissed") for one in objections}
    for one in objections:  # several of them may stand on one page
        form = (fresh | sent)[settle_name(one.id)]
        form.settlement.id, form.result.id = f"settlement-{one.id}", f"result-{one.id}"
    return fresh | sent


def settle_name(objection_id: int) -> str:
    """The name of the form that settles an objection."""
    return f"settle-{objection_id}"


def _event(change: Any) -> dict[str, Any]:
    stopped = change.move in ("refuse", "reject", "decline", "withdraw", "expire")
    return {
        "what": say(pairings.MOVES[change.move]) if change.move in pairings.MOVES else change.move,
        "who": change.actor.name if change.actor else "",
        "at": change.at,
        "note": change.reason,
        "kind": "stopped" if stopped else "done",
    }


def seen(code: str) -> Pairing:
    """The request, for the officers of its institution."""
    return consents.request(db.session, code, by=actor())
