"""How an administrator changes a rule: draft, what if, publish."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.extensions import db
from web.permissions import actor
from web.policy.blueprint import administrator, blueprint
from web.policy.forms import PublishForm, RuleForm, rule_form
from web.services import policy_drafts
from web.services.errors import InvalidError
from web.services.policy_trial import what_if

Answer = str | tuple[str, int] | Response


@blueprint.post("/admin/rules/<rule_code>/draft")
@administrator
def begin_draft(rule_code: str) -> Answer:
    """Begins a draft, of the rule or of a region's own, and shows it; one that is there is shown."""
    region = request.form.get("region", "")
    draft = policy_drafts.begin(db.session, rule_code, by=actor(), region=region)
    db.session.commit()
    return redirect(url_for("policy.edit", rule_code=draft.code))


@blueprint.get("/admin/rules/<rule_code>/edit")
@administrator
def edit(rule_code: str) -> Answer:
    """The draft's form."""
    draft = policy_drafts.draft_of(db.session, rule_code, by=actor())
    return render_template("policy/edit.html", rule=draft, form=rule_form(draft, is_fresh=True))


@blueprint.post("/admin/rules/<rule_code>/edit")
@administrator
def save_draft(rule_code: str) -> Answer:
    """Keeps the draft and shows what it would change."""
    draft = policy_drafts.draft_of(db.session, rule_code, by=actor())
    form: RuleForm = rule_form(draft, is_fresh=False)
    content, unread = form.content()
    try:
        policy_drafts.save(db.session, rule_code, content, unread=unread, order=form.order(), by=actor())
    except InvalidError as error:
        form.show_problems(list(error.problems))
        return render_template("policy/edit.html", rule=draft, form=form), 422
    db.session.commit()
    flash(_("草稿已保存"), "success")
    return redirect(url_for("policy.try_draft", rule_code=rule_code))


@blueprint.get("/admin/rules/<rule_code>/what-if")
@administrator
def try_draft(rule_code: str) -> Answer:
    """Which open pairings the draft would judge otherwise."""
    draft = policy_drafts.draft_of(db.session, rule_code, by=actor())
    return _trial(rule_code, PublishForm.for_draft(draft))


@blueprint.post("/admin/rules/<rule_code>/publish")
@administrator
def publish(rule_code: str) -> Answer:
    """Makes the draft the version that holds."""
    form = PublishForm()
    try:
        rule = policy_drafts.publish(db.session, rule_code, order=form.order(), by=actor())
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _trial(rule_code, form), 422
    db.session.commit()
    flash(_("已发布第 %(version)s 版", version=rule.version), "success")
    return redirect(url_for("policy.rule", rule_code=rule_code))


@blueprint.post("/admin/rules/<rule_code>/discard")
@administrator
def discard(rule_code: str) -> Answer:
    """Throws the draft away."""
    policy_drafts.discard(db.session, rule_code, order=PublishForm().order(), by=actor())
    db.session.commit()
    flash(_("草稿已放弃"), "success")
    return redirect(url_for("policy.rules"))


def _trial(rule_code: str, form: PublishForm) -> str:
    draft = policy_drafts.draft_of(db.session, rule_code, by=actor())
    return render_template(
        "policy/what_if.html", rule=draft, trial=what_if(db.session, rule_code, by=actor()), form=form
    )
