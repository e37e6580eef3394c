"""The side panel's facts in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.types import Evidence, Expert
from matcher.types import Need as NeedValue
from models import Expert as Row
from models import Need, Task
from models.choices import Degree, Mode, Place, TitleRank, WorkKind
from web.design.marking import segments
from web.extensions import db
from web.formats import days, month
from web.gazetteer import place_name
from web.labels import label
from web.language import is_chinese, pick, say
from web.matching import Matching, NotReadyError, matching
from web.needs.writing import Writing
from web.presenters import quote
from web.services.need_live import Best, Eligible, Relaxation, best_experts, eligible, has_text
from web.services.need_tasks import suggest_task
from web.services.ranking import public_experts

if TYPE_CHECKING:
    from matcher.prepared import PreparedNeed

RULES: Mapping[str, LazyString] = {
    "mode": _l("合作方式不同"),
    "dates": _l("时间不合"),
    "region": _l("不去该地区"),
    "days_per_year": _l("可服务天数不够"),
    "min_title": _l("职称不够"),
    "min_degree": _l("学位不够"),
    "altitude": _l("不适应高海拔"),
    "excluded_institution": _l("属于回避单位"),
}


def live_values(seen: Writing, value: NeedValue, tasks: Sequence[Task]) -> dict[str, Any]:
    """What the panel shows; `is_ready` is false, and nothing else is there, while search is being opened."""
    problems = [{"field": p.field, "text": say(p.sentence)} for p in seen.problems]
    search = matching()
    try:
        return {"is_ready": True, "problems": problems, **_found(seen.need, value, tasks, search)}
    except NotReadyError as error:
        return {"is_ready": False, "problems": problems, "done": error.done, "total": error.total}


def _found(need: Need, value: NeedValue, tasks: Sequence[Task], search: Matching) -> dict[str, Any]:
    pool = search.snapshot()
    counted = eligible(value, pool)
    facts: dict[str, Any] = {"counted": counted, "kept_out": _kept_out(counted), "has_text": has_text(value)}
    facts["relaxations"] = [_relaxation_text(one) for one in counted.relaxations]
    if not facts["has_text"]:
        return {**facts, "best": [], "task": None}
    prepared = search.engine.prepare_need(value, keep=False)
    best = best_experts(prepared, pool, search.engine)
    rows = public_experts(db.session, [one.expert.id for one in best])
    task = None if need.task_confirmed else _suggested(prepared, tasks, search)
    return {
        **facts,
        "best": [
            _best(one, rows[one.expert.id], hides_names=need.hides_names) for one in best if one.expert.id in rows
        ],
        "task": task,
        "task_name": task_name(task),
    }


def _suggested(prepared: PreparedNeed, tasks: Sequence[Task], search: Matching) -> Task | None:
    try:
        found = suggest_task(prepared, tasks, search.tasks)
    except NotReadyError:  # experts can be searched before the tasks are encoded
        return None
    return next((task for task in tasks if found and task.code == found.code), None)


def _kept_out(counted: Eligible) -> list[tuple[str, int]]:
    pairs = sorted(counted.kept_out.items(), key=lambda pair: -pair[1])
    return [(str(RULES[rule]), count) for rule, count in pairs]


def _relaxation_text(one: Relaxation) -> str:
    gained = ngettext("+%(num)s 人", "+%(num)s 人", one.gained)
    texts = {
        "min_title": lambda: _("职称放宽到%(to)s", to=label(TitleRank(one.to))),
        "min_degree": lambda: _("学位放宽到%(to)s", to=label(Degree(one.to))),
        "days_per_year": lambda: _("每年天数减到 %(to)s", to=days(one.to)),
        "modes": lambda: _("合作方式加上“%(to)s”", to=label(Mode(one.to))),
        "dates": lambda: _("时间放宽到 %(first)s 至 %(last)s", first=month(one.to[0]), last=month(one.to[1])),
        "place": lambda: _("改为“%(to)s”", to=label(Place(one.to))),
        "exclude_institutions": lambda: _("不设回避单位"),
    }
    return str(_("%(what)s：%(gained)s", what=texts[one.wish](), gained=gained))


def _best(one: Best, row: Row, *, hides_names: bool) -> dict[str, Any]:
    expert = one.expert
    return {
        "name": expert.id if hides_names or not expert.name else expert.name,
        "title": expert.title,
        "institution": expert.institution,
        "place": place_name(row.region_code),
        "level": one.match.band,
        "position": one.position,
        "evidence": _evidence(one.match.evidence[0], expert) if one.match.evidence else None,
    }


def _evidence(evidence: Evidence, expert: Expert) -> dict[str, Any]:
    text = quote(evidence)
    source, year = _source(evidence.field, expert)
    return {
        "segments": segments(text, [link.passage for link in evidence.links]),
        "source": source,
        "year": year,
        "language": evidence.language,
        "links": [{"need": link.need, "passage": link.passage, "kind": link.kind} for link in evidence.links],
    }


def _source(field: str, expert: Expert) -> tuple[str, int | None]:
    """What kind of passage it is; of a work also the year."""
    if not field.startswith("works["):
        return str(_("简介") if field == "bio" else _("关键词")), None
    work = expert.works[int(field.removeprefix("works[").rstrip("]"))]
    return str(label(WorkKind(work.kind)) if work.kind else _("代表作")), work.year


def task_name(task: Task | None) -> str:
    """The task with its programme; empty for none."""
    if task is None:
        return ""
    return f"{pick(task.programme, 'name')}{'：' if is_chinese() else ': '}{pick(task, 'title')}"
