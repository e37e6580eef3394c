"""What other pages show of pairings: the way to apply or invite, or to the pairing that there is already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from models import Expert, Need
from models.choices import ExpertState, NeedState, Role, Side
from web.extensions import db
from web.pairings.blueprint import blueprint
from web.pairings.rows import pairing_rows
from web.permissions import actor
from web.services.pairing_lists import PairingFilter, open_codes, own_expert, pairings_on


@dataclass(frozen=True, slots=True)
class Door:
    """`pairing`: the open one's code, and its page; else the page of the form."""

    url: str
    pairing: str | None = None


@blueprint.app_template_global()
def apply_door(need: Need) -> Door | None:
    """For an expert with a public profile who reads a need that takes applications; None for everybody else."""
    by = actor()
    expert = own_expert(db.session, by=by)
    if expert is None or need.organisation_id in by.organisations(Role.EMPLOYER):
        return None
    if (code := open_codes(db.session, need, [expert]).get(expert.id)) is not None:
        return Door(url_for("pairings.show", pairing_code=code), code)
    can_apply = need.state == NeedState.PUBLISHED and expert.state == ExpertState.PUBLIC
    return Door(url_for("pairings.apply", code=need.code)) if can_apply else None


@blueprint.app_template_global()
def invite_doors(need: Need, experts: Iterable[Expert]) -> Mapping[str, Door]:
    """For the people of a need's employer and its managers: a door for each expert, by the expert's code."""
    shown = list(experts)
    if need.state != NeedState.PUBLISHED:
        return _standing(need, shown)
    new = {e.code: Door(url_for("pairings.invite", code=need.code, expert_code=e.code)) for e in shown}
    return new | _standing(need, shown)


@blueprint.app_template_global()
def need_pairings(need: Need) -> list[dict[str, object]]:
    """The latest pairings of a need, as rows of a list."""
    return pairing_rows(
        pairings_on(db.session, Side.EMPLOYER, PairingFilter(), by=actor(), need=need).items, Side.EMPLOYER
    )


def _standing(need: Need, experts: list[Expert]) -> dict[str, Door]:
    codes, by_id = open_codes(db.session, need, experts), {e.id: e.code for e in experts}
    return {by_id[id_]: Door(url_for("pairings.show", pairing_code=code), code) for id_, code in codes.items()}
