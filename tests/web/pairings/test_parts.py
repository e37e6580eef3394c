"""The parts of a mode in the form of terms: what is shown, rows, errors beside fields, who can supply what lacks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Document, EnclaveSite, Pairing, User
from models.choices import DocumentKind, PairingState, TieKind

Browser = Callable[[User], FlaskClient]
_S = PairingState
FORM = {"starts": "2027-03-01", "ends": "2027-12-31", "days_per_year": "10"}
SECTIONS = ("team", "legs", "site", "mentor", "trainees", "milestones", "clearance", "declarations")


def form(pairing: Pairing | None = None, **values: Any) -> dict[str, Any]:
    version = "0" if pairing is None else str(pairing.version)
    return {"version": version, "request_id": str(uuid4()), **FORM, **values}


def only(session: Session) -> Pairing:
    session.expire_all()
    return session.scalars(select(Pairing)).one()


@pytest.fixture
def url(cast: Cast, session: Session) -> Callable[[str], str]:
    """The address at which the expert is invited in that mode, the only one that both want."""

    def of(mode: str) -> str:
        cast.need.modes = cast.expert.modes = (mode,)
        session.flush()
        return f"/pairings/invite/{cast.need.code}/{cast.expert.code}"

    return of


def beside(page: str) -> list[str]:
    return re.findall(r'<p class="error-text"><span class="visually-hidden">错误：</span>([^<]*)</p>', page)


@pytest.mark.parametrize(
    ("mode", "sections"),
    [
        ("dual_appointment", {"declarations"}),
        ("talent_enclave", {"site"}),
        ("technology_deputy", {"declarations"}),
        ("service_mission", {"team", "declarations"}),
        ("extension_exchange", {"legs"}),
        ("training", {"trainees"}),
        ("apprenticeship", {"mentor", "trainees"}),
        ("joint_research", {"team", "milestones"}),
        ("remote_consulting", set()),
    ],
)
def test_only_what_the_mode_has_is_asked(
    cast: Cast, browser: Browser, url: Callable[[str], str], mode: str, sections: set[str]
) -> None:
    page = browser(cast.employer).get(url(mode)).text
    assert {one for one in SECTIONS if f'id="part-{one}"' in page} == sections


def test_high_places_ask_for_fitness_and_the_paper(cast: Cast, browser: Browser, url: Callable[[str], str]) -> None:
    cast.need.altitude_m, cast.expert.altitude_ok = 3650.0, None
    page = browser(cast.employer).get(url("training")).text
    assert 'name="altitude_ok"' in page and 'name="clearance_file"' in page and 'name="altitude_m"' not in page


def test_team_is_written_and_changes_take_back_the_others_agreement(
    cast: Cast, browser: Browser, session: Session
) -> None:
    pairing = cast.pairing(_S.ACCEPTED)
    other = cast.make.expert(cast.make.user(), name="苗团长", institution="江南大学")
    rows = {
        "members-0-code": other.code.lower(),
        "members-0-role": "leader",
        "members-0-civil": "no",
        "members-2-name": "田团员",
        "members-2-institution": "某站",
        "members-2-civil": "yes",
        "members-3-role": "member",
    }
    sent = form(pairing, mode="service_mission", is_civil_servant="no", **rows)
    visitor = browser(cast.employer)
    for _again in range(2):
        assert visitor.post(f"/pairings/{pairing.code}/revise", data=sent).status_code == 303
    changed = only(session)
    team = [(one.name, one.institution, one.is_leader, one.is_civil_servant) for one in changed.members]
    assert team == [("苗团长", "江南大学", True, False), ("田团员", "某站", False, True)]
    assert changed.details == {"is_civil_servant": False}
    assert changed.expert_agreed_at is None and changed.employer_agreed_at is not None
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert "苗团长 · 江南大学" in page and "不得参加" in page
    assert visitor.get(f"/pairings/{pairing.code}/revise").text.count('aria-label="删除 第') == 2


def test_rows_come_and_go_without_scripts_and_nothing_is_saved(
    cast: Cast, browser: Browser, session: Session, url: Callable[[str], str]
) -> None:
    visitor, place = browser(cast.employer), url("extension_exchange")
    assert 'name="legs-1-name"' in visitor.get(place).text
    sent = form(mode="extension_exchange", **{"legs-0-name": "江工", "legs-0-direction": "west", "legs-1-name": "马工"})
    more = visitor.post(place, data={**sent, "add": "legs"}).text
    assert 'name="legs-2-name"' in more and 'value="江工"' in more and 'value="马工"' in more
    less = visitor.post(place, data={**sent, "remove": "legs-0"}).text
    assert 'value="江工"' not in less and 'value="马工"' in less
    part = visitor.post(place, data={**sent, "add": "legs"}, headers={"HX-Request": "true"}).text
    assert "<html" not in part and 'name="legs-2-name"' in part
    assert session.scalars(select(Pairing)).all() == []


@pytest.mark.parametrize(
    ("mode", "values", "message"),
    [
        ("service_mission", {"members-4-name": "田团员"}, "请选择是否公务员或参公管理人员"),
        ("service_mission", {"members-0-code": "ZJ99999", "members-0-civil": "no"}, "没有这个编号的公开专家资料"),
        ("service_mission", {"members-0-code": "{own}", "members-0-civil": "no"}, "专家本人已在这次对接中，不用再列"),
        ("service_mission", {"members-0-institution": "某站", "members-0-civil": "no"}, "请填姓名，或填专家编号"),
        ("extension_exchange", {"legs-0-name": "江工", "legs-0-organisation": "站", "legs-0-starts": "2027-03-01",
                                "legs-0-ends": "2028-03-01"}, "日期应在期限 2027-03-01 – 2027-12-31 内"),
        ("extension_exchange", {"legs-0-starts": "春天"}, "“从”填了“春天”，应是日期，例如 2027-06-30"),
        ("apprenticeship", {"mentor_share": "120"}, "“导师承担的专业课比例”填 0 至 100"),
        ("apprenticeship", {"mentor_years": "三"}, "“导师从业年限”填了“三”，应是数字，例如 15"),
        ("apprenticeship", {"trainees": "3", "certificates_planned": "4"}, "发证人数不能超过培训人数"),
        ("training", {"trainees": "3.5"}, "请填整数"),
        ("joint_research", {"milestones-0-title": "育种", "milestones-0-budget": "5"}, "请选日期"),
        ("technology_deputy", {"institution_ties": ["none", "equity"]}, "选了“没有”，又选了关系，请核对"),
        ("talent_enclave", {"site_id": "7"}, "请从本单位的飞地站点中选"),
        ("talent_enclave", {"west_days": "90"}, "西部 90 天多于每年 10 天，请减少，或增加每年天数"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_values_stay(
    cast: Cast,
    browser: Browser,
    session: Session,
    url: Callable[[str], str],
    mode: str,
    values: dict[str, Any],
    message: str,
) -> None:
    given = {key: cast.expert.code if value == "{own}" else value for key, value in values.items()}
    answer = browser(cast.employer).post(url(mode), data=form(mode=mode, **given))
    assert answer.status_code == 422 and message in beside(answer.text)
    for value in given.values():
        assert all(
            f'value="{one}"' in answer.text for one in ([value] if isinstance(value, str) else value) if one != "7"
        )
    assert session.scalars(select(Pairing)).all() == []


def test_answers_are_kept_and_what_is_not_said_stays_open(
    cast: Cast, browser: Browser, session: Session, url: Callable[[str], str]
) -> None:
    site = EnclaveSite(organisation=cast.host, name="上海站", region_code="310000", places=1)
    session.add(site)
    session.flush()
    sent = form(mode="talent_enclave", site_id=str(site.id), days_per_year="30", west_days="20 天")
    assert browser(cast.employer).post(url("talent_enclave"), data=sent).status_code == 303
    made = only(session)
    assert (made.site_id, made.details) == (site.id, {"west_days": 20.0})


def test_only_ties_that_the_experts_declaration_leaves_open_are_asked(
    cast: Cast, browser: Browser, session: Session, url: Callable[[str], str]
) -> None:
    place = url("technology_deputy")
    assert 'name="person_ties"' not in browser(cast.employer).get(place).text
    cast.expert.ties_declared = False
    visitor = browser(cast.employer)
    assert 'name="person_ties"' in visitor.get(place).text
    sent = form(mode="technology_deputy", person_ties=["", "equity"], institution_ties=["", "none"])
    assert visitor.post(place, data=sent).status_code == 303
    assert only(session).details == {"person_ties": [TieKind.EQUITY], "institution_ties": []}
    assert "股权、创办关系" in visitor.get(f"/pairings/{only(session).code}").text


def test_clearance_comes_with_the_terms_and_the_latest_stands(
    cast: Cast, browser: Browser, session: Session, url: Callable[[str], str]
) -> None:
    cast.need.altitude_m = 3650.0
    visitor, place = browser(cast.employer), url("training")

    def sent(name: str, content: bytes, pairing: Pairing | None = None) -> dict[str, Any]:
        return form(pairing, mode="training", clearance_on="2026-06-01", clearance_file=(io.BytesIO(content), name))

    wrong = visitor.post(place, data=sent("体检.pdf", b"no document"), content_type="multipart/form-data")
    assert wrong.status_code == 422 and any("只能上传" in one for one in beside(wrong.text))
    assert session.scalars(select(Pairing)).all() == []
    assert (
        visitor.post(place, data=sent("体检.pdf", b"%PDF-1.7 a"), content_type="multipart/form-data").status_code == 303
    )
    made = only(session)
    made.expert_agreed_at = made.employer_agreed_at
    session.commit()
    again = sent("复检.pdf", b"%PDF-1.7 b", made)
    assert (
        visitor.post(f"/pairings/{made.code}/revise", data=again, content_type="multipart/form-data").status_code == 303
    )
    kept = session.scalars(select(Document).where(Document.removed_at.is_(None))).all()
    assert [(one.name, one.kind, one.subject_id) for one in kept] == [
        ("复检.pdf", DocumentKind.ALTITUDE_CLEARANCE, made.id)
    ]
    assert only(session).expert_agreed_at is None
    page = visitor.get(f"/pairings/{made.code}").text
    assert f"/documents/{kept[0].id}" in page and "2026" in page
    other = browser(cast.expert_user)
    for path in ("", "/revise"):
        shown = other.get(f"/pairings/{made.code}{path}")
        assert shown.status_code == 200 and "复检.pdf" not in shown.text, "before acceptance it is its owner's"


def test_page_names_who_can_supply_what_is_missing_and_leads_there(cast: Cast, browser: Browser) -> None:
    pairing = cast.pairing(_S.ACCEPTED, mode="service_mission")
    cast.expert.days_per_year = None
    form_url = f"/pairings/{pairing.code}/revise"
    for user in (cast.employer, cast.expert_user):
        assert f'href="{form_url}#is_civil_servant"' in browser(user).get(f"/pairings/{pairing.code}").text
    assert 'id="is_civil_servant"' in browser(cast.employer).get(form_url).text
    days = "/me/profile/cooperation#days_per_year"
    assert days in browser(cast.expert_user).get(f"/pairings/{pairing.code}").text
    for user in (cast.manager, cast.employer):
        page = browser(user).get(f"/pairings/{pairing.code}").text
        assert "由专家在个人资料中填写" in page and days not in page
    managers = browser(cast.manager).get(f"/pairings/{pairing.code}").text
    assert "由用人单位或专家在条款中填写" in managers and f"{form_url}#" not in managers
