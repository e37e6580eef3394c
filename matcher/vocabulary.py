"""The closed vocabularies of the engine: modes, titles and degrees, and how people write them."""

from __future__ import annotations

import re
from functools import lru_cache

from matcher.errors import UnknownChoiceError
from matcher.text import normalise

MODES: dict[str, tuple[str, ...]] = {
    "dual_appointment": ("双聘", "dual appointment"),
    "talent_enclave": ("人才飞地", "飞地", "talent enclave"),
    "technology_deputy": ("科技副总", "technology deputy"),
    "service_mission": ("科技服务团", "科技特派员", "特派员", "服务团", "service mission"),
    "extension_exchange": ("农技推广人员互派", "互派", "extension exchange"),
    "training": ("人才培训", "培训", "进修", "training"),
    "apprenticeship": ("现代学徒制", "学徒制", "apprenticeship"),
    "joint_research": ("联合攻关", "揭榜挂帅", "joint research"),
    "remote_consulting": ("远程指导", "远程咨询", "remote consulting"),
}
"""Mode code → the ways it is written. The first one is the name shown."""

TITLE_RANKS: dict[int, tuple[str, ...]] = {
    # Longer words are tried first, so that 副教授 is not read as 教授.
    4: (
        "正高", "教授", "研究员", "主任医师", "主任药师", "主任护师", "主任技师", "正高级工程师", "教授级高工",
        "教授级高级工程师", "研究员级高级工程师", "推广研究员", "正高级农艺师", "正高级畜牧师", "正高级兽医师",
        "正高级教师", "正高级经济师", "正高级会计师", "研究馆员", "编审", "译审", "首席技师", "一级美术师",
        "正高级讲师", "正高级实验师", "正高级工艺美术师", "主任中医师", "主任中药师", "主任法医师", "高级编辑",
        "高级记者",
        "professor", "prof", "full professor", "senior researcher", "research professor", "chief physician",
    ),
    3: (
        "高级职称", "高级工艺师", "高级工业设计师",
        "副高", "副教授", "副研究员", "副主任医师", "副主任药师", "副主任护师", "副主任技师", "高级工程师", "高工",
        "高级农艺师", "高级畜牧师", "高级兽医师", "高级教师", "高级讲师", "高级经济师", "高级会计师", "高级实验师",
        "副研究馆员", "副编审", "副译审", "高级技师", "二级美术师",
        "高级工艺美术师", "副主任中医师", "副主任中药师", "副主任法医师", "主任编辑", "主任记者",
        "associate professor", "associate prof", "assoc. professor", "assoc professor", "assoc. prof", "assoc prof",
        "associate research professor", "associate researcher", "senior engineer", "senior lecturer",
        "deputy chief physician", "associate chief physician",
    ),
    2: (
        "中级", "讲师", "助理研究员", "工程师", "主治医师", "主管药师", "主管护师", "主管技师", "农艺师", "畜牧师",
        "兽医师", "经济师", "会计师", "实验师", "馆员", "一级教师", "编辑", "技师", "助理教授", "工艺美术师",
        "主治中医师",
        "主管中药师", "主检法医师", "lecturer", "assistant professor", "assistant prof", "asst. professor",
        "asst professor", "asst. prof", "asst prof", "assistant research professor", "assistant researcher",
        "engineer", "attending physician",
    ),
    1: (
        "初级", "助教", "研究实习员", "助理工程师", "住院医师", "医师", "药师", "护师", "助理农艺师", "助理畜牧师",
        "助理兽医师", "助理经济师", "助理会计师", "助理馆员", "助理实验师", "二级教师", "技术员", "高级工",
        "助理讲师", "助理编辑", "助理工艺美术师", "初级工程师", "初级经济师", "初级会计师", "初级农艺师",
        "teaching assistant", "research assistant", "assistant engineer", "resident physician", "technician",
    ),
}  # fmt: skip
"""Rank (4 正高, 3 副高, 2 中级, 1 初级) → titles of that rank."""

