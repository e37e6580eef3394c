"""What the index holds: which records, read without their personal data, and the texts that are encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from matcher.text import need_text, passages_of
from matcher.types import Expert as ExpertValue
from matcher.types import Need as NeedValue
from matcher.types import Passage
from models import Expert, Need
from models.choices import ExpertState, NeedState, Subject
from web.services.values import need_value

Key = tuple[Subject, int]
"""A record: an expert or a need, by its id."""

INDEXED_NEEDS = (NeedState.DRAFT, NeedState.SUBMITTED, NeedState.RETURNED, NeedState.PUBLISHED)
"""Needs that somebody may still ask experts for; drafts too, so that their employer's page encodes nothing."""


def is_searchable(expert: Expert) -> bool:
    """Whether others may find the expert."""
    return expert.state == ExpertState.PUBLIC


def is_indexed(need: Need) -> bool:
    """Whether the need has a place in the index; one without a word of text has not."""
    return need.state in INDEXED_NEEDS and bool(need_text(need_value(need)))


def searchable_experts() -> ColumnElement[bool]:
    """`is_searchable` in the database."""
    return Expert.state == ExpertState.PUBLIC


def indexed_needs() -> ColumnElement[bool]:
    """`is_indexed` in the database, but for needs without text."""
    return Need.state.in_(INDEXED_NEEDS)


def read_experts(session: Session, ids: Collection[int]) -> list[Expert]:
    """The experts of these ids that there are, with works and windows, by id; personal data stays encrypted."""
    parts = (selectinload(Expert.works), selectinload(Expert.windows))
    return list(session.scalars(select(Expert).where(Expert.id.in_(ids)).order_by(Expert.id).options(*parts)))


def read_needs(session: Session, ids: Collection[int]) -> list[Need]:
    """The needs of these ids that there are, with their organisations, by id; their contacts stay encrypted."""
    parts = (joinedload(Need.organisation),)
    return list(session.scalars(select(Need).where(Need.id.in_(ids)).order_by(Need.id).options(*parts)))


def digest_of(passages: Iterable[Passage]) -> str:
    """Names the passages: fields, languages and texts, in their order."""
    parts = (f"{passage.field}\0{passage.language}\0{passage.text}\0" for passage in passages)
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_expert(value: ExpertValue) -> str:
    """Names the text of an expert that is encoded."""
    return digest_of(passages_of(value))


def digest_of_need(value: NeedValue) -> str:
    """Names the text of a need that is encoded."""
    return hashlib.sha256(need_text(value).encode("utf-8", "surrogatepass")).hexdigest()
