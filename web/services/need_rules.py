"""What each field of a need may hold, and the sentence that says what is wrong and what to do.

A draft may lack anything, but whatever it holds obeys these rules, so that the database takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from models.choices import Mode
from models.need import LONG_TEXT
from web.services.errors import FieldProblem, Sentence
from web.services.need_names import NAMES

TITLE_CHARS = 120
MOST_KEYWORDS, KEYWORD_CHARS = 5, 30
MOST_INSTITUTIONS, INSTITUTION_CHARS = 20, 120
MOST_DAYS = 366
MOST_FUNDING = 1_000_000
"""万元."""
MOST_PEOPLE = 999
CONTACT_CHARS = 60
EARLIEST, LATEST = date(2020, 1, 1), date(2100, 12, 31)

Check = Callable[[str, Any], Sentence | None]


def problem_with(name: str, value: Any) -> Sentence | None:
    """What is wrong with the value of a field, None when nothing is. Raises KeyError for a field that needs lack."""
    return _CHECKS[name](name, value)


def problems_together(values: Mapping[str, Any]) -> list[FieldProblem]:
    """Values that are sound alone but contradict each other; named at the later field."""
    starts, ends, deadline = (values.get(name) for name in ("starts", "ends", "deadline"))
    found = []
    if starts and ends and starts > ends:
        found.append(
            FieldProblem(
                "ends",
                Sentence(
                    f"“结束年月”{ends:%Y-%m} 早于“开始年月”{starts:%Y-%m}，请改其中一个",
                    f"The end, {ends:%Y-%m}, is before the start, {starts:%Y-%m}; change one of them",
                ),
            )
        )
    elif deadline and ends and deadline > ends:
        found.append(
            FieldProblem(
                "deadline",
                Sentence(
                    f"“截止日期”{deadline} 晚于“结束年月”{ends:%Y-%m}，专家来不及参加，请改早",
                    f"The deadline, {deadline}, is after the end, {ends:%Y-%m}; choose an earlier one",
                ),
            )
        )
    return found


def problems_of_time(values: Mapping[str, Any], today: date) -> list[FieldProblem]:
    """What a need cannot be submitted with on this day: a deadline or an end that has passed."""
    found = []
    for name in ("ends", "deadline"):
        day = values.get(name)
        if day is not None and day < today:
            zh = f"“{NAMES[name].zh}”{day} 已过，请改为今天或以后"
            found.append(FieldProblem(name, Sentence(zh, f"{NAMES[name].en} {day} has passed; choose a later one")))
    return found


def _text(most: int) -> Check:
    def check(name: str, value: str) -> Sentence | None:
        return _too_long(name, len(value), most)

    return check


def _too_long(name: str, length: int, most: int) -> Sentence | None:
    if length <= most:
        return None
    zh, en = NAMES[name].zh, NAMES[name].en
    return Sentence(f"“{zh}”最多 {most} 字，现在 {length} 字", f"{en}: at most {most} characters, now {length}")


def _items(most: int, longest: int) -> Check:
    def check(name: str, value: Sequence[str]) -> Sentence | None:
        zh, en = NAMES[name].zh, NAMES[name].en
        if len(value) > most:
            return Sentence(
                f"“{zh}”最多 {most} 个，现在 {len(value)} 个，请去掉一些",
                f"{en}: at most {most}, now {len(value)}; remove some",
            )
        for item in value:
            if len(item) > longest:
                short = item[:10] + "…"
                return Sentence(
                    f"“{zh}”每个最多 {longest} 字，“{short}”有 {len(item)} 字",
                    f"{en}: at most {longest} characters each; “{short}” has {len(item)}",
                )
        return None

    return check


def _number(least: float, most: float, zh: str, en: str, *, step: float | None = None) -> Check:
    """`zh` and `en` say what is allowed; `step` 0.5 means halves, 1 whole numbers."""

    def check(name: str, value: float | None) -> Sentence | None:
        if value is None or (least <= value <= most and (step is None or (value / step).is_integer())):
            return None
        return Sentence(f"“{NAMES[name].zh}”填了 {value:,.10g}，{zh}", f"{NAMES[name].en} is {value:,.10g}; {en}")

    return check


def _date(name: str, value: date | None) -> Sentence | None:
    if value is None or EARLIEST <= value <= LATEST:
        return None
    zh, en = NAMES[name].zh, NAMES[name].en
    return Sentence(
        f"“{zh}”填了 {value}，请填 {EARLIEST.year} 至 {LATEST.year} 年之间的日期",
        f"{en} is {value}; give a date between {EARLIEST.year} and {LATEST.year}",
    )


def _modes(name: str, value: Sequence[str]) -> Sentence | None:
    unknown = [code for code in value if code not in list(Mode)]
    if not unknown:
        return None
    return Sentence(
        f"没有“{unknown[0][:20]}”这种合作方式，请在列表中选择",
        f"There is no mode “{unknown[0][:20]}”; choose from the list",
    )


def _languages(name: str, value: Sequence[str]) -> Sentence | None:
    if len(value) <= 12 and all(len(code) == 2 and code.isascii() and code.isalpha() for code in value):
        return None
    return Sentence("请在列表中选择语言", "Choose languages from the list")


def _phone(name: str, value: str) -> Sentence | None:
    digits = sum(character.isdigit() for character in value)
    if not value or (5 <= digits <= 20 and len(value) <= 40 and all(c.isdigit() or c in "+-() 转*" for c in value)):
        return None
    return Sentence(
        "“联系电话”应是电话号码，例如 0955-5021234 或 13900000000",
        "The contact phone must be a telephone number such as 0955-5021234",
    )


def _email(name: str, value: str) -> Sentence | None:
    if not value:
        return None
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return Sentence(
            "“联系邮箱”格式不对，例如 zhang@example.cn", "The contact e-mail is not an address such as zhang@example.cn"
        )
    return None


def _anything(name: str, value: Any) -> Sentence | None:
    return None


_CHECKS: Mapping[str, Check] = {
    "title": _text(TITLE_CHARS),
    "problem": _text(LONG_TEXT),
    "indicators": _text(LONG_TEXT),
    "goal": _text(LONG_TEXT),
    "keywords": _items(MOST_KEYWORDS, KEYWORD_CHARS),
    "discipline_code": _anything,
    "industry_code": _anything,
    "min_title": _anything,
    "min_degree": _anything,
    "headcount": _number(1, MOST_PEOPLE, "请填 1 至 999 的整数", "give a whole number from 1 to 999", step=1),
    "languages": _languages,
    "exclude_institutions": _items(MOST_INSTITUTIONS, INSTITUTION_CHARS),
    "modes": _modes,
    "place": _anything,
    "region_code": _anything,
    "altitude_m": _number(-200, 9000, "请填 -200 至 9000 米", "give metres from -200 to 9,000"),
    "days_per_year": _number(
        0.5, MOST_DAYS, "请填 0.5 至 366 天，以半天为单位", "give 0.5 to 366 days, in halves", step=0.5
    ),
    "starts": _date,
    "ends": _date,
    "deadline": _date,
    "funding": _number(0, MOST_FUNDING, "请填 0 至 1,000,000 万元", "give 0 to 1,000,000 (in CNY 10,000)"),
    "hides_names": _anything,
    "task_code": _anything,
    "task_confirmed": _anything,
    "contact_name": _text(CONTACT_CHARS),
    "contact_phone": _phone,
    "contact_email": _email,
}
"""Fields → their rules. Codes that tables hold are checked against the tables where they are saved."""

FIELDS = tuple(_CHECKS)
"""What a poster may fill in, in the order of the form."""
