"""The expert sees the scores that employers see, can say no for good, and is told what rules keep away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from factories import Maker
from sqlalchemy.orm import Session

from models import Expert, Need, User, Work
from models.choices import DismissalReason, ExpertState, NeedState, Place
from web.matching import Matching
from web.services.access import Actor
from web.services.errors import InvalidError, NotAllowedError, NotFoundError
from web.services.need_submission import today_in_china
from web.services.profile_board import profile_board
from web.services.profile_sections import Expertise
from web.services.profiles import save_section
from web.services.ranking import board_of
from web.services.recommend_dismissals import NOTE_CHARS, dismiss, dismissed, restore
from web.services.recommend_filters import NeedWishes
from web.services.recommend_misses import near_misses
from web.services.recommendations import Outlook, outlook
from web.services.values import expert_value

By = Callable[[User | Expert], Actor]
Indexed = Callable[[], Matching]
TOPICS = ("枸杞炭疽病", "苹果腐烂病", "奶牛乳房炎", "风机叶片除冰", "棉田滴灌", "高原肺水肿")


@pytest.fixture
def needs(make: Maker) -> list[Need]:
    """Six needs of different fields, in two provinces, for five to thirty days."""
    places = (make.organisation(), make.organisation(region_code="620100"))
    return [
        make.need(
            places[n % 2],
            title=f"{topic}怎么办",
            problem=f"{topic}多年没有解决。",
            keywords=(topic,),
            modes=("service_mission",) if n % 2 else ("service_mission", "remote_consulting"),
            days_per_year=5.0 * (n + 1),
            place=Place.REMOTE if n == 2 else Place.EITHER,
        )
        for n, topic in enumerate(TOPICS)
    ]


@pytest.fixture
def seen(session: Session, indexed: Indexed, expert: Expert, by: By) -> Callable[[], Outlook]:
    """What the expert sees once everything is indexed."""

    def look() -> Outlook:
        found = outlook(session, matching=indexed(), by=by(expert))
        assert found is not None
        return found

    return look


Seen = Callable[[], Outlook]
ALL = 1000


def listed(found: Outlook, wishes: NeedWishes | None = None) -> list[str]:
    return [one.need.code for one in found.page(wishes or NeedWishes(), size=ALL).items]


def test_expert_and_employer_see_the_same_score_band_parts_evidence_and_rules(
    session: Session, make: Maker, needs: list[Need], seen: Seen, expert: Expert, indexed: Indexed
) -> None:
    for n, topic in enumerate(TOPICS):
        make.expert(bio=f"研究{topic}。", works=[Work(position=0, title=f"{topic}的研究 {n}", year=2020)])
    found = seen()
    page = found.page(NeedWishes(), size=ALL)
    assert len(page.items) == len(needs)
    for one in page.items:
        theirs = board_of(session, matching=indexed(), need=one.need).matches([expert.code])[expert.code]
        for part in ("score", "raw_score", "band", "parts", "evidence", "rules"):
            assert getattr(one.match, part) == getattr(theirs, part), part
        why = found.why(one.need.code)
        assert why.match == one.match and why.rank == one.rank


def test_list_is_in_the_order_of_the_scores_and_ranks_count_what_is_shown(needs: list[Need], seen: Seen) -> None:
    items = seen().page(NeedWishes(), size=ALL).items
    assert [one.rank for one in items] == list(range(1, len(needs) + 1))
    scores = [one.match.raw_score for one in items]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) > 1
    assert [one.position.percentile for one in items] == [83, 66, 50, 33, 16, None]


@pytest.mark.parametrize(
    ("wishes", "kept"),
    [
        (NeedWishes(province=("64",)), {0, 2, 4}),
        (NeedWishes(province=("64", "62")), {0, 1, 2, 3, 4, 5}),
        (NeedWishes(mode=("remote_consulting",)), {0, 2, 4}),
        (NeedWishes(place=("remote",)), {2}),
        (NeedWishes(days=12.5), {0, 1}),
        (NeedWishes(province=("62",), days=20), {1, 3}),
        (NeedWishes(programme=("nowhere",)), set()),
    ],
)
def test_filters_keep_what_they_say_and_leave_ranks_alone(
    needs: list[Need], seen: Seen, wishes: NeedWishes, kept: set[int]
) -> None:
    found = seen()
    ranks = {one.need.code: one.rank for one in found.page(NeedWishes(), size=ALL).items}
    page = found.page(wishes, size=ALL)
    assert {one.need.code for one in page.items} == {needs[n].code for n in kept}
    assert all(one.rank == ranks[one.need.code] for one in page.items)
    for facet, counts in found.counts(wishes).items():
        for value, count in counts.items():
            others = {name: getattr(wishes, name) for name in ("province", "programme", "mode", "place", "days")}
            assert count == len(listed(found, NeedWishes(**{**others, facet: (value,)})))


def test_only_open_needs_are_recommended(make: Maker, needs: list[Need], seen: Seen, session: Session) -> None:
    for state in NeedState:
        make.need(title=f"枸杞炭疽病 {state}", state=state)
    make.need(title="枸杞炭疽病，已截止", deadline=today_in_china() - timedelta(days=1))
    rows = {need.code: need for need in session.query(Need)}
    codes = listed(seen())
    assert len(codes) == len(needs) + 1
    assert all(rows[code].state == NeedState.PUBLISHED and rows[code].deadline >= today_in_china() for code in codes)


def test_dismissed_need_leaves_the_list_at_once_and_stays_away_after_reindexing(
    session: Session, needs: list[Need], seen: Seen, expert: Expert, by: By, indexed: Indexed
) -> None:
    before = listed(seen())
    dismiss(session, by=by(expert), code=before[0], reason=DismissalReason.TIME, note="明年没有时间")
    assert listed(seen()) == before[1:]
    save_section(session, by=by(expert), section=Expertise(bio="研究枸杞炭疽病，改过的专长。", keywords=("枸杞",)))
    need = session.query(Need).filter_by(code=before[0]).one()
    need.problem += "请尽快。"
    indexed()
    assert before[0] not in listed(seen())
    ((kept, row),) = dismissed(session, expert_id=expert.id)
    assert (row.code, kept.reason, kept.note) == (before[0], DismissalReason.TIME, "明年没有时间")
    restore(session, by=by(expert), code=before[0])
    assert set(listed(seen())) == set(before) and not dismissed(session, expert_id=expert.id)


def test_dismissing_again_changes_the_reason_and_restoring_twice_does_nothing(
    session: Session, needs: list[Need], expert: Expert, by: By
) -> None:
    code = needs[0].code
    dismiss(session, by=by(expert), code=code, reason=DismissalReason.TIME)
    dismiss(session, by=by(expert), code=code, reason=DismissalReason.OTHER, note="想好了")
    ((row, _),) = dismissed(session, expert_id=expert.id)
    assert (row.reason, row.note) == (DismissalReason.OTHER, "想好了")
    restore(session, by=by(expert), code=code)
    restore(session, by=by(expert), code=code)
    assert not dismissed(session, expert_id=expert.id)


def test_dismissal_is_the_experts_own(session: Session, make: Maker, needs: list[Need], expert: Expert, by: By) -> None:
    other, code = make.expert(make.user()), needs[0].code
    dismiss(session, by=by(expert), code=code, reason=DismissalReason.FIELD)
    assert not dismissed(session, expert_id=other.id)
    restore(session, by=by(other), code=code)
    assert dismissed(session, expert_id=expert.id)
    with pytest.raises(NotAllowedError):
        dismiss(session, by=by(make.manager()), code=code, reason=DismissalReason.FIELD)


def test_needs_that_are_not_published_cannot_be_dismissed_or_explained(
    session: Session, make: Maker, expert: Expert, by: By, seen: Seen
) -> None:
    for state in (NeedState.DRAFT, NeedState.SUBMITTED, NeedState.WITHDRAWN):
        need = make.need(state=state)
        with pytest.raises(NotFoundError):
            dismiss(session, by=by(expert), code=need.code, reason=DismissalReason.FIELD)
        with pytest.raises(NotFoundError):
            seen().why(need.code)


def test_note_of_a_dismissal_has_a_limit(session: Session, needs: list[Need], expert: Expert, by: By) -> None:
    with pytest.raises(InvalidError) as error:
        dismiss(session, by=by(expert), code=needs[0].code, reason=DismissalReason.OTHER, note="字" * (NOTE_CHARS + 12))
    assert error.value.sentence.zh == "“补充说明”最多 300 字，现在 312 字"


def test_rules_that_keep_needs_away_are_counted_with_those_that_lack_nothing_else(
    make: Maker, needs: list[Need], seen: Seen, expert: Expert
) -> None:
    expert.days_per_year, expert.title = 12.0, "副教授"
    make.need(title="只差职称", min_title="正高", days_per_year=5.0)
    both = make.need(title="天数和职称都差", min_title="正高", days_per_year=90.0)
    make.need(title="方式不合", modes=("technology_deputy",), days_per_year=5.0)
    found = seen()
    groups = {group.rule: (group.count, group.alone) for group in found.groups()}
    assert groups == {"days_per_year": (5, 4), "min_title": (2, 1), "mode": (1, 1)}
    assert len(found.excluded) == 7 and len(listed(found)) == 2
    why = found.why(both.code)
    assert {rule.rule for rule in why.failed} == {"days_per_year", "min_title"}
    assert why.rank is None and why.match is not None


def test_needs_that_fit_well_behind_conditions_are_named_with_what_fails(
    make: Maker, needs: list[Need], seen: Seen
) -> None:
    organisation = make.organisation()
    fitting = make.need(
        organisation,
        title="枸杞炭疽病怎么防",
        problem="枸杞炭疽病菌随降雨流行，病果率高。",
        min_title="正高",
        days_per_year=90.0,
    )
    far = make.need(
        organisation, title="网站改版", problem="主页太旧。", goal="", keywords=("网页",), days_per_year=90.0
    )
    found = seen()
    assert {fitting.code, far.code} == set(found.excluded)
    assert [one.need.code for one in near_misses(found)] == [fitting.code]
    (miss,) = near_misses(found)
    match = found.why(fitting.code).match
    assert match is not None and miss.band == match.band == "strong"
    assert {rule.rule for rule in miss.failed} == {"min_title", "days_per_year"}


def test_draft_is_previewed_with_the_needs_that_it_would_match(
    session: Session, needs: list[Need], seen: Seen, expert: Expert, indexed: Indexed
) -> None:
    as_public = seen().page(NeedWishes(), size=ALL).items
    expert.state = ExpertState.HIDDEN
    session.flush()
    matching = indexed()
    from models.choices import Subject
    from web.services.journal import note_change  # the index takes the hidden profile out

    note_change(session, Subject.EXPERT, expert.id)
    matching = indexed()
    assert matching.snapshot().get(expert.code) is None
    as_draft = seen().page(NeedWishes(), size=ALL).items
    assert {one.need.code for one in as_draft} == {one.need.code for one in as_public}
    assert matching.snapshot().get(expert.code) is None, "a preview adds nothing to the index"


def test_change_of_the_profile_shows_before_it_is_indexed(
    session: Session, needs: list[Need], seen: Seen, expert: Expert, by: By, matching: Matching
) -> None:
    seen()
    expert.works = []
    save_section(session, by=by(expert), section=Expertise(bio="高原肺水肿的防治。"))
    found = outlook(session, matching=matching, by=by(expert))
    assert found is not None
    first = found.page(NeedWishes(), size=1).items[0]
    assert first.match.evidence[0].text == "高原肺水肿的防治。"


def test_profile_without_text_has_an_empty_list_and_reasons_none(
    session: Session, needs: list[Need], seen: Seen, expert: Expert
) -> None:
    expert.bio, expert.keywords, expert.works, expert.state = "", (), [], ExpertState.DRAFT
    found = seen()
    assert listed(found) == [] and not found.has_text
    assert found.why(needs[0].code).match is None


def test_without_needs_there_is_an_empty_list(seen: Seen) -> None:
    found = seen()
    assert listed(found) == [] and found.groups() == ()


def test_before_the_profile_there_is_no_outlook(session: Session, indexed: Indexed, person: User, by: By) -> None:
    assert outlook(session, matching=indexed(), by=by(person)) is None


def test_dates_are_in_the_future_of_the_fixtures() -> None:
    assert today_in_china() < date(2027, 6, 30), "the factories' needs have passed their deadline; move it"


def test_what_is_worked_out_for_a_profile_is_kept_and_is_that_profiles_alone(
    session: Session, make: Maker, needs: list[Need], indexed: Indexed
) -> None:
    cows = Work(position=0, title="奶牛乳房炎的防治", year=2021)
    wolfberry, dairy = make.expert(), make.expert(bio="研究奶牛乳房炎。", keywords=("奶牛乳房炎",), works=[cows])
    matching = indexed()
    boards = [profile_board(matching, expert_value(one), is_public=True) for one in (wolfberry, dairy, wolfberry)]
    assert boards[0] is boards[2]
    evidence = [board.matches([needs[0].code])[0].evidence[0].text for board in boards[:2]]
    assert "枸杞" in evidence[0] and "奶牛" in evidence[1]
    needs[0].state = NeedState.CLOSED
    session.commit()
    assert needs[0].code not in profile_board(indexed(), expert_value(wolfberry), is_public=True).table.numbers
