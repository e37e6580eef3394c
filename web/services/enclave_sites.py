"""Enclave sites (人才飞地): an employer's places of work in eastern cities, and how many of them are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, EnclaveSite, Pairing, Region
from models.assignment import RUNNING
from models.choices import Role, Subject
from models.place import is_western
from web.services.access import Actor
from web.services.errors import FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_audit

MOST_PLACES, NAME_CHARS, ADDRESS_CHARS = 1000, 120, 200


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """What somebody writes of a site."""

    name: str
    region_code: str
    address: str
    places: int | None


def own_sites(session: Session, *, by: Actor) -> Sequence[EnclaveSite]:
    """The sites of the person's organisations, open ones first."""
    mine = select(EnclaveSite).where(EnclaveSite.organisation_id.in_(by.organisations(Role.EMPLOYER)))
    order = (EnclaveSite.is_open.desc(), EnclaveSite.name, EnclaveSite.id)
    return session.scalars(mine.order_by(*order).options(joinedload(EnclaveSite.organisation))).all()


def find_site(session: Session, site_id: int, *, by: Actor) -> EnclaveSite:
    """One of them. Raises NotFoundError for those of others too."""
    site = session.get(EnclaveSite, site_id)
    if site is None or site.organisation_id not in by.organisations(Role.EMPLOYER):
        raise NotFoundError("没有这个站点", "There is no such site")
    return site


def places_taken(session: Session, sites: Sequence[EnclaveSite]) -> Counter[int]:
    """How many experts work or will work at each site, by its id."""
    statement = (
        select(Pairing.site_id, func.count())
        .join(Assignment, Assignment.pairing_id == Pairing.id)
        .where(Pairing.site_id.in_([site.id for site in sites]), Assignment.state.in_(RUNNING))
        .group_by(Pairing.site_id)
    )
    return Counter({site_id: count for site_id, count in session.execute(statement) if site_id is not None})


def create_site(session: Session, details: SiteDetails, *, organisation_id: int, by: Actor) -> EnclaveSite:
    """A new, open site. Raises InvalidError with every problem, NotAllowedError."""
    by.require_employer_of(organisation_id)
    if wrong := _problems(session, details, taken=0):
        raise InvalidError(wrong)
    site = EnclaveSite(organisation_id=organisation_id)
    _write(site, details)
    session.add(site)
    session.flush()
    note_audit(session, action="site.create", subject=Subject.ORGANISATION, subject_id=organisation_id, by=by)
    return site


def change_site(session: Session, site_id: int, details: SiteDetails, *, by: Actor) -> EnclaveSite:
    """Changes it; there are never fewer places than are taken. Raises InvalidError, NotFoundError."""
    site = find_site(session, site_id, by=by)
    if wrong := _problems(session, details, taken=places_taken(session, [site])[site.id]):
        raise InvalidError(wrong)
    _write(site, details)
    session.flush()
    return site


def set_open(session: Session, site_id: int, *, is_open: bool, by: Actor) -> EnclaveSite:
    """Closes a site to new pairings, or opens it again; who works there stays. Raises NotFoundError."""
    site = find_site(session, site_id, by=by)
    site.is_open = is_open
    session.flush()
    action = "site.open" if is_open else "site.close"
    note_audit(session, action=action, subject=Subject.ORGANISATION, subject_id=site.organisation_id, by=by)
    return site


def _write(site: EnclaveSite, details: SiteDetails) -> None:
    if details.places is None:
        raise ValueError("a site without places is not sound")
    site.name, site.address = details.name.strip(), details.address.strip()
    site.region_code, site.places = details.region_code, details.places


def _problems(session: Session, details: SiteDetails, *, taken: int) -> list[FieldProblem]:
    found = []

    def wrong(field: str, zh: str, en: str) -> None:
        found.append(FieldProblem(field, Sentence(zh, en)))

    if not 0 < len(details.name.strip()) <= NAME_CHARS:
        wrong("name", f"请填写名称，最多 {NAME_CHARS} 字", f"Give a name, at most {NAME_CHARS} characters")
    if len(details.address.strip()) > ADDRESS_CHARS:
        wrong("address", f"地址最多 {ADDRESS_CHARS} 字", f"The address: at most {ADDRESS_CHARS} characters")
    if not details.region_code or session.get(Region, details.region_code) is None:
        wrong("region_code", "请选站点所在的城市", "Choose the city of the site")
    elif is_western(details.region_code):
        wrong("region_code", "人才飞地设在东部城市，请选东部省市", "An enclave lies in an eastern city; choose one")
    if details.places is None or not 1 <= details.places <= MOST_PLACES:
        wrong("places", f"“位数”填 1 至 {MOST_PLACES}", f"Places: 1 to {MOST_PLACES}")
    elif details.places < taken:
        wrong("places", f"现有 {taken} 人在此工作，位数不能再少", f"{taken} work here; there cannot be fewer places")
    return found
