"""Rule results of a pairing as components/status.html shows them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models import Pairing
from models.choices import Outcome
from web.extensions import db
from web.language import pick, say
from web.pairings.helps import helps_for


def rules_of(pairing: Pairing, *, form_url: str | None) -> list[dict[str, Any]]:
    """What each rule that concerns the pairing finds now, with who can supply what is missing (see `helps_for`)."""
    from web.services import policy

    looked = policy.look(db.session, pairing)
    return [
        {**_shown(one), "helps": helps_for(one, pairing, form_url=form_url)}
        for one in looked
        if one.outcome != Outcome.NOT_CONCERNED
    ]


def not_met(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that are not met, or for which a fact is missing."""
    return [one for one in rules if one["outcome"] != Outcome.PASS]


def _shown(looked: Any) -> dict[str, Any]:
    rule, waiver = looked.rule, looked.waiver
    note = _("已豁免：%(reason)s", reason=waiver.reason) if waiver else None
    return {
        "outcome": looked.outcome.value,
        "text": f"{pick(rule, 'name')}{_('：')}{say(looked.sentence)}",
        "severity": None if looked.outcome == Outcome.PASS else looked.severity.value,
        "source": {"text": pick(rule, "citation") or rule.citation, "url": rule.citation_url},
        "version": rule.version,
        "note": note,
    }
