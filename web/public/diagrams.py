"""State machines as drawings and tables, made from the very tables that the code moves by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.assignment import ASSIGNMENT_STATES, LOG_STATES
from models.evaluation import CLAIM_STATES
from models.need import NEED_STATES
from models.organisation import VERIFICATION
from models.pairing import PAIRING_STATES
from models.state_machine import Machine, Move
from web.labels import label

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 136, 36, 130, 48, 36
"""Pixels of a box, and between boxes."""

MACHINES: tuple[tuple[Machine, LazyString, str], ...] = (
    (NEED_STATES, _l("需求"), "need"),
    (VERIFICATION, _l("单位核验"), "verification"),
    (PAIRING_STATES, _l("对接"), "pairing"),
    (ASSIGNMENT_STATES, _l("任务"), "assignment"),
    (LOG_STATES, _l("服务日志"), "log"),
    (CLAIM_STATES, _l("成果申报"), "claim"),
)
"""Machine, its name, and the name under which its states are worded."""

MOVE_WORDS: dict[str, LazyString] = {
    "submit": _l("提交"),
    "publish": _l("发布"),
    "return": _l("退回"),
    "take_back": _l("取回修改"),
    "fill": _l("标为已解决"),
    "close": _l("关闭"),
    "withdraw": _l("撤回"),
    "expire": _l("逾期"),
    "verify": _l("核验通过"),
    "resubmit": _l("重新提交"),
    "invite": _l("邀请"),
    "apply": _l("申请"),
    "accept": _l("接受"),
    "decline": _l("谢绝"),
    "consent": _l("同意派出"),
    "refuse": _l("不同意派出"),
    "approve": _l("批准"),
    "reject": _l("不予批准"),
    "sign": _l("签署协议"),
    "plan": _l("立项"),
    "begin": _l("开始"),
    "suspend": _l("暂停"),
    "resume": _l("恢复"),
    "complete": _l("完成"),
    "evaluate": _l("评定"),
    "terminate": _l("终止"),
    "log": _l("填报"),
    "confirm": _l("确认"),
    "dispute": _l("提出异议"),
    "amend": _l("修改后重报"),
    "claim": _l("申报"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A state in the drawing; pixels."""

    state: str
    x: int
    y: int
    is_end: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move in the drawing: an SVG path, and where its number stands."""

    number: int
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Row:
    """A move in the table."""

    number: int
    name: str
    source: str
    target: str
    who: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """One machine; `words` names the vocabulary of its states."""

    name: str
    words: str
    width: int
    height: int
    box_width: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    rows: tuple[Row, ...]


def diagrams() -> list[Diagram]:
    """All machines, drawn."""
    return [_diagram(machine, str(name), words) for machine, name, words in MACHINES]


def _diagram(machine: Machine, name: str, words: str) -> Diagram:
    places = _places(machine)
    ends = set(places) - {source for move in machine.moves for source in move.sources}
    boxes = tuple(Box(state.value, *_corner(place), state in ends) for state, place in places.items())
    steps = [(source, move) for move in machine.moves for source in move.sources]
    arrows = tuple(
        _arrow(number, places[source], places[move.target]) for number, (source, move) in enumerate(steps, 1)
    )
    rows = tuple(_row(number, source, move) for number, (source, move) in enumerate(steps, 1))
    begins = tuple(_row(0, None, move) for move in machine.moves if not move.sources)
    width = max(box.x for box in boxes) + WIDTH + 2 * MARGIN
    height = max(box.y for box in boxes) + HEIGHT + 2 * MARGIN
    return Diagram(name, words, width, height, WIDTH, boxes, arrows, (*begins, *rows))


def _places(machine: Machine) -> dict[StrEnum, tuple[int, int]]:
    """State → (column, row): the column is the number of moves from the beginning."""
    targets = {move.target for move in machine.moves}
    starts = [move.target for move in machine.moves if not move.sources]
    first = starts or [source for move in machine.moves for source in move.sources if source not in targets]
    first = first or [machine.moves[0].sources[0]]
    columns = dict.fromkeys(first, 0)
    frontier = list(columns)
    while frontier:
        state = frontier.pop(0)
        for move in machine.moves:
            if state in move.sources and move.target not in columns:
                columns[move.target] = columns[state] + 1
                frontier.append(move.target)
    rows: dict[int, int] = {}
    places = {}
    for state, column in columns.items():
        places[state] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    return places


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return MARGIN + place[0] * (WIDTH + GAP_X), MARGIN + place[1] * (HEIGHT + GAP_Y)


def _arrow(number: int, source: tuple[int, int], target: tuple[int, int]) -> Arrow:
    """From the right side to the left side; back and within a column around the boxes."""
    (x, y), (to_x, to_y) = _corner(source), _corner(target)
    middle, to_middle = y + HEIGHT // 2, to_y + HEIGHT // 2
    shift = 6 * (number % 5) - 12  # arrows of one box leave it at different heights
    if source == target:
        top = y - 14
        path = f"M{x + 30},{y} C{x + 30},{top} {x + 66},{top} {x + 66},{y}"
        return Arrow(number, path, x + WIDTH // 2, y - 11)
    if target[0] > source[0]:
        a, b = x + WIDTH, to_x
        path = f"M{a},{middle + shift // 2} C{a + 44},{middle + shift // 2} {b - 44},{to_middle} {b},{to_middle}"
        share = 0.14 + 0.12 * (number % 7)
        return Arrow(number, path, *_on_curve(share, (a, middle + shift // 2), (b, to_middle)))
    if target[0] == source[0]:
        side = x + WIDTH
        path = f"M{side},{middle} C{side + 40},{middle} {side + 40},{to_middle} {side},{to_middle}"
        return Arrow(number, path, side + 30, middle + (to_middle - middle) * (2 + number % 3) // 6)
    below = max(y, to_y) + HEIGHT + 12 + 4 * (number % 3)
    down, up = x + 20, to_x + WIDTH - 20
    path = f"M{down},{y + HEIGHT} C{down},{below + 16} {up},{below + 16} {up},{to_y + HEIGHT}"
    return Arrow(number, path, (x + to_x + WIDTH) // 2, below + 6)


def _on_curve(share: float, start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
    """A point of the cubic curve that `_arrow` draws from box to box."""
    (a, y), (b, to_y) = start, end
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    xs, ys = (a, a + 44, b - 44, b), (y, y, to_y, to_y)
    return round(sum(w * x for w, x in zip(weights, xs, strict=True))), round(
        sum(w * x for w, x in zip(weights, ys, strict=True))
    )


def _row(number: int, source: StrEnum | None, move: Move) -> Row:
    who = _("、").join(str(label(role)) for role in move.roles) if move.roles else _("系统")
    return Row(
        number,
        str(MOVE_WORDS[move.name]),
        source.value if source is not None else "",
        move.target.value,
        who,
        move.needs_reason,
    )
