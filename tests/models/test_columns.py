"""Lists, times and personal data as the database keeps them."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import Base, Expert, Region, encryption
from models.columns import EncryptedText, has_item
from models.credit_code import is_valid_credit_code
from models.encryption import KeyMissingError
from models.organisation import checked_credit_code
from models.place import is_western, prefix_of

NASTY = ('a"b', "a\\b", "a%b", "a_b", "", "汉字", "😀", "a', 'b")


@pytest.mark.parametrize("item", NASTY)
def test_list_keeps_its_items_and_finds_them_whole(rows: Session, item: str) -> None:
    rows.add_all([Expert(code="ZJ1", keywords=(item, "其他")), Expert(code="ZJ2", keywords=(f"{item}x", "其他"))])
    rows.flush()
    rows.expire_all()
    assert rows.scalars(select(Expert.code).where(has_item(Expert.keywords, item))).all() == ["ZJ1"]
    assert rows.scalar(select(Expert.keywords).where(Expert.code == "ZJ1")) == (item, "其他")


def test_personal_data_stands_encrypted(rows: Session) -> None:
    rows.add(Expert(code="ZJ1", phone="19912345678", email="wei@example.org", id_number="320101199001011234"))
    rows.flush()
    written = str(rows.execute(text("SELECT phone, email, id_number FROM expert")).one())
    assert not any(secret in written for secret in ("19912345678", "wei@example.org", "320101199001011234"))
    rows.expire_all()
    assert rows.scalar(select(Expert.phone)) == "19912345678"


def test_personal_data_is_read_only_when_somebody_asks_for_it(rows: Session) -> None:
    rows.add(Expert(code="ZJ1", phone="19912345678", email="wei@example.org"))
    rows.flush()
    rows.expire_all()
    expert = rows.scalars(select(Expert)).one()
    assert {"phone", "email", "id_number"} <= inspect(expert).unloaded
    assert expert.phone == "19912345678"
    assert "email" not in inspect(expert).unloaded, "what belongs together is asked for once"
    open_texts = {
        f"{mapper.class_.__name__}.{attribute.key}"
        for mapper in Base.registry.mappers
        for attribute in mapper.column_attrs
        if isinstance(attribute.columns[0].type, EncryptedText) and not attribute.deferred
    }
    assert open_texts - {"Credential.email"} == {"Mail.subject", "Mail.text"}  # read to sign in, and to be sent


def test_same_number_is_encrypted_differently_each_time(rows: Session) -> None:
    rows.add_all([Expert(code="ZJ1", phone="19912345678"), Expert(code="ZJ2", phone="19912345678")])
    rows.flush()
    assert len(set(rows.execute(text("SELECT phone FROM expert")).scalars())) == 2


def test_older_key_still_opens_after_a_new_one_was_added(rows: Session) -> None:
    old = encryption.new_key()
    encryption.use_keys([old])
    rows.add(Expert(code="ZJ1", phone="19912345678"))
    rows.flush()
    digest = encryption.lookup_digest("wei@example.org")
    encryption.use_keys([encryption.new_key(), old])
    rows.expire_all()
    assert rows.scalar(select(Expert.phone)) == "19912345678"
    assert encryption.lookup_digest("wei@example.org") == digest


def test_data_of_a_lost_key_is_an_error_that_says_so(rows: Session) -> None:
    rows.add(Expert(code="ZJ1", phone="19912345678"))
    rows.flush()
    encryption.use_keys([encryption.new_key()])
    rows.expire_all()
    with pytest.raises(KeyMissingError, match="DONGCAI_DATA_KEYS"):
        rows.scalar(select(Expert.phone))


def test_two_changes_to_one_version_cannot_both_succeed(rows: Session) -> None:
    who = Expert(code="ZJ1", name="菌未霜")
    rows.add(who)
    rows.flush()
    rows.execute(text("UPDATE expert SET version = version + 1"))
    who.name = "别人"
    with pytest.raises(StaleDataError):
        rows.flush()


@pytest.mark.parametrize("code", ["91110000600037341L", " 9111 0000 6000 37341l ", "91110000-600037341L"])
def test_credit_code_is_kept_in_its_compact_form(code: str) -> None:
    assert checked_credit_code(code) == "91110000600037341L"


@pytest.mark.parametrize(
    "code", ["", "91110000600037341", "91110000600037341M", "I1110000600037341L", "１" * 18, "L" * 18]
)
def test_credit_code_with_a_wrong_character_is_refused(code: str) -> None:
    assert not is_valid_credit_code(code)
    with pytest.raises(ValueError, match="credit code"):
        checked_credit_code(code)


@pytest.mark.parametrize(
    ("adcode", "prefix"),
    [("640000", "64"), ("640500", "6405"), ("640521", "640521"), ("660000", "66"), ("500100", "5001")],
)
def test_prefix_stands_for_the_whole_region(adcode: str, prefix: str) -> None:
    assert prefix_of(adcode) == prefix
    assert adcode.startswith(prefix)


def test_west_is_the_twelve_provinces_and_the_corps() -> None:
    assert all(is_western(f"{prefix}0000") for prefix in ("15", "45", "50", "64", "65", "66"))
    assert not any(is_western(f"{prefix}0000") for prefix in ("11", "31", "32", "44", "22", "43"))


def test_region_knows_its_parent(rows: Session) -> None:
    assert rows.get_one(Region, "640521").parent_code == "640500"
