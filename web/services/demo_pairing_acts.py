"""Acts on a pairing of the demo, each by the service that the pages use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from models import Assignment
from models.choices import Side
from models.columns import utc_now
from web.services import (
    agreements,
    assignment_messages,
    consents,
    pairing_approval,
    pairing_moves,
    pairing_terms,
    pairing_waivers,
    public_notices,
)
from web.services.demo_papers import paper
from web.services.demo_stage import Stage
from web.services.demo_stories import Step
from web.services.need_submission import CHINA
from web.services.orders import Order
from web.services.pairing_files import Upload
from web.services.working_days import last_working_day


def _today() -> date:
    return utc_now().astimezone(CHINA).date()


def begin(stage: Stage, step: Step) -> None:
    """Invites or applies; the result of a medical examination comes with the terms."""
    do = pairing_moves.invite if step.do == "invite" else pairing_moves.apply
    upload = None
    if stage.story.clearance is not None:
        day = stage.day(stage.story.clearance)
        lines = (f"受检人：{stage.expert.name}", f"体检日期：{day}", "结论：心肺功能正常，可到海拔 3000 米以上地区工作")
        upload = Upload(stage.var_dir, "高海拔体检证明.pdf", paper("高海拔地区工作体检证明", *lines))
    stage.pairing = do(
        stage.session, stage.need, stage.expert, stage.terms(), by=stage.by(step), order=Order(0), upload=upload
    )


def move(stage: Stage, step: Step) -> None:
    """A plain move with its reason."""
    by = stage.by(step)
    doing: dict[str, Callable[..., object]] = {
        "accept": pairing_moves.accept,
        "decline": pairing_moves.decline,
        "withdraw": pairing_moves.withdraw,
        "reject": pairing_moves.reject,
        "return": pairing_moves.return_,
        "agree": pairing_terms.agree,
        "consent": consents.consent,
        "refuse": consents.refuse,
        "approve": pairing_approval.approve,
    }
    doing[step.do](stage.session, stage.paired.code, order=stage.order(stage.paired, step.text), by=by)


def revise(stage: Stage, step: Step) -> None:
    """Other terms: more or fewer days, other dates."""
    terms = stage.terms(starts=step.starts, ends=step.ends)
    if step.value is not None:
        terms = replace(terms, days_per_year=step.value)
    pairing_terms.revise(stage.session, stage.paired.code, terms, order=stage.order(stage.paired), by=stage.by(step))


def notice(stage: Stage, step: Step) -> None:
    """A public notice begins."""
    public_notices.start(
        stage.session,
        stage.paired.code,
        place=step.place,
        starts=_today(),
        order=stage.order(stage.paired),
        by=stage.by(step),
    )


def object_to(stage: Stage, step: Step) -> None:
    """Somebody objects."""
    public_notices.object_to(
        stage.session,
        stage.paired.code,
        received_on=_today(),
        text=step.text,
        order=stage.order(stage.paired),
        by=stage.by(step),
    )


def settle(stage: Stage, step: Step) -> None:
    """The objection is answered and not upheld."""
    public_notices.settle(
        stage.session,
        stage.paired.code,
        stage.paired.notices[-1].objections[-1].id,
        settlement=step.text,
        is_upheld=False,
        order=stage.order(stage.paired),
        by=stage.by(step),
    )


def end_notice(stage: Stage, step: Step) -> None:
    """The notice was shown until its working days were full."""
    notice_ = stage.paired.notices[-1]
    required = public_notices.required_days(stage.session, stage.paired) or 5
    ends = min(last_working_day(notice_.starts, required), _today())
    public_notices.end(stage.session, stage.paired.code, ends=ends, order=stage.order(stage.paired), by=stage.by(step))


def waive(stage: Stage, step: Step) -> None:
    """A manager lets a rule pass for a reason."""
    pairing_waivers.waive(
        stage.session,
        stage.paired.code,
        rule_code=step.code,
        order=stage.order(stage.paired, step.text),
        by=stage.by(step),
    )


def draft(stage: Stage, step: Step) -> None:
    """The agreement is made from the terms."""
    agreements.generate(stage.session, stage.var_dir, stage.paired.code, by=stage.by(step))


def sign(stage: Stage, step: Step) -> None:
    """The signed agreement is handed in, and the assignment is there."""
    pairing, day = stage.paired, _today()
    name = f"{pairing.mode.name_zh}协议书 {pairing.code}"
    lines = (f"用人单位：{stage.need.organisation.name}", f"专家：{stage.expert.name}（{stage.expert.institution}）")
    agreements.sign_upload(
        stage.session,
        stage.var_dir,
        pairing.code,
        name=f"{name}（已签）.pdf",
        stream=paper(name, *lines, f"签署日期：{day}（签字盖章从略）"),
        dates=agreements.SignedOn(day, day, day if pairing.mode.needs_consent else None),
        order=stage.order(pairing),
        by=stage.by(step),
    )
    stage.assignment = stage.session.scalars(select(Assignment).where(Assignment.pairing_id == pairing.id)).one()


def message(stage: Stage, step: Step) -> None:
    """One party writes to the other."""
    path = f"/assignments/{stage.assignment.code}" if stage.assignment else f"/pairings/{stage.paired.code}"
    assignment_messages.write(
        stage.session,
        stage.paired,
        text=step.text,
        by=stage.actor(Side(step.by or "employer")),
        request_id=None,
        path=path,
    )


PAIRING_ACTS: dict[str, Callable[[Stage, Step], None]] = {
    "invite": begin, "apply": begin, "revise": revise, "notice": notice, "object": object_to, "settle": settle,
    "end_notice": end_notice, "waive": waive, "draft": draft, "sign": sign, "message": message,
    **dict.fromkeys(
        ("accept", "decline", "withdraw", "reject", "return", "agree", "consent", "refuse", "approve"), move
    ),
}  # fmt: skip
