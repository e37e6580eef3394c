"""A small world for the engine: an encoder that hashes words, a background made with it, needs and experts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from matcher.background import Background
from matcher.encoders import Progress, Vectors
from matcher.engine import Engine
from matcher.explain import Explainer
from matcher.lexical import TermBank
from matcher.lexical.termbank import Concept
from matcher.lexical.tokens import bigrams_of
from matcher.pool import Pool
from matcher.ranker import Calibration, RankerProfile
from matcher.types import Expert, Need, Work

DIM = 384

CHINESE = (
    "青稞白酒固态发酵中窖泥微生物群落的演替",
    "县级医院远程会诊平台的建设与带教",
    "风电齿轮箱故障的振动信号诊断",
    "黄土高原坡耕地水土流失的遥感监测",
    "民族地区职业教育师资的培养",
    "磷石膏制备建筑材料的中试",
)
ENGLISH = (
    "Remote sensing of soil erosion on sloping farmland",
    "Vibration signals for fault diagnosis of wind turbine gearboxes",
    "Microbial succession in solid-state fermentation of highland barley liquor",
    "Telemedicine consultation for county hospitals",
    "Building materials made from phosphogypsum",
    "Vocational teachers in ethnic regions",
)
BANK = TermBank(
    [
        Concept(("枸杞炭疽病", "黑果病"), ("wolfberry anthracnose", "Colletotrichum gloeosporioides")),
        Concept(("多头蚴病", "脑包虫"), ("coenurosis", "Taenia multiceps")),
        Concept(("马铃薯晚疫病", "洋芋瘟"), ("potato late blight", "Phytophthora infestans")),
    ]
)
PROFILE = RankerProfile(
    own_centre=1.0,
    own_scale=1.0,
    weights={"meaning": 0.7, "words": 3.1, "terms": 2.3},
    best=(1.0, 0.5, 0.25),
    calibration=Calibration(slope=0.9, intercept=-1.0, strong=0.6, medium=0.3),
)


class HashingEncoder:
    """Stands in for `matcher.encoders.Encoder`: texts that share words or character bigrams are close.

    It knows no meaning and no second language; queries and passages look alike to it.
    """

    fingerprint = "hashing-1"

    def queries(self, texts: Sequence[str], progress: Progress | None = None, *, keep: bool = True) -> Vectors:
        return np.stack([_unit(text) for text in texts]) if texts else np.zeros((0, 0), np.float32)

    def passages(self, texts: Sequence[str], progress: Progress | None = None, *, keep: bool = True) -> Vectors:
        if progress:
            progress(len(texts), len(texts))
        return self.queries(texts)


def _unit(text: str) -> Vectors:
    """The sum of a random direction per word and bigram, as dense as a real encoder's vectors."""
    words = [*bigrams_of(text), *re.findall("[a-z]+", text.lower())]
    vector = np.sum([_direction(word) for word in words or [text]], axis=0)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@cache
def _direction(word: str) -> npt.NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=DIM)


def expert(identifier: str, *works: str, **facts: Any) -> Expert:
    """An expert with one work per title."""
    return Expert(identifier, works=tuple(Work(title) for title in works), **facts)


def need(problem: str, **facts: Any) -> Need:
    return Need("n1", problem=problem, **facts)


@pytest.fixture(scope="session")
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="session")
def engine(encoder: HashingEncoder) -> Engine:
    return Engine(
        encoder=encoder,
        background=Background({"zh": encoder.passages(CHINESE), "en": encoder.passages(ENGLISH)}),
        bank=BANK,
        profile=PROFILE,
        explainer=Explainer(encoder.passages, BANK),
    )


@pytest.fixture(scope="session")
def pool_of(encoder: HashingEncoder) -> Callable[..., Pool]:
    """Makes a pool of these experts."""

    def make(*experts: Expert) -> Pool:
        return Pool.build(experts, encoder, BANK)

    return make
