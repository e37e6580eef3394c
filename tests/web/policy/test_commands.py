"""`dongcai policy` says what the pages say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from models import Pairing
from web.cli.policy import policy

Waiting = Callable[..., Pairing]


@pytest.fixture
def run(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    settings = app.config["SETTINGS"]
    monkeypatch.setenv("DONGCAI_VAR_DIR", str(settings.var_dir))
    if settings.database_url:
        monkeypatch.setenv("DATABASE_URL", settings.database_url)

    def run(*args: str) -> Result:
        session.commit()
        return CliRunner().invoke(policy, args)

    return run


def test_the_list_has_each_rule_once(run: Callable[..., Result]) -> None:
    lines = run("list").output.splitlines()
    assert lines[-1] == f"{len(lines) - 1} rules"
    assert sum(line.startswith("financial_ties ") for line in lines) == 1
    assert any(line.split()[:3] == ["dual_term", "v1", "block"] and line.endswith("months=36") for line in lines)


def test_the_list_of_a_mode_leaves_the_others_out(run: Callable[..., Result]) -> None:
    output = run("list", "--mode", "technology_deputy").output
    assert "deputy_days" in output and "day_budget" in output and "dual_term" not in output
    strange = run("list", "--mode", "sabbatical")
    assert strange.exit_code == 2 and "dual_appointment" in strange.output


def test_a_check_says_what_forbids_approval(run: Callable[..., Result], waiting: Waiting) -> None:
    sound = waiting()
    short = waiting("technology_deputy", days_per_year=30.0, details={"institution_ties": []})
    answer = run("check", sound.code)
    assert answer.exit_code == 0 and "0 forbid approval" in answer.output
    answer = run("check", short.code)
    assert answer.exit_code == 1 and "30 days a year, fewer than 90" in answer.output
    assert run("check", "DJ0").exit_code == 2
