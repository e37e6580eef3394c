"""What every page of a need's matches begins with: the need, if this person may see it, and the list's state."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from models import Need
from web.extensions import db
from web.matches.forms import PREFIX, WishesForm
from web.matches.state import ListState
from web.matching import matching
from web.needs.head import need_tabs
from web.permissions import actor
from web.services.match_wishes import Wishes
from web.services.ranking import Board, board_of, can_be_matched, is_employer_of, need_to_match
from web.services.shortlists import shortlist_size


@dataclass(frozen=True, slots=True)
class Subject:
    """The need and what is asked of it. `form` holds the wishes that count, with what is wrong in them."""

    need: Need
    state: ListState
    form: WishesForm

    @property
    def code(self) -> str:
        """The need's code."""
        return self.need.code

    @property
    def sort(self) -> str:
        """The order of the list; under codes nobody is sorted by name."""
        return "code" if self.need.hides_names and self.state.sort == "name" else self.state.sort

    @property
    def is_employer(self) -> bool:
        """Whether the reader acts for the need's employer; else a manager looks on."""
        return is_employer_of(self.need, actor())

    @property
    def saves(self) -> bool:
        """Whether edited wishes are saved; else they are tried out."""
        return self.is_employer and self.need.is_open_to_edit

    @property
    def can_be_ranked(self) -> bool:
        """Whether there is a word to search by."""
        return can_be_matched(self.need)

    def board(self) -> Board:
        """The ranking. Raises NotReadyError."""
        return board_of(db.session, matching=matching(), need=self.need, wishes=self.state.tried)

    def url(self, endpoint: str = "matches.ranked", **changes: Any) -> str:
        """A page of this need in this state, changed."""
        return self.state.url(endpoint, code=self.code, **changes)

    def tabs(self, active: str) -> list[dict[str, Any]]:
        """The pages of the need that this reader may open; `active` is matches or shortlist."""
        if self.is_employer:
            return need_tabs(self.need, active, shortlisted=shortlist_size(db.session, self.need) or None)
        pages = (("desk.check_need", _("需求"), False), ("matches.ranked", _("匹配"), True))
        return [{"text": text, "url": url_for(page, code=self.code), "active": here} for page, text, here in pages]

    def trail(self, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
        """The breadcrumbs: from the list of needs to the ranked page, and on."""
        home, name = ("needs.home", _("我的需求")) if self.is_employer else ("desk.needs", _("全部需求"))
        ranked: tuple[str, str | None] = (self.need.title or self.code, self.url() if more else None)
        return [(name, url_for(home)), ranked, *more]


def subject(code: str, *, form: WishesForm | None = None) -> Subject:
    """The need of that code with the state of the request's URL. Raises NotFoundError.

    `form`: wishes that were posted; without it those of the URL are read, and with none there the need's own are shown.
    """
    need = need_to_match(db.session, code=code, by=actor())
    own, state = Wishes.of(need), ListState.read(request.args)
    if form is not None:
        return Subject(need, state, form)
    if "try" not in request.args:
        return Subject(need, state, WishesForm(None, prefix=PREFIX, data=asdict(own), meta={"csrf": False}))
    form = WishesForm(request.args, prefix=PREFIX, meta={"csrf": False})
    tried = form.wishes(own) if form.validate() else own
    form.show(tried.problems())
    return Subject(need, state if form.errors or tried == own else replace(state, tried=tried), form)
