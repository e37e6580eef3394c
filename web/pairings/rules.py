"""Rule results of a pairing as components/status.html shows them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models import Pairing
from models.choices import Outcome
from web.extensions import db
from web.language import pick, say


def rules_of(pairing: Pairing) -> list[dict[str, Any]]:
    """What each rule that concerns the pairing finds now."""
    from web.services import policy

    return [_shown(one) for one in policy.look(db.session, pairing) if one.outcome != Outcome.NOT_CONCERNED]


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
