"""Interests that managers declare of themselves, and the dismissal of others'."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.board.blueprint import blueprint, manager
from web.board.forms import DismissalForm, InterestForm
from web.extensions import db
from web.permissions import actor
from web.services import interests, tie_dismissals
from web.services.errors import InvalidError


@blueprint.get("/desk/interests")
@manager
def own_interests() -> str:
    """What the manager has declared, and what colleagues have."""
    return _page(InterestForm(formdata=None))


@blueprint.post("/desk/interests")
@manager
def declare_interest() -> tuple[str, int] | Response:
    """Declares one."""
    form = InterestForm()
    try:
        kind = form.chosen_kind()
        named = {"counterpart": form.counterpart.data or "", "note": form.note.data or ""}
        interests.declare(db.session, kind=kind, by=actor(), **named)
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _page(form), 422
    db.session.commit()
    flash(_("已申报；涉及的对接由其他管理人员审批"), "success")
    return redirect(url_for("board.own_interests"), 303)


@blueprint.post("/desk/interests/<int(max=2147483647):tie_id>/remove")
@manager
def remove_interest(tie_id: int) -> Response:
    """Takes one of the manager's own away."""
    interests.take_back(db.session, tie_id, by=actor())
    db.session.commit()
    flash(_("已撤销申报"), "success")
    return redirect(url_for("board.own_interests"), 303)


@blueprint.post("/desk/interests/<int(max=2147483647):tie_id>/dismiss")
@manager
def dismiss_interest(tie_id: int) -> tuple[str, int] | Response:
    """Sets a colleague's aside, for a reason and until a day."""
    form = DismissalForm()
    tie = interests.colleagues_tie(db.session, tie_id, by=actor())
    try:
        form.require_read("until")
        given: dict[str, Any] = {"reason": form.reason.data or "", "until": form.until.data}
        tie_dismissals.dismiss(db.session, tie, by=actor(), **given)
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _page(InterestForm(formdata=None), (tie_id, form)), 422
    db.session.commit()
    flash(_("已排除，原因和期限已记录"), "success")
    return redirect(url_for("board.own_interests"), 303)


@blueprint.post("/desk/interests/dismissals/<int(max=2147483647):dismissal_id>/withdraw")
@manager
def withdraw_dismissal(dismissal_id: int) -> Response:
    """Ends a dismissal early."""
    tie_dismissals.withdraw(db.session, dismissal_id, by=actor())
    db.session.commit()
    flash(_("已撤销排除，利益关系重新生效"), "success")
    return redirect(url_for("board.own_interests"), 303)


def _page(form: InterestForm, wrong: tuple[int, DismissalForm] | None = None) -> str:
    by = actor()
    own = interests.ties_of(db.session, by=by)
    others = interests.colleagues_ties(db.session, by=by)
    standing = {one.id: tie_dismissals.standing_dismissal(db.session, one) for one in (*own, *others)}
    return render_template(
        "board/interests.html",
        form=form,
        own=own,
        others=others,
        standing=standing,
        wrong=wrong,
        fresh={one.id: DismissalForm.apart(one.id) for one in others},
        made=tie_dismissals.made_by(db.session, by=by),
        most=tie_dismissals.LONGEST_REASON,
        most_note=interests.NOTE_CHARS,
    )
