"""The demo: invented organisations, needs, experts and people, with the history that they would have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Expert, Need, Organisation, StateChange, User
from models.choices import NeedState, Role, Subject, Verification
from models.place import prefix_of
from web.services.demo_dates import NeedTimes, need_times, organisation_times, years_to_shift
from web.services.demo_files import DemoFiles, read_demo
from web.services.demo_lines import SeedNeed
from web.services.demo_pairings import Records, play
from web.services.demo_people import Cast
from web.services.demo_records import expert_record, need_record, organisation_record
from web.services.demo_stories import Stories, read_stories
from web.services.errors import ConflictError
from web.services.expiry import BEIJING


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """How many records of each kind were loaded."""

    organisations: int
    needs: int
    experts: int
    pairings: int = 0
    assignments: int = 0


def load_demo(
    session: Session, folder: Path, *, hashed: Callable[[str], str], var_dir: Path, now: datetime | None = None
) -> LoadedDemo:
    """Loads `folder/demo` into a database that has the reference data and no other records. The caller commits.

    The same files give the same records; times lie in the weeks and months before `now`, and dates of the files that
    have passed move on by whole years. `hashed` turns the demo's password into what is kept of it; signed agreements
    and the like go to `var_dir`. Raises SeedError for the first line that is not as it should be, ConflictError where
    records are there already.
    """
    _require_empty(session)
    files, now = read_demo(session, folder / "demo"), (now or datetime.now(UTC)).replace(microsecond=0)
    stories = read_stories(
        folder / "demo", needs={one.code for one in files.needs}, experts={one.code for one in files.experts}
    )
    earlier = ages(files, stories)
    organisations = {
        line.code: organisation_record(line, now, earlier=earlier[line.code]) for line in files.organisations
    }
    years = years_to_shift((line.deadline for line in files.needs), now.astimezone(BEIJING).date())
    by_age = sorted(
        files.needs,
        key=lambda line: (need_times(line.code, line.state, now, earlier=earlier[line.code]).created, line.code),
    )
    session.add_all(organisations.values())
    session.flush()
    needs = [
        (
            line,
            need_record(session, line, organisations[line.organisation], now, years=years, earlier=earlier[line.code]),
        )
        for line in by_age
    ]
    experts = [expert_record(session, line, now, years=years, earlier=earlier[line.code]) for line in files.experts]
    session.add_all([*(need for _, need in needs), *experts])
    session.flush()
    cast, managers = _people_and_history(
        session, organisations, needs, experts, hashed=hashed, now=now, earlier=earlier
    )
    records = Records(
        {line.code: need for line, need in needs},
        {line.code: expert for line, expert in zip(files.experts, experts, strict=True)},
        {line.code: _manager_of(need.organisation, managers) for line, need in needs},
    )
    played = play(session, stories, records, cast=cast, var_dir=var_dir, now=now)
    return LoadedDemo(len(organisations), len(needs), len(experts), *played)


def ages(files: DemoFiles, stories: Stories) -> Mapping[str, int]:
    """By how many days each need, its organisation and each expert are older than others, for their stories' sake."""
    found: defaultdict[str, int] = defaultdict(int)
    hosts = {need.code: need.organisation for need in files.needs}
    for need, day in (*((one.need, one.begins) for one in stories.pairings), *((s.need, s.at) for s in stories.sites)):
        found[need] = max(found[need], -day)
        found[hosts[need]] = max(found[hosts[need]], -day)
    for one in stories.pairings:
        for expert in (one.expert, *(member.expert for member in one.members if member.expert)):
            found[expert] = max(found[expert], -one.begins)
    return found


def _require_empty(session: Session) -> None:
    for table in (User, Organisation, Need, Expert):
        if session.scalar(select(func.count()).select_from(table)):
            raise ConflictError(
                "数据库里已有记录，演示数据只能装入空库",
                "the database already holds records; the demo data goes into an empty one only",
            )


def _people_and_history(
    session: Session,
    organisations: Mapping[str, Organisation],
    needs: list[tuple[SeedNeed, Need]],
    experts: list[Expert],
    *,
    hashed: Callable[[str], str],
    now: datetime,
    earlier: Mapping[str, int],
) -> tuple[Cast, Mapping[str, User]]:
    since = min(organisation_times(code, now, earlier=earlier[code])[0] for code in organisations)
    people = Cast(session, hashed=hashed, since=since)
    managers = people.managers()
    names = {need.organisation.id: line.contact_name for line, need in reversed(needs)}
    posters = people.posters(list(organisations.values()), names)
    people.newcomer(organisations.values(), at=now - timedelta(days=2))
    people.experts(experts)
    session.flush()
    for code, organisation in organisations.items():
        _verified(
            session,
            organisation,
            _manager_of(organisation, managers),
            organisation_times(code, now, earlier=earlier[code])[1],
        )
    for line, need in needs:
        poster, manager = posters[need.organisation.id], _manager_of(need.organisation, managers)
        need.posted_by = poster
        times = need_times(line.code, line.state, now, earlier=earlier[line.code])
        session.add_all(_moves(need, poster, manager, times))
    session.flush()
    return people, managers


def _manager_of(organisation: Organisation, managers: Mapping[str, User]) -> User:
    """Who answers for the organisation's place: the province's manager, where the demo has one, else the national."""
    return managers.get(prefix_of(organisation.jurisdiction_code)[:2], managers[""])


def _verified(session: Session, organisation: Organisation, manager: User, at: datetime) -> None:
    name = {Verification.VERIFIED: "verify", Verification.RETURNED: "return"}.get(organisation.verification)
    if name is not None:
        subject, note = Subject.ORGANISATION, organisation.verification_note
        change = (Verification.PENDING, organisation.verification)
        session.add(_move(subject, organisation.id, name, change, (manager, Role.MANAGER), at, note))


def _moves(need: Need, poster: User, manager: User, times: NeedTimes) -> list[StateChange]:
    """The moves by which the need came to its state."""
    if need.state == NeedState.DRAFT:
        return []
    change = (NeedState.DRAFT, NeedState.SUBMITTED)
    moves = [_move(Subject.NEED, need.id, "submit", change, (poster, Role.EMPLOYER), times.submitted)]
    if need.state != NeedState.SUBMITTED:
        name = "publish" if need.state == NeedState.PUBLISHED else "return"
        decision = (NeedState.SUBMITTED, need.state)
        by = (manager, Role.MANAGER)
        moves.append(_move(Subject.NEED, need.id, name, decision, by, times.decided, need.state_note))
    return moves


def _move(
    subject: Subject,
    subject_id: int,
    name: str,
    change: tuple[str, str],
    by: tuple[User, Role],
    at: datetime,
    reason: str = "",
) -> StateChange:
    return StateChange(
        subject=subject,
        subject_id=subject_id,
        move=name,
        source=change[0],
        target=change[1],
        actor_id=by[0].id,
        role=by[1],
        reason=reason,
        at=at,
    )
