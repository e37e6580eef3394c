"""The manager's desk: what waits for a check within the jurisdiction, oldest first, with what was found marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from models import Grant, Need, Organisation, Task
from models.choices import NeedState, Role
from web.services.access import Actor
from web.services.checks import need_findings
from web.services.errors import NotFoundError
from web.services.findings import Finding
from web.services.grants import waiting_for
from web.services.jurisdiction import needs_within
from web.services.organisation_checks import organisation_findings
from web.services.organisations import pending_for, within
from web.services.surroundings import need_surroundings, organisation_surroundings

IN_SIGHT = Need.state != NeedState.DRAFT
"""A draft is its employer's alone."""


class Kind(StrEnum):
    """What can wait."""

    NEED = "need"
    ORGANISATION = "organisation"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, since when, and what was found; a request to join an organisation is its Grant."""

    kind: Kind
    record: Need | Organisation | Grant
    since: datetime
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a record stands in its queue: its place from 1 (0: it waits no more), and the codes beside it."""

    place: int
    total: int
    before: str | None
    after: str | None


def queue(session: Session, *, by: Actor, today: date | None = None) -> list[Waiting]:
    """Everything that waits for this manager, the oldest first. Raises NotAllowedError for others."""
    by.require(Role.MANAGER)
    waiting = [*_needs(session, by, today), *_organisations(session, by)]
    requests = session.scalars(waiting_for(session, by=by)).unique()
    waiting += [Waiting(Kind.REQUEST, grant, grant.created_at) for grant in requests]
    return sorted(waiting, key=lambda one: (one.since, one.kind, one.record.id))


def need_to_check(session: Session, code: str, *, by: Actor) -> Need:
    """A need that the manager answers for. Raises NotFoundError for drafts, and for those of others."""
    statement = select(Need).where(Need.code == code, IN_SIGHT, needs_within(by))
    task = joinedload(Need.task).joinedload(Task.programme)
    parts = (joinedload(Need.organisation), joinedload(Need.posted_by), task)
    need = session.scalar(statement.options(*parts))
    if need is None:
        raise NotFoundError("没有这条需求，或它不在您的管辖范围内", "There is no such need in your jurisdiction")
    return need


def organisation_to_check(session: Session, credit_code: str, *, by: Actor) -> Organisation:
    """An organisation that the manager answers for. Raises NotFoundError for those of others too."""
    statement = select(Organisation).where(Organisation.credit_code == credit_code, within(by))
    organisation = session.scalar(statement)
    if organisation is None:
        raise NotFoundError(
            "没有这个单位，或它不在您的管辖范围内", "There is no such organisation in your jurisdiction"
        )
    return organisation


def findings_of_need(session: Session, need: Need, *, today: date | None = None) -> tuple[Finding, ...]:
    """What the checks find in one need."""
    return need_findings(need, need_surroundings(session, [need], today=today)[need.id])


def findings_of_organisation(session: Session, organisation: Organisation) -> tuple[Finding, ...]:
    """What the checks find in one organisation."""
    return organisation_findings(organisation, organisation_surroundings(session, [organisation])[organisation.id])


def reachable(session: Session, findings: Iterable[Finding], *, by: Actor) -> frozenset[str]:
    """Which of the other records that findings name the manager may open, by their codes."""
    named = {code for finding in findings for code in finding.codes}
    if not named:
        return frozenset()
    needs = session.scalars(select(Need.code).where(Need.code.in_(named), IN_SIGHT, needs_within(by)))
    of_place = select(Organisation.credit_code).where(Organisation.credit_code.in_(named), within(by))
    return frozenset((*needs, *session.scalars(of_place)))


def needs_beside(session: Session, code: str, *, by: Actor) -> Neighbours:
    """The need of that code among those that wait for this manager."""
    return _neighbours(code, list(session.scalars(_waiting_needs(Need.code, by=by))))


def organisations_beside(session: Session, credit_code: str, *, by: Actor) -> Neighbours:
    """The organisation of that code among those that wait for this manager."""
    return _neighbours(credit_code, [one.credit_code for one in session.scalars(pending_for(session, by=by))])


def first_waiting_need(session: Session, organisation: Organisation, *, by: Actor) -> str | None:
    """The code of the organisation's need that has waited longest, None when none does."""
    statement = _waiting_needs(Need.code, by=by).where(Need.organisation_id == organisation.id)
    code: str | None = session.scalar(statement.limit(1))
    return code


_SINCE = func.coalesce(Need.submitted_at, Need.created_at)


def _waiting_needs(what: Any, *, by: Actor) -> Select[Any]:
    """Needs that wait for this manager, the oldest first."""
    return select(what).where(Need.state == NeedState.SUBMITTED, needs_within(by)).order_by(_SINCE, Need.id)


def _needs(session: Session, by: Actor, today: date | None) -> list[Waiting]:
    parts = (joinedload(Need.organisation), joinedload(Need.task))
    needs = session.scalars(_waiting_needs(Need, by=by).options(*parts)).all()
    around = need_surroundings(session, needs, today=today)
    return [
        Waiting(Kind.NEED, need, need.submitted_at or need.created_at, need_findings(need, around[need.id]))
        for need in needs
    ]


def _organisations(session: Session, by: Actor) -> list[Waiting]:
    organisations = session.scalars(pending_for(session, by=by)).all()
    around = organisation_surroundings(session, organisations)
    return [
        Waiting(Kind.ORGANISATION, one, one.updated_at, organisation_findings(one, around[one.id]))
        for one in organisations
    ]


def _neighbours(code: str, codes: Sequence[str]) -> Neighbours:
    """Beside one that waits no more: nothing before it, and after it the first that waits."""
    if code not in codes:
        return Neighbours(0, len(codes), None, codes[0] if codes else None)
    place = codes.index(code)
    after = codes[place + 1] if place + 1 < len(codes) else next((one for one in codes if one != code), None)
    return Neighbours(place + 1, len(codes), codes[place - 1] if place else None, after)
