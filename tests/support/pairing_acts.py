"""Every move of a pairing as its service makes it, by the move's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from factories import Maker
from pairing_cast import TERMS

from models import Agreement, Pairing
from models.choices import Role, Side
from models.pairing import PAIRING_STATES
from web.services import pairing_approval, pairing_moves, pairing_signing, pairing_terms
from web.services.orders import Order
from web.services.pairings import role_of

Act = Callable[..., Pairing]


def _revise(session, code, *, order, by):  # type: ignore[no-untyped-def]  # as every other act
    return pairing_terms.revise(session, code, TERMS, order=order, by=by)


ACTS: Mapping[str, Act] = {
    "accept": pairing_moves.accept,
    "decline": pairing_moves.decline,
    "withdraw": pairing_moves.withdraw,
    "consent": pairing_moves.consent,
    "refuse": pairing_moves.refuse,
    "approve": pairing_approval.approve,
    "reject": pairing_moves.reject,
    "return": pairing_moves.return_,
    "sign": pairing_signing.sign,
    "revise": _revise,
    "agree": pairing_terms.agree,
}


def order_for(pairing: Pairing, **values: object) -> Order:
    """An order by somebody who sees the pairing as it is, with a reason."""
    return Order(**{"version": pairing.version, "reason": "写明的原因", **values})  # type: ignore[arg-type]


def signed_agreement(make: Maker, pairing: Pairing) -> Agreement:
    """The agreement with its file and everybody's date."""
    day = date(2026, 11, 20)
    dates = {"employer_signed_on": day, "expert_signed_on": day, "institution_signed_on": day}
    agreement: Agreement = make._add(Agreement(pairing=pairing, signed_sha256="a" * 64, **dates))
    return agreement


def is_listed(pairing: Pairing, move: str, side: Side | None) -> bool:
    """Whether DOMAIN 4 lists the move, for a pairing on whose terms both agree. None is a stranger."""
    if side is None:
        return False
    if move in ("revise", "agree"):
        is_open = pairing.state in pairing_terms.OPEN_TO_REVISE
        return move == "revise" and is_open and side in (Side.EMPLOYER, Side.EXPERT)
    if move in ("consent", "refuse") and not pairing.mode.needs_consent:
        return False
    if move == "approve" and pairing.waits_for_consent:
        return False
    role: Role = role_of(side)
    return any(one.name == move and pairing.state in one.sources and role in one.roles for one in PAIRING_STATES.moves)
