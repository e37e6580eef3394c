"""What happens to assignments, in words for notices, timelines and refusals."""

from __future__ import annotations

from web.services.errors import Sentence

MOVES: dict[str, Sentence] = {
    "plan": Sentence("协议已签署，任务建立", "signed; the assignment is planned"),
    "begin": Sentence("任务开始", "begun"),
    "suspend": Sentence("任务暂停", "suspended"),
    "resume": Sentence("任务恢复", "resumed"),
    "complete": Sentence("任务完成", "completed"),
    "evaluate": Sentence("完成考核", "evaluated"),
    "terminate": Sentence("任务终止", "terminated"),
    "add_milestone": Sentence("增加节点", "milestone added"),
    "change_milestone": Sentence("修改节点", "milestone changed"),
    "reach_milestone": Sentence("节点完成", "milestone reached"),
    "remove_milestone": Sentence("删除节点", "milestone removed"),
    "add_training": Sentence("登记培训", "training recorded"),
    "confirm_training": Sentence("确认培训", "training confirmed"),
    "confirm_leg": Sentence("互派一程已完成", "a leg of the exchange was served"),
    "add_document": Sentence("上传材料", "document added"),
    "issue_certificate": Sentence("开具服务证明", "certificate issued"),
    "revoke_certificate": Sentence("撤销服务证明", "certificate revoked"),
    "appraise_employer": Sentence("用人单位评价", "the host gave its appraisal"),
    "appraise_expert": Sentence("专家评价", "the expert gave an appraisal"),
    "renew": Sentence("发起续期", "renewal proposed"),
}
"""What each move is called once it is made."""
