"""The entries of a short list, ready for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from web.extensions import db
from web.match_cards import expert_card, rule_results
from web.matches.forms import NoteForm
from web.matches.reason_panel import expert_url, verdict
from web.matches.subject import Subject
from web.services.match_reasons import Why, reasons
from web.services.ranking import Board, public_experts
from web.services.shortlists import Kept


def kept_panels(entries: Sequence[Kept], given: Subject, forms: Mapping[str, NoteForm]) -> list[dict[str, Any]]:
    """Each entry with its note and where the expert stands now; who is not public any more stands there by code.

    `forms`: notes that could not be saved, by the expert's code.
    """
    rows = public_experts(db.session, [kept.entry.expert.code for kept in entries if kept.is_available])
    whys: dict[str, Why] = {}
    board = given.board() if rows and given.can_be_ranked else None
    if board is not None:
        whys = {why.expert.code: why for why in reasons(board, list(rows.values()))}
    return [_panel(kept, whys.get(kept.entry.expert.code), board, given, forms) for kept in entries]


def _panel(
    kept: Kept, why: Why | None, board: Board | None, given: Subject, forms: Mapping[str, NoteForm]
) -> dict[str, Any]:
    code, need = kept.entry.expert.code, given.need
    form = forms.get(code) or NoteForm(None, data={"note": kept.entry.note}, meta={"csrf": False})
    match = why.match if why else None
    return {
        "code": code,
        "is_available": kept.is_available,
        "expert": expert_card(kept.entry.expert, expert_url(code, need), hides_names=need.hides_names)
        if kept.is_available
        else None,
        "added": kept.entry.created_at,
        "form": form.named(f"note-{code}"),
        "note_url": given.url("matches.note", values={"expert_code": code}),
        "remove_url": given.url("matches.keep", values={"expert_code": code}),
        "why_url": given.url("matches.why", values={"expert_code": code}) if match else None,
        "verdict": verdict(why) if why else None,
        "level": match.band if match and why and why.is_eligible else None,
        "position": board.position(match.rank) if board and match and why and why.is_eligible else None,
        "failed": rule_results(why.failed) if why else [],
    }
