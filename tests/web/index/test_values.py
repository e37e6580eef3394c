"""Rows become the engine's values: codes for ids, names of places, one span of days, nothing personal."""

from __future__ import annotations

from datetime import date

import pytest
from factories import Maker
from sqlalchemy.orm import Session

from models import AvailabilityWindow, Expert
from web.services.values import expert_value, need_value


def test_expert_keeps_what_matching_asks_for(make: Maker) -> None:
    expert = make.expert(title="教授", region_code="320100")
    value = expert_value(expert)
    assert (value.id, value.title, value.degree) == (expert.code, "教授", "博士")
    assert (value.province, value.city) == ("江苏", "南京市")
    assert [work.title for work in value.works] == [work.title for work in expert.works]
    assert value.works[0].kind == "paper"


def test_every_window_and_region_is_kept(make: Maker) -> None:
    expert = make.expert(regions_served=("64", "6201"))
    spans = ((date(2027, 2, 1), date(2027, 3, 1)), (date(2027, 9, 1), date(2027, 12, 31)))
    expert.windows = [AvailabilityWindow(starts=starts, ends=ends) for starts, ends in spans]
    value = expert_value(expert)
    assert value.windows == spans
    assert value.regions == ("64", "6201")


def test_no_window_is_not_stated(make: Maker) -> None:
    expert = make.expert()
    expert.windows = []
    value = expert_value(expert)
    assert (value.windows, value.available_from) == ((), None)


def test_need_keeps_what_matching_asks_for(make: Maker) -> None:
    need = make.need(min_title="副高", altitude_m=3200.0, exclude_institutions=("某院",))
    value = need_value(need)
    assert (value.id, value.min_title, value.altitude_m) == (need.code, "副高", 3200.0)
    assert (value.province, value.city) == ("宁夏", "中卫市")
    assert value.exclude_institutions == ("某院",)


def test_work_on_site_is_in_the_place_and_for_the_corps_in_the_corps_too(make: Maker) -> None:
    corps = make.organisation(is_xpcc=True, region_code="659001")
    assert need_value(make.need(corps, place="onsite")).places == ("659001", "660000")
    assert need_value(make.need(place="onsite")).places == ("640521",)
    assert need_value(make.need(place="remote")).places == ()


def test_municipality_has_no_city_of_its_own(make: Maker) -> None:
    value = expert_value(make.expert(region_code="310000"))
    assert (value.province, value.city) == ("上海", "")


def test_no_personal_data_reaches_the_engine(make: Maker) -> None:
    expert = make.expert(phone="19911112222", email="wei@example.org", id_number="320101199001011234")
    need = make.need(contact_name="马联系", contact_phone="19933334444")
    written = repr(expert_value(expert)) + repr(need_value(need))
    for secret in ("19911112222", "wei@example.org", "320101199001011234", "马联系", "19933334444"):
        assert secret not in written


def test_record_outside_a_session_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="no session"):
        expert_value(Expert(code="X", region_code="320100"))
