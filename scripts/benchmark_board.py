"""The part of `make bench` that measures the manager's board with 10,000 pairings, beside a plain loop."""

from __future__ import annotations

import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from rich.table import Table
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import Expert, Grant, Need, Organisation, Pairing, Programme, Region, RuleCheck, RuleResult, User
from models.choices import ExpertState, NeedState, OrganisationKind, Outcome, PairingState, Role, Severity, Verification
from models.columns import utc_now
from models.database import writing
from models.pairing import WAITING_PAIRINGS
from web.accounts.credential import Credential
from web.app import create_app
from web.extensions import db
from web.migrations import upgrade
from web.services import board
from web.services.access import Actor, actor_for
from web.services.faceted import Wanted
from web.services.reference import load_reference
from web.services.rule_summaries import summaries
from web.services.searching import search_text
from web.settings import ServiceSettings

PAIRINGS, HOSTS, EXPERTS, ROUNDS, PLAIN_ROUNDS = 10_000, 400, 4_000, 20, 3
SEED = Path(__file__).parents[1] / "seed_data"
PAGES = ("", "?waits=1", "?state=accepted&mode=training", "?q=heiguo", "?q=zhangwei", "?sort=employer&page=200")
UNIQUIFIER = "bench"
WEST = ("50", "51", "52", "53", "54", "61", "62", "63", "64", "65")


def fill(session: Session) -> User:
    """Pairings in every state all over the west, those that wait with a stored check; gives a national manager."""
    dice = random.Random(0)  # noqa: S311 - a benchmark repeats exactly
    manager = User(name="全国管理")
    session.add_all([manager, Grant(user=manager, role=Role.MANAGER, adcode_prefix="")])
    session.add(Credential(user=manager, email="bench@example.org", fs_uniquifier=UNIQUIFIER, active=True))
    session.flush()
    counties = [one for one in session.scalars(select(Region.adcode).where(Region.level == 3)) if one[:2] in WEST]
    hosts = [_host(number, dice.choice(counties)) for number in range(HOSTS)]
    session.execute(insert(Organisation), hosts)
    session.execute(insert(Expert), [_expert(number, dice) for number in range(EXPERTS)])
    tasks = [task.code for one in session.scalars(select(Programme)) for task in one.tasks]
    session.execute(insert(Need), [_need(number, hosts, tasks, dice) for number in range(PAIRINGS)])
    session.execute(insert(Pairing), [_pairing(number, dice) for number in range(PAIRINGS)])
    _checks(session)
    session.commit()
    return manager


def _host(number: int, adcode: str) -> dict[str, Any]:
    name = f"枸杞产业服务站{number}"
    return {
        "id": number + 1,
        "credit_code": f"9164052{number:011d}",
        "name": name,
        "kind": OrganisationKind.EXTENSION_STATION,
        "region_code": adcode,
        "verification": Verification.VERIFIED,
        "search_text": search_text(name),
    }


def _expert(number: int, dice: random.Random) -> dict[str, Any]:
    name = dice.choice("张李王赵陈") + dice.choice(("伟", "敏", "静", "文", "磊"))
    institution = f"江淮农业大学{number % 90}"
    return {
        "id": number + 1,
        "code": f"ZJ{number:06}",
        "state": ExpertState.PUBLIC,
        "name": name,
        "institution": institution,
        "search_text": search_text(institution, person=name),
    }


def _need(number: int, hosts: list[dict[str, Any]], tasks: list[str], dice: random.Random) -> dict[str, Any]:
    host, title = dice.choice(hosts), dice.choice(("枸杞黑果病防治", "风机叶片除冰", "马铃薯脱毒", "滩羊选育"))
    return {
        "id": number + 1,
        "code": f"XQ{number:06}",
        "organisation_id": host["id"],
        "region_code": host["region_code"],
        "state": NeedState.PUBLISHED,
        "title": title,
        "problem": title,
        "task_code": dice.choice([*tasks, None]),
        "search_text": search_text(title),
    }


