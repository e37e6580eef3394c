"""The pages of rules as an administrator and a visitor see them, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from plain_pages import Page
from sqlalchemy import select
from sqlalchemy.orm import Session
from visitor import Visitor

from models import CooperationMode, Pairing, PolicyRule
from models.choices import RuleState

HAN = re.compile(r"[㐀-鿿]")
Waiting = Callable[..., Pairing]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture
def administrator(client: FlaskClient, make: Maker, session: Session) -> FlaskClient:
    sign_in(client, make.administrator(), session)
    return client


def page(client: FlaskClient, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return Page(answer.text)


def changed(fields: list[tuple[str, str]], **values: Any) -> dict[str, Any]:
    """What a browser would send, with some fields typed over."""
    sent: dict[str, Any] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    sent.update({name.replace("__", "-"): value for name, value in values.items()})
    return sent


def test_everybody_reads_the_modes_and_rules_with_their_sources(client: FlaskClient, session: Session) -> None:
    text = page(client, "/rules").text
    for mode in session.scalars(select(CooperationMode)):
        assert mode.name_zh in text and mode.summary_zh in text
    for rule in session.scalars(select(PolicyRule)):
        assert rule.name_zh in text and rule.citation in text
    assert "36个月" in text and "西藏" in text and "本服务的默认规定" in text


def test_the_public_page_is_english_throughout(client: FlaskClient) -> None:
    client.get("/language/en")
    text = page(client, "/rules").text.replace("东才西用", "").replace("中文", "")
    assert "36 months" in text and "Default of this service" in text
    assert not HAN.search(text), HAN.search(text)


def test_the_public_page_hides_drafts_and_what_has_ended(administrator: FlaskClient, session: Session) -> None:
    ended = session.scalar(select(PolicyRule).where(PolicyRule.code == "dual_age"))
    draft = session.scalar(select(PolicyRule).where(PolicyRule.code == "dual_letter"))
    ended.effective_to, draft.state = date(2026, 1, 31), RuleState.DRAFT
    session.commit()
    text = page(administrator, "/rules").text
    assert "双聘年龄" not in text and "双聘材料" not in text
    ended.effective_to = None
    session.commit()


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("", "dual_term", "sabbatical"),
        ("?mode=technology_deputy", "deputy_days", "dual_term"),
        ("?mode=technology_deputy", "day_budget", "mentor"),
        ("?region=62", "dual_title@62", "exchange_legs@64"),
        ("?region=54", "altitude_clearance@54", "dual_title@62"),
        ("?severity=warn", "dual_age", "deputy_title"),
        ("?kind=mentor", "apprentice_mentor", "dual_term"),
        ("?q=期限", "dual_term", "day_budget"),
        ("?severity=nonsense&kind=x&page=-1", "dual_term", "sabbatical"),
    ],
)
def test_the_list_is_filtered(administrator: FlaskClient, query: str, shown: str, hidden: str) -> None:
    text = page(administrator, f"/admin/rules{query}").text
    assert shown in text and hidden not in text


def test_a_list_without_a_rule_says_what_to_do(administrator: FlaskClient) -> None:
    assert "没有符合条件的规则" in page(administrator, "/admin/rules?q=zzz").text
    assert "只看有草稿的" in page(administrator, "/admin/rules?draft=1").text


def test_an_unknown_rule_is_not_found(administrator: FlaskClient) -> None:
    for path in ("/admin/rules/nothing", "/admin/rules/nothing/edit", "/admin/rules/dual_term/what-if"):
        assert administrator.get(path).status_code == 404


def test_a_rule_is_changed_tried_and_published(administrator: FlaskClient, session: Session, waiting: Waiting) -> None:
    pairing = waiting("technology_deputy", days_per_year=90.0)
    expert = pairing.expert.name
    answer = administrator.post("/admin/rules/deputy_days/draft")
    assert answer.location == "/admin/rules/deputy_days/edit"
    form = page(administrator, answer.location)
    assert ("parameter-days", "90") in form.fields and "{minimum}" in form.text
    sent = changed(form.fields, **{"parameter__days": "１００"})
    answer = administrator.post("/admin/rules/deputy_days/edit", data=sent)
    assert answer.location == "/admin/rules/deputy_days/what-if"
    trial = page(administrator, answer.location)
    assert pairing.code in trial.text and "不通过，不能批准" in trial.text and expert not in trial.text
    sent = changed(trial.fields, reason="")
    answer = administrator.post("/admin/rules/deputy_days/publish", data=sent)
    assert answer.status_code == 422 and "写明为什么改" in answer.text
    sent["reason"] = "按新办法提高天数"
    for _twice in range(2):
        answer = administrator.post("/admin/rules/deputy_days/publish", data=sent)
        assert answer.location == "/admin/rules/deputy_days"
    shown = page(administrator, answer.location).text
    assert "第 2 版" in shown and "第 1 版" in shown and "按新办法提高天数" in shown and "100天" in shown
    session.expire_all()
    rows = session.scalars(select(PolicyRule).where(PolicyRule.code == "deputy_days").order_by(PolicyRule.version))
    assert [(row.version, row.state, row.parameters["days"]) for row in rows] == [
        (1, "retired", 90.0),
        (2, "published", 100.0),
    ]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"parameter__days": "四百"}, "“四百”应为数字"),
        ({"parameter__days": "400"}, "“400”应在 0.5 到 366 之间"),
        ({"parameter__days": ""}, "缺少这个参数"),
        ({"effective_from": "明天"}, "“明天”应是日期"),
        ({"effective_from": ""}, "请填写生效日期"),
        ({"pass_zh": "{x}"}, "没有 {x} 这一项"),
        ({"severity": "mild"}, "请选择一项"),
        ({"citation_en": ""}, "请填写"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    administrator: FlaskClient, session: Session, typed: dict[str, str], message: str
) -> None:
    administrator.post("/admin/rules/deputy_days/draft")
    form = page(administrator, "/admin/rules/deputy_days/edit")
    answer = administrator.post("/admin/rules/deputy_days/edit", data=changed(form.fields, **typed))
    assert answer.status_code == 422
    (name,) = typed
    near = re.search(rf'id="{name.replace("__", "-")}-error">(.*?)</div>', answer.text, re.DOTALL)
    assert near is not None and message in Page(near[1]).text


@pytest.mark.parametrize(
    "code", ["deputy_ties", "dual_clauses", "enclave_site", "altitude_clearance", "dual_age", "dual_consent"]
)
def test_every_kind_of_field_comes_back_as_it_was_sent(administrator: FlaskClient, session: Session, code: str) -> None:
    before = session.scalar(select(PolicyRule).where(PolicyRule.code == code)).parameters
    administrator.post(f"/admin/rules/{code}/draft")
    form = page(administrator, f"/admin/rules/{code}/edit")
    answer = administrator.post(f"/admin/rules/{code}/edit", data=changed(form.fields))
    assert answer.status_code == 302, Page(answer.text).text[:800]
    session.expire_all()
    draft = session.scalar(select(PolicyRule).where(PolicyRule.code == code, PolicyRule.state == RuleState.DRAFT))
    assert {name: sorted(value) if isinstance(value, list) else value for name, value in draft.parameters.items()} == {
        name: sorted(value) if isinstance(value, list) else value for name, value in before.items()
    }
    assert draft.revision == 2


def test_a_regions_own_rule_begins_as_a_draft(administrator: FlaskClient) -> None:
    answer = administrator.post("/admin/rules/deputy_days/draft", data={"region": "64"})
    assert answer.location == "/admin/rules/deputy_days@64/edit"
    assert "宁夏" in page(administrator, answer.location).text
    assert "有草稿" in page(administrator, "/admin/rules?q=deputy_days@64").text


def test_a_draft_is_discarded(administrator: FlaskClient) -> None:
    administrator.post("/admin/rules/deputy_days/draft")
    shown = administrator.get("/admin/rules/deputy_days").text
    version = re.search(r'name="version" value="(\d+)"', shown)[1]
    answer = administrator.post("/admin/rules/deputy_days/discard", data={"version": version})
    assert answer.location == "/admin/rules"
    assert administrator.get("/admin/rules/deputy_days/edit").status_code == 404


def test_who_comes_too_late_is_told(administrator: FlaskClient) -> None:
    administrator.post("/admin/rules/deputy_days/draft")
    form = page(administrator, "/admin/rules/deputy_days/edit")
    first = administrator.post("/admin/rules/deputy_days/edit", data=changed(form.fields))
    assert first.status_code == 302
    late = administrator.post("/admin/rules/deputy_days/edit", data=changed(form.fields))
    assert late.status_code == 409 and "草稿已由" in late.text


@pytest.mark.parametrize(
    "path",
    ["/admin/rules", "/admin/rules/deputy_ties", "/admin/rules/deputy_ties/edit", "/admin/rules/deputy_ties/what-if"],
)
def test_the_administrators_pages_are_english_too(administrator: FlaskClient, waiting: Waiting, path: str) -> None:
    waiting("technology_deputy")
    administrator.post("/admin/rules/deputy_ties/draft")
    administrator.get("/language/en")
    html = administrator.get(path).text
    html = html[html.index("<main") : html.index("</main>")]
    html = re.sub(r"<textarea.*?</textarea>|<input[^>]*>|用户\d+", "", html, flags=re.DOTALL)
    text = Page(html).text.replace("东才西用", "").replace("中文", "")
    assert not HAN.search(text), text[max(0, HAN.search(text).start() - 60) :][:120]
