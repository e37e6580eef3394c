from __future__ import annotations

import pytest

from matcher.engine import Engine
from matcher.tasks import Task, TaskIndex
from tests.matcher.conftest import need

WOLFBERRY = need("地里的枸杞得了黑果病，果子发黑")


def task(code: str, zh: str, en: str = "") -> Task:
    return Task(code, {"zh": zh, "en": en})


TASKS = (
    task("ningxia-1", "科技支撑重点产业。枸杞病害、葡萄酒、奶业；枸杞炭疽病防治", "wolfberry, wine and dairy"),
    task("yunnan-2", "建设清洁能源创新高地。水电、风机叶片结冰监测、光伏", "wind turbines, hydropower"),
    task("tibet-3", "提升高原医学水平。包虫病，高原病", "high-altitude medicine"),
    task("blank", "。、"),
)


@pytest.fixture(scope="module")
def tasks(engine: Engine) -> TaskIndex:
    return TaskIndex.build(TASKS, engine)


@pytest.mark.parametrize(
    ("problem", "code"),
    [("枸杞得了黑果病", "ningxia-1"), ("风机叶片结冰了怎么办", "yunnan-2"), ("牧民肝里长包虫", "tibet-3")],
)
def test_the_task_that_has_a_clause_on_the_problem_comes_first(tasks: TaskIndex, problem: str, code: str) -> None:
    assert tasks.suggest(need(problem))[0].code == code


def test_the_confidences_of_all_allowed_tasks_add_up_to_one_and_a_task_without_text_is_never_suggested(
    tasks: TaskIndex,
) -> None:
    for allowed in (None, ("ningxia-1", "tibet-3", "nowhere-9"), ("yunnan-2",)):
        found = tasks.suggest(WOLFBERRY, most=99, allowed=allowed)
        assert {one.code for one in found} == {"ningxia-1", "yunnan-2", "tibet-3"} & set(
            allowed or [t.code for t in TASKS]
        )
        assert sum(one.confidence for one in found) == pytest.approx(1)
        assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def test_the_allowed_tasks_keep_their_odds_whatever_else_is_allowed(tasks: TaskIndex) -> None:
    among_all = {one.code: one.confidence for one in tasks.suggest(WOLFBERRY)}
    alone = {one.code: one.confidence for one in tasks.suggest(WOLFBERRY, allowed=("yunnan-2", "tibet-3"))}
    assert alone["yunnan-2"] / alone["tibet-3"] == pytest.approx(among_all["yunnan-2"] / among_all["tibet-3"])


def test_no_more_are_suggested_than_asked_for_and_nothing_where_nothing_is_allowed(tasks: TaskIndex) -> None:
    assert tasks.suggest(WOLFBERRY, most=2) == tasks.suggest(WOLFBERRY)[:2]
    assert tasks.suggest(WOLFBERRY, allowed=()) == ()
    assert tasks.suggest(WOLFBERRY, allowed=("blank",)) == ()


def test_a_prepared_need_is_taken_as_it_is(engine: Engine, tasks: TaskIndex) -> None:
    assert tasks.suggest(engine.prepare_need(WOLFBERRY)) == tasks.suggest(WOLFBERRY)


def test_equal_tasks_stand_by_code(engine: Engine) -> None:
    twins = TaskIndex.build([task("b", "枸杞"), task("a", "枸杞")], engine)
    assert [(one.code, one.confidence) for one in twins.suggest(WOLFBERRY)] == [("a", 0.5), ("b", 0.5)]
