"""Checks of what is typed: each names the field, says what is wrong and what is allowed, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from web.services.errors import FieldProblem, InvalidError, Sentence


class Checks:
    """Problems found so far; `names` gives each field's name for people."""

    def __init__(self, names: dict[str, Sentence]) -> None:
        self._names = names
        self.problems: list[FieldProblem] = []

    def report(self, field: str, zh: str, en: str) -> None:
        """Keeps one problem."""
        self.problems.append(FieldProblem(field, Sentence(zh, en)))

    def require(self, field: str, value: object) -> None:
        """The field says something."""
        if value in ("", (), None):
            name = self._names[field]
            self.report(field, f"请填写“{name.zh}”", f"Fill in “{name.en}”")

    def length(self, field: str, text: str, most: int) -> None:
        """The text has at most that many characters."""
        if len(text) > most:
            name = self._names[field]
            self.report(
                field,
                f"“{name.zh}”最多 {most} 字，现在 {len(text)} 字",
                f"“{name.en}” takes at most {most} characters; it has {len(text)}",
            )

    def items(self, field: str, items: Sequence[str], *, most: int, longest: int) -> None:
        """There are at most that many items, each of at most that many characters."""
        name = self._names[field]
        if len(items) > most:
            self.report(
                field,
                f"“{name.zh}”最多 {most} 个，现在 {len(items)} 个",
                f"“{name.en}” takes at most {most}; there are {len(items)}",
            )
        for item in items:
            if len(item) > longest:
                self.report(
                    field,
                    f"“{name.zh}”中“{item[:20]}…”有 {len(item)} 字，每个最多 {longest} 字；请用顿号或逗号分开",
                    f"“{item[:20]}…” in “{name.en}” has {len(item)} characters, at most {longest} each; "
                    "separate them by commas",
                )
                break

    def settle(self) -> None:
        """Raises InvalidError when there is a problem."""
        if self.problems:
            raise InvalidError(self.problems)
