import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.lexical import LexicalIndex, Mention, TermBank, builtin_term_bank, tokens, words_of
from matcher.lexical.termbank import Concept, read_concepts

K1, B = 1.2, 0.75
CORPUS = (
    "枸杞炭疽病的综合防治，枸杞果实发黑",
    "Wolfberry anthracnose: field trials of wolfberry sprays and wolfberry pruning",
    "玉米大斑病 northern corn leaf blight",
    "",
    "Yak milk powder, 牦牛奶粉",
    "玉米玉米玉米",
)


def lucene_bm25(query: Sequence[str], corpus: Sequence[str], row: int) -> float:
    """BM25 as Lucene computes it since version 8 (Kamphuis et al. 2020), without the constant factor k1 + 1."""
    documents = [tokens(text) for text in corpus]
    mean_length = sum(map(len, documents)) / len(documents)
    counts, score = Counter(documents[row]), 0.0
    for token in set(query):
        seen = sum(token in document for document in documents)
        idf = math.log(1 + (len(documents) - seen + 0.5) / (seen + 0.5))
        norm = K1 * (1 - B + B * len(documents[row]) / mean_length)
        score += idf * counts[token] / (counts[token] + norm)
    return score


def test_chinese_gives_words_of_three_characters_and_more_and_bigrams() -> None:
    assert Counter(tokens("炭疽病,农科院")) == Counter(["炭疽病", "农科院", "炭疽", "疽病", "农科", "科院"])


def test_bigrams_do_not_cross_punctuation_or_english() -> None:
    assert tokens("玉米,大豆 rice 青稞") == ["玉米", "大豆", "青稞", "rice"]


def test_english_gives_lower_case_singular_words_without_stop_words() -> None:
    text = "The Diseases of Tomatoes, viruses in potatoes; SARS-CoV-2 and berries in boxes, a virus of PM2"
    words = ["disease", "tomato", "virus", "potato", "sars-cov-2", "berry", "box", "virus", "pm2"]
    assert words_of(text) == words
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("word", "same"),
    [("shoes", "shoe"), ("aloes", "aloe"), ("causes", "cause"), ("glass", "glass"), ("virus", "virus")],
)
def test_a_plural_ending_is_all_that_is_cut(word: str, same: str) -> None:
    assert words_of(word) == [same]


def test_a_text_without_words_has_no_tokens() -> None:
    assert tokens("2024 — 30%, a 病") == []


BANK = TermBank(
    [
        Concept(("枸杞炭疽病", "黑果病", "枸杞黑果"), ("wolfberry anthracnose", "Colletotrichum gloeosporioides")),
        Concept(("小麦条锈病", "黄疸"), ("wheat stripe rust", "yellow rust")),
        Concept(("黄疸病", "黄疸"), ("jaundice",)),
        Concept(("机器学习",), ("machine learning", "ML")),
        Concept(("精益生产", "5S管理"), ("5S",)),
        Concept(("马铃薯",), ("potato",)),
    ]
)


def found(text: str) -> list[tuple[int, str]]:
    return [(mention.concept, mention.surface) for mention in BANK.mentions(text)]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("我家的黑果病咋治", "黑果病"),
        ("枸杞炭疽病", "枸杞炭疽病"),
        ("caused by Colletotrichum Gloeosporioides in goji", "Colletotrichum Gloeosporioides"),
        ("Wolfberry anthracnoses spread", "Wolfberry anthracnoses"),
        ("黑果病即枸杞炭疽病(wolfberry anthracnose)", "wolfberry anthracnose"),
    ],
)
def test_a_concept_is_found_by_its_folk_latin_and_plural_names(text: str, surface: str) -> None:
    assert found(text) == [(0, surface)]


def test_a_name_of_two_concepts_finds_both_and_mentions_follow_the_bank() -> None:
    assert found("jaundice 叫黄疸; potatoes 烂了") == [(1, "黄疸"), (2, "jaundice"), (5, "potatoes")]
    assert BANK.mentions("黄疸") == (Mention(1, "黄疸"), Mention(2, "黄疸"))


@pytest.mark.parametrize("text", ["", "stripe rust of oats", "anthracnose", "wheatstripe rust", "果病"])
def test_part_of_a_name_is_no_mention(text: str) -> None:
    assert found(text) == []


def test_names_of_one_character_and_names_at_the_end_of_a_text_are_found() -> None:
    bank = TermBank([Concept(("羊",), ()), Concept(("羊肉", "羊肉汤"), ()), Concept(("汤",), ())])
    assert bank.mentions("羊肉汤") == (Mention(0, "羊"), Mention(1, "羊肉汤"), Mention(2, "汤"))
    assert bank.mentions("喝羊肉") == (Mention(0, "羊"), Mention(1, "羊肉"))


def test_a_short_acronym_is_found_only_as_it_is_written() -> None:
    assert found("5 ml in a farmer's 5 s test") == []
    assert found("ML用于5S") == [(3, "ML"), (4, "5S")]


def test_a_bank_is_read_from_rows_with_aliases_and_comments() -> None:
    rows = ["# zh\ten", "", "青稞\t裸大麦; 元麦;\thighland barley\t; Hordeum vulgare\t作物\n"]
    assert read_concepts(rows) == [Concept(("青稞", "裸大麦", "元麦"), ("highland barley", "Hordeum vulgare"))]


def test_every_name_in_the_built_in_bank_finds_its_concept() -> None:
    bank = builtin_term_bank()
    assert len(bank.concepts) > 1000
    lost = [
        name
        for number, concept in enumerate(bank.concepts)
        for name in (*concept.zh, *concept.en)
        if number not in {mention.concept for mention in bank.mentions(name)}
    ]
    assert lost == []


