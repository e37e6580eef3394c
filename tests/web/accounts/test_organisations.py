"""Organisations: registered, verified by the manager of the place, returned with a reason, kept up to date."""

from __future__ import annotations

from typing import Any

import pytest
from factories import LANZHOU, Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Notification, Organisation, OutboxEntry, StateChange, User
from models.choices import NeedState, OrganisationKind, Role, Subject, Verification
from models.state_machine import MoveError
from web.services import organisations
from web.services.access import actor_for
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.organisation_details import Details, read_credit_code


def details(**changes: Any) -> Details:
    given = {"name": "盐池县滩羊研究所", "kind": OrganisationKind.INSTITUTE, "region_code": "640323"}
    return Details(**{**given, **changes})


def edit(session: Session, organisation: Organisation, by: User, **changes: Any) -> None:
    code, version = changes.pop("credit_code", organisation.credit_code), changes.pop("version", organisation.version)
    organisations.edit(
        session,
        organisation,
        credit_code=code,
        version=version,
        details=details(**{"name": organisation.name, **changes}),
        by=actor_for(session, by),
    )
    session.flush()


@pytest.mark.parametrize("state", [Verification.PENDING, Verification.RETURNED])
def test_manager_of_the_place_verifies(session: Session, make: Maker, state: Verification) -> None:
    organisation = make.organisation(verification=state)
    user, _ = make.employer(organisation)
    manager = make.manager("6405")
    organisations.verify(session, organisation, by=actor_for(session, manager))
    session.flush()
    assert organisation.verification == Verification.VERIFIED
    move = session.scalars(select(StateChange)).one()
    assert (move.subject, move.move, move.actor_id, move.role) == (
        Subject.ORGANISATION,
        "verify",
        manager.id,
        Role.MANAGER,
    )
    assert session.scalars(select(Notification.user_id)).all() == [user.id]


def test_return_names_the_reason_and_tells_the_people(session: Session, make: Maker) -> None:
    organisation = make.organisation(verification=Verification.PENDING)
    user, _ = make.employer(organisation)
    by = actor_for(session, make.manager())
    organisations.return_(session, organisation, reason=" 名称与代码不符 ", by=by)
    session.flush()
    assert (organisation.verification, organisation.verification_note) == (Verification.RETURNED, "名称与代码不符")
    notice = session.scalars(select(Notification)).one()
    assert (notice.user_id, notice.path) == (user.id, "/employer/organisation")
    assert "名称与代码不符" in notice.text_zh


def test_return_without_a_reason_is_impossible(session: Session, make: Maker) -> None:
    organisation = make.organisation(verification=Verification.PENDING)
    with pytest.raises(MoveError):
        organisations.return_(session, organisation, reason="  ", by=actor_for(session, make.manager()))
    assert organisation.verification == Verification.PENDING


@pytest.mark.parametrize("verb", ["verify", "return_"])
def test_others_cannot_check_it(session: Session, make: Maker, verb: str) -> None:
    organisation = make.organisation(verification=Verification.PENDING)
    employer, _ = make.employer(organisation)
    more = {"reason": "不符"} if verb == "return_" else {}
    for person in (employer, make.manager("62"), make.administrator(), make.user()):
        with pytest.raises(NotAllowedError):
            getattr(organisations, verb)(session, organisation, by=actor_for(session, person), **more)
    assert organisation.verification == Verification.PENDING


def test_nobody_verifies_an_organisation_of_their_own(session: Session, make: Maker) -> None:
    organisation = make.organisation(verification=Verification.PENDING)
    manager = make.manager("64")
    make.grant(manager, Role.EMPLOYER, organisation_id=organisation.id)
    with pytest.raises(NotAllowedError, match="act for"):
        organisations.verify(session, organisation, by=actor_for(session, manager))


def test_queue_holds_what_waits_in_the_jurisdiction_oldest_first(session: Session, make: Maker) -> None:
    ours = [make.organisation(verification=Verification.PENDING) for _ in range(3)]
    make.organisation(verification=Verification.VERIFIED)
    lanzhou = make.organisation(verification=Verification.PENDING, region_code=LANZHOU)
    corps = make.organisation(verification=Verification.PENDING, region_code="659001", is_xpcc=True)

    def queue(prefix: str) -> list[Organisation]:
        by = actor_for(session, make.manager(prefix))
        return list(session.scalars(organisations.pending_for(session, by=by)))

    assert queue("64") == ours
    assert queue("62") == [lanzhou]
    assert queue("66") == [corps]
    assert queue("65") == []
    assert queue("") == [*ours, lanzhou, corps]


def test_queue_waits_until_somebody_has_confirmed_an_address(session: Session, make: Maker, credential_of: Any) -> None:
    organisation = make.organisation(verification=Verification.PENDING)
    user = make.user(confirmed=False)
    make.grant(user, Role.EMPLOYER, organisation_id=organisation.id)
    by = actor_for(session, make.manager())
    assert session.scalars(organisations.pending_for(session, by=by)).all() == []
    credential_of(user).confirmed_at = user.created_at.replace(tzinfo=None)
    session.flush()
    assert session.scalars(organisations.pending_for(session, by=by)).all() == [organisation]


def test_only_managers_have_a_queue(session: Session, make: Maker) -> None:
    with pytest.raises(NotAllowedError):
        organisations.pending_for(session, by=actor_for(session, make.administrator()))


