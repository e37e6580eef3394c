"""Wishes on the ranked page: tried out without a trace, saved only where the need is open to edit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from factories import Maker
from flask.testing import FlaskClient
from match_pages import cards
from sqlalchemy.orm import Session

from models import Expert, Need, OutboxEntry, User
from models.choices import NeedState, Subject
from web.matching import Matching

Browser = Callable[[User], FlaskClient]
Many = Callable[[int], list[Expert]]
Indexed = Callable[[], Matching]
HX = {"HX-Request": "true", "HX-Target": "results"}


def test_what_if_ranks_by_other_wishes_says_so_and_changes_nothing(
    session: Session, employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(30)
    user, need = employer
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    before, tried = client.get(url).text, client.get(f"{url}?try=1&try_min_title=初级&try_place=either").text
    assert "正在试算，没有保存" not in before and "正在试算，没有保存" in tried
    assert "职称不低于副高级 → 职称不低于初级" in unescape(tried)
    eligible = [int(found[1]) for page in (before, tried) if (found := re.search(r"符合条件的专家 (\d+) 位", page))]
    assert len(eligible) == 2 and eligible[1] > eligible[0]
    session.expire_all()
    assert (need.min_title, session.query(OutboxEntry).count()) == ("副高", 0)


def test_a_relaxation_on_the_page_is_a_link_that_tries_it_out(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(30)
    user, need = employer
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    page = client.get(url).text
    eligible = int(re.search(r"符合条件的专家 (\d+) 位", page)[1])  # type: ignore[index]
    links = re.findall(r'<a href="([^"]+try=1[^"]*)">([^<]*多 (\d+) 人)</a>', page)
    assert links
    for link, _text, gain in dict.fromkeys(links):
        tried = client.get(unescape(link)).text
        assert f"符合条件的专家 {eligible + int(gain)} 位" in tried
        assert "正在试算" in tried


def test_bad_wishes_are_named_beside_the_field_and_the_list_stays_the_needs_own(
    employer: tuple[User, Need], many: Many, indexed: Indexed, browser: Browser
) -> None:
    many(10)
    user, need = employer
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    whole = cards(client.get(url).text)
    for query, text in (
        ("try_days_per_year=400", "“每年天数”填了 400，应在 0.5 到 366 之间"),
        ("try_days_per_year=abc", "“每年天数”填了“abc”，请填数字"),
        ("try_starts=2028-01&try_ends=2027-01", "“结束年月”早于“开始年月”"),
        ("try_min_title=皇帝", "错误"),
    ):
        answer = client.get(f"{url}?try=1&{query}")
        assert answer.status_code == 422, query
        assert text in answer.text and 'aria-invalid="true"' in answer.text
        assert cards(answer.text) == whole and "正在试算" not in answer.text


def test_wishes_of_a_draft_are_saved_in_place_and_the_list_follows(
    session: Session, make: Maker, many: Many, indexed: Indexed, browser: Browser
) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, state=NeedState.DRAFT, published_at=None, min_title="正高")
    many(30)
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/matches"
    strict = client.get(url).text
    assert "保存并重新排列" in strict and "试算（不保存）" not in strict
    form = {"try_modes": ["service_mission", "training"], "try_days_per_year": "１２", "try_place": "either"}
    answer = client.post(f"{url}/wishes?province=31", data=form)
    assert (answer.status_code, answer.location) == (303, f"{url}?province=31")
    session.expire_all()
    assert (need.min_title, need.days_per_year, need.modes) == ("", 12.0, ("service_mission", "training"))
    assert session.query(OutboxEntry).filter_by(subject=Subject.NEED, subject_id=need.id).count() == 1
    assert len(cards(client.get(url).text)) > len(cards(strict))


def test_saving_by_htmx_answers_with_the_new_list_and_a_word(
    make: Maker, many: Many, indexed: Indexed, browser: Browser
) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, state=NeedState.RETURNED, min_title="正高")
    many(12)
    indexed()
    url = f"/employer/needs/{need.code}/matches"
    headers = {"HX-Request": "true", "HX-Target": "ranked"}
    answer = browser(user).post(f"{url}/wishes", data={"try_place": "either"}, headers=headers)
    assert answer.status_code == 200 and "<html" not in answer.text and 'id="wishes"' in answer.text
    assert answer.headers["HX-Push-Url"] == url
    assert "已保存" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


@pytest.mark.parametrize("state", [NeedState.SUBMITTED, NeedState.PUBLISHED, NeedState.FILLED])
def test_wishes_of_a_submitted_need_cannot_be_saved_here(
    session: Session, make: Maker, many: Many, indexed: Indexed, browser: Browser, state: NeedState
) -> None:
    user, organisation = make.employer()
    need = make.need(organisation, state=state, min_title="副高")
    many(3)
    indexed()
    answer = browser(user).post(f"/employer/needs/{need.code}/matches/wishes", data={"try_place": "either"})
    assert answer.status_code == 409
    session.expire_all()
    assert need.min_title == "副高"
