"""Words that help a poster: what each mode means, good examples, what matters for matching."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models.choices import Mode

MODE_NOTES: Mapping[str, LazyString] = {
    Mode.DUAL_APPOINTMENT.value: _l("专家在原单位和贵单位同时任职，原单位须同意并公示"),
    Mode.TALENT_ENCLAVE.value: _l("专家在贵单位设在东部的站点工作，每年再来本地若干天"),
    Mode.TECHNOLOGY_DEPUTY.value: _l("博士或高级职称专家到企业任技术副职，一般每年 90 天以上"),
    Mode.SERVICE_MISSION.value: _l("个人或团队来几天到几周，按日记录并由贵单位确认"),
    Mode.EXTENSION_EXCHANGE.value: _l("东西部农技人员互换岗位，一去一回都要记录"),
    Mode.TRAINING.value: _l("专家来授课带教，或本地人员到东部进修"),
    Mode.APPRENTICESHIP.value: _l("毕业生进企业，由有三年以上经验的师傅带；也会匹配毕业生"),
    Mode.JOINT_RESEARCH.value: _l("组队攻关，分阶段考核，有预算"),
    Mode.REMOTE_CONSULTING.value: _l("不用出差，按小时折算天数"),
}

HINTS: Mapping[str, LazyString] = {
    "title": _l("一句话说清要解决什么，不写单位名。"),
    "problem": _l("写清现象、在什么条件下发生、试过什么办法。匹配主要看这一段。"),
    "indicators": _l("用什么技术、达到什么数。没有可以不填。"),
    "goal": _l("做成什么样算成，能数的写出数来。"),
    "keywords": _l("1 至 5 个，用顿号分开。写专业名词，不写“技术”“人才”这类泛词。"),
    "discipline_code": _l("学科和行业至少填一项。可输入汉字、拼音或代码查找。"),
    "industry_code": _l("按国民经济行业分类，可输入汉字、拼音或代码查找。"),
    "min_title": _l("低于此职称的专家会被排除；不确定就选“不限”。"),
    "min_degree": _l("低于此学位的专家会被排除。"),
    "exclude_institutions": _l("这些单位及其下属部门的专家不会出现，用顿号分开。"),
    "languages": _l("只作提示，不排除专家。"),
    "modes": _l("可多选。与您没有一种相同方式的专家会被排除。"),
    "region_code": _l("默认是单位所在地。可输入汉字、拼音或代码查找。"),
    "altitude_m": _l("高于 3,000 米时，不适应高海拔的专家会被排除。"),
    "days_per_year": _l("以半天为单位。可服务天数不够的专家会被排除。"),
    "period": _l("整段时间都没有空的专家会被排除。"),
    "deadline": _l("专家应在这一天以前回应。"),
    "funding": _l("可用于这项合作的经费，没有填 0。"),
    "hides_names": _l("列表中不显示姓名，专家接受邀请后才显示。"),
    "contact": _l("加密保存，邀请被接受前不显示给任何专家。"),
}

EXAMPLES: Mapping[str, LazyString] = {
    "title": _l("连阴雨后枸杞黑果病怎么治"),
    "problem": _l(
        "今年七月连阴雨以后，枸杞果子上起黑斑，三五天整个变黑发霉，晾房里也跟着烂，每亩少收三四成。"
        "打过多菌灵和代森锰锌，各三遍，不见好。全县八万亩，去年损失约两千万元。"
    ),
    "indicators": _l("病害早期识别；雨后 48 小时内的防治方案；农药残留不超过绿色食品标准。"),
    "goal": _l("两年内黑果率从三成降到一成以内，教会 30 名乡镇技术员，留下一套防治日历。"),
}
