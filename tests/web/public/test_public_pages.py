"""What everybody may read: counts, programmes, published needs; never a person's data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from factories import LANZHOU, Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.choices import NeedState


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def test_landing_page_counts_published_needs_and_public_experts(
    client: FlaskClient, make: Maker, session: Session
) -> None:
    make.need(title="枸杞黑果病怎么治")
    make.need(state=NeedState.DRAFT, title="还没写完的")
    make.expert()
    session.commit()
    text = page(client, "/")
    assert "枸杞黑果病怎么治" in text
    assert "还没写完的" not in text


def test_every_public_page_answers_in_both_languages(client: FlaskClient, make: Maker, session: Session) -> None:
    need = make.need(task_code="ningxia-1")
    session.commit()
    paths = ["/", "/programmes", "/programmes/ningxia", "/needs", f"/needs/{need.code}", "/help"]
    paths += [f"/help/{role}" for role in ("employer", "expert", "institution", "manager")]
    for language in ("zh", "en"):
        client.get(f"/language/{language}?next=/")
        for path in paths:
            assert f'lang="{"en" if language == "en" else "zh-CN"}"' in page(client, path)


@pytest.mark.parametrize("state", [NeedState.DRAFT, NeedState.SUBMITTED, NeedState.RETURNED, NeedState.WITHDRAWN])
def test_a_need_that_is_not_public_is_not_found(
    client: FlaskClient, make: Maker, session: Session, state: NeedState
) -> None:
    need = make.need(state=state)
    session.commit()
    page(client, f"/needs/{need.code}", 404)


def test_contact_data_never_stands_on_a_public_page(client: FlaskClient, make: Maker, session: Session) -> None:
    need = make.need(contact_name="马站长", contact_phone="19900001234", contact_email="ma@example.org")
    session.commit()
    for path in ("/", "/needs", f"/needs/{need.code}", "/programmes"):
        text = page(client, path)
        assert not any(secret in text for secret in ("马站长", "19900001234", "ma@example.org"))


def test_needs_are_filtered_by_province_programme_mode_and_place(
    client: FlaskClient, make: Maker, session: Session
) -> None:
    make.need(title="宁夏的需求", task_code="ningxia-1", modes=("training",), place="remote")
    make.need(make.organisation(region_code=LANZHOU), title="甘肃的需求", task_code="gansu-1", place="onsite")
    make.need(make.organisation(region_code="659001", is_xpcc=True), title="兵团的需求", task_code="xinjiang-2")
    session.commit()
    cases = {
        "province=64": "宁夏的需求",
        "province=66": "兵团的需求",
        "programme=gansu": "甘肃的需求",
        "mode=training": "宁夏的需求",
        "place=onsite": "甘肃的需求",
    }
    for query, expected in cases.items():
        text = page(client, f"/needs?{query}")
        found = {name for name in ("宁夏的需求", "甘肃的需求", "兵团的需求") if name in text}
        assert found == {expected}, query
    assert "没有符合条件的需求" in page(client, "/needs?province=65&place=onsite")


@pytest.mark.parametrize("query", ["枸杞", "gouqi", "ＧＯＵＱＩ", "gqhgb"])
def test_needs_are_found_by_chinese_pinyin_and_initials(
    client: FlaskClient, make: Maker, session: Session, query: str
) -> None:
    make.need(title="枸杞黑果病怎么治")
    make.need(title="风机叶片结冰")
    session.commit()
    text = page(client, f"/needs?q={query}")
    assert "枸杞黑果病怎么治" in text
    assert "风机叶片结冰" not in text


def test_needs_are_found_by_code_and_sorted_by_deadline(client: FlaskClient, make: Maker, session: Session) -> None:
    late = make.need(title="晚截止", deadline=date(2027, 6, 30))
    make.need(title="早截止", deadline=date(2027, 2, 1))
    session.commit()
    assert "晚截止" in page(client, f"/needs?q={late.code}")
    text = page(client, "/needs?sort=deadline")
    assert text.index("早截止") < text.index("晚截止")


def test_a_page_past_the_end_shows_the_last_one(client: FlaskClient, make: Maker, session: Session) -> None:
    organisation = make.organisation()
    for number in range(23):
        make.need(organisation, title=f"需求{number:02d}")
    session.commit()
    assert "第 21–23 条，共 23 条" in page(client, "/needs?page=99")


@pytest.mark.parametrize(
    "query", ["q=%27%3B+DROP+TABLE+need--", "q=%3Cscript%3Ealert(1)%3C/script%3E", "q=%F0%9F%8C%B6", "q=%25_", "page=x"]
)
def test_hostile_queries_are_answered_and_escaped(client: FlaskClient, query: str) -> None:
    text = page(client, f"/needs?{query}")
    assert "<script>alert(1)" not in text


def test_htmx_gets_the_list_alone(client: FlaskClient, make: Maker, session: Session) -> None:
    make.need()
    session.commit()
    text = client.get("/needs", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in text
    assert "枸杞黑果病怎么治" in text


def test_map_names_provinces_as_the_map_does(client: FlaskClient, make: Maker, session: Session) -> None:
    make.need()
    make.expert(regions_served=("64",))
    session.commit()
    data = client.get("/map.json").get_json()
    assert {place["name"] for place in data["places"]} == {"宁夏", "江苏"}
    assert {"from": "江苏", "to": "宁夏", "value": 1, "label": "专家意愿"} in data["flows"]


def test_language_switch_stays_on_the_page_and_leads_nowhere_else(client: FlaskClient) -> None:
    assert client.get("/language/en?next=/needs?q=x").location == "/needs?q=x"
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert client.get("/language/en", query_string={"next": target}).location == "/"


def test_a_page_that_cannot_be_kept_compiled_is_answered_all_the_same(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app.jinja_env.bytecode_cache, "directory", str(tmp_path / "no such folder"))
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()
    assert client.get("/").status_code == 200
    assert "could not be kept" in caplog.text
