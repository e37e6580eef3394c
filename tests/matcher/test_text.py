import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text import MAX_PASSAGE_CHARS, detect_language, need_text, normalise, passages_of, split_long
from matcher.types import Expert, Need, Work

TITLE_ZH = "枸杞炭疽病的综合防治"
ABSTRACT_EN = "We report field trials of biological control against wolfberry anthracnose."


def fields_of(expert: Expert) -> list[tuple[str, str, str]]:
    return [(passage.field, passage.language, passage.text) for passage in passages_of(expert)]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＰＭ２．５", "PM2.5"),
        ("３０℃，ｐＨ７", "30°C,pH7"),
        ("ﬁeld", "field"),
        ("ﾄﾏﾄ", "トマト"),
        ("e\u0301levage", "élevage"),
    ],
)
def test_full_width_and_composed_characters_become_plain_ones(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("羊\x00肉\x07", "羊 肉"),
        ("a\r\n\tb\u3000c\u00a0d\u2028e", "a b c d e"),
        ("\ufeff玉\u200b米micro\u00adbe", "玉米microbe"),
        (" \x1f\n ", ""),
        ("a\ud800b", "a b"),
    ],
)
def test_control_characters_separate_and_invisible_ones_vanish(written: str, plain: str) -> None:
    assert normalise(written) == plain


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_a_normalised_text_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("果子发黑", "zh"),
        ("black fruit", "en"),
        ("", "zh"),
        ("2024 — 30%", "zh"),
        ("㐂𠮷", "zh"),
        ("用 CRISPR 改良青稞", "zh"),
        ("Goji (枸杞) anthracnose control", "en"),
        ("青稞 barley", "zh"),
        ("稞 highland barley", "en"),
    ],
)
def test_the_language_is_that_of_more_chinese_characters_or_latin_words(text: str, language: str) -> None:
    assert detect_language(text) == language


SENTENCES = st.lists(st.sampled_from(["果子黑了。", "a b. ", "see Fig. 3 ", "x;y", "长" * 15, "! ", "E. coli", " "]))


@given(text=SENTENCES.map("".join).map(normalise), limit=st.integers(1, 30))
@settings(max_examples=300, deadline=None)
def test_pieces_never_exceed_the_limit_and_nothing_is_lost(text: str, limit: int) -> None:
    pieces = split_long(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["See Fig. 3 and E. coli.", "a;b", "株高 1.5 m。See text! 果"])
def test_a_text_within_the_limit_stays_whole_and_unchanged(text: str) -> None:
    assert split_long(text, len(text)) == [text]


def test_a_long_text_is_cut_at_sentence_ends() -> None:
    assert split_long("果子黑了。叶子黄了！怎么办?", 10) == ["果子黑了。叶子黄了！", "怎么办?"]
    assert split_long("Fruit turns black. Leaves fall. Why?", 20) == ["Fruit turns black.", "Leaves fall. Why?"]


def test_a_sentence_over_the_limit_is_cut_where_the_limit_is() -> None:
    assert split_long("甲" * 25 + "。乙。", 10) == ["甲" * 10, "甲" * 10, "甲" * 5 + "。乙。"]


def test_a_chinese_title_with_an_english_abstract_is_two_passages() -> None:
    expert = Expert("e1", works=(Work(TITLE_ZH, ABSTRACT_EN),))
    assert fields_of(expert) == [("works[0]", "en", ABSTRACT_EN), ("works[0]", "zh", TITLE_ZH)]


def test_title_keywords_and_abstract_of_one_language_are_one_passage() -> None:
    expert = Expert("e1", works=(Work(TITLE_ZH, "田间试验。", keywords=("枸杞", " ", "\u200b", "炭疽病")),))
    assert fields_of(expert) == [("works[0]", "zh", f"{TITLE_ZH}。枸杞、炭疽病。田间试验。")]
    expert = Expert("e1", works=(Work("Goji disease", ABSTRACT_EN, keywords=("goji", "anthracnose")),))
    assert fields_of(expert) == [("works[0]", "en", f"Goji disease. goji, anthracnose. {ABSTRACT_EN}")]


def test_each_field_is_a_passage_of_its_own_named_after_where_it_stands() -> None:
    expert = Expert("e7", bio="　研究植物病理", keywords=("goji",), works=(Work(""), Work("小麦条锈病")))
    assert fields_of(expert) == [
        ("bio", "zh", "研究植物病理"),
        ("keywords", "en", "goji"),
        ("works[1]", "zh", "小麦条锈病"),
    ]
    assert {passage.expert_id for passage in passages_of(expert)} == {"e7"}


def test_an_expert_without_text_has_no_passages() -> None:
    assert passages_of(Expert("e1", name="张三", bio=" \x00", keywords=("",), works=(Work(" "),))) == ()


@pytest.mark.parametrize(("sentence", "language"), [("果子黑了，叶子也黄了。", "zh"), ("Fruit turns black. ", "en")])
def test_a_long_bio_is_split_into_passages_within_the_limit_of_its_language(sentence: str, language: str) -> None:
    text = sentence * 200
    passages = passages_of(Expert("e1", bio=text))
    limit = MAX_PASSAGE_CHARS[language]
    assert {passage.language for passage in passages} == {language}
    assert [len(passage.text) <= limit for passage in passages] == [True] * len(passages)
    assert len(passages) <= 1 + len(text) // (limit - len(sentence))
    assert "".join(passage.text for passage in passages).replace(" ", "") == normalise(text).replace(" ", "")


def test_a_needs_text_follows_the_order_of_the_form() -> None:
    need = Need(
        "n1", title="果子发黑", problem="雨后烂果！", indicators="损失<5%", goal="找到药", keywords=("枸杞", "病")
    )
    assert need_text(need) == "果子发黑。雨后烂果!损失<5%。找到药。枸杞、病"


def test_an_english_needs_text_is_joined_as_english() -> None:
    need = Need("n1", title="Black goji", goal="Find a cure.", problem="Rot after rain", keywords=("goji", "rot"))
    assert need_text(need) == "Black goji. Rot after rain. Find a cure. goji, rot"


def test_what_is_not_wanted_as_text_stays_out_of_a_needs_text() -> None:
    need = Need("n1", title="果子发黑", province="宁夏", min_title="教授", modes=("training",), city="中卫")
    assert need_text(need) == "果子发黑"
