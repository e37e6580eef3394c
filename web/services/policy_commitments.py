"""What else is promised: the expert's other commitments, and who holds the places of an enclave site."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Need, Pairing
from models.assignment import RUNNING
from models.choices import PairingState, Place
from models.rules import Commitment, Site
from models.rules.terms import fullest
from web.services.day_budget import takes_part


def commitments(session: Session, pairing: Pairing) -> tuple[Commitment, ...]:
    """The expert's other approved pairings and running assignments, but for the one that this renews; by code."""
    return tuple(_held(session, pairing, takes_part(pairing.expert)))


def site_of(session: Session, pairing: Pairing) -> Site | None:
    """The pairing's site and how many of its places others hold on the fullest day of the term."""
    site = pairing.site
    if site is None:
        return None
    others = _held(session, pairing, Pairing.site_id == site.id)
    taken = fullest(((one.starts, one.ends) for one in others), pairing.starts, pairing.ends)
    return Site(site.region_code, site.places, taken, site.is_open)


def _held(session: Session, pairing: Pairing, which: ColumnElement[bool]) -> Iterator[Commitment]:
    """Approved pairings of this kind, and running assignments; this one and the one that it renews are left out."""
    parts = joinedload(Pairing.need).load_only(Need.place), joinedload(Pairing.mode)
    waiting = session.scalars(
        select(Pairing)
        .where(which, Pairing.state == PairingState.APPROVED, Pairing.id != pairing.id)
        .options(*parts)
        .order_by(Pairing.code)
    )
    for one in waiting:
        yield Commitment(one.code, one.starts, one.ends, _is_remote(one))
    running = session.scalars(
        select(Assignment)
        .join(Assignment.pairing)
        .where(which, Assignment.state.in_(RUNNING), Pairing.id != pairing.id)
        .options(joinedload(Assignment.pairing).options(*parts))
        .order_by(Assignment.code)
    )
    for assignment in running:
        if assignment.id != pairing.renews_id:
            is_remote = _is_remote(assignment.pairing)
            yield Commitment(assignment.code, assignment.starts, assignment.ends, is_remote)


def _is_remote(pairing: Pairing) -> bool:
    return pairing.need.place == Place.REMOTE or pairing.mode.unit == "hour"