@pytest.mark.parametrize("field", ["name", "credit_code"])
def test_new_name_or_code_of_a_verified_organisation_asks_for_a_new_check(
    session: Session, make: Maker, field: str
) -> None:
    user, organisation = make.employer()
    edit(session, organisation, user, **{field: "改了名的单位" if field == "name" else make.credit_code()})
    assert organisation.verification == Verification.PENDING
    assert session.scalars(select(StateChange.move)).all() == ["resubmit"]


def test_other_changes_keep_the_verification(session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    edit(session, organisation, user, intro="新的简介", kind=OrganisationKind.HOSPITAL)
    assert (organisation.verification, organisation.intro) == (Verification.VERIFIED, "新的简介")


def test_change_has_the_published_needs_indexed_anew(session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    published = make.need(organisation)
    make.need(organisation, state=NeedState.DRAFT)
    edit(session, organisation, user, name="改了名的单位")
    assert session.scalars(select(OutboxEntry.subject_id)).all() == [published.id]


def test_returned_organisation_is_submitted_again_by_its_people(session: Session, make: Maker) -> None:
    organisation = make.organisation(verification=Verification.RETURNED)
    user, _ = make.employer(organisation)
    organisations.resubmit(session, organisation, by=actor_for(session, user))
    assert organisation.verification == Verification.PENDING
    with pytest.raises(NotAllowedError):
        organisations.resubmit(session, organisation, by=actor_for(session, make.employer()[0]))


def test_returned_home_institution_is_submitted_again_by_its_officer(session: Session, make: Maker) -> None:
    organisation = make.organisation(verification=Verification.RETURNED, region_code="320100")
    officer = make.user()
    make.grant(officer, Role.INSTITUTION, organisation_id=organisation.id)
    organisations.resubmit(session, organisation, by=actor_for(session, officer))
    assert organisation.verification == Verification.PENDING


def test_verified_one_need_not_be_submitted_again(session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    with pytest.raises(ConflictError):
        organisations.resubmit(session, organisation, by=actor_for(session, user))
    assert organisation.verification == Verification.VERIFIED


def test_code_of_another_organisation_cannot_be_taken(session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    with pytest.raises(InvalidError) as caught:
        edit(session, organisation, user, credit_code=make.organisation().credit_code)
    assert [problem.field for problem in caught.value.problems] == ["credit_code"]


def test_change_of_a_stale_page_is_refused(session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    seen = organisation.version
    edit(session, organisation, user, intro="先改的")
    with pytest.raises(ConflictError):
        edit(session, organisation, user, intro="后改的", version=seen)
    assert organisation.intro == "先改的"


def test_others_neither_see_nor_change_it(session: Session, make: Maker) -> None:
    stranger, _ = make.employer()
    organisation = make.organisation()
    with pytest.raises(NotFoundError):
        organisations.get_mine(session, credit_code=organisation.credit_code, by=actor_for(session, stranger))
    with pytest.raises(NotAllowedError):
        edit(session, organisation, stranger, intro="别人的")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"intro": "字" * 501}, "intro"),
        ({"region_code": "999999"}, "province"),
        ({"region_code": "310000"}, "province"),
    ],
)
def test_service_names_the_field_that_is_wrong(
    session: Session, make: Maker, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        organisations.register(session, credit_code=make.credit_code(), details=details(**changes), role=Role.EMPLOYER)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_same_code_registered_twice_at_once_is_a_conflict(session: Session, make: Maker) -> None:
    known = make.organisation()
    with pytest.raises(ConflictError):
        organisations.register(session, credit_code=known.credit_code, details=details(), role=Role.EMPLOYER)
    session.rollback()


@pytest.mark.parametrize("written", ["91640521MA76XG4T3Q", "ABC", "", "9164052100000000I0", "１"])
def test_code_with_a_wrong_check_character_is_refused(written: str) -> None:
    with pytest.raises(InvalidError):
        read_credit_code(written)


def test_page_says_what_is_wrong_and_offers_the_next_step(browser: Any, make: Maker) -> None:
    organisation = make.organisation(verification=Verification.RETURNED, verification_note="名称与证书不符")
    visitor = browser(make.employer(organisation)[0])
    page = visitor.get("/employer/organisation").text
    assert "名称与证书不符" in page
    assert f'action="/employer/organisation/{organisation.credit_code}/resubmit"' in page
    visitor.post(f"/employer/organisation/{organisation.credit_code}/resubmit")
    assert "正在等待当地管理人员核验" in visitor.get("/employer/organisation").text


def test_edit_page_starts_from_what_is_known_and_saves(browser: Any, session: Session, make: Maker) -> None:
    user, organisation = make.employer()
    path = f"/employer/organisation/{organisation.credit_code}/edit"
    visitor = browser(user)
    page = visitor.get(path).text
    for code in ("640000", "640500", "640521"):
        assert f'selected value="{code}"' in page
    form = {
        "credit_code": organisation.credit_code,
        "name": organisation.name,
        "kind": "hospital",
        "province": "640000",
        "city": "640000",
        "intro": "改过的简介",
        "version": str(organisation.version),
    }
    assert visitor.post(path, data={**form, "intro": "字" * 501}).status_code == 422
    assert visitor.post(path, data=form).location == path.removesuffix("/edit")
    session.refresh(organisation)
    assert (organisation.intro, organisation.region_code) == ("改过的简介", "640000")
    assert visitor.post(path, data=form).status_code == 409


def test_page_of_another_organisation_is_not_found(browser: Any, make: Maker) -> None:
    other = make.organisation()
    visitor = browser(make.employer()[0])
    for path in ("", "/edit"):
        assert visitor.get(f"/employer/organisation/{other.credit_code}{path}").status_code == 404
    assert visitor.post(f"/employer/organisation/{other.credit_code}/resubmit").status_code == 404
