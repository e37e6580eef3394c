"""Needs and experts read from JSONL, CSV and XLSX files; results written to them."""

from matcher.records.reading import Table, read_experts, read_needs
from matcher.records.workbook import write_xlsx
from matcher.records.writing import FORMATS, write_csv, write_jsonl, write_rows

__all__ = ["FORMATS", "Table", "read_experts", "read_needs", "write_csv", "write_jsonl", "write_rows", "write_xlsx"]
