"""The public page of what holds, the administrator's list, and one rule with all its versions."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import render_template, request

from models.choices import RuleKind, RuleState, Severity
from web.accounts.texts import one_line
from web.extensions import db
from web.permissions import actor, public
from web.policy.blueprint import administrator, blueprint
from web.policy.forms import PublishForm
from web.policy.region_form import RegionForm
from web.policy.words import KIND_NAMES, SEVERITY_NAMES, region_name
from web.services import policy_views
from web.services.policy_views import WantedRules

E = TypeVar("E", bound=StrEnum)


@blueprint.get("/rules")
@public
def public_rules() -> str:
    """Every mode and the rules that hold for it, with their sources."""
    return render_template("policy/public.html", chapters=policy_views.published_chapters(db.session))


@blueprint.get("/admin/rules")
@administrator
def rules() -> str:
    """All rules; filters and page live in the URL."""
    wanted = _wanted()
    number = request.args.get("page", 1, type=int)
    page = policy_views.rules_page(db.session, wanted, by=actor(), number=number)
    template = "policy/_rules.html" if request.headers.get("HX-Request") else "policy/rules.html"
    regions = [(code, region_name(code)) for code in policy_views.regions_with_rules(db.session)]
    modes = policy_views.all_modes(db.session)
    lists = {"regions": regions, "modes": modes, "kinds": KIND_NAMES, "severities": SEVERITY_NAMES}
    return render_template(template, page=page, wanted=wanted, **lists)


@blueprint.get("/admin/rules/<rule_code>")
@administrator
def rule(rule_code: str) -> str:
    """One rule with all its versions."""
    versions = policy_views.versions_of(db.session, rule_code, by=actor())
    draft = versions[0] if versions[0].state == RuleState.DRAFT else None
    shown = next((one for one in versions if one.state == RuleState.PUBLISHED), versions[0])
    form = None if draft is None else PublishForm.for_draft(draft)
    kept = {"rule": shown, "draft": draft, "versions": versions, "form": form, "region_form": RegionForm(formdata=None)}
    return render_template("policy/rule.html", mode_names=_mode_names(), **kept)


def _mode_names() -> dict[str, object]:
    return {mode.code: mode for mode in policy_views.all_modes(db.session)}


def _wanted() -> WantedRules:
    args = request.args
    return WantedRules(
        text=one_line(args.get("q"))[:100],
        mode=args.get("mode", "")[:32],
        region=args.get("region", "")[:6],
        severity=_member(Severity, args.get("severity", "")),
        kind=_member(RuleKind, args.get("kind", "")),
        has_draft="draft" in args,
    )


def _member(kind: type[E], value: str) -> E | None:
    return kind(value) if value in list(kind) else None
