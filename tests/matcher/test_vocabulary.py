import pytest

from matcher.errors import UnknownChoiceError
from matcher.vocabulary import (
    DEGREE_RANKS,
    MODES,
    TITLE_RANKS,
    degree_rank,
    mode_code,
    title_rank,
    wanted_degree_rank,
    wanted_title_rank,
)


@pytest.mark.parametrize(
    ("written", "rank"),
    [
        ("教授", 4),
        ("副教授", 3),
        ("讲师", 2),
        ("助教", 1),
        ("特聘教授、博导", 4),
        ("副教授、博导", 3),
        ("助理教授", 2),
        ("研究员", 4),
        ("副研究员（硕导）", 3),
        ("助理研究员", 2),
        ("研究实习员", 1),
        ("农业技术推广研究员", 4),
        ("主任医师", 4),
        ("副主任医师", 3),
        ("主治医师", 2),
        ("住院医师", 1),
        ("副主任中医师", 3),
        ("内科主任主治医师", 2),
        ("正高级工程师", 4),
        ("教授级高工", 4),
        ("研究员级高级工程师", 4),
        ("高级工程师", 3),
        ("工程师", 2),
        ("助理工程师", 1),
        ("高级工", 1),
        ("高级技师", 3),
        ("正高级讲师", 4),
        ("助理讲师", 1),
        ("高级林业工程师", 3),
        ("正高级水利工程师", 4),
        ("助理林业工程师", 1),
        ("高级畜牧兽医师", 3),
        ("高级工艺美术师", 3),
        ("副高及以上", 3),
        ("中级及以上职称", 2),
        ("副教授（正高级工程师）", 4),
        ("助理研究员兼工程师", 2),
    ],
)
def test_a_chinese_title_has_the_rank_of_its_whole_name(written: str, rank: int) -> None:
    assert title_rank(written) == rank


@pytest.mark.parametrize(
    ("written", "rank"),
    [
        ("Professor of Agronomy", 4),
        ("Associate Professor", 3),
        ("Assoc. Prof.", 3),
        ("associate-professor", 3),
        ("Associate Research Professor", 3),
        ("Assistant Professor", 2),
        ("Teaching Assistant", 1),
        ("Chief Physician", 4),
        ("Deputy Chief Physician", 3),
        ("Senior Engineer", 3),
        ("engineer", 2),
        ("Senior Lecturer", 3),
        ("Dean of Engineering", None),
    ],
)
def test_an_english_title_is_read_word_by_word(written: str, rank: int | None) -> None:
    assert title_rank(written) == rank


@pytest.mark.parametrize(
    "written", ["副 教授", "副 教 授", "副教授\u200b", " 副教授 ", "Associate  Professor", "ＡＳＳＯＣ ＰＲＯＦ"]
)
def test_spacing_and_width_do_not_change_a_title(written: str) -> None:
    assert title_rank(written) == 3


@pytest.mark.parametrize("written", ["", "院士", "博导", "处长"])
def test_a_title_of_no_known_rank_has_none(written: str) -> None:
    assert title_rank(written) is None


@pytest.mark.parametrize(
    ("written", "rank"),
    [
        ("博士", 4),
        ("博士研究生", 4),
        ("理学博士后", 4),
        ("博士在读", 3),
        ("Ph.D.", 4),
        ("PhD in Plant Pathology", 4),
        ("PhD candidate", 3),
        ("MD", 4),
        ("硕士及以上", 3),
        ("在读硕士", 2),
        ("Master's degree", 3),
        ("Masters", 3),
        ("M.Sc.", 3),
        ("大学本科", 2),
        ("学士", 2),
        ("B.Sc. Agronomy", 2),
        ("大专", 1),
        ("associate degree", 1),
        ("本科/硕士", 3),
        ("高中", None),
        ("Headmaster", None),
        ("", None),
    ],
)
def test_a_degree_has_the_rank_of_the_highest_one_held(written: str, rank: int | None) -> None:
    assert degree_rank(written) == rank


def test_every_listed_name_has_the_rank_it_is_listed_under() -> None:
    wrong = [(name, rank) for rank, names in TITLE_RANKS.items() for name in names if title_rank(name) != rank]
    wrong += [(name, rank) for rank, names in DEGREE_RANKS.items() for name in names if degree_rank(name) != rank]
    assert wrong == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("technology_deputy", "technology_deputy"),
        ("Technology-Deputy", "technology_deputy"),
        ("科技副总", "technology_deputy"),
        (" technology deputy ", "technology_deputy"),
        ("飞地", "talent_enclave"),
        ("揭榜挂帅", "joint_research"),
        ("Remote Consulting", "remote_consulting"),
    ],
)
def test_a_mode_is_known_by_code_and_by_its_chinese_and_english_names(written: str, code: str) -> None:
    assert mode_code(written) == code


def test_every_name_of_a_mode_belongs_to_that_mode_alone() -> None:
    listed = [(name, code) for code, names in MODES.items() for name in names]
    assert [(name, mode_code(name)) for name, _ in listed] == listed


def test_an_unknown_mode_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(UnknownChoiceError) as caught:
        mode_code("挂职")
    assert (caught.value.got, len(caught.value.valid)) == ("挂职", len(MODES))
    assert all(code in str(caught.value) and names[0] in str(caught.value) for code, names in MODES.items())


@pytest.mark.parametrize(("written", "rank"), [("副教授或教授", 3), ("正高或副高", 3), ("中级及以上", 2), ("教授", 4)])
def test_a_wish_that_names_two_titles_allows_the_lower_one(written: str, rank: int) -> None:
    assert wanted_title_rank(written) == rank


def test_a_wish_that_names_two_degrees_allows_the_lower_one() -> None:
    assert wanted_degree_rank("硕士或博士") == 3


@pytest.mark.parametrize(
    ("written", "rank"),
    [
        ("副主任检验技师", 3),
        ("副主任口腔医师", 3),
        ("主任临床药师", 4),
        ("主治口腔医师", 2),
        ("高级工艺师", 3),
        ("高级职称", 3),
    ],
)
def test_a_field_inside_a_title_does_not_lower_it(written: str, rank: int) -> None:
    assert title_rank(written) == rank


def test_a_title_is_not_read_as_a_degree() -> None:
    assert wanted_degree_rank("博士学位（或副高职称）") == 4
    assert degree_rank("研究生") == 3
