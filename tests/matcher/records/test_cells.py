from collections.abc import Callable
from datetime import date

import pytest

from matcher.records import cells


@pytest.mark.parametrize(
    ("written", "days"),
    [("30天", 30), ("３０", 30), ("30.5 天", 30.5), (0.5, 0.5), ("30 days", 30), (366, 366), ("３０个工作日", 30)],
)
def test_days_may_have_full_width_digits_and_units(written: object, days: float) -> None:
    assert cells.days(written) == days


@pytest.mark.parametrize(
    ("written", "metres"), [("3000米", 3000), ("3,000", 3000), ("３，６５０ m", 3650), ("-154", -154), (-200, -200)]
)
def test_an_altitude_may_have_thousands_and_units(written: object, metres: float) -> None:
    assert cells.altitude(written) == metres


@pytest.mark.parametrize(
    ("parse", "written"),
    [
        (cells.days, 0),
        (cells.days, -1),
        (cells.days, 30.3),
        (cells.days, 366.5),
        (cells.days, float("nan")),
        (cells.days, 10**400),
        (cells.days, True),
        (cells.days, [30]),
        (cells.days, "三十天"),
        (cells.days, "30米"),
        (cells.days, "3,0"),
        (cells.altitude, -201),
        (cells.altitude, 9001),
        (cells.altitude, "9" * 5000),
        (cells.headcount, 0),
        (cells.headcount, 1.5),
        (cells.headcount, float("inf")),
        (cells.year, 1899),
        (cells.year, 2101),
        (cells.year, "2024.5"),
    ],
)
def test_a_number_out_of_its_range_or_not_a_number_is_refused(
    parse: Callable[[object], float], written: object
) -> None:
    with pytest.raises(cells.CellError):
        parse(written)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "2026年11月23日",
        "2026年11月23号",
        "２０２６－１１－２３",
        "2026-11-23T08:30:00+08:00",
        "2026-11-23T08:30:00.000Z",
        "2026-11-23 08:30",
    ],
)
def test_a_whole_date_is_that_day_at_both_ends(written: str) -> None:
    assert cells.first_day(written) == cells.last_day(written) == date(2026, 11, 23)


@pytest.mark.parametrize("written", ["2028年2月", "2028.02", "2028-2", "2028/02", "2028.2"])
def test_a_month_starts_on_its_first_day_and_ends_on_its_last(written: str) -> None:
    assert (cells.first_day(written), cells.last_day(written)) == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30",
        "2026-13",
        "2026-0",
        "11/23/2026",
        "2026年",
        "1026-11-23",
        "2200-01-01",
        20261123,
        "soon",
        ["2026-01"],
    ],
)
def test_what_is_no_date_is_refused(written: object) -> None:
    with pytest.raises(cells.CellError):
        cells.first_day(written)


def test_a_month_that_a_spreadsheet_may_have_shortened_is_refused() -> None:
    with pytest.raises(cells.CellError, match="both January and October"):
        cells.first_day("2026.1")


@pytest.mark.parametrize("written", ["是", "能", "可", "可以", "适应", "Yes", "TRUE", "1", 1, 1.0, True])
def test_yes_is_written_in_many_ways(written: object) -> None:
    assert cells.yes_no(written) is True


@pytest.mark.parametrize("written", ["否", "不能", "不可", "不适应", "no", "False", "0", 0, False])
def test_no_is_written_in_many_ways(written: object) -> None:
    assert cells.yes_no(written) is False


@pytest.mark.parametrize("written", ["也许", 2, [], {"a": 1}])
def test_neither_yes_nor_no_is_refused(written: object) -> None:
    with pytest.raises(cells.CellError):
        cells.yes_no(written)


@pytest.mark.parametrize("separator", [*";；、,，|｜\n", "\r\n", "； "])
def test_a_text_is_a_list_by_any_separator(separator: str) -> None:
    assert cells.items(f"滴灌{separator}苹果{separator}") == ("滴灌", "苹果")


def test_the_items_of_a_json_list_keep_their_separators() -> None:
    assert cells.items(["固，液", " 苹果 ", ""]) == ("固,液", "苹果")


@pytest.mark.parametrize("written", [["a", None], ["a", 1], {"a": 1}, 7, True])
def test_a_list_of_anything_but_texts_is_refused(written: object) -> None:
    with pytest.raises(cells.CellError):
        cells.items(written)


@pytest.mark.parametrize(
    ("written", "identifier"), [(7, "7"), (7.0, "7"), (7.5, "7.5"), (" ０7 ", "０7"), ("007", "007")]
)
def test_an_id_is_only_stripped_and_a_number_becomes_its_text(written: object, identifier: str) -> None:
    assert cells.identifier(written) == identifier


@pytest.mark.parametrize("written", [True, ["1"], "a\0b", "a\nb", "\ud800"])
def test_an_id_that_cannot_be_written_again_is_refused(written: object) -> None:
    with pytest.raises(cells.CellError):
        cells.identifier(written)


@pytest.mark.parametrize(("written", "kind"), [("专家", "expert"), ("毕业生", "graduate"), ("Graduate", "graduate")])
def test_a_kind_is_known_in_both_languages(written: str, kind: str) -> None:
    assert cells.kind(written) == kind


def test_an_unknown_mode_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(cells.CellError, match=r"dual_appointment \(双聘\).*remote_consulting") as refusal:
        cells.modes("双聘、兼职")
    assert refusal.value.found == "兼职"


def test_a_wanted_title_or_degree_of_unknown_rank_is_refused_with_examples() -> None:
    with pytest.raises(cells.CellError, match=r"正高.*副高.*中级.*初级"):
        cells.ranked_title("大师")
    with pytest.raises(cells.CellError, match=r"博士.*硕士"):
        cells.ranked_degree("很高")


@pytest.mark.parametrize("written", ["不限", "无", "无要求", "N/A", "-"])
def test_a_form_that_asks_for_no_title_or_degree_sets_no_rule(written: str) -> None:
    assert cells.ranked_title(written) == ""
    assert cells.ranked_degree(written) == ""
