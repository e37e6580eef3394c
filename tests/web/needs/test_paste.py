"""A pasted text fills the form by its headings; what it does not say is not invented, what is not read is named."""

from __future__ import annotations

import time

import pytest

from web.services.need_paste import MOST_CHARS, read_pasted

FORM = """需求名称：枸杞黑果病怎么治
一、主要问题（500字以内）：今年七月连阴雨以后，枸杞果子上起黑斑。
打了几遍药不见好，目标：这不是标题
（二）技术关键与指标
黑果率；
1. 防效
三、预期目标：黑果率降到一成以内
【关键字】枸杞；黑果；打药   资金：约30万元
合作方式：科技特派员、远程指导、其他
起止年月：2027年3月—2028年12月
截止日期：２０２７年６月３０日
每年天数：15天  职称要求：副高以上  学历要求：硕士及以上
需求单位：中宁县枸杞站
联系人：马站长  联系电话：0955-5021234
"""


def test_a_chinese_form_is_read_field_by_field() -> None:
    assert read_pasted(FORM).fields == {
        "title": "枸杞黑果病怎么治",
        "problem": "今年七月连阴雨以后，枸杞果子上起黑斑。\n打了几遍药不见好，目标：这不是标题",
        "indicators": "黑果率；\n1. 防效",
        "goal": "黑果率降到一成以内",
        "keywords": "枸杞;黑果;打药",
        "funding": "30",
        "modes": ("service_mission", "remote_consulting"),
        "starts": "2027-03",
        "ends": "2028-12",
        "deadline": "2027-06-30",
        "days_per_year": "15",
        "min_title": "副高",
        "min_degree": "硕士",
        "contact_name": "马站长",
        "contact_phone": "0955-5021234",
    }


def test_headings_that_fill_nothing_are_named() -> None:
    assert read_pasted(FORM).unread == ("需求单位",)
    assert read_pasted("需求名称：枸杞\n合作方式：面谈").unread == ("合作方式",)


def test_a_table_pasted_from_word_is_read_by_its_cells() -> None:
    pasted = read_pasted("需求名称\t风机叶片结冰\n主要问题\t冬天结冰\n停机多\n预期目标\t少停机")
    assert pasted.fields == {"title": "风机叶片结冰", "problem": "冬天结冰\n停机多", "goal": "少停机"}


def test_english_headings_are_read() -> None:
    pasted = read_pasted("Title: Frost on blades\nProblem: ice in winter\nGoal: less ice\nKeywords: wind, ice")
    assert pasted.fields["title"] == "Frost on blades"
    assert pasted.fields["keywords"] == "wind, ice"


def test_a_text_without_headings_becomes_title_and_problem() -> None:
    pasted = read_pasted("枸杞黑果病怎么治\n今年七月连阴雨，果子发黑。")
    assert not pasted.has_headings
    assert pasted.fields == {"title": "枸杞黑果病怎么治", "problem": "今年七月连阴雨，果子发黑。"}
    assert read_pasted("只有一段话。").fields == {"problem": "只有一段话。"}
    assert read_pasted(" \n ").fields == {}


def test_a_closing_date_beside_a_start_is_the_end_of_the_work() -> None:
    assert read_pasted("需求名称：甲\n开始时间：2027-03\n截止时间：2028-12").fields["ends"] == "2028-12"
    assert "ends" not in read_pasted("需求名称：甲\n截止日期：2027-06-30").fields


def test_a_value_that_cannot_be_read_is_left_as_it_is_written() -> None:
    fields = read_pasted("资金：若干\n起始年月：明年春天\n需求名称：甲").fields
    assert fields["funding"] == "若干"
    assert fields["starts"] == "明年春天"


def test_text_before_the_first_heading_belongs_to_the_problem() -> None:
    assert read_pasted("我们站遇到难题。\n预期目标：解决").fields["problem"] == "我们站遇到难题。"


@pytest.mark.parametrize(
    "piece", [" ", ";", "\t", "（一", "主要问题：", "一、", "需 求 ", "\n", "<script>", "资金：\n"]
)
def test_hostile_texts_are_read_in_no_time(piece: str) -> None:
    started = time.perf_counter()
    read_pasted(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - started < 2
    assert MOST_CHARS < 1_000_000
