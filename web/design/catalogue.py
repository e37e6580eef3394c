"""What `/design` shows: chapters of examples with the code that made them, and each macro's own description."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext
from jinja2 import Environment

_MACRO = re.compile(
    r"\{#-?\s(?P<doc>(?:(?!#\}).)*?)\s-?#\}\s*"  # the comment right before
    r"\{%-? macro (?P<call>(?P<name>\w+)\([^%]*\)) -?%\}",
    re.DOTALL,
)

_CHAPTERS: tuple[tuple[str, LazyString, tuple[tuple[str, LazyString, str], ...]], ...] = (
    (
        "actions",
        lazy_gettext("操作"),
        (
            ("button", lazy_gettext("按钮"), "actions:button"),
            ("menu", lazy_gettext("更多操作与一键表单"), "actions:menu,post_button"),
            ("dialog", lazy_gettext("对话框"), "feedback:dialog,dialog_button"),
            ("icon", lazy_gettext("图标"), "actions:icon"),
        ),
    ),
    (
        "page",
        lazy_gettext("页面"),
        (
            ("page_header", lazy_gettext("页头"), "page:page_header,breadcrumbs"),
            ("tabs", lazy_gettext("标签页"), "page:tabs"),
            ("steps", lazy_gettext("步骤条"), "page:steps"),
            ("summary_list", lazy_gettext("信息列表"), "page:summary_list"),
            ("stats", lazy_gettext("数字"), "page:stats,panel"),
        ),
    ),
    (
        "forms",
        lazy_gettext("表单"),
        (
            ("error_summary", lazy_gettext("错误汇总"), "forms:error_summary"),
            ("field", lazy_gettext("填写项"), "forms:field"),
            ("choices", lazy_gettext("单选与多选"), "choices:choices,checkbox"),
            ("dates", lazy_gettext("日期与月份"), "forms:date_range"),
            ("month_grid", lazy_gettext("月份选择条"), "choices:month_grid"),
            ("combobox", lazy_gettext("可查找的下拉列表"), "choices:combobox"),
            ("file_drop", lazy_gettext("上传文件"), "forms:file_drop"),
            ("form_section", lazy_gettext("表单分节与保存"), "forms:form_section,autosave_state"),
        ),
    ),
    (
        "feedback",
        lazy_gettext("状态与反馈"),
        (
            ("badge", lazy_gettext("状态"), "status:state_badge"),
            ("tag", lazy_gettext("标签"), "status:tag"),
            ("notice", lazy_gettext("提示"), "feedback:notice,flashes"),
            ("toast", lazy_gettext("短消息"), "feedback:toast"),
            ("rules", lazy_gettext("规则结果"), "status:rule_result,rule_list"),
            ("timeline", lazy_gettext("办理进度"), "status:timeline"),
            ("progress", lazy_gettext("进度"), "feedback:progress,spinner"),
            ("empty", lazy_gettext("空页面"), "feedback:empty"),
            ("skeleton", lazy_gettext("读取中"), "feedback:skeleton"),
        ),
    ),
    (
        "lists",
        lazy_gettext("列表"),
        (
            ("table", lazy_gettext("表格"), "lists:data_table,selection_bar"),
            (
                "filters",
                lazy_gettext("筛选"),
                "filters:filter_panel,filter_search,filter_facets,filter_choices,filter_select,filter_range,filter_updates",
            ),
            ("list_head", lazy_gettext("列表标题与已选条件"), "lists:list_head,url_with;filters:filter_chips"),
            ("pagination", lazy_gettext("分页"), "lists:pagination"),
        ),
    ),
    (
        "matches",
        lazy_gettext("匹配"),
        (
            ("band", lazy_gettext("匹配度"), "match:band"),
            ("evidence", lazy_gettext("依据"), "match:evidence_quote"),
            ("score", lazy_gettext("得分构成"), "match:score_bar"),
            ("expert_card", lazy_gettext("专家卡片"), "cards:expert_card,shortlist_button"),
            ("need_card", lazy_gettext("需求卡片"), "cards:need_card"),
            ("excluded", lazy_gettext("被规则排除"), "match:excluded"),
            ("compare", lazy_gettext("并排对比"), "cards:compare_table,compare_bar"),
        ),
    ),
    (
        "days",
        lazy_gettext("天数与图"),
        (
            ("ledger", lazy_gettext("天数台账"), "budget:ledger_bar"),
            ("year", lazy_gettext("全年时间条"), "budget:year_strip"),
            ("map", lazy_gettext("地图"), "charts:china_map,chart_scripts"),
            ("chart", lazy_gettext("统计图"), "charts:chart"),
        ),
    ),
)

TOKENS: dict[str, tuple[str, ...]] = {
    "surfaces": ("surface", "surface-2", "surface-3", "line", "line-strong"),
    "ink": ("ink", "ink-2", "ink-3"),
    "blue": ("blue", "blue-strong", "blue-soft", "blue-line"),
    "states": ("green", "green-soft", "amber", "amber-soft", "red", "red-soft", "grey-soft"),
    "spaces": ("s1", "s2", "s3", "s4", "s5", "s6", "s8", "s10", "s12"),
    "type": ("title-1", "title-2", "title-3", "text-l", "text", "text-s"),
}


@dataclass(frozen=True)
class Example:
    """A component on the page: its template is rendered, and shown as `code`; `macros`: signatures, descriptions."""

    slug: str
    title: LazyString
    template: str
    code: str
    macros: str


@dataclass(frozen=True)
class Chapter:
    """Components of one kind."""

    slug: str
    title: LazyString
    examples: tuple[Example, ...]


def chapters(env: Environment) -> tuple[Chapter, ...]:
    """All chapters, code and descriptions read through `env`; a named macro without a description raises KeyError."""
    return tuple(
        Chapter(slug, title, tuple(_example(env, name, heading, macros) for name, heading, macros in examples))
        for slug, title, examples in _CHAPTERS
    )


def _example(env: Environment, slug: str, title: LazyString, macros: str) -> Example:
    template = f"design/examples/{slug}.html"
    described = "\n\n".join(_described(env, one) for one in macros.split(";"))
    return Example(slug, title, template, _source(env, template).strip(), described)


def _described(env: Environment, macros: str) -> str:
    """`charts:chart,china_map`: the signature and description of each of these macros of one component file."""
    file, names = macros.split(":")
    found = {match["name"]: match for match in _MACRO.finditer(_source(env, f"components/{file}.html"))}
    calls = {name: " ".join(match["call"].split()) for name, match in found.items()}
    return "\n\n".join(f"{file}.html: {calls[name]}\n{found[name]['doc']}" for name in names.split(","))


def _source(env: Environment, template: str) -> str:
    if env.loader is None:
        raise LookupError("the application has no template loader")
    return env.loader.get_source(env, template)[0]
