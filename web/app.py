"""The application: settings in, a Flask application out."""

from __future__ import annotations

import importlib
import logging
from importlib.metadata import version
from inspect import iscoroutinefunction
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from models import encryption
from models.database import begin_writing, end_writing, prepare_sqlite
from web import (
    downloads,
    formats,
    gazetteer,
    health,
    jobs,
    labels,
    language,
    matching,
    navigation,
    permissions,
    problems,
    states,
    static_files,
)
from web.accounts import setup as accounts_setup
from web.extensions import csrf, db, limiter, talisman
from web.settings import ServiceSettings

FEATURES = (
    "public",
    "accounts",
    "needs",
    "experts",
    "desk",
    "matches",
    "design",
    "admin",
    "audit",
    "pairings",
    "board",
    "assignments",
    "documents",
    "institution",
    "outcomes",
    "reports",
    "policy",
)
"""Folders with a `views` module that has a `blueprint`."""

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": ["'self'", "data:"],
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_log = logging.getLogger(__name__)
MAX_UPLOAD = 8 * 2**20
"""Bytes of a request."""
MAX_FORM = 2 * 2**20
"""Bytes of a form's fields; a longer text is refused as a whole, with a plain sentence."""


def create_app(settings: ServiceSettings | None = None) -> Flask:
    """The application. Settings come from the environment where none are given."""
    settings = settings or ServiceSettings()
    encryption.use_keys(settings.kept_data_keys())
    app = Flask(__name__.split(".", maxsplit=1)[0])
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.kept_secret_key(),
        SQLALCHEMY_ENGINES={"default": _engine_options(settings)},
        SESSION_COOKIE_SECURE=settings.cookies_are_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.cookies_are_secure,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_HEADERS_ENABLED=True,
        **accounts_setup.security_config(settings),
    )
    app.jinja_env.bytecode_cache = _compiled_pages(settings)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    _bind_extensions(app, settings)
    _bind_features(app)
    return app


def _engine_options(settings: ServiceSettings) -> dict[str, Any]:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    url = settings.engine_url
    if url.startswith("sqlite"):
        return {"url": url, "connect_args": {"timeout": 30}}
    return {"url": url, "pool_pre_ping": True, "pool_size": 16, "max_overflow": 16}


class CompiledPages(FileSystemBytecodeCache):
    """Templates compiled by an earlier run of the same Jinja: the first reader of a page need not wait for it.

    A page is answered all the same where it cannot be kept.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps one; a full disk is logged."""
        try:
            super().dump_bytecode(bucket)
        except OSError:
            _log.warning("a compiled page could not be kept in %s", self.directory, exc_info=True)


def _compiled_pages(settings: ServiceSettings) -> CompiledPages:
    folder = settings.var_dir / "cache" / f"pages-jinja-{version('jinja2')}"
    folder.mkdir(parents=True, exist_ok=True)
    return CompiledPages(str(folder))


def _bind_extensions(app: Flask, settings: ServiceSettings) -> None:
    db.init_app(app)
    # The library also closes asynchronous sessions, of which there are none, in a new event loop and thread each time.
    app.teardown_appcontext_funcs = [end for end in app.teardown_appcontext_funcs if not iscoroutinefunction(end)]
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
    app.before_request(_begin)
    downloads.bind(app)
    app.teardown_request(_end)
    language.bind(app)
    csrf.init_app(app)
    limiter.init_app(app)
    talisman.init_app(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        force_https=False,
        strict_transport_security=settings.cookies_are_secure,
        session_cookie_secure=settings.cookies_are_secure,
        referrer_policy="same-origin",
    )
    accounts_setup.bind(app)
    app.before_request(permissions.guard)
    problems.bind(app)
    for module in (static_files, labels, states, formats, gazetteer):
        module.bind(app)
    navigation.bind(app)
    matching.bind(app)
    jobs.bind(app, settings)
    health.bind(app)


def _bind_features(app: Flask) -> None:
    for feature in FEATURES:
        module = importlib.import_module(f"web.{feature}.views")
        app.register_blueprint(module.blueprint)
    app.after_request(_no_store)


def _begin() -> None:
    """A request that changes something takes SQLite's write lock when its transaction begins."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        g.writing = begin_writing()


def _end(_error: BaseException | None) -> None:
    if "writing" in g:
        end_writing(g.pop("writing"))


def _no_store(response: Response) -> Response:
    """Pages of people who have signed in stay out of shared caches and of the browser's history."""
    if request.endpoint == "static":
        return response
    response.vary.add("HX-Request")
    if current_user.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
