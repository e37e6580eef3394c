"""Which phrases tell a reader something: a link between two others is no reason for a match."""

from __future__ import annotations

import re
from functools import lru_cache

from matcher.lexical.tokens import STOP_WORDS, singular

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_COUNTED = re.compile(r"[〇零一二三四五六七八九十百千万亿两几半成多余来第个年月日天倍回遍]+")
"""Only numbers and what they count by: 两个, 三成, 第二次, 成五."""
_EMPTY_TAGS = frozenset("mqtfrdpcuyeoxwkh")
"""Parts of speech without a topic: numbers, measures, times, directions, pronouns, adverbs, particles."""

# Verbs of more and less, coming and going, and the nouns of every report; they are no function words to the tagger.
_CHINESE_EMPTY = frozenset(
    """
    低于 高于 小于 大于 等于 不足 超过 达到 达不到 降到 升到 放到 减到 提到 降至 升至 增至 下降 上升 增加 减少 提高
    提升 降低 增长 出来 进来 回来 过来 下来 上来 起来 出去 进去 回去 过去 上去 下去 出现 发生 进行 开展 不够 不能 无法
    难弄 眼看 照搬 提前 变成 成为 作为 具有 存在 影响 有效 明显 显著 主要 重要 进一步 数量 比例 部分 方面 情况 问题
    办法 方法 措施 时间 地方 东西 大家 结果 效果 条件 要求 需求 需要 希望 目标 指标 合格 证明 一般 基本 不行 毛病
    出毛病 去路 经验 统一 形成 产出 参与 分出 得到 做到 看到 用到 找到 留下 剩下
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list
)
_ENGLISH_EMPTY = STOP_WORDS | frozenset(
    """
    one two three four five six seven eight nine ten hundred thousand first second third half once twice several many
    much other another some few only very well high higher low lower large larger small smaller great good better best
    year month week day hour time case part number level after before since because if so up down out off about above
    below cannot make made get got give given keep kept see seen take taken work find found mostly least less than per
    percent significant significantly respectively among due include included including total different various same
    single double doubled increase increased increasing decrease decreased reduce reduced improve improved present
    report reported compare compared respective overall further still even yet just like way thing lot kind
    """.split()  # noqa: SIM905
)


@lru_cache(maxsize=65536)
def is_telling(phrase: str) -> bool:
    """Whether any word of the phrase says what it is about."""
    if not _HAN.search(phrase):
        words = phrase.lower().split()
        return any(word not in _ENGLISH_EMPTY and singular(word) not in _ENGLISH_EMPTY for word in words)
    if _COUNTED.fullmatch(phrase) or phrase in _CHINESE_EMPTY:
        return False
    return any(_is_topical(word, tag) for word, tag in _tagged(phrase))


def _tagged(phrase: str) -> list[tuple[str, str]]:
    import rjieba

    return list(rjieba.tag(phrase, True))


def _is_topical(word: str, tag: str) -> bool:
    if word in _CHINESE_EMPTY or _COUNTED.fullmatch(word):
        return False
    return (len(word) > 1 and tag[:1] not in _EMPTY_TAGS) or (tag[:1] in "nag" and len(word) == 1)
