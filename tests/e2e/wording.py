"""Whether a page speaks one language: its own words may not be in the other; what people wrote may be."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import cached_property
from pathlib import Path

from web.language import read_catalog

DATA = {
    "organisation": ("name", "name_en", "intro", "credit_code", "verification_note"),
    "need": ("title", "problem", "indicators", "goal", "keywords", "exclude_institutions", "state_note"),
    "expert": ("name", "title", "institution", "department", "position", "bio", "keywords"),
    "work": ("title", "abstract", "venue", "keywords"),
    "user": ("name",),
    "shortlist_entry": ("note",),
    "dismissal": ("note",),
    "state_change": ("reason",),
    "tie": ("counterpart", "note"),
    "pairing": ("message", "post", "state_note"),
    "pairing_member": ("name", "institution"),
    "exchange_leg": ("name", "organisation"),
    "enclave_site": ("name", "address"),
    "public_notice": ("place",),
    "objection": ("text", "settlement"),
    "rule_waiver": ("reason",),
    "document": ("name",),
    "assignment": ("state_note",),
    "service_log": ("done", "place", "state_note"),
    "milestone": ("title", "source", "note"),
    "training_session": ("title",),
    "assignment_message": ("text",),
    "indicator_claim": ("note", "state_note"),
    "appraisal": ("comment",),
    "evaluation": ("summary",),
}
"""Table → columns with what people wrote, which no one translates."""
TRANSLATED = {"region": "name", "discipline": "name", "industry": "name", "programme": "name_zh", "task": "title_zh"}
"""Table → column with a Chinese name that has an English one beside it."""
CHINESE = re.compile(r"[\u3400-\u9fff]+")
SENTENCE = re.compile(r"[A-Za-z][a-z'’]+(?:[ ,]+[A-Za-z][a-z'’]*){2,}")
"""Three English words in a row."""
NAMED_IN_CHINESE = ("中文",)
"""Names of languages in themselves."""
NAMED_IN_ENGLISH = ("English",)
VALUE = re.compile(r"%\(\w+\)[sd]")
"""The place of a value in a message."""
PIECES = re.compile(r"[\s・·•、,，：:/()（）›|]+")


class Written:
    """All that people wrote, from the database of the running server."""

    def __init__(self, database: Path) -> None:
        self._database = database

    @cached_property
    def whole(self) -> str:
        """Everything in one text."""
        return "\n".join(self.texts)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Each text of its own, and each keyword of a list of them."""
        whole = {value.strip() for table, columns in DATA.items() for value in self._values(table, columns)}
        lists = [json.loads(value) for value in whole if value.startswith('["')]
        return frozenset(whole | {item for items in lists for item in items})

    @cached_property
    def translated(self) -> frozenset[str]:
        """Chinese names that an English page must not show."""
        return frozenset(value for table, column in TRANSLATED.items() for value in self._values(table, (column,)))

    def _values(self, table: str, columns: tuple[str, ...]) -> list[str]:
        with sqlite3.connect(f"file:{self._database}?mode=ro", uri=True) as connection:
            rows = connection.execute(f'select {", ".join(columns)} from "{table}"').fetchall()  # noqa: S608 - our names
        return [str(value) for row in rows for value in row if value]


def chinese_words(texts: list[str], written: Written) -> list[str]:
    """The texts of an English page with Chinese in them that nobody wrote."""
    own = _patterns("zh")
    return [text for text in texts if CHINESE.search(text) and _is_chinese_ui(text, written, own)]


def _is_chinese_ui(text: str, written: Written, own: re.Pattern[str]) -> bool:
    if text in NAMED_IN_CHINESE or text in written.texts:
        return False
    if own.fullmatch(text) or any(piece in written.translated for piece in PIECES.split(text)):
        return True
    return any(run not in written.whole for run in CHINESE.findall(text))


def english_sentences(texts: list[str], written: Written) -> list[str]:
    """The texts of a Chinese page that are English words of the service, or English sentences that nobody wrote."""
    own = _patterns("en")
    return [text for text in texts if text not in NAMED_IN_ENGLISH and _is_english_ui(text, written, own)]


def _is_english_ui(text: str, written: Written, own: re.Pattern[str]) -> bool:
    if text in written.texts or CHINESE.search(text):
        return False
    return bool(own.fullmatch(text)) or any(run not in written.whole for run in SENTENCE.findall(text))


def _patterns(language: str) -> re.Pattern[str]:
    """What the pages' own texts look like in one language, with anything in the places of values."""
    messages = [message for message in read_catalog("en") if message.id]
    texts: set[str] = set()
    for message in messages:
        chosen = message.id if language == "zh" else message.string
        texts.update(chosen if isinstance(chosen, (tuple, list)) else (chosen,))
        other = message.string if language == "zh" else message.id
        texts -= set(other) if isinstance(other, (tuple, list)) else {other}  # the same in both, such as BibTeX
    asked = CHINESE if language == "zh" else re.compile(r"[A-Za-z]{2}")
    parts = [_pattern(text) for text in sorted(texts) if _is_telling(text, asked)]
    return re.compile("|".join(parts))


def _is_telling(text: str, asked: re.Pattern[str]) -> bool:
    """Whether its own words, beside the places of values, say the language: “A与B”, “A and B” may be anybody's."""
    own = VALUE.sub(" ", text)
    if VALUE.search(text) is None:
        return asked.search(own) is not None
    words = CHINESE.findall(own) if asked is CHINESE else re.findall(r"[A-Za-z]{2,}", own)
    return any(len(word) > 1 for word in words) if asked is CHINESE else len(words) > 1


def _pattern(text: str) -> str:
    fixed = VALUE.split(text.replace("%%", "%"))
    return ".+".join(re.escape(part) for part in fixed)
