"""Only the need's employer and managers who answer for it see its matches; contact data is in no answer at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Expert, Need, User
from models.choices import ExpertState, NeedState, Role
from web.matching import Matching

Browser = Callable[[User], FlaskClient]
Many = Callable[[int], list[Expert]]
Indexed = Callable[[], Matching]

PAGES = (
    "/employer/needs/{need}/matches",
    "/employer/needs/{need}/matches/{expert}",
    "/employer/needs/{need}/why-not?q={expert}",
    "/employer/needs/{need}/excluded/min_title",
    "/employer/needs/{need}/compare?compare={expert}",
    "/employer/needs/{need}/matches.xlsx",
)
OWN = ("/employer/needs/{need}/shortlist",)
"""What managers do not see."""


@pytest.fixture
def place(employer: tuple[User, Need], many: Many, indexed: Indexed) -> tuple[User, Need, Expert]:
    experts = many(12)
    indexed()
    return (*employer, experts[0])


def answers(client: FlaskClient, pages: tuple[str, ...], need: Need, expert: Expert) -> list[int]:
    return [client.get(page.format(need=need.code, expert=expert.code)).status_code for page in pages]


def test_the_employer_of_the_need_sees_every_page(place: tuple[User, Need, Expert], browser: Browser) -> None:
    user, need, expert = place
    assert answers(browser(user), PAGES + OWN, need, expert) == [200] * 7


def test_another_employer_is_not_told_that_the_need_exists(
    place: tuple[User, Need, Expert], browser: Browser, make: Maker
) -> None:
    _, need, expert = place
    other, _ = make.employer()
    client = browser(other)
    assert answers(client, PAGES + OWN, need, expert) == [404] * 7
    url = f"/employer/needs/{need.code}"
    assert client.post(f"{url}/shortlist/{expert.code}", data={"on": "1"}).status_code == 404
    assert client.post(f"{url}/shortlist/{expert.code}/note", data={"note": "x"}).status_code == 404
    assert client.post(f"{url}/matches/wishes", data={}).status_code == 404


@pytest.mark.parametrize(("prefix", "status"), [("64", 200), ("6405", 200), ("", 200), ("62", 404), ("65", 404)])
def test_a_manager_sees_the_list_within_the_jurisdiction_but_never_the_shortlist(
    place: tuple[User, Need, Expert], browser: Browser, make: Maker, prefix: str, status: int
) -> None:
    _, need, expert = place
    client = browser(make.manager(prefix))
    assert answers(client, PAGES, need, expert) == [status] * 6
    assert answers(client, OWN, need, expert) == [403]
    url = f"/employer/needs/{need.code}"
    assert client.post(f"{url}/shortlist/{expert.code}", data={"on": "1"}).status_code == 403
    assert client.post(f"{url}/matches/wishes", data={}).status_code == 403
    page = client.get(f"{url}/matches").text
    assert ("收藏" in page, "短名单" in page) == (False, False)


def test_a_manager_does_not_see_a_draft(
    place: tuple[User, Need, Expert], browser: Browser, make: Maker, session: Session
) -> None:
    _, need, expert = place
    need.state = NeedState.DRAFT
    session.commit()
    assert answers(browser(make.manager("64")), PAGES, need, expert) == [404] * 6


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ADMINISTRATOR])
def test_experts_and_administrators_have_no_business_there(
    place: tuple[User, Need, Expert], browser: Browser, make: Maker, role: Role
) -> None:
    _, need, expert = place
    user = make.user()
    make.grant(user, role)
    assert answers(browser(user), PAGES + OWN, need, expert) == [403] * 7


def test_a_visitor_is_sent_to_sign_in(place: tuple[User, Need, Expert], client: FlaskClient) -> None:
    _, need, expert = place
    assert answers(client, (*PAGES, *OWN, "/experts/{expert}"), need, expert) == [302] * 8


def test_an_expert_sees_only_the_own_public_part(browser: Browser, make: Maker, session: Session) -> None:
    user = make.user()
    own, other = make.expert(user, state=ExpertState.DRAFT), make.expert()
    client = browser(user)
    assert client.get(f"/experts/{own.code}").status_code == 200
    assert client.get(f"/experts/{other.code}").status_code == 403
    assert client.get("/experts/ZJ-none").status_code == 403


@pytest.mark.parametrize("state", [ExpertState.DRAFT, ExpertState.HIDDEN])
def test_a_profile_that_is_not_public_is_not_found(browser: Browser, make: Maker, state: ExpertState) -> None:
    user, _ = make.employer()
    assert browser(user).get(f"/experts/{make.expert(state=state).code}").status_code == 404


def test_contact_data_is_in_no_page_and_in_no_file(
    place: tuple[User, Need, Expert], browser: Browser, session: Session
) -> None:
    user, need, expert = place
    secrets = [text for row in session.query(Expert) for text in (row.phone, row.email)]
    secrets += [need.contact_phone, need.contact_name]
    assert len(secrets) == 26 and all(secrets)
    client = browser(user)
    client.post(f"/employer/needs/{need.code}/shortlist/{expert.code}", data={"on": "1"})
    for page in (*PAGES, *OWN, "/experts/{expert}", "/experts/{expert}?need={need}"):
        answer = client.get(page.format(need=need.code, expert=expert.code))
        assert answer.status_code == 200
        texts = [answer.text] if answer.mimetype == "text/html" else _cells(answer.data)
        found = [secret for secret in secrets for text in texts if secret in text]
        assert not found, (page, found)
        assert not [text for text in texts if re.search(r"199\d{8}", text)], page


def _cells(data: bytes) -> list[str]:
    sheets = openpyxl.load_workbook(BytesIO(data)).worksheets
    return [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_personal_columns_cannot_even_be_reached_from_what_the_list_reads(
    place: tuple[User, Need, Expert], session: Session
) -> None:
    from sqlalchemy.exc import InvalidRequestError

    from web.services.ranking import public_experts

    session.expunge_all()
    (row,) = public_experts(session, [place[2].code]).values()
    for name in ("phone", "email", "id_number"):
        with pytest.raises(InvalidRequestError):
            getattr(row, name)