def _pairing(number: int, dice: random.Random) -> dict[str, Any]:
    now, modes = utc_now(), ("service_mission", "training", "dual_appointment", "remote_consulting")
    return {
        "id": number + 1,
        "code": f"DJ2026-{number:06}",
        "need_id": number + 1,
        "expert_id": 1 + number % EXPERTS,
        "mode_code": dice.choice(modes),
        "state": dice.choice(list(PairingState)),
        "state_since": now - timedelta(hours=dice.randrange(24 * 29)),
        "starts": date(2027, 3, 1),
        "ends": date(2027, 12, 31),
        "days_per_year": 15.0,
        "employer_agreed_at": now,
        "expert_agreed_at": now,
    }


def _checks(session: Session) -> None:
    """One check of eight results for each pairing that waits."""
    from models import PolicyRule

    rules = session.execute(select(PolicyRule.code, PolicyRule.version).limit(8)).all()
    due = session.scalars(select(Pairing.id).where(Pairing.state.in_(WAITING_PAIRINGS))).all()
    session.execute(insert(RuleCheck), [{"id": n, "pairing_id": n, "purpose": "ready"} for n in due])
    kinds = itertools.cycle([Outcome.PASS] * 11 + [Outcome.FAIL])
    rows = [
        {"check_id": n, "rule_code": code, "rule_version": version, "outcome": next(kinds)}
        | {"severity": Severity.WAIVABLE, "sentence_zh": "", "sentence_en": ""}
        for n in due
        for code, version in rules
    ]
    session.execute(insert(RuleResult), rows)


def plain_loop(session: Session, by: Actor) -> tuple[list[Pairing], Counter[str]]:
    """The first page and the counts per state as one would write them without thinking of the database."""
    session.expunge_all()
    mine = [
        pairing
        for pairing in session.scalars(select(Pairing))
        if by.manages(pairing.need.organisation.jurisdiction_code, pairing.need.programme_code)
        and "heiguo" in f"{pairing.code} {pairing.need.search_text} {pairing.expert.search_text}"
    ]
    mine.sort(key=lambda pairing: (pairing.state not in WAITING_PAIRINGS, pairing.state_since))
    return mine[:20], Counter(pairing.state.value for pairing in mine)


def board_page(session: Session, by: Actor) -> tuple[list[Pairing], Counter[str]]:
    """The same from the board's services, with the rule summaries."""
    session.expunge_all()
    wanted = Wanted("heiguo", sort="next")
    found = board.board_of(session, wanted, by=by)
    summaries(session, [pairing.id for pairing in found.page.items])
    return list(found.page.items), found.counts["state"]


def times(work: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each round, after one that does not count."""
    work()
    found = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def board_table() -> Table:
    """Whole pages of the board through the application, then its queries beside the plain loop; both find the same."""
    table = Table(f"{PAIRINGS:,} pairings", "p50 ms", "p95 ms")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(ServiceSettings(var_dir=Path(folder), secret_key="x" * 40, rate_limits=False))
        with app.app_context(), writing():
            upgrade(db.engine)
            load_reference(db.session, SEED)
            manager = fill(db.session)
            by = actor_for(db.session, manager)
            ours, plain = board_page(db.session, by), plain_loop(db.session, by)
            if ours[1] != plain[1]:
                raise AssertionError(f"the board counts {ours[1]}, the plain loop {plain[1]}")
            rows = {"plain loop over the records": times(lambda: plain_loop(db.session, by), PLAIN_ROUNDS)}
            rows["the board's queries"] = times(lambda: board_page(db.session, by), ROUNDS)
            db.session.rollback()
        rows |= _pages(app)
        with app.app_context():
            db.engine.dispose()
    for name, values in rows.items():
        table.add_row(name, *(f"{np.percentile(values, q) * 1e3:.0f}" for q in (50, 95)))
    return table


def _pages(app: Flask) -> dict[str, list[float]]:
    """Each page of PAGES as a signed-in manager gets it, rendered."""
    client, found = app.test_client(), {}
    with client.session_transaction() as kept:
        kept |= {"_user_id": UNIQUIFIER, "_fresh": True, "fs_cc": "set", "identity": UNIQUIFIER}
    for query in PAGES:
        url = f"/desk/pairings{query}"

        def get(url: str = url) -> None:
            if client.get(url).status_code != 200:
                raise AssertionError(f"{url} was not shown")

        found[f"whole page {url}"] = times(get, ROUNDS)
    return found
