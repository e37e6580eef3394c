"""From the expert's side: the same scores, parts, evidence and rules as from the employer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.encoded import encode_experts
from matcher.engine import Engine
from matcher.errors import UnknownChoiceError
from matcher.live import LivePool
from matcher.needs import NeedPool, NeedTable
from matcher.pool import Pool
from matcher.searchable import Searchable
from matcher.types import Expert, Need
from tests.matcher.conftest import BANK, HashingEncoder, expert
from tests.matcher.test_eligibility import EXPERTS, NEEDS

TEXTS = (
    "枸杞炭疽病病原的分离与防治", "Biological control of wolfberry anthracnose", "洋芋瘟的预测预报", "脑包虫的诊断",
    "风机叶片结冰的监测与除冰", "Deep learning for gearboxes", "设施蔬菜病害", "枸杞黑果病", "", "wolfberry",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(TEXTS), max_size=3)


@st.composite
def needs(draw: st.DrawFn) -> list[Need]:
    many = draw(st.lists(st.tuples(NEEDS, WORDS), min_size=1, max_size=5))
    return [replace(one, id=f"n{i}", problem="，".join(words)) for i, (one, words) in enumerate(many)]


@st.composite
def experts(draw: st.DrawFn) -> list[Expert]:
    many = draw(st.lists(st.tuples(EXPERTS, WORDS), min_size=1, max_size=6))
    return [replace(one, id=f"e{i}", works=expert("", *words).works) for i, (one, words) in enumerate(many)]


def table_of(engine: Engine, many: Sequence[Need]) -> NeedTable:
    return NeedPool([engine.prepare_need(one) for one in many]).snapshot()


def both_directions_agree(engine: Engine, pool: Searchable, table: NeedTable) -> None:
    forward = [engine.assess(one, pool) for one in table.prepared]
    for number, one in enumerate(pool.experts):
        if not pool.live[number]:
            continue
        mine = engine.needs_for(one.id, pool, table)
        assert mine.allowed.tolist() == [bool(found.allowed[number]) for found in forward]
        assert np.array_equal(mine.raw, [found.raw[number] for found in forward], equal_nan=True)
        assert np.array_equal(mine.probability, [found.probability[number] for found in forward], equal_nan=True)
        matches = engine.need_matches(mine, mine.ids())
        assert [match.rank for match in matches] == list(range(1, len(matches) + 1))
        for match in matches:
            (theirs,) = engine.matches(forward[table.number_of(match.need_id)], [one.id])
            assert replace(match, rank=theirs.rank) == theirs


@given(many=needs(), people=experts())
@settings(max_examples=25, deadline=None)
def test_every_pair_has_one_score_and_one_set_of_reasons_from_either_side(
    engine: Engine, pool_of: Callable[..., Pool], many: list[Need], people: list[Expert]
) -> None:
    both_directions_agree(engine, pool_of(*people), table_of(engine, many))


@given(many=needs(), people=experts(), changed=experts())
@settings(max_examples=15, deadline=None)
def test_that_holds_for_experts_who_have_changed_since_the_base_was_made(
    engine: Engine, encoder: HashingEncoder, many: list[Need], people: list[Expert], changed: list[Expert]
) -> None:
    live = LivePool(encode_experts(people, encoder), bank=BANK)
    live.upsert(encode_experts(changed, encoder))
    both_directions_agree(engine, live.snapshot(), table_of(engine, many))


ASKED = tuple(
    Need(f"n{number}", title=title, province=province)
    for number, (title, province) in enumerate(
        [("枸杞黑果病", "宁夏"), ("风机叶片结冰", "新疆"), ("枸杞", "青海"), ("洋芋瘟", "宁夏"), ("枸杞", "宁夏")]
    )
)


@pytest.fixture(scope="module")
def pool(pool_of: Callable[..., Pool]) -> Pool:
    return pool_of(expert("e1", "枸杞炭疽病的防治", "枸杞"), Expert("blank"), expert("e2", "风机叶片结冰的监测"))


def test_needs_come_best_first_and_equal_ones_by_id(engine: Engine, pool: Pool) -> None:
    found = engine.needs_for("e1", pool, table_of(engine, [*reversed(ASKED)]))
    scores = [found.probability[found.table.number_of(name)] for name in found.ids()]
    assert scores == sorted(scores, reverse=True)
    assert found.ids().index("n2") + 1 == found.ids().index("n4")
    assert [found.rank_of(name) for name in found.ids()] == [1, 2, 3, 4, 5]


def test_a_filter_of_needs_keeps_ranks_and_order(engine: Engine, pool: Pool) -> None:
    table = table_of(engine, ASKED)
    whole, within = engine.needs_for("e1", pool, table), table.where(lambda one: one.province == "宁夏")
    found = engine.needs_for("e1", pool, table, within=within)
    assert found.ids() == tuple(name for name in whole.ids() if name in {"n0", "n3", "n4"})
    assert whole.restricted(within).ids() == found.ids()
    assert engine.need_matches(found, found.ids()) == tuple(
        match for match in engine.need_matches(whole, whole.ids()) if match.need_id in found.ids()
    )


def test_an_expert_without_text_gets_no_needs_and_no_needs_are_no_error(engine: Engine, pool: Pool) -> None:
    found = engine.needs_for("blank", pool, table_of(engine, ASKED))
    assert found.ids() == ()
    assert found.allowed.all()
    assert found.rank_of("n0") is None
    assert engine.needs_for("e1", pool, NeedTable()).ids() == ()


def test_an_unknown_expert_or_need_is_refused_by_name(engine: Engine, pool: Pool) -> None:
    table = table_of(engine, ASKED)
    with pytest.raises(UnknownChoiceError, match="unknown expert 'e9'"):
        engine.needs_for("e9", pool, table)
    with pytest.raises(UnknownChoiceError, match="unknown need 'n9'; valid: n0, n1"):
        engine.need_matches(engine.needs_for("e1", pool, table), ["n9"])


def test_needs_come_change_and_go_and_a_table_once_taken_stays(engine: Engine, pool: Pool) -> None:
    needs = NeedPool(engine.prepare_need(one) for one in ASKED[:3])
    before, version = needs.snapshot(), needs.version
    scores = engine.needs_for("e1", pool, before).raw.tolist()
    needs.upsert([engine.prepare_need(replace(ASKED[0], title="洋芋瘟")), engine.prepare_need(ASKED[3])])
    needs.remove(["n1", "never there"])
    after = needs.snapshot()
    assert [one.id for one in after.needs] == ["n0", "n2", "n3"]
    assert after.get("n0") is after.prepared[0]
    assert after.get("n1") is None
    assert needs.version == version + 2
    assert len(needs) == 3
    assert [one.id for one in before.needs] == ["n0", "n1", "n2"]
    assert engine.needs_for("e1", pool, before).raw.tolist() == scores
    assert (
        engine.needs_for("e1", pool, after).raw.tolist()
        == engine.needs_for("e1", pool, table_of(engine, after.needs)).raw.tolist()
    )
