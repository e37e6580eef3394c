"""Typed parameters of rules: each kind has a frozen dataclass whose fields say what they take and what they are."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar


class ParameterError(Exception):
    """A parameter that a kind of rule cannot take; `name` is the parameter's, `zh` and `en` say what is wrong."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(f"{name}: {en}")
        self.name, self.zh, self.en = name, zh, en


@dataclass(frozen=True, slots=True)
class Spec:
    """What one parameter takes. `options`: the closed choices, where it has some; `is_list`: several of them."""

    zh: str
    en: str
    type: str = "whole"
    """`whole`, `number`, `flag`, `choice` or `code`."""
    least: float = 0
    most: float = 100_000
    options: tuple[str, ...] = ()
    is_list: bool = False
    may_be_empty: bool = False
    unit_zh: str = ""
    unit_en: str = ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Base of the kinds' parameters."""

    def as_json(self) -> dict[str, Any]:
        """The parameters as they are kept."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}


def whole(zh: str, en: str, least: int, most: int, unit: tuple[str, str] = ("", ""), **default: Any) -> Any:
    """A parameter that is a whole number."""
    spec = Spec(zh, en, "whole", least, most, unit_zh=unit[0], unit_en=unit[1])
    return field(metadata={"spec": spec}, **default)


def number(zh: str, en: str, least: float, most: float, unit: tuple[str, str] = ("", ""), **default: Any) -> Any:
    """A parameter that is a number, halves and the like allowed."""
    spec = Spec(zh, en, "number", least, most, unit_zh=unit[0], unit_en=unit[1])
    return field(metadata={"spec": spec}, **default)


def flag(zh: str, en: str, **default: Any) -> Any:
    """A parameter that is yes or no."""
    return field(metadata={"spec": Spec(zh, en, "flag")}, **default)


def choice_of(
    zh: str, en: str, options: type[StrEnum] | Sequence[str], *, several: bool = False, **default: Any
) -> Any:
    """A parameter that is one of a closed choice, or several of it."""
    values = tuple(str(one) for one in options)
    return field(metadata={"spec": Spec(zh, en, "choice", options=values, is_list=several)}, **default)


def codes(zh: str, en: str, *, may_be_empty: bool = False, **default: Any) -> Any:
    """A parameter that is a list of codes: of clauses, or prefixes of places."""
    return field(metadata={"spec": Spec(zh, en, "code", is_list=True, may_be_empty=may_be_empty)}, **default)


def spec_of(one: Field[Any]) -> Spec:
    """What the field of a parameter class takes."""
    spec: Spec = one.metadata["spec"]
    return spec


P = TypeVar("P", bound=Parameters)
_CODE = re.compile(r"[0-9a-z_]{1,32}")


def read_parameters(kind: type[P], raw: Mapping[str, Any]) -> P:
    """The parameters of a kind from what is kept or was typed. Raises ParameterError for the first that is wrong."""
    known = {one.name: one for one in fields(kind)}
    for name in raw:
        if name not in known:
            raise ParameterError(
                str(name),
                f"没有这个参数；有的是：{'、'.join(known)}",
                f"no such parameter; there are: {', '.join(known)}",
            )
    values = {}
    for name, one in known.items():
        if name in raw:
            values[name] = _value(name, raw[name], spec_of(one))
        elif one.default is MISSING:
            raise ParameterError(name, "缺少这个参数", "is missing")
    return kind(**values)


def _value(name: str, raw: Any, spec: Spec) -> Any:
    if not spec.is_list:
        return _one(name, raw, spec)
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise ParameterError(name, "应为一个列表", "must be a list")
    if not raw and not spec.may_be_empty:
        raise ParameterError(name, "至少选一项", "choose at least one")
    return tuple(dict.fromkeys(_one(name, one, spec) for one in raw))


def _one(name: str, raw: Any, spec: Spec) -> Any:
    if spec.type in ("whole", "number"):
        return _number(name, raw, spec)
    if spec.type == "flag":
        if not isinstance(raw, bool):
            raise ParameterError(name, "应为是或否", "must be true or false")
        return raw
    if spec.type == "choice" and raw not in spec.options:
        listed = ", ".join(one or '""' for one in spec.options)
        raise ParameterError(name, f"“{raw}”不在可选值 {listed} 之中", f"{raw!r} is none of {listed}")
    if spec.type == "code" and not (isinstance(raw, str) and _CODE.fullmatch(raw)):
        raise ParameterError(name, f"“{raw}”不是代码", f"{raw!r} is no code")
    return raw


def _number(name: str, raw: Any, spec: Spec) -> float | int:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)
    if not is_number or (spec.type == "whole" and raw != int(raw)):
        kind = ("整数", "a whole number") if spec.type == "whole" else ("数字", "a number")
        raise ParameterError(name, f"“{raw}”应为{kind[0]}", f"{raw!r} must be {kind[1]}")
    if not spec.least <= raw <= spec.most:
        between = f"{spec.least:g}", f"{spec.most:g}"
        raise ParameterError(
            name,
            f"“{raw:g}”应在 {between[0]} 到 {between[1]} 之间",
            f"{raw:g} must lie between {between[0]} and {between[1]}",
        )
    return int(raw) if spec.type == "whole" else float(raw)
