"""What the tests of live pools share: a few texts and needs, and the same pool made from scratch."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.encoded import EncodedExpert, encode_experts
from matcher.engine import Engine
from matcher.features import LexicalFeatures
from matcher.live import Snapshot
from matcher.pool import Pool
from matcher.text import passages_of
from matcher.types import Expert, Ranking
from tests.matcher.conftest import BANK, HashingEncoder, need

ENCODER = HashingEncoder()
TEXTS = (
    "枸杞炭疽病病原的分离与防治", "Biological control of wolfberry anthracnose", "洋芋瘟的预测预报", "脑包虫的诊断",
    "风机叶片结冰的监测与除冰", "Deep learning for gearboxes", "设施蔬菜病害", "枸杞黑果病", "",
)  # fmt: skip
IDS = ("a", "b", "c", "d", "e")
NEEDS = (
    need("地里的枸杞得了黑果病，果子发黑", days_per_year=20),
    need("wolfberry anthracnose and gearbox faults"),
    need("风机结冰了怎么办", min_title="副高"),
)


def encoded(*experts: Expert) -> tuple[EncodedExpert, ...]:
    return encode_experts(experts, ENCODER)


def from_scratch(experts: Sequence[Expert], like: Snapshot) -> Pool:
    """A pool of these experts made anew, under the statistics that a snapshot weighs words by."""
    passages = [passage for one in experts for passage in passages_of(one)]
    texts = [passage.text for passage in passages]
    vectors = ENCODER.passages(texts)
    return Pool(
        experts, passages, vectors, bank=BANK, lexical=LexicalFeatures(texts, BANK, like.base.lexical.statistics)
    )


def ranked(engine: Engine, pool: Pool | Snapshot) -> list[Ranking]:
    return [engine.rank(one, pool, top=0, show_excluded=True) for one in NEEDS]
