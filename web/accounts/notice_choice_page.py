"""How a person wants to be told of what happens, by mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField

from models.choices import Delivery, Topic
from web.accounts.blueprint import blueprint
from web.extensions import db
from web.permissions import actor, signed_in
from web.services.notice_choices import choices_of, choose

DELIVERIES = (
    (Delivery.AT_ONCE.value, _l("马上发邮件")),
    (Delivery.DIGEST.value, _l("每天汇总一封")),
    (Delivery.OFF.value, _l("不发邮件")),
)
TOPICS = {
    Topic.ANSWER: _l("等我办理的事"),
    Topic.REMINDER: _l("到期提醒"),
    Topic.PROGRESS: _l("进展和结果"),
    Topic.LOGS: _l("服务日志的填报与确认"),
    Topic.MESSAGE: _l("对方的留言"),
    Topic.NEEDS: _l("新的合适需求"),
}
"""In the order of the page."""


class ChoiceForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """One choice for each topic."""

    answer = RadioField(TOPICS[Topic.ANSWER], choices=DELIVERIES)
    reminder = RadioField(TOPICS[Topic.REMINDER], choices=DELIVERIES)
    progress = RadioField(TOPICS[Topic.PROGRESS], choices=DELIVERIES)
    logs = RadioField(TOPICS[Topic.LOGS], choices=DELIVERIES)
    message = RadioField(TOPICS[Topic.MESSAGE], choices=DELIVERIES)
    needs = RadioField(TOPICS[Topic.NEEDS], choices=DELIVERIES)


@blueprint.route("/account/notifications/choices", methods=["GET", "POST"])
@signed_in
def notice_choices() -> str | Response | tuple[str, int]:
    """Topic by topic: at once, in a daily digest, or not by mail. In the service itself all are shown."""
    known = choices_of(db.session, by=actor())
    form = ChoiceForm(data={topic.value: delivery.value for topic, delivery in known.items()})
    if form.validate_on_submit():
        wanted = {topic: Delivery(form[topic.value].data) for topic in TOPICS}
        choose(db.session, wanted, by=actor())
        db.session.commit()
        flash(_("已保存"), "success")
        return redirect(url_for("accounts.notice_choices"))
    page = render_template("accounts/notice_choices.html", form=form, topics=[topic.value for topic in TOPICS])
    return page, 422 if form.errors else 200
