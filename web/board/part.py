"""What the pairing page shows a manager: every rule's result, what stands in the way, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from models import Pairing, RuleResult, Tie, TieDismissal
from models.choices import PairingState, Role, Severity
from models.state_machine import MoveError
from web.board.fact_words import fact_rows
from web.board.forms import DismissalForm, WaiverForm
from web.extensions import db
from web.language import pick, say
from web.pairings.forms import OrderForm, ReasonForm
from web.pairings.helps import form_url_of, helps_for
from web.problems import move_sentence
from web.services import policy
from web.services.access import Actor
from web.services.errors import Sentence
from web.services.pairing_approval import SAME_APPROVER, approvers_before, endorsement, needs_second
from web.services.pairing_conflicts import conflict_of
from web.services.pairing_deputies import acting_on
from web.services.pairings import sides_of
from web.services.people_names import names_of_people
from web.services.policy_waivers import WAIVED_IN
from web.services.tie_dismissals import standing_dismissal

DECIDED_IN = (PairingState.ACCEPTED, PairingState.CONSENTED)


@dataclass(frozen=True, slots=True)
class ApprovalPart:
    """The context of `board/parts/approval.html`.

    `rules`: as components/status.html takes them, with `code`, `facts`, `can_waive`, `waiver`; `reasons`: why it cannot
    be approved now; `can_decide`: whether the pairing is at the manager's step and they may act.
    """

    rules: Sequence[Mapping[str, Any]]
    is_stored: bool
    conflict: str
    giver: str
    endorsed: tuple[str, datetime] | None
    needs_second: bool
    reasons: Sequence[str]
    can_decide: bool
    forms: Mapping[str, Any]
    ties: Sequence[tuple[Tie, TieDismissal | None, DismissalForm]]


def approval_part(pairing: Pairing, by: Actor) -> ApprovalPart | None:
    """The context of the part; None for who is no manager of this pairing."""
    if not by.has(Role.MANAGER) or not by.answers_for(pairing.jurisdiction_code, pairing.need.programme_code):
        return None
    conflict = conflict_of(db.session, pairing, by)
    acting = acting_on(db.session, pairing, by)
    is_theirs = conflict is None and bool(sides_of(pairing, by))
    looked = policy.look(db.session, pairing) if pairing.state in WAIVED_IN else None
    can_waive = is_theirs and looked is not None
    return ApprovalPart(
        rules=[_looked(one, pairing, can_waive) for one in looked] if looked is not None else _stored(pairing),
        is_stored=looked is None,
        conflict=say(conflict) if conflict is not None else "",
        giver=names_of_people(db.session, [acting.on_behalf_of]),
        endorsed=_endorsed(pairing),
        needs_second=needs_second(pairing),
        reasons=_reasons(pairing, looked or (), acting),
        can_decide=is_theirs and pairing.state in DECIDED_IN,
        forms=_forms(pairing),
        ties=[_tie(tie, pairing) for tie in pairing.expert.ties] if is_theirs else (),
    )


def _forms(pairing: Pairing) -> dict[str, Any]:
    forms = {"approve": OrderForm.fresh(pairing), "waive": WaiverForm.fresh(pairing)}
    forms |= {name: ReasonForm.fresh(pairing) for name in ("return", "reject")}
    for name in ("return", "reject"):
        forms[name].reason.id = f"{name}-reason"
    return forms


def _tie(tie: Tie, pairing: Pairing) -> tuple[Tie, TieDismissal | None, DismissalForm]:
    standing = standing_dismissal(db.session, tie, host_id=pairing.need.organisation_id)
    return tie, standing, DismissalForm.apart(tie.id)


def _endorsed(pairing: Pairing) -> tuple[str, datetime] | None:
    change = endorsement(db.session, pairing)
    if change is None:
        return None
    return names_of_people(db.session, [change.actor_id, change.on_behalf_of_id]), change.at


def _reasons(pairing: Pairing, looked: Sequence[policy.Looked], acting: Actor) -> list[str]:
    """Why it cannot be approved now, in the order in which the service asks."""
    if pairing.state not in DECIDED_IN:
        return []
    found = []
    try:
        pairing.target("approve", role=Role.MANAGER)
    except MoveError as error:
        found.append(move_sentence(error)[0])
    found += [f"{pick(one.rule, 'name')}{_('：')}{say(one.sentence)}" for one in policy.stops(looked)]
    before = approvers_before(db.session, pairing) if needs_second(pairing) else set()
    if acting.user_id in before or acting.on_behalf_of in before:
        found.append(say(SAME_APPROVER))
    return found


def _looked(one: policy.Looked, pairing: Pairing, can_waive: bool) -> dict[str, Any]:
    is_met, may_be = one.outcome in policy.MET, one.severity == Severity.WAIVABLE
    return {
        "code": one.rule.code,
        "outcome": one.outcome.value,
        "text": f"{pick(one.rule, 'name')}{_('：')}{say(one.sentence)}",
        "severity": one.severity.value,
        "source": {"text": pick(one.rule, "citation") or one.rule.citation, "url": one.rule.citation_url},
        "version": one.rule.version,
        "note": _("已豁免：%(reason)s", reason=one.waiver.reason) if one.waiver is not None else None,
        "facts": fact_rows(one.facts),
        "helps": helps_for(one, pairing, form_url=form_url_of(pairing)),
        "form": WaiverForm.about(pairing, one.rule.code),
        "can_waive": can_waive and may_be and not is_met and one.waiver is None,
        "can_unwaive": can_waive and one.waiver is not None,
    }


def _stored(pairing: Pairing) -> list[dict[str, Any]]:
    """The results of the decision as they were kept then."""
    check = next((one for one in policy.checks_of(db.session, pairing) if one.purpose == "approve"), None)
    return [_kept(one) for one in check.results] if check is not None else []


def _kept(one: RuleResult) -> dict[str, Any]:
    return {
        "code": one.rule_code,
        "outcome": one.outcome.value,
        "text": f"{pick(one.rule, 'name')}{_('：')}{say(Sentence(one.sentence_zh, one.sentence_en))}",
        "severity": one.severity.value,
        "source": {"text": pick(one.rule, "citation") or one.rule.citation, "url": one.rule.citation_url},
        "version": one.rule_version,
        "note": _("已豁免：%(reason)s", reason=one.waiver_reason) if one.waiver_reason else None,
        "facts": fact_rows(one.facts),
    }
