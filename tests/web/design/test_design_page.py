"""The design page and the rules that every component keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from web.design.marking import segments

WEB = Path(__file__).parents[3] / "web"
TEMPLATES = sorted([*(WEB / "templates").rglob("*.html"), *(WEB / "design").rglob("*.html")])


@given(st.text(alphabet="羔羊腹泻aB ", max_size=40), st.lists(st.text(alphabet="羔羊腹泻ab", max_size=4), max_size=4))
def test_segments_joined_give_the_text_again(text: str, phrases: list[str]) -> None:
    assert "".join(segment.text for segment in segments(text, phrases)) == text


def test_the_longer_phrase_is_marked_and_case_does_not_matter() -> None:
    found = [segment.text for segment in segments("Lamb diarrhea kills", ["lamb", "lamb diarrhea"]) if segment.marked]
    assert found == ["Lamb diarrhea"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_template_needs_what_the_csp_forbids(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text)


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (WEB / "static/img/icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = set()
    for template in WEB.rglob("*.html"):
        named.update(re.findall(r"\bicon\('([\w-]+)'", template.read_text(encoding="utf-8")))
        named.update(re.findall(r"\bicon='([\w-]+)'", template.read_text(encoding="utf-8")))
    assert named <= known


def test_every_colour_of_the_light_theme_has_one_in_the_dark() -> None:
    css = (WEB / "static/css/tokens.css").read_text(encoding="utf-8")
    light, dark, chosen = (set(re.findall(r"--([\w-]+): (?:#|rgba)", part)) for part in re.split(r"@media screen", css))
    assert light == dark == chosen


def test_no_stylesheet_names_a_token_that_does_not_exist() -> None:
    sheets = {path.name: path.read_text(encoding="utf-8") for path in (WEB / "static/css").glob("*.css")}
    known = set(re.findall(r"--([\w-]+):", sheets["tokens.css"]))
    for name, css in sheets.items():
        assert set(re.findall(r"var\(--([\w-]+)", css)) <= known, name


@pytest.mark.parametrize("label", ["A&B <\"x'>", Markup("A&amp;B"), ""])
def test_an_icons_label_is_escaped_once_and_none_makes_it_decoration(migrated_app: Flask, label: str) -> None:
    with migrated_app.test_request_context():
        drawn = migrated_app.jinja_env.globals["draw_icon"]("x-lg", label)
        unsafe = migrated_app.jinja_env.globals["draw_icon"]("x-lg", str(label))
    meaning = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    assert meaning in drawn
    assert not label or f'aria-label="{escape(str(label))}"' in unsafe
