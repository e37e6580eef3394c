"""The fields of a need by the names that people know them by; the form's labels and every message use these."""

from __future__ import annotations

from collections.abc import Mapping

from web.services.errors import Sentence

NAMES: Mapping[str, Sentence] = {
    "title": Sentence("需求名称", "Title of the need"),
    "problem": Sentence("主要问题", "The problem"),
    "indicators": Sentence("技术关键与指标", "Key techniques and indicators"),
    "goal": Sentence("预期目标", "What should be reached"),
    "keywords": Sentence("关键字", "Keywords"),
    "discipline_code": Sentence("学科", "Discipline"),
    "industry_code": Sentence("行业", "Industry"),
    "min_title": Sentence("最低职称", "Lowest title"),
    "min_degree": Sentence("最低学位", "Lowest degree"),
    "headcount": Sentence("需要人数", "Number of people"),
    "languages": Sentence("工作语言", "Working languages"),
    "exclude_institutions": Sentence("回避单位", "Institutions to keep out"),
    "modes": Sentence("合作方式", "Modes of cooperation"),
    "place": Sentence("现场或远程", "On site or remote"),
    "region_code": Sentence("工作地点", "Place of work"),
    "altitude_m": Sentence("工作地海拔", "Altitude of the place"),
    "days_per_year": Sentence("每年天数", "Days a year"),
    "starts": Sentence("开始年月", "Start"),
    "ends": Sentence("结束年月", "End"),
    "deadline": Sentence("截止日期", "Deadline"),
    "funding": Sentence("资金", "Funding"),
    "hides_names": Sentence("专家接受前只显示编号", "Experts stand under a code until they accept"),
    "task_code": Sentence("专项任务", "Programme task"),
    "task_confirmed": Sentence("专项任务", "Programme task"),
    "contact_name": Sentence("联系人", "Contact person"),
    "contact_phone": Sentence("联系电话", "Contact phone"),
    "contact_email": Sentence("联系邮箱", "Contact e-mail"),
}

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "problem": ("title", "problem", "indicators", "goal", "keywords", "discipline_code", "industry_code"),
    "wishes": ("min_title", "min_degree", "headcount", "languages", "exclude_institutions"),
    "time": (
        "modes",
        "place",
        "region_code",
        "altitude_m",
        "days_per_year",
        "starts",
        "ends",
        "deadline",
        "funding",
    ),
    "employer": ("contact_name", "contact_phone", "contact_email", "hides_names", "task_code"),
}
"""The sections of the form and what stands in them."""
