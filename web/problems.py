"""Errors become pages: one place maps them to a status and a plain sentence."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import Flask, render_template, request
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from models.state_machine import MoveError
from web.extensions import db, limiter
from web.language import say
from web.matching import NotReadyError
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, ServiceError

Answer = tuple[str, int]

STATUS: dict[type[ServiceError], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
    InvalidError: 422,
    NotReadyError: 503,
}


def bind(app: Flask) -> None:
    """Registers the error pages."""
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(NotReadyError, _not_ready)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(MoveError, _move_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _server_error)


def _page(status: int, sentence: str, advice: str = "") -> Answer:
    """The error page, or for a partial update its sentence alone."""
    db.session.rollback()
    template = "problems/partial.html" if request.headers.get("HX-Request") else "problems/page.html"
    return render_template(template, status=status, sentence=sentence, advice=advice), status


def _service_error(error: ServiceError) -> Answer:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    return _page(status, say(error.sentence))


def _not_ready(error: NotReadyError) -> Answer:
    """A page or part that asks again by itself. A part is answered with 202, for htmx shows no part of a failure."""
    db.session.rollback()
    is_part, again = bool(request.headers.get("HX-Request")), request.full_path.rstrip("?")
    template = "problems/preparing_part.html" if is_part else "problems/preparing.html"
    page = render_template(
        template, sentence=say(error.sentence), again=again if request.method == "GET" else None, error=error
    )
    return page, 202 if is_part else STATUS[NotReadyError]


def _stale(_error: StaleDataError) -> Answer:
    return _page(409, _("这条记录刚被他人修改，您的改动没有保存"), _("请返回并刷新页面，再改一次。"))


def _move_error(error: MoveError) -> Answer:
    sentence, status = move_sentence(error)
    return _page(status, sentence)


def move_sentence(error: MoveError) -> tuple[str, int]:
    """Why a move is not possible, and the status that says so."""
    sentences = {
        "state": _("当前状态不允许这样操作，可能刚被他人处理"),
        "role": _("您的角色不能办理这一步"),
        "reason": _("请写明原因"),
        "consent": _("这种合作方式须先由派出单位同意"),
        "terms": _("双方还没有都同意现在的条款"),
    }
    status = 409 if error.code in ("state", "consent", "terms") else 403
    return sentences.get(error.code, _("没有这一步操作")), status


def _csrf_error(_error: CSRFError) -> Answer:
    return _page(400, _("页面停留太久或来自别处，未能提交"), _("请返回并刷新页面，再提交一次。"))


def _too_often(_error: RateLimitExceeded) -> Answer:
    """Says when it may be tried again: in minutes, and at which time."""
    limit = limiter.current_limit
    until = limit.reset_at if limit is not None else time.time() + 60
    minutes = max(1, -(-int(until - time.time()) // 60))
    at = format_datetime(datetime.fromtimestamp(until, UTC), "HH:mm")
    advice = _("请在 %(minutes)s 分钟后（%(at)s 以后）再试。", minutes=minutes, at=at)
    return _page(429, _("尝试次数太多，暂时不能继续"), advice)


def _http_error(error: HTTPException) -> Answer:
    sentences = {
        400: _("请求有误"),
        401: _("请先登录"),
        403: _("您没有权限查看此页或办理此事"),
        404: _("没有这个页面，或它已被移走"),
        405: _("不能这样打开此页"),
        413: _("提交的内容太大"),
        429: _("操作太频繁，请过一会儿再试"),
    }
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.get_response()  # type: ignore[return-value]  # a redirect raised as an exception
    return _page(status, sentences.get(status, _("出错了")))


def _server_error(_error: Exception) -> Answer:
    return _page(500, _("系统出错，已记录"), _("您可以返回重试；若仍出错，请告诉管理员发生的时间。"))
