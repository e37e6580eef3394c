"""Agreements of pairings: made from the terms, given to sign, and signed by three parties (or two)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Agreement, Document, Pairing
from models.choices import DocumentKind, PairingState, Side, Subject
from web.services.access import Actor
from web.services.agreement_text import Missing, missing, text_of
from web.services.documents import remove, store
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.need_submission import today_in_china
from web.services.orders import Order, was_done
from web.services.pairing_moves import move_as, side_for
from web.services.pairings import find, locked, require_seen, role_of, sides_of

OPEN_TO_DRAFT = (PairingState.ACCEPTED, PairingState.CONSENTED, PairingState.APPROVED)
MAKERS = (Side.EMPLOYER, Side.EXPERT, Side.INSTITUTION)
SIGNED_TYPES = ("pdf", "jpg", "png", "docx")
_YEAR = timedelta(days=366)


class IncompleteError(ConflictError):
    """The agreement lacks something; `missing` names it all."""

    def __init__(self, lacking: list[Missing]) -> None:
        self.missing = tuple(lacking)
        zh = "；".join(one.sentence.zh for one in lacking)
        super().__init__(f"还不能生成协议：{zh}", "No agreement yet: " + "; ".join(one.sentence.en for one in lacking))


@dataclass(frozen=True, slots=True)
class SignedOn:
    """The day on which each party has signed; the institution's only where it is a party."""

    employer: date | None
    expert: date | None
    institution: date | None = None


def agreement_of(session: Session, pairing: Pairing) -> Agreement | None:
    """What has been made and signed so far."""
    return session.scalar(select(Agreement).where(Agreement.pairing_id == pairing.id))


def generate(session: Session, folder: Path, code: str, *, by: Actor) -> Document:
    """Makes the Word file from the terms as they stand, in place of an earlier one.

    Raises IncompleteError, NotAllowedError for managers, ConflictError before acceptance and after signing.
    """
    from web.services.agreement_file import word_file  # takes a tenth of a second to import

    pairing = locked(session, code, by=by)
    if not set(MAKERS) & set(sides_of(pairing, by)):
        raise NotAllowedError("协议由各方生成", "Agreements are made by the parties")
    if pairing.state not in OPEN_TO_DRAFT:
        raise ConflictError("现在不能生成协议", "No agreement can be made now")
    if lacking := musts(session, pairing):
        raise IncompleteError(lacking)
    agreement = agreement_of(session, pairing) or Agreement(pairing=pairing)
    session.add(agreement)
    if agreement.draft_id is not None:
        remove(session.get_one(Document, agreement.draft_id))
    document = store(
        session,
        folder,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        kind=DocumentKind.AGREEMENT_DRAFT,
        name=f"协议书 {pairing.code}.docx",
        stream=io.BytesIO(word_file(text_of(session, pairing))),
        by=by,
    )
    agreement.draft_id = document.id
    return document


def musts(session: Session, pairing: Pairing) -> list[Missing]:
    """What must be filled in before an agreement is made.

    Once the terms are fixed by the approval nothing must: the file has blanks there, to be filled in by hand.
    """
    return [] if pairing.state == PairingState.APPROVED else missing(session, pairing)


def sign_upload(
    session: Session,
    folder: Path,
    code: str,
    *,
    name: str,
    stream: IO[bytes] | None,
    dates: SignedOn,
    order: Order,
    by: Actor,
) -> Pairing:
    """As `sign`, with the file that is just being uploaded."""
    pairing = locked(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    _require_signable(session, pairing, order, by)
    problems = date_problems(pairing, dates)
    if stream is None:
        problems.insert(0, FieldProblem("file", Sentence("请选择签好的协议文件", "Choose the signed file")))
    if problems or stream is None:
        raise InvalidError(problems)
    document = store(
        session,
        folder,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        kind=DocumentKind.AGREEMENT_SIGNED,
        name=name,
        stream=stream,
        by=by,
    )
    return sign(session, code, order=order, by=by, document=document, dates=dates)


def sign(session: Session, code: str, *, order: Order, by: Actor, document: Document, dates: SignedOn) -> Pairing:
    """The employer hands in the signed agreement: the pairing is signed and its assignment made, both or neither.

    Raises InvalidError (file, dates), MoveError for others than the employer and before approval, OvertakenError.
    """
    from web.services import assignments

    pairing = locked(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    side = _require_signable(session, pairing, order, by)
    if problems := [*_file_problems(pairing, document), *date_problems(pairing, dates)]:
        raise InvalidError(problems)
    agreement = agreement_of(session, pairing) or Agreement(pairing=pairing)
    session.add(agreement)
    agreement.signed_id, agreement.signed_sha256 = document.id, document.sha256
    agreement.employer_signed_on, agreement.expert_signed_on = dates.employer, dates.expert
    agreement.institution_signed_on = dates.institution if pairing.mode.needs_consent else None
    move_as(session, pairing, "sign", side=side, order=order, by=by)
    assignments.create_from(session, pairing, by=by)
    return pairing


def date_problems(pairing: Pairing, dates: SignedOn) -> list[FieldProblem]:
    """What is wrong with the days of signing."""
    named = [
        ("employer_signed_on", Sentence("用人单位签署日期", "the employer's date"), dates.employer),
        ("institution_signed_on", Sentence("派出单位签署日期", "the home institution's date"), dates.institution),
        ("expert_signed_on", Sentence("专家签署日期", "the expert's date"), dates.expert),
    ]
    earliest, today = pairing.created_at.date() - _YEAR, today_in_china()
    found = []
    for field, name, day in named:
        if field == "institution_signed_on" and not pairing.mode.needs_consent:
            continue
        if day is None:
            zh, en = f"请填写{name.zh}，如 2026-11-23", f"Give {name.en}, such as 2026-11-23"
            found.append(_problem(field, zh, en))
        elif day > today:
            found.append(_problem(field, f"{name.zh}还没有到", f"Check {name.en}: this day is still to come"))
        elif day < earliest:
            found.append(_problem(field, f"{name.zh}太早，请核对年份", f"Check the year of {name.en}: it is too early"))
    return found


def readable(session: Session, code: str, *, by: Actor) -> tuple[Pairing, Agreement | None]:
    """The pairing and its agreement, for those who take part. Raises NotFoundError for all others."""
    pairing = find(session, code, by=by)
    return pairing, agreement_of(session, pairing)


def _require_signable(session: Session, pairing: Pairing, order: Order, by: Actor) -> Side:
    require_seen(session, pairing, order, by=by)
    side = side_for(pairing, "sign", by)
    pairing.target("sign", role=role_of(side))
    return side


def _file_problems(pairing: Pairing, document: Document) -> list[FieldProblem]:
    if (document.subject, document.subject_id) != (Subject.PAIRING, pairing.id) or document.removed_at is not None:
        raise NotFoundError("没有这份文件", "There is no such file")
    if document.name.rsplit(".", 1)[-1] not in SIGNED_TYPES:
        sentence = Sentence(
            "签好的协议应是 pdf、jpg、png 或 docx 文件", "The signed agreement is a pdf, jpg, png or docx file"
        )
        return [FieldProblem("file", sentence)]
    return []


def _problem(field: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(field, Sentence(zh, en))
