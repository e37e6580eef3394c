"""The part 成果与评价 on an assignment's page, and the manager's list: what each side sees and may do."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from assignment_cast import Cast
from factories import sign_in
from flask.testing import FlaskClient
from plain_pages import Page, get, post
from sqlalchemy import select

from models import Document, Evaluation, IndicatorClaim
from models.choices import AssignmentState, ClaimState, Side

from .conftest import Stage, appraised, claimed


def open_page(client: FlaskClient, cast: Cast, who: str, language: str = "zh") -> Page:
    sign_in(client, getattr(cast, who), cast.session)
    client.get(f"/language/{language}")
    return get(client, f"/assignments/{cast.assignment.code}")


def form_of(page: Page, action: str) -> dict[str, str]:
    """The hidden fields of the page's form with that action."""
    start = page.html.index(f'action="{action}"')
    form = page.html[start : page.html.index("</form>", start)]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_a_claim_goes_from_the_expert_to_the_host_to_the_manager(client: FlaskClient, cast: Cast) -> None:
    base = f"/assignments/{cast.assignment.code}"
    page = open_page(client, cast, "expert")
    assert "培训人次 (人次)" in page.text
    filled = {**form_of(page, f"{base}/outcomes"), "indicator": "trainees", "value": "1,600", "note": "签到表三份"}
    file = (BytesIO(b"%PDF-1.4 x"), "签到表.pdf")
    page = post(client, f"{base}/outcomes", {**filled, "file": file}, content_type="multipart/form-data")
    assert "1,600 人次" in page.text and "签到表.pdf" in page.text and "待用人单位确认" in page.text
    row = cast.session.scalars(select(IndicatorClaim)).one()
    again = {**filled, "file": (BytesIO(b"%PDF-1.4 x"), "签到表.pdf")}
    post(client, f"{base}/outcomes", again, content_type="multipart/form-data")
    assert len(cast.session.scalars(select(Document)).all()) == 1

    page = open_page(client, cast, "employer")
    assert "数值偏高" not in page.text
    post(client, f"{base}/outcomes/{row.id}/confirm", form_of(page, f"{base}/outcomes/{row.id}/confirm"))
    page = open_page(client, cast, "manager")
    assert "数值偏高" in page.text and "1500 人次" in page.text
    page = post(client, f"{base}/outcomes/{row.id}/confirm", form_of(page, f"{base}/outcomes/{row.id}/confirm"))
    assert "成果已确认" in page.text
    cast.session.expire_all()
    assert row.state == ClaimState.CONFIRMED
    document = cast.session.scalars(select(Document)).one()
    assert client.get(f"/documents/{document.id}").status_code == 200
    sign_in(client, cast.other_manager, cast.session)
    assert client.get(f"/documents/{document.id}").status_code == 404


def test_a_wrong_claim_is_shown_again_with_what_is_wrong(client: FlaskClient, cast: Cast) -> None:
    base = f"/assignments/{cast.assignment.code}"
    page = open_page(client, cast, "expert")
    filled = {**form_of(page, f"{base}/outcomes"), "indicator": "jobs", "value": "很多", "note": "见报告"}
    page = post(client, f"{base}/outcomes", filled, 422)
    assert "“数值”填了“很多”，应是数字" in page.text
    assert "见报告" in page.html and 'href="#claim-value"' in page.html
    page = post(client, f"{base}/outcomes", {**filled, "value": "2.5"}, 422)
    assert "这项指标填整数" in page.text
    file = (BytesIO(b"MZ"), "x.exe")
    page = post(client, f"{base}/outcomes", {**filled, "value": "2", "file": file}, 422)
    assert "只能上传" in page.text
    assert cast.session.scalars(select(IndicatorClaim)).all() == []


def test_a_second_claim_of_an_indicator_is_refused_with_a_sentence(client: FlaskClient, cast: Cast) -> None:
    base = f"/assignments/{cast.assignment.code}"
    page = open_page(client, cast, "expert")
    filled = {**form_of(page, f"{base}/outcomes"), "indicator": "jobs", "value": "3", "note": "名单"}
    claimed(cast, "jobs", 2)
    assert "已申报过" in post(client, f"{base}/outcomes", filled, 409).text


def test_a_rejected_claim_is_amended(client: FlaskClient, cast: Cast) -> None:
    row = claimed(cast, "jobs", 300)
    base = f"/assignments/{cast.assignment.code}"
    where = f"{base}/outcomes/{row.id}"
    open_page(client, cast, "employer")
    asked = get(client, f"{where}/reject")
    page = post(client, f"{where}/reject", asked.sent(reason=""), 422)
    assert "请写明原因" in page.text
    post(client, f"{where}/reject", asked.sent(reason="名单只有三十人"))
    page = open_page(client, cast, "expert")
    assert "名单只有三十人" in page.text
    form = get(client, f"{where}/amend")
    assert post(client, f"{where}/amend", form.sent(value="-1"), 422).text.count("应是数字") >= 1
    post(client, f"{where}/amend", form.sent(value="30", note="附名单"))
    cast.session.expire_all()
    assert (row.state, row.value) == (ClaimState.CLAIMED, 30)
    assert "现在不能修改" in get(client, f"{where}/amend").text


def test_too_late_is_said_and_leads_back(client: FlaskClient, cast: Cast) -> None:
    row = claimed(cast, "jobs", 3)
    where = f"/assignments/{cast.assignment.code}/outcomes/{row.id}"
    page = open_page(client, cast, "employer")
    stale = form_of(page, f"{where}/confirm")
    post(client, f"{where}/confirm", stale)
    assert "成果已确认" in post(client, f"{where}/confirm", stale).text  # the same form again
    page = post(client, f"{where}/confirm", {**stale, "request_id": ""}, 409)
    assert "已由" in page.text and f"/assignments/{cast.assignment.code}" in page.links


