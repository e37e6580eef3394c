"""What counts as contact data or an ID number in a public text, and what does not."""

from __future__ import annotations

import pytest

from web.services.personal_data import Trace, mask, personal_data


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("有意者电 13900001234", Trace.PHONE, "139****1234"),
        ("有意者电１３９００００１２３４", Trace.PHONE, "139****1234"),
        ("+86 139-0000-1234 马站长", Trace.PHONE, "139****1234"),
        ("139 0000 1234", Trace.PHONE, "139****1234"),
        ("站里 0955-5021234", Trace.PHONE, "095****1234"),
        ("(0955) 5021234", Trace.PHONE, "095****1234"),
        ("热线 400-800-1234", Trace.PHONE, "400****1234"),
        ("联系电话：5021234", Trace.PHONE, "50****34"),
        ("发到 zhang.san+gouqi@mail.example.cn", Trace.EMAIL, "z***@mail.example.cn"),
        ("身份证 360426199101010071", Trace.ID_NUMBER, "360****0071"),
        ("微信号：ma_zhan_88", Trace.MESSENGER, "ma_****n_88"),
        ("加QQ群123456789", Trace.MESSENGER, "123****6789"),
        ("vx abc123", Trace.MESSENGER, "ab****23"),
    ],
)
def test_contact_data_is_found_and_masked(text: str, kind: Trace, masked: str) -> None:
    assert [(one.kind, one.masked) for one in personal_data(text)] == [(kind, masked)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2027-03-01 至 2028-12-31，示范 2000-5000 亩，产值 13900001234.5 元左右",
        "统一社会信用代码 91640521MA76DC000W",
        "110101199001011230 这串数校验位不对",
        "合同号 139000012345678，批号 A13900001234",
        "专利 202110123456.7 和 CN113456789A",
        "标准 GB 18401-2010，精度 0.13900001234",
        "年产 2023456 公斤",
        "关注微信公众号和小程序",
        "WeChat is popular among farmers; the QQ plot is straight",
        "西安 2800@5 元",
    ],
)
def test_other_numbers_and_words_are_left_alone(text: str) -> None:
    assert personal_data(text) == ()


def test_each_is_named_once_in_the_order_of_the_text() -> None:
    found = personal_data("zhan@example.cn，13900001234，再说一遍 13900001234，微信 13800005678")
    assert [one.kind for one in found] == [Trace.EMAIL, Trace.PHONE, Trace.MESSENGER]


def test_a_mask_keeps_less_than_it_hides() -> None:
    assert mask("5021234") == "50****34"
    assert mask("13900001234") == "139****1234"


def test_a_long_text_is_searched_in_no_time() -> None:
    assert personal_data("a.b" * 50_000 + "1" * 50_000 + "@" * 1000) == ()
