"""Chinese is the source, English complete: every string of the pages has an English text, and nothing bypasses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web.language import PO_FOLDER, read_catalog

WEB = Path(__file__).parents[2] / "web"
HAN = re.compile(r"[㐀-鿿]")
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
OWN_NAMES = {"东才西用", "中文"}
"""Names that stand in Chinese on an English page too: the service's own, and the language's own name in the switch."""


def extracted() -> Iterator[tuple[str, int, str]]:
    options = {"**/templates/**.html": {"silent": "false"}}
    for file, line, message, _comments, _context in extract_from_dir(
        WEB, METHODS, options_map=options, keywords=KEYWORDS
    ):
        for text in message if isinstance(message, tuple) else (message,):
            if text:
                yield str(file), line, text


def test_every_string_of_the_pages_is_translated() -> None:
    catalog = read_catalog("en")
    missing = [
        f"{file}:{line}: {text}"
        for file, line, text in extracted()
        if HAN.search(text) and text not in OWN_NAMES and (catalog.get(text) is None or not catalog.get(text).string)
    ]
    assert not missing, "no English for:\n" + "\n".join(dict.fromkeys(missing))


def test_english_texts_keep_the_placeholders_and_hold_no_chinese() -> None:
    wrong = []
    for message in read_catalog("en"):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            if not message.id or not text:
                continue
            if set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(text)):
                wrong.append(f"placeholders differ: {source} / {text}")
            if HAN.search(text.replace("东才西用", "").replace("中文", "")):
                wrong.append(f"Chinese in English: {text}")
    assert not wrong, "\n".join(wrong)


def test_no_two_files_translate_a_text_differently() -> None:
    seen: dict[object, set[object]] = {}
    for path in sorted((PO_FOLDER / "en").glob("*.po")):
        for message in read_po(path.open("rb"), locale="en"):
            seen.setdefault(message.id, set()).add(message.string)
    assert not {text: found for text, found in seen.items() if text and len(found) > 1}


def test_no_translation_is_left_over() -> None:
    used = {text for _file, _line, text in extracted()}
    left = [
        f"{path.name}: {message.id}"
        for path in sorted((PO_FOLDER / "en").glob("*.po"))
        for message in read_po(path.open("rb"), locale="en")
        if message.id and (message.id if isinstance(message.id, str) else message.id[0]) not in used
    ]
    assert not left, "translated but not used:\n" + "\n".join(left)


@pytest.mark.parametrize("path", sorted(WEB.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_templates_write_chinese_only_inside_translated_strings(path: Path) -> None:
    text = path.read_text("utf-8")
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    literal = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    text = re.sub(rf"\b(?:_|gettext|ngettext|_n)\(\s*{literal}(?:\s*,\s*{literal})?", "", text)
    text = re.sub(r"\{%-?\s*trans.*?endtrans\s*-?%\}", "", text, flags=re.DOTALL)
    for name in OWN_NAMES:
        text = text.replace(name, "")
    found = [f"{number}: {line.strip()}" for number, line in enumerate(text.splitlines(), 1) if HAN.search(line)]
    assert not found, "\n".join(found)
