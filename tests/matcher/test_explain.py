from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.encoders import Vectors
from matcher.explain import CLEAR, MEANING_MOST, SAME_MOST, TERM_MOST, Explainer, Floors
from matcher.lexical import builtin_term_bank
from matcher.lexical.telling import is_telling
from matcher.text import need_text, normalise
from matcher.types import Link, Need
from tests.matcher.conftest import HashingEncoder, need

ANY = Floors(within=-1.0, across=-1.0)
"""The encoder of these tests knows no meaning, so that its similarities are low; floors have tests of their own."""
EXPLAINER = Explainer(HashingEncoder().passages, builtin_term_bank(), alike=ANY)


def links(problem: str, written: str, *, by_meaning: bool = True) -> tuple[Link, ...]:
    return EXPLAINER.links(need_text(need(problem)), normalise(written), by_meaning=by_meaning)


def pairs(found: tuple[Link, ...], kind: str) -> list[tuple[str, str]]:
    return [(link.need, link.passage) for link in found if link.kind == kind]


@pytest.mark.parametrize(
    ("problem", "written", "pair"),
    [
        ("枸杞得了黑果病怎么治", "枸杞炭疽病病原菌的鉴定", ("黑果病", "枸杞炭疽病")),
        ("枸杞得了黑果病怎么治", "Epidemiology of Wolfberry  anthracnose", ("黑果病", "Wolfberry anthracnose")),
        ("家里的羊得了脑包虫", "Vaccines against Coenurus cerebralis", ("脑包虫", "Coenurus cerebralis")),
        ("洋芋瘟一来就绝收", "马铃薯晚疫病预警模型", ("洋芋瘟", "马铃薯晚疫病")),
        ("potato late blight forecasts", "洋芋瘟的预测预报", ("potato late blight", "洋芋瘟")),
        ("羊口疮反复发作", "Outbreaks of ORF in lambs", ("羊口疮", "ORF")),
    ],
)
def test_a_folk_name_is_joined_with_the_scientific_or_english_name_of_the_same_concept(
    problem: str, written: str, pair: tuple[str, str]
) -> None:
    found = links(problem, written)
    assert found[0] == Link(*pair, "term", 1.0)


def test_a_concept_that_both_call_by_the_same_name_is_the_same_words_not_a_term() -> None:
    assert links("枸杞炭疽病", "枸杞炭疽病的防治")[0] == Link("枸杞炭疽病", "枸杞炭疽病", "same", 1.0)
    assert pairs(links("枸杞炭疽病", "枸杞炭疽病的防治"), "term") == []


def test_no_term_is_claimed_where_the_passage_names_another_concept() -> None:
    assert pairs(links("枸杞得了黑果病怎么治", "马铃薯晚疫病与脑包虫"), "term") == []


def test_chinese_words_in_common_are_quoted_by_their_longest_stretch() -> None:
    assert pairs(links("光伏板积尘，清洗太费水", "光伏板积尘的在线监测"), "same")[0] == ("光伏板积尘", "光伏板积尘")
    assert pairs(links("光伏板积尘", "建筑光伏与电网"), "same") == [("光伏", "光伏")]


def test_english_words_in_common_are_found_across_case_and_number_and_quoted_as_each_writes_them() -> None:
    found = pairs(links("Gearbox failures of LoRa sensors", "SENSOR networks for gearboxes"), "same")
    assert sorted(found) == [("Gearbox", "gearboxes"), ("sensors", "SENSOR")]


def test_a_phrase_does_not_run_across_a_space_between_chinese_words() -> None:
    found = links("枸杞 防治", "枸杞防治")
    assert sorted(pairs(found, "same")) == [("枸杞", "枸杞"), ("防治", "防治")]


def test_function_words_in_common_are_no_reason() -> None:
    assert links("我们的办法是什么，怎么通过这个来做", "他们的方法是通过这个进行的") == ()
    assert links("how to do it with the new method", "it is a method for the new") == ()


