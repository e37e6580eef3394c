"""A pasted text in the form: filled in, said, and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from web.language import is_chinese, say
from web.needs.form_fields import TypedText
from web.needs.forms import NeedForm
from web.services.need_names import NAMES
from web.services.need_paste import MOST_CHARS, Pasted
from web.services.need_rules import FIELDS


def filled_from(form: NeedForm, fields: Mapping[str, Any]) -> str:
    """Fills the form; gives what stood there before, as JSON for `put_back`."""
    before = {name: shown(form[name]) for name in fields}
    for name, value in fields.items():
        _fill(form[name], value)
    return json.dumps(before, ensure_ascii=False)


def put_back(form: NeedForm, written: str) -> None:
    """Fills the form with what `filled_from` gave; a text that is none of that changes nothing."""
    try:
        before = json.loads(written or "{}")
    except ValueError:
        return
    for name, value in before.items() if isinstance(before, dict) else ():
        if name in FIELDS and name in form and isinstance(value, str | list):
            _fill(form[name], value)


def paste_message(pasted: Pasted, text: str) -> str:
    """What was filled in and what was not."""
    comma = "、" if is_chinese() else ", "
    if not pasted.fields:
        return str(_("没有读到内容，请先把需求文字粘贴到框里"))
    parts = [_("已填入：%(names)s，请检查。", names=comma.join(say(NAMES[name]) for name in pasted.fields))]
    if not pasted.has_headings:
        parts.append(_("文字里没有“需求名称：”这样的标题，所以都放进了“主要问题”。"))
    if pasted.unread:
        parts.append(_("没有用到：%(names)s。", names=comma.join(pasted.unread)))
    if len(text) > MOST_CHARS:
        parts.append(_("只读了前 %(n)s 字。", n=f"{MOST_CHARS:,}"))
    return " ".join(parts)


def shown(field: Field) -> Any:
    """What the field shows: a text, or the chosen values."""
    if isinstance(field, TypedText):
        return field.text
    return list(field.data or ()) if isinstance(field.data, list | tuple) else str(field.data or "")


def _fill(field: Field, value: Any) -> None:
    field.process_errors = []
    if not isinstance(field, TypedText):
        field.data = list(value) if isinstance(value, list | tuple) else value
        return
    field.raw_data = [value]
    try:
        field.process_formdata([value])
    except ValueError as error:
        field.process_errors = [error.args[0]]
