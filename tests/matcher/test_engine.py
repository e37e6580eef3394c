from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from matcher.eligibility import check
from matcher.engine import MOST_PROPOSED, Engine, Explanation
from matcher.errors import UnknownChoiceError
from matcher.explain import Explainer
from matcher.index import FaissIndex
from matcher.pool import Pool
from matcher.text import passages_of
from matcher.types import Expert, Ranking
from tests.matcher.conftest import BANK, PROFILE, HashingEncoder, expert, need

MakePool = Callable[..., Pool]

WOLFBERRY = need("地里的枸杞得了黑果病，果子发黑，想请人来教怎么防治", days_per_year=20, min_title="副高")
FACTS = {"days_per_year": 30, "title": "教授"}
EXPERTS = (
    expert("e-wolfberry", "枸杞炭疽病病原的分离与防治", "枸杞病害的绿色防控", "设施蔬菜病害", "果树修剪", **FACTS),
    expert("e-english", "Biological control of wolfberry anthracnose", "Fungicides in orchards", **FACTS),
    expert("e-potato", "洋芋瘟的预测预报", **FACTS),
    expert("e-mixed", "脑包虫的诊断", "Deep learning for gearboxes", bio="兽医寄生虫学", **FACTS),
    expert("e-wind", "风机叶片结冰的监测与除冰", **FACTS),
    expert("x-busy", "枸杞黑果病防治技术的推广", title="教授", days_per_year=5),
    expert("x-junior", "枸杞黑果病防治", title="助教", days_per_year=10),
)
ELIGIBLE = {one.id for one in EXPERTS if one.id.startswith("e-")}


@pytest.fixture(scope="module")
def pool(pool_of: MakePool) -> Pool:
    return pool_of(*EXPERTS)


@pytest.fixture(scope="module")
def ranking(engine: Engine, pool: Pool) -> Ranking:
    return engine.rank(WOLFBERRY, pool, top=0, show_excluded=True)


def ids(ranking: Ranking) -> list[str]:
    return [match.expert_id for match in ranking.matches]


def test_the_parts_of_every_match_add_up_to_its_raw_score(ranking: Ranking) -> None:
    for match in ranking.matches:
        assert [part.name for part in match.parts] == ["meaning", "words", "terms"]
        assert sum(part.value for part in match.parts) == pytest.approx(match.raw_score, abs=1e-9)


def test_what_the_evidence_gave_adds_up_to_the_raw_score(ranking: Ranking) -> None:
    for match in ranking.matches:
        assert sum(evidence.given for evidence in match.evidence) == pytest.approx(match.raw_score, abs=1e-9)


def test_the_evidence_is_the_experts_own_and_no_more_than_the_profile_counts(ranking: Ranking) -> None:
    own = {one.id: {(passage.field, passage.text) for passage in passages_of(one)} for one in EXPERTS}
    for match in ranking.matches:
        assert len(match.evidence) == min(len(PROFILE.best), len(own[match.expert_id]))
        assert {(evidence.field, evidence.text) for evidence in match.evidence} <= own[match.expert_id]


def test_matches_stand_in_the_order_of_their_raw_scores_and_the_score_is_their_calibrated_form(
    ranking: Ranking,
) -> None:
    raw = [match.raw_score for match in ranking.matches]
    assert raw == sorted(raw, reverse=True)
    assert [match.rank for match in ranking.matches] == list(range(1, len(raw) + 1))
    for match in ranking.matches:
        assert match.score == pytest.approx(1 / (1 + math.exp(-(0.9 * match.raw_score - 1.0))))
        assert match.band == ("strong" if match.score >= 0.6 else "medium" if match.score >= 0.3 else "weak")


def test_a_folk_name_finds_the_expert_who_writes_english_ahead_of_unrelated_chinese_ones(ranking: Ranking) -> None:
    assert ids(ranking)[:2] == ["e-wolfberry", "e-english"]


def test_an_expert_whom_a_rule_excludes_is_never_ranked_but_shown_under_every_rule_that_failed(
    ranking: Ranking,
) -> None:
    assert set(ids(ranking)) == ELIGIBLE
    assert [(excluded.expert_id, [rule.rule for rule in excluded.rules]) for excluded in ranking.exclusions] == [
        ("x-busy", ["days_per_year"]),
        ("x-junior", ["days_per_year", "min_title"]),
    ]
    assert all(rule.outcome == "fail" for excluded in ranking.exclusions for rule in excluded.rules)


def test_exclusions_are_listed_only_on_request(engine: Engine, pool: Pool, ranking: Ranking) -> None:
    silent = engine.rank(WOLFBERRY, pool, top=0)
    assert silent.exclusions == ()
    assert silent.matches == ranking.matches


def test_every_match_carries_the_rules_that_it_passed(ranking: Ranking) -> None:
    by_id = {one.id: one for one in EXPERTS}
    assert all(match.rules == check(WOLFBERRY, by_id[match.expert_id]) for match in ranking.matches)