@pytest.mark.parametrize(
    ("problem", "written"),
    [
        ("温度低于零下，降到三成，两个批号", "含量低于一成，降到最低，两个指标"),
        ("We found one of them after three months", "The ones that kept one third of it several months after"),
        ("第二次回来，四十几个", "回来第二次，四十几名"),
    ],
)
def test_numbers_and_words_of_more_and_less_in_common_are_no_reason(problem: str, written: str) -> None:
    assert links(problem, written) == ()


@pytest.mark.parametrize("phrase", ["one", "Ones", "after months", "降到", "两个", "五成五", "几年", "低于", "三月"])
def test_a_phrase_of_trivial_words_tells_nothing(phrase: str) -> None:
    assert not is_telling(phrase)


@pytest.mark.parametrize("phrase", ["烂根", "腌制", "修剪", "消毒水", "root rot", "two-stage flotation", "称重"])
def test_a_phrase_with_a_topic_tells_something(phrase: str) -> None:
    assert is_telling(phrase)


def test_a_stretch_within_a_longer_one_is_not_said_again() -> None:
    found = pairs(links("小蚕共育，共育室消毒", "小蚕共育规程与消毒"), "same")
    assert found == [("小蚕共育", "小蚕共育"), ("消毒", "消毒")]


def test_phrases_that_stand_out_but_are_unlike_are_no_reason() -> None:
    strict = Explainer(HashingEncoder().passages, builtin_term_bank(), alike=Floors(within=1.01, across=1.01))
    assert pairs(links(*CLOSE), "meaning") != []
    assert pairs(strict.links(*map(normalise, CLOSE)), "meaning") == []


def test_translations_may_lie_lower_than_paraphrases() -> None:
    floors = Floors(within=0.75, across=0.5).of(["烂根", "root rot"], ["根腐病", "root disease", "rot"])
    assert floors.tolist() == [[0.75, 0.5, 0.5], [0.5, 0.75, 0.75]]


CLOSE = ("牦牛产奶量低，青稞倒伏，电商人才", "Yak; milk yield of牦牛产奶, 倒伏青稞, gearbox")


def test_phrases_alike_to_the_encoder_are_joined_by_meaning_at_most_as_strongly_as_they_stand_out() -> None:
    meaning = [link for link in links(*CLOSE) if link.kind == "meaning"]
    assert meaning
    assert all(link.strength >= CLEAR and link.need != link.passage for link in meaning)
    assert [link.strength for link in meaning] == sorted((link.strength for link in meaning), reverse=True)


def test_without_meaning_only_words_and_terms_are_left_and_nothing_is_encoded() -> None:
    encoded: list[str] = []

    def encode(texts: list[str], /, *, keep: bool = True) -> Vectors:
        encoded.extend(texts)
        return HashingEncoder().passages(texts)

    silent = Explainer(encode, builtin_term_bank())
    found = silent.links(*map(normalise, CLOSE), by_meaning=False)
    assert found == tuple(link for link in links(*CLOSE) if link.kind != "meaning")
    assert encoded == []


def test_a_phrase_that_words_or_terms_already_explain_is_not_explained_by_meaning_again() -> None:
    # 牦牛精液 is as close to the encoder as 光伏板 is to 光伏瓦, whose common word is only a part of our phrase.
    found = links("牦牛，光伏板，法律援助，讲师，水塔", "牦牛精液，光伏瓦，高炉炼铁，河道，沙棘")
    assert pairs(found, "same") == [("牦牛", "牦牛"), ("光伏", "光伏")]
    assert pairs(found, "meaning") == [("光伏板", "光伏瓦")]


def test_of_two_phrases_against_two_none_stands_out() -> None:
    assert pairs(links("牦牛，光伏电站", "牦牛精液，wind farm"), "meaning") == []


def test_links_are_the_same_whether_or_not_the_phrases_were_prepared_together() -> None:
    prepared = Explainer(HashingEncoder().passages, builtin_term_bank(), alike=ANY)
    prepared.prepare([*map(normalise, CLOSE), "别的文本"])
    assert prepared.links(*map(normalise, CLOSE)) == links(*CLOSE)


