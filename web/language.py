"""Chinese is the source language; English comes from the PO files, which are read as they are, never stale."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, has_request_context, redirect, request, session, url_for
from flask_babel import Babel, Domain, force_locale, get_locale
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.wrappers import Response

from models.database import writing
from web.extensions import db
from web.permissions import public
from web.services.errors import Sentence

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
"""What a person chooses → what Babel calls it."""
_in_chinese: ContextVar[bool | None] = ContextVar("whether the page is in Chinese", default=None)
PO_FOLDER = Path(__file__).parent / "translations"

blueprint = Blueprint("language", __name__)


def chosen_language() -> str:
    """`zh` or `en`: the choice kept in the session, else the person's, else Chinese."""
    kept = session.get("language") or getattr(getattr(current_user, "user", None), "locale", None)
    return kept if kept in LOCALES else "zh"


def is_chinese() -> bool:
    """Whether the page is shown in Chinese; found out once a request, for a page asks hundreds of times."""
    known = _in_chinese.get()
    if known is None:
        locale = get_locale()
        known = locale is None or locale.language == "zh"
        if has_request_context():
            _in_chinese.set(known)
    return known


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Everything inside is said in this language, `zh` or `en`; another is taken for Chinese."""
    chosen = language if language in LOCALES else "zh"
    before = _in_chinese.set(chosen == "zh")
    try:
        with force_locale(LOCALES[chosen]):
            yield
    finally:
        _in_chinese.reset(before)


def say(sentence: Sentence) -> str:
    """The sentence in the page's language."""
    return sentence.zh if is_chinese() else sentence.en


def pick(record: object, field: str) -> str:
    """`<field>_zh` or `<field>_en` of a record that has both, in the page's language."""
    value = getattr(record, f"{field}_{'zh' if is_chinese() else 'en'}")
    return str(value) if not isinstance(value, tuple) else "、".join(value) if is_chinese() else ", ".join(value)


def named(record: object) -> str:
    """The record's name; its English one on an English page, where it has one."""
    english = "" if is_chinese() else str(getattr(record, "name_en", ""))
    return english or str(getattr(record, "name"))  # noqa: B009 - any record that has a name


@cache
def read_catalog(language: str) -> Catalog:
    """All PO files of a language in one; the first file that translates a text wins (a test names disagreements)."""
    merged = Catalog(locale=LOCALES[language])
    for path in sorted((PO_FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=LOCALES[language])
        for message in catalog:
            if not message.id:
                continue
            if merged.get(message.id, context=message.context) is None:
                merged.add(message.id, message.string, context=message.context)
    return merged


class PoDomain(Domain):  # type: ignore[misc]  # the library is untyped
    """The catalogue of this project: Chinese needs none."""

    def get_translations(self) -> NullTranslations:
        """The translations for the present request's language."""
        return _CHINESE if is_chinese() else _english()


class PoBabel(Babel):  # type: ignore[misc]  # the library is untyped
    """Babel over that catalogue."""

    @property
    def domain_instance(self) -> PoDomain:
        """The domain that gettext uses."""
        return _DOMAIN


_CHINESE = NullTranslations()
_DOMAIN = PoDomain()
babel = PoBabel()


@cache
def _english() -> Translations:
    compiled = BytesIO()
    write_mo(compiled, read_catalog("en"))
    compiled.seek(0)
    return Translations(compiled, domain="messages")


@pass_eval_context
def _in_templates(context: EvalContext, text: str, /, **variables: object) -> str:
    """`_` in templates: a page asks for hundreds of sentences, so one without variables is kept as it came out."""
    if not variables:
        return _sentence(text, is_chinese(), bool(context.autoescape))
    return _translated(text, is_chinese(), bool(context.autoescape)) % variables


@lru_cache(maxsize=8192)
def _sentence(text: str, in_chinese: bool, escapes: bool) -> str:
    return _translated(text, in_chinese, escapes) % {}


@lru_cache(maxsize=8192)
def _translated(text: str, in_chinese: bool, escapes: bool) -> str:
    found = text if in_chinese else _english().ugettext(text)
    return Markup(found) if escapes else found  # noqa: S704 - templates' own sentences, and the translations of them


def bind(app: Flask) -> None:
    """Babel with our domain, the language switch, and what templates need of it."""
    babel.init_app(
        app,
        default_locale=LOCALES["zh"],
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: LOCALES[chosen_language()],
    )
    app.jinja_env.globals.update(
        _=_in_templates,
        get_locale=get_locale,
        language_url=language_url,
        chosen_language=chosen_language,
        is_chinese=is_chinese,
        named=named,
        pick=pick,
        say=say,
    )
    app.before_request(_ask_anew)
    app.teardown_request(_ask_anew)
    app.register_blueprint(blueprint)


def _ask_anew(_error: BaseException | None = None) -> None:
    """The next request, in the same thread, may be somebody else's."""
    _in_chinese.set(None)


def language_url(language: str) -> str:
    """The link that shows this very page in another language."""
    return url_for("language.switch", language=language, next=request.full_path.rstrip("?"))


@blueprint.get("/language/<any(zh, en):language>")
@public
def switch(language: str) -> Response:
    """Keeps the choice, for the person too, and stays on the page."""
    session["language"] = language
    user = getattr(current_user, "user", None)
    if user is not None:
        with writing():
            user.locale = language
            db.session.commit()
    target = request.args.get("next", "/")
    return redirect(target if _is_local(target) else "/")


def _is_local(target: str) -> bool:
    return target.startswith("/") and not target.startswith(("//", "/\\"))