QUERIES = ("枸杞果实发黑 anthracnose", "wolfberry wolfberries", "玉米", "玉米 yak 牦牛奶粉 blight", "unheard-of words")


@pytest.mark.parametrize("query", QUERIES)
def test_texts_weighed_by_the_statistics_of_others_score_as_the_same_texts_there(query: str) -> None:
    whole = LexicalIndex(CORPUS, background=["玉米 corn", "yak"])
    part = LexicalIndex.under(whole.statistics, CORPUS[2:5])
    assert part.share(tokens(query)).tolist() == whole.share(tokens(query))[2:5].tolist()
    longer = part.changed(np.array([1, 0]), CORPUS[:1], recount=False)
    assert longer.share(tokens(query)).tolist() == whole.share(tokens(query))[[3, 2, 0]].tolist()


@pytest.mark.parametrize("query", QUERIES)
def test_statistics_counted_again_are_those_of_the_texts_that_are_left_and_new(query: str) -> None:
    changed = LexicalIndex(CORPUS, background=["yak"]).changed(
        np.array([0, 3, 4]), ["新的 barley", CORPUS[1]], recount=True
    )
    anew = LexicalIndex([*(CORPUS[row] for row in (0, 3, 4)), "新的 barley", CORPUS[1]], background=["yak"])
    for words in (tokens(query), tokens("新的 barley 玉米")):
        np.testing.assert_allclose(changed.share(words), anew.share(words), rtol=1e-6)


def test_a_word_that_the_statistics_do_not_have_counts_toward_the_length_only() -> None:
    statistics = LexicalIndex(["yak milk"]).statistics
    known, unknown = (LexicalIndex.under(statistics, [text]) for text in ("yak yak", "yak barley"))
    assert unknown.scores(["barley"]).tolist() == [0.0]
    assert known.counts.lengths.tolist() == unknown.counts.lengths.tolist() == [2]
    assert 0 < unknown.scores(["yak"])[0] < known.scores(["yak"])[0]


def test_one_passages_words_weigh_what_they_score() -> None:
    index = LexicalIndex(CORPUS)
    for row in range(len(CORPUS)):
        words, weights = index.weights(row)
        alone = {word: float(index.scores([word], np.array([row]))[0]) for word in set(tokens(CORPUS[row]))}
        assert {number: float(weight) for number, weight in zip(words, weights, strict=True)} == {
            index.statistics.numbers[word]: score for word, score in alone.items()
        }


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("background", [(), ("玉米 corn", "yak", "枸杞 枸杞", "leaf blight of corn " * 9)])
def test_scores_are_lucenes_bm25_over_texts_and_background(query: str, background: tuple[str, ...]) -> None:
    scores = LexicalIndex(CORPUS, background=background).scores(tokens(query))
    expected = [lucene_bm25(tokens(query), CORPUS + background, row) for row in range(len(CORPUS))]
    assert scores.shape == (len(CORPUS),)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)


def test_chosen_rows_are_scored_in_the_order_given() -> None:
    index, query = LexicalIndex(CORPUS), tokens("玉米 wolfberry 牦牛")
    rows = np.array([5, 0, 4, 5, 1])
    assert index.scores(query, rows).tolist() == index.scores(query)[rows].tolist()
    assert index.share(query, rows).tolist() == index.share(query)[rows].tolist()
    assert index.scores(query, np.zeros(0, np.int64)).shape == (0,)


def test_background_changes_how_rare_a_word_is_and_is_never_scored() -> None:
    texts, query = ("yak milk", "goji fruit"), tokens("yak goji")
    alone = LexicalIndex(texts)
    with_yaks = LexicalIndex(texts, background=["yak herd"] * 20)
    assert alone.scores(query)[0] == pytest.approx(alone.scores(query)[1])
    assert with_yaks.scores(query).shape == (2,)
    assert with_yaks.scores(query)[0] < with_yaks.scores(query)[1] / 3


TEXTS = st.lists(
    st.lists(st.sampled_from(["yak", "goji", "rice", "玉米", "青稞"]), max_size=6).map(" ".join), max_size=6
)


@given(texts=TEXTS, background=TEXTS, query=st.lists(st.sampled_from(["yak", "goji", "rice", "玉米", "unknown"])))
@settings(max_examples=60, deadline=None)
def test_the_share_lies_between_nothing_and_everything(
    texts: list[str], background: list[str], query: list[str]
) -> None:
    index = LexicalIndex(texts, background=background)
    share = index.share(query)
    assert share.shape == (len(texts),)
    assert ((share >= 0) & (share <= 1)).all()
    assert ((share > 0) == (index.scores(query) > 0)).all()


def test_the_best_text_for_a_one_word_query_has_a_share_of_one() -> None:
    share = LexicalIndex(CORPUS).share(["玉米"])
    assert share[5] == pytest.approx(1.0)
    assert 0 < share[2] < 1
    assert share[[0, 1, 3, 4]].tolist() == [0, 0, 0, 0]


def test_rounding_never_lifts_a_share_above_one() -> None:
    seen = {"yak": 2, "goji": 2, "rice": 8, "corn": 3, "barley": 3, "sheep": 8, "goat": 8, "tea": 3, "cotton": 6}
    seen |= {"maize": 8, "apple": 5}
    background = [f"{word} {'filler ' * 9}" for word, times in seen.items() for _ in range(times)]
    words = tokens("barley goat yak maize cotton rice apple wheat corn")
    assert LexicalIndex([" ".join(words)], background=background).share(words)[0] <= 1


def test_no_word_in_common_is_a_share_of_nothing() -> None:
    assert LexicalIndex(CORPUS).share(["unheard-of"]).tolist() == [0.0] * len(CORPUS)
    assert LexicalIndex(["", "30%"]).share(["玉米"]).tolist() == [0.0, 0.0]