@pytest.mark.parametrize("top", [1, 3, len(ELIGIBLE), 99])
def test_the_best_few_are_the_head_of_the_whole_list(engine: Engine, pool: Pool, ranking: Ranking, top: int) -> None:
    assert engine.rank(WOLFBERRY, pool, top=top).matches == ranking.matches[:top]


def test_the_same_input_gives_an_equal_ranking_from_an_engine_and_a_pool_made_anew(
    engine: Engine, pool_of: MakePool, ranking: Ranking
) -> None:
    fresh = HashingEncoder()
    again = Engine(
        encoder=fresh,
        background=engine.background,
        bank=BANK,
        profile=PROFILE,
        explainer=Explainer(fresh.passages, BANK),
    )
    assert again.rank(WOLFBERRY, pool_of(*EXPERTS), top=0, show_excluded=True) == ranking


def test_twins_tie_exactly_and_stand_by_id_wherever_they_stand_in_the_file(engine: Engine, pool_of: MakePool) -> None:
    twins = [expert(f"t{n:02d}", "枸杞病害的绿色防控", "Orchard pruning") for n in range(21)]
    others = [expert("a", "枸杞病害怎么办"), expert("z", "风电齿轮箱")]
    for shuffled in ([*reversed(twins), *others], [others[0], *twins[7:], others[1], *twins[:7]]):
        matches = engine.rank(need("枸杞病害怎么办"), pool_of(*shuffled), top=0).matches
        assert len({match.raw_score for match in matches if match.expert_id.startswith("t")}) == 1
        assert [match.expert_id for match in matches] == ["a", *(twin.id for twin in twins), "z"]


def test_the_order_of_the_file_changes_nothing(engine: Engine, pool_of: MakePool, ranking: Ranking) -> None:
    turned = engine.rank(WOLFBERRY, pool_of(*reversed(EXPERTS)), top=0, show_excluded=True)
    assert ids(turned) == ids(ranking)
    assert turned.exclusions == ranking.exclusions
    for mine, theirs in zip(turned.matches, ranking.matches, strict=True):
        assert mine.raw_score == pytest.approx(theirs.raw_score, abs=1e-6)


def test_an_unrelated_newcomer_leaves_the_others_in_their_order_and_their_scores_almost_as_they_were(
    engine: Engine, pool_of: MakePool, ranking: Ranking
) -> None:
    # Not exactly: the newcomer's text counts toward how rare each word is, by one text in over a thousand.
    newcomer = expert("e-newcomer", "高原铁路隧道的通风设计", **FACTS)
    joined = {match.expert_id: match for match in engine.rank(WOLFBERRY, pool_of(*EXPERTS, newcomer), top=0).matches}
    assert [identifier for identifier in joined if identifier != "e-newcomer"] == ids(ranking)
    for match in ranking.matches:
        assert joined[match.expert_id].raw_score == pytest.approx(match.raw_score, abs=0.005)


def test_an_expert_without_any_text_is_eligible_but_not_ranked(engine: Engine, pool_of: MakePool) -> None:
    pool = pool_of(Expert("blank", name="无名", **FACTS), EXPERTS[0], Expert("blank-too", bio=" \u200b", **FACTS))
    ranking = engine.rank(WOLFBERRY, pool, top=0, show_excluded=True)
    assert ids(ranking) == ["e-wolfberry"]
    assert ranking.exclusions == ()
    assert engine.explain(WOLFBERRY, pool, "blank") is None


@pytest.mark.parametrize(
    "experts",
    [(), (Expert("blank", **FACTS),), (EXPERTS[-1],)],
    ids=["nobody", "nobody with text", "nobody eligible"],
)
def test_where_nobody_can_be_ranked_the_ranking_is_empty(
    engine: Engine, pool_of: MakePool, experts: tuple[Expert, ...]
) -> None:
    assert engine.rank(WOLFBERRY, pool_of(*experts), top=0).matches == ()


def test_the_reasons_for_an_eligible_expert_are_those_of_the_ranking(
    engine: Engine, pool: Pool, ranking: Ranking
) -> None:
    for match in ranking.matches:
        expected = Explanation(match, is_eligible=True, of=len(ELIGIBLE), leader=ranking.matches[0])
        assert engine.explain(WOLFBERRY, pool, match.expert_id) == expected


def test_an_excluded_expert_is_told_the_rank_it_would_have_if_only_its_own_rules_were_lifted(
    engine: Engine, pool: Pool, pool_of: MakePool
) -> None:
    explanation = engine.explain(WOLFBERRY, pool, "x-busy")
    assert explanation is not None
    assert not explanation.is_eligible
    assert "days_per_year" in {rule.rule for rule in explanation.match.rules if rule.outcome == "fail"}

    freed = [replace(one, days_per_year=20) if one.id == "x-busy" else one for one in EXPERTS]
    lifted = engine.rank(WOLFBERRY, pool_of(*freed), top=0)
    (would_be,) = (match for match in lifted.matches if match.expert_id == "x-busy")
    assert (explanation.match.rank, explanation.match.raw_score) == (would_be.rank, would_be.raw_score)
    assert explanation.of == len(lifted.matches) == len(ELIGIBLE) + 1
    assert explanation.leader.expert_id == lifted.matches[0].expert_id


