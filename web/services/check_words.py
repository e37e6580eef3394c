"""What the desk knows by heart: words for findings and moves, the usual terms of modes, the counties on the plateau."""

from __future__ import annotations

from collections.abc import Mapping

from models.choices import Mode
from web.services.errors import Sentence
from web.services.personal_data import Trace

NAMED: Mapping[str, Sentence] = {
    "organisation_unverified": Sentence("单位未核验", "Organisation not verified"),
    "personal_data": Sentence("有联系方式", "Contact data in the text"),
    "deadline_passed": Sentence("已过截止日期", "Deadline passed"),
    "deadline_near": Sentence("即将截止", "Deadline near"),
    "task_elsewhere": Sentence("外省区任务", "Task of another province"),
    "task_unconfirmed": Sentence("任务未确认", "Task not confirmed"),
    "goal_missing": Sentence("缺预期目标", "No goal"),
    "indicators_missing": Sentence("缺指标", "No indicators"),
    "problem_short": Sentence("问题太短", "Problem too short"),
    "duplicate": Sentence("可能重复", "Perhaps a duplicate"),
    "period_long": Sentence("期限偏长", "Long period"),
    "many_days": Sentence("天数偏多", "Many days"),
    "altitude_missing": Sentence("缺海拔", "No altitude"),
    "altitude_unlikely": Sentence("海拔可疑", "Unlikely altitude"),
    "code_wrong": Sentence("代码有误", "Wrong credit code"),
    "code_elsewhere": Sentence("代码与所在地不符", "Code of another place"),
    "name_alike": Sentence("名称相近", "Similar name"),
    "intro_missing": Sentence("缺单位简介", "No introduction"),
}
"""Findings by their word in lists."""

TERMS: Mapping[Mode, tuple[int, Sentence]] = {
    Mode.DUAL_APPOINTMENT: (36, Sentence("双聘", "a dual appointment")),
    Mode.TECHNOLOGY_DEPUTY: (24, Sentence("科技副总", "a technology deputy")),
}
"""Months that a mode usually takes at most (DOMAIN 3); the others have no usual term."""

TRACES: Mapping[Trace, Sentence] = {
    Trace.ID_NUMBER: Sentence("身份证号", "an ID number"),
    Trace.EMAIL: Sentence("邮箱", "an e-mail address"),
    Trace.PHONE: Sentence("电话", "a phone number"),
    Trace.MESSENGER: Sentence("微信或 QQ", "a messenger account"),
}

MOVES: Mapping[str, Sentence] = {
    "publish": Sentence("发布", "published"),
    "return": Sentence("退回", "returned"),
    "close": Sentence("关闭", "closed"),
    "take_back": Sentence("撤回修改", "taken back to be changed"),
    "withdraw": Sentence("撤回", "withdrawn"),
    "fill": Sentence("已解决", "filled"),
    "expire": Sentence("过期", "expired"),
    "submit": Sentence("重新提交", "submitted again"),
    "verify": Sentence("核验通过", "verified"),
    "resubmit": Sentence("重新提交", "submitted again"),
}
"""What a move did, for those who come too late."""
