"""Several pairings approved with one form: only those that may be without a closer look; each by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from approval_cast import TOO_MANY, acting, order, related, waiting
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Pairing, RuleCheck, StateChange, User
from models.choices import PairingState, TieKind
from web.services import interests, pairing_waivers

Browser = Callable[[User], FlaskClient]
_S = PairingState


def rows_of(page: str) -> dict[str, str]:
    """Code → the text of its row."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    return {text.split()[0]: text for text in texts}


def test_each_is_approved_by_itself_and_the_others_say_why_not(cast: Cast, browser: Browser, session: Session) -> None:
    good, stale, blocked, waived = waiting(cast), waiting(cast), waiting(cast, days_per_year=TOO_MANY), related(cast)
    elsewhere = waiting(cast, need=cast.make.need(cast.make.organisation(region_code="620100")))
    theirs = waiting(cast, need=cast.make.need(host := cast.make.organisation(name="盐池滩羊合作联社")))
    by = acting(session, cast.manager)
    interests.declare(session, kind=TieKind.EQUITY, counterpart=host.name, note="", by=by)
    asked = order(waived, "亲属不在本项目，已核实")
    pairing_waivers.waive(session, waived.code, rule_code="personal_ties", order=asked, by=by)
    session.commit()
    everyone = [good, stale, blocked, waived, elsewhere, theirs]
    data = {"request_id": str(uuid4()), "selected": [f"{one.code}:{one.version}" for one in everyone]}
    stale.post = "改过的岗位"
    visitor = browser(cast.manager)
    answer = visitor.post("/desk/pairings/approve", data=data)
    rows = rows_of(answer.text)
    session.expire_all()
    assert [one.state for one in everyone] == [_S.APPROVED, *[_S.ACCEPTED] * 5]
    assert "已批准" in rows[good.code] and "刚被他人修改" in rows[stale.code]
    assert "还不能批准" in rows[blocked.code] and "请单独审批" in rows[waived.code]
    assert "没有这条对接" in rows[elsewhere.code] and "您申报了与“盐池滩羊合作联社”的利益关系" in rows[theirs.code]
    assert "办成 1 条，没有办成 5 条" in answer.text
    again = rows_of(visitor.post("/desk/pairings/approve", data=data).text)
    assert "已批准" in again[good.code]
    changes = session.scalars(select(StateChange).where(StateChange.move == "approve")).all()
    assert [one.subject_id for one in changes] == [good.id]


def test_nothing_chosen_changes_nothing(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = waiting(cast)
    visitor, picked = browser(cast.manager), f"{pairing.code}:{pairing.version}"
    for data in ({"request_id": str(uuid4())}, {"request_id": "x", "selected": picked}):
        assert visitor.post("/desk/pairings/approve", data=data).location == "/desk/pairings"
    strange = {"request_id": str(uuid4()), "selected": [pairing.code, f"{pairing.code}:-1", ":", "\x01:1"]}
    assert visitor.post("/desk/pairings/approve", data=strange).status_code == 200
    session.expire_all()
    assert pairing.state == _S.ACCEPTED


def test_second_form_on_what_was_approved_says_so(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = waiting(cast)
    picked = f"{pairing.code}:{pairing.version}"
    visitor = browser(cast.manager)
    visitor.post("/desk/pairings/approve", data={"request_id": str(uuid4()), "selected": picked})
    late = visitor.post("/desk/pairings/approve", data={"request_id": str(uuid4()), "selected": picked})
    assert f"已由 {cast.manager.name} 办理：批准" in rows_of(late.text)[pairing.code]


def test_rules_of_the_chosen_are_tested_anew(cast: Cast, browser: Browser, session: Session) -> None:
    pairing, elsewhere = waiting(cast), waiting(cast, need=cast.make.need(cast.make.organisation(region_code="620100")))
    chosen = [f"{one.code}:{one.version}" for one in (pairing, elsewhere)]
    visitor = browser(cast.manager)
    answer = visitor.post("/desk/pairings/check", data={"selected": chosen, "query": "state=accepted"})
    assert answer.location == "/desk/pairings?state=accepted"
    assert session.scalars(select(RuleCheck.pairing_id)).all() == [pairing.id]
    assert isinstance(pairing, Pairing) and "全部通过" in visitor.get("/desk/pairings").text
