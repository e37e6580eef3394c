"""Forms that exist only to be looked at on `/design`."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    IntegerField,
    MonthField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional


class NeedSketch(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """A shortened 需求表 with one field of each kind."""

    class Meta:
        """Nothing is ever sent from these forms."""

        csrf = False

    code = StringField(_l("编号"))
    title = StringField(_l("需求名称"), [InputRequired(_l("请填写“需求名称”")), Length(max=60)])
    problem = TextAreaField(_l("主要问题"), [InputRequired(_l("请填写“主要问题”"))])
    keywords = StringField(_l("关键字"), [Optional()])
    discipline = SelectField(
        _l("学科"), choices=[("", _l("请选择")), ("230", _l("畜牧、兽医科学")), ("320", _l("临床医学"))]
    )
    days = IntegerField(
        _l("每年天数"),
        [InputRequired(_l("请填写“每年天数”")), NumberRange(1, 366, _l("“每年天数”填了 400，一年最多 366 天"))],
    )
    funds = DecimalField(_l("资金"), [Optional()])
    secret = PasswordField(_l("密码"), [InputRequired(_l("请填写“密码”"))])
    deadline = DateField(_l("截止日期"), [InputRequired(_l("请填写“截止日期”"))])
    first_month = MonthField(_l("从"), [InputRequired(_l("请填写“起止年月”的开始月份"))])
    last_month = MonthField(_l("到"), [InputRequired(_l("请填写“起止年月”的结束月份"))])
    place = RadioField(
        _l("工作地点"),
        [InputRequired(_l("请选择“工作地点”"))],
        choices=[("onsite", _l("现场")), ("remote", _l("远程")), ("both", _l("两者结合"))],
    )
    modes = SelectMultipleField(
        _l("合作方式"),
        [InputRequired(_l("请至少选择一种“合作方式”"))],
        choices=[
            ("service_mission", _l("科技特派员")),
            ("technology_deputy", _l("科技副总")),
            ("joint_research", _l("联合攻关")),
            ("remote_consulting", _l("远程指导")),
        ],
    )
    months = SelectMultipleField(
        _l("哪些月份可以去"), choices=[(month, _l("%(n)s 月", n=month)) for month in range(1, 13)], coerce=int
    )
    province = SelectField(_l("省份"), [InputRequired(_l("请选择“省份”"))], choices=[])
    topics = SelectMultipleField(_l("专业领域"), [InputRequired(_l("请选择“专业领域”"))], choices=[])
    table = FileField(_l("需求表"), [Optional()])
    is_true = BooleanField(_l("以上内容真实"), [InputRequired(_l("请确认“以上内容真实”"))])


PROVINCES = (
    ("", _l("请选择"), ""),
    ("320000", _l("江苏"), "jiangsu js"),
    ("330000", _l("浙江"), "zhejiang zj"),
    ("350000", _l("福建"), "fujian fj"),
    ("370000", _l("山东"), "shandong sd"),
    ("440000", _l("广东"), "guangdong gd"),
    ("310000", _l("上海"), "shanghai sh"),
)
TOPICS = (
    ("sheep", _l("滩羊养殖"), "tanyang"),
    ("wine", _l("葡萄酒酿造"), "putaojiu"),
    ("saline", _l("盐碱地改良"), "yanjiandi"),
    ("imaging", _l("医学影像"), "yixueyingxiang"),
)


def _with_lists(form: NeedSketch) -> NeedSketch:
    form.province.choices = [(code, name, {"data-search": pinyin}) for code, name, pinyin in PROVINCES]
    form.topics.choices = [(code, name, {"data-search": pinyin}) for code, name, pinyin in TOPICS]
    return form


def filled(values: dict[str, Any]) -> NeedSketch:
    """A form as it looks when somebody comes back to a draft."""
    return _with_lists(
        NeedSketch(
            prefix="filled-",
            data={
                "code": "N-0007",
                "days": 30,
                "deadline": date(2026, 11, 23),
                "place": "both",
                "months": [3, 4, 5, 9, 10],
                **values,
            },
        )
    )


def rejected() -> NeedSketch:
    """A form as it looks after it was sent with mistakes."""
    form = _with_lists(
        NeedSketch(MultiDict({"wrong-days": "400", "wrong-province": "", "wrong-discipline": ""}), prefix="wrong-")
    )
    form.validate()
    return form
