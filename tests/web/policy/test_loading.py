"""Loading the rules again: nothing that is published is rewritten, and what an administrator edited is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clause, CooperationMode, PolicyRule, Programme
from models.choices import RuleState
from web.services.errors import InvalidError
from web.services.policy_loading import load_rules
from web.services.reference import load_reference

SEED = Path(__file__).parents[3] / "seed_data"


@pytest.fixture
def changed(tmp_path: Path) -> Any:
    """The file with the longest term of a dual appointment changed."""

    def write(**parameters: Any) -> Path:
        raw = yaml.safe_load((SEED / "policy_rules.yaml").read_text("utf-8"))
        next(rule for rule in raw["rules"] if rule["code"] == "dual_term")["parameters"] = parameters
        path = tmp_path / "policy_rules.yaml"
        path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
        return path

    return write


def versions(session: Session, code: str = "dual_term") -> list[tuple[int, str, Any]]:
    session.expire_all()
    rows = session.scalars(select(PolicyRule).where(PolicyRule.code == code).order_by(PolicyRule.version))
    return [(row.version, row.state.value, row.parameters["months"]) for row in rows]


def test_loading_again_changes_nothing(session: Session) -> None:
    before = {(row.id, row.code, row.version, row.updated_at) for row in session.scalars(select(PolicyRule))}
    loaded = load_reference(session, SEED)
    session.commit()
    after = {(row.id, row.code, row.version, row.updated_at) for row in session.scalars(select(PolicyRule))}
    assert after == before and loaded.rules == len(before) and loaded.modes == 9
    assert session.get(Clause, "ip") is not None
    mode = session.get(CooperationMode, "dual_appointment")
    assert mode is not None and mode.needs_consent and mode.clauses[0] == "term"


def test_new_content_of_a_rule_becomes_its_next_version(session: Session, changed: Any) -> None:
    load_rules(session, changed(months=48))
    assert versions(session) == [(1, "retired", 36), (2, "published", 48)]
    load_rules(session, changed(months=48))
    assert len(versions(session)) == 2


def test_what_an_administrator_published_is_kept(session: Session, changed: Any) -> None:
    first = session.scalar(select(PolicyRule).where(PolicyRule.code == "dual_term"))
    assert first is not None
    first.state = RuleState.RETIRED
    session.flush()
    content = {
        column.key: getattr(first, column.key)
        for column in PolicyRule.__table__.columns
        if column.key not in ("id", "created_at", "updated_at")
    }
    own = {"version": 2, "state": RuleState.PUBLISHED, "parameters": {"months": 24}, "is_shipped": False}
    session.add(PolicyRule(**{**content, **own}))
    session.flush()
    load_rules(session, changed(months=48))
    assert versions(session) == [(1, "retired", 36), (2, "published", 24)]


def test_a_rule_that_was_retired_stays_so(session: Session, changed: Any) -> None:
    first = session.scalar(select(PolicyRule).where(PolicyRule.code == "dual_term"))
    assert first is not None
    first.state = RuleState.RETIRED
    session.flush()
    load_rules(session, changed(months=48))
    assert versions(session) == [(1, "retired", 36)]


def test_bad_parameters_are_named_with_their_rule(session: Session, changed: Any) -> None:
    with pytest.raises(InvalidError, match="dual_term: months"):
        load_rules(session, changed(months=0))


def test_what_the_files_do_not_say_is_kept(session: Session) -> None:
    programme = session.scalars(select(Programme)).first()
    assert programme is not None
    programme.two_approvers = True
    load_reference(session, SEED)
    session.flush()
    assert programme.two_approvers
    programme.two_approvers = False
    session.commit()
