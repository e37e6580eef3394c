import pytest

from matcher.records.columns import EXPERTS, NEEDS


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓名", "name"),
        ("专家姓名*", "name"),
        (" 专家 姓名（必填）", "name"),
        ("＊编号", "id"),
        ("学历/学位", "degree"),
        ("可服务天数（天）", "days_per_year"),
        ("每年可服务天数(天/年)：", "days_per_year"),
        ("可服务时间（起）", "available_from"),
        ("可服务时间（止）【必填】", "available_to"),
        ("Days per year", "days_per_year"),
        ("days_per_year", "days_per_year"),
        ("\ufeffid", "id"),
        ("研究方向", "research"),
        ("ＮＡＭＥ", "name"),
        ("代表作", "works"),
        ("代表作1", "work1.title"),
        ("代表作（2）", "work2.title"),
        ("代表作三", "work3.title"),
        ("代表作1摘要", "work1.abstract"),
        ("work12_keywords", "work12.keywords"),
        ("work 2 year", "work2.year"),
        ("手机号", None),
        ("", None),
    ],
)
def test_an_expert_heading_is_known_however_it_is_decorated(heading: str, field: str | None) -> None:
    assert EXPERTS.field_of(heading) == field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("需求名称*", "title"),
        ("技术关键与指标（500字以内）", "indicators"),
        ("关键字", "keywords"),
        ("海拔（米）", "altitude_m"),
        ("结束时间", "ends"),
        ("回避单位", "exclude_institutions"),
        ("资金（万元）", None),
        ("代表作1", None),
    ],
)
def test_a_need_heading_is_known_however_it_is_decorated(heading: str, field: str | None) -> None:
    assert NEEDS.field_of(heading) == field


def test_a_heading_known_to_both_stands_for_the_field_of_its_own_file() -> None:
    assert (EXPERTS.field_of("title"), NEEDS.field_of("title")) == ("title", "title")
    assert (EXPERTS.field_of("name"), NEEDS.field_of("name")) == ("name", "title")
