"""公示 inside the home institution: begun, objected to, settled, ended. Each act is made once, by its officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from models import Objection, Pairing, PublicNotice
from models.choices import NoticeState, PairingState, Role, RuleKind, Side, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.consents import for_officer, require_verified
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_move, notify
from web.services.need_submission import today_in_china
from web.services.orders import Order, was_done
from web.services.pairings import people_on, require_seen
from web.services.policy_choice import rules_for
from web.services.working_days import last_working_day, working_days

TEXT_CHARS, PLACE_CHARS = 1000, 200
OPEN_TO_NOTICE = (PairingState.ACCEPTED, PairingState.CONSENTED)
EARLIEST_DAYS, LATEST_DAYS = 90, 30
"""How far back a first day may be entered, and how far ahead."""


_NAMES = {
    "place": Sentence("公示地点", "where it is shown"),
    "text": Sentence("异议内容", "the objection"),
    "settlement": Sentence("处理说明", "what was found"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a notice is: working days so far, how many there must be, and how many are missing.

    `required` None: no rule asks for a notice.
    """

    days: int
    required: int | None
    is_exact: bool = True
    """Whether public holidays are known for all its days."""
    full_on: date | None = None
    """The day on which its working days are full; None without a notice or a rule."""

    @property
    def missing(self) -> int:
        """Working days that are still to come."""
        return max(0, (self.required or 0) - self.days)


def state_of(notice: PublicNotice) -> NoticeState:
    """Superseded by other terms; stopped, where an objection was upheld; open; else closed."""
    if notice.is_superseded:
        return NoticeState.SUPERSEDED
    if any(one.is_upheld for one in notice.objections):
        return NoticeState.STOPPED
    return NoticeState.OPEN if notice.ends is None else NoticeState.CLOSED


def progress_of(
    session: Session, pairing: Pairing, notice: PublicNotice | None, *, today: date | None = None
) -> Progress:
    """How far the notice is today; without one, what is asked."""
    today, required = today or today_in_china(), required_days(session, pairing)
    if notice is None or notice.is_superseded:
        return Progress(0, required)
    counted = working_days(notice.starts, min(notice.ends or today, today))
    full_on = last_working_day(notice.starts, required) if required else None
    return Progress(counted.days, required, counted.is_exact, full_on)


def required_days(session: Session, pairing: Pairing, *, today: date | None = None) -> int | None:
    """Working days that the rules ask for here; None when no rule asks for a notice."""
    rules = rules_for(session, pairing, today=today)
    asked = [rule.parameters["working_days"] for rule in rules if rule.kind == RuleKind.PUBLIC_NOTICE]
    return max(map(int, asked), default=None)


