"""Indicators, criteria and the grading formula from `seed_data/indicators.yaml`, validated."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from models import Indicator
from models.choices import Grade, Side
from models.grading import Scheme
from web.services.yaml_files import read_yaml

FILE = Path(__file__).parents[2] / "seed_data" / "indicators.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndicatorLine(_Strict):
    """One indicator as the file has it."""

    code: str = Field(pattern=r"^[a-z_]{2,32}$")
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    usual_most: float = Field(gt=0)
    whole: bool = True

    def row(self, position: int) -> Indicator:
        """The indicator as a record."""
        values = self.model_dump(exclude={"whole"})
        return Indicator(position=position, is_whole=self.whole, **values)


class Criterion(_Strict):
    """One question of an appraisal, answered by 1 to 5."""

    code: str
    name_zh: str
    name_en: str


class GradeLine(_Strict):
    """A grade and its lowest score."""

    grade: Grade
    lowest: float = Field(alias="from")


class GradingLines(_Strict):
    """The formula as the file has it."""

    version: str
    weights: dict[str, float]
    outcomes_full: int
    timely_within_days: int
    grades: list[GradeLine]


class EvaluationFile(_Strict):
    """The whole file."""

    indicators: list[IndicatorLine]
    criteria: dict[Side, list[Criterion]]
    grading: GradingLines

    def scheme(self) -> Scheme:
        """The formula. Raises ValueError for one that makes no sense."""
        lines = self.grading
        grades = tuple((one.grade, one.lowest) for one in lines.grades)
        return Scheme(lines.version, lines.weights, lines.outcomes_full, lines.timely_within_days, grades)


@cache
def evaluation_file(path: Path = FILE) -> EvaluationFile:
    """The file, read once. Raises pydantic's ValidationError, which names the field."""
    return EvaluationFile.model_validate(read_yaml(path))


def criteria_of(side: Side) -> list[Criterion]:
    """What this side is asked; empty for a side that appraises nothing."""
    return evaluation_file().criteria.get(side, [])
