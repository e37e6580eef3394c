"""Whatever the engine holds as a record can be written and read back unchanged."""

import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.records import Table, read_experts, read_needs, write_rows
from matcher.text import normalise
from matcher.types import Expert, Need, Work
from matcher.vocabulary import MODES

text = st.text(max_size=30).map(normalise)
some_text = text.filter(bool)
words = st.lists(some_text, max_size=4, unique=True).map(tuple)
ids = (
    st.text(min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda written: written and not any(unicodedata.category(c) in {"Cc", "Cs"} for c in written))
)
modes = st.lists(st.sampled_from(sorted(MODES)), max_size=3, unique=True).map(tuple)
days = st.none() | st.integers(1, 732).map(lambda halves: halves / 2)
day = st.dates(date(1900, 1, 1), date(2100, 12, 31))
spans = st.tuples(st.none() | day, st.none() | day).map(
    lambda span: span if None in span else tuple(sorted(d for d in span if d))
)
works = st.builds(
    Work, title=some_text, abstract=text, year=st.none() | st.integers(1900, 2100), kind=text, keywords=words
)


@st.composite
def experts(draw: st.DrawFn) -> Expert:
    start, end = draw(spans)
    return Expert(
        id=draw(ids),
        name=draw(text),
        kind=draw(st.sampled_from(["expert", "graduate"])),
        title=draw(text),
        degree=draw(text),
        institution=draw(text),
        province=draw(text),
        city=draw(text),
        bio=draw(some_text),
        keywords=draw(words),
        works=tuple(draw(st.lists(works, max_size=3))),
        modes=draw(modes),
        days_per_year=draw(days),
        available_from=start,
        available_to=end,
        altitude_ok=draw(st.none() | st.booleans()),
        languages=draw(words),
    )


@st.composite
def needs(draw: st.DrawFn) -> Need:
    start, end = draw(spans)
    return Need(
        id=draw(ids),
        title=draw(some_text),
        problem=draw(text),
        indicators=draw(text),
        goal=draw(text),
        keywords=draw(words),
        modes=draw(modes),
        province=draw(text),
        city=draw(text),
        days_per_year=draw(days),
        starts=start,
        ends=end,
        min_title=draw(st.sampled_from(["", "教授", "副高及以上", "engineer"])),
        min_degree=draw(st.sampled_from(["", "博士", "master"])),
        headcount=draw(st.integers(1, 10**6)),
        altitude_m=draw(st.none() | st.floats(-200, 9000)),
        exclude_institutions=draw(words),
    )


OF_THE_SERVICE = {"windows", "regions", "places"}
"""Facts that the service alone states; files have no column for them."""


def written_and_read(records: Sequence[Expert | Need], read: Callable[[Path], Table[Expert] | Table[Need]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        rows = ({k: v for k, v in asdict(one).items() if k not in OF_THE_SERVICE} for one in records)
        write_rows(rows, path, "jsonl")
        table = read(path)
    assert table.problems == ()
    assert table.records == tuple(records)
    assert table.unknown_columns == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(experts(), min_size=1, max_size=3, unique_by=lambda expert: expert.id))
def test_experts_written_as_jsonl_are_read_back_equal(records: list[Expert]) -> None:
    written_and_read(records, read_experts)


@settings(max_examples=60, deadline=None)
@given(st.lists(needs(), min_size=1, max_size=3, unique_by=lambda need: need.id))
def test_needs_written_as_jsonl_are_read_back_equal(records: list[Need]) -> None:
    written_and_read(records, read_needs)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".jsonl", ".csv", ".xlsx"]))
def test_no_bytes_make_the_readers_fail(content: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any{ending}"
        path.write_bytes("编号,简介\n1,".encode() + content if ending == ".csv" else content)
        table = read_experts(path)
    assert table.rows == 0 or len(table.records) <= table.rows
    assert table.problems or table.records


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(Expert.__dataclass_fields__)), json_values, max_size=6))
def test_no_json_value_makes_the_readers_fail(row: dict[str, object]) -> None:
    import json

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        path.write_text(json.dumps(row), encoding="utf-8")
        table = read_experts(path)
    assert bool(table.problems) != bool(table.records)
    assert all(str(problem).encode() for problem in table.problems)
