"""Column headings, as people write them in Chinese and English, and the fields they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

EXPERT_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "专家编号", "专家ID", "人员编号", "工号", "expert id"),
    "name": ("姓名", "专家姓名", "专家名称", "full name", "expert name"),
    "kind": ("人员类别", "人员类型"),
    "title": ("职称", "专业技术职称", "专业技术职务", "技术职称", "professional title", "academic title"),
    "degree": ("学历", "学位", "学历学位", "最高学历", "最高学位", "最高学历学位", "文化程度"),
    "institution": (
        "单位", "工作单位", "所在单位", "单位名称", "派出单位", "原单位", "affiliation", "organisation",
        "organization",
    ),
    "province": ("省份", "省", "所在省", "所在省份"),
    "city": ("城市", "市", "所在市", "所在城市"),
    "bio": (
        "专业特长", "个人简介", "简介", "专家简介", "个人简历", "擅长领域", "biography", "profile", "summary",
        "expertise",
    ),
    "research": (
        "研究方向", "主要研究方向", "研究领域", "research direction", "research directions", "research interests",
        "research areas",
    ),
    "keywords": ("关键词", "关键字", "专业关键词", "keyword"),
    "works": ("代表作", "代表作品", "代表性成果", "代表成果", "主要成果", "代表论文", "work", "publications"),
    "modes": ("可提供的合作方式", "可提供合作方式", "合作方式", "意向合作方式", "服务方式", "mode"),
    "days_per_year": (
        "可服务天数", "每年可服务天数", "年可服务天数", "每年天数", "每年服务天数", "服务天数", "days a year",
    ),
    "available_from": (
        "可服务时间起", "可服务时间从", "可服务起始日期", "可服务起始时间", "可服务开始日期", "可服务开始时间",
        "服务时间起",
    ),
    "available_to": (
        "可服务时间止", "可服务时间至", "可服务截止日期", "可服务截止时间", "可服务结束日期", "可服务结束时间",
        "服务时间止", "available until",
    ),
    "altitude_ok": (
        "高海拔适应", "高海拔适应性", "适应高海拔", "是否适应高海拔", "能否适应高海拔", "高原适应", "高原适应性",
    ),
    "languages": ("语言", "语种", "工作语言", "语言能力", "外语", "language"),
}  # fmt: skip
"""Field of an expert → headings beside its own name. `research` is no field: schema.py decides where it goes."""

NEED_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("需求编号", "编号", "需求ID", "need id"),
    "title": (
        "需求名称", "需求标题", "需求题目", "名称", "标题", "岗位名称", "项目名称", "need title", "need name", "name",
    ),
    "problem": ("主要问题", "问题", "问题描述", "主要问题描述", "需求描述", "需求内容", "技术难题", "description"),
    "indicators": (
        "技术关键与指标", "技术关键及指标", "技术关键和指标", "技术关键", "技术指标", "主要指标", "关键指标",
    ),
    "goal": ("预期目标", "目标", "预期成果", "预期效果", "goals"),
    "keywords": ("关键字", "关键词", "keyword"),
    "modes": ("合作方式", "意向合作方式", "拟合作方式", "引才方式", "服务方式", "mode"),
    "province": ("省份", "省", "所在省", "所在省份", "工作省份"),
    "city": ("城市", "市", "所在市", "所在城市", "工作城市"),
    "days_per_year": ("每年天数", "每年服务天数", "年服务天数", "服务天数", "每年工作天数", "days a year"),
    "starts": ("起始日期", "起始时间", "起始年月", "开始日期", "开始时间", "开始年月", "start", "start date"),
    "ends": (
        "截止日期", "截止时间", "截止年月", "结束日期", "结束时间", "结束年月", "终止日期", "终止时间", "end",
        "end date",
    ),
    "min_title": ("最低职称", "职称要求", "最低职称要求", "minimum title"),
    "min_degree": ("最低学历", "学历要求", "最低学历要求", "最低学位", "学位要求", "minimum degree"),
    "headcount": ("人数", "需求人数", "引进人数", "拟引进人数", "number of people"),
    "altitude_m": ("海拔", "海拔高度", "工作地海拔", "所在地海拔", "altitude"),
    "exclude_institutions": ("回避单位", "回避机构", "需回避单位", "排除单位", "excluded institutions"),
}  # fmt: skip
"""Field of a need → headings beside its own name."""

_NOTE = re.compile(r"[(\[{【〔<《][^)\]}】〕>》]*[)\]}】〕>》]")
_MARK = re.compile(r"[(\[{【〔<《](?:必填|选填|可选|required|optional)[)\]}】〕>》]")
_PUNCTUATION = re.compile(r"[\s*:_/、.()\[\]{}【】〔〕<>《》\-]+")
_CHINESE_NUMBERS = {character: number for number, character in enumerate("一二三四五六七八九十", 1)}
_WORK_PARTS: dict[str, tuple[str, ...]] = {
    "title": ("", "title", "题目", "标题", "名称"),
    "abstract": ("abstract", "摘要", "简介"),
    "year": ("year", "年份", "年度", "发表年份"),
    "kind": ("kind", "type", "类型", "类别"),
    "keywords": ("keywords", "keyword", "关键词", "关键字"),
}
_PART_BY_HEADING = {written: part for part, names in _WORK_PARTS.items() for written in names}
_NUMBERED_WORK = re.compile(
    r"(?:works?|publications?|代表作|代表作品|代表性成果|代表成果|主要成果|代表论文)"
    r"(\d{1,3}|[一二三四五六七八九十])"
    rf"({'|'.join(sorted(_PART_BY_HEADING, key=len, reverse=True))})"
)
WORK_FIELD = re.compile(r"work(\d+)\.(\w+)")
"""The field that a numbered column stands for: `work2.abstract`."""


def _plain(heading: str) -> str:
    return _PUNCTUATION.sub("", heading)


def _forms(heading: str) -> tuple[str, str]:
    """The heading with the words of its bracketed notes (可服务时间（起）), and without them (海拔（米）)."""
    text = "".join(c for c in unicodedata.normalize("NFKC", heading).lower() if unicodedata.category(c) != "Cf")
    text = _MARK.sub("", text)
    return _plain(text), _plain(_NOTE.sub("", text))


def _numbered_work(plain: str) -> str | None:
    found = _NUMBERED_WORK.fullmatch(plain)
    if found is None:
        return None
    number = _CHINESE_NUMBERS.get(found[1]) or int(found[1])
    return f"work{number}.{_PART_BY_HEADING[found[2]]}"


@dataclass(frozen=True)
class Columns:
    """The headings of one kind of file."""

    by_heading: Mapping[str, str]
    known: tuple[str, ...]
    has_works: bool

    @classmethod
    def of(cls, headings: Mapping[str, tuple[str, ...]]) -> Columns:
        """Columns in which each field is called by its own name or by any of its headings."""
        pairs = ((name, field) for field, names in headings.items() for name in (field, *names))
        known = tuple(f"{field} ({names[0]})" for field, names in headings.items())
        return cls({_forms(name)[0]: field for name, field in pairs}, known, "works" in headings)

    def field_of(self, heading: str) -> str | None:
        """The field that a heading stands for (`work2.abstract` for a numbered work), None when it is not known."""
        for form in _forms(heading):
            if form in self.by_heading:
                return self.by_heading[form]
            if self.has_works and (work := _numbered_work(form)):
                return work
        return None

    def fields_in(self, headings: Iterable[str]) -> set[str]:
        """The distinct fields that these headings stand for."""
        return {field for heading in headings if (field := self.field_of(heading))}


EXPERTS = Columns.of(EXPERT_HEADINGS)
NEEDS = Columns.of(NEED_HEADINGS)