DEGREE_RANKS: dict[int, tuple[str, ...]] = {
    4: (
        "博士研究生", "博士后", "博士", "phd", "ph.d.", "ph.d", "doctor", "doctorate", "doctoral", "postdoctoral",
        "postdoc", "md",
    ),
    # Who is still studying for a degree holds the one below.
    3: (
        "硕士研究生", "研究生", "硕士", "在读博士研究生", "博士研究生在读", "在读博士", "博士在读",
        "phd student", "ph.d. student", "doctoral student", "phd candidate", "ph.d. candidate", "doctoral candidate",
        "master", "master's", "msc", "m.sc.", "mba",
    ),
    2: (
        "大学本科", "本科", "在读硕士研究生", "硕士研究生在读", "在读硕士", "硕士在读", "学士", "master student",
        "master's student", "bachelor", "bachelor's", "bsc", "b.sc.",
    ),
    1: ("大学专科", "专科", "大专", "高职高专", "高职毕业", "associate degree", "college diploma"),
}  # fmt: skip
"""Rank (4 doctor, 3 master, 2 bachelor, 1 junior college) → ways to write it."""

RANK_TITLES_ZH = {4: "正高", 3: "副高", 2: "中级", 1: "初级"}
RANK_DEGREES_ZH = {4: "博士", 3: "硕士", 2: "本科", 1: "专科"}

_MODE_BY_NAME = {name: code for code, names in MODES.items() for name in (code, *names)}


def mode_code(written: str) -> str:
    """The code of a mode written as code, Chinese or English name. Raises UnknownChoiceError."""
    code = _MODE_BY_NAME.get(written.strip().lower().replace("-", "_")) or _MODE_BY_NAME.get(written.strip().lower())
    if code is None:
        valid = tuple(f"{code} ({names[0]})" for code, names in MODES.items())
        raise UnknownChoiceError("mode", written, valid)
    return code


def _pattern(name: str) -> re.Pattern[str]:
    """Chinese names stand anywhere; English ones are whole words (no engineer in engineering), maybe plural."""
    return re.compile(rf"(?<![a-z]){re.escape(name)}s?(?![a-z])" if name.isascii() else re.escape(name))


def _by_length(ranks: dict[int, tuple[str, ...]]) -> list[tuple[re.Pattern[str], int]]:
    pairs = ((name, rank) for rank, names in ranks.items() for name in names)
    return [(_pattern(name), rank) for name, rank in sorted(pairs, key=lambda pair: -len(pair[0]))]


_TITLES, _DEGREES = _by_length(TITLE_RANKS), _by_length(DEGREE_RANKS)
_HAN_GAP = re.compile(r"(?<=[一-鿿]) (?=[一-鿿])")
# 高级林业工程师 is a 高级工程师: the field may stand inside the title.
_FIELD_INSIDE = re.compile(
    r"(高级|助理|初级)[^\W员师]{1,8}?(?=工程师|经济师|会计师|农艺师|畜牧师|兽医师|实验师|讲师)"
    r"|(副主任|主任|主管|主治)[^\W员师主]{1,8}?(?=医师|药师|护师|技师)"
)


def _plain(written: str) -> str:
    return _HAN_GAP.sub("", normalise(written).lower().replace("-", " "))


def _ranks(written: str, names: list[tuple[re.Pattern[str], int]]) -> list[int]:
    """Every rank written; a name inside a longer name already read does not count again."""
    rest, found = written, []
    for pattern, rank in names:
        rest, times = pattern.subn("|", rest)
        if times:
            found.append(rank)
    return found


def _title_ranks(written: str) -> list[int]:
    return _ranks(_FIELD_INSIDE.sub(lambda found: found[1] or found[2], _plain(written)), _TITLES)


@lru_cache(maxsize=4096)
def title_rank(written: str) -> int | None:
    """Rank 1–4 of the title somebody holds, as people write it (特聘教授、博导 → 4), None when none is recognised."""
    return max(_title_ranks(written), default=None)


@lru_cache(maxsize=4096)
def degree_rank(written: str) -> int | None:
    """Rank 1–4 of the degree somebody holds, as people write it, None when none is recognised."""
    return max(_ranks(_plain(written), _DEGREES), default=None)


@lru_cache(maxsize=4096)
def wanted_title_rank(written: str) -> int | None:
    """The lowest rank that a wish allows (副教授或教授 → 3), None when none is recognised."""
    return min(_title_ranks(written), default=None)


@lru_cache(maxsize=4096)
def wanted_degree_rank(written: str) -> int | None:
    """The lowest degree that a wish allows (硕士或博士 → 3), None when none is recognised."""
    return min(_ranks(_plain(written), _DEGREES), default=None)
