"""What is wrong with a need that waits for its check, or worth a look. Pure: nothing is read, nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from models import Need
from models.choices import Place, Verification
from models.place import lies_high
from web.services.check_words import TERMS
from web.services.findings import Finding, in_order, look, must, traces
from web.services.need_names import NAMES

SHORTEST_PROBLEM = 30
"""Characters below which a problem says too little to be matched."""
MOST_DAYS = 200
"""Days a year above which a flexible engagement is nearly a full post."""
FEW_DAYS = 7
"""A deadline nearer than that leaves experts no time to answer."""
HIGH_M = 3000
"""Metres above which a post needs altitude clearance (DOMAIN 3)."""
PUBLIC_TEXTS = ("title", "problem", "indicators", "goal", "keywords")
"""What everybody reads of a published need."""


@dataclass(frozen=True, slots=True)
class NeedSurroundings:
    """What the checks of a need must know besides the need."""

    today: date
    programmes: frozenset[str] = frozenset()
    """The programmes of the need's province; none where the plan has none for it."""
    alike: tuple[str, ...] = ()
    """Codes of the organisation's other needs that are very similar."""


Check = Callable[[Need, NeedSurroundings], Iterator[Finding]]


def need_findings(need: Need, around: NeedSurroundings) -> tuple[Finding, ...]:
    """Everything that was found, what must be put right first."""
    return in_order(finding for check in _CHECKS for finding in check(need, around))


def _organisation(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    name = "organisation_unverified", "organisation"
    if need.organisation.verification == Verification.RETURNED:
        zh, en = (
            "单位的核验已被退回，请先把单位信息改好再提交",
            "The organisation's check was returned; put it right first",
        )
        yield must(*name, zh, en)
    elif need.organisation.verification != Verification.VERIFIED:
        zh, en = (
            "单位还没有核验，请先核验单位，再发布需求",
            "The organisation is not verified; verify it before its need",
        )
        yield must(*name, zh, en, is_theirs=False)


def _personal_data(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    for name in PUBLIC_TEXTS:
        value = getattr(need, name)
        yield from traces(name, NAMES[name], value if isinstance(value, str) else "、".join(value))


def _deadline(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    left = None if need.deadline is None else (need.deadline - around.today).days
    if left is None or left > FEW_DAYS:
        return
    if left < 0:
        zh = f"截止日期 {need.deadline} 已过，请改为以后的日期"
        en = f"The deadline, {need.deadline}, has passed; choose a later one"
        yield must("deadline_passed", "deadline", zh, en)
        return
    zh = "今天就截止" if left == 0 else f"还有 {left} 天截止"
    en = "The deadline is today" if left == 0 else f"Days left to the deadline: {left}"
    yield look(
        "deadline_near", "deadline", f"{zh}，专家来不及回应，请延后", f"{en}; experts have no time to answer. Move it"
    )


def _task(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    if need.programme_code is not None and need.programme_code not in around.programmes:
        zh = "所选任务属于外省区的专项，请改选本省区的任务，或不选"
        en = "The task is of another province's programme; choose one of this province's, or none"
        yield must("task_elsewhere", "task_code", zh, en)
    elif around.programmes and not need.task_confirmed:
        zh, en = "没有选专项任务，请确认是否属于某项任务", "No task is chosen; say whether the need belongs to one"
        if need.task_code:
            zh = "专项任务由系统建议，用人单位没有确认，请核对"
            en = "The task was suggested by the service and not confirmed by the employer; check it"
        yield look("task_unconfirmed", "task_code", zh, en)


def _goal(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    if not need.goal.strip():
        yield must("goal_missing", "goal", "没有填“预期目标”，请写明要达到什么", "No goal; say what should be reached")
    if not need.indicators.strip():
        zh = "没有填“技术关键与指标”，专家难以判断能否做到，请补充"
        en = "No key techniques or indicators; experts cannot tell whether they can help. Add some"
        yield look("indicators_missing", "indicators", zh, en)


def _problem(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    length = len(need.problem.strip())
    if length < SHORTEST_PROBLEM:
        zh = f"“主要问题”只有 {length} 字，请写到 {SHORTEST_PROBLEM} 字以上：现状、试过的办法、卡在哪里"
        en = (
            f"The problem has {length} characters; write {SHORTEST_PROBLEM} or more: "
            "the situation, what was tried, where it is stuck"
        )
        yield look("problem_short", "problem", zh, en)


def _alike(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    if around.alike:
        zh = f"与本单位的 {'、'.join(around.alike)} 内容很像，可能重复发布，请核对"
        en = f"Very similar to {', '.join(around.alike)} of the same organisation, perhaps posted twice; compare them"
        yield look("duplicate", "title", zh, en, codes=around.alike)


def _period(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    if need.starts is None or need.ends is None:
        return
    months = (need.ends.year - need.starts.year) * 12 + need.ends.month - need.starts.month + 1
    for mode, (most, name) in TERMS.items():
        if mode in need.modes and months > most:
            zh = f"起止共 {months} 个月，“{name.zh}”一般不超过 {most} 个月，请核实或缩短"
            en = f"{months} months in all; {name.en} usually takes {most} at most. Check or shorten it"
            yield look("period_long", "ends", zh, en)


def _days(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    if need.days_per_year is not None and need.days_per_year > MOST_DAYS:
        zh = f"每年 {need.days_per_year:g} 天接近全职，柔性引才很少超过 {MOST_DAYS} 天，请核实或减少"
        en = f"{need.days_per_year:g} days a year is nearly a full post; over {MOST_DAYS} is rare. Check or reduce it"
        yield look("many_days", "days_per_year", zh, en)


def _altitude(need: Need, around: NeedSurroundings) -> Iterator[Finding]:
    on_plateau = lies_high(need.region_code)
    if need.altitude_m is None and on_plateau and need.place != Place.REMOTE:
        zh = "工作地在高原，没有填海拔，无法核对专家能否适应，请补充"
        en = "The place is on the plateau and no altitude is given, so experts cannot be checked for it. Add it"
        yield look("altitude_missing", "altitude_m", zh, en)
    if need.altitude_m is not None and need.altitude_m > HIGH_M and not on_plateau:
        zh = f"填了海拔 {need.altitude_m:g} 米，但工作地不在高原，会排除不适应高海拔的专家，请核实"
        en = (
            f"The altitude is {need.altitude_m:g} m but the place is not on the plateau; it keeps experts out. Check it"
        )
        yield look("altitude_unlikely", "altitude_m", zh, en)


_CHECKS: tuple[Check, ...] = (
    _organisation,
    _personal_data,
    _deadline,
    _task,
    _goal,
    _problem,
    _alike,
    _period,
    _days,
    _altitude,
)