def test_an_unknown_expert_is_refused_with_the_ids_that_there_are(engine: Engine, pool: Pool) -> None:
    with pytest.raises(UnknownChoiceError) as refused:
        engine.explain(WOLFBERRY, pool, "e-nobody")
    assert refused.value.got == "e-nobody"
    assert all(one.id in str(refused.value) for one in EXPERTS)


CROPS = ("枸杞", "马铃薯", "青稞", "苹果", "玉米", "藏羊")
PROBLEMS = (
    ("黑果病", "anthracnose"), ("晚疫病", "late blight"), ("干旱", "drought"), ("霜冻", "frost"), ("沙尘", "dust"),
)  # fmt: skip
METHODS = (
    ("防治", "control"), ("监测", "monitoring"), ("遥感", "remote sensing"), ("育种", "breeding"),
    ("施肥", "fertilization"), ("灌溉", "irrigation"), ("贮藏", "storage"), ("加工", "processing"),
    ("机理", "mechanism"), ("推广", "extension"),
)  # fmt: skip
MANY = tuple(
    expert(f"m{n:03d}", f"{crop}{zh}的{method}研究", f"{method_en.title()} and {en} in highland agriculture {n}")
    for n, (crop, (zh, en), (method, method_en)) in enumerate(product(CROPS, PROBLEMS, METHODS))
)


@pytest.fixture(scope="module")
def many(encoder: HashingEncoder) -> Pool:
    """300 experts of two passages each, in indexes that have gone over to 8 bits and inverted lists."""
    passages = [passage for one in MANY for passage in passages_of(one)]
    vectors = encoder.passages([passage.text for passage in passages])
    pool = Pool(MANY, passages, vectors, bank=BANK, make_index=lambda dim: FaissIndex(dim, exact_limit=100))
    assert len(pool.passages) == 2 * len(MANY) == 600
    assert {index.kind for index in pool.indexes.values()} == {"ivf"}
    return pool


def propose_first(monkeypatch: pytest.MonkeyPatch, *, above: int, candidates: int) -> None:
    """Makes a pool of more than `above` passages large."""
    monkeypatch.setattr("matcher.pool.EXACT_PASSAGES", above)
    monkeypatch.setattr("matcher.pool.CANDIDATES", candidates)


@pytest.mark.parametrize("problem", ["枸杞黑果病防治", "青稞霜冻监测", "late blight monitoring", "藏羊干旱的加工"])
def test_in_a_large_pool_the_index_proposes_and_the_first_ten_stay_the_same(
    engine: Engine, many: Pool, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    whole = engine.rank(need(problem), many, top=0)
    propose_first(monkeypatch, above=599, candidates=100)
    proposed = engine.rank(need(problem), many, top=MOST_PROPOSED)
    assert len(whole.matches) == len(MANY)
    assert 10 < len(proposed.matches) <= 100
    assert proposed.matches[:10] == whole.matches[:10]


def test_in_a_large_pool_top_0_still_gives_every_eligible_expert(
    engine: Engine, many: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine.rank(need("枸杞黑果病防治"), many, top=0)
    propose_first(monkeypatch, above=599, candidates=20)
    assert engine.rank(need("枸杞黑果病防治"), many, top=0) == whole
    assert (
        engine.rank(need("枸杞黑果病防治"), many, top=MOST_PROPOSED + 50).matches == whole.matches[: MOST_PROPOSED + 50]
    )


def test_rules_act_inside_the_search_so_that_few_eligible_experts_are_all_found(
    engine: Engine, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch, many: Pool
) -> None:
    wanted = need("枸杞黑果病防治", days_per_year=20)
    last_three = {match.expert_id for match in engine.rank(wanted, many, top=0).matches[-3:]}
    experts = [replace(one, days_per_year=30 if one.id in last_three else 1) for one in MANY]
    vectors = encoder.passages([passage.text for passage in many.passages])
    pool = Pool(experts, many.passages, vectors, bank=BANK, make_index=lambda dim: FaissIndex(dim, exact_limit=100))
    propose_first(monkeypatch, above=5, candidates=6)
    assert set(ids(engine.rank(wanted, pool))) == last_three


def test_in_a_large_pool_an_expert_whom_the_index_does_not_propose_is_explained_all_the_same(
    engine: Engine, many: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = need("枸杞黑果病防治")
    last = engine.rank(wanted, many, top=0).matches[-1]
    propose_first(monkeypatch, above=599, candidates=20)
    assert last.expert_id not in ids(engine.rank(wanted, many, top=MOST_PROPOSED))
    explanation = engine.explain(wanted, many, last.expert_id)
    assert explanation is not None
    assert explanation.match.raw_score == last.raw_score
    assert explanation.match.rank == explanation.of
