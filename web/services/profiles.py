"""An expert's own profile: read, saved section by section, made public, hidden. Only its owner gets at it here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload, undefer_group

from models import Expert
from models.choices import Degree, ExpertKind, ExpertState, Role, Subject
from models.columns import utc_now
from models.expert import PROFILE_STATES
from web.services.access import Actor
from web.services.codes import next_code
from web.services.day_budget import ledgers
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.journal import note_change, note_move
from web.services.need_submission import today_in_china
from web.services.profile_checks import Checks
from web.services.profile_sections import NAMES, Marked, Section, Times
from web.services.searching import search_text

YEARS_AHEAD = 10
"""Calendar years from this one on in which days may have been promised."""


class EditedElsewhereError(ConflictError):
    """What a form shows was changed after it was opened; `current` is what it is now, `names` the changed fields'."""

    def __init__(self, current: Marked, names: Sequence[Sentence]) -> None:
        named_zh, named_en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
        super().__init__(
            f"这一页刚在别处改过（{named_zh}），您填写的内容还在；核对后再次保存，将以您填写的为准",
            f"This page has just been changed elsewhere ({named_en}). What you wrote is still here; "
            "check it, and save again to keep yours",
        )
        self.current = current


def own_profile(session: Session, *, by: Actor) -> Expert:
    """The person's profile with all of its parts; an empty one, which is not in the database, before the first save."""
    by.require(Role.EXPERT)
    return session.scalar(_own(by)) or _blank(by)


def profile_to_change(session: Session, *, by: Actor) -> Expert:
    """The person's profile, locked until the transaction ends and made if there was none."""
    by.require(Role.EXPERT)
    locked = _own(by).with_for_update(of=Expert).execution_options(populate_existing=True)
    expert = session.scalar(locked)
    if expert is not None:
        return expert
    code = next_code(session, Subject.EXPERT)  # waits for another first save of the same person: so look again
    expert = session.scalar(locked)
    if expert is not None:
        return expert
    expert = _blank(by)
    expert.user_id, expert.code = by.user_id, code
    session.add(expert)
    session.flush()
    return expert


def save_section(session: Session, *, by: Actor, section: Section, seen: str = "") -> Expert:
    """Keeps a section; a draft may stay incomplete, a public profile may not become so.

    `seen` is the mark of the section when the form was opened. Raises InvalidError and EditedElsewhereError; the
    caller then rolls back.
    """
    checks = Checks(NAMES)
    section.check(checks)
    checks.settle()
    expert = profile_to_change(session, by=by)
    before = type(section).of(expert)
    if section == before:
        return expert
    if seen and before.mark() != seen:
        differing = section.differing(before)
        raise EditedElsewhereError(before, [NAMES[name] for name in differing if name in NAMES])
    if isinstance(section, Times) and isinstance(before, Times):
        _keep_promises(session, expert, section.days_per_year, before.days_per_year)
    section.write(expert)
    require_complete_if_public(session, expert)
    touch(session, expert, is_matched=section.is_matched)
    return expert


def _keep_promises(session: Session, expert: Expert, given: float | None, before: float | None) -> None:
    """Raises InvalidError for fewer days a year than before and than are promised in a year from now on."""
    if given is None or (before is not None and given >= before):
        return
    first = today_in_china().year
    most = max(ledgers(session, expert, range(first, first + YEARS_AHEAD)), key=lambda one: one.promised)
    if given < most.promised:
        checks = Checks(NAMES)
        checks.report(
            "days_per_year",
            f"{most.year} 年已约定 {most.promised:g} 天，“每年可服务天数”不能少于它",
            f"{most.promised:g} days are promised for {most.year}; “Days a year” cannot be fewer",
        )
        checks.settle()


def publish(session: Session, *, by: Actor) -> Expert:
    """Makes the profile findable. Raises InvalidError that names what is missing, MoveError when it is public."""
    expert = profile_to_change(session, by=by)
    _refuse_incomplete(expert)
    _move(session, expert, "publish", by)
    return expert


def hide(session: Session, *, by: Actor) -> Expert:
    """Takes the profile out of every search. Raises MoveError when it is not public."""
    expert = profile_to_change(session, by=by)
    _move(session, expert, "hide", by)
    return expert


def touch(session: Session, expert: Expert, *, is_matched: bool = True) -> None:
    """Notes that the profile has changed; matching is told where it sees the change."""
    expert.search_text = search_text(expert.institution, expert.code, person=expert.name)
    expert.updated_at = utc_now()
    if is_matched and expert.state == ExpertState.PUBLIC:
        note_change(session, Subject.EXPERT, expert.id)


def require_complete_if_public(session: Session, expert: Expert) -> None:
    """Raises InvalidError when a public profile would lack what a public one needs; the caller then rolls back."""
    if expert.state != ExpertState.PUBLIC or not expert.missing():
        return
    problems = [
        FieldProblem(
            name,
            Sentence(
                f"资料已公开，“{NAMES[name].zh}”不能空着；要清空请先隐藏资料",
                f"The profile is public, so “{NAMES[name].en}” cannot be empty; hide the profile first",
            ),
        )
        for name in expert.missing()
    ]
    raise InvalidError(problems)


def _own(by: Actor) -> Select[Expert]:
    parts = (selectinload(Expert.works), selectinload(Expert.windows), selectinload(Expert.ties))
    return select(Expert).where(Expert.user_id == by.user_id).options(*parts, undefer_group("contact"))


def _refuse_incomplete(expert: Expert) -> None:
    lacking = [
        FieldProblem(name, Sentence(f"还没有填写“{NAMES[name].zh}”", f"“{NAMES[name].en}” is still missing"))
        for name in expert.missing()
    ]
    if lacking:
        raise InvalidError(lacking)


def _move(session: Session, expert: Expert, move: str, by: Actor) -> None:
    before = expert.state
    expert.state = ExpertState(PROFILE_STATES.target(before, move, role=Role.EXPERT))
    change = (before.value, expert.state.value)
    note_move(session, subject=Subject.EXPERT, subject_id=expert.id, move=move, change=change, by=by, role=Role.EXPERT)
    expert.updated_at = utc_now()
    note_change(session, Subject.EXPERT, expert.id)


def _blank(by: Actor) -> Expert:
    return Expert(
        code="",
        name=by.name,
        kind=ExpertKind.EXPERT,
        state=ExpertState.DRAFT,
        degree=Degree.NONE,
        languages=("zh",),
        ties_declared=False,
        **dict.fromkeys(("title", "institution", "department", "position", "bio"), ""),
        **dict.fromkeys(("phone", "email", "id_number", "search_text"), ""),
        **dict.fromkeys(("keywords", "modes", "regions_served"), ()),
        works=[],
        windows=[],
        ties=[],
        dismissals=[],
    )
