"""Words that help to fill in: usual titles, one line on each form of co-operation, an example."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models.choices import Mode

USUAL_TITLES: dict[str, tuple[str, ...]] = {
    "zh": (
        "教授", "副教授", "讲师", "研究员", "副研究员", "助理研究员", "主任医师", "副主任医师", "主治医师", "主任药师",
        "副主任药师", "主任护师", "正高级工程师", "高级工程师", "工程师", "推广研究员", "正高级农艺师", "高级农艺师",
        "农艺师", "高级畜牧师", "高级兽医师", "高级实验师", "高级技师", "高级经济师", "高级教师",
    ),
    "en": (
        "Professor", "Associate professor", "Lecturer", "Senior researcher", "Associate researcher",
        "Assistant researcher", "Chief physician", "Associate chief physician", "Attending physician",
        "Senior engineer", "Engineer", "Technician",
    ),
}  # fmt: skip
"""By the language of the page; all of a rank that matching knows."""

MODE_NOTES: dict[Mode, LazyString] = {
    Mode.DUAL_APPOINTMENT: _l("人事关系不变，同时受聘于西部单位；须原单位同意并公示"),
    Mode.TALENT_ENCLAVE: _l("在本地（东部）的飞地岗位为西部单位工作，每年到西部若干天"),
    Mode.TECHNOLOGY_DEPUTY: _l("到一家企业任科技副总，一般每年不少于 90 天，与企业没有股权关系"),
    Mode.SERVICE_MISSION: _l("随团或个人到县里服务几天到几周，逐日记录"),
    Mode.EXTENSION_EXCHANGE: _l("与西部农技人员互派，一人去、一人来"),
    Mode.TRAINING: _l("去西部讲课带教，或接收西部人员来进修"),
    Mode.APPRENTICESHIP: _l("作为企业导师带毕业生，或作为毕业生跟师学艺"),
    Mode.JOINT_RESEARCH: _l("组队攻关或揭榜，按节点交付"),
    Mode.REMOTE_CONSULTING: _l("不出差，线上看片、看图、答疑，按小时折算天数"),
}
BIO_EXAMPLE = _l("例：长期从事枸杞真菌病害防控，能现场诊断黑果病、根腐病，制定分区防控方案，培训基层植保员。")
