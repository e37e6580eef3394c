"""Phrases of a text that a reader would mark: content words between function words and punctuation."""

from __future__ import annotations

import re

from matcher.lexical.tokens import STOP_WORDS

# A space between Chinese words is punctuation; between English ones it is nothing.
_PIECE = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[A-Za-z][A-Za-z0-9\-]*|\S|(?<=[㐀-䶿一-鿿豈-﫿])\s")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_ENGLISH = re.compile(r"[A-Za-z]")

# Words that join phrases in postings and abstracts without being about anything.
_CHINESE_STOP = frozenset(
    """
    的 了 是 在 和 与 及 等 对 为 以 从 到 由 被 把 将 或 但 而 且 并 也 都 就 还 又 很 太 更 最 不 没 没有 无 有 我
    我们 俺 咱 咱们 他 她 它 他们 你 你们 您 这 那 这里 那里 这儿 那儿 这个 那个 这些 那些 一 一个 一些 一种 几 多
    每 各 该 其 此 之 所 于 上 下 中 里 内 外 前 后 时 时候 什么 怎么 如何 怎样 哪 哪些 谁 吗 呢 吧 啊 呀 得 地 着
    过 来 去 说 要 想 能 会 可 可以 需要 希望 应该 请 找 帮 帮忙 给 让 叫 使 用 通过 进行 开展 研究 分析 探讨 基于
    利用 采用 提出 结果 表明 方法 问题 情况 工作 专家 目前 现在 今年 去年 近年 近年来 一直 总是 老是 经常 已经 如果
    因为 所以 由于 但是 而且 以及 或者 还是 不是 就是 只是 只 才 再 比较 非常 特别 比 像 个 种 次 年 月 日 天 家 位
    名 条 项 人 大 小 老 新 好 坏 高 低 点 些 左右 以上 以下 之后 之前 然后 结合 提高 解决
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list
)
_LONGEST_ZH, _LONGEST_EN = 8, 3


def phrases(text: str) -> tuple[str, ...]:
    """The text's phrases, each once, in order: up to 8 Chinese characters or 3 English words."""
    import rjieba

    found: dict[str, None] = {}
    run: list[str] = []
    for piece in _PIECE.findall(text):
        words = rjieba.cut(piece, hmm=True) if _HAN.match(piece) else [piece]
        for word in words:
            if not _joins(run, word):
                _close(run, found)
            if _is_content(word):
                run.append(word)
    _close(run, found)
    return tuple(found)


def _is_content(word: str) -> bool:
    if _HAN.match(word):
        return word not in _CHINESE_STOP
    return len(word) > 1 and bool(_ENGLISH.match(word)) and word.lower() not in STOP_WORDS


def _joins(run: list[str], word: str) -> bool:
    """Whether the word may stand in the same phrase as those before it."""
    if not run or not _is_content(word):
        return False
    if bool(_HAN.match(word)) != bool(_HAN.match(run[-1])):
        return False
    return len("".join(run) + word) <= _LONGEST_ZH if _HAN.match(word) else len(run) < _LONGEST_EN


def _close(run: list[str], found: dict[str, None]) -> None:
    if run:
        chinese = bool(_HAN.match(run[0]))
        phrase = ("" if chinese else " ").join(run)
        if len(phrase) >= (2 if chinese else 3):
            found.setdefault(phrase)
        run.clear()
