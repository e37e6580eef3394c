"""The code tables and the policy's tasks, as the service loads them."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

SEED = Path(__file__).parents[2] / "seed_data"
MAP = SEED.parent / "web" / "static" / "vendor" / "china-map-echarts-4.9.0" / "china.json"
PLAN_WORDS = "ca66def8f8c8f553f14a175022c8b498b79c2734fb939078426e5904bc22970d"
"""SHA-256 of the twenty paragraphs, joined by newlines, as the ministries published them."""
TASKS = {
    "xinjiang": 3,
    "tibet": 3,
    "qinghai": 3,
    "yunnan": 3,
    "ningxia": 3,
    "inner-mongolia": 3,
    "guizhou": 1,
    "gansu": 1,
}
PLAN_NUMBER = {"gansu-1": 2}
"""Where the plan's own number is not the number within the programme."""
NAMED_AS = {"福建": "闽宁", "深圳国家高新区": "深圳"}
"""Partners that the plan names in other words."""
ODD_PARENT = re.compile(r"19035\d\d")
"""The standard prints the parts of 19030 with codes that begin 19035."""


@cache
def table(name: str) -> list[dict[str, str]]:
    with (SEED / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def regions() -> dict[str, dict[str, str]]:
    return {row["adcode"]: row for row in table("regions")}


@cache
def programmes() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((SEED / "programmes.yaml").read_text("utf-8"))["programmes"]
    return loaded


def tasks() -> list[dict[str, Any]]:
    return [task for programme in programmes() for task in programme["tasks"]]


def levels(name: str) -> dict[int, int]:
    return dict(sorted(Counter(int(row["level"]) for row in table(name)).items()))


def test_the_plan_has_eight_programmes_with_twenty_tasks() -> None:
    assert {programme["code"]: len(programme["tasks"]) for programme in programmes()} == TASKS


def test_every_programme_belongs_to_a_province_that_exists() -> None:
    for programme in programmes():
        assert regions()[programme["province"]]["level"] == "1", programme["code"]


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task["code"])
def test_a_task_carries_the_plans_number_and_title(task: dict[str, Any]) -> None:
    number = PLAN_NUMBER.get(task["code"], task["number"])
    assert task["text_zh"].startswith(f"{number}. {task['title_zh']}。")
    assert task["text_en"].startswith(f"{number}. {task['title_en']}. ")
    assert len(task["text_en"]) > 1.5 * len(task["text_zh"]), "the English leaves something out"


def test_tasks_are_numbered_from_one_within_their_programme() -> None:
    for programme in programmes():
        expected = [(f"{programme['code']}-{number}", number) for number in range(1, len(programme["tasks"]) + 1)]
        assert [(task["code"], task["number"]) for task in programme["tasks"]] == expected


def test_nobody_edited_the_plans_words() -> None:
    words = "\n".join(task["text_zh"] for task in tasks())
    assert hashlib.sha256(words.encode()).hexdigest() == PLAN_WORDS


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task["code"])
def test_fields_and_keywords_are_bilingual_and_distinct(task: dict[str, Any]) -> None:
    for kind in ("fields", "keywords"):
        chinese, english = task[f"{kind}_zh"], task[f"{kind}_en"]
        assert len(chinese) == len(english) == len(set(chinese)) == len(set(english))
        assert all(english) and not any(re.search(r"[\u4e00-\u9fff]", name) for name in english)
    assert 8 <= len(task["keywords_zh"]) <= 15


def test_partners_are_those_that_the_plans_text_names() -> None:
    for programme in programmes():
        names = [partner["name_zh"] for partner in programme["partners"]]
        assert sorted(names) == sorted({name for task in programme["tasks"] for name in task["partners"]})
        for task in programme["tasks"]:
            for name in task["partners"]:
                assert NAMED_AS.get(name, name) in task["text_zh"], (task["code"], name)


def test_a_partners_code_is_a_region_outside_the_programmes_province() -> None:
    for programme in programmes():
        for partner in programme["partners"]:
            if partner["adcode"] is not None:
                assert partner["adcode"] in regions()
                assert partner["adcode"][:2] != programme["province"][:2]


def test_regions_have_the_official_numbers_of_provinces_and_prefectures() -> None:
    assert levels("regions") == {1: 35, 2: 333, 3: 2845}
    assert len(regions()) == len(table("regions"))


def test_a_regions_parent_exists_is_of_a_higher_level_and_shares_its_prefix() -> None:
    for code, row in regions().items():
        assert re.fullmatch(r"\d{6}", code)
        if row["level"] == "1":
            assert row["parent"] == "" and code.endswith("0000")
            continue
        parent = regions()[row["parent"]]
        assert parent["level"] < row["level"]
        assert code.startswith(row["parent"][: 2 * int(parent["level"])]), row


def test_only_four_provinces_have_no_lower_codes() -> None:
    parents = {row["parent"] for row in table("regions")}
    childless = {row["name"] for row in table("regions") if row["level"] == "1" and row["adcode"] not in parents}
    assert childless == {"台湾省", "香港特别行政区", "澳门特别行政区", "新疆生产建设兵团"}


