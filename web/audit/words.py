"""What accountable acts are called."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.choices import Subject
from web.language import say
from web.services.assignment_words import MOVES as ASSIGNMENT_MOVES
from web.services.pairings import MOVES as PAIRING_MOVES

SUBJECTS: dict[Subject, LazyString] = {
    Subject.EXPERT: _l("专家"),
    Subject.NEED: _l("需求"),
    Subject.ORGANISATION: _l("单位"),
    Subject.USER: _l("用户"),
    Subject.GRANT: _l("权限"),
    Subject.INDEX: _l("索引"),
    Subject.PAIRING: _l("对接"),
    Subject.ASSIGNMENT: _l("任务"),
    Subject.SERVICE_LOG: _l("服务日志"),
    Subject.INDICATOR: _l("绩效指标"),
    Subject.RULE: _l("政策规则"),
    Subject.DOCUMENT: _l("文件"),
    Subject.CERTIFICATE: _l("服务证明"),
    Subject.AUDIT: _l("审计记录"),
}
ACTS: dict[str, LazyString] = {
    "contact.look": _l("查看联系方式"),
    "document.look": _l("查看文件"),
    "delete_draft": _l("删除草稿"),
    "finding.overrule": _l("不采纳检查提示"),
    "rule.waive": _l("豁免规则"),
    "rule.unwaive": _l("撤回豁免"),
    "rule.publish": _l("发布规则"),
    "grant.appoint": _l("任命"),
    "grant.accept": _l("同意加入"),
    "grant.refuse": _l("谢绝加入"),
    "grant.revoke": _l("撤销权限"),
    "user.suspend": _l("停用账号"),
    "user.reinstate": _l("恢复账号"),
    "user.reset_second_factor": _l("重置两步验证"),
    "data.export": _l("导出个人数据"),
    "data.ask_erasure": _l("申请删除个人数据"),
    "data.keep": _l("撤回删除申请"),
    "data.erase": _l("删除个人数据"),
    "audit.export": _l("导出审计记录"),
    "officer.invite": _l("指定派出单位经办人"),
    "officer.accept": _l("接受经办人邀请"),
    "site.create": _l("登记飞地站点"),
    "site.open": _l("重新开放飞地站点"),
    "site.close": _l("关闭飞地站点"),
    "programme.approvers": _l("设定审批人数"),
}
MOVES: dict[str, LazyString] = {
    "submit": _l("提交"),
    "publish": _l("发布"),
    "return": _l("退回"),
    "take_back": _l("取回修改"),
    "fill": _l("标为已解决"),
    "close": _l("关闭"),
    "withdraw": _l("撤回"),
    "expire": _l("过期"),
    "verify": _l("核验通过"),
    "resubmit": _l("重新提交"),
    "plan": _l("立项"),
    "begin": _l("开始"),
    "suspend": _l("暂停"),
    "resume": _l("恢复"),
    "complete": _l("完成"),
    "evaluate": _l("评定"),
    "terminate": _l("终止"),
    "log": _l("填报日志"),
    "confirm": _l("确认"),
    "dispute": _l("提出异议"),
    "amend": _l("修改后重报"),
    "claim": _l("申报成果"),
    "reject": _l("不予认可"),
}


def subject_name(subject: Subject) -> str:
    """The kind of a record."""
    return str(SUBJECTS[subject])


def action_name(action: str) -> str:
    """What was done; an act without a name of its own is shown by its code."""
    if action in ACTS:
        return str(ACTS[action])
    subject, _dot, move = action.partition(".")
    if subject == Subject.PAIRING and move in PAIRING_MOVES:
        return str(_("%(subject)s：%(move)s", subject=subject_name(Subject.PAIRING), move=say(PAIRING_MOVES[move])))
    if subject in set(Subject) and move in MOVES:
        return str(_("%(subject)s：%(move)s", subject=subject_name(Subject(subject)), move=MOVES[move]))
    if subject == Subject.ASSIGNMENT and move in ASSIGNMENT_MOVES:
        return say(ASSIGNMENT_MOVES[move])
    return action