def test_appraise_and_evaluate_through_the_pages(client: FlaskClient, done: Cast) -> None:
    base = f"/assignments/{done.assignment.code}"
    page = open_page(client, done, "expert")
    assert "另一方已评价" in page.text and "按现在的记录" not in page.text
    sent = {**form_of(page, f"{base}/appraisal"), "mark-conditions": "4"}
    page = post(client, f"{base}/appraisal", sent, 422)
    assert page.text.count("请从 1 到 5 打分") == 2  # on top, and beside the one that lacks it
    page = post(client, f"{base}/appraisal", {**sent, "mark-promise": "5", "comment": "配合很好"})
    assert "评价已提交" in page.text and "用人单位评价" in page.text
    page = open_page(client, done, "manager")
    assert "按现在的记录" in page.text and "配合很好" in page.text
    form = {**form_of(page, f"{base}/evaluation"), "is_exemplary": "y", "summary": "菌未霜治好了黑果病"}
    assert "请去掉姓名" in post(client, f"{base}/evaluation", form, 422).text
    page = post(client, f"{base}/evaluation", {**form, "summary": "黑果率降到一成。"})
    assert "已考核" in page.text and "典型案例" in page.text and "2026-1" in page.text
    assert done.session.scalars(select(Evaluation.summary)).all() == ["黑果率降到一成。"]
    assert "黑果率降到一成。" in open_page(client, done, "officer").text


@pytest.mark.parametrize("who", ["employer", "expert", "officer"])
def test_the_grade_that_would_be_is_the_managers_alone(client: FlaskClient, done: Cast, who: str) -> None:
    page = open_page(client, done, who)
    assert "按现在的记录" not in page.text and f"{done.assignment.code}/evaluation" not in page.html


def test_what_is_missing_is_listed(client: FlaskClient, stage: Stage) -> None:
    cast = stage(state=AssignmentState.COMPLETED)
    claimed(cast, "jobs", 3)
    page = open_page(client, cast, "manager")
    assert "1 项成果待用人单位确认" in page.text and "用人单位还没有评价" in page.text
    assert f"{cast.assignment.code}/evaluation" not in page.html
    sent = {"version": str(cast.assignment.version), "request_id": "", "summary": ""}
    assert "还不能考核" in post(client, f"/assignments/{cast.assignment.code}/evaluation", sent, 409).text


def test_the_queue_says_what_to_do_and_the_navigation_counts_it(client: FlaskClient, done: Cast, stage: Stage) -> None:
    claimed(stage(), "jobs", 3, ClaimState.HOST_CONFIRMED)
    stage(state=AssignmentState.COMPLETED)
    sign_in(client, done.manager, done.session)
    page = get(client, "/desk/evaluations")
    assert "可以考核" in page.text and "1 项成果等您确认" in page.text and "用人单位还没有评价" in page.text
    assert "3 项任务" in page.text
    client.get("/language/en")
    page = get(client, "/desk/evaluations")
    assert "Ready to evaluate" in page.text and "The host has not given its appraisal" in page.text
    sign_in(client, done.other_manager, done.session)
    client.get("/language/zh")
    assert "没有等待考核的任务" in get(client, "/desk/evaluations").text


@pytest.mark.parametrize("who", ["other_manager", "other_employer", "stranger", "administrator"])
def test_strangers_find_nothing(client: FlaskClient, done: Cast, who: str) -> None:
    sign_in(client, getattr(done, who), done.session)
    row = done.session.scalars(select(IndicatorClaim)).one()
    base = f"/assignments/{done.assignment.code}"
    for path in (f"{base}/outcomes/{row.id}/reject", f"{base}/outcomes/{row.id}/amend"):
        assert client.get(path).status_code in (403, 404)
    for path in (f"{base}/outcomes/{row.id}/confirm", f"{base}/appraisal", f"{base}/evaluation", f"{base}/outcomes"):
        assert client.post(path, data={"version": "1"}).status_code in (403, 404)


def test_the_landing_page_shows_exemplary_cases_without_anybody(client: FlaskClient, done: Cast, stage: Stage) -> None:
    one = done.assignment
    values = {"scheme": "t", "score": 90.0, "grade": "优秀"}
    done.session.add(Evaluation(assignment_id=one.id, is_exemplary=True, summary="黑果率降到一成。", **values))
    plain = stage(state=AssignmentState.EVALUATED)
    done.session.add(Evaluation(assignment_id=plain.assignment.id, summary="内部摘要", **values))
    appraised(plain, Side.EMPLOYER, 5)
    done.session.commit()
    page = get(client, "/")
    assert "典型案例" in page.text and "黑果率降到一成。" in page.text and "培训人次 120 人次" in page.text
    assert "柔性引才任务" in page.text and "已确认服务天数" in page.text
    expert, need = one.expert, one.pairing.need
    people = (expert.name, expert.phone, expert.email, need.contact_name, need.contact_phone, "内部摘要", one.code)
    assert not [one for one in people if one in page.html]
    client.get("/language/en")
    assert "Exemplary cases" in get(client, "/").text


def test_a_landing_page_without_work_says_nothing_of_it(client: FlaskClient, stage: Stage) -> None:
    stage(state=AssignmentState.PLANNED).session.commit()
    page = get(client, "/")
    assert "典型案例" not in page.text and "柔性引才任务" not in page.text
