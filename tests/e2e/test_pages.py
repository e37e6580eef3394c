"""Every main page of every role, in both languages: usable by all, on every screen, in one language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .conftest import NewPage, Site
from .pages import MAIN_PAGES, NO_PAGE, PHONE, Visit, visit
from .wording import Written, chinese_words, english_sentences

LANGUAGES = ("zh", "en")
EVERYBODY = pytest.mark.parametrize(
    ("account", "language"), [(account, language) for language in LANGUAGES for account in MAIN_PAGES]
)
Seen = Callable[[str, str], list[Visit]]


@pytest.fixture(scope="module")
def kept() -> dict[tuple[str, str], list[Visit]]:
    """Visits are made once; the tests below look at them from different sides."""
    return {}


@pytest.fixture
def seen(
    new_page: NewPage,
    grave_faults: Callable[[Page], list[str]],
    kept: dict[tuple[str, str], list[Visit]],
) -> Seen:
    """The pages of an account in a language, visited on first use; errors in the console fail that test."""

    def pages(account: str, language: str) -> list[Visit]:
        if (account, language) not in kept:
            page = new_page(account, language=language, allow=[NO_PAGE])
            kept[account, language] = [visit(page, path, grave_faults) for path in MAIN_PAGES[account]]
        return kept[account, language]

    return pages


@EVERYBODY
def test_axe_finds_nothing_serious_on_a_desk_or_a_phone(seen: Seen, account: str, language: str) -> None:
    faults = [fault for one in seen(account, language) for fault in one.faults]
    assert not faults, "\n".join(faults)


@EVERYBODY
def test_no_page_is_wider_than_its_window(seen: Seen, account: str, language: str) -> None:
    wide = [
        f"{one.path}: {taken} px in a window of {width}"
        for one in seen(account, language)
        for width, taken in one.widths.items()
        if taken > width
    ]
    assert not wide, "\n".join(wide)
    assert all(PHONE in one.widths for one in seen(account, language))


@pytest.mark.parametrize("account", MAIN_PAGES)
def test_an_english_page_has_no_chinese_words_of_its_own(seen: Seen, account: str, site: Site) -> None:
    written = Written(site.var_dir / "dongcai.sqlite3")
    mixed = [f"{one.path}: {text[:80]!r}" for one in seen(account, "en") for text in chinese_words(one.texts, written)]
    assert not mixed, "\n".join(dict.fromkeys(mixed))


@pytest.mark.parametrize("account", MAIN_PAGES)
def test_a_chinese_page_has_no_english_sentences_of_its_own(seen: Seen, account: str, site: Site) -> None:
    written = Written(site.var_dir / "dongcai.sqlite3")
    mixed = [
        f"{one.path}: {text[:80]!r}" for one in seen(account, "zh") for text in english_sentences(one.texts, written)
    ]
    assert not mixed, "\n".join(dict.fromkeys(mixed))
