"""What the page of an assignment shows of its outcomes, appraisals and grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Appraisal, Assignment, Document, Evaluation, Indicator, IndicatorClaim
from models.choices import AssignmentState, Side, Subject
from web.extensions import db
from web.formats import number
from web.language import pick
from web.outcomes.forms import AppraisalForm, ClaimForm, EvaluationForm, appraisal_form
from web.pairings.forms import OrderForm
from web.permissions import actor
from web.services import appraisals, evaluations, indicators
from web.services.documents import documents_of
from web.services.errors import Sentence
from web.services.grading_data import criteria_of, evaluation_file
from web.services.outcome_flags import flags
from web.services.pairing_conflicts import conflict_of
from web.states import state_word

PART_NAMES = {
    "days": _l("服务天数"),
    "outcomes": _l("成果"),
    "employer": _l("用人单位评价"),
    "expert": _l("专家评价"),
    "timely": _l("及时登记"),
}


def outcomes_part(assignment: Assignment, sides: Sequence[Side]) -> dict[str, Any]:
    """The values that `outcomes/part.html` shows, and its forms, for somebody on these sides."""
    claims = indicators.claims_of(db.session, assignment)
    given = appraisals.appraisals_of(db.session, assignment)
    asked = appraisals.may_appraise(assignment, sides, given)
    open_to_claim = _still_open(assignment, claims) if Side.EXPERT in sides else []
    is_manager = Side.MANAGER in sides
    return {
        "claims": _claim_rows(assignment, claims, sides),
        "can_claim": bool(open_to_claim),
        "appraisals": [_appraisal(one) for one in appraisals.shown_to(sides, given)],
        "others_wait": len(given) > len(appraisals.shown_to(sides, given)),
        "asked": asked.value if asked else "",
        **_grade(assignment, is_manager=is_manager),
        "conflict": conflict_of(db.session, assignment.pairing, actor()) if is_manager else None,
        "formula": _formula(),
        "most": {"note": indicators.NOTE_CHARS, "comment": appraisals.COMMENT_CHARS},
        "most_summary": evaluations.SUMMARY_CHARS,
        "forms": _forms(assignment, open_to_claim, asked),
    }


def score_parts(parts: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """The parts of a score for score_bar of components/match.html: each in points, with its value and weight."""
    return [
        {
            "name": str(PART_NAMES[name]),
            "value": 100 * value * weight,
            "note": _("得 %(value)s，权重 %(weight)s%%", value=f"{100 * value:.0f}", weight=f"{100 * weight:.0f}"),
        }
        for name, (value, weight) in parts.items()
    ]


def amount(claim: IndicatorClaim) -> str:
    """120 人次."""
    return f"{number(claim.value)} {pick(claim.indicator, 'unit')}"


def _claim_rows(
    assignment: Assignment, claims: Sequence[IndicatorClaim], sides: Sequence[Side]
) -> list[dict[str, Any]]:
    is_manager = Side.MANAGER in sides
    flagged = {one.claim_id: one.sentence for one in flags(db.session, assignment, claims)} if is_manager else {}
    files: dict[int, list[Document]] = {}
    for one in documents_of(db.session, Subject.INDICATOR, [claim.id for claim in claims]):
        files.setdefault(one.subject_id, []).append(one)
    may_decide = assignment.expert.user_id != actor().user_id
    return [
        {
            "row": claim,
            "name": pick(claim.indicator, "name"),
            "amount": amount(claim),
            "state": state_word(claim.state, "claim"),
            "files": files.get(claim.id, []),
            "flag": flagged.get(claim.id),
            "moves": [
                move
                for move in indicators.moves_for(claim, sides)
                if (may_decide if move != "amend" else assignment.state in indicators.OPEN_TO_CLAIM)
            ],
            "form": OrderForm.fresh(claim),
        }
        for claim in claims
    ]


def _still_open(assignment: Assignment, claims: Sequence[IndicatorClaim]) -> list[Indicator]:
    if assignment.state not in indicators.OPEN_TO_CLAIM:
        return []
    known = {claim.indicator_code for claim in claims}
    return [row for row in indicators.indicators(db.session) if row.code not in known]


def _appraisal(one: Appraisal) -> dict[str, Any]:
    names = {criterion.code: pick(criterion, "name") for criterion in criteria_of(one.side)}
    marks = sorted(one.marks.items(), key=lambda mark: [*names, mark[0]].index(mark[0]))
    return {
        "side": one.side.value,
        "marks": [{"key": names.get(code, code), "value": f"{mark} / 5"} for code, mark in marks],
        "comment": one.comment,
        "at": one.at,
    }


def _grade(assignment: Assignment, *, is_manager: bool) -> dict[str, Any]:
    """The grade that was given, for everybody; before that, what the formula says now, for the manager alone."""
    given: Evaluation | None = evaluations.evaluation_of(db.session, assignment)
    if given is not None:
        return {"evaluation": given, "score_parts": score_parts(given.parts), "missing": [], "preview": None}
    seen = evaluations.preview(db.session, assignment)
    missing: list[Sentence] = [] if assignment.state == AssignmentState.TERMINATED else list(seen.missing)
    return {
        "evaluation": None,
        "score_parts": score_parts(seen.graded.parts) if is_manager else [],
        "missing": missing,
        "preview": seen if is_manager else None,
    }


def _formula() -> dict[str, Any]:
    lines = evaluation_file().grading
    weights = [
        {"name": str(PART_NAMES[name]), "weight": f"{100 * weight:g}%"} for name, weight in lines.weights.items()
    ]
    return {
        "version": lines.version,
        "weights": weights,
        "grades": [(one.grade, one.lowest) for one in lines.grades],
        "full": lines.outcomes_full,
        "within": lines.timely_within_days,
    }


def _forms(assignment: Assignment, open_to_claim: Sequence[Indicator], asked: Side | None) -> dict[str, Any]:
    kind = appraisal_form(asked) if asked else AppraisalForm
    return {
        "claim": ClaimForm.fresh(assignment).about(open_to_claim),
        "appraisal": kind.fresh(assignment),
        "evaluation": EvaluationForm.fresh(assignment),
    }
