"""Pairings as rows of the board: who, for whom, since when, until when, who must act, what the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from models import Pairing
from models.choices import Side
from web.desk.places import short_place
from web.desk.rows import age, age_days
from web.language import named, pick, say
from web.match_cards import shown_name
from web.pairings.words import next_step, side_name
from web.permissions import actor
from web.services.board import OVERDUE_DAYS
from web.services.pairing_time import deadline_of
from web.services.pairing_waits import awaited
from web.services.pairings import hides_name
from web.services.rule_summaries import Summary, Verdict


def board_row(pairing: Pairing, summaries: Mapping[int, Summary]) -> dict[str, Any]:
    """One row."""
    side = awaited(pairing)
    summary = summaries.get(pairing.id)
    return {
        "code": pairing.code,
        "pick": f"{pairing.code}:{pairing.version}",
        "url": url_for("pairings.show", pairing_code=pairing.code),
        "title": pairing.need.title,
        "employer": named(pairing.need.organisation),
        "place": short_place(pairing.need.organisation.region_code),
        "expert": shown_name(pairing.expert.code, pairing.expert.name, hides_names=hides_name(pairing, actor())),
        "institution": named(pairing.institution) if pairing.institution else pairing.expert.institution,
        "mode": pick(pairing.mode, "name"),
        "state": pairing.state,
        "age": age(pairing.state_since) if pairing.is_open else "",
        "since": pairing.state_since,
        "is_late": deadline_of(pairing) is not None and age_days(pairing.state_since) >= OVERDUE_DAYS,
        "until": deadline_of(pairing),
        "who": side_name(side) if side is not None else "",
        "step": next_step(pairing),
        "is_for_managers": side == Side.MANAGER,
        "verdict": summary.verdict.value if summary else None,
        "stops": [say(name) for name in summary.stops] if summary else [],
        "checked": summary.at if summary else None,
        "can_pick": side == Side.MANAGER and summary is not None and summary.verdict == Verdict.PASSES,
    }
