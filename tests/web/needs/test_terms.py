"""Code tables are found by Chinese, pinyin, English and code; a typed text means one row or says which it may mean."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from web.services.need_terms import Kind, TermList, load_terms


@pytest.fixture(scope="module")
def lists() -> dict[str, TermList]:
    return {}


@pytest.fixture
def terms(session: Session, lists: dict[str, TermList]) -> dict[str, TermList]:
    kinds: tuple[Kind, ...] = ("discipline", "industry", "region")
    for kind in kinds:
        lists.setdefault(kind, load_terms(session, kind))
    return lists


@pytest.mark.parametrize(
    ("kind", "query", "code"),
    [
        ("discipline", "果树", "2104010"),
        ("discipline", "guoshuxue", "2104010"),
        ("discipline", "gsx", "2104010"),
        ("discipline", "２１０４０１０", "2104010"),
        ("discipline", "horticulture", "21040"),
        ("industry", "水果种植", "015"),
        ("industry", "A", "A"),
        ("region", "中宁", "640521"),
        ("region", "zhongningxian", "640521"),
        ("region", "宁夏·中卫", "640500"),
    ],
)
def test_the_row_that_is_meant_comes_first(terms: dict[str, TermList], kind: str, query: str, code: str) -> None:
    assert terms[kind].search(query)[0].code == code


def test_among_equals_the_own_province_comes_first(terms: dict[str, TermList]) -> None:
    found = [terms["region"].search("城关区", near=near)[0].code for near in ("54", "62")]
    assert found == ["540102", "620102"]


@pytest.mark.parametrize("query", ["", "   ", "没有这种学科", "%_", "'; DROP TABLE discipline; --", "🌱"])
def test_words_that_fit_nothing_find_nothing(terms: dict[str, TermList], query: str) -> None:
    assert terms["discipline"].search(query) == []


def test_what_the_form_shows_is_read_back_as_the_same_row(terms: dict[str, TermList]) -> None:
    codes = [("discipline", "A"), ("discipline", "2104010"), ("industry", "0151"), ("region", "659001")]
    for kind, code in codes:
        term = terms[kind].get(code)
        assert term is not None
        for language in ("zh", "en"):
            assert terms[kind].resolved(term.text(language)) == [term]


def test_a_name_that_several_places_have_gives_them_all(terms: dict[str, TermList]) -> None:
    assert {term.code for term in terms["region"].resolved("城关区")} == {"540102", "620102"}
    assert [term.code for term in terms["region"].resolved("甘肃兰州市城关区")] == ["620102"]


def test_a_row_says_where_it_stands(terms: dict[str, TermList]) -> None:
    term = terms["discipline"].get("2104010")
    assert term is not None
    assert term.above("zh") == "农业科学 › 农学 › 园艺学"