def start(session: Session, code: str, *, place: str, starts: date | None, order: Order, by: Actor) -> Pairing:
    """Begins a notice. Raises InvalidError, ConflictError while one is open, and as `consents.consent`."""
    pairing = for_officer(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    _require_open_to_notice(session, pairing, order, by)
    if pairing.notices and state_of(pairing.notices[-1]) == NoticeState.OPEN:
        raise ConflictError("已有公示正在进行", "A notice is being shown already")
    if not pairing.is_agreed:
        raise ConflictError("双方还没有都同意现在的条款，不能公示", "Both parties must agree to the terms first")
    problems = [*_text_problems("place", place, PLACE_CHARS), *_start_problems(starts)]
    if problems or starts is None:
        raise InvalidError(problems)
    pairing.notices.append(PublicNotice(starts=starts, place=place.strip(), started_by_id=by.user_id))
    _keep(session, pairing, "notice", order, by)
    return pairing


def object_to(session: Session, code: str, *, received_on: date | None, text: str, order: Order, by: Actor) -> Pairing:
    """Records an objection to the open notice. Raises InvalidError, ConflictError, and as `start`."""
    pairing = for_officer(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    notice = _open_notice(session, pairing, order, by)
    problems = [*_text_problems("text", text, TEXT_CHARS), *_day_problems("received_on", received_on, notice)]
    if problems or received_on is None:
        raise InvalidError(problems)
    notice.objections.append(Objection(received_on=received_on, text=text.strip()))
    _keep(session, pairing, "object", order, by)
    return pairing


def settle(
    session: Session, code: str, objection_id: int, *, settlement: str, is_upheld: bool, order: Order, by: Actor
) -> Pairing:
    """Says what became of an objection; one that is upheld stops the notice. Raises NotFoundError, and as `start`."""
    pairing = for_officer(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    notice = _open_notice(session, pairing, order, by)
    objection = next((one for one in notice.objections if one.id == objection_id), None)
    if objection is None:
        raise NotFoundError("没有这条异议", "There is no such objection")
    if objection.is_settled:
        raise ConflictError("这条异议已处理", "This objection has been settled already")
    if problems := _text_problems("settlement", settlement, TEXT_CHARS):
        raise InvalidError(problems)
    objection.settlement, objection.is_upheld = settlement.strip(), is_upheld
    objection.settled_on = today_in_china()
    if is_upheld:
        notice.ends, notice.ended_by_id = max(notice.starts, today_in_china()), by.user_id
        _tell_stopped(session, pairing, by)
    _keep(session, pairing, "settle", order, by)
    return pairing


def end(session: Session, code: str, *, ends: date | None, order: Order, by: Actor) -> Pairing:
    """Ends the notice that was shown up to that day.

    Raises ConflictError while an objection is open, InvalidError for too few working days, and as `start`.
    """
    pairing = for_officer(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    notice = _open_notice(session, pairing, order, by)
    if any(not one.is_settled for one in notice.objections):
        raise ConflictError(
            "还有未处理的异议，处理后才能结束公示", "An objection is open; settle it before the notice ends"
        )
    problems = _day_problems("ends", ends, notice)
    if problems or ends is None:
        raise InvalidError(problems)
    progress = progress_of(session, pairing, notice, today=ends)
    if progress.missing:
        zh = f"到 {ends} 公示了 {progress.days} 个工作日，还差 {progress.missing} 个"
        en = f"Up to {ends} it was shown for {progress.days} working days; {progress.missing} are missing"
        raise InvalidError([FieldProblem("ends", Sentence(zh, en))])
    notice.ends, notice.ended_by_id = ends, by.user_id
    _keep(session, pairing, "end_notice", order, by)
    return pairing


def _require_open_to_notice(session: Session, pairing: Pairing, order: Order, by: Actor) -> None:
    require_seen(session, pairing, order, by=by)
    require_verified(pairing)
    if pairing.state not in OPEN_TO_NOTICE:
        raise ConflictError("这条对接现在不能公示", "There can be no notice of this pairing now")


def _open_notice(session: Session, pairing: Pairing, order: Order, by: Actor) -> PublicNotice:
    _require_open_to_notice(session, pairing, order, by)
    if not pairing.notices or state_of(pairing.notices[-1]) != NoticeState.OPEN:
        raise ConflictError("现在没有进行中的公示", "No notice is being shown now")
    return pairing.notices[-1]


def _text_problems(field: str, written: str, most: int) -> list[FieldProblem]:
    length = len(written.strip())
    if not length:
        return [FieldProblem(field, Sentence(f"请填写{_NAMES[field].zh}", f"Say {_NAMES[field].en}"))]
    if length > most:
        return [
            FieldProblem(
                field, Sentence(f"最多 {most} 字，现在 {length} 字", f"At most {most} characters, now {length}")
            )
        ]
    return []


def _start_problems(day: date | None) -> list[FieldProblem]:
    today = today_in_china()
    if day is None:
        return [
            FieldProblem(
                "starts", Sentence("请填写公示的第一天，如 2026-11-23", "Give its first day, such as 2026-11-23")
            )
        ]
    if not today - timedelta(days=EARLIEST_DAYS) <= day <= today + timedelta(days=LATEST_DAYS):
        zh = f"第一天应在过去 {EARLIEST_DAYS} 天至今后 {LATEST_DAYS} 天之内"
        en = f"The first day lies within the past {EARLIEST_DAYS} or the next {LATEST_DAYS} days"
        return [FieldProblem("starts", Sentence(zh, en))]
    return []


def _day_problems(field: str, day: date | None, notice: PublicNotice) -> list[FieldProblem]:
    if day is None:
        return [FieldProblem(field, Sentence("请填写日期，如 2026-11-23", "Give the date, such as 2026-11-23"))]
    if day < notice.starts:
        sentence = Sentence(f"早于公示的第一天 {notice.starts}", f"Before the notice began on {notice.starts}")
        return [FieldProblem(field, sentence)]
    if day > today_in_china():
        return [FieldProblem(field, Sentence("日期还没有到", "This day is still to come"))]
    return []


def _tell_stopped(session: Session, pairing: Pairing, by: Actor) -> None:
    sentence = Sentence(
        f"对接 {pairing.code}（{pairing.need.title}）的公示有异议成立，公示终止",
        f"An objection to the notice of pairing {pairing.code} ({pairing.need.title}) was upheld; the notice has ended",
    )
    people = people_on(session, pairing, Side.EMPLOYER, Side.EXPERT, Side.MANAGER)
    notify(session, [one for one in people if one != by.user_id], sentence, path=f"/pairings/{pairing.code}")


def _keep(session: Session, pairing: Pairing, name: str, order: Order, by: Actor) -> None:
    """Keeps the act; the pairing has a new version, so that a page opened before it is told."""
    pairing.updated_at = utc_now()
    session.flush()
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move=name,
        change=(pairing.state, pairing.state),
        by=by,
        role=Role.INSTITUTION,
        seen_version=order.version,
        request_id=order.request_id,
    )