def test_every_region_can_be_found_by_pinyin_and_read_in_english() -> None:
    for row in table("regions"):
        assert re.fullmatch(r"[a-z]+", row["pinyin"]), row
        assert re.fullmatch(r"[a-z]+", row["initials"]) and len(row["initials"]) == len(row["name"]), row
        letters = iter(row["pinyin"])
        assert all(letter in letters for letter in row["initials"]), row
        assert re.fullmatch(r"[A-Z][A-Za-zü'’ ,()-]+", row["name_en"]), row


@pytest.mark.parametrize(
    ("adcode", "name_en", "pinyin"),
    [
        ("341500", "Lu'an", "luanshi"),
        ("331100", "Lishui", "lishuishi"),
        ("340300", "Bengbu", "bengbushi"),
        ("341600", "Bozhou", "bozhoushi"),
        ("350200", "Xiamen", "xiamenshi"),
        ("500000", "Chongqing Municipality", "chongqingshi"),
        ("140400", "Changzhi", "changzhishi"),
        ("140428", "Zhangzi County", "zhangzixian"),
        ("141100", "Lüliang", "lvliangshi"),
        ("371722", "Shanxian County", "shanxian"),
        ("410621", "Xunxian County", "xunxian"),
        ("411100", "Luohe", "luoheshi"),
        ("610100", "Xi'an", "xianshi"),
        ("640500", "Zhongwei", "zhongweishi"),
        ("640521", "Zhongning County", "zhongningxian"),
        ("640303", "Hongsibu District", "hongsibuqu"),
        ("652823", "Yuli County", "yulixian"),
        ("150100", "Hohhot", "huhehaoteshi"),
        ("532900", "Dali Bai Autonomous Prefecture", "dalibaizuzizhizhou"),
        ("622926", "Dongxiang Autonomous County", "dongxiangzuzizhixian"),
        ("653100", "Kashgar Prefecture", "kashidiqu"),
    ],
)
def test_names_that_software_reads_wrongly(adcode: str, name_en: str, pinyin: str) -> None:
    assert (regions()[adcode]["name_en"], regions()[adcode]["pinyin"]) == (name_en, pinyin)


@pytest.mark.parametrize(
    ("name", "counts", "widths"),
    [
        ("disciplines", {0: 5, 1: 62, 2: 740, 3: 2748}, {0: 1, 1: 3, 2: 5, 3: 7}),
        ("industries", {1: 20, 2: 97, 3: 473, 4: 1381}, {1: 1, 2: 2, 3: 3, 4: 4}),
    ],
)
def test_a_code_table_is_whole_and_its_codes_tell_their_level(
    name: str, counts: dict[int, int], widths: dict[int, int]
) -> None:
    assert levels(name) == counts
    known = {row["code"]: row for row in table(name)}
    assert len(known) == len(table(name))
    for code, row in known.items():
        level = int(row["level"])
        assert len(code) == widths[level]
        if level == min(counts):
            assert row["parent"] == ""
            continue
        assert int(known[row["parent"]]["level"]) == level - 1
        if level > min(counts) + 1:
            assert code.startswith(row["parent"]) or ODD_PARENT.fullmatch(code), row


@pytest.mark.parametrize(("name", "top"), [("disciplines", "category"), ("industries", "section")])
def test_the_top_column_is_where_the_chain_of_parents_ends(name: str, top: str) -> None:
    known = {row["code"]: row for row in table(name)}
    for row in table(name):
        root = row
        while root["parent"]:
            root = known[root["parent"]]
        assert row[top] == root["code"]


@pytest.mark.parametrize(("name", "deepest"), [("disciplines", 2), ("industries", 2)])
def test_the_upper_levels_have_english_names(name: str, deepest: int) -> None:
    upper = [row for row in table(name) if int(row["level"]) <= deepest]
    assert all(re.fullmatch(r"[A-Z][A-Za-z',() -]+", row["name_en"]) for row in upper)


def test_industry_numbers_have_no_gaps() -> None:
    """Within a group classes run 1, 2, 3 …, then 9 for the rest; a single class is 0."""
    groups: dict[str, list[int]] = {}
    for row in table("industries"):
        if row["level"] in "34":
            groups.setdefault(row["parent"], []).append(int(row["code"][-1]))
    for parent, digits in groups.items():
        body = [digit for digit in digits if digit not in (0, 9)]
        assert all(after == before + 1 for before, after in pairwise([0, *body])), parent


def test_no_class_name_begins_with_its_groups_name_by_accident() -> None:
    """A row whose group's name ran into it is how damaged copies show; two names are truly so."""
    known = {row["code"]: row["name"] for row in table("industries")}
    glued = {
        row["code"]
        for row in table("industries")
        if row["level"] == "4" and row["name"] != known[row["parent"]] and row["name"].startswith(known[row["parent"]])
    }
    assert glued == {"4899", "7475"}


def test_the_map_has_an_outline_for_every_province_but_the_corps() -> None:
    features = json.loads(MAP.read_text("utf-8"))["features"]
    provinces = {row["adcode"]: row["name"] for row in table("regions") if row["level"] == "1"}
    outlines = {feature["properties"]["id"]: feature["properties"]["name"] for feature in features}
    assert set(provinces) - set(outlines) == {"660000"} and set(outlines) <= set(provinces)
    assert all(provinces[code].startswith(name) for code, name in outlines.items())