def test_of_many_links_the_longest_terms_and_words_and_the_clearest_meanings_are_given() -> None:
    terms = links("黑果病，脑包虫，洋芋瘟，羊口疮", "枸杞炭疽病、多头蚴病、马铃薯晚疫病、羊传染性脓疱")
    assert len(pairs(terms, "term")) == TERM_MOST == 3
    assert ("洋芋", "马铃薯") not in pairs(terms, "term")

    words = links("法律援助，炼铁厂，河道，讲师，水塔", "水塔 讲师 河道 炼铁厂 法律援助", by_meaning=False)
    assert [a for a, _ in pairs(words, "same")][:2] == ["法律援助", "炼铁厂"]
    assert len(words) == SAME_MOST == 4

    ours = "牦牛产奶量，光伏电站运维，法律援助站，高炉炼铁厂，河道采砂"
    meaning = links(ours, "牦牛产奶的，光伏电站的防护，法律援助者，高炉炼铁的炉温")
    assert pairs(meaning, "meaning") == [("高炉炼铁厂", "高炉炼铁"), ("牦牛产奶量", "牦牛产奶")]
    assert len(pairs(meaning, "meaning")) == MEANING_MOST == 2


class Counting:
    """A phrase encoder that keeps what it was asked to encode, and whether it was to be kept on disk."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, phrases: list[str], /, *, keep: bool = True) -> Vectors:
        self.asked += [(phrase, keep) for phrase in phrases]
        return HashingEncoder().passages(phrases)


def test_what_was_prepared_is_not_encoded_again_and_phrases_of_several_texts_only_once() -> None:
    encode = Counting()
    explainer = Explainer(encode, builtin_term_bank())
    explainer.prepare(["牦牛产奶，青稞倒伏", "青稞倒伏，光伏电站", ""])
    asked = [phrase for phrase, _ in encode.asked]
    assert sorted(asked) == sorted(set(asked))
    assert "青稞倒伏" in asked
    explainer.links("牦牛产奶，青稞倒伏", "青稞倒伏，光伏电站")
    assert len(encode.asked) == len(asked)


def test_the_phrases_of_a_text_being_typed_are_not_kept_on_disk() -> None:
    encode = Counting()
    Explainer(encode, builtin_term_bank()).prepare(["牦牛产奶"], keep=False)
    assert encode.asked
    assert {keep for _, keep in encode.asked} == {False}


def test_no_more_texts_are_kept_than_there_is_room_for_and_links_stay_the_same() -> None:
    encode = Counting()
    small = Explainer(encode, builtin_term_bank(), alike=ANY, texts_kept=1)
    for _ in range(2):
        assert small.links(*map(normalise, CLOSE)) == links(*CLOSE)
        small.prepare(["别的文本，占了地方"])
    asked = [phrase for phrase, _ in encode.asked]
    assert len(asked) > len(set(asked))  # it had to encode what it could not keep


WORDS = (
    "枸杞", "黑果病", "洋芋瘟", "枸杞防治", "的", "防治", "牦牛", "wolfberry anthracnose", "Diseases", "disease",
    "orf", "ORF", "berries", "Berry", "of", "SARS-CoV-2", "5G", "Yak", "yaks", "gearbox",
    "，", "。", " ", "  ", "/", "-", "(", "\n", "’s", "é", "２０",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)


@given(problem=TEXTS, title=TEXTS, written=TEXTS)
def test_links_quote_what_stands_in_the_need_and_in_the_passage(problem: str, title: str, written: str) -> None:
    wanted, theirs = need_text(Need("n1", title=title, problem=problem)), normalise(written)
    for link in EXPLAINER.links(wanted, theirs):
        assert link.need in wanted
        assert link.passage in theirs
        assert (link.need == link.passage) <= (link.kind == "same")


@given(problem=TEXTS, written=TEXTS)
def test_no_link_is_given_twice(problem: str, written: str) -> None:
    found = links(problem, written)
    assert len(set(found)) == len(found)
